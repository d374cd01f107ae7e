// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bits} from "./Bits.sol";

/// @title What an option has gathered
/// @dev The low 92 bits of a proposal's head (its original) and of a rival's word are the same fields, so one piece of
/// code counts both: net 32 (two's complement) | for 24 | against 24 | lane 12. A rival's word goes on with its author's
/// seat 24 | large 1. Neither word is ever zero once it exists: a vote never pays for a fresh slot.
library Tally {
    using Bits for uint256;

    int256 internal constant FOR = 127;
    int256 internal constant AGAINST = -128;

    function rival(uint256 lane_, uint256 author_, bool large_) internal pure returns (uint256) {
        return uint256(0).set(80, 12, lane_).set(92, 24, author_).set(116, 1, large_ ? 1 : 0);
    }

    function net(uint256 word) internal pure returns (int256) {
        return int32(uint32(word));
    }

    function seatsFor(uint256 word) internal pure returns (uint256) {
        return word.get(32, 24);
    }

    function seatsAgainst(uint256 word) internal pure returns (uint256) {
        return word.get(56, 24);
    }

    function lane(uint256 word) internal pure returns (uint256) {
        return word.get(80, 12);
    }

    function author(uint256 word) internal pure returns (uint256) {
        return word.get(92, 24);
    }

    function isLarge(uint256 word) internal pure returns (bool) {
        return word.get(116, 1) == 1;
    }

    /// @notice What `votes` votes cost, in voice credits: their square, and nothing for a bare side.
    function costOf(int256 votes) internal pure returns (uint256) {
        return votes == FOR || votes == AGAINST ? 0 : uint256(votes * votes);
    }

    /// @notice The word after one seat's ballot on the option changed from `old` to `votes` (0 is no ballot).
    function recount(uint256 word, int256 old, int256 votes) internal pure returns (uint256) {
        int256 net_ = net(word) - _weight(old) + _weight(votes);
        uint256 for_ = seatsFor(word) + (votes > 0 ? 1 : 0) - (old > 0 ? 1 : 0);
        uint256 against_ = seatsAgainst(word) + (votes < 0 ? 1 : 0) - (old < 0 ? 1 : 0);
        // No field can overflow: a seat counts once, and 2^24 seats of 126 votes stay below 2^31.
        return ((word >> 80) << 80) | (against_ << 56) | (for_ << 32) | uint32(int32(net_));
    }

    /// @notice An option stands when its net is positive, its seats for reach `quorum`, and, if large, outnumber those against.
    function stands(uint256 word, uint256 quorum, bool large_) internal pure returns (bool) {
        uint256 for_ = seatsFor(word);
        return net(word) > 0 && for_ >= quorum && (!large_ || for_ > seatsAgainst(word));
    }

    function _weight(int256 votes) private pure returns (int256) {
        return votes == FOR || votes == AGAINST ? int256(0) : votes;
    }
}
