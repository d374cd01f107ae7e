// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token that says false, and moves nothing, when it does not like a transfer.
contract ReturnsFalse is ERC20("Returns False", "FALSE") {
    bool public refuses;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !refuses && super.transfer(to, amount);
    }
}
