"""`daokit member guardians`, `recover` and `veto`: a way back to the seat for whoever has lost a key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.recovery import Guardians, Recoverable, Recovery

guardians = typer.Typer(help="Who can give you your seat back when your key is lost: show, set, remove.")
recover = typer.Typer(help="Move a seat whose key is lost: sign, start, finish.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="Whose seat: a name, an address, or the seat's number.")]
File = Annotated[Path, typer.Argument(help="The file that the guardians have signed.")]


def register(app: typer.Typer) -> None:
    """Put the commands among those of members."""
    app.add_typer(guardians, name="guardians", no_args_is_help=True)
    app.add_typer(recover, name="recover")
    app.command()(veto)


@guardians.command()
def show(ctx: typer.Context, who: Annotated[str, typer.Argument(help="Whose (yours when left out).")] = "") -> None:
    """The guardians of a seat, and the recovery that runs."""
    from daokit.cli.show import facts

    session: Session = ctx.obj
    seat = _seat(session, who or session.me)
    chosen, running = session.membership.guardians(seat), session.membership.recovery(seat)
    session.done(
        {"seat": seat, "guardians": plain(chosen), "recovery": vars(running) if running.running else None},
        facts(("seat", seat), *told(session, chosen), *told_running(session, running)),
    )


@guardians.command("set")
def set_(
    ctx: typer.Context,
    accounts: Annotated[list[str], typer.Argument(help="Names or addresses of 1 to 16 people whom you trust.")],
    enough: Annotated[int, typer.Option("--enough", help="How many of them together can move your seat.")],
    delay: Annotated[str, typer.Option("--delay", help="How long you can veto, 3 to 30 days.")] = "10 days",
) -> None:
    """Choose your guardians: they can move your seat to a new address, unless you veto in time."""
    from daokit.cli.show import facts
    from daokit.quantities import parse_duration

    session: Session = ctx.obj
    seat = _seat(session, session.me)
    people = [session.resolve(one) for one in accounts]
    chosen = session.membership.set_guardians(people, enough, parse_duration(delay), seat)
    session.done({"seat": seat, "guardians": plain(chosen)}, facts(("seat", seat), *told(session, chosen)))


@guardians.command()
def remove(ctx: typer.Context) -> None:
    """Take your guardians away: nobody but a large option can move your seat then."""
    session: Session = ctx.obj
    seat = _seat(session, session.me)
    session.membership.set_guardians([], 0, 0, seat)
    session.done({"seat": seat, "guardians": None}, f"seat {seat} has no guardians any more")


@recover.command()
def sign(
    ctx: typer.Context,
    who: Who,
    to: Annotated[str, typer.Argument(help="Their new address, which they told you themselves.")],
    file: Annotated[Path | None, typer.Option("--file", help="The file to write, or to add to.")] = None,
) -> None:
    """As a guardian: sign that a seat moves to a new address. Free; writes a file, or adds to the one that is there."""
    session: Session = ctx.obj
    seat = _seat(session, who)
    sign_file(session, session.membership, seat, session.resolve(to), file or Path(f"recovery-of-seat-{seat}.json"))


@recover.command()
def start(ctx: typer.Context, file: File) -> None:
    """Bring what the guardians have signed: the delay starts, in which the holder can veto. Anyone may."""
    from daokit.quantities import format_time
    from daokit.recovery import SignedRecovery

    session: Session = ctx.obj
    signed = SignedRecovery.read(file)
    running = session.membership.start_recovery(signed)
    now, seat = session.chain.now(), signed.subject
    session.done(
        {"seat": seat, **vars(running)},
        f"the recovery of seat {seat} to {session.name(running.to)} has started",
        f"unless its holder vetoes: `daokit member recover finish {seat}` {format_time(running.due, now)} or later, "
        f"until {format_time(running.lapses, now)}",
    )


@recover.command()
def finish(ctx: typer.Context, who: Who) -> None:
    """Move the seat once the delay is over. Anyone may, for 14 days."""
    session: Session = ctx.obj
    seat = _seat(session, who)
    to = session.membership.finish_recovery(seat)
    session.done({"seat": seat, "holder": to}, f"seat {seat} is held by {session.name(to)} now, with all that was its")


def veto(ctx: typer.Context) -> None:
    """End the recovery of your own seat: your key is not lost."""
    from daokit.quantities import format_time

    session: Session = ctx.obj
    seat = _seat(session, session.me)
    session.membership.veto(seat)
    next_, now = session.membership.recovery(seat).not_before, session.chain.now()
    words = f"vetoed: seat {seat} stays yours; your guardians can start again {format_time(next_, now)}"
    session.done({"seat": seat, "not_before": next_}, words, "choose others with `daokit member guardians set`")


def sign_file(session: Session, there: Recoverable, subject: int, new: str, path: Path, group: str = "member") -> None:
    """Sign, as a guardian, that a subject moves to `new`, into a file that is there or not; say what comes next."""
    from daokit.errors import RuleBroken
    from daokit.quantities import format_time
    from daokit.recovery import SignedRecovery

    wanted = SignedRecovery.read(path) if path.exists() else there.prepare_recovery(new, subject)
    what, other = there.subject_words(subject), there.subject_words(wanted.subject)
    if (wanted.subject, wanted.to) != (subject, new):
        raise RuleBroken(
            f"{path} moves {other} to {wanted.to}, which is not what you say; ask for another file, "
            "or name a new one with --file"
        )
    signed = there.sign_recovery(wanted)
    chosen, now = there.guardians(subject), session.chain.now()
    session.plan(
        "Did they tell you so themselves, so that you are sure of it?",
        f"sign that {what} moves from {session.name(signed.holder)} to {session.name(new)} ({new})",
        f"good until {format_time(signed.deadline, now)}; written to {path}",
        file=str(path),
    )
    signed.write(path)
    have = [one for one in chosen.accounts if one in signed.signatures]
    missing = chosen.threshold - len(have)
    subjects = {"seat": subject} if subject else {"fund": there.address}
    session.done(
        {"file": str(path), **subjects, "to": new, "signed": have, "needed": chosen.threshold},
        f"{path}: signed by {', '.join(session.name(one) for one in have)}; {len(have)} of {chosen.threshold} needed",
        f"anyone starts it: `daokit {group} recover start {path}`"
        if missing <= 0
        else f"send the file to the next guardian, who runs the same command beside it ({missing} more)",
    )


def _seat(session: Session, who: str) -> int:
    """The seat that a number, a name or an address means. Raises `UsageError` for none."""
    from daokit.errors import UsageError

    if who.isdecimal():
        seat = int(who)
        if seat >= 2**24 or not session.membership.holder_of(seat):
            raise UsageError(f"nobody holds seat {who} here; `daokit member list` shows who holds which")
        return seat
    account = session.resolve(who)
    seat = session.membership.seat_of(account)
    if not seat:
        raise UsageError(f"{session.name(account)} holds no seat here; `daokit member list` shows who does")
    return seat


def plain(chosen: Guardians) -> dict[str, Any] | None:
    """Guardians as JSON has them; None for nobody."""
    return vars(chosen) if chosen.accounts else None


def told(session: Session, chosen: Guardians, group: str = "member") -> list[tuple[str, Any]]:
    """Guardians in words; `group` has the command that chooses them."""
    from daokit.quantities import format_duration

    if not chosen.accounts:
        return [("guardians", f"none: `daokit {group} guardians set NAME NAME NAME --enough 2`")]
    return [
        ("guardians", ", ".join(session.name(one) for one in chosen.accounts)),
        ("enough", f"{chosen.threshold} of {len(chosen.accounts)}"),
        ("time to veto", format_duration(chosen.delay)),
    ]


def told_running(session: Session, running: Recovery) -> list[tuple[str, Any]]:
    """The recovery that runs, or when the next can, in words."""
    from daokit.quantities import format_time

    now = session.chain.now()
    if running.running:
        return [
            ("recovery", f"runs, to {session.name(running.to)} {running.to}"),
            ("can be finished", format_time(running.due, now)),
            ("lapses", format_time(running.lapses, now)),
        ]
    return [("next recovery", f"not before {format_time(running.not_before, now)}")] if running.not_before > now else []
