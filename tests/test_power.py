"""The exact Banzhaf power of a federation's members."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daokit import power as powers
from daokit.power import (
    Concern,
    Kind,
    banzhaf,
    concerns,
    double_banzhaf,
    is_refused,
    normalised,
    power,
)
from daokit.weights import Rule, quota_of

SMALL = st.lists(st.integers(0, 40), min_size=1, max_size=8)


def swings_listed(members: int, wins) -> list[Fraction]:
    """Every coalition of the others, one by one."""
    found = []
    for member in range(members):
        others = [one for one in range(members) if one != member]
        coalitions = [set(some) for size in range(members) for some in combinations(others, size)]
        swung = sum(wins(some | {member}) and not wins(some) for some in coalitions)
        found.append(Fraction(swung, len(coalitions)))
    return found


def by_listing(weights: list[int], quota: int) -> list[Fraction]:
    return swings_listed(len(weights), lambda some: sum(weights[one] for one in some) >= quota)


def halves(*parts: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(one, 2) for one in parts)


def test_with_one_seat_each_three_share_power_alike() -> None:
    assert banzhaf([1, 1, 1], 2) == halves(1, 1, 1)
    assert normalised(banzhaf([1, 1, 1], 2)) == (Fraction(1, 3),) * 3


def test_power_is_not_weight() -> None:
    # Of 50, 49 and 1 the first is in everything that passes, and the other two are alike; of 49, 49 and 2 any two pass.
    assert banzhaf([50, 49, 1], 51) == (Fraction(3, 4), Fraction(1, 4), Fraction(1, 4))
    assert banzhaf([49, 49, 2], 51) == halves(1, 1, 1)


def test_the_first_council_of_the_european_communities() -> None:
    # 1958: France, Germany, Italy 4, Belgium, the Netherlands 2, Luxembourg 1; 12 of 17 pass. Luxembourg never swings.
    found = banzhaf([4, 4, 4, 2, 2, 1], 12)
    assert found == (*[Fraction(10, 32)] * 3, *[Fraction(6, 32)] * 2, 0)
    assert normalised(found) == (*[Fraction(5, 21)] * 3, *[Fraction(1, 7)] * 2, 0)


def test_banzhafs_nassau_county() -> None:
    # 1964: 31, 31, 28, 21, 2, 2 of 115; 58 pass. Three towns never swing (Banzhaf 1965).
    assert banzhaf([31, 31, 28, 21, 2, 2], 58) == (*halves(1, 1, 1), 0, 0, 0)


def test_a_quota_out_of_reach_leaves_nobody_any_power() -> None:
    assert banzhaf([3, 2], 6) == (0, 0)
    assert banzhaf([], 1) == ()
    assert normalised((Fraction(0), Fraction(0))) == (0, 0)
    assert double_banzhaf([]) == ()


@pytest.mark.parametrize(("weights", "quota"), [([1, 2], 0), ([1, 2], -1), ([1, -2], 1)])
def test_what_makes_no_vote_is_refused(weights: list[int], quota: int) -> None:
    with pytest.raises(ValueError, match=r"^a quota is at least 1, and no weight is negative$"):
        banzhaf(weights, quota)


@given(SMALL, st.integers(1, 330))
@example([0, 0, 3], 1)
@example([6, 4, 2], 7)
@example([5], 5)
def test_power_is_what_listing_every_coalition_finds(weights: list[int], quota: int) -> None:
    assert list(banzhaf(weights, quota)) == by_listing(weights, quota)


@given(SMALL, st.integers(1, 330), st.integers(1, 2**80))
def test_great_weights_are_counted_as_exactly(weights: list[int], quota: int, times: int) -> None:
    # The added one keeps the weights from being divided down again.
    great = [one * times for one in weights] + [1]
    assert list(banzhaf(great, quota * times)) == by_listing(great, quota * times)


@given(st.lists(st.integers(1, 2**90), min_size=2, max_size=9), st.data())
def test_the_way_for_great_weights_agrees_with_the_listing(weights: list[int], data: st.DataObject) -> None:
    quota = data.draw(st.integers(1, sum(weights)))
    assert list(banzhaf(weights, quota)) == by_listing(weights, quota)


@given(st.lists(st.integers(1, 60), min_size=2, max_size=30), st.data())
def test_both_ways_of_counting_agree(weights: list[int], data: st.DataObject) -> None:
    quota = data.draw(st.integers(1, sum(weights)))
    table, by_halves = powers._by_table(weights, quota), powers._by_halves(weights, quota)
    assert by_halves is not None
    assert [table(one) for one in weights] == [by_halves(one) for one in weights]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
@example([0, 0, 0])
@example([0, 1, 1])
def test_a_double_majority_is_what_listing_every_coalition_finds(people: list[int]) -> None:
    def wins(some: set[int]) -> bool:
        return 2 * sum(people[one] for one in some) > sum(people) and 2 * len(some) > len(people)

    assert list(double_banzhaf(people)) == swings_listed(len(people), wins)
    assert power(Rule.DOUBLE, people) == double_banzhaf(people)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=7), st.sampled_from(list(Rule)), st.booleans())
def test_every_rule_counts_with_its_own_weights(people: list[int], rule: Rule, optimal: bool) -> None:
    roots = [int((one * 10**6) ** 0.5 + 1e-9) for one in people]
    quota = quota_of(rule, people, optimal=optimal)

    def wins(some: set[int]) -> bool:
        by_people = 2 * sum(people[one] for one in some) > sum(people)
        by_seats = 2 * len(some) > len(people)
        if rule is Rule.PENROSE:
            return sum(roots[one] for one in some) >= quota
        return {Rule.PEOPLE: by_people, Rule.SEATS: by_seats, Rule.DOUBLE: by_people and by_seats}[rule]

    assert list(power(rule, people, optimal=optimal)) == swings_listed(len(people), wins)


def test_a_hundred_collectives_are_counted_exactly() -> None:
    people = [40 + 7 * place for place in range(100)]
    found = power(Rule.PENROSE, people)
    assert found == tuple(sorted(found))
    # With equal seats who swings makes 50 of the 99 others the 51 of a majority.
    assert power(Rule.SEATS, people) == (Fraction(comb(99, 50), 2**99),) * 100
    # Near the root rule, power is near weight: within a twentieth of the ratio of weights.
    assert abs(float(found[-1] / found[0]) / (people[-1] / people[0]) ** 0.5 - 1) < 0.05


def test_many_members_of_few_great_sizes_are_counted_exactly() -> None:
    # 30 of a million million and 30 of one more: a majority is decided by seats, and by the ones only in a tie.
    found = banzhaf([10**12] * 30 + [10**12 + 1] * 30, 30 * 10**12 + 16)
    assert found[:30] == (found[0],) * 30 and found[30:] == (found[30],) * 30
    assert 0 < found[0] < found[30] < Fraction(1, 4)


def test_what_cannot_be_held_is_refused_in_words() -> None:
    weights = [10**15 + 3**place for place in range(60)]
    for counted in (lambda: banzhaf(weights, sum(weights) // 2 + 1), lambda: double_banzhaf(weights)):
        with pytest.raises(ValueError, match=r"^so many members with so great weights are more than an exact count"):
            counted()


def test_a_table_is_as_great_as_is_said_and_no_greater(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quota times bytes for each number, one for up to seven members, times the tables of a double majority."""
    seven, eight = [10, 9, 8, 7, 6, 5, 4], [10, 9, 8, 7, 6, 5, 4, 3]
    for weights, width in ((seven, 1), (eight, 2)):
        quota = sum(weights) // 2
        monkeypatch.setattr(powers, "_MOST_TABLE", quota * width)
        assert list(banzhaf(weights, quota)) == by_listing(weights, quota)
        monkeypatch.setattr(powers, "_MOST_TABLE", quota * width - 1)
        with pytest.raises(ValueError, match=r"^so many members"):
            banzhaf(weights, quota)
    monkeypatch.setattr(powers, "_MOST_TABLE", 4 * 25)
    assert double_banzhaf(seven)
    monkeypatch.setattr(powers, "_MOST_TABLE", 4 * 25 - 1)
    with pytest.raises(ValueError, match=r"^so many members"):
        double_banzhaf(seven)


def test_halves_of_which_one_has_too_many_sums_give_way_to_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(powers, "_SMALL_QUOTA", 0)
    monkeypatch.setattr(powers, "_MOST_SUMS", 5)
    weights = [1, 1, 1, 10, 20, 40]
    assert powers._by_halves(weights, 37) is None
    assert list(banzhaf(weights, 37)) == by_listing(weights, 37)


def test_the_quota_of_roots_is_half_unless_the_optimal_one_is_asked_for() -> None:
    # Roots 10, 10, 5 and 2: more than half is 13.501, which the least never swings; the optimal quota is 21.066.
    people = [100, 100, 25, 4]
    half, best = power(Rule.PENROSE, people), power(Rule.PENROSE, people, optimal=True)
    assert half[3] == 0 and best[3] > 0
    assert concerns(Rule.PENROSE, people, half) == [Concern(3, Kind.NO_POWER)]
    vetoes = [Concern(0, Kind.VETO), Concern(1, Kind.VETO)]
    assert concerns(Rule.PENROSE, people, best, optimal=True) == vetoes


def test_powers_of_other_members_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        concerns(Rule.PEOPLE, [1, 2, 3], [Fraction(1, 2)] * 2)


def kinds(rule: Rule, people: list[int], *, optimal: bool = False) -> list[Concern]:
    return concerns(rule, people, power(rule, people, optimal=optimal), optimal=optimal)


def test_one_who_decides_alone_is_named_and_so_are_those_left_without_power() -> None:
    assert kinds(Rule.PEOPLE, [60, 25, 15]) == [
        Concern(0, Kind.DECIDES_ALONE),
        Concern(1, Kind.NO_POWER),
        Concern(2, Kind.NO_POWER),
    ]
    assert kinds(Rule.SEATS, [60, 25, 15]) == []
    assert kinds(Rule.PENROSE, [60, 25, 15]) == []


def test_one_who_can_stop_everything_is_named() -> None:
    assert kinds(Rule.PEOPLE, [50, 30, 20]) == [Concern(0, Kind.VETO)]
    assert kinds(Rule.DOUBLE, [60, 25, 15]) == [Concern(0, Kind.VETO)]
    # The lesser of two is not needed for the people, but for the seats.
    assert kinds(Rule.DOUBLE, [1, 3]) == [Concern(0, Kind.VETO), Concern(1, Kind.VETO)]
    assert kinds(Rule.DOUBLE, [5, 5]) == [Concern(0, Kind.VETO), Concern(1, Kind.VETO)]
    assert kinds(Rule.PEOPLE, [7]) == [Concern(0, Kind.DECIDES_ALONE)]


def test_roots_are_refused_where_somebody_would_have_no_power() -> None:
    refused = kinds(Rule.PENROSE, [900, 4, 1])
    assert Concern(2, Kind.NO_POWER) in refused
    assert is_refused(Rule.PENROSE, refused)
    assert not is_refused(Rule.PEOPLE, refused)
    assert not is_refused(Rule.PENROSE, kinds(Rule.PENROSE, [60, 25, 15]))
    assert is_refused(Rule.PENROSE, kinds(Rule.PENROSE, [60, 25, 15, 0]))
