"""Nonces that were skipped: what waits behind one is never mined until something takes it.

It comes of transactions that were sent from elsewhere and lost, by a reorganisation for example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daokit.errors import RuleBroken
from daokit.journal import Entry


@dataclass(frozen=True)
class Gap:
    """A nonce that nothing signed here takes, before one that does (`behind`). `elsewhere`: the node has a transaction
    with it that was not signed here."""

    nonce: int
    behind: Entry
    elsewhere: bool

    @property
    def words(self) -> str:
        if self.elsewhere:
            return f"nonce {self.nonce} comes before it, of a transaction that was not signed here and waits"
        return f"nonce {self.nonce} comes before it, was not signed here, and no node has a transaction with it"

    @property
    def mend(self) -> str:
        """The command that helps, if any does."""
        return "" if self.elsewhere else f"daokit tx cancel --nonce {self.nonce}"

    def refusal(self) -> RuleBroken:
        """Why nothing new is signed behind it."""
        return RuleBroken(
            f"nothing more is signed while transaction {self.behind.id} cannot be mined: {self.words}; send one where "
            f"it was signed, or pass it over: `{self.mend}`",
            nonce=self.nonce,
            id=self.behind.id,
        )


def gaps(latest: int, pending: int, waiting: Sequence[Entry]) -> list[Gap]:
    """All of one account, the lowest first. `latest` and `pending` are how many transactions of it the node counts,
    `waiting` is what was signed here and has not ended."""
    in_order = sorted(waiting, key=lambda one: (one.nonce, one.id))
    taken = {one.nonce for one in in_order}
    found = []
    for nonce in range(latest, max(taken, default=0)):
        if nonce not in taken:
            behind = next(one for one in in_order if one.nonce > nonce)
            found.append(Gap(nonce, behind, elsewhere=nonce < pending))
    return found
