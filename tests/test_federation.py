"""Federations on one chain: joining, levies, motions, every way to count, three levels, leaving."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from daokit.chain import Chain
from daokit.errors import RuleBroken, UsageError
from daokit.federation import Federation, MotionState
from daokit.federation_acts import (
    Competence,
    ConfirmRoll,
    Delegate,
    Expel,
    Invite,
    Join,
    Levy,
    Pay,
    Quit,
    Request,
    SetCharter,
    SetRules,
    Spend,
)
from daokit.federation_duties import all_above, enactable, undecided, undescended, untold
from daokit.federation_power import warnings
from daokit.federation_rules import Count, Rules
from daokit.federation_tree import top, tree
from daokit.interop import Interoperable
from tests.federations import LARGE, MOTION, TELLING, VOTE, Land, all_for, content
from tests.people import DAY, address, reverts


@pytest.fixture
def land(chain: Chain, coin: str) -> Land:
    return Land(chain, coin)


@pytest.fixture
def valley(land: Land) -> Federation:
    """A federation of the mill (alice, bob, carol), which passes up 5 %, and the farm (dave, erin), which 10 %."""
    made = land.found(land.collective("Mill", "alice", "bob", "carol"), land.collective("Farm", "dave", "erin"))
    land.join("Mill", made)
    land.join("Farm", made, 1000)
    return made


def who(land: Land, name: str) -> Interoperable:
    return Interoperable.evm(land.chain.id, land.members[name].address)


# Joining and leaving


def test_who_was_invited_and_joined_sits_with_its_people(valley: Federation) -> None:
    assert [(one.number, one.name, one.people, one.live) for one in valley.seats()] == [
        (1, "Mill", 3, True),
        (2, "Farm", 2, True),
    ]
    totals = valley.totals()
    assert (totals.seats, totals.people, totals.live_people) == (2, 5, 5)


def test_a_collective_that_nobody_invited_cannot_join(land: Land, valley: Federation) -> None:
    land.collective("Shop", "frank")
    with reverts("NotInvited"):
        land.join("Shop", valley)
    assert land.members["Shop"].treasury.ties() == []


def test_an_invitation_is_good_for_half_a_year(land: Land) -> None:
    made = land.found(land.collective("Mill", "alice"), land.collective("Farm", "dave"))
    land.join("Mill", made)
    land.wait(150 * DAY)
    assert made.invited() == [who(land, "Farm")] and made.invitation(who(land, "Farm")) == 0
    land.wait(31 * DAY)
    assert made.invited() == [] and made.invitation(who(land, "Farm")) is None
    with reverts("NotInvited"):
        land.join("Farm", made)


def test_joining_under_another_charter_than_the_one_in_force_is_refused(land: Land, valley: Federation) -> None:
    shop = land.collective("Shop", "frank")
    land.carry(valley, content("Invite Shop", Invite(who(land, "Shop"))), {"Mill": all_for(["alice"])}, by="bob")
    with reverts("OtherCharter"):
        land.decide("Shop", shop.treasury.to_join(valley.purse.address, "0x" + "11" * 32, 0))


def test_an_invited_collective_joins_and_counts_in_later_motions_only(land: Land, valley: Federation) -> None:
    land.collective("Shop", "frank")
    done = land.carry(valley, content("Invite Shop", Invite(who(land, "Shop"))), {"Mill": all_for(["alice"])}, by="bob")
    assert done.state is MotionState.ENACTED
    assert valley.invited() == [who(land, "Shop")]
    early = valley.open(content("Before"))
    land.join("Shop", valley)
    assert [one.name for one in valley.seats()] == ["Mill", "Farm", "Shop"]
    assert valley.motion(early.key).enrolled == 5
    assert undecided(land.members["Shop"], valley) == []
    assert land.federation("frank", valley).open(content("After")).enrolled == 6


def test_who_joined_in_the_second_of_an_opening_but_before_it_counts(land: Land) -> None:
    made = land.found(land.collective("Mill", "alice", "bob", "carol"), land.collective("Farm", "dave", "erin"))
    land.join("Mill", made)
    land.decide("Farm", land.members["Farm"].treasury.to_join(made.purse.address, made.charter(), 0))
    land.chain.rpc.request("evm_setNextBlockTimestamp", [land.chain.time_of(land.chain.block_number())])
    motion = land.federation("alice", made).open(content("At once"))
    assert (motion.enrolled, made.seats()[1].joined) == (5, motion.opened)
    assert [one.put.key for one in undecided(land.members["Farm"], made)] == [motion.key]
    land.vote("Farm", made, motion.key, all_for(["dave", "erin"]))
    land.wait(VOTE)
    assert (made.seats()[1].number, (motion.key,)) in [(one.seat.number, one.motions) for one in untold(made)]
    land.tell("Farm", made, motion.key)
    assert made.motion(motion.key).people_for == 2


def test_who_is_marked_as_silent_can_say_so_under_any_rules(land: Land, valley: Federation) -> None:
    land.wait(40 * DAY)
    land.tell("Mill", valley)
    valley.mark_silent(2)
    patient = replace(valley.rules(), stale_after=365 * DAY)
    land.carry(valley, content("Patience", SetRules(patient)), {"Mill": all_for(["alice", "bob", "carol"])}, by="alice")
    # A third of it has not passed for either.
    assert valley.rules().quiet_after == 365 * DAY // 3 > land.chain.now() - valley.seats()[1].heard
    assert [(one.seat.name, one.quiet) for one in untold(valley)] == [("Farm", True)]
    land.tell("Farm", valley)
    assert untold(valley) == [] and valley.totals().live_seats == 2


def test_a_leaver_gets_its_share_in_the_block_in_which_it_leaves(land: Land, valley: Federation) -> None:
    mill, farm = land.members["Mill"].treasury, land.members["Farm"].treasury
    mill.deposit(land.coin, 1_000_00)
    farm.deposit(land.coin, 300_00)
    mill.bubble(valley.purse.address, land.coin)
    farm.bubble(valley.purse.address, land.coin)
    # 50.00 and 30.00 were passed up, and 30.00 went out: 50.00 is left.
    weir = content("Weir", Pay(land.chain.id, land.coin, address("bob"), 30_00), competence="water", large=True)
    land.carry(valley, weir, {"Mill": all_for(["alice", "bob"])}, by="erin")
    # floor(50.00 * 50.00 / 80.00)
    assert valley.purse.exit_share(mill.address, land.coin) == 31_25
    land.decide("Mill", mill.to_quit(valley.purse.address))
    assert [one.name for one in valley.seats()] == ["Farm"]
    assert mill.book(land.coin).free == 950_00 + 31_25
    assert mill.ties() == []
    assert valley.purse.book(land.coin).free == 18_75
    assert valley.purse.levies(farm.address, land.coin).all == 30_00


def test_a_leaver_s_tally_and_weight_leave_open_motions(land: Land, valley: Federation) -> None:
    motion = land.federation("erin", valley).open(content("Who stays decides"))
    land.vote("Mill", valley, motion.key, all_for(["alice", "bob"]))
    land.wait(VOTE)
    land.tell("Mill", valley, motion.key)
    assert (valley.motion(motion.key).people_for, valley.motion(motion.key).enrolled) == (2, 5)
    land.decide("Mill", land.members["Mill"].treasury.to_quit(valley.purse.address))
    now = valley.motion(motion.key)
    assert (now.people_for, now.enrolled, now.enrolled_seats) == (0, 2, 1)


def test_an_expelled_member_s_levies_stop_at_notice_and_its_seat_ends_with_it(land: Land, valley: Federation) -> None:
    land.members["Farm"].treasury.deposit(land.coin, 100_00)
    put = content("Expel Farm", Expel(who(land, "Farm")))
    done = land.carry(valley, put, {"Mill": all_for(["alice", "bob", "carol"])}, by="alice")
    assert done.state is MotionState.ENACTED and done.two_thirds
    with reverts("UnderNotice"):
        land.members["Farm"].treasury.bubble(valley.purse.address, land.coin)
    with reverts("MotionWaits"):
        valley.unseat(2)
    land.wait(14 * DAY)
    valley.unseat(2)
    assert [one.name for one in valley.seats()] == ["Mill"]


# Levies


def test_a_levy_is_one_floor_of_revenue_since_the_last_call(land: Land, valley: Federation) -> None:
    mill = land.members["Mill"].treasury
    mill.deposit(land.coin, 333)
    mill.deposit(land.coin, 10_000, "grant")
    mill.deposit(land.coin, 666)
    due = mill.levy_due(valley.purse.address, land.coin)
    # floor((333 + 666) * 5 / 100); a grant is no revenue.
    assert (due.base, due.amount) == (999, 49)
    assert mill.bubble(valley.purse.address, land.coin) == 49
    assert mill.levies_due(valley.purse.address) == []
    assert mill.bubbled() == {land.coin: 49}


def test_another_share_holds_once_the_members_have_decided_it(land: Land, valley: Federation) -> None:
    mill = land.members["Mill"].treasury
    land.decide("Mill", mill.to_set_levy(valley.purse.address, 700))
    mill.deposit(land.coin, 1_000_00)
    assert mill.bubble(valley.purse.address, land.coin) == 70_00


def test_a_mandate_is_spent_by_motion_and_recalled_at_once(land: Land, valley: Federation) -> None:
    mill = land.members["Mill"].treasury
    mill.deposit(land.coin, 1_000_00, "grant")
    end = land.chain.now() + 300 * DAY
    land.decide("Mill", mill.to_mandate(valley.purse.address, land.coin, 30_00, 30 * DAY, end))
    spend = Spend(land.chain.id, mill.address, 1, address("judy"), 20_00, "gate")
    done = land.carry(valley, content("Gate", spend, competence="water"), {"Mill": all_for(["alice"])}, by="bob")
    assert done.state is MotionState.ENACTED
    assert mill.book(land.coin).free == 980_00
    land.decide("Mill", mill.to_end_mandate(1))
    again = land.federation("bob", valley).open(content("Again", spend, competence="water"))
    land.vote("Mill", valley, again.key, all_for(["alice"]))
    land.wait(VOTE)
    land.tell("Mill", valley, again.key)
    land.wait(MOTION + TELLING)
    with reverts("BudgetNotOpen"):
        valley.enact(again.key)


# Motions


def test_a_motion_pays_from_the_purse_once_members_have_decided_it(land: Land, valley: Federation) -> None:
    land.members["Mill"].treasury.deposit(land.coin, 1_000_00)
    assert land.members["Mill"].treasury.bubble(valley.purse.address, land.coin) == 50_00
    put = content("Mend the weir", Pay(land.chain.id, land.coin, address("bob"), 5_00, "weir"), competence="water")
    done = land.carry(valley, put, {"Mill": all_for(["alice", "bob"]), "Farm": {"dave": -1}}, by="erin")
    assert done.state is MotionState.ENACTED
    assert (done.people_for, done.people_against) == (2, 1)
    assert valley.purse.book(land.coin).free == 45_00


def test_a_motion_s_asked_is_what_its_key_commits_to(land: Land, valley: Federation) -> None:
    motion = land.federation("erin", valley).open(content("Speak", competence="water"))
    asked = valley.asked(motion.key)
    assert asked.key == motion.key == valley.asked(1).key
    assert (asked.opener, asked.votes_end, asked.number) == (address("erin"), motion.votes_end, 1)
    assert valley.put(1).text == "# Speak\n"


def test_only_the_people_of_a_member_open_motions_one_at_a_time(land: Land, valley: Federation) -> None:
    with pytest.raises(UsageError, match="has a seat in no member of Valley"):
        land.federation("judy", valley).open(content("Let me in"))
    land.federation("erin", valley).open(content("One"))
    with reverts("OneOpenMotion"):
        land.federation("erin", valley).open(content("Two"))
    land.federation("erin", valley).cancel(1)
    assert land.federation("erin", valley).open(content("Two")).number == 2
    assert valley.motion(1).state is MotionState.CANCELLED


def test_a_motion_outside_what_was_delegated_is_refused(land: Land, valley: Federation) -> None:
    pay = Pay(land.chain.id, land.coin, address("bob"), 1)
    with reverts("NotCompetent"):
        land.federation("erin", valley).open(content("Roads", pay, competence="roads"))
    land.decide("Mill", land.members["Mill"].treasury.to_delegate(valley.purse.address, "water", False))
    held = valley.competences()[0]
    assert (held.name, held.delegators, held.held) == ("water", 1, False)
    with reverts("NotCompetent"):
        land.federation("erin", valley).open(content("Water", pay, competence="water"))


def test_a_motion_that_asks_one_member_alone_is_that_member_s_affair(land: Land, valley: Federation) -> None:
    gate = Request(who(land, "Mill"), "mend the gate")
    with reverts("FallsOnOneMember"):
        land.federation("erin", valley).open(content("Gate", gate, competence="water"))


def test_large_acts_wait_three_weeks_so_that_a_member_can_leave_first(land: Land, valley: Federation) -> None:
    motion = land.federation("erin", valley).open(content("Roads too", Competence("roads")))
    for name, people in land.people.items():
        land.vote(name, valley, motion.key, all_for(people))
    land.wait(VOTE)
    for one in untold(valley):
        valley.purse.tell(one.treasury, one.motions)
    assert untold(valley) == []
    land.until(motion.closes + 1)
    assert enactable(valley) == []
    with reverts("MotionWaits"):
        valley.enact(motion.key)
    land.until(valley.motion(motion.key).enactable_at)
    assert [one.key for one in enactable(valley)] == [motion.key]
    valley.enact(motion.key)
    assert [one.name for one in valley.competences()] == ["water", "roads"]


def test_a_vote_at_home_that_would_end_too_late_is_not_opened(land: Land, valley: Federation) -> None:
    motion = land.federation("erin", valley).open(content("Soon"))
    [waiting] = undecided(land.members["Mill"], valley)
    assert waiting.last == motion.votes_end - VOTE
    land.wait(MOTION - VOTE + 60)
    assert undecided(land.members["Mill"], valley) == []
    with reverts("TooLateForMotion"):
        land.vote("Mill", valley, motion.key, {})


def test_rules_and_charter_change_by_large_motions(land: Land, valley: Federation) -> None:
    rules = Rules(ordinary=Count.DOUBLE, large=Count.SEATS, quorum_bps=3000)
    text = "0x" + "22" * 32
    put = content("New rules", SetRules(rules), SetCharter(text, "ipfs://there"))
    both = {name: all_for(people) for name, people in land.people.items()}
    land.carry(valley, put, both, by="erin")
    assert valley.rules() == rules
    assert (valley.charter(), valley.charter_text(), valley.purse.charter()) == (text, None, text)


# Ways to count, by hand


@pytest.mark.parametrize(
    ("count", "mill", "farm", "shop", "passes"),
    [
        # People 4, 2, 1: two for against three.
        (Count.PEOPLE, [1, 1, 0, 0], [-1, -1], [-1], False),
        (Count.PEOPLE, [1, 1, 1, 1], [-1, -1], [-1], True),
        # As blocs: one against two, and two against one.
        (Count.SEATS, [1, 1, 1, 1], [-1, -1], [-1], False),
        (Count.SEATS, [-1, -1, -1, -1], [1, 1], [1], True),
        # Weights 2000, 1414, 1000: more than 2207 of 4414.
        (Count.PENROSE, [1, 1, 1, 1], [0, 0], [0], False),
        (Count.PENROSE, [0, 0, 0, 0], [1, 1], [1], True),
        # The quota: ceil((4414 + isqrt(2000^2 + 1414^2 + 1000^2)) / 2) = ceil((4414 + 2645) / 2) = 3530.
        (Count.PENROSE_QUOTA, [1, 1, 1, 1], [1, 1], [0], False),
        (Count.PENROSE_QUOTA, [1, 1, 1, 1], [1, 1], [1], True),
        # Most people and most seats.
        (Count.DOUBLE, [1, 1, 1, 1], [-1, -1], [-1], False),
        (Count.DOUBLE, [1, 1, 1, 1], [1, 1], [-1], True),
    ],
)
def test_each_way_to_count_by_hand(
    land: Land, count: Count, mill: list[int], farm: list[int], shop: list[int], passes: bool
) -> None:
    people = {"Mill": ["alice", "bob", "carol", "dave"], "Farm": ["erin", "frank"], "Shop": ["grace"]}
    made = land.found(*(land.collective(name, *some) for name, some in people.items()))
    for name in people:
        land.join(name, made)
    every = {name: all_for(some) for name, some in people.items()}
    land.carry(made, content("Count", SetRules(Rules(ordinary=count))), every, by="bob")
    cast = {
        name: {one: vote for one, vote in zip(some, votes, strict=True) if vote}
        for (name, some), votes in zip(people.items(), (mill, farm, shop), strict=True)
    }
    done = land.carry(made, content("Question"), cast, by="bob")
    assert done.count is count
    assert (done.state is MotionState.ENACTED) is passes


def test_a_member_s_people_never_count_for_more_than_its_roll_at_opening(land: Land, valley: Federation) -> None:
    motion = land.federation("erin", valley).open(content("How many"))
    number = land.vote("Mill", valley, motion.key, {"alice": 1, "bob": 1, "carol": -1})
    assert land.as_("alice", "Mill").governor.proposal(number).options == 1
    land.wait(VOTE)
    land.tell("Mill", valley, motion.key)
    told = valley.told(motion.key)[1]
    assert (told.people_for, told.people_against, told.decision) == (2, 1, 1)


def test_a_person_who_sits_in_two_members_counts_in_each(land: Land) -> None:
    made = land.found(land.collective("Mill", "alice", "bob"), land.collective("Farm", "alice", "dave", "erin"))
    land.join("Mill", made)
    land.join("Farm", made)
    assert made.totals().people == 5
    put = content("Open on Saturdays", competence="water")
    motion = land.carry(made, put, {"Mill": {"alice": 1}, "Farm": {"alice": 1, "dave": -1}}, by="alice")
    assert (motion.people_for, motion.people_against) == (2, 1)


def test_a_roll_that_grew_by_more_than_a_fifth_counts_only_once_a_motion_confirmed_it(
    land: Land, valley: Federation
) -> None:
    from daokit.accounts import dev_signer
    from daokit.collective import Collective

    mill = land.members["Mill"]
    for name in ("frank", "grace", "heidi", "ivan"):
        chain = land.chain.as_(dev_signer(name))
        Collective.load(chain, mill.address).membership.join(name, mill.membership.charter()[0])
    assert mill.membership.seats() == 7
    [waiting] = untold(valley)
    assert (waiting.people, waiting.motions) == (7, ())
    valley.purse.tell(waiting.treasury)
    # 3 at joining: two more count, the others once the federation has said so.
    assert valley.seats()[0].people == 5
    both = {"Mill": all_for(["alice", "bob", "carol"]), "Farm": all_for(["dave", "erin"])}
    land.carry(valley, content("They are", ConfirmRoll(who(land, "Mill"), 7)), both, by="erin")
    valley.purse.tell(mill.treasury.address)
    assert valley.seats()[0].people == 7


# Power


def test_who_decides_alone_is_named_and_a_double_majority_mends_it(valley: Federation) -> None:
    powers = valley.power()
    assert [(one.name, one.power, one.index) for one in powers] == [("Mill", 1, 1), ("Farm", 0, 0)]
    assert warnings(powers, Count.PEOPLE) == [
        "Mill decides alone, whatever all others say",
        "Farm has no power: nothing ever depends on it",
    ]
    both = valley.power(Count.DOUBLE)
    assert [one.power for one in both] == [Fraction(1, 2), Fraction(1, 2)]
    assert warnings(both, Count.DOUBLE) == ["Mill can stop everything", "Farm can stop everything"]


def test_rules_under_which_a_member_has_no_power_are_refused_before_they_are_sent(
    land: Land, valley: Federation
) -> None:
    # Roots of 3 and 2 people: 1732 is more than half of 3146.
    with pytest.raises(RuleBroken, match="Farm would have no power"):
        land.federation("erin", valley).open(content("Roots", SetRules(Rules(ordinary=Count.PENROSE))))
    with pytest.raises(RuleBroken, match="would have no power"):
        land.found(*land.members.values(), name="Other", ordinary="penrose")


# Three levels


@pytest.fixture
def country(land: Land, valley: Federation) -> Federation:
    """A federation of the valley, which passes up 20 %, and the coast (the port: frank, grace, heidi)."""
    port = land.collective("Port", "frank", "grace", "heidi")
    coast = land.found(port, name="Coast")
    land.join("Port", coast, 1000)
    made = land.found(valley, coast, name="Country")
    for below, people in (
        (valley, {n: land.people[n] for n in ("Mill", "Farm")}),
        (coast, {"Port": land.people["Port"]}),
    ):
        join = Join(land.chain.id, made.purse.address, made.charter(), 2000)
        votes = {name: all_for(some) for name, some in people.items()}
        by = next(iter(people.values()))[0]
        assert land.carry(below, content(f"Join {made.name}", join), votes, by=by).state is MotionState.ENACTED
    land.wait(1)
    return made


def test_a_levy_goes_up_level_by_level(land: Land, valley: Federation, country: Federation) -> None:
    land.members["Mill"].treasury.deposit(land.coin, 1_000_00)
    assert land.members["Mill"].treasury.bubble(valley.purse.address, land.coin) == 50_00
    assert valley.purse.bubble(country.purse.address, land.coin) == 10_00
    assert [one.purse.book(land.coin).free for one in (valley, country)] == [40_00, 10_00]


def test_a_motion_of_the_top_is_decided_at_the_bottom(land: Land, valley: Federation, country: Federation) -> None:
    assert [one.name for one in all_above(land.members["Mill"].treasury)] == ["Valley", "Country"]
    motion = land.federation("alice", country).open(content("One law"))
    assert country.path_of(address("alice")) == [land.members["Mill"].address, valley.address]
    [waits] = undescended([valley, country])
    assert (waits.below.name, waits.put.key) == ("Valley", motion.key)
    passed = land.federation("dave", valley).pass_down(country.purse.address, country.asked(motion.key))
    assert undescended([valley, country]) == []
    land.vote("Mill", valley, passed.key, {"alice": 1, "bob": -1})
    land.vote("Farm", valley, passed.key, all_for(["dave", "erin"]))
    land.wait(VOTE)
    for name in ("Mill", "Farm"):
        land.tell(name, valley, passed.key)
    land.wait(passed.closes - land.chain.now() + 1)
    [up] = [one for one in untold(country) if one.motions]
    assert (up.seat.name, up.treasury) == ("Valley", valley.purse.address)
    country.purse.tell(up.treasury, up.motions)
    now = country.motion(motion.key)
    assert (now.people_for, now.people_against, now.seats_for) == (3, 1, 1)


def test_the_tree_shows_who_is_above_whom_with_levies_and_weights(
    land: Land, valley: Federation, country: Federation
) -> None:
    assert top(valley).address == country.address
    root = tree(country)
    assert [(one.name, one.kind, one.people, one.weight, one.of, one.levy_bps) for one in root.below] == [
        ("Valley", "federation", 5, 5, 8, 2000),
        ("Coast", "federation", 3, 3, 8, 2000),
    ]
    assert [(one.name, one.levy_bps) for one in root.below[0].below] == [("Mill", 500), ("Farm", 1000)]


def test_who_is_above_cannot_join_below(land: Land, valley: Federation, country: Federation) -> None:
    every = {name: all_for(land.people[name]) for name in ("Mill", "Farm")}
    land.carry(valley, content("Invite Country", Invite(country.member)), every, by="alice")
    join = content("Close the circle", Join(land.chain.id, valley.purse.address, valley.charter(), 0))
    motion = land.federation("alice", country).open(join)
    passed = land.federation("dave", valley).pass_down(country.purse.address, country.asked(motion.key))
    for name in ("Mill", "Farm"):
        land.vote(name, valley, passed.key, all_for(land.people[name]))
    land.wait(VOTE)
    for name in ("Mill", "Farm"):
        land.tell(name, valley, passed.key)
    land.wait(passed.closes - land.chain.now() + 1)
    country.purse.tell(valley.purse.address, [motion.key])
    land.wait(motion.closes + LARGE - land.chain.now() + 1)
    with reverts("Circle"):
        country.enact(motion.key)


def test_a_federation_changes_its_levy_recalls_and_leaves_by_motion(
    land: Land, valley: Federation, country: Federation
) -> None:
    chain, purse = land.chain.id, country.purse.address
    every = {name: all_for(land.people[name]) for name in ("Mill", "Farm")}
    put = content("Less", Levy(chain, purse, 1000), Delegate(chain, purse, "water", False))
    land.carry(valley, put, every, by="alice")
    tie = valley.purse.tie_of(purse)
    assert tie is not None and tie.bps == 1000
    assert country.competences()[0].delegators == 1
    land.carry(valley, content("Go", Quit(chain, purse)), every, by="alice")
    assert valley.purse.parent() is None
    assert [one.name for one in country.seats()] == ["Coast"]
