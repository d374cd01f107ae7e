// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What a federation asks of a member, be it a collective, a federation, or an adapter for something else
interface IMember {
    /// @notice How a member's own vote on a motion went.
    /// @param ended when it ended (unix seconds), 0 while it runs
    /// @param seatsFor people for, and against, whatever the member's quorum
    /// @param decision as a bloc: 1 for, -1 against, 0 neither
    /// @param people persons in the member now, as `people` says
    struct Result {
        uint256 ended;
        uint256 seatsFor;
        uint256 seatsAgainst;
        int256 decision;
        uint256 people;
    }

    /// @notice Where the member's ties and money are; it names the member as its `collective`.
    function treasury() external view returns (address);

    /// @notice The number of persons in it, for what is counted by people.
    function people() external view returns (uint256);

    /// @notice How the member's vote on a motion of the federation of `purse` went; `ended` is 0 for one that it never opened.
    function resultOf(address purse, bytes32 motion) external view returns (Result memory);

    /// @notice Whether enough of the member's people object to `subject`, something that waits at `purse`.
    function objectsTo(address purse, bytes32 subject) external view returns (bool);
}
