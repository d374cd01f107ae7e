// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {Gathered, GatheredFields} from "./Gathered.sol";

/// @notice What all members that sit weigh together, by each way of counting.
struct Totals {
    uint16 seats;
    uint16 liveSeats;
    uint40 people;
    uint40 livePeople;
    uint64 penrose;
    uint64 livePenrose;
    uint96 squares;
    uint96 liveSquares;
}

/// @title The weight rules of a federation
library Weight {
    using Weight for IFederationWords.Count;

    /// @notice The most people that count of one member: a member's part of a motion is kept in 24 bits.
    uint256 internal constant MOST_PEOPLE = type(uint24).max;

    /// @notice Penrose's square root, with three decimals: isqrt(people * 10^6). L. S. Penrose, J. R. Statist. Soc. 109, 1946.
    function penrose(uint256 people) internal pure returns (uint256) {
        return Math.sqrt(people * 1e6);
    }

    /// @notice What a member of `people` weighs in a motion counted by `count`.
    function weigh(IFederationWords.Count count, uint256 people) internal pure returns (uint256) {
        if (count == IFederationWords.Count.Seats) return 1;
        return count.isPenrose() ? penrose(people) : people;
    }

    function isPenrose(IFederationWords.Count count) internal pure returns (bool) {
        return count == IFederationWords.Count.Penrose || count == IFederationWords.Count.PenroseQuota;
    }

    /// @notice People for and against, brought down to the roll when they exceed it: both by floor.
    function within(uint256 for_, uint256 against, uint256 roll) internal pure returns (uint256, uint256) {
        uint256 sum = for_ + against;
        return sum <= roll ? (for_, against) : (for_ * roll / sum, against * roll / sum);
    }

    /// @notice What a member's result adds to a motion.
    function part(IFederationWords.Count count, uint256 for_, uint256 against, int256 decision, uint256 roll)
        internal
        pure
        returns (Gathered)
    {
        (uint256 weightFor, uint256 weightAgainst) = (for_, against);
        if (count != IFederationWords.Count.People && count != IFederationWords.Count.Double) {
            uint256 weight = count.weigh(roll);
            (weightFor, weightAgainst) = (decision > 0 ? weight : 0, decision < 0 ? weight : 0);
        }
        return GatheredFields.told(weightFor, weightAgainst, for_, against, decision);
    }

    /// @notice The totals with a member of `people` more (or, when `away`, less).
    function with(Totals memory t, uint256 people, bool live, bool away) internal pure returns (Totals memory) {
        uint256 w = penrose(people);
        t.seats = uint16(_moved(t.seats, 1, away));
        t.people = uint40(_moved(t.people, people, away));
        t.penrose = uint64(_moved(t.penrose, w, away));
        t.squares = uint96(_moved(t.squares, w * w, away));
        if (live) {
            t.liveSeats = uint16(_moved(t.liveSeats, 1, away));
            t.livePeople = uint40(_moved(t.livePeople, people, away));
            t.livePenrose = uint64(_moved(t.livePenrose, w, away));
            t.liveSquares = uint96(_moved(t.liveSquares, w * w, away));
        }
        return t;
    }

    /// @notice The weight of all that sit, and of those heard from.
    function totals(IFederationWords.Count count, Totals memory t) internal pure returns (uint256 enrolled, uint256 live) {
        if (count == IFederationWords.Count.Seats) return (t.seats, t.liveSeats);
        return count.isPenrose() ? (t.penrose, t.livePenrose) : (t.people, t.livePeople);
    }

    /// @notice Whether a motion passes. The outcome of a collective's proposal under another weight: net = for - against,
    /// a quorum of the weight heard from, and for large ones more seats for than against. Penrose's majority replaces net
    /// and quorum. Nothing passes while less than half of the enrolled weight is heard from.
    function passes(IFederationWords.Count count, Gathered g, Totals memory t, uint256 quorumBps, bool large)
        internal
        pure
        returns (bool)
    {
        (uint256 enrolled, uint256 live) = count.totals(t);
        if (enrolled == 0 || live * 2 < enrolled) return false;
        if (large && g.seatsFor() <= g.seatsAgainst()) return false;
        if (count == IFederationWords.Count.Penrose) return g.weightFor() * 2 > enrolled;
        if (count == IFederationWords.Count.PenroseQuota) return g.weightFor() >= quota(enrolled, t.squares);
        if (count == IFederationWords.Count.Double && g.seatsFor() <= g.seatsAgainst()) return false;
        return g.weightFor() > g.weightAgainst() && g.weightFor() >= Math.ceilDiv(quorumBps * live, 10_000);
    }

    /// @notice ceil((sum + isqrt(sum of squares)) / 2). Słomczyński and Życzkowski, Acta Physica Polonica B 37, 2006.
    function quota(uint256 sum, uint256 squares) internal pure returns (uint256) {
        return Math.ceilDiv(sum + Math.sqrt(squares), 2);
    }

    /// @notice Two thirds of `seats`, rounded up.
    function twoThirds(uint256 seats) internal pure returns (uint256) {
        return Math.ceilDiv(2 * seats, 3);
    }

    function _moved(uint256 sum, uint256 by, bool away) private pure returns (uint256) {
        // Whatever went wrong: nobody is kept for want of a number.
        return away ? sum - Math.min(sum, by) : sum + by;
    }
}
