// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {Governor} from "./Governor.sol";
import {RollFields} from "./libraries/Roll.sol";

/// @title The identity of a group: its roll and its decisions at one address
/// @dev Answers `ICollective`: as `Governor` by its own code, the rest as `Membership` by delegatecall to a fixed contract.
/// Deployed as clones whose one immutable argument is the treasury's address.
contract Collective is Governor {
    address private immutable membership;

    constructor(address membership_) {
        membership = membership_;
        // No clone: nobody is to found a collective in the implementation itself.
        roll = RollFields.create(1, 1, 1);
    }

    fallback(bytes calldata call) external returns (bytes memory) {
        return Address.functionDelegateCall(membership, call);
    }

    /// @notice The treasury that acts for this collective's passed options.
    function treasury() external view returns (address) {
        return _treasury();
    }
}
