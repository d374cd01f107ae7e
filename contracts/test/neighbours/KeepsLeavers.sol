// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice A purse of no federation: it lets anybody in, takes less or more than a levy, calls back, and lets nobody out.
contract KeepsLeavers {
    enum Takes {
        Nothing,
        Levy,
        TwiceTheLevy
    }

    Takes public takes;
    address private target;
    bytes private data;
    uint256 public successes;

    error NoWayOut();

    function setTakes(Takes takes_) external {
        takes = takes_;
    }

    function setCall(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function enter(bytes32, uint256) external {
        _callBack();
    }

    function takeLevy(address token, uint256 amount) external payable {
        _callBack();
        if (takes == Takes.Nothing) return;
        IERC20(token).transferFrom(msg.sender, address(this), amount);
        if (takes == Takes.TwiceTheLevy) IERC20(token).transferFrom(msg.sender, address(this), amount);
    }

    function release(address) external pure {
        while (true) {}
    }

    /// @notice Take what is still approved.
    function pull(address token, address from, uint256 amount) external {
        IERC20(token).transferFrom(from, address(this), amount);
    }

    function home() external view returns (uint256, address) {
        return (block.chainid, address(this));
    }

    function waitsUntil(bytes32) external pure returns (uint256) {
        return type(uint256).max;
    }

    function _callBack() private {
        if (target == address(0)) return;
        (bool done,) = target.call(data);
        if (done) successes += 1;
    }
}
