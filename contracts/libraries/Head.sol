// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Bits} from "./Bits.sol";
import {Register} from "./Register.sol";

/// @dev A proposal in one word. Low to high: the original's tally (92 bits, see Tally) | deadline 32 (unix seconds) |
/// length of voting 22 (seconds) | season 16 | number 22, is a vote on a motion 1, one that stays clear | last seat 24 | quorum in seats 24 | parameter set 12 |
/// rivals 4 | flags 6: large, executed, cancelled, and three that stay clear for extended, sealed and trial.
type Head is uint256;

using HeadFields for Head global;

library HeadFields {
    using Bits for uint256;

    uint256 internal constant EXECUTED = 1 << 251;
    uint256 internal constant CANCELLED = 1 << 252;
    uint256 internal constant MOTION = 1 << 184;

    /// @notice A proposal as it is opened now: `reg` has counted it already, `next` says that it is voted on next season.
    function opened(Register reg, uint256 starts, uint256 lane, bool next, bool large) internal pure returns (Head) {
        uint256 length = reg.voting();
        uint256 quorum_ = Math.max(1, Math.ceilDiv(reg.quorumBps() * reg.seats(), 10_000));
        uint256 season_ = reg.season() + (next ? 1 : 0);
        // Every value comes from a field no wider than its place here, but the season and the deadline, which are held to it.
        uint256 head = (lane << 80) | (length << 124) | (reg.proposals() << 162) | (reg.lastSeat() << 186)
            | (quorum_ << 210) | (reg.set() << 234) | (large ? 1 << 250 : 0);
        return Head.wrap(head.set(92, 32, starts + length).set(146, 16, season_));
    }

    function exists(Head self) internal pure returns (bool) {
        return Head.unwrap(self) != 0;
    }

    function deadline(Head self) internal pure returns (uint256) {
        return Head.unwrap(self).get(92, 32);
    }

    function votingStarts(Head self) internal pure returns (uint256) {
        return deadline(self) - Head.unwrap(self).get(124, 22);
    }

    function season(Head self) internal pure returns (uint256) {
        return Head.unwrap(self).get(146, 16);
    }

    function number(Head self) internal pure returns (uint256) {
        return Head.unwrap(self).get(162, 22);
    }

    function lastSeat(Head self) internal pure returns (uint256) {
        return Head.unwrap(self).get(186, 24);
    }

    function quorum(Head self) internal pure returns (uint256) {
        return Head.unwrap(self).get(210, 24);
    }

    function set(Head self) internal pure returns (uint256) {
        return Head.unwrap(self).get(234, 12);
    }

    function rivals(Head self) internal pure returns (uint256) {
        return Head.unwrap(self).get(246, 4);
    }

    function isLarge(Head self) internal pure returns (bool) {
        return Head.unwrap(self).get(250, 1) == 1;
    }

    function isExecuted(Head self) internal pure returns (bool) {
        return Head.unwrap(self) & EXECUTED != 0;
    }

    function isCancelled(Head self) internal pure returns (bool) {
        return Head.unwrap(self) & CANCELLED != 0;
    }

    /// @notice Whether it is the collective's vote on a motion of a federation.
    function isMotion(Head self) internal pure returns (bool) {
        return Head.unwrap(self) & MOTION != 0;
    }

    function ofMotion(Head self) internal pure returns (Head) {
        return Head.wrap(Head.unwrap(self) | MOTION);
    }

    function executed(Head self) internal pure returns (Head) {
        return Head.wrap(Head.unwrap(self) | EXECUTED);
    }

    function cancelled(Head self) internal pure returns (Head) {
        return Head.wrap(Head.unwrap(self) | CANCELLED);
    }

    function withRival(Head self) internal pure returns (Head) {
        return Head.wrap(Head.unwrap(self).set(246, 4, rivals(self) + 1));
    }
}
