"""How one comes to a seat, what a new seat may do, and how one leaves."""

from __future__ import annotations

import pytest

from daokit.documents import text_hash
from daokit.errors import Reverted
from daokit.membership import ApplicationState, Way
from daokit.options import Call, Option
from tests.people import DAY, address, reverts


def test_founders_hold_seats_from_the_start(coop):
    roll = coop.membership.roll()
    assert [seat.name for seat in roll] == ["alice", "bob", "carol", "dave", "erin"]
    assert {seat.way for seat in roll} == {Way.FOUNDER}
    assert coop.membership.seats() == 5


def test_two_sponsors_and_a_window_make_a_member(coop, as_, warp):
    applied = as_("frank").membership.join("frank", coop.membership.charter()[0])
    assert applied.state is ApplicationState.SPONSORING
    coop.membership.sponsor(address("frank"))
    assert as_("bob").membership.sponsor(address("frank")).state is ApplicationState.WINDOW
    with reverts("NotDueYet"):
        coop.membership.seat_applicant(address("frank"))
    warp(3 * DAY)
    seat = as_("judy").membership.seat_applicant(address("frank"))
    assert (seat.number, seat.name, seat.way) == (6, "frank", Way.SPONSORED)
    assert coop.membership.sponsors_of(address("frank")) == [1, 2]


def test_nobody_vouches_twice(coop, as_):
    as_("frank").membership.join("frank", coop.membership.charter()[0])
    coop.membership.sponsor(address("frank"))
    with reverts("AlreadySponsored", seat=1):
        coop.membership.sponsor(address("frank"))


def test_an_objection_stops_a_sponsored_admission_and_can_be_taken_back(coop, as_, warp):
    as_("frank").membership.join("frank", coop.membership.charter()[0])
    coop.membership.sponsor(address("frank"))
    request = as_("bob").membership.sponsor(address("frank")).request
    asked = coop.membership.request(request)
    assert asked.needed == 1  # 5 % of five seats, rounded up
    as_("carol").membership.object(request)
    with reverts("NoOpenRequest"):
        as_("carol").membership.withdraw_objection(request)
    warp(3 * DAY)
    with reverts("ApplicationObjected"):
        coop.membership.seat_applicant(address("frank"))


def test_an_applicant_may_think_again(coop, as_):
    frank = as_("frank")
    frank.membership.join("frank", coop.membership.charter()[0])
    frank.membership.withdraw_application()
    assert frank.membership.application(address("frank")).state is ApplicationState.NONE
    with reverts("NoApplication"):
        coop.membership.sponsor(address("frank"))


def test_the_charter_must_have_been_read(as_):
    with reverts("CharterDiffers"):
        as_("frank").membership.join("frank", text_hash("another charter"))


@pytest.mark.parametrize("name", ["", "x" * 65])
def test_a_name_has_one_to_sixty_four_bytes(coop, as_, name):
    with reverts("BadName", length=len(name)):
        as_("frank").membership.join(name, coop.membership.charter()[0])


def test_anyone_brings_signed_applications_and_bad_ones_stop_nothing(coop, as_):
    until = coop.chain.now() + DAY
    good = as_("frank").membership.sign_application("frank", until)
    late = as_("grace").membership.sign_application("grace", coop.chain.now() - 1)
    nameless = as_("heidi").membership.sign_application("", until)
    forged = type(good)(address("ivan"), "ivan", until, good.signature)
    skipped = as_("judy").membership.bring([late, nameless, forged, good])
    assert skipped == [address("grace"), address("heidi"), address("ivan")]
    assert coop.membership.application(address("frank")).state is ApplicationState.SPONSORING
    assert coop.membership.bring([good]) == [address("frank")]  # once


def test_leaving_needs_nobody_and_units_stay(coop, as_):
    assert as_("bob").membership.leave() == 2
    assert not coop.membership.is_member(address("bob"))
    assert coop.treasury.holding(address("bob")).units == 100
    assert [seat.left for seat in coop.membership.roll(former=True)][1]
    with reverts("NotAMember"):
        as_("bob").membership.leave()


def test_who_leaves_and_returns_has_a_new_number_and_no_new_credits(coop, as_, warp, decide):
    number = coop.governor.propose(Option(text_hash("a law")))
    warp(3 * DAY)
    as_("bob").governor.vote(number, 8)
    as_("bob").membership.leave()
    as_("bob").membership.join("bob", coop.membership.charter()[0])
    warp(5 * DAY + 60)
    decide(
        Option(text_hash("bob again"), calls=(Call(coop.address, 0, coop.governor.encode("admit", address("bob"))),))
    )
    assert coop.membership.seat_of(address("bob")) == 6
    assert coop.governor.credits(address("bob")) == 36
    assert coop.governor.tallies(number)[0].net == 8  # ballots of who left stand


def test_a_large_option_expels_and_the_units_can_still_exit(coop, as_, warp, decide):
    expel = Call(coop.address, 0, coop.governor.encode("expel", 5))
    with reverts("MustBeLarge", part=0):
        coop.governor.propose(Option(text_hash("erin"), calls=(expel,)))
    decide(Option(text_hash("erin"), large=True, calls=(expel,)))
    assert coop.membership.seat_of(address("erin")) == 0
    as_("erin").treasury.give_notice(100)
    warp(5 * DAY)
    assert as_("erin").treasury.exit(100, []).units == 100


def test_an_option_cannot_expel_more_than_a_day_allows(coop):
    calls = tuple(Call(coop.address, 0, coop.governor.encode("expel", seat)) for seat in (3, 4, 5))
    with reverts("MoreThanADay", count=3, cap=2):
        coop.governor.propose(Option(text_hash("a purge"), large=True, calls=calls))


def test_a_group_cannot_join_and_decide_within_one_voting_time(coop, as_, warp):
    """Flash join: seats admitted after the opening have no say in it."""
    number = coop.governor.propose(Option(text_hash("before they came")))
    as_("frank").membership.join("frank", coop.membership.charter()[0])
    coop.membership.sponsor(address("frank"))
    as_("bob").membership.sponsor(address("frank"))
    warp(3 * DAY)
    coop.membership.seat_applicant(address("frank"))
    with reverts("SeatedLater", seat=6, lastSeat=5):
        as_("frank").governor.vote(number, 5)


def test_a_newcomer_vouches_only_after_a_season(coop, as_, warp):
    for who in ("frank", "grace"):
        as_(who).membership.join(who, coop.membership.charter()[0])
    coop.membership.sponsor(address("frank"))
    as_("bob").membership.sponsor(address("frank"))
    warp(3 * DAY)
    coop.membership.seat_applicant(address("frank"))
    with reverts("TooNewToSponsor", seat=6):
        as_("frank").membership.sponsor(address("grace"))
    warp(90 * DAY)
    as_("frank").membership.sponsor(address("grace"))


def test_only_an_option_that_executes_admits_or_expels(coop):
    for call in (("admit", address("frank")), ("expel", 2)):
        with pytest.raises(Reverted) as refused:
            coop.governor.send(*call)
        assert refused.value.name in ("OnlyByOption", "OnlyByLargeOption")
