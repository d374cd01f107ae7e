// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";
import {Exposed} from "../models/Exposed.sol";

/// @notice Of the waterfall of two rows, for all numbers of four bits (three where two divisions are
/// compared): halmos looks for one that contradicts.
/// @dev A part is a product divided by a sum, which solvers decide in few bits only; larger numbers are fuzzed.
contract SharesProofs {
    uint256 private constant FEW = 15;
    uint256 private constant FEWER = 7;

    Exposed private exposed;

    function setUp() external {
        exposed = new Exposed();
    }

    /// @dev A tier for each. Without shares, so that there is one division at a time: profit has its own proof.
    function check_two_tiers_never_give_more_than_released(uint256 first, uint256 second, uint256 released) external view {
        (first, second, released) = (first & FEW, second & FEW, released & FEW);
        _fits(_terms(first, second, 1, 0, 0), released);
    }

    function check_one_tier_never_gives_more_than_released(uint256 first, uint256 second, uint256 released) external view {
        (first, second, released) = (first & FEW, second & FEW, released & FEW);
        _fits(_terms(first, second, 0, 0, 0), released);
    }

    function check_profit_never_gives_more_than_released(uint256 share, uint256 other, uint256 released) external view {
        (share, other, released) = (share & FEW, other & FEW, released & FEW);
        _fits(_terms(0, 0, 0, share, other), released);
    }

    function check_two_tiers_never_take_back(uint256 first, uint256 second, uint256 released) external view {
        (first, second, released) = (first & FEWER, second & FEWER, released & FEWER);
        _grows(_terms(first, second, 1, 0, 0), released);
    }

    function check_one_tier_never_takes_back(uint256 first, uint256 second, uint256 released) external view {
        (first, second, released) = (first & FEWER, second & FEWER, released & FEWER);
        _grows(_terms(first, second, 0, 0, 0), released);
    }

    function check_profit_never_takes_back(uint256 share, uint256 other, uint256 released) external view {
        (share, other, released) = (share & FEW, other & FEW, released & FEW);
        _grows(_terms(0, 0, 0, share, other), released);
    }

    /// @dev `divide` is what the residual row's last entitlement is reckoned from, so that this is also all of it at the end.
    function _fits(IProfitShare.Terms memory terms, uint256 released) private view {
        IProfitShare.Frozen memory none;
        (uint256[] memory amounts, uint256[] memory repaid) = exposed.divide(terms, none, released);
        assert(amounts[0] + amounts[1] <= released);
        assert(repaid[0] <= terms.parties[0].cost && repaid[1] <= terms.parties[1].cost);
    }

    /// @dev One unit more; any number more is that often one unit more.
    function _grows(IProfitShare.Terms memory terms, uint256 released) private view {
        IProfitShare.Frozen memory none;
        (uint256[] memory before,) = exposed.divide(terms, none, released);
        (uint256[] memory later,) = exposed.divide(terms, none, released + 1);
        assert(before[0] <= later[0] && before[1] <= later[1]);
    }

    function _terms(uint256 cost, uint256 otherCost, uint256 otherTier, uint256 share, uint256 otherShare)
        private
        pure
        returns (IProfitShare.Terms memory terms)
    {
        terms.residual = 1;
        terms.parties = new IProfitShare.Party[](2);
        terms.parties[0] = IProfitShare.Party(address(1), address(1), cost, 0, share);
        terms.parties[1] = IProfitShare.Party(address(2), address(2), otherCost, otherTier, otherShare);
    }
}
