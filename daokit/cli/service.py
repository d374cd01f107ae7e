"""`daokit service`: what collectives offer to personal funds, who takes it, what it brings and how long it lasts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daokit.cli import service_books
from daokit.errors import UsageError

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.services import Member, Offer, Services

app = typer.Typer(
    help="What a collective provides to personal funds: list, offer, close, members, end, reserve, runway, points.",
    no_args_is_help=True,
)

Number = Annotated[int | None, typer.Argument(help="The number of an offer (all of the collective when left out).")]


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
def offer(
    ctx: typer.Context,
    text: Annotated[Path, typer.Argument(help="What is offered, a markdown file.")],
    service: Annotated[str, typer.Option("--service", help="One word for it; one switches within it: school.")],
    share: Annotated[str, typer.Option("--share", help='Of each draw: "5%", or "2% to 5%".')],
    notice: Annotated[str, typer.Option("--notice", help="How long it goes on once it is ended.")] = "90 days",
    entitles: Annotated[
        str | None, typer.Option("--entitles", help='What one may ask for: "12 every 30 days".')
    ] = None,
    only: Annotated[str | None, typer.Option("--only", help="The one person who can take it.")] = None,
    members: Annotated[bool, typer.Option("--members", help="For members of the collective alone.")] = False,
    keeper: Annotated[str | None, typer.Option("--keeper", help="Who can close it and end commitments.")] = None,
    uri: Annotated[str, typer.Option("--uri", help="Where the text is, when it is too long for the chain.")] = "",
) -> None:
    """Open the proposal that makes an offer: the treasury is its provider and gets the money. It is a large option."""
    from daokit.drafts import committed, read_draft
    from daokit.factory import deploy, missing
    from daokit.hashing import ZERO_ADDRESS
    from daokit.quantities import parse_duration
    from daokit.services import Services, Terms

    session: Session = ctx.obj
    lowest, highest = _shares(share)
    count, period = _entitlement(entitles)
    hash_, where = committed(read_draft(text), uri)
    terms = Terms(
        service,
        lowest,
        highest,
        parse_duration(notice),
        count,
        period,
        only=session.resolve(only) if only else ZERO_ADDRESS,
        members_of=session.collective.address if members else ZERO_ADDRESS,
        keeper=session.resolve(keeper) if keeper else ZERO_ADDRESS,
        text=hash_,
    )
    data = Services(session.chain).encode("offer", terms.encoded(), where)
    if lacking := missing(session.chain, "FundFactory"):
        names = ", ".join(one.name for one in lacking)
        lines = (f"put up the shared contracts that {session.chain.name} lacks: {names}", f"propose to offer {service}")
        session.plan("Do this?", *lines, contracts=[one.name for one in lacking])
        deploy(session.chain, "FundFactory")
    _propose(session, f"# Offer {service}\n\nFor {terms.share} of each draw of those who take it.\n", data)


@app.command()
def close(ctx: typer.Context, number: Annotated[int, typer.Argument(help="The number of an offer.")]) -> None:
    """Close an offer to new commitments; those that stand go on. Its keeper does it at once, a member by proposal."""
    session: Session = ctx.obj
    one = offer_of(session, number)
    if session.me in (one.terms.keeper, one.provider):
        services(session).close(number)
        session.done({"offer": number}, f"offer {number} takes nobody new")
        return
    _of_treasury(session, one)
    words = f"# Close offer {number}\n\nNobody new can take {one.terms.service}; those who have it keep it.\n"
    _propose(session, words, services(session).encode("close", number))


@app.command()
def members(
    ctx: typer.Context,
    number: Number = None,
    all_: Annotated[bool, typer.Option("--all", help="Also those whose service has ended.")] = False,
) -> None:
    """Who is committed to the collective's offers: since when, how it stands, and what each has paid."""
    from daokit.cli.show import table
    from daokit.patronage import Standing
    from daokit.quantities import format_share, format_time

    session: Session = ctx.obj
    offers = own_offers(session, number)
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
    session.done(data, table(*columns, rows=rows) if rows else "nobody is committed to an offer of this collective")


@app.command()
def end(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(help="Whose commitment: a name, or the address of a person or a fund.")],
    number: Annotated[int | None, typer.Option("--offer", help="To which offer, when there are several.")] = None,
) -> None:
    """End somebody's commitment: money and service run until the notice has. The offer's keeper does it at once, any
    other member by a proposal of the treasury."""
    from daokit.quantities import format_duration, format_time

    session: Session = ctx.obj
    offers = own_offers(session, number)
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
    _of_treasury(session, offers[one.offer])
    text = f"# End {terms.service} for {who}\n\nMoney and service run until the notice has.\n"
    _propose(session, text, contract.encode("end", one.offer, one.fund, one.slot))


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


def own_offers(session: Session, number: int | None = None) -> dict[int, Offer]:
    """The offers of the collective's treasury, or the one named, by number. Raises `UsageError` when there is none."""
    if number is not None:
        return {number: offer_of(session, number)}
    found = services(session).offers(provider=session.treasury.address)
    if not found:
        raise UsageError(f"{session.collective.name} offers nothing yet; `daokit service offer` proposes it")
    return {one.number: one for one in found}


def _of_treasury(session: Session, offer: Offer) -> None:
    if offer.provider != session.treasury.address:
        raise UsageError(
            f"offer {offer.number} is {session.name(offer.provider)}'s, not this collective's; "
            "its provider or its keeper does this"
        )


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


def _propose(session: Session, text: str, data: bytes) -> None:
    """Open a proposal with one call to the contract of offers, and say its number."""
    from daokit.cli.words import Words
    from daokit.drafts import committed
    from daokit.options import Call, Option
    from daokit.quantities import format_time
    from daokit.services import address

    option = Option(*committed(text), True, (), (Call(address(), 0, data),))
    lines = [f"- {one}" for one in Words(session).of(option)]
    large = "declared large: it needs more seats for it than against it, and waits longer before it can be executed"
    number = session.governor.propose(option, words=("open a proposal", text.splitlines()[0][2:], *lines, large))
    now, moment = session.governor.proposal(number), session.chain.now()
    session.done(
        {"proposal": number, "key": now.key, "large": True, "voting_starts": now.voting_starts},
        f"proposal {number} is open; rivals until {format_time(now.voting_starts, moment)}, "
        f"then voting until {format_time(now.voting_ends, moment)}",
        f"once it has passed: daokit proposal execute {number}",
    )


def _shares(text: str) -> tuple[int, int]:
    from daokit.quantities import parse_share

    lowest, _, highest = text.partition(" to ")
    found = parse_share(lowest), parse_share(highest or lowest)
    if not 0 < found[0] <= found[1] <= 9_000:
        raise UsageError(f'"{text}" is no share to ask for; write "5%" or "2% to 5%", above nothing and at most 90%')
    return found


def _entitlement(text: str | None) -> tuple[int, int]:
    from daokit.quantities import parse_duration

    if text is None:
        return 0, 0
    count, _, period = text.partition(" every ")
    if not count.strip().isdecimal() or not int(count) or int(count) >= 2**32 or not period:
        raise UsageError(f'"{text}" entitles to nothing; write it like "12 every 30 days"')
    return int(count), parse_duration(period)
