// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Acts} from "./Acts.sol";

/// @notice Takes no coin, until it is told to.
contract RefusesEther is Acts {
    bool public takes;

    error NoThanks();

    function setTakes(bool takes_) external {
        takes = takes_;
    }

    receive() external payable {
        require(takes, NoThanks());
    }
}
