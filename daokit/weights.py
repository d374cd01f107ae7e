"""The arithmetic of federations in plain integers: levies, exit shares, tallies and ways to count. No chain, no I/O.

Amounts are in a token's smallest unit, shares in basis points (10,000 is all), people and seats are whole numbers.
Divisions round down unless a name or docstring says otherwise. The seats of a federation whose objection ends a thing
are counted by `daokit.amounts.objections_needed`, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import isqrt

from daokit.amounts import BPS, Count, quorum_seats, stands

PENROSE_PRECISION = 10**6  # under the root: a weight is the root of the people in thousandths


# Funds


def levy(base: int, bps: int) -> int:
    """What a levy of `bps` takes of the revenue `base` found since the last call: one floor."""
    if base < 0 or not 0 <= bps <= BPS:
        raise ValueError("a levy is a share, from 0 to 10,000 bps, of revenue that is not negative")
    return base * bps // BPS


def exit_share(own: int, all_: int, purse: int) -> int:
    """What a leaving member gets of a purse: at most the `own` levies since it last joined, else its part of the purse
    by levies, `all_` being those of the sitting members and its own."""
    if not 0 <= own <= all_ or purse < 0:
        raise ValueError(f"a member's levies ({own}) are part of all levies ({all_}), and no purse is below zero")
    return min(own, purse * own // all_) if all_ else 0


# Ways to count


class Rule(Enum):
    """How a kind of motion is counted: each person, each seat, each seat by the root of its people, or most people and
    most seats at once."""

    PEOPLE = 0
    SEATS = 1
    PENROSE = 2
    DOUBLE = 3


class Bloc(Enum):
    """What a collective says as one. Who has not decided is silent."""

    SILENT = 0
    FOR = 1
    AGAINST = 2


@dataclass(frozen=True, slots=True)
class MemberTally:
    """What one collective says on a motion: its people when the motion opened, those for and against in its own vote,
    and what it decided as one. Who has not been heard from for long is not `live`."""

    people: int
    people_for: int = 0
    people_against: int = 0
    bloc: Bloc = Bloc.SILENT
    live: bool = True


@dataclass(frozen=True, slots=True)
class Sums:
    """All tallies in the weight of one rule: for, against, of the members heard from, and of all members."""

    weight_for: int
    weight_against: int
    live: int
    enrolled: int


MOST_PEOPLE = 2**24 - 1
"""That count of one member, as in Weight.sol."""


def people_tally(people_for: int, people_against: int, roll: int) -> tuple[int, int]:
    """A collective's people for and against a motion. When they are more than its roll, both are scaled down to it,
    each rounded down."""
    if min(people_for, people_against, roll) < 0:
        raise ValueError("people are counted from zero up")
    said = people_for + people_against
    if said <= roll:
        return people_for, people_against
    return people_for * roll // said, people_against * roll // said


def penrose_weight(people: int) -> int:
    """The weight of a collective that votes as a bloc: the square root of its people, in thousandths, rounded down. So
    each person is about as likely to tip the whole, in whichever collective (L. S. Penrose, "The elementary statistics
    of majority voting", Journal of the Royal Statistical Society 109, 1946)."""
    return isqrt(people * PENROSE_PRECISION)


def majority(whole: int) -> int:
    """The least weight that is more than half of all."""
    return whole // 2 + 1


def optimal_quota(weights: Sequence[int]) -> int:
    """The weight at which each member's power comes closest to its weight: `(W + √Σw²) / 2`, rounded up, and always
    more than half (W. Słomczyński and K. Życzkowski, "Penrose voting system and optimal quota", Acta Physica Polonica
    B 37, 2006)."""
    whole = sum(weights)
    return max(majority(whole), -(-(whole + isqrt(sum(one * one for one in weights))) // 2))


def weights_of(rule: Rule, people: Sequence[int]) -> tuple[int, ...]:
    """What each member weighs, by its people. A double majority has two weights; these are the people."""
    if rule is Rule.SEATS:
        return (1,) * len(people)
    if rule is Rule.PENROSE:
        return tuple(penrose_weight(one) for one in people)
    return tuple(people)


def quota_of(rule: Rule, people: Sequence[int], *, optimal: bool = False) -> int:
    """The weight that passes a motion when everybody votes: more than half, or the optimal quota of Penrose's rule."""
    weights = weights_of(rule, people)
    return optimal_quota(weights) if optimal and rule is Rule.PENROSE else majority(sum(weights))


def sums(rule: Rule, tallies: Sequence[MemberTally]) -> Sums:
    """All tallies added in the weight of `rule`; that of a double majority are the people."""
    weights = weights_of(rule, [one.people for one in tallies])
    if rule in (Rule.PEOPLE, Rule.DOUBLE):
        said = [people_tally(one.people_for, one.people_against, one.people) for one in tallies]
    else:
        said = [
            (weight * (one.bloc is Bloc.FOR), weight * (one.bloc is Bloc.AGAINST))
            for weight, one in zip(weights, tallies, strict=True)
        ]
    return Sums(
        sum(in_favour for in_favour, _ in said),
        sum(against for _, against in said),
        sum(weight for weight, one in zip(weights, tallies, strict=True) if one.live),
        sum(weights),
    )


def passes(
    rule: Rule, tallies: Sequence[MemberTally], quorum_bps: int, *, large: bool = False, optimal: bool = False
) -> bool:
    """Whether a motion passes, as `Weight.passes` has it in the contracts. By people or seats: more for than against,
    and those for reach the quorum (of the live weight, rounded up). By Penrose's weights: more than half of all weight
    for it, or the `optimal` quota. A double majority passes by people, with their quorum, and has more collectives for
    than against, as any `large` motion needs. Nothing passes while less than half of all weight is live."""
    found = sums(rule, tallies)
    if not found.enrolled or not enough_heard(found):
        return False
    if (large or rule is Rule.DOUBLE) and not _more_collectives(tallies):
        return False
    if rule is Rule.PENROSE:
        return found.weight_for >= quota_of(rule, [one.people for one in tallies], optimal=optimal)
    count = Count(found.weight_for - found.weight_against, found.weight_for)
    return stands(count, quorum_seats(quorum_bps, found.live))


def two_thirds(seats: int) -> int:
    """The seats that two thirds come to, rounded up."""
    return -(-2 * seats // 3)


def enough_heard(found: Sums) -> bool:
    """Whether anything may be enacted: at least half of all weight has been heard from of late."""
    return 2 * found.live >= found.enrolled


def most_counted(roll_90_days_ago: int) -> int:
    """How many people of a roll count without a motion that confirms them: in 90 days it grows by a fifth, or by two
    people where that is more."""
    return max(roll_90_days_ago * 6 // 5, roll_90_days_ago + 2)


def growth_needs_confirmation(roll_now: int, roll_90_days_ago: int) -> bool:
    """Whether a roll has grown by more than a fifth, and by more than two people, in 90 days, so that its new size
    counts only once the federation has confirmed it."""
    return roll_now > most_counted(roll_90_days_ago)


def _more_collectives(tallies: Sequence[MemberTally]) -> bool:
    blocs = [one.bloc for one in tallies]
    return blocs.count(Bloc.FOR) > blocs.count(Bloc.AGAINST)
