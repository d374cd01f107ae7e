// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token whose balances change without a transfer.
contract Rebases is ERC20("Rebases", "BASE") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Set the balance of `holder` to `amount`.
    function rebase(address holder, uint256 amount) external {
        uint256 held = balanceOf(holder);
        if (amount > held) _mint(holder, amount - held);
        else _burn(holder, held - amount);
    }
}
