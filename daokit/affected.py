"""Who must sign when the terms of an agreement change, and why. No chain, no I/O.

A second model of contracts/libraries/Affected.sol, written from MECHANISMS (profit-share agreement, amendment). Whoever
is not asked loses nothing by the change, whatever is released from then on, but rounding: fewer of the token's smallest
units than there are rows (`nobody_diluted_without_signature`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daokit.terms import Frozen, Party, Terms
from daokit.waterfall import NOTHING_FROZEN, divide

# What concerns everyone, and how people call it.
_EVERYONE = {
    "review": "the review time",
    "grace": "the time of grace",
    "arbitration": "the time for a ruling",
    "fallback_bps": "the fallback for disputes",
    "customer": "the customer",
    "refund_to": "the address for refunds",
    "arbiter": "the arbiter",
    "document": "the legal text",
    "milestones": "the milestones",
}
_ROW = {"payee": "payee", "signer": "signer", "cost": "cost", "tier": "tier", "share": "share of the profit"}


@dataclass(frozen=True)
class Asked:
    """One who must sign: for a row (its place from 0; None: as the customer), and each reason as a plain sentence."""

    signer: str
    row: int | None
    name: str
    reasons: tuple[str, ...]


def signers(terms: Terms, changed: Terms, released: int, frozen: Frozen = NOTHING_FROZEN) -> tuple[str, ...]:
    """`IProfitShare.signersOf`: one entry for each signature that an amendment needs, in its order."""
    return tuple(one.signer for one in affected(terms, changed, released, frozen))


def affected(terms: Terms, changed: Terms, released: int, frozen: Frozen = NOTHING_FROZEN) -> tuple[Asked, ...]:
    """Who must sign before `changed` takes the place of `terms`, when `released` has been released by then: affected
    rows in order, the new signer after the old one where it changes; then the customer, likewise."""
    repaid = divide(terms, released, frozen).repaid
    common = [
        f"{words} {'change' if name == 'milestones' else 'changes'}, which concerns everyone"
        for name, words in _EVERYONE.items()
        if getattr(terms, name) != getattr(changed, name)
    ]
    burdens, profit = _burdens(terms, changed, repaid)
    asked: list[Asked] = []
    for row, party in enumerate(changed.parties):
        name = changed.label(row)
        if row >= len(terms.parties):
            asked.append(Asked(party.signer, row, name, ("it joins the agreement",)))
            continue
        old = terms.parties[row]
        reasons = common + _own(terms, changed, row)
        costs_left = _left(party, repaid[row]) != 0
        if costs_left:
            reasons += [f"{words}, and this row has costs left" for tier, words in burdens if tier <= party.tier]
        if costs_left and changed.price < terms.price:
            reasons.append("the price falls, and this row has costs left")
        if part := _part_in_profit(party, row == terms.residual):
            reasons += [f"{words}, and this row {part}" for words in profit]
            if changed.price != terms.price:
                reasons.append(f"the price changes, and this row {part}")
        if reasons:
            asked += _both(old.signer, party.signer, row, name, reasons)
    reasons = common + (["the price changes"] if changed.price != terms.price else [])
    if reasons and terms.is_order:
        asked += _both(terms.customer, changed.customer, None, "the customer", reasons)
    return tuple(asked)


def _burdens(terms: Terms, changed: Terms, repaid: Sequence[int]) -> tuple[list[tuple[int, str]], list[str]]:
    """What comes before others: in which tier costs grow, and what makes the profit or a part of it smaller."""
    burdens: list[tuple[int, str]] = []
    profit: list[str] = []
    for row, party in enumerate(changed.parties):
        name = changed.label(row)
        if row >= len(terms.parties):
            burdens.append((party.tier, f"{name} enters in the same tier or an earlier one"))
            profit.append(f"{name} enters")
            continue
        old, left = terms.parties[row], _left(party, repaid[row])
        if left > _left(old, repaid[row]):
            burdens.append((party.tier, f"the cost of {name} rises in the same tier or an earlier one"))
            profit.append(f"the cost of {name} rises")
        elif left and party.tier != old.tier:
            burdens.append((party.tier, f"{name} moves into the same tier or an earlier one"))
    if sum(one.share for one in changed.parties) > sum(one.share for one in terms.parties):
        profit.append("the shares of all together grow")
    return burdens, profit


def _own(terms: Terms, changed: Terms, row: int) -> list[str]:
    old, new = terms.parties[row], changed.parties[row]
    found = [f"its {words} changes" for name, words in _ROW.items() if getattr(old, name) != getattr(new, name)]
    if row == terms.residual != changed.residual:
        found.append("it is no longer the residual row")
    if row == changed.residual != terms.residual:
        found.append("it becomes the residual row")
    return found


def _part_in_profit(party: Party, residual: bool) -> str:
    if party.share:
        return "has a share of the profit"
    return "is the residual one" if residual else ""


def _both(old: str, new: str, row: int | None, name: str, reasons: Sequence[str]) -> list[Asked]:
    entries = [Asked(old, row, name, tuple(reasons))]
    if new != old:
        entries.append(Asked(new, row, name, tuple(reasons)))
    return entries


def _left(party: Party, repaid: int) -> int:
    return max(0, party.cost - repaid)
