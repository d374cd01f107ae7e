"""`daokit service`, what is offered: offer, close, and what a collective decides about it by proposal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daokit.errors import UsageError

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.services import Offer

Mine = Annotated[bool, typer.Option("--mine", help="Your own, as a person; not the collective's.")]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    for command in (offer, close):
        app.command()(command)


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
    mine: Mine = False,
) -> None:
    """Open the proposal that makes an offer: the treasury is its provider and gets the money. It is a large option.

    With --mine make it at once, as a person who provides and gets the money.
    """
    from daokit.bootstrap import cost
    from daokit.cli.proposal import propose
    from daokit.drafts import committed, read_draft
    from daokit.factory import deploy, missing
    from daokit.hashing import ZERO_ADDRESS
    from daokit.options import Call
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
    if lacking := missing(session.chain, "FundFactory"):
        names = ", ".join(one.name for one in lacking)
        lines = (
            f"put up the shared contracts that {session.chain.name} lacks: {names}",
            f"{'offer' if mine else 'propose to offer'} {service}",
        )
        reckoned = cost(session.chain, lacking, _GAS_OFFER, [bytes(500)])
        session.plan("Do this?", *lines, cost=reckoned, contracts=[one.name for one in lacking])
        deploy(session.chain, "FundFactory")
    contract = Services(session.chain)
    if mine:
        number = contract.offer(terms, where)
        session.done(
            {"offer": number, "provider": session.me},
            f"offer {number} is open: {service} from you for {terms.share} of each draw",
            f"who takes it: daokit fund commit {number}; who has: daokit service members --mine",
        )
        return
    call = Call(contract.address, 0, contract.encode("offer", terms.encoded(), where))
    propose(session, f"# Offer {service}\n\nFor {terms.share} of each draw of those who take it.\n", call)


def close(ctx: typer.Context, number: Annotated[int, typer.Argument(help="The number of an offer.")]) -> None:
    """Close an offer to new commitments; those that stand go on. Its keeper does it at once, a member by proposal."""
    from daokit.cli.proposal import propose
    from daokit.cli.service import offer_of, services
    from daokit.options import Call

    session: Session = ctx.obj
    one, contract = offer_of(session, number), services(session)
    if session.me in (one.terms.keeper, one.provider):
        contract.close(number)
        session.done({"offer": number}, f"offer {number} takes nobody new")
        return
    of_treasury(session, one)
    words = f"# Close offer {number}\n\nNobody new can take {one.terms.service}; those who have it keep it.\n"
    propose(session, words, Call(contract.address, 0, contract.encode("close", number)))


def of_treasury(session: Session, offer: Offer) -> None:
    """Raises `UsageError` for an offer that is not the collective's."""
    if offer.provider != session.treasury.address:
        raise UsageError(
            f"offer {offer.number} is {session.name(offer.provider)}'s, not this collective's; "
            "its provider or its keeper does this"
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


_GAS_OFFER = 300_000  # gas of an offer, or of the proposal that makes one; rather more than it takes
