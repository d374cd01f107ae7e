// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bits} from "./Bits.sol";

/// @dev What has been told of a motion, in one word: in its own weight, in people, and in seats. Low to high: weight for 64,
/// against 64 | people for 40, against 40 | seats for 16, against 16. All are added and taken away at once.
type Gathered is uint256;

using GatheredFields for Gathered global;

library GatheredFields {
    using Bits for uint256;

    /// @dev The bit above each field, where what does not fit would go.
    uint256 private constant SEAMS = 1 << 64 | 1 << 128 | 1 << 168 | 1 << 208 | 1 << 224 | 1 << 240;

    /// @notice What one member adds: its weight and people on both sides, and the one that it takes as a bloc.
    function told(uint256 weightFor_, uint256 weightAgainst_, uint256 for_, uint256 against, int256 decision)
        internal
        pure
        returns (Gathered)
    {
        uint256 word = uint256(0).set(0, 64, weightFor_).set(64, 64, weightAgainst_);
        word = word.set(128, 40, for_).set(168, 40, against);
        return Gathered.wrap(word | (decision > 0 ? 1 << 208 : decision < 0 ? 1 << 224 : 0));
    }

    function weightFor(Gathered self) internal pure returns (uint256) {
        return Gathered.unwrap(self).get(0, 64);
    }

    function weightAgainst(Gathered self) internal pure returns (uint256) {
        return Gathered.unwrap(self).get(64, 64);
    }

    function peopleFor(Gathered self) internal pure returns (uint256) {
        return Gathered.unwrap(self).get(128, 40);
    }

    function peopleAgainst(Gathered self) internal pure returns (uint256) {
        return Gathered.unwrap(self).get(168, 40);
    }

    function seatsFor(Gathered self) internal pure returns (uint256) {
        return Gathered.unwrap(self).get(208, 16);
    }

    function seatsAgainst(Gathered self) internal pure returns (uint256) {
        return Gathered.unwrap(self).get(224, 16);
    }

    function plus(Gathered self, Gathered part) internal pure returns (Gathered) {
        (uint256 a, uint256 b) = (Gathered.unwrap(self), Gathered.unwrap(part));
        return _whole(a, b, a + b);
    }

    function minus(Gathered self, Gathered part) internal pure returns (Gathered) {
        (uint256 a, uint256 b) = (Gathered.unwrap(self), Gathered.unwrap(part));
        return _whole(a, b, a - b);
    }

    /// @notice The same with the sides exchanged.
    function turned(Gathered self) internal pure returns (Gathered) {
        uint256 word = uint256(0).set(0, 64, weightAgainst(self)).set(64, 64, weightFor(self));
        word = word.set(128, 40, peopleAgainst(self)).set(168, 40, peopleFor(self));
        return Gathered.wrap(word.set(208, 16, seatsAgainst(self)).set(224, 16, seatsFor(self)));
    }

    /// @dev A bit of a sum (or a difference) that is not the two bits' own came over from the field below.
    function _whole(uint256 a, uint256 b, uint256 result) private pure returns (Gathered) {
        assert((a ^ b ^ result) & SEAMS == 0);
        return Gathered.wrap(result);
    }
}
