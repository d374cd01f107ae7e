"""How long a treasury's reserve lasts, from its own events.

    outflow = (what was paid + what came to be owed) within the span, of one token
    months  = free × span ÷ (outflow × 30 days)

`free` is the balance less what is owed, so what is owed counts when it comes to be owed and not when it is collected.
The span is the last `months` months of 30 days, or since the founding when that is shorter, at least a day. What
exits took counts as well: it is gone. Without outflow there is no end in sight.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from daokit.quantities import DAY

if TYPE_CHECKING:
    from daokit.collective import Collective

MONTH = 30 * DAY


@dataclass(frozen=True)
class Runway:
    """One token: the reserve (what is free), what went out and came in within `span` seconds (smallest units), and for
    how many months the reserve lasts; None: nothing goes out."""

    token: str
    reserve: int
    outflow: int
    income: int
    span: int

    @property
    def monthly(self) -> int:
        """The average outflow of a month, rounded up."""
        return -(-self.outflow * MONTH // self.span)

    @property
    def months(self) -> Fraction | None:
        """For how many months of 30 days the reserve lasts."""
        return Fraction(self.reserve * self.span, self.outflow * MONTH) if self.outflow else None


def runways(collective: Collective, months: int = 3) -> list[Runway]:
    """Coin and each listed token, at the average of the last `months` months. `income` is what came by deposit and what
    was recognised; see the formula at the top."""
    treasury, now = collective.treasury, collective.chain.now()
    founded, _ = collective.membership.founded()
    span = max(DAY, min(months * MONTH, now - founded))
    went = dict.fromkeys(treasury.tokens(), 0)
    came = dict.fromkeys(went, 0)
    for event in treasury.past("Paid", "Owed", "Deposited", "Recognised"):
        if treasury.when(event) > now - span and event.token in went:
            sums = went if event.name in ("Paid", "Owed") else came
            sums[event.token] += int(event.amount)
    return [Runway(token, treasury.book(token).free, went[token], came[token], span) for token in went]
