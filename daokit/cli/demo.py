"""`daokit demo`: a collective's whole life in one go."""

from __future__ import annotations

from typing import Annotated

import typer


def demo(
    ctx: typer.Context,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the chain up, with you as a member and a vote due in two days.")
    ] = False,
) -> None:
    """Play the whole life of a collective on a local chain: found, join, decide, pay, leave."""
    from daokit.experiments.demo import run

    run(keep, ctx.obj.say)
