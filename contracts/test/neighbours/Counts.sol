// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Something for an option to call: it counts, keeps what it is sent, and fails when told to.
contract Counts {
    uint256 public count;
    bool public fails;

    error ToldToFail();

    function setFails(bool fails_) external {
        fails = fails_;
    }

    function add() external payable {
        require(!fails, ToldToFail());
        count += 1;
    }
}
