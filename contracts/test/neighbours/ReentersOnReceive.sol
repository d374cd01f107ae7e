// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Acts} from "./Acts.sol";

/// @notice On receiving coin calls `target` with `data`, as set, and counts how often that went through; or refuses the coin.
contract ReentersOnReceive is Acts {
    error NoThanks();

    address public target;
    bool public refuses;
    bytes public data;
    // One word: a push leaves gas for one fresh slot.
    uint128 public tries;
    uint128 public successes;

    function set(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    receive() external payable {
        require(!refuses, NoThanks());
        if (target == address(0)) return;
        (bool done,) = target.call(data);
        (tries, successes) = (tries + 1, successes + (done ? 1 : 0));
    }
}
