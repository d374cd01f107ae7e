// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token that can be read and moved at a second address as well.
contract TwoDoors is ERC20("Two Doors", "DOOR") {
    SecondDoor public immutable other = new SecondDoor(this);

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function move(address from, address to, uint256 amount) external {
        require(msg.sender == address(other), "only by the other door");
        _transfer(from, to, amount);
    }
}

contract SecondDoor {
    TwoDoors private immutable house;

    constructor(TwoDoors house_) {
        house = house_;
    }

    function balanceOf(address who) external view returns (uint256) {
        return house.balanceOf(who);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        house.move(msg.sender, to, amount);
        return true;
    }
}
