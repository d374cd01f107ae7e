"""`daokit tx`: what was signed here, and bringing it to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.chain import Chain
    from daokit.cli.session import Session
    from daokit.journal import Entry, Journal
    from daokit.pending import Standing
    from daokit.replacing import Replaced

app = typer.Typer(help="What was signed here: list, show, bring to its end, replace, cancel.", no_args_is_help=True)


@app.command("list")
def list_(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="All, not only the last 20.")] = False,
) -> None:
    """List what was signed on this chain, the latest last: what waits, for what, and the command that helps."""
    from daokit.cli.show import table
    from daokit.quantities import format_time

    session: Session = ctx.obj
    _journal(session)
    entries = session.own.standings()
    shown = entries if everything else entries[-20:]
    now = int(time.time())
    rows = [
        (one.entry.id, format_time(one.entry.time, now), session.name(one.entry.sender), one.state, _what(session, one))
        for one in shown
    ]
    left = f"{len(entries) - len(shown)} earlier ones: `daokit tx list --all`"
    session.done(
        [_standing(one) for one in shown],
        table("", "signed", "by", "status", "what", rows=rows, right=("",)) if rows else "nothing was signed here yet",
        *([left] if len(shown) < len(entries) else []),
        *(f"{one.entry.id} is {one.state}: {one.words}; mend it with `{one.mend}`" for one in shown if one.mend),
    )


@app.command()
def show(
    ctx: typer.Context, which: Annotated[str, typer.Argument(help="Its number, or the beginning of its hash.")]
) -> None:
    """Show one transaction."""
    from daokit import known_chains
    from daokit.cli.show import facts
    from daokit.quantities import format_time

    session: Session = ctx.obj
    number = _journal(session).show(which).id
    one = next(one for one in session.own.standings() if one.entry.id == number)
    entry = one.entry
    now = int(time.time())
    known = known_chains.find(session.own.id)
    session.done(
        _standing(one),
        facts(
            ("number", entry.id),
            ("what", _words(session, entry)),
            ("status", f"{one.state}{f': {one.words}' if one.words else ''}"),
            ("mend with", one.mend) if one.mend else None,
            ("takes the place of", entry.replaces) if entry.replaces else None,
            ("signed by", session.own.book.show(entry.sender)),
            ("nonce", entry.nonce),
            ("signed", format_time(entry.time, now)),
            ("hash", entry.hash),
            ("block", f"{entry.block:,}") if entry.block is not None else None,
            ("look it up at", known.transaction(entry.hash)) if known and known.explorer else None,
        ),
    )


@app.command()
def replace(
    ctx: typer.Context, which: Annotated[str, typer.Argument(help="Its number, or the beginning of its hash.")]
) -> None:
    """Send the same act again with higher fees, in the place of one that waits."""
    _take_place(ctx.obj, lambda chain: chain.replace(which))


@app.command()
def cancel(
    ctx: typer.Context,
    which: Annotated[str | None, typer.Argument(help="Its number, or the beginning of its hash.")] = None,
    nonce: Annotated[
        int | None,
        typer.Option(help="Instead: a nonce that was not signed here and that others wait behind.", min=0),
    ] = None,
) -> None:
    """Take the place of one that waits with nothing, so that it never happens."""
    from daokit.errors import UsageError

    if which is not None and nonce is None:
        _take_place(ctx.obj, lambda chain: chain.cancel(which))
    elif nonce is not None and which is None:
        _take_place(ctx.obj, lambda chain: chain.cancel_nonce(nonce))
    else:
        raise UsageError("say which: its number as `daokit tx list` has it, or --nonce")


def _take_place(session: Session, act: Callable[[Chain], Replaced]) -> None:
    _journal(session)
    done = act(session.own)
    entry = done.entry
    words = f"transaction {entry.id} is mined in block {done.receipt.block_number:,}: {_words(session, entry)}"
    session.done({**_values(entry), "block": done.receipt.block_number}, words)


@app.command()
def resume(ctx: typer.Context) -> None:
    """Send again what was signed and has not reached the chain, and wait for what was sent. Signs nothing."""
    from daokit.cli.show import count, table
    from daokit.errors import DryRun, NotConfirmed

    session: Session = ctx.obj
    waiting = _journal(session).unsettled()
    if session.options.dry_run:
        raise DryRun(
            f"--dry-run: {len(waiting)} would be sent or waited for", entries=[_values(one) for one in waiting]
        )
    if waiting:
        session.say(f"{count(len(waiting), 'transaction')} to bring to an end; Ctrl-C stops the waiting, not them")
    entries = session.own.resume()
    rows = [(one.id, one.status, _words(session, one), one.why) for one in entries]
    if any(one.open for one in entries):
        open_ones = [one for one in entries if one.open]
        why = next((one.why for one in open_ones if one.why), "") or _held_up(session)
        raise NotConfirmed(
            f"{len(open_ones)} of {len(entries)} still wait ({why})", entries=[_values(one) for one in entries]
        )
    session.done(
        [_values(one) for one in entries],
        table("", "status", "what", "why", rows=rows, right=("",))
        if rows
        else "nothing waits: all that was signed is settled",
    )


def _held_up(session: Session) -> str:
    """Why something still waits, and what helps."""
    found = next((one for one in session.own.standings() if one.state == "waiting" and one.mend), None)
    return f"{found.words}; `{found.mend}`" if found else "the chain has not taken it in yet; run it again later"


def _journal(session: Session) -> Journal:
    from daokit.errors import UsageError

    journal = session.own.journal
    if journal is None:
        raise UsageError("a chain in memory keeps no journal; choose another network")
    return journal


def _words(session: Session, entry: Entry) -> str:
    from daokit.cli.confirm import named

    return "; ".join(named(session, line) for line in entry.words) or "a call without words"


def _what(session: Session, one: Standing) -> str:
    words = _words(session, one.entry)
    return f"{words} ({one.words})" if one.words and not one.mend else words


def _standing(one: Standing) -> dict[str, Any]:
    return {**_values(one.entry), "state": one.state, "state_words": one.words, "mend": one.mend}


def _values(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in entry.__dict__.items() if name != "raw"}
