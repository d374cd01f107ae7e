// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMember} from "../../interfaces/IMember.sol";
import {Acts} from "./Acts.sol";

/// @notice A member that is no collective: it says what it was told to say, of its people, its votes, its tie, its treasury.
/// It is its own treasury unless it names another.
contract LiesAboutVotes is Acts, IMember {
    uint256 public people;
    uint256 public tiedSince;
    address public collective = address(this);
    address private named;
    Result private said;
    bool private burns;
    address private target;
    bytes private data;
    uint256 public tries;
    uint256 public successes;

    function setPeople(uint256 people_) external {
        people = people_;
    }

    function setTie(uint256 since) external {
        tiedSince = since;
    }

    function setTreasury(address treasury_) external {
        named = treasury_;
    }

    function setCollective(address collective_) external {
        collective = collective_;
    }

    function setBurns(bool burns_) external {
        burns = burns_;
    }

    /// @notice What it calls when coin arrives.
    function setCall(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function say(uint256 ended, uint256 for_, uint256 against, int256 decision) external {
        said = Result(ended, for_, against, decision, 0);
    }

    function treasury() external view returns (address) {
        return named == address(0) ? address(this) : named;
    }

    /// @dev As ITies says it.
    function tieOf(address) external view returns (uint16 bps, uint40 since) {
        return (1, uint40(tiedSince));
    }

    function resultOf(address, bytes32) external view returns (Result memory result) {
        result = said;
        result.people = people;
    }

    function objectsTo(address, bytes32) external pure returns (bool) {
        return true;
    }

    function isMember(address) external pure returns (bool) {
        return true;
    }

    receive() external payable {
        while (burns) {}
        if (target == address(0)) return;
        (bool done,) = target.call(data);
        (tries, successes) = (tries + 1, successes + (done ? 1 : 0));
    }
}
