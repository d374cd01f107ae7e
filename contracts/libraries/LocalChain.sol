// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Chains on one's own machine, where rules that protect others may be lighter
library LocalChain {
    /// @notice Whether this is one: anvil's, hardhat's and eth-tester's.
    function isLocal() internal view returns (bool) {
        uint256 id = block.chainid;
        return id == 1337 || (id >= 31_337 && id <= 31_339) || id == 131_277_322_940_537;
    }
}
