// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMemberAdapter} from "./interfaces/IMemberAdapter.sol";
import {MemberAdapter} from "./MemberAdapter.sol";

/// @title A Safe in federations
/// @notice What the Safe executes is its decision, and the time of it the decision's end.
contract SafeMember is MemberAdapter {
    /// @inheritdoc IMemberAdapter
    function executor() public view override returns (address) {
        return dao();
    }
}
