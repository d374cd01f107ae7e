"""`daokit treasury`: what it holds, putting in, taking out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session

app = typer.Typer(help="Money: show, deposit, units, exit, budget, collect, recognise.", no_args_is_help=True)

Money = Annotated[str, typer.Argument(help='A sum with its token: "250 tUSD".')]
Token = Annotated[str | None, typer.Argument(help="A token by its symbol (all of them when left out).")]


@app.command()
def show(ctx: typer.Context) -> None:
    """Balances, what is owed, revenue so far, and what ordinary payments may still take."""
    from daokit.cli.show import facts, table
    from daokit.quantities import format_duration

    session: Session = ctx.obj
    treasury, share = session.treasury, session.governor.rules().large_bps
    rows, data = [], []
    for token, book in treasury.books().items():
        cap, used = treasury.bucket(token, share)
        room = max(0, cap - used)
        mine = treasury.owed(token, session.me) if session.has_account else 0
        rows.append([session.money(token, value) for value in (book.free, book.reserved, book.revenue, room)])
        data.append(
            {
                "token": token,
                "free": session.sum(token, book.free),
                "owed": session.sum(token, book.reserved),
                "owed_to_me": session.sum(token, mine),
                "revenue": session.sum(token, book.revenue),
                "ordinary_room": session.sum(token, room),
                "ordinary_cap": session.sum(token, cap),
            }
        )
        if mine:
            rows[-1][1] += f" ({session.money(token, mine)} to you)"
    head = facts(
        ("treasury", treasury.address),
        ("units", f"{treasury.total_units():,}"),
        ("exit notice", format_duration(treasury.exit_notice())),
    )
    columns = ("free", "owed", "revenue so far", "ordinary payments may take")
    session.done({"treasury": treasury.address, "tokens": data}, head, table(*columns, rows=rows, right=columns))


@app.command()
def deposit(
    ctx: typer.Context,
    money: Money,
    purpose: Annotated[str, typer.Option(help='What it is; "revenue…" counts as revenue.')] = "revenue",
) -> None:
    """Put money in. A token is approved first, for exactly this sum."""
    session: Session = ctx.obj
    token, amount = session.amount(money)
    received = session.treasury.deposit(token, amount, purpose)
    session.done(
        {"received": session.sum(token, received), "purpose": purpose},
        f"deposited {session.money(token, received)} as {purpose}",
    )


@app.command()
def units(
    ctx: typer.Context,
    buy: Annotated[int | None, typer.Option("--buy", help="Buy so many units in a sale.")] = None,
    sale: Annotated[int | None, typer.Option("--sale", help="In which sale (the last when left out).")] = None,
) -> None:
    """Who holds units, what one is worth now, and what is for sale; `--buy 10` buys."""
    from daokit.cli.show import table
    from daokit.errors import UsageError
    from daokit.quantities import format_time

    session: Session = ctx.obj
    treasury, now = session.treasury, session.chain.now()
    sales, _ = treasury.counts()
    if buy is not None:
        number = sale or sales
        if not number:
            raise UsageError("no sale has been opened here; a large option opens one with --sell")
        token, paid = treasury.sale(number).token, treasury.buy(number, buy)
        session.done({"units": buy, "paid": session.sum(token, paid)}, f"bought {buy} for {session.money(token, paid)}")
        return
    total = treasury.total_units()
    worth = {token: treasury.quote_exit(token, 1) for token in treasury.tokens()} if total else {}
    holders = treasury.holders()
    rows = []
    for holder, held in holders.items():
        notice, lot = treasury.holding(holder), treasury.lot(holder)
        words = []
        if notice.noticed:
            words.append(f"notice for {notice.noticed:,}, {format_time(notice.due, now)}")
        if lot.units:
            words.append(f"{lot.units:,} bought, exit only in {session.chain.symbol(lot.token)} for now")
        rows.append((session.name(holder), f"{held:,}", f"{held / total:.1%}", "; ".join(words)))
    drawn: list[Any] = [table("holder", "units", "share", "", rows=rows, right=("units", "share"))]
    drawn.append(f"a unit is worth now: {', '.join(session.money(*one) for one in worth.items()) or 'nothing'}")
    offers = []
    for number in range(1, sales + 1):
        terms = treasury.sale(number)
        if terms.end > now and terms.left:
            offers.append({"sale": number, **vars(terms)})
            price = session.money(terms.token, terms.price)
            drawn.append(f"sale {number}: {terms.left:,} units at {price} each until {format_time(terms.end, now)}")
    session.done(
        {
            "total": total,
            "holders": holders,
            "worth": [session.sum(token, amount) for token, amount in worth.items()],
            "sales": offers,
        },
        *drawn,
    )


@app.command("exit")
def exit_(
    ctx: typer.Context,
    units: Annotated[int | None, typer.Argument(help="How many units (all when left out).")] = None,
) -> None:
    """Give notice for units, and exit with them when it has run out. The same command does both in turn."""
    from daokit.errors import UsageError
    from daokit.inbox import EXIT_TIME
    from daokit.quantities import format_time

    session: Session = ctx.obj
    treasury, me, now = session.treasury, session.me, session.chain.now()
    holding = treasury.holding(me)
    if not holding.units:
        raise UsageError("you hold no units here: there is nothing to exit with")
    if holding.noticed and holding.due <= now < holding.due + EXIT_TIME:
        wanted = holding.noticed if units is None else units
        tokens = [token for token in treasury.tokens() if treasury.quote_exit(token, wanted)]
        done = treasury.exit(wanted, tokens)
        lines = [f"you exited with {done.units:,} units"]
        lines += [f"paid to you: {session.money(*one)}" for one in done.paid.items()]
        lines += [f"owed to you: {session.money(*one)} (daokit treasury collect)" for one in done.owed.items()]
        data = {
            kind: [session.sum(*one) for one in sums.items()] for kind, sums in vars(done).items() if kind != "units"
        }
        session.done({"units": done.units, **data}, *lines)
    elif holding.noticed and now < holding.due and units in (None, holding.noticed):
        session.done(
            {"noticed": holding.noticed, "due": holding.due},
            f"your notice for {holding.noticed:,} units runs until {format_time(holding.due, now)}",
        )
    else:
        given = treasury.give_notice(holding.units if units is None else units)
        session.done(
            {"noticed": given.noticed, "due": given.due},
            f"notice given for {given.noticed:,} units; the same command exits from {format_time(given.due, now)} on",
        )


@app.command()
def budget(
    ctx: typer.Context,
    number: Annotated[int | None, typer.Argument(help="A budget of yours to pay from.")] = None,
    money: Annotated[str | None, typer.Argument(help='How much: "200 tUSD".')] = None,
    to: Annotated[str | None, typer.Argument(help="To whom.")] = None,
    purpose: Annotated[str, typer.Option(help="What for.")] = "",
) -> None:
    """Budgets and what is left in them; `daokit treasury budget 1 "200 tUSD" dora` pays from one."""
    from daokit.cli.show import table
    from daokit.errors import UsageError
    from daokit.quantities import format_duration, format_time

    session: Session = ctx.obj
    treasury, now = session.treasury, session.chain.now()
    if number is not None:
        if money is None or to is None:
            raise UsageError('say how much and to whom: daokit treasury budget 1 "200 tUSD" dora')
        token, amount = session.amount(money)
        own = treasury.budget(number)
        if token != own.token:
            raise UsageError(
                f"budget {number} is in {session.chain.symbol(own.token)}, not in {session.chain.symbol(token)}"
            )
        arrived = treasury.spend(number, session.resolve(to), amount, purpose)
        words = "paid" if arrived else "not taken, and owed from now on:"
        session.done(
            {"paid": session.sum(token, amount), "arrived": arrived}, f"{words} {session.money(token, amount)}"
        )
        return
    rows, data = [], []
    for one in range(1, treasury.counts()[1] + 1):
        own = treasury.budget(one)
        over = now >= own.end
        period = (now - own.start) // own.period
        left = own.amount - (own.spent if own.last_period == period else 0)
        until = "ended" if over else f"until {format_time(own.end, now)}"
        most = f"{session.money(own.token, own.amount)} every {format_duration(own.period)}"
        rows.append((one, session.name(own.spender), most, "" if over else session.money(own.token, left), until))
        data.append({"budget": one, **vars(own), "left": 0 if over else left})
    session.done(data, table("no", "spender", "at most", "left now", "", rows=rows) if rows else "there are no budgets")


@app.command()
def collect(
    ctx: typer.Context,
    token: Token = None,
    to: Annotated[str | None, typer.Option(help="Another receiver than your account.")] = None,
) -> None:
    """Take what the treasury owes you."""
    from daokit.errors import UsageError

    session: Session = ctx.obj
    treasury = session.treasury
    tokens = [session.token(token)] if token else treasury.tokens()
    due = [one for one in tokens if treasury.owed(one, session.me)]
    if not due:
        raise UsageError("the treasury owes you nothing")
    receiver = session.resolve(to) if to else None
    paid = {one: treasury.collect(one, receiver) for one in due}
    session.done(
        [session.sum(*one) for one in paid.items()], *(f"collected {session.money(*one)}" for one in paid.items())
    )


@app.command()
def recognise(ctx: typer.Context, token: Token = None) -> None:
    """Book what came by plain transfer, as revenue. Anyone may."""
    session: Session = ctx.obj
    treasury = session.treasury
    found: dict[str, int] = {}
    for one in [session.token(token)] if token else treasury.tokens():
        book = treasury.book(one)
        if book.free + book.reserved > book.seen:
            found[one] = treasury.recognise(one)
    lines = [f"booked {session.money(*one)} as revenue" for one in found.items()]
    session.done([session.sum(*one) for one in found.items()], *(lines or ["nothing has come by plain transfer"]))
