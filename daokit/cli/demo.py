"""`daokit demo`: a collective's whole life in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session


def demo(
    ctx: typer.Context,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the chain up, with you as a member and a vote due in two days.")
    ] = False,
) -> None:
    """Play the whole life of a collective on a local chain: found, join, decide, pay, leave."""
    from daokit.experiments.demo import run

    session: Session = ctx.obj
    silent = session.options.json or session.options.quiet
    run(keep, (lambda _: None) if silent else print)
    if session.options.json:
        session.done({"kept": keep})
