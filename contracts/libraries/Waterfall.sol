// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IProfitShare} from "../interfaces/IProfitShare.sol";

/// @title How what was released is divided: tiers of costs in order, then profit by shares
/// @dev Source: MECHANISMS, profit-share agreement, waterfall. While money can still come in, every row is entitled to
/// its own floor; when the agreement has ended (`ended`), the residual row gets what all the others leave. Terms have
/// been bounded before: at most 32 rows, costs below 2**112, 8 tiers, shares up to 10,000.
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
        return all(terms, frozen, released, ended)[row];
    }

    /// @notice What every row is entitled to of `released` in all.
    function all(
        IProfitShare.Terms calldata terms,
        IProfitShare.Frozen calldata frozen,
        uint256 released,
        bool ended
    ) internal pure returns (uint256[] memory amounts) {
        (amounts,) = divide(terms, frozen, released);
        if (!ended) return amounts;
        uint256 sum;
        for (uint256 i = 0; i < amounts.length; ++i) {
            sum += amounts[i];
        }
        amounts[terms.residual] += released - sum;
    }

    /// @notice Every row's floor of `released`, and how much of that repaid its cost.
    function divide(IProfitShare.Terms calldata terms, IProfitShare.Frozen calldata frozen, uint256 released)
        internal
        pure
        returns (uint256[] memory amounts, uint256[] memory repaid)
    {
        IProfitShare.Party[] calldata parties = terms.parties;
        uint256[] calldata repaidBefore = frozen.repaid;
        uint256[] calldata before = frozen.amounts;
        uint256 residual = terms.residual;
        uint256 count = parties.length;
        (amounts, repaid) = (new uint256[](count), new uint256[](count));
        uint256[TIERS] memory costs;
        uint256[TIERS] memory reached;
        uint256 shares;
        // Cannot overflow: at most 32 rows, costs of 112 bits, what was released of 112 bits, small shares.
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                IProfitShare.Party calldata party = parties[i];
                costs[party.tier] += _left(party.cost, repaidBefore, i);
                shares += party.share;
            }
            uint256 left = released - frozen.released;
            for (uint256 tier = 0; tier < TIERS && left != 0; ++tier) {
                reached[tier] = Math.min(left, costs[tier]);
                left -= reached[tier];
            }
            for (uint256 i = 0; i < count; ++i) {
                IProfitShare.Party calldata party = parties[i];
                uint256 full = reached[party.tier];
                uint256 back;
                if (full != 0) back = full * _left(party.cost, repaidBefore, i) / costs[party.tier];
                repaid[i] = _at(repaidBefore, i) + back;
                amounts[i] = _at(before, i) + back + _profit(party.share, left, shares, i == residual);
            }
        }
    }

    /// @dev One row in one pass without memory, fields read by hand: a claim pays for this. `divide` says the same plainly.
    function _entitledToFloor(
        IProfitShare.Terms calldata terms,
        IProfitShare.Frozen calldata frozen,
        uint256 released,
        uint256 row
    ) private pure returns (uint256 amount) {
        IProfitShare.Party calldata party = terms.parties[row];
        uint256[] calldata repaid = frozen.repaid;
        (uint256 earlier, uint256 beside, uint256 later, uint256 shares) = _sums(terms.parties, repaid, party.tier);
        amount = _at(frozen.amounts, row);
        uint256 left = released - frozen.released;
        left -= Math.min(left, earlier);
        uint256 reached = Math.min(left, beside);
        if (reached != 0) amount += reached * _left(party.cost, repaid, row) / beside;
        left -= reached;
        if (left > later) amount += _profit(party.share, left - later, shares, row == terms.residual);
    }

    /// @dev What is left to repay in tiers before `tier`, in it and after it; and all shares together.
    function _sums(IProfitShare.Party[] calldata parties, uint256[] calldata repaid, uint256 tier)
        private
        pure
        returns (uint256 earlier, uint256 beside, uint256 later, uint256 shares)
    {
        uint256 count = parties.length;
        uint256 paidRows = repaid.length;
        // Cannot overflow: 32 costs of 112 bits, and 32 small numbers.
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 cost;
                uint256 other;
                assembly ("memory-safe") {
                    let party := add(parties.offset, mul(i, 160))
                    cost := calldataload(add(party, 64))
                    other := calldataload(add(party, 96))
                    shares := add(shares, calldataload(add(party, 128)))
                }
                if (i < paidRows) cost = _left(cost, repaid, i);
                if (other < tier) earlier += cost;
                else if (other == tier) beside += cost;
                else later += cost;
            }
        }
    }

    /// @dev What an amendment found not repaid of a row's cost.
    function _left(uint256 cost, uint256[] calldata repaid, uint256 row) private pure returns (uint256) {
        uint256 back = _at(repaid, row);
        return back < cost ? cost - back : 0;
    }

    /// @dev Rows that came after the last amendment had nothing then.
    function _at(uint256[] calldata list, uint256 row) private pure returns (uint256) {
        return row < list.length ? list[row] : 0;
    }

    function _profit(uint256 share, uint256 profit, uint256 shares, bool residual) private pure returns (uint256) {
        // Without any share all profit is the residual row's.
        if (shares == 0) return residual ? profit : 0;
        return profit * share / shares;
    }
}
