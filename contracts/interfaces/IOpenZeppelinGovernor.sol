// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What is asked of a Governor of OpenZeppelin's, versions 4.3 to 5.7
interface IOpenZeppelinGovernor {
    enum ProposalState {
        Pending,
        Active,
        Canceled,
        Defeated,
        Succeeded,
        Queued,
        Expired,
        Executed
    }

    function hashProposal(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external pure returns (uint256);

    /// @notice As `hashProposal`, or by number where proposals are numbered; since 5.3.
    function getProposalId(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external view returns (uint256);

    function state(uint256 proposal) external view returns (ProposalState);

    /// @notice When its votes are weighed, and when they end, by the Governor's clock.
    function proposalSnapshot(uint256 proposal) external view returns (uint256);

    function proposalDeadline(uint256 proposal) external view returns (uint256);

    function proposalVotes(uint256 proposal)
        external
        view
        returns (uint256 votesAgainst, uint256 votesFor, uint256 votesAbstaining);

    function quorum(uint256 timepoint) external view returns (uint256);

    // solhint-disable-next-line func-name-mixedcase
    function COUNTING_MODE() external view returns (string memory);

    /// @notice ERC-6372: `mode=timestamp`, or blocks; since 4.9.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external view returns (string memory);

    /// @notice The account that acts for it, where it is another one.
    function timelock() external view returns (address);
}
