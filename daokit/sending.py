"""The way of a transaction: simulate, show, sign, journal, send, wait, and believe only the receipt that fits."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from daokit import fees, known_chains, quirks, repeating
from daokit.accounts import Signer, Watching, unlock
from daokit.answers import CallReverted, Receipt, number, raw_bytes, read_block, read_call
from daokit.errors import NoConnection, Refused, RuleBroken, UsageError
from daokit.hashing import keccak
from daokit.journal import Entry, known_already
from daokit.nonces import by_one_word, check_shown, next_nonce
from daokit.preview import Preview, balance_changes
from daokit.rpc import Call, RpcError
from daokit.settling import Settling
from daokit.waiting import Waiting, not_confirmed

if TYPE_CHECKING:
    from daokit.answers import Block
    from daokit.chain import Chain
    from daokit.journal import Journal

NO_ACCOUNT = "no account to sign with; choose one with --account, or make one with `daokit account new`"

_MARGIN = 115  # percent of the estimated gas


@dataclass(frozen=True)
class Transaction:
    """What is wished for. `to` None makes a contract of `data`; `value` is wei; `words` say it to people."""

    to: str | None
    data: bytes = b""
    value: int = 0
    words: tuple[str, ...] = ()


class Sending:
    """Sends for the account of a chain."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.rpc = chain.rpc
        self.data_fee = 0  # wei beside the gas, of what was simulated last

    def transact(self, transaction: Transaction, gas: int | None) -> Receipt:
        """All of it. Without `gas` the estimate and a margin is taken."""
        signer = self.signer()
        wish = wish_of(transaction, signer.address)
        unsigned = self._simulated(wish, gas)
        seen = None
        if self.chain.confirm is not None:
            seen = self.preview(transaction, unsigned, wish)
            self.chain.confirm(seen)
        entry = self._sign_and_send(signer, unsigned, transaction.words, seen)
        return self.awaited(entry, wish)

    def awaited(self, entry: Entry, wish: dict[str, Any]) -> Receipt:
        """The receipt of what was sent, once it is confirmed. Raises when it failed in its block."""
        waiting = Waiting(self.chain, entry, (entry.sender.lower(), wish.get("to", "").lower()))
        receipt = waiting.receipt()
        if receipt.status == 1:
            self._tell(receipt)  # first, since whoever is stopped from here on should know
        waiting.until_read(receipt.block_number)
        if receipt.status != 1:
            self._explain_failure(receipt, wish)
        return receipt

    def receipt_of(self, entry: Entry) -> Receipt:
        """The receipt of a transaction once it is confirmed, whatever came of it."""
        waiting = Waiting(self.chain, entry)
        receipt = waiting.receipt()
        waiting.until_read(receipt.block_number)
        return receipt

    def raw(self, raw: bytes) -> Receipt:
        """Send what was signed elsewhere."""
        entry = Entry(0, 0, "", 0, "0x" + keccak(raw).hex(), "0x" + raw.hex(), ())
        return self.receipt_of(self.send(entry, journalled=False))

    def prepare(self, transaction: Transaction, sender: str) -> dict[str, Any]:
        """The unsigned transaction, simulated."""
        unsigned = self._simulated(wish_of(transaction, sender), None)
        count = self.rpc.request("eth_getTransactionCount", [sender, "pending"])
        return {**unsigned, "nonce": number(count)}

    def signer(self) -> Signer:
        """The account, if it may sign on this chain."""
        signer = self.chain.signer
        if signer is None:
            raise UsageError(NO_ACCOUNT)
        if isinstance(signer, Watching):
            signer.sign_transaction({})
        if signer.local_only and not self.chain.local:
            raise RuleBroken(
                f"{signer.name} is a development account whose key everybody knows; "
                f"on {self.chain.name} use one of your own"
            )
        return signer

    def _simulated(self, wish: dict[str, Any], gas: int | None) -> dict[str, Any]:
        """The transaction without its nonce, after one exchange that tries it, measures it and asks for the fees."""
        chain = self.chain
        asked = fees.questions(chain.policy, chain.local)
        dearer = [] if chain.local else quirks.data_fee_questions(wish, chain.id)
        requests: list[Call] = [("eth_chainId", []), ("eth_call", [wish, chain.view])]
        requests += [("eth_getBlockByNumber", ["latest", False]), *asked]
        requests += [("eth_estimateGas", [wish])] if gas is None else []
        known = chain.codes.get(wish.get("to", ""))
        requests += [("eth_getCode", [wish["to"], "latest"])] if known else []
        chain_id, called, latest, *rest = self.rpc.batch(requests + dearer)
        self.check_chain(chain_id)
        self.data_fee = quirks.data_fee([rest.pop() for _ in dearer])
        if known:
            self._check_code(wish["to"], known, rest.pop())
        self._check_simulation(called, wish)
        block = read_block(latest)
        self._warn(block)
        if gas is None:
            self._check_simulation(estimate := rest.pop(), wish)
            gas = min(number(estimate) * _MARGIN // 100, block.gas_limit)
        return {
            "chainId": chain.id,
            "from": wish["from"],
            **({"to": wish["to"]} if "to" in wish else {}),
            "data": wish["data"],
            "value": int(wish["value"], 16),
            "gas": gas,
            **fees.offer(chain.policy, block, rest),
        }

    def _warn(self, block: Block) -> None:
        words = "" if self.chain.local else quirks.drift(block)
        if words and words not in self.chain.told:
            self.chain.told.add(words)
            self.chain.tell(words)

    def check_chain(self, answer: Any) -> None:
        """Compare a chain id that was answered just now with that of the connection. Raises `RuleBroken`."""
        if isinstance(answer, RpcError):
            raise answer
        if (found := number(answer)) != self.chain.id:
            raise RuleBroken(
                f"wrong chain: {self.rpc.shown} was on chain {self.chain.id} and says now that it is on {found}; do "
                "not trust this node",
                found=found,
                expected=self.chain.id,
            )

    def _check_code(self, address: str, known: str, answer: Any) -> None:
        if isinstance(answer, RpcError):
            raise answer
        if "0x" + keccak(raw_bytes(answer)).hex() != known:
            raise RuleBroken(
                f"the code at {address} is not the code that is known to be there; wrong network, or do not trust "
                f"{self.rpc.shown}",
                address=address,
            )

    def _check_simulation(self, answer: Any, wish: dict[str, Any]) -> None:
        if not isinstance(answer, RpcError):
            return
        reason = answer.reason.lower()
        if "insufficient funds" in reason or "outoffunds" in reason:
            has, needed = self.chain.balance(wish["from"]), int(wish["value"], 16)
            raise RuleBroken(
                f"{wish['from']} has {_coins(has)} coin on {self.chain.name}, "
                f"and {_coins(needed)} and the fee are needed",
                balance=has,
                value=needed,
            )
        refusal = read_call(answer)
        assert isinstance(refusal, CallReverted)
        raise refusal

    def preview(self, transaction: Transaction, unsigned: dict[str, Any], wish: dict[str, Any]) -> Preview:
        changes, simulated = balance_changes(self.rpc, wish)
        return Preview(
            words=transaction.words,
            chain_id=self.chain.id,
            chain_name=self.chain.name,
            sender=unsigned["from"],
            to=transaction.to,
            value=transaction.value,
            data=transaction.data,
            gas=unsigned["gas"],
            fee_wei=unsigned["gas"] * fees.most_per_gas(unsigned) + self.data_fee,
            changes=changes,
            simulated=simulated,
            checked_by=self.rpc.checked_by,
            data_fee=self.data_fee,
            nonce=None if "nonce" in unsigned else by_one_word(self.chain, unsigned["from"]),
        )

    def _sign_and_send(
        self, signer: Signer, unsigned: dict[str, Any], words: tuple[str, ...], seen: Preview | None
    ) -> Entry:
        journal = self.chain.journal
        unlock(signer)
        # From the choice of the nonce until the node has the transaction no other process may choose one.
        with journal.turn() if journal else nullcontext():
            unsigned = {**unsigned, "nonce": next_nonce(self.chain, signer.address, unsigned)}
            if seen is not None:
                check_shown(self.chain, signer.address, unsigned["nonce"], seen.nonce)
            if journal and not self.chain.local:
                repeating.check(self.chain, journal, signer.address, unsigned)
            return self.send(self.sign(signer, unsigned, words))

    def sign(self, signer: Signer, unsigned: dict[str, Any], words: tuple[str, ...], **more: Any) -> Entry:
        """Sign, and write down what was signed. `more` is what the journal should know beside."""
        raw = signer.sign_transaction(unsigned)
        known, text = "0x" + keccak(raw).hex(), "0x" + raw.hex()
        if journal := self.chain.journal:
            nonce = unsigned["nonce"]
            return journal.prepare(sender=signer.address, nonce=nonce, hash=known, raw=text, words=words, **more)
        return Entry(0, 0, signer.address, unsigned["nonce"], known, text, words)

    def send(self, entry: Entry, journalled: bool = True) -> Entry:
        """Hand it to the node. Raises `NotConfirmed` when it is not certain that the node has it."""
        journal = self.chain.journal if journalled else None
        try:
            answered = self.rpc.request("eth_sendRawTransaction", [entry.raw])
        except NoConnection as failure:
            words = f"was signed, and the connection broke while sending ({failure})"
            raise not_confirmed(self.chain, entry, words) from None
        except RpcError as refusal:
            if not known_already(refusal) and not self._has(entry):
                self._refused(entry, refusal, journal)
            answered = entry.hash
        if str(answered).lower() != entry.hash:
            words = f"was signed, and {self.rpc.shown} answers with another hash: it may have been sent or not"
            raise not_confirmed(self.chain, entry, words)
        return journal.mark(entry, "sent") if journal else replace(entry, status="sent")

    def _has(self, entry: Entry) -> bool:
        """Whether the node has it though it refused it: it may have heard it twice."""
        asked: list[Call] = [("eth_getTransactionByHash", [entry.hash]), ("eth_getTransactionReceipt", [entry.hash])]
        try:
            return any(isinstance(answer, dict) for answer in self.rpc.batch(asked))
        except NoConnection as failure:
            words = f"was signed, and the connection broke while sending ({failure})"
            raise not_confirmed(self.chain, entry, words) from None

    def _refused(self, entry: Entry, refusal: RpcError, journal: Journal | None) -> None:
        words = f"the node does not take the transaction: {refusal.reason}"
        if journal and "nonce too low" in refusal.reason.lower():
            # Its nonce is used: by itself, which the node does not show yet, or by another.
            entry = Settling(self.chain, journal).settle(entry)
            if entry.open:
                raise not_confirmed(self.chain, entry, f"is not taken ({refusal.reason}), and why is not known yet")
            words = f"{words}; {entry.why}" if entry.why else words
        elif journal:
            journal.mark(entry, "refused", why=refusal.message)
        raise Refused(words, hash=entry.hash) from None

    def _explain_failure(self, receipt: Receipt, wish: dict[str, Any]) -> None:
        """It passed the simulation and failed in its block: something came before it. Ask again why."""
        called = self.rpc.batch([("eth_call", [wish, hex(receipt.block_number)])])[0]
        if isinstance(called, RpcError) and isinstance(refusal := read_call(called), CallReverted):
            raise refusal
        words = "the transaction was mined and failed, though it passed before: look again and retry"
        raise Refused(words, hash=receipt.hash)

    def _tell(self, receipt: Receipt) -> None:
        """Where it was mined, and on whose word."""
        if self.chain.local:
            return
        known = known_chains.find(self.chain.id)
        where = f": {known.transaction(receipt.hash)}" if known and known.explorer else ""
        self.chain.tell(f"mined in block {receipt.block_number:,}, {checked(receipt.checked_by)}{where}")


def checked(nodes: int) -> str:
    """On whose word something is so."""
    return f"checked by {nodes} nodes" if nodes > 1 else "unchecked: by the word of one node"


def wish_of(transaction: Transaction, sender: str) -> dict[str, Any]:
    """The call, as nodes simulate it."""
    wish: dict[str, Any] = {"from": sender, "data": "0x" + transaction.data.hex(), "value": hex(transaction.value)}
    if transaction.to is not None:
        wish["to"] = transaction.to
    return wish


def _coins(wei: int) -> str:
    whole, part = divmod(wei, 10**18)
    return f"{whole:,}.{part:018d}".rstrip("0").rstrip(".")
