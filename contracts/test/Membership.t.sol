// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "../interfaces/ICollective.sol";
import {deploy} from "./House.sol";
import {Test} from "./Test.sol";
import {Applicants} from "./actors/Applicants.sol";

/// @notice What holds of the roll whatever people do, in whatever order.
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: audit.invariant.fail-on-revert = true
contract MembershipTest is Test {
    Applicants private applicants;
    ICollective private collective;

    function setUp() external {
        applicants = Applicants(deploy("Applicants", ""));
        collective = applicants.theCollective();
        targetContract(address(applicants));
        bytes4[] memory selectors = new bytes4[](19);
        selectors[0] = selectors[1] = Applicants.applyForSeat.selector;
        selectors[2] = Applicants.bring.selector;
        selectors[3] = Applicants.withdraw.selector;
        selectors[4] = selectors[5] = selectors[6] = selectors[7] = Applicants.vouch.selector;
        selectors[8] = selectors[9] = Applicants.object.selector;
        selectors[10] = selectors[11] = selectors[12] = Applicants.seatApplicant.selector;
        selectors[13] = Applicants.leave.selector;
        selectors[14] = Applicants.proposeAndVote.selector;
        selectors[15] = Applicants.admit.selector;
        selectors[16] = Applicants.expel.selector;
        selectors[17] = Applicants.wait.selector;
        selectors[18] = Applicants.changeCharter.selector;
        targetSelector(address(applicants), selectors);
    }

    function invariant_one_seat_per_address() external view {
        uint256 held;
        for (uint256 one = 0; one < applicants.PEOPLE(); ++one) {
            address account = applicants.people(one);
            uint256 seat = collective.seatOf(account);
            assertEq(seat, applicants.seat(one));
            assertEq(collective.isMember(account), seat != 0);
            if (seat == 0) continue;
            (address holder,) = collective.holderOf(seat);
            assertEq(holder, account);
            held += 1;
        }
        assertEq(held, collective.seats());
    }

    function invariant_roll_equals_joins_minus_leaves() external view {
        assertEq(collective.seats(), 5 + applicants.joins() - applicants.leaves());
        assertEq(collective.lastSeat(), 5 + applicants.joins());
        assertEq(applicants.seatedWrongly(), 0);
        assertEq(applicants.daysOverfull(), 0);
    }

    /// @dev Nor does it ever cost more than it may.
    function invariant_leaving_is_never_blocked() external view {
        assertEq(applicants.leavingBlocked(), 0);
        assertLt(applicants.mostGasToLeave(), 60_000);
    }

    /// @dev At the end of each run: every seat that was ever given has one holder or none.
    function afterInvariant() external view {
        uint256 held;
        for (uint256 seat = 1; seat <= collective.lastSeat(); ++seat) {
            (address holder, uint256 since) = collective.holderOf(seat);
            assertEq(holder == address(0), since == 0);
            if (holder == address(0)) continue;
            assertEq(collective.seatOf(holder), seat);
            held += 1;
        }
        assertEq(held, collective.seats());
    }
}
