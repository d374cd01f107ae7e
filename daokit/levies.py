"""Levies that are due: what can be passed up now, and why the rest cannot."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from daokit.errors import Reverted
from daokit.federation_members import federation_of, home_of
from daokit.purse import HomePurse
from daokit.quantities import format_time
from daokit.ties import Due, Ties


@dataclass(frozen=True)
class DueLevy:
    """A levy that is due to the federation called `federation`, and `why` it cannot be passed up now; "": it can."""

    due: Due
    federation: str
    why: str = ""


def levies_of(ties: Ties, whose: str) -> list[DueLevy]:
    """All levies that are due from the treasury of a collective, or the purse of a federation, that is called `whose`.
    What one takes is not free for the next."""
    chain, found = ties.chain, []
    free = {token: book.free for token, book in ties.books().items()}
    for tie in ties.ties():
        name = federation_of(chain, tie.purse) or chain.name_of(tie.purse)
        dues = ties.levies_due(tie.purse)
        tried = ties.try_many([("bubble", (tie.purse, due.token)) for due in dues])
        for due, answer in zip(dues, tried, strict=True):
            if isinstance(answer, Reverted):
                found.append(DueLevy(due, name, _why(ties, due, answer, whose, name, free[due.token])))
            elif due.amount > free[due.token]:
                found.append(DueLevy(due, name, _too_little(ties, due, whose, free[due.token])))
            else:
                free[due.token] -= due.amount
                found.append(DueLevy(due, name))
    return found


def _why(ties: Ties, due: Due, refusal: Reverted, whose: str, name: str, free: int) -> str:
    chain, home = ties.chain, home_of(ties.chain, due.purse)
    afar = home is not None and home.chain != chain.id
    if refusal.name == "NotListed":
        of = f"{home.chain}:{home.address} --on {chain.id}" if home and afar else shlex.quote(name)
        symbol = chain.symbol(due.token)
        return (
            f"{symbol} is not on the list of the purse of {name}; a motion puts it there: daokit federation open "
            f"TEXT.md --list-token {symbol} --of {of}"
        )
    if refusal.name == "UnderNotice":
        ends = format_time(int(refusal.values["ends"]), chain.now())
        return f"{name} has expelled {whose} and takes no levy from it any more; its seat ends {ends}"
    if refusal.name == "NoSeatHere":
        for_ = f" --for {shlex.quote(whose)}" if isinstance(ties, HomePurse) else ""
        return (
            f"the seat of {whose} in {name} has ended, and only its tie is left; end that too: daokit federation leave "
            f"{due.purse if afar else shlex.quote(name)}{for_}"
        )
    if refusal.name == "NotEnoughFree":
        return _too_little(ties, due, whose, free)
    return refusal.message


def _too_little(ties: Ties, due: Due, whose: str, free: int) -> str:
    has = ties.chain.money(due.token, free)
    return f"{whose} has {has} left for it, and a levy is passed up whole; it can be once so much is free"
