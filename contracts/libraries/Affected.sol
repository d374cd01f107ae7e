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
        Found memory found = _compare(terms, repaid, changed);
        uint256 rows = changed.parties.length;
        signers = new address[](2 * rows + 2);
        uint256 count;
        for (uint256 i = 0; i < rows; ++i) {
            bool isNew = i >= terms.parties.length;
            if (!isNew && !_isAffected(terms, repaid, changed, i, found)) continue;
            if (!isNew) signers[count++] = terms.parties[i].signer;
            address signer = changed.parties[i].signer;
            if (isNew || signer != terms.parties[i].signer) signers[count++] = signer;
        }
        if ((found.everyone || found.price) && terms.price != 0) {
            signers[count++] = terms.customer;
            if (changed.customer != terms.customer) signers[count++] = changed.customer;
        }
        assembly ("memory-safe") {
            mstore(signers, count)
        }
    }

    function _compare(
        IProfitShare.Terms calldata terms,
        uint256[] memory repaid,
        IProfitShare.Terms calldata changed
    ) private pure returns (Found memory found) {
        found.everyone = _othersDiffer(terms, changed);
        found.price = changed.price != terms.price;
        found.lowerPrice = changed.price < terms.price;
        found.risenFrom = type(uint256).max;
        uint256 shares;
        uint256 sharesBefore;
        for (uint256 i = 0; i < changed.parties.length; ++i) {
            IProfitShare.Party calldata party = changed.parties[i];
            uint256 left = _left(party, repaid, i);
            uint256 leftBefore;
            bool isNew = i >= terms.parties.length;
            bool moved;
            if (!isNew) {
                leftBefore = _left(terms.parties[i], repaid, i);
                moved = party.tier != terms.parties[i].tier;
                sharesBefore += terms.parties[i].share;
            }
            shares += party.share;
            if (isNew || left > leftBefore) found.profit = true;
            if (isNew || left > leftBefore || (moved && left != 0)) found.risenFrom = Math.min(found.risenFrom, party.tier);
        }
        if (shares > sharesBefore) found.profit = true;
    }

    function _isAffected(
        IProfitShare.Terms calldata terms,
        uint256[] memory repaid,
        IProfitShare.Terms calldata changed,
        uint256 row,
        Found memory found
    ) private pure returns (bool) {
        IProfitShare.Party calldata party = changed.parties[row];
        if (found.everyone || _rowDiffers(terms.parties[row], party)) return true;
        bool wasResidual = row == terms.residual;
        if (wasResidual != (row == changed.residual)) return true;
        bool hasCost = _left(party, repaid, row) != 0;
        if (hasCost && (party.tier >= found.risenFrom || found.lowerPrice)) return true;
        return (found.profit || found.price) && (party.share != 0 || wasResidual);
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

    function _left(IProfitShare.Party calldata party, uint256[] memory repaid, uint256 row)
        private
        pure
        returns (uint256)
    {
        uint256 back = row < repaid.length ? repaid[row] : 0;
        return party.cost - Math.min(party.cost, back);
    }
}
