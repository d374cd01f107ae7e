"""One chain, as the layers above see it: calls, logs, and transactions that are simulated, shown, signed, journalled,
sent and waited for. Together with `accounts.py` and `journal.py` the only place that meets a key or a node."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from daokit.accounts import LOCAL_CHAIN_IDS, Signer, Watching
from daokit.addresses import AddressBook, TokenWords
from daokit.errors import NoConnection, NotConfirmed, Refused, RuleBroken, UsageError
from daokit.hashing import checksum, keccak
from daokit.journal import Entry, Journal, block_time, known_already
from daokit.preview import BalanceChange, Preview, balance_changes
from daokit.rpc import Rpc, RpcError

__all__ = ["BalanceChange", "Block", "CallReverted", "Chain", "Log", "Preview", "Receipt", "Transaction"]

_NO_ACCOUNT = "no account to sign with; choose one with --account, or make one with `daokit account new`"
_SYMBOL, _DECIMALS = bytes.fromhex("95d89b41"), bytes.fromhex("313ce567")
_TIP = 10**9  # wei a gas, where the node does not say
_MARGIN = 115  # percent of the estimated gas
_LOCAL_PATIENCE, _PATIENCE = 30.0, 180.0  # seconds until a transaction counts as not confirmed


class CallReverted(Refused):
    """A contract reverted. `data` is what it gave; `contract.py` puts it in words."""

    def __init__(self, data: bytes) -> None:
        super().__init__(f"the contract refused (0x{data.hex()[:200]})" if data else "the contract refused without a word")
        self.data = data


@dataclass(frozen=True)
class Transaction:
    """What is wished for. `to` None makes a contract of `data`; `words` say it to people, a line each; `value` in wei."""

    to: str | None
    data: bytes = b""
    value: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Log:
    """One event as the chain keeps it. `topics` are 0x hex; `time` is that of its block where the node says it."""

    address: str
    topics: tuple[str, ...]
    data: bytes
    block: int
    block_hash: str
    transaction: str
    index: int
    time: int | None = None


@dataclass(frozen=True)
class Receipt:
    """What has become of a transaction. `fee_wei` is what it cost, `time` that of its block in unix seconds."""

    hash: str
    block_number: int
    status: int
    gas_used: int
    logs: tuple[Log, ...]
    contract_address: str | None
    fee_wei: int
    time: int


@dataclass(frozen=True)
class Block:
    """The head of a block. `hash` is None for the one that comes next."""

    number: int
    hash: str | None
    time: int
    base_fee: int
    gas_limit: int


class Chain:
    """One chain. Reading needs no signer; without a journal (`memory`) nothing outlives the process."""

    def __init__(
        self,
        rpc: Rpc,
        *,
        name: str = "",
        journal: Journal | Path | None = None,
        signer: Signer | None = None,
        confirm: Callable[[Preview], None] | None = None,
        expected_id: int | None = None,
        book: AddressBook | None = None,
    ) -> None:
        """`journal` is a journal or the folder of journals; `confirm` sees each preview and raises to stop; `expected_id`
        is the chain that must be there."""
        self.rpc = rpc
        self.signer = signer
        self.confirm = confirm
        self.expected_id = expected_id
        self._name = name
        self._journal = journal
        self._book = book
        self._id: int | None = None
        self._genesis: str | None = None
        self._times: dict[int, int] = {}

    def as_(self, signer: Signer | None) -> Chain:
        """The same chain for another account."""
        other = Chain(
            self.rpc,
            name=self._name,
            journal=self.journal if signer else self._journal,
            signer=signer,
            confirm=self.confirm,
            expected_id=self.expected_id,
            book=self._book,
        )
        other._id, other._genesis, other._times = self._id, self._genesis, self._times
        return other

    @property
    def id(self) -> int:
        """The chain id that the node answers with, compared with the expected one at the first use."""
        if self._id is None:
            found = _number(self.rpc.request("eth_chainId"))
            if self.expected_id not in (None, found):
                raise RuleBroken(
                    f"wrong chain: {self.rpc.shown} is on chain {found}, and chain {self.expected_id} was expected; "
                    "correct the network",
                    found=found,
                    expected=self.expected_id,
                )
            self._id = found
        return self._id

    @property
    def name(self) -> str:
        return self._name or f"chain {self.id}"

    @property
    def local(self) -> bool:
        """Whether it is a chain for development, where keys are public and time is ours."""
        return self.id in LOCAL_CHAIN_IDS

    @property
    def journal(self) -> Journal | None:
        """The journal of this very chain; None when none is kept."""
        if isinstance(self._journal, Path):
            self._journal = Journal.of(self.rpc, self._journal)
        return self._journal

    @property
    def sender(self) -> str:
        """The address that signs. Raises `UsageError` when no account was chosen."""
        if self.signer is None:
            raise UsageError(_NO_ACCOUNT)
        return self.signer.address

    @property
    def reader(self) -> str | None:
        """The address that reads are made for, or None."""
        return self.signer.address if self.signer else None

    @property
    def genesis(self) -> str:
        """The hash of the first block: it tells a local chain from the one before it was reset."""
        if self._genesis is None:
            self._genesis = str(self.block(0).hash)
        return self._genesis

    # People's words

    @property
    def book(self) -> AddressBook:
        """Names for addresses and tokens; by default those of the accounts here."""
        if self._book is None:
            self._book = AddressBook.of_accounts(local=self.local)
        return self._book

    def resolve(self, text: str) -> str:
        """The address that a name or a hex means. Raises `UnknownName`, and `RuleBroken` for a look-alike."""
        return self.book.resolve(text)

    def name_of(self, address: str) -> str:
        """The name of an address, or both its ends."""
        return self.book.name_of(address)

    def token(self, address: str) -> TokenWords:
        """How to write amounts of a token (the zero address: of coin). Asked once, then remembered."""
        if (known := self.book.token_words(address)) is not None:
            return known
        symbol, decimals = self.call_many([(address, _SYMBOL), (address, _DECIMALS)])
        found = TokenWords.of_chain(
            address,
            b"" if isinstance(symbol, CallReverted) else symbol,
            b"" if isinstance(decimals, CallReverted) else decimals,
        )
        self.book.remember_token(found)
        return found

    def symbol(self, token: str) -> str:
        """The short name of a token."""
        return self.token(token).symbol

    def money(self, token: str, amount: int) -> str:
        """An amount as people write it: `12.50 tUSD`."""
        return self.token(token).write(amount)

    def amount(self, token: str, text: str) -> int:
        """What people wrote, in the token's smallest unit. Raises `UsageError`."""
        return self.token(token).read(text)

    # Reading

    def block(self, at: int | str = "latest") -> Block:
        """The head of a block: a number, `latest` or `pending`."""
        found = self.rpc.request("eth_getBlockByNumber", [hex(at) if isinstance(at, int) else at, False])
        if not isinstance(found, dict):
            raise NoConnection(f"{self.rpc.shown} does not have block {at}; is it in sync?")
        return _block(found)

    def block_number(self) -> int:
        return _number(self.rpc.request("eth_blockNumber"))

    def now(self) -> int:
        """The chain's time in unix seconds. A local chain mines when it is spoken to: there it is the next block's time."""
        return self.block(self._view).time

    def time_of(self, block: int) -> int:
        """The time of a mined block in unix seconds."""
        if block not in self._times:
            self._times[block] = self.block(block).time
        return self._times[block]

    def balance(self, address: str) -> int:
        """Wei that an address has."""
        return _number(self.rpc.request("eth_getBalance", [address, "latest"]))

    def code(self, address: str) -> bytes:
        return _bytes(self.rpc.request("eth_getCode", [address, "latest"]))

    def storage(self, address: str, slot: int) -> bytes:
        """One word of storage, 32 bytes."""
        return _bytes(self.rpc.request("eth_getStorageAt", [address, hex(slot), "latest"]))

    def call(
        self, to: str, data: bytes, *, sender: str | None = None, value: int = 0, block: int | str | None = None
    ) -> bytes:
        """Ask a contract. Raises `CallReverted` when it refuses."""
        answer = self._called([(to, data)], sender, value, block)[0]
        if isinstance(answer, CallReverted):
            raise answer
        return answer

    def call_many(
        self, calls: Sequence[tuple[str, bytes]], *, sender: str | None = None, block: int | str | None = None
    ) -> list[bytes | CallReverted]:
        """Ask many in one exchange. A refusal stands in its place as a value."""
        return self._called(calls, sender, 0, block) if calls else []

    def logs(
        self,
        address: str | Sequence[str] | None,
        topics: Sequence[Any] = (),
        from_block: int = 0,
        to_block: int | str = "latest",
    ) -> list[Log]:
        """Events of one or more addresses, oldest first. Raises `RpcError` when the node finds the range too long."""
        wish: dict[str, Any] = {"fromBlock": hex(from_block), "topics": list(topics)}
        wish["toBlock"] = hex(to_block) if isinstance(to_block, int) else to_block
        if address is not None:
            wish["address"] = address if isinstance(address, str) else list(address)
        return read_logs(self.rpc.request("eth_getLogs", [wish]))

    # Writing

    def transact(self, transaction: Transaction, *, gas: int | None = None) -> Receipt:
        """Simulate, show, sign, journal, send, wait. Raises `CallReverted` before anything is signed when it would fail,
        `NotConfirmed` when it was sent and is not mined in time."""
        signer = self._may_sign()
        wish = self._wish(transaction, signer.address)
        unsigned = self._simulated(wish, gas)
        if self.confirm is not None:
            self.confirm(self._preview(transaction, unsigned))
        entry = self._sign_and_send(signer, unsigned, transaction.words)
        return self._wait(entry, wish)

    def sign_typed(self, domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> bytes:
        """The account's EIP-712 signature, 65 bytes. Development accounts sign for local chains only."""
        return self._may_sign().sign_typed(domain, types, message)

    def send_raw(self, raw: bytes) -> Receipt:
        """Send a transaction that was signed elsewhere, and wait for it. Nothing is journalled: its signer keeps it."""
        hash = "0x" + keccak(raw).hex()
        entry = Entry(0, 0, "", 0, hash, "0x" + raw.hex(), ())
        return self._receipt(self._send(entry))[0]

    def prepare(self, transaction: Transaction, *, sender: str | None = None) -> dict[str, Any]:
        """The unsigned EIP-1559 transaction, simulated, for those who sign elsewhere. Numbers are integers, data hex."""
        sender = sender or self.sender
        unsigned = self._simulated(self._wish(transaction, sender), None)
        count = self.rpc.request("eth_getTransactionCount", [sender, "pending"])
        return {**unsigned, "nonce": _number(count)}

    def resume(self, patience: float = 60.0) -> tuple[Entry, ...]:
        """Bring what was signed and left open to its end; see `Journal.resume`."""
        return self.journal.resume(self, patience) if self.journal else ()

    @contextmanager
    def confirming(self, confirm: Callable[[Preview], None] | None) -> Iterator[None]:
        """Another `confirm` for a while."""
        before, self.confirm = self.confirm, confirm
        try:
            yield
        finally:
            self.confirm = before

    @property
    def _view(self) -> str:
        # anvil answers "latest" with the time of the last block, however long ago that was mined: a deadline that has
        # passed would look open. Public chains do not all know "pending".
        return "pending" if self.local else "latest"

    def _called(
        self, calls: Sequence[tuple[str, bytes]], sender: str | None, value: int, block: int | str | None
    ) -> list[bytes | CallReverted]:
        at = self._view if block is None else hex(block) if isinstance(block, int) else block
        extra = {"from": sender} if sender else {}
        if value:
            extra["value"] = hex(value)
        requests = [("eth_call", [{"to": to, "data": "0x" + data.hex(), **extra}, at]) for to, data in calls]
        return [_answer(one) for one in self.rpc.batch(requests)]

    def _may_sign(self) -> Signer:
        if self.signer is None:
            raise UsageError(_NO_ACCOUNT)
        if isinstance(self.signer, Watching):
            self.signer.sign_transaction({})
        if self.signer.local_only and not self.local:
            raise RuleBroken(
                f"{self.signer.name} is a development account whose key everybody knows; on {self.name} use one of your own"
            )
        return self.signer

    def _wish(self, transaction: Transaction, sender: str) -> dict[str, Any]:
        wish: dict[str, Any] = {"from": sender, "data": "0x" + transaction.data.hex(), "value": hex(transaction.value)}
        if transaction.to is not None:
            wish["to"] = transaction.to
        return wish

    def _simulated(self, wish: dict[str, Any], gas: int | None) -> dict[str, Any]:
        """The transaction without its nonce, after one exchange that tries it, measures it and asks for the fees."""
        requests: list[tuple[str, list[Any]]] = [
            ("eth_call", [wish, self._view]),
            ("eth_getBlockByNumber", ["latest", False]),
        ]
        requests += [("eth_estimateGas", [wish])] if gas is None else []
        requests += [] if self.local else [("eth_maxPriorityFeePerGas", [])]
        called, latest, *rest = self.rpc.batch(requests)
        self._check_simulation(called, wish)
        block = _block(latest)
        if gas is None:
            self._check_simulation(estimate := rest.pop(0), wish)
            gas = min(_number(estimate) * _MARGIN // 100, block.gas_limit)
        tip = _number(rest[0]) if rest and isinstance(rest[0], str) else _TIP
        return {
            "type": 2,
            "chainId": self.id,
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
        if "insufficient funds" in answer.reason.lower() or "outoffunds" in answer.reason.lower():
            has, needed = self.balance(wish["from"]), int(wish["value"], 16)
            raise RuleBroken(
                f"{wish['from']} has {_coins(has)} coin on {self.name}, and {_coins(needed)} and the fee are needed",
                balance=has,
                value=needed,
            )
        refusal = _answer(answer)
        assert isinstance(refusal, CallReverted)
        raise refusal

    def _preview(self, transaction: Transaction, unsigned: dict[str, Any]) -> Preview:
        changes, simulated = balance_changes(self.rpc, self._wish(transaction, unsigned["from"]))
        return Preview(
            transaction.words,
            self.id,
            self.name,
            unsigned["from"],
            transaction.to,
            transaction.value,
            transaction.data,
            unsigned["gas"],
            unsigned["gas"] * unsigned["maxFeePerGas"],
            changes,
            simulated,
        )

    def _sign_and_send(self, signer: Signer, unsigned: dict[str, Any], words: tuple[str, ...]) -> Entry:
        # From the choice of the nonce until the node has the transaction no other process may choose one.
        with self.journal.turn() if self.journal else nullcontext():
            unsigned = {**unsigned, "nonce": self._nonce(signer.address)}
            raw = signer.sign_transaction(unsigned)
            entry = Entry(0, 0, signer.address, unsigned["nonce"], "0x" + keccak(raw).hex(), "0x" + raw.hex(), words)
            if self.journal:
                entry = self.journal.prepare(
                    sender=entry.sender, nonce=entry.nonce, hash=entry.hash, raw=entry.raw, words=words
                )
            return self._send(entry)

    def _nonce(self, sender: str) -> int:
        count = _number(self.rpc.request("eth_getTransactionCount", [sender, "pending"]))
        for entry in self.journal.unsettled(sender) if self.journal else ():
            assert self.journal is not None
            if not self.journal.settle(self.rpc, entry).open:
                continue
            if self.rpc.request("eth_getTransactionByHash", [entry.hash]) is None:
                raise RuleBroken(
                    f"transaction {entry.id} ({'; '.join(entry.words) or entry.hash}) was signed and has not reached the "
                    "chain; run `daokit tx resume` first",
                    id=entry.id,
                    hash=entry.hash,
                )
            count = max(count, entry.nonce + 1)
        return count

    def _send(self, entry: Entry) -> Entry:
        try:
            answered = self.rpc.request("eth_sendRawTransaction", [entry.raw])
        except NoConnection as failure:
            raise self._not_confirmed(entry, f"was signed, and the connection broke while it was sent ({failure})") from None
        except RpcError as refusal:
            if not known_already(refusal):
                if self.journal:
                    self.journal.mark(entry, "failed", why=refusal.message)
                raise Refused(f"the node does not take the transaction: {refusal.reason}", hash=entry.hash) from None
            answered = entry.hash
        if str(answered).lower() != entry.hash:
            raise NoConnection(f"{self.rpc.shown} answers with the hash of another transaction; do not trust it")
        return self.journal.mark(entry, "sent") if self.journal else replace(entry, status="sent")

    def _wait(self, entry: Entry, wish: dict[str, Any]) -> Receipt:
        receipt, found = self._receipt(entry, wish)
        if self.journal:
            self.journal.close(self.rpc, entry, found)
        if receipt.status != 1:
            self._explain_failure(receipt, wish)
        return receipt

    def _receipt(self, entry: Entry, wish: dict[str, Any] | None = None) -> tuple[Receipt, dict[str, Any]]:
        end = time.monotonic() + (_LOCAL_PATIENCE if self.local else _PATIENCE)
        pause, longest = 0.001, 0.02 if self.local else 1.0
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
            gas_used = _number(found["gasUsed"])
            receipt = Receipt(
                entry.hash,
                _number(found["blockNumber"]),
                _number(found["status"]),
                gas_used,
                tuple(read_logs(found["logs"])),
                checksum(found["contractAddress"]) if found.get("contractAddress") else None,
                gas_used * _number(found.get("effectiveGasPrice") or "0x0"),
                block_time(self.rpc, found),
            )
        except (KeyError, TypeError, AttributeError):
            raise NoConnection(f"{self.rpc.shown} gives no proper receipt") from None
        if not same:
            raise NoConnection(f"{self.rpc.shown} gives the receipt of another transaction; do not trust it")
        return receipt

    def _explain_failure(self, receipt: Receipt, wish: dict[str, Any]) -> None:
        """It passed the simulation and failed in its block: something came before it. Ask again why."""
        called = self.rpc.batch([("eth_call", [wish, hex(receipt.block_number)])])[0]
        if isinstance(called, RpcError) and isinstance(refusal := _answer(called), CallReverted):
            raise refusal
        raise Refused("the transaction was mined and failed, though it passed before: look again and retry", hash=receipt.hash)

    def _not_confirmed(self, entry: Entry, what: str) -> NotConfirmed:
        remedy = "run `daokit tx resume`" if self.journal else "look it up before you try again"
        return NotConfirmed(f"transaction {entry.hash} {what}; {remedy}", hash=entry.hash, id=entry.id)


def read_logs(answer: Any) -> list[Log]:
    """Logs as a node gives them. Those taken back by a reorganisation are left out."""
    try:
        return [
            Log(
                checksum(one["address"]),
                tuple(one["topics"]),
                bytes.fromhex(one["data"][2:]),
                _number(one["blockNumber"]),
                one["blockHash"],
                one["transactionHash"],
                _number(one["logIndex"]),
                None if one.get("blockTimestamp") is None else _number(one["blockTimestamp"]),
            )
            for one in answer
            if not one.get("removed")
        ]
    except (KeyError, TypeError, ValueError):
        raise NoConnection("the node gives logs that are none") from None


def _answer(answer: Any) -> bytes | CallReverted:
    if not isinstance(answer, RpcError):
        return _bytes(answer)
    if answer.data is not None:
        return CallReverted(bytes.fromhex(answer.data[2:]))
    if answer.code == 3 or "revert" in answer.reason.lower() or "evm error" in answer.reason.lower():
        return CallReverted(b"")
    raise answer


def _block(found: Any) -> Block:
    try:
        return Block(
            _number(found["number"]),
            found["hash"],
            _number(found["timestamp"]),
            _number(found.get("baseFeePerGas") or "0x0"),
            _number(found["gasLimit"]),
        )
    except (KeyError, TypeError):
        raise NoConnection("the node gives a block that is none") from None


def _number(text: Any) -> int:
    try:
        return int(text, 16) if isinstance(text, str) else int(text)
    except (TypeError, ValueError):
        raise NoConnection(f"the node gives {str(text)[:40]!r} where a number belongs") from None


def _bytes(text: Any) -> bytes:
    try:
        return bytes.fromhex(text[2:])
    except (TypeError, ValueError):
        raise NoConnection(f"the node gives {str(text)[:40]!r} where bytes belong") from None


def _coins(wei: int) -> str:
    whole, part = divmod(wei, 10**18)
    return f"{whole:,}.{part:018d}".rstrip("0").rstrip(".")
