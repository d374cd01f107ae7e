// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestCoin} from "../TestCoin.sol";
import {IGovernor} from "../interfaces/IGovernor.sol";
import {IBooks} from "../interfaces/IBooks.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {House} from "./House.sol";
import {VM} from "./Vm.sol";
import {RefusesEther} from "./neighbours/RefusesEther.sol";

/// @notice Books outside of the chain are kept from events: each movement of money is told, with its purpose.
contract ToldTest is House {
    function setUp() external {
        _found();
    }

    function test_a_deposit_is_told() external {
        token.mint(alice, 70);
        VM.startPrank(alice);
        token.approve(address(treasury), 70);
        VM.expectEmit(address(treasury));
        emit IBooks.Deposited(address(token), alice, 70, "revenue: bread");
        treasury.deposit(address(token), 70, "revenue: bread");
        VM.stopPrank();
    }

    function test_what_came_plainly_is_told_when_it_is_recognised() external {
        token.mint(address(treasury), 30);
        VM.expectEmit(address(treasury));
        emit IBooks.Recognised(address(token), 30);
        treasury.recognise(address(token));
    }

    function test_a_payment_is_told_and_one_that_is_refused_is_told_as_owed() external {
        _fund(1 ether, 0);
        RefusesEther refuser = new RefusesEther();
        IGovernor.Payment[] memory payments = new IGovernor.Payment[](2);
        payments[0] = IGovernor.Payment(COIN, bob, 0.2 ether, "wages");
        payments[1] = IGovernor.Payment(COIN, address(refuser), 0.3 ether, "rent");
        VM.expectEmit(address(treasury));
        emit IBooks.Paid(COIN, bob, 0.2 ether, "wages");
        VM.expectEmit(address(treasury));
        emit IBooks.Owed(COIN, address(refuser), 0.3 ether, "rent");
        VM.prank(address(collective));
        treasury.perform(payments, new IGovernor.Call[](0), true, 0);
        VM.expectEmit(address(treasury));
        emit IBooks.Collected(COIN, address(refuser), carol, 0.3 ether, 0.3 ether);
        VM.prank(address(refuser));
        treasury.collect(COIN, carol);
    }

    function test_notice_and_exit_are_told() external {
        _fund(15 ether, 0);
        VM.expectEmit(address(treasury));
        emit ITreasury.NoticeGiven(erin, 500, VM.getBlockTimestamp() + 5 days);
        _notice(erin, 500);
        pass(5 days);
        VM.expectEmit(address(treasury));
        emit ITreasury.Exited(erin, 400, 100);
        VM.expectEmit(address(treasury));
        emit IBooks.Paid(COIN, erin, 4 ether, "exit");
        _exit(erin, 400, _list(COIN));
    }

    function test_coin_sent_along_with_a_token_is_refused() external {
        VM.deal(address(this), 1);
        VM.expectRevert(abi.encodeWithSelector(IBooks.WrongCoin.selector, 1, 0));
        treasury.deposit{value: 1}(address(token), 5, "gift");
    }

    function test_a_token_that_is_not_listed_is_in_no_books() external {
        TestCoin other = new TestCoin("Other", "OTH", 6);
        other.mint(address(this), 5);
        other.approve(address(treasury), 5);
        treasury.deposit(address(other), 5, "revenue");
        IBooks.Book memory book = treasury.bookOf(address(other));
        assertFalse(book.listed);
        assertEq(book.seen, 0);
        assertEq(book.revenue, 0);
        assertEq(book.free, 5);
    }
}
