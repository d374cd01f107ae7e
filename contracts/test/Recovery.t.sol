// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {deploy} from "./House.sol";
import {Test} from "./Test.sol";
import {FundRecoveries} from "./actors/FundRecoveries.sol";
import {Recoveries} from "./actors/Recoveries.sol";
import {SeatRecoveries} from "./actors/SeatRecoveries.sol";

/// @notice `recovery_waits`: nothing moves before the delay is over, against a veto, or without enough guardians, and
/// meanwhile nothing is paid out. Each kind of subject that can be recovered runs it with its own actor.
abstract contract RecoveryWaits is Test {
    Recoveries internal actor;

    function _target(Recoveries actor_, bytes4 more) internal {
        actor = actor_;
        targetContract(address(actor_));
        bytes4[11] memory usual = [
            Recoveries.setGuardians.selector,
            Recoveries.start.selector,
            Recoveries.start.selector,
            Recoveries.start.selector,
            Recoveries.veto.selector,
            Recoveries.finish.selector,
            Recoveries.finish.selector,
            Recoveries.takeOut.selector,
            Recoveries.takeOut.selector,
            Recoveries.moveOtherwise.selector,
            Recoveries.wait.selector
        ];
        bytes4[] memory selectors = new bytes4[](12);
        for (uint256 i = 0; i < 11; ++i) {
            selectors[i] = usual[i];
        }
        selectors[11] = more;
        targetSelector(address(actor_), selectors);
    }

    function _recovery_waits() internal view {
        assertEq(actor.startedWrongly(), 0, "started against the rules");
        assertEq(actor.vetoedWrongly(), 0, "vetoed against the rules");
        assertEq(actor.finishedWrongly(), 0, "finished against the rules");
        assertEq(actor.setWrongly(), 0, "guardians were set against the rules");
        assertEq(actor.paidWhileHeld(), 0, "paid out while a recovery ran");
    }

    /// @dev An actor whose every call is refused proves nothing.
    function _everything_happens() internal {
        for (uint256 i = 0; i < 1200; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            uint256 kind = seed % 10;
            seed >>= 8;
            if (kind == 0) actor.setGuardians(seed, seed >> 64, 3 days + seed % 27 days, false);
            else if (kind < 4) actor.start(seed, seed >> 64, seed % 2 == 0);
            else if (kind == 4) actor.veto(seed - seed % 6);
            else if (kind == 5) actor.finish(seed);
            else if (kind == 6) actor.takeOut(seed);
            else if (kind == 7 && seed % 5 == 0) actor.moveOtherwise(0);
            else actor.wait(seed);
        }
        assertGt(actor.starts(), 10, "starts");
        assertGt(actor.vetoes(), 2, "vetoes");
        assertGt(actor.finishes(), 2, "finishes");
        assertGt(actor.lapses(), 0, "lapses");
        assertGt(actor.takenOut(), 10, "taken out");
        assertGt(actor.heldBack(), 5, "held back");
        assertGt(actor.otherMoves(), 2, "other moves");
        _recovery_waits();
    }
}

/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: audit.invariant.fail-on-revert = true
contract SeatRecoveryWaitsTest is RecoveryWaits {
    SeatRecoveries private seat;

    function setUp() external {
        seat = SeatRecoveries(deploy("SeatRecoveries", ""));
        _target(seat, SeatRecoveries.leave.selector);
    }

    function invariant_recovery_waits() external view {
        _recovery_waits();
        assertEq(seat.wrongShares(), 0, "an exit gave something else than its share");
        assertEq(seat.wrongCollects(), 0, "what is owed was paid wrongly");
        assertEq(seat.leftWrongly(), 0, "left while a recovery ran, or could not leave otherwise");
        seat.check();
    }

    function test_everything_happens() external {
        _everything_happens();
    }
}

/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: audit.invariant.fail-on-revert = true
contract FundRecoveryWaitsTest is RecoveryWaits {
    FundRecoveries private fund;

    function setUp() external {
        fund = FundRecoveries(deploy("FundRecoveries", ""));
        _target(fund, FundRecoveries.divert.selector);
    }

    function invariant_recovery_waits() external view {
        _recovery_waits();
        assertEq(fund.drawnWrongly(), 0, "drawn while a recovery ran, or could not be drawn from otherwise");
        assertEq(fund.movedWrongly(), 0, "handed over or diverted while a recovery ran, or could not be otherwise");
        fund.check();
    }

    function test_everything_happens() external {
        _everything_happens();
    }
}
