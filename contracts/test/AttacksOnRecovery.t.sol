// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestCoin} from "../TestCoin.sol";
import {ICollective} from "../interfaces/ICollective.sol";
import {IGovernor} from "../interfaces/IGovernor.sol";
import {IMembership} from "../interfaces/IMembership.sol";
import {IRecovery} from "../interfaces/IRecovery.sol";
import {IBooks} from "../interfaces/IBooks.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {House} from "./House.sol";
import {VM} from "./Vm.sol";
import {ApprovesHashes} from "./neighbours/ApprovesHashes.sol";

/// @notice What thieves, guardians and majorities might try with a recovery, and what comes of it. Alice holds seat 1 and 100
/// of 1,500 units; gina, greg and gwen guard it, any two of them, with a delay of 10 days.
contract AttacksOnRecoveryTest is House {
    uint256 private constant FOREVER = type(uint256).max;

    address private anew;
    address private mallory;
    address[] private guardians;
    mapping(address guardian => uint256) private keyOf;

    function setUp() external {
        _found();
        (anew, mallory) = (addressOf("alice anew"), addressOf("mallory"));
        string[3] memory names = ["gina", "greg", "gwen"];
        for (uint256 i = 0; i < 3; ++i) {
            (address account, uint256 key) = person(names[i]);
            keyOf[account] = key;
            guardians.push(account);
        }
        _ascend();
        _setGuardians(alice, 1);
    }

    function test_two_of_three_move_a_seat_with_its_ballots_units_and_notice() external {
        bytes32 proposal = _propose(bob, _law("We mill on Sundays."));
        _untilVoting(proposal);
        _vote(alice, proposal, 0, 6);
        _notice(alice, 40);
        uint256 due = treasury.holdingOf(alice).due;
        _start(1, anew);
        VM.warp(VM.getBlockTimestamp() + 10 days - 1);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.RecoveryWaits.selector, VM.getBlockTimestamp() + 1));
        collective.finishRecovery(1);
        pass(1);
        collective.finishRecovery(1);

        (address holder, uint256 since) = collective.holderOf(1);
        assertEq(holder, anew);
        assertEq(since, 1_800_000_000);
        assertEq(collective.ballotOf(anew, proposal, 0), int256(6));
        assertEq(collective.creditsOf(anew), 64); // of 100, less 6 squared
        assertEq(collective.seats(), 5);
        ITreasury.Holding memory h = treasury.holdingOf(anew);
        assertEq(h.units, 100);
        assertEq(h.noticed, 40);
        assertEq(h.due, due);
        assertEq(treasury.holdingOf(alice).units, 0);
        assertFalse(collective.isMember(alice));
    }

    function test_one_of_three_moves_nothing() external {
        bytes[] memory signatures = _signatures(1, anew);
        signatures[2] = "";
        signatures[1] = "";
        VM.expectRevert(abi.encodeWithSelector(IRecovery.NotEnoughGuardians.selector, 1, 2));
        collective.startRecovery(1, anew, guardians, 2, 10 days, FOREVER, signatures);
        // Nor does a lower number count than the one that alice has set.
        VM.expectRevert(abi.encodeWithSelector(IRecovery.GuardiansDiffer.selector, 1));
        collective.startRecovery(1, anew, guardians, 1, 10 days, FOREVER, signatures);
        // One who brings it counts without a signature.
        VM.prank(guardians[1]);
        collective.startRecovery(1, anew, guardians, 2, 10 days, FOREVER, signatures);
    }

    function test_guardians_who_collude_are_vetoed_and_wait_thirty_days() external {
        uint256 started = VM.getBlockTimestamp();
        _start(1, mallory);
        VM.prank(mallory);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.NotTheHolder.selector, mallory, alice));
        collective.veto(1);
        VM.prank(alice);
        collective.veto(1);
        pass(10 days);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.NoRecovery.selector, 1));
        collective.finishRecovery(1);
        bytes[] memory signatures = _signatures(1, mallory);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.TooManyRecoveries.selector, started + 30 days));
        collective.startRecovery(1, mallory, guardians, 2, 10 days, FOREVER, signatures);
        // Until then alice has time to choose others.
        VM.prank(alice);
        collective.setGuardians(1, new address[](0), 0, 0);
        VM.warp(started + 30 days);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.GuardiansDiffer.selector, 1));
        collective.startRecovery(1, mallory, guardians, 2, 10 days, FOREVER, signatures);
    }

    function test_signatures_are_worth_nothing_twice_or_for_another_seat_collective_or_chain() external {
        bytes[] memory signatures = _signatures(1, anew);
        _setGuardians(bob, 2);
        _refused(2, anew, signatures);
        _refused(1, mallory, signatures);

        ICollective first = collective;
        _found(_charter(), 7);
        _setGuardians(alice, 1);
        _refused(1, anew, signatures);
        collective = first;

        VM.chainId(10);
        _refused(1, anew, signatures);
        VM.chainId(31_337);

        _start(1, anew);
        VM.prank(alice);
        collective.veto(1);
        pass(30 days);
        _refused(1, anew, signatures);
        // Those of a time before the deadline end with it.
        VM.expectRevert(abi.encodeWithSelector(IRecovery.SignaturesExpired.selector, VM.getBlockTimestamp() - 1));
        collective.startRecovery(1, anew, guardians, 2, 10 days, VM.getBlockTimestamp() - 1, signatures);
    }

    function test_a_thief_of_the_key_exits_into_a_sum_that_waits_for_the_new_holder() external {
        _fund(1500 ether, 3000e6);
        _notice(alice, 100);
        pass(5 days);
        _start(1, anew);
        // The thief exits with all units: 100 of 1,500.
        _exit(alice, 100, _list(COIN, address(token)));
        assertEq(alice.balance, 0);
        assertEq(treasury.owedTo(COIN, alice), 100 ether);
        assertEq(treasury.owedTo(address(token), alice), 200e6);
        uint256 until = VM.getBlockTimestamp() + 24 days;
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IBooks.PayoutsHeld.selector, alice, until));
        treasury.collect(COIN, mallory);
        pass(10 days);
        // Not a moment between: whoever comes first when the delay is over, the money goes with the seat.
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IBooks.PayoutsHeld.selector, alice, until));
        treasury.collect(COIN, mallory);
        collective.finishRecovery(1);
        VM.prank(anew);
        assertEq(treasury.collect(COIN, anew), 100 ether);
        VM.prank(anew);
        assertEq(treasury.collect(address(token), anew), 200e6);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IBooks.NothingOwed.selector, COIN, alice));
        treasury.collect(COIN, mallory);
        assertEq(treasury.bookOf(COIN).reserved, 0);
    }

    function test_a_veto_frees_what_is_owed_at_once() external {
        _fund(1500 ether, 0);
        _notice(alice, 100);
        pass(5 days);
        _start(1, mallory);
        _exit(alice, 60, _list(COIN));
        VM.prank(alice);
        collective.veto(1);
        VM.prank(alice);
        assertEq(treasury.collect(COIN, alice), 60 ether);
        _exit(alice, 40, _list(COIN));
        assertEq(alice.balance, 100 ether);
    }

    function test_while_held_only_coin_and_listed_tokens_can_be_named() external {
        TestCoin other = new TestCoin("Gift", "GIFT", 6);
        other.mint(address(treasury), 1500e6);
        _fund(0, 1500e6);
        _notice(alice, 100);
        pass(5 days);
        _start(1, anew);
        VM.expectRevert(abi.encodeWithSelector(IBooks.NotListed.selector, address(other)));
        _exit(alice, 50, _list(address(other)));
        _exit(alice, 50, _list(address(token)));
        assertEq(treasury.owedTo(address(token), alice), 50e6);
        VM.prank(alice);
        collective.veto(1);
        _exit(alice, 50, _list(address(other)));
        assertEq(other.balanceOf(alice), 51_724_137); // 1,500e6 * 50 / 1,450, rounded down
    }

    function test_a_forgotten_recovery_lapses_and_holds_nothing_any_more() external {
        _fund(1500 ether, 0);
        _notice(alice, 100);
        pass(5 days);
        _start(1, anew);
        _exit(alice, 100, _list(COIN));
        pass(24 days);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.NoRecovery.selector, 1));
        collective.finishRecovery(1);
        (address to, uint256 due, uint256 lapses,,) = collective.recoveryOf(1);
        assertEq(to, address(0));
        assertEq(due + lapses, 0);
        VM.prank(alice);
        assertEq(treasury.collect(COIN, alice), 100 ether);
        VM.prank(alice);
        collective.leave();
    }

    function test_nobody_leaves_with_a_seat_that_is_being_recovered() external {
        _start(1, anew);
        uint256 due = VM.getBlockTimestamp() + 10 days;
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.RecoveryRuns.selector, anew, due));
        collective.leave();
        // Nor puts other guardians in the way.
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.RecoveryRuns.selector, anew, due));
        collective.setGuardians(1, new address[](0), 0, 0);
    }

    function test_an_expulsion_ends_a_recovery_and_frees_what_is_owed() external {
        _fund(1500 ether, 0);
        _notice(alice, 100);
        bytes32 proposal = _pass(bob, _calling(address(collective), abi.encodeCall(IMembership.expel, (1))));
        VM.warp(collective.proposalOf(proposal).executableAt);
        _start(1, anew);
        _exit(alice, 100, _list(COIN));
        _execute(proposal, 0, 2, _calling(address(collective), abi.encodeCall(IMembership.expel, (1))));
        VM.expectRevert(abi.encodeWithSelector(IRecovery.NoRecovery.selector, 1));
        collective.finishRecovery(1);
        VM.prank(alice);
        assertEq(treasury.collect(COIN, alice), 100 ether);
    }

    function test_an_option_moves_a_seat_despite_a_veto_and_drops_its_guardians() external {
        _fund(1500 ether, 0);
        bytes memory move = abi.encodeCall(IMembership.moveSeat, (1, anew));
        VM.expectRevert(IMembership.OnlyByLargeOption.selector);
        collective.moveSeat(1, anew);
        // The thief of alice's key vetoes.
        _start(1, anew);
        VM.prank(alice);
        collective.veto(1);
        bytes32 proposal = _pass(bob, _calling(address(collective), move));
        _untilExecutable(proposal);
        _execute(proposal, 0, 2, _calling(address(collective), move));
        assertEq(collective.seatOf(anew), 1);
        assertEq(treasury.holdingOf(anew).units, 100);
        assertEq(collective.guardiansOf(1), 0);
        (,,, uint256 expelled) = collective.dailyCap();
        assertEq(expelled, 1);
    }

    function test_who_gives_notice_when_it_passes_is_paid_before_their_seat_is_moved() external {
        _fund(1500 ether, 0);
        bytes memory move = abi.encodeCall(IMembership.moveSeat, (1, mallory));
        bytes32 proposal = _pass(bob, _calling(address(collective), move));
        _notice(alice, 100);
        pass(5 days);
        _exit(alice, 100, _list(COIN));
        _untilExecutable(proposal);
        _execute(proposal, 0, 2, _calling(address(collective), move));
        assertEq(alice.balance, 100 ether);
        assertEq(treasury.holdingOf(mallory).units, 0);
    }

    function test_no_more_seats_are_moved_in_a_day_than_can_be_expelled() external {
        IMembership.Admission memory admission = collective.admission();
        assertEq(admission.dailyCount, 2);
        bytes[3] memory moves = [
            abi.encodeCall(IMembership.moveSeat, (1, addressOf("one"))),
            abi.encodeCall(IMembership.expel, (2)),
            abi.encodeCall(IMembership.moveSeat, (3, addressOf("three")))
        ];
        IGovernor.Option memory option = _calling(address(collective), moves[0]);
        option.calls = new IGovernor.Call[](3);
        for (uint256 i = 0; i < 3; ++i) {
            option.calls[i] = IGovernor.Call(address(collective), 0, moves[i]);
        }
        VM.prank(dave);
        VM.expectPartialRevert(IGovernor.MoreThanADay.selector);
        collective.propose(option);
    }

    function test_a_seat_moves_only_to_who_never_held_one() external {
        bytes[] memory signatures = _signatures(1, bob);
        VM.expectRevert(abi.encodeWithSelector(IMembership.HasHeldASeat.selector, bob, 2));
        collective.startRecovery(1, bob, guardians, 2, 10 days, FOREVER, signatures);
        VM.prank(erin);
        collective.leave();
        signatures = _signatures(1, erin);
        VM.expectRevert(abi.encodeWithSelector(IMembership.HasHeldASeat.selector, erin, 5));
        collective.startRecovery(1, erin, guardians, 2, 10 days, FOREVER, signatures);
        signatures = _signatures(1, address(treasury));
        VM.expectRevert(abi.encodeWithSelector(IRecovery.BadNewHolder.selector, address(treasury)));
        collective.startRecovery(1, address(treasury), guardians, 2, 10 days, FOREVER, signatures);
    }

    function test_the_new_address_needs_no_application_and_no_old_signature_is_good_again() external {
        (address account, uint256 key) = person("alice anew");
        IMembership.SignedApplication[] memory list = new IMembership.SignedApplication[](2);
        bytes32 text = keccak256("We mill.");
        list[0] = _application(account, "anew", text, collective.nonceOf(account), key);
        (, uint256 old) = person("alice");
        list[1] = _application(alice, "alice", text, 0, old);
        VM.prank(anew);
        collective.applyForSeat("anew", text);
        VM.prank(bob);
        collective.sponsor(anew);
        VM.prank(carol);
        collective.sponsor(anew);
        pass(3 days);
        _start(1, anew);
        pass(10 days);
        collective.finishRecovery(1);
        VM.expectRevert(abi.encodeWithSelector(IMembership.NoApplication.selector, anew));
        collective.seatApplicant(anew);
        VM.prank(anew);
        collective.leave();
        collective.bringApplications(list);
        VM.expectRevert(abi.encodeWithSelector(IMembership.NoApplication.selector, anew));
        VM.prank(bob);
        collective.sponsor(anew);
        VM.expectRevert(abi.encodeWithSelector(IMembership.NoApplication.selector, alice));
        VM.prank(bob);
        collective.sponsor(alice);
    }

    function test_the_old_address_gets_no_fresh_credits_this_season() external {
        bytes32 proposal = _propose(bob, _law("We mill on Sundays."));
        _start(1, anew);
        pass(10 days);
        collective.finishRecovery(1);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IMembership.NotAMember.selector, alice));
        collective.vote(proposal, 0, 1);
        // Seated again in the same season, under a new number.
        VM.prank(alice);
        collective.applyForSeat("alice", keccak256("We mill."));
        VM.prank(bob);
        collective.sponsor(alice);
        VM.prank(carol);
        collective.sponsor(alice);
        pass(3 days);
        collective.seatApplicant(alice);
        assertEq(collective.seatOf(alice), 6);
        assertEq(collective.creditsOf(alice), 0);
        assertEq(collective.creditsOf(anew), 100);
        pass(90 days);
        assertEq(collective.creditsOf(alice), 100);
    }

    function test_units_without_a_seat_are_not_touched_and_those_at_the_new_address_stay() external {
        VM.prank(address(treasury.collective()));
        treasury.moveHolder(bob, anew); // as if granted: 200 units and no seat
        _notice(anew, 30);
        uint256 due = treasury.holdingOf(anew).due;
        pass(1 days);
        _notice(alice, 100);
        _start(1, anew);
        pass(10 days);
        collective.finishRecovery(1);
        ITreasury.Holding memory h = treasury.holdingOf(anew);
        assertEq(h.units, 300);
        assertEq(h.noticed, 30);
        assertEq(h.due, due);
    }

    /// @dev An option has moved the seat since, and its new holder trusts the same guardians.
    function test_signatures_are_worth_nothing_for_another_holder() external {
        bytes[] memory signatures = _signatures(1, mallory);
        _carry(bob, _calling(address(collective), abi.encodeCall(IMembership.moveSeat, (1, anew))));
        _setGuardians(anew, 1);
        _refused(1, mallory, signatures);
    }

    function test_units_bought_within_the_year_stay_bound_at_the_new_address() external {
        ITreasury.Sale memory terms =
            ITreasury.Sale(COIN, 50, 1 ether, 50, uint40(VM.getBlockTimestamp() + 60 days));
        _carry(bob, _calling(address(treasury), abi.encodeCall(ITreasury.openSale, (terms))));
        VM.deal(alice, 50 ether);
        VM.prank(alice);
        treasury.buy{value: 50 ether}(1, 50);
        _start(1, anew);
        pass(10 days);
        collective.finishRecovery(1);
        assertEq(treasury.lotOf(anew).units, 50);
        assertEq(treasury.lotOf(anew).paid, 50 ether);
        assertEq(treasury.lotOf(alice).units, 0);
        assertEq(treasury.boughtIn(1, 1), 50); // by seat: none are left for it
    }

    function test_contracts_guard_by_erc1271_and_long_or_false_words_are_refused() external {
        ApprovesHashes contract_ = new ApprovesHashes();
        guardians.push(address(contract_));
        _ascend();
        _setGuardians(alice, 1);
        bytes[] memory signatures = new bytes[](4);
        bytes32 digest = collective.recoveryDigest(1, anew, FOREVER);
        uint256 place;
        for (uint256 i = 0; i < 4; ++i) {
            if (guardians[i] == address(contract_)) place = i;
        }
        signatures[(place + 1) % 4] = _sign(guardians[(place + 1) % 4], digest);
        signatures[place] = "yes";
        VM.expectRevert(abi.encodeWithSelector(IRecovery.BadGuardianSignature.selector, address(contract_)));
        collective.startRecovery(1, anew, guardians, 2, 10 days, FOREVER, signatures);
        contract_.approve(digest);
        signatures[place] = new bytes(2049);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.BadGuardianSignature.selector, address(contract_)));
        collective.startRecovery(1, anew, guardians, 2, 10 days, FOREVER, signatures);
        signatures[place] = new bytes(2048);
        collective.startRecovery(1, anew, guardians, 2, 10 days, FOREVER, signatures);
    }

    function test_guardians_are_ascending_unique_and_bounded() external {
        VM.startPrank(alice);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.BadGuardians.selector, 17));
        collective.setGuardians(1, new address[](17), 1, 3 days);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.GuardiansNotAscending.selector, address(0)));
        collective.setGuardians(1, new address[](1), 1, 3 days);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.GuardiansNotAscending.selector, bob));
        collective.setGuardians(1, _list(bob, bob), 1, 3 days);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.BadThreshold.selector, 2, 1));
        collective.setGuardians(1, _list(bob), 2, 3 days);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.BadThreshold.selector, 0, 1));
        collective.setGuardians(1, _list(bob), 0, 3 days);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.BadDelay.selector, 3 days - 1));
        collective.setGuardians(1, _list(bob), 1, 3 days - 1);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.BadDelay.selector, 30 days + 1));
        collective.setGuardians(1, _list(bob), 1, 30 days + 1);
        VM.expectRevert(abi.encodeWithSelector(IRecovery.NotTheHolder.selector, alice, bob));
        collective.setGuardians(2, _list(bob), 1, 3 days);
        VM.expectRevert(abi.encodeWithSelector(IMembership.NoSuchSeat.selector, 9));
        collective.setGuardians(9, _list(bob), 1, 3 days);
        VM.stopPrank();
    }

    function test_the_treasury_holds_and_moves_for_its_collective_only() external {
        VM.expectRevert(IBooks.OnlyCollective.selector);
        treasury.hold(alice, FOREVER);
        VM.expectRevert(IBooks.OnlyCollective.selector);
        treasury.moveHolder(alice, mallory);
    }

    /// @dev Recovery's words lie at a place of their own: neither part of the collective writes there otherwise.
    function test_the_words_of_a_recovery_lie_where_their_name_says() external view {
        bytes32 place = keccak256(abi.encode(uint256(keccak256("daokit.Recovery")) - 1)) & ~bytes32(uint256(0xff));
        bytes32 slot = keccak256(abi.encode(uint256(1), place));
        assertEq(VM.load(address(collective), slot), collective.guardiansOf(1));
        assertEq(collective.guardiansOf(1), keccak256(abi.encode(guardians, uint256(2), uint256(10 days))));
    }

    // Guardians

    function _setGuardians(address holder, uint256 seat) private {
        VM.prank(holder);
        collective.setGuardians(seat, guardians, 2, 10 days);
    }

    function _start(uint256 seat, address to) private {
        collective.startRecovery(seat, to, guardians, 2, 10 days, FOREVER, _signatures(seat, to));
    }

    /// @dev The first two sign.
    function _signatures(uint256 seat, address to) private view returns (bytes[] memory signatures) {
        signatures = new bytes[](guardians.length);
        bytes32 digest = collective.recoveryDigest(seat, to, FOREVER);
        for (uint256 i = 0; i < 2; ++i) {
            signatures[i] = _sign(guardians[i], digest);
        }
    }

    function _refused(uint256 seat, address to, bytes[] memory signatures) private {
        VM.expectRevert(abi.encodeWithSelector(IRecovery.BadGuardianSignature.selector, guardians[0]));
        collective.startRecovery(seat, to, guardians, 2, 10 days, FOREVER, signatures);
    }

    function _sign(address guardian, bytes32 digest) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(keyOf[guardian], digest);
        return abi.encodePacked(r, s, v);
    }

    function _ascend() private {
        for (uint256 i = 1; i < guardians.length; ++i) {
            for (uint256 j = i; j != 0 && guardians[j - 1] > guardians[j]; --j) {
                (guardians[j - 1], guardians[j]) = (guardians[j], guardians[j - 1]);
            }
        }
    }
}
