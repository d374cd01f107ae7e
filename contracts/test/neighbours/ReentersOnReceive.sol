// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Acts} from "./Acts.sol";

/// @notice On receiving coin calls `target` with `data`, as set, and counts how often that went through.
contract ReentersOnReceive is Acts {
    address public target;
    bytes public data;
    // One word: a push leaves gas for one fresh slot.
    uint128 public tries;
    uint128 public successes;

    function set(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    receive() external payable {
        if (target == address(0)) return;
        (bool done,) = target.call(data);
        (tries, successes) = (tries + 1, successes + (done ? 1 : 0));
    }
}
