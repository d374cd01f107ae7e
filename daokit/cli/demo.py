"""`daokit demo`: a collective's whole life, one person's day, or a federation on two chains, in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session

STORIES = {
    "workshop": "the life of a collective",
    "day": "one person's day: a draw, a ride, an order and its change, a vote",
    "federation": "collectives of collectives on two chains: levies, a motion, a veto, a leaving",
}
_LIST = "; ".join(f'"{name}" ({words})' for name, words in STORIES.items())


def demo(
    ctx: typer.Context,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the chain up, with you as a member and a vote due in two days.")
    ] = False,
    story: Annotated[str, typer.Option("--story", help=f"Which story: {_LIST}.")] = "workshop",
) -> None:
    """Play a story on local chains; by default the whole life of a collective: found, join, decide, pay, leave."""
    from daokit.errors import UnknownName, UsageError

    session: Session = ctx.obj
    silent = session.options.json or session.options.quiet
    say = (lambda _: None) if silent else print
    if story not in STORIES:
        raise UnknownName("story", story, list(STORIES))
    if story == "workshop":
        from daokit.experiments.demo import run as whole_life

        whole_life(keep, say)
        told: dict[str, Any] = {"kept": keep}
    elif keep:
        raise UsageError("only the story of the workshop can be kept; leave --keep or --story away")
    elif story == "day":
        from daokit.experiments.day.story import run as day

        told = day(say)
    else:
        from daokit.experiments.valley.story import run as federation

        told = federation(say)
    if session.options.json:
        session.done(told)
