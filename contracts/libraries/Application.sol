// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bits} from "./Bits.sol";

/// @dev An application for a seat, in one word. Low to high: how often this applicant has applied 16 | charter version 16 |
/// sponsors needed 8, given 8 | open 1 | (64) up to 5 sponsors' seats of 24 bits.
type Application is uint256;

using ApplicationFields for Application global;

library ApplicationFields {
    using Bits for uint256;

    function count(Application self) internal pure returns (uint256) {
        return Application.unwrap(self).get(0, 16);
    }

    function needed(Application self) internal pure returns (uint256) {
        return Application.unwrap(self).get(32, 8);
    }

    function given(Application self) internal pure returns (uint256) {
        return Application.unwrap(self).get(40, 8);
    }

    function isFiled(Application self) internal pure returns (bool) {
        return Application.unwrap(self).get(48, 1) == 1;
    }

    /// @notice Filed, and under the charter that holds now.
    function isOpen(Application self, uint256 charterVersion) internal pure returns (bool) {
        return isFiled(self) && Application.unwrap(self).get(16, 16) == charterVersion;
    }

    function sponsor(Application self, uint256 place) internal pure returns (uint256) {
        return Application.unwrap(self).get(64 + 24 * place, 24);
    }

    /// @notice The next application of the same applicant.
    function next(Application self, uint256 charterVersion, uint256 needed_) internal pure returns (Application) {
        uint256 word = uint256(0).set(0, 16, count(self) + 1);
        return Application.wrap(word.set(16, 16, charterVersion).set(32, 8, needed_).set(48, 1, 1));
    }

    function withSponsor(Application self, uint256 seat) internal pure returns (Application) {
        uint256 place = given(self);
        return Application.wrap(Application.unwrap(self).set(64 + 24 * place, 24, seat).set(40, 8, place + 1));
    }

    function closed(Application self) internal pure returns (Application) {
        return Application.wrap(count(self));
    }
}
