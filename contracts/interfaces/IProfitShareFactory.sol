// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "./IProfitShare.sol";

/// @title Makes profit-share agreements, each at an address that follows from its whole terms and a chosen number
/// @notice Nobody can put other terms at an announced address, and money sent there before the agreement is made waits.
interface IProfitShareFactory {
    event AgreementMade(address indexed agreement, bytes32 indexed terms, uint256 number);

    /// @notice What every agreement is a clone of.
    function implementation() external view returns (address);

    /// @notice Put the agreement at its address, if it is not there yet. Refuses terms that do not hold together.
    function make(IProfitShare.Terms calldata terms, uint256 number) external returns (address agreement);

    /// @notice Make the agreement, if it is not there yet, and open it with what all rows have signed.
    function open(IProfitShare.Terms calldata terms, uint256 number, bytes[] calldata signatures)
        external
        returns (address agreement);

    /// @notice Where `make` puts these terms. Refuses terms that do not hold together.
    function addressOf(IProfitShare.Terms calldata terms, uint256 number) external view returns (address);

    /// @notice Whether an agreement made here is at `account`.
    function isAgreement(address account) external view returns (bool);
}
