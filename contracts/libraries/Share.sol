// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bits} from "./Bits.sol";

/// @dev All that a draw reads of a commitment, in one word. Low to high: receiver 160 | bps 16 | until 40 (unix seconds, 0: not
/// ended) | offer 40.
type Share is uint256;

using ShareFields for Share global;

library ShareFields {
    using Bits for uint256;

    function create(address receiver_, uint256 bps_, uint256 offer_) internal pure returns (Share) {
        return Share.wrap(uint256(uint160(receiver_)).set(160, 16, bps_).set(216, 40, offer_));
    }

    function receiver(Share self) internal pure returns (address) {
        return address(uint160(Share.unwrap(self)));
    }

    function bps(Share self) internal pure returns (uint256) {
        return Share.unwrap(self).get(160, 16);
    }

    function until(Share self) internal pure returns (uint256) {
        return Share.unwrap(self).get(176, 40);
    }

    function offer(Share self) internal pure returns (uint256) {
        return Share.unwrap(self) >> 216;
    }

    function withUntil(Share self, uint256 time) internal pure returns (Share) {
        return Share.wrap(Share.unwrap(self).set(176, 40, time));
    }

    /// @notice Whether the commitment was ended and its notice has run.
    function isOver(Share self) internal view returns (bool) {
        // From 0, which is never over, it wraps to the end of time.
        unchecked {
            return block.timestamp > until(self) - 1;
        }
    }
}

/// @title What the commitments get of a draw, as the event tells it
/// @dev 16 bytes for each: its slot in the first, its amount in the rest. Written and read by hand: two words for each in a
/// list of Solidity's own would make a draw with four commitments cost 1,500 gas more.
library Parts {
    uint256 private constant SIZE = 16;

    function create(uint256 most) internal pure returns (bytes memory) {
        // Each is written as a whole word, the last one too.
        return new bytes((most + 1) * SIZE);
    }

    /// @notice Write the part at `place`, which lies within what was created. The amount is within 120 bits.
    function put(bytes memory self, uint256 place, uint256 slot, uint256 amount) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(self, 32), mul(place, 16)), shl(128, or(shl(120, slot), amount)))
        }
    }

    /// @notice Keep the first `parts` of them.
    function cut(bytes memory self, uint256 parts) internal pure {
        assembly ("memory-safe") {
            mstore(self, mul(parts, 16))
        }
    }

    function count(bytes memory self) internal pure returns (uint256) {
        return self.length / SIZE;
    }

    /// @notice The part at `place`, which is below the count.
    function get(bytes memory self, uint256 place) internal pure returns (uint256 slot, uint256 amount) {
        uint256 word;
        assembly ("memory-safe") {
            word := shr(128, mload(add(add(self, 32), mul(place, 16))))
        }
        return (word >> 120, word & type(uint120).max);
    }
}
