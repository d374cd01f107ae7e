// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "../interfaces/IGovernor.sol";
import {Bits} from "./Bits.sol";

/// @dev A numbered set of the rules of deciding, in one word. Low to high: deliberation 24 | voting 24 | timelock 24 |
/// large delay 24 | grace 24 (seconds) | quorum 16 | large 16 (bps) | options a season 8 | open proposals 8.
type Rules is uint256;

using RulesFields for Rules global;

library RulesFields {
    using Bits for uint256;

    function deliberation(Rules self) internal pure returns (uint256) {
        return Rules.unwrap(self).get(0, 24);
    }

    function voting(Rules self) internal pure returns (uint256) {
        return Rules.unwrap(self).get(24, 24);
    }

    function timelock(Rules self) internal pure returns (uint256) {
        return Rules.unwrap(self).get(48, 24);
    }

    function largeDelay(Rules self) internal pure returns (uint256) {
        return Rules.unwrap(self).get(72, 24);
    }

    function grace(Rules self) internal pure returns (uint256) {
        return Rules.unwrap(self).get(96, 24);
    }

    function quorumBps(Rules self) internal pure returns (uint256) {
        return Rules.unwrap(self).get(120, 16);
    }

    function largeBps(Rules self) internal pure returns (uint256) {
        return Rules.unwrap(self).get(136, 16);
    }

    function optionsPerSeason(Rules self) internal pure returns (uint256) {
        return Rules.unwrap(self).get(152, 8);
    }

    function openProposals(Rules self) internal pure returns (uint256) {
        return Rules.unwrap(self).get(160, 8);
    }

    /// @dev Every field has been held to its bounds before.
    function pack(IGovernor.Voting calldata v) internal pure returns (Rules) {
        return Rules.wrap(
            v.deliberation | (v.voting << 24) | (v.timelock << 48) | (v.largeDelay << 72) | (v.grace << 96)
                | (v.quorumBps << 120) | (v.largeBps << 136) | (v.optionsPerSeason << 152) | (v.openProposals << 160)
        );
    }

    function unpack(Rules self) internal pure returns (IGovernor.Voting memory) {
        return IGovernor.Voting(
            deliberation(self),
            voting(self),
            timelock(self),
            largeDelay(self),
            grace(self),
            quorumBps(self),
            largeBps(self),
            optionsPerSeason(self),
            openProposals(self)
        );
    }
}
