"""`daokit bridge sign`: what validators do, on chains for development, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session


def register(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command()(sign)


def sign(
    ctx: typer.Context,
    into: Annotated[
        Path | None, typer.Option(help="The folder of what they sign (one beside the local chains when left out).")
    ] = None,
) -> None:
    """On a chain for development: three validators, whose keys everybody knows, sign what has left it. They announce
    where that lies, so that `daokit bridge relay` finds it."""
    from daokit.cli.show import count, facts
    from daokit.config import state_home
    from daokit.errors import DryRun
    from daokit.hyperlane import development
    from daokit.hyperlane.place import Hyperlane

    session: Session = ctx.obj
    chain = session.chain
    origin = Hyperlane.on(chain, session.deployments)
    folder = into or state_home() / "validators" / chain.mark
    if lacking := development.unannounced(origin, folder):
        session.plan(
            "Announce it?",
            f"Announce on {chain.name} where these validators keep what they sign, in {folder}:",
            *(f"  {one}" for one in lacking),
            lacking=lacking,
        )
    elif session.options.dry_run:
        raise DryRun("--dry-run: nothing was signed")
    development.announce_all(origin, folder)
    signed = development.sign_all(origin, folder)
    session.done(
        {"validators": development.VALIDATORS, "folder": str(folder), "signed": signed},
        facts(
            ("signed", f"{count(signed, 'message')} that left {chain.name}"),
            ("in", folder),
            *(("signed by", one) for one in development.VALIDATORS),
        ),
    )
