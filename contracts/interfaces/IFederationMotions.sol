// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Asked} from "../libraries/Motion.sol";
import {IFederationWords} from "./IFederationWords.sol";
import {IMember} from "./IMember.sol";
import {IPurse} from "./IPurse.sol";

/// @title A federation's seats and motions
interface IFederationMotions is IFederationWords, IMember {
    /// @notice Open a motion, as the treasury of a member here, or as a person who belongs to one. `path` leads from the
    /// person's collective up to the member (empty for a treasury).
    function open(Content calldata content, address[] calldata path) external returns (bytes32 motion);

    /// @notice Put a motion of the federation above to this one's members. Anyone who belongs to it may.
    function passDown(address parentPurse, Asked calldata above, address[] calldata path) external returns (bytes32 motion);

    /// @notice Take back a motion one opened, until its members' votes have ended.
    function cancel(bytes32 motion) external;

    /// @notice Take a report of a member on this chain. Only the purse at home.
    function report(IPurse.Report calldata told) external;

    /// @notice Take a report that came in note number `note` from `chain`. Only the federation itself, which has checked it.
    function takeReport(IPurse.Report calldata told, uint256 chain, uint256 note) external;

    /// @notice Mark a seat that has not been heard from for `staleAfter` as silent. Anyone may.
    function markSilent(uint256 seat) external;

    /// @notice End the seat of an expelled member once its notice is over. Anyone may.
    function unseat(uint256 seat) external;

    function motionOf(bytes32 motion) external view returns (MotionView memory);

    /// @notice How this federation put a motion of the one above to its members; 0 if it has not.
    function passedDown(address purse, bytes32 above) external view returns (bytes32 motion);

    function seatNumber(bytes32 id) external view returns (uint256);

    function seat(uint256 number) external view returns (SeatView memory);

    /// @notice Seats given so far, numbered from 1.
    function seatsGiven() external view returns (uint256);

    function totals() external view returns (TotalsView memory);

    function motions() external view returns (uint256);

    /// @notice Whether the member `id` sits here.
    function sits(bytes32 id) external view returns (bool);
}
