"""Levies: what is passed up to which federation, and passing it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli.federation_here import For, Of

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.levies import DueLevy
    from daokit.ties import Ties


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command()(levy)
    app.command()(bubble)


def levy(
    ctx: typer.Context,
    set_: Annotated[str | None, typer.Option("--set", help="Propose another share: 7%")] = None,
    of: Of = None,
    for_: For = None,
) -> None:
    """What is passed up to which federation, and what is due now; with --set, propose another share."""
    from daokit.cli.federation_here import find
    from daokit.cli.federation_member import by_motion, by_proposal, purse_above, tied
    from daokit.cli.show import table
    from daokit.federation_acts import Levy
    from daokit.federation_members import federation_of
    from daokit.levies import levies_of
    from daokit.quantities import format_share, format_time, parse_share

    session: Session = ctx.obj
    ties = find(session, for_).purse if for_ else session.treasury
    if set_ is not None:
        purse, above = purse_above(session, of, ties)
        bps = parse_share(set_)
        words = f"Pass {format_share(bps)} up to {above}"
        whose = ties.collective()
        tied(ties.tie_of(purse.address), session.name(whose), above)
        ties.check_levy(purse.address, bps)
        if for_:
            by_motion(session, find(session, for_), words, Levy(session.chain.id, purse.address, bps))
        else:
            by_proposal(session, words, session.treasury.to_set_levy(purse.address, bps))
        return
    now = session.chain.now()
    whose = find(session, for_).name if for_ else session.collective.name
    due = levies_of(ties, whose)
    rows, data = [], []
    for tie in ties.ties():
        name = federation_of(session.chain, tie.purse) or session.name(tie.purse)
        passed = [session.sum(*one) for one in ties.bubbled(tie.purse).items()]
        own = [one for one in due if one.due.purse == tie.purse]
        sums = [{**session.sum(one.due.token, one.due.amount), "why_not_now": one.why or None} for one in own]
        cells = [", ".join(f"{one['text']}{', not now' if one['why_not_now'] else ''}" for one in sums) or "nothing"]
        cells.append(", ".join(one["text"] for one in passed) or "nothing")
        rows.append((name, format_share(tie.bps), format_time(tie.since, now), *cells))
        data.append({"federation": name, "purse": tie.purse, "bps": tie.bps, "due": sums, "passed_up": passed})
    drawn: list[Any] = [table("federation", "share", "since", "due now", "passed up so far", rows=rows)]
    drawn += [f"not now: {_said(session, one)}" for one in due if one.why]
    if any(not one.why for one in due):
        drawn.append("pass it up: daokit federation bubble")
    session.done(data, *(drawn if rows else ["it sits in no federation on this chain"]))


def bubble(
    ctx: typer.Context,
    up: Annotated[bool, typer.Option("--up", help="And from the federations on to those above them.")] = False,
) -> None:
    """Pass every levy that can be up to the federations of the collective, and say why another cannot. Anyone may."""
    from daokit.errors import RuleBroken
    from daokit.federation_duties import all_above
    from daokit.levies import levies_of

    session: Session = ctx.obj
    sources: list[tuple[str, Ties]] = [(session.collective.name, session.treasury)]
    if up:
        sources += [(one.name, one.purse) for one in all_above(session.treasury)]
    due = [(who, one) for who, ties in sources for one in levies_of(ties, who)]
    if not due:
        session.done({"passed_up": [], "not_passed_up": []}, "no levy is due")
        return
    if all(one.why for _, one in due):
        raise RuleBroken(_none(session, [one for _, one in due]))
    lines = [f"  {who}: {_sum(session, one)}" for who, one in due if not one.why]
    lines += ["  and what comes of it for the federations above"] if up else []
    lines += [f"  not now: {_said(session, one)}" for _, one in due if one.why]
    session.plan("Pass these up?", "Levies that are due:", *lines, due=[line.strip() for line in lines])
    rows, data = [], []
    kept: list[tuple[str, DueLevy]] = []
    # From below upward: what arrives is revenue there, and goes on.
    for who, ties in sources:
        for one in levies_of(ties, who):
            amount, why = _pass(ties, one)
            if why:
                kept.append((who, replace(one, why=why)))
                continue
            passed = session.sum(one.due.token, amount)
            rows.append(f"{who} passed {passed['text']} up to {one.federation}")
            data.append({"from": who, "to": one.federation, "purse": one.due.purse, "amount": passed})
    if not rows:
        raise RuleBroken(_none(session, [one for _, one in kept]))
    left = [
        {
            "from": who,
            "to": one.federation,
            "purse": one.due.purse,
            "amount": session.sum(one.due.token, one.due.amount),
            "why": one.why,
        }
        for who, one in kept
    ]
    said = (f"not passed up: {_said(session, one)}" for _, one in kept)
    session.done({"passed_up": data, "not_passed_up": left}, *rows, *said)


def _pass(ties: Ties, one: DueLevy) -> tuple[int, str]:
    """Pass it up; what was passed, or why it was not."""
    from daokit.errors import Reverted

    try:
        return (0, one.why) if one.why else (ties.bubble(one.due.purse, one.due.token), "")
    except Reverted as refusal:
        return 0, refusal.message


def _sum(session: Session, one: DueLevy) -> str:
    return f"{session.money(one.due.token, one.due.amount)} to {one.federation}"


def _said(session: Session, one: DueLevy) -> str:
    return f"{_sum(session, one)}: {one.why}"


def _none(session: Session, due: list[DueLevy]) -> str:
    return f"no levy can be passed up now; {'; '.join(_said(session, one) for one in due)}"
