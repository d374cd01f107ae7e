"""The program's commands, all in one tree."""

from __future__ import annotations

from typing import Annotated

import typer

from daokit.cli import (
    account,
    agreement,
    begin,
    bridge,
    charter,
    context,
    demo,
    experiment,
    federation,
    fund,
    here,
    member,
    network,
    node,
    proposal,
    safe,
    seat,
    service,
    treasury,
    tx,
)
from daokit.cli.options import HELP

app = typer.Typer(
    help="Found a cooperative, decide in it, pay from it and leave it. Alone, `daokit` shows where you stand.",
    epilog=HELP,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        from daokit import __version__

        print(f"daokit {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def home(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    if ctx.invoked_subcommand is None:
        here.home(ctx.obj)


for module in (begin, seat, fund, here, context, network):
    module.register(app)
for name, group in (
    ("member", member.app),
    ("proposal", proposal.app),
    ("treasury", treasury.app),
    ("agreement", agreement.app),
    ("fund", fund.app),
    ("service", service.app),
    ("charter", charter.app),
    ("account", account.app),
    ("network", network.app),
    ("federation", federation.app),
    ("bridge", bridge.app),
    ("node", node.app),
    ("safe", safe.app),
    ("tx", tx.app),
    ("experiment", experiment.app),
):
    app.add_typer(group, name=name)
app.command("demo")(demo.demo)
