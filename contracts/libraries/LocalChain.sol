// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Chains on one's own machine: anvil and eth-tester
/// @notice Where lengths may be shorter than people need.
library LocalChain {
    function isLocal() internal view returns (bool) {
        uint256 id = block.chainid;
        return id == 1337 || (id >= 31_337 && id <= 31_339) || id == 131_277_322_940_537;
    }
}
