"""A collective's money: what it holds, owes and earns, its units, exits and budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daokit.contract import write
from daokit.hashing import ZERO_ADDRESS
from daokit.options import purpose_bytes
from daokit.recorded import Recorded
from daokit.token import Token

COIN = ZERO_ADDRESS


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
class Book:
    """The books of one token, in its smallest unit: owed, taken in less paid out, revenue in all, and free now."""

    listed: bool
    reserved: int
    seen: int
    revenue: int
    free: int


@dataclass(frozen=True)
class Exit:
    """What an exit paid: units burned and, by token, what arrived and what is owed (smallest units)."""

    units: int
    paid: dict[str, int]
    owed: dict[str, int]


class Treasury(Recorded):
    """The treasury of a collective. Tokens are addresses, the zero address being the chain's coin."""

    artifact_name = "Treasury"

    @write
    def deposit(self, token: str, amount: int, purpose: str = "revenue", *, words: tuple[str, ...] = ()) -> int:
        """Put `amount` in under a purpose; one that begins with "revenue" counts as revenue. Returns what arrived.

        A token is approved first, for exactly this amount, when it is not yet.
        """
        value = amount if token == COIN else 0
        if token != COIN:
            Token(self.chain, token).allow(self.address, amount)
        words = words or (f"deposit {self.chain.money(token, amount)} as {purpose or 'no purpose'}",)
        sent = self.send("deposit", token, amount, purpose_bytes(purpose), value=value, words=words)
        return int(sent.event("Deposited").amount)

    @write
    def recognise(self, token: str) -> int:
        """Book what came by plain transfer as revenue; returns it."""
        words = (f"book what came in {self.chain.symbol(token)} by plain transfer",)
        return int(self.send("recognise", token, words=words).event("Recognised").amount)

    @write
    def collect(self, token: str, to: str | None = None) -> int:
        """Take what is owed to the connected account, to `to` (default: itself); returns what was paid."""
        receiver = to or self.chain.sender
        due = self.chain.money(token, self.owed(token, self.chain.sender))
        words = (f"collect {due} that the treasury owes you, to {self.chain.name_of(receiver)}",)
        return int(self.send("collect", token, receiver, words=words).event("Collected").paid)

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

    def collective(self) -> str:
        """The collective that this treasury acts for."""
        return str(self.read("collective"))

    def tokens(self) -> list[str]:
        """Coin and the listed tokens."""
        return [COIN, *self.read("tokens")]

    def books(self) -> dict[str, Book]:
        """The books of coin and each listed token."""
        tokens = self.tokens()
        seen = self.read_many([("bookOf", (token,)) for token in tokens])
        return {token: Book(*book) for token, book in zip(tokens, seen, strict=True)}

    def book(self, token: str) -> Book:
        """The books of one token."""
        return Book(*self.read("bookOf", token))

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

    def owed(self, token: str, creditor: str) -> int:
        """What is owed to `creditor` in a token (smallest unit)."""
        return int(self.read("owedTo", token, creditor))

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
