"""What members tell their federation day by day, and what becomes of the silent and the expelled, as typed."""

from __future__ import annotations

from daokit.accounts import dev_signer
from daokit.collective import Collective
from daokit.federation import Federation
from daokit.federation_acts import ConfirmRoll, Expel
from daokit.federation_reports import Standing, reports_at
from daokit.purse import SeatState
from tests.federations import Land, all_for, content
from tests.people import DAY
from tests.test_cli_federation import Type, land, typed, valley

__all__ = ["land", "typed", "valley"]

ALL = {"Mill": all_for(["alice", "bob", "carol"]), "Farm": all_for(["dave", "erin"])}


def joined(said: str) -> str:
    """What was printed, on one line."""
    return " ".join(said.split())


def test_who_says_nothing_for_ten_days_is_asked_to_say_that_it_is_still_here(
    land: Land, typed: Type, valley: Federation
) -> None:
    # The mill joined fifteen days before the farm did.
    waits = joined(typed("alice", "Mill", "inbox").out)
    assert "say to Valley that Mill is still here, before silence counts daokit federation tell --of Valley" in waits
    told = typed("erin", "Farm", "federation", "tell", "--yes")
    assert "told Valley: Mill: still here, 3 people" in told.out and "Farm" not in told.out, told
    mill, farm = (one.heard for one in valley.seats())
    land.until(farm + 10 * DAY - 60)
    assert "nothing to tell to Valley now" in typed("alice", "Mill", "federation", "tell", "--yes").out
    assert "nothing waits" in typed("alice", "Mill", "inbox").out
    land.until(mill + 10 * DAY + 60)
    waits = joined(typed("alice", "Mill").out)
    assert "say to Valley that Mill and Farm are still here" in waits and "daokit federation tell --of Valley" in waits
    assert typed("alice", "Mill", "federation", "tell", "--yes").code == 0
    assert [one.heard > mill + 10 * DAY for one in valley.seats()] == [True, True]
    assert "nothing waits" in typed("alice", "Mill", "inbox").out


def test_who_was_marked_as_silent_is_revived_by_one_word(land: Land, typed: Type, valley: Federation) -> None:
    land.wait(60 * DAY)
    # It could be marked, and says that it is here instead.
    planned = typed("alice", "Mill", "federation", "tell", "--dry-run").err
    assert "Mill: still here, 3 people" in planned and "silent" not in planned, planned
    for seat in valley.seats():
        valley.mark_silent(seat.number)
    waits = joined(typed("dave", "Farm", "inbox").out)
    assert "Valley counts Mill and Farm as silent: say that Mill and Farm are still here" in waits
    assert "told Valley: Farm: still here, 2 people" in typed("dave", "Farm", "federation", "tell", "--yes").out
    assert valley.totals().live_people == 5
    assert "nothing waits" in typed("dave", "Farm", "inbox").out


def test_the_seat_of_an_expelled_member_is_ended_once_its_notice_has_run_out(
    land: Land, typed: Type, valley: Federation
) -> None:
    farm = valley.seats()[1]
    land.carry(valley, content("Out", Expel(farm.member)), {"Mill": ALL["Mill"]}, by="alice")
    assert "Valley has expelled Farm: its seat ends then" in joined(typed("dave", "Farm", "inbox").out)
    assert "no motion of Valley can be enacted now" in typed("alice", "Mill", "federation", "enact", "--yes").out
    land.until(valley.seats()[1].notice_ends + 60)
    for person, where in (("alice", "Mill"), ("dave", "Farm")):
        waits = joined(typed(person, where, "inbox").out)
        assert "the notice of Farm ran out today" in waits or "the notice of Farm ran out yesterday" in waits, waits
        assert "end its seat in Valley daokit federation enact --of Valley" in waits
        assert "its seat ends then" not in waits
    planned = joined(typed("alice", "Mill", "federation", "enact", "--dry-run").err)
    assert "end the seat of Farm in Valley, whose notice ran out" in planned and valley.seats()[1].sits
    ended = typed("alice", "Mill", "federation", "enact", "--yes")
    assert "ended the seat of Farm in Valley" in ended.out and "Farm: 0 → no member" in ended.out, ended
    assert [one.name for one in valley.seats()] == ["Mill"]
    assert valley.purse.seat_of(land.members["Farm"].treasury.address).state is SeatState.NONE
    left = joined(typed("dave", "Farm", "inbox").out)
    assert (
        "Valley has ended the seat of Farm, whose tie to it is left: propose to leave daokit federation leave" in left
    )
    assert "has ended" not in joined(typed("alice", "Mill", "inbox").out)
    assert typed("alice", "Mill", "federation", "enact", "--yes", "--json").data == {"enacted": [], "ended": []}


def test_a_roll_that_grew_too_fast_is_told_once_and_what_makes_it_count_is_said(
    land: Land, typed: Type, valley: Federation
) -> None:
    mill = land.members["Mill"]
    for name in ("frank", "grace", "heidi", "ivan"):
        own = Collective.load(land.chain.as_(dev_signer(name)), mill.address)
        own.membership.join(name, mill.membership.charter()[0])
    said = typed("alice", "Mill", "federation", "tell", "--yes")
    assert "told Valley: Mill: 5 people (of 7), not 3" in said.out, said
    remedy = "daokit federation open TEXT.md --confirm-roll '7 people of Mill' --of Valley"
    assert "Mill has 7 people, and 5 of them count in Valley" in said.out and remedy in joined(said.out)
    again = typed("alice", "Mill", "federation", "tell", "--yes", "--json").data
    assert again["told"] == [] and len(again["held_back"]) == 1
    assert (again["held_back"][0]["people"], again["held_back"][0]["counts"]) == (7, 5)
    assert remedy in joined(typed("alice", "Mill", "federation", "tell").out)
    # After ninety days the roll may grow from what it was then.
    land.wait(91 * DAY)
    assert "told Valley: Mill: 7 people, not 5" in typed("bob", "Mill", "federation", "tell", "--yes").out
    assert valley.seats()[0].people == 7


def test_a_roll_that_a_motion_confirmed_is_told(land: Land, typed: Type, valley: Federation) -> None:
    mill = land.members["Mill"]
    for name in ("frank", "grace", "heidi", "ivan"):
        own = Collective.load(land.chain.as_(dev_signer(name)), mill.address)
        own.membership.join(name, mill.membership.charter()[0])
    typed("alice", "Mill", "federation", "tell", "--yes")
    land.carry(valley, content("They are", ConfirmRoll(valley.seats()[0].member, 6)), ALL, by="erin")
    said = typed("alice", "Mill", "federation", "tell", "--yes")
    assert "told Valley: Mill: 6 people (of 7), not 5" in said.out, said
    assert "Mill has 7 people, and 6 of them count in Valley" in said.out
    assert valley.seats()[0].people == 6


def test_a_tally_that_is_not_the_member_s_own_is_told_again(land: Land, typed: Type, valley: Federation) -> None:
    motion = land.federation("erin", valley).open(content("Weir", competence="water"))
    land.vote("Mill", valley, motion.key, {"alice": 1, "bob": -1})
    land.until(land.chain.now() + 6 * DAY)
    rpc, purse = land.chain.rpc, valley.purse.address
    # As a bridge would that lies: whoever speaks for the purse says that all three were for it.
    vote = (motion.key, land.chain.now() - 60, 3, 0, 1)
    since = land.members["Mill"].treasury.tie_of(purse).since
    told = (land.members["Mill"].address, True, since, 3, bytes(32), [vote])
    rpc.request("anvil_setBalance", [purse, hex(10**18)])
    rpc.request("anvil_impersonateAccount", [purse])
    data = "0x" + valley.encode("report", told).hex()
    rpc.request("eth_sendTransaction", [{"from": purse, "to": valley.address, "data": data, "gas": hex(10**6)}])
    rpc.request("anvil_stopImpersonatingAccount", [purse])
    assert valley.motion(motion.key).people_for == 3
    assert "how Mill voted on motion 1 of Valley can be told" in joined(typed("erin", "Farm", "inbox").out)
    assert "told Valley: Mill: motion 1" in typed("erin", "Farm", "federation", "tell", "--yes").out
    now = valley.motion(motion.key)
    assert (now.people_for, now.people_against) == (1, 1)
    assert "nothing to tell" in typed("erin", "Farm", "federation", "tell", "--yes").out


def test_a_purse_that_has_not_noticed_a_leaving_is_told(land: Land, typed: Type, valley: Federation) -> None:
    purse, farm = valley.purse.address, land.members["Farm"].treasury
    code = land.chain.rpc.request("eth_getCode", [purse, "latest"])
    # It fails for as long as the farm leaves.
    land.chain.rpc.request("anvil_setCode", [purse, "0xfe"])
    land.decide("Farm", farm.to_quit(purse))
    land.chain.rpc.request("anvil_setCode", [purse, code])
    assert farm.tie_of(purse) is None and valley.seats()[1].sits
    assert [one.standing for one in reports_at(valley, land.chain, purse)] == [Standing.SITS, Standing.LEFT]
    assert "Valley has not heard yet that Farm has left" in joined(typed("alice", "Mill", "inbox").out)
    assert "told Valley: Farm has left" in typed("alice", "Mill", "federation", "tell", "--yes").out
    assert [one.name for one in valley.seats()] == ["Mill"]
