"""What a unit is worth, and how that grew: from the events of a treasury, which tell of money that came and went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from daokit.contract import Event
from daokit.treasury import Book, Treasury

DAY = 86_400
_UNITS = {"UnitsGranted": 1, "UnitsBought": 1, "Exited": -1}
# What an event adds to what is free: a sum owed is not free any more, and collecting it frees what was not paid of it.
_MONEY = {"Deposited": 1, "Recognised": 1, "Paid": -1, "Owed": -1}


@dataclass(frozen=True)
class Worth:
    """At `time` (unix seconds): all units, and what is free of each token (smallest unit)."""

    time: int
    units: int
    free: dict[str, int]

    def of_one(self, token: str) -> int:
        """What one unit is worth in a token, rounded down to its smallest unit; 0 without units."""
        return max(0, self.free[token]) // self.units if self.units else 0


@dataclass(frozen=True)
class Growth:
    """What a unit was worth `earlier`, oldest first, and is `now`. `besides` is what is free now by token that no event
    tells of (smallest unit, negative when it went): plain transfers that nobody has recognised, and what calls of large
    options moved. It is in `now` and in nothing earlier."""

    earlier: tuple[Worth, ...]
    now: Worth
    besides: dict[str, int]


def worth_at(treasury: Treasury, times: Sequence[int], tokens: Iterable[str] | None = None) -> list[Worth]:
    """What the books tell of each of `times` (unix seconds), of these `tokens` (default: coin and those listed now).

    Units are those granted and bought less those burned. Free is deposited + recognised - paid - owed + what was
    settled of sums owed and not paid: exact for money that comes by `deposit` and goes by payments, budgets and exits.
    A plain transfer counts from when it is recognised; what a call of a large option moves is not told by any event.
    """
    events = treasury.past(*_UNITS, *_MONEY, "Collected")
    dated = [(treasury.when(event), event) for event in events]
    tokens = treasury.tokens() if tokens is None else list(tokens)
    return [_summed(time, [event for when, event in dated if when <= time], tokens) for time in times]


def growth(treasury: Treasury, founded: int, now: int, books: Mapping[str, Book], units: int) -> Growth:
    """How a unit's worth grew since the end of the first day after `founded`, and in 30 days (times in seconds).
    `books` and `units` are the treasury's now."""
    first, month = founded + DAY, now - 30 * DAY
    times = [time for time in (first, month) if first <= time < now]
    *earlier, told = worth_at(treasury, [*dict.fromkeys(times), now], books)
    free = {token: book.free for token, book in books.items()}
    besides = {token: amount - told.free[token] for token, amount in free.items() if amount != told.free[token]}
    return Growth(tuple(earlier), Worth(now, units, free), besides)


def _summed(time: int, events: Sequence[Event], tokens: Sequence[str]) -> Worth:
    free = dict.fromkeys(tokens, 0)
    units = 0
    for event in events:
        if event.name in _UNITS:
            units += _UNITS[event.name] * int(event.units)
        elif event.token in free:
            change = event.due - event.paid if event.name == "Collected" else _MONEY[event.name] * event.amount
            free[event.token] += int(change)
    return Worth(time, units, free)
