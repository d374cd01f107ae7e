// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Asked} from "../libraries/Motion.sol";
import {IFederationWords} from "./IFederationWords.sol";

/// @title A federation's house: founding, motions opened and enacted, competences, links with other chains
interface IFederationHouse is IFederationWords {
    function initialize(Charter calldata charter_) external;

    /// @notice Open a motion, as the treasury of a member here, or as a person who belongs to one. `path` leads from the
    /// person's collective up to the member (empty for a treasury).
    function open(Content calldata content, address[] calldata path) external returns (bytes32 motion);

    /// @notice Put a motion of the federation above to this one's members. Who can open a motion may; it is the one that
    /// they have open.
    function passDown(address parentPurse, Asked calldata above, address[] calldata path) external returns (bytes32 motion);

    /// @notice Take back a motion one opened, until its members' votes have ended.
    function cancel(bytes32 motion) external;

    /// @notice How this federation put a motion of the one above to its members; 0 if it has not.
    function passedDown(address purse, bytes32 above) external view returns (bytes32 motion);

    function seatNumber(bytes32 id) external view returns (uint256);

    function seat(uint256 number) external view returns (SeatView memory);

    /// @notice Seats given so far, numbered from 1.
    function seatsGiven() external view returns (uint256);

    function totals() external view returns (TotalsView memory);

    function motions() external view returns (uint256);

    /// @notice Do what a motion says. Anyone may, after its wait.
    function enact(bytes32 motion, Content calldata content) external;

    /// @notice Send an order that a motion made to the branch that it is for, or send it again, for 90 days. The coin pays for
    /// the note.
    function sendOrder(bytes32 motion, uint256 index, Act calldata act) external payable;

    /// @notice Tell the branch of a member's chain how it stands. Anyone may; the coin pays for the note.
    function sendSeat(uint256 seat) external payable;

    /// @notice Tell the branch on a chain the charter, and what stands above this federation. Anyone may; the coin pays for the note.
    function sendCharter(uint256 chain) external payable;

    /// @notice Stop taking notes from `chain` for 7 days, by the objection of a member on this chain. Once in 30 days. Motions
    /// that would close before the eighth day stay open until then.
    function pause(uint256 chain, address collective) external;

    /// @notice Until when the member `id` may join (unix seconds; 0: nobody invited it), and the persons it was accepted with.
    function invitation(bytes32 id) external view returns (uint256 ends, uint256 persons);

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
