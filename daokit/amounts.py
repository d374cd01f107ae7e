"""The arithmetic of the contracts in plain integers: no chain, no I/O.

Amounts are in a token's smallest unit, shares in basis points (10,000 is all), times in seconds. Divisions round down
unless a name or docstring says otherwise. A quote made here is what the chain then does, to the unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isqrt

BPS = 10_000
FOR = 127
AGAINST = -128
MOST_VOTES = 126
BUCKET_PERIOD = 30 * 86_400
MOST_DAILY = 2**16 - 1
MOST_COMMITTED = 9_000


def split(amount: int, bps: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """What each share of `amount` comes to, rounded down, and what is left for the residual party."""
    if amount < 0 or any(one < 0 for one in bps) or sum(bps) > BPS:
        raise ValueError("shares of an amount are not negative and at most 10,000 together")
    parts = tuple(amount * one // BPS for one in bps)
    return parts, amount - sum(parts)


# Ballots (IGovernor.vote)


def cost_of(votes: int) -> int:
    """Voice credits that `votes` votes cost: their square; a bare side (127 for, -128 against) costs none."""
    if votes in (FOR, AGAINST):
        return 0
    if abs(votes) > MOST_VOTES:
        raise ValueError(f"a ballot holds from -{MOST_VOTES} to {MOST_VOTES} votes, not {votes}")
    return votes * votes


def paper_cost(changes: Iterable[tuple[int, int]]) -> int:
    """Voice credits that a ballot paper takes: for each line the earlier ballot (0 for none) and the new one. Negative
    when it returns more than it spends."""
    return sum(cost_of(new) - cost_of(old) for old, new in changes)


def most_votes(credits: int) -> int:
    """The most votes on one option that `credits` voice credits pay for."""
    return min(MOST_VOTES, isqrt(max(credits, 0)))


@dataclass(frozen=True)
class Count:
    """What an option has gathered: net votes, seats for, seats against; and whether it is declared large."""

    net: int = 0
    seats_for: int = 0
    seats_against: int = 0
    large: bool = False


def recount(count: Count, old: int, votes: int) -> Count:
    """The count after a ballot changed from `old` to `votes` (0: no ballot). A bare side adds nothing to net."""
    return Count(
        count.net - _weight(old) + _weight(votes),
        count.seats_for - (old > 0) + (votes > 0),
        count.seats_against - (old < 0) + (votes < 0),
        count.large,
    )


def quorum_seats(quorum_bps: int, electorate: int) -> int:
    """Seats that must be for an option, of `electorate` seats at opening: rounded up, and at least 1."""
    return max(1, _ceil(quorum_bps * electorate, BPS))


def stands(count: Count, quorum: int) -> bool:
    """Whether an option stands (IGovernor.tallyOf): net above 0, seats for reach `quorum`, and, when large, outnumber
    those against."""
    return count.net > 0 and count.seats_for >= quorum and (not count.large or count.seats_for > count.seats_against)


def winner(counts: Sequence[Count], quorum: int) -> int | None:
    """The winner's place (IGovernor.proposalOf): of the options that stand the greatest net, a tie to the earlier."""
    standing = [place for place, count in enumerate(counts) if stands(count, quorum)]
    return max(standing, key=lambda place: (counts[place].net, -place), default=None)


# Joining (IMembership)


def objections_needed(objection_bps: int, seats: int) -> int:
    """Objections that end a request without an amount (IMembership.requestOf): rounded up, at least 1."""
    return max(1, _ceil(objection_bps * seats, BPS))


def daily_cap(count: int, bps: int, seats: int) -> int:
    """Seats that one day may move each way (IMembership.dailyCap): the greater of a count and a share, rounded down."""
    return min(MOST_DAILY, max(count, bps * seats // BPS))


# Ordinary spending (ITreasury.bucketOf)


def bucket_cap(free: int, large_bps: int) -> int:
    """What ordinary payments of a token may have in use, of a free balance before the execution."""
    return free * large_bps // BPS


def bucket_used(used: int, cap: int, seconds: int) -> int:
    """What is in use `seconds` after it was `used`: it falls by the cap in 30 days, never below 0."""
    return max(0, used - cap * seconds // BUCKET_PERIOD)


def bucket_room(used: int, cap: int, seconds: int) -> int:
    """What ordinary payments of a token can take now."""
    return max(0, cap - bucket_used(used, cap, seconds))


# Leaving and sums owed (ITreasury.exit, ITreasury.collect)


@dataclass(frozen=True)
class Locked:
    """The part of an exit that was bought within a year: its units, and the most they get, in the lot's token alone."""

    token: str
    units: int
    most: int


def locked_in(units: int, held: int, lot_token: str, lot_units: int, lot_paid: int) -> Locked | None:
    """What of an exit with `units` of `held` units comes out of a lot of `lot_units` bought for `lot_paid` that has not
    run out (ITreasury.lotOf): units that were not bought go first."""
    locked = units - (held - lot_units)
    if lot_units == 0 or locked <= 0:
        return None
    return Locked(lot_token, locked, lot_paid * locked // lot_units)


def exit_share(token: str, free: int, units: int, total: int, locked: Locked | None = None) -> int:
    """What `units` of `total` units get of the `free` balance of `token`. Those that are `locked` get nothing of
    another token than the lot's, and of the lot's at most what was paid for them."""
    if not 0 < units <= total:
        raise ValueError(f"cannot exit with {units} of {total} units")
    if locked is None:
        return free * units // total
    share = free * (units - locked.units) // total
    if token.lower() == locked.token.lower():
        # Rounds down twice when both parts are there: what is left stays with those who stay.
        share += min(locked.most, free * locked.units // total)
    return share


def collectable(due: int, balance: int, reserved: int) -> int:
    """What a creditor with `due` of the `reserved` sums owed gets from a balance: all of it, or its share when the
    balance falls short of what is owed. Either way the whole due is settled."""
    return min(due, due * balance // reserved)


# Draws from a personal fund (IFund.draw, IFund.quote)


@dataclass(frozen=True, slots=True)
class Given:
    """A commitment in force: its share, and the most that its cap leaves of the token drawn now (`None`: no cap; 0 when
    the cap is in another token)."""

    bps: int
    most: int | None = None


def cap_room(per_period: int, taken: int, in_all: int, taken_in_all: int) -> int | None:
    """What a commitment's cap still leaves (IFund.capOf): the lesser of both limits, of which 0 is none."""
    rooms = [limit - used for limit, used in ((per_period, taken), (in_all, taken_in_all)) if limit]
    return min(rooms, default=None)


def draw(amount: int, commitments: Sequence[Given]) -> tuple[tuple[int, ...], int]:
    """What a draw gives to each commitment, rounded down and within its cap, and what the person keeps."""
    if amount < 0:
        raise ValueError("nothing below zero is drawn")
    parts = []
    kept, committed = amount, 0
    for one in commitments:
        part = amount * one.bps // BPS
        if one.most is not None:
            part = min(part, one.most)
        parts.append(part)
        kept -= part
        committed += one.bps
    if committed > MOST_COMMITTED:
        raise ValueError("commitments take at most 9,000 bps together")
    return tuple(parts), kept


def _weight(votes: int) -> int:
    return 0 if votes in (FOR, AGAINST) else votes


def _ceil(amount: int, parts: int) -> int:
    return -(-amount // parts)
