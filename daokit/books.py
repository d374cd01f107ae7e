"""What every purse does with coin and tokens: a collective's treasury, and a federation's purse on each chain."""

from __future__ import annotations

from dataclasses import dataclass

from daokit.contract import write
from daokit.hashing import ZERO_ADDRESS
from daokit.options import purpose_bytes
from daokit.recorded import Recorded
from daokit.token import Token

COIN = ZERO_ADDRESS


@dataclass(frozen=True)
class Book:
    """The books of one token, in its smallest unit: owed, taken in less paid out, revenue in all, and free now."""

    listed: bool
    reserved: int
    seen: int
    revenue: int
    free: int


class Books(Recorded):
    """Money taken in, paid out and owed. Tokens are addresses, the zero address being the chain's coin."""

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

    def owed(self, token: str, creditor: str) -> int:
        """What is owed to `creditor` in a token (smallest unit)."""
        return int(self.read("owedTo", token, creditor))
