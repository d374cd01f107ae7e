"""The way of a transaction: simulate, show, sign, journal, send, wait, and believe only the receipt that fits."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from daokit.accounts import Signer, Watching
from daokit.answers import CallReverted, Receipt, number, read_block, read_call, read_logs
from daokit.errors import NoConnection, NotConfirmed, Refused, RuleBroken, UsageError
from daokit.hashing import checksum, keccak
from daokit.journal import Entry, block_time, known_already
from daokit.preview import Preview, balance_changes
from daokit.rpc import RpcError

if TYPE_CHECKING:
    from daokit.chain import Chain

NO_ACCOUNT = "no account to sign with; choose one with --account, or make one with `daokit account new`"

_TIP = 10**9  # wei a gas, where the node does not say
_MARGIN = 115  # percent of the estimated gas
_LOCAL_PATIENCE, _PATIENCE = 30.0, 180.0  # seconds until a transaction counts as not confirmed


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

    def transact(self, transaction: Transaction, gas: int | None) -> Receipt:
        """All of it. Without `gas` the estimate and a margin is taken."""
        signer = self.signer()
        wish = _wish(transaction, signer.address)
        unsigned = self._simulated(wish, gas)
        if self.chain.confirm is not None:
            self.chain.confirm(self._preview(transaction, unsigned, wish))
        entry = self._sign_and_send(signer, unsigned, transaction.words)
        receipt, found = self._receipt(entry, wish)
        if self.chain.journal:
            self.chain.journal.close(self.rpc, entry, found)
        if receipt.status != 1:
            self._explain_failure(receipt, wish)
        return receipt

    def raw(self, raw: bytes) -> Receipt:
        """Send what was signed elsewhere."""
        entry = Entry(0, 0, "", 0, "0x" + keccak(raw).hex(), "0x" + raw.hex(), ())
        return self._receipt(self._send(entry, journalled=False), None)[0]

    def prepare(self, transaction: Transaction, sender: str) -> dict[str, Any]:
        """The unsigned transaction, simulated."""
        unsigned = self._simulated(_wish(transaction, sender), None)
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
        requests: list[tuple[str, list[Any]]] = [
            ("eth_call", [wish, self.chain.view]),
            ("eth_getBlockByNumber", ["latest", False]),
        ]
        requests += [("eth_estimateGas", [wish])] if gas is None else []
        requests += [] if self.chain.local else [("eth_maxPriorityFeePerGas", [])]
        called, latest, *rest = self.rpc.batch(requests)
        self._check_simulation(called, wish)
        block = read_block(latest)
        if gas is None:
            self._check_simulation(estimate := rest.pop(0), wish)
            gas = min(number(estimate) * _MARGIN // 100, block.gas_limit)
        tip = number(rest[0]) if rest and isinstance(rest[0], str) else _TIP
        return {
            "type": 2,
            "chainId": self.chain.id,
            "from": wish["from"],
            **({"to": wish["to"]} if "to" in wish else {}),
            "data": wish["data"],
            "value": int(wish["value"], 16),
            "gas": gas,
            "maxFeePerGas": 2 * block.base_fee + tip,
            "maxPriorityFeePerGas": tip,
        }

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

    def _preview(self, transaction: Transaction, unsigned: dict[str, Any], wish: dict[str, Any]) -> Preview:
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
            fee_wei=unsigned["gas"] * unsigned["maxFeePerGas"],
            changes=changes,
            simulated=simulated,
        )

    def _sign_and_send(self, signer: Signer, unsigned: dict[str, Any], words: tuple[str, ...]) -> Entry:
        journal = self.chain.journal
        # From the choice of the nonce until the node has the transaction no other process may choose one.
        with journal.turn() if journal else nullcontext():
            unsigned = {**unsigned, "nonce": self._nonce(signer.address)}
            raw = signer.sign_transaction(unsigned)
            known = "0x" + keccak(raw).hex()
            entry = Entry(0, 0, signer.address, unsigned["nonce"], known, "0x" + raw.hex(), words)
            if journal:
                entry = journal.prepare(
                    sender=entry.sender, nonce=entry.nonce, hash=entry.hash, raw=entry.raw, words=words
                )
            return self._send(entry)

    def _nonce(self, sender: str) -> int:
        count = number(self.rpc.request("eth_getTransactionCount", [sender, "pending"]))
        journal = self.chain.journal
        for entry in journal.unsettled(sender) if journal else ():
            assert journal is not None
            if not journal.settle(self.rpc, entry).open:
                continue
            if self.rpc.request("eth_getTransactionByHash", [entry.hash]) is None:
                raise RuleBroken(
                    f"transaction {entry.id} ({'; '.join(entry.words) or entry.hash}) was signed and has not reached "
                    "the chain; run `daokit tx resume` first",
                    id=entry.id,
                    hash=entry.hash,
                )
            count = max(count, entry.nonce + 1)
        return count

    def _send(self, entry: Entry, journalled: bool = True) -> Entry:
        journal = self.chain.journal if journalled else None
        try:
            answered = self.rpc.request("eth_sendRawTransaction", [entry.raw])
        except NoConnection as failure:
            raise self._not_confirmed(
                entry, f"was signed, and the connection broke while sending ({failure})"
            ) from None
        except RpcError as refusal:
            if not known_already(refusal):
                if journal:
                    journal.mark(entry, "failed", why=refusal.message)
                raise Refused(f"the node does not take the transaction: {refusal.reason}", hash=entry.hash) from None
            answered = entry.hash
        if str(answered).lower() != entry.hash:
            raise NoConnection(f"{self.rpc.shown} answers with the hash of another transaction; do not trust it")
        return journal.mark(entry, "sent") if journal else replace(entry, status="sent")

    def _receipt(self, entry: Entry, wish: dict[str, Any] | None) -> tuple[Receipt, dict[str, Any]]:
        """The receipt, also as the node gave it. `wish` None checks the hash alone."""
        end = time.monotonic() + (_LOCAL_PATIENCE if self.chain.local else _PATIENCE)
        pause, longest = 0.001, 0.02 if self.chain.local else 1.0
        try:
            while (found := self.rpc.request("eth_getTransactionReceipt", [entry.hash])) is None:
                if time.monotonic() > end:
                    raise self._not_confirmed(entry, "was sent and is not confirmed yet")
                time.sleep(pause)
                pause = min(pause * 2, longest)
            return self._checked(found, entry, wish), found
        except NoConnection as failure:
            raise self._not_confirmed(entry, f"was sent, and the connection broke ({failure})") from None

    def _checked(self, found: Any, entry: Entry, wish: dict[str, Any] | None) -> Receipt:
        try:
            same = found["transactionHash"].lower() == entry.hash
            if wish is not None:
                parties = (found["from"].lower(), (found["to"] or "").lower())
                same = same and parties == (entry.sender.lower(), wish.get("to", "").lower())
            gas_used = number(found["gasUsed"])
            receipt = Receipt(
                hash=entry.hash,
                block_number=number(found["blockNumber"]),
                status=number(found["status"]),
                gas_used=gas_used,
                logs=tuple(read_logs(found["logs"])),
                contract_address=checksum(found["contractAddress"]) if found.get("contractAddress") else None,
                fee_wei=gas_used * number(found.get("effectiveGasPrice") or "0x0"),
                time=block_time(self.rpc, found),
            )
        except (KeyError, TypeError, AttributeError):
            raise NoConnection(f"{self.rpc.shown} gives no proper receipt") from None
        if not same:
            raise NoConnection(f"{self.rpc.shown} gives the receipt of another transaction; do not trust it")
        return receipt

    def _explain_failure(self, receipt: Receipt, wish: dict[str, Any]) -> None:
        """It passed the simulation and failed in its block: something came before it. Ask again why."""
        called = self.rpc.batch([("eth_call", [wish, hex(receipt.block_number)])])[0]
        if isinstance(called, RpcError) and isinstance(refusal := read_call(called), CallReverted):
            raise refusal
        words = "the transaction was mined and failed, though it passed before: look again and retry"
        raise Refused(words, hash=receipt.hash)

    def _not_confirmed(self, entry: Entry, what: str) -> NotConfirmed:
        remedy = "run `daokit tx resume`" if self.chain.journal else "look it up before you try again"
        return NotConfirmed(f"transaction {entry.hash} {what}; {remedy}", hash=entry.hash, id=entry.id)


def _wish(transaction: Transaction, sender: str) -> dict[str, Any]:
    """The call, as nodes simulate it."""
    wish: dict[str, Any] = {"from": sender, "data": "0x" + transaction.data.hex(), "value": hex(transaction.value)}
    if transaction.to is not None:
        wish["to"] = transaction.to
    return wish


def _coins(wei: int) -> str:
    whole, part = divmod(wei, 10**18)
    return f"{whole:,}.{part:018d}".rstrip("0").rstrip(".")
