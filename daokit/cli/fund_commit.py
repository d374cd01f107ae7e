"""`daokit fund`, what it carries: commit, switch, cancel, redeem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from daokit.errors import UsageError

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.commitments import Commitment
    from daokit.fund import Fund
    from daokit.services import Offer

OfferNumber = Annotated[int, typer.Argument(help="The number of an offer (`daokit service list`).")]
Share = Annotated[str | None, typer.Argument(help="Which share of each draw: 12.5% (the least, when left out).")]
Commitment_ = Annotated[str, typer.Argument(help="A commitment: its service, its provider or its number.")]
Cap = Annotated[str | None, typer.Option("--cap", help='The most in a period: "50 tUSD per 30 days".')]
InAll = Annotated[str | None, typer.Option("--cap-in-all", help='The most in all: "2,000 tUSD".')]
Which = Annotated[str | None, typer.Option("--fund", help="Another fund than your own.")]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    for command in (commit, switch, cancel, redeem):
        app.command()(command)


def commit(
    ctx: typer.Context,
    offer: OfferNumber,
    share: Share = None,
    cap: Cap = None,
    cap_in_all: InAll = None,
    fund: Which = None,
) -> None:
    """Commit a share of each draw to an offer. Its service runs as long as the commitment, drawn or not."""
    from daokit.cli import fund_words

    session: Session = ctx.obj
    own = session.fund(fund)
    taken = _offer(session, own, offer)
    bps = _share(taken, share)
    made = own.commit(offer, bps, fund_words.cap(session, cap, cap_in_all))
    session.done(_data(made, taken), f"committed: {_words(session, made, taken)}")


def switch(
    ctx: typer.Context,
    commitment: Commitment_,
    offer: OfferNumber,
    share: Share = None,
    cap: Cap = None,
    cap_in_all: InAll = None,
    fund: Which = None,
) -> None:
    """Change the provider of a service, its share or its cap in one act: no gap, and your seniority goes on.

    To change share or cap alone, name the same offer again.
    """
    from daokit.cli import fund_words

    session: Session = ctx.obj
    own = session.fund(fund)
    offers = fund_words.offers_of(session, own)
    left = fund_words.commitment(session, own, commitment, offers)
    taken = _offer(session, own, offer)
    made = own.switch(left.slot, offer, _share(taken, share), fund_words.cap(session, cap, cap_in_all))
    session.done(_data(made, taken), f"switched: {_words(session, made, taken)}")


def cancel(ctx: typer.Context, commitment: Commitment_, fund: Which = None) -> None:
    """End a commitment: its money stops at once, its service goes on until the notice has run."""
    from daokit.cli import fund_words
    from daokit.quantities import format_time

    session: Session = ctx.obj
    own = session.fund(fund)
    offers = fund_words.offers_of(session, own)
    one = fund_words.commitment(session, own, commitment, offers)
    service, whom = offers[one.offer].terms.service, session.name(one.receiver)
    words = f"cancel {service} from {whom}: its money stops at once, its service when its notice has run"
    until = own.end(one.slot, words=(words,))
    session.done(
        {"slot": one.slot, "offer": one.offer, "service": service, "until": until},
        f"cancelled: {service} from {whom} serves you until {format_time(until, session.chain.now())}",
    )


def redeem(
    ctx: typer.Context,
    commitment: Commitment_,
    count: Annotated[int, typer.Argument(min=1, help="How many.")] = 1,
    fund: Which = None,
) -> None:
    """Ask for some of what a commitment entitles you to in this period. Moves no money."""
    from daokit.cli import fund_words
    from daokit.quantities import format_duration

    session: Session = ctx.obj
    own = session.fund(fund)
    offers = fund_words.offers_of(session, own)
    one = fund_words.commitment(session, own, commitment, offers)
    service, whom = offers[one.offer].terms.service, session.name(one.receiver)
    if not one.count:
        raise UsageError(f"{service} from {whom} counts nothing; ask for it as its text says")
    left = own.redeem(one.slot, count, words=(f"ask {whom} for {count:,} of {service}",))
    session.done(
        {"slot": one.slot, "offer": one.offer, "service": service, "count": count, "left": left},
        f"{whom} knows: {count:,} of {service}; {left:,} left of {one.count:,} in {format_duration(one.period)}",
    )


def _offer(session: Session, fund: Fund, number: int) -> Offer:
    from daokit.cli.fund_words import name_providers

    offers = fund.services.count()
    if not 1 <= number <= offers:
        none = "nobody has made an offer here yet; a collective makes one with `daokit service offer`"
        raise UsageError(f"there is no offer {number}; the last is {offers}" if offers else none)
    found = fund.services.offer_of(number)
    name_providers(session, [found.provider])
    return found


def _share(offer: Offer, text: str | None) -> int:
    from daokit.quantities import parse_share

    bps = offer.terms.lowest_bps if text is None else parse_share(text)
    if not offer.terms.lowest_bps <= bps <= offer.terms.highest_bps:
        raise UsageError(f"offer {offer.number} ({offer.terms.service}) asks for {offer.terms.share} of a draw")
    return bps


def _words(session: Session, made: Commitment, offer: Offer) -> str:
    from daokit.quantities import format_duration, format_share

    share, notice = format_share(made.bps), format_duration(made.notice)
    whom = session.name(offer.provider)
    counted = f"; you may ask for {offer.terms.entitlement}" if made.count else ""
    return f"{share} of each draw to {whom} for {offer.terms.service}; notice {notice} on both sides{counted}"


def _data(made: Commitment, offer: Offer) -> dict[str, object]:
    shown = {name: value for name, value in vars(made).items() if name != "limit"}
    return {**shown, "service": offer.terms.service}
