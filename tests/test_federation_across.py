"""Federations across two chains: linked by motions, decided together, and safe while no note comes through."""

from __future__ import annotations

import pytest

from daokit.branches import Afar
from daokit.federation import Federation, MotionState
from daokit.federation_acts import Pay
from tests.across import AWAY, World, content
from tests.federations import TELLING, VOTE, all_for
from tests.people import address
from tests.two_chains import TwoChains, two_chains, two_nodes

__all__ = ["two_chains", "two_nodes"]

MILL, HARBOUR, PIER, QUAY = ["alice", "bob", "carol"], ["dave", "erin", "frank", "grace"], ["heidi"], ["ivan"]


@pytest.fixture
def world(two_chains: TwoChains) -> World:
    return World(two_chains)


@pytest.fixture
def valley(world: World) -> Federation:
    """A federation of the mill at home; the harbour on the other chain is invited."""
    mill = world.home.collective("Mill", *MILL)
    harbour = world.away.collective("Harbour", *HARBOUR)
    made = world.found([mill], [harbour])
    world.home.join("Mill", made)
    return made


@pytest.fixture
def afar(world: World, valley: Federation) -> Afar:
    """The valley linked with the other chain, where the harbour sits."""
    found = world.link(valley)
    world.join("Harbour", found)
    return found


def test_the_collective_on_the_other_chain_decides(world: World, afar: Afar) -> None:
    valley = afar.federation
    assert [(one.name, one.people, one.member.chain) for one in valley.seats()][0] == ("Mill", 3, world.home.chain.id)
    assert valley.totals().people == 7
    mill = world.home.members["Mill"].treasury
    mill.deposit(world.home.coin, 1_000_00)
    mill.bubble(valley.purse.address, world.home.coin)
    put = content("Mend the pier", Pay(world.home.chain.id, world.home.coin, address("bob"), 4_00), competence="water")
    motion = world.home.federation("alice", valley).open(put)
    world.home.vote("Mill", valley, motion.key, {"alice": -1})
    world.put_away("Harbour", afar, motion, all_for(HARBOUR))
    world.wait(VOTE)
    world.home.tell("Mill", valley, motion.key)
    [untold] = afar.untold()
    assert untold.motions == (motion.key,)
    afar.branch.tell(untold.treasury, untold.motions)
    assert valley.told(motion.key).keys() == {1}
    world.carry()
    now = valley.motion(motion.key)
    assert (now.people_for, now.people_against) == (4, 1)
    assert afar.untold() == []
    world.past_voting(put)
    assert valley.enact(motion.key).state is MotionState.ENACTED
    assert world.home.chain.token(world.home.coin) and TELLING
