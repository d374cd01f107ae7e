"""Caps as time goes by, and draws that they hold back."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from daokit.amounts import Given, draw
from daokit.caps import Limit
from daokit.patronage import read_parts
from tests.people import DAY

MOST = 2**120 - 1


@given(st.integers(0, MOST), st.lists(st.integers(1, 562), max_size=16))
def test_draw_conserves(amount: int, shares: list[int]) -> None:
    parts, kept = draw(amount, [Given(bps) for bps in shares])
    assert kept + sum(parts) == amount
    assert list(parts) == [floor(Fraction(amount * bps, 10_000)) for bps in shares]
    assert 10 * kept >= amount


def played(limit: Limit, bps: int, *draws: tuple[int, int]) -> list[int]:
    """What a commitment gets of draws on days, one after the other."""
    got = []
    for day, amount in draws:
        (part,), _ = draw(amount, [Given(bps, limit.room("tUSD", day * DAY))])
        limit = limit.after(part, day * DAY)
        got.append(part)
    return got


def test_a_cap_stops_at_the_period_and_begins_anew_with_the_next() -> None:
    # 10 % of each draw, at most 50.00 every 30 days from day 100 on.
    limit = Limit("tUSD", 100 * DAY, 30 * DAY, 50_00)
    draws = ((101, 300_00), (110, 300_00), (129, 300_00), (130, 700_00), (190, 100_00))
    assert played(limit, 1_000, *draws) == [30_00, 20_00, 0, 50_00, 10_00]


def test_a_cap_in_all_is_the_end_of_it_and_the_narrower_cap_counts() -> None:
    limit = Limit("tUSD", 0, 30 * DAY, 50_00, 120_00)
    assert played(limit, 5_000, *((day, 1_000_00) for day in (1, 31, 61, 91))) == [50_00, 50_00, 20_00, 0]


def test_a_capped_commitment_gets_nothing_of_another_token() -> None:
    assert Limit("tUSD", 0, in_all=100).room("tEUR", 1) == 0


def test_a_draw_that_gives_nothing_leaves_the_count_of_the_period() -> None:
    limit = Limit("tUSD", 0, DAY, 50, 0, last_period=0, taken=50)
    assert limit.after(0, 3 * DAY) == limit


def test_parts_are_read_as_the_event_packs_them() -> None:
    packed = bytes([3]) + (125_00).to_bytes(15, "big") + bytes([15]) + MOST.to_bytes(15, "big")
    assert list(read_parts(packed)) == [(3, 125_00), (15, MOST)]
