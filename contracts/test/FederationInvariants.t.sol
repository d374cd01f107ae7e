// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBooks} from "../interfaces/IBooks.sol";
import {IFederationTallies} from "../interfaces/IFederationTallies.sol";
import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {IPurse} from "../interfaces/IPurse.sol";
import {TestCoin} from "../TestCoin.sol";
import {deploy} from "./House.sol";
import {Test} from "./Test.sol";
import {VM} from "./Vm.sol";
import {Envoys} from "./actors/Envoys.sol";

/// @notice What holds of a federation whatever its members and the gateway between them do, in whatever order.
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: audit.invariant.fail-on-revert = true
contract FederationInvariantsTest is Test {
    Envoys private envoys;
    IPurse[2] private purses;
    IFederationTallies private house;
    TestCoin private token;

    function setUp() external {
        envoys = Envoys(deploy("Envoys", ""));
        (purses[0], purses[1]) = envoys.purses();
        house = envoys.house();
        token = TestCoin(envoys.coin());
        bytes4[24] memory one = [
            Envoys.earn.selector,
            Envoys.give.selector,
            Envoys.bubble.selector,
            Envoys.payAtHome.selector,
            Envoys.quit.selector,
            Envoys.join.selector,
            Envoys.invite.selector,
            Envoys.grow.selector,
            Envoys.open.selector,
            Envoys.poll.selector,
            Envoys.poll.selector,
            Envoys.tell.selector,
            Envoys.tell.selector,
            Envoys.deliver.selector,
            Envoys.deliver.selector,
            Envoys.markSilent.selector,
            Envoys.wait_.selector,
            Envoys.sendSeat.selector,
            Envoys.forgeVote.selector,
            Envoys.forgeSeat.selector,
            Envoys.forgePay.selector,
            Envoys.forgeCeiling.selector,
            Envoys.carryOut.selector,
            Envoys.veto.selector
        ];
        bytes4[] memory selectors = new bytes4[](25);
        for (uint256 i = 0; i < 24; ++i) {
            selectors[i] = one[i];
        }
        selectors[24] = Envoys.tellGone.selector;
        targetContract(address(envoys));
        targetSelector(address(envoys), selectors);
    }

    function invariant_levies_conserve() external view {
        for (uint256 i = 0; i < 2; ++i) {
            assertEq(token.balanceOf(address(purses[i])), envoys.cameIn(i) - envoys.wentOut(i));
            (, uint256 all) = purses[i].leviesOf(address(0), address(token));
            assertEq(all, envoys.allOwn(i));
        }
        for (uint256 c = 0; c < envoys.CLUBS(); ++c) {
            (uint256 own,) = purses[c < 3 ? 0 : 1].leviesOf(envoys.treasuryOf(c), address(token));
            assertEq(own, envoys.own(c));
        }
        assertEq(envoys.leviesWrong(), 0);
        assertEq(envoys.sharesWrong(), 0);
    }

    function invariant_a_note_counts_once() external view {
        for (uint256 m = 0; m < envoys.motionCount(); ++m) {
            bytes32 motion = envoys.motions(m);
            IFederationWords.MotionView memory v = house.motionOf(motion);
            uint256[4] memory sums;
            for (uint256 s = 1; s <= 5; ++s) {
                if (!envoys.hasSaid(motion, s)) continue;
                (uint256 for_, uint256 against, int256 decision) = envoys.said(motion, s);
                assertLe(for_ + against, envoys.rollOf(motion, s));
                sums[0] += for_;
                sums[1] += against;
                if (decision > 0) sums[2] += 1;
                if (decision < 0) sums[3] += 1;
            }
            assertEq(v.peopleFor, sums[0]);
            assertEq(v.weightFor, sums[0]);
            assertEq(v.peopleAgainst, sums[1]);
            assertEq(v.seatsFor, sums[2]);
            assertEq(v.seatsAgainst, sums[3]);
        }
    }

    function invariant_weight_fixed_at_opening() external view {
        for (uint256 m = 0; m < envoys.motionCount(); ++m) {
            bytes32 motion = envoys.motions(m);
            IFederationWords.MotionView memory v = house.motionOf(motion);
            uint256[3] memory sums;
            for (uint256 s = 1; s <= 5; ++s) {
                if (!envoys.satThen(motion, s)) continue;
                sums[0] += envoys.rollOf(motion, s);
                if (envoys.liveThen(motion, s)) sums[1] += envoys.rollOf(motion, s);
                sums[2] += 1;
            }
            assertEq(v.enrolled, sums[0]);
            assertEq(v.live, sums[1]);
            assertEq(v.enrolledSeats, sums[2]);
        }
    }

    function invariant_nothing_from_a_malicious_gateway_beyond_the_bucket() external view {
        assertEq(envoys.beyondTheBucket(), 0);
        assertEq(envoys.tooEarly(), 0);
        assertLe(token.balanceOf(envoys.thief()), envoys.wentOut(1));
        for (uint256 c = 0; c < envoys.CLUBS(); ++c) {
            assertEq(token.balanceOf(envoys.treasuryOf(c)), envoys.treasuryHas(c));
        }
    }

    function invariant_leaving_needs_no_message() external view {
        assertEq(envoys.leavingsBlocked(), 0);
        assertEq(envoys.leavingsThatSent(), 0);
    }

    function invariant_treasury_is_solvent() external view {
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 t = 0; t < 2; ++t) {
                address one = t == 0 ? address(0) : address(token);
                IBooks.Book memory book = purses[i].bookOf(one);
                uint256 balance = t == 0 ? address(purses[i]).balance : token.balanceOf(address(purses[i]));
                assertGe(balance, book.reserved);
                assertEq(book.free, balance - book.reserved);
            }
            assertEq(int256(token.balanceOf(address(purses[i]))), purses[i].bookOf(address(token)).seen);
        }
        assertEq(purses[0].bookOf(address(0)).reserved, purses[0].owedTo(address(0), address(envoys.refuser())));
    }
}
