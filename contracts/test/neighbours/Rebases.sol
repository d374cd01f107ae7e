// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token whose balances change without a transfer, and whose transfers can be stopped.
contract Rebases is ERC20("Rebases", "BASE") {
    bool public stopped;

    error Stopped();

    function setStopped(bool stopped_) external {
        stopped = stopped_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Set the balance of `holder` to `amount`.
    function rebase(address holder, uint256 amount) external {
        uint256 held = balanceOf(holder);
        if (amount > held) _mint(holder, amount - held);
        else _burn(holder, held - amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!stopped || from == address(0) || to == address(0), Stopped());
        super._update(from, to, amount);
    }
}
