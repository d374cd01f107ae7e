// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {IPurse} from "../interfaces/IPurse.sol";
import {IBooks} from "../interfaces/IBooks.sol";
import {ITies} from "../interfaces/ITies.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {Union} from "./Union.sol";
import {VM} from "./Vm.sol";

/// @notice Joining needs two, leaving one; rolls count slowly; silence is seen.
contract FederationSeatsTest is Union {
    function setUp() external {
        _foundUnion();
    }

    // F1

    function test_who_is_invited_joins_by_its_own_large_option() external view {
        assertEq(fed.house.totals().seats, 3);
        assertEq(fed.house.totals().people, 15);
        assertEq(fed.purse.seated(), 3);
        ITies.Tie memory tie = _ties(mill).tieOf(address(fed.purse));
        assertEq(tie.bps, LEVY);
        assertGt(tie.since, 0);
        (uint256 ends,) = fed.house.invitation(_id(mill));
        assertEq(ends, 0, "an invitation is good once");
    }

    function test_nobody_joins_uninvited_or_by_another_charter_or_on_its_own_word() external {
        Fed memory other = _foundFed(_charterWithoutGuests(), 1);
        VM.expectPartialRevert(ITreasury.CallFailed.selector);
        this.orderMill(_joining(other, LEVY));
        (bool done, bytes memory why) = _try(_joining(other, LEVY));
        assertFalse(done);
        assertEq(why, _failed(abi.encodeWithSelector(IFederationWords.NotInvited.selector, _id(mill))));
        Fed memory next = _foundFed(_constitution(IFederationWords.Count.People, IFederationWords.Count.People), 2);
        bytes32 wrong = keccak256("another");
        (done, why) = _try(abi.encodeCall(ITies.join, (address(next.purse), wrong, LEVY)));
        assertEq(why, _failed(abi.encodeWithSelector(IPurse.OtherCharter.selector, wrong, TEXT)));
        // No option, no tie: neither a person, nor the collective, nor the treasury itself.
        VM.expectRevert(IBooks.OnlyByLargeOption.selector);
        _ties(mill).join(address(next.purse), TEXT, LEVY);
        VM.prank(address(mill.treasury));
        VM.expectRevert(IBooks.OnlyByLargeOption.selector);
        _ties(mill).join(address(next.purse), TEXT, LEVY);
        // A person cannot enter a purse.
        VM.prank(alice);
        VM.expectRevert();
        next.purse.enter(TEXT, 0);
    }

    function test_levies_of_all_ties_stay_below_nine_tenths() external {
        Fed memory next = _foundFed(_constitution(IFederationWords.Count.People, IFederationWords.Count.People), 2);
        (bool done, bytes memory why) = _try(_joining(next, 8501));
        assertFalse(done);
        assertEq(why, _failed(abi.encodeWithSelector(ITies.LeviesTooHigh.selector, 9001)));
        (done,) = _try(_joining(next, 8500));
        assertTrue(done);
        (done, why) = _try(abi.encodeCall(ITies.setLevy, (address(fed.purse), LEVY + 1)));
        assertEq(why, _failed(abi.encodeWithSelector(ITies.LeviesTooHigh.selector, 9001)));
        (done,) = _try(abi.encodeCall(ITies.quit, (address(fed.purse))));
        assertTrue(done);
        (done,) = _try(abi.encodeCall(ITies.setLevy, (address(next.purse), 9000)));
        assertTrue(done, "what is left goes");
    }

    // F2

    function test_leaving_is_one_large_option_in_one_block() external {
        _earn(mill, 1000e6);
        uint256 from = VM.getBlockTimestamp();
        _byOption(mill, abi.encodeCall(ITies.quit, (address(fed.purse))));
        assertGt(VM.getBlockTimestamp(), from);
        assertEq(_ties(mill).tieOf(address(fed.purse)).since, 0);
        assertFalse(fed.house.sits(_id(mill)));
        assertEq(fed.house.totals().seats, 2);
        assertEq(fed.house.totals().people, 12);
        VM.expectRevert(abi.encodeWithSelector(ITies.NotTied.selector, address(fed.purse)));
        _ties(mill).bubble(address(fed.purse), address(token));
    }

    function test_who_leaves_takes_its_vote_and_its_weight_out_of_open_motions() external {
        bytes32 motion = _open(_text());
        _decide(fed, mill, motion, 3, 0);
        _decide(fed, farm, motion, 0, 5);
        IFederationWords.MotionView memory v = fed.house.motionOf(motion);
        assertEq(v.enrolled, 15);
        assertEq(v.weightFor, 3);
        assertEq(v.weightAgainst, 5);
        assertEq(v.seatsFor, 1);
        _quit(farm);
        v = fed.house.motionOf(motion);
        assertEq(v.enrolled, 10);
        assertEq(v.live, 10);
        assertEq(v.enrolledSeats, 2);
        assertEq(v.weightAgainst, 0);
        assertEq(v.peopleAgainst, 0);
        assertEq(v.seatsAgainst, 0);
        assertEq(v.weightFor, 3);
        _untilClosed(motion);
        _assertState(motion, IFederationWords.State.Waiting);
    }

    function test_decided_motions_stand_when_who_carried_them_leaves() external {
        bytes32 motion = _passMotion(_text());
        _quit(mill);
        _quit(port);
        _assertState(motion, IFederationWords.State.Waiting);
        assertEq(fed.house.motionOf(motion).weightFor, 15);
    }

    function test_who_left_sits_again_only_when_the_motions_it_left_have_closed() external {
        IFederationWords.Content memory inviting = _inviting(_name(farm));
        bytes32 invitation = _passMotion(inviting);
        VM.warp(fed.house.motionOf(invitation).enactableAt);
        bytes32 motion = _open(_text());
        uint256 closes = fed.house.motionOf(motion).closes;
        _quit(farm);
        fed.house.enact(invitation, inviting);
        (bool done, bytes memory why) = _tryAs(farm, _joining(fed, LEVY));
        assertFalse(done);
        assertEq(why, _failed(abi.encodeWithSelector(IFederationWords.SitsAgainFrom.selector, _id(farm), closes)));
        VM.warp(closes + 1);
        (done,) = _tryAs(farm, _joining(fed, LEVY));
        assertTrue(done);
        assertEq(fed.house.totals().people, 15);
    }

    function test_who_joins_mid_vote_counts_only_in_later_motions() external {
        IFederationWords.Content memory inviting = _inviting(_name(farm));
        bytes32 invitation = _passMotion(inviting);
        VM.warp(fed.house.motionOf(invitation).enactableAt);
        _quit(farm);
        bytes32 motion = _open(_text());
        fed.house.enact(invitation, inviting);
        VM.warp(VM.getBlockTimestamp() + 1 days);
        (bool done,) = _tryAs(farm, _joining(fed, LEVY));
        assertTrue(done);
        _poll(farm, address(fed.purse), motion, 0, 5);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.NotCounted.selector, motion));
        _tell(fed, farm, motion);
        assertEq(fed.house.motionOf(motion).enrolled, 10);
        _quit(farm);
        assertEq(fed.house.motionOf(motion).enrolled, 10, "it takes out nothing it did not bring");
    }

    // F3

    function test_expulsion_takes_two_thirds_of_the_others_and_fourteen_days() external {
        IFederationWords.Content memory content =
            _house(_one(IFederationWords.ActKind.Expel, HOME, abi.encode(_name(port))));
        bytes32 motion = _open(content);
        _decide(fed, mill, motion, 3, 0);
        _untilClosed(motion);
        _assertState(motion, IFederationWords.State.Defeated);
        motion = _open(content);
        _decide(fed, mill, motion, 3, 0);
        _decide(fed, farm, motion, 5, 0);
        _decide(fed, port, motion, 0, 7);
        _untilClosed(motion);
        // Port's people outweigh both: two thirds of the other seats decide.
        _assertState(motion, IFederationWords.State.Waiting);
        VM.warp(fed.house.motionOf(motion).enactableAt);
        _earn(port, 1000e6);
        fed.house.enact(motion, content);
        uint256 ends = VM.getBlockTimestamp() + 14 days;
        assertEq(fed.house.seat(_seatOf(port)).noticeEnds, ends);
        VM.expectRevert(abi.encodeWithSelector(IPurse.UnderNotice.selector, address(port.treasury), ends));
        _ties(port).bubble(address(fed.purse), address(token));
        uint256 seat = _seatOf(port);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.MotionWaits.selector, ends));
        fed.house.unseat(seat);
        VM.warp(ends);
        fed.house.unseat(seat);
        assertFalse(fed.house.sits(_id(port)));
        assertEq(fed.purse.seated(), 2);
        // Its tie is its own affair, and ends without anybody.
        (bool done,) = _tryAs(port, abi.encodeCall(ITies.quit, (address(fed.purse))));
        assertTrue(done);
        uint256 other = _seatOf(mill);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.NotSitting.selector, _id(mill)));
        fed.house.unseat(other);
    }

    function test_an_expulsion_names_one_member_and_stands_alone() external {
        IFederationWords.Act[] memory acts = new IFederationWords.Act[](2);
        acts[0] = acts[1] = IFederationWords.Act(IFederationWords.ActKind.Expel, HOME, abi.encode(_name(port)));
        address[] memory path = _list(address(mill.collective));
        IFederationWords.Content memory content = _house(acts);
        VM.prank(mill.people[0]);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.BadAct.selector, 0));
        fed.house.open(content, path);
    }

    function test_who_is_under_notice_can_leave_at_once() external {
        IFederationWords.Content memory content =
            _house(_one(IFederationWords.ActKind.Expel, HOME, abi.encode(_name(port))));
        _carryMotion(content);
        _quit(port);
        assertFalse(fed.house.sits(_id(port)));
        assertEq(fed.purse.seated(), 2);
    }

    // F7, rolls

    function test_a_roll_that_grew_by_more_than_a_fifth_counts_only_so_far_until_a_motion_confirms_it() external {
        _grow(farm, 5);
        fed.purse.tell(address(farm.treasury), new bytes32[](0));
        // A fifth of five is one; two more count always.
        assertEq(fed.house.seat(_seatOf(farm)).people, 7);
        assertEq(fed.house.totals().people, 17);
        IFederationWords.Content memory content;
        content.acts = _one(IFederationWords.ActKind.ConfirmRoll, HOME, abi.encode(_name(farm), uint32(9)));
        bytes32 motion = _open(content);
        _decide(fed, mill, motion, 3, 0);
        _decide(fed, port, motion, 7, 0);
        _untilClosed(motion);
        VM.warp(fed.house.motionOf(motion).enactableAt);
        fed.house.enact(motion, content);
        fed.purse.tell(address(farm.treasury), new bytes32[](0));
        assertEq(fed.house.seat(_seatOf(farm)).people, 9);
        // A quarter of a year later what counted then is what it grows from.
        VM.warp(VM.getBlockTimestamp() + 90 days);
        fed.purse.tell(address(farm.treasury), new bytes32[](0));
        assertEq(fed.house.seat(_seatOf(farm)).people, 10);
    }

    function test_a_roll_inflated_mid_vote_does_not_weigh_in_it() external {
        bytes32 motion = _open(_text());
        _grow(farm, 2);
        fed.purse.tell(address(farm.treasury), new bytes32[](0));
        assertEq(fed.house.totals().people, 17);
        bytes32 proposal = _put(farm, address(fed.purse), motion);
        VM.warp(farm.collective.proposalOf(proposal).votingStarts);
        _ballots(farm, proposal, 7, 0);
        VM.warp(farm.collective.proposalOf(proposal).votingEnds);
        _tell(fed, farm, motion);
        IFederationWords.MotionView memory v = fed.house.motionOf(motion);
        assertEq(v.weightFor, 5, "brought down to the roll at opening");
        assertEq(v.enrolled, 15);
        _quit(farm);
        v = fed.house.motionOf(motion);
        assertEq(v.enrolled, 10);
        assertEq(v.weightFor, 0);
    }

    // F20

    function test_a_silent_seat_leaves_the_quorum_and_too_much_silence_stops_everything() external {
        uint256 seat = _seatOf(port);
        VM.expectPartialRevert(IFederationWords.StillHeard.selector);
        fed.house.markSilent(seat);
        VM.warp(VM.getBlockTimestamp() + 46 days);
        fed.purse.tell(address(mill.treasury), new bytes32[](0));
        fed.purse.tell(address(farm.treasury), new bytes32[](0));
        fed.house.markSilent(seat);
        assertEq(fed.house.totals().livePeople, 8);
        bytes32 motion = _open(_text());
        _decide(fed, mill, motion, 3, 0);
        _untilClosed(motion);
        // 8 of 15 are heard from; a fifth of 8 is 2.
        _assertState(motion, IFederationWords.State.Waiting);
        assertEq(fed.house.motionOf(motion).live, 8);
        uint256 of_farm = _seatOf(farm);
        VM.warp(VM.getBlockTimestamp() + 31 days);
        fed.house.markSilent(of_farm);
        motion = _open(_text());
        _decide(fed, mill, motion, 3, 0);
        _untilClosed(motion);
        _assertState(motion, IFederationWords.State.Defeated);
        fed.purse.tell(address(port.treasury), new bytes32[](0));
        assertEq(fed.house.totals().livePeople, 10);
        assertTrue(fed.house.seat(seat).live);
    }

    function test_silence_outlasts_every_motion() external {
        IFederationWords.Charter memory charter =
            _constitution(IFederationWords.Count.People, IFederationWords.Count.People);
        charter.rules.voting = 30 days;
        VM.expectRevert(
            abi.encodeWithSelector(
                IFederationWords.RuleOutOfBounds.selector, bytes32("stale after"), 30 days, 32 days, 365 days
            )
        );
        federations.found(charter, 3);
    }

    function test_rules_protect_members_who_want_to_leave_first() external {
        IFederationWords.Charter memory charter =
            _constitution(IFederationWords.Count.People, IFederationWords.Count.People);
        charter.rules.largeDelay = 21 days - 1;
        VM.expectPartialRevert(IFederationWords.RuleOutOfBounds.selector);
        federations.found(charter, 3);
        charter.rules.largeDelay = 21 days;
        charter.rules.voting = 21 days - 1;
        VM.expectPartialRevert(IFederationWords.RuleOutOfBounds.selector);
        federations.found(charter, 3);
    }

    // F19

    function test_a_federation_cannot_sit_in_itself_or_below_itself() external {
        IFederationWords.Charter memory charter = _charterWithoutGuests();
        charter.invited = new IFederationWords.Invitee[](1);
        charter.invited[0].member = _nameOf(address(fed.house));
        Fed memory upper = _foundFed(charter, 4);
        _actAs(fed, IFederationWords.ActKind.Join, abi.encode(address(upper.purse), TEXT, LEVY));
        assertTrue(upper.house.sits(_idOf(address(fed.house))));
        assertEq(fed.purse.parent(), address(upper.purse));
        assertEq(fed.purse.trail().length, 2);
        // The upper one into the lower: a circle.
        VM.expectRevert(abi.encodeWithSelector(IPurse.Circle.selector, _idOf(address(upper.house))));
        this.act(upper, IFederationWords.ActKind.Join, abi.encode(address(fed.purse), TEXT, LEVY));
        VM.expectRevert(abi.encodeWithSelector(IPurse.Circle.selector, _idOf(address(upper.house))));
        this.act(upper, IFederationWords.ActKind.Join, abi.encode(address(upper.purse), TEXT, LEVY));
        // One above at most.
        Fed memory second = _foundFed(charter, 5);
        VM.expectRevert(abi.encodeWithSelector(ITies.OneParent.selector, address(upper.purse)));
        this.act(fed, IFederationWords.ActKind.Join, abi.encode(address(second.purse), TEXT, LEVY));
        _actAs(fed, IFederationWords.ActKind.Quit, abi.encode(address(upper.purse)));
        assertEq(fed.purse.parent(), address(0));
        assertFalse(upper.house.sits(_idOf(address(fed.house))));
        _actAs(fed, IFederationWords.ActKind.Join, abi.encode(address(second.purse), TEXT, LEVY));
    }

    function test_no_more_than_eight_federations_stand_above_each_other() external {
        Fed memory upper = fed;
        for (uint256 i = 0; i < 8; ++i) {
            IFederationWords.Charter memory charter = _charterWithoutGuests();
            charter.invited = new IFederationWords.Invitee[](1);
            charter.invited[0].member = _nameOf(address(upper.house));
            Fed memory next = _foundFed(charter, 10 + i);
            if (i < 7) {
                _actAs(upper, IFederationWords.ActKind.Join, abi.encode(address(next.purse), TEXT, LEVY));
            } else {
                // Seven stand above `fed` already; `port` is let in no more where eight do.
                assertEq(fed.purse.trail().length, 8);
            }
            upper = next;
        }
        _quit(port);
        (bool done, bytes memory why) = _tryAs(port, _joining(fed, LEVY));
        assertFalse(done);
        assertEq(why, _failed(abi.encodeWithSelector(IPurse.Circle.selector, _id(port))));
    }

    // What makes it short

    function orderMill(bytes calldata data) external {
        _order(mill, address(mill.treasury), data);
    }

    function orderFarm(bytes calldata data) external {
        _order(farm, address(farm.treasury), data);
    }

    function orderPort(bytes calldata data) external {
        _order(port, address(port.treasury), data);
    }

    function act(Fed calldata of_, IFederationWords.ActKind kind, bytes calldata data) external {
        _actAs(of_, kind, data);
    }

    function _actAs(Fed memory of_, IFederationWords.ActKind kind, bytes memory data) private {
        VM.prank(address(of_.house));
        of_.purse.act(IFederationWords.Act(kind, HOME, data), true, 1000);
    }

    function _try(bytes memory data) private returns (bool, bytes memory) {
        return address(this).call(abi.encodeCall(this.orderMill, (data)));
    }

    function _tryAs(Club storage club, bytes memory data) private returns (bool, bytes memory) {
        bytes4 selector = address(club.treasury) == address(farm.treasury) ? this.orderFarm.selector : this.orderPort.selector;
        return address(this).call(abi.encodeWithSelector(selector, data));
    }

    function _failed(bytes memory reason) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITreasury.CallFailed.selector, 0, reason);
    }

    function _charterWithoutGuests() private view returns (IFederationWords.Charter memory charter) {
        charter = _constitution(IFederationWords.Count.People, IFederationWords.Count.People);
        charter.invited = new IFederationWords.Invitee[](0);
    }

    function _idOf(address account) private pure returns (bytes32) {
        return keccak256(_nameOf(account));
    }
}
