"""A chain that takes back what it said, after its validators signed it and a note went over."""

from __future__ import annotations

import pytest

from daokit.branches import Afar
from daokit.bridge import Fate, audit
from daokit.experiments.sandbox import advance
from tests.across import World, content
from tests.federations import VOTE, all_for
from tests.test_federation_across import HARBOUR, afar, valley, world
from tests.two_chains import two_chains, two_nodes

__all__ = ["afar", "two_chains", "two_nodes", "valley", "world"]


@pytest.mark.parametrize("later", [0, 60])
def test_what_its_chain_took_back_is_an_alarm_and_telling_it_again_counts_once(
    world: World, afar: Afar, later: int
) -> None:
    motion = world.home.federation("alice", afar.federation).open(content("Open on Saturdays"))
    world.put_away("Harbour", afar, motion, all_for(HARBOUR))
    world.wait(VOTE)
    treasury = world.away.members["Harbour"].treasury.address
    away = world.chains.away.chain.rpc
    before = away.request("evm_snapshot")
    afar.branch.tell(treasury, [motion.key])
    world.carry()
    assert afar.federation.motion(motion.key).people_for == 4

    away.request("evm_revert", [before])
    ends = world.gateways(afar)
    [taken_back] = [one for one in audit(ends) if one.fate.alarm]
    assert taken_back.fate is Fate.FORGED

    advance(world.chains.away.chain, later)
    afar.branch.tell(treasury, [motion.key])
    world.carry()
    assert afar.federation.motion(motion.key).people_for == 4
    assert [seat.people for seat in afar.federation.seats()] == [3, 4]
