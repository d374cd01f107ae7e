"""`daokit agreement`, the work: pay in, deliver, accept, dispute, rule, settle, claim."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daokit.cli.agreement_part import Part, Report, lesser_delivery, report_hash

if TYPE_CHECKING:
    from daokit.cli.agreement_at import Written
    from daokit.cli.session import Session

Which = Annotated[str, typer.Argument(help="Its address, or the file of its terms (.toml) or text (.md).")]
Row = Annotated[int | None, typer.Option("--row", min=1, help="The row, from 1 (yours when left out).")]
Reason = Annotated[str, typer.Option("--reason", help="Why: a sentence, or the name of a file. Its hash is recorded.")]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    for command in (fund, deliver, accept, dispute, rule, settle, claim, refund):
        app.command(command.__name__)(command)


def fund(ctx: typer.Context, which: Which, money: Annotated[str, typer.Argument(help='"1,200 tUSD".')]) -> None:
    """Pay into an agreement. Before it is opened, this goes to the address where it will be, and accepts its terms."""
    from daokit.cli.agreement_at import find
    from daokit.errors import UsageError

    session: Session = ctx.obj
    token, amount = session.amount(money)
    found = find(session, which)
    if (there := found.there) is None:
        _same(session, token, found.written.terms.token)
        _pay_ahead(session, found.written, found.address(session), token, amount)
        return
    _same(session, token, there.terms().token)
    if there.status().state.ended:
        raise UsageError("this agreement has ended: what is paid in now would only go back")
    received = there.pay(amount)
    session.done(
        {"agreement": there.address, "received": session.sum(token, received)},
        f"paid {session.money(token, received)} in; {session.money(token, there.held())} is held",
    )


def deliver(
    ctx: typer.Context,
    which: Which,
    part: Part = "100%",
    row: Row = None,
    report: Report = "",
) -> None:
    """Say that the present milestone is delivered. The customer's review begins.

    A part of it needs the signatures of all who lose the rest: `daokit agreement sign FILE --part 80%`.
    """
    from daokit.cli.agreement_at import agreement, my_row
    from daokit.cli.agreement_sign import good
    from daokit.profit_share import BPS
    from daokit.quantities import format_time, parse_share

    session: Session = ctx.obj
    there = agreement(session, which)
    place = my_row(session, there.terms()) if row is None else row - 1
    given = None
    if (bps := parse_share(part)) != BPS:
        given = good(session, lesser_delivery(session, Path(which), part, report), session.me).by
    event = there.deliver(place, bps, report_hash(report), given)
    until = format_time(event.reviewUntil, session.chain.now())
    session.done(
        {"milestone": event.milestone + 1, "part": event.part, "review_until": event.reviewUntil},
        f"milestone {event.milestone + 1} is delivered; the customer looks at it until {until}, and silence accepts it",
    )


def accept(ctx: typer.Context, which: Which) -> None:
    """Accept the delivery under review, as the customer. What is missing of its price must be paid in before."""
    from daokit.cli.agreement_at import agreement

    session: Session = ctx.obj
    there = agreement(session, which)
    released = there.accept()
    token = there.terms().token
    session.done(
        {"released": session.sum(token, released), "state": there.status().state},
        f"accepted: {session.money(token, released)} is released to the parties",
    )


def dispute(ctx: typer.Context, which: Which, reason: Reason) -> None:
    """Dispute the delivery under review, as the customer. The arbiter rules, or in silence the terms' fallback does."""
    from daokit.cli.agreement_at import agreement
    from daokit.cli.agreement_words import STATES
    from daokit.quantities import format_time

    session: Session = ctx.obj
    there = agreement(session, which)
    status = there.dispute(report_hash(reason))
    until = format_time(status.until, session.chain.now())
    waits = f"; a ruling is due until {until}" if status.state.name == "DISPUTED" else ""
    session.done({"status": status}, f"now: {STATES[status.state]}{waits}")


def rule(
    ctx: typer.Context,
    which: Which,
    part: Annotated[str, typer.Argument(help="How much of the delivery is paid, like 75%.")],
    reason: Reason,
) -> None:
    """Rule on a dispute, as the arbiter: how much of the delivery is paid."""
    from daokit.cli.agreement_at import agreement
    from daokit.cli.agreement_words import STATES
    from daokit.quantities import parse_share

    session: Session = ctx.obj
    there = agreement(session, which)
    status = there.rule(parse_share(part), report_hash(reason))
    session.done({"status": status}, f"ruled that {part} is paid; now: {STATES[status.state]}")


def settle(ctx: typer.Context, which: Which) -> None:
    """Do what time has decided: accept in silence, default, refund, or the fallback of a dispute. Anyone can."""
    from daokit.cli.agreement_at import drafted, find
    from daokit.cli.agreement_words import STATES
    from daokit.profit_share import State

    session: Session = ctx.obj
    found = find(session, which)
    if found.there is None and session.chain.now() > found.written.terms.open_by:
        there = drafted(session, found, "settle that it was not opened in time: what was paid goes back")
    else:
        there = found.on_chain
    status = there.settle()
    after = [f"what is left goes back: daokit agreement refund {which}"] if status.state is State.REFUNDED else []
    session.done({"status": status}, f"now: {STATES[status.state]}", *after)


def claim(
    ctx: typer.Context,
    which: Which,
    row: Row = None,
    to: Annotated[str | None, typer.Option("--to", help="Another address, for the payee itself.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Pay all parties what they can claim, at once.")] = False,
) -> None:
    """Take what your row can claim. With --all everybody gets theirs; who cannot be paid is passed over."""
    from daokit.cli.agreement_at import agreement, my_row
    from daokit.cli.agreement_words import row_name

    session: Session = ctx.obj
    there = agreement(session, which)
    terms = there.terms()
    if everyone:
        paid = there.pay_out()
        lines = [f"{row_name(session, terms, place)}: {session.money(terms.token, one)}" for place, one in paid.items()]
        session.done({"paid": {place + 1: session.sum(terms.token, one) for place, one in paid.items()}}, *lines)
        return
    place = my_row(session, terms) if row is None else row - 1
    went = there.claim(place, session.resolve(to) if to else None)
    session.done({"row": place + 1, "paid": session.sum(terms.token, went)}, f"paid {session.money(terms.token, went)}")


def refund(
    ctx: typer.Context,
    which: Which,
    token: Annotated[str | None, typer.Option("--token", help="Another token that came here by mistake.")] = None,
) -> None:
    """Send what is not needed here back to where the terms say: after the end, or what exceeds the price."""
    from daokit.cli.agreement_at import find

    session: Session = ctx.obj
    there = find(session, which).on_chain
    wanted = session.token(token) if token else there.terms().token
    went = there.refund(wanted)
    back = session.name(there.terms().refund_to)
    session.done({"refunded": session.sum(wanted, went)}, f"{session.money(wanted, went)} went back to {back}")


def _same(session: Session, token: str, wanted: str) -> None:
    from daokit.errors import UsageError

    if token != wanted:
        raise UsageError(f"this agreement is paid in {session.chain.symbol(wanted)}; another token would only go back")


def _pay_ahead(session: Session, written: Written, address: str, token: str, amount: int) -> None:
    from daokit.chain import Transaction
    from daokit.contract import transact
    from daokit.hashing import ZERO_ADDRESS
    from daokit.token import Token, balance_of

    title, deposit = written.paper.title, written.terms.deposit
    words = (f'pay {session.money(token, amount)} to where "{title}" will be; that accepts its terms as the customer',)
    if token == ZERO_ADDRESS:
        transact(session.chain, Transaction(address, b"", amount, words))
    else:
        Token(session.chain, token).send("transfer", address, amount, words=words)
    there = balance_of(session.chain, token, address)
    said = (
        f"{session.money(token, there)} of the deposit of {session.money(token, deposit)} is there; " if deposit else ""
    )
    session.done(
        {"agreement": address, "received": session.sum(token, amount)},
        f"paid {session.money(token, amount)} to {address}",
        f"{said}when all have signed: daokit agreement open {written.text}",
    )
