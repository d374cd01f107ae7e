"""`daokit tx`: what was signed here, and bringing it to its end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.journal import Entry, Journal

app = typer.Typer(help="What was signed here: list, show, bring to its end.", no_args_is_help=True)


@app.command("list")
def list_(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="All, not only the last 20.")] = False,
) -> None:
    """List what was signed on this chain, the latest last."""
    from daokit.cli.show import table
    from daokit.quantities import format_time

    session: Session = ctx.obj
    entries = _journal(session).list()
    shown = entries if everything else entries[-20:]
    now = int(time.time())
    rows = [
        (one.id, format_time(one.time, now), session.name(one.sender), one.status, _words(session, one))
        for one in shown
    ]
    left = f"{len(entries) - len(shown)} earlier ones: `daokit tx list --all`"
    session.done(
        [_values(one) for one in shown],
        table("", "signed", "by", "status", "what", rows=rows, right=("",)) if rows else "nothing was signed here yet",
        *([left] if len(shown) < len(entries) else []),
    )


@app.command()
def show(
    ctx: typer.Context, which: Annotated[str, typer.Argument(help="Its number, or the beginning of its hash.")]
) -> None:
    """Show one transaction."""
    from daokit.cli.show import facts
    from daokit.quantities import format_time

    session: Session = ctx.obj
    entry = _journal(session).show(which)
    now = int(time.time())
    session.done(
        _values(entry),
        facts(
            ("number", entry.id),
            ("what", _words(session, entry)),
            ("status", f"{entry.status}{f': {entry.why}' if entry.why else ''}"),
            ("signed by", session.chain.book.show(entry.sender)),
            ("nonce", entry.nonce),
            ("signed", format_time(entry.time, now)),
            ("hash", entry.hash),
            ("block", f"{entry.block:,}") if entry.block is not None else None,
        ),
    )


@app.command()
def resume(ctx: typer.Context) -> None:
    """Send again what was signed and has not reached the chain, and wait for what was sent. Signs nothing."""
    from daokit.cli.show import table
    from daokit.errors import DryRun, NotConfirmed

    session: Session = ctx.obj
    _journal(session)
    if session.options.dry_run:
        waiting = _journal(session).unsettled()
        raise DryRun(
            f"--dry-run: {len(waiting)} would be sent or waited for", entries=[_values(one) for one in waiting]
        )
    entries = session.chain.resume()
    rows = [(one.id, one.status, _words(session, one), one.why) for one in entries]
    if any(one.open for one in entries):
        open_ones = [one for one in entries if one.open]
        why = next((one.why for one in open_ones if one.why), "the chain has not taken it in yet; run it again later")
        raise NotConfirmed(
            f"{len(open_ones)} of {len(entries)} still wait ({why})", entries=[_values(one) for one in entries]
        )
    session.done(
        [_values(one) for one in entries],
        table("", "status", "what", "why", rows=rows, right=("",))
        if rows
        else "nothing waits: all that was signed is settled",
    )


def _journal(session: Session) -> Journal:
    from daokit.errors import UsageError

    journal = session.chain.journal
    if journal is None:
        raise UsageError("a chain in memory keeps no journal; choose another network")
    return journal


def _words(session: Session, entry: Entry) -> str:
    from daokit.cli.confirm import named

    return "; ".join(named(session, line) for line in entry.words) or "a call without words"


def _values(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in entry.__dict__.items() if name != "raw"}
