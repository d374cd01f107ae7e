// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";

/// @notice The waterfall reckoned otherwise than the contracts do: every part is the greatest number that is still small
/// enough, found without dividing; and, for small sums, by handing out one unit after the other.
library PlainShares {
    /// @notice What each row's floor of `released` is, and how much of it repaid its cost.
    function divide(IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen, uint256 released)
        internal
        pure
        returns (uint256[] memory amounts, uint256[] memory repaid)
    {
        uint256 rows = terms.parties.length;
        (amounts, repaid) = (new uint256[](rows), new uint256[](rows));
        uint256 fresh = released - frozen.released;
        for (uint256 i = 0; i < rows; ++i) {
            (uint256 ahead, uint256 beside) = (0, 0);
            for (uint256 j = 0; j < rows; ++j) {
                if (terms.parties[j].tier < terms.parties[i].tier) ahead += needOf(terms, frozen, j);
                if (terms.parties[j].tier == terms.parties[i].tier) beside += needOf(terms, frozen, j);
            }
            uint256 poured = fresh <= ahead ? 0 : fresh - ahead;
            if (poured > beside) poured = beside;
            uint256 back = greatest(poured, needOf(terms, frozen, i), beside);
            repaid[i] = at(frozen.repaid, i) + back;
            amounts[i] = at(frozen.amounts, i) + back + _gain(terms, frozen, fresh, i);
        }
    }

    /// @notice The same, one unit after the other: each goes to the first tier that is not full, or is profit; in a tier a
    /// row gets one whenever its due has grown past a whole one.
    function divideOneByOne(IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen, uint256 released)
        internal
        pure
        returns (uint256[] memory amounts)
    {
        uint256 rows = terms.parties.length;
        amounts = new uint256[](rows);
        uint256[] memory dues = new uint256[](rows);
        uint256[9] memory room;
        for (uint256 i = 0; i < rows; ++i) {
            amounts[i] = at(frozen.amounts, i);
            room[terms.parties[i].tier] += needOf(terms, frozen, i);
        }
        uint256[9] memory whole = abi.decode(abi.encode(room), (uint256[9]));
        uint256 shares = sharesOf(terms);
        for (uint256 unit = frozen.released; unit < released; ++unit) {
            uint256 tier = 0;
            while (tier < 8 && room[tier] == 0) ++tier;
            if (tier < 8) room[tier] -= 1;
            // A full tier leaves no due: every row of it has got its whole need. So profit starts from nothing.
            for (uint256 i = 0; i < rows; ++i) {
                if (tier == 8 && shares == 0) {
                    if (i == terms.residual) amounts[i] += 1;
                    continue;
                }
                if (tier != 8 && terms.parties[i].tier != tier) continue;
                uint256 all = tier == 8 ? shares : whole[tier];
                dues[i] += tier == 8 ? terms.parties[i].share : needOf(terms, frozen, i);
                if (dues[i] >= all) (dues[i], amounts[i]) = (dues[i] - all, amounts[i] + 1);
            }
        }
    }

    /// @notice What a row is entitled to: its floor, or, once ended, for the residual row what all others leave.
    function entitled(
        IProfitShare.Terms memory terms,
        IProfitShare.Frozen memory frozen,
        uint256 released,
        uint256 row,
        bool ended
    ) internal pure returns (uint256 amount) {
        (uint256[] memory amounts,) = divide(terms, frozen, released);
        if (!ended || row != terms.residual) return amounts[row];
        amount = released + amounts[row];
        for (uint256 i = 0; i < amounts.length; ++i) {
            amount -= amounts[i];
        }
    }

    /// @notice What of its cost a row has not had back when the terms were last amended.
    function needOf(IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen, uint256 row)
        internal
        pure
        returns (uint256)
    {
        (uint256 cost, uint256 back) = (terms.parties[row].cost, at(frozen.repaid, row));
        return cost > back ? cost - back : 0;
    }

    function sharesOf(IProfitShare.Terms memory terms) internal pure returns (uint256 shares) {
        for (uint256 i = 0; i < terms.parties.length; ++i) {
            shares += terms.parties[i].share;
        }
    }

    function at(uint256[] memory list, uint256 row) internal pure returns (uint256) {
        return row < list.length ? list[row] : 0;
    }

    /// @notice The greatest x with x * whole <= sum * part; 0 of nothing. `part` is at most `whole`.
    function greatest(uint256 sum, uint256 part, uint256 whole) internal pure returns (uint256 x) {
        if (whole == 0) return 0;
        for (uint256 bit = 1 << 127; bit != 0; bit >>= 1) {
            if ((x + bit) <= sum && (x + bit) * whole <= sum * part) x += bit;
        }
    }

    function _gain(IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen, uint256 fresh, uint256 row)
        private
        pure
        returns (uint256)
    {
        for (uint256 i = 0; i < terms.parties.length; ++i) {
            uint256 need = needOf(terms, frozen, i);
            if (fresh <= need) return 0;
            fresh -= need;
        }
        uint256 shares = sharesOf(terms);
        if (shares == 0) return row == terms.residual ? fresh : 0;
        return greatest(fresh, terms.parties[row].share, shares);
    }
}
