"""Where one stands: `daokit` alone, `status`, `whoami`, `use`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli import doctor as checkup

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.governor import Season
    from daokit.inbox import Waiting


def register(app: typer.Typer) -> None:
    """Put the commands at the top."""
    app.command()(status)
    app.command()(use)
    app.command()(whoami)
    app.command()(checkup.doctor)


def home(session: Session) -> None:
    """Where I stand, what waits for me, and the commands that come next."""
    from daokit.cli.fund_words import own_fund
    from daokit.cli.show import facts, table
    from daokit.inbox import waiting
    from daokit.quantities import format_time

    if not session.settings.collective:
        _begin(session)
        return
    collective, chain = session.collective, session.chain
    me = session.me if session.has_account else None
    now, season = chain.now(), collective.governor.season()
    seat = collective.membership.seat_of(me) if me else 0
    credits = collective.governor.credits(me) if me and seat else 0
    due = waiting(collective, me, session.own_fund)
    rows = [(one.what, format_time(one.until, now) if one.until else "", one.command) for one in due]
    following = _next(session, seat, due)
    fund, carried = own_fund(session)
    session.done(
        {
            "collective": {"name": collective.name, "address": collective.address},
            "chain": {"name": chain.name, "id": chain.id, "time": now},
            "account": me,
            "seat": seat,
            "season": season,
            "credits_left": credits,
            "fund": fund,
            "waiting": due,
            "next": following,
        },
        facts(
            ("collective", f"{collective.name} ({collective.address})"),
            ("chain", f"{chain.name} ({chain.id})"),
            ("you", _person(session, me, seat)),
            ("season", _season(season, now)),
            ("credits left", f"{credits} of {season.credits}") if seat else None,
            ("your fund", carried) if fund else None,
        ),
        table("waits for you" if me else "waits", "until", "do", rows=rows) if rows else "\nnothing waits for you\n",
        facts(*(("next", command) for command in following)),
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
            ("season", _season(season, now)),
            ("units", f"{units:,}"),
        ),
        table(*columns, rows=money, right=columns),
        *worth_notes(session, worth),
        table("", "open proposal", "", "until", rows=open_rows) if open_rows else "no proposal is open",
    )


def whoami(ctx: typer.Context) -> None:
    """Show the account, its seat, credits, units and duties."""
    from daokit.cli.show import facts, table
    from daokit.hashing import ZERO_ADDRESS
    from daokit.inbox import waiting
    from daokit.quantities import format_time

    session: Session = ctx.obj
    me, chain = session.me, session.chain
    data: dict[str, Any] = {
        "account": me,
        "name": session.name(me),
        "balance": session.sum(ZERO_ADDRESS, chain.balance(me)),
    }
    pairs: list[tuple[str, object] | None] = [
        ("account", chain.book.show(me)),
        ("address", me),
        ("chain", f"{chain.name} ({chain.id})"),
        ("coin", data["balance"]["text"]),
    ]
    rows: list[tuple[str, str, str]] = []
    if session.settings.collective:
        collective, now = session.collective, chain.now()
        seat = collective.membership.seat_of(me)
        holding = collective.treasury.holding(me)
        due = waiting(collective, me, session.own_fund)
        data |= {
            "collective": collective.address,
            "seat": seat,
            "units": holding.units,
            "notice": holding,
            "waiting": due,
        }
        pairs += [
            ("collective", f"{collective.name} ({collective.address})"),
            ("seat", seat or "none; `daokit join` applies"),
        ]
        if seat:
            data["credits_left"] = collective.governor.credits(me)
            pairs += [("credits left", f"{data['credits_left']} of {collective.governor.season().credits}")]
        pairs += [("units", f"{holding.units:,} of {collective.treasury.total_units():,}")]
        if holding.noticed:
            pairs += [("notice", f"{holding.noticed:,} units, runs out {format_time(holding.due, now)}")]
        rows = [(one.what, format_time(one.until, now) if one.until else "", one.command) for one in due]
    session.done(data, facts(*pairs), *([table("waits for you", "until", "do", rows=rows)] if rows else []))


def use(
    ctx: typer.Context,
    what: Annotated[str | None, typer.Argument(help="A profile, a collective, or chain:0x….")] = None,
) -> None:
    """Choose what the next commands are about: a profile or a collective; who and where."""
    from daokit import config
    from daokit.cli.show import table

    session: Session = ctx.obj
    settings, chosen = session.settings, session.options
    if what is None and not any((chosen.account, chosen.network, chosen.collective, chosen.profile, chosen.as_)):
        records = session.deployments.list()
        rows = [("profile", name, "*" if name == settings.profile else "") for name in settings.profiles]
        rows += [
            ("collective", one.slug, "*" if settings.collective in (one.slug, one.collective) else "")
            for one in records
        ]
        data = {
            "profiles": settings.profiles,
            "collectives": [one.slug for one in records],
            "chosen": _context(session),
        }
        session.done(
            data, table("", "name", "chosen", rows=rows) if rows else "nothing to choose from; `daokit init` begins"
        )
        return
    if what in settings.profiles:
        config.use(settings.project, profile=what)
        session.done({"profile": what}, f"profile {what} from now on")
        return
    context = _context(session)
    if what is not None:
        from daokit.cli.settle import adopt

        context["collective"] = adopt(session, what)
    config.use(settings.project, **context)
    words = ", ".join(f"{name.rstrip('_')} {value}" for name, value in context.items() if value)
    session.done(context, f"from now on: {words}")


def _context(session: Session) -> dict[str, str | None]:
    found = session.settings
    names = {
        "network": session.kept_network,
        "account": found.account,
        "collective": found.collective,
        "as_": found.acting,
        "profile": found.profile,
    }
    return {name: value for name, value in names.items() if value}


def _begin(session: Session) -> None:
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
    session.done(
        {"collective": None, "fund": fund, "waiting": due, "next": [command for command, _ in steps]},
        *([facts(("you", session.chain.book.show(session.me)), ("your fund", carried))] if fund else []),
        *([table("waits for you", "until", "do", rows=rows)] if rows else []),
        "No collective is chosen yet. To begin:\n",
        facts(*steps),
    )


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
