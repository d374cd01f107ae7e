// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {Fund} from "./Fund.sol";
import {Services} from "./Services.sol";
import {IFund} from "./interfaces/IFund.sol";
import {IFundFactory} from "./interfaces/IFundFactory.sol";

/// @title Opens personal funds
contract FundFactory is IFundFactory {
    /// @dev The code of a clone, and behind it salt and checking address.
    uint256 private constant CODE_LENGTH = 0x2d + 32 + 20;

    /// @inheritdoc IFundFactory
    address public immutable implementation;
    /// @inheritdoc IFundFactory
    address public immutable services;

    // Made here, because each of the three must know the other two.
    constructor(address agreements) {
        services = address(new Services());
        implementation = address(new Fund(services, agreements));
    }

    /// @inheritdoc IFundFactory
    function open(address owner, address checking, uint256 number) external returns (address fund) {
        require(checking != address(0), NoChecking());
        bytes32 salt = _salt(owner, checking, number);
        bytes memory arguments = abi.encodePacked(salt, checking);
        address place = _at(arguments, salt);
        require(place.code.length == 0, AlreadyOpen(place));
        fund = Clones.cloneDeterministicWithImmutableArgs(implementation, arguments, salt);
        emit FundOpened(fund, owner, checking);
        IFund(fund).initialize(owner);
    }

    /// @inheritdoc IFundFactory
    function addressOf(address owner, address checking, uint256 number) external view returns (address) {
        bytes32 salt = _salt(owner, checking, number);
        return _at(abi.encodePacked(salt, checking), salt);
    }

    /// @inheritdoc IFundFactory
    // A fund carries its salt behind its code, from which its address follows: that is cheaper than a list of funds, by
    // a fresh word at opening and by a cold read at each question.
    function isFund(address account) external view returns (bool) {
        if (account.code.length != CODE_LENGTH) return false;
        bytes memory arguments = Clones.fetchCloneArgs(account);
        return account == _at(arguments, bytes32(arguments));
    }

    function _at(bytes memory arguments, bytes32 salt) private view returns (address) {
        return Clones.predictDeterministicAddressWithImmutableArgs(implementation, arguments, salt);
    }

    function _salt(address owner, address checking, uint256 number) private pure returns (bytes32) {
        return keccak256(abi.encode(owner, checking, number));
    }
}
