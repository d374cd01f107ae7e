"""Who decides how often: the exact Banzhaf power of each member of a federation. No chain, no I/O.

A coalition is a set of members that are for a motion; it wins when its weight reaches the quota. A member *swings* a
coalition that wins with it and not without it. Power is the swings out of all `2**(n - 1)` coalitions of the others:
how likely a member decides when all others toss a coin (L. S. Penrose, "The elementary statistics of majority voting",
Journal of the Royal Statistical Society 109, 1946; J. F. Banzhaf, "Weighted voting doesn't work", Rutgers Law
Review 19, 1965). Divided by the sum of all it is Banzhaf's index.

Coalitions are counted by weight, never listed one by one, and never estimated: a hundred collectives of 40 to 733
people by Penrose's weights took 1.9 seconds on one core, by people 0.03.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import comb, gcd

from daokit.weights import Rule, majority, quota_of, weights_of

_SMALL_QUOTA = 2**17  # up to here a table of all weights is the quickest way
_MOST_TABLE = 2**27  # bytes of the greatest table; a few such are held at once
_MOST_SUMS = 2**17  # different weights that the coalitions of half the members may have
_TOO_MANY = "so many members with so great weights are more than an exact count can hold"


class Kind(Enum):
    """What is wrong, or worth knowing, about a member's power."""

    DECIDES_ALONE = "decides alone"
    NO_POWER = "has no power"
    VETO = "can stop everything"


@dataclass(frozen=True)
class Concern:
    """Something about the power of the member at a place."""

    member: int
    kind: Kind


def banzhaf(weights: Sequence[int], quota: int) -> tuple[Fraction, ...]:
    """Each member's absolute power in a vote that passes with at least `quota` weight. Raises `ValueError` for a quota
    below 1, a negative weight, and for so many members with so great weights that an exact count does not fit."""
    _check(weights, quota)
    divisor = gcd(*weights)
    if quota > sum(weights):
        return (Fraction(0),) * len(weights)
    reduced, quota = [one // divisor for one in weights], -(-quota // divisor)
    # A member swings as often when "no" must reach what is left for it, and the lesser quota makes the smaller table.
    quota = min(quota, sum(reduced) - quota + 1)
    swings_of = _by_halves(reduced, quota) if quota > _SMALL_QUOTA else None
    swings_of = swings_of or _by_table(reduced, quota)
    swings = {weight: swings_of(weight) if weight else 0 for weight in set(reduced)}
    return tuple(Fraction(swings[weight], 2 ** (len(weights) - 1)) for weight in reduced)


def double_banzhaf(people: Sequence[int]) -> tuple[Fraction, ...]:
    """Each member's absolute power when most people and most seats are needed together."""
    members = len(people)
    if not members:
        return ()
    quota, seats = majority(sum(people)), majority(members)
    _check(people, quota)
    # Who swings both majorities at once: those who swing the one, and the other, less those who swing "at least one".
    either = _swings_of_either(people, quota, seats)
    one_seat = comb(members - 1, seats - 1)
    alone = banzhaf(people, quota)
    return tuple(
        power + Fraction(one_seat - either(one), 2 ** (members - 1)) for power, one in zip(alone, people, strict=True)
    )


def power(rule: Rule, people: Sequence[int], *, optimal: bool = False) -> tuple[Fraction, ...]:
    """Each member's absolute power under a rule of counting, by the people of each; `optimal` is Penrose's quota."""
    if rule is Rule.DOUBLE:
        return double_banzhaf(people)
    weights = weights_of(rule, people)
    return banzhaf(weights, quota_of(rule, people, optimal=optimal))


def normalised(powers: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Banzhaf's index: each power as a part of all, 1 together; all 0 when nobody has any."""
    whole = sum(powers)
    return tuple(one / whole if whole else Fraction(0) for one in powers)


def concerns(rule: Rule, people: Sequence[int], powers: Sequence[Fraction], *, optimal: bool = False) -> list[Concern]:
    """What members must know about `powers` (of `power`): one decides alone, one has no power, one can stop everything
    (and does not decide alone). In the order of members."""
    weights, quota = weights_of(rule, people), quota_of(rule, people, optimal=optimal)
    whole, found = sum(weights), []
    for member, (weight, one) in enumerate(zip(weights, powers, strict=True)):
        if one == 1:
            found.append(Concern(member, Kind.DECIDES_ALONE))
        elif one == 0:
            found.append(Concern(member, Kind.NO_POWER))
        elif whole - weight < quota or (rule is Rule.DOUBLE and len(people) - 1 < majority(len(people))):
            found.append(Concern(member, Kind.VETO))
    return found


def is_refused(rule: Rule, found: Sequence[Concern]) -> bool:
    """Whether a federation must not count by `rule`: by Penrose's weights nobody may be without power."""
    return rule is Rule.PENROSE and any(one.kind is Kind.NO_POWER for one in found)


def _check(weights: Sequence[int], quota: int) -> None:
    if quota < 1 or any(one < 0 for one in weights):
        raise ValueError("a quota is at least 1, and no weight is negative")


def _by_table(weights: Sequence[int], quota: int) -> Callable[[int], int]:
    """Swings of a weight, from one table of how many coalitions weigh less than each weight up to the quota."""
    table = _Table.of(len(weights), quota)
    packed = 1
    for weight in sorted(weights):
        packed = table.joined(packed, weight)
    below = table.reader(table.running(packed))

    def swings(weight: int) -> int:
        # Those without the member are all, less those with it, which are those without it and its weight lower, and so
        # on: an alternating sum down to nothing.
        return below(quota) + 2 * sum(
            below(left) * (1 if place % 2 else -1) for place, left in enumerate(range(quota - weight, 0, -weight))
        )

    return swings


def _by_halves(weights: Sequence[int], quota: int) -> Callable[[int], int] | None:
    """Swings of a weight, however great, when members are few or alike: the members in two halves, the coalitions of
    each by weight (E. Horowitz and S. Sahni, Journal of the ACM 21, 1974). None when those are too many."""
    ordered = sorted(weights)
    middle = len(ordered) // 2
    halves = (ordered[:middle], ordered[middle:])
    left, right = (_by_weight(half) for half in halves)
    if left is None or right is None:
        return None

    def swings(weight: int) -> int:
        if weight in halves[0]:
            others, rest = _without(left, weight), right
        else:
            others, rest = left, _without(right, weight)
        return _pairs_below(others, rest, quota) - _pairs_below(others, rest, quota - weight)

    return swings


def _by_weight(weights: Sequence[int]) -> dict[int, int] | None:
    """How many coalitions have each weight; None when too many have another one."""
    counts = {0: 1}
    for weight in weights:
        joined = dict(counts)
        for total, count in counts.items():
            joined[total + weight] = joined.get(total + weight, 0) + count
        counts = joined
        if len(counts) > _MOST_SUMS:
            return None
    return counts


def _without(counts: Mapping[int, int], weight: int) -> dict[int, int]:
    """The coalitions by weight when a member of this weight, not 0, is not there."""
    left: dict[int, int] = {}
    for total in sorted(counts):
        if rest := counts[total] - left.get(total - weight, 0):
            left[total] = rest
    return left


def _pairs_below(one: Mapping[int, int], other: Mapping[int, int], limit: int) -> int:
    """How many coalitions, a part from either half, weigh less than `limit`."""
    totals = sorted(other)
    running = [0, *accumulate(other[total] for total in totals)]
    return sum(count * running[bisect_left(totals, limit - total)] for total, count in one.items())


def _swings_of_either(people: Sequence[int], quota: int, seats: int) -> Callable[[int], int]:
    """Swings of a member when most people or most seats are enough: tables as in `_by_table`, one for each number of
    seats below a majority."""
    table = _Table.of(len(people), quota, seats)
    packed = [1, *[0] * (seats - 1)]
    for weight in sorted(people):
        for count in range(seats - 1, 0, -1):
            packed[count] += table.shifted(packed[count - 1], weight)
    # Then so many seats or fewer.
    below = [table.reader(table.running(one)) for one in accumulate(packed)]

    def lose(limit: int, most: int) -> int:
        """Coalitions of all members with less people than `limit` and less seats than `most`."""
        return below[most - 1](limit) if limit > 0 else 0

    def swings(weight: int) -> int:
        return lose(quota, seats) + 2 * sum(
            lose(quota - place * weight, seats - place) * (-1 if place % 2 else 1) for place in range(1, seats)
        )

    return swings


@dataclass(frozen=True)
class _Table:
    """Numbers of coalitions for each weight below `length`, `width` bytes each, all in one great integer: adding and
    shifting does the work of as many small sums."""

    width: int
    length: int

    @classmethod
    def of(cls, members: int, quota: int, tables: int = 1) -> _Table:
        """For so many members, and as many tables. Raises `ValueError` when they would not fit."""
        width = (members + 8) // 8  # holds the number of all coalitions
        if tables * quota * width > _MOST_TABLE:
            raise ValueError(_TOO_MANY)
        return cls(width, quota)

    @cached_property
    def mask(self) -> int:
        return (1 << 8 * self.width * self.length) - 1

    def shifted(self, packed: int, by: int) -> int:
        """Each number moved up by a weight."""
        if by >= self.length:
            return 0
        moved = packed << 8 * self.width * by
        # Cutting off what lies above the table costs as much as adding, so not for every little.
        return moved & self.mask if moved.bit_length() > 9 * self.width * self.length else moved

    def joined(self, packed: int, weight: int) -> int:
        """The coalitions when a member of this weight is there too."""
        return packed + self.shifted(packed, weight)

    def running(self, packed: int) -> int:
        """How many weigh so much or less."""
        step = 1
        while step < self.length:
            packed = self.joined(packed, step)
            step *= 2
        return packed & self.mask

    def reader(self, packed: int) -> Callable[[int], int]:
        """How many weigh less than a limit, from `running`."""
        laid = packed.to_bytes(self.width * self.length, "little")

        def below(limit: int) -> int:
            return int.from_bytes(laid[self.width * (limit - 1) : self.width * limit], "little")

        return below
