"""How things look on the screen, and how values look in JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


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


def quoted(text: str, limit: int = 20_000) -> str:
    """Somebody else's text behind bars, so that no line of it passes for one of ours."""
    import shutil
    import textwrap

    from daokit.text import clean_lines

    width = max(20, min(100, shutil.get_terminal_size().columns - 2))
    lines = (
        textwrap.wrap(line, width, drop_whitespace=False) or [""] for line in clean_lines(text, limit).splitlines()
    )
    return "\n".join(f"│ {part}".rstrip() for parts in lines for part in parts)


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
