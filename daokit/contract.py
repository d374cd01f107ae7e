"""A contract at an address: reads, sends, events, and refusals in the interface's own words."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from daokit import plain_refusals
from daokit.artifact import Artifact, Function, known_enums, known_errors, known_events, known_functions, load_artifact
from daokit.chain import CallReverted, Chain, Log, Receipt, Transaction
from daokit.errors import DaokitError, NoConnection, Reverted
from daokit.hashing import parse_address
from daokit.rpc import RpcError, too_often
from daokit.text import clean

__all__ = [
    "Contract",
    "Event",
    "Sent",
    "ask_all",
    "decode_call",
    "decode_log",
    "decode_revert",
    "deploy",
    "load_artifact",
    "write",
]

# Standards that our contracts inherit without an interface of our own to say it in.
_STANDARD_NOTICES = {
    "ERC20InsufficientBalance": "`sender` has `balance` of the token and needs `needed`.",
    "ERC20InsufficientAllowance": "`spender` may take `allowance` of the token and needs `needed`.",
    "ERC20InvalidReceiver": "The token does not go to `receiver`.",
    "ERC20InvalidSender": "The token does not come from `sender`.",
    "SafeERC20FailedOperation": "The token `token` refused the transfer.",
    "ReentrancyGuardReentrantCall": "A contract that was paid called back before the payment was done.",
    "UnsupportedAttribute": "This gateway knows no attribute `selector`.",
    "InteroperableAddressParsingError": "An address is not one that says its chain (ERC-7930, version 1).",
    "CheckpointUnorderedInsertion": "A roll cannot be told for a time before the last one.",
    "InvalidInitialization": "This contract has been set up already.",
    "FailedDeployment": "The new contract could not be made; perhaps it exists already.",
}

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Event:
    """One thing that happened. Its values are attributes (`cast.seat`; `from_` where Python keeps the word) and items
    (`seated["name"]`, where an attribute of the event itself has the name)."""

    name: str
    args: dict[str, Any] = field(repr=False)
    address: str = ""
    block: int = 0
    log_index: int = 0
    transaction: str = ""
    block_hash: str = ""
    time: int | None = None

    def __getattr__(self, name: str) -> Any:
        args = object.__getattribute__(self, "__dict__").get("args", {})
        if name in args:
            return args[name]
        if name.endswith("_") and name[:-1] in args:
            return args[name[:-1]]
        raise AttributeError(f"the event {self.__dict__.get('name')} has no {name}; it has {', '.join(args)}")

    def __getitem__(self, name: str) -> Any:
        return self.args[name]

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(f'{name}={value!r}' for name, value in self.args.items())})"


@dataclass(frozen=True)
class Sent:
    """A transaction that was done: its receipt, and all events that we know, of any contract, in order."""

    receipt: Receipt
    happened: tuple[Event, ...]

    def event(self, name: str) -> Event:
        """The first event with this name. Raises `NoConnection` when there is none: then it is another contract."""
        for event in self.happened:
            if event.name == name:
                return event
        raise NoConnection(f"the transaction {self.receipt.hash} left no {name}; is this the right address?")

    def events(self, *names: str) -> list[Event]:
        """The events with these names, or all, in order."""
        return [event for event in self.happened if not names or event.name in names]


class Contract:
    """A contract of ours at an address. Subclasses name their `artifact`."""

    artifact_name = ""

    def __init__(self, chain: Chain, address: str, artifact: str | None = None) -> None:
        self.chain = chain
        self.address = parse_address(address)
        self._artifact_name = artifact or self.artifact_name

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._artifact_name} at {self.address})"

    @property
    def artifact(self) -> Artifact:
        return load_artifact(self._artifact_name)

    def read(self, function: str, *arguments: Any, block: int | str | None = None, sender: str | None = None) -> Any:
        """Ask one function. One result comes as it is, several and structs as named tuples. Raises `Reverted`."""
        known = self.artifact.function(function, len(arguments))
        with reverting():
            reader = sender or self.chain.reader
            data = self.chain.call(self.address, known.encode(arguments), sender=reader, block=block)
        return known.result(data)

    def read_many(self, calls: Sequence[tuple[str, Sequence[Any]]], *, block: int | str | None = None) -> list[Any]:
        """Ask many in one exchange: `[("seatOf", (alice,)), ("seats", ())]`. Raises `Reverted` when one is refused."""
        answers = self.try_many(calls, block=block)
        for answer in answers:
            if isinstance(answer, Reverted):
                raise answer
        return answers

    def try_many(self, calls: Sequence[tuple[str, Sequence[Any]]], *, block: int | str | None = None) -> list[Any]:
        """As `read_many`; a refusal stands in its place as a `Reverted`."""
        known = [self.artifact.function(name, len(arguments)) for name, arguments in calls]
        wishes = [(self.address, one.encode(arguments)) for one, (_, arguments) in zip(known, calls, strict=True)]
        answers = self.chain.call_many(wishes, sender=self.chain.reader, block=block)
        return [
            decode_revert(answer.data) if isinstance(answer, CallReverted) else one.result(answer)
            for one, answer in zip(known, answers, strict=True)
        ]

    def ask(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """As `read_many`, of a contract that may be anybody's, a member's say. None stands for what it refuses, answers
        in another form than its interface, or what the node breaks off: all its gas used up, too long an answer."""
        return ask_all(self.chain, [(self, name, arguments) for name, arguments in calls])

    def encode(self, function: str, *arguments: Any) -> bytes:
        """The data of a call, for an option of a proposal or a signer elsewhere."""
        return self.artifact.function(function, len(arguments)).encode(arguments)

    def send(
        self, function: str, *arguments: Any, value: int = 0, words: str | Sequence[str] = (), gas: int | None = None
    ) -> Sent:
        """Change something: simulated, shown, signed, journalled, waited for. `value` in wei; `words` say it to people.
        Raises `Reverted` before anything is signed when it would fail, and on public chains `RuleBroken` when the code
        at the address is not that of this contract of ours."""
        data = self.encode(function, *arguments)
        if not self.chain.local:
            from daokit.factory import check_runs

            check_runs(self.chain, self.address, self._artifact_name)
        return transact(self.chain, Transaction(self.address, data, value, _lines(words)), gas=gas)

    def events(self, *names: str, since: int = 0, to_block: int | str = "latest") -> list[Event]:
        """What happened here from block `since` on, oldest first, straight from the node."""
        topics = [[topic for topic, event in self.artifact.events.items() if event.name in names]] if names else []
        logs = self.chain.logs(self.address, topics, since, to_block)
        return [event for log in logs if (event := decode_log(log))]


def deploy(chain: Chain, artifact: str, *arguments: Any, words: str | Sequence[str] = ()) -> Contract:
    """Make a contract from its artifact."""
    data = load_artifact(artifact).creation_code(*arguments)
    address = transact(chain, Transaction(None, data, 0, _lines(words))).receipt.contract_address
    if address is None:
        raise NoConnection("the node gives no address for the contract that was made")
    return Contract(chain, address, artifact)


def transact(chain: Chain, transaction: Transaction, *, gas: int | None = None) -> Sent:
    """Send any transaction as contracts do: refusals in words, events decoded, `.prepare` respected."""
    if _preparing.get():
        raise _Prepared(chain, transaction)
    with reverting():
        receipt = chain.transact(transaction, gas=gas)
    return Sent(receipt, tuple(event for log in receipt.logs if (event := decode_log(log))))


# Decoding


def decode_log(log: Log) -> Event | None:
    """The event of any of our contracts, or None when we do not know it."""
    if not log.topics:
        return None
    known = known_events().get((log.topics[0], len(log.topics) - 1))
    if known is None:
        return None
    try:
        values = known.decode(log.topics, log.data)
    except DaokitError:
        return None  # some other contract's event with the same signature
    args = dict(zip(known.inputs.names, values, strict=True))
    return Event(known.name, args, log.address, log.block, log.index, log.transaction, log.block_hash, log.time)


def ask_all(chain: Chain, asked: Sequence[tuple[Contract, str, Sequence[Any]]]) -> list[Any]:
    """Ask many contracts on one chain, which may be anybody's, in one exchange: `[(collective, "people", ())]`. None
    stands for what one refuses, answers in another form than its interface, or what the node breaks off."""
    known = [one.artifact.function(name, len(arguments)) for one, name, arguments in asked]
    wishes = [(one.address, ask.encode(arguments)) for ask, (one, _, arguments) in zip(known, asked, strict=True)]
    try:
        answers = chain.call_many(wishes, sender=chain.reader)
    except RpcError as refusal:
        if too_often(refusal):
            raise
        # The others are heard all the same.
        return [ask_all(chain, [one])[0] for one in asked] if len(asked) > 1 else [None]
    return [_understood(one, answer) for one, answer in zip(known, answers, strict=True)]


def decode_call(data: bytes, artifact: str | None = None) -> tuple[Function, Any] | None:
    """The function and its arguments as a named tuple, or None for a call that we cannot read."""
    functions = load_artifact(artifact).by_selector if artifact else known_functions()
    function = functions.get(data[:4])
    try:
        if function is None:
            return None
        values = function.inputs.decode(data[4:], 0)
        # What does not encode back to the same bytes would be shown as something that it is not.
        return (function, values) if function.encode(list(values)) == data else None
    except DaokitError:
        return None


def decode_revert(data: bytes) -> Reverted:
    """The refusal of any of our contracts in the interface's words; also `revert("…")`, panics and silence."""
    selector, body = data[:4], data[4:]
    try:
        if not data:
            return Reverted("Refused", {}, "The contract refused without giving a reason.")
        if plain := plain_refusals.read(data):
            return plain
        if known := known_errors().get(selector):
            values = dict(zip(known.inputs.names, known.inputs.decode(body, 0), strict=True))
            notice = known.notice or _STANDARD_NOTICES.get(known.name, "")
            kinds = {one["name"]: str(one.get("internalType", "")) for one in known.fields}
            inner = [value for value in values.values() if isinstance(value, bytes) and len(value) > 32]
            inner += [value for value in values.values() if isinstance(value, bytes) and len(value) == 4]
            return Reverted(
                known.name,
                values,
                notice,
                show=lambda name, value: _shown(value, kinds.get(name, "")),
                data=data,
                inner=decode_revert(inner[0]) if inner and inner[0][:4] in _readable() else None,
            )
    except DaokitError:
        pass
    return Reverted("Unknown", {"data": "0x" + data.hex()}, f"The contract refused (0x{data[:68].hex()}).", data=data)


@contextmanager
def reverting() -> Iterator[None]:
    """Turns what a contract gave when it refused into `Reverted`."""
    try:
        yield
    except CallReverted as refusal:
        raise decode_revert(refusal.data) from None


def _understood(function: Function, answer: bytes | CallReverted) -> Any:
    try:
        return None if isinstance(answer, CallReverted) else function.result(answer)
    except NoConnection:
        return None


def _readable() -> set[bytes]:
    return {plain_refusals.ERROR, plain_refusals.PANIC, *known_errors()}


def _shown(value: Any, kind: str) -> str:
    if kind.startswith("enum "):
        members = known_enums().get(kind.removeprefix("enum "), ())
        return members[value] if value < len(members) else str(value)
    if isinstance(value, bytes):
        text = value.rstrip(b"\x00")
        if len(value) == 32 and text and all(32 <= byte < 127 for byte in text):
            return text.decode()
        return f"0x{value.hex()}" if len(value) <= 32 else f"0x{value[:32].hex()}…"
    if isinstance(value, str):
        return clean(value)
    return str(value)


def _lines(words: str | Sequence[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


# Methods that send, and what they would send


class _Prepared(Exception):
    def __init__(self, chain: Chain, transaction: Transaction) -> None:
        super().__init__()
        self.chain = chain
        self.transaction = transaction


_preparing: ContextVar[bool] = ContextVar("preparing", default=False)


class Write(Generic[S, P, R]):
    """A method that sends. Called it does; `.prepare(…)` with the same arguments gives the unsigned transaction."""

    def __init__(self, function: Callable[Concatenate[S, P], R]) -> None:
        self._function = function
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__wrapped__ = function

    @overload
    def __get__(self, owner: None, kind: type[S]) -> Write[S, P, R]: ...
    @overload
    def __get__(self, owner: S, kind: type[S]) -> BoundWrite[P, R]: ...
    def __get__(self, owner: S | None, kind: type[S]) -> Write[S, P, R] | BoundWrite[P, R]:
        return self if owner is None else BoundWrite(functools.partial(self._function, owner), self._function)


class BoundWrite(Generic[P, R]):
    """A sending method of one contract."""

    def __init__(self, call: Callable[P, R], function: Callable[..., Any]) -> None:
        self._call = call
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__wrapped__ = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._call(*args, **kwargs)

    def prepare(self, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        """The unsigned EIP-1559 transaction that the call would send (its first, when it sends several), simulated.
        Raises `Reverted` when it would fail."""
        before = _preparing.set(True)
        try:
            self._call(*args, **kwargs)
        except _Prepared as stopped:
            with reverting():
                return stopped.chain.prepare(stopped.transaction)
        finally:
            _preparing.reset(before)
        raise DaokitError(f"{self.__name__} sends nothing here: there is nothing to prepare")


def write(function: Callable[Concatenate[S, P], R]) -> Write[S, P, R]:
    """Marks a method that sends: gives it `.prepare`, the same call as an unsigned transaction."""
    return Write(function)
