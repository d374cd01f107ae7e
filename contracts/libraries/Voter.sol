// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bits} from "./Bits.sol";

/// @dev What a holder has said and has left, in one word. Low to high: 7 lanes of 24 bits | season 16 | voice credits left
/// 14 | seat 24 | own proposal open until 26 (unix minutes) | options put this season 5 | left 1 | delegated 1 (clear for now).
/// A lane is one option of the season: votes 8 | time 15 (2-minute steps since voting opened) | cast by oneself 1.
type Voter is uint256;

using VoterFields for Voter global;

library VoterFields {
    using Bits for uint256;

    uint256 internal constant LANES = 7;
    uint256 internal constant LANES_ON_A_PAGE = 10;

    function season(Voter self) internal pure returns (uint256) {
        return Voter.unwrap(self).get(168, 16);
    }

    function credits(Voter self) internal pure returns (uint256) {
        return Voter.unwrap(self).get(184, 14);
    }

    /// @notice The seat that this address holds or, once it has left, last held.
    function seat(Voter self) internal pure returns (uint256) {
        return Voter.unwrap(self).get(198, 24);
    }

    function openUntil(Voter self) internal pure returns (uint256) {
        return Voter.unwrap(self).get(222, 26) * 1 minutes;
    }

    function options(Voter self) internal pure returns (uint256) {
        return Voter.unwrap(self).get(248, 5);
    }

    function isMember(Voter self) internal pure returns (bool) {
        return seat(self) != 0 && Voter.unwrap(self).get(253, 1) == 0;
    }

    function withCredits(Voter self, uint256 left) internal pure returns (Voter) {
        return Voter.wrap(Voter.unwrap(self).set(184, 14, left));
    }

    /// @notice The word with a seat taken: what was spent this season stays spent.
    function seated(Voter self, uint256 seat_) internal pure returns (Voter) {
        return Voter.wrap(Voter.unwrap(self).set(198, 24, seat_).set(253, 1, 0));
    }

    function unseated(Voter self) internal pure returns (Voter) {
        return Voter.wrap(Voter.unwrap(self).set(253, 1, 1));
    }

    function withOpenUntil(Voter self, uint256 time) internal pure returns (Voter) {
        return Voter.wrap(Voter.unwrap(self).set(222, 26, minutesUp(time)));
    }

    function withOption(Voter self) internal pure returns (Voter) {
        return Voter.wrap(Voter.unwrap(self).set(248, 5, options(self) + 1));
    }

    /// @notice The word at the start of a season: lanes empty, all `credits_` there, no option put.
    function fresh(Voter self, uint256 season_, uint256 credits_) internal pure returns (Voter) {
        uint256 kept = (Voter.unwrap(self) >> 198 << 198).set(248, 5, 0);
        return Voter.wrap(kept.set(168, 16, season_).set(184, 14, credits_));
    }

    /// @notice A time rounded up to the next whole minute, in unix minutes.
    function minutesUp(uint256 time) internal pure returns (uint256) {
        return (time + 1 minutes - 1) / 1 minutes;
    }
}

/// @title Lanes of the voter word and of its further pages
/// @dev A page: 10 lanes of 24 bits | season 16.
library Lanes {
    using Bits for uint256;

    function votesAt(uint256 word, uint256 lane) internal pure returns (int256) {
        return int8(uint8(word >> (lane * 24)));
    }

    function withBallot(uint256 word, uint256 lane, int256 votes, uint256 step) internal pure returns (uint256) {
        uint256 ballot = uint256(uint8(int8(votes))) | (step << 8) | (1 << 23);
        return word.set(lane * 24, 24, ballot);
    }

    function pageSeason(uint256 page) internal pure returns (uint256) {
        return page >> 240;
    }

    function freshPage(uint256 season) internal pure returns (uint256) {
        return season << 240;
    }
}
