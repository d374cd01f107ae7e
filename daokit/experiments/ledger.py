"""What everybody in a story holds, and proof that nothing came from nowhere or got lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from daokit.collective import Collective
from daokit.errors import RuleBroken
from daokit.hashing import ZERO_ADDRESS
from daokit.token import Token


@dataclass(frozen=True)
class Holding:
    """One person's (or the treasury's) tokens in the smallest unit, units, and seat (0: none)."""

    tokens: int
    units: int
    seat: int


@dataclass(frozen=True)
class Ledger:
    """One moment. `coin_inside` is the treasury's coin in wei; people's coin pays fees and is not compared. `units` are
    those that exist, `supply` all tokens that do, some of which others hold.
    """

    people: Mapping[str, Holding]
    treasury: int
    coin_inside: int
    supply: int
    units: int

    @property
    def tokens(self) -> int:
        """What these people and the treasury hold together."""
        return sum(one.tokens for one in self.people.values()) + self.treasury


def read(collective: Collective, token: str, people: Mapping[str, str]) -> Ledger:
    """What the `people` (names and addresses) and the treasury hold now. Raises `RuleBroken` when the holders'
    units are not all units, or the treasury's books differ from its balances.
    """
    coin, treasury = Token(collective.chain, token), collective.treasury
    holdings = {
        name: Holding(coin.balance(who), treasury.holding(who).units, collective.membership.seat_of(who))
        for name, who in people.items()
    }
    inside = coin.balance(treasury.address)
    found = Ledger(
        holdings,
        inside,
        collective.chain.balance(treasury.address),
        int(coin.read("totalSupply")),
        treasury.total_units(),
    )
    same("units", sum(one.units for one in holdings.values()), found.units)
    for asset, balance in ((token, inside), (ZERO_ADDRESS, found.coin_inside)):
        book = treasury.book(asset)
        same("the treasury's balance", balance, book.free + book.reserved)
    return found


def same(what: str, found: object, expected: object) -> None:
    """Raises `RuleBroken` when something is not what it has to be."""
    if found != expected:
        raise RuleBroken(f"{what}: {found} on the chain, and {expected} was expected; the story stops here")
