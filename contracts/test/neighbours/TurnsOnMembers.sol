// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice A purse that calls its member back whenever it is called, takes more than it was given, or fails.
contract TurnsOnMembers {
    bytes public back;
    bytes public answer;
    bool public went;
    bool public fails;
    address public home_;
    uint256 public chain_ = block.chainid;

    error IDoNotWantTo();

    function turn(bytes calldata call) external {
        back = call;
    }

    function fail() external {
        fails = true;
    }

    function live(uint256 chain, address at) external {
        (chain_, home_) = (chain, at);
    }

    function enter(bytes32, uint256) external {
        _turn();
    }

    function release(address) external {
        _turn();
    }

    function takeLevy(address token, uint256 amount) external payable {
        _turn();
        if (token != address(0)) IERC20(token).transferFrom(msg.sender, address(this), amount);
    }

    function collect(address, address) external returns (uint256) {
        _turn();
        return 0;
    }

    function takeMore(address token, address from, uint256 amount) external {
        IERC20(token).transferFrom(from, address(this), amount);
    }

    function home() external view returns (uint256, address) {
        return (chain_, home_);
    }

    function _turn() private {
        require(!fails, IDoNotWantTo());
        if (back.length != 0) (went, answer) = msg.sender.call(back);
    }
}
