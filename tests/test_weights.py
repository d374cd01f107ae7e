"""The arithmetic of federations: levies, exit shares, tallies, weights, outcomes."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daokit.weights import (
    Bloc,
    MemberTally,
    Rule,
    Sums,
    enough_heard,
    exit_share,
    growth_needs_confirmation,
    levy,
    majority,
    optimal_quota,
    passes,
    penrose_weight,
    people_tally,
    quota_of,
    sums,
    two_thirds,
    weights_of,
)

AMOUNTS = st.integers(0, 2**120 - 1)
PEOPLE = st.integers(0, 5_000)
FOR, AGAINST, SILENT = Bloc.FOR, Bloc.AGAINST, Bloc.SILENT


def tallies() -> st.SearchStrategy[list[MemberTally]]:
    one = st.builds(MemberTally, PEOPLE, PEOPLE, PEOPLE, st.sampled_from(list(Bloc)), st.booleans())
    return st.lists(one, max_size=12)


def test_a_levy_of_333_bps_takes_one_floor() -> None:
    assert levy(10_007, 333) == 333
    assert levy(10_007, 0) == 0
    assert levy(10_007, 10_000) == 10_007
    assert (levy(29, 333), levy(31, 333)) == (0, 1)


@pytest.mark.parametrize(("base", "bps"), [(-1, 100), (100, -1), (100, 10_001)])
def test_a_levy_is_a_share_of_what_came_in(base: int, bps: int) -> None:
    with pytest.raises(ValueError, match=r"^a levy is a share, from 0 to 10,000 bps, of revenue"):
        levy(base, bps)


@given(st.lists(AMOUNTS, max_size=20), st.integers(0, 10_000))
def test_bubbling_often_never_takes_more_than_bubbling_once(found: list[int], bps: int) -> None:
    often, once = sum(levy(base, bps) for base in found), levy(sum(found), bps)
    assert once - len(found) <= often <= once == floor(Fraction(sum(found) * bps, 10_000))


def test_who_leaves_gets_its_part_of_the_purse_and_never_more_than_it_gave() -> None:
    assert exit_share(300, 1_000, 500) == 150
    assert exit_share(300, 1_000, 1_000) == 300
    assert exit_share(300, 1_000, 9_999) == 300
    assert exit_share(1, 3, 2) == 0
    assert exit_share(0, 1_000, 500) == 0
    assert exit_share(0, 0, 500) == 0
    assert exit_share(7, 7, 5) == 5


@pytest.mark.parametrize(("own", "all_", "purse"), [(4, 3, 10), (-1, 3, 10), (1, 3, -1)])
def test_a_share_of_more_than_all_is_refused(own: int, all_: int, purse: int) -> None:
    with pytest.raises(ValueError, match="part of all levies"):
        exit_share(own, all_, purse)


@given(st.lists(st.integers(0, 2**100), min_size=1, max_size=8), st.integers(0, 2**104))
def test_leaving_one_after_the_other_never_empties_the_purse_below_zero(levies: list[int], purse: int) -> None:
    left, all_ = purse, sum(levies)
    for own in levies:
        share = exit_share(own, all_, left)
        assert share == (min(own, floor(Fraction(left * own, all_))) if all_ else 0)
        left, all_ = left - share, all_ - own
    assert left >= max(0, purse - sum(levies))


def test_more_voices_than_people_are_scaled_down_to_the_roll() -> None:
    assert people_tally(60, 30, 100) == (60, 30)
    assert people_tally(60, 40, 100) == (60, 40)
    assert people_tally(60, 41, 100) == (59, 40)
    assert people_tally(90, 60, 100) == (60, 40)
    assert people_tally(5, 3, 0) == (0, 0)
    assert people_tally(0, 0, 0) == (0, 0)
    assert people_tally(3, 0, 2) == (2, 0)
    for counted in [(-1, 0, 5), (0, -1, 5), (0, 0, -1)]:
        with pytest.raises(ValueError, match=r"^people are counted from zero up$"):
            people_tally(*counted)


@given(PEOPLE, PEOPLE, PEOPLE)
def test_a_tally_never_exceeds_the_roll_and_never_changes_sides(people_for: int, against: int, roll: int) -> None:
    scale = min(Fraction(1), Fraction(roll, people_for + against)) if people_for + against else Fraction(1)
    got = people_tally(people_for, against, roll)
    assert got == (floor(people_for * scale), floor(against * scale))
    assert sum(got) <= roll
    assert not (people_for >= against and got[0] < got[1])


def test_weights_are_roots_in_thousandths() -> None:
    assert [penrose_weight(people) for people in (0, 1, 2, 4, 10, 100, 1_000_000)] == [
        0,
        1_000,
        1_414,
        2_000,
        3_162,
        10_000,
        1_000_000,
    ]


def test_the_optimal_quota_of_four_collectives() -> None:
    # 100, 100, 25 and 4 people: 10,000, 10,000, 5,000 and 2,000; the root of 229,000,000 is 15,132.7.
    weights = weights_of(Rule.PENROSE, [100, 100, 25, 4])
    assert weights == (10_000, 10_000, 5_000, 2_000)
    assert optimal_quota(weights) == 21_066
    assert majority(sum(weights)) == 13_501


@pytest.mark.parametrize(("weights", "quota"), [([1], 1), ([1, 1], 2), ([1, 1, 1], 2), ([3, 4], 6), ([], 1), ([0], 1)])
def test_an_optimal_quota_rounds_up_and_is_more_than_half(weights: list[int], quota: int) -> None:
    assert optimal_quota(weights) == quota


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60))
def test_an_optimal_quota_is_more_than_half_and_can_be_reached(weights: list[int]) -> None:
    quota, whole = optimal_quota(weights), sum(weights)
    assert 2 * quota > whole
    assert quota <= whole or whole == 0
    root = 0
    while (root + 1) ** 2 <= sum(one**2 for one in weights):
        root += max(1, int((sum(one**2 for one in weights)) ** 0.5) - root - 2)
    assert quota == max(ceil(Fraction(whole + root, 2)), 1)


# Three collectives: mill (60 people), school (25), grocer (15).
def motion(mill: tuple[int, int, Bloc], school: tuple[int, int, Bloc], grocer: tuple[int, int, Bloc]) -> list:
    return [MemberTally(people, *said) for people, said in zip((60, 25, 15), (mill, school, grocer), strict=True)]


def test_people_are_added_across_collectives() -> None:
    said = motion((20, 25, AGAINST), (15, 5, FOR), (10, 0, FOR))
    assert sums(Rule.PEOPLE, said) == Sums(45, 30, 100, 100)
    assert passes(Rule.PEOPLE, said, 2_000)
    assert passes(Rule.PEOPLE, said, 4_500)
    assert not passes(Rule.PEOPLE, said, 4_501)


def test_as_many_people_against_as_for_is_no_majority() -> None:
    assert not passes(Rule.PEOPLE, motion((20, 30, AGAINST), (15, 5, FOR), (5, 5, SILENT)), 0)


def test_a_large_motion_needs_more_collectives_for_than_against() -> None:
    said = motion((50, 0, FOR), (5, 10, AGAINST), (5, 10, AGAINST))
    assert passes(Rule.PEOPLE, said, 2_000)
    assert not passes(Rule.PEOPLE, said, 2_000, large=True)
    assert passes(Rule.PEOPLE, motion((50, 0, FOR), (5, 10, AGAINST), (7, 5, FOR)), 2_000, large=True)
    assert not passes(Rule.PEOPLE, motion((50, 0, FOR), (5, 10, AGAINST), (5, 5, SILENT)), 2_000, large=True)


def test_each_seat_counts_once_whatever_its_people() -> None:
    said = motion((60, 0, FOR), (0, 25, AGAINST), (0, 15, AGAINST))
    assert sums(Rule.SEATS, said) == Sums(1, 2, 3, 3)
    assert not passes(Rule.SEATS, said, 2_000)
    assert passes(Rule.SEATS, motion((0, 60, AGAINST), (25, 0, FOR), (15, 0, FOR)), 2_000)
    assert not passes(Rule.SEATS, motion((0, 60, AGAINST), (25, 0, FOR), (0, 0, SILENT)), 2_000)


def test_by_roots_two_small_ones_outweigh_a_large_one() -> None:
    # 7,745, 5,000 and 3,872: 16,617 together, more than half is 8,309.
    said = motion((60, 0, FOR), (0, 25, AGAINST), (0, 15, AGAINST))
    assert sums(Rule.PENROSE, said) == Sums(7_745, 8_872, 16_617, 16_617)
    assert not passes(Rule.PENROSE, said, 0)
    assert passes(Rule.PENROSE, motion((0, 60, AGAINST), (25, 0, FOR), (15, 0, FOR)), 10_000)


def test_by_roots_who_is_absent_counts_as_not_for() -> None:
    assert not passes(Rule.PENROSE, motion((60, 0, FOR), (0, 0, SILENT), (0, 0, SILENT)), 0)


def test_the_optimal_quota_asks_for_more_than_a_majority() -> None:
    # The root of 60, 25 and 15 million is 10,000 (less the roundings: 9,998): the quota is 13,308.
    two = motion((60, 0, FOR), (25, 0, FOR), (0, 15, AGAINST))
    assert passes(Rule.PENROSE, two, 0) and not passes(Rule.PENROSE, two, 0, optimal=True)
    assert passes(Rule.PENROSE, motion((60, 0, FOR), (25, 0, FOR), (15, 0, FOR)), 0, optimal=True)


def test_a_quota_is_reached_by_its_very_weight() -> None:
    # The roots are 1,000.000 and 999.998: half of both and one thousandth more is 1,000.000.
    two = [MemberTally(1_000_000, bloc=FOR), MemberTally(999_998, bloc=AGAINST)]
    assert quota_of(Rule.PENROSE, [1_000_000, 999_998]) == sums(Rule.PENROSE, two).weight_for
    assert passes(Rule.PENROSE, two, 0)


def test_the_quota_is_the_optimal_one_only_of_roots_and_when_asked_for() -> None:
    people = [100, 100, 25, 4]
    assert quota_of(Rule.PENROSE, people) == 13_501
    assert quota_of(Rule.PENROSE, people, optimal=True) == 21_066
    assert quota_of(Rule.PEOPLE, people, optimal=True) == 115


def test_a_double_majority_needs_most_people_and_most_seats() -> None:
    assert not passes(Rule.DOUBLE, motion((60, 0, FOR), (0, 25, AGAINST), (0, 15, AGAINST)), 2_000)
    assert not passes(Rule.DOUBLE, motion((0, 60, AGAINST), (25, 0, FOR), (15, 0, FOR)), 2_000)
    assert passes(Rule.DOUBLE, motion((60, 0, FOR), (0, 25, AGAINST), (15, 0, FOR)), 2_000)


def test_a_double_majority_asks_for_a_quorum_of_people_and_for_none_of_seats() -> None:
    # One seat of three is for it, which is no quorum of 4,000 bps; 40 people of 100 are.
    said = motion((40, 0, FOR), (0, 0, SILENT), (0, 0, SILENT))
    assert sums(Rule.DOUBLE, said) == Sums(40, 0, 100, 100)
    assert passes(Rule.DOUBLE, said, 4_000) and not passes(Rule.SEATS, said, 4_000)
    assert not passes(Rule.DOUBLE, said, 4_001)


def test_who_was_not_heard_from_leaves_the_quorum_base() -> None:
    said = [MemberTally(50, live=False), MemberTally(35, 10, 0, FOR), MemberTally(15)]
    assert sums(Rule.PEOPLE, said) == Sums(10, 0, 50, 100)
    assert passes(Rule.PEOPLE, said, 2_000)
    assert not passes(Rule.PEOPLE, said, 2_001)


def test_nothing_passes_while_less_than_half_of_all_weight_is_heard_from() -> None:
    said = [MemberTally(60, live=False), MemberTally(25, 25, 0, FOR), MemberTally(15, 15, 0, FOR)]
    assert not enough_heard(sums(Rule.PEOPLE, said))
    assert enough_heard(sums(Rule.SEATS, said))
    outcomes = {rule: passes(rule, said, 0) for rule in Rule}
    assert outcomes == {Rule.PEOPLE: False, Rule.SEATS: True, Rule.PENROSE: True, Rule.DOUBLE: False}
    assert (enough_heard(Sums(0, 0, 50, 100)), enough_heard(Sums(0, 0, 49, 99))) == (True, False)


def test_nothing_passes_where_there_is_nobody() -> None:
    nobody = [MemberTally(0, 0, 0, FOR)]
    assert not any(passes(rule, [], 0) for rule in Rule)
    assert not passes(Rule.PENROSE, nobody, 0) and not passes(Rule.PENROSE, nobody, 0, optimal=True)
    assert not passes(Rule.PEOPLE, nobody, 0)


@pytest.mark.parametrize(("seats", "needed"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (100, 67)])
def test_two_thirds_round_up(seats: int, needed: int) -> None:
    assert two_thirds(seats) == needed == ceil(Fraction(2 * seats, 3))


def test_a_roll_that_grew_by_more_than_a_fifth_and_by_more_than_two_needs_confirmation() -> None:
    assert not growth_needs_confirmation(120, 100)
    assert growth_needs_confirmation(121, 100)
    assert not growth_needs_confirmation(3, 100)
    # Two more are never too many: a fifth of a small roll is less than a person.
    assert not growth_needs_confirmation(7, 5)
    assert growth_needs_confirmation(8, 5)
    assert not growth_needs_confirmation(13, 11)
    assert growth_needs_confirmation(14, 11)
    assert not growth_needs_confirmation(2, 0)
    assert growth_needs_confirmation(3, 0)
