"""Amounts, shares, lengths and times as people write and read them: `12.50 tUSD`, `30%`, `36 h`, `tomorrow 14:00`.

Inside the program these are integers: a token's smallest unit, basis points, seconds, unix seconds.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from daokit.errors import UsageError

MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800

_NUMBER = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_MONEY = re.compile(r"([\d.,]+)\s+(\S+)")
_SHARE = re.compile(r"(\d+)(?:\.(\d{1,2}))?\s*%")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LENGTH = re.compile(r"(\d+)\s*([a-z]+)")
_LENGTHS = re.compile(r"\d+\s*[a-z]+(?:[\s,]+\d+\s*[a-z]+)*")
_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("min", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
    **dict.fromkeys(("w", "week", "weeks"), WEEK),
}


def parse_number(text: str) -> Decimal:
    """`2500`, `2,500` or `12.50`; not negative."""
    if not _NUMBER.fullmatch(text):
        raise UsageError(f'"{text}" is not an amount; write it like 2500 or 12.50, with a point before the fraction')
    return Decimal(text.replace(",", ""))


def parse_amount(text: str, decimals: int, symbol: str = "") -> int:
    """An amount in the smallest unit of a token that has `decimals` digits after the point."""
    parse_number(text)
    whole, _, fraction = text.replace(",", "").partition(".")
    if len(fraction.rstrip("0")) > decimals:
        finest = f"{decimals} digits after the point" if decimals else "no fractions"
        raise UsageError(f'"{text}" is finer than {symbol or "this token"} can be divided: it has {finest}')
    return int(whole + fraction[:decimals].ljust(decimals, "0"))


def split_money(text: str) -> tuple[str, str]:
    """`2500 tUSD` as its number and its token: a symbol, a name or an address."""
    match = _MONEY.fullmatch(text.strip())
    if not match:
        raise UsageError(f'"{text}" is not an amount of money; write it like "2500 tUSD"')
    parse_number(match[1])
    return match[1], match[2]


def format_amount(amount: int, decimals: int) -> str:
    """An amount in the smallest unit as digits: all that count, and two after the point where a token has that many."""
    whole, fraction = divmod(abs(amount), 10**decimals)
    digits = f"{fraction:0{decimals}d}".rstrip("0").ljust(min(decimals, 2), "0") if decimals else ""
    return f"{'-' if amount < 0 else ''}{whole:,}{f'.{digits}' if digits else ''}"


def money(amount: int, symbol: str, decimals: int) -> str:
    """`12.50 tUSD`."""
    return f"{format_amount(amount, decimals)} {symbol}"


def parse_share(text: str) -> int:
    """`30%` or `12.5%` in basis points."""
    match = _SHARE.fullmatch(text.strip())
    if not match:
        raise UsageError(f'"{text}" is not a share; write it in percent with at most two decimals, like 30% or 12.5%')
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def format_share(bps: int) -> str:
    """Basis points in percent."""
    return f"{Decimal(bps) / 100:f}%"


def parse_duration(text: str) -> int:
    """`5 days`, `36 h`, `90 d`, `1 day 12 hours` in seconds; `0` is no time."""
    words = text.strip().lower()
    if words == "0":
        return 0
    if not _LENGTHS.fullmatch(words):
        raise UsageError(f'"{text}" is not a length of time; write it like "5 days" or "36 h"')
    seconds = 0
    for number, unit in _LENGTH.findall(words):
        if unit not in _UNITS:
            raise UsageError(f'"{unit}" in "{text}" is not a unit of time; use seconds, minutes, hours, days or weeks')
        seconds += int(number) * _UNITS[unit]
    return seconds


def format_duration(seconds: int) -> str:
    """A length of time in words, exactly: `5 days`, `1 day 12 hours`; `0` is no time."""
    parts = []
    for name, size in (("day", DAY), ("hour", HOUR), ("minute", MINUTE), ("second", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'s' if count != 1 else ''}")
    return " ".join(parts) or "0"


def format_relative(seconds: int) -> str:
    """How far away a moment is, roughly: `in 18 h`, `3 days ago`, `now`."""
    far = abs(seconds)
    for size, one, many in ((DAY, "day", "days"), (HOUR, "h", "h"), (MINUTE, "min", "min"), (1, "s", "s")):
        # Days only from two on: "in 1 day" can mean anything from 24 to 47 hours.
        if far >= (2 * DAY if size == DAY else size):
            count = far // size
            words = f"{count} {one if count == 1 else many}"
            return f"in {words}" if seconds > 0 else f"{words} ago"
    return "now"


def format_time(when: int, now: int, zone: tzinfo | None = None) -> str:
    """A moment (unix seconds) in the reader's zone: `tomorrow 14:00 (in 18 h)`. Without `zone` the machine's."""
    try:
        there = datetime.fromtimestamp(when, zone)
        days = (there.date() - datetime.fromtimestamp(now, zone).date()).days
    except (ValueError, OverflowError, OSError):
        return f"unix time {when}"
    named = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days) or there.strftime("%Y-%m-%d")
    return f"{named} {there:%H:%M} ({format_relative(when - now)})"


def parse_start(text: str, zone: tzinfo | None = None) -> int:
    """The same, but `2026-12-31` is the first second of that day."""
    last, words = parse_time(text, zone), text.strip()
    return parse_time(f"{words} 00:00", zone) if _DAY.fullmatch(words) else last


def parse_time(text: str, zone: tzinfo | None = None) -> int:
    """`2026-12-31 14:00` in the reader's zone as unix seconds; `2026-12-31` is the last second of that day. A zone of
    its own may stand behind the time: `2026-12-31T14:00Z`."""
    words = text.strip()
    try:
        moment = datetime.fromisoformat(words)
        if _DAY.fullmatch(words):
            moment += timedelta(days=1, seconds=-1)
        # A moment without a zone is taken in the machine's by timestamp().
        return int((moment if moment.tzinfo or zone is None else moment.replace(tzinfo=zone)).timestamp())
    except (ValueError, OverflowError):
        raise UsageError(f'"{text}" is not a date; write it like 2026-12-31 or "2026-12-31 14:00"') from None
