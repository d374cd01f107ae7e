// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IBranch} from "../interfaces/IBranch.sol";
import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {IPurse} from "../interfaces/IPurse.sol";
import {ITies} from "../interfaces/ITies.sol";
import {Interop} from "../libraries/Note.sol";
import {Union} from "./Union.sol";
import {VM} from "./Vm.sol";

/// @notice What two chains know of each other when time passes between: who came again, under which charter, what a pause kept
/// out, what is too old.
contract FederationStandingTest is Union {
    bytes32 private constant WATER = "water";
    bytes32 private constant NEW = keccak256("We stand together, and share the water.");

    function setUp() external {
        _foundUnionOfTwoChains();
    }

    // F12

    function test_a_recall_is_not_shut_out_by_a_later_note_about_something_else() external {
        _carryMotion(_house(_one(IFederationWords.ActKind.Competence, HOME, abi.encode(WATER, true))));
        VM.chainId(AWAY);
        _order(far, address(far.treasury), abi.encodeCall(ITies.delegate, (address(branch), ROADS, false)));
        branch.tellDelegation(address(far.treasury), ROADS);
        branch.tellDelegation(address(far.treasury), WATER);
        VM.chainId(HOME);
        uint256 last = bridge.sent() - 1;
        _carry(last);
        _carry(last - 1);
        (uint256 count,) = fed.house.competence(ROADS);
        assertEq(count, 4);
    }

    function test_a_note_about_an_earlier_seat_says_nothing_of_who_came_again() external {
        fed.house.sendSeat(_seatOf(far));
        uint256 seated = bridge.sent() - 1;
        carried = seated + 1;
        _leave();
        fed.house.sendSeat(_seatOf(far));
        uint256 gone = bridge.sent() - 1;
        carried = gone + 1;
        _carryMotion(_inviting(_name(far)));
        _enter(far);
        _carry(seated);
        _assertSeat(IPurse.SeatState.Entered);
        _carry(gone);
        _assertSeat(IPurse.SeatState.Entered);
        // Anybody can have it said anew, too.
        fed.house.sendSeat(_seatOf(far));
        _carryNotes();
        _assertSeat(IPurse.SeatState.Entered);
        assertEq(branch.seated(), 1);
        _tellFar(far, new bytes32[](0));
        _carryNotes();
        fed.house.sendSeat(_seatOf(far));
        _carryNotes();
        _assertSeat(IPurse.SeatState.Seated);
    }

    function test_who_entered_and_lost_its_seat_at_home_meanwhile_is_told_so() external {
        _leave();
        _carryMotion(_inviting(_name(far)));
        _enter(far);
        _tellFar(far, new bytes32[](0));
        _carryNotes();
        // Its notice ran out before a note said that it sits.
        IFederationWords.Content memory content =
            _house(_one(IFederationWords.ActKind.Expel, HOME, abi.encode(_name(far))));
        _carryMotion(content);
        pass(14 days);
        fed.house.unseat(_seatOf(far));
        fed.house.sendSeat(_seatOf(far));
        _carryNotes();
        _assertSeat(IPurse.SeatState.None);
    }

    // F1: the charter

    function test_who_joined_under_the_old_charter_is_not_seated_under_the_new() external {
        _leave();
        _carryMotion(_inviting(_name(far)));
        _enter(far);
        _carryMotion(_newCharter());
        fed.house.sendSeat(_seatOf(isle));
        _carryNotes();
        assertEq(branch.charter(), NEW);
        _tellFar(far, new bytes32[](0));
        uint256 last = bridge.sent() - 1;
        VM.expectRevert(abi.encodeWithSelector(IPurse.OtherCharter.selector, TEXT, NEW));
        this.carry(last);
        carried = last + 1;
        _quitClub(far);
        VM.chainId(AWAY);
        _order(far, address(far.treasury), abi.encodeCall(ITies.join, (address(branch), NEW, LEVY)));
        VM.chainId(HOME);
        _tellFar(far, new bytes32[](0));
        _carryNotes();
        assertTrue(fed.house.sits(_id(far)));
        // Who sits already tells under the charter of now.
        _tellFar(isle, new bytes32[](0));
        _carryNotes();
    }

    function test_a_branch_where_nobody_sits_is_told_the_charter_and_an_older_note_does_not_undo_it() external {
        _leave();
        IFederationWords.Content memory content = _newCharter();
        bytes32 motion = _passMotion(content);
        VM.warp(fed.house.motionOf(motion).enactableAt);
        fed.house.sendSeat(_seatOf(isle));
        uint256 older = bridge.sent() - 1;
        carried = older + 1;
        fed.house.enact(motion, content);
        fed.house.sendCharter(AWAY);
        _carryNotes();
        assertEq(branch.charter(), NEW);
        _carry(older);
        assertEq(branch.charter(), NEW);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.NoLink.selector, 1));
        fed.house.sendCharter(1);
    }

    // F16: what a pause keeps out

    function test_a_motion_that_closes_in_a_pause_waits_for_what_it_kept_out() external {
        bytes32 motion = _open(_text());
        bytes32 other = _open(fed, farm, _text());
        _poll(far, address(branch), motion, 4, 0);
        IFederationWords.MotionView memory asked = fed.house.motionOf(motion);
        VM.warp(asked.closes);
        VM.prank(address(mill.treasury));
        fed.house.pause(AWAY, address(mill.collective));
        _tellFar(far, _keys(motion));
        uint256 last = bridge.sent() - 1;
        VM.expectPartialRevert(IFederationWords.PeerIsPaused.selector);
        this.carry(last);
        VM.warp(asked.closes + 7 days);
        _assertState(motion, IFederationWords.State.Voting);
        _carry(last);
        _assertTold(motion, 4, 0);
        assertEq(fed.house.motionOf(motion).closes, asked.closes + 8 days);
        // Neither is its place taken, nor does who leaves stay in it.
        for (uint256 i = 0; i < 14; ++i) {
            _open(fed, i < 7 ? farm : port, i);
        }
        _quit(port);
        assertEq(fed.house.motionOf(motion).enrolled, 18);
        VM.warp(asked.closes + 8 days);
        _assertState(other, IFederationWords.State.Voting);
        pass(1);
        _assertState(other, IFederationWords.State.Defeated);
        _assertState(motion, IFederationWords.State.Waiting);
        assertEq(fed.house.motionOf(motion).enactableAt, asked.closes + 8 days + 2 days);
        _tellFar(isle, new bytes32[](0));
    }

    function test_a_pause_holds_a_motion_once_and_opens_none_again() external {
        bytes32 closed = _open(_text());
        VM.warp(fed.house.motionOf(closed).closes + 1);
        bytes32 motion = _open(_text());
        _pauseBy(mill);
        _assertState(closed, IFederationWords.State.Defeated);
        uint256 closes = fed.house.motionOf(motion).closes;
        assertEq(closes, fed.house.motionOf(motion).votesEnd + 1 days, "the pause was over long before");
        VM.warp(closes - 1 days);
        assertEq(fed.house.motionOf(closed).closes, fed.house.motionOf(closed).votesEnd + 1 days);
        VM.warp(closes + 10 days);
        _pauseBy(farm);
        assertEq(fed.house.motionOf(motion).closes, closes);
        _assertState(motion, IFederationWords.State.Defeated);
    }

    // S5: everything expires

    function test_an_order_that_nobody_carried_out_expires() external {
        IFederationWords.Act memory act = _paying(0);
        bytes32 order = _forgeOrder(1, act);
        bytes32 vetoed = _forgeOrder(2, act);
        VM.prank(address(far.treasury));
        branch.veto(vetoed, address(far.treasury));
        uint256 expires = branch.orderOf(order).due + 90 days;
        assertEq(branch.orderOf(order).expires, expires);
        assertEq(branch.orderOf("unknown").expires, 0);
        VM.warp(expires);
        VM.expectRevert(abi.encodeWithSelector(IBranch.OrderExpired.selector, order, expires));
        this.carryOut("forged", 1, act);
        VM.prank(address(isle.treasury));
        VM.expectRevert(abi.encodeWithSelector(IBranch.OrderExpired.selector, vetoed, expires));
        branch.confirm(vetoed);
        VM.warp(expires - 1);
        _carryOut("forged", 1, act);
        VM.prank(address(isle.treasury));
        branch.confirm(vetoed);
        assertEq(branch.orderOf(vetoed).expires, expires - 1 + 90 days, "from its confirmation");
    }

    function test_an_order_is_sent_for_ninety_days() external {
        IFederationWords.Content memory content = _text();
        content.acts = new IFederationWords.Act[](1);
        content.acts[0] = _paying(0);
        bytes32 motion = _carryMotion(content);
        uint256 until = VM.getBlockTimestamp() + 90 days;
        VM.warp(until - 1);
        fed.house.sendOrder(motion, 0, content.acts[0]);
        VM.warp(until);
        VM.expectPartialRevert(IFederationWords.UnknownOrder.selector);
        fed.house.sendOrder(motion, 0, content.acts[0]);
    }

    function test_an_invitation_is_good_for_half_a_year() external {
        _quit(port);
        bytes32 motion = _open(_inviting(_name(port)));
        _decideTwo(motion);
        VM.warp(fed.house.motionOf(motion).enactableAt);
        fed.house.enact(motion, _inviting(_name(port)));
        (uint256 ends,) = fed.house.invitation(_id(port));
        assertEq(ends, VM.getBlockTimestamp() + 180 days);
        VM.warp(ends);
        VM.expectRevert();
        this.join();
        VM.warp(ends - 1);
        this.join();
        assertTrue(fed.house.sits(_id(port)));
    }

    // F14: a federation at a branch

    function test_a_federation_confirms_at_a_branch_by_its_motion() external {
        VM.chainId(AWAY);
        Fed memory lower = _foundFed(_constitution(IFederationWords.Count.People, IFederationWords.Count.People), 7);
        bytes memory name = InteroperableAddress.formatEvmV1(AWAY, address(lower.house));
        VM.chainId(HOME);
        _carryMotion(_inviting(name));
        _act(lower, IFederationWords.ActKind.Join, abi.encode(address(branch), TEXT, uint256(0)));
        VM.chainId(AWAY);
        branch.tell(address(lower.purse), new bytes32[](0));
        VM.chainId(HOME);
        _carryNotes();
        fed.house.sendSeat(fed.house.seatNumber(Interop.idOf(AWAY, address(lower.house))));
        _carryNotes();
        assertEq(branch.seated(), 3);
        pass(14 days);
        bytes32 order = _forgeOrder(1, _paying(0));
        VM.prank(address(far.treasury));
        branch.veto(order, address(far.treasury));
        VM.prank(address(isle.treasury));
        branch.confirm(order);
        assertEq(uint256(branch.orderOf(order).state), uint256(IBranch.OrderState.Vetoed));
        _act(lower, IFederationWords.ActKind.Confirm, abi.encode(address(branch), order));
        assertEq(uint256(branch.orderOf(order).state), uint256(IBranch.OrderState.Confirmed));
    }

    // What makes it short

    function carry(uint256 number) external {
        _carry(number);
    }

    function carryOut(bytes32 motion, uint256 index, IFederationWords.Act calldata act) external {
        _carryOut(motion, index, act);
    }

    function join() external {
        _order(port, address(port.treasury), _joining(fed, LEVY));
    }

    /// @dev Far leaves, and home knows.
    function _leave() private {
        _quitClub(far);
        VM.chainId(AWAY);
        branch.tellGone(address(far.collective));
        VM.chainId(HOME);
        _carryNotes();
        pass(1);
    }

    function _newCharter() private pure returns (IFederationWords.Content memory) {
        return _house(_one(IFederationWords.ActKind.Charter, HOME, abi.encode(NEW, "ipfs://new")));
    }

    function _pauseBy(Club storage club) private {
        VM.prank(address(club.treasury));
        fed.house.pause(AWAY, address(club.collective));
    }

    /// @dev By another person each time: one has one motion open.
    function _open(Fed memory to, Club storage club, uint256 number) private {
        IFederationWords.Content memory content = _text();
        content.text = bytes32(number);
        VM.prank(club.people[number % club.people.length]);
        try to.house.open(content, _list(address(club.collective))) {} catch {}
    }

    function _decideTwo(bytes32 motion) private {
        bytes32 first = _put(mill, address(fed.purse), motion);
        bytes32 second = _put(farm, address(fed.purse), motion);
        VM.warp(mill.collective.proposalOf(first).votingStarts);
        _ballots(mill, first, 3, 0);
        _ballots(farm, second, 5, 0);
        VM.warp(mill.collective.proposalOf(first).votingEnds);
        _tell(fed, mill, motion);
        _tell(fed, farm, motion);
        _untilClosed(motion);
    }

    function _act(Fed memory of_, IFederationWords.ActKind kind, bytes memory data) private {
        VM.chainId(AWAY);
        VM.prank(address(of_.house));
        of_.purse.act(IFederationWords.Act(kind, AWAY, data), true, 1000);
        VM.chainId(HOME);
    }

    function _assertSeat(IPurse.SeatState state) private view {
        assertEq(uint256(branch.seatOf(address(far.treasury)).state), uint256(state));
    }
}
