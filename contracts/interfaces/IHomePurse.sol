// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationWords} from "./IFederationWords.sol";
import {IPurse} from "./IPurse.sol";
import {ITies} from "./ITies.sol";

/// @title HomePurse: a federation's purse on its own chain
/// @notice Does what passed motions say, at once, and holds the federation's own tie to the one above.
interface IHomePurse is ITies, IPurse {
    /// @notice An act of kind `kind` is not one for a purse.
    error NotForPurse(IFederationWords.ActKind kind);

    /// @notice Set up a new clone for the federation that calls. Only once, in the transaction that makes the clone.
    function initialize(bytes32 charter_, bool exitShare_, address[] calldata tokens_) external;

    /// @notice Do an act of a motion that passed. Only the federation.
    /// @param bucketBps share of what is free that ordinary motions pay in seven days
    function act(IFederationWords.Act calldata act_, bool large, uint256 bucketBps) external;

    /// @notice Note how a member stands. Only the federation.
    function takeSeat(address collective, SeatState state, uint256 noticeEnds) external;

    /// @notice Note the federation's charter. Only the federation.
    function takeCharter(bytes32 charter_) external;

    /// @notice The purse of the federation that this one sits in, on this chain; zero for none.
    function parent() external view returns (address);
}
