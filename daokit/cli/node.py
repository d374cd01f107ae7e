"""`daokit node`: the local chain for development."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.node import Node

app = typer.Typer(help="The local chain: start, stop, look, forget, move its clock.", no_args_is_help=True)


@app.command()
def up(ctx: typer.Context) -> None:
    """Start the local chain, or find it running. Nothing that was confirmed is lost, even by a kill."""
    from daokit import connect, testcoin
    from daokit.accounts import DEV_NAMES
    from daokit.cli.show import facts

    session: Session = ctx.obj
    status = _node(session).up()
    with_coin = connect("local", "alice", settings=session.settings)
    try:
        coin = testcoin.put_up(with_coin)
    finally:
        with_coin.rpc.close()
    session.done(
        {**status.__dict__, "url": status.url, "accounts": list(DEV_NAMES), "test_coin": coin},
        facts(
            ("local chain", f"up, process {status.pid}"),
            ("socket", status.url),
            ("also at", f"http://127.0.0.1:{status.port}"),
            ("accounts", f"{', '.join(DEV_NAMES)}, with 10,000 ETH each"),
            ("test coin", f"{testcoin.SYMBOL} at {coin}"),
            ("next", _next(session)),
        ),
    )


@app.command()
def down(ctx: typer.Context) -> None:
    """Stop the local chain and keep it on disk."""
    stopped = _node(ctx.obj).down()
    ctx.obj.done(
        {"stopped": stopped},
        "the local chain is down; `daokit node up` goes on where it stood" if stopped else "it was not running",
    )


@app.command()
def status(ctx: typer.Context) -> None:
    """Say whether the local chain runs, and where it stands."""
    import time

    from daokit.cli.show import facts
    from daokit.quantities import format_time

    found = _node(ctx.obj).status()
    if not found.running:
        ctx.obj.done(found, "the local chain is down; start it with `daokit node up`")
        return
    assert found.time is not None
    ctx.obj.done(
        found,
        facts(
            ("local chain", f"up, process {found.pid}"),
            ("socket", found.url),
            ("also at", f"http://127.0.0.1:{found.port}"),
            ("block", f"{found.block:,}"),
            ("its time", format_time(found.time, int(time.time()))),
        ),
    )


@app.command()
def reset(ctx: typer.Context) -> None:
    """Forget the local chain and everything on it."""
    from daokit.errors import ConfirmationNeeded, DryRun

    session: Session = ctx.obj
    if session.options.dry_run:
        raise DryRun("--dry-run: the local chain would be forgotten")
    if not session.ask("Forget the local chain, with every collective on it?"):
        raise ConfirmationNeeded("you did not say yes; nothing was forgotten")
    _node(session).reset()
    session.done({"reset": True}, "forgotten; `daokit node up` begins a new chain")


@app.command("time", context_settings={"ignore_unknown_options": True})
def time_(
    ctx: typer.Context, ahead: Annotated[list[str], typer.Argument(help="How far: +3d, 12 hours, 1 day 6 hours.")]
) -> None:
    """Let time pass on the local chain, or with --network on another one for development."""
    import time

    from daokit.quantities import format_duration, format_time, parse_duration

    session: Session = ctx.obj
    seconds = parse_duration(" ".join(ahead).lstrip("+"))
    if _is_meant(session):
        now, where = _node(session).advance(seconds), "the local chain"
    else:
        now, where = _advance(session, seconds), session.sight.name
    shown = format_time(now, int(time.time()))
    session.done(
        {"advanced": seconds, "time": now}, f"on {where} it is {shown}, {format_duration(seconds)} later than before"
    )


def _node(session: Session) -> Node:
    """The local chain. Raises `UsageError` when --network names another: it is not that one that would be touched."""
    from daokit.errors import UsageError
    from daokit.journal import Journal
    from daokit.node import Node

    if not _is_meant(session):
        raise UsageError(
            f"--network {session.options.network} is not the local chain, and `daokit node` is about that one alone; "
            "leave it out"
        )
    return Node(confirmed=lambda rpc: Journal.of(rpc).confirmed(), say=session.say)


def _is_meant(session: Session) -> bool:
    """Whether --network names no other chain than the local one."""
    from daokit.networks import resolve
    from daokit.node import Node

    if not (named := session.options.network):
        return True
    status = Node().status()
    own = (status.url, f"http://127.0.0.1:{status.port}", f"http://localhost:{status.port}")
    return resolve(named, session.settings).url.rstrip("/") in own


def _advance(session: Session, seconds: int) -> int:
    """Let time pass on another chain for development; its time then, in unix seconds."""
    from daokit.errors import UsageError
    from daokit.experiments.sandbox import advance

    chain = session.sight
    if not chain.local:
        raise UsageError(f"{chain.name} is no chain for development: its time passes by itself")
    advance(chain, seconds)
    return chain.now()


def _next(session: Session) -> str:
    if session.settings.collective:
        return "`daokit` shows where you stand"
    return "`daokit init` writes a charter to found a collective from"
