// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Acts} from "./Acts.sol";

/// @notice Answers every call with as many bytes as its gas allows, as success or, when told to, as failure.
contract ReturnsABomb is Acts {
    bool public fails;

    function setFails(bool fails_) external {
        fails = fails_;
    }

    fallback() external payable {
        bool fails_ = fails;
        // Memory costs words squared / 512 and 3 a word: this many bytes use up most of what is left.
        assembly {
            let size := mul(div(gas(), 8), 16)
            if gt(size, 200000) { size := 200000 }
            if fails_ { revert(0, size) }
            return(0, size)
        }
    }
}
