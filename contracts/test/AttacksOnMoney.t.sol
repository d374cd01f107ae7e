// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {ICollective} from "../interfaces/ICollective.sol";
import {IGovernor} from "../interfaces/IGovernor.sol";
import {IMembership} from "../interfaces/IMembership.sol";
import {IBooks} from "../interfaces/IBooks.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {House} from "./House.sol";
import {VM} from "./Vm.sol";
import {CallsOnTransfer} from "./neighbours/CallsOnTransfer.sol";
import {Counts} from "./neighbours/Counts.sol";
import {LiesAboutBalance} from "./neighbours/LiesAboutBalance.sol";
import {ReentersOnReceive} from "./neighbours/ReentersOnReceive.sol";
import {RefusesEther} from "./neighbours/RefusesEther.sol";
import {ReturnsABomb} from "./neighbours/ReturnsABomb.sol";

/// @notice What somebody might try in order to get money or power that nobody gave them, and what comes of it.
contract AttacksOnMoneyTest is House {
    address private mallory;

    function setUp() external {
        _found();
        mallory = addressOf("mallory");
    }

    function test_ordinary_payments_cannot_add_up_past_the_bucket() external {
        _fund(100 ether, 0);
        IGovernor.Option memory both = _paying(COIN, mallory, 6 ether);
        both.payments = new IGovernor.Payment[](2);
        both.payments[0] = both.payments[1] = IGovernor.Payment(COIN, mallory, 6 ether, "half");
        IGovernor.Option memory one = _paying(COIN, mallory, 6 ether);
        bytes32 first = _propose(alice, both);
        bytes32 second = _propose(bob, one);
        bytes32 third = _propose(carol, one);
        _untilVoting(third);
        _allVote(first, 0);
        _allVote(second, 0);
        _allVote(third, 0);
        _untilVoted(third);
        _untilExecutable(third);
        VM.expectRevert(abi.encodeWithSelector(IBooks.BeyondTheBucket.selector, COIN, 12 ether, 10 ether));
        _execute(first, 0, 1, both);
        _execute(second, 0, 2, one);
        // The cap is now a tenth of 94 ether, of which 6 are used.
        VM.expectRevert(abi.encodeWithSelector(IBooks.BeyondTheBucket.selector, COIN, 6 ether, 3.4 ether));
        _execute(third, 0, 3, one);
        // 2.6 ether drain in 2.6 / 9.4 of 30 days.
        VM.warp(VM.getBlockTimestamp() + uint256(30 days) * 26 / 94 + 1);
        _execute(third, 0, 3, one);
        assertEq(mallory.balance, 12 ether);
    }

    /// @dev The token says its balance only once an earlier payment of the same execution has woken it.
    function test_a_token_that_falls_silent_does_not_pass_by_the_bucket() external {
        LiesAboutBalance lies = new LiesAboutBalance();
        lies.say(LiesAboutBalance.Answer.Number, 100 ether);
        ICollective.Charter memory charter = _charter();
        charter.tokens[0] = address(lies);
        _found(charter, 1);
        _fund(10 ether, 0);
        ReentersOnReceive waker = new ReentersOnReceive();
        waker.set(address(lies), abi.encodeCall(lies.say, (LiesAboutBalance.Answer.Number, 100 ether)));
        IGovernor.Payment[] memory payments = new IGovernor.Payment[](2);
        payments[0] = IGovernor.Payment(COIN, address(waker), 1, "wake");
        payments[1] = IGovernor.Payment(address(lies), mallory, 100 ether, "all");
        lies.say(LiesAboutBalance.Answer.Nothing, 100 ether);
        VM.prank(address(collective));
        VM.expectRevert(abi.encodeWithSelector(IBooks.BeyondTheBucket.selector, address(lies), 100 ether, 0));
        treasury.perform(payments, new IGovernor.Call[](0), false, 1000);
    }

    function test_an_undeclared_call_is_refused_at_opening() external {
        IGovernor.Option memory option = _calling(address(token), abi.encodeCall(token.transfer, (mallory, 1)));
        option.large = false;
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.MustBeLarge.selector, 0));
        collective.propose(option);
        bytes32 proposal = _propose(bob, _law("original"));
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.MustBeLarge.selector, 0));
        collective.addRival(proposal, option);
        option.calls[0] = IGovernor.Call(address(collective), 0, abi.encodeCall(IMembership.expel, (2)));
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.MustBeLarge.selector, 0));
        collective.propose(option);
        option.calls[0] = IGovernor.Call(address(treasury), 0, abi.encodeCall(ITreasury.grantUnits, (mallory, 1)));
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.MustBeLarge.selector, 0));
        collective.propose(option);
    }

    function test_one_wei_sent_to_a_payee_stops_nothing() external {
        _fund(100 ether, 0);
        IGovernor.Option memory option = _paying(COIN, mallory, 1 ether);
        bytes32 proposal = _pass(alice, option);
        VM.deal(mallory, 1);
        _untilExecutable(proposal);
        _execute(proposal, 0, 1, option);
        assertEq(mallory.balance, 1 ether + 1);
    }

    function test_too_little_gas_neither_burns_a_proposal_nor_keeps_a_payee_from_its_money() external {
        _fund(100 ether, 100e6);
        ReentersOnReceive payee = new ReentersOnReceive();
        payee.set(address(treasury), abi.encodeCall(IBooks.collect, (COIN, mallory)));
        IGovernor.Option memory option = _paying(COIN, address(payee), 1 ether);
        option.payments = new IGovernor.Payment[](2);
        option.payments[0] = IGovernor.Payment(COIN, address(payee), 1 ether, "coin");
        option.payments[1] = IGovernor.Payment(address(token), address(payee), 1e6, "token");
        bytes32 proposal = _pass(alice, option);
        _untilExecutable(proposal);
        uint256 state = VM.snapshotState();
        uint256 passes;
        for (uint256 gasGiven = 60_000; gasGiven < 900_000; gasGiven += 7_000) {
            try collective.execute{gas: gasGiven}(proposal, 0, 1, option) {
                assertEq(address(payee).balance, 1 ether, "owed for want of gas");
                assertEq(token.balanceOf(address(payee)), 1e6, "owed for want of gas");
                assertEq(payee.tries(), 1);
                VM.revertToState(state);
                state = VM.snapshotState();
                passes += 1;
            } catch {
                assertEq(uint256(collective.proposalOf(proposal).state), uint256(IGovernor.State.Waiting));
            }
        }
        assertGt(passes, 0);
        assertLt(passes, 120, "no gas was too little");
    }

    function test_a_failing_call_leaves_the_proposal_waiting_until_it_expires() external {
        Counts counts = new Counts();
        IGovernor.Option memory option = _calling(address(counts), abi.encodeCall(Counts.add, ()));
        bytes32 proposal = _pass(alice, option);
        _untilExecutable(proposal);
        counts.setFails(true);
        VM.expectRevert(
            abi.encodeWithSelector(ITreasury.CallFailed.selector, 0, abi.encodePacked(Counts.ToldToFail.selector))
        );
        _execute(proposal, 0, 1, option);
        assertEq(uint256(collective.proposalOf(proposal).state), uint256(IGovernor.State.Waiting));
        counts.setFails(false);
        VM.warp(collective.proposalOf(proposal).expires);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.NotExecutable.selector, IGovernor.State.Expired));
        _execute(proposal, 0, 1, option);
        VM.warp(collective.proposalOf(proposal).expires - 1);
        _execute(proposal, 0, 1, option);
        assertEq(counts.count(), 1);
    }

    function test_a_target_whose_code_has_changed_is_not_called() external {
        Counts counts = new Counts();
        IGovernor.Option memory option = _calling(address(counts), abi.encodeCall(Counts.add, ()));
        bytes32 proposal = _pass(alice, option);
        bytes memory code = address(counts).code;
        VM.etch(address(counts), address(new ReturnsABomb()).code);
        _untilExecutable(proposal);
        VM.expectPartialRevert(IGovernor.ContentDiffers.selector);
        _execute(proposal, 0, 1, option);
        VM.etch(address(counts), code);
        _execute(proposal, 0, 1, option);
        assertEq(counts.count(), 1);
    }

    /// @dev While a large option executes, only the treasury speaks in its name, and nothing executes inside of it.
    function test_a_token_that_calls_back_gains_nothing() external {
        CallsOnTransfer hostile = new CallsOnTransfer();
        hostile.mint(address(treasury), 100);
        IGovernor.Option memory option = _paying(address(hostile), mallory, 1);
        option.large = true;
        bytes32 first = _pass(alice, option);
        bytes32 second = _pass(bob, option);
        _untilExecutable(second);
        bytes[4] memory calls = [
            abi.encodeCall(IGovernor.execute, (first, 0, 1, option)),
            abi.encodeCall(IGovernor.execute, (second, 0, 2, option)),
            abi.encodeCall(IMembership.expel, (1)),
            abi.encodeCall(ITreasury.grantUnits, (mallory, 1000))
        ];
        uint256 state = VM.snapshotState();
        for (uint256 i = 0; i < 4; ++i) {
            hostile.set(i == 3 ? address(treasury) : address(collective), calls[i]);
            _execute(first, 0, 1, option);
            assertEq(hostile.tries(), 1);
            assertEq(hostile.successes(), 0);
            assertEq(hostile.balanceOf(mallory), 1);
            VM.revertToState(state);
            state = VM.snapshotState();
        }
    }

    function test_a_payee_that_refuses_is_owed_once_and_blocks_nobody() external {
        _fund(100 ether, 0);
        RefusesEther refuser = new RefusesEther();
        ReturnsABomb bomb = new ReturnsABomb();
        bomb.setFails(true);
        IGovernor.Option memory option = _law("");
        option.payments = new IGovernor.Payment[](3);
        option.payments[0] = IGovernor.Payment(COIN, address(refuser), 1 ether, "a");
        option.payments[1] = IGovernor.Payment(COIN, address(bomb), 2 ether, "b");
        option.payments[2] = IGovernor.Payment(COIN, mallory, 3 ether, "c");
        _carry(alice, option);
        assertEq(mallory.balance, 3 ether);
        assertEq(treasury.bookOf(COIN).reserved, 3 ether);
        refuser.act(address(treasury), 0, abi.encodeCall(IBooks.collect, (COIN, bob)));
        assertEq(bob.balance, 1 ether);
        VM.prank(address(refuser));
        VM.expectRevert(abi.encodeWithSelector(IBooks.NothingOwed.selector, COIN, address(refuser)));
        treasury.collect(COIN, bob);
    }

    function test_a_majority_that_takes_everything_leaves_a_leaver_their_share() external {
        _fund(150 ether, 0);
        IGovernor.Option memory option = _paying(COIN, mallory, 150 ether);
        option.large = true;
        bytes32 proposal = _pass(erin, option);
        _notice(alice, 100);
        VM.warp(VM.getBlockTimestamp() + 5 days);
        // Two days of grace: nobody can execute yet.
        VM.expectPartialRevert(IGovernor.StillWaiting.selector);
        _execute(proposal, 0, 5, option);
        VM.warp(VM.getBlockTimestamp() + 2 days - 1);
        VM.expectPartialRevert(IGovernor.StillWaiting.selector);
        _execute(proposal, 0, 5, option);
        _exit(alice, 100, _list(COIN));
        assertEq(alice.balance, 10 ether);
    }

    // The machinery

    function test_nothing_can_be_founded_twice_or_in_an_implementation() external {
        ICollective.Charter memory charter = _charter();
        VM.expectRevert(ICollective.AlreadyFounded.selector);
        collective.initialize(charter);
        ICollective implementation = ICollective(factory.collectiveImplementation());
        VM.expectRevert(ICollective.AlreadyFounded.selector);
        implementation.initialize(charter);
        VM.expectRevert(IBooks.AlreadyFounded.selector);
        treasury.initialize(charter);
        ITreasury vault = ITreasury(factory.treasuryImplementation());
        VM.expectRevert(IBooks.AlreadyFounded.selector);
        vault.initialize(charter);
        VM.expectRevert();
        factory.found(charter, 0);
    }

    function test_a_second_collective_cannot_take_over_a_treasury() external {
        ICollective.Charter memory charter = _charter();
        ICollective usurper = ICollective(
            Clones.cloneWithImmutableArgs(factory.collectiveImplementation(), abi.encodePacked(address(treasury)))
        );
        VM.expectRevert(IBooks.AlreadyFounded.selector);
        usurper.initialize(charter);
    }

    function test_only_a_large_option_reaches_the_setters() external {
        bytes[7] memory calls = [
            abi.encodeCall(ITreasury.grantUnits, (mallory, 1)),
            abi.encodeCall(IBooks.listToken, (address(token))),
            abi.encodeCall(IBooks.delistToken, (address(token))),
            abi.encodeCall(ITreasury.openBudget, (mallory, COIN, 1, 1, type(uint40).max)),
            abi.encodeCall(ITreasury.endBudget, (1)),
            abi.encodeCall(ITreasury.lowerNotice, (0)),
            abi.encodeCall(ITreasury.closeSale, (1))
        ];
        address[4] memory callers = [alice, mallory, address(collective), address(treasury)];
        for (uint256 i = 0; i < callers.length; ++i) {
            for (uint256 j = 0; j < calls.length; ++j) {
                VM.prank(callers[i]);
                (bool done, bytes memory answer) = address(treasury).call(calls[j]);
                assertFalse(done);
                assertEq(answer, abi.encodePacked(IBooks.OnlyByLargeOption.selector));
            }
            VM.prank(callers[i]);
            VM.expectRevert(IMembership.OnlyByLargeOption.selector);
            collective.expel(1);
            VM.prank(callers[i]);
            VM.expectRevert(IMembership.OnlyByLargeOption.selector);
            collective.setSeasons(90, 100);
            VM.prank(callers[i]);
            VM.expectRevert(IMembership.OnlyByOption.selector);
            collective.admit(mallory);
        }
    }

    /// @dev Offsets inside an option's encoding may be negative: then a part stands before the bytes that are hashed.
    function test_what_is_executed_is_what_was_hashed_even_if_a_part_stands_before_the_option() external {
        _fund(1000 ether, 0);
        // The payments stand in the 160 bytes between the arguments and the option.
        bytes memory honest = _backwards(abi.encode(uint256(0x20 + 0xa0)), bob, 1 ether);
        VM.prank(alice);
        (bool opened, bytes memory answer) = address(collective).call(bytes.concat(IGovernor.propose.selector, honest));
        if (!opened) return;
        bytes32 proposal = abi.decode(answer, (bytes32));
        _untilVoting(proposal);
        _allVote(proposal, 0);
        _untilExecutable(proposal);
        bytes memory forged = _backwards(abi.encode(proposal, 0, 1, uint256(0x80 + 0xa0)), mallory, 100 ether);
        (bool done,) = address(collective).call(bytes.concat(IGovernor.execute.selector, forged));
        assertFalse(done, "something else was executed than what was opened");
    }

    function _backwards(bytes memory arguments, address to, uint256 amount) private pure returns (bytes memory) {
        bytes memory payments = abi.encode(uint256(1), COIN, to, amount, bytes32("test"));
        uint256 back = type(uint256).max - 0xa0 + 1;
        bytes memory option = abi.encode(bytes32(0), uint256(0xa0), uint256(0), back, uint256(0xa0), uint256(0));
        return bytes.concat(arguments, payments, option);
    }
}
