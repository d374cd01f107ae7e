// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VM} from "./Vm.sol";

/// @notice What every test stands on: people, time, numbers within bounds, assertions, and the targets of an invariant run.
abstract contract Test {
    /// @dev The shape in which forge reads `targetSelectors`.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    address[] private targetedContracts;
    address[] private targetedSenders;
    FuzzSelector[] private targetedSelectors;

    // Targets of an invariant run; forge asks for these lists by name

    function targetContract(address account) internal {
        targetedContracts.push(account);
    }

    function targetSender(address account) internal {
        targetedSenders.push(account);
    }

    function targetSelector(address account, bytes4[] memory selectors) internal {
        targetedSelectors.push(FuzzSelector(account, selectors));
    }

    function targetContracts() external view returns (address[] memory) {
        return targetedContracts;
    }

    function targetSenders() external view returns (address[] memory) {
        return targetedSenders;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory) {
        return targetedSelectors;
    }

    // People, time, numbers

    /// @notice A person with a key: the address carries `name` in traces.
    function person(string memory name) internal returns (address account, uint256 key) {
        key = uint256(keccak256(bytes(name)));
        account = VM.addr(key);
        VM.label(account, name);
    }

    function addressOf(string memory name) internal returns (address account) {
        (account,) = person(name);
    }

    /// @notice Let `elapsed` seconds pass, and a block.
    function pass(uint256 elapsed) internal {
        VM.warp(VM.getBlockTimestamp() + elapsed);
        VM.roll(VM.getBlockNumber() + 1);
    }

    /// @notice `value` wrapped into `least` to `most`, both included; a value inside stays as it is.
    function bound(uint256 value, uint256 least, uint256 most) internal pure returns (uint256) {
        require(least <= most, "bound: least is above most");
        if (least <= value && value <= most) return value;
        uint256 span = most - least;
        if (span == type(uint256).max) return value;
        return least + value % (span + 1);
    }

    /// @notice The same for signed numbers.
    function bound(int256 value, int256 least, int256 most) internal pure returns (int256) {
        require(least <= most, "bound: least is above most");
        // Flipping the top bit maps the signed order onto the unsigned one.
        uint256 flip = 1 << 255;
        return int256(bound(uint256(value) ^ flip, uint256(least) ^ flip, uint256(most) ^ flip) ^ flip);
    }

    // Assertions

    function assertTrue(bool fact) internal pure {
        VM.assertTrue(fact, "");
    }

    function assertTrue(bool fact, string memory reason) internal pure {
        VM.assertTrue(fact, reason);
    }

    function assertFalse(bool fact) internal pure {
        VM.assertTrue(!fact, "");
    }

    function assertFalse(bool fact, string memory reason) internal pure {
        VM.assertTrue(!fact, reason);
    }

    function assertEq(bool left, bool right) internal pure {
        VM.assertEq(left, right, "");
    }

    function assertEq(bool left, bool right, string memory reason) internal pure {
        VM.assertEq(left, right, reason);
    }

    function assertEq(uint256 left, uint256 right) internal pure {
        VM.assertEq(left, right, "");
    }

    function assertEq(uint256 left, uint256 right, string memory reason) internal pure {
        VM.assertEq(left, right, reason);
    }

    function assertEq(int256 left, int256 right) internal pure {
        VM.assertEq(left, right, "");
    }

    function assertEq(int256 left, int256 right, string memory reason) internal pure {
        VM.assertEq(left, right, reason);
    }

    function assertEq(address left, address right) internal pure {
        VM.assertEq(left, right, "");
    }

    function assertEq(address left, address right, string memory reason) internal pure {
        VM.assertEq(left, right, reason);
    }

    function assertEq(bytes32 left, bytes32 right) internal pure {
        VM.assertEq(left, right, "");
    }

    function assertEq(bytes32 left, bytes32 right, string memory reason) internal pure {
        VM.assertEq(left, right, reason);
    }

    function assertEq(string memory left, string memory right) internal pure {
        VM.assertEq(left, right, "");
    }

    function assertEq(string memory left, string memory right, string memory reason) internal pure {
        VM.assertEq(left, right, reason);
    }

    function assertEq(bytes memory left, bytes memory right) internal pure {
        VM.assertEq(left, right, "");
    }

    function assertEq(bytes memory left, bytes memory right, string memory reason) internal pure {
        VM.assertEq(left, right, reason);
    }

    function assertNotEq(uint256 left, uint256 right) internal pure {
        VM.assertNotEq(left, right, "");
    }

    function assertNotEq(uint256 left, uint256 right, string memory reason) internal pure {
        VM.assertNotEq(left, right, reason);
    }

    function assertNotEq(address left, address right) internal pure {
        VM.assertNotEq(left, right, "");
    }

    function assertNotEq(address left, address right, string memory reason) internal pure {
        VM.assertNotEq(left, right, reason);
    }

    function assertNotEq(bytes32 left, bytes32 right) internal pure {
        VM.assertNotEq(left, right, "");
    }

    function assertNotEq(bytes32 left, bytes32 right, string memory reason) internal pure {
        VM.assertNotEq(left, right, reason);
    }

    function assertLt(uint256 left, uint256 right) internal pure {
        VM.assertLt(left, right, "");
    }

    function assertLt(uint256 left, uint256 right, string memory reason) internal pure {
        VM.assertLt(left, right, reason);
    }

    function assertLt(int256 left, int256 right) internal pure {
        VM.assertLt(left, right, "");
    }

    function assertLt(int256 left, int256 right, string memory reason) internal pure {
        VM.assertLt(left, right, reason);
    }

    function assertLe(uint256 left, uint256 right) internal pure {
        VM.assertLe(left, right, "");
    }

    function assertLe(uint256 left, uint256 right, string memory reason) internal pure {
        VM.assertLe(left, right, reason);
    }

    function assertLe(int256 left, int256 right) internal pure {
        VM.assertLe(left, right, "");
    }

    function assertLe(int256 left, int256 right, string memory reason) internal pure {
        VM.assertLe(left, right, reason);
    }

    function assertGt(uint256 left, uint256 right) internal pure {
        VM.assertGt(left, right, "");
    }

    function assertGt(uint256 left, uint256 right, string memory reason) internal pure {
        VM.assertGt(left, right, reason);
    }

    function assertGt(int256 left, int256 right) internal pure {
        VM.assertGt(left, right, "");
    }

    function assertGt(int256 left, int256 right, string memory reason) internal pure {
        VM.assertGt(left, right, reason);
    }

    function assertGe(uint256 left, uint256 right) internal pure {
        VM.assertGe(left, right, "");
    }

    function assertGe(uint256 left, uint256 right, string memory reason) internal pure {
        VM.assertGe(left, right, reason);
    }

    function assertGe(int256 left, int256 right) internal pure {
        VM.assertGe(left, right, "");
    }

    function assertGe(int256 left, int256 right, string memory reason) internal pure {
        VM.assertGe(left, right, reason);
    }

    function assertApproxEqAbs(uint256 left, uint256 right, uint256 most) internal pure {
        VM.assertApproxEqAbs(left, right, most, "");
    }

    function assertApproxEqAbs(uint256 left, uint256 right, uint256 most, string memory reason) internal pure {
        VM.assertApproxEqAbs(left, right, most, reason);
    }
}
