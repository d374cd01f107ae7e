// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Acts} from "./Acts.sol";

/// @notice Burns all gas that it is given.
contract BurnsGas is Acts {
    fallback() external payable {
        assembly {
            invalid()
        }
    }
}
