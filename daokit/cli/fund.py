"""`daokit fund` and `daokit draw`: a person's own money, what it carries, and what a draw gives to whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli import fund_commit, fund_owner, fund_recovery

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.commitments import Commitment, Draw
    from daokit.fund import Fund
    from daokit.services import Offer

app = typer.Typer(
    help="Your own fund: open, status, standing, quote, draw, invest, commit, switch, cancel, redeem, collect.",
    no_args_is_help=True,
)

Money = Annotated[str, typer.Argument(help='A sum with its token: "1,000 tUSD".')]
Which = Annotated[str | None, typer.Option("--fund", help="Another fund than your own.")]


def register(app: typer.Typer) -> None:
    """Put `draw` at the top."""
    app.command()(draw)


@app.command("open")
def open_(
    ctx: typer.Context,
    checking: Annotated[
        str | None, typer.Option("--checking", help="Where draws go (your account when left out).")
    ] = None,
    number: Annotated[int, typer.Option("--number", min=0, help="Another number for a second fund.")] = 0,
) -> None:
    """Open your own fund. Income goes there by plain transfer; what you draw goes to your checking address."""
    from daokit.bootstrap import cost
    from daokit.errors import RuleBroken
    from daokit.factory import missing
    from daokit.fund import Fund
    from daokit.funds import Funds

    session: Session = ctx.obj
    chain, me = session.chain, session.me
    to = session.resolve(checking) if checking else me
    lacking = missing(chain, Funds.artifact_name)
    own = None if lacking or number else Fund.own(chain)
    if own is not None and own.address != Funds(chain).fund_address(me, to, number):
        raise RuleBroken(
            f"you have a fund already: {own.address}; `daokit fund checking` changes where its draws go, "
            "and --number 1 opens a second one"
        )
    if lacking:
        session.plan(
            "Do this?",
            f"put up the shared contracts that {chain.name} lacks: {', '.join(one.name for one in lacking)}",
            f"open a fund for {session.name(me)}, whose draws go to {session.name(to)}",
            cost=cost(chain, lacking, _GAS_OPEN, [bytes(100)]),
            contracts=[one.name for one in lacking],
        )
    fund = Fund.open(chain, checking=to, number=number)
    session.done(
        {"fund": fund.address, "owner": me, "checking": to, "new": own is None},
        f"your fund is {fund.address}; let your income be sent there"
        if own is None
        else f"your fund is open already: {fund.address}",
        f"draws go to {session.chain.book.show(to)}; `daokit service list` shows what you can commit to",
    )


@app.command()
def status(ctx: typer.Context, fund: Which = None) -> None:
    """What the fund holds and owes, and each commitment: its share, its cap, how it stands."""
    from daokit.cli.fund_words import known_tokens, offers_of
    from daokit.cli.show import facts, table

    session: Session = ctx.obj
    own = session.fund(fund)
    offers = offers_of(session, own)
    found, now = own.status(known_tokens(session)), session.chain.now()
    rows = [(session.money(token, one.free), session.money(token, one.owed)) for token, one in found.purses.items()]
    drawn: list[Any] = [
        facts(
            ("fund", found.fund),
            ("owner", session.chain.book.show(found.owner)),
            ("checking", session.chain.book.show(found.checking)),
        ),
        table("can be drawn", "owed to providers", rows=rows, right=("can be drawn", "owed to providers")),
    ]
    if found.commitments:
        columns = ("no", "service", "from", "share", "at most", "left to ask for", "standing")
        lines = [_line(session, one, offers[one.offer], now) for one in found.commitments]
        drawn.append(table(*columns, rows=lines))
    else:
        drawn.append("no commitments; `daokit service list` shows what is offered")
    purses = [
        {"token": token, "free": session.sum(token, one.free), "owed": session.sum(token, one.owed)}
        for token, one in found.purses.items()
    ]
    commitments = [_data(session, one, offers[one.offer]) for one in found.commitments]
    data = {"fund": found.fund, "owner": found.owner, "checking": found.checking}
    session.done({**data, "purses": purses, "commitments": commitments}, *drawn)


@app.command()
def standing(ctx: typer.Context, fund: Which = None) -> None:
    """Every commitment there has been: active, in notice or ended, since when, and what it was given so far."""
    from daokit.cli.fund_words import offers_of
    from daokit.cli.show import table
    from daokit.quantities import format_time

    session: Session = ctx.obj
    own = session.fund(fund)
    offers, now, given = offers_of(session, own), session.chain.now(), own.given()
    rows, data = [], []
    for one in own.past_commitments():
        sums: dict[str, int] = {}
        for gift in given:
            if gift.begun == one.begun:
                sums[gift.token] = sums.get(gift.token, 0) + gift.amount
        paid = [session.sum(token, amount) for token, amount in sums.items()]
        terms, provider = offers[one.offer].terms, offers[one.offer].provider
        stands = one.standing(now)
        until = "" if not one.until else f" {'until' if now < one.until else 'on'} {format_time(one.until, now)}"
        rows.append(
            (
                terms.service,
                session.name(provider),
                f"{stands.name.lower()}{until}",
                format_time(one.since, now),
                format_time(one.seniority, now),
                ", ".join(each["text"] for each in paid) or "nothing",
            )
        )
        data.append(
            {"service": terms.service, "provider": provider, "offer": one.offer, "slot": one.slot, "standing": stands}
            | {"since": one.since, "until": one.until, "seniority": one.seniority, "by_provider": one.by_provider}
            | {"paying": one.is_paying(now), "paid": paid}
        )
    columns = ("service", "from", "standing", "since", "held since", "paid so far")
    session.done(data, table(*columns, rows=rows) if rows else "no commitments yet; `daokit service list` shows offers")


@app.command()
def quote(ctx: typer.Context, money: Money, fund: Which = None) -> None:
    """What a draw of this sum gives now, to the unit, and to whom."""
    from daokit.cli.fund_words import draw_data, offers_of

    session: Session = ctx.obj
    own = session.fund(fund)
    offers = offers_of(session, own)
    token, amount = session.amount(money)
    found = own.quote(token, amount)
    free = own.purses([token])[token].free
    short = [] if amount <= free else [f"only {session.money(token, free)} can be drawn now"]
    session.done({**draw_data(session, found, offers), "free": session.sum(token, free)}, own.words_of(found), *short)


@app.command("draw")
def draw(ctx: typer.Context, money: Money, fund: Which = None) -> None:
    """Take money out of your fund: each commitment gets its share, your checking address the rest."""
    from daokit.cli.fund_words import draw_data, offers_of

    session: Session = ctx.obj
    own = session.fund(fund)
    offers = offers_of(session, own)
    token, amount = session.amount(money)
    done = own.draw(token, amount)
    session.done(draw_data(session, done, offers), *_told(session, own, done))


@app.command()
def invest(
    ctx: typer.Context,
    agreement: Annotated[str, typer.Argument(help="An agreement by its address or file, or the text of a change.")],
    money: Annotated[
        str | None, typer.Argument(help='A sum with its token: "1,000 tUSD"; a change says its own.')
    ] = None,
    fund: Which = None,
) -> None:
    """Put capital from your fund into an agreement. This is no draw: commitments get nothing of it.

    With the text of a change (.md) that the others have signed, the fund brings it and pays the capital that it names:
    so a fund enters an agreement. The fund itself need not sign.
    """
    from daokit.cli.agreement_at import TEXT
    from daokit.cli.agreement_at import agreement as at
    from daokit.cli.agreement_change import is_change
    from daokit.errors import UsageError

    session: Session = ctx.obj
    own = session.fund(fund)
    if agreement.endswith(TEXT) and is_change(Path(agreement)):
        _bring(session, own, Path(agreement), money)
        return
    if money is None:
        raise UsageError('say how much: daokit fund invest AGREEMENT "250 tUSD"')
    token, amount = session.amount(money)
    there = at(session, agreement)
    if (wanted := there.terms().token) != token:
        symbols = session.chain.symbol(wanted), session.chain.symbol(token)
        raise UsageError(f"this agreement is in {symbols[0]}, not in {symbols[1]}")
    invested = own.deposit(there, amount)
    session.done(
        {"agreement": there.address, "invested": session.sum(token, invested)},
        f"{session.money(token, invested)} went into the agreement {session.chain.book.show(there.address)}",
    )


fund_commit.register(app)
fund_owner.register(app)
fund_recovery.register(app)


def _bring(session: Session, own: Fund, text: Path, money: str | None) -> None:
    """Put a change in force as the fund, with the capital that it brings."""
    from daokit.cli.agreement_sign import signed_change
    from daokit.errors import UsageError

    signed = signed_change(session, text, own.address)
    token, capital = signed.changed.token, signed.change.capital
    if money is not None and session.amount(money) != (token, capital):
        raise UsageError(f"this change brings {session.money(token, capital)}; leave the sum out")
    invested = own.invest_in_change(signed.there, signed.changed, signed.change, signed.by, words=signed.words)
    session.done(
        {"agreement": signed.there.address, "invested": session.sum(token, invested), "terms": signed.changed},
        f"new terms hold, and {session.money(token, invested)} of your fund is in them; "
        f"see: daokit agreement show {signed.there.address}",
    )


def _told(session: Session, fund: Fund, draw: Draw) -> list[str]:
    lines = [fund.words_of(draw).replace("draw ", "drawn ", 1)]
    for one in draw.parts:
        if one.slot in draw.owed:
            name, sum_ = session.name(one.receiver), session.money(draw.token, one.amount)
            lines.append(f"{name} did not take its {sum_}: it is owed, and can be collected by them alone")
    return lines


def _cap(session: Session, one: Commitment) -> str:
    from daokit.quantities import format_duration

    limit, now = one.limit, session.chain.now()
    if limit is None:
        return ""
    words = []
    if limit.per_period:
        words.append(f"{session.money(limit.token, limit.per_period)} every {format_duration(limit.period)}")
    if limit.in_all:
        words.append(f"{session.money(limit.token, limit.in_all)} in all")
    return f"{', '.join(words)} ({session.money(limit.token, limit.room(limit.token, now))} left now)"


def _line(session: Session, one: Commitment, offer: Offer, now: int) -> tuple[object, ...]:
    from daokit.quantities import format_duration, format_share, format_time

    stands = one.standing.name.lower() + (f" until {format_time(one.until, now)}" if one.until else "")
    counted = f"{one.left:,} of {one.count:,} in {format_duration(one.period)}" if one.count else ""
    whose = session.name(one.receiver)
    return one.slot, offer.terms.service, whose, format_share(one.bps), _cap(session, one), counted, stands


def _data(session: Session, one: Commitment, offer: Offer) -> dict[str, Any]:
    found = {**vars(one), "service": offer.terms.service}
    if (limit := one.limit) is not None:
        room = limit.room(limit.token, session.chain.now())
        found["limit"] = {**{name: getattr(limit, name) for name in limit.__slots__}, "room": room}
    return found


_GAS_OPEN = 150_000  # gas of opening a fund, measured and rounded up
