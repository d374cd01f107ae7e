// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title AdapterFactory: adapters for DAOs that exist already
/// @notice Makes clones of fixed implementations at addresses that follow from the DAO's: each has one adapter of its kind,
/// which obeys the DAO alone, whoever makes it. A federation can invite it before it is made.
interface IAdapterFactory {
    event GovernorAdapted(address indexed governor, address indexed adapter);
    event SafeAdapted(address indexed safe, address indexed adapter);

    /// @notice At `account` is no Governor of OpenZeppelin's.
    error NotAGovernor(address account);
    /// @notice At `account` is no Safe.
    error NotASafe(address account);

    /// @notice Make the adapter of a Governor, or find it made. Anyone may.
    function adaptGovernor(address governor) external returns (address adapter);

    /// @notice Make the adapter of a Safe, or find it made. Anyone may.
    function adaptSafe(address safe) external returns (address adapter);

    /// @notice Where the adapter of a Governor is, made or not.
    function adapterOfGovernor(address governor) external view returns (address);

    /// @notice Where the adapter of a Safe is, made or not.
    function adapterOfSafe(address safe) external view returns (address);

    function governorImplementation() external view returns (address);

    function safeImplementation() external view returns (address);
}
