// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";


/// @notice An agreement that takes capital and does with it as it was told: honestly, or grasping for more.
contract Agreement {
    mapping(address from => uint256) public put;

    error TheWorkIsOff(uint256 why);

    receive() external payable {
        put[msg.sender] += msg.value;
    }

    function putIn(address token, uint256 amount) external payable returns (uint256) {
        if (token == address(0)) amount = msg.value;
        else require(IERC20(token).transferFrom(msg.sender, address(this), amount), TheWorkIsOff(0));
        put[msg.sender] += amount;
        return put[msg.sender];
    }

    function refuse() external payable {
        revert TheWorkIsOff(42);
    }

    /// @notice Give back what was put in, when the fund asks for it.
    function giveBack(address token, uint256 amount) external {
        put[msg.sender] -= amount;
        if (token == address(0)) {
            (bool done,) = msg.sender.call{value: amount}("");
            require(done, TheWorkIsOff(1));
        } else {
            require(IERC20(token).transfer(msg.sender, amount), TheWorkIsOff(2));
        }
    }

    /// @notice Leave the allowance standing, to use it later.
    function takeLater(address token, address from, uint256 amount) external {
        require(IERC20(token).transferFrom(from, address(this), amount), TheWorkIsOff(3));
    }

    function doNothing() external {}

    /// @notice Call anything while the fund is calling.
    function callBack(address target, bytes calldata data) external payable {
        (bool done, bytes memory reason) = target.call(data);
        if (done) return;
        assembly {
            revert(add(reason, 32), mload(reason))
        }
    }
}

/// @notice Makes them, and knows its own.
contract Agreements {
    mapping(address account => bool) public isAgreement;

    function make() external returns (Agreement made) {
        made = new Agreement();
        isAgreement[address(made)] = true;
    }
}
