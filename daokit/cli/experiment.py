"""`daokit experiment`: real ballots replayed, a year simulated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Replay real ballots, simulate a year.", no_args_is_help=True)


@app.callback()
def experiment() -> None:
    """Replay real ballots, simulate a year."""


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


@app.command()
def year(
    ctx: typer.Context,
    people: Annotated[int, typer.Option("--people", help="How many people, each with a fund.")] = 200,
    providers: Annotated[int, typer.Option("--providers", help="How many collectives that offer a service.")] = 20,
    agreements: Annotated[int, typer.Option("--agreements", help="How many orders and shares of revenue.")] = 500,
    seed: Annotated[int, typer.Option("--seed", help="What chance begins with; the same seed, the same year.")] = 1,
) -> None:
    """Simulate a year of draws and agreements on a chain, and compare every balance and claim with plain integers."""
    from daokit.cli.show import facts, table
    from daokit.experiments.year.year import run

    found = run(people=people, providers=providers, agreements=agreements, seed=seed, say=ctx.obj.say)
    ends = ", ".join(f"{count:,} {state}" for state, count in found["agreements"].items())
    ctx.obj.done(
        found,
        facts(
            ("people", f"{found['people']:,}"),
            ("providers", f"{found['providers']:,}, of which {found['providers_ended']:,} ended their offer"),
            ("agreements", ends),
            ("transactions", f"{found['transactions']:,}"),
            ("balances", f"{found['balances']:,}, all as in the model"),
            ("time", f"{found['seconds']:,.0f} seconds"),
        ),
        table(
            "what people did", "times", rows=[(kind, f"{n:,}") for kind, n in found["deeds"].items()], right=("times",)
        ),
    )
