// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../interfaces/IProfitShare.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {Payment} from "../libraries/Payment.sol";
import {deploy} from "./House.sol";
import {Workshop} from "./Workshop.sol";
import {VM} from "./Vm.sol";
import {Blocklists} from "./neighbours/Blocklists.sol";
import {BurnsGas} from "./neighbours/BurnsGas.sol";
import {CallsOnTransfer} from "./neighbours/CallsOnTransfer.sol";
import {LiesAboutBalance} from "./neighbours/LiesAboutBalance.sol";
import {Rebases} from "./neighbours/Rebases.sol";
import {ReentersOnReceive} from "./neighbours/ReentersOnReceive.sol";
import {RefusesEther} from "./neighbours/RefusesEther.sol";
import {ReturnsABomb} from "./neighbours/ReturnsABomb.sol";
import {ReturnsFalse} from "./neighbours/ReturnsFalse.sol";
import {ReturnsNothing} from "./neighbours/ReturnsNothing.sol";
import {TakesAFee} from "./neighbours/TakesAFee.sol";
import {TwoDoors} from "./neighbours/TwoDoors.sol";

/// @notice What payees, customers, tokens and passers-by might try with the money, and what comes of it.
contract AttacksOnClaimsTest is Workshop {
    function setUp() external {
        _build();
    }

    function test_a_claim_is_paid_once_and_only_the_payee_sends_it_elsewhere() external {
        IProfitShare.Terms memory terms = _shares(COIN);
        IProfitShare venture = _open(terms, 30_000);
        VM.prank(stranger);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.OnlyBy.selector, miller));
        venture.claim(terms, _unamended(), 0, stranger);
        VM.prank(stranger);
        assertEq(venture.claim(terms, _unamended(), 0, miller), 9999);
        VM.expectRevert(IProfitShare.NothingDue.selector);
        venture.claim(terms, _unamended(), 0, miller);
        VM.prank(smith);
        assertEq(venture.claim(terms, _unamended(), 1, stranger), 9999);
        assertEq(stranger.balance, 9999);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NoSuchRow.selector, 3));
        venture.claim(terms, _unamended(), 3, miller);
        assertEq(venture.paidTo(0), 9999);
    }

    function test_a_payee_that_refuses_stops_nobody_and_may_name_another_receiver() external {
        address[3] memory awkward = [address(new RefusesEther()), address(new BurnsGas()), address(new ReturnsABomb())];
        ReturnsABomb(payable(awkward[2])).setFails(true);
        for (uint256 i = 0; i < 3; ++i) {
            IProfitShare.Terms memory terms = _shares(COIN);
            terms.parties[0].payee = awkward[i];
            IProfitShare venture = _open(terms, 30_000);
            VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotTaken.selector, COIN, awkward[i]));
            venture.claim(terms, _unamended(), 0, awkward[i]);
            assertEq(_claim(venture, terms, 1), 9999);
            assertEq(_claim(venture, terms, 2), 10_002);
            VM.prank(awkward[i]);
            assertEq(venture.claim(terms, _unamended(), 0, stranger), 9999);
        }
        assertEq(stranger.balance, 3 * 9999);
    }

    function test_paying_all_at_once_passes_over_who_refuses_and_pays_nobody_twice() external {
        IProfitShare.Terms memory terms = _shares(COIN);
        terms.parties[0].payee = address(new RefusesEther());
        IProfitShare venture = _open(terms, 30_000);
        uint256[] memory rows = new uint256[](4);
        (rows[1], rows[2], rows[3]) = (1, 2, 1);
        (uint256 smithHad, uint256 bakerHad) = (smith.balance, baker.balance);
        assertEq(venture.payOut(terms, _unamended(), rows), 9999 + 10_002);
        assertEq(smith.balance - smithHad, 9999);
        assertEq(baker.balance - bakerHad, 10_002);
        assertEq(venture.paidTo(0), 0);
        VM.expectRevert(IProfitShare.NothingDue.selector);
        venture.payOut(terms, _unamended(), rows);
        VM.prank(terms.parties[0].payee);
        assertEq(venture.claim(terms, _unamended(), 0, stranger), 9999);
        (,,,,, uint256 claimed) = venture.status();
        assertEq(claimed, 30_000);
        rows[3] = 3;
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NoSuchRow.selector, 3));
        venture.payOut(terms, _unamended(), rows);
    }

    function test_paying_all_at_once_waits_while_the_balance_is_short() external {
        Rebases bends = new Rebases();
        IProfitShare.Terms memory terms = _shares(address(bends));
        IProfitShare venture = _open(terms, 30_000);
        _claim(venture, terms, 2);
        bends.rebase(address(venture), 5000);
        VM.expectPartialRevert(IProfitShare.Short.selector);
        venture.payOut(terms, _unamended(), new uint256[](1));
    }

    function test_a_blocked_payee_waits_without_stopping_others() external {
        Blocklists blocks = new Blocklists();
        IProfitShare.Terms memory terms = _shares(address(blocks));
        IProfitShare venture = _open(terms, 30_000);
        blocks.setBlocked(miller, true);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotTaken.selector, address(blocks), miller));
        _claim(venture, terms, 0);
        assertEq(_claim(venture, terms, 1), 9999);
        blocks.setBlocked(miller, false);
        assertEq(_claim(venture, terms, 0), 9999);
    }

    function test_a_token_that_says_false_has_not_paid_and_one_that_says_nothing_has() external {
        ReturnsFalse says = new ReturnsFalse();
        IProfitShare.Terms memory terms = _shares(address(says));
        IProfitShare venture = _open(terms, 30_000);
        says.setRefuses(true);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotTaken.selector, address(says), miller));
        _claim(venture, terms, 0);
        assertEq(venture.paidTo(0), 0);
        ReturnsNothing old = new ReturnsNothing();
        terms.token = address(old);
        venture = _open(terms, 30_000);
        assertEq(_claim(venture, terms, 0), 9999);
        assertEq(old.balanceOf(miller), 9999);
    }

    function test_who_is_paid_cannot_come_back_in() external {
        ReentersOnReceive again = new ReentersOnReceive();
        IProfitShare.Terms memory terms = _shares(COIN);
        terms.parties[0].payee = terms.refundTo = address(again);
        IProfitShare venture = _open(terms, 30_000);
        token.mint(address(venture), 5);
        again.set(address(venture), abi.encodeCall(venture.claim, (terms, _unamended(), 1, smith)));
        assertEq(_claim(venture, terms, 0), 9999);
        _pay(venture, COIN, 30_000);
        again.set(
            address(venture), abi.encodeCall(venture.refund, (terms, _unamended(), address(token), address(again)))
        );
        assertEq(_claim(venture, terms, 0), 9999);
        _pay(venture, COIN, 30_000);
        again.set(address(venture), abi.encodeCall(venture.deposit, (0)));
        assertEq(_claim(venture, terms, 0), 9999);
        assertEq(again.tries(), 3);
        assertEq(again.successes(), 0);
        assertEq(venture.refund(terms, _unamended(), address(token), address(again)), 5);
    }

    /// @dev The token calls back when it is paid in, paid out and paid back.
    function test_a_token_that_calls_back_gets_nowhere() external {
        CallsOnTransfer calls = new CallsOnTransfer();
        IProfitShare.Terms memory terms = _shares(address(calls));
        IProfitShare venture = _open(terms, 30_000);
        token.mint(address(venture), 5);
        bytes[3] memory data = [
            abi.encodeCall(venture.claim, (terms, _unamended(), 1, smith)),
            abi.encodeCall(venture.refund, (terms, _unamended(), address(token), customer)),
            abi.encodeCall(venture.deposit, (0))
        ];
        for (uint256 i = 0; i < 3; ++i) {
            calls.set(address(venture), data[i]);
            _pay(venture, address(calls), 30_000);
            assertEq(_claim(venture, terms, 0), i == 0 ? 2 * 9999 : 9999);
        }
        assertEq(calls.tries(), 6);
        assertEq(calls.successes(), 0);
        assertEq(venture.released(terms), 4 * 30_000);
    }

    /// @dev 30,000 came, a half vanished: each gets half, whoever comes first, and only by asking.
    function test_shortfall_is_shared() external {
        Rebases rebases = new Rebases();
        IProfitShare.Terms memory terms = _order(address(rebases));
        terms.price = 30_000;
        (terms.milestones[0].share, terms.milestones[1].share) = (10_000, 0);
        IProfitShare agreement = _open(terms, 30_000);
        _deliver(agreement, terms, 10_000);
        _accept(agreement, terms);
        rebases.rebase(address(agreement), 15_000);
        VM.prank(stranger);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.OnlyBy.selector, miller));
        agreement.claim(terms, _unamended(), 0, miller);
        VM.prank(baker);
        assertEq(agreement.claim(terms, _unamended(), 2, baker), 10_000); // of 20,000
        VM.prank(miller);
        assertEq(agreement.claim(terms, _unamended(), 0, miller), 3500); // of 7,000
        VM.prank(smith);
        assertEq(agreement.claim(terms, _unamended(), 1, smith), 1500); // of 3,000
        VM.prank(smith);
        VM.expectRevert(IProfitShare.NothingDue.selector);
        agreement.claim(terms, _unamended(), 1, smith);
        assertEq(rebases.balanceOf(address(agreement)), 0);
    }

    function test_a_token_that_falls_silent_locks_nothing_for_ever() external {
        LiesAboutBalance lies = new LiesAboutBalance();
        lies.say(LiesAboutBalance.Answer.Number, 10_000);
        IProfitShare.Terms memory terms = _order(address(lies));
        IProfitShare agreement = _make(terms);
        agreement.open(terms, _signAll(_signersOf(terms), agreement.openingDigest(terms)));
        lies.say(LiesAboutBalance.Answer.Burns, 0);
        _deliver(agreement, terms, 10_000);
        VM.warp(START + 10 days + 1);
        agreement.settle(terms, _unamended());
        _isIn(agreement, IProfitShare.State.Defaulted);
        lies.say(LiesAboutBalance.Answer.Number, 10_000);
        assertEq(agreement.refund(terms, _unamended(), address(lies), customer), 10_000);
    }

    // What comes in

    function test_what_arrived_counts() external {
        TakesAFee fee = new TakesAFee();
        IProfitShare.Terms memory terms = _order(address(fee));
        IProfitShare agreement = _make(terms);
        _pay(agreement, address(fee), 5000);
        bytes[] memory signatures = _signAll(_signersOf(terms), agreement.openingDigest(terms));
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotPaid.selector, terms.token, 5000, 4950));
        agreement.open(terms, signatures);
        fee.mint(customer, 60);
        VM.startPrank(customer);
        fee.approve(address(agreement), 60);
        assertEq(agreement.deposit(60), 60);
        VM.stopPrank();
        agreement.open(terms, signatures);
        assertEq(agreement.held(terms), 5010);
    }

    function test_a_deposit_names_what_it_sends_and_brings_something() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare agreement = _make(terms);
        VM.deal(address(this), 100);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongCoin.selector, 99, 100));
        agreement.deposit{value: 99}(100);
        VM.expectRevert(IProfitShare.NothingReceived.selector);
        agreement.deposit(0);
        terms.token = address(token);
        agreement = _make(terms);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongCoin.selector, 1, 0));
        agreement.deposit{value: 1}(1);
        VM.expectRevert(IProfitShare.NothingReceived.selector);
        agreement.deposit(0);
    }

    /// @dev Too little in time, the rest too late, too much, another token and coin by force: all of it is owed back.
    function test_what_does_not_belong_here_goes_back() external {
        IProfitShare.Terms memory terms = _order(address(token));
        IProfitShare agreement = _make(terms);
        _pay(agreement, address(token), 4000);
        VM.warp(terms.openBy + 1);
        _pay(agreement, address(token), 7000);
        agreement.settle(terms, _unamended());
        TakesAFee other = new TakesAFee();
        other.mint(address(agreement), 100);
        VM.deal(address(agreement), 9);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.OnlyBy.selector, customer));
        agreement.refund(terms, _unamended(), address(token), stranger);
        assertEq(agreement.refund(terms, _unamended(), address(token), customer), 11_000);
        assertEq(agreement.refund(terms, _unamended(), COIN, customer), 9);
        VM.prank(customer);
        assertEq(agreement.refund(terms, _unamended(), address(other), stranger), 100);
        assertEq(token.balanceOf(customer), 11_000);
        assertEq(other.balanceOf(stranger), 99);
    }

    /// @dev A chain's own coin, or a token that moved house, may answer at a second address: refunds go by the first only.
    function test_a_token_with_two_doors_is_not_carried_out_by_the_other() external {
        TwoDoors house = new TwoDoors();
        address door = address(house.other());
        IProfitShare.Terms memory terms = _order(address(house));
        IProfitShare agreement = _open(terms, 10_000);
        _deliver(agreement, terms, 10_000);
        _accept(agreement, terms);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.Short.selector, address(house), 0, 10_000));
        agreement.refund(terms, _unamended(), door, customer);
        assertEq(_claim(agreement, terms, 0), 2000);
        assertEq(house.balanceOf(miller), 2000);
    }

    function test_too_much_goes_back_while_it_runs_and_a_late_payment_after_the_end() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare agreement = _open(terms, 12_000);
        VM.prank(stranger);
        assertEq(agreement.refund(terms, _unamended(), COIN, customer), 2000);
        _deliver(agreement, terms, 10_000);
        _accept(agreement, terms);
        _deliver(agreement, terms, 10_000);
        _accept(agreement, terms);
        _isIn(agreement, IProfitShare.State.Done);
        VM.expectRevert(IProfitShare.NothingDue.selector);
        agreement.refund(terms, _unamended(), COIN, customer);
        VM.deal(address(agreement), address(agreement).balance + 50);
        assertEq(agreement.refund(terms, _unamended(), COIN, customer), 50);
        assertEq(_claim(agreement, terms, 0), 3000);
        assertEq(_claim(agreement, terms, 1), 3000);
        assertEq(_claim(agreement, terms, 2), 4000);
        assertEq(address(agreement).balance, 0);
    }

    function test_who_refuses_a_refund_stops_no_claim() external {
        IProfitShare.Terms memory terms = _order(COIN);
        terms.refundTo = address(new RefusesEther());
        IProfitShare agreement = _open(terms, 12_000);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotTaken.selector, COIN, terms.refundTo));
        agreement.refund(terms, _unamended(), COIN, terms.refundTo);
        _deliver(agreement, terms, 10_000);
        _accept(agreement, terms);
        assertEq(_claim(agreement, terms, 0), 2000);
        VM.prank(terms.refundTo);
        assertEq(agreement.refund(terms, _unamended(), COIN, customer), 2000);
    }

    function test_of_revenue_nothing_is_ever_paid_back() external {
        IProfitShare.Terms memory terms = _shares(COIN);
        IProfitShare venture = _open(terms, 300);
        VM.expectRevert(IProfitShare.NothingDue.selector);
        venture.refund(terms, _unamended(), COIN, customer);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Live));
        venture.settle(terms, _unamended());
        VM.prank(miller);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Live));
        venture.deliver(terms, _unamended(), 0, 10_000, "", new bytes[](0));
    }

    // Who may be a payee

    function test_an_agreement_and_a_treasury_are_payees_like_others() external {
        IProfitShare.Terms memory inner = _shares(COIN);
        IProfitShare team = _open(inner, 0);
        ITreasury treasury = ITreasury(deploy("Treasury", ""));
        IProfitShare.Terms memory terms = _shares(COIN);
        (terms.parties[0].payee, terms.parties[1].payee) = (address(team), address(treasury));
        IProfitShare venture = IProfitShare(factory.make(terms, 1));
        _pay(venture, COIN, 30_000);
        venture.open(terms, _signAll(_signersOf(terms), venture.openingDigest(terms)));
        assertEq(_claim(venture, terms, 0), 9999);
        assertEq(_claim(venture, terms, 1), 9999);
        assertEq(address(treasury).balance, 9999);
        assertEq(team.released(inner), 9999);
        assertEq(_claim(team, inner, 1), 3332);
        assertEq(smith.balance, 3332);
    }

    function test_too_little_gas_keeps_no_payee_from_its_money() external {
        ReentersOnReceive payee = new ReentersOnReceive();
        payee.set(address(token), abi.encodeCall(token.totalSupply, ()));
        IProfitShare.Terms memory terms = _shares(COIN);
        terms.parties[0].payee = address(payee);
        IProfitShare venture = _open(terms, 30_000);
        uint256 state = VM.snapshotState();
        uint256 passes;
        for (uint256 gas_ = 40_000; gas_ < 400_000; gas_ += 3000) {
            try venture.claim{gas: gas_}(terms, _unamended(), 0, address(payee)) {
                assertEq(address(payee).balance, 9999);
                assertEq(payee.tries(), 1);
                VM.revertToState(state);
                state = VM.snapshotState();
                passes += 1;
            } catch (bytes memory reason) {
                // Not that the payee had refused.
                assertTrue(reason.length == 0 || bytes4(reason) == Payment.TooLittleGas.selector, "refused");
                assertEq(venture.paidTo(0), 0);
            }
        }
        assertGt(passes, 0);
        assertLt(passes, 120, "no gas was too little");
    }
}
