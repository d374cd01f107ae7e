"""A season's revenue, and the part of it that each passes up."""

from __future__ import annotations

from dataclasses import dataclass

from daokit import weights
from daokit.experiments.ledger import same
from daokit.experiments.valley.cast import CENTS, GROUPS, Land
from daokit.experiments.valley.founding import VALLEY_LEVY
from daokit.quantities import format_share


@dataclass(frozen=True)
class Income:
    """What a person pays to a collective, and for what."""

    person: str
    to: str
    amount: int
    purpose: str


# Customers live at the other end of the story, so that who earns is not who pays.
INCOMES = (
    Income("heidi", "Mill", 4_321_99, "revenue: flour"),
    Income("ivan", "Bakery", 1_234_57, "revenue: bread"),
    Income("judy", "School", 777_77, "revenue: lessons"),
    Income("alice", "Harbour", 3_210_99, "revenue: moorings"),
    Income("dave", "Harbour", 2_345_67, "revenue: fish"),
)
GIFT = Income("judy", "School", 250 * CENTS, "a gift")

# Worked out by hand: 216.09 + 92.59 - 92.60, 92.60 + 31.11, and 361.18.
PURSES = (216_08, 123_71, 361_18)


def earning(land: Land) -> None:
    """Customers pay; one of them gives something too, which is no revenue."""
    for one in (*INCOMES, GIFT):
        pay(land, one)
    rows = [
        (one.to, one.purpose.removeprefix("revenue: "), one.person.title(), land.number(one.amount))
        for one in (*INCOMES, GIFT)
    ]
    land.tell(
        "5. A season goes by. Customers pay into each collective's treasury, and Judy gives the school something. All "
        "sums are in a test coin, of which each chain has its own."
    )
    land.table("What came in", ("", "for", "from", "amount"), rows, "amount")


def passing_up(land: Land) -> None:
    """Anybody has each levy passed up: from below, so that Valley passes up a part of what it was given."""
    valley, coast, branch = land.federation("Valley"), land.federation("Coast"), land.branch()
    levels = (
        ("Mill", land.collective("Mill").treasury, valley.purse, "Valley's purse"),
        ("Bakery", land.collective("Bakery").treasury, valley.purse, "Valley's purse"),
        ("Valley", valley.purse, coast.purse, "Coast's purse"),
        ("School", land.collective("School").treasury, coast.purse, "Coast's purse"),
        ("Harbour", land.collective("Harbour").treasury, branch, "Coast's branch"),
    )
    revenue = {name: sum(one.amount for one in INCOMES if one.to == name) for name in GROUPS}
    rows: list[tuple[object, ...]] = []
    for name, treasury, purse, where in levels:
        bps = GROUPS[name].bps if name in GROUPS else VALLEY_LEVY
        expected = weights.levy(revenue[name], bps)
        due = treasury.levy_due(purse.address, land.token)
        same(f"the levy due of {name}", (due.base, due.amount), (revenue[name], expected))
        before = purse.book(land.token).free
        same(f"the levy of {name}", treasury.bubble(purse.address, land.token), expected)
        same(f"what {where} got", purse.book(land.token).free - before, expected)
        same("the levies of " + name, purse.levies(treasury.address, land.token).own, expected)
        if name in ("Mill", "Bakery"):
            revenue["Valley"] = revenue.get("Valley", 0) + expected
        rows.append((name, where, land.number(due.base), format_share(bps), land.number(expected)))
        land.told.setdefault("levies", {})[name] = {
            "revenue": land.sum(due.base),
            "bps": bps,
            "levy": land.sum(expected),
        }
    apart = sum(weights.levy(one.amount, GROUPS["Harbour"].bps) for one in INCOMES if one.to == "Harbour")
    land.tell(
        "6. Anybody may have a levy passed up, at any time; here it goes from below, since what Valley is given is "
        "Valley's revenue. A gift is none. Each levy is rounded down to the cent, once a call: Harbour's two payments "
        f"one at a time would have made {land.number(apart)}. Harbour pays on its own chain: no money ever crosses."
    )
    columns = ("", "to", "revenue", "share", "passed up")
    land.table("Levies", columns, rows, *columns[2:])
    same("the purses", [purse.book(land.token).free for purse in (valley.purse, coast.purse, branch)], list(PURSES))


def pay(land: Land, one: Income) -> None:
    """Somebody pays into a treasury."""
    land.collective(one.to, one.person).treasury.deposit(land.token, one.amount, one.purpose)
