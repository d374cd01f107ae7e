"""Amounts, shares, lengths and times as people write and read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daokit.errors import UsageError
from daokit.quantities import (
    format_amount,
    format_duration,
    format_relative,
    format_share,
    format_time,
    money,
    parse_amount,
    parse_duration,
    parse_share,
    parse_start,
    parse_time,
    split_money,
)

NOW = int(datetime(2026, 3, 1, 20, 0, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("text", "decimals", "amount"),
    [
        ("12.50", 2, 1_250),
        ("12.5", 2, 1_250),
        ("2500", 2, 250_000),
        ("2,500.00", 2, 250_000),
        ("1", 18, 10**18),
        ("0.000000000000000001", 18, 1),
        ("3.00", 0, 3),
        ("123456789012345678901234567890", 0, 123456789012345678901234567890),
    ],
)
def test_an_amount_is_read_to_the_unit(text: str, decimals: int, amount: int) -> None:
    assert parse_amount(text, decimals) == amount


@pytest.mark.parametrize("text", ["", "12,50", "1.", ".5", "-3", "1e3", "1 000", "2_500", "0x10", "1,2345", "twelve"])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"not an amount; write it like 2500 or 12\.50"):
        parse_amount(text, 2)


def test_an_amount_finer_than_the_token_is_refused() -> None:
    with pytest.raises(UsageError, match=r'"1\.005" is finer than tUSD can be divided: it has 2 digits'):
        parse_amount("1.005", 2, "tUSD")


def test_money_is_a_number_and_a_token() -> None:
    assert split_money("2500 tUSD") == ("2500", "tUSD")
    assert split_money("1.5  ETH") == ("1.5", "ETH")
    for text in ("2500", "tUSD", "tUSD 5", "5 t USD", "1,5 tUSD", "5tUSD"):
        with pytest.raises(UsageError):
            split_money(text)


def test_money_shows_two_digits_or_as_many_as_count() -> None:
    assert money(1_250, "tUSD", 2) == "12.50 tUSD"
    assert money(250_000_000, "tUSD", 2) == "2,500,000.00 tUSD"
    assert money(10**18, "ETH", 18) == "1.00 ETH"
    assert money(10**18 + 1, "ETH", 18) == "1.000000000000000001 ETH"
    assert money(7, "seeds", 0) == "7 seeds"
    assert money(-5, "tUSD", 2) == "-0.05 tUSD"


@given(st.integers(0, 2**130), st.integers(0, 30))
def test_an_amount_shown_is_the_amount_read(amount: int, decimals: int) -> None:
    assert parse_amount(format_amount(amount, decimals), decimals) == amount


def test_shares_are_percent() -> None:
    assert [parse_share(text) for text in ("30%", "12.5 %", "0%", "100%", "0.01%")] == [3_000, 1_250, 0, 10_000, 1]
    for text in ("30", "0.3", "30 percent", "1.005%", "-5%", "%"):
        with pytest.raises(UsageError, match="not a share; write it in percent"):
            parse_share(text)


@given(st.integers(0, 20_000))
def test_a_share_shown_is_the_share_read(bps: int) -> None:
    assert parse_share(format_share(bps)) == bps


def test_lengths_of_time_have_units() -> None:
    assert parse_duration("5 days") == 432_000
    assert parse_duration("36 h") == 129_600
    assert parse_duration("90 d") == 7_776_000
    assert parse_duration("1 day 12 hours") == 129_600
    assert parse_duration("2w") == 1_209_600
    assert parse_duration("0") == 0
    for text in ("5", "5 moons", "days", "-5 days", "1.5 days", ""):
        with pytest.raises(UsageError):
            parse_duration(text)


def test_lengths_of_time_are_shown_exactly() -> None:
    assert format_duration(432_000) == "5 days"
    assert format_duration(129_600) == "1 day 12 hours"
    assert format_duration(61) == "1 minute 1 second"
    assert format_duration(0) == "0"


@given(st.integers(0, 10**9))
def test_a_length_shown_is_the_length_read(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


def test_times_are_in_the_readers_zone_with_how_far_they_are() -> None:
    assert format_time(NOW + 18 * 3_600, NOW, UTC) == "tomorrow 14:00 (in 18 h)"
    assert format_time(NOW + 600, NOW, UTC) == "today 20:10 (in 10 min)"
    assert format_time(NOW - 21 * 3_600, NOW, UTC) == "yesterday 23:00 (21 h ago)"
    assert format_time(NOW + 5 * 86_400, NOW, UTC) == "2026-03-06 20:00 (in 5 days)"
    assert format_time(NOW + 600, NOW, timezone(timedelta(hours=5))) == "today 01:10 (in 10 min)"
    assert format_time(2**70, NOW, UTC) == f"unix time {2**70}"


def test_one_day_and_a_half_is_still_told_in_hours() -> None:
    assert format_relative(36 * 3_600) == "in 36 h"
    assert format_relative(48 * 3_600) == "in 2 days"
    assert format_relative(0) == "now"
    assert format_relative(-5) == "5 s ago"


def test_a_date_lasts_until_the_end_of_its_day() -> None:
    assert parse_time("2026-12-31", UTC) == int(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
    assert parse_time("2026-12-31 14:00", UTC) == int(datetime(2026, 12, 31, 14, tzinfo=UTC).timestamp())
    assert parse_time("2026-12-31T14:00Z", timezone(timedelta(hours=5))) == parse_time("2026-12-31 14:00", UTC)
    for text in ("tomorrow", "31.12.2026", "2026-13-01", ""):
        with pytest.raises(UsageError, match="not a date; write it like"):
            parse_time(text, UTC)


def test_a_day_begins_with_its_first_second() -> None:
    assert parse_start("2026-12-31", UTC) == parse_time("2026-12-31 00:00", UTC)
    assert parse_time("2026-12-31", UTC) - parse_start("2026-12-31", UTC) == 86_399
    assert parse_start("2026-12-31 14:00", UTC) == parse_time("2026-12-31 14:00", UTC)
    with pytest.raises(UsageError, match='"2026-13-31" is not a date'):
        parse_start("2026-13-31")
