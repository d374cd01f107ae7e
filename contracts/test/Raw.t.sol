// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {House, deploy} from "./House.sol";
import {Crowd} from "./actors/Crowd.sol";

/// @notice What holds when members and strangers send the contracts anything at all, most of which is refused.
/// forge-config: default.invariant.fail-on-revert = false
contract RawTest is House {
    struct FuzzInterface {
        address addr;
        string[] artifacts;
    }

    Crowd private crowd;
    address[] private strangers;

    function setUp() external {
        _found();
        _fund(1000 ether, 1000e6);
        crowd = Crowd(deploy("Crowd", abi.encode(collective, treasury, token, founders)));
        for (uint256 i = 0; i < 5; ++i) {
            targetSender(founders[i]);
        }
        // What leads somewhere comes more often than what is always refused.
        bytes4[9] memory one = [
            Crowd.propose.selector,
            Crowd.voteTogether.selector,
            Crowd.execute.selector,
            Crowd.giveNotice.selector,
            Crowd.exit.selector,
            Crowd.collect.selector,
            Crowd.addRival.selector,
            Crowd.vote.selector,
            Crowd.usurp.selector
        ];
        bytes4[] memory selectors = new bytes4[](27);
        for (uint256 i = 0; i < 27; ++i) {
            selectors[i] = one[i < 9 ? i : i % 6];
        }
        targetContract(address(crowd));
        targetSelector(address(crowd), selectors);
        strangers = [addressOf("mallory"), addressOf("trudy"), addressOf("victor")];
        for (uint256 i = 0; i < 3; ++i) {
            targetSender(strangers[i]);
        }
    }

    /// @dev The clones have no functions of their own that forge could see.
    function targetInterfaces() external view returns (FuzzInterface[] memory list) {
        list = new FuzzInterface[](2);
        list[0].addr = address(collective);
        list[1].addr = address(treasury);
        (list[0].artifacts, list[1].artifacts) = (new string[](1), new string[](1));
        (list[0].artifacts[0], list[1].artifacts[0]) = ("ICollective", "ITreasury");
    }

    function invariant_treasury_is_solvent() external view {
        assertGe(address(treasury).balance, treasury.bookOf(COIN).reserved);
        assertGe(token.balanceOf(address(treasury)), treasury.bookOf(address(token)).reserved);
    }

    function invariant_units_sum_to_total() external view {
        uint256 sum;
        for (uint256 i = 0; i < 5; ++i) {
            sum += treasury.holdingOf(founders[i]).units;
        }
        assertEq(sum, treasury.totalUnits());
    }

    function invariant_one_seat_per_address() external view {
        uint256 held;
        for (uint256 seat = 1; seat <= collective.lastSeat(); ++seat) {
            (address holder,) = collective.holderOf(seat);
            if (holder == address(0)) continue;
            assertEq(collective.seatOf(holder), seat);
            held += 1;
        }
        assertEq(held, collective.seats());
    }

    /// @dev All coin and tokens that founders and the treasury do not hold went where a proposal that passed sent them.
    function invariant_a_stranger_gets_nothing() external view {
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(strangers[i].balance, 0);
            assertEq(token.balanceOf(strangers[i]), 0);
            assertEq(treasury.holdingOf(strangers[i]).units, 0);
            assertEq(treasury.owedTo(COIN, strangers[i]), 0);
        }
    }

    function invariant_what_leaves_was_decided() external view {
        assertEq(crowd.usurpations(), 0);
        uint256 owed = treasury.bookOf(COIN).reserved;
        assertLe(crowd.PAYEE().balance + owed, crowd.executions() * 1 ether);
        (, uint256 budgets) = treasury.counts();
        assertEq(budgets, 0);
        assertEq(treasury.exitNotice(), 5 days);
        uint256 sum = address(treasury).balance + crowd.PAYEE().balance;
        for (uint256 i = 0; i < 5; ++i) {
            sum += founders[i].balance;
        }
        assertEq(sum, 1000 ether);
    }
}
