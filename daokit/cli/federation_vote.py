"""Motions after they were opened: looked at, put to the vote at home, enacted, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli.federation_here import Of
from daokit.cli.federation_tell import tell

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.federation import Federation, Motion, PutMotion, Seat

Number = Annotated[int, typer.Argument(help="Its number in the federation.")]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command()(motions)
    app.command()(decide)
    app.command()(tell)
    app.command()(enact)
    app.command()(cancel)


def motions(
    ctx: typer.Context,
    number: Annotated[int | None, typer.Argument(help="One of them, in full.")] = None,
    of: Of = None,
    all_: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
) -> None:
    """Motions: what is open, or one in full with what members told."""
    from daokit.cli.federation_here import find, motion_data
    from daokit.cli.show import table
    from daokit.federation import MotionState
    from daokit.federation_words import acts_in_words, title
    from daokit.quantities import format_time

    session: Session = ctx.obj
    federation, now = find(session, of), session.chain.now()
    if number is not None:
        _show(session, federation, number)
        return
    puts = {one.key: one for one in federation.puts()}
    open_ones = (MotionState.VOTING, MotionState.WAITING)
    found = [one for one in federation.motions() if all_ or one.state in open_ones][::-1]
    rows = []
    for one in found:
        words, when = _turn(one, now)
        moment = f"{words} {format_time(when, now)}" if when else ""
        what = title(puts[one.key]) + (" (from above)" if puts[one.key].above else "")
        rows.append((one.number, what, _state(one, now), "large" if one.large else "", moment))
    data = [motion_data(one, puts[one.key], acts_in_words(federation, puts[one.key])) for one in found]
    over = (
        f"; {len(puts)} {'is' if len(puts) == 1 else 'are'} over: `daokit federation motions --all`"
        if puts and not all_
        else ""
    )
    drawn = table("no", "motion", "state", "", "", rows=rows, right=("no",)) if rows else f"no motion is open{over}"
    session.done(data, drawn)


def decide(ctx: typer.Context, number: Number, of: Of = None) -> None:
    """Put a motion to the vote at home: in the collective, or in the federation by which it sits there."""
    from daokit.cli.afar import find_afar, others
    from daokit.cli.federation_afar import decide_afar
    from daokit.cli.federation_here import find
    from daokit.errors import RuleBroken
    from daokit.federation_duties import federations_of
    from daokit.federation_words import acts_in_words, title
    from daokit.quantities import format_time

    session: Session = ctx.obj
    if elsewhere := find_afar(session, of):
        decide_afar(session, elsewhere, number)
        return
    federation, now = find(session, of), session.chain.now()
    one = federation.put(number)
    motion = federation.motion(one.key)
    ends = format_time(motion.votes_end, now)
    check_standing(federation, one)
    if motion.state.name != "VOTING" or now >= motion.votes_end:
        raise RuleBroken(
            f"motion {number} of {federation.name} is {_state(motion, now)}: members' votes on it ended {ends}"
        )
    lines = (f"- {words}" for words in acts_in_words(federation, one, others(session)))
    head = f"motion {number} of {federation.name}: {title(one) or 'its text is not here'}"
    counts = f"a vote that ends by {ends} counts"
    if federation.address in [one.address for one in federations_of(session.treasury)]:
        key = session.governor.motion_proposal(federation.purse.address, one.key)
        if key in session.governor.home_votes():
            there = session.governor.number_of(key)
            raise RuleBroken(f"proposal {there} is the vote here on {head} already: daokit vote {there} +1")
        words = (f"put to the vote here {head}", *lines, counts)
        proposal = session.governor.open_motion(federation.purse.address, one.asked, words=words)
        until = format_time(session.governor.proposal(proposal).voting_ends, now)
        session.done(
            {"motion": one.key, "proposal": proposal, "votes_end": motion.votes_end},
            f"proposal {proposal} is the vote here on {head}; it is open until {until}",
            f"vote: daokit vote {proposal} +1; then: daokit federation tell",
        )
        return
    below = _below(session, federation)
    words = (f"put to the members of {below.name} {head}", *lines)
    pass_down(session, below, federation.purse.address, federation, one, words)


def check_standing(federation: Federation, one: PutMotion) -> None:
    """Whether a motion stands for members to vote on. Raises `RuleBroken` for one that was taken back."""
    from daokit.errors import RuleBroken
    from daokit.federation_duties import taken_back

    if taken_back(federation, one):
        raise RuleBroken(f"motion {one.number} of {federation.name} was taken back: there is nothing to vote on")


def pass_down(
    session: Session, below: Federation, purse: str, above: Federation, one: PutMotion, words: tuple[str, ...]
) -> None:
    """Put a motion of the federation `above`, whose purse here is `purse`, to the members of the one below; `words` say
    what is signed."""
    from daokit.cli.federation_here import typed
    from daokit.quantities import format_time

    check_passing(session, below, purse, above, one)
    ends = format_time(one.asked.votes_end, session.chain.now())
    passed = below.pass_down(purse, one.asked, words=(*words, f"a vote that ends by {ends} counts"))
    until = format_time(passed.votes_end, session.chain.now())
    session.done(
        {"motion": one.key, "passed_down": passed.key, "federation": below.address, "number": passed.number},
        f"motion {passed.number} of {below.name} asks its members about it, until {until}",
        f"next, in each of them: daokit federation decide {passed.number} --of {typed(below.name)}",
    )


def enact(
    ctx: typer.Context,
    number: Annotated[int | None, typer.Argument(help="Its number (all that can be when left out).")] = None,
    of: Of = None,
) -> None:
    """Do what a motion that passed says, after its wait; without a number also end the seats of expelled members whose
    notice has run out. Anyone may."""
    from daokit.cli.afar import others
    from daokit.cli.federation_here import find, typed
    from daokit.cli.federation_watch import watched_with
    from daokit.federation_duties import enactable, expired
    from daokit.federation_words import acts_in_words

    session: Session = ctx.obj
    federation = find(session, of)
    wanted = [federation.motion(number)] if number is not None else enactable(federation)
    over = expired(federation) if number is None else []
    if not wanted and not over:
        session.done({"enacted": [], "ended": []}, f"no motion of {federation.name} can be enacted now")
        return
    for motion in wanted:
        _check_told(federation, motion, session.chain.now())
    drawn: list[Any] = []
    data = []
    for motion in wanted:
        one = federation.put(motion.key)
        watched = watched_with(federation, one.content.acts if one.content else ())
        acts = acts_in_words(federation, one, others(session))
        words = (f"enact motion {one.number} of {federation.name}", *(f"- {line}" for line in acts))
        federation.enact(one.key, words=words)
        changed = [line for seen in watched for line in seen.lines()]
        drawn += [f"enacted motion {one.number} of {federation.name}", *(f"  {line}" for line in acts), *changed]
        if federation.orders_of(one.key):
            drawn.append(f"next: daokit federation send-order {one.number} --of {typed(federation.name)}")
        data.append({"number": one.number, "motion": one.key, "acts": acts, "power": changed})
    for seat in over:
        drawn += _end(session, federation, seat)
    session.done({"enacted": data, "ended": [seat.name for seat in over]}, *drawn)


def _end(session: Session, federation: Federation, seat: Seat) -> list[str]:
    """End the seat of an expelled member; the lines that say so."""
    from daokit.cli.federation_here import typed
    from daokit.cli.federation_watch import Watched
    from daokit.quantities import format_time

    watched, ran_out = Watched.of(federation), format_time(seat.notice_ends, session.chain.now())
    words = f"end the seat of {seat.name} in {federation.name}, whose notice ran out {ran_out}"
    federation.unseat(seat.number, words=(words,))
    lines = [f"ended the seat of {seat.name} in {federation.name}", *watched.lines()]
    if seat.member.chain != federation.chain.id:
        lines.append(f"next: daokit federation send-seat {seat.number} --of {typed(federation.name)}")
    return lines


def _check_told(federation: Federation, motion: Motion, now: int) -> None:
    """Raises `RuleBroken` for a motion on which members still vote, or tell how they did."""
    from daokit.errors import RuleBroken
    from daokit.federation import MotionState
    from daokit.quantities import format_time

    if motion.state is MotionState.VOTING:
        raise RuleBroken(
            f"motion {motion.number} of {federation.name} is being voted on; what members tell counts until "
            f"{format_time(motion.closes, now)}, and what has passed then waits before it can be enacted"
        )


def cancel(ctx: typer.Context, number: Number, of: Of = None) -> None:
    """Take back a motion that you opened, while members vote."""
    from daokit.cli.federation_here import find

    session: Session = ctx.obj
    federation = find(session, of)
    federation.cancel(number)
    session.done({"number": number}, f"motion {number} of {federation.name} is taken back")


def _show(session: Session, federation: Federation, number: int) -> None:
    from daokit.cli.afar import others
    from daokit.cli.federation_here import motion_data
    from daokit.cli.show import facts, quoted, table
    from daokit.federation_words import acts_in_words, title
    from daokit.quantities import format_time

    put, now = federation.put(number), session.chain.now()
    motion, told = federation.motion(put.key), federation.told(put.key)
    names = {seat.number: seat.name for seat in federation.seats(former=True)}
    acts = acts_in_words(federation, put, others(session))
    sides = {1: "for", -1: "against", 0: "neither"}
    rows = [(names[one.seat], one.people_for, one.people_against, sides[one.decision]) for one in told.values()]
    words, when = _turn(motion, now)
    columns = ("member", "people for", "people against", "as one")
    content = put.content
    session.done(
        {**motion_data(motion, put, acts), "text": put.text, "told": list(told.values())},
        facts(
            ("motion", f"{number} of {federation.name}: {title(put)}"),
            ("state", _state(motion, now)),
            (words, format_time(when, now)) if when else None,
            ("by", session.name(put.asked.opener)),
            ("competence", content.competence) if content and content.competence else None,
            ("counted", motion.count.words + (", large" if motion.large else "")),
            ("for", f"{motion.weight_for:,} of {motion.enrolled:,}"),
            ("against", f"{motion.weight_against:,}"),
            ("members", f"{motion.seats_for} for, {motion.seats_against} against, of {motion.enrolled_seats}"),
        ),
        "",
        quoted(put.text) if put.text else "NOT CHECKED: its text does not stand on the chain",
        "",
        *(f"- {line}" for line in acts),
        table(*columns, rows=rows, right=columns[1:3]) if rows else "nothing has been told yet",
    )


def _state(motion: Motion, now: int) -> str:
    from daokit.federation import MotionState

    if motion.state is MotionState.VOTING and now > motion.votes_end:
        return "being told"
    if motion.state is MotionState.WAITING and now >= motion.enactable_at:
        return "passed, can be enacted"
    words = {MotionState.WAITING: "passed, waits", MotionState.DEFEATED: "did not pass"}
    return words.get(motion.state, motion.state.name.lower())


def _turn(motion: Motion, now: int) -> tuple[str, int]:
    """What happens next by itself, and when; 0 for nothing."""
    from daokit.federation import MotionState

    if motion.state is MotionState.VOTING:
        return ("votes end", motion.votes_end) if now <= motion.votes_end else ("told until", motion.closes)
    if motion.state is MotionState.WAITING:
        can = now >= motion.enactable_at
        return ("enacted until", motion.expires) if can else ("enacted from", motion.enactable_at)
    return "", 0


def _below(session: Session, federation: Federation) -> Federation:
    """The federation of the collective that sits in the one of a motion."""
    from daokit.errors import RuleBroken
    from daokit.federation_duties import all_above

    for one in all_above(session.treasury):
        if one.purse.parent() == federation.purse.address:
            return one
    raise RuleBroken(
        f"{session.collective.name} does not sit in {federation.name}, nor does a federation of it; `daokit use` the "
        "collective that does"
    )


def check_passing(session: Session, below: Federation, purse: str, above: Federation, one: PutMotion) -> None:
    """Whether a motion of the federation above can be put to the members of the one below. Raises `RuleBroken`."""
    from daokit.cli.federation_here import typed
    from daokit.errors import RuleBroken
    from daokit.quantities import format_duration, format_time

    if known := below.passed_down(purse, one.key):
        number = below.put(known).number
        raise RuleBroken(
            f"motion {number} of {below.name} asks its members about it already: daokit federation decide {number} "
            f"--of {typed(below.name)}, in each of them"
        )
    seat = above.seat_of(below.member)
    if seat is None or seat.joined > above.motion(one.key).opened:
        raise RuleBroken(
            f"{below.name} did not sit in {above.name} when motion {one.number} was opened, so it has no vote on it"
        )
    now, telling = session.chain.now(), below.rules().telling
    last = one.asked.votes_end - telling
    if now >= last:
        raise RuleBroken(
            f"the members of {below.name} could be asked about motion {one.number} of {above.name} until "
            f"{format_time(last, now)}: what they decide takes {format_duration(telling)} to be told"
        )
