"""`daokit member`: the roll, applications, sponsors, objections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli import recovery

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.membership import ApplicationState

app = typer.Typer(help="Members: list, show, sponsor, object, history, guardians, recover, veto.", no_args_is_help=True)

_CLOSED = {
    "SPONSORING": "is still looking for sponsors",
    "DUE": "can take the seat already",
    "OBJECTED": "was stopped by objections already",
    "VOID": "applied under an earlier charter, which counts no more",
}

_RECOVERY = ("RecoveryStarted", "RecoveryVetoed", "RecoveryEnded")

Who = Annotated[str, typer.Argument(help="A name or an address.")]


@app.command("list")
def list_(
    ctx: typer.Context,
    former: Annotated[bool, typer.Option("--former", help="Also who has gone.")] = False,
) -> None:
    """Who belongs, and who has applied."""
    from daokit.cli.show import count, table
    from daokit.inbox import to_type
    from daokit.membership import ApplicationState
    from daokit.quantities import format_time

    session: Session = ctx.obj
    membership, now = session.membership, session.chain.now()
    roll = membership.roll(former=former)
    units = session.treasury.holders()
    rows = [
        (
            seat.number,
            seat.name,
            session.name(seat.holder),
            format_time(seat.since, now),
            seat.way.name.lower().replace("_", " ") + (", gone" if seat.left else ""),
            f"{units.get(seat.holder, 0):,}",
        )
        for seat in roll
    ]
    applied = membership.applicants()
    standing = membership.applications([who for who, _ in applied])
    waiting = [
        (name, who, one)
        for (who, name), one in zip(applied, standing, strict=True)
        if one.state is not ApplicationState.NONE
    ]
    drawn: list[Any] = [table("seat", "name", "account", "since", "by", "units", rows=rows, right=("seat", "units"))]
    for name, who, application in waiting:
        look = f"daokit member show {to_type(session.collective, name, who)}"
        drawn.append(f"applied: {name} ({session.name(who)}), {application.state.name.lower()}: {look}")
    data = {
        "seats": [{**vars(seat), "way": seat.way, "units": units.get(seat.holder, 0)} for seat in roll],
        "applications": [{"name": name, "applicant": who, "state": one.state} for name, who, one in waiting],
    }
    session.done(data, f"{count(len([one for one in roll if not one.left]), 'seat')}", *drawn)


@app.command()
def show(ctx: typer.Context, who: Who) -> None:
    """A member or an applicant: who vouched, and what comes next."""
    from daokit.cli.show import facts
    from daokit.errors import UsageError
    from daokit.inbox import to_type
    from daokit.membership import ApplicationState
    from daokit.quantities import format_time

    session: Session = ctx.obj
    membership, now = session.membership, session.chain.now()
    account = session.resolve(who)
    seats = [seat for seat in membership.roll(former=True) if seat.holder == account]
    own = membership.application(account)
    sponsors = membership.sponsors_of(account)
    names = {seat.number: seat.name for seat in membership.roll(former=True)}
    vouched = ", ".join(names.get(seat, f"seat {seat}") for seat in sponsors) or "nobody"
    if not seats and own.state is ApplicationState.NONE:
        raise UsageError(f"{session.name(account)} holds no seat here and has not applied")
    drawn: list[Any] = []
    for seat in seats:
        drawn.append(
            facts(
                ("seat", f"{seat.number}{', given up' if seat.left else ''}"),
                ("name", seat.name),
                ("account", f"{session.name(account)} {account}"),
                ("since", format_time(seat.since, now)),
                ("by", seat.way.name.lower().replace("_", " ")),
                ("vouched for by", vouched) if sponsors else None,
                ("credits left", session.governor.credits(account)) if not seat.left else None,
                ("units", f"{session.treasury.holding(account).units:,}"),
            )
        )
    if own.state is not ApplicationState.NONE:
        asked = membership.request(own.request)
        needed = membership.admission().sponsors
        drawn.append(
            facts(
                ("application", own.state.name.lower()),
                ("vouched for by", f"{vouched} ({len(own.sponsors)} of {needed})"),
                ("objections", f"{asked.objections} of {asked.needed} that would stop it") if asked.closes else None,
                ("can be seated", format_time(own.due, now))
                if own.due and own.state in (ApplicationState.WINDOW, ApplicationState.DUE)
                else None,
                ("next", next_)
                if (next_ := _next(own.state, to_type(session.collective, session.name(account), account)))
                else None,
            )
        )
    session.done(
        {
            "account": account,
            "seats": [{**vars(seat), "way": seat.way} for seat in seats],
            "application": own if own.state is not ApplicationState.NONE else None,
            "sponsors": sponsors,
            "units": session.treasury.holding(account).units,
        },
        *drawn,
    )


@app.command()
def sponsor(ctx: typer.Context, who: Who) -> None:
    """Vouch for an applicant."""
    from daokit.quantities import format_time

    session: Session = ctx.obj
    account = session.resolve(who)
    now = session.membership.sponsor(account)
    left = session.membership.admission().sponsors - len(now.sponsors)
    if left > 0:
        words = f"{left} more {'sponsor is' if left == 1 else 'sponsors are'} needed"
    else:
        words = f"the sponsors are complete; members may object until {format_time(now.due, session.chain.now())}"
    session.done({"applicant": account, "sponsors": list(now.sponsors), "due": now.due}, f"you vouched; {words}")


@app.command("object")
def object_(
    ctx: typer.Context,
    who: Who,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take your objection back.")] = False,
) -> None:
    """Object to an application while its window is open, or take the objection back."""
    from daokit.errors import RuleBroken, UsageError
    from daokit.membership import ApplicationState
    from daokit.quantities import format_time

    session: Session = ctx.obj
    membership, account = session.membership, session.resolve(who)
    name, own = session.name(account), membership.application(account)
    if own.state is ApplicationState.NONE:
        raise UsageError(f"{name} has not applied here: there is nothing to object to")
    if own.state is not ApplicationState.WINDOW:
        raise RuleBroken(f"{name} {_CLOSED[own.state.name]}; members object while an application's window is open")
    if withdraw:
        now = membership.withdraw_objection(own.request, words=(f"take back your objection to {name}",))
    else:
        now = membership.object(own.request, words=(f"object to the application of {name}",))
    session.done(
        {"applicant": account, "request": own.request, **vars(now)},
        f"{now.objections} of {now.needed} objections that stop it",
        f"it is stopped: only a passed option can still admit {name}"
        if now.objections >= now.needed
        else f"members may object until {format_time(now.closes, session.chain.now())}",
    )


@app.command()
def history(ctx: typer.Context) -> None:
    """Who came, who vouched, who went."""
    from daokit.cli.show import table
    from daokit.quantities import format_time

    session: Session = ctx.obj
    membership, now = session.membership, session.chain.now()
    names = {seat.number: seat.name for seat in membership.roll(former=True)}
    rows, data = [], []
    events = ("Applied", "Sponsored", "Seated", "SeatMoved", "Left", "Expelled", "ApplicationWithdrawn")
    for event in membership.past(*events, *_RECOVERY):
        args = event.args
        who = next(args[key] for key in ("holder", "applicant", "from", "to") if key in args)
        seat, to = args.get("seat") or args.get("subject"), session.name(args.get("to", who))
        by = names.get(event.sponsor, "") if event.name == "Sponsored" else ""
        what = {
            "Applied": "applied",
            "Sponsored": f"vouched for by {by}",
            "Seated": f"took seat {seat}",
            "SeatMoved": f"seat {seat} moved to {to}",
            "Left": f"gave up seat {seat}",
            "Expelled": f"was expelled from seat {seat}",
            "RecoveryStarted": f"guardians of seat {seat} started its recovery to {to}",
            "RecoveryVetoed": f"vetoed the recovery of seat {seat} to {to}",
            "RecoveryEnded": f"the recovery of seat {seat} to {to} came to nothing",
            "ApplicationWithdrawn": "took the application back",
        }[event.name]
        when = membership.when(event)
        rows.append((format_time(when, now), session.name(who), what))
        data.append({"time": when, "account": who, "event": event.name, "words": what})
    session.done(data, table("when", "who", "what", rows=rows))


recovery.register(app)


def _next(state: ApplicationState, who: str) -> str:
    """What moves an application on."""
    return {
        "SPONSORING": f"members vouch: `daokit member sponsor {who}`",
        "WINDOW": f"members may object: `daokit member object {who}`",
        "DUE": f"`daokit join --account {who}` takes the seat",
        "OBJECTED": f"a passed option can still admit: `daokit proposal new … --admit {who}`",
        "VOID": "the charter has changed since: `daokit join` applies again",
    }.get(state.name, "")
