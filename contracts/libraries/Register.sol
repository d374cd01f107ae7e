// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bits} from "./Bits.sol";
import {Rules} from "./Rules.sol";

/// @dev What the whole collective counts, in one word. Low to high: proposals 22 | last seat 22 | seats 22 |
/// parameter set 12 | season 16 | its start 32 (unix seconds) | its days 12 | its credits 14 | days from the next season on 12 |
/// credits from then on 14 | lanes taken this season 12 | lanes taken in the next 12; then what opening a proposal needs of
/// the parameter set, so that it reads one word less: deliberation 16 | voting 16 (minutes) | quorum 14 (bps) |
/// options a season 5 | open proposals 1.
type Register is uint256;

using RegisterFields for Register global;

library RegisterFields {
    using Bits for uint256;

    uint256 internal constant MAX_LANES = 4095;

    /// @notice All lanes of season `season` are taken: at most 4,095 options are put to the vote in one.
    error SeasonIsFull(uint256 season);

    function proposals(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(0, 22);
    }

    function lastSeat(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(22, 22);
    }

    function seats(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(44, 22);
    }

    function set(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(66, 12);
    }

    function season(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(78, 16);
    }

    function start(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(94, 32);
    }

    function length(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(126, 12) * 1 days;
    }

    function credits(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(138, 14);
    }

    function nextDays(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(152, 12);
    }

    function nextCredits(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(164, 14);
    }

    function deliberation(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(202, 16) * 1 minutes;
    }

    function voting(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(218, 16) * 1 minutes;
    }

    function quorumBps(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(234, 14);
    }

    function optionsPerSeason(Register self) internal pure returns (uint256) {
        return Register.unwrap(self).get(248, 5);
    }

    function oneOpen(Register self) internal pure returns (bool) {
        return Register.unwrap(self).get(253, 1) == 1;
    }

    function end(Register self) internal pure returns (uint256) {
        return start(self) + length(self);
    }

    function founded(uint256 time, uint256 days_, uint256 credits_) internal pure returns (Register) {
        uint256 word = uint256(0).set(78, 16, 1).set(94, 32, time);
        return withNext(Register.wrap(word.set(126, 12, days_).set(138, 14, credits_)), days_, credits_);
    }

    /// @notice The register as it stands as of `time`: seasons that have ended since it was written are gone through.
    function asOf(Register self, uint256 time) internal pure returns (Register) {
        if (time < end(self)) return self;
        uint256 word = Register.unwrap(self);
        uint256 first = end(self);
        uint256 passed = (time - first) / (nextDays(self) * 1 days);
        uint256 lanes = passed == 0 ? word.get(190, 12) : 0;
        word = word.set(78, 16, season(self) + 1 + passed).set(94, 32, first + passed * nextDays(self) * 1 days);
        word = word.set(126, 12, nextDays(self)).set(138, 14, nextCredits(self));
        return Register.wrap(word.set(178, 12, lanes).set(190, 12, 0));
    }

    function withSeat(Register self) internal pure returns (Register) {
        return Register.wrap(Register.unwrap(self).set(22, 22, lastSeat(self) + 1).set(44, 22, seats(self) + 1));
    }

    function withoutSeat(Register self) internal pure returns (Register) {
        return Register.wrap(Register.unwrap(self).set(44, 22, seats(self) - 1));
    }

    function withProposal(Register self) internal pure returns (Register) {
        return Register.wrap(Register.unwrap(self).set(0, 22, proposals(self) + 1));
    }

    /// @notice The next parameter set holds from now on.
    function withSet(Register self, Rules rules) internal pure returns (Register) {
        uint256 word = Register.unwrap(self).set(66, 12, set(self) + 1);
        word = word.set(202, 16, rules.deliberation() / 1 minutes).set(218, 16, rules.voting() / 1 minutes);
        word = word.set(234, 14, rules.quorumBps()).set(248, 5, rules.optionsPerSeason());
        return Register.wrap(word.set(253, 1, rules.openProposals()));
    }

    /// @notice Days and credits that hold from the next season on.
    function withNext(Register self, uint256 days_, uint256 credits_) internal pure returns (Register) {
        return Register.wrap(Register.unwrap(self).set(152, 12, days_).set(164, 14, credits_));
    }

    /// @notice Take the next free lane of the season, or of the one that follows it.
    function withLane(Register self, bool next) internal pure returns (Register, uint256 lane) {
        uint256 at_ = next ? 190 : 178;
        lane = Register.unwrap(self).get(at_, 12);
        require(lane < MAX_LANES, SeasonIsFull(season(self) + (next ? 1 : 0)));
        return (Register.wrap(Register.unwrap(self).set(at_, 12, lane + 1)), lane);
    }
}
