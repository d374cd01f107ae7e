// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IGovernorMember} from "./interfaces/IGovernorMember.sol";
import {IMemberAdapter} from "./interfaces/IMemberAdapter.sol";
import {IOpenZeppelinGovernor} from "./interfaces/IOpenZeppelinGovernor.sol";
import {MemberAdapter} from "./MemberAdapter.sol";

/// @title An OpenZeppelin Governor in federations
contract GovernorMember is IGovernorMember, MemberAdapter {
    bytes32 private constant SECONDS = keccak256("mode=timestamp");
    bytes32 private constant SIMPLE = keccak256("support=bravo&quorum=for,abstain");
    bytes32 private constant FRACTIONAL = keccak256("support=bravo,fractional&quorum=for,abstain&params=fractional");
    bytes32 private constant OVERRIDABLE = keccak256("support=bravo,override&quorum=for,abstain&overridable=true");

    /// @inheritdoc IGovernorMember
    function record(address purse, bytes32 motion, bytes32 descriptionHash)
        external
        tied(purse)
        returns (int256 side)
    {
        uint256 proposal = proposalOf(purse, motion, descriptionHash);
        IOpenZeppelinGovernor.ProposalState state = _governor().state(proposal);
        if (
            state == IOpenZeppelinGovernor.ProposalState.Succeeded || state == IOpenZeppelinGovernor.ProposalState.Queued
                || state == IOpenZeppelinGovernor.ProposalState.Executed
                // The vote passed; what is told upward is the vote.
                || state == IOpenZeppelinGovernor.ProposalState.Expired
        ) {
            side = 1;
        } else {
            require(state == IOpenZeppelinGovernor.ProposalState.Defeated, NotDecided(proposal, state));
            require(_isAgainst(proposal), NoMajorityAgainst(proposal));
            side = -1;
        }
        // A vote can be over before its deadline, by a super quorum.
        uint256 ended = clockShowsSeconds()
            ? Math.min(_governor().proposalDeadline(proposal), block.timestamp)
            : block.timestamp;
        _decide(purse, motion, side, ended);
    }

    /// @inheritdoc IMemberAdapter
    function executor() public view override(IMemberAdapter, MemberAdapter) returns (address) {
        (bool known, bytes memory said) = dao().staticcall(abi.encodeCall(IOpenZeppelinGovernor.timelock, ()));
        // One without a timelock acts itself, and has no such function.
        return known && said.length == 32 ? abi.decode(said, (address)) : dao();
    }

    /// @inheritdoc IGovernorMember
    function proposalOf(address purse, bytes32 motion, bytes32 descriptionHash) public view returns (uint256) {
        address[] memory targets = new address[](1);
        bytes[] memory calls = new bytes[](1);
        targets[0] = address(this);
        calls[0] = abi.encodeCall(IMemberAdapter.decide, (purse, motion, 1));
        try _governor().getProposalId(targets, new uint256[](1), calls, descriptionHash) returns (uint256 proposal) {
            return proposal;
        } catch {
            return _governor().hashProposal(targets, new uint256[](1), calls, descriptionHash);
        }
    }

    /// @inheritdoc IGovernorMember
    function clockShowsSeconds() public view returns (bool) {
        try _governor().CLOCK_MODE() returns (string memory mode) {
            return keccak256(bytes(mode)) == SECONDS;
        } catch {
            return false;
        }
    }

    /// @dev The mirror of passing. Where votes are counted in a way that is not known here, nothing is against.
    function _isAgainst(uint256 proposal) private view returns (bool) {
        bytes32 mode = keccak256(bytes(_governor().COUNTING_MODE()));
        if (mode != SIMPLE && mode != FRACTIONAL && mode != OVERRIDABLE) return false;
        (uint256 against, uint256 for_, uint256 abstaining) = _governor().proposalVotes(proposal);
        return against > for_ && against + abstaining >= _governor().quorum(_governor().proposalSnapshot(proposal));
    }

    function _governor() private view returns (IOpenZeppelinGovernor) {
        return IOpenZeppelinGovernor(dao());
    }
}
