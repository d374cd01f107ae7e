// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IProfitShare} from "../interfaces/IProfitShare.sol";

/// @title How what was released is divided: tiers of costs in order, then profit by shares
/// @dev Source: MECHANISMS, profit-share agreement, waterfall. While money can still come in, every row is entitled to
/// its own floor; when the agreement has ended (`ended`), the residual row gets what all the others leave. Terms have
/// been bounded before: at most 32 rows, costs below 2**120, 8 tiers, shares up to 10,000.
library Waterfall {
    uint256 internal constant TIERS = 8;

    /// @notice What row `row` is entitled to of `released` in all.
    function entitled(
        IProfitShare.Terms calldata terms,
        IProfitShare.Frozen calldata frozen,
        uint256 released,
        uint256 row,
        bool ended
    ) internal pure returns (uint256) {
        if (!ended || row != terms.residual) return _entitledToFloor(terms, frozen, released, row);
        (uint256[] memory amounts,) = divide(terms, frozen, released);
        uint256 others;
        for (uint256 i = 0; i < amounts.length; ++i) {
            if (i != row) others += amounts[i];
        }
        return released - others;
    }

    /// @notice Every row's floor of `released`, and how much of that repaid its cost.
    function divide(IProfitShare.Terms calldata terms, IProfitShare.Frozen calldata frozen, uint256 released)
        internal
        pure
        returns (uint256[] memory amounts, uint256[] memory repaid)
    {
        uint256 count = terms.parties.length;
        (amounts, repaid) = (new uint256[](count), new uint256[](count));
        uint256[TIERS] memory costs;
        uint256 shares;
        for (uint256 i = 0; i < count; ++i) {
            costs[terms.parties[i].tier] += remaining(terms, frozen, i);
            shares += terms.parties[i].share;
        }
        uint256[TIERS] memory reached;
        uint256 left = released - frozen.released;
        for (uint256 tier = 0; tier < TIERS; ++tier) {
            reached[tier] = Math.min(left, costs[tier]);
            left -= reached[tier];
        }
        for (uint256 i = 0; i < count; ++i) {
            uint256 tier = terms.parties[i].tier;
            uint256 back;
            if (costs[tier] != 0) back = reached[tier] * remaining(terms, frozen, i) / costs[tier];
            repaid[i] = repaidBefore(frozen, i) + back;
            amounts[i] = before(frozen, i) + back + _profit(terms, left, shares, i);
        }
    }

    /// @notice What of row `row`'s cost an amendment found not repaid; its whole cost before the first.
    function remaining(IProfitShare.Terms calldata terms, IProfitShare.Frozen calldata frozen, uint256 row)
        internal
        pure
        returns (uint256)
    {
        uint256 cost = terms.parties[row].cost;
        return cost - Math.min(cost, repaidBefore(frozen, row));
    }

    /// @notice What row `row` was entitled to when the terms were last amended; rows that came later, to nothing.
    function before(IProfitShare.Frozen calldata frozen, uint256 row) internal pure returns (uint256) {
        return row < frozen.amounts.length ? frozen.amounts[row] : 0;
    }

    function repaidBefore(IProfitShare.Frozen calldata frozen, uint256 row) internal pure returns (uint256) {
        return row < frozen.repaid.length ? frozen.repaid[row] : 0;
    }

    /// @dev One row in one pass without memory: a claim pays for this.
    function _entitledToFloor(
        IProfitShare.Terms calldata terms,
        IProfitShare.Frozen calldata frozen,
        uint256 released,
        uint256 row
    ) private pure returns (uint256) {
        uint256 earlier;
        uint256 beside;
        uint256 later;
        uint256 shares;
        uint256 tier = terms.parties[row].tier;
        uint256 count = terms.parties.length;
        // Cannot overflow: 32 costs of 120 bits, and 32 small numbers.
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                IProfitShare.Party calldata party = terms.parties[i];
                shares += party.share;
                uint256 cost = remaining(terms, frozen, i);
                if (cost == 0) continue;
                if (party.tier < tier) earlier += cost;
                else if (party.tier == tier) beside += cost;
                else later += cost;
            }
        }
        uint256 left = released - frozen.released;
        uint256 amount = before(frozen, row);
        left -= Math.min(left, earlier);
        uint256 reached = Math.min(left, beside);
        if (reached != 0) amount += reached * remaining(terms, frozen, row) / beside;
        left -= reached;
        return amount + _profit(terms, left - Math.min(left, later), shares, row);
    }

    function _profit(IProfitShare.Terms calldata terms, uint256 profit, uint256 shares, uint256 row)
        private
        pure
        returns (uint256)
    {
        // Without any share all profit is the residual row's.
        if (shares == 0) return row == terms.residual ? profit : 0;
        return profit * terms.parties[row].share / shares;
    }
}
