"""What each party ends with, before anyone signs: if all goes well, if the customer refuses or runs, if nobody
delivers; beside buying outright; and before and after a change. No chain, no I/O; amounts in the smallest unit.

Each outcome plays the agreement to its end by the contract's own rules (ProfitShare.sol), every delivery being whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daokit.affected import Asked, affected
from daokit.amounts import BPS
from daokit.hashing import ZERO_ADDRESS
from daokit.quantities import format_share
from daokit.terms import Frozen, Terms
from daokit.waterfall import NOTHING_FROZEN, divide, freeze


@dataclass(frozen=True)
class Standing:
    """Where an agreement is: what has been `released`, what is `held` and not released, the present milestone from 0,
    and what the last change left as it was."""

    released: int = 0
    held: int = 0
    milestone: int = 0
    frozen: Frozen = NOTHING_FROZEN

    @classmethod
    def at_opening(cls, terms: Terms) -> Standing:
        """Signed, and the deposit just paid in."""
        return cls(held=terms.deposit)


@dataclass(frozen=True)
class Outcome:
    """One way in which it can end. `more` is what the customer still pays in from now on, `back` what goes back,
    `released` what the parties have in all; for each row its `amounts` of that, and its `results`: that less its cost.
    `outright` are the results if the maker had bought everything beforehand (`explain`)."""

    name: str
    how: str
    more: int
    back: int
    released: int
    amounts: tuple[int, ...]
    results: tuple[int, ...]
    outright: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """The same outcomes before and after a change, and who must sign it for which reasons."""

    asked: tuple[Asked, ...]
    before: tuple[Outcome, ...]
    after: tuple[Outcome, ...]


def explain(
    terms: Terms,
    standing: Standing | None = None,
    *,
    maker: int | None = None,
    revenues: Sequence[int] = (),
) -> tuple[Outcome, ...]:
    """The outcomes of an order, or of open-ended revenue once `revenues` have come in in all (when none are given:
    nothing, half of the costs, all of them, twice and five times as much).

    `standing` is where the agreement is (default: just opened). Each outcome stands beside buying outright: the `maker`
    (default: the residual row) pays every other row's cost beforehand and bears all risk; who is paid so has no share
    of the profit, rows without a cost keep theirs, and the maker has the rest.
    """
    standing = standing or Standing.at_opening(terms)
    maker = terms.residual if maker is None else maker
    return _order(terms, standing, maker) if terms.is_order else _revenue(terms, standing, maker, revenues)


def explain_change(
    terms: Terms,
    changed: Terms,
    standing: Standing,
    *,
    maker: int | None = None,
    revenues: Sequence[int] = (),
) -> Comparison:
    """What `changed` would do in the place of `terms`, from where the agreement is now."""
    after = Standing(
        standing.released, standing.held, standing.milestone, freeze(terms, standing.released, standing.frozen)
    )
    if not terms.is_order and not revenues:
        revenues = _revenues(changed, after)
    return Comparison(
        affected(terms, changed, standing.released, standing.frozen),
        explain(terms, standing, maker=maker, revenues=revenues),
        explain(changed, after, maker=maker, revenues=revenues),
    )


def outright(terms: Terms, released: int, maker: int) -> tuple[int, ...]:
    """Each row's result when the maker pays all other costs beforehand, gets what is released, and shares the profit
    with the rows that have no cost."""
    partners = [row for row, one in enumerate(terms.parties) if row == maker or not one.cost]
    shares = sum(terms.parties[row].share for row in partners)
    left = released - sum(one.cost for one in terms.parties)
    results = [0] * len(terms.parties)
    for row in partners:
        if row != maker and left > 0 and shares:
            results[row] = left * terms.parties[row].share // shares
    results[maker] = left - sum(results)
    return tuple(results)


def _order(terms: Terms, standing: Standing, maker: int) -> tuple[Outcome, ...]:
    found = [_played(terms, standing, maker, "all goes well", "every delivery is accepted and paid", BPS, pays=True)]
    refuses = "the customer refuses"
    if terms.arbiter == ZERO_ADDRESS:
        how = (
            f"every delivery is disputed, nobody rules, and the fallback of {format_share(terms.fallback_bps)} is paid"
        )
        found.append(_played(terms, standing, maker, refuses, how, terms.fallback_bps, pays=True))
    else:
        for bps, ruled in ((BPS, "for the parties"), (0, "for the customer")):
            how = f"every delivery is disputed, and {format_share(bps)} of it is ruled to be paid"
            found.append(_played(terms, standing, maker, f"{refuses}, ruled {ruled}", how, bps, pays=True))
        share = format_share(terms.fallback_bps)
        how = f"every delivery is disputed, the arbiter is silent, and the fallback of {share} is paid"
        found.append(_played(terms, standing, maker, f"{refuses}, no ruling", how, terms.fallback_bps, pays=True))
    how = "all is delivered, and the customer pays nothing more than what is there"
    found.append(_played(terms, standing, maker, "the customer runs", how, BPS, pays=False))
    how = "the time for the present delivery runs out, and what is not released goes back"
    found.append(_ended(terms, standing, maker, "nobody delivers", how, 0, standing.held, standing.released))
    return tuple(found)


def _played(terms: Terms, standing: Standing, maker: int, name: str, how: str, bps: int, *, pays: bool) -> Outcome:
    """Every delivery left is made whole, and `bps` of it is to be paid."""
    more, held, released = 0, standing.held, standing.released
    for milestone in range(standing.milestone, len(terms.milestones)):
        due = terms.value_of(milestone) * bps // BPS
        if held < due and not pays:
            # In default all that is there is released, and it is over.
            released, held = released + held, 0
            break
        paid = max(0, due - held)
        more, held, released = more + paid, held + paid - due, released + due
    return _ended(terms, standing, maker, name, how, more, held, released)


def _ended(
    terms: Terms, standing: Standing, maker: int, name: str, how: str, more: int, back: int, released: int
) -> Outcome:
    amounts = divide(terms, released, standing.frozen, ended=terms.is_order).amounts
    results = tuple(amount - one.cost for amount, one in zip(amounts, terms.parties, strict=True))
    return Outcome(name, how, more, back, released, amounts, results, outright(terms, released, maker))


def _revenue(terms: Terms, standing: Standing, maker: int, revenues: Sequence[int]) -> tuple[Outcome, ...]:
    return tuple(
        _ended(terms, standing, maker, "this much comes in", "all that comes in is divided at once", 0, 0, released)
        for released in revenues or _revenues(terms, standing)
        if released >= standing.frozen.released
    )


def _revenues(terms: Terms, standing: Standing) -> tuple[int, ...]:
    costs = sum(one.cost for one in terms.parties) or BPS
    return tuple(standing.released + part for part in (0, costs // 2, costs, 2 * costs, 5 * costs))
