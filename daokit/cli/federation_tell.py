"""What is told upward: how members voted, how many people they have, that they are still here; and who is silent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli.federation_here import Of

if TYPE_CHECKING:
    from daokit.branches import Afar
    from daokit.cli.federation_afar import Telling
    from daokit.cli.session import Session
    from daokit.federation import Federation
    from daokit.federation_reports import Report


@dataclass(frozen=True)
class Step:
    """One thing to be told, or noted, in a federation on this chain: in words, and once it is done."""

    words: str
    done: str
    data: dict[str, Any]
    act: Callable[[], object]


def tell(
    ctx: typer.Context,
    of: Of = None,
    delegation: Annotated[
        str | None,
        typer.Option("--delegation", help="A competence: tell a federation on another chain whether it is delegated."),
    ] = None,
) -> None:
    """Tell all that can be told: how members on this chain voted, how many people they have, that they are still here;
    and mark as silent who was not heard from for long. Anyone may; what goes to a federation on another chain is a
    note, whose fee goes along."""
    from daokit.cli.afar import all_afar, find_afar
    from daokit.cli.federation_afar import tell_afar, tell_delegation, tellings
    from daokit.cli.federation_here import find, named
    from daokit.cli.federation_watch import Watched
    from daokit.cli.refusals import sentence
    from daokit.errors import Reverted
    from daokit.federation_duties import all_above

    session: Session = ctx.obj
    named_afar = find_afar(session, of) if of or delegation else None
    if delegation is not None:
        tell_delegation(session, named_afar, delegation)
        return
    afar, missed = all_afar(session) if session.has_collective and not of else ([], [])
    if named_afar:
        afar = [named_afar]
    where = [] if named_afar else [find(session, of)] if of else None
    if where is None:
        known = list(all_above(session.treasury)) if session.has_collective else []
        if missed and not afar and not known:
            raise missed[0]
        where = [named(session, one) for one in known] or ([] if afar else [find(session, None)])
    for failure in missed:
        session.say(f"not told, since its chain was not read: {failure.message}")
    read = [_reports(one) for one in where]
    wishes = [(one, step) for one, found in zip(where, read, strict=True) for step in steps(session, one, found)]
    reports = {one.branch.address: one.reports() for one in afar}
    noted = [(one, notes) for one in afar if (notes := tellings(session, one, reports[one.branch.address]))]
    _plan_notes(session, noted)
    if wishes:
        lines = [f"  {federation.name}: {step.words}" for federation, step in wishes]
        session.plan(f"Send {len(wishes)} of these?", "Tell upward:", *lines, told=[line.strip() for line in lines])
    drawn: list[Any] = []
    data = []
    for found, notes in noted:
        told, lines = tell_afar(session, found, notes)
        data += told
        drawn += lines
    changed: list[str] = []
    refused = []
    for place, federation in enumerate(where if wishes else ()):
        watched = Watched.of(federation)
        # Looked at anew: what was told below may have changed it.
        read[place] = _reports(federation)
        for step in steps(session, federation, read[place]):
            try:
                step.act()
            except Reverted as refusal:
                # What is refused of one member keeps nobody from telling of the others.
                refused.append(refusal)
                session.say(f"not told {federation.name}: {step.words}: {sentence(refusal, session)}")
                continue
            drawn.append(step.done)
            data.append({"federation": federation.address, **step.data})
        changed += watched.lines()
    if refused and not data:
        raise refused[0]
    if not data:
        names = ", ".join([*(one.name for one in where), *(one.name for one in afar)])
        drawn.append(f"there is nothing to tell to {names} now")
    held = [(one, report) for one, found in zip(where, read, strict=True) for report in found if report.held_back]
    held += [(one.federation, report) for one in afar for report in reports[one.branch.address] if report.held_back]
    session.done(
        {"told": data, "power": changed, "held_back": [_held_data(*one) for one in held]},
        *drawn,
        *changed,
        *(_held(session, *one) for one in held),
    )


def steps(session: Session, federation: Federation, reports: Sequence[Report]) -> list[Step]:
    """All that can be told to a federation on this chain by these `reports`, and who can be marked as silent there."""
    from functools import partial

    from daokit.federation_duties import unmarked
    from daokit.federation_reports import Standing
    from daokit.quantities import format_time

    name, purse, found = federation.name, federation.purse, []
    due = [one for one in reports if one.due]
    for one in due:
        who = one.seat.name
        act: Callable[[], object]
        if one.standing is Standing.LEFT:
            words = f"{who} has left: have the purse take note"
            act = partial(purse.release, one.treasury, words=(f"{name}: {words}",))
        else:
            words = f"{who}: {telling(one, federation)}"
            act = partial(purse.tell, one.treasury, one.motions, words=(f"tell {name}: {words}",))
        found.append(Step(words, f"told {name}: {words}", {"member": who, "motions": one.motions}, act))
    for seat in unmarked(federation, due):
        heard = format_time(seat.heard, session.chain.now())
        words = f"mark {seat.name} as silent, not heard from since {heard}: it leaves the quorum's base until it is"
        act = partial(federation.mark_silent, seat.number, words=(f"{name}: {words}",))
        done = f"marked {seat.name} as silent in {name}, until it is heard from again"
        found.append(Step(words, done, {"member": seat.name, "motions": (), "silent": True}, act))
    return found


def telling(one: Report, federation: Federation) -> str:
    """What a report of a member says."""
    parts = [f"motion {federation.put(key).number}" for key in one.motions]
    if one.counts != one.seat.people:
        of = f" (of {one.people:,})" if one.held_back else ""
        parts.append(f"{one.counts:,} people{of}, not {one.seat.people:,}")
    return ", ".join(parts) or f"still here, {one.counts:,} people"


def _reports(federation: Federation) -> list[Report]:
    from daokit.federation_reports import Standing, reports_at

    found = reports_at(federation, federation.chain, federation.purse.address)
    # At home the federation hears at once of who has gone.
    return [one for one in found if one.standing is not Standing.GONE]


def _plan_notes(session: Session, noted: Sequence[tuple[Afar, Sequence[Telling]]]) -> None:
    from daokit.hashing import ZERO_ADDRESS

    if not noted:
        return
    lines = []
    for one, notes in noted:
        to = one.federation.chain.id
        for note in notes:
            how = f", by a note to chain {to} for {session.money(ZERO_ADDRESS, note.fee)}" if note.sent else ""
            lines.append(f"  {one.name}{how}: {note.words}")
    fee = sum(note.fee for _, notes in noted for note in notes)
    head = f"Tell upward; the notes cost {session.money(ZERO_ADDRESS, fee)}:"
    session.plan("Tell these?", head, *lines, told=[one.name for one, _ in noted], fee_wei=fee)


def _held_data(federation: Federation, one: Report) -> dict[str, Any]:
    return {"federation": federation.address, "member": one.seat.name, "people": one.people, "counts": one.counts}


def _held(session: Session, federation: Federation, one: Report) -> str:
    """What of a roll does not count, and what makes it count."""
    from daokit.cli.federation_here import typed

    where = "" if federation.chain.id == session.chain.id else f" on chain {federation.chain.id}"
    command = (
        f"daokit federation open TEXT.md --confirm-roll {typed(f'{one.people} people of {one.seat.bare_name}')} "
        f"--of {typed(federation.name)}"
    )
    return (
        f"{one.seat.name} has {one.people:,} people, and {one.counts:,} of them count in {federation.name}: in 90 days "
        f"a roll grows by a fifth, or by two, and further only once a motion{where} confirms it: {command}"
    )
