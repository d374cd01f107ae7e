// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {Governor} from "./Governor.sol";
import {IMember} from "./interfaces/IMember.sol";
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

    /// @notice How this collective's vote on a motion went. See `IMember.resultOf`: federations ask often, and pay for each code
    /// that they reach.
    function resultOf(address purse, bytes32 motion) external view returns (IMember.Result memory) {
        return _resultOf(purse, motion);
    }
}
