"""Acts that could never be done once their motion has passed: each is refused before the motion is opened."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from daokit import federation_acts as act
from daokit.books import COIN, Books
from daokit.branch import Branch
from daokit.chain import Chain
from daokit.errors import DaokitError, Reverted, RuleBroken, UnknownName, UsageError
from daokit.federation_members import federation_of
from daokit.interop import Interoperable
from daokit.options import purpose_bytes, purpose_text
from daokit.quantities import format_share
from daokit.token import Token
from daokit.weights import MOST_PEOPLE

if TYPE_CHECKING:
    from daokit.federation import Federation

MOST_LISTED = 8  # tokens besides coin, as in Books.sol
MOST_COMPETENCES = 16  # as in FederationState.sol
BPS = 10_000

_FOR_BRANCHES = act.Pay | act.ListToken | act.Ceiling | act.LinkBack | act.Invalidate
_AT_HOME_ONLY = act.Spend | act.Join | act.Quit | act.Levy | act.Delegate
_AFAR_ONLY = act.Ceiling | act.LinkBack | act.Invalidate


@dataclass
class _Course:
    """A motion of `federation` as it is done act by act: what stands on lists and in ties by then."""

    federation: Federation
    links: set[int] = field(default_factory=set)
    tokens: dict[int, list[str]] = field(default_factory=dict)
    competences: dict[str, bool] | None = None
    ties: dict[str, bool] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.federation.name

    def books(self, chain: int) -> Books | None:
        """The purse on a chain; None where it cannot be read from here."""
        if chain == self.federation.chain.id:
            return self.federation.purse
        link, there = self.federation.link(chain), self.federation.chain.elsewhere(chain)
        return Branch(there, link.branch) if link and there else None

    def listed(self, chain: int) -> list[str] | None:
        """Coin and the tokens on the list of the purse on a chain; None where they cannot be read from here."""
        if chain not in self.tokens and (books := self.books(chain)):
            self.tokens[chain] = books.tokens()
        return self.tokens.get(chain)

    def named(self) -> dict[str, bool]:
        """All competences that were ever on the list, and whether they are on it."""
        if self.competences is None:
            told = self.federation.past("CompetenceListed")
            self.competences = {purpose_text(bytes(event.competence)): bool(event.listed) for event in told}
        return self.competences

    def tied(self, purse: str) -> bool:
        """Whether the federation sits in that of a purse on its chain."""
        if purse not in self.ties:
            self.ties[purse] = self.federation.purse.tie_of(purse) is not None
        return self.ties[purse]


def check_feasible(federation: Federation, acts: Sequence[act.Act]) -> None:
    """Raises `RuleBroken`, `UsageError` and `UnknownName` for the first act that the contracts would never do: together
    with the others, where it is meant, or as things stand by its turn."""
    course = _Course(federation)
    for one in acts:
        if isinstance(one, act.Expel) and len(acts) > 1:
            raise RuleBroken(
                f"an expulsion stands alone in its motion, since two thirds of the others decide on it: open "
                f"one for it, daokit federation expel {shlex.quote(federation.name_of(one.member))}"
            )
        _check_place(course, one)
        _check_one(course, one)


def _check_place(course: _Course, one: act.Act) -> None:
    """An act for a branch needs a link with its chain, and some acts are done at home or at a branch only."""
    home, chain = course.federation.chain.id, getattr(one, "chain", course.federation.chain.id)
    if isinstance(one, act.Link):
        course.links.add(chain)
    elif isinstance(one, _AT_HOME_ONLY) and chain != home:
        raise RuleBroken(f"a branch on chain {chain} cannot be told to do that: it is done on chain {home}, at home")
    elif isinstance(one, act.Ceiling) and chain == home:
        share = format_share(course.federation.rules().bucket_bps)
        raise RuleBroken(
            f"a ceiling is set for a branch, named by --on and its chain; at home motions pay at most {share} of each "
            "token in seven days by the rule bucket: change it with --set bucket=5%"
        )
    elif isinstance(one, _AFAR_ONLY) and chain == home:
        raise RuleBroken(f"that is an order to a branch, and chain {home} is the federation's own; name another chain")
    elif isinstance(one, _FOR_BRANCHES) and chain not in (home, *course.links):
        if course.federation.link(chain) is None:
            raise RuleBroken(
                f"{course.name} has no link with chain {chain}, so nothing can be ordered there; link it first: daokit "
                "bridge link"
            )
        course.links.add(chain)


def _check_one(course: _Course, one: act.Act) -> None:
    match one:
        case act.Invite():
            _invite(course, one)
        case act.Expel(member):
            _sitting(course, member)
        case act.ConfirmRoll(member, people):
            _sitting(course, member)
            _people(course, member, people)
        case act.Competence():
            _competence(course, one)
        case act.Ceiling(_, _, bps) if bps > BPS:
            raise UsageError(f"{format_share(bps)} is more than all; a ceiling is at most 100%")
        case act.ListToken():
            _list(course, one)
        case act.Pay():
            _pay(course, one)
        case act.Join() | act.Quit() | act.Levy() | act.Delegate():
            _tie(course, one)
        case _:
            pass


def _invite(course: _Course, one: act.Invite) -> None:
    name = course.federation.name_of(one.member)
    if course.federation.seat_of(one.member):
        raise RuleBroken(f"{name} sits in {course.name} already")
    if one.member == course.federation.member:
        raise RuleBroken(f"{name} cannot sit in itself; name another")
    _people(course, one.member, one.persons)


def _sitting(course: _Course, member: Interoperable) -> None:
    if course.federation.seat_of(member) is None:
        names = ", ".join(seat.name for seat in course.federation.seats()) or "nobody"
        raise RuleBroken(f"{course.federation.name_of(member)} does not sit in {course.name}; there sit {names}")


def _people(course: _Course, member: Interoperable, people: int) -> None:
    if not 0 <= people <= MOST_PEOPLE:
        raise UsageError(
            f"{course.federation.name_of(member)} cannot count as {people:,} people: a member counts for at most "
            f"{MOST_PEOPLE:,}"
        )


def _competence(course: _Course, one: act.Competence) -> None:
    known = course.named()
    purpose_bytes(one.name)
    if not one.name:
        raise UsageError("a competence has a name; none was given")
    if one.listed and known.get(one.name):
        raise RuleBroken(f'"{one.name}" is on the list of competences of {course.name} already')
    if not one.listed and not known.get(one.name):
        raise UnknownName("competence", one.name, [name for name, on in known.items() if on])
    if one.name not in known and len(known) >= MOST_COMPETENCES:
        raise RuleBroken(
            f"{course.name} has listed {MOST_COMPETENCES} competences, and there is room for no other name, since "
            f"those that were struck off keep their places; one of them can be listed again: {', '.join(known)}"
        )
    known[one.name] = one.listed


def _list(course: _Course, one: act.ListToken) -> None:
    listed, books = course.listed(one.chain), course.books(one.chain)
    if one.token == COIN:
        raise RuleBroken("coin is on the list of every purse, for good; name a token")
    if listed is None or books is None:
        return
    symbol, most = books.chain.symbol(one.token), MOST_LISTED
    if not one.listed:
        if one.token not in listed:
            raise RuleBroken(f"{symbol} is not on the list of the purse; there are {_symbols(books.chain, listed)}")
        listed.remove(one.token)
        return
    if one.token in listed:
        raise RuleBroken(f"{symbol} is on the list of the purse already")
    if one.token in (books.address, course.federation.address) or not _is_token(books, one.token):
        raise RuleBroken(
            f"no token stands at {one.token} on {books.chain.name}, so it could never be listed; give the token's "
            "address on that chain"
        )
    if len(listed) > most:
        raise RuleBroken(
            f"{most} tokens besides coin are on the list of the purse, and there is room for no more; take one off "
            f"first, with --delist-token: {_symbols(books.chain, listed[1:])}"
        )
    listed.append(one.token)


def _is_token(books: Books, token: str) -> bool:
    if not books.chain.code(token):
        return False
    try:
        [answer] = Token(books.chain, token).try_many([("balanceOf", (books.address,))])
    except DaokitError:
        return False
    return not isinstance(answer, Reverted)


def _pay(course: _Course, one: act.Pay) -> None:
    listed, books = course.listed(one.chain), course.books(one.chain)
    if one.to == COIN or (books is not None and one.to == books.address):
        raise RuleBroken("a payment goes to somebody other than nobody and the purse itself; name who is paid")
    if listed is not None and books is not None and one.token not in listed:
        symbol = books.chain.symbol(one.token)
        raise RuleBroken(
            f"{symbol} is not on the list of the purse, which pays in {_symbols(books.chain, listed)} only; list it "
            f"first, or in the same motion: --list-token {symbol}"
        )


def _symbols(chain: Chain, tokens: Sequence[str]) -> str:
    return ", ".join(chain.symbol(token) for token in tokens)


def _tie(course: _Course, one: act.Join | act.Quit | act.Levy | act.Delegate) -> None:
    chain, tied = course.federation.chain, course.tied(one.purse)
    above = federation_of(chain, one.purse) or chain.name_of(one.purse)
    if not isinstance(one, act.Join):
        if not tied:
            raise RuleBroken(f"{course.name} does not sit in {above}")
        course.ties[one.purse] = not isinstance(one, act.Quit)
        return
    parent = course.federation.purse.parent()
    if tied:
        raise RuleBroken(f"{course.name} sits in {above} already")
    if parent is not None and course.tied(parent):
        other = federation_of(chain, parent) or chain.name_of(parent)
        raise RuleBroken(
            f"{course.name} sits in {other}, and a federation sits in one other at most; leave that one first: daokit "
            f"federation leave {shlex.quote(other)} --for {shlex.quote(course.name)}"
        )
    course.ties[one.purse] = True
