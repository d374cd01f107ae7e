"""`ape dao …`: every command of daokit among ape's, with the same words, options and exit codes.

ape loads this module whenever it lists its commands, so nothing else is imported before one runs.
"""

from __future__ import annotations

import click


@click.command(
    "dao",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    short_help="Found a cooperative, decide in it, pay from it and leave it (daokit)",
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def cli(ctx: click.Context, words: tuple[str, ...]) -> None:
    """What `daokit` does, with ape's networks and accounts at hand."""
    from daokit.cli import run

    ctx.exit(run(words, program="ape dao"))
