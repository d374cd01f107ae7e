// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ProfitShareFactory: what a fund needs to know of it
interface IProfitShareFactory {
    /// @notice Whether this factory made the agreement at `account`.
    function isAgreement(address account) external view returns (bool);
}
