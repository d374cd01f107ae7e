"""Who is above whom: a federation with its members, their members, their levies and weights."""

from __future__ import annotations

from dataclasses import dataclass

from daokit.chain import Chain
from daokit.errors import DaokitError
from daokit.federation import Federation
from daokit.federation_members import MOST_LEVELS, home_of, is_federation, treasury_of
from daokit.federation_rules import Count
from daokit.interop import Interoperable
from daokit.treasury import Treasury
from daokit.weights import weights_of


@dataclass(frozen=True)
class Branching:
    """A member in the tree, or its root. `levy_bps` is passed up to the one above (None: not known on this chain);
    `weight` is counted as ordinary motions there are, of `of` in all."""

    name: str
    member: Interoperable
    kind: str
    people: int
    weight: int
    of: int
    levy_bps: int | None
    live: bool
    count: Count
    below: tuple[Branching, ...] = ()


def tree(federation: Federation) -> Branching:
    """The tree below a federation, as far as it is on this chain."""
    totals = federation.totals()
    rules = federation.rules()
    below = _below(federation, MOST_LEVELS)
    return Branching(
        federation.name, federation.member, "federation", totals.people, 0, 0, None, True, rules.ordinary, below
    )


def top(federation: Federation) -> Federation:
    """The federation above which there is none on this chain."""
    for _ in range(MOST_LEVELS):
        above = federation.purse.parent()
        home = home_of(federation.chain, above) if above else None
        if home is None or home.chain != federation.chain.id:
            return federation
        federation = Federation(federation.chain, str(home.address))
    return federation


def _below(federation: Federation, levels: int) -> tuple[Branching, ...]:
    chain, count = federation.chain, federation.rules().ordinary
    seats = federation.seats()
    weights = weights_of(count.rule, [seat.people for seat in seats])
    found = []
    for seat, weight in zip(seats, weights, strict=True):
        here = seat.member.chain == chain.id
        inner = here and levels > 1 and is_federation(chain, seat.address)
        kind = "federation" if inner else "collective" if here else "elsewhere"
        own = Federation(chain, seat.address) if inner else None
        below = _below(own, levels - 1) if own else ()
        under = own.rules().ordinary if own else count
        levy = _levy(chain, seat.address, federation.purse.address) if here else None
        found.append(
            Branching(seat.name, seat.member, kind, seat.people, weight, sum(weights), levy, seat.live, under, below)
        )
    return tuple(found)


def _levy(chain: Chain, member: str, purse: str) -> int | None:
    try:
        tie = Treasury(chain, treasury_of(chain, member)).tie_of(purse)
    except DaokitError:
        return None
    return tie.bps if tie else None
