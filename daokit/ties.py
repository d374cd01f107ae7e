"""The federations that a collective sits in, seen from its own treasury: joining, levies, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from daokit.books import Books
from daokit.contract import write
from daokit.errors import Reverted, RuleBroken
from daokit.options import Call, purpose_bytes
from daokit.quantities import format_share

MOST_LEVIES = 9000  # basis points of revenue, as in Ties.sol


@dataclass(frozen=True)
class Tie:
    """A tie to the federation whose purse on this chain is `purse`: `bps` of revenue is passed up, since unix time."""

    purse: str
    bps: int
    since: int


@dataclass(frozen=True)
class Due:
    """A levy that is due to `purse`: `amount` of the revenue `base` since the last one (smallest unit of `token`)."""

    purse: str
    token: str
    amount: int
    base: int


class Ties(Books):
    """Books whose owner sits in federations. The `to_…` methods are what a passed large option calls."""

    @write
    def bubble(self, purse: str, token: str) -> int:
        """Pass the levy on revenue since the last call up to `purse`; anyone may. Returns it (smallest unit)."""
        due = self.levy_due(purse, token)
        words = (f"pass up {self.chain.money(token, due.amount)}, the levy on {self.chain.money(token, due.base)}",)
        return int(self.send("bubble", purse, token, words=words).event("Bubbled").amount)

    def tie_of(self, purse: str) -> Tie | None:
        """The tie to a purse, None without one."""
        bps, since = self.read("tieOf", purse)
        return Tie(purse, int(bps), int(since)) if since else None

    def ties(self) -> list[Tie]:
        """All ties that stand, the oldest first. Read from the history."""
        purses = list(dict.fromkeys(event.purse for event in self.past("TieMade")))
        seen = self.read_many([("tieOf", (purse,)) for purse in purses])
        found = [Tie(purse, int(bps), int(since)) for purse, (bps, since) in zip(purses, seen, strict=True) if since]
        return sorted(found, key=lambda one: one.since)

    def check_levy(self, purse: str, bps: int) -> None:
        """Raises `RuleBroken` when all levies together would be more than `MOST_LEVIES` with `bps` for this purse."""
        others = sum(tie.bps for tie in self.ties() if tie.purse != purse)
        if others + bps > MOST_LEVIES:
            raise RuleBroken(
                f"all levies together may be at most {format_share(MOST_LEVIES)} of revenue, and with this one they "
                f"would be {format_share(others + bps)}; at most {format_share(MOST_LEVIES - others)} is left for it",
                sum=others + bps,
                left=MOST_LEVIES - others,
            )

    def levy_due(self, purse: str, token: str) -> Due:
        """What `bubble` would pass up now. Raises `Reverted("NotTied")`."""
        amount, base = self.read("levyDue", purse, token)
        return Due(purse, token, int(amount), int(base))

    def levies_due(self, purse: str) -> list[Due]:
        """The levies due to a purse, in coin and each listed token; none that come to nothing."""
        tokens = self.tokens()
        seen = self.try_many([("levyDue", (purse, token)) for token in tokens])
        return [
            Due(purse, token, int(one.amount), int(one.base))
            for token, one in zip(tokens, seen, strict=True)
            if not isinstance(one, Reverted) and one.amount
        ]

    def bubbled(self, purse: str | None = None) -> dict[str, int]:
        """All that was passed up so far, to one purse or to all, by token. Read from the history."""
        sums: dict[str, int] = {}
        for event in self.past("Bubbled"):
            if purse in (None, event.purse):
                sums[event.token] = sums.get(event.token, 0) + int(event.amount)
        return sums

    def to_join(self, purse: str, charter: str, bps: int) -> Call:
        """Join the federation of `purse` under its charter (0x hex of the hash that was read), passing up `bps`."""
        return self._call("join", purse, bytes.fromhex(charter[2:]), bps)

    def to_quit(self, purse: str) -> Call:
        """Leave it."""
        return self._call("quit", purse)

    def to_set_levy(self, purse: str, bps: int) -> Call:
        """Pass up `bps` of revenue from then on."""
        return self._call("setLevy", purse, bps)

    def to_delegate(self, purse: str, competence: str, given: bool = True) -> Call:
        """Delegate a competence, or recall it."""
        return self._call("delegate", purse, purpose_bytes(competence), given)

    def to_mandate(self, purse: str, token: str, amount: int, period: int, end: int) -> Call:
        """Let the federation of `purse` spend up to `amount` each `period` seconds until `end` (unix seconds)."""
        return self._call("openBudget", purse, token, amount, period, end)

    def to_end_mandate(self, budget: int) -> Call:
        """End a mandate at once."""
        return self._call("endBudget", budget)

    def _call(self, function: str, *arguments: Any) -> Call:
        return Call(self.address, 0, self.encode(function, *arguments))
