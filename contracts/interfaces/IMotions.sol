// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Asked} from "../libraries/Motion.sol";
import {IMember} from "./IMember.sol";

/// @title Motions: what a collective's people do in the federations that it sits in
/// @notice A motion of a federation is put to a collective's people as a proposal of one option without payments or calls,
/// under their own rules of voting and their own voice credits; it counts in nobody's limits. How it went is told upward.
interface IMotions is IMember {
    /// @notice The proposal `proposal` is this collective's vote on `motion` of the federation of `purse`.
    event MotionPut(bytes32 indexed proposal, address indexed purse, bytes32 indexed motion);

    /// @notice This collective's vote on the motion is open already, as proposal `proposal`.
    error MotionIsOpen(bytes32 proposal);
    /// @notice The motion is not of the federation of `purse`.
    error NotTheirMotion(address purse);
    /// @notice A vote opened now would end at `ends`, after the motion's votes at `votesEnd` (unix seconds).
    error TooLateForMotion(uint256 ends, uint256 votesEnd);
    /// @notice Seat `seat` has opened `limit` votes on motions this season; another seat can open this one.
    error TooManyMotionsPut(uint256 seat, uint256 limit);
    /// @notice A vote on a motion has one option: no rivals, and nobody takes it back.
    error MotionHasOneOption();
    /// @notice Nothing waits at `purse` as `subject` that could be objected to.
    error NothingWaits(address purse, bytes32 subject);

    /// @notice Put a motion to this collective's people. Any seat may, 16 times a season.
    function openMotion(address purse, Asked calldata asked) external returns (bytes32 proposal);

    /// @notice Object to something that waits at `purse`: an order to the branch, or notes from another chain. The first to
    /// do so opens the request (see `requestOf`), whose objections others can add to and take back.
    function objectTo(address purse, bytes32 subject) external;

    /// @notice The key of this collective's vote on a motion, whether it is open or not.
    function motionProposal(address purse, bytes32 motion) external view returns (bytes32 proposal);

    /// @notice The request under which this collective's people object to `subject` at `purse`.
    function objectionRequest(address purse, bytes32 subject) external view returns (bytes32 request);
}
