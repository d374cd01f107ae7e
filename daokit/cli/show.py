"""How things look on the screen: tables, times, money, and the preview before anything is signed."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

MINUTE, HOUR, DAY = 60, 3600, 86_400


def console(*, err: bool = False) -> Console:
    """Where text goes: colours only on a terminal, tables as wide as they need where nobody looks."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    return Console(file=stream, highlight=False, emoji=False, soft_wrap=True, width=None if stream.isatty() else 120)


def table(*columns: str, rows: Iterable[Sequence[object]], right: Sequence[str] = (), title: str = "") -> Table:
    """A table of plain words. Columns named in `right` are numbers."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for column in columns:
        drawn.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(str(cell)) for cell in row))
    return drawn


def facts(*pairs: tuple[str, object] | None) -> Table:
    """Names and what they are, a line each; None is left out."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    drawn.add_column(style="dim", no_wrap=True)
    drawn.add_column(overflow="fold")
    for pair in pairs:
        if pair is not None:
            drawn.add_row(Text(pair[0]), Text(str(pair[1])))
    return drawn


def when(moment: int, now: int | None = None) -> str:
    """Unix seconds as people read them, in the zone of the reader: `Tue 4 Mar 17:30 (in 2 days)`."""
    now = int(time.time()) if now is None else now
    at = datetime.fromtimestamp(moment).astimezone()
    year = "" if abs(moment - now) < 300 * DAY else f" {at.year}"
    return f"{at:%a} {at.day} {at:%b}{year} {at:%H:%M} ({ago(moment, now)})"


def ago(moment: int, now: int) -> str:
    """`in 3 hours`, `2 days ago`, `now`."""
    seconds = moment - now
    if abs(seconds) < MINUTE:
        return "now"
    return f"in {span(seconds)}" if seconds > 0 else f"{span(-seconds)} ago"


def span(seconds: int) -> str:
    """A length of time in its greatest unit, rounded: `36 hours`, `5 days`."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second")):
        if seconds >= 2 * unit or (seconds >= unit and seconds % unit < unit // 10 + 1) or unit == 1:
            number = (seconds + unit // 2) // unit
            return count(number, name)
    raise AssertionError


def count(number: int, thing: str) -> str:
    """`1 seat`, `2,040 seats`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def plain(value: Any) -> Any:
    """A value as JSON has it: dataclasses as objects, members of an enumeration as words, bytes as hex."""
    if isinstance(value, Enum):
        return value.name.lower()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
