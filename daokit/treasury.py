"""A collective's money: what it holds, owes and earns, its units, exits and budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daokit.books import COIN as COIN
from daokit.books import Book as Book
from daokit.contract import write
from daokit.options import purpose_bytes
from daokit.ties import Ties
from daokit.token import Token


@dataclass(frozen=True)
class Holding:
    """Units of one holder, those under notice, and when that notice has run out (unix seconds, 0 without one).

    Until `held_until` (unix seconds) at the latest what is owed waits, because the holder's seat is being recovered.
    """

    units: int
    noticed: int
    due: int
    held_until: int = 0


@dataclass(frozen=True)
class Lot:
    """Units bought less than a year ago: until `until` (unix seconds) they exit only in `token`, for at most `paid`."""

    token: str
    units: int
    paid: int
    until: int


@dataclass(frozen=True)
class Sale:
    """Units offered to seats at `price` (smallest unit of `token`) each, until `end` (unix seconds)."""

    token: str
    left: int
    price: int
    most_per_seat: int
    end: int


@dataclass(frozen=True)
class Budget:
    """Leave for `spender` to pay up to `amount` (smallest unit) of `token` each `period` seconds, until `end`."""

    spender: str
    start: int
    end: int
    token: str
    period: int
    last_period: int
    amount: int
    spent: int


@dataclass(frozen=True)
class Exit:
    """What an exit paid: units burned and, by token, what arrived and what is owed (smallest units)."""

    units: int
    paid: dict[str, int]
    owed: dict[str, int]


class Treasury(Ties):
    """The treasury of a collective. Tokens are addresses, the zero address being the chain's coin."""

    artifact_name = "Treasury"

    @write
    def give_notice(self, units: int) -> Holding:
        """Say that the connected account will exit with `units` units; 0 takes the notice back."""
        words = (f"give notice to exit with {units} units" if units else "take your notice back",)
        self.send("giveNotice", units, words=words)
        return self.holding(self.chain.sender)

    @write
    def exit(self, units: int, tokens: Sequence[str]) -> Exit:
        """Burn units whose notice has run out for their share of what is free of each token named."""
        named = sorted({token.lower(): token for token in tokens}.values(), key=str.lower)
        shares = [self.chain.money(token, self.quote_exit(token, units)) for token in named]
        words = (f"burn {units} units for about {', '.join(shares) or 'nothing'}",)
        sent = self.send("exit", units, named, words=words)
        paid = {event.token: int(event.amount) for event in sent.events("Paid")}
        owed = {event.token: int(event.amount) for event in sent.events("Owed")}
        return Exit(units, paid, owed)

    @write
    def buy(self, sale: int, units: int) -> int:
        """Buy units in a sale; returns what was paid (smallest unit)."""
        terms = self.sale(sale)
        cost = units * terms.price
        if terms.token != COIN:
            Token(self.chain, terms.token).allow(self.address, cost)
        words = (f"buy {units} units for {self.chain.money(terms.token, cost)}",)
        sent = self.send("buy", sale, units, value=cost if terms.token == COIN else 0, words=words)
        return int(sent.event("UnitsBought").paid)

    @write
    def spend(self, budget: int, to: str, amount: int, purpose: str = "") -> bool:
        """Pay from a budget of the connected account; whether it arrived (else it is owed to `to`)."""
        sum_ = self.chain.money(self.budget(budget).token, amount)
        words = (f"pay {sum_} to {self.chain.name_of(to)} from budget {budget}",)
        sent = self.send("spend", budget, to, amount, purpose_bytes(purpose), words=words)
        return not sent.events("Owed")

    def bucket(self, token: str, large_bps: int) -> tuple[int, int]:
        """Ordinary spending of a token: the cap under `large_bps`, and what of it is used now (smallest units)."""
        cap, used = self.read("bucketOf", token, large_bps)
        return int(cap), int(used)

    def total_units(self) -> int:
        """All units."""
        return int(self.read("totalUnits"))

    def exit_notice(self) -> int:
        """Seconds between notice and exit."""
        return int(self.read("exitNotice"))

    def holding(self, holder: str) -> Holding:
        """Units of `holder` and its notice."""
        return Holding(*self.read("holdingOf", holder))

    def holders(self) -> dict[str, int]:
        """Everybody who holds units, and how many. Read from the history."""
        came = self.past("UnitsGranted", "UnitsBought", "HolderMoved")
        holders = list(dict.fromkeys(event.to if event.name == "HolderMoved" else event.holder for event in came))
        held = self.read_many([("holdingOf", (holder,)) for holder in holders])
        return {holder: int(one.units) for holder, one in zip(holders, held, strict=True) if one.units}

    def lot(self, holder: str) -> Lot:
        """Units that `holder` bought within a year; none: all zero."""
        return Lot(*self.read("lotOf", holder))

    def quote_exit(self, token: str, units: int) -> int:
        """What `units` units would get of a token in an exit now, were they not bought within a year."""
        return int(self.read("quoteExit", token, units))

    def sale(self, sale: int) -> Sale:
        """A sale by its number."""
        return Sale(*self.read("saleOf", sale))

    def budget(self, budget: int) -> Budget:
        """A budget by its number."""
        return Budget(*self.read("budgetOf", budget))

    def counts(self) -> tuple[int, int]:
        """How many sales and budgets there have been; they are numbered from 1."""
        sales, budgets = self.read("counts")
        return int(sales), int(budgets)
