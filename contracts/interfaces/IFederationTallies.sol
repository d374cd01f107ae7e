// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationWords} from "./IFederationWords.sol";
import {IMember} from "./IMember.sol";
import {IPurse} from "./IPurse.sol";

/// @title A federation's seats, and what its members told
interface IFederationTallies is IFederationWords, IMember {
    /// @notice Take a report of a member on this chain. Only the purse at home.
    function report(IPurse.Report calldata told) external;

    /// @notice Take note of a delegation by a member on this chain. Only the purse at home.
    function takeDelegation(address collective, bytes32 competence, bool given) external;

    /// @notice Mark a seat that has not been heard from for `staleAfter` as silent. Anyone may.
    function markSilent(uint256 seat) external;

    /// @notice End the seat of an expelled member once its notice is over. Anyone may.
    function unseat(uint256 seat) external;

    function motionOf(bytes32 motion) external view returns (MotionView memory);

    /// @notice Whether the member `id` sits here.
    function sits(bytes32 id) external view returns (bool);
}
