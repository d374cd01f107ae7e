// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IProfitShare} from "../interfaces/IProfitShare.sol";

/// @title Who must sign when the terms of an agreement change
/// @dev Source: MECHANISMS, profit-share agreement, amendment. A row is affected when it changes; when what is left to
/// repay rises, or a party enters, in its tier or an earlier one, and it has costs left itself; and, if what is left to
/// repay rises anywhere, the sum of shares rises or a party enters, when it has a part in the profit or is residual: a
/// party may deliver and is asked about later changes, so nobody enters alone even with nothing. A price concerns the
/// customer and who has a part in the profit, a lower one also whoever has costs left. Everything else concerns everyone.
library Affected {
    struct Found {
        bool everyone;
        bool price;
        bool lowerPrice;
        bool profit;
        uint256 risenFrom;
    }

    /// @notice The signers of the affected rows in order (the new one after the old one where it changes), then the
    /// customer (the new one after the old one).
    /// @param repaid what was repaid of each row's cost until now
    function signersOf(
        IProfitShare.Terms calldata terms,
        uint256[] memory repaid,
        IProfitShare.Terms calldata changed
    ) internal pure returns (address[] memory signers) {
        IProfitShare.Party[] calldata old = terms.parties;
        IProfitShare.Party[] calldata parties = changed.parties;
        Found memory found = _compare(old, repaid, parties);
        found.everyone = _othersDiffer(terms, changed);
        found.price = changed.price != terms.price;
        found.lowerPrice = changed.price < terms.price;
        (uint256 was, uint256 becomes) = (terms.residual, changed.residual);
        signers = new address[](2 * parties.length + 2);
        uint256 count;
        for (uint256 i = 0; i < parties.length; ++i) {
            address signer = parties[i].signer;
            if (i < old.length) {
                bool role = (i == was) != (i == becomes);
                if (!role && !_isAffected(old[i], repaid[i], parties[i], i == was, found)) continue;
                signers[count++] = old[i].signer;
                if (signer == old[i].signer) continue;
            }
            signers[count++] = signer;
        }
        if ((found.everyone || found.price) && terms.price != 0) {
            signers[count++] = terms.customer;
            if (changed.customer != terms.customer) signers[count++] = changed.customer;
        }
        assembly ("memory-safe") {
            mstore(signers, count)
        }
    }

    /// @notice The signers of the rows that lose when less of the price comes: those with costs left, a part in the
    /// profit, or what is left over.
    /// @param repaid what was repaid of each row's cost until now
    function losers(IProfitShare.Terms calldata terms, uint256[] memory repaid)
        internal
        pure
        returns (address[] memory signers)
    {
        IProfitShare.Party[] calldata parties = terms.parties;
        signers = new address[](parties.length);
        uint256 count;
        for (uint256 i = 0; i < parties.length; ++i) {
            bool inProfit = i == terms.residual || parties[i].share != 0;
            if (inProfit || _left(parties[i].cost, repaid[i]) != 0) signers[count++] = parties[i].signer;
        }
        assembly ("memory-safe") {
            mstore(signers, count)
        }
    }

    function _compare(
        IProfitShare.Party[] calldata old,
        uint256[] memory repaid,
        IProfitShare.Party[] calldata parties
    ) private pure returns (Found memory found) {
        found.risenFrom = type(uint256).max;
        uint256 shares;
        uint256 sharesBefore;
        for (uint256 i = 0; i < parties.length; ++i) {
            IProfitShare.Party calldata party = parties[i];
            uint256 left = party.cost;
            uint256 leftBefore;
            bool isNew = i >= old.length;
            bool moved;
            if (!isNew) {
                left = _left(left, repaid[i]);
                leftBefore = _left(old[i].cost, repaid[i]);
                moved = party.tier != old[i].tier;
                sharesBefore += old[i].share;
            }
            shares += party.share;
            if (isNew || left > leftBefore) found.profit = true;
            if (isNew || left > leftBefore || (moved && left != 0)) found.risenFrom = Math.min(found.risenFrom, party.tier);
        }
        if (shares > sharesBefore) found.profit = true;
    }

    function _isAffected(
        IProfitShare.Party calldata old,
        uint256 repaid,
        IProfitShare.Party calldata party,
        bool residual,
        Found memory found
    ) private pure returns (bool) {
        if (found.everyone || _rowDiffers(old, party)) return true;
        bool hasCost = _left(party.cost, repaid) != 0;
        if (hasCost && (party.tier >= found.risenFrom || found.lowerPrice)) return true;
        return (found.profit || found.price) && (residual || party.share != 0);
    }

    function _othersDiffer(IProfitShare.Terms calldata terms, IProfitShare.Terms calldata changed)
        private
        pure
        returns (bool)
    {
        return terms.review != changed.review || terms.grace != changed.grace || terms.arbitration != changed.arbitration
            || terms.fallbackBps != changed.fallbackBps || terms.customer != changed.customer
            || terms.refundTo != changed.refundTo || terms.arbiter != changed.arbiter
            || terms.document != changed.document || _milestonesDiffer(terms.milestones, changed.milestones);
    }

    function _milestonesDiffer(IProfitShare.Milestone[] calldata a, IProfitShare.Milestone[] calldata b)
        private
        pure
        returns (bool)
    {
        if (a.length != b.length) return true;
        for (uint256 i = 0; i < a.length; ++i) {
            if (a[i].share != b[i].share || a[i].due != b[i].due) return true;
        }
        return false;
    }

    function _rowDiffers(IProfitShare.Party calldata a, IProfitShare.Party calldata b) private pure returns (bool) {
        return a.payee != b.payee || a.signer != b.signer || a.cost != b.cost || a.tier != b.tier || a.share != b.share;
    }

    function _left(uint256 cost, uint256 repaid) private pure returns (uint256) {
        return cost - Math.min(cost, repaid);
    }
}
