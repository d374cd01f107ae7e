"""How what an agreement has released is divided: tiers of costs in order, then profit by shares. No chain, no I/O.

A second model of contracts/libraries/Waterfall.sol, written from MECHANISMS (profit-share agreement) and equal to it to
the unit. Amounts are in the token's smallest unit. While money can still come in, every row has its own part rounded
down; when the agreement has ended, the residual row has what all others leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daokit.terms import Frozen, Party, Terms

NOTHING_FROZEN = Frozen()


@dataclass(frozen=True, slots=True)
class Divided:
    """What each row is entitled to in all, claimed or not, and how much of that repaid its cost."""

    amounts: tuple[int, ...]
    repaid: tuple[int, ...]


def waterfall(
    parties: Sequence[Party],
    released: int,
    frozen: Frozen = NOTHING_FROZEN,
    *,
    residual: int = 0,
    ended: bool = False,
) -> Divided:
    """`released` divided among all rows. What an amendment found (`frozen`) stays as it was; only what came since then
    is divided by `parties`. Raises `ValueError` when less is released than was frozen."""
    left = released - frozen.released
    if left < 0:
        raise ValueError(f"{released} is released, and {frozen.released} were released when the terms last changed")
    later = (0,) * (len(parties) - len(frozen.amounts))
    amounts, repaid = [*frozen.amounts, *later], [*frozen.repaid, *later]
    tiers: dict[int, list[int]] = {}
    shares = 0
    for row, party in enumerate(parties):
        shares += party.share
        if party.cost > repaid[row]:
            tiers.setdefault(party.tier, []).append(row)
    for tier in sorted(tiers):
        if not left:
            break
        unpaid = [parties[row].cost - repaid[row] for row in tiers[tier]]
        total = sum(unpaid)
        reached = min(left, total)
        left -= reached
        for row, cost in zip(tiers[tier], unpaid, strict=True):
            back = reached * cost // total
            repaid[row] += back
            amounts[row] += back
    if left and not shares:
        # Without any share all profit is the residual row's.
        amounts[residual] += left
    elif left:
        for row, party in enumerate(parties):
            amounts[row] += left * party.share // shares
    if ended:
        amounts[residual] = released - sum(amounts) + amounts[residual]
    return Divided(tuple(amounts), tuple(repaid))


def divide(terms: Terms, released: int, frozen: Frozen = NOTHING_FROZEN, *, ended: bool = False) -> Divided:
    """`waterfall` by the parties and the residual row of `terms`."""
    return waterfall(terms.parties, released, frozen, residual=terms.residual, ended=ended)


def freeze(terms: Terms, released: int, frozen: Frozen = NOTHING_FROZEN) -> Frozen:
    """What an amendment made now finds and leaves as it is."""
    found = divide(terms, released, frozen)
    return Frozen(frozen.amendment + 1, released, found.amounts, found.repaid)
