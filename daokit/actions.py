"""What a proposal can do, in people's words: `2500 tUSD to builder`, `100 units to bob`, `quorum=30%`.

Names stay names here; `calls.encode` turns actions into the payments and calls that the chain commits to.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from daokit import rules
from daokit.errors import UnknownName, UsageError
from daokit.quantities import format_duration, parse_duration, parse_number, parse_time, split_money
from daokit.signatures import Signature


@dataclass(frozen=True)
class Pay:
    """Pay `amount` (in whole tokens, as written) of `token` to `to`. Large only when the sum or the token needs it."""

    amount: str
    token: str
    to: str
    purpose: str = ""
    large: ClassVar[bool] = False

    @property
    def words(self) -> str:
        return f"pay {self.amount} {self.token} to {self.to}{f', for {self.purpose}' if self.purpose else ''}"


@dataclass(frozen=True)
class Admit:
    """Seat somebody who has applied."""

    who: str
    large: ClassVar[bool] = False

    @property
    def words(self) -> str:
        return f"admit {self.who}"


@dataclass(frozen=True)
class Expel:
    """Take somebody's seat. Their units stay theirs."""

    who: str
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"expel {self.who}, whose units stay theirs"


@dataclass(frozen=True)
class MoveSeat:
    """Give somebody's seat to another address of theirs, whatever its key says."""

    who: str
    to: str
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"move the seat of {self.who}, with units and all, to {self.to}"


@dataclass(frozen=True)
class Grant:
    """Issue units."""

    units: int
    to: str
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"grant {_units(self.units)} to {self.to}"


@dataclass(frozen=True)
class Sell:
    """Offer units to seats at `price` (in whole tokens, as written) each, until `end` (unix seconds)."""

    units: int
    price: str
    token: str
    end: int
    most_per_seat: int
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        most = f", at most {self.most_per_seat:,} each" if self.most_per_seat < self.units else ""
        return f"sell {_units(self.units)} to seats at {self.price} {self.token} each until {_moment(self.end)}{most}"


@dataclass(frozen=True)
class Budget:
    """Let `to` pay up to `amount` (in whole tokens, as written) each `period` seconds until `end` (unix seconds)."""

    amount: str
    token: str
    period: int
    to: str
    end: int
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        every = format_duration(self.period)
        return f"let {self.to} spend up to {self.amount} {self.token} every {every} until {_moment(self.end)}"


@dataclass(frozen=True)
class ListToken:
    """List a token: ordinary payments, budgets and sums owed then take it."""

    token: str
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"list the token {self.token}"


@dataclass(frozen=True)
class DelistToken:
    """Take a token off the list."""

    token: str
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"take the token {self.token} off the list"


@dataclass(frozen=True)
class Set:
    """Change a rule: `key` as in a charter (`voting.quorum`), `value` as the contract keeps it (see `rules`)."""

    key: str
    value: int
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        rule = rules.find(self.key)
        when = ", from the next season on" if rule.section == "seasons" else ""
        return f"set {rule.key} to {rule.show(self.value)}{when}"


@dataclass(frozen=True)
class LowerNotice:
    """Shorten the exit notice to `seconds`, for good."""

    seconds: int
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"shorten the exit notice to {format_duration(self.seconds)}, for good"


@dataclass(frozen=True)
class SetCharter:
    """Replace the charter's text by that with keccak256 `text` (0x hex), to be found at `uri`."""

    text: str
    uri: str
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"replace the charter's text (hash {self.text[:10]}…); applications under the old one become void"


@dataclass(frozen=True)
class Call:
    """Call a function of any contract, with arguments as written and `value` (whole coins, as written) sent along."""

    target: str
    signature: str
    arguments: tuple[str, ...] = ()
    value: str = "0"
    large: ClassVar[bool] = True

    @property
    def words(self) -> str:
        name = self.signature.partition("(")[0]
        sent = f", sending {self.value} coin along" if self.value != "0" else ""
        return f"call {name}({', '.join(self.arguments)}) of {self.target}{sent}"


Action = (
    Pay
    | Admit
    | Expel
    | MoveSeat
    | Grant
    | Sell
    | Budget
    | ListToken
    | DelistToken
    | Set
    | LowerNotice
    | SetCharter
    | Call
)


def parse(kind: str, text: str) -> Action:
    """An action as typed behind `--<kind>`: `parse("pay", "2500 tUSD to builder")`. Raises `UsageError`."""
    if kind not in _READERS:
        raise UnknownName("action", kind, _READERS)
    return _READERS[kind](" ".join(text.split()) if kind != "call" else text.strip())


def kinds() -> tuple[str, ...]:
    """Every kind of action that `parse` knows."""
    return tuple(_READERS)


def _pay(text: str) -> Action:
    found = _match(r"(?P<money>\S+ \S+) to (?P<to>.+?)(?: for (?P<purpose>.+))?", text, "2500 tUSD to builder for rent")
    amount, token = _money(found["money"])
    purpose = found["purpose"] or ""
    if len(purpose.encode()) > 32:
        raise UsageError(f'the purpose "{purpose}" has {len(purpose.encode())} bytes; shorten it to 32')
    return Pay(amount, token, found["to"], purpose)


def _move_seat(text: str) -> Action:
    found = _match(r"(?P<who>.+) to (?P<to>.+)", text, "alice to 0x…")
    return MoveSeat(found["who"], found["to"])


def _grant(text: str) -> Action:
    found = _match(r"(?P<units>\S+) units? to (?P<to>.+)", text, "100 units to bob")
    return Grant(_count(found["units"]), found["to"])


def _sell(text: str) -> Action:
    form = r"(?P<units>\S+) units? at (?P<money>\S+ \S+) until (?P<end>.+?)(?:,? at most (?P<most>\S+) each)?"
    found = _match(form, text, "100 units at 5 tUSD until 2026-12-31, at most 20 each")
    units = _count(found["units"])
    price, token = _money(found["money"])
    most = _count(found["most"]) if found["most"] else units
    return Sell(units, price, token, parse_time(found["end"]), most)


def _budget(text: str) -> Action:
    form = r"(?P<money>\S+ \S+) (?:every|each) (?P<period>.+?) to (?P<to>.+?) until (?P<end>.+)"
    found = _match(form, text, "300 tUSD every 30 days to dora until 2027-01-01")
    amount, token = _money(found["money"])
    period = parse_duration(found["period"])
    if period == 0:
        raise UsageError('a budget needs a period that is longer than none: "300 tUSD every 30 days to dora until …"')
    return Budget(amount, token, period, found["to"], parse_time(found["end"]))


def _set(text: str) -> Action:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f'"{text}" sets nothing; write it like quorum=30%')
    rule = rules.find(name.strip())
    number = rule.parse(value.strip())
    return LowerNotice(number) if rule.key == "exit.notice" else Set(rule.key, number)


def _call(text: str) -> Action:
    example = '"registry transfer(address,uint256) bob 100"'
    try:
        target, signature, *arguments = shlex.split(text)
    except ValueError:
        raise UsageError(f"a call names a target, a function with its types, and its arguments: {example}") from None
    value = "0"
    if arguments and re.fullmatch(r"value=\S+", arguments[-1]):
        value = arguments.pop()[len("value=") :]
        parse_number(value)
    Signature.parse(signature).check_count(arguments)
    return Call(target, signature, tuple(arguments), value)


def _named(make: Callable[[str], Action], example: str) -> Callable[[str], Action]:
    def read(text: str) -> Action:
        if not text:
            raise UsageError(f"name one, like {example}")
        return make(text)

    return read


_READERS: Mapping[str, Callable[[str], Action]] = {
    "pay": _pay,
    "admit": _named(Admit, "dora"),
    "expel": _named(Expel, "bob"),
    "move-seat": _move_seat,
    "grant": _grant,
    "sell": _sell,
    "budget": _budget,
    "list-token": _named(ListToken, "tEUR"),
    "delist-token": _named(DelistToken, "tEUR"),
    "set": _set,
    "call": _call,
}


def _match(form: str, text: str, example: str) -> dict[str, str]:
    found = re.fullmatch(form, text)
    if not found:
        raise UsageError(f'"{text}" cannot be read; write it like "{example}"')
    return found.groupdict()


def _money(text: str) -> tuple[str, str]:
    amount, token = split_money(text)
    if parse_number(amount) == 0:
        raise UsageError(f'"{text}" is nothing; name an amount above zero')
    return amount, token


def _count(text: str) -> int:
    digits = text.replace(",", "")
    if not digits.isdecimal() or int(digits) == 0 or int(digits) >= 2**64:
        raise UsageError(f'"{text}" is not a number of units; units are whole, above zero and below 2^64')
    return int(digits)


def _units(units: int) -> str:
    return f"{units:,} unit{'s' if units != 1 else ''}"


def _moment(when: int) -> str:
    return f"{datetime.fromtimestamp(when):%Y-%m-%d %H:%M}"
