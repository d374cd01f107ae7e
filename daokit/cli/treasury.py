"""`daokit treasury`: what it holds, putting in, taking out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session

app = typer.Typer(help="Money: show, deposit, units, exit, budget, collect, recognise.", no_args_is_help=True)

units_app = typer.Typer(help="Units: holders, worth, your own, sales; `buy`.")
budget_app = typer.Typer(help="Budgets and what is left in them; `pay`.")
app.add_typer(units_app, name="units")
app.add_typer(budget_app, name="budget")

Money = Annotated[str, typer.Argument(help='A sum with its token: "250 tUSD".')]
Token = Annotated[str | None, typer.Argument(help="A token by its symbol (all of them when left out).")]


@app.command()
def show(ctx: typer.Context) -> None:
    """Balances, what is owed, revenue so far, what ordinary payments may still take, and how a unit's worth grew."""
    from daokit.cli.growth import worth_columns, worth_data, worth_notes, worth_rows
    from daokit.cli.show import facts, table
    from daokit.quantities import format_duration
    from daokit.worth import growth

    session: Session = ctx.obj
    treasury, share = session.treasury, session.governor.rules().large_bps
    rows, data = [], []
    books, units = treasury.books(), treasury.total_units()
    for token, book in books.items():
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
        ("units", f"{units:,}"),
        ("exit notice", format_duration(treasury.exit_notice())),
    )
    columns = ("free", "owed", "revenue so far", "ordinary payments may take")
    worth = growth(treasury, session.membership.founded()[0], session.chain.now(), books, units)
    grown = worth_columns(worth)
    session.done(
        {"treasury": treasury.address, "tokens": data, "worth": worth_data(session, worth)},
        head,
        table(*columns, rows=rows, right=columns),
        table(*grown, rows=worth_rows(session, worth), right=grown),
        *worth_notes(session, worth),
    )


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


@units_app.callback(invoke_without_command=True)
def units(ctx: typer.Context) -> None:
    """Who holds units, what one is worth now, your own, and what is for sale; `units buy 10` buys."""
    from daokit.cli.show import facts, table
    from daokit.quantities import format_time

    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    treasury, now = session.treasury, session.chain.now()
    total, holders, worth = treasury.total_units(), treasury.holders(), _worth_of_one(session)
    rows = [(session.name(holder), f"{held:,}", f"{held / total:.1%}") for holder, held in holders.items()]
    drawn: list[Any] = [table("holder", "units", "share", rows=rows, right=("units", "share"))] if rows else []
    drawn.append(
        f"a unit is worth now: {', '.join(session.money(*one) for one in worth.items() if one[1]) or 'nothing'}"
    )
    mine = None
    if session.has_account:
        mine, own = _own_units(session, now)
        drawn += ["", facts(*own)]
    offers = []
    for number in range(1, treasury.counts()[0] + 1):
        terms = treasury.sale(number)
        if terms.end > now and terms.left:
            price = session.sum(terms.token, terms.price)
            offers.append({"sale": number, **vars(terms), "price": price})
            until = format_time(terms.end, now)
            drawn.append(
                f"sale {number}: {terms.left:,} units at {price['text']} each until {until}, "
                f"at most {terms.most_per_seat:,} each: daokit treasury units buy 10 --sale {number}"
            )
    worth_data = [session.sum(token, amount) for token, amount in worth.items()]
    session.done({"total": total, "holders": holders, "worth": worth_data, "mine": mine, "sales": offers}, *drawn)


@units_app.command("buy")
def buy(
    ctx: typer.Context,
    units: Annotated[int, typer.Argument(min=1, help="How many.")],
    sale: Annotated[int | None, typer.Option("--sale", help="In which sale (the last when left out).")] = None,
) -> None:
    """Buy units in a sale to members. A token is approved first, for exactly its cost."""
    from daokit.cli.show import count
    from daokit.errors import UsageError

    session: Session = ctx.obj
    sales, _ = session.treasury.counts()
    number = sales if sale is None else sale
    if not 1 <= number <= sales:
        none = "no sale has been opened here; a large option opens one with --sell"
        raise UsageError(f"there is no sale {number}; the last is {sales}" if sales else none)
    token, paid = session.treasury.sale(number).token, session.treasury.buy(number, units)
    session.done(
        {"sale": number, "units": units, "paid": session.sum(token, paid)},
        f"you bought {count(units, 'unit')} for {session.money(token, paid)}",
    )


@app.command("exit")
def exit_(
    ctx: typer.Context,
    units: Annotated[int | None, typer.Argument(help="How many units (all when left out).")] = None,
) -> None:
    """Give notice for units, and exit with them when it has run out. The same command does both in turn."""
    from daokit.errors import RuleBroken, UsageError
    from daokit.inbox import EXIT_TIME
    from daokit.quantities import format_time

    session: Session = ctx.obj
    treasury, me, now = session.treasury, session.me, session.chain.now()
    holding = treasury.holding(me)
    if not holding.units:
        raise UsageError("you hold no units here: there is nothing to exit with")
    if holding.noticed and holding.due <= now < holding.due + EXIT_TIME:
        wanted = holding.noticed if units is None else units
        quotes = treasury.read_many([("quoteExit", (token, wanted)) for token in treasury.tokens()])
        tokens = [token for token, share in zip(treasury.tokens(), quotes, strict=True) if share]
        if not tokens:
            good = format_time(holding.due + EXIT_TIME, now)
            raise RuleBroken(
                f"the treasury has nothing free, so an exit would bring nothing; your notice holds until {good}"
            )
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


@budget_app.callback(invoke_without_command=True)
def budget(ctx: typer.Context) -> None:
    """Budgets and what is left in them now; `budget pay 1 "200 tUSD" dora` pays from one of yours."""
    from daokit.cli.show import table
    from daokit.quantities import format_duration, format_time

    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    treasury, now = session.treasury, session.chain.now()
    rows, data = [], []
    for number in range(1, treasury.counts()[1] + 1):
        one = treasury.budget(number)
        over = now >= one.end
        period = (now - one.start) // one.period
        left = 0 if over else one.amount - (one.spent if one.last_period == period else 0)
        sums = {name: session.sum(one.token, value) for name, value in (("amount", one.amount), ("left", left))}
        most = f"{sums['amount']['text']} every {format_duration(one.period)}"
        next_ = min(one.start + (period + 1) * one.period, one.end)
        until = "ended" if over else f"until {format_time(one.end, now)}"
        again = "" if over or next_ == one.end else format_time(next_, now)
        rows.append((number, session.name(one.spender), most, "" if over else sums["left"]["text"], again, until))
        data.append({"budget": number, **vars(one), **sums, "over": over})
    columns = ("no", "spender", "at most", "left now", "filled again", "")
    session.done(data, table(*columns, rows=rows) if rows else "there are no budgets; a large option opens one")


@budget_app.command("pay")
def pay(
    ctx: typer.Context,
    budget: Annotated[int, typer.Argument(help="The number of a budget of yours.")],
    money: Money,
    to: Annotated[str, typer.Argument(help="To whom: a name or an address.")],
    purpose: Annotated[str, typer.Option(help="What for.")] = "",
) -> None:
    """Pay from a budget."""
    from daokit.errors import UsageError

    session: Session = ctx.obj
    budgets = session.treasury.counts()[1]
    if not 1 <= budget <= budgets:
        none = "there are no budgets here; a large option opens one with --budget"
        raise UsageError(f"there is no budget {budget}; the last is {budgets}" if budgets else none)
    token, amount = session.amount(money)
    own = session.treasury.budget(budget)
    if token != own.token:
        symbols = session.chain.symbol(own.token), session.chain.symbol(token)
        raise UsageError(f"budget {budget} is in {symbols[0]}, not in {symbols[1]}")
    receiver = session.resolve(to)
    arrived = session.treasury.spend(budget, receiver, amount, purpose)
    name, sum_ = session.name(receiver), session.money(token, amount)
    session.done(
        {"budget": budget, "to": receiver, "paid": session.sum(token, amount), "arrived": arrived},
        f"paid {sum_} to {name}" if arrived else f"{name} did not take {sum_}: it is owed, and can be collected",
    )


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


def _worth_of_one(session: Session) -> dict[str, int]:
    treasury = session.treasury
    if not treasury.total_units():
        return {}
    tokens = treasury.tokens()
    return dict(zip(tokens, treasury.read_many([("quoteExit", (token, 1)) for token in tokens]), strict=True))


def _own_units(session: Session, now: int) -> tuple[dict[str, Any], list[tuple[str, object]]]:
    """The reader's units, notice and lot: as data and as facts."""
    from daokit.quantities import format_time

    treasury, me = session.treasury, session.me
    held, lot = treasury.holding(me), treasury.lot(me)
    pairs: list[tuple[str, object]] = [("your units", f"{held.units:,}")]
    if held.noticed:
        pairs.append(("under notice", f"{held.noticed:,}, exit from {format_time(held.due, now)}"))
    bought = None
    if lot.units:
        paid = session.sum(lot.token, lot.paid)
        bought = {**vars(lot), "paid": paid}
        only = f"exit only in {session.chain.symbol(lot.token)}, for at most {paid['text']}"
        pairs.append(("bought", f"{lot.units:,}: until {format_time(lot.until, now)} they {only}"))
    return {**vars(held), "lot": bought}, pairs
