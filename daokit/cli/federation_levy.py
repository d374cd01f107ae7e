"""Levies: what is passed up to which federation, and passing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli.federation_here import For, Of

if TYPE_CHECKING:
    from daokit.cli.session import Session


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
    rows, data = [], []
    for tie in ties.ties():
        name = federation_of(session.chain, tie.purse) or session.name(tie.purse)
        due = ties.levies_due(tie.purse)
        passed = [session.sum(*one) for one in ties.bubbled(tie.purse).items()]
        sums = [session.sum(one.token, one.amount) for one in due]
        since = format_time(tie.since, now)
        cells = (", ".join(one["text"] for one in some) or "nothing" for some in (sums, passed))
        rows.append((name, format_share(tie.bps), since, *cells))
        data.append({"federation": name, "purse": tie.purse, "bps": tie.bps, "due": sums, "passed_up": passed})
    drawn: list[Any] = [table("federation", "share", "since", "due now", "passed up so far", rows=rows)]
    if any(one["due"] for one in data):
        drawn.append("pass it up: daokit federation bubble")
    session.done(data, *(drawn if rows else ["it sits in no federation on this chain"]))


def bubble(
    ctx: typer.Context,
    up: Annotated[bool, typer.Option("--up", help="And from the federations on to those above them.")] = False,
) -> None:
    """Pass every levy that is due up to the federations of the collective. Anyone may."""
    from daokit.federation_duties import all_above
    from daokit.federation_members import federation_of
    from daokit.ties import Ties

    session: Session = ctx.obj
    sources: list[tuple[str, Ties]] = [(session.collective.name, session.treasury)]
    if up:
        sources += [(one.name, one.purse) for one in all_above(session.treasury)]
    names = {tie.purse: federation_of(session.chain, tie.purse) for _, ties in sources for tie in ties.ties()}
    due = [(who, one) for who, ties in sources for tie in ties.ties() for one in ties.levies_due(tie.purse)]
    if not due and not up:
        session.done({"passed_up": []}, "no levy is due")
        return
    lines = [f"  {who}: {session.money(one.token, one.amount)} to {names[one.purse]}" for who, one in due]
    more = ["  and what comes of it for the federations above"] if up else []
    session.plan("Pass these up?", "Levies that are due:", *lines, *more, due=[line.strip() for line in lines])
    rows, data = [], []
    # From below upward: what arrives is revenue there, and goes on.
    for who, ties in sources:
        for tie in ties.ties():
            for one in ties.levies_due(tie.purse):
                amount = ties.bubble(tie.purse, one.token)
                name = names[tie.purse] or session.name(tie.purse)
                rows.append(f"{who} passed {session.money(one.token, amount)} up to {name}")
                data.append({"from": who, "to": name, "purse": tie.purse, "amount": session.sum(one.token, amount)})
    session.done({"passed_up": data}, *(rows or ["no levy is due"]))
