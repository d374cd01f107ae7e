"""Where one stands: `daokit` alone, and `status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from daokit.cli import doctor as checkup

if TYPE_CHECKING:
    from daokit.cli.elsewhere import Elsewhere, Look, Missed
    from daokit.cli.session import Session
    from daokit.governor import Season
    from daokit.inbox import Waiting


def register(app: typer.Typer) -> None:
    """Put the commands at the top."""
    app.command()(status)
    app.command()(checkup.doctor)


def home(session: Session) -> None:
    """Where I stand, what waits for me, and the commands that come next."""
    from daokit.cli.afar import waiting_afar
    from daokit.cli.elsewhere import GLANCE, Elsewhere, look
    from daokit.cli.fund_words import own_fund
    from daokit.cli.show import facts, table
    from daokit.inbox import waiting
    from daokit.quantities import format_time

    elsewhere = Elsewhere(session, look, GLANCE)
    if not session.settings.collective:
        _begin(session, elsewhere)
        return
    collective, chain = session.collective, session.chain
    me = session.me if session.has_account else None
    now, season = chain.now(), collective.governor.season()
    seat = collective.membership.seat_of(me) if me else 0
    credits = collective.governor.credits(me) if me and seat else 0
    due = waiting(collective, me, session.own_fund, waiting_afar(session))
    rows = [(one.what, format_time(one.until, now) if one.until else "", one.command) for one in due]
    following = _next(session, seat, due)
    fund, carried = own_fund(session)
    federations = _federations(session)
    others, missed = elsewhere.wait()
    session.done(
        {
            "collective": {"name": collective.name, "address": collective.address},
            "chain": {"name": chain.name, "id": chain.id, "time": now},
            "federations": federations,
            "account": me,
            "seat": seat,
            "season": season,
            "credits_left": credits,
            "fund": fund,
            "waiting": due,
            "next": following,
            "elsewhere": _elsewhere_data(others),
            "missed": missed,
        },
        facts(
            ("collective", f"{collective.name} ({collective.address})"),
            ("chain", f"{chain.name} ({chain.id})"),
            ("sits in", ", ".join(federations)) if federations else None,
            ("you", _person(session, me, seat)),
            ("season", _season(season, now)),
            ("credits left", f"{credits} of {season.credits}") if seat else None,
            ("your fund", carried) if fund else None,
        ),
        table("waits for you" if me else "waits", "until", "do", rows=rows) if rows else "\nnothing waits for you\n",
        facts(*(("next", command) for command in following)),
        *_elsewhere_lines(others, missed),
    )


def status(ctx: typer.Context) -> None:
    """Show how the collective stands: seats, season, money, what a unit is worth and how that grew, open proposals."""
    from daokit.cli.growth import worth_columns, worth_data, worth_notes, worth_rows
    from daokit.cli.show import facts, table
    from daokit.inbox import alive, title
    from daokit.quantities import format_time
    from daokit.worth import growth

    session: Session = ctx.obj
    collective, chain = session.collective, session.chain
    membership, governor, treasury = collective.membership, collective.governor, collective.treasury
    now, season, units = chain.now(), governor.season(), treasury.total_units()
    books = treasury.books()
    living = alive(collective, now)
    federations = _federations(session)
    founded, _ = membership.founded()
    worth = growth(treasury, founded, now, books, units)
    money = [
        (*(session.money(token, value) for value in (book.free, book.reserved, book.revenue)), *told)
        for (token, book), told in zip(books.items(), worth_rows(session, worth), strict=True)
    ]
    columns = ("free", "owed", "revenue so far", *worth_columns(worth))
    open_rows = [
        (one.number, title(governor.put(one.number, 0).option), one.state.name.lower(), format_time(_turn(one), now))
        for one in living
    ]
    session.done(
        {
            "name": collective.name,
            "address": collective.address,
            "treasury": treasury.address,
            "chain": {"name": chain.name, "id": chain.id, "time": now},
            "founded": founded,
            "charter": membership.charter()[0],
            "seats": membership.seats(),
            "federations": federations,
            "season": season,
            "units": units,
            "worth": worth_data(session, worth),
            "books": [
                {
                    "token": token,
                    "free": session.sum(token, book.free),
                    "reserved": session.sum(token, book.reserved),
                    "revenue": session.sum(token, book.revenue),
                }
                for token, book in books.items()
            ],
            "proposals": [{"number": one.number, "state": one.state, "until": _turn(one)} for one in living],
        },
        facts(
            ("collective", f"{collective.name} ({collective.address})"),
            ("treasury", treasury.address),
            ("chain", f"{chain.name} ({chain.id})"),
            ("founded", format_time(founded, now)),
            ("seats", f"{membership.seats():,}"),
            ("sits in", ", ".join(federations)) if federations else None,
            ("season", _season(season, now)),
            ("units", f"{units:,}"),
        ),
        table(*columns, rows=money, right=columns),
        *worth_notes(session, worth),
        table("", "open proposal", "", "until", rows=open_rows) if open_rows else "no proposal is open",
    )


def _begin(session: Session, elsewhere: Elsewhere[Look]) -> None:
    from daokit.cli.fund_words import own_fund
    from daokit.cli.show import facts, table
    from daokit.errors import NoConnection
    from daokit.inbox import carried as waiting
    from daokit.node import Node
    from daokit.quantities import format_time

    try:
        fund, carried = own_fund(session)
    except NoConnection:
        fund, carried = None, ""
    due = waiting(session.chain, session.me, session.own_fund) if fund else []
    rows = [(one.what, format_time(one.until, session.chain.now()) if one.until else "", one.command) for one in due]
    runs = Node().runs()
    steps = (
        []
        if runs or session.settings.network != "local"
        else [("daokit node up", "start a chain of your own to try things on")]
    )
    steps += [
        ("daokit init --like workshop", "write a charter to change to your liking"),
        ("daokit found charter.toml", "found a collective from it"),
        ("daokit use 10:0x…", "or take up one that exists, by its chain and address"),
    ]
    others, missed = elsewhere.wait()
    session.done(
        {
            "collective": None,
            "fund": fund,
            "waiting": due,
            "next": [command for command, _ in steps],
            "elsewhere": _elsewhere_data(others),
            "missed": missed,
        },
        *([facts(("you", session.chain.book.show(session.me)), ("your fund", carried))] if fund else []),
        *([table("waits for you", "until", "do", rows=rows)] if rows else []),
        "No collective is chosen yet. To begin:\n",
        facts(*steps),
        *_elsewhere_lines(others, missed),
    )


def _elsewhere_data(others: list[Look]) -> list[dict[str, Any]]:
    return [{"where": one.where, "waiting": one.duties} for one in others if one.duties]


def _elsewhere_lines(others: list[Look], missed: list[Missed]) -> list[str]:
    """A line for each other collective in which something waits, and for each that could not be read."""
    from daokit.cli.show import count
    from daokit.quantities import format_time

    lines = []
    for one in others:
        if duties := one.duties:
            first = min((duty.until for duty in duties if duty.until), default=0)
            until = f", the first until {format_time(first, one.where.now)}" if first else ""
            where, things = one.where, count(len(duties), "thing")
            waits = "waits" if len(duties) == 1 else "wait"
            lines.append(f"{where.collective} on {where.chain}: {things} {waits} for you{until}; {where.switch}")
    lines += map(str, missed)
    return ["", *lines, "`daokit inbox` shows all that waits"] if lines else []


def _federations(session: Session) -> list[str]:
    """The federations in which the collective sits; one of another chain by its address there."""
    from daokit.federation_members import federation_of

    return [federation_of(session.chain, tie.purse) or tie.purse for tie in session.treasury.ties()]


def _next(session: Session, seat: int, due: list[Waiting]) -> list[str]:
    if not session.has_account:
        return ["daokit use --account <name>", "daokit account new <name>", "daokit proposal list"]
    commands = [one.command for one in due[:2]]
    others = (
        ["daokit proposal list", "daokit proposal new", "daokit status"] if seat else ["daokit join", "daokit status"]
    )
    return list(dict.fromkeys([*commands, *others]))[:3]


def _person(session: Session, me: str | None, seat: int) -> str:
    if me is None:
        return "nobody yet; choose an account with `daokit use --account <name>`"
    return f"{session.chain.book.show(me)}, {f'seat {seat}' if seat else 'no member'}"


def _season(season: Season, now: int) -> str:
    from daokit.quantities import format_time

    return f"{season.number}, ends {format_time(season.ends, now)}, {season.credits} voice credits a seat"


def _turn(one: Any) -> int:
    """The moment at which a proposal's state changes by itself."""
    states = {"DELIBERATION": one.voting_starts, "VOTING": one.voting_ends}
    return int(states.get(one.state.name, one.executable_at))
