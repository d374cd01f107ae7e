// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bits} from "./Bits.sol";

/// @dev A proposal in one word. Low to high: the original's tally (92 bits, see Tally) | deadline 32 (unix seconds) |
/// length of voting 22 (seconds) | season 16 | number 24 | last seat 24 | quorum in seats 24 | parameter set 12 |
/// rivals 4 | flags 6: large, executed, cancelled, and three that stay clear for extended, sealed and trial.
type Head is uint256;

using HeadFields for Head global;

library HeadFields {
    using Bits for uint256;

    uint256 internal constant EXECUTED = 1 << 251;
    uint256 internal constant CANCELLED = 1 << 252;

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
        return Head.unwrap(self).get(162, 24);
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
