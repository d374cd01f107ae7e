// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {Gathered, GatheredFields} from "../libraries/Gathered.sol";
import {Totals, Weight} from "../libraries/Weight.sol";
import {Test} from "./Test.sol";
import {PlainWeight} from "./models/PlainWeight.sol";

/// @notice The sums that a federation keeps against the list of members reckoned anew.
contract WeightTest is Test {
    using Weight for IFederationWords.Count;
    using Weight for Totals;

    function testFuzz_penrose_is_the_root_with_three_decimals(uint256 people) external pure {
        people = bound(people, 0, Weight.MOST_PEOPLE);
        assertEq(Weight.penrose(people), PlainWeight.root(people * 1e6));
    }

    function test_roots_by_hand() external pure {
        assertEq(Weight.penrose(0), 0);
        assertEq(Weight.penrose(1), 1000);
        assertEq(Weight.penrose(3), 1732);
        assertEq(Weight.penrose(100), 10_000);
        assertEq(Weight.twoThirds(3), 2);
        assertEq(Weight.twoThirds(4), 3);
        assertEq(Weight.twoThirds(5), 4);
        assertEq(Weight.quota(6613, 14_995_545), 5243);
    }

    /// @dev Never more people than the roll, both sides by floor, and as they came when they fit.
    function testFuzz_votes_come_down_to_the_roll(uint256 for_, uint256 against, uint256 roll) external pure {
        (for_, against) = (bound(for_, 0, type(uint32).max), bound(against, 0, type(uint32).max));
        roll = bound(roll, 0, Weight.MOST_PEOPLE);
        (uint256 f, uint256 a) = Weight.within(for_, against, roll);
        assertLe(f + a, roll);
        if (for_ + against <= roll) {
            assertEq(f, for_);
            assertEq(a, against);
        } else {
            assertEq(f, for_ * roll / (for_ + against));
            assertEq(a, against * roll / (for_ + against));
            assertGe(f + a + 1, roll, "at most one is lost");
        }
    }

    /// @dev Members come, vote, vote anew and go; what is kept says at each time what the list says.
    function testFuzz_sums_say_what_the_list_says(uint256 dice, uint256 quorumBps, uint256 kind, bool large)
        external
        pure
    {
        quorumBps = bound(quorumBps, 0, 10_000);
        IFederationWords.Count count = IFederationWords.Count(bound(kind, 1, 5));
        PlainWeight.Member[] memory list = new PlainWeight.Member[](6);
        Totals memory totals;
        Gathered gathered;
        for (uint256 step = 0; step < 18; ++step) {
            dice = uint256(keccak256(abi.encode(dice)));
            PlainWeight.Member memory m = list[dice % 6];
            uint256 way = (dice >> 8) % 4;
            if (!m.sits) {
                uint256 most = (dice >> 16) % 2 == 0 ? 50 : Weight.MOST_PEOPLE;
                (m.people, m.sits, m.live) = ((dice >> 32) % (most + 1), true, (dice >> 17) % 4 != 0);
                (m.for_, m.against, m.decision) = (0, 0, 0);
                totals = totals.with(m.people, m.live, false);
            } else if (way == 0) {
                totals = totals.with(m.people, m.live, true);
                gathered = gathered.minus(count.part(m.for_, m.against, m.decision, m.people));
                m.sits = false;
            } else {
                gathered = gathered.minus(count.part(m.for_, m.against, m.decision, m.people));
                uint256 for_ = (dice >> 64) % (2 * m.people + 1);
                uint256 against = (dice >> 96) % (m.people + 1);
                (m.for_, m.against) = Weight.within(for_, against, m.people);
                m.decision = int256((dice >> 128) % 3) - 1;
                gathered = gathered.plus(count.part(m.for_, m.against, m.decision, m.people));
            }
            assertEq(count.passes(gathered, totals, quorumBps, large), PlainWeight.passes(count, list, quorumBps, large));
            (uint256 all, uint256 live) = count.totals(totals);
            (uint256 sum, uint256 heard) = _sums(count, list);
            assertEq(all, sum);
            assertEq(live, heard);
        }
    }

    /// @dev As many as can sit, as large as they count: no sum overflows.
    function test_the_largest_federation_fits() external pure {
        Totals memory totals;
        uint256 most = Weight.MOST_PEOPLE;
        uint256 weight = Weight.penrose(most);
        (totals.seats, totals.liveSeats) = (65_534, 65_534);
        (totals.people, totals.livePeople) = (uint40(65_534 * most), uint40(65_534 * most));
        (totals.penrose, totals.livePenrose) = (uint64(65_534 * weight), uint64(65_534 * weight));
        (totals.squares, totals.liveSquares) = (uint96(65_534 * weight * weight), uint96(65_534 * weight * weight));
        totals = totals.with(most, true, false);
        assertEq(totals.people, 65_535 * most);
        assertEq(totals.squares, 65_535 * weight * weight);
        Gathered gathered = Gathered.wrap((65_534 * most) << 128 | uint256(65_534) << 208);
        gathered = gathered.plus(Weight.part(IFederationWords.Count.People, most, 0, 1, most));
        assertEq(gathered.peopleFor(), 65_535 * most);
        assertEq(gathered.seatsFor(), 65_535);
    }

    /// @dev All fields at once do what each would do alone: add up, be taken away, or refuse what does not fit.
    function testFuzz_a_word_is_counted_field_by_field(uint256 a, uint256 b) external view {
        (a, b) = (a >> 16, b >> 16);
        (uint256 sum, uint256 difference, bool fits, bool covers) = (0, 0, true, true);
        uint256 low = 0;
        uint8[6] memory widths = [64, 64, 40, 40, 16, 16];
        for (uint256 i = 0; i < 6; ++i) {
            uint256 most = (1 << widths[i]) - 1;
            (uint256 x, uint256 y) = ((a >> low) & most, (b >> low) & most);
            if (x + y > most) fits = false;
            else sum |= (x + y) << low;
            if (x < y) covers = false;
            else difference |= (x - y) << low;
            low += widths[i];
        }
        try this.plus(a, b) returns (uint256 counted) {
            assertTrue(fits);
            assertEq(counted, sum);
        } catch {
            assertFalse(fits);
        }
        try this.minus(a, b) returns (uint256 counted) {
            assertTrue(covers);
            assertEq(counted, difference);
        } catch {
            assertFalse(covers);
        }
    }

    function plus(uint256 a, uint256 b) external pure returns (uint256) {
        return Gathered.unwrap(Gathered.wrap(a).plus(Gathered.wrap(b)));
    }

    function minus(uint256 a, uint256 b) external pure returns (uint256) {
        return Gathered.unwrap(Gathered.wrap(a).minus(Gathered.wrap(b)));
    }

    function test_sides_are_turned_in_each_field() external pure {
        Gathered turned = GatheredFields.told(1, 2, 3, 4, 1).turned();
        assertEq(turned.weightFor(), 2);
        assertEq(turned.weightAgainst(), 1);
        assertEq(turned.peopleFor(), 4);
        assertEq(turned.peopleAgainst(), 3);
        assertEq(turned.seatsFor(), 0);
        assertEq(turned.seatsAgainst(), 1);
    }

    function _sums(IFederationWords.Count count, PlainWeight.Member[] memory list)
        private
        pure
        returns (uint256 all, uint256 live)
    {
        for (uint256 i = 0; i < list.length; ++i) {
            if (!list[i].sits) continue;
            uint256 weight = PlainWeight.weightOf(count, list[i].people);
            all += weight;
            if (list[i].live) live += weight;
        }
    }
}
