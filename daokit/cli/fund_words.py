"""Words and values of funds and services: commitments by name, caps, providers by the name of their collective."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from daokit.errors import UsageError
from daokit.text import clean

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.commitments import Cap, Commitment, Draw
    from daokit.fund import Fund
    from daokit.services import Offer

_CAP = re.compile(r"(?P<money>\S+ \S+) (?:per|every|each|a) (?P<period>.+)")


def cap(session: Session, per_period: str | None, in_all: str | None) -> Cap:
    """`50 tUSD per 30 days` and `2,000 tUSD` as one cap. Raises `UsageError` for two tokens."""
    from daokit.commitments import NO_CAP, Cap
    from daokit.quantities import parse_duration

    token, each, period, most = None, 0, 0, 0
    if per_period is not None:
        found = _CAP.fullmatch(" ".join(per_period.split()))
        if found is None:
            raise UsageError(f'"{per_period}" is no cap; write it like --cap "50 tUSD per 30 days"')
        token, each = session.amount(found["money"])
        period = parse_duration(found["period"])
    if in_all is not None:
        other, most = session.amount(in_all)
        if token not in (None, other):
            raise UsageError("a cap is in one token: name the same one in --cap and --cap-in-all")
        token = other
    if (per_period and not (each and period)) or (in_all and not most):
        raise UsageError("a cap of nothing gives nothing; end the commitment instead, or name a sum")
    return NO_CAP if token is None else Cap(token, period, each, most)


def name_providers(session: Session, providers: Iterable[str]) -> None:
    """Let treasuries go by the name of their collective, as our records or else the chain have it: that of the chosen
    collective too, when this is asked before it is."""
    from daokit.contract import Contract
    from daokit.errors import DaokitError
    from daokit.treasury import Treasury

    book = session.chain.book
    records = [one for one in session.deployments.list() if "Treasury" in one.addresses]
    book.add_seats((f"{one.name}'s treasury", one.addresses["Treasury"]) for one in records)
    for provider in dict.fromkeys(providers):
        if "…" not in book.name_of(provider) or not session.chain.code(provider):
            continue
        try:
            collective = Treasury(session.chain, provider).collective()
            (founded, *_) = Contract(session.chain, collective, "Collective").events("Founded")
        except (DaokitError, ValueError):
            continue  # it is no treasury of ours, and goes by its hex
        book.add_seats([(f"{clean(str(founded['name']), 48)}'s treasury", provider)])


def offers_of(session: Session, fund: Fund) -> dict[int, Offer]:
    """The offers to which a fund is or was committed, by number; their providers are known by name from then on."""
    numbers = {one.offer for one in fund.commitments()} | {one.offer for one in fund.past_commitments()}
    found = {one.number: one for one in fund.services.offers(sorted(numbers))}
    name_providers(session, (one.provider for one in found.values()))
    return found


def commitment(session: Session, fund: Fund, word: str, offers: dict[int, Offer]) -> Commitment:
    """The commitment that a word names: its service, its provider, or its number. Raises `UsageError`."""
    from daokit.errors import UnknownName
    from daokit.patronage import Standing

    kept = [one for one in fund.commitments() if one.standing is not Standing.ENDED]
    if not kept:
        raise UsageError("your fund has no commitments; `daokit service list` shows what is offered")
    names = {one.slot: (offers[one.offer].terms.service, session.name(one.receiver)) for one in kept}
    found = [one for one in kept if word.lower() in (*map(str.lower, names[one.slot]), str(one.slot))]
    # What one switched from serves on beside what one switched to: the word means the one that is paid.
    found = [one for one in found if one.paying] or found
    if not found:
        raise UnknownName("commitment", word, [service for service, _ in names.values()])
    if len(found) > 1:
        numbers = ", ".join(f"{one.slot} ({' from '.join(names[one.slot])})" for one in found)
        raise UsageError(f'"{word}" means several commitments: {numbers}; give the number')
    return found[0]


def draw_data(session: Session, draw: Draw, offers: dict[int, Offer]) -> dict[str, Any]:
    """A draw as JSON has it."""
    parts = [
        {
            "slot": one.slot,
            "offer": one.offer,
            "service": offers[one.offer].terms.service,
            "to": one.receiver,
            "part": session.sum(draw.token, one.amount),
            "owed": one.slot in draw.owed,
        }
        for one in draw.parts
    ]
    drawn = {"drawn": session.sum(draw.token, draw.amount), "kept": session.sum(draw.token, draw.kept)}
    return {**drawn, "parts": parts}


def service_name(offers: dict[int, Offer], number: int) -> str:
    """The service of an offer, or its number when it is not known."""
    return offers[number].terms.service if number in offers else f"offer {number}"


def known_tokens(session: Session) -> list[str]:
    """The tokens that the context knows: coin, those of the chosen collective, the test coin on a local chain."""
    from daokit import testcoin
    from daokit.hashing import ZERO_ADDRESS

    chain = session.chain
    found = [ZERO_ADDRESS, *(session.treasury.tokens() if session.settings.collective else ())]
    if chain.local and chain.code(testcoin.address()):
        testcoin.remember(chain)
        found.append(testcoin.address())
    return list(dict.fromkeys(found))


def own_fund(session: Session) -> tuple[dict[str, Any] | None, str]:
    """One's own fund as JSON has it and in one line; None without one."""
    from daokit.cli.show import count
    from daokit.quantities import format_share

    if (fund := session.own_fund) is None:
        return None, ""
    purses = fund.purses(known_tokens(session))
    paying = [one.bps for one in fund.commitments() if one.paying]
    free = ", ".join(session.money(token, one.free) for token, one in purses.items() if one.free)
    words = f"{free or 'nothing'} to draw; {count(len(paying), 'commitment')}"
    words += f", {format_share(sum(paying))} of each draw" if paying else ""
    sums = [session.sum(token, one.free) for token, one in purses.items()]
    return {"fund": fund.address, "free": sums, "commitments": len(paying), "bps": sum(paying)}, words
