"""Draws in plain integers: floors, caps, and the parts that the chain tells."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daokit.draws import MOST_AMOUNT, Giving, Limit, after, draw, read_parts
from tests.people import DAY

SHARES = st.lists(st.integers(1, 562), max_size=16)


def test_a_draw_gives_each_commitment_its_floor_and_the_person_the_rest() -> None:
    assert draw(10_007, [Giving(1_250), Giving(333), Giving(41)]) == (8_383, [1_250, 333, 41])
    assert draw(79, [Giving(1_250), Giving(125)]) == (70, [9, 0])


@given(st.integers(0, MOST_AMOUNT), SHARES)
def test_draw_conserves(amount: int, shares: list[int]) -> None:
    kept, parts = draw(amount, [Giving(bps) for bps in shares])
    assert kept + sum(parts) == amount
    assert parts == [floor(Fraction(amount * bps, 10_000)) for bps in shares]
    assert 10 * kept >= amount


def test_a_cap_stops_at_the_period_and_begins_anew_with_the_next() -> None:
    # 10 % of each draw, at most 50.00 every 30 days from day 100 on.
    committed = [Giving(1_000, Limit("tUSD", 100 * DAY, 30 * DAY, 50_00))]
    got = []
    for day, amount in ((101, 300_00), (110, 300_00), (129, 300_00), (130, 700_00), (190, 100_00)):
        _, parts = draw(amount, committed, "tUSD", day * DAY)
        committed = after(committed, parts, day * DAY)
        got.append(parts[0])
    assert got == [30_00, 20_00, 0, 50_00, 10_00]


def test_a_cap_in_all_is_the_end_of_it_and_the_narrower_cap_counts() -> None:
    committed = [Giving(5_000, Limit("tUSD", 0, 30 * DAY, 50_00, 120_00))]
    got = []
    for day in (1, 31, 61, 91):
        _, parts = draw(1_000_00, committed, "tUSD", day * DAY)
        committed = after(committed, parts, day * DAY)
        got.append(parts[0])
    assert got == [50_00, 50_00, 20_00, 0]


def test_a_capped_commitment_gets_nothing_of_another_token() -> None:
    assert draw(1_000, [Giving(5_000, Limit("tUSD", 0, 0, 0, 100))], "tEUR", 1) == (1_000, [0])


def test_a_draw_that_gives_nothing_leaves_the_count_of_the_period() -> None:
    committed = [Giving(1, Limit("tUSD", 0, DAY, 50, 0, last_period=0, taken=50))]
    assert after(committed, [0], 3 * DAY) == committed


@pytest.mark.parametrize(
    ("amount", "shares"), [(-1, [1]), (MOST_AMOUNT + 1, [1]), (1, [9_000, 1]), (1, [1] * 17)], ids=str
)
def test_what_no_fund_can_do_is_refused(amount: int, shares: list[int]) -> None:
    with pytest.raises(ValueError, match="120 bits"):
        draw(amount, [Giving(bps) for bps in shares])


def test_parts_are_read_as_the_event_packs_them() -> None:
    packed = bytes([3]) + (125_00).to_bytes(15, "big") + bytes([15]) + MOST_AMOUNT.to_bytes(15, "big")
    assert list(read_parts(packed)) == [(3, 125_00), (15, MOST_AMOUNT)]
