// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMemberAdapter} from "./IMemberAdapter.sol";
import {IOpenZeppelinGovernor} from "./IOpenZeppelinGovernor.sol";

/// @title GovernorMember: an OpenZeppelin Governor in federations
/// @notice The DAO votes on a motion by a proposal of its own whose one action is `decide(purse, motion, 1)` on its adapter,
/// with whatever description. Once its votes have ended anyone brings the outcome here (`record`); the proposal need not be
/// queued or executed. Passed is for. Against is the mirror of it: more votes against than for, and a quorum that is reached
/// when votes against stand where votes for did. Anything else is no side: then another proposal can still decide.
/// @dev `decide` can also be part of any other proposal that is executed, and then counts from its execution.
/// A vote's end is the proposal's deadline where the Governor's clock shows seconds. Where it counts blocks, nobody on the
/// chain knows the second of a block gone by: the time at which the outcome is brought here stands instead, which is later
/// than the end and never earlier. Such a DAO brings it before the votes of the motion end, or it does not count.
/// All this is what the Governor's own code says: one of other code than OpenZeppelin's can say what it likes, of its votes
/// and of their end. Who invites its adapter looks at that code.
/// A timelock that others share acts for the DAO with their calls too: that is the DAO's own arrangement.
interface IGovernorMember is IMemberAdapter {
    /// @notice Proposal `proposal` of the Governor is in state `state`: it takes no side.
    error NotDecided(uint256 proposal, IOpenZeppelinGovernor.ProposalState state);
    /// @notice Proposal `proposal` of the Governor was defeated, and no quorum and majority stood against it: the DAO takes no side.
    error NoMajorityAgainst(uint256 proposal);

    // What a Governor itself refuses, in words

    /// @notice The Governor knows no proposal `proposalId`: its action, or the description, is another one.
    error GovernorNonexistentProposal(uint256 proposalId);
    /// @notice `proposer` has `votes` votes, and to propose takes `threshold` (in the smallest unit of the voting token).
    error GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold);
    /// @notice The Governor's proposal `proposalId` is there already, or not ready for this: its state is number `current`.
    error GovernorUnexpectedProposalState(
        uint256 proposalId, IOpenZeppelinGovernor.ProposalState current, bytes32 expectedStates
    );
    /// @notice The description keeps this proposal for another account than `proposer`.
    error GovernorRestrictedProposer(address proposer);

    /// @notice Bring here what the DAO's proposal on a motion came to. Anyone may.
    /// @param descriptionHash keccak256 of the proposal's description
    function record(address purse, bytes32 motion, bytes32 descriptionHash) external returns (int256 side);

    /// @notice The number under which the Governor knows that proposal.
    function proposalOf(address purse, bytes32 motion, bytes32 descriptionHash) external view returns (uint256);

    /// @notice Whether the Governor's clock shows seconds (otherwise it counts blocks).
    function clockShowsSeconds() external view returns (bool);
}
