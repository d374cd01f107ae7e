"""`scripts/bench`: measures, prints a table beside targets and peers, and writes `benchmarks/latest.json`.

Gas is exact, so a row above its ceiling makes the exit code 1; times depend on the machine and never do.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from daokit.errors import DaokitError
from daokit.experiments import gas
from daokit.experiments.clock import arithmetic, chains, commands
from daokit.experiments.growth import after_proposals, with_seats
from daokit.experiments.levels import levels
from daokit.experiments.sandbox import sandbox

LATEST = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "latest.json"

# Measured on the peers' own code; None where no peer does the same.
_OPENZEPPELIN = "OpenZeppelin Governor 5.7"
TARGETS: dict[str, tuple[float | None, float | None, str | None]] = {
    "vote_steady": (40_000, 66_155, _OPENZEPPELIN),
    "vote_rival": (42_500, None, None),
    "vote_first": (None, None, None),
    "vote_new_page": (60_000, None, None),
    "vote_reused_page": (46_000, None, None),
    "ballot_paper_8_per_option": (None, None, None),
    "propose": (70_000, 67_934, _OPENZEPPELIN),
    "execute_overhead": (90_000, 127_639, "Snapshot X"),
    "found_5": (650_000, 1_360_000, "Snapshot X, whitelist"),
    "exit_coin": (60_000, 127_743, "Moloch v3 Baal"),
    "exit_per_token": (25_000, None, None),
    "draw_4": (90_000, None, None),
    "draw_4_coin": (90_000, None, None),
    "fund_open": (None, None, None),
    "fund_commit": (None, None, None),
    "deposit_coin": (31_000, None, None),
    "deposit_erc20": (56_000, None, None),
    "claim_coin": (45_000, None, None),
    "claim_erc20": (55_000, None, None),
    "amend_3": (75_000, None, None),
    "year_10_partners": (900_000, 2_020_000, "0xSplits v2, push"),
    "tally_local": (60_000, None, None),
    "tally_remote_both_ends": (250_000, None, None),
    "tally_remote_next_in_note": (50_000, None, None),
    "levy_bubble": (None, None, None),
    "size_Collective": (14_000, None, None),
    "size_Membership": (24_576, None, None),
    "size_Treasury": (24_576, None, None),
    "size_Fund": (24_576, None, None),
    "cli_help_s": (0.3, None, None),
    "cli_read_s": (1.0, None, None),
    "draws_million_s": (10.0, None, None),
    "waterfalls_million_s": (10.0, None, None),
    "two_chains_ready_s": (10.0, None, None),
}


@dataclass(frozen=True)
class Row:
    """One measurement beside its target and the best peer."""

    name: str
    value: float
    unit: str
    target: float | None = None
    best_peer: float | None = None
    peer: str | None = None


def measure() -> list[Row]:
    """All rows. Takes a minute or two, most of it for two thousand signatures."""
    with sandbox() as chain:
        exact = gas.measure(chain) | gas.measure_across()
    found = [
        Row(name, value, "bytes" if name.startswith("size_") else "gas", *TARGETS.get(name, (None, None, None)))
        for name, value in exact.items()
    ]
    found += [Row(name, value, "s", *TARGETS[name]) for name, value in (commands() | arithmetic() | chains()).items()]
    small = with_seats(10)
    grown = {"10_seats": small, "2000_seats": with_seats(2_000), "1000_past_proposals": after_proposals(1_000)}
    found += [Row(f"growth_vote_{name}", value, "gas without calldata", target=small) for name, value in grown.items()]
    with sandbox() as chain:
        measured = levels(chain)
    return found + [
        Row(f"growth_{name}_level_{level}", value, "gas")
        for name, by_level in (("tally", measured.tallies), ("levy", measured.levies))
        for level, value in enumerate(by_level, 1)
    ]


def main() -> int:
    """Measure, print, write. 0, or 1 when something costs more than its ceiling."""
    from rich.console import Console

    try:
        rows = measure()
    except DaokitError as failure:
        print(failure, file=sys.stderr)
        return failure.exit_code
    Console(width=None if sys.stdout.isatty() else 120).print(_table(rows))
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    values = {row.name: int(row.value) for row in rows if row.name in gas.CEILINGS}
    steady = {row.value for row in rows if row.name.startswith("growth_vote_")}
    too_much = gas.above_ceiling(values) + (["a vote grows dearer with the collective"] if len(steady) > 1 else [])
    for sentence in too_much:
        print(sentence, file=sys.stderr)
    return 1 if too_much else 0


def _table(rows: list[Row]) -> object:
    from rich import box
    from rich.table import Table

    drawn = Table("row", box=box.SIMPLE_HEAD)
    for column in ("measured", "target", "best peer"):
        drawn.add_column(column, justify="right")
    drawn.add_column("unit")
    drawn.add_column("peer")
    for row in rows:
        drawn.add_row(row.name, _shown(row.value), _shown(row.target), _shown(row.best_peer), row.unit, row.peer or "")
    return drawn


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:,}"


if __name__ == "__main__":
    sys.exit(main())
