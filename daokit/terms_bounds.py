"""What terms of an agreement may say (`AgreementTerms.check`, `Agreed.amend`), each refusal as a sentence."""

from __future__ import annotations

from daokit.amounts import BPS
from daokit.hashing import ZERO_ADDRESS
from daokit.quantities import DAY, format_duration, format_share
from daokit.terms import Terms

MOST_PARTIES = 32
MOST_MILESTONES = 16
MOST_AMOUNT = 2**112 - 1
TIERS = 8
LONGEST_WAIT = 180 * DAY
LONGEST_WORK = 3_650 * DAY
LAST_TIME = 2**32 - 1


def breaches(terms: Terms, agreement: str = "") -> list[str]:
    """One sentence for each thing that does not hold together, in the order of `AgreementTerms.check`."""
    found = []
    if terms.refund_to in (ZERO_ADDRESS, agreement):
        found.append("nobody is named for refunds; say who gets back what is not spent")
    if not 0 <= terms.open_by <= LAST_TIME:
        found.append("the time for opening is out of bounds; the chain counts until February 2106")
    if not 0 <= terms.fallback_bps <= BPS:
        found.append(f"the fallback is {format_share(terms.fallback_bps)}; it lies between 0% and 100% of a delivery")
    for name in ("review", "grace", "arbitration"):
        seconds = getattr(terms, name)
        if not 0 <= seconds <= LONGEST_WAIT:
            found.append(f"{name} is {format_duration(seconds)}; it lasts at most {format_duration(LONGEST_WAIT)}")
    return found + (_price_breaches(terms) if terms.is_order else _revenue_breaches(terms)) + _rows(terms, agreement)


def change_breaches(terms: Terms, changed: Terms, milestone: int = 0) -> list[str]:
    """What the chain would refuse in new terms beside `breaches`; `milestone` is the present one, from 0."""
    found = []
    if (changed.token, changed.open_by, changed.deposit_bps) != (terms.token, terms.open_by, terms.deposit_bps):
        found.append("token, opening time and deposit cannot change; agree anew for that")
    if changed.is_order != terms.is_order:
        found.append("an order stays an order, and a share of revenue stays one")
    if len(changed.parties) < len(terms.parties):
        found.append("rows keep their places; take cost and share away instead of the row")
    if terms.is_order and len(changed.milestones) <= milestone:
        found.append(f"milestones cannot end before the present one, which is number {milestone + 1}")
    if changed == terms:
        found.append("nothing changes")
    return found


def _revenue_breaches(terms: Terms) -> list[str]:
    customer = (terms.customer, terms.arbiter) != (ZERO_ADDRESS, ZERO_ADDRESS)
    if terms.milestones or terms.deposit_bps or customer:
        return ["without a price there is no deposit, milestone, customer or arbiter"]
    return []


def _price_breaches(terms: Terms) -> list[str]:
    found = []
    if not 0 < terms.price <= MOST_AMOUNT:
        found.append("the price is out of bounds: more than nothing, and below 2^112 of the token's smallest unit")
    if terms.customer == ZERO_ADDRESS:
        found.append("there is a price and no customer; name who accepts what is delivered")
    if terms.deposit_bps > BPS or terms.price * terms.deposit_bps < BPS:
        found.append(f"the deposit is {format_share(terms.deposit_bps)}; it is more than nothing, at most the price")
    if not 0 < len(terms.milestones) <= MOST_MILESTONES:
        found.append(f"there are {len(terms.milestones)} milestones; an order has 1 to {MOST_MILESTONES}")
    earlier = terms.open_by
    for place, one in enumerate(terms.milestones):
        if not 0 <= one.share <= BPS:
            found.append(
                f"milestone {place + 1} is worth {format_share(one.share)} of the price; it lies in 0% to 100%"
            )
        if one.due <= earlier:
            before = f"milestone {place}" if place else "the time for opening"
            found.append(f"milestone {place + 1} is due no later than {before}; each is due after the one before")
        if one.due > terms.open_by + LONGEST_WORK:
            found.append(f"milestone {place + 1} is due more than ten years after opening")
        earlier = one.due
    if terms.milestones and (total := sum(one.share for one in terms.milestones)) != BPS:
        found.append(f"the milestones are worth {format_share(total)} of the price together; they must be 100%")
    return found


def _rows(terms: Terms, agreement: str) -> list[str]:
    found = []
    if not 0 < len(terms.parties) <= MOST_PARTIES:
        found.append(f"there are {len(terms.parties)} parties; an agreement has 1 to {MOST_PARTIES}")
    if not 0 <= terms.residual < len(terms.parties):
        found.append("no row is residual; say who gets what rounding leaves")
    seen: dict[str, int] = {}
    for row, party in enumerate(terms.parties):
        who = terms.label(row)
        if party.payee in (ZERO_ADDRESS, agreement) or party.signer == ZERO_ADDRESS:
            found.append(f"{who} has no payee or no signer")
        if not 0 <= party.cost <= MOST_AMOUNT:
            found.append(f"the cost of {who} is out of bounds: not negative, and below 2^112 of the smallest unit")
        if not 0 <= party.tier < TIERS:
            found.append(f"{who} stands in tier {party.tier + 1}; there are tiers 1 to {TIERS}")
        if not 0 <= party.share <= BPS:
            found.append(f"the share of {who} is {format_share(party.share)}; it lies between 0% and 100%")
        if terms.customer == party.payee != ZERO_ADDRESS:
            found.append(f"{who} is the customer as well; the customer is no party")
        if party.payee in seen:
            found.append(
                f"{terms.label(seen[party.payee])} and {who} are paid at the same address; make one row of them"
            )
        seen.setdefault(party.payee, row)
    return found
