"""What people type about orders to a branch and notes from another chain: veto, confirm, carry, pause, resume,
invalidate."""

from __future__ import annotations

import pytest

from daokit.branch import OrderState
from daokit.branches import Afar
from daokit.federation import Federation
from daokit.federation_acts import Invite, Join, Pay
from daokit.token import Token
from tests.across import AWAY, World, content
from tests.federations import LARGE, MOTION, TALK, TELLING, TIMELOCK, VOTE, WAIT
from tests.people import DAY, address
from tests.test_cli import Said
from tests.test_cli_across import Typist, linked, typed
from tests.test_cli_bridge import daokit
from tests.test_federation_across import MILL, valley, world
from tests.two_chains import two_chains, two_nodes

__all__ = ["daokit", "linked", "two_chains", "two_nodes", "typed", "valley", "world"]


def order(typed: Typist, world: World, linked: Afar, amount: int = 4_00) -> None:
    """The branch holds 100.00 of levies; an order that pays 4.00 of it to bob has come there."""
    treasury = world.away.members["Harbour"].treasury
    treasury.deposit(world.away.coin, 2_000_00)
    treasury.bubble(linked.branch.address, world.away.coin)
    pay = Pay(AWAY, world.away.coin, address("bob"), amount)
    federation = linked.federation
    motion = world.decide(federation, content("Mend the pier", pay, competence="water"))
    typed.carry(typed.home("federation", "send-order", str(motion.number), "--of", federation.address))


def voted(typed: Typist, world: World, opened: Said) -> int:
    """The mill's people vote for the motion that the answer speaks of, and it is told; its number."""
    assert opened.code == 0, opened
    number = int(opened.out.split("motion ")[1].split()[0])
    put = typed.home("federation", "decide", str(number), "--json").data["proposal"]
    for person in MILL:
        assert typed.home("vote", str(put), "+1", by=person).code == 0
    world.wait(VOTE)
    assert typed.home("federation", "tell").code == 0
    return number


def test_two_thirds_of_the_others_confirm_what_one_member_vetoed(typed: Typist, world: World, linked: Afar) -> None:
    for name in ("Pier", "Quay"):
        world.join(name, linked)
    order(typed, world, linked)
    heidi, ivan = {"by": "heidi", "collective": "Pier"}, {"by": "ivan", "collective": "Quay"}
    early = typed.away("federation", "confirm", "1", **heidi)
    assert early.code == 1 and "order 1 is not vetoed (waits), so nobody has to confirm it" in early.err, early
    alone = typed.away().out
    assert "next  daokit federation orders" in alone and "federation veto" not in alone, alone
    assert "daokit federation veto <its number>" in typed.away("federation", "orders").out
    assert typed.away("federation", "veto", "1").code == 0
    assert "federation confirm" not in typed.away().out
    assert "federation confirm" in typed.away(**heidi).out
    own = typed.away("federation", "confirm", "1")
    assert own.code == 1 and "Harbour vetoed order 1" in own.err, own
    for place, who in enumerate((heidi, ivan), 1):
        assert "vetoed, members can confirm it" in typed.away("inbox", **who).out.replace("\n", " ")
        planned = typed.away("federation", "confirm", "1", **who)
        assert planned.code == 0 and "proposal 2 is open" in planned.out, planned
        assert "open a proposal" in planned.err and "pay 4.00 tUSD" in planned.err
        if place == 1:
            asked = typed.daokit("federation", "confirm", "1", "--network", "away", "--account", "heidi")
            assert asked.code == 2
        world.wait(TALK)
        assert typed.away("vote", "2", "+1", **who).code == 0
        world.wait(VOTE + WAIT)
        done = typed.away("proposal", "execute", "2", **who)
        assert done.code == 0, done
        said = "vetoed, 1 confirm it" if place == 1 else "confirmed, can be carried out"
        assert said in typed.away("federation", "orders").out
        if place == 1:
            assert "federation confirm" not in typed.away(**who).out
            again = typed.away("federation", "confirm", "1", **who)
            assert again.code == 1 and "Pier has confirmed order 1 already" in again.err, again
    late = typed.away("federation", "veto", "1")
    assert late.code == 1 and "is in state Confirmed" in late.err, late
    assert typed.away("federation", "carry", "1", by="judy").code == 0
    assert Token(world.away.chain, world.away.coin).balance(address("bob")) == 4_00


def test_a_federation_at_a_branch_confirms_by_its_motion(
    typed: Typist, world: World, linked: Afar, valley: Federation
) -> None:
    coast = world.away.found(world.away.members["Pier"], name="Coast")
    world.away.join("Pier", coast)
    world.decide(valley, content("Invite the coast", Invite(coast.member)))
    joining = content("Join the valley", Join(AWAY, linked.branch.address, linked.branch.charter(), 500))
    world.away.carry(coast, joining, {"Pier": {"heidi": 1}}, by="heidi")
    linked.branch.tell(coast.purse.address)
    world.carry()
    valley.send_seat(3)
    world.carry()
    world.wait(1)
    order(typed, world, linked)
    heidi = {"by": "heidi", "collective": "Pier"}
    confirm = ("federation", "confirm", "1", "--for", "coast")
    early = typed.away(*confirm, **heidi)
    assert early.code == 1 and "order 1 is not vetoed (waits), so nobody has to confirm it" in early.err, early
    assert typed.away("federation", "veto", "1").code == 0
    opened = typed.away(*confirm, **heidi)
    assert opened.code == 0 and "motion 2 of Coast is open" in opened.out, opened
    assert "of Valley on chain 31337, which another member vetoed" in opened.err, opened
    put = typed.away("federation", "decide", "2", "--of", "coast", "--json", **heidi).data["proposal"]
    assert typed.away("vote", str(put), "+1", **heidi).code == 0
    world.wait(VOTE)
    assert "told Coast: Pier: motion 2" in typed.away("federation", "tell", "--of", "coast", **heidi).out
    world.wait(MOTION - VOTE + TELLING + TIMELOCK)
    enacted = typed.away("federation", "enact", "2", "--of", "coast", **heidi)
    assert enacted.code == 0, enacted
    assert "confirmed, can be carried out" in typed.away("federation", "orders").out
    world.wait(91 * DAY)
    assert "expired" in typed.away("federation", "orders").out
    assert "an order of Valley" not in typed.away("inbox").out
    late = typed.away("federation", "carry", "1")
    assert late.code == 1 and "expired at" in late.err, late


def test_notes_are_taken_again_by_a_motion_before_the_pause_is_over(typed: Typist, world: World, linked: Afar) -> None:
    refused = typed.home("federation", "resume", str(AWAY))
    assert refused.code == 1 and "no pause stands that could end early" in refused.err
    for command in ("resume", "invalidate"):
        nowhere = typed.home("federation", command, "10")
        assert nowhere.code == 1 and "has no link with chain 10" in nowhere.err
    assert "takes no notes from chain 31338 until" in typed.home("federation", "pause", str(AWAY)).out
    opened = typed.home("federation", "resume", str(AWAY))
    assert "motion 2 of Valley is open" in opened.out, opened
    assert "without any motion the pause ends" in opened.err and "take notes from chain 31338 again" in opened.err
    # The motion takes longer than a pause; after 30 days members can want another, and it ends that one.
    number = voted(typed, world, opened)
    world.wait(MOTION - VOTE + TELLING + LARGE)
    assert "takes no notes from chain 31338 until" in typed.home("federation", "pause", str(AWAY), by="bob").out
    told = typed.away("federation", "tell", "--delegation", "water")
    refused = typed.relay(told.out.partition("carry it: ")[2])
    assert refused.code == 1 and "Notes from chain 31338 are paused until" in refused.err, refused
    done = typed.home("federation", "enact", str(number))
    assert done.code == 0 and "take notes from chain 31338 again" in done.out, done
    typed.carry(told)
    assert typed.home("federation", "resume", str(AWAY)).code == 1


def test_orders_that_were_dropped_are_never_carried_out(typed: Typist, world: World, linked: Afar) -> None:
    planned = typed.home("federation", "invalidate", str(AWAY), "--dry-run")
    assert planned.code == 0, planned
    assert "drop all orders that wait at the branch on chain 31338 when this arrives there" in planned.err
    planned = typed.home("federation", "invalidate", str(AWAY), "--before", "2099-12-31", "--dry-run")
    assert "drop the orders that the branch on chain 31338 received before 2099-12-31" in planned.err, planned
    nonsense = typed.home("federation", "invalidate", str(AWAY), "--before", "soon")
    assert nonsense.code == 2 and '"soon" is not a date' in nonsense.err
    number = voted(typed, world, typed.home("federation", "invalidate", str(AWAY)))
    world.wait(MOTION - VOTE)
    # It comes after the motion was opened, and waits when the motion's own order arrives.
    order(typed, world, linked)
    typed.away("federation", "veto", "1")
    done = typed.home("federation", "enact", str(number))
    assert f"next: daokit federation send-order {number}" in done.out, done
    assert "vetoed" in typed.away("federation", "orders").out
    typed.carry(typed.home("federation", "send-order", str(number)))
    assert "dropped" in typed.away("federation", "orders").out
    refused = typed.away("federation", "confirm", "1")
    assert refused.code == 1 and "order 1 is not vetoed (dropped)" in refused.err
    assert Token(world.away.chain, world.away.coin).balance(linked.branch.address) == 100_00


@pytest.fixture
def second(typed: Typist, world: World, linked: Afar) -> Afar:
    """Another federation at home there; the harbour sits at its branch too, since before it does at the valley's."""
    delta = world.found([world.home.members["Mill"]], [world.away.members["Harbour"]], name="Delta")
    world.home.join("Mill", delta)
    made = world.link(delta)
    world.join("Harbour", made)
    return made


def test_an_order_keeps_its_number_when_another_branch_gets_one(
    typed: Typist, world: World, linked: Afar, second: Afar
) -> None:
    order(typed, world, second, 7_00)
    assert "pay 7.00 tUSD" in typed.away("federation", "veto", "1", "--dry-run").err
    order(typed, world, linked)
    listed = typed.away("federation", "orders", "--json").data
    assert [(one["number"], one["branch"]) for one in listed] == [
        (1, linked.branch.address),
        (1, second.branch.address),
    ]
    assert "veto <its number> --of <its federation>" in typed.away("federation", "orders").out
    assert "pay 7.00 tUSD" not in typed.away("federation", "orders", "--of", "valley").out
    for command in ("veto", "confirm", "carry"):
        unsaid = typed.away("federation", command, "1")
        assert unsaid.code == 2 and "2 orders go by 1 here; say with --of at which branch" in unsaid.err, unsaid
        assert f"{second.branch.address} (Delta on chain 31337)" in unsaid.err, unsaid
    vetoed = typed.away("federation", "veto", "1", "--of", "valley")
    assert vetoed.code == 0, vetoed
    assert [one.state for one in linked.branch.orders()] == [OrderState.VETOED]
    assert [one.state for one in second.branch.orders()] == [OrderState.WAITING]
    assert typed.away("federation", "veto", "2", "--of", "valley").code == 2
    # An order's id means the same everywhere.
    [other] = second.branch.orders()
    carried = typed.away("federation", "carry", other.id[:12])
    assert carried.code == 0 and "pay 7.00 tUSD" in carried.out, carried


def test_the_branch_that_is_meant_is_paused(typed: Typist, world: World, linked: Afar, second: Afar) -> None:
    now = world.away.chain.now()
    unsaid = typed.away("federation", "pause")
    assert unsaid.code == 2 and "Harbour sits at 2 branches here; say which with --of" in unsaid.err, unsaid
    nowhere = typed.away("federation", "pause", "--of", world.away.members["Harbour"].address)
    assert nowhere.code == 2 and "Harbour sits at no branch of" in nowhere.err, nowhere
    paused = typed.away("federation", "pause", "--of", "delta")
    assert paused.code == 0 and "takes no notes until" in paused.out, paused
    assert second.branch.paused_until() > now
    assert linked.branch.paused_until() == 0
    assert typed.away("federation", "pause", "--of", linked.branch.address).code == 0
    assert linked.branch.paused_until() > now
