"""`daokit experiment`: real ballots replayed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Replay real ballots.", no_args_is_help=True)


@app.callback()
def experiment() -> None:
    """Replay real ballots."""


@app.command()
def replay(
    ctx: typer.Context,
    ballots: Annotated[Path, typer.Argument(help="CSV with the columns voter, project, votes, cast_at.")],
    budget: Annotated[int, typer.Option(help="Voice credits of each voter.")],
    projects: Annotated[Path | None, typer.Option(help="CSV with the projects' titles.")] = None,
) -> None:
    """Cast every ballot of a file on a chain, each signed by its voter, and compare the tallies with the file."""
    from daokit.cli.show import count, facts, table
    from daokit.experiments.replay import replay as run

    found = run(ballots, budget=budget, projects=projects, say=ctx.obj.say)
    leading = sorted(found["tallies"].items(), key=lambda row: -row[1])[:10]
    ctx.obj.done(
        found,
        facts(
            ("voters", f"{found['voters']:,}"),
            ("projects", f"{found['projects']:,}"),
            ("rows", f"{found['rows']:,}"),
            ("net votes", f"{found['net_votes']:,}"),
            ("credits", f"{found['credits']:,}"),
            ("refused", count(len(found["refused"]), "paper")),
            ("gas", f"{found['gas']['per_paper']:,} a paper, {found['gas']['per_choice']:,} a choice"),
            ("time", f"{found['seconds']:,.0f} seconds"),
        ),
        table("project", "net votes", rows=[(name, f"{net:,}") for name, net in leading], right=("net votes",)),
    )
