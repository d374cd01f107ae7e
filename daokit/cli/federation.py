"""`daokit federation`: collectives, and DAOs of other kinds, in federations."""

from __future__ import annotations

import typer

from daokit.cli import federation_adapt

app = typer.Typer(help="Federations of collectives.", no_args_is_help=True)
app.add_typer(federation_adapt.app, name="adapt")
