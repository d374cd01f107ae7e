// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationWords} from "./IFederationWords.sol";

/// @title A federation's house: founding, what motions do, competences, links with other chains
interface IFederationHouse is IFederationWords {
    function initialize(Charter calldata charter_) external;

    /// @notice Do what a motion says. Anyone may, after its wait.
    function enact(bytes32 motion, Content calldata content) external;

    /// @notice Take note of a delegation by a member on this chain. Only the purse at home.
    function takeDelegation(address collective, bytes32 competence, bool given) external;

    /// @notice Send an order that a motion made to the branch that it is for, or send it again. The coin pays for the note.
    function sendOrder(bytes32 motion, uint256 index, Act calldata act) external payable;

    /// @notice Tell the branch of a member's chain how it stands. Anyone may; the coin pays for the note.
    function sendSeat(uint256 seat) external payable;

    /// @notice Stop taking notes from `chain` for 7 days, by the objection of a member on this chain. Once in 30 days.
    function pause(uint256 chain, address collective) external;

    /// @notice Whether the member `id` may join now, and the persons it was accepted with.
    function invitation(bytes32 id) external view returns (bool open_, uint256 persons);

    function rules() external view returns (Rules memory);

    function charter() external view returns (bytes32);

    function competences() external view returns (bytes32[] memory);

    /// @notice What the people of a member object to if they want notes from `chain` paused.
    function pauseSubject(uint256 chain) external view returns (bytes32);

    /// @notice How many members delegate a competence, and whether that is enough.
    function competence(bytes32 name) external view returns (uint256 delegators, bool held);

    function delegates(bytes32 name, uint256 seat_) external view returns (bool);

    function linkOf(uint256 chain) external view returns (LinkView memory);

    /// @notice When a pause asked for as `subject` stops counting objections.
    function waitsUntil(bytes32 subject) external view returns (uint256);
}
