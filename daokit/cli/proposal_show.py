"""How proposals are looked at: listed, shown with both results as bars, compared, tried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.federation_words import AboutMotion
    from daokit.governor import Proposal, Put, Tally

BAR = 24  # characters

Number = Annotated[int, typer.Argument(help="Its number.")]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("list")(list_)
    app.command()(show)
    app.command()(diff)
    app.command()(simulate)


def list_(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
) -> None:
    """What is open, the newest first."""
    from daokit.cli.show import table
    from daokit.federation_words import abouts
    from daokit.governor import State
    from daokit.inbox import alive, title
    from daokit.quantities import format_time

    session: Session = ctx.obj
    governor, now = session.governor, session.chain.now()
    opened = {put.proposal: put for put in governor.opened()}
    found = governor.proposals(list(opened)) if all_ else alive(session.collective, now)
    found = sorted(found, key=lambda one: -one.number)
    motions = abouts(session.collective, [one.key for one in found])
    titles = {one.number: title(opened[one.number].option) if one.number in opened else "" for one in found}
    rows = []
    for one in found:
        until = {
            State.DELIBERATION: ("votes from", one.voting_starts),
            State.VOTING: ("votes until", one.voting_ends),
            State.WAITING: ("can be executed from", one.executable_at),
        }.get(one.state)
        moment = f"{until[0]} {format_time(until[1], now)}" if until else ""
        what = titles[one.number]
        if one.key in motions:
            gone = ", taken back" if motions[one.key].taken_back else ""
            what = f"{what or 'text not here'} ({motions[one.key].head}{gone})"
        rows.append((one.number, what, one.state.name.lower(), one.options, moment))
    data = [{**_data(one), "motion": motions.get(one.key), "title": titles[one.number]} for one in found]
    if rows:
        session.done(data, table("no", "title", "state", "options", "", rows=rows, right=("no", "options")))
    else:
        over = (
            f"; {len(opened)} {'is' if len(opened) == 1 else 'are'} over: `daokit proposal list --all`"
            if opened and not all_
            else ""
        )
        session.done(data, f"no proposal is open{over}")


def show(ctx: typer.Context, proposal: Number) -> None:
    """Its text, its options with their calls in words, and both results."""
    from daokit.cli.show import count, facts, quoted
    from daokit.cli.words import Words
    from daokit.drafts import text_for
    from daokit.federation_words import abouts
    from daokit.quantities import format_time
    from daokit.text import clean

    session: Session = ctx.obj
    governor, now = session.governor, session.chain.now()
    one = governor.proposal(proposal)
    puts, tallies = governor.options(proposal), governor.tallies(proposal)
    words = Words(session)
    names = {seat.number: seat.name for seat in session.membership.roll(former=True)}
    most = max((abs(tally.net) for tally in tallies), default=0)
    mine, left = _mine(session, one)
    motion = abouts(session.collective, [one.key]).get(one.key)
    drawn: list[Any] = [
        facts(
            ("proposal", proposal),
            ("the vote on", f"{motion.head}; {_counts(motion, now)}") if motion else None,
            ("state", "decided here" if motion and one.voting_ends <= now else one.state.name.lower()),
            ("voting", f"{format_time(one.voting_starts, now)} to {format_time(one.voting_ends, now)}"),
            ("quorum", f"{count(one.quorum, 'seat')} for an option; seats up to number {one.last_seat} vote"),
            ("executable", f"from {format_time(one.executable_at, now)}, until {format_time(one.expires, now)}")
            if one.executable_at and not motion
            else None,
            ("you", _standing(one, mine, left)) if mine is not None else None,
        )
    ]
    data: dict[str, Any] = {**_data(one), "credits_left": left, "motion": motion, "choices": []}
    for put, tally in zip(puts, tallies, strict=True):
        text = text_for(put.option)
        readings = words.of(put.option)
        drawn += ["", _heading(one, put, tally, names.get(put.seat, f"seat {put.seat}"))]
        if text is not None:
            drawn.append(quoted(text, 8_000))
        else:
            where = clean(put.option.uri) or "no uri"
            drawn.append(f"its text is said to be at {where}: not checked here, compare its hash {put.option.text}")
        drawn += [f"- {line}" for line in _acts(motion)] if motion else []
        drawn += [f"- {reading}" for reading in readings] or ([] if motion else ["- it does nothing by itself"])
        drawn += _bars(tally, most, one)
        data["choices"].append(
            {
                "option": put.place,
                "author": put.seat,
                "text": text,
                "hash": put.option.text,
                "uri": put.option.uri,
                "large": tally.large,
                "actions": [reading.words for reading in readings],
                "net": tally.net,
                "seats_for": tally.seats_for,
                "seats_against": tally.seats_against,
                "stands": tally.stands,
                "my_votes": None if mine is None else mine[put.place],
                "wins": bool(one.executable_at) and one.winner == put.place,
            }
        )
    session.done(data, *drawn)


def _counts(motion: AboutMotion, now: int) -> str:
    from daokit.quantities import format_time

    if motion.taken_back:
        return "the motion was taken back, so no vote on it counts"
    if not motion.votes_end:
        return f"when it counts stands on chain {motion.chain}"
    return f"it counts when it ends by {format_time(motion.votes_end, now)}"


def _acts(motion: AboutMotion) -> list[str]:
    """What the federation would do."""
    if not motion.acts:
        which = f"{motion.number} " if motion.number else ""
        where = f"daokit federation motions {which}--of {motion.chain}:{motion.home}"
        return [f"what the federation would do stands on chain {motion.chain}: {where}"]
    return [f"if the federation passes it: {line}" for line in motion.acts]


def diff(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(help="7, or 7.1")],
    second: Annotated[str, typer.Argument(help="7.1, or 8")],
) -> None:
    """What one option changes against another: its text, and what it does."""
    import difflib

    from daokit.ballots import parse_place
    from daokit.cli.words import Words
    from daokit.drafts import text_for
    from daokit.text import clean, clean_lines

    session: Session = ctx.obj
    words = Words(session)
    sides = [session.governor.put(*parse_place(word)) for word in (first, second)]
    texts = [
        clean_lines(text_for(side.option) or f"(not here: {clean(side.option.uri)})").splitlines() for side in sides
    ]
    acts = [[f"{reading}" for reading in words.of(side.option)] for side in sides]
    compared = difflib.unified_diff(texts[0], texts[1], first, second, lineterm="", n=2)
    lines = [line.rstrip("\n") for line in compared]
    gone = [line for line in acts[0] if line not in acts[1]]
    come = [line for line in acts[1] if line not in acts[0]]
    large = [side.option.large for side in sides]
    drawn = lines or ["the texts are the same"]
    drawn += ["", *(f"- {line}" for line in gone), *(f"+ {line}" for line in come)]
    if not gone and not come:
        drawn.append("they do the same")
    if large[0] != large[1]:
        drawn.append(f"{second if large[1] else first} is declared large, the other is not")
    session.done({"text": lines, "removed": gone, "added": come, "large": large}, *drawn)


def simulate(
    ctx: typer.Context,
    option: Annotated[str, typer.Argument(help="7, or 7.1 for its first rival.")],
) -> None:
    """Balances before and after an option's payments and calls, without doing them."""
    from daokit.ballots import parse_place
    from daokit.cli.refusals import sentence
    from daokit.cli.show import table
    from daokit.cli.words import Words
    from daokit.simulate import simulate as tried

    session: Session = ctx.obj
    put = session.governor.put(*parse_place(option))
    outcome = tried(session.collective, put)
    readings = Words(session).of(put.option)
    rows = [
        (session.name(one.holder), session.money(one.token, one.before), session.money(one.token, one.after))
        for one in outcome.changes
    ]
    failure = sentence(outcome.failure, session) if outcome.failure else None
    drawn: list[Any] = [f"- {reading}" for reading in readings] or ["it does nothing by itself"]
    if rows:
        drawn.append(table("", "before", "after", rows=rows, right=("before", "after")))
    elif failure is None and not outcome.blind:
        drawn.append("no balance changes")
    if failure is not None:
        drawn.append(f"it would fail now: {failure}")
    drawn += [*outcome.unseen, "nothing was sent: this is what it would do now"]
    session.done(
        {
            "actions": [reading.words for reading in readings],
            "whole": outcome.whole,
            "changes": [
                {
                    "holder": one.holder,
                    "before": session.sum(one.token, one.before),
                    "after": session.sum(one.token, one.after),
                }
                for one in outcome.changes
            ],
            "failure": failure,
            "unseen": list(outcome.unseen),
        },
        *drawn,
    )


def _mine(session: Session, one: Proposal) -> tuple[list[int] | None, int | None]:
    """The reader's ballot on each option and the credits left; nothing for who has no seat that votes on it."""
    if not session.has_account:
        return None, None
    governor, me = session.governor, session.me
    if not 0 < session.membership.seat_of(me) <= one.last_seat:
        return None, None
    asked = [("ballotOf", (me, one.key, place)) for place in range(one.options)]
    *ballots, left = governor.read_many([*asked, ("creditsOf", (me,))])
    return [int(votes) for votes in ballots], int(left)


def _standing(one: Proposal, mine: list[int], left: int | None) -> str:
    from math import isqrt

    from daokit.ballots import place, say
    from daokit.cli.show import count

    cast = [f"{say(votes)} on {place(one.number, option)}" for option, votes in enumerate(mine) if votes]
    room = f"{count(left or 0, 'credit')} left: up to {count(isqrt(left or 0), 'vote')} on one option"
    return f"{', '.join(cast) or 'no ballot yet'}; {room}"


def _data(one: Proposal) -> dict[str, Any]:
    return {
        "proposal": one.number,
        "key": one.key,
        "state": one.state,
        "season": one.season,
        "voting_starts": one.voting_starts,
        "voting_ends": one.voting_ends,
        "quorum": one.quorum,
        "options": one.options,
        "winner": one.winner if one.executable_at else None,
        "executable_at": one.executable_at,
        "expires": one.expires,
    }


def _heading(one: Proposal, put: Put, tally: Tally, author: str) -> str:
    from daokit.ballots import place

    marks = ["large"] if tally.large else []
    if one.executable_at and one.winner == put.place:
        marks.append("wins" if one.state.name != "VOTING" else "ahead")
    elif tally.stands:
        marks.append("stands")
    words = f" · {', '.join(marks)}" if marks else ""
    return f"── {place(one.number, put.place)} by {author}{words} ──"


def _bars(tally: Tally, most: int, one: Proposal) -> list[str]:
    """The quadratic result and the result by seats, one bar each."""
    length = round(BAR * abs(tally.net) / most) if most else 0
    seats = max(tally.seats_for + tally.seats_against, one.quorum, 1)
    pro, contra = (round(BAR * count / seats) for count in (tally.seats_for, tally.seats_against))
    sign = "+" if tally.net > 0 else ""
    return [
        f"  net    {'█' * length if tally.net >= 0 else '░' * length:<{BAR}} {sign}{tally.net} votes",
        f"  seats  {'█' * pro + '░' * contra:<{BAR}} {tally.seats_for} for, {tally.seats_against} against",
    ]
