// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";
import {VM} from "../Vm.sol";
import {Dice} from "../models/Dice.sol";
import {PlainShares} from "../models/PlainShares.sol";
import {PlainSigners} from "../models/PlainSigners.sol";
import {Blocklists} from "../neighbours/Blocklists.sol";
import {Rebases} from "../neighbours/Rebases.sol";
import {Bargains} from "./Bargains.sol";
import {Mints} from "./Purses.sol";

/// @notice Those who want other terms, with and without the signatures that it takes.
abstract contract Reformers is Bargains {
    using Dice for Dice.Cup;

    /// @dev The hour in which terms changed last: they do so at most once in one.
    mapping(IProfitShare at => uint256 hour) internal changedIn;

    /// @dev Signed by exactly those whom the rule names; the first of them brings it, or a stranger, perhaps with capital.
    function amend(uint256 place, uint256 seed, uint256 capital, bool signed) external {
        place = place % PLACES;
        Deal storage d = deal[place];
        VM.assume(d.state != IProfitShare.State.Draft && !hasEnded(place));
        VM.assume(VM.getBlockTimestamp() / 1 hours > changedIn[d.at]);
        IProfitShare.Terms memory terms = termsOf(place);
        IProfitShare.Frozen memory frozen = frozenOf(place);
        IProfitShare.Terms memory changed = _changed(Dice.Cup(seed), place);
        IProfitShare.Frozen memory found = _modelFreeze(terms, frozen, releasedOf(place));
        address[] memory signers = PlainSigners.signersOf(terms, found.repaid, changed);
        VM.assume(signers.length != 0);
        assertEq(
            keccak256(abi.encode(d.at.signersOf(terms, frozen, changed))), keccak256(abi.encode(signers)), "others are asked"
        );
        IProfitShare.Change memory change =
            IProfitShare.Change("why", d.token == 2 ? 0 : capital % 3 * 1000, stranger, VM.getBlockTimestamp());
        _forge(place, changed, change, signers, seed);
        {
            address sender = signed ? signers[0] : address(this);
            bytes[] memory signatures = _collect(d.at, d.at.amendmentDigest(changed, change), signers, sender);
            _bringTo(place, sender, change.capital);
            VM.prank(sender);
            d.at.amend{value: d.token == 0 ? change.capital : 0}(terms, frozen, changed, change, signatures);
        }
        purse[d.token][stranger] += change.capital;
        d.released = found.released;
        changedIn[d.at] = VM.getBlockTimestamp() / 1 hours;
        terms_[place] = abi.encode(changed);
        frozen_[place] = abi.encode(found);
        _compare(place, terms, frozen, found, seed);
        _watch(place);
    }

    /// @dev One who is asked has not signed: refused.
    function _forge(
        uint256 place,
        IProfitShare.Terms memory changed,
        IProfitShare.Change memory change,
        address[] memory signers,
        uint256 seed
    ) private {
        IProfitShare at = deal[place].at;
        address missing = signers[seed % signers.length];
        bytes[] memory signatures = new bytes[](signers.length);
        bytes32 digest = at.amendmentDigest(changed, change);
        for (uint256 i = 0; i < signers.length; ++i) {
            if (signers[i] != missing && keyOf[signers[i]] != 0) signatures[i] = _sign(signers[i], digest);
        }
        IProfitShare.Terms memory terms = termsOf(place);
        IProfitShare.Frozen memory frozen = frozenOf(place);
        VM.prank(arbiter);
        VM.expectPartialRevert(IProfitShare.NotSigned.selector);
        at.amend(terms, frozen, changed, change, signatures);
    }

    function _bringTo(uint256 place, address sender, uint256 capital) private {
        Deal storage d = deal[place];
        _arm(place, capital);
        if (d.token == 0) {
            VM.deal(sender, sender.balance + capital);
            return;
        }
        address paidIn = tokens[d.token];
        if (capital == 0) return;
        if (d.token == BLOCKS) Blocklists(paidIn).setBlocked(sender, false);
        if (d.token == REBASES) Rebases(paidIn).setStopped(false);
        Mints(paidIn).mint(sender, capital);
        VM.prank(sender);
        Rebases(paidIn).approve(address(d.at), capital);
    }

    /// @dev Nothing that was released moved, and whoever was not asked gets as much of what is still to come as before, but
    /// for rounding.
    function _compare(
        uint256 place,
        IProfitShare.Terms memory terms,
        IProfitShare.Frozen memory frozen,
        IProfitShare.Frozen memory found,
        uint256 seed
    ) private {
        IProfitShare.Terms memory changed = termsOf(place);
        uint256 later = found.released + seed % 5e6;
        (uint256[] memory before,) = PlainShares.divide(terms, frozen, later);
        (uint256[] memory then,) = PlainShares.divide(changed, found, later);
        for (uint256 row = 0; row < before.length; ++row) {
            if (deal[place].at.entitled(changed, found, row) != found.amounts[row]) reachedBack += 1;
            bool asked = PlainSigners.isAsked(terms, found.repaid, changed, row);
            if (!asked && then[row] + then.length + 1 < before[row]) diluted += 1;
        }
    }

    function _modelFreeze(IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen, uint256 released)
        private
        pure
        returns (IProfitShare.Frozen memory)
    {
        (uint256[] memory amounts, uint256[] memory repaid) = PlainShares.divide(terms, frozen, released);
        return IProfitShare.Frozen(frozen.amendment + 1, released, amounts, repaid);
    }
}
