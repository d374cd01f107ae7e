"""Federations across two chains: linked by motions, decided together, and safe while no note comes through."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode

from daokit.branch import Branch, OrderState
from daokit.branches import Afar, branches_of
from daokit.bridge import Fate, audit
from daokit.errors import RuleBroken, UsageError
from daokit.federation import Federation, Motion, MotionState
from daokit.federation_acts import Ceiling, Expel, Invalidate, Invite, Join, Pay, Spend
from daokit.federation_forms import Content
from daokit.federation_forms import encode as encode_act
from daokit.interop import Interoperable
from daokit.linking import Agreed, Linking, Signers
from daokit.quantities import DAY, HOUR
from tests.across import ACT, AWAY, HOME, SIGNERS, World, branch_of, content
from tests.federations import MOTION, VOTE, all_for
from tests.people import address, reverts
from tests.two_chains import VALIDATORS, TwoChains, two_chains, two_nodes

__all__ = ["two_chains", "two_nodes"]

MILL, HARBOUR, PIER, QUAY = ["alice", "bob", "carol"], ["dave", "erin", "frank", "grace"], ["heidi"], ["ivan"]


@pytest.fixture
def world(two_chains: TwoChains) -> World:
    return World(two_chains)


@pytest.fixture
def valley(world: World) -> Federation:
    """A federation of the mill at home; the harbour, the pier and the quay on the other chain are invited."""
    mill = world.home.collective("Mill", *MILL)
    invited = [
        world.away.collective(name, *people) for name, people in (("Harbour", HARBOUR), ("Pier", PIER), ("Quay", QUAY))
    ]
    made = world.found([mill], invited)
    world.home.join("Mill", made)
    return made


@pytest.fixture
def afar(world: World, valley: Federation) -> Afar:
    """The valley linked with the other chain, where the harbour sits."""
    found = world.link(valley)
    world.join("Harbour", found)
    return found


def pay(world: World, amount: int = 4_00) -> Content:
    return content("Mend the pier", Pay(AWAY, world.away.coin, address("bob"), amount), competence="water")


def order(world: World, afar: Afar, amount: int = 4_00) -> Motion:
    """The branch holds 100.00 of levies; a motion that pays from there is enacted, and its order on its way."""
    harbour = world.away.members["Harbour"].treasury
    harbour.deposit(world.away.coin, 2_000_00)
    harbour.bubble(afar.branch.address, world.away.coin)
    motion = world.decide(afar.federation, pay(world, amount))
    assert afar.federation.orders_of(motion.key) == [0]
    afar.federation.send_order(motion.key, 0)
    return motion


def object_to(world: World, afar: Afar, subject: str) -> None:
    """As many of the harbour's people as it takes object."""
    for person in HARBOUR:
        governor = world.away.as_(person, "Harbour").governor
        if not governor.objects_to(afar.branch.address, subject):
            governor.object_to(afar.branch.address, subject)


# Deciding


def test_the_collective_on_the_other_chain_decides(world: World, afar: Afar) -> None:
    valley = afar.federation
    assert [(one.people, one.member.chain) for one in valley.seats()] == [(3, HOME), (4, AWAY)]
    mill = world.home.members["Mill"].treasury
    mill.deposit(world.home.coin, 1_000_00)
    mill.bubble(valley.purse.address, world.home.coin)
    put = content("Mend the pier", Pay(HOME, world.home.coin, address("bob"), 4_00), competence="water")
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
    assert valley.purse.book(world.home.coin).free == 46_00


def test_notes_told_twice_or_out_of_order_change_nothing(world: World, afar: Afar) -> None:
    motions = [world.home.federation(who, afar.federation).open(content(who)) for who in ("alice", "bob")]
    for one in motions:
        world.put_away("Harbour", afar, one, all_for(HARBOUR))
    world.wait(VOTE)
    treasury = world.away.members["Harbour"].treasury.address
    for one in (motions[0], motions[1], motions[0]):
        afar.branch.tell(treasury, [one.key])
    first, second, third = world.chains.away.sent()[-3:]
    for sent in (third, first, second):
        world.chains.bring(AWAY, sent)
    told = [(afar.federation.motion(one.key).people_for, len(afar.federation.told(one.key))) for one in motions]
    assert told == [(4, 1), (4, 1)]
    with reverts("Error"):
        world.chains.bring(AWAY, first, direct=True)
    assert [one.people for one in afar.federation.seats()] == [3, 4]


def test_who_leaves_in_mid_vote_takes_its_votes_along(world: World, afar: Afar) -> None:
    motion = world.home.federation("alice", afar.federation).open(content("Go on"))
    world.put_away("Harbour", afar, motion, all_for(HARBOUR))
    harbour = world.away.members["Harbour"]
    world.wait(VOTE)
    afar.branch.tell(harbour.treasury.address, [motion.key])
    world.carry()
    assert afar.federation.motion(motion.key).people_for == 4
    world.away.decide("Harbour", harbour.treasury.to_quit(afar.branch.address))
    assert harbour.treasury.ties() == []
    afar.branch.tell_gone(harbour.address)
    world.carry()
    now = afar.federation.motion(motion.key)
    assert (now.people_for, now.enrolled, len(afar.federation.seats())) == (0, 3, 1)


def test_three_levels_on_two_chains_decide_together(world: World, valley: Federation) -> None:
    afar = world.link(valley)
    coast = world.away.found(world.away.members["Harbour"], name="Coast")
    world.away.join("Harbour", coast)
    world.decide(valley, content("Invite the coast", Invite(coast.member)))
    joining = content("Join the valley", Join(AWAY, afar.branch.address, afar.branch.charter(), 500))
    world.away.carry(coast, joining, {"Harbour": all_for(HARBOUR)}, by="dave")
    afar.branch.tell(coast.purse.address)
    world.carry()
    assert [(one.people, one.address) for one in valley.seats()][1:] == [(4, coast.address)]
    valley.send_seat(2)
    world.carry()
    assert coast.purse.trail() == [coast.member.id, valley.member.id]
    world.wait(1)
    motion = world.home.federation("alice", valley).open(content("Go on together"))
    passed = world.away.federation("dave", coast).pass_down(afar.branch.address, valley.asked(motion.key))
    world.away.vote("Harbour", coast, passed.key, {"dave": 1, "erin": 1, "frank": -1})
    world.wait(VOTE)
    world.away.tell("Harbour", coast, passed.key)
    world.wait(MOTION - VOTE + DAY)
    [untold] = afar.untold()
    assert (untold.treasury, untold.motions) == (coast.purse.address, (motion.key,))
    afar.branch.tell(untold.treasury, untold.motions)
    world.carry()
    now = valley.motion(motion.key)
    assert (now.people_for, now.people_against) == (2, 1)


# Orders


def test_an_order_waits_three_days_and_is_done(world: World, afar: Afar) -> None:
    order(world, afar)
    world.carry()
    [one] = afar.branch.orders()
    assert (one.state, one.due - one.received) == (OrderState.WAITING, 72 * HOUR)
    with reverts("OrderWaits"):
        afar.branch.carry_out(one)
    world.wait(3 * DAY)
    afar.branch.carry_out(one)
    assert afar.branch.book(world.away.coin).free == 96_00
    # The same order again, in another note, is not another payment.
    afar.federation.send_order(one.motion, 0)
    with reverts("OrderIs", state=4):
        world.carry()
    assert afar.branch.book(world.away.coin).free == 96_00


def test_the_people_of_one_member_veto_and_others_confirm(world: World, afar: Afar) -> None:
    for name in ("Pier", "Quay"):
        world.join(name, afar)
    world.wait(14 * DAY)
    order(world, afar)
    world.carry()
    [one] = afar.branch.orders()
    with reverts("NoObjectionOf"):
        afar.branch.veto(one.id, world.away.members["Harbour"].treasury.address)
    object_to(world, afar, one.id)
    treasury = world.away.members["Harbour"].treasury.address
    assert branch_of(afar, world, "judy").veto(one.id, treasury).state is OrderState.VETOED
    world.wait(3 * DAY)
    with reverts("OrderIs"):
        afar.branch.carry_out(one)
    world.away.decide("Pier", afar.branch.to_confirm(one.id))
    assert afar.branch.order(one.id).state is OrderState.VETOED
    with reverts("HasSpoken"):
        world.away.decide("Pier", afar.branch.to_confirm(one.id))
    assert afar.branch.order(one.id).state is OrderState.VETOED
    world.away.decide("Quay", afar.branch.to_confirm(one.id))
    assert afar.branch.order(one.id).state is OrderState.CONFIRMED
    with reverts("OrderIs"):
        afar.branch.veto(one.id, treasury)
    afar.branch.carry_out(afar.branch.order(one.id))
    assert afar.branch.book(world.away.coin).free == 96_00


def test_no_more_than_a_bucket_leaves_in_a_week(world: World, afar: Afar) -> None:
    order(world, afar, 10_01)
    world.carry()
    room = afar.branch.ceiling(world.away.coin)
    assert (room.cap, room.used, room.bps) == (10_00, 0, 1000)
    world.wait(3 * DAY)
    [one] = afar.branch.orders()
    with reverts("BeyondTheBucket"):
        afar.branch.carry_out(one)
    assert afar.branch.book(world.away.coin).free == 100_00


# Notes that are not taken


def test_an_expired_note_is_refused(world: World, afar: Afar) -> None:
    afar.branch.tell(world.away.members["Harbour"].treasury.address)
    world.wait(31 * DAY)
    with reverts("NoteExpired"):
        world.carry()


def test_notes_signed_by_validators_that_were_replaced_are_refused_and_resent_ones_count(
    world: World, afar: Afar
) -> None:
    motion = world.home.federation("alice", afar.federation).open(content("Go on"))
    world.put_away("Harbour", afar, motion, all_for(HARBOUR))
    newer = Signers.of([VALIDATORS[0], VALIDATORS[1], address("judy")], 2)
    acts = world.change(afar.federation, newer)
    assert [type(one).__name__ for one in acts] == ["LinkBack", "Link"]
    put = content("Other validators", *acts)
    link = world.home.federation("bob", afar.federation).open(put)
    world.home.vote("Mill", afar.federation, link.key, all_for(MILL))
    world.put_away("Harbour", afar, link, all_for(HARBOUR))
    world.wait(VOTE)
    world.home.tell("Mill", afar.federation, link.key)
    treasury = world.away.members["Harbour"].treasury.address
    afar.branch.tell(treasury, [motion.key, link.key])
    world.carry()
    world.past_voting(put)
    # In flight while the link changes: signed by one that stays and one that goes.
    afar.branch.tell(treasury)
    assert afar.federation.enact(link.key).state is MotionState.ENACTED
    there = world.chains.validators[AWAY]
    there.silent = {VALIDATORS[1]}
    with pytest.raises(RuleBroken, match="2 of 3 validators must sign"):
        world.carry()
    there.silent = set()
    world.carry()
    assert [one.people for one in afar.federation.seats()] == [3, 4]
    with pytest.raises(RuleBroken, match="is linked with away so already"):
        afar.federation.send_order(link.key, 0)
        world.carry()
        world.wait(14 * DAY)
        [back] = afar.branch.orders()
        afar.branch.carry_out(back)
        world.change(afar.federation, newer)


def test_one_of_two_signatures_is_not_enough(world: World, afar: Afar) -> None:
    world.chains.validators[AWAY].silent = set(VALIDATORS[1:])
    afar.branch.tell(world.away.members["Harbour"].treasury.address)
    with pytest.raises(RuleBroken, match="2 of 3 validators must sign"):
        world.carry()


# While nothing comes through


def test_without_any_note_a_member_leaves_and_its_levy_stops(world: World, afar: Afar) -> None:
    order(world, afar)
    world.carry()
    harbour = world.away.members["Harbour"].treasury
    sent = len(world.chains.away.sent())
    harbour.deposit(world.away.coin, 500_00)
    before = harbour.book(world.away.coin).free
    [one] = afar.branch.orders()
    object_to(world, afar, one.id)
    assert afar.branch.veto(one.id, harbour.address).state is OrderState.VETOED
    share = afar.branch.exit_share(harbour.address, world.away.coin)
    world.away.decide("Harbour", harbour.to_quit(afar.branch.address))
    assert share == 100_00
    assert harbour.book(world.away.coin).free == before + share
    with reverts("NotTied"):
        harbour.bubble(afar.branch.address, world.away.coin)
    assert len(world.chains.away.sent()) == sent


def test_while_the_other_chain_stands_still_less_than_half_decides_nothing(world: World, afar: Afar) -> None:
    valley = afar.federation
    world.wait(38 * DAY)
    valley.mark_silent(2)
    totals = valley.totals()
    assert (totals.seats, totals.live_seats, totals.people, totals.live_people) == (2, 1, 7, 3)
    motion = world.home.carry(valley, content("Alone"), {"Mill": all_for(MILL)}, by="alice")
    assert motion.state is MotionState.DEFEATED
    # Heard again, it counts again.
    afar.branch.tell(world.away.members["Harbour"].treasury.address)
    world.carry()
    assert valley.totals().live_people == 7


def test_a_note_that_never_arrives_is_missing_in_the_audit(world: World, afar: Afar) -> None:
    afar.branch.tell(world.away.members["Harbour"].treasury.address)
    gateways = world.gateways(afar)
    assert [one.fate for one in audit(gateways) if one.fate is not Fate.ARRIVED] == [Fate.WAITING]
    world.wait(2 * HOUR)
    assert [one.fate for one in audit(gateways) if one.fate is not Fate.ARRIVED] == [Fate.MISSING]
    world.carry()
    assert [one.fate for one in audit(gateways) if one.fate is not Fate.ARRIVED] == [Fate.LATE]


# A bridge that lies


def test_a_bridge_that_lies_takes_one_bucket_of_the_branch_and_nothing_of_a_member(world: World, afar: Afar) -> None:
    branch, harbour = afar.branch, world.away.members["Harbour"].treasury
    harbour.deposit(world.away.coin, 2_000_00)
    harbour.bubble(branch.address, world.away.coin)
    own = harbour.book(world.away.coin).free
    lies = [Pay(AWAY, world.away.coin, address("judy"), 10_00), Pay(AWAY, world.away.coin, address("judy"), 9_00)]
    for number, one in enumerate([*lies, Ceiling(AWAY, world.away.coin, 10_000)]):
        body = encode(["bytes32", "uint256", ACT], [bytes(32), number, encode_act(one, HOME)])
        world.forge(afar, 4, body)
    with reverts("NotAnOrder"):  # what would spend from a member is no order
        spend = Spend(AWAY, harbour.address, 1, address("judy"), 1)
        world.forge(afar, 4, encode(["bytes32", "uint256", ACT], [bytes(32), 9, encode_act(spend, HOME)]))
    first, second, third = branch.orders()
    object_to(world, afar, third.id)
    branch.veto(third.id, harbour.address)
    world.wait(3 * DAY)
    branch.carry_out(first)
    with reverts("BeyondTheBucket"):
        branch.carry_out(second)
    assert branch.book(world.away.coin).free == 90_00
    assert harbour.book(world.away.coin).free == own
    # It goes, with all that its levies left, and no note is needed for it.
    world.away.decide("Harbour", harbour.to_quit(branch.address))
    assert harbour.book(world.away.coin).free == own + 90_00


def test_a_federation_that_finds_its_member_above_itself_drops_the_note(world: World, afar: Afar) -> None:
    harbour = world.away.members["Harbour"]
    above = [bytes.fromhex(Interoperable.evm(AWAY, harbour.address).id[2:])]
    with reverts("Circle"):
        world.forge(
            afar, 3, encode(["address", "uint8", "uint256", "uint256", "bytes32[]"], [harbour.address, 2, 0, 0, above])
        )
    assert afar.branch.trail() == [afar.federation.member.id]


def test_notes_are_not_taken_while_a_member_wants_a_pause(world: World, afar: Afar) -> None:
    branch, treasury = afar.branch, world.away.members["Harbour"].treasury.address
    subject = branch.pause_subject()
    object_to(world, afar, subject)
    until = branch.pause(treasury)
    assert 7 * DAY - HOUR < until - world.away.chain.now() <= 7 * DAY
    afar.federation.send_seat(2)
    with reverts("IsPaused", until=until):
        world.carry()
    world.wait(7 * DAY)
    assert len(world.carry()) == 1
    with reverts("PausedLately"):
        branch.pause(treasury)


def test_one_motion_drops_all_orders_that_were_not_done(world: World, afar: Afar) -> None:
    order(world, afar)
    world.carry()
    world.wait(1)
    motion = world.decide(afar.federation, content("Drop them", Invalidate(AWAY, world.away.chain.now())))
    afar.federation.send_order(motion.key, 0)
    world.carry()
    [one] = [one for one in afar.branch.orders() if isinstance(one.act, Pay)]
    assert one.dropped
    with reverts("OrderDropped"):
        afar.branch.carry_out(one)


# What is refused in words


def test_what_cannot_be_linked_is_refused_in_words(world: World, valley: Federation) -> None:
    for count, threshold, local in ((3, 4, True), (1, 1, False), (2, 2, False), (0, 0, True)):
        with pytest.raises(UsageError, match=f"{threshold} of {count} validators would have to sign"):
            Signers.of(VALIDATORS[:count], threshold).check(local=local)
    SIGNERS.check(local=False)
    with pytest.raises(UsageError, match="orders would wait"):
        Agreed(SIGNERS, SIGNERS, wait=HOUR).check(local=False)
    home = world.chains.home
    with pytest.raises(RuleBroken, match="name another chain to link it with"):
        Linking(valley, home.core, home.chain, home.core, Agreed(SIGNERS, SIGNERS))
    with pytest.raises(RuleBroken, match="has no link with away"):
        world.change(valley, SIGNERS)
    with pytest.raises(RuleBroken, match="is not linked with away"):
        Afar.of(valley, world.away.chain)


def test_a_link_with_what_is_no_branch_of_the_federation_is_seen(world: World, valley: Federation) -> None:
    linking = world.linking(valley)
    linking.make_gateway()
    branch = linking.found_branch()
    linking.check()
    assert branches_of(world.away.chain, valley.member) == [branch.address]
    assert linking.found_branch().address == branch.address
    other = world.linking(valley, Signers.of([address("judy"), *VALIDATORS[:2]], 2))
    other.found_branch()
    world.decide(valley, content("Link", linking.act()))
    with pytest.raises(RuleBroken, match="anybody can found a branch, so do not use this one"):
        Afar.between(world.home.chain, other.found_branch())
    with pytest.raises(RuleBroken, match="no branch of this program"):
        Afar.between(world.home.chain, Branch(world.away.chain, world.away.members["Harbour"].treasury.address))


def test_unknown_members_other_competences_and_other_charters_are_refused(world: World, afar: Afar) -> None:
    valley = afar.federation
    with reverts("NotSitting"):
        valley.send_seat(9)
    with reverts("NotCompetent"):
        world.home.federation("alice", valley).open(content("Roads", competence="roads"))
    with reverts("OtherCharter"):
        pier = world.away.members["Pier"].treasury
        world.away.decide("Pier", pier.to_join(afar.branch.address, "0x" + "11" * 32, 0))
    stranger = world.away.collective("Stranger", "judy")
    world.away.decide("Stranger", stranger.treasury.to_join(afar.branch.address, afar.branch.charter(), 0))
    afar.branch.tell(stranger.treasury.address)
    with reverts("NotInvited"):
        world.carry()
    expel = content("Away with them", Expel(Interoperable.evm(AWAY, address("judy"))))
    with pytest.raises(RuleBroken, match="does not sit in Valley; there sit Mill"):
        world.decide(valley, expel)
