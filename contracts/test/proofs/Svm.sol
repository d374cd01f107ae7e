// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What halmos is asked for: a value of which nothing is known.
interface Svm {
    function createUint(uint256 bits, string calldata name) external pure returns (uint256);
    function createInt(uint256 bits, string calldata name) external pure returns (int256);
    function createUint256(string calldata name) external pure returns (uint256);
    function createAddress(string calldata name) external pure returns (address);
    /// @dev A call of any function of a contract or interface that changes something, with any arguments.
    function createCalldata(string calldata name) external pure returns (bytes memory);
}

Svm constant SVM = Svm(address(uint160(uint256(keccak256("svm cheat code")))));
