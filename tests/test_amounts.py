"""The arithmetic of the contracts in plain integers."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daokit.amounts import (
    BUCKET_PERIOD,
    Count,
    Given,
    Locked,
    bucket_cap,
    bucket_room,
    bucket_used,
    cap_room,
    collectable,
    cost_of,
    daily_cap,
    draw,
    exit_share,
    locked_in,
    most_votes,
    objections_needed,
    paper_cost,
    quorum_seats,
    recount,
    split,
    stands,
    winner,
)

AMOUNTS = st.integers(0, 2**120 - 1)
BPS = st.integers(0, 10_000)
BALLOTS = st.sampled_from([*range(-126, 127), 127, -128])


def test_a_draw_gives_each_commitment_its_floor_and_the_person_the_rest() -> None:
    assert split(10_007, [1_250, 333, 41]) == ((1_250, 333, 41), 8_383)


def test_shares_above_everything_are_refused() -> None:
    sentence = "^shares of an amount are not negative and at most 10,000 together$"
    for amount, bps in [(100, [9_000, 1_001]), (100, [-1, 5_000]), (-100, [5_000])]:
        with pytest.raises(ValueError, match=sentence):
            split(amount, bps)


def test_everything_may_be_shared_out() -> None:
    assert split(7, [5_000, 5_000]) == ((3, 3), 1)


def test_a_fund_gives_each_commitment_its_floor_and_the_person_the_rest() -> None:
    assert draw(10_007, [Given(1_250), Given(333), Given(41)]) == ((1_250, 333, 41), 8_383)
    assert draw(7, []) == ((), 7)
    assert draw(0, [Given(1_250)]) == ((0,), 0)


def test_what_a_cap_holds_back_stays_with_the_person() -> None:
    capped = [Given(1_000, most=150), Given(1_000, most=0), Given(500, most=500), Given(500, most=499)]
    assert draw(10_000, capped) == ((150, 0, 500, 499), 8_851)


def test_what_a_fund_would_refuse_is_refused() -> None:
    assert draw(100, [Given(8_999), Given(1)]) == ((89, 0), 11)
    with pytest.raises(ValueError, match=r"^commitments take at most 9,000 bps together$"):
        draw(100, [Given(8_999), Given(2)])
    with pytest.raises(ValueError, match=r"^nothing below zero is drawn$"):
        draw(-1, [])


def test_the_lesser_limit_of_a_cap_rules_and_zero_is_no_limit() -> None:
    assert cap_room(150, 100, 400, 399) == 1
    assert cap_room(150, 100, 0, 0) == 50
    assert cap_room(0, 0, 400, 100) == 300
    assert cap_room(0, 0, 0, 0) is None


@given(AMOUNTS, st.lists(st.integers(0, 1_250), max_size=8))
def test_a_split_loses_nothing_and_rounds_each_share_down(amount: int, bps: list[int]) -> None:
    parts, rest = split(amount, bps)
    assert sum(parts) + rest == amount
    assert all(part == floor(Fraction(amount * one, 10_000)) for part, one in zip(parts, bps, strict=True))
    assert rest >= floor(Fraction(amount * (10_000 - sum(bps)), 10_000))


def test_nine_votes_cost_eighty_one_credits_whichever_way() -> None:
    assert (cost_of(9), cost_of(-9), cost_of(126), cost_of(0)) == (81, 81, 15_876, 0)


def test_a_bare_side_costs_nothing() -> None:
    assert (cost_of(127), cost_of(-128)) == (0, 0)


@pytest.mark.parametrize("votes", [-127, 128, -129, 1_000])
def test_no_ballot_holds_more_than_126_votes(votes: int) -> None:
    with pytest.raises(ValueError, match="126"):
        cost_of(votes)


def test_a_season_of_100_credits() -> None:
    left = 100 - paper_cost([(0, 6), (0, -7)])
    assert left == 15
    left -= paper_cost([(0, 3)])
    assert left == 6
    assert -paper_cost([(-7, -2)]) == 45
    assert left - paper_cost([(-7, -2)]) == 51


def test_55_credits_pay_for_seven_more_votes_on_one_option() -> None:
    assert (most_votes(55), most_votes(48), most_votes(49), most_votes(0)) == (7, 6, 7, 0)
    assert most_votes(20_000) == 126


@given(st.lists(st.tuples(st.integers(0, 9), BALLOTS), max_size=60))
def test_recounting_ballot_by_ballot_is_counting_the_last_of_each_seat(cast: list[tuple[int, int]]) -> None:
    count, last = Count(), dict.fromkeys(range(10), 0)
    for seat, votes in cast:
        count = recount(count, last[seat], votes)
        last[seat] = votes
    assert count.net == sum(votes for votes in last.values() if -127 < votes < 127)
    assert count.seats_for == sum(votes > 0 for votes in last.values())
    assert count.seats_against == sum(votes < 0 for votes in last.values())


def test_a_changed_mind_moves_a_seat_and_a_withdrawn_ballot_takes_it_away() -> None:
    assert recount(Count(9, 3, 2), 4, -2) == Count(3, 2, 3)
    assert recount(Count(3, 2, 3), -2, 0) == Count(5, 2, 2)
    assert recount(Count(9, 3, 2), 1, 0) == Count(8, 2, 2)
    assert recount(Count(9, 3, 2), 0, 1) == Count(10, 4, 2)
    assert recount(Count(9, 3, 2), -1, 0) == Count(10, 3, 1)
    assert recount(Count(9, 3, 2), 0, -1) == Count(8, 3, 3)
    assert recount(Count(9, 3, 2), 0, 0) == Count(9, 3, 2)


def test_a_bare_side_counts_a_seat_and_no_votes() -> None:
    assert recount(Count(), 0, 127) == Count(0, 1, 0)
    assert recount(Count(5, 1, 0), 5, -128) == Count(0, 0, 1)
    assert recount(Count(0, 0, 0, large=True), 0, 3) == Count(3, 1, 0, large=True)


@pytest.mark.parametrize(
    ("bps", "seats", "quorum"),
    [(2_000, 5, 1), (2_000, 6, 2), (0, 100, 1), (10_000, 7, 7), (1, 10_001, 2), (3_333, 3, 1)],
)
def test_a_quorum_rounds_up_and_is_at_least_one_seat(bps: int, seats: int, quorum: int) -> None:
    assert quorum_seats(bps, seats) == quorum


def test_an_option_stands_with_net_above_zero_and_a_quorum_of_seats() -> None:
    assert stands(Count(1, 2, 5), quorum=2)
    assert not stands(Count(0, 2, 0), quorum=2)
    assert not stands(Count(9, 1, 0), quorum=2)


def test_a_large_option_needs_more_seats_for_than_against() -> None:
    assert stands(Count(7, 3, 2, large=True), quorum=2)
    assert not stands(Count(7, 3, 3, large=True), quorum=2)
    assert stands(Count(7, 3, 3), quorum=2)


def test_the_greatest_net_wins_and_a_tie_goes_to_the_earlier() -> None:
    assert winner([Count(4, 2, 0), Count(9, 2, 0), Count(9, 3, 0)], quorum=2) == 1


def test_an_option_that_does_not_stand_is_in_nobodys_way() -> None:
    assert winner([Count(2, 2, 0), Count(99, 1, 0), Count(50, 2, 4, large=True)], quorum=2) == 0
    assert winner([Count(-1, 2, 0), Count(5, 1, 0)], quorum=2) is None
    assert winner([], quorum=1) is None


def test_objections_round_up_and_the_days_cap_rounds_down() -> None:
    assert [objections_needed(500, seats) for seats in (0, 1, 20, 21, 40)] == [1, 1, 1, 2, 2]
    assert objections_needed(0, 500) == 1
    assert [daily_cap(2, 500, seats) for seats in (3, 40, 59, 60, 100)] == [2, 2, 2, 3, 5]
    assert daily_cap(2, 10_000, 4_000_000) == 65_535


def test_the_bucket_empties_over_thirty_days() -> None:
    cap = bucket_cap(100_000, 1_000)
    assert cap == 10_000
    assert bucket_used(9_000, cap, 0) == 9_000
    assert bucket_used(9_000, cap, BUCKET_PERIOD // 2) == 4_000
    assert bucket_used(9_000, cap, BUCKET_PERIOD) == 0
    assert bucket_room(9_000, cap, 3 * 86_400) == 2_000
    assert bucket_room(9_000, bucket_cap(0, 1_000), 86_400) == 0


def test_the_bucket_rounds_the_cap_and_what_has_drained_down() -> None:
    assert bucket_cap(19, 1_000) == 1
    assert bucket_used(9, 10, BUCKET_PERIOD - 1) == 0
    assert bucket_used(10, 10, BUCKET_PERIOD - 1) == 1
    assert bucket_used(10, 10, BUCKET_PERIOD // 3 - 1) == 7


@given(st.lists(st.tuples(st.integers(0, BUCKET_PERIOD), AMOUNTS), max_size=30), st.integers(0, 2**100), BPS)
def test_at_most_two_caps_leave_in_thirty_days(payments: list[tuple[int, int]], free: int, bps: int) -> None:
    cap, used, at, out = bucket_cap(free, bps), 0, 0, 0
    for time, wanted in sorted(payments):
        amount = min(wanted, bucket_room(used, cap, time - at))
        used = bucket_used(used, cap, time - at) + amount
        at, out = time, out + amount
        assert used <= cap
    assert out <= 2 * cap


def test_an_exit_takes_its_share_of_what_is_free_rounded_down() -> None:
    assert exit_share("tUSD", 1_000, 1, 3) == 333
    assert exit_share("tUSD", 1_000, 3, 3) == 1_000
    with pytest.raises(ValueError, match="4 of 3"):
        exit_share("tUSD", 1_000, 4, 3)
    with pytest.raises(ValueError, match="0 of 3"):
        exit_share("tUSD", 1_000, 0, 3)


def test_bought_units_exit_in_their_own_token_for_at_most_what_was_paid() -> None:
    # 30 units: 10 granted, 20 bought for 100 tUSD. The treasury has grown: a unit is worth 10.
    locked = locked_in(30, held=30, lot_token="tUSD", lot_units=20, lot_paid=100)
    assert locked == Locked("tUSD", 20, 100)
    assert exit_share("tUSD", 1_000, 30, 100, locked) == 100 + 100
    assert exit_share("coin", 1_000, 30, 100, locked) == 100
    # It has shrunk: a unit is worth 2.
    assert exit_share("tUSD", 200, 30, 100, locked) == 20 + 40


def test_units_that_were_not_bought_go_first() -> None:
    assert locked_in(10, held=30, lot_token="tUSD", lot_units=20, lot_paid=100) is None
    assert locked_in(13, held=30, lot_token="tUSD", lot_units=20, lot_paid=100) == Locked("tUSD", 3, 15)
    assert locked_in(5, held=30, lot_token="tUSD", lot_units=0, lot_paid=0) is None
    assert locked_in(11, held=30, lot_token="tUSD", lot_units=20, lot_paid=109) == Locked("tUSD", 1, 5)
    assert locked_in(1, held=1, lot_token="tUSD", lot_units=1, lot_paid=4) == Locked("tUSD", 1, 4)


@given(AMOUNTS, st.lists(st.integers(1, 2**60), min_size=1, max_size=8))
def test_exits_one_after_the_other_never_take_more_than_there_is(free: int, holders: list[int]) -> None:
    left, total = free, sum(holders)
    for units in holders:
        share = exit_share("tUSD", left, units, total)
        assert share <= Fraction(left * units, total) < share + 1
        left, total = left - share, total - units
    assert left == 0


@given(AMOUNTS, st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**9))
def test_buying_is_never_a_way_to_more_than_a_share(
    free: int, units: int, granted: int, bought: int, paid: int
) -> None:
    held = granted + bought
    units = min(units, held)
    if units == 0:
        return
    total = held + 7
    locked = locked_in(units, held, "tUSD", bought, paid)
    assert exit_share("tUSD", free, units, total, locked) <= exit_share("tUSD", free, units, total)


def test_a_creditor_takes_its_share_of_what_is_there() -> None:
    assert collectable(300, balance=500, reserved=1_000) == 150
    assert collectable(300, balance=5_000, reserved=1_000) == 300
    assert collectable(300, balance=0, reserved=300) == 0


@given(st.lists(st.integers(1, 2**100), min_size=1, max_size=8), st.integers(0, 2**104))
def test_creditors_together_never_take_more_than_there_is(dues: list[int], balance: int) -> None:
    left, reserved = balance, sum(dues)
    for due in dues:
        paid = collectable(due, left, reserved)
        assert paid == min(due, floor(Fraction(due * left, reserved)))
        left, reserved = left - paid, reserved - due
    assert left >= 0


@given(BPS, st.integers(0, 2**22))
def test_ceilings_agree_with_fractions(bps: int, seats: int) -> None:
    assert quorum_seats(bps, seats) == max(1, ceil(Fraction(bps * seats, 10_000)))
    assert objections_needed(bps, seats) == max(1, ceil(Fraction(bps * seats, 10_000)))
