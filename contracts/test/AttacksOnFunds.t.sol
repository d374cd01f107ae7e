// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IFund} from "../interfaces/IFund.sol";
import {IFundFactory} from "../interfaces/IFundFactory.sol";
import {IRecovery} from "../interfaces/IRecovery.sol";
import {IServices} from "../interfaces/IServices.sol";
import {Payment} from "../libraries/Payment.sol";
import {FundHouse} from "./FundHouse.sol";
import {VM} from "./Vm.sol";
import {Acts} from "./neighbours/Acts.sol";
import {Agreement} from "./neighbours/Agreements.sol";
import {Blocklists} from "./neighbours/Blocklists.sol";
import {BurnsGas} from "./neighbours/BurnsGas.sol";
import {CallsOnTransfer} from "./neighbours/CallsOnTransfer.sol";
import {LiesAboutBalance} from "./neighbours/LiesAboutBalance.sol";
import {ReentersOnReceive} from "./neighbours/ReentersOnReceive.sol";
import {RefusesEther} from "./neighbours/RefusesEther.sol";
import {ReturnsABomb} from "./neighbours/ReturnsABomb.sol";
import {ReturnsFalse} from "./neighbours/ReturnsFalse.sol";
import {ReturnsNothing} from "./neighbours/ReturnsNothing.sol";
import {TakesAFee} from "./neighbours/TakesAFee.sol";

/// @notice What somebody might try with a person's fund or in its name, and what comes of it.
contract AttacksOnFundsTest is FundHouse {
    address private mallory;

    function setUp() external {
        _open();
        mallory = addressOf("mallory");
    }

    // Hostile providers

    function test_who_refuses_is_owed_and_collects_once() external {
        _earn(20_000, 0);
        RefusesEther refuser = new RefusesEther();
        _commitTo(address(refuser), 1000);
        _draw(COIN, 10_000);
        assertEq(purse.balance, 9000);
        assertEq(fund.owedTo(COIN, address(refuser)), 1000);
        assertEq(fund.freeOf(COIN), 10_000);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotEnoughFree.selector, COIN, 10_001, 10_000));
        _draw(COIN, 10_001);
        bytes memory collecting = abi.encodeCall(IFund.collect, (COIN, bob));
        refuser.act(address(fund), 0, collecting);
        assertEq(bob.balance, 1000);
        VM.expectPartialRevert(Acts.ActFailed.selector);
        refuser.act(address(fund), 0, collecting);
        VM.prank(mallory);
        VM.expectRevert(abi.encodeWithSelector(IFund.NothingOwed.selector, COIN, mallory));
        fund.collect(COIN, mallory);
        _draw(COIN, 10_000);
        assertEq(fund.owedTo(COIN, address(refuser)), 1000);
    }

    function test_sixteen_hostile_providers_block_nothing_and_cost_a_bounded_gas() external {
        _earn(10_000, 0);
        for (uint256 i = 0; i < 16; ++i) {
            _commitTo(i % 2 == 0 ? address(new BurnsGas()) : address(new ReturnsABomb()), 500);
        }
        VM.prank(alice);
        uint256 before = gasleft();
        fund.draw(COIN, 10_000);
        assertLt(before - gasleft(), 2_500_000);
        assertEq(purse.balance, 2000);
        assertEq(fund.reservedOf(COIN), 4000);
    }

    function test_a_provider_that_calls_back_gets_its_part_once() external {
        _earn(100_000, 0);
        ReentersOnReceive provider = new ReentersOnReceive();
        _commitTo(address(provider), 1000);
        provider.setRefuses(true);
        _draw(COIN, 10_000);
        provider.setRefuses(false);
        // It is owed 1,000, and would have them while it is paid the next.
        provider.set(address(fund), abi.encodeCall(IFund.collect, (COIN, address(provider))));
        _draw(COIN, 10_000);
        assertEq(provider.tries(), 1);
        assertEq(provider.successes(), 0);
        assertEq(address(provider).balance, 1000);
        assertEq(fund.owedTo(COIN, address(provider)), 1000);
    }

    /// @dev Owner, provider and checking address in one, with the right to do everything.
    function test_no_act_goes_through_in_the_midst_of_a_draw() external {
        ReentersOnReceive all = new ReentersOnReceive();
        IFund own = IFund(funds.open(address(all), address(all), 0));
        VM.deal(address(own), 100_000);
        uint256 offer = _offer(address(all));
        all.act(address(own), 0, abi.encodeCall(IFund.commit, (offer, 1000, _noCap())));
        bytes[8] memory acts = [
            abi.encodeCall(IFund.draw, (COIN, 1)),
            abi.encodeCall(IFund.invest, (address(agreements), COIN, 0, "")),
            abi.encodeCall(IFund.fetch, (address(treasury), COIN)),
            abi.encodeCall(IFund.end, (0)),
            abi.encodeCall(IFund.switchTo, (0, offer, 9000, _noCap())),
            abi.encodeCall(IFund.redeem, (0, 1)),
            abi.encodeCall(IFund.setChecking, (mallory)),
            abi.encodeCall(IFund.setOwner, (mallory))
        ];
        for (uint256 i = 0; i < acts.length; ++i) {
            all.set(address(own), acts[i]);
            all.act(address(own), 0, abi.encodeCall(IFund.draw, (COIN, 100)));
            assertEq(all.tries(), 2 * (i + 1));
        }
        assertEq(all.successes(), 0);
        all.set(address(services), abi.encodeCall(IServices.end, (offer, address(own), 0)));
        all.act(address(own), 0, abi.encodeCall(IFund.draw, (COIN, 100)));
        assertEq(all.successes(), 0);
        assertEq(own.commitmentOf(0).until, 0);
    }

    function test_too_little_gas_keeps_no_provider_from_its_money() external {
        _earn(10_000, 10_000);
        _commitTo(bob, 1000);
        for (uint256 gas = 60_000; gas < 330_000; gas += 3000) {
            _tryDraw(COIN, gas);
            _tryDraw(address(token), gas);
        }
        assertEq(fund.owedTo(COIN, bob) + fund.owedTo(address(token), bob), 0);
        assertGt(bob.balance, 0);
        assertGt(token.balanceOf(bob), 0);
        VM.prank(alice);
        VM.expectPartialRevert(Payment.TooLittleGas.selector);
        fund.draw{gas: 150_000}(address(token), 10);
    }

    function _tryDraw(address which, uint256 gas) private {
        VM.prank(alice);
        try fund.draw{gas: gas}(which, 10) {} catch {}
    }

    function test_a_checking_address_that_refuses_stops_the_draw_and_is_named() external {
        _earn(10_000, 0);
        RefusesEther refuser = new RefusesEther();
        _commitTo(bob, 1000);
        VM.prank(alice);
        fund.setChecking(address(refuser));
        VM.expectRevert(abi.encodeWithSelector(IFund.CheckingRefused.selector, COIN, address(refuser)));
        _draw(COIN, 10_000);
        assertEq(bob.balance, 0);
        assertEq(address(fund).balance, 10_000);
    }

    // Hostile tokens

    function test_a_provider_that_a_token_blocks_is_owed_and_names_another_receiver() external {
        Blocklists blocks = new Blocklists();
        blocks.mint(address(fund), 10_000);
        _commitTo(bob, 1000);
        blocks.setBlocked(bob, true);
        _draw(address(blocks), 10_000);
        assertEq(blocks.balanceOf(purse), 9000);
        VM.startPrank(bob);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotTaken.selector, address(blocks), bob));
        fund.collect(address(blocks), bob);
        VM.expectRevert(abi.encodeWithSelector(IFund.BadAccount.selector, address(fund)));
        fund.collect(address(blocks), address(fund));
        assertEq(fund.collect(address(blocks), carol), 1000);
    }

    function test_a_token_that_stands_still_makes_no_debts() external {
        ReturnsFalse token_ = new ReturnsFalse();
        token_.mint(address(fund), 10_000);
        _commitTo(bob, 1000);
        token_.setRefuses(true);
        VM.expectRevert(abi.encodeWithSelector(IFund.CheckingRefused.selector, address(token_), purse));
        _draw(address(token_), 10_000);
        assertEq(fund.reservedOf(address(token_)), 0);
        ReturnsNothing old = new ReturnsNothing();
        old.mint(address(fund), 10_000);
        _draw(address(old), 10_000);
        assertEq(old.balanceOf(bob), 1000);
        // No contract at all.
        VM.expectPartialRevert(IFund.NotEnoughFree.selector);
        _draw(mallory, 1);
    }

    function test_a_token_that_takes_a_fee_is_drawn_as_what_left() external {
        TakesAFee fee = new TakesAFee();
        fee.mint(address(fund), 10_000);
        _commitTo(bob, 1000);
        _draw(address(fee), 10_000);
        assertEq(fee.balanceOf(bob), 990);
        assertEq(fee.balanceOf(purse), 8910);
        assertEq(fee.balanceOf(address(fund)), 0);
    }

    function test_a_token_that_calls_back_gains_nothing() external {
        CallsOnTransfer calls = new CallsOnTransfer();
        calls.mint(address(fund), 10_000);
        ReentersOnReceive provider = new ReentersOnReceive();
        _commitTo(address(provider), 1000);
        _earn(10_000, 0);
        provider.setRefuses(true);
        _draw(COIN, 10_000);
        calls.set(address(provider), abi.encodeCall(Acts.act, (address(fund), 0, abi.encodeCall(IFund.collect, (COIN, mallory)))));
        _draw(address(calls), 10_000);
        assertEq(calls.tries(), 2);
        assertEq(calls.successes(), 0);
        assertEq(mallory.balance, 0);
    }

    function test_a_shortfall_is_shared_by_whoever_is_owed() external {
        RefusesEther one = new RefusesEther();
        RefusesEther two = new RefusesEther();
        _earn(10_000, 0);
        _commitTo(address(one), 1000);
        _commitTo(address(two), 3000);
        _draw(COIN, 10_000);
        assertEq(fund.reservedOf(COIN), 4000);
        // As when a token has shrunk.
        VM.deal(address(fund), 2000);
        assertEq(fund.freeOf(COIN), 0);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotEnoughFree.selector, COIN, 1, 0));
        _draw(COIN, 1);
        two.act(address(fund), 0, abi.encodeCall(IFund.collect, (COIN, carol)));
        assertEq(carol.balance, 1500);
        one.act(address(fund), 0, abi.encodeCall(IFund.collect, (COIN, bob)));
        assertEq(bob.balance, 500);
        assertEq(fund.reservedOf(COIN), 0);
    }

    function test_a_token_that_hides_its_balance_has_nothing_free() external {
        LiesAboutBalance lies = new LiesAboutBalance();
        lies.say(LiesAboutBalance.Answer.Number, 1000);
        assertEq(fund.freeOf(address(lies)), 1000);
        lies.say(LiesAboutBalance.Answer.Burns, 1000);
        assertEq(fund.freeOf(address(lies)), 0);
        lies.say(LiesAboutBalance.Answer.Number, type(uint256).max);
        assertEq(fund.freeOf(address(lies)), 0);
    }

    // Capital

    function test_capital_is_no_draw_and_gives_nothing_to_commitments() external {
        _earn(10_000, 10_000);
        _commitTo(bob, 9000);
        Agreement work = agreements.make();
        VM.startPrank(alice);
        VM.expectEmit(address(fund));
        emit IFund.Invested(address(work), address(token), 4000);
        bytes memory answer =
            fund.invest(address(work), address(token), 4000, abi.encodeCall(work.putIn, (address(token), 4000)));
        assertEq(abi.decode(answer, (uint256)), 4000);
        fund.invest(address(work), COIN, 3000, "");
        fund.invest(address(work), COIN, 2000, abi.encodeCall(work.putIn, (COIN, 2000)));
        assertEq(work.put(address(fund)), 9000);
        assertEq(bob.balance + token.balanceOf(bob), 0);
        // And back: income of the fund, not of the key.
        fund.invest(address(work), COIN, 0, abi.encodeCall(work.giveBack, (COIN, 5000)));
        fund.invest(address(work), COIN, 0, abi.encodeCall(work.giveBack, (address(token), 4000)));
        assertEq(address(fund).balance, 10_000);
        assertEq(token.balanceOf(address(fund)), 10_000);
    }

    function test_an_agreement_takes_no_more_than_it_was_given_and_not_later() external {
        _earn(10_000, 10_000);
        Agreement work = agreements.make();
        VM.startPrank(alice);
        VM.expectRevert();
        fund.invest(address(work), address(token), 4000, abi.encodeCall(work.putIn, (address(token), 4001)));
        fund.invest(address(work), address(token), 4000, abi.encodeCall(work.doNothing, ()));
        assertEq(token.allowance(address(fund), address(work)), 0);
        VM.stopPrank();
        VM.expectRevert();
        work.takeLater(address(token), address(fund), 1);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(Agreement.TheWorkIsOff.selector, 42));
        fund.invest(address(work), COIN, 1, abi.encodeCall(work.refuse, ()));
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotEnoughFree.selector, COIN, 10_001, 10_000));
        fund.invest(address(work), COIN, 10_001, "");
        VM.expectRevert(abi.encodeWithSelector(IFund.OnlyOwner.selector, alice));
        fund.invest(address(work), COIN, 1, "");
    }

    function test_capital_goes_to_agreements_of_the_factory_only() external {
        _earn(10_000, 10_000);
        Agreement false_ = new Agreement();
        VM.startPrank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotAnAgreement.selector, address(false_)));
        fund.invest(address(false_), COIN, 1, "");
        VM.expectRevert(abi.encodeWithSelector(IFund.NotAnAgreement.selector, address(token)));
        fund.invest(address(token), COIN, 0, abi.encodeCall(token.transfer, (mallory, 10_000)));
    }

    function test_what_is_owed_is_not_put_into_work() external {
        _earn(10_000, 0);
        _commitTo(address(new RefusesEther()), 9000);
        _draw(COIN, 5000);
        Agreement work = agreements.make();
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotEnoughFree.selector, COIN, 5001, 5000));
        fund.invest(address(work), COIN, 5001, "");
    }

    function test_an_agreement_that_calls_back_finds_the_door_shut() external {
        _earn(10_000, 0);
        Agreement work = agreements.make();
        IFund own = IFund(funds.open(address(work), mallory, 0));
        VM.deal(address(own), 10_000);
        bytes memory again = abi.encodeCall(IFund.draw, (COIN, 10_000));
        VM.prank(address(work));
        VM.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        own.invest(address(work), COIN, 1, abi.encodeCall(work.callBack, (address(own), again)));
    }

    function test_what_others_owe_the_fund_is_fetched() external {
        Blocklists blocks = new Blocklists();
        IFund other = IFund(funds.open(bob, bob, 7));
        uint256 offer = _offer(address(fund));
        VM.prank(bob);
        other.commit(offer, 1000, _noCap());
        blocks.mint(address(other), 10_000);
        blocks.setBlocked(address(fund), true);
        VM.prank(bob);
        other.draw(address(blocks), 10_000);
        blocks.setBlocked(address(fund), false);
        VM.expectRevert(abi.encodeWithSelector(IFund.OnlyOwner.selector, alice));
        fund.fetch(address(other), address(blocks));
        VM.prank(alice);
        fund.fetch(address(other), address(blocks));
        assertEq(fund.freeOf(address(blocks)), 1000);
    }

    // False funds, false providers

    function test_nobody_takes_the_address_of_another_s_fund() external {
        address ahead = funds.addressOf(bob, carol, 3);
        VM.deal(ahead, 1 ether);
        assertFalse(funds.isFund(ahead));
        VM.prank(mallory);
        IFund his = IFund(funds.open(bob, carol, 3));
        assertEq(address(his), ahead);
        assertTrue(funds.isFund(ahead));
        assertEq(his.owner(), bob);
        assertEq(his.checking(), carol);
        VM.expectRevert(abi.encodeWithSelector(IFundFactory.AlreadyOpen.selector, ahead));
        funds.open(bob, carol, 3);
        VM.expectRevert(IFund.AlreadyOpened.selector);
        his.initialize(mallory);
        VM.expectRevert(IFundFactory.NoChecking.selector);
        funds.open(bob, address(0), 0);
        VM.expectRevert(abi.encodeWithSelector(IFund.BadAccount.selector, address(0)));
        funds.open(address(0), bob, 0);
        IFund bare = IFund(funds.implementation());
        VM.expectRevert(IFund.AlreadyOpened.selector);
        bare.initialize(mallory);
    }

    function test_services_hears_genuine_funds_only() external {
        uint256 offer = _offer(bob);
        VM.startPrank(mallory);
        VM.expectRevert(abi.encodeWithSelector(IServices.OnlyFunds.selector, mallory));
        services.accept(offer, 0, alice, 0, 100, 0);
        VM.expectRevert(abi.encodeWithSelector(IServices.OnlyFunds.selector, mallory));
        services.reportEnd(offer, 0, 0);
        VM.expectRevert(abi.encodeWithSelector(IServices.OnlyFunds.selector, mallory));
        services.reportRedemption(offer, 0, 1, 0);
        // The very code and the very words of alice's fund, at another address.
        bytes memory words = Clones.fetchCloneArgs(address(fund));
        IFund copy = IFund(Clones.cloneWithImmutableArgs(funds.implementation(), words));
        copy.initialize(mallory);
        assertEq(address(copy).codehash, address(fund).codehash);
        assertFalse(funds.isFund(address(copy)));
        VM.expectRevert(abi.encodeWithSelector(IServices.OnlyFunds.selector, address(copy)));
        copy.commit(offer, 100, _noCap());
        assertFalse(funds.isFund(address(0)));
        assertFalse(funds.isFund(address(services)));
    }

    function test_a_provider_ends_its_own_commitments_only() external {
        uint256 slot = _commitTo(bob, 100);
        uint256 hers = _offer(mallory);
        VM.startPrank(mallory);
        VM.expectRevert(abi.encodeWithSelector(IFund.NoSuchCommitment.selector, slot, hers));
        services.end(hers, address(fund), slot);
        VM.expectRevert(abi.encodeWithSelector(IFund.NoSuchCommitment.selector, 9, 0));
        services.end(hers, address(fund), 9);
        VM.expectRevert(abi.encodeWithSelector(IServices.OnlyProvider.selector, 1));
        services.end(1, address(fund), slot);
        VM.expectRevert(abi.encodeWithSelector(IServices.OnlyFunds.selector, mallory));
        services.end(hers, mallory, slot);
        VM.expectRevert(IFund.OnlyServices.selector);
        fund.dismiss(slot, 1);
        VM.expectRevert(abi.encodeWithSelector(IServices.NoSuchOffer.selector, 8));
        services.offerOf(8);
        VM.expectRevert(abi.encodeWithSelector(IServices.NoSuchOffer.selector, 8));
        services.close(8);
    }

    function test_only_the_owner_changes_what_the_fund_is_committed_to() external {
        uint256 slot = _commitTo(bob, 100);
        bytes[6] memory acts = [
            abi.encodeCall(IFund.commit, (1, 100, _noCap())),
            abi.encodeCall(IFund.end, (slot)),
            abi.encodeCall(IFund.switchTo, (slot, 1, 200, _noCap())),
            abi.encodeCall(IFund.redeem, (slot, 1)),
            abi.encodeCall(IFund.setChecking, (mallory)),
            abi.encodeCall(IFund.setOwner, (mallory))
        ];
        for (uint256 i = 0; i < acts.length; ++i) {
            VM.prank(mallory);
            (bool done, bytes memory reason) = address(fund).call(acts[i]);
            assertFalse(done);
            assertEq(reason, abi.encodeWithSelector(IFund.OnlyOwner.selector, alice));
        }
    }

    // A lost key

    function test_while_a_recovery_runs_money_waits_and_commitments_stand() external {
        _earn(20_000, 0);
        uint256 slot = _commitTo(bob, 1000);
        _startRecovery(carol);
        Agreement work = agreements.make();
        bytes memory runs = abi.encodeWithSelector(IRecovery.RecoveryRuns.selector, carol, VM.getBlockTimestamp() + 3 days);
        VM.startPrank(alice);
        VM.expectRevert(runs);
        fund.draw(COIN, 1);
        VM.expectRevert(runs);
        fund.invest(address(work), COIN, 1, "");
        VM.expectRevert(runs);
        fund.setChecking(mallory);
        VM.expectRevert(runs);
        fund.setOwner(mallory);
        assertEq(fund.redeem(slot, 1), 11);
        VM.stopPrank();
        _assertStands(slot, IFund.Standing.Active);
        pass(3 days);
        fund.finishRecovery(0);
        assertEq(fund.owner(), carol);
        VM.prank(carol);
        fund.draw(COIN, 10_000);
        assertEq(bob.balance, 1000);
        VM.expectRevert(abi.encodeWithSelector(IFund.OnlyOwner.selector, carol));
        _draw(COIN, 1);
    }

    function test_a_veto_or_a_lapse_lets_the_money_go_again() external {
        _earn(20_000, 0);
        _startRecovery(carol);
        VM.prank(alice);
        fund.veto(0);
        _draw(COIN, 1000);
        pass(30 days);
        _startRecovery(carol);
        // Nobody finishes it.
        pass(3 days + 14 days);
        _draw(COIN, 1000);
        assertEq(purse.balance, 2000);
        VM.expectRevert(abi.encodeWithSelector(IFund.NoSuchSubject.selector, 1));
        fund.veto(1);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.NoSuchSubject.selector, 1));
        fund.setGuardians(1, new address[](0), 0, 0);
    }

    /// @dev By one guardian, who calls; the delay is three days.
    function _startRecovery(address to) private {
        address[] memory guardians = _list(dave);
        VM.prank(alice);
        fund.setGuardians(0, guardians, 1, 3 days);
        VM.prank(dave);
        fund.startRecovery(0, to, guardians, 1, 3 days, type(uint256).max, new bytes[](1));
    }
}
