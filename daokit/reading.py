"""Payments and calls of an option in words: what a voter reads is made from the very bytes that the chain will execute,
never from what their author wrote about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from daokit import rules
from daokit.artifact import known_functions
from daokit.documents import text_hash, text_of
from daokit.errors import UsageError
from daokit.hashing import ZERO_ADDRESS, keccak
from daokit.options import Call, Payment, purpose_text
from daokit.quantities import format_duration, format_share, money
from daokit.signatures import Signature, decode, show
from daokit.text import clean

NO_LIMIT = 2**128  # whoever approves this much means no limit


@dataclass(frozen=True)
class Reading:
    """A payment or call in words. Not `clear` when these words alone do not say all that it does."""

    words: str
    clear: bool = True

    def __str__(self) -> str:
        return self.words if self.clear else f"{self.words} — CANNOT BE CHECKED BY READING"


@dataclass(frozen=True)
class View:
    """What reading needs to know of a collective.

    `name_of` shows an address, `token_words` gives a token's symbol and decimals (None: not known), `seat_name` the
    name of a seat's holder, `moment` a time in the reader's zone. `rules` are the present values, by key; `signatures`
    are functions that somebody names: a call shows under one only when its first 4 bytes and all its arguments fit.
    `services` is where the offers to personal funds are, `federation_of` the name of the federation whose purse an
    address is ("": none known).
    """

    collective: str
    treasury: str
    name_of: Callable[[str], str]
    token_words: Callable[[str], tuple[str, int] | None]
    seat_name: Callable[[int], str]
    moment: Callable[[int], str]
    rules: rules.Values
    signatures: tuple[str, ...] = ()
    services: str = ""
    federation_of: Callable[[str], str] = lambda _: ""

    def name(self, address: str) -> str:
        """Whose address this is."""
        own = {self.collective: "the collective", self.treasury: "the treasury"}
        return own.get(address) or clean(self.name_of(address), 80)

    def sum(self, amount: int, token: str) -> tuple[str, bool]:
        """An amount in words, and whether the token is known."""
        words = self.token_words(token)
        if words is None:
            return f"{amount} (in its smallest unit) of the unknown token {token}", False
        return money(amount, clean(words[0], 16), words[1]), True


def read(part: Payment | Call, view: View) -> Reading:
    """What a payment or call does."""
    if isinstance(part, Payment):
        amount, known = view.sum(part.amount, part.token)
        purpose = f", for {clean(part.purpose, 40)}" if part.purpose else ""
        return Reading(f"pay {amount} to {view.name(part.to)}{purpose}", known)
    reading = _read_call(part, view)
    if part.value:
        sent, _ = view.sum(part.value, ZERO_ADDRESS)
        return Reading(f"{reading.words}, sending {sent} along", reading.clear)
    return reading


def _read_call(call: Call, view: View) -> Reading:
    target = view.name(call.target)
    signature = _signature(call.data[:4], view)
    if signature is None:
        return Reading(f"call a function of {target} that is not known here: {_bytes(call.data)}", clear=False)
    values = decode(signature.inputs, call.data[4:])
    if values is None:
        unfit = f"call {signature.canonical} of {target} with arguments that do not fit it: {_bytes(call.data)}"
        return Reading(unfit, clear=False)
    if say := _plainly(call.target, signature.canonical, view):
        return say(values, view)
    parts = [
        f"{field['name']} {word}" if field.get("name") else word
        for field, word in (
            (field, show(field, value, view.name)) for field, value in zip(signature.fields, values, strict=True)
        )
    ]
    return Reading(clean(f"call {signature.canonical} of {target}: {', '.join(parts) or 'no arguments'}", 4_000))


def _signature(first: bytes, view: View) -> Signature | None:
    if function := known_functions().get(first):
        return Signature(function.name, function.fields)
    for text in view.signatures:
        try:
            signature = Signature.parse(text)
        except UsageError:
            continue
        if signature.selector == first:
            return signature
    return None


def _plainly(target: str, signature: str, view: View) -> Callable[[Any, View], Reading] | None:
    """The plain words for a function of the collective, of its treasury, or of a known token."""
    if target == view.collective:
        return _COLLECTIVE.get(signature)
    if target == view.treasury:
        return _TREASURY.get(signature)
    if target == view.services:
        return _SERVICES.get(signature)
    if target != ZERO_ADDRESS and view.token_words(target) is not None:
        say = _TOKEN.get(signature)
        return partial(say, target) if say else None
    return None


def _expel(values: Any, view: View) -> Reading:
    return Reading(f"expel {clean(view.seat_name(values[0]), 80)} (seat {values[0]}), whose units stay theirs")


def _move_seat(values: Any, view: View) -> Reading:
    seat, to = values
    holder = clean(view.seat_name(seat), 80)
    # The whole address: all that its holder has goes there.
    return Reading(
        f"move seat {seat} from {holder} to {view.name(to)} ({to}), with its ballots, units and what is owed, "
        f"whatever {holder} says"
    )


def _set_charter(values: Any, view: View) -> Reading:
    return read_charter("0x" + values[0].hex(), values[1])


def read_charter(given: str, uri: str) -> Reading:
    """A new charter, by the hash (0x hex) of its text and where that is said to be."""
    text = text_of(uri)
    words = f"replace the charter's text by the one with hash {given}"
    if text is None:
        return Reading(f"{words}, said to be at {clean(uri, 200) or 'no uri'}: compare its hash", clear=False)
    if text_hash(text) != given:
        return Reading(f"{words}; the text that comes with it is ANOTHER, with hash {text_hash(text)}", clear=False)
    return Reading(f"{words}, which stands on the chain and begins: {clean(text, 120)}")


def _rules(section: str) -> Callable[[Any, View], Reading]:
    def say(values: Any, view: View) -> Reading:
        row = values if section == "seasons" else values[0]
        changes = [
            f"{rule.key} from {rule.show(view.rules[rule.key])} to {rule.show(value)}"
            for rule, value in zip(rules.in_section(section), row, strict=True)
            if value != view.rules[rule.key]
        ]
        when = " from the next season on" if section == "seasons" else ""
        return Reading(f"set {', '.join(changes)}{when}" if changes else f"set the rules of {section} as they are now")

    return say


def _sale(values: Any, view: View) -> Reading:
    terms = values[0]
    price, known = view.sum(terms.price, terms.token)
    most = f", at most {terms.mostPerSeat:,} each" if terms.mostPerSeat < terms.left else ""
    units = f"{terms.left:,} units"
    return Reading(f"sell {units} to seats at {price} each until {view.moment(terms.end)}{most}", known)


def _budget(values: Any, view: View) -> Reading:
    spender, token, amount, period, end = values
    most, known = view.sum(amount, token)
    every = format_duration(period)
    federation = view.federation_of(spender)
    who = f"the federation {clean(federation, 80)} (purse {spender})" if federation else view.name(spender)
    return Reading(f"let {who} spend up to {most} every {every} until {view.moment(end)}", known)


def _lower_notice(values: Any, view: View) -> Reading:
    present = format_duration(view.rules["exit.notice"])
    return Reading(f"shorten the exit notice from {present} to {format_duration(values[0])}, for good")


def _token(values: Any, view: View) -> str:
    words = view.token_words(values[0])
    return f"{clean(words[0], 16)} ({values[0]})" if words else str(values[0])


def _approve(token: str, values: Any, view: View) -> Reading:
    spender, amount = values
    most = f"any sum of {view.name(token)}" if amount >= NO_LIMIT else f"up to {view.sum(amount, token)[0]}"
    return Reading(f"let {view.name(spender)} take {most} from the treasury, at any time")


def _transfer(token: str, values: Any, view: View) -> Reading:
    return Reading(f"send {view.sum(values[1], token)[0]} to {view.name(values[0])} by plain transfer")


def _offer(values: Any, view: View) -> Reading:
    from daokit.services import Terms

    terms, uri = Terms.decoded(values[0]), values[1]
    parts = [f"offer {terms.service} to personal funds for {terms.share} of each draw"]
    parts.append(f"{format_duration(terms.notice)} of notice on both sides")
    if terms.count:
        parts.append(f"who takes it may ask for {terms.entitlement}")
    if terms.only != ZERO_ADDRESS:
        parts.append(f"for {view.name(terms.only)} alone")
    if terms.members_of != ZERO_ADDRESS:
        parts.append(f"for members of {view.name(terms.members_of)} alone")
    if terms.keeper != ZERO_ADDRESS:
        parts.append(f"{view.name(terms.keeper)} can close it and end commitments")
    text = text_of(uri)
    if text is not None and text_hash(text) == terms.text:
        return Reading("; ".join([*parts, f"its text stands on the chain and begins: {clean(text, 120)}"]))
    if text is not None:
        parts.append(f"the text that comes with it is ANOTHER, with hash {text_hash(text)}")
    else:
        parts.append(f"its text has hash {terms.text} and is said to be at {clean(uri, 200) or 'no uri'}")
    return Reading("; ".join(parts), clear=False)


def _dismiss(values: Any, view: View) -> Reading:
    number, fund, slot = values
    words = f"end commitment {slot} of the fund {view.name(fund)} to offer {number}"
    return Reading(f"{words}; money and service run until its notice has")


def _tie(words: Callable[..., str]) -> Callable[[Any, View], Reading]:
    def say(values: Any, view: View) -> Reading:
        purse, *rest = values
        federation = view.federation_of(purse)
        # What nobody knows as a federation's purse may do anything with what it is given.
        return Reading(words(federation, purse, *rest), clear=bool(federation))

    return say


def join_words(federation: str, purse: str, charter: bytes, bps: int) -> str:
    """Joining, in words."""
    hash_ = charter.hex()
    return f"join {_sits(federation, purse)}, passing up {format_share(bps)} of revenue, under its charter 0x{hash_}"


def quit_words(federation: str, purse: str) -> str:
    """Leaving, in words."""
    return f"leave {_sits(federation, purse)}: the levy stops at once, and an exit share is paid if it grants one"


def levy_words(federation: str, purse: str, bps: int) -> str:
    """A levy, in words."""
    return f"pass {format_share(bps)} of revenue up to {_sits(federation, purse)} from then on"


def delegate_words(federation: str, purse: str, competence: bytes, given: bool) -> str:
    """Delegating or recalling, in words."""
    name = f'the competence "{clean(purpose_text(competence), 40)}"'
    whom = _sits(federation, purse)
    return f"delegate {name} to {whom}" if given else f"recall {name} from {whom}"


def _sits(federation: str, purse: str) -> str:
    return f"the federation {clean(federation, 80) or 'of an unknown name'} (purse {purse})"


_COLLECTIVE: Mapping[str, Callable[[Any, View], Reading]] = {
    "admit(address)": lambda values, view: Reading(f"admit {view.name(values[0])}"),
    "expel(uint256)": _expel,
    "moveSeat(uint256,address)": _move_seat,
    "setCharter(bytes32,string)": _set_charter,
    "setVoting((uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256))": _rules("voting"),
    "setSeasons(uint256,uint256)": _rules("seasons"),
    "setAdmission((uint256,uint256,uint256,uint256,uint256))": _rules("admission"),
}
_TREASURY: Mapping[str, Callable[[Any, View], Reading]] = {
    "grantUnits(address,uint256)": lambda values, view: Reading(f"grant {values[1]:,} units to {view.name(values[0])}"),
    "openSale((address,uint64,uint128,uint64,uint40))": _sale,
    "closeSale(uint256)": lambda values, _: Reading(f"close sale {values[0]}"),
    "openBudget(address,address,uint256,uint256,uint256)": _budget,
    "endBudget(uint256)": lambda values, _: Reading(f"end budget {values[0]}"),
    "listToken(address)": lambda values, view: Reading(f"list the token {_token(values, view)}"),
    "delistToken(address)": lambda values, view: Reading(f"take the token {_token(values, view)} off the list"),
    "lowerNotice(uint256)": _lower_notice,
    "join(address,bytes32,uint256)": _tie(join_words),
    "quit(address)": _tie(quit_words),
    "setLevy(address,uint256)": _tie(levy_words),
    "delegate(address,bytes32,bool)": _tie(delegate_words),
}
_SERVICES: Mapping[str, Callable[[Any, View], Reading]] = {
    "offer((bytes32,uint16,uint16,uint32,uint32,uint32,address,address,address,bytes32),string)": _offer,
    "close(uint256)": lambda values, _: Reading(f"close offer {values[0]} to new commitments; those that stand go on"),
    "end(uint256,address,uint256)": _dismiss,
}
_TOKEN: Mapping[str, Callable[[str, Any, View], Reading]] = {
    "approve(address,uint256)": _approve,
    "transfer(address,uint256)": _transfer,
}


def _bytes(data: bytes) -> str:
    return f"{len(data)} bytes that begin with 0x{data[:4].hex()}, hash 0x{keccak(data).hex()}"
