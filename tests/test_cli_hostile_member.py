"""What people type in a federation of which one member's contract is anybody's: it refuses, answers nonsense, far too
much or nothing, or burns all gas. It is shown as one that does not answer, and stops nobody else."""

from __future__ import annotations

import pytest

from daokit.federation import Federation
from daokit.federation_acts import Expel
from daokit.federation_duties import untold
from daokit.federation_members import founded_name, path_down, treasury_of
from daokit.federation_power import people_of, voting_of
from daokit.federation_tree import tree
from tests.federations import VOTE, Land, content
from tests.people import address
from tests.test_cli_federation import Type, land, typed, valley

__all__ = ["land", "typed", "valley"]

CODES = {
    "refuses": "60006000fd",
    "answers nothing": "00",
    "answers one byte": "60016000f3",
    "answers with great numbers": "7f" + "ff" * 32 + "60005260206000f3",
    "answers four megabytes": "7f" + "ff" * 32 + "6000526240000060" + "00f3",
    "burns all gas": "5b600056",
    "is no code": "fe",
}


def become(land: Land, code: str) -> str:
    """The farm's contract becomes another; its address."""
    farm = land.members["Farm"].address
    land.chain.rpc.request("anvil_setCode", [farm, "0x" + code])
    return farm


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_a_member_that_does_not_answer_stops_nothing(land: Land, typed: Type, valley: Federation, code: str) -> None:
    motion = land.federation("alice", valley).open(content("Go on"))
    land.vote("Mill", valley, motion.number, {"alice": 1, "bob": 1})
    land.wait(VOTE)
    farm = become(land, code)

    seats = typed("alice", "Mill", "federation", "seats", "--json")
    assert [(one["member"].startswith(farm), one["answers"]) for one in seats.data["seats"]] == [
        (False, True),
        (True, False),
    ]
    listed = typed("alice", "Mill", "federation", "seats")
    assert listed.code == 0 and "does not answer" in listed.out.replace("\n", " "), listed
    drawn = typed("alice", "Mill", "federation", "tree")
    assert drawn.code == 0 and "Mill · 3 people" in drawn.out and "does not answer" in drawn.out, drawn
    for words in (
        ("federation", "show"),
        ("federation", "motions"),
        ("federation", "motions", "1"),
        ("federation", "power"),
        ("federation", "levy"),
        ("federation", "leave", "valley", "--dry-run"),
        ("federation", "recall", "water", "--dry-run"),
        ("federation", "invite", farm, "--dry-run"),
        ("inbox",),
        (),
    ):
        said = typed("alice", "Mill", *words)
        expected = "sits in Valley already" if "invite" in words else ""
        assert said.code == (1 if expected else 0) and expected in said.err, (words, said)
    unnamed = typed("bob", "Mill", "federation", "expel", "farm", "--yes")
    assert unnamed.code == 2 and f"known: {farm}, Mill" in unnamed.err, unnamed
    told = typed("alice", "Mill", "federation", "tell", "--yes")
    assert told.code == 0 and "told Valley: Mill: motion 1" in told.out, told
    assert valley.motion(1).people_for == 2
    expelled = typed("bob", "Mill", "federation", "expel", farm, "--yes")
    assert expelled.code == 0 and "motion 2 of Valley is open" in expelled.out, expelled


def test_a_former_member_that_does_not_answer_stops_nothing(land: Land, typed: Type, valley: Federation) -> None:
    land.decide("Farm", land.members["Farm"].treasury.to_quit(valley.purse.address))
    farm = become(land, CODES["refuses"])
    for words in ((), ("--former",)):
        said = typed("alice", "Mill", "federation", "seats", *words, "--json")
        assert said.code == 0 and (farm in said.out) is bool(words), said
    for words in (("tree",), ("power",), ("tell", "--yes"), ("leave", "valley", "--dry-run")):
        said = typed("alice", "Mill", "federation", *words)
        assert said.code == 0 and "does not answer" not in said.out, (words, said)


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_a_purse_that_does_not_answer_is_left_by_its_address(
    land: Land, typed: Type, valley: Federation, code: str
) -> None:
    purse = valley.purse.address
    land.chain.rpc.request("anvil_setCode", [purse, "0x" + code])
    for words in (("leave", purse), ("levy", "--set", "0%", "--of", purse), ("levy", "--set", "0%")):
        said = typed("alice", "Mill", "federation", *words, "--dry-run")
        assert said.code == 0, (words, said)
    left = typed("alice", "Mill", "federation", "leave", purse, "--dry-run")
    assert "leaving now would bring what is not known: the purse does not answer" in left.err, left


def test_what_is_refused_of_one_member_is_said_and_the_others_are_told(
    land: Land, typed: Type, valley: Federation
) -> None:
    # It names its treasury, and far more people than it had, to everybody but the purse.
    purse, treasury = valley.purse.address, land.members["Farm"].treasury.address
    become(land, f"73{purse[2:]}331460375773{treasury[2:]}60005260206000f35b60006000fd")
    first = typed("alice", "Mill", "federation", "tell", "--yes")
    assert first.code == 0 and "told Valley: Mill: still here" in first.out and "not told Valley: " in first.err, first
    refused = typed("alice", "Mill", "federation", "tell", "--yes")
    assert refused.code == 1 and "not told Valley: " in refused.err, refused
    motion = land.federation("alice", valley).open(content("Go on"))
    land.vote("Mill", valley, motion.number, {"alice": 1, "bob": 1, "carol": 1})
    land.wait(VOTE)
    told = typed("alice", "Mill", "federation", "tell", "--yes")
    assert told.code == 0 and "told Valley: Mill: motion 1" in told.out, told
    assert "not told Valley: " in told.err and "people" in told.err, told


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_the_library_takes_it_for_one_that_does_not_answer(land: Land, valley: Federation, code: str) -> None:
    farm, chain = become(land, code), land.chain
    assert treasury_of(chain, farm) is None
    assert (people_of(chain, farm), voting_of(chain, farm), founded_name(chain, farm)) == (0, 0, "")
    assert path_down(chain, valley.address, address("alice")) == [land.members["Mill"].address]
    assert farm not in [one.seat.address for one in untold(valley)]
    mill, silent = tree(valley).below
    assert (mill.name, mill.levy_bps, mill.answers) == ("Mill", 500, True)
    assert (silent.kind, silent.levy_bps, silent.answers) == ("collective", None, False)
    put = content("Expel the farm", Expel(valley.seats()[1].member))
    assert land.federation("alice", valley).open(put).number == 1
