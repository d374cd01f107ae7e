// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";

/// @notice What `Exposed` answers. Tests know only this, so that the libraries are compiled as the chain runs them.
interface IExposed {
    function entitled(
        IProfitShare.Terms calldata terms,
        IProfitShare.Frozen calldata frozen,
        uint256 released,
        uint256 row,
        bool ended
    ) external pure returns (uint256);

    function divide(IProfitShare.Terms calldata terms, IProfitShare.Frozen calldata frozen, uint256 released)
        external
        pure
        returns (uint256[] memory amounts, uint256[] memory repaid);

    function signersOf(
        IProfitShare.Terms calldata terms,
        uint256[] calldata repaid,
        IProfitShare.Terms calldata changed
    ) external pure returns (address[] memory);

    function losers(IProfitShare.Terms calldata terms, uint256[] calldata repaid)
        external
        pure
        returns (address[] memory);

    function hashOf(IProfitShare.Terms calldata terms) external pure returns (bytes32);

    /// @notice The terms as the contracts read them, field by field and row by row.
    function read(IProfitShare.Terms calldata terms) external pure returns (IProfitShare.Terms memory seen);

    function check(IProfitShare.Terms calldata terms) external view;
}
