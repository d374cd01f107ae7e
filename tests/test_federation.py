"""Federations on one chain: joining, levies, motions, leaving."""

from __future__ import annotations

import pytest

from daokit.chain import Chain
from daokit.federation import Federation, MotionState
from daokit.federation_acts import Pay
from tests.federations import Land, all_for, content
from tests.people import address


@pytest.fixture
def land(chain: Chain, coin: str) -> Land:
    return Land(chain, coin)


@pytest.fixture
def valley(land: Land) -> Federation:
    """A federation of the mill (alice, bob, carol) and the farm (dave, erin)."""
    mill = land.collective("Mill", "alice", "bob", "carol")
    farm = land.collective("Farm", "dave", "erin")
    made = land.found(mill, farm)
    land.join("Mill", made)
    land.join("Farm", made, 1000)
    return made


def test_who_was_invited_and_joined_sits_with_its_people(valley: Federation) -> None:
    assert [(one.number, one.name, one.people, one.live) for one in valley.seats()] == [
        (1, "Mill", 3, True),
        (2, "Farm", 2, True),
    ]
    totals = valley.totals()
    assert (totals.seats, totals.people, totals.live_people) == (2, 5, 5)


def test_a_motion_pays_from_the_purse_once_members_have_decided_it(land: Land, valley: Federation) -> None:
    land.members["Mill"].treasury.deposit(land.coin, 1_000_00)
    assert land.members["Mill"].treasury.bubble(valley.purse.address, land.coin) == 50_00
    put = content("Mend the weir", Pay(land.chain.id, land.coin, address("bob"), 5_00, "weir"), competence="water")
    done = land.carry(valley, put, {"Mill": all_for(["alice", "bob"]), "Farm": {"dave": -1}}, by="erin")
    assert done.state is MotionState.ENACTED
    assert (done.people_for, done.people_against) == (2, 1)
    assert valley.purse.book(land.coin).free == 45_00


def test_a_leaver_gets_its_share_in_the_block_in_which_it_leaves(land: Land, valley: Federation) -> None:
    mill = land.members["Mill"].treasury
    mill.deposit(land.coin, 1_000_00)
    mill.bubble(valley.purse.address, land.coin)
    assert valley.purse.exit_share(mill.address, land.coin) == 50_00
    land.decide("Mill", mill.to_quit(valley.purse.address))
    assert [one.name for one in valley.seats()] == ["Farm"]
    assert mill.book(land.coin).free == 1_000_00
    assert mill.ties() == []
