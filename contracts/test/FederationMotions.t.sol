// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {IGovernor} from "../interfaces/IGovernor.sol";
import {IMotions} from "../interfaces/IMotions.sol";
import {IMember} from "../interfaces/IMember.sol";
import {ITies} from "../interfaces/ITies.sol";
import {Asked, MotionKey} from "../libraries/Motion.sol";
import {Interop} from "../libraries/Note.sol";
import {Union} from "./Union.sol";
import {VM} from "./Vm.sol";
import {LiesAboutVotes} from "./neighbours/LiesAboutVotes.sol";

/// @notice How motions are opened, voted on at home, told, counted and enacted. Mill has three people, farm five, port seven.
contract FederationMotionsTest is Union {
    function setUp() external {
        _build();
    }

    // F7

    function test_people_are_added_across_collectives_whatever_their_home_quorum() external {
        _unite(IFederationWords.Count.People);
        bytes32 motion = _voted(3, 0, 5, 0, 0, 7);
        assertEq(fed.house.motionOf(motion).weightFor, 8);
        assertEq(fed.house.motionOf(motion).weightAgainst, 7);
        _assertState(motion, IFederationWords.State.Waiting);
        // One person of seven is below port's quorum of two: no decision of port's, and still one person.
        motion = _voted(1, 0, 1, 0, 1, 0);
        assertEq(fed.house.motionOf(motion).weightFor, 3);
        assertEq(fed.house.motionOf(motion).seatsFor, 2);
        _assertState(motion, IFederationWords.State.Waiting);
        // A fifth of fifteen is three.
        motion = _voted(1, 0, 1, 0, 0, 0);
        _assertState(motion, IFederationWords.State.Defeated);
    }

    function test_seats_count_one_each() external {
        _unite(IFederationWords.Count.Seats);
        bytes32 motion = _voted(1, 0, 1, 0, 0, 7);
        assertEq(fed.house.motionOf(motion).weightFor, 2);
        assertEq(fed.house.motionOf(motion).weightAgainst, 1);
        _assertState(motion, IFederationWords.State.Waiting);
    }

    function test_penrose_weighs_square_roots_and_absent_is_not_yes() external {
        _unite(IFederationWords.Count.Penrose);
        bytes32 motion = _voted(0, 0, 0, 0, 7, 0);
        // 1732 + 2236 + 2645 = 6613.
        assertEq(fed.house.motionOf(motion).enrolled, 6613);
        assertEq(fed.house.motionOf(motion).weightFor, 2645);
        _assertState(motion, IFederationWords.State.Defeated);
        motion = _voted(3, 0, 5, 0, 0, 7);
        assertEq(fed.house.motionOf(motion).weightFor, 3968);
        _assertState(motion, IFederationWords.State.Waiting);
    }

    function test_penrose_with_quota_needs_half_of_sum_and_root_of_squares() external {
        _unite(IFederationWords.Count.PenroseQuota);
        // ceil((6613 + 3872) / 2) = 5243: no two suffice.
        _assertState(_voted(0, 0, 5, 0, 7, 0), IFederationWords.State.Defeated);
        _assertState(_voted(3, 0, 5, 0, 7, 0), IFederationWords.State.Waiting);
    }

    function test_a_double_majority_is_of_people_and_of_seats() external {
        _unite(IFederationWords.Count.Double);
        _assertState(_voted(0, 1, 0, 1, 7, 0), IFederationWords.State.Defeated);
        _assertState(_voted(3, 0, 5, 0, 0, 7), IFederationWords.State.Waiting);
        _assertState(_voted(3, 0, 3, 0, 0, 7), IFederationWords.State.Defeated);
    }

    function test_a_large_motion_also_needs_more_seats_for_than_against() external {
        _unite(IFederationWords.Count.People);
        IFederationWords.Content memory content = _text();
        _assertState(_voted(content, 0, 1, 0, 0, 7, 0), IFederationWords.State.Waiting);
        content.large = true;
        bytes32 motion = _voted(content, 0, 1, 0, 0, 7, 0);
        assertEq(fed.house.motionOf(motion).seatsFor, fed.house.motionOf(motion).seatsAgainst);
        _assertState(motion, IFederationWords.State.Defeated);
    }

    function test_an_adapters_persons_stand_on_the_side_it_took() external {
        LiesAboutVotes adapter = new LiesAboutVotes();
        IFederationWords.Charter memory charter =
            _constitution(IFederationWords.Count.People, IFederationWords.Count.People);
        charter.invited[3] = IFederationWords.Invitee(_nameOf(address(adapter)), 6);
        fed = _foundFed(charter, 1);
        _joinQuick();
        adapter.setPeople(1000);
        adapter.act(address(fed.purse), 0, abi.encodeCall(fed.purse.enter, (TEXT, 0)));
        assertEq(fed.house.totals().people, 21);
        pass(1);
        bytes32 motion = _open(_text());
        adapter.say(VM.getBlockTimestamp(), 900, 100, -1);
        fed.purse.tell(address(adapter), _keys(motion));
        assertEq(fed.house.motionOf(motion).peopleAgainst, 6);
        assertEq(fed.house.motionOf(motion).peopleFor, 0);
        // It thinks again, and undecided it counts on no side.
        adapter.say(VM.getBlockTimestamp(), 900, 100, 0);
        fed.purse.tell(address(adapter), _keys(motion));
        assertEq(fed.house.motionOf(motion).peopleAgainst, 0);
        adapter.say(VM.getBlockTimestamp(), 0, 0, type(int256).max);
        fed.purse.tell(address(adapter), _keys(motion));
        assertLe(fed.house.motionOf(motion).peopleFor, 6);
    }

    // F9

    function test_a_home_vote_has_one_option_that_nobody_takes_back_or_executes() external {
        _unite(IFederationWords.Count.People);
        bytes32 motion = _open(_text());
        (uint256 openUntil, uint256 options) = farm.collective.openingOf(farm.people[0]);
        bytes32 proposal = _put(farm, address(fed.purse), motion);
        (uint256 still, uint256 same) = farm.collective.openingOf(farm.people[0]);
        assertEq(openUntil + options, still + same, "it counts in nobody's limits");
        assertEq(proposal, farm.collective.motionProposal(address(fed.purse), motion));
        VM.prank(farm.people[1]);
        VM.expectRevert(abi.encodeWithSelector(IMotions.MotionIsOpen.selector, proposal));
        farm.collective.openMotion(address(fed.purse), askedOf[motion]);
        VM.prank(farm.people[0]);
        VM.expectRevert(IMotions.MotionHasOneOption.selector);
        farm.collective.addRival(proposal, _law("rival"));
        IGovernor.Option memory law = _law("A road.");
        bytes32 content = farm.collective.contentOf(law);
        VM.prank(farm.people[0]);
        VM.expectRevert(IMotions.MotionHasOneOption.selector);
        farm.collective.cancel(proposal, content);
        _ballots(farm, proposal, 5, 0);
        VM.warp(farm.collective.proposalOf(proposal).votingEnds + 3 days);
        VM.expectPartialRevert(IGovernor.ContentDiffers.selector);
        farm.collective.execute(proposal, 0, 1, law);
        VM.prank(alice);
        VM.expectRevert();
        farm.collective.openMotion(address(fed.purse), askedOf[motion]);
    }

    function test_a_home_vote_that_would_end_after_the_motions_is_not_opened() external {
        _unite(IFederationWords.Count.People);
        bytes32 motion = _open(_text());
        Asked memory asked = askedOf[motion];
        VM.warp(asked.votesEnd - 5 days + 1);
        VM.prank(farm.people[0]);
        VM.expectRevert(
            abi.encodeWithSelector(IMotions.TooLateForMotion.selector, asked.votesEnd + 1, asked.votesEnd)
        );
        farm.collective.openMotion(address(fed.purse), asked);
        VM.warp(asked.votesEnd - 5 days);
        _decide(fed, farm, motion, 5, 0);
        assertEq(fed.house.motionOf(motion).weightFor, 5);
        // Told only while the telling lasts.
        VM.warp(fed.house.motionOf(motion).closes + 1);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.NotCounted.selector, motion));
        _tell(fed, farm, motion);
    }

    function test_a_home_vote_across_a_seasons_border_begins_with_the_new_season() external {
        _unite(IFederationWords.Count.People);
        (,, uint256 ends,,,) = farm.collective.season();
        VM.warp(ends - 2 days);
        bytes32 motion = _open(_text());
        bytes32 proposal = _put(farm, address(fed.purse), motion);
        assertEq(farm.collective.proposalOf(proposal).votingStarts, ends);
        assertEq(farm.collective.proposalOf(proposal).votingEnds, ends + 5 days);
        VM.prank(farm.people[0]);
        VM.expectRevert(IMotions.MotionHasOneOption.selector);
        farm.collective.addRival(proposal, _law("rival"));
        VM.warp(ends);
        _ballots(farm, proposal, 2, 3);
        VM.warp(ends + 5 days);
        _tell(fed, farm, motion);
        assertEq(fed.house.motionOf(motion).peopleFor, 2);
        assertEq(fed.house.motionOf(motion).peopleAgainst, 3);
    }

    function test_a_running_vote_and_a_vote_never_opened_are_not_told() external {
        _unite(IFederationWords.Count.People);
        bytes32 motion = _open(_text());
        VM.expectRevert();
        _tell(fed, farm, motion);
        _put(farm, address(fed.purse), motion);
        VM.expectRevert();
        _tell(fed, farm, motion);
        IMember.Result memory result = farm.collective.resultOf(address(fed.purse), motion);
        assertEq(result.ended, 0);
    }

    function test_one_seat_does_not_fill_a_season_with_motions_that_nobody_opened() external {
        _unite(IFederationWords.Count.People);
        Asked memory bogus;
        (bogus.chain, bogus.federation, bogus.votesEnd) = (HOME, address(fed.house), VM.getBlockTimestamp() + 21 days);
        for (uint256 i = 0; i < 16; ++i) {
            bogus.number = 100 + i;
            VM.prank(farm.people[0]);
            farm.collective.openMotion(address(fed.purse), bogus);
        }
        bytes32 motion = _open(_text());
        VM.prank(farm.people[0]);
        VM.expectRevert(abi.encodeWithSelector(IMotions.TooManyMotionsPut.selector, 1, 16));
        farm.collective.openMotion(address(fed.purse), askedOf[motion]);
        VM.prank(farm.people[1]);
        farm.collective.openMotion(address(fed.purse), askedOf[motion]);
        // A new season, a new count.
        VM.warp(VM.getBlockTimestamp() + 90 days);
        bogus.votesEnd = VM.getBlockTimestamp() + 21 days;
        VM.prank(farm.people[0]);
        farm.collective.openMotion(address(fed.purse), bogus);
        bogus.federation = address(this);
        VM.prank(farm.people[0]);
        VM.expectRevert(abi.encodeWithSelector(IMotions.NotTheirMotion.selector, address(fed.purse)));
        farm.collective.openMotion(address(fed.purse), bogus);
    }

    // F10

    function test_a_motion_needs_a_competence_that_more_than_half_delegate() external {
        _unite(IFederationWords.Count.People);
        _open(fed, port, _text());
        _order(mill, address(mill.treasury), abi.encodeCall(ITies.delegate, (address(fed.purse), ROADS, false)));
        (uint256 count, bool held) = fed.house.competence(ROADS);
        assertEq(count, 2);
        assertTrue(held);
        _order(farm, address(farm.treasury), abi.encodeCall(ITies.delegate, (address(fed.purse), ROADS, false)));
        _refused(_text(), abi.encodeWithSelector(IFederationWords.NotCompetent.selector, ROADS));
        IFederationWords.Content memory other = _text();
        other.competence = "water";
        _refused(other, abi.encodeWithSelector(IFederationWords.NotCompetent.selector, bytes32("water")));
        other.competence = 0;
        _refused(other, abi.encodeWithSelector(IFederationWords.NotCompetent.selector, bytes32(0)));
        other.acts = _one(
            IFederationWords.ActKind.Pay, HOME, abi.encode(COIN, alice, 1, bytes32("pay"))
        );
        _refused(other, abi.encodeWithSelector(IFederationWords.NotCompetent.selector, bytes32(0)));
        _order(mill, address(mill.treasury), abi.encodeCall(ITies.delegate, (address(fed.purse), ROADS, true)));
        assertTrue(fed.house.delegates(ROADS, _seatOf(mill)));
        _open(fed, farm, _text());
        // Who leaves takes its delegation along.
        _quit(mill);
        _quit(port);
        (count, held) = fed.house.competence(ROADS);
        assertEq(count, 0);
    }

    function test_a_competence_listed_later_is_delegated_by_nobody_yet() external {
        _unite(IFederationWords.Count.People);
        IFederationWords.Content memory content =
            _house(_one(IFederationWords.ActKind.Competence, HOME, abi.encode(bytes32("water"), true)));
        bytes32 motion = _voted(content, 3, 0, 5, 0, 7, 0);
        VM.warp(fed.house.motionOf(motion).enactableAt);
        fed.house.enact(motion, content);
        (uint256 count, bool held) = fed.house.competence("water");
        assertEq(count, 0);
        assertFalse(held);
        _order(mill, address(mill.treasury), abi.encodeCall(ITies.delegate, (address(fed.purse), "water", true)));
        _order(port, address(port.treasury), abi.encodeCall(ITies.delegate, (address(fed.purse), "water", true)));
        (, held) = fed.house.competence("water");
        assertTrue(held);
    }

    function test_what_falls_on_one_member_is_that_members_to_decide() external {
        _unite(IFederationWords.Count.People);
        IFederationWords.Content memory content = _text();
        content.acts = new IFederationWords.Act[](2);
        content.acts[0] = IFederationWords.Act(IFederationWords.ActKind.Request, HOME, abi.encode(_name(mill), "close the weir"));
        content.acts[1] = IFederationWords.Act(IFederationWords.ActKind.Request, HOME, abi.encode(_name(mill), "open it"));
        _refused(content, abi.encodeWithSelector(IFederationWords.FallsOnOneMember.selector, _id(mill)));
        content.acts[1].data = abi.encode(_name(farm), "open the gate");
        bytes32 motion = _open(content);
        assertTrue(motion != 0);
    }

    function test_what_a_motion_may_hold_is_decided_at_opening() external {
        _unite(IFederationWords.Count.People);
        IFederationWords.Content memory content = _text();
        content.acts = new IFederationWords.Act[](9);
        _refused(content, abi.encodeWithSelector(IFederationWords.TooManyActs.selector, 9));
        content.acts = new IFederationWords.Act[](1);
        _refused(content, abi.encodeWithSelector(IFederationWords.BadAct.selector, 0));
        IFederationWords.ActKind[6] memory large = [
            IFederationWords.ActKind.Expel,
            IFederationWords.ActKind.Competence,
            IFederationWords.ActKind.Rules,
            IFederationWords.ActKind.Link,
            IFederationWords.ActKind.Join,
            IFederationWords.ActKind.Resume
        ];
        for (uint256 i = 0; i < 6; ++i) {
            content.acts[0].kind = large[i];
            _refused(content, abi.encodeWithSelector(IFederationWords.MotionMustBeLarge.selector, 0));
        }
    }

    // Opening and taking back

    function test_one_motion_open_for_each_who_opens_and_only_they_take_it_back() external {
        _unite(IFederationWords.Count.People);
        bytes32 motion = _open(_text());
        uint256 until = fed.house.motionOf(motion).votesEnd;
        _refused(_text(), abi.encodeWithSelector(IFederationWords.OneOpenMotion.selector, mill.people[0], until));
        VM.prank(mill.people[1]);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.NotYours.selector, motion));
        fed.house.cancel(motion);
        VM.prank(mill.people[0]);
        fed.house.cancel(motion);
        _assertState(motion, IFederationWords.State.Cancelled);
        bytes32 next = _open(_text());
        VM.warp(fed.house.motionOf(next).votesEnd);
        VM.prank(mill.people[0]);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.NotYours.selector, next));
        fed.house.cancel(next);
        address[] memory path = _list(address(far.collective));
        IFederationWords.Content memory content = _text();
        VM.prank(far.people[0]);
        VM.expectPartialRevert(IFederationWords.NotOfThisFederation.selector);
        fed.house.open(content, path);
    }

    function test_persons_fill_half_of_the_lanes_and_members_still_find_one() external {
        _unite(IFederationWords.Count.People);
        IFederationWords.Content memory content = _text();
        address[] memory path = _list(address(port.collective));
        for (uint256 i = 0; i < 8; ++i) {
            VM.prank(i < 7 ? port.people[i] : mill.people[0]);
            if (i == 7) path = _list(address(mill.collective));
            fed.house.open(content, path);
        }
        uint256 free = VM.getBlockTimestamp() + 22 days + 1;
        VM.prank(mill.people[1]);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.TooManyMotions.selector, free));
        fed.house.open(content, path);
        _order(mill, address(fed.house), abi.encodeCall(fed.house.open, (content, new address[](0))));
    }

    function test_a_motion_is_enacted_once_in_its_time_as_it_was_opened() external {
        _unite(IFederationWords.Count.People);
        IFederationWords.Content memory content = _text();
        bytes32 motion = _voted(content, 3, 0, 5, 0, 7, 0);
        IFederationWords.MotionView memory v = fed.house.motionOf(motion);
        assertEq(v.enactableAt, v.closes + 2 days);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.MotionWaits.selector, v.enactableAt));
        fed.house.enact(motion, content);
        VM.warp(v.enactableAt);
        IFederationWords.Content memory other = _text();
        other.uri = "A canal.";
        VM.expectPartialRevert(IFederationWords.MotionDiffers.selector);
        fed.house.enact(motion, other);
        VM.warp(v.expires);
        VM.expectRevert(
            abi.encodeWithSelector(IFederationWords.NotEnactable.selector, IFederationWords.State.Expired)
        );
        fed.house.enact(motion, content);
        VM.warp(v.expires - 1);
        fed.house.enact(motion, content);
        VM.expectRevert(
            abi.encodeWithSelector(IFederationWords.NotEnactable.selector, IFederationWords.State.Enacted)
        );
        fed.house.enact(motion, content);
    }

    function test_a_large_motion_waits_three_weeks() external {
        _unite(IFederationWords.Count.People);
        IFederationWords.Content memory content = _text();
        content.large = true;
        bytes32 motion = _voted(content, 3, 0, 5, 0, 7, 0);
        IFederationWords.MotionView memory v = fed.house.motionOf(motion);
        assertEq(v.enactableAt, v.closes + 21 days);
        assertTrue(v.large);
    }

    function test_links_need_two_thirds_of_all_seats() external {
        _unite(IFederationWords.Count.People);
        IFederationWords.Content memory content = _house(
            _one(
                IFederationWords.ActKind.Link,
                AWAY,
                abi.encode(address(bridge), address(1), uint32(2), address(bridge), new address[](0), uint8(0))
            )
        );
        // Port's seven are most people, and one seat of three.
        _assertState(_voted(content, 0, 0, 0, 0, 7, 0), IFederationWords.State.Defeated);
        bytes32 motion = _voted(content, 2, 0, 2, 0, 0, 7);
        assertTrue(fed.house.motionOf(motion).twoThirds);
        _assertState(motion, IFederationWords.State.Waiting);
    }

    // Three levels

    function test_a_motion_goes_down_three_levels_and_its_people_come_up_again() external {
        _unite(IFederationWords.Count.People);
        Fed memory middle = _above(fed, 10, 21 days);
        Fed memory top = _above(middle, 11, 30 days);
        address[] memory path = new address[](3);
        (path[0], path[1], path[2]) = (address(mill.collective), address(fed.house), address(middle.house));
        IFederationWords.Content memory content = _text();
        VM.prank(mill.people[0]);
        bytes32 motion = top.house.open(content, path);
        _remember(top, motion, mill.people[0], content);
        Asked memory above = askedOf[motion];

        bytes32 second = _down(middle, top, motion, _path(address(mill.collective), address(fed.house)), mill.people[0]);
        bytes32 first = _down(fed, middle, second, _list(address(mill.collective)), mill.people[0]);
        assertEq(askedOf[first].votesEnd, above.votesEnd - 2 days);
        VM.prank(farm.people[0]);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.MotionDiffers.selector, first));
        fed.house.passDown(address(middle.purse), askedOf[second], _list(address(farm.collective)));

        _decide(fed, mill, first, 3, 0);
        _decide(fed, farm, first, 4, 1);
        _decide(fed, port, first, 0, 7);
        VM.warp(fed.house.motionOf(first).closes + 1);
        middle.purse.tell(address(fed.purse), _keys(second));
        assertEq(middle.house.motionOf(second).peopleFor, 7);
        VM.warp(middle.house.motionOf(second).closes + 1);
        top.purse.tell(address(middle.purse), _keys(motion));
        IFederationWords.MotionView memory v = top.house.motionOf(motion);
        assertEq(v.peopleFor, 7);
        assertEq(v.peopleAgainst, 8);
        assertEq(v.seatsAgainst, 1, "more are against than for, and enough");
        assertEq(v.enrolled, 15);
    }

    /// @dev What nobody opened above takes a lane of those for persons, one for each person, and not for long.
    function test_passing_down_what_is_not_there_fills_no_lanes() external {
        _unite(IFederationWords.Count.People);
        Fed memory upper = _above(fed, 10, 21 days);
        Asked memory bogus;
        (bogus.chain, bogus.federation, bogus.votesEnd) = (HOME, address(upper.house), type(uint256).max);
        address[] memory path = _list(address(port.collective));
        VM.prank(port.people[0]);
        VM.expectPartialRevert(IFederationWords.NotCounted.selector);
        fed.house.passDown(address(upper.purse), bogus, path);
        bogus.votesEnd = VM.getBlockTimestamp() + 40 days;
        for (uint256 i = 0; i < 7; ++i) {
            bogus.number = i;
            VM.prank(port.people[i]);
            fed.house.passDown(address(upper.purse), bogus, path);
        }
        bogus.number = 8;
        VM.prank(port.people[0]);
        VM.expectPartialRevert(IFederationWords.OneOpenMotion.selector);
        fed.house.passDown(address(upper.purse), bogus, path);
        // A member's treasury still opens, and passes down, what is there.
        IFederationWords.Content memory content = _text();
        _order(mill, address(fed.house), abi.encodeCall(fed.house.open, (content, new address[](0))));
        _order(
            farm,
            address(fed.house),
            abi.encodeCall(fed.house.passDown, (address(upper.purse), bogus, new address[](0)))
        );
        VM.prank(alice);
        VM.expectPartialRevert(IFederationWords.NotOfThisFederation.selector);
        fed.house.passDown(address(upper.purse), bogus, path);
    }

    // What makes it short

    function _unite(IFederationWords.Count count) private {
        fed = _foundFed(_constitution(count, count), 0);
        _joinQuick();
    }

    function _joinQuick() private {
        _order(mill, address(mill.treasury), _joining(fed, LEVY));
        _order(farm, address(farm.treasury), _joining(fed, LEVY));
        _order(port, address(port.treasury), _joining(fed, LEVY));
        pass(1);
    }

    /// @dev A federation in which `lower` sits.
    function _above(Fed memory lower, uint256 number, uint256 voting) private returns (Fed memory upper) {
        IFederationWords.Charter memory charter =
            _constitution(IFederationWords.Count.People, IFederationWords.Count.People);
        charter.rules.voting = uint32(voting);
        charter.rules.staleAfter = 60 days;
        charter.invited = new IFederationWords.Invitee[](1);
        charter.invited[0].member = _nameOf(address(lower.house));
        upper = _foundFed(charter, number);
        VM.prank(address(lower.house));
        lower.purse.act(
            IFederationWords.Act(IFederationWords.ActKind.Join, HOME, abi.encode(address(upper.purse), TEXT, LEVY)), true, 0
        );
        pass(1);
    }

    function _down(Fed memory lower, Fed memory upper, bytes32 motion, address[] memory path, address who)
        private
        returns (bytes32 key)
    {
        Asked memory above = askedOf[motion];
        VM.prank(who);
        key = lower.house.passDown(address(upper.purse), above, path);
        askedOf[key] = Asked(
            HOME,
            address(lower.house),
            lower.house.motions(),
            address(upper.purse),
            above.votesEnd - 1 days,
            above.text,
            above.uri,
            keccak256(abi.encode(motion))
        );
        assertEq(MotionKey.keyOf(askedOf[key]), key);
        assertEq(lower.house.passedDown(address(upper.purse), motion), key);
    }

    function _path(address one, address two) private pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (one, two);
    }

    function _voted(uint256 mill_, uint256 noMill, uint256 farm_, uint256 noFarm, uint256 port_, uint256 noPort)
        private
        returns (bytes32)
    {
        return _voted(_text(), mill_, noMill, farm_, noFarm, port_, noPort);
    }

    function _voted(
        IFederationWords.Content memory content,
        uint256 mill_,
        uint256 noMill,
        uint256 farm_,
        uint256 noFarm,
        uint256 port_,
        uint256 noPort
    ) private returns (bytes32 motion) {
        motion = _open(content);
        _decideAll(motion, [mill_, noMill, farm_, noFarm, port_, noPort]);
        _untilClosed(motion);
    }

    function _refused(IFederationWords.Content memory content, bytes memory why) private {
        address[] memory path = _list(address(mill.collective));
        VM.prank(mill.people[0]);
        VM.expectRevert(why);
        fed.house.open(content, path);
    }
}
