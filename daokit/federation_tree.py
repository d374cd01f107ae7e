"""Who is above whom: a federation with its members, their members, their levies and weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from daokit.chain import Chain
from daokit.errors import DaokitError
from daokit.federation import Federation, Seat
from daokit.federation_members import MOST_LEVELS, answers, home_of, is_federation, name_of, treasury_of
from daokit.federation_rules import Count
from daokit.hashing import ZERO_ADDRESS
from daokit.interop import Interoperable
from daokit.treasury import Treasury
from daokit.weights import weights_of


@dataclass(frozen=True)
class Branching:
    """A member in the tree, or its root. `levy_bps` is passed up to the one above (None: not read);
    `weight` is counted as ordinary motions there are, of `of` in all. `answers` is False for one whose chain was asked
    and whose contract gave no answer."""

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
    answers: bool = True


Chains = Callable[[int], Chain | None]
"""A way to another chain by its id; None where there is none."""


def tree(federation: Federation, chains: Chains = lambda _: None) -> Branching:
    """The tree below a federation; members on other chains as far as `chains` leads there."""
    totals = federation.totals()
    rules = federation.rules()
    below = _below(federation, chains, MOST_LEVELS)
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


def _below(federation: Federation, chains: Chains, levels: int) -> tuple[Branching, ...]:
    count = federation.rules().ordinary
    seats = federation.seats()
    weights = weights_of(count.rule, [seat.people for seat in seats])
    found = []
    for seat, weight in zip(seats, weights, strict=True):
        chain = _chain_of(federation, seat, chains)
        inner = chain is not None and levels > 1 and is_federation(chain, seat.address)
        kind = "federation" if inner else "collective" if chain else "elsewhere"
        heard = chain is None or answers(chain, seat.address)
        own = Federation(chain, seat.address) if chain and inner else None
        below = _below(own, chains, levels - 1) if own else ()
        under = own.rules().ordinary if own else count
        levy = _levy(chain, seat.address, _purse_on(federation, chain)) if chain else None
        name = name_of(chain, seat.member) if chain else seat.name
        found.append(
            Branching(name, seat.member, kind, seat.people, weight, sum(weights), levy, seat.live, under, below, heard)
        )
    return tuple(found)


def _chain_of(federation: Federation, seat: Seat, chains: Chains) -> Chain | None:
    if seat.member.chain == federation.chain.id:
        return federation.chain
    return chains(seat.member.chain or 0)


def _purse_on(federation: Federation, chain: Chain) -> str:
    if chain.id == federation.chain.id:
        return federation.purse.address
    linked = federation.link(chain.id)
    return linked.branch if linked else ZERO_ADDRESS


def _levy(chain: Chain, member: str, purse: str) -> int | None:
    treasury = treasury_of(chain, member)
    try:
        tie = Treasury(chain, treasury).tie_of(purse) if treasury else None
    except DaokitError:
        return None
    return tie.bps if tie else None
