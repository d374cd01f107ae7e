"""Afternoon: the glass is another one, its supplier gets more, and exactly those sign whom it touches."""

from __future__ import annotations

from dataclasses import replace

from daokit.accounts import dev_address
from daokit.documents import text_hash
from daokit.experiments.day.cast import CENTS, DAY, Day
from daokit.experiments.day.order import MAKER, ROWS, WINDOW, share_of
from daokit.experiments.ledger import same
from daokit.experiments.telling import refused
from daokit.explain import Comparison, Outcome, Standing, explain_change
from daokit.profit_share import ProfitShare
from daokit.terms import Change, Terms

SUPPLIER = 1
COST, SHARE = 763 * CENTS + 40, 1_850  # of the supplier, from now on
SIGNERS = ("bob", "carol", "heidi", "erin")


def change(day: Day) -> None:
    """Bob's cost and share rise, Erin's share falls by as much as his rises. Dave, who need not sign, brings it."""
    agreement = day.agreement(WINDOW, "dave")
    terms = agreement.in_force()[0].named_like(_names(agreement.terms()))
    changed = _changed(terms)
    seen = explain_change(terms, changed, Standing(held=agreement.held()), maker=MAKER)
    wanted = [dev_address(name) for name in SIGNERS]
    same("who must sign", (agreement.signers_of(changed), [one.signer for one in seen.asked]), (wanted, wanted))
    say(day, seen, terms, changed)

    text = text_hash("Mouth-blown glass instead of rolled glass; Bob's cost and share rise, Erin's share falls.")
    brought = Change(text, day.stage.chain.now() + 3 * DAY)
    signatures = {
        dev_address(name): ProfitShare(day.as_(name), agreement.address).sign_amendment(changed, brought)
        for name in SIGNERS
    }
    for name in SIGNERS:
        fewer = {signer: one for signer, one in signatures.items() if signer != dev_address(name)}
        refused("NotSigned", lambda given=fewer: agreement.amend(changed, brought, given))  # type: ignore[misc]
    agreement.amend(changed, brought, signatures)
    same("the terms in force", agreement.terms().hash, changed.hash)
    day.tell(
        "Without any one of these four the chain refuses the change; with them it is in force. Dave, who need not "
        "sign, brought it."
    )


def say(day: Day, seen: Comparison, terms: Terms, changed: Terms) -> None:
    """Who signs why, and what each would get before and after."""
    asked = {one.row: one.reasons for one in seen.asked}
    rows = []
    for row, party in enumerate(changed.parties):
        # What changes in one's own row is reason enough.
        own = [one for one in asked.get(row, ()) if one.startswith("its ")]
        why = "; ".join(own or asked.get(row, ("it is repaid before the glass, and has no share of the profit",)))
        rows.append((party.name, "yes" if row in asked else "no", why))
    rows.append(("Grace", "no", "the price stays"))
    old, new = terms.parties[SUPPLIER], changed.parties[SUPPLIER]
    day.tell(
        "6. At three it turns out that rolled glass of that size cannot be had. Mouth-blown glass is dearer, and more "
        f"work for Bob: his cost goes from {day.number(old.cost)} to {day.number(new.cost)}, his share of the profit "
        f"from {share_of(old)} to {share_of(new)}. What he gets more of it Erin gives up; the price stays."
    )
    day.table("Who must sign, and why", ("", "signs", "because"), rows)
    both = [_named(one, name) for name in ("all goes well", "the customer runs") for one in (seen.before, seen.after)]
    columns = ("", "all goes well", "changed", "Grace runs", " changed")
    outcomes = [
        (party.name, *(day.number(one.amounts[row]) for one in both)) for row, party in enumerate(changed.parties)
    ]
    outcomes.append(("together", *(day.number(one.released) for one in both)))
    day.table("What each would get", columns, outcomes, *columns[1:])


def _changed(terms: Terms) -> Terms:
    parties = list(terms.parties)
    more = SHARE - parties[SUPPLIER].share
    parties[SUPPLIER] = replace(parties[SUPPLIER], cost=COST, share=SHARE)
    parties[MAKER] = replace(parties[MAKER], share=parties[MAKER].share - more)
    return replace(terms, parties=tuple(parties))


def _names(terms: Terms) -> Terms:
    named = zip(terms.parties, ROWS, strict=True)
    return replace(terms, parties=tuple(replace(one, name=row[0].title(), role=row[1]) for one, row in named))


def _named(outcomes: tuple[Outcome, ...], name: str) -> Outcome:
    return next(one for one in outcomes if one.name == name)
