// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "./ICollective.sol";

/// @title CollectiveFactory: found a collective in one transaction
/// @notice Makes a collective and its treasury as clones of two fixed implementations, all or nothing. Their addresses
/// follow from the whole charter and a chosen number: nobody else can take them, and they always mean the same content.
interface ICollectiveFactory {
    event CollectiveFounded(address indexed collective, address indexed treasury, address indexed founder);

    /// @notice Found a collective. The caller gains nothing by being the one who sends it.
    function found(ICollective.Charter calldata charter, uint256 number)
        external
        returns (address collective, address treasury);

    /// @notice The addresses that `found` would give for the same charter and number.
    function addressesOf(ICollective.Charter calldata charter, uint256 number)
        external
        view
        returns (address collective, address treasury);

    function collectiveImplementation() external view returns (address);

    function treasuryImplementation() external view returns (address);
}
