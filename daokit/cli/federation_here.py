"""What the commands of `daokit federation` share: which federation is meant, names, words, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.federation import Federation, Motion, PutMotion, Seat
    from daokit.federation_power import Power
    from daokit.federation_rules import Count, Rules
    from daokit.interop import Interoperable

Of = Annotated[
    str | None, typer.Option("--of", help="Which federation: its name or address (the only one when left out).")
]
For = Annotated[
    str | None,
    typer.Option("--for", help="Not for the collective but for a federation in which it sits: opens a motion there."),
]


def find(session: Session, word: str | None) -> Federation:
    """The federation that `word` means; without one, the only one that the collective sits in, or that is known here.
    Its members' names are known from then on."""
    from daokit.cli.afar import find_afar
    from daokit.errors import UnknownName, UsageError
    from daokit.federation import Federation

    above = _above(session)
    records = _records(session)
    if word is None:
        if len(above) == 1:
            return named(session, above[0])
        direct = _direct(session)
        if len(direct) == 1:
            return named(session, direct[0])
        # Those in which it sits are meant before others that are only known.
        if not above and (elsewhere := find_afar(session, None)):
            return elsewhere.federation
        if len(records) == 1 and not above:
            return named(session, Federation.load(session.chain, records[0].federation))
        raise UsageError(_which(session, [one.name for one in above], [one.name for one in records]))
    if found := _sits_in(above, word):
        return named(session, found)
    if elsewhere := find_afar(session, word):
        return elsewhere.federation
    address = _address(session, word)
    if address is None:
        known_by = {one.slug: one.slug for one in records} | {one.name.lower(): one.name for one in above}
        remedy = "give its address once, and its name does from then on"
        raise UnknownName("federation", word, list(known_by.values()), remedy)
    found = named(session, Federation.load(session.chain, address))
    remember(session, found)
    return found


def known_here(session: Session, name: str) -> bool:
    """Whether a federation at home on this chain goes by a name: one above the collective, or one written down."""
    recorded = any(name.lower() in (one.slug, one.name.lower()) for one in _records(session))
    return recorded or _sits_in(_above(session), name) is not None


def remember(session: Session, federation: Federation) -> None:
    """Write down a federation on this chain, unless it is known, so that its name is enough from then on."""
    from contextlib import suppress

    # Where nothing can be written one can look all the same.
    if not any(one.federation == federation.address for one in _records(session)):
        with suppress(OSError):
            record(session, federation)


def record(session: Session, federation: Federation) -> None:
    """Write down a federation on this chain as it is now, with its charter."""
    from daokit.federations import Federations

    if not session.options.dry_run and federation.chain.id == session.chain.id:
        book = Federations(session.deployments)
        book.write(federation.name, federation.address, federation.purse.address, federation.charter())


def named(session: Session, federation: Federation) -> Federation:
    """The federation itself, once the address book knows it, its purse, its members and tokens."""
    from daokit.federation_members import treasury_of

    book, chain = session.chain.book, session.chain
    seats = federation.seats(former=True)
    pairs = [(federation.name, federation.address), (f"purse of {federation.name}", federation.purse.address)]
    for seat in seats:
        if seat.member.chain == chain.id:
            pairs.append((seat.name, seat.address))
            if treasury := treasury_of(chain, seat.address):
                pairs.append((f"treasury of {seat.name}", treasury))
    book.add_seats([pair for pair in pairs if not book.knows(pair[1])])
    for token in federation.purse.tokens():
        chain.token(token)
    return federation


def seat_of(seats: Sequence[Seat], word: str) -> Seat:
    """The seat of the member that a word means: its name, its address, or chain:address. Raises `UnknownName`, and
    `UsageError` when several go by the name."""
    from daokit.errors import UnknownName, UsageError

    wanted = word.lower()
    words = {one: (one.name, one.bare_name, one.address, f"{one.member.chain}:{one.address}") for one in seats}
    # Of a member that left and came back the last seat counts.
    found = list({one.member: one for one in seats if wanted in map(str.lower, words[one])}.values())
    if len(found) > 1:
        them = ", ".join(f"{one.member.chain}:{one.address}" for one in found)
        raise UsageError(f'{len(found)} members go by "{word}": {them}; give the address with its chain')
    if not found:
        raise UnknownName("member", word, [one.word for one in seats])
    return found[0]


def member(session: Session, federation: Federation, word: str) -> Interoperable:
    """The member, or collective to be one, that a word means. Raises `UnknownName` with the near ones."""
    from contextlib import suppress

    from daokit.errors import UnknownName
    from daokit.federation_charter import member as read
    from daokit.interop import Interoperable

    with suppress(UnknownName):
        return seat_of(federation.seats(former=True), word).member
    for record in session.deployments.list():
        if word.lower() in (record.slug, record.name.lower()):
            return Interoperable.evm(session.chain.id, record.collective)
    for known in _records(session):
        if word.lower() in (known.slug, known.name.lower()):
            return Interoperable.evm(session.chain.id, known.federation)
    try:
        return read(word, session.resolve, session.chain.id)
    except UnknownName:
        names = [seat.name for seat in federation.seats()] + [one.slug for one in session.deployments.list()]
        raise UnknownName("member or collective", word, names, "give its address") from None


def power_rows(powers: Sequence[Power]) -> list[tuple[str, ...]]:
    """One row a member: people, weight, exact power, and index."""
    return [
        (one.name, f"{one.people:,}", f"{one.weight:,}", str(one.power), f"{float(one.index):.2%}") for one in powers
    ]


POWER_COLUMNS = ("member", "people", "weight", "decides in", "of all power")


def power_data(powers: Sequence[Power]) -> list[dict[str, Any]]:
    """Powers as JSON has them: exact fractions as text."""
    return [{**vars(one), "power": str(one.power), "index": str(one.index)} for one in powers]


def motions_counted(rules: Rules, count: Count) -> str:
    """Which motions are counted so, as the end of a line."""
    kinds = [name for name, one in (("ordinary", rules.ordinary), ("large", rules.large)) if one is count]
    return f", as {' and '.join(kinds)} motions are"


def motion_data(motion: Motion, put: PutMotion, acts: list[str]) -> dict[str, Any]:
    """A motion as JSON has it."""
    from daokit.federation_words import title

    competence = put.content.competence if put.content else ""
    said = {"title": title(put), "competence": competence, "acts": acts, "opener": put.asked.opener}
    return {**vars(motion), **said, "above": put.above or None}


def typed(name: str) -> str:
    """A name as it is typed."""
    import shlex

    return shlex.quote(name)


def _which(session: Session, above: list[str], known: list[str]) -> str:
    """Why a federation has to be named, and with which names."""
    if session.has_collective:
        sits = "several federations" if above else "no federation"
        head = f"{session.collective.name} sits in {sits} here"
    else:
        head = "several federations are known here" if known else "no federation is known here"
    # Those in which it sits are meant before others that are only known.
    names = sorted(dict.fromkeys(above or known))
    return f"{head}; " + (f"say which with --of: {', '.join(names)}" if names else "name one with --of and its address")


def _above(session: Session) -> list[Federation]:
    from daokit.federation_duties import all_above

    return list(all_above(session.treasury)) if session.has_collective else []


def _sits_in(above: Sequence[Federation], word: str) -> Federation | None:
    for one in above:
        if word.lower() in (one.name.lower(), one.address.lower(), one.purse.address.lower()):
            return one
    return None


def _direct(session: Session) -> list[Federation]:
    from daokit.federation_duties import federations_of

    return federations_of(session.treasury) if session.has_collective else []


def _records(session: Session) -> Sequence[Any]:
    from daokit.federations import Federations

    return Federations(session.deployments).list()


def _address(session: Session, word: str) -> str | None:
    from daokit.deployments import parse_reference
    from daokit.errors import RuleBroken
    from daokit.hashing import is_address, parse_address

    if reference := parse_reference(word):
        if reference[0] != session.chain.id:
            raise RuleBroken(
                f"{word} is on chain {reference[0]}, and {session.chain.name} is chain {session.chain.id}: go there "
                "with --network",
                found=session.chain.id,
                expected=reference[0],
            )
        return reference[1]
    if is_address(word):
        return parse_address(word)
    found = [one for one in _records(session) if word.lower() in (one.slug, one.name.lower())]
    return str(found[0].federation) if found else None
