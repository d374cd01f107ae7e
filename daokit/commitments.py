"""What a fund is committed to and what a draw of it gives, as plain values.

Amounts are in the token's smallest unit, shares in basis points (10,000 is all), times in unix seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from daokit.caps import Limit
from daokit.hashing import ZERO_ADDRESS, checksum
from daokit.patronage import Standing

COIN = ZERO_ADDRESS


@dataclass(frozen=True)
class Cap:
    """The most that a commitment may take, of `token` alone: `per_period` each `period` seconds, and `in_all` (smallest
    unit); 0 is no limit."""

    token: str
    period: int = 0
    per_period: int = 0
    in_all: int = 0

    def encoded(self) -> tuple[Any, ...]:
        """`IFund.Cap`."""
        return self.token, self.period, self.per_period, self.in_all


NO_CAP = Cap(COIN)


@dataclass(frozen=True)
class Part:
    """What a commitment gets of a draw (smallest unit)."""

    slot: int
    offer: int
    receiver: str
    amount: int


@dataclass(frozen=True)
class Draw:
    """What a draw gives: `kept` to the checking address, the `parts` to commitments. `owed`: slots whose providers did
    not take their part, so that they are owed it."""

    token: str
    amount: int
    kept: int
    parts: tuple[Part, ...]
    owed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Commitment:
    """A commitment as it is now: to which `offer`, how much (bps), whether draws give to it; since when its service
    runs, until when (0: not ended) and since when without a gap; its `notice` in seconds; of the `count` that one may
    ask for each `period` seconds the `left`; its cap at work, if it has one."""

    slot: int
    offer: int
    receiver: str
    bps: int
    paying: bool
    standing: Standing
    since: int
    until: int
    seniority: int
    notice: int
    count: int
    period: int
    left: int
    limit: Limit | None = None

    @classmethod
    def decoded(cls, found: Any, capped: Any, now: int) -> Commitment:
        """From what `commitmentOf` and `capOf` gave, at `now`."""
        slot, offer, receiver, bps, paying, standing, since, until, seniority, notice, count, period, left = found
        (token, every, per_period, in_all), taken, taken_in_all = capped
        limit = None
        if per_period or in_all:
            number = (now - since) // every if every else 0
            limit = Limit(checksum(token), since, every, per_period, in_all, number, taken, taken_in_all)
        return cls(
            slot=slot,
            offer=offer,
            receiver=checksum(receiver),
            bps=bps,
            paying=paying,
            standing=Standing(standing),
            since=since,
            until=until,
            seniority=seniority,
            notice=notice,
            count=count,
            period=period,
            left=left,
            limit=limit,
        )


@dataclass(frozen=True)
class Purse:
    """One token in a fund (smallest unit): what can be drawn, and what is owed to providers."""

    free: int
    owed: int


@dataclass(frozen=True)
class Status:
    """A fund as it is now."""

    fund: str
    owner: str
    checking: str
    purses: Mapping[str, Purse]
    commitments: tuple[Commitment, ...]
