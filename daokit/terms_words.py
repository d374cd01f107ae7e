"""Terms in words: amounts, parts, times and people as a text says them, and in what two terms differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from daokit.addresses import TokenWords
from daokit.amounts import BPS
from daokit.hashing import ZERO_ADDRESS
from daokit.quantities import format_duration, format_share
from daokit.terms import Milestone, Party, Terms

# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on
_FIELDS = {
    "token": "the token",
    "price": "the price",
    "deposit_bps": "the deposit",
    "open_by": "the time for signing",
    "review": "the review time",
    "grace": "the time of grace",
    "arbitration": "the time for a ruling",
    "fallback_bps": "the fallback for disputes",
    "customer": "the customer",
    "refund_to": "the address for refunds",
    "arbiter": "the arbiter",
    "document": "the hash of the text",
}


@dataclass(frozen=True)
class Difference:
    """One thing in which two terms differ, each side in words."""

    what: str
    one: str
    other: str


def utc(when: int) -> str:
    """A moment in unix seconds, the same on every machine: `5 January 2027, 23:59:59 UTC`."""
    there = datetime.fromtimestamp(when, UTC)
    return f"{there.day} {_MONTHS[there.month - 1]} {there.year}, {there:%H:%M:%S} UTC"


def length(seconds: int) -> str:
    """A length of time in a sentence: `7 days`, `no time`."""
    return format_duration(seconds) if seconds else "no time"


def part_of_profit(terms: Terms, row: int) -> str:
    """What of the profit a row has: `60%`, `3 of 7 parts`, `nothing`, `all`."""
    share, shares = terms.parties[row].share, sum(one.share for one in terms.parties)
    if not shares:
        return "all" if row == terms.residual else "nothing"
    if not share:
        return "nothing"
    if share == shares:
        return "all"
    return format_share(share) if shares == BPS else f"{share:,} of {shares:,} parts"


def cost_words(party: Party, words: TokenWords) -> str:
    """What comes back to a row: `600.00 tUSD in tier 1`, `no cost`."""
    return f"{words.write(party.cost)} in tier {party.tier + 1}" if party.cost else "no cost"


def differences(one: Terms, other: Terms, words: TokenWords) -> list[Difference]:
    """In what `one` and `other` differ, fields first, then milestones and rows in order."""
    found = [
        Difference(name, _field(one, key, words), _field(other, key, words))
        for key, name in _FIELDS.items()
        if getattr(one, key) != getattr(other, key)
    ]
    for place in range(max(len(one.milestones), len(other.milestones))):
        had, has = (_milestone(terms, place) for terms in (one, other))
        if had != has:
            found.append(Difference(f"milestone {place + 1}", had, has))
    for row in range(max(len(one.parties), len(other.parties))):
        found += _row(one, other, row, words)
    if one.residual != other.residual:
        residual = [_named(terms, terms.residual) for terms in (one, other)]
        found.append(Difference("who gets what rounding leaves", residual[0], residual[1]))
    return found


def _row(one: Terms, other: Terms, row: int, words: TokenWords) -> list[Difference]:
    if row >= min(len(one.parties), len(other.parties)):
        return [Difference(f"row {row + 1}", _whole_row(one, row, words), _whole_row(other, row, words))]
    name = _named(one if one.parties[row].name else other, row)
    had, has = one.parties[row], other.parties[row]
    sides = (
        ("where {} is paid", had.payee, has.payee),
        ("who signs for {}", had.signer, has.signer),
        ("the cost of {}", words.write(had.cost), words.write(has.cost)),
        ("the tier of {}", f"{had.tier + 1}", f"{has.tier + 1}"),
        ("the share of {}", format_share(had.share), format_share(has.share)),
    )
    return [Difference(what.format(name), before, after) for what, before, after in sides if before != after]


def _whole_row(terms: Terms, row: int, words: TokenWords) -> str:
    if row >= len(terms.parties):
        return "nobody"
    party = terms.parties[row]
    return (
        f"{_named(terms, row)}, paid at {party.payee}, signed by {party.signer}, {cost_words(party, words)}, "
        f"share {format_share(party.share)}"
    )


def _named(terms: Terms, row: int) -> str:
    return terms.label(row) if row < len(terms.parties) else f"row {row + 1}"


def _milestone(terms: Terms, place: int) -> str:
    if place >= len(terms.milestones):
        return "nothing"
    one: Milestone = terms.milestones[place]
    return f"{format_share(one.share)} of the price, due on {utc(one.due)}"


def _field(terms: Terms, key: str, words: TokenWords) -> str:
    value = getattr(terms, key)
    if key == "price":
        return words.write(value)
    if key.endswith("_bps"):
        return format_share(value)
    if key == "open_by":
        return utc(value)
    if key in ("review", "grace", "arbitration"):
        return length(value)
    return "nobody" if value == ZERO_ADDRESS and key != "token" else str(value)
