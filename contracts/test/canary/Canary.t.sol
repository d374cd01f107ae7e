// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "../Test.sol";

/// @notice Must fail, each part of it: a run that calls this green would call anything green.
contract CanaryTest is Test {
    function test_must_fail() external pure {
        assertEq(uint256(1), uint256(2));
    }

    function testFuzz_must_fail(uint256 value) external pure {
        assertLt(value, 1000);
    }

    function invariant_must_fail() external view {
        assertEq(cage.opened(), 0);
    }

    Cage private cage;

    function setUp() external {
        cage = new Cage();
        targetContract(address(cage));
    }
}

contract Cage {
    uint256 public opened;

    function open() external {
        opened++;
    }
}
