"""The draw of a personal fund in plain integers: no chain, no I/O.

A second model of the split in contracts/Fund.sol, written from MECHANISMS (personal fund and commitments) and equal to
it to the unit. Amounts are in the token's smallest unit, shares in basis points (10,000 is all), times in unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from daokit.amounts import BPS

MOST_BPS = 9_000  # of a draw, all commitments together
MOST_COMMITMENTS = 16
MOST_AMOUNT = 2**120 - 1

_PART = 16  # bytes of one part in the event `Drawn`: its slot in the first, its amount in the rest


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap at work: from draws of `token` alone, at most `per_period` in each `period` seconds counted from `since`,
    and `in_all`; 0 is no limit. `taken` fell into the period numbered `last_period`, `taken_in_all` into all of them;
    each is counted only while it is limited."""

    token: str
    since: int
    period: int = 0
    per_period: int = 0
    in_all: int = 0
    last_period: int = 0
    taken: int = 0
    taken_in_all: int = 0

    def room(self, token: str, now: int) -> int:
        """What a draw of `token` may still give under it at `now`."""
        if token != self.token:
            return 0
        rooms = []
        if self.per_period:
            rooms.append(self.per_period - (self.taken if self._number(now) == self.last_period else 0))
        if self.in_all:
            rooms.append(self.in_all - self.taken_in_all)
        return min(rooms, default=MOST_AMOUNT)

    def after(self, part: int, now: int) -> Limit:
        """The same cap once a draw at `now` has given `part` under it."""
        number = self._number(now)
        before = self.taken if number == self.last_period else 0
        return replace(
            self,
            last_period=number,
            taken=before + part if self.per_period else 0,
            taken_in_all=self.taken_in_all + part if self.in_all else 0,
        )

    def _number(self, now: int) -> int:
        return (now - self.since) // self.period if self.period else 0


@dataclass(frozen=True, slots=True)
class Giving:
    """A commitment in force, as a draw sees it: its share in bps, and its cap when it has one."""

    bps: int
    limit: Limit | None = None


def draw(amount: int, commitments: Sequence[Giving], token: str = "", now: int = 0) -> tuple[int, list[int]]:
    """What a draw of `amount` leaves the person, and what each commitment in force gets: its floor, within its cap.

    Raises `ValueError` for what no fund can hold.
    """
    kept, parts, shares = amount, [], 0
    for one in commitments:
        shares += one.bps
        part = amount * one.bps // BPS
        if one.limit is not None:
            part = min(part, one.limit.room(token, now))
        kept -= part
        parts.append(part)
    if not 0 <= amount <= MOST_AMOUNT or shares > MOST_BPS or len(parts) > MOST_COMMITMENTS:
        raise ValueError("a draw is not negative and within 120 bits; at most 16 commitments get at most 9,000 bps")
    return kept, parts


def after(commitments: Sequence[Giving], parts: Sequence[int], now: int) -> list[Giving]:
    """The commitments once a draw at `now` has given them `parts`."""
    return [
        # A draw that gives nothing to a commitment leaves its cap as it was.
        one if one.limit is None or not part else replace(one, limit=one.limit.after(part, now))
        for one, part in zip(commitments, parts, strict=True)
    ]


def read_parts(parts: bytes) -> Iterator[tuple[int, int]]:
    """Slot and amount of each part that the event `Drawn` tells."""
    for start in range(0, len(parts), _PART):
        yield parts[start], int.from_bytes(parts[start + 1 : start + _PART], "big")
