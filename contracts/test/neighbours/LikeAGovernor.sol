// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOpenZeppelinGovernor} from "../../interfaces/IOpenZeppelinGovernor.sol";

/// @notice Answers as a Governor would in any state, with any clock and any way to count, old or new.
contract LikeAGovernor {
    IOpenZeppelinGovernor.ProposalState public said;
    uint256 public deadline;
    uint256 public quorumOf = 100;
    uint256[3] public votes;
    string public clockMode = "mode=timestamp";
    string public counting = "support=bravo&quorum=for,abstain";
    address public acting;
    bool public old;
    uint256 public lastAsked;

    error ThereIsNoSuchThing();

    function say(IOpenZeppelinGovernor.ProposalState state_, uint256 deadline_) external {
        (said, deadline) = (state_, deadline_);
    }

    function count(uint256 against, uint256 for_, uint256 abstaining) external {
        votes = [against, for_, abstaining];
    }

    function countAs(string calldata mode) external {
        counting = mode;
    }

    function goBy(string calldata mode) external {
        clockMode = mode;
    }

    function actBy(address timelock_) external {
        acting = timelock_;
    }

    function growOld() external {
        old = true;
    }

    function hashProposal(address[] calldata to, uint256[] calldata values, bytes[] calldata calls, bytes32 description)
        public
        pure
        returns (uint256)
    {
        return uint256(keccak256(abi.encode(to, values, calls, description)));
    }

    function getProposalId(address[] calldata to, uint256[] calldata values, bytes[] calldata calls, bytes32 description)
        external
        view
        returns (uint256)
    {
        require(!old, ThereIsNoSuchThing());
        return hashProposal(to, values, calls, description);
    }

    function state(uint256) external view returns (IOpenZeppelinGovernor.ProposalState) {
        return said;
    }

    function proposalSnapshot(uint256) external pure returns (uint256) {
        return 7;
    }

    function proposalDeadline(uint256) external view returns (uint256) {
        return deadline;
    }

    function proposalVotes(uint256) external view returns (uint256, uint256, uint256) {
        return (votes[0], votes[1], votes[2]);
    }

    function quorum(uint256 timepoint) external view returns (uint256) {
        return timepoint == 7 ? quorumOf : type(uint256).max;
    }

    function COUNTING_MODE() external view returns (string memory) {
        return counting;
    }

    function CLOCK_MODE() external view returns (string memory) {
        require(!old, ThereIsNoSuchThing());
        return clockMode;
    }

    function timelock() external view returns (address) {
        require(acting != address(0), ThereIsNoSuchThing());
        return acting;
    }
}
