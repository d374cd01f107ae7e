// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "./Test.sol";
import {VM} from "./Vm.sol";

/// @notice The ground that the other tests stand on.
contract TestTest is Test {
    function testFuzz_bound_stays_within(uint256 value, uint256 least, uint256 most) external pure {
        if (least > most) (least, most) = (most, least);
        uint256 found = bound(value, least, most);
        assertGe(found, least);
        assertLe(found, most);
        if (least <= value && value <= most) assertEq(found, value);
    }

    function testFuzz_signed_bound_stays_within(int256 value, int256 least, int256 most) external pure {
        if (least > most) (least, most) = (most, least);
        int256 found = bound(value, least, most);
        assertGe(found, least);
        assertLe(found, most);
        if (least <= value && value <= most) assertEq(found, value);
    }

    function test_a_person_signs_with_their_key() external {
        (address alice, uint256 key) = person("alice");
        bytes32 digest = keccak256("yes");
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        assertEq(ecrecover(digest, v, r, s), alice);
    }

    function test_time_passes() external {
        uint256 before = VM.getBlockTimestamp();
        pass(100);
        assertEq(VM.getBlockTimestamp(), before + 100);
    }
}
