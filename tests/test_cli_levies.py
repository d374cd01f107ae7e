"""Levies that cannot be passed up: they stop no other, nobody is asked for them, and each says why."""

from __future__ import annotations

from daokit.federation import Federation
from daokit.federation_acts import Expel
from daokit.federation_charter import FederationCharter
from daokit.hashing import ZERO_ADDRESS
from daokit.options import Call
from daokit.token import Token
from tests.federations import CHARTER, Land, all_for, content
from tests.people import DAY, address
from tests.test_cli_federation import Type, land, typed, valley

__all__ = ["land", "typed", "valley"]

BUBBLE = ("federation", "bubble", "--yes")


def coast_of(land: Land, tokens: str) -> Federation:
    """Another federation in which the mill sits, with 5 %; `tokens` are those that its purse lists."""
    row = f'[[invited]]\nmember = "{land.members["Mill"].address}"\n'
    text = CHARTER.format(tokens=tokens, ordinary="people", large="people", invited=row).replace("Valley", "Coast")
    made = Federation.found(FederationCharter.parse(text), land.chain)
    land.join("Mill", made)
    return made


def test_a_token_that_one_purse_does_not_list_keeps_no_other_levy_back(
    land: Land, typed: Type, valley: Federation
) -> None:
    coast_of(land, "")
    mill = land.members["Mill"].treasury
    mill.deposit(ZERO_ADDRESS, 10**18)
    mill.deposit(land.coin, 1_000_00)
    asked = typed("alice", "Mill", "inbox").out
    assert "0.05 ETH is due to Coast" in asked and "50.00 tUSD is due to Valley" in asked
    assert "tUSD is due to Coast" not in asked
    why = "tUSD is not on the list of the purse of Coast; a motion puts it there: daokit federation open TEXT.md "
    why += "--list-token tUSD --of Coast"
    shown = typed("alice", "Mill", "federation", "levy")
    assert f"not now: 50.00 tUSD to Coast: {why}" in " ".join(shown.out.split()), shown
    assert "50.00 tUSD, not now" in shown.out and "pass it up: daokit federation bubble" in shown.out
    planned = typed("alice", "Mill", "federation", "bubble", "--dry-run").err
    assert "Mill: 0.05 ETH to Coast" in planned and "not now: 50.00 tUSD to Coast: tUSD is not on" in planned
    said = typed("alice", "Mill", *BUBBLE)
    assert said.code == 0, said
    assert said.out.count(" passed 0.05 ETH up to ") == 2 and "Mill passed 50.00 tUSD up to Valley" in said.out
    assert f"not passed up: 50.00 tUSD to Coast: {why}" in " ".join(said.out.split())
    again = typed("alice", "Mill", *BUBBLE)
    assert (again.code, again.err) == (1, f"refused: no levy can be passed up now; 50.00 tUSD to Coast: {why}\n")
    assert "levy" not in typed("alice", "Mill", "inbox").out
    shown = typed("alice", "Mill", "federation", "levy")
    assert "pass it up" not in shown.out
    rows = typed("alice", "Mill", "federation", "levy", "--json").data
    assert [[one["why_not_now"] for one in row["due"]] for row in rows] == [[], [why]]
    opened = ("federation", "open", "weir.md", "--list-token", "tUSD", "--of", "Coast", "--dry-run")
    assert typed("alice", "Mill", *opened).code == 0


def test_who_was_expelled_is_asked_for_no_levy(land: Land, typed: Type, valley: Federation) -> None:
    farm = land.members["Farm"]
    farm.treasury.deposit(ZERO_ADDRESS, 10**18)
    [seat] = [one for one in valley.seats() if one.address == farm.address]
    land.carry(valley, content("Farm goes", Expel(seat.member)), {"Mill": all_for(land.people["Mill"])}, by="alice")
    said = typed("dave", "Farm", *BUBBLE)
    assert said.code == 1 and "Valley has expelled Farm and takes no levy from it any more; its seat ends" in said.err
    assert "levy" not in typed("dave", "Farm", "inbox").out
    land.wait(14 * DAY + 60)
    valley.unseat(seat.number)
    said = typed("dave", "Farm", *BUBBLE)
    assert said.code == 1, said
    assert (
        "the seat of Farm in Valley has ended, and only its tie is left; end that too: daokit federation " in said.err
    )
    assert "levy" not in typed("dave", "Farm", "inbox").out
    # The remedy is one that can be typed.
    said = typed("dave", "Farm", "federation", "leave", "Valley", "--yes")
    assert said.code == 0 and "leave the federation Valley" in said.err, said


def test_a_levy_for_which_too_little_is_left_waits_until_it_is_there(
    land: Land, typed: Type, valley: Federation
) -> None:
    coast_of(land, f'"{land.coin}"')
    mill, token = land.members["Mill"].treasury, Token(land.chain, land.coin)
    mill.deposit(land.coin, 1_000_00)
    land.decide("Mill", Call(land.coin, 0, token.encode("transfer", address("judy"), 940_00)))
    said = typed("alice", "Mill", *BUBBLE)
    assert said.code == 0, said
    assert "Mill passed 50.00 tUSD up to Valley" in said.out
    why = "Mill has 10.00 tUSD left for it, and a levy is passed up whole; it can be once so much is free"
    assert f"not passed up: 50.00 tUSD to Coast: {why}" in " ".join(said.out.split())
    assert "levy" not in typed("alice", "Mill", "inbox").out
    again = typed("alice", "Mill", *BUBBLE)
    assert again.code == 1 and why in again.err, again
    mill.deposit(land.coin, 40_00, "gift")
    assert typed("alice", "Mill", *BUBBLE).out == "Mill passed 50.00 tUSD up to Coast\n"
