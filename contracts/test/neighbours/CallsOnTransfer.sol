// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token that, in the midst of each transfer, calls `target` with `data`, and counts how often that went through.
contract CallsOnTransfer is ERC20("Calls On Transfer", "CALL") {
    address public target;
    bytes public data;
    uint256 public tries;
    uint256 public successes;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function set(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (target == address(0) || from == address(0)) return;
        tries += 1;
        (bool done,) = target.call(data);
        if (done) successes += 1;
    }
}
