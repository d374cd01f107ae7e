// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";
import {Affected} from "../../libraries/Affected.sol";
import {AgreementTerms} from "../../libraries/AgreementTerms.sol";
import {Waterfall} from "../../libraries/Waterfall.sol";

/// @notice The pure libraries of agreements, open to tests.
contract Exposed {
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

    function hashOf(IProfitShare.Terms calldata terms) external pure returns (bytes32) {
        return AgreementTerms.hashOf(terms);
    }

    function check(IProfitShare.Terms calldata terms) external view {
        AgreementTerms.check(terms, address(this));
    }
}
