// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "../interfaces/ICollective.sol";
import {IGovernor} from "../interfaces/IGovernor.sol";
import {IMembership} from "../interfaces/IMembership.sol";
import {IBooks} from "../interfaces/IBooks.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {House, deploy} from "./House.sol";
import {Test} from "./Test.sol";
import {VM} from "./Vm.sol";
import {Holders} from "./actors/Holders.sol";
import {Rebases} from "./neighbours/Rebases.sol";
import {RefusesEther} from "./neighbours/RefusesEther.sol";
import {ReturnsFalse} from "./neighbours/ReturnsFalse.sol";
import {ReturnsNothing} from "./neighbours/ReturnsNothing.sol";
import {TakesAFee} from "./neighbours/TakesAFee.sol";

/// @notice What holds of the money whatever people and tokens do, in whatever order.
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: audit.invariant.fail-on-revert = true
contract TreasuryTest is Test {
    Holders private holders;
    ITreasury private treasury;

    function setUp() external {
        holders = Holders(deploy("Holders", ""));
        treasury = holders.theTreasury();
        targetContract(address(holders));
    }

    /// @dev Of tokens that move by transfer only.
    function invariant_treasury_is_solvent() external view {
        for (uint256 t = 0; t < holders.REBASES(); ++t) {
            address token = holders.tokens(t);
            IBooks.Book memory book = treasury.bookOf(token);
            uint256 balance = _balance(token, address(treasury));
            assertGe(balance, book.reserved);
            assertEq(book.free, balance - book.reserved);
            // The books know of everything but what came plainly and was not recognised.
            assertEq(int256(balance) - book.seen, int256(holders.unseen(t)));
            assertEq(book.revenue, holders.revenue(t));
        }
    }

    function invariant_units_sum_to_total() external view {
        uint256 sum;
        for (uint256 one = 0; one < holders.PEOPLE(); ++one) {
            ITreasury.Holding memory h = treasury.holdingOf(holders.people(one));
            (uint256 units, uint256 noticed,, uint256 bought,, uint256 paid, uint256 until) = holders.share(one);
            assertEq(h.units, units);
            assertEq(h.noticed, noticed);
            assertLe(h.noticed, h.units);
            ITreasury.Lot memory lot = treasury.lotOf(holders.people(one));
            if (until > VM.getBlockTimestamp()) {
                assertEq(lot.units, bought);
                assertEq(lot.paid, paid);
            }
            assertLe(lot.units, h.units);
            sum += h.units;
        }
        assertEq(sum, treasury.totalUnits());
        assertEq(sum, holders.units());
    }

    function invariant_exit_pays_pro_rata_of_free() external view {
        assertEq(holders.exitsWrong(), 0);
        assertEq(holders.quotesWrong(), 0);
    }

    function invariant_exit_is_never_blocked() external view {
        assertEq(holders.exitsBlocked(), 0);
    }

    function invariant_shortfall_is_shared() external view {
        assertEq(holders.sharesOfShortfallWrong(), 0);
    }

    function invariant_budget_never_exceeded() external view {
        assertEq(holders.spendsWrong(), 0);
        for (uint256 number = 1; number <= holders.budgets(); ++number) {
            (,, uint256 amount, uint256 start,, uint256 period) = holders.budget(number);
            for (uint256 i = 0; i <= (VM.getBlockTimestamp() - start) / period && i < 60; ++i) {
                assertLe(holders.spent(number, i), amount);
            }
        }
    }

    function invariant_ordinary_spending_within_the_bucket() external view {
        assertEq(holders.bucketOverflows(), 0);
    }

    /// @dev What each got by payment, exit and collecting is what they have, and what they are owed is what they did not get.
    function invariant_what_is_owed_is_paid_once() external view {
        assertEq(holders.collectsWrong(), 0);
        assertEq(holders.reentered(), 0);
        for (uint256 t = 0; t < holders.LIES(); ++t) {
            address token = holders.tokens(t);
            uint256 sum;
            for (uint256 one = 0; one < holders.PEOPLE(); ++one) {
                (uint256 got, uint256 owed) = holders.purse(t, one);
                assertEq(_balance(token, holders.people(one)), got);
                assertEq(treasury.owedTo(token, holders.people(one)), owed);
                sum += owed;
            }
            assertEq(treasury.bookOf(token).reserved, sum);
        }
    }

    function _balance(address token, address holder) private view returns (uint256) {
        return token == address(0) ? holder.balance : Rebases(token).balanceOf(holder);
    }
}

contract TreasuryFuzzTest is House {
    /// @dev In whatever order they come, each gets the same part of what they are owed, to a few units of rounding.
    function testFuzz_shortfall_is_shared(uint256[4] memory owed, uint256 left, uint256 order) external {
        Rebases rebases = _foundWithRebases();
        IGovernor.Payment[] memory payments = new IGovernor.Payment[](4);
        uint256 sum;
        for (uint256 i = 0; i < 4; ++i) {
            owed[i] = bound(owed[i], 1e15, 1e24);
            payments[i] = IGovernor.Payment(address(rebases), founders[i], owed[i], "wage");
            sum += owed[i];
        }
        rebases.mint(address(treasury), sum);
        rebases.setStopped(true);
        VM.prank(address(collective));
        treasury.perform(payments, new IGovernor.Call[](0), true, 0);
        rebases.setStopped(false);
        left = bound(left, sum / 1e6, 2 * sum);
        rebases.rebase(address(treasury), left);
        if (left > sum) left = sum;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 one = (order % 4 + i) % 4;
            VM.prank(founders[one]);
            uint256 paid = treasury.collect(address(rebases), founders[one]);
            assertEq(rebases.balanceOf(founders[one]), paid);
            assertApproxEqAbs(paid, owed[one] * left / sum, 4);
            VM.prank(founders[one]);
            VM.expectRevert(abi.encodeWithSelector(IBooks.NothingOwed.selector, address(rebases), founders[one]));
            treasury.collect(address(rebases), founders[one]);
        }
        assertEq(treasury.bookOf(address(rebases)).reserved, 0);
    }

    /// @dev A payee that takes no coin, and a leaver of any size: what is owed is out of the leaver's reach.
    function testFuzz_exit_pays_pro_rata_of_free(uint256 balance, uint256 owed, uint256 units) external {
        _found();
        balance = bound(balance, 0, 1e27);
        owed = bound(owed, 0, balance);
        units = bound(units, 1, 500);
        if (balance != 0) _fund(balance, 0);
        IGovernor.Payment[] memory payments = new IGovernor.Payment[](1);
        payments[0] = IGovernor.Payment(COIN, address(new RefusesEther()), owed, "debt");
        VM.prank(address(collective));
        treasury.perform(payments, new IGovernor.Call[](0), true, 0);
        _notice(erin, units);
        pass(5 days);
        _exit(erin, units, _list(COIN));
        assertEq(erin.balance, (balance - owed) * units / 1500);
        assertEq(treasury.totalUnits(), 1500 - units);
    }

    /// @dev What arrived counts, not what was said.
    function testFuzz_what_arrives_is_measured(uint256 amount) external {
        _found();
        amount = bound(amount, 1, 1e27);
        TakesAFee fee = new TakesAFee();
        fee.mint(address(this), amount);
        fee.approve(address(treasury), amount);
        uint256 arrives = amount - amount / 100;
        assertEq(treasury.deposit(address(fee), amount, "gift"), arrives);
        ReturnsNothing old = new ReturnsNothing();
        old.mint(address(this), amount);
        old.approve(address(treasury), amount);
        assertEq(treasury.deposit(address(old), amount, "gift"), amount);
        // Unlisted, they are still shared by who leaves.
        _notice(erin, 500);
        pass(5 days);
        (address one, address two) = (address(fee), address(old));
        _exit(erin, 500, one < two ? _list(one, two) : _list(two, one));
        assertEq(fee.balanceOf(erin), arrives / 3 - arrives / 3 / 100);
        assertEq(old.balanceOf(erin), amount / 3);
    }

    /// @dev A listed token that refuses is owed; an unlisted one stops the exit, and is left out on the next try.
    function testFuzz_a_token_that_says_false_has_not_paid(uint256 amount, bool listed) external {
        ReturnsFalse refusing = new ReturnsFalse();
        _deploy();
        ICollective.Charter memory charter = _charter();
        if (listed) charter.tokens[0] = address(refusing);
        _found(charter, 0);
        amount = bound(amount, 3, 1e27);
        refusing.mint(address(treasury), amount);
        refusing.setRefuses(true);
        _notice(erin, 500);
        pass(5 days);
        if (!listed) VM.expectPartialRevert(IBooks.NotTaken.selector);
        _exit(erin, 500, _list(address(refusing)));
        assertEq(refusing.balanceOf(erin), 0);
        assertEq(treasury.owedTo(address(refusing), erin), listed ? amount / 3 : 0);
        if (!listed) _exit(erin, 500, _list(COIN));
        assertEq(treasury.totalUnits(), 1000);
    }

    /// @dev A payment to another treasury arrives as its deposit, under the same purpose, in coin and token.
    function testFuzz_a_payment_between_treasuries_is_revenue_there(uint256 coin, uint256 tokens) external {
        _found();
        (coin, tokens) = (bound(coin, 1, 1e24), bound(tokens, 1, 1e24));
        ITreasury sister = treasury;
        _found(_charter(), 1);
        _fund(coin, tokens);
        IGovernor.Payment[] memory payments = new IGovernor.Payment[](2);
        payments[0] = IGovernor.Payment(COIN, address(sister), coin, "revenue: bread");
        payments[1] = IGovernor.Payment(address(token), address(sister), tokens, "revenue: bread");
        VM.prank(address(collective));
        treasury.perform(payments, new IGovernor.Call[](0), true, 0);
        assertEq(sister.bookOf(COIN).revenue, coin);
        assertEq(sister.bookOf(address(token)).revenue, tokens);
        assertEq(sister.bookOf(address(token)).free, tokens);
        assertEq(token.allowance(address(treasury), address(sister)), 0);
        assertEq(treasury.bookOf(COIN).seen, 0);
    }

    function testFuzz_an_unknown_id_passes_nothing(uint256 unknown, address somebody, uint256 amount) external {
        _found();
        VM.assume(somebody != address(0));
        VM.prank(somebody);
        VM.expectRevert(abi.encodeWithSelector(ITreasury.NotTheSpender.selector, unknown, address(0)));
        treasury.spend(unknown, somebody, amount, "");
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(ITreasury.SaleNotOpen.selector, unknown));
        treasury.buy(unknown, amount);
        IGovernor.Call[] memory calls = new IGovernor.Call[](1);
        bytes[2] memory data =
            [abi.encodeCall(ITreasury.endBudget, (unknown)), abi.encodeCall(ITreasury.closeSale, (unknown))];
        for (uint256 i = 0; i < 2; ++i) {
            calls[0] = IGovernor.Call(address(treasury), 0, data[i]);
            VM.prank(address(collective));
            VM.expectPartialRevert(ITreasury.CallFailed.selector);
            treasury.perform(new IGovernor.Payment[](0), calls, true, 0);
        }
        VM.expectPartialRevert(IMembership.NoApplication.selector);
        collective.seatApplicant(somebody);
        VM.prank(alice);
        VM.expectPartialRevert(IMembership.NoApplication.selector);
        collective.sponsor(somebody);
    }

    function _foundWithRebases() private returns (Rebases rebases) {
        _deploy();
        rebases = new Rebases();
        ICollective.Charter memory charter = _charter();
        charter.tokens[0] = address(rebases);
        _found(charter, 0);
    }
}
