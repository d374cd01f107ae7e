"""Caps of commitments as time goes by, in plain integers: no chain, no I/O.

What a cap leaves goes into `amounts.draw`. Amounts are in the token's smallest unit, times in unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from daokit.amounts import cap_room


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap at work: from draws of `token` alone, at most `per_period` in each `period` seconds counted from `since`,
    and `in_all`; 0 is no limit, and at least one of the two is limited. `taken` fell into the period numbered
    `last_period`, `taken_in_all` into all of them; each is counted only while it is limited."""

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
        return cap_room(self.per_period, self._taken(now), self.in_all, self.taken_in_all) or 0

    def after(self, part: int, now: int) -> Limit:
        """The same cap once a draw at `now` has given `part` under it."""
        if not part:
            return self
        return replace(
            self,
            last_period=self._number(now),
            taken=self._taken(now) + part if self.per_period else 0,
            taken_in_all=self.taken_in_all + part if self.in_all else 0,
        )

    def _taken(self, now: int) -> int:
        return self.taken if self._number(now) == self.last_period else 0

    def _number(self, now: int) -> int:
        return (now - self.since) // self.period if self.period else 0
