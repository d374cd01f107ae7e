"""`daokit fund guardians`, `recover` and `veto`: a way back to the fund for whoever has lost a key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.fund import Fund

guardians = typer.Typer(help="Who can give you your fund back when your key is lost: show, set, remove.")
recover = typer.Typer(help="Move a fund whose key is lost: sign, start, finish.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="Whose fund: a name, an address, or the fund's address.")]
File = Annotated[Path, typer.Argument(help="The file that the guardians have signed.")]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.add_typer(guardians, name="guardians", no_args_is_help=True)
    app.add_typer(recover, name="recover")
    app.command()(veto)


@guardians.command()
def show(ctx: typer.Context, who: Annotated[str, typer.Argument(help="Whose (yours when left out).")] = "") -> None:
    """The guardians of a fund, and the recovery that runs."""
    from daokit.cli.recovery import plain, told, told_running
    from daokit.cli.show import facts

    session: Session = ctx.obj
    fund = _fund(session, who) if who else session.fund()
    chosen, running = fund.guardians(), fund.recovery()
    session.done(
        {"fund": fund.address, "guardians": plain(chosen), "recovery": vars(running) if running.running else None},
        facts(("fund", fund.address), *told(session, chosen, "fund"), *told_running(session, running)),
    )


@guardians.command("set")
def set_(
    ctx: typer.Context,
    accounts: Annotated[list[str], typer.Argument(help="Names or addresses of 1 to 16 people whom you trust.")],
    enough: Annotated[int, typer.Option("--enough", help="How many of them together can move your fund.")],
    delay: Annotated[str, typer.Option("--delay", help="How long you can veto, 3 to 30 days.")] = "10 days",
) -> None:
    """Choose your guardians: they can move your fund to a new address, unless you veto in time."""
    from daokit.cli.recovery import plain, told
    from daokit.cli.show import facts
    from daokit.quantities import parse_duration

    session: Session = ctx.obj
    fund = session.fund()
    chosen = fund.set_guardians([session.resolve(one) for one in accounts], enough, parse_duration(delay))
    session.done(
        {"fund": fund.address, "guardians": plain(chosen)},
        facts(("fund", fund.address), *told(session, chosen, "fund")),
    )


@guardians.command()
def remove(ctx: typer.Context) -> None:
    """Take your guardians away: nobody can move your fund then."""
    session: Session = ctx.obj
    fund = session.fund()
    fund.set_guardians([], 0, 0)
    session.done({"fund": fund.address, "guardians": None}, "your fund has no guardians any more")


@recover.command()
def sign(
    ctx: typer.Context,
    who: Who,
    to: Annotated[str, typer.Argument(help="Their new address, which they told you themselves.")],
    file: Annotated[Path | None, typer.Option("--file", help="The file to write, or to add to.")] = None,
) -> None:
    """As a guardian: sign that a fund moves to a new address. Free; writes a file, or adds to the one that is there."""
    from daokit.cli.recovery import sign_file

    session: Session = ctx.obj
    fund = _fund(session, who)
    path = file or Path(f"recovery-of-fund-{fund.address[:8].lower()}.json")
    sign_file(session, fund, 0, session.resolve(to), path, "fund")


@recover.command()
def start(ctx: typer.Context, file: File) -> None:
    """Bring what the guardians have signed: the delay starts, in which the owner can veto. Anyone may."""
    from daokit.fund import Fund
    from daokit.quantities import format_time
    from daokit.recovery import SignedRecovery

    session: Session = ctx.obj
    signed = SignedRecovery.read(file)
    running = Fund.load(session.chain, signed.contract).start_recovery(signed)
    now = session.chain.now()
    session.done(
        {"fund": signed.contract, **vars(running)},
        f"the recovery of the fund {signed.contract} to {session.name(running.to)} has started; no draw meanwhile",
        f"unless its owner vetoes: `daokit fund recover finish {signed.contract}` {format_time(running.due, now)} "
        f"or later, until {format_time(running.lapses, now)}",
    )


@recover.command()
def finish(ctx: typer.Context, who: Who) -> None:
    """Give the fund to its new key once the delay is over. Anyone may, for 14 days."""
    from daokit.funds import Funds

    session: Session = ctx.obj
    fund = _fund(session, who)
    to = fund.finish_recovery()
    if to == session.me:
        Funds(session.chain).remember(to, fund.address)
    session.done(
        {"fund": fund.address, "owner": to},
        f"the fund belongs to {session.name(to)} now, with all that it holds and is committed to",
        f"draws still go to {session.chain.book.show(fund.checking())}; `daokit fund checking` changes that",
        f"on a new machine it is named once: daokit fund status --fund {fund.address}",
    )


def veto(ctx: typer.Context) -> None:
    """End the recovery of your own fund: your key is not lost."""
    from daokit.quantities import format_time

    session: Session = ctx.obj
    fund = session.fund()
    fund.veto()
    next_, now = fund.recovery().not_before, session.chain.now()
    words = f"vetoed: the fund stays yours; your guardians can start again {format_time(next_, now)}"
    session.done({"fund": fund.address, "not_before": next_}, words, "choose others with `daokit fund guardians set`")


def _fund(session: Session, who: str) -> Fund:
    """The fund that a name, a person's address or a fund's address means. Raises `UsageError` for none."""
    from daokit.errors import UsageError
    from daokit.fund import Fund
    from daokit.funds import Funds

    account = session.resolve(who)
    funds = Funds(session.chain)
    if funds.is_there() and funds.is_fund(account):
        return Fund(session.chain, account)
    if (found := funds.usual(account)) is None:
        raise UsageError(f"no single fund of {session.name(account)} is found here; give the fund's address")
    return Fund(session.chain, found)
