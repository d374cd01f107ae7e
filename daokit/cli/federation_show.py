"""How a federation is looked at: its seats, who decides how often, who is above whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli.federation_here import Of

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.federation_tree import Branching


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command()(show)
    app.command()(seats)
    app.command()(power)
    app.command()(tree)


def show(ctx: typer.Context, of: Of = None) -> None:
    """Its charter, rules, purse, competences, and who may join."""
    from daokit.cli.federation_here import find
    from daokit.cli.show import facts, quoted, table

    session: Session = ctx.obj
    federation = find(session, of)
    rules, totals, text = federation.rules(), federation.totals(), federation.charter_text()
    books = federation.purse.books()
    held = federation.competences()
    invited = [federation.name_of(one) for one in federation.invited()]
    money = federation.chain.money
    rows = [(money(t, b.free), money(t, b.revenue), money(t, b.reserved)) for t, b in books.items()]
    columns = ("free in the purse", "levies and other revenue", "owed")
    session.done(
        {
            "name": federation.name,
            "federation": federation.address,
            "purse": federation.purse.address,
            "chain": federation.chain.id,
            "interoperable": str(federation.member),
            "charter": federation.charter(),
            "text": text,
            "rules": rules.show(),
            "totals": totals,
            "competences": held,
            "invited": invited,
            "books": [
                {
                    "token": t,
                    "free": {"amount": b.free, "token": t, "text": money(t, b.free)},
                    "revenue": {"amount": b.revenue, "token": t, "text": money(t, b.revenue)},
                }
                for t, b in books.items()
            ],
        },
        facts(
            ("federation", f"{federation.name} ({federation.address})"),
            ("purse", federation.purse.address),
            ("chain", f"{federation.chain.name} ({federation.chain.id})"),
            ("charter", federation.charter()),
            ("members", f"{totals.seats} with {totals.people:,} people"),
            ("may join", ", ".join(invited)) if invited else None,
        ),
        "",
        quoted(text) if text else "NOT CHECKED: the charter's text does not stand on the chain",
        "",
        facts(*rules.show().items()),
        "",
        table(
            "competence",
            "delegated by",
            "",
            rows=[(one.name, f"{one.delegators} of {totals.seats}", "" if one.held else "not enough") for one in held],
        )
        if held
        else "no competence is listed: it can decide on its own house only",
        table(*columns, rows=rows, right=columns),
    )


def seats(
    ctx: typer.Context,
    of: Of = None,
    former: Annotated[bool, typer.Option("--former", help="Also who has gone.")] = False,
) -> None:
    """Who sits in it: people, since when, heard from when, and what each delegates."""
    from daokit.cli.federation_here import find
    from daokit.cli.show import table
    from daokit.federation_members import answers
    from daokit.quantities import format_time

    session: Session = ctx.obj
    federation, now = find(session, of), session.chain.now()
    found, held = federation.seats(former=former), federation.competences()
    rows, data = [], []
    for seat in found:
        given = [one.name for one in held if seat.sits and federation.delegates(one.name, seat.number)]
        state = "gone" if not seat.sits else "" if seat.live else "silent"
        if seat.notice_ends:
            state = f"expelled, notice until {format_time(seat.notice_ends, now)}"
        # One that is elsewhere is not asked.
        speaks = not seat.sits or seat.member.chain != federation.chain.id or answers(federation.chain, seat.address)
        state = state if speaks else f"{state}{', ' if state else ''}does not answer"
        counted = f"{seat.people:,}{' (agreed)' if seat.persons else ''}"
        joined = format_time(seat.joined, now) if seat.sits else ""
        heard = format_time(seat.heard, now) if seat.sits else ""
        # One without a name is shown by what can be typed for it.
        name = seat.bare_name if seat.word == seat.name else seat.word
        rows.append((seat.number, name, seat.member.chain, counted, joined, heard, ", ".join(given), state))
        data.append({**vars(seat), "member": str(seat.member), "delegates": given, "answers": speaks})
    columns = ("seat", "member", "chain", "people", "joined", "heard from", "delegates", "")
    totals = federation.totals()
    line = (
        f"{totals.seats} members, {totals.people:,} people; heard from: {totals.live_seats} with {totals.live_people:,}"
    )
    session.done(
        {"seats": data, "totals": totals},
        table(*columns, rows=rows, right=("seat", "people")) if rows else "nobody has joined yet",
        line,
    )


def power(
    ctx: typer.Context,
    of: Of = None,
    count: Annotated[
        str | None, typer.Option("--count", help="people, seats, penrose, penrose-quota or double (its own rule).")
    ] = None,
) -> None:
    """How often each member decides: the exact Banzhaf power, and what to know about it."""
    from daokit.cli.federation_here import POWER_COLUMNS, find, motions_counted, power_data, power_rows
    from daokit.cli.show import table
    from daokit.federation_power import offer, power_of, warnings
    from daokit.federation_rules import Count

    session: Session = ctx.obj
    federation = find(session, of)
    rules = federation.rules()
    asked = [Count.parse(count)] if count else list(dict.fromkeys((rules.ordinary, rules.large)))
    sitting = federation.seats()
    drawn: list[Any] = []
    data = []
    for one in asked:
        powers = power_of(sitting, one)
        said = warnings(powers, one)
        data.append({"count": one.key, "powers": power_data(powers), "warnings": said})
        drawn.append(f"counted {one.words}{'' if count else motions_counted(rules, one)}")
        drawn.append(table(*POWER_COLUMNS, rows=power_rows(powers), right=POWER_COLUMNS[1:]))
        drawn += [f"look twice: {sentence}" for sentence in said]
    drawn.append("decides in: of all ways in which the others can split, the part in which this member tips the motion")
    if not count and (words := offer(rules, len(sitting))):
        drawn.append(words)
    session.done(data, *(drawn if sitting else ["nobody has joined yet, so nobody decides anything"]))


def tree(ctx: typer.Context, of: Of = None) -> None:
    """Draw who is above whom, on which chain, with levies and weights."""
    from daokit.cli.afar import reachable
    from daokit.cli.federation_here import find
    from daokit.federation_tree import top
    from daokit.federation_tree import tree as grow

    session: Session = ctx.obj
    root = grow(top(find(session, of)), lambda chain: reachable(session, chain))
    session.done(_plain(root), *_draw(session, root))


def _draw(session: Session, root: Branching) -> list[str]:
    lines = [f"{root.name} · {root.people:,} people · chain {root.member.chain} · counts {root.count.words}"]

    def grow(one: Branching, before: str) -> None:
        for place, below in enumerate(one.below):
            last = place == len(one.below) - 1
            lines.append(f"{before}{'└─ ' if last else '├─ '}{_line(below, one)}")
            grow(below, before + ("   " if last else "│  "))

    grow(root, "")
    return lines


def _line(one: Branching, above: Branching) -> str:
    from daokit.quantities import format_share

    parts = [one.name, f"{one.people:,} people", f"weight {one.weight:,} of {one.of:,}"]
    if not one.answers:
        parts.append("does not answer")
    elif one.levy_bps is None:
        parts.append("levy not read: no way to its chain")
    else:
        parts.append(f"passes up {format_share(one.levy_bps)}")
    if one.member.chain != above.member.chain:
        parts.append(f"chain {one.member.chain}")
    if one.kind == "federation":
        parts.append(f"counts {one.count.words}")
    if not one.live:
        parts.append("silent")
    return " · ".join(parts)


def _plain(one: Branching) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "chain": one.member.chain,
        "address": one.member.address,
        "people": one.people,
        "weight": one.weight,
        "of": one.of,
        "levy_bps": one.levy_bps,
        "live": one.live,
        "answers": one.answers,
        "count": one.count.key,
        "below": [_plain(below) for below in one.below],
    }
