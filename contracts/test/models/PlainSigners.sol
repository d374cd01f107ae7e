// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";
import {PlainShares} from "./PlainShares.sol";

/// @notice Who must sign a change, row by row from the words of the rule: each row is asked for its own reasons.
library PlainSigners {
    function signersOf(
        IProfitShare.Terms memory terms,
        uint256[] memory repaid,
        IProfitShare.Terms memory changed
    ) internal pure returns (address[] memory signers) {
        address[] memory list = new address[](100);
        uint256 count;
        for (uint256 row = 0; row < changed.parties.length; ++row) {
            if (!isAsked(terms, repaid, changed, row)) continue;
            if (row >= terms.parties.length) {
                list[count++] = changed.parties[row].signer;
                continue;
            }
            (address before, address then) = (terms.parties[row].signer, changed.parties[row].signer);
            list[count++] = before;
            if (then != before) list[count++] = then;
        }
        if (terms.price != 0 && (terms.price != changed.price || concernsEveryone(terms, changed))) {
            list[count++] = terms.customer;
            if (changed.customer != terms.customer) list[count++] = changed.customer;
        }
        signers = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            signers[i] = list[i];
        }
    }

    function isAsked(
        IProfitShare.Terms memory terms,
        uint256[] memory repaid,
        IProfitShare.Terms memory changed,
        uint256 row
    ) internal pure returns (bool) {
        if (row >= terms.parties.length) return true;
        if (concernsEveryone(terms, changed)) return true;
        IProfitShare.Party memory own = changed.parties[row];
        if (keccak256(abi.encode(own)) != keccak256(abi.encode(terms.parties[row]))) return true;
        if ((terms.residual == row) != (changed.residual == row)) return true;
        bool hasProfit = own.share > 0 || changed.residual == row;
        if (hasProfit && changed.price != terms.price) return true;
        if (hasProfit && PlainShares.sharesOf(changed) > PlainShares.sharesOf(terms)) return true;
        bool hasCosts = left(own, repaid, row) > 0;
        if (hasCosts && changed.price < terms.price) return true;
        for (uint256 other = 0; other < changed.parties.length; ++other) {
            IProfitShare.Party memory one = changed.parties[other];
            bool entered = other >= terms.parties.length;
            uint256 before = entered ? 0 : left(terms.parties[other], repaid, other);
            uint256 then = left(one, repaid, other);
            bool came = entered || then > before;
            if (hasProfit && came) return true;
            bool cameHere = came || (then > 0 && one.tier != terms.parties[other].tier);
            if (hasCosts && cameHere && one.tier <= own.tier) return true;
        }
        return false;
    }

    function concernsEveryone(IProfitShare.Terms memory a, IProfitShare.Terms memory b) internal pure returns (bool) {
        return keccak256(
            abi.encode(
                a.review, a.grace, a.arbitration, a.fallbackBps, a.customer, a.refundTo, a.arbiter, a.document, a.milestones
            )
        ) != keccak256(
            abi.encode(
                b.review, b.grace, b.arbitration, b.fallbackBps, b.customer, b.refundTo, b.arbiter, b.document, b.milestones
            )
        );
    }

    function left(IProfitShare.Party memory party, uint256[] memory repaid, uint256 row)
        internal
        pure
        returns (uint256)
    {
        uint256 back = PlainShares.at(repaid, row);
        return party.cost > back ? party.cost - back : 0;
    }
}
