// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title FundFactory: open a personal fund in one transaction
/// @notice Makes each fund as a clone of one fixed implementation. Its address follows from owner, checking address and a
/// chosen number: nobody else can take it, and income can be sent there before it is opened.
interface IFundFactory {
    event FundOpened(address indexed fund, address indexed owner, address checking);

    /// @notice The fund `fund` is open already; choose another number for a second one.
    error AlreadyOpen(address fund);

    /// @notice Name an address to which what is drawn goes.
    error NoChecking();

    /// @notice Open a fund for `owner`, whose draws go to `checking`. The caller gains nothing by being the one who sends it.
    function open(address owner, address checking, uint256 number) external returns (address fund);

    /// @notice The address that `open` gives for the same owner, checking address and number.
    function addressOf(address owner, address checking, uint256 number) external view returns (address);

    /// @notice Whether this factory opened the fund at `account`.
    function isFund(address account) external view returns (bool);

    function implementation() external view returns (address);

    /// @notice Where the offers are to which these funds commit.
    function services() external view returns (address);
}
