// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../interfaces/IProfitShare.sol";
import {deploy} from "./House.sol";
import {Test} from "./Test.sol";
import {VM} from "./Vm.sol";
import {Parties} from "./actors/Parties.sol";
import {Blocklists} from "./neighbours/Blocklists.sol";
import {CallsOnTransfer} from "./neighbours/CallsOnTransfer.sol";
import {Rebases} from "./neighbours/Rebases.sol";
import {ReturnsFalse} from "./neighbours/ReturnsFalse.sol";

/// @notice What holds of agreements whatever parties, customers, arbiters and tokens do, in whatever order.
/// @dev Comparing all books takes ten times as long as a call, and a book that is once wrong stays so.
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: default.invariant.check-interval = 10
/// forge-config: audit.invariant.fail-on-revert = true
contract ProfitShareTest is Test {
    Parties private parties;

    function setUp() external {
        parties = Parties(deploy("Parties", ""));
        targetContract(address(parties));
    }

    /// @dev Row by row what the plain reckoning gives, and together never more than what was released.
    function invariant_entitlements_never_exceed_released() external view {
        for (uint256 place = 0; place < parties.PLACES(); ++place) {
            (IProfitShare at,,) = _at(place);
            IProfitShare.Terms memory terms = parties.termsOf(place);
            IProfitShare.Frozen memory frozen = parties.frozenOf(place);
            uint256[] memory entitlements = parties.entitlements(place);
            uint256 sum;
            for (uint256 row = 0; row < terms.parties.length; ++row) {
                uint256 entitled = at.entitled(terms, frozen, row);
                assertEq(entitled, entitlements[row]);
                assertEq(at.paidTo(row), parties.settled(place, row));
                assertLe(at.paidTo(row), entitled);
                sum += entitled;
            }
            assertEq(at.released(terms), parties.releasedOf(place));
            assertLe(sum, parties.releasedOf(place));
        }
    }

    function invariant_entitlements_equal_released_when_done() external view {
        for (uint256 place = 0; place < parties.PLACES(); ++place) {
            if (!parties.hasEnded(place)) continue;
            (IProfitShare at,,) = _at(place);
            IProfitShare.Terms memory terms = parties.termsOf(place);
            IProfitShare.Frozen memory frozen = parties.frozenOf(place);
            uint256 sum;
            for (uint256 row = 0; row < terms.parties.length; ++row) {
                sum += at.entitled(terms, frozen, row);
            }
            assertEq(sum, at.released(terms));
        }
    }

    function invariant_entitlement_never_decreases() external view {
        assertEq(parties.decreased(), 0);
    }

    /// @dev Of tokens that move by transfer only. What everybody has is what they were paid, and no more is out than came in.
    function invariant_released_never_exceeds_received() external view {
        assertEq(parties.reentered(), 0);
        for (uint256 place = 0; place < parties.PLACES(); ++place) {
            (IProfitShare at, uint256 t, uint256 balance) = _at(place);
            (,,,,,,,,, uint256 came,, uint256 claimed) = parties.deal(place);
            assertEq(_balance(t, address(at)), balance);
            assertEq(at.held(parties.termsOf(place)), parties.heldOf(place));
            if (t == parties.REBASES()) continue;
            assertLe(parties.releasedOf(place), came);
            assertEq(balance, came - claimed);
        }
        for (uint256 t = 0; t < parties.REBASES(); ++t) {
            for (uint256 one = 0; one < 8; ++one) {
                address who = parties.payees(one);
                assertEq(_balance(t, who), parties.purse(t, who));
            }
        }
    }

    function invariant_amendment_never_reaches_back() external view {
        assertEq(parties.reachedBack(), 0);
    }

    function invariant_nobody_diluted_without_signature() external view {
        assertEq(parties.diluted(), 0);
    }

    /// @dev Where it stands is where the model stands; and from there time alone ends it, whoever keeps silent, and then all
    /// money goes out, to the last unit.
    function invariant_every_state_ends() external {
        for (uint256 place = 0; place < parties.PLACES(); ++place) {
            _standsWhereItShould(place);
        }
        uint256 state = VM.snapshotState();
        _leave(VM.getBlockTimestamp() % parties.PLACES());
        VM.revertToState(state);
    }

    function _leave(uint256 place) private {
        (IProfitShare at, uint256 t,) = _at(place);
        IProfitShare.Terms memory terms = parties.termsOf(place);
        IProfitShare.Frozen memory frozen = parties.frozenOf(place);
        bool runs = terms.price == 0 && _stateOf(at) == IProfitShare.State.Live;
        for (uint256 step = 0; step < 4 && !runs && _stateOf(at) < IProfitShare.State.Done; ++step) {
            VM.warp(_deadline(at, terms) + 1);
            at.settle(terms, frozen);
        }
        assertTrue(runs || _stateOf(at) >= IProfitShare.State.Done, "it goes on and on");
        _letGo();
        address heir = address(0x4E1);
        for (uint256 row = 0; row < terms.parties.length; ++row) {
            VM.prank(terms.parties[row].payee);
            try at.claim(terms, frozen, row, heir) {}
            catch (bytes memory reason) {
                assertEq(bytes32(bytes4(reason)), bytes32(IProfitShare.NothingDue.selector));
            }
        }
        if (at.held(terms) != 0) {
            VM.prank(terms.refundTo);
            at.refund(terms, frozen, terms.token, heir);
        }
        if (t == parties.REBASES()) return;
        // What runs on keeps fewer units of dust than it has rows for each tier and the profit, and again for each change.
        uint256 dust = runs ? 2 * terms.parties.length * (frozen.amendment + 1) : 0;
        assertLe(_balance(t, address(at)), dust, "money stays behind");
    }

    function _deadline(IProfitShare at, IProfitShare.Terms memory terms) private view returns (uint256) {
        (IProfitShare.State state, uint256 milestone,, uint256 until, uint256 later,) = at.status();
        if (state == IProfitShare.State.Draft) return terms.openBy;
        if (state == IProfitShare.State.Live) return terms.milestones[milestone].due + later;
        return state == IProfitShare.State.Delivered ? until + terms.grace : until;
    }

    /// @dev Tokens have moods; an agreement must not.
    function _letGo() private {
        for (uint256 one = 0; one < 8; ++one) {
            Blocklists(parties.tokens(3)).setBlocked(parties.payees(one), false);
        }
        ReturnsFalse(parties.tokens(5)).setRefuses(false);
        Rebases(parties.tokens(6)).setStopped(false);
        CallsOnTransfer(parties.tokens(4)).set(address(0), "");
    }

    function _stateOf(IProfitShare at) private view returns (IProfitShare.State state) {
        (state,,,,,) = at.status();
    }

    function _standsWhereItShould(uint256 place) private view {
        (
            IProfitShare at,,
            IProfitShare.State state,
            uint256 milestone,
            uint256 part,,
            uint256 until,
            uint256 later,,,,
            uint256 claimed
        ) = parties.deal(place);
        (IProfitShare.State is_, uint256 milestone_, uint256 part_, uint256 until_, uint256 later_, uint256 claimed_) =
            at.status();
        assertEq(uint256(is_), uint256(state));
        assertEq(milestone_, milestone);
        assertEq(part_, part);
        assertEq(until_, until);
        assertEq(later_, later);
        assertEq(claimed_, claimed);
    }

    function _at(uint256 place) private view returns (IProfitShare at, uint256 t, uint256 balance) {
        (at, t,,,,,,, balance,,,) = parties.deal(place);
    }

    function _balance(uint256 t, address who) private view returns (uint256) {
        return t == 0 ? who.balance : Rebases(parties.tokens(t)).balanceOf(who);
    }
}
