// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What is asked of a Safe
interface ISafe {
    /// @notice How many of its owners must sign.
    function getThreshold() external view returns (uint256);
}
