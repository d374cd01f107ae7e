"""Weeks later: the window is set in, and either Grace pays the rest, or she is never heard of again."""

from __future__ import annotations

from daokit.experiments.day.cast import DAY, Day
from daokit.experiments.day.order import GRACE, PRICE, REVIEW, ROWS, WINDOW
from daokit.experiments.ledger import same
from daokit.profit_share import State
from daokit.waterfall import divide


def paid(day: Day) -> None:
    """Erin delivers, Grace pays what is missing and accepts, each of the five claims."""
    deposit = _deliver(day)
    day.purse("grace").transfer(day.places[WINDOW], PRICE - deposit)
    same("what is released", day.agreement(WINDOW, "grace").accept(), PRICE)
    same("the order", day.agreement(WINDOW, "grace").status().state, State.DONE)
    day.tell(
        f"9. Four weeks after the order the window is set in. Grace pays the other {day.money(PRICE - deposit)} and "
        "accepts. Costs come back tier by tier, the rest is profit."
    )
    _claims(day, PRICE, "The order, settled")


def ran(day: Day) -> None:
    """Erin delivers, nobody answers; after review and grace what is there goes the same way."""
    deposit = _deliver(day)
    day.stage.wait(REVIEW + GRACE + 60)
    same("the order", day.agreement(WINDOW, "dave").settle().state, State.DEFAULTED)
    day.tell(
        "10. The same order, had Grace run: nothing comes after the deposit. When review and grace are over anyone may "
        f"settle, and the {day.money(deposit)} go through the same tiers. The loss falls on the last one, which shares "
        "it by costs; nobody owes more than they put in."
    )
    _claims(day, deposit, "The order, in default")


def _deliver(day: Day) -> int:
    """Erin says that the window is set in. Returns what the order holds."""
    day.stage.wait(18 * DAY)
    agreement = day.agreement(WINDOW, "erin")
    agreement.deliver(len(ROWS) - 1)
    return agreement.held()


def _claims(day: Day, released: int, title: str) -> None:
    terms, frozen = day.agreement(WINDOW, "erin").in_force()
    expected = divide(terms, released, frozen, ended=True)
    rows = []
    for row, (name, role, *_) in enumerate(ROWS):
        amount, cost = expected.amounts[row], terms.parties[row].cost
        claimed = day.agreement(WINDOW, name).claim(row) if amount else 0
        same(f"what {name} claims", claimed, amount)
        result = f"{'+' if amount > cost else '−' if amount < cost else ''}{day.number(abs(amount - cost))}"
        rows.append((name.title(), role, day.number(cost), day.number(amount), result))
    same("what is left", day.purse("erin").balance(day.places[WINDOW]), 0)
    day.table(title, ("", "does", "cost", "paid", "result"), rows, "cost", "paid", "result")
