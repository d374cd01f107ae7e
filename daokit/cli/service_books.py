"""`daokit service`, in figures: reserve, runway, points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli.service_offer import Mine

if TYPE_CHECKING:
    from daokit.cli.session import Session

Number = Annotated[int | None, typer.Argument(help="The number of an offer (all of the collective when left out).")]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    for command in (reserve, runway, points):
        app.command()(command)


def reserve(ctx: typer.Context) -> None:
    """What the treasury has to provide from: free and owed, and what funds owe it."""
    from daokit.cli.show import table
    from daokit.services import Services

    session: Session = ctx.obj
    books = session.treasury.books()
    owing: dict[str, int] = dict.fromkeys(books, 0)
    for debt in Services.load(session.chain).debts_to(session.treasury.address):
        owing[debt.token] = owing.get(debt.token, 0) + debt.amount
    rows, data = [], []
    for token, due in owing.items():
        free, owed = (books[token].free, books[token].reserved) if token in books else (0, 0)
        sums = {"free": free, "owed": owed, "owed_by_funds": due}
        rows.append([session.money(token, amount) for amount in sums.values()])
        data.append({"token": token} | {name: session.sum(token, amount) for name, amount in sums.items()})
    columns = ("free", "owed to others", "owed by funds")
    hint = ["take what funds owe: daokit service collect"] if any(owing.values()) else []
    session.done(data, table(*columns, rows=rows, right=columns), *hint)


def runway(
    ctx: typer.Context,
    months: Annotated[int, typer.Option("--months", min=1, max=120, help="Over how many past months.")] = 3,
) -> None:
    """For how many months the reserve lasts at the average outflow of the last months.

    months = free / (paid and owed in the span / months in the span); months have 30 days.
    """
    from daokit.cli.show import table
    from daokit.quantities import format_duration
    from daokit.runway import runways

    session: Session = ctx.obj
    found = runways(session.collective, months)
    rows, data = [], []
    for one in found:
        lasts = "no end in sight" if one.months is None else f"{float(one.months):,.1f} months"
        rows.append((*(session.money(one.token, value) for value in (one.reserve, one.monthly)), lasts))
        data.append(
            {name: session.sum(one.token, getattr(one, name)) for name in ("reserve", "outflow", "income", "monthly")}
            | {"token": one.token, "span": one.span, "months": None if one.months is None else float(one.months)}
        )
    columns = ("reserve", "goes out a month", "lasts")
    session.done(
        data,
        table(*columns, rows=rows, right=columns),
        f"by the last {format_duration(found[0].span // 86_400 * 86_400)}",
    )


def points(
    ctx: typer.Context,
    number: Number = None,
    since: Annotated[str | None, typer.Option("--from", help="From this day or moment on: 2026-01-01.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Up to and with this day, or before this moment.")] = None,
    mine: Mine = False,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV, amounts in whole tokens.")] = False,
) -> None:
    """Patronage points: what each member has paid for the collective's offers in a span, for distributions."""
    from daokit.cli.service import own_offers
    from daokit.cli.show import table
    from daokit.services import Services

    session: Session = ctx.obj
    contract = Services.load(session.chain)
    found = contract.members(own_offers(session, number, mine=mine))
    person = {one.fund: one.person for one in found}
    sums: dict[tuple[str, str], int] = {}
    for gift in contract.gifts(found, *_span(since, until)):
        key = person[gift.fund], gift.token
        sums[key] = sums.get(key, 0) + gift.amount
    rows = sorted(((who, token, amount) for (who, token), amount in sums.items()), key=lambda row: (row[1], -row[2]))
    data = [{"person": one[0], "name": session.name(one[0]), "paid": session.sum(one[1], one[2])} for one in rows]
    if csv and not session.options.json:
        print(_csv(session, rows), end="")
        return
    shown: list[Any] = [(session.name(who), session.money(token, amount)) for who, token, amount in rows]
    session.done(data, table("who", "paid", rows=shown, right=("paid",)) if rows else "nobody has paid in this span")


def _span(since: str | None, until: str | None) -> tuple[int, int | None]:
    """The first second, and the second after the last."""
    import re

    from daokit.quantities import parse_start, parse_time

    first = 0 if since is None else parse_start(since)
    if until is None:
        return first, None
    whole = re.fullmatch(r"\d{4}-\d{2}-\d{2}", until.strip())
    return first, parse_time(until) + (1 if whole else 0)


def _csv(session: Session, rows: list[tuple[str, str, int]]) -> str:
    import csv
    import io

    page = io.StringIO()
    lines = csv.writer(page, lineterminator="\n")
    lines.writerow(("person", "name", "token", "symbol", "paid"))
    for who, token, amount in rows:
        words = session.chain.token(token)
        name = session.name(who)
        # A name that a program for tables would take for a formula stays a name.
        safe = f"'{name}" if name[:1] in "=+-@" else name
        lines.writerow((who, safe, token, words.symbol, words.number(amount).replace(",", "")))
    return page.getvalue()
