"""The story's tables, and the lines to type after it."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from pathlib import Path

from daokit.experiments.ledger import Ledger
from daokit.hashing import ZERO_ADDRESS

Money = Callable[[str, int], str]


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[str] = (), width: int = 100
) -> str:
    """A table as text, at most `width` columns wide. Columns named in `right` are numbers."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for column in columns:
        drawn.add_column(column, justify="right" if column in right else "left")
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    text = StringIO()
    Console(file=text, width=width, emoji=False, highlight=False).print(drawn)
    return "\n".join(line.rstrip() for line in text.getvalue().rstrip().split("\n")) + "\n"


def balances(before: Ledger, after: Ledger, money: Money, coin: str) -> str:
    """What everybody held before and holds after."""
    columns = ("", "seat", "units", "before", "after", "difference")
    rows: list[tuple[object, ...]] = []
    for name, now in after.people.items():
        then = before.people[name]
        change = now.tokens - then.tokens
        seat = f"{then.seat or '–'} → {now.seat or '–'}" if then.seat != now.seat else now.seat or "–"
        units = f"{then.units} → {now.units}" if then.units != now.units else now.units or "–"
        rows.append(
            (name, seat, units, money(coin, then.tokens), money(coin, now.tokens), _signed(change, coin, money))
        )
    inside = _signed(after.treasury - before.treasury, coin, money)
    rows.append(("treasury", "", "", money(coin, before.treasury), money(coin, after.treasury), inside))
    ether = (money(ZERO_ADDRESS, before.coin_inside), money(ZERO_ADDRESS, after.coin_inside))
    rows.append(("", "", "", *ether, _signed(after.coin_inside - before.coin_inside, ZERO_ADDRESS, money)))
    rows.append(("all", "", after.units, money(coin, before.tokens), money(coin, after.tokens), money(coin, 0)))
    return table("Before and after", columns, rows, right=columns[1:])


def next_steps() -> str:
    """The lines with which one goes on alone."""
    return _lines(
        "Nothing is left running. To found one yourself, type:",
        [
            _path_line(),
            "mkdir -p ~/my-workshop && cd ~/my-workshop",
            "daokit node up",
            'daokit init --like workshop --name "My workshop"',
            "daokit found charter.toml --account alice --yes",
            "daokit",
        ],
    )


def next_steps_kept(slug: str, proposal: int) -> str:
    """The lines with which alice goes on in the collective of the story."""
    return _lines(
        f"The chain stays up, you are alice, a member of {slug}, and a vote is due in two days. Type:",
        [
            _path_line(),
            "daokit",
            f"daokit proposal show {proposal}",
            f"daokit vote {proposal} +3",
            "daokit node down",
        ],
    )


def _path_line() -> str:
    beside = Path(sys.executable).parent
    found = shutil.which("daokit", path=str(beside)) or shutil.which("daokit")
    folder = Path(found).parent if found else beside
    return f'export PATH={shlex.quote(str(folder))}:"$PATH"'


def _lines(title: str, commands: list[str]) -> str:
    return "\n".join([title, "", *(f"    {command}" for command in commands), ""])


def _signed(change: int, token: str, money: Money) -> str:
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{money(token, abs(change))}"
