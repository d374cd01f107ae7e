"""`daokit service`: what collectives offer to personal funds, who takes it, what it brings and how long it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from daokit.cli import service_books, service_offer
from daokit.cli.service_offer import Mine
from daokit.errors import UsageError

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.services import Member, Offer, Services

app = typer.Typer(
    help="What a collective, or you, provide to personal funds: list, offer, close, members, end, collect, reserve, "
    "runway, points.",
    no_args_is_help=True,
)

Number = Annotated[int | None, typer.Argument(help="The number of an offer (all of the collective when left out).")]
Token = Annotated[str | None, typer.Argument(help="A token by its symbol (all of them when left out).")]
_MOST_CALLS = 16  # in one option


@app.command("list")
def list_(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Also those that take nobody new.")] = False,
) -> None:
    """All offers: what, from whom, for which share of a draw, with what notice."""
    from daokit.cli.fund_words import name_providers
    from daokit.cli.show import table
    from daokit.hashing import ZERO_ADDRESS
    from daokit.quantities import format_duration

    session: Session = ctx.obj
    found = [one for one in services(session).offers() if one.open or all_]
    name_providers(session, (one.provider for one in found))
    rows = []
    for one in found:
        terms = one.terms
        whom = f"{session.name(terms.only)} alone" if terms.only != ZERO_ADDRESS else ""
        if terms.members_of != ZERO_ADDRESS:
            whom = f"members of {session.name(terms.members_of)}"
        notice, state = format_duration(terms.notice), "" if one.open else "closed"
        rows.append(
            (one.number, terms.service, session.name(one.provider), terms.share, terms.entitlement, notice, whom, state)
        )
    columns = ("no", "service", "from", "share", "you may ask for", "notice", "for", "")
    none = "nobody has made an offer yet; a collective makes one with `daokit service offer`"
    session.done(found, table(*columns, rows=rows) if rows else none)


@app.command()
def members(
    ctx: typer.Context,
    number: Number = None,
    all_: Annotated[bool, typer.Option("--all", help="Also those whose service has ended.")] = False,
    mine: Mine = False,
) -> None:
    """Who is committed to the collective's offers: since when, how it stands, and what each has paid."""
    from daokit.cli.show import table
    from daokit.patronage import Standing
    from daokit.quantities import format_share, format_time

    session: Session = ctx.obj
    offers = own_offers(session, number, mine=mine)
    contract, now = services(session), session.chain.now()
    found = contract.members(offers)
    paid: dict[tuple[int, int], dict[str, int]] = {}
    for gift in contract.gifts(found):
        sums = paid.setdefault(gift.begun, {})
        sums[gift.token] = sums.get(gift.token, 0) + gift.amount
    shown = [one for one in found if all_ or one.standing(now) is not Standing.ENDED]
    rows, data = [], []
    for one in shown:
        sums_ = [session.sum(*pair) for pair in paid.get(one.begun, {}).items()]
        until = f" until {format_time(one.until, now)}" if one.until else ""
        service = offers[one.offer].terms.service
        rows.append(
            (
                session.name(one.person),
                f"{service} ({one.offer})",
                format_share(one.bps),
                format_time(one.since, now),
                format_time(one.seniority, now),
                f"{one.standing(now).name.lower()}{until}",
                ", ".join(each["text"] for each in sums_) or "nothing",
            )
        )
        data.append(
            {"person": one.person, "fund": one.fund, "slot": one.slot, "offer": one.offer, "service": service}
            | {"bps": one.bps, "since": one.since, "seniority": one.seniority, "until": one.until}
            | {"standing": one.standing(now), "paying": one.is_paying(now), "paid": sums_}
        )
    columns = ("who", "service (offer)", "share", "since", "held since", "standing", "paid so far")
    session.done(data, table(*columns, rows=rows) if rows else "nobody is committed to these offers")


@app.command()
def end(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(help="Whose commitment: a name, or the address of a person or a fund.")],
    number: Annotated[int | None, typer.Option("--offer", help="To which offer, when there are several.")] = None,
    mine: Mine = False,
) -> None:
    """End somebody's commitment: money and service run until the notice has. The offer's keeper does it at once, any
    other member by a proposal of the treasury."""
    from daokit.cli.proposal import propose
    from daokit.cli.service_offer import of_treasury
    from daokit.options import Call
    from daokit.quantities import format_duration, format_time

    session: Session = ctx.obj
    offers = own_offers(session, number, mine=mine)
    contract = services(session)
    one = _commitment_of(session, contract.members(offers), person)
    terms, who = offers[one.offer].terms, session.name(one.person)
    if session.me in (terms.keeper, offers[one.offer].provider):
        words = f"end {terms.service} for {who} with {format_duration(terms.notice)} of notice"
        until = contract.dismiss(one.offer, one.fund, one.slot, words=(words,))
        session.done(
            {"offer": one.offer, "fund": one.fund, "until": until},
            f"{terms.service} for {who} goes on until {format_time(until, session.chain.now())} and is paid until then",
        )
        return
    of_treasury(session, offers[one.offer])
    text = f"# End {terms.service} for {who}\n\nMoney and service run until the notice has.\n"
    data = contract.encode("end", one.offer, one.fund, one.slot)
    propose(session, text, Call(contract.address, 0, data))


@app.command()
def collect(ctx: typer.Context, token: Token = None) -> None:
    """Open the proposal that takes what funds owe the collective, because its treasury did not take it when it was
    drawn. It is a large option. A person takes theirs with `daokit fund collect`."""
    from daokit.cli.proposal import propose
    from daokit.fund import Fund
    from daokit.options import Call

    session: Session = ctx.obj
    treasury, wanted = session.treasury.address, session.token(token) if token else None
    debts = [one for one in services(session).debts_to(treasury) if wanted in (None, one.token)][:_MOST_CALLS]
    if not debts:
        raise UsageError(f"no fund owes {session.collective.name} anything" + (f" in {token}" if token else ""))
    lines = [f"- {session.money(one.token, one.amount)} from the fund {session.name(one.fund)}" for one in debts]
    calls = [Call(one.fund, 0, Fund(session.chain, one.fund).encode("collect", one.token, treasury)) for one in debts]
    propose(session, "\n".join(["# Collect what funds owe us", "", *lines, ""]), *calls)


service_offer.register(app)
service_books.register(app)


def services(session: Session) -> Services:
    """The offers of the chain. Raises `RuleBroken` where there are none."""
    from daokit.services import Services

    return Services.load(session.chain)


def offer_of(session: Session, number: int) -> Offer:
    """One offer. Raises `UsageError` for a number that there is not."""
    offers = services(session).count()
    if not 1 <= number <= offers:
        none = "nobody has made an offer here yet; a collective makes one with `daokit service offer`"
        raise UsageError(f"there is no offer {number}; the last is {offers}" if offers else none)
    return services(session).offer_of(number)


def own_offers(session: Session, number: int | None = None, *, mine: bool = False) -> dict[int, Offer]:
    """The offers of the collective's treasury, or those that are `mine`, or the one named, by number. Raises
    `UsageError` when there is none."""
    if number is not None:
        return {number: offer_of(session, number)}
    if mine:
        own = services(session).offers(provider=session.me)
        if not own:
            raise UsageError("you offer nothing yet; `daokit service offer --mine` does it")
        return {one.number: one for one in own}
    if not session.settings.collective:
        raise UsageError("no collective is chosen: say --mine for what you offer yourself, or choose with `daokit use`")
    found = services(session).offers(provider=session.treasury.address)
    if not found:
        raise UsageError(f"{session.collective.name} offers nothing yet; `daokit service offer` proposes it")
    return {one.number: one for one in found}


def _commitment_of(session: Session, found: list[Member], word: str) -> Member:
    who, now = session.resolve(word), session.chain.now()
    theirs = [one for one in found if who in (one.person, one.fund)]
    standing = [one for one in theirs if not one.until]
    if len(standing) > 1:
        numbers = ", ".join(str(one.offer) for one in standing)
        raise UsageError(f"{session.name(who)} is committed to offers {numbers}; say which with --offer")
    if not standing and any(now < one.until for one in theirs):
        raise UsageError(f"the commitment of {session.name(who)} has been ended already; its notice runs")
    if not standing:
        raise UsageError(f"{session.name(who)} is not committed here; `daokit service members` shows who is")
    return standing[0]
