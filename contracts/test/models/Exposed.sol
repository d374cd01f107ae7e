// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";
import {Affected} from "../../libraries/Affected.sol";
import {AgreementTerms} from "../../libraries/AgreementTerms.sol";
import {Waterfall} from "../../libraries/Waterfall.sol";
import {IExposed} from "./IExposed.sol";

/// @notice The pure libraries of agreements, open to tests.
contract Exposed is IExposed {
    function entitled(
        IProfitShare.Terms calldata terms,
        IProfitShare.Frozen calldata frozen,
        uint256 released,
        uint256 row,
        bool ended
    ) external pure returns (uint256) {
        return Waterfall.entitled(terms, frozen, released, row, ended);
    }

    function divide(IProfitShare.Terms calldata terms, IProfitShare.Frozen calldata frozen, uint256 released)
        external
        pure
        returns (uint256[] memory amounts, uint256[] memory repaid)
    {
        return Waterfall.divide(terms, frozen, released);
    }

    function signersOf(
        IProfitShare.Terms calldata terms,
        uint256[] calldata repaid,
        IProfitShare.Terms calldata changed
    ) external pure returns (address[] memory) {
        return Affected.signersOf(terms, repaid, changed);
    }

    function losers(IProfitShare.Terms calldata terms, uint256[] calldata repaid)
        external
        pure
        returns (address[] memory)
    {
        return Affected.losers(terms, repaid);
    }

    function hashOf(IProfitShare.Terms calldata terms) external pure returns (bytes32) {
        return AgreementTerms.hashOf(terms);
    }

    function read(IProfitShare.Terms calldata terms) external pure returns (IProfitShare.Terms memory seen) {
        seen.token = terms.token;
        seen.price = terms.price;
        seen.depositBps = terms.depositBps;
        seen.openBy = terms.openBy;
        seen.review = terms.review;
        seen.grace = terms.grace;
        seen.arbitration = terms.arbitration;
        seen.fallbackBps = terms.fallbackBps;
        seen.customer = terms.customer;
        seen.refundTo = terms.refundTo;
        seen.arbiter = terms.arbiter;
        seen.document = terms.document;
        seen.residual = terms.residual;
        require(terms.milestones.length < 100 && terms.parties.length < 100, "too long a list");
        seen.milestones = new IProfitShare.Milestone[](terms.milestones.length);
        for (uint256 i = 0; i < seen.milestones.length; ++i) {
            seen.milestones[i] = terms.milestones[i];
        }
        seen.parties = new IProfitShare.Party[](terms.parties.length);
        for (uint256 i = 0; i < seen.parties.length; ++i) {
            seen.parties[i] = terms.parties[i];
        }
    }

    function check(IProfitShare.Terms calldata terms) external view {
        AgreementTerms.check(terms, address(this));
    }
}
