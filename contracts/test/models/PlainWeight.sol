// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationWords} from "../../interfaces/IFederationWords.sol";

/// @notice The weight rules of a federation, reckoned from the list of members each time, in the words of the rules.
library PlainWeight {
    struct Member {
        uint256 people;
        bool sits;
        bool live;
        uint256 for_;
        uint256 against;
        int256 decision;
    }

    struct Sums {
        uint256 all;
        uint256 live;
        uint256 squares;
        uint256 for_;
        uint256 against;
        // Seats for, less those against.
        int256 seats;
    }

    /// @notice The root, by trying: the greatest number whose square is no more.
    function root(uint256 value) internal pure returns (uint256 low) {
        uint256 high = value + 1;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (middle <= value / middle) low = middle;
            else high = middle;
        }
    }

    function weightOf(IFederationWords.Count count, uint256 people) internal pure returns (uint256) {
        if (count == IFederationWords.Count.Seats) return 1;
        if (count == IFederationWords.Count.People || count == IFederationWords.Count.Double) return people;
        return root(people * 1_000_000);
    }

    function passes(IFederationWords.Count count, Member[] memory list, uint256 quorumBps, bool large)
        internal
        pure
        returns (bool)
    {
        Sums memory sum = _sums(count, list);
        // Nothing is enacted with less than half of the enrolled weight live.
        if (sum.all == 0 || 2 * sum.live < sum.all) return false;
        if (large && sum.seats <= 0) return false;
        if (count == IFederationWords.Count.Penrose) return 2 * sum.for_ > sum.all;
        if (count == IFederationWords.Count.PenroseQuota) {
            uint256 twice = sum.all + root(sum.squares);
            return sum.for_ >= twice / 2 + twice % 2;
        }
        if (count == IFederationWords.Count.Double && sum.seats <= 0) return false;
        uint256 least = quorumBps * sum.live / 10_000;
        if (least * 10_000 < quorumBps * sum.live) least += 1;
        return sum.for_ > sum.against && sum.for_ >= least;
    }

    function _sums(IFederationWords.Count count, Member[] memory list) private pure returns (Sums memory sum) {
        bool byPeople = count == IFederationWords.Count.People || count == IFederationWords.Count.Double;
        for (uint256 i = 0; i < list.length; ++i) {
            Member memory m = list[i];
            if (!m.sits) continue;
            uint256 weight = weightOf(count, m.people);
            sum.all += weight;
            sum.squares += weight * weight;
            if (m.live) sum.live += weight;
            sum.for_ += byPeople ? m.for_ : m.decision > 0 ? weight : 0;
            sum.against += byPeople ? m.against : m.decision < 0 ? weight : 0;
            if (m.decision > 0) sum.seats += 1;
            if (m.decision < 0) sum.seats -= 1;
        }
    }
}
