// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {IBooks} from "../interfaces/IBooks.sol";
import {IBranch} from "../interfaces/IBranch.sol";
import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {IMotions} from "../interfaces/IMotions.sol";
import {IPurse} from "../interfaces/IPurse.sol";
import {ITies} from "../interfaces/ITies.sol";
import {Interop, Note, NoteKind, Notes} from "../libraries/Note.sol";
import {Union} from "./Union.sol";
import {VM} from "./Vm.sol";
import {DeliversAnything} from "./neighbours/DeliversAnything.sol";

/// @notice Members on two chains: notes that are late, doubled, in another order or lost, and what waits where it acts. Far
/// has four people and isle six, both at the branch.
contract FederationNotesTest is Union {
    function setUp() external {
        _foundUnionOfTwoChains();
    }

    // Seats and tallies

    function test_members_elsewhere_sit_and_pay_there() external {
        assertEq(fed.house.totals().seats, 5);
        assertEq(fed.house.totals().people, 25);
        assertEq(branch.seated(), 2);
        assertEq(uint256(branch.seatOf(address(far.treasury)).state), uint256(IPurse.SeatState.Seated));
        _earn(far, 1000e6);
        assertEq(_ties(far).bubble(address(branch), address(token)), 50e6);
        assertEq(token.balanceOf(address(branch)), 50e6);
        assertEq(branch.exitShareOf(address(far.treasury), address(token)), 50e6);
    }

    function test_a_vote_elsewhere_is_told_by_a_note_and_counts_once_however_often_it_comes() external {
        bytes32 motion = _open(_text());
        _poll(far, address(branch), motion, 3, 1);
        _tellFar(far, _keys(motion));
        _carryNotes();
        _assertTold(motion, 3, 1);
        _carry(bridge.sent() - 1);
        _tellFar(far, _keys(motion));
        _carryNotes();
        _assertTold(motion, 3, 1);
        IFederationWords.MotionView memory v = fed.house.motionOf(motion);
        assertEq(v.seatsFor, 1);
        assertEq(v.enrolled, 25);
    }

    function test_notes_in_another_order_say_the_latest_roll_and_every_vote() external {
        bytes32 motion = _open(_text());
        _poll(far, address(branch), motion, 4, 0);
        _tellFar(far, _keys(motion));
        uint256 early = bridge.sent() - 1;
        _grow(far, 2);
        _tellFar(far, new bytes32[](0));
        _carry(early + 1);
        assertEq(fed.house.seat(_seatOf(far)).people, 6);
        _carry(early);
        assertEq(fed.house.seat(_seatOf(far)).people, 6, "the later note says how many they are");
        _assertTold(motion, 4, 0);
    }

    function test_one_vote_that_cannot_be_counted_does_not_keep_the_others() external {
        bytes32 motion = _open(_text());
        _poll(far, address(branch), motion, 4, 0);
        IPurse.Report memory told;
        (told.collective, told.seated, told.people, told.charter) = (address(far.collective), true, 4, TEXT);
        told.since = branch.seatOf(address(far.treasury)).since;
        told.votes = new IPurse.Told[](2);
        told.votes[0] = IPurse.Told("unknown", uint40(VM.getBlockTimestamp()), 4, 0, 1);
        told.votes[1] = IPurse.Told(motion, uint40(VM.getBlockTimestamp()), 4, 0, 1);
        uint256 seat = _seatOf(far);
        VM.expectEmit(address(fed.house));
        emit IFederationWords.VoteSkipped("unknown", seat);
        _forgeReport(1000, told);
        _assertTold(motion, 4, 0);
    }

    function test_leaving_elsewhere_needs_no_note_and_is_told_by_anyone() external {
        _earn(far, 1000e6);
        _ties(far).bubble(address(branch), address(token));
        bytes32 motion = _open(_text());
        _poll(far, address(branch), motion, 4, 0);
        _tellFar(far, _keys(motion));
        _carryNotes();
        uint256 before = token.balanceOf(address(far.treasury));
        _quitFar();
        assertEq(token.balanceOf(address(far.treasury)) - before, 50e6, "paid at once");
        VM.expectRevert(abi.encodeWithSelector(ITies.NotTied.selector, address(branch)));
        _ties(far).bubble(address(branch), address(token));
        assertTrue(fed.house.sits(_id(far)), "not told yet");
        VM.chainId(AWAY);
        branch.tellGone(address(far.collective));
        VM.expectRevert(abi.encodeWithSelector(IPurse.StillTied.selector, address(isle.treasury)));
        branch.tellGone(address(isle.collective));
        VM.chainId(HOME);
        _carryNotes();
        assertFalse(fed.house.sits(_id(far)));
        _assertTold(motion, 0, 0);
        assertEq(fed.house.motionOf(motion).enrolled, 21);
    }

    /// @dev Otherwise it would keep a seat that pays nothing, and every later note of it would be refused.
    function test_who_leaves_and_enters_again_uninvited_loses_its_seat() external {
        bytes32 motion = _open(_text());
        _poll(far, address(branch), motion, 4, 0);
        _tellFar(far, _keys(motion));
        _carryNotes();
        _quitFar();
        pass(1);
        _enter(far);
        _tellFar(far, new bytes32[](0));
        _carryNotes();
        assertFalse(fed.house.sits(_id(far)));
        _assertTold(motion, 0, 0);
        _tellFar(far, new bytes32[](0));
        uint256 last = bridge.sent() - 1;
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.NotInvited.selector, _id(far)));
        this.carry(last);
    }

    /// @dev The clocks of two chains differ: since when a member sits is told by its own chain alone.
    function test_a_clock_that_is_ahead_unseats_nobody() external {
        _quitFar();
        IFederationWords.Content memory inviting = _inviting(_name(far));
        VM.chainId(AWAY);
        branch.tellGone(address(far.collective));
        VM.chainId(HOME);
        _carryNotes();
        _carryMotion(inviting);
        uint256 here = VM.getBlockTimestamp();
        VM.warp(here + 1 hours);
        _enter(far);
        _tellFar(far, new bytes32[](0));
        _tellFar(far, new bytes32[](0));
        VM.warp(here);
        _carryNotes();
        assertTrue(fed.house.sits(_id(far)));
    }

    function test_a_halted_chain_falls_silent_and_its_stale_notes_are_refused() external {
        _tellFar(far, new bytes32[](0));
        uint256 late = bridge.sent() - 1;
        VM.warp(VM.getBlockTimestamp() + 30 days);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.NoteExpired.selector, VM.getBlockTimestamp()));
        this.carry(late);
        VM.warp(VM.getBlockTimestamp() + 7 days + 2);
        fed.house.markSilent(_seatOf(far));
        fed.house.markSilent(_seatOf(isle));
        assertEq(fed.house.totals().livePeople, 15);
        carried = bridge.sent();
        _tellFar(far, new bytes32[](0));
        _carryNotes();
        assertEq(fed.house.totals().livePeople, 19);
    }

    function test_delegations_travel_and_the_latest_counts() external {
        VM.chainId(AWAY);
        _order(far, address(far.treasury), abi.encodeCall(ITies.delegate, (address(branch), ROADS, false)));
        branch.tellDelegation(address(far.treasury), ROADS);
        VM.chainId(AWAY);
        _order(far, address(far.treasury), abi.encodeCall(ITies.delegate, (address(branch), ROADS, true)));
        branch.tellDelegation(address(far.treasury), ROADS);
        VM.chainId(HOME);
        uint256 last = bridge.sent() - 1;
        _carry(last);
        (uint256 count,) = fed.house.competence(ROADS);
        assertEq(count, 5);
        VM.expectPartialRevert(IFederationWords.OldNote.selector);
        this.carry(last - 1);
    }

    // F12, F13: who is heard, and what can be said

    function test_only_the_linked_gateway_speaks_for_the_linked_branch() external {
        IPurse.Report memory told;
        (told.collective, told.charter) = (address(far.collective), TEXT);
        bytes memory good = Notes.pack(Note(NoteKind.Report, 99, type(uint40).max, TEXT, AWAY, HOME), Notes.packReport(told));
        VM.expectPartialRevert(IFederationWords.StrangeNote.selector);
        IERC7786Recipient(address(fed.house)).receiveMessage(0, _far(address(branch)), good);
        VM.expectPartialRevert(IFederationWords.StrangeNote.selector);
        bridge.hand(address(fed.house), _far(address(this)), good);
        bytes memory wrong = Notes.pack(Note(NoteKind.Report, 99, type(uint40).max, TEXT, AWAY, 1), Notes.packReport(told));
        VM.expectPartialRevert(IFederationWords.StrangeNote.selector);
        bridge.hand(address(fed.house), _far(address(branch)), wrong);
        wrong = Notes.pack(Note(NoteKind.Order, 99, type(uint40).max, TEXT, AWAY, HOME), Notes.packReport(told));
        VM.expectPartialRevert(IFederationWords.StrangeNote.selector);
        bridge.hand(address(fed.house), _far(address(branch)), wrong);
        VM.chainId(AWAY);
        wrong = Notes.pack(Note(NoteKind.Order, 99, type(uint40).max, TEXT, HOME, AWAY), "");
        VM.expectRevert(IPurse.OnlyFederation.selector);
        IERC7786Recipient(address(branch)).receiveMessage(0, _nameOf(address(fed.house)), wrong);
        VM.expectPartialRevert(IBranch.StrangeNote.selector);
        bridge.hand(address(branch), _nameOf(address(this)), wrong);
        wrong = Notes.pack(Note(NoteKind.Order, 99, type(uint40).max, TEXT, HOME, 1), "");
        VM.expectPartialRevert(IBranch.StrangeNote.selector);
        bridge.hand(address(branch), _nameOf(address(fed.house)), wrong);
        wrong = Notes.pack(Note(NoteKind.Report, 99, type(uint40).max, TEXT, HOME, AWAY), "");
        VM.expectPartialRevert(IBranch.StrangeNote.selector);
        bridge.hand(address(branch), _nameOf(address(fed.house)), wrong);
        wrong = Notes.pack(Note(NoteKind.Order, 99, uint40(VM.getBlockTimestamp()), TEXT, HOME, AWAY), "");
        VM.expectPartialRevert(IBranch.NoteExpired.selector);
        bridge.hand(address(branch), _nameOf(address(fed.house)), wrong);
        VM.chainId(HOME);
    }

    function test_a_branch_obeys_a_closed_list_of_orders() external {
        IFederationWords.ActKind[5] memory kinds = [
            IFederationWords.ActKind.Spend,
            IFederationWords.ActKind.Join,
            IFederationWords.ActKind.Link,
            IFederationWords.ActKind.Rules,
            IFederationWords.ActKind.Resume
        ];
        for (uint256 i = 0; i < 5; ++i) {
            VM.expectRevert(abi.encodeWithSelector(IBranch.NotAnOrder.selector, kinds[i]));
            this.forgeOrder(i, kinds[i], "");
        }
    }

    // F14: orders

    function test_an_order_travels_waits_three_days_and_is_done_once() external {
        _fillBranch(1000e6);
        IFederationWords.Content memory content = _text();
        content.acts = _one(IFederationWords.ActKind.Pay, AWAY, abi.encode(address(token), alice, 100e6, bytes32("road")));
        bytes32 motion = _carryMotion(content);
        VM.expectPartialRevert(IFederationWords.UnknownOrder.selector);
        fed.house.sendOrder(motion, 1, content.acts[0]);
        fed.house.sendOrder(motion, 0, content.acts[0]);
        _carryNotes();
        uint256 due = VM.getBlockTimestamp() + 72 hours;
        bytes32 order = _orderId(motion, 0, content.acts[0]);
        assertEq(branch.orderOf(order).due, due);
        VM.expectRevert(abi.encodeWithSelector(IBranch.OrderWaits.selector, order, due));
        this.carryOut(motion, 0, content.acts[0]);
        VM.chainId(HOME);
        fed.house.sendOrder(motion, 0, content.acts[0]);
        uint256 last = bridge.sent() - 1;
        VM.expectPartialRevert(IBranch.OrderIs.selector);
        this.carry(last);
        VM.warp(due);
        _carryOut(motion, 0, content.acts[0]);
        assertEq(token.balanceOf(alice), 100e6);
        VM.expectRevert(abi.encodeWithSelector(IBranch.OrderIs.selector, order, IBranch.OrderState.Done));
        this.carryOut(motion, 0, content.acts[0]);
        VM.expectPartialRevert(IBranch.OrderIs.selector);
        this.carry(last);
    }

    function test_a_tenth_of_the_branch_leaves_in_seven_days_whatever_orders_say() external {
        _fillBranch(1000e6);
        IFederationWords.Act memory act = _paying(60e6);
        _forgeOrder(1, act);
        _forgeOrder(2, act);
        VM.warp(VM.getBlockTimestamp() + 72 hours);
        _carryOut("forged", 1, act);
        VM.expectRevert(abi.encodeWithSelector(IBooks.BeyondTheBucket.selector, address(token), 60e6, 34e6));
        this.carryOut("forged", 2, act);
        VM.warp(VM.getBlockTimestamp() + 7 days);
        _carryOut("forged", 2, act);
    }

    function test_raising_a_ceiling_waits_as_long_as_a_link_and_lowering_it_does_not() external {
        IFederationWords.Act memory up = IFederationWords.Act(
            IFederationWords.ActKind.Ceiling, AWAY, abi.encode(address(token), uint16(1001))
        );
        IFederationWords.Act memory down =
            IFederationWords.Act(IFederationWords.ActKind.Ceiling, AWAY, abi.encode(address(token), uint16(500)));
        _forgeOrder(1, up);
        _forgeOrder(2, down);
        uint256 now_ = VM.getBlockTimestamp();
        assertEq(branch.orderOf(_orderId("forged", 1, up)).due, now_ + 14 days);
        assertEq(branch.orderOf(_orderId("forged", 2, down)).due, now_ + 72 hours);
        VM.warp(now_ + 72 hours);
        _carryOut("forged", 2, down);
        (,, uint256 bps) = branch.ceilingOf(address(token));
        assertEq(bps, 500);
        IFederationWords.Act memory link = IFederationWords.Act(
            IFederationWords.ActKind.LinkBack, AWAY, abi.encode(uint32(1), address(1), new address[](0), uint8(0))
        );
        now_ = VM.getBlockTimestamp();
        _forgeOrder(3, link);
        assertEq(branch.orderOf(_orderId("forged", 3, link)).due, now_ + 14 days);
        uint256 links = bridge.links();
        VM.warp(now_ + 14 days);
        _carryOut("forged", 3, link);
        assertEq(bridge.links(), links + 1);
    }

    function test_the_people_of_one_member_veto_without_a_proposal_and_without_a_bridge() external {
        _fillBranch(1000e6);
        IFederationWords.Act memory act = _paying(60e6);
        bytes32 order = _forgeOrder(1, act);
        VM.expectRevert(abi.encodeWithSelector(IBranch.NoObjectionOf.selector, address(far.treasury)));
        branch.veto(order, address(far.treasury));
        VM.chainId(AWAY);
        VM.prank(far.people[2]);
        far.collective.objectTo(address(branch), order);
        assertTrue(far.collective.objectsTo(address(branch), order));
        VM.prank(far.people[1]);
        VM.expectPartialRevert(IMotions.NothingWaits.selector);
        far.collective.objectTo(address(branch), "nothing");
        VM.chainId(HOME);
        branch.veto(order, address(far.treasury));
        VM.warp(VM.getBlockTimestamp() + 72 hours);
        VM.expectRevert(abi.encodeWithSelector(IBranch.OrderIs.selector, order, IBranch.OrderState.Vetoed));
        this.carryOut("forged", 1, act);
        // Once, and not by who is no member.
        VM.expectPartialRevert(IBranch.OrderIs.selector);
        branch.veto(order, address(far.treasury));
        bytes32 second = _forgeOrder(2, _paying(1));
        VM.expectPartialRevert(IBranch.OnlySeated.selector);
        branch.veto(second, address(mill.treasury));
    }

    function test_two_thirds_of_the_others_confirm_what_one_vetoed() external {
        _fillBranch(1000e6);
        IFederationWords.Act memory act = _paying(60e6);
        bytes32 order = _forgeOrder(1, act);
        VM.prank(address(far.treasury));
        branch.veto(order, address(far.treasury));
        VM.prank(address(far.treasury));
        VM.expectPartialRevert(IBranch.SeatedLately.selector);
        branch.confirm(order);
        VM.warp(VM.getBlockTimestamp() + 14 days);
        VM.prank(address(far.treasury));
        VM.expectRevert(abi.encodeWithSelector(IBranch.HasSpoken.selector, address(far.treasury)));
        branch.confirm(order);
        VM.expectPartialRevert(IBranch.OnlySeated.selector);
        branch.confirm(order);
        VM.prank(address(isle.treasury));
        branch.confirm(order);
        VM.expectRevert(abi.encodeWithSelector(IBranch.OrderIs.selector, order, IBranch.OrderState.Confirmed));
        branch.veto(order, address(isle.treasury));
        _carryOut("forged", 1, act);
        assertEq(token.balanceOf(alice), 60e6);
    }

    function test_where_nobody_else_sits_a_veto_stands() external {
        _quitClub(isle);
        IFederationWords.Act memory act = _paying(0);
        bytes32 order = _forgeOrder(1, act);
        VM.prank(address(far.treasury));
        branch.veto(order, address(far.treasury));
        VM.warp(VM.getBlockTimestamp() + 20 days);
        VM.prank(address(far.treasury));
        VM.expectPartialRevert(IBranch.HasSpoken.selector);
        branch.confirm(order);
    }

    function test_invalidating_drops_all_orders_that_wait() external {
        _fillBranch(1000e6);
        IFederationWords.Act memory act = _paying(10e6);
        _forgeOrder(1, act);
        pass(1);
        uint256 now_ = VM.getBlockTimestamp();
        IFederationWords.Act memory drop =
            IFederationWords.Act(IFederationWords.ActKind.Invalidate, AWAY, abi.encode(type(uint256).max));
        _forgeOrder(2, drop);
        _forgeOrder(3, act);
        VM.warp(now_ + 72 hours);
        VM.expectPartialRevert(IBranch.OrderDropped.selector);
        this.carryOut("forged", 1, act);
        VM.expectPartialRevert(IBranch.OrderIs.selector);
        this.forgeOrder(1, act.kind, act.data);
        _carryOut("forged", 3, act);
    }

    // F16: pausing

    function test_one_member_pauses_a_chain_for_seven_days_once_in_thirty() external {
        uint256 now_ = VM.getBlockTimestamp();
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.CannotPause.selector, AWAY));
        fed.house.pause(AWAY, address(mill.collective));
        bytes32 subject = fed.house.pauseSubject(AWAY);
        VM.prank(mill.people[0]);
        mill.collective.objectTo(address(fed.purse), subject);
        fed.house.pause(AWAY, address(mill.collective));
        _tellFar(far, new bytes32[](0));
        uint256 last = bridge.sent() - 1;
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.PeerIsPaused.selector, AWAY, now_ + 7 days));
        this.carry(last);
        VM.warp(now_ + 7 days);
        _carryNotes();
        VM.prank(address(farm.treasury));
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.CannotPause.selector, AWAY));
        fed.house.pause(AWAY, address(farm.collective));
        VM.warp(now_ + 30 days);
        assertNotEq(fed.house.pauseSubject(AWAY), subject);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.CannotPause.selector, AWAY));
        fed.house.pause(AWAY, address(mill.collective));
        VM.prank(address(farm.treasury));
        fed.house.pause(AWAY, address(farm.collective));
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.NoLink.selector, 1));
        fed.house.pause(1, address(farm.collective));
    }

    function test_a_branch_is_paused_by_its_members_and_then_does_nothing() external {
        IFederationWords.Act memory act = _paying(0);
        _forgeOrder(1, act);
        uint256 now_ = VM.getBlockTimestamp();
        bytes32 subject = branch.pauseSubject();
        VM.chainId(AWAY);
        VM.prank(isle.people[5]);
        isle.collective.objectTo(address(branch), subject);
        VM.chainId(HOME);
        branch.pause(address(isle.treasury));
        assertEq(branch.pausedUntil(), now_ + 7 days);
        VM.expectRevert(abi.encodeWithSelector(IBranch.IsPaused.selector, now_ + 7 days));
        this.forgeOrder(2, act.kind, act.data);
        VM.warp(now_ + 72 hours);
        VM.expectRevert(abi.encodeWithSelector(IBranch.IsPaused.selector, now_ + 7 days));
        this.carryOut("forged", 1, act);
        VM.prank(address(far.treasury));
        VM.expectRevert(abi.encodeWithSelector(IBranch.PausedLately.selector, now_ + 30 days));
        branch.pause(address(far.treasury));
        VM.warp(now_ + 7 days);
        _carryOut("forged", 1, act);
    }

    // F17: links

    function test_a_gateway_is_replaced_with_notes_in_flight() external {
        DeliversAnything other = new DeliversAnything();
        IFederationWords.Content memory content = _house(
            _one(
                IFederationWords.ActKind.Link,
                AWAY,
                abi.encode(address(other), address(branch), uint32(2), address(bridge), new address[](0), uint8(0))
            )
        );
        bytes32 change = _passByFour(content);
        bytes32 motion = _open(_text());
        _poll(far, address(branch), motion, 4, 0);
        _tellFar(far, _keys(motion));
        uint256 flying = bridge.sent() - 1;
        // Whoever had the old gateway spoiled the numbers.
        IPurse.Report memory told;
        (told.collective, told.seated, told.people, told.charter) = (address(far.collective), true, 4, TEXT);
        told.since = branch.seatOf(address(far.treasury)).since;
        _forgeReport(type(uint64).max, told);
        fed.house.enact(change, content);
        VM.expectPartialRevert(IFederationWords.StrangeNote.selector);
        this.carry(flying);
        DeliversAnything.Message memory m = bridge.message(flying);
        other.hand(m.to, _far(m.from), m.payload);
        _assertTold(motion, 4, 0);
        _grow(far, 1);
        _tellFar(far, _keys(motion));
        m = bridge.message(bridge.sent() - 1);
        other.hand(m.to, _far(m.from), m.payload);
        assertEq(fed.house.seat(_seatOf(far)).people, 5, "numbered anew");
    }

    function test_seat_notes_are_numbered_anew_after_the_link_home_changed() external {
        _forge(
            NoteKind.Seat,
            type(uint64).max,
            _standing(far, IPurse.SeatState.Seated, 0)
        );
        fed.house.sendSeat(_seatOf(far));
        uint256 last = bridge.sent() - 1;
        VM.expectPartialRevert(IBranch.OldNote.selector);
        this.carry(last);
        IFederationWords.Act memory link = IFederationWords.Act(
            IFederationWords.ActKind.LinkBack, AWAY, abi.encode(uint32(1), address(1), new address[](0), uint8(0))
        );
        _forgeOrder(1, link);
        VM.warp(VM.getBlockTimestamp() + 14 days);
        _carryOut("forged", 1, link);
        this.carry(last);
    }

    // F19

    function test_a_federation_that_finds_itself_in_a_trail_is_not_seated() external {
        bytes32[] memory trail = new bytes32[](2);
        (trail[0], trail[1]) = (Interop.idOf(HOME, address(fed.house)), _id(far));
        VM.expectRevert(abi.encodeWithSelector(IPurse.Circle.selector, _id(far)));
        this.forgeSeat(100, abi.encode(address(far.collective), IPurse.SeatState.Seated, 0, 0, trail));
    }

    /// @dev Here a federation whose branch at home this one sits in joins from elsewhere.
    function test_who_stands_above_is_not_seated_below() external {
        IBranch theirs = IBranch(Clones.clone(branchImplementation));
        theirs.initialize(
            IBranch.Setup(
                AWAY, address(far.collective), address(bridge), 72 hours, true, TEXT, new address[](0), 1, address(1), new address[](0), 0
            )
        );
        _quitFar();
        VM.chainId(AWAY);
        branch.tellGone(address(far.collective));
        VM.chainId(HOME);
        _carryNotes();
        _carryMotion(_inviting(_name(far)));
        // Far is a federation now, and fed joins it.
        VM.prank(address(fed.house));
        fed.purse.act(IFederationWords.Act(IFederationWords.ActKind.Join, HOME, abi.encode(address(theirs), TEXT, 0)), true, 0);
        _enter(far);
        _tellFar(far, new bytes32[](0));
        uint256 last = bridge.sent() - 1;
        VM.expectRevert(abi.encodeWithSelector(IPurse.Circle.selector, _id(far)));
        this.carry(last);
    }

    // Founding

    function test_a_branch_is_set_up_once_elsewhere_and_with_a_day_to_wait() external {
        IBranch made = IBranch(Clones.clone(branchImplementation));
        IBranch.Setup memory setup;
        (setup.chain, setup.federation, setup.gateway) = (HOME, address(fed.house), address(bridge));
        VM.expectPartialRevert(IBranch.StrangeNote.selector);
        made.initialize(setup);
        VM.chainId(AWAY);
        setup.wait = 24 hours - 1;
        VM.expectRevert(abi.encodeWithSelector(IBranch.WaitTooShort.selector, 24 hours - 1, 24 hours));
        made.initialize(setup);
        setup.wait = 24 hours;
        made.initialize(setup);
        VM.expectRevert(IBooks.AlreadyFounded.selector);
        made.initialize(setup);
        VM.expectRevert(IBooks.AlreadyFounded.selector);
        IBranch(branchImplementation).initialize(setup);
        VM.chainId(HOME);
    }

    // What makes it short

    function carry(uint256 number) external {
        _carry(number);
    }

    function carryOut(bytes32 motion, uint256 index, IFederationWords.Act calldata act) external {
        _carryOut(motion, index, act);
    }

    function forgeOrder(uint256 index, IFederationWords.ActKind kind, bytes calldata data) external {
        _forgeOrder(index, IFederationWords.Act(kind, AWAY, data));
    }

    function forgeSeat(uint64 nonce, bytes calldata body) external {
        _forge(NoteKind.Seat, nonce, body);
    }

    function _fillBranch(uint256 amount) private {
        token.mint(address(this), amount);
        token.approve(address(branch), amount);
        branch.deposit(address(token), amount, "gift");
    }

    function _quitFar() private {
        _quitClub(far);
    }

    /// @dev Two thirds of all seats are four: isle is for it too. The time is when it can be enacted.
    function _passByFour(IFederationWords.Content memory content) private returns (bytes32 motion) {
        motion = _open(fed, port, content);
        _decideAll(motion, [uint256(3), 0, 5, 0, 7, 0]);
        _poll(isle, address(branch), motion, 6, 0);
        _tellFar(isle, _keys(motion));
        _carry(bridge.sent() - 1);
        _untilClosed(motion);
        VM.warp(fed.house.motionOf(motion).enactableAt);
    }

    function _far(address account) private pure returns (bytes memory) {
        return abi.encodePacked(hex"00010000022105", hex"14", account);
    }
}
