// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMembership} from "../interfaces/IMembership.sol";
import {Bits} from "./Bits.sol";

/// @dev What joining and expelling look at, in one word. Low to high: founded 32 (unix seconds) | founding block 40 |
/// founders 8 | charter version 16 | day 16 (since the founding) | seated by sponsors 16, admitted by option 16, expelled 16
/// (that day) | sponsors 8 | window 24 (seconds) | objection 16 (bps) | daily count 16 | daily share 16 (bps).
type Roll is uint256;

using RollFields for Roll global;

library RollFields {
    using Bits for uint256;

    function founded(Roll self) internal pure returns (uint256) {
        return Roll.unwrap(self).get(0, 32);
    }

    function foundedBlock(Roll self) internal pure returns (uint256) {
        return Roll.unwrap(self).get(32, 40);
    }

    function founders(Roll self) internal pure returns (uint256) {
        return Roll.unwrap(self).get(72, 8);
    }

    function charterVersion(Roll self) internal pure returns (uint256) {
        return Roll.unwrap(self).get(80, 16);
    }

    function day(Roll self) internal pure returns (uint256) {
        return Roll.unwrap(self).get(96, 16);
    }

    /// @notice Seats moved that day: `way` 0 seated by sponsors or on an open roll, 1 admitted by option, 2 expelled.
    function moved(Roll self, uint256 way) internal pure returns (uint256) {
        return Roll.unwrap(self).get(112 + 16 * way, 16);
    }

    function sponsors(Roll self) internal pure returns (uint256) {
        return Roll.unwrap(self).get(160, 8);
    }

    function window(Roll self) internal pure returns (uint256) {
        return Roll.unwrap(self).get(168, 24);
    }

    function objectionBps(Roll self) internal pure returns (uint256) {
        return Roll.unwrap(self).get(192, 16);
    }

    function dailyCount(Roll self) internal pure returns (uint256) {
        return Roll.unwrap(self).get(208, 16);
    }

    function dailyBps(Roll self) internal pure returns (uint256) {
        return Roll.unwrap(self).get(224, 16);
    }

    function isOpenRoll(Roll self) internal pure returns (bool) {
        return sponsors(self) + window(self) == 0;
    }

    function create(uint256 time, uint256 blockNumber, uint256 founders_) internal pure returns (Roll) {
        return Roll.wrap(time | (blockNumber << 32) | (founders_ << 72) | (1 << 80));
    }

    /// @notice The roll on the day of `time`: a new day has moved nobody yet.
    function asOf(Roll self, uint256 time) internal pure returns (Roll) {
        uint256 today = (time - founded(self)) / 1 days;
        if (today == day(self)) return self;
        return Roll.wrap(Roll.unwrap(self).set(96, 64, today));
    }

    function withMove(Roll self, uint256 way) internal pure returns (Roll) {
        return Roll.wrap(Roll.unwrap(self).set(112 + 16 * way, 16, moved(self, way) + 1));
    }

    function withCharter(Roll self) internal pure returns (Roll) {
        return Roll.wrap(Roll.unwrap(self).set(80, 16, charterVersion(self) + 1));
    }

    /// @dev Every field has been held to its bounds before.
    function withAdmission(Roll self, IMembership.Admission calldata a) internal pure returns (Roll) {
        uint256 packed = a.sponsors | (a.window << 8) | (a.objectionBps << 32) | (a.dailyCount << 48) | (a.dailyBps << 64);
        return Roll.wrap(Roll.unwrap(self).set(160, 80, packed));
    }
}
