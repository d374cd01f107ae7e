"""`daokit join`, `vote`, `leave`: what members do most, at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.ballots import Choice
    from daokit.cli.session import Session
    from daokit.membership import Seat


def register(app: typer.Typer) -> None:
    """Put the commands at the top."""
    app.command()(join)
    # So that -3 is a number; the parser of the paper refuses what is no ballot.
    app.command(context_settings={"ignore_unknown_options": True})(vote)
    app.command()(leave)


def join(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option(help="The name on your seat (your account's name when left out).")] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take your application back.")] = False,
) -> None:
    """Apply for a seat, or go on where your application stands."""
    from daokit.membership import ApplicationState as State
    from daokit.quantities import format_time

    session: Session = ctx.obj
    membership, me = session.membership, session.me
    if withdraw:
        _withdraw(session)
        return
    if seat := membership.seat_of(me):
        session.done({"state": "member", "seat": seat}, f"you are a member already: seat {seat}")
        return
    own = membership.application(me)
    needed = membership.admission().sponsors
    if own.state in (State.NONE, State.VOID):
        _apply(session, name)
        return
    data = {"state": own.state, "sponsors": list(own.sponsors), "needed": needed, "due": own.due}
    if own.state is State.SPONSORING:
        _say_sponsoring(session, data)
    elif own.state is State.WINDOW:
        moment = format_time(own.due, session.chain.now())
        session.done(
            data, f"your sponsors are complete; members may object until {moment}, then run `daokit join` again"
        )
    elif own.state is State.DUE:
        _welcome(session, membership.seat_applicant(me))
    else:
        words = "members objected to your application; a proposal can still admit you: ask a member for"
        session.done(data, f"{words} `daokit proposal new … --admit {session.name(me)}`")


def vote(
    ctx: typer.Context,
    paper: Annotated[list[str], typer.Argument(help="Options and ballots in turn: 7 +3 7.2 -2 9 for.")],
) -> None:
    """Vote on one or more options: `daokit vote 7 +3 7.2 -2 9 for`.

    N votes cost N squared voice credits, a bare side ("for", "against") costs none, 0 takes a ballot back.
    """
    from daokit.ballots import parse_paper
    from daokit.cli.show import count

    choices = parse_paper(paper)
    session: Session = ctx.obj
    governor, me = session.governor, session.me
    words = _previewed(session, choices)
    if len(choices) == 1:
        (one,) = choices
        cast = [governor.vote(one.proposal, one.votes, option=one.option, words=words)]
    else:
        cast = governor.vote_paper(choices, words=words)
    left = governor.credits(me)
    session.done(
        {"ballots": cast, "credits_left": left},
        *(f"cast: {choice}" for choice in choices),
        f"{count(left, 'credit')} left this season",
    )


def leave(
    ctx: typer.Context,
    keep_units: Annotated[bool, typer.Option("--keep-units", help="Give up the seat only.")] = False,
) -> None:
    """Give up your seat at once, and take your part of the treasury along if you want to."""
    from daokit.errors import UsageError

    session: Session = ctx.obj
    me = session.me
    seat, holding = session.membership.seat_of(me), session.treasury.holding(me)
    if not seat and not holding.units:
        raise UsageError("you hold neither a seat nor units here: there is nothing to leave")
    data: dict[str, Any] = {"seat": seat, "units": holding.units}
    lines: list[str] = []
    if seat:
        session.membership.leave()
        lines.append(f"you have given up seat {seat}")
    if holding.units and not keep_units:
        _leave_with_units(session, data, lines)
    elif holding.units:
        lines.append(f"your {holding.units:,} units stay yours; `daokit leave` exits with them")
    session.done(data, *lines)


def _withdraw(session: Session) -> None:
    from daokit.errors import UsageError
    from daokit.membership import ApplicationState as State

    own = session.membership.application(session.me)
    if seat := session.membership.seat_of(session.me):
        raise UsageError(f"you hold seat {seat} already; `daokit leave` gives it up")
    if own.state in (State.NONE, State.VOID):
        raise UsageError("you have no application here; `daokit join` applies")
    session.membership.withdraw_application()
    session.done({"state": State.NONE}, "your application is taken back; `daokit join` applies anew")


def _welcome(session: Session, seat: Seat) -> None:
    session.done({"state": "member", "seat": seat.number}, f"welcome: you hold seat {seat.number}")


def _apply(session: Session, name: str | None) -> None:
    from daokit.cli.show import facts
    from daokit.errors import UsageError
    from daokit.membership import Seat

    membership = session.membership
    signer = session.chain.signer
    called = name or (signer.name if signer is not None else "")
    if not called:
        raise UsageError('say how you are called here: daokit join --name "Maria"')
    charter, version = membership.charter()
    text = session.collective.charter_text()
    if not session.options.quiet and text is not None:
        from daokit.cli.show import console
        from daokit.text import clean_lines

        console(err=True).print(clean_lines(text), markup=False)
    session.say(f"By applying you accept this charter: {charter}, version {version}.")
    done = membership.join(called, charter)
    if isinstance(done, Seat):
        _welcome(session, done)
        return
    needed = membership.admission().sponsors
    if done.state.name == "SPONSORING":
        _say_sponsoring(session, {"state": done.state, "sponsors": [], "needed": needed, "due": 0})
    else:
        session.done(
            {"state": done.state, "due": done.due}, facts(("applied", "yes"), ("next", "`daokit join` again later"))
        )


def _say_sponsoring(session: Session, data: dict[str, Any]) -> None:
    there, needed = len(data["sponsors"]), data["needed"]
    who = session.name(session.me)
    session.done(
        data,
        f"your application is in; sponsors: {there} of {needed}",
        f"ask members to run: daokit member sponsor {who}",
    )


def _previewed(session: Session, choices: list[Choice]) -> tuple[str, ...]:
    """The words of the preview: each ballot, then what they cost and what is left."""
    from daokit.amounts import AGAINST, FOR, cost_of
    from daokit.cli.show import count
    from daokit.federation_words import abouts
    from daokit.inbox import title

    governor, me = session.governor, session.me
    earlier = governor.read_many([("ballotOf", (me, governor.key(one.proposal), one.option)) for one in choices])
    refund = sum(cost_of(int(votes)) for votes in earlier)
    credits = governor.credits(me)
    cost = sum(cost_of(one.votes) for one in choices)
    left = credits + refund - cost
    lines = []
    motions = abouts(session.collective, [governor.key(one.proposal) for one in choices])
    for one in choices:
        words = title(governor.put(one.proposal, one.option).option)
        lines.append(f"{one}{f': {words}' if words else ''}")
    gone = [motion.head for motion in motions.values() if motion.taken_back]
    lines += [f"look twice: {head} was taken back, so no vote on it counts" for head in gone]
    if cost:
        votes = sum(abs(one.votes) for one in choices if one.votes not in (FOR, AGAINST))
        back = f" (after {count(refund, 'credit')} back from your earlier ballot)" if refund else ""
        verb = "costs" if votes == 1 else "cost"
        lines.append(f"{count(votes, 'vote')} {verb} {cost} of your {credits + refund} credits{back}; {_room(left)}")
    elif refund:
        lines.append(f"{count(refund, 'credit')} come back from your earlier ballot; {_room(left)}")
    return tuple(lines)


def _room(left: int) -> str:
    if left < 0:
        return f"{-left} too many"
    from daokit.amounts import most_votes

    return f"you could still cast {most_votes(left)} elsewhere"


def _leave_with_units(session: Session, data: dict[str, Any], lines: list[str]) -> None:
    from daokit.inbox import EXIT_TIME
    from daokit.quantities import format_duration, format_time

    treasury, me = session.treasury, session.me
    holding, now = treasury.holding(me), session.chain.now()
    if holding.noticed and holding.due <= now < holding.due + EXIT_TIME:
        _exit(session, holding.noticed, holding.due + EXIT_TIME, data, lines)
    elif holding.noticed and now < holding.due:
        data["due"] = holding.due
        lines.append(
            f"your notice for {holding.noticed:,} units runs until {format_time(holding.due, now)}; then `daokit leave`"
        )
    elif session.ask(
        f"Exit with your {holding.units:,} units as well (notice: {format_duration(treasury.exit_notice())})?"
    ):
        given = treasury.give_notice(holding.units)
        data["due"] = given.due
        lines.append(
            f"notice given for {given.noticed:,} units; exit from {format_time(given.due, now)} on with `daokit leave`"
        )
    else:
        lines.append(f"your {holding.units:,} units stay yours; `daokit leave` exits with them")


def _exit(session: Session, units: int, until: int, data: dict[str, Any], lines: list[str]) -> None:
    from daokit.quantities import format_time

    treasury = session.treasury
    quotes = {token: treasury.quote_exit(token, units) for token in treasury.tokens()}
    worth = [session.money(token, amount) for token, amount in quotes.items() if amount]
    if not worth:
        # Even with --yes nobody wants to burn units for nothing.
        moment = format_time(until, session.chain.now())
        lines.append(
            f"the treasury has nothing free, so an exit would bring nothing; your notice is good until {moment}"
        )
        return
    if not session.ask(f"Exit now with {units:,} units for about {', '.join(worth)}?"):
        lines.append(f"your {units:,} units stay yours; `daokit leave` exits with them")
        return
    exited = treasury.exit(units, [token for token, amount in quotes.items() if amount])
    data["exit"] = {
        "units": exited.units,
        "paid": [session.sum(token, amount) for token, amount in exited.paid.items()],
        "owed": [session.sum(token, amount) for token, amount in exited.owed.items()],
    }
    lines.append(f"you exited with {exited.units:,} units")
    lines += [f"paid to you: {session.money(token, amount)}" for token, amount in exited.paid.items()]
    lines += [f"owed to you: {session.money(token, amount)}" for token, amount in exited.owed.items()]
