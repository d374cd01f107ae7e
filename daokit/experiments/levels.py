"""Whether a tally and a levy cost the same at each level of a federation of federations.

Three levels: at each sit two collectives, and above the first the federation below. What is measured is never a seat's
first, and somebody told of the motion before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from daokit.accounts import DEV_NAMES, dev_signer
from daokit.chain import Chain
from daokit.contract import Contract
from daokit.documents import text_hash
from daokit.experiments.federating import LEVY, TEXT, Union, asked, motion_of, union, vote_at_home
from daokit.experiments.sandbox import advance
from daokit.experiments.scene import DAY, URI, found
from daokit.hashing import ZERO_ADDRESS

LEVELS = 3
_JOIN, _HOUR = 14, 3_600


@dataclass(frozen=True)
class Levels:
    """Gas by level, from the lowest. `tallies` and `levies` are a collective's, `tallies_up` and `levies_up` those of a
    federation in the one above it."""

    tallies: list[int]
    tallies_up: list[int]
    levies: list[int]
    levies_up: list[int]


def levels(chain: Chain) -> Levels:
    """Found the three, tell two motions of the highest from the lowest on, and pass a levy up twice."""
    tower = _tower(chain)
    tallies, tallies_up = _tell(chain, tower)
    levies, levies_up = zip(*(_pass_up(tower) for _ in range(2)), strict=True)
    return Levels(tallies, tallies_up, levies[-1], levies_up[-1])


def _tower(chain: Chain) -> list[Union]:
    tower: list[Union] = []
    for level in range(LEVELS):
        members = [found(chain, DEV_NAMES[:5], name=f"{name} {level}") for name in ("Mill", "Bakery")]
        below = tower[-1:]
        tower.append(union(chain, members, further=[(chain.id, one.federation.address) for one in below]))
        for one in below:
            _sit(one, tower[-1].purse)
    return tower


def _sit(lower: Union, purse: Contract) -> None:
    """A federation decides by its own motion to sit in another."""
    from eth_abi.abi import encode

    chain = lower.chain
    join = encode(["address", "bytes32", "uint256"], [purse.address, bytes.fromhex(TEXT[2:]), LEVY])
    content = (bytes.fromhex(text_hash("We join them.")[2:]), URI, bytes(32), True, [(_JOIN, chain.id, join)])
    house = Contract(chain.as_(dev_signer("alice")), lower.federation.address, "FederationHouse")
    opened = asked(house.send("open", content, [lower.members[0].address]), chain.id, lower.federation.address)
    for member in lower.members:
        vote_at_home(member, lower.purse, opened)
    advance(chain, 6 * DAY)
    for member in lower.members:
        lower.purse.send("tell", member.treasury, [motion_of(opened)])
    advance(chain, 39 * DAY)
    house.send("enact", motion_of(opened), content)


def _tell(chain: Chain, tower: Sequence[Union]) -> tuple[list[int], list[int]]:
    """Gas of each level's tallies on the second of two motions: the second collective's, and the federation's below."""
    put = [_put(name, tower) for name in ("alice", "bob")]
    advance(chain, 6 * DAY)
    tallies, tallies_up = [], []
    for level, one in enumerate(tower):
        mill, bakery = (member.treasury for member in one.members)
        gas: dict[str, int] = {}
        for motions in put:
            for teller in (mill, *(below.purse.address for below in tower[:level][-1:]), bakery):
                gas[teller] = one.purse.send("tell", teller, [motion_of(motions[level])]).receipt.gas_used
        tallies.append(gas[bakery])
        tallies_up += [gas[below.purse.address] for below in tower[:level][-1:]]
        # Until the motion here is closed: three days before the one above.
        advance(chain, (12 if level == 0 else 3) * DAY + _HOUR)
    return tallies, tallies_up


def _put(name: str, tower: Sequence[Union]) -> list[tuple[Any, ...]]:
    """A motion of the highest, passed down to the lowest and voted on everywhere; by level from the lowest."""
    highest = tower[-1]
    motions = [highest.open(name, highest.members[0])]
    for above, one in zip(tower[:0:-1], tower[-2::-1], strict=True):
        house = Contract(one.chain.as_(dev_signer(name)), one.federation.address, "FederationHouse")
        path = [one.members[0].address]
        passed = house.send("passDown", above.purse.address, motions[0], path).event("MotionPassedDown").asked
        motions.insert(0, tuple(passed))
    for one, motion in zip(tower, motions, strict=True):
        for member in one.members:
            vote_at_home(member, one.purse, motion)
    return motions


def _pass_up(tower: Sequence[Union]) -> tuple[list[int], list[int]]:
    """Gas of each level's levies in coin: a collective's, and the federation's below of what came to it."""
    levies, levies_up = [], []
    for level, one in enumerate(tower):
        mill = one.members[0]
        mill.money("alice").deposit(ZERO_ADDRESS, 10**18, "revenue")
        for below in tower[:level][-1:]:
            levies_up.append(below.purse.send("bubble", one.purse.address, ZERO_ADDRESS).receipt.gas_used)
        treasury = Contract(mill.chain, mill.treasury, "Treasury")
        levies.append(treasury.send("bubble", one.purse.address, ZERO_ADDRESS).receipt.gas_used)
    return levies, levies_up
