// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {IProfitShare} from "./interfaces/IProfitShare.sol";
import {IProfitShareFactory} from "./interfaces/IProfitShareFactory.sol";

/// @title Makes profit-share agreements
contract ProfitShareFactory is IProfitShareFactory {
    /// @dev Length of a clone's code before what it was made from: terms' hash, token, number.
    uint256 internal constant PROXY_SIZE = 45;
    uint256 internal constant ARGS_SIZE = 96;

    /// @inheritdoc IProfitShareFactory
    address public immutable implementation;

    constructor(address implementation_) {
        implementation = implementation_;
    }

    /// @inheritdoc IProfitShareFactory
    function make(IProfitShare.Terms calldata terms, uint256 number) public returns (address agreement) {
        bytes memory args = _argsOf(terms, number);
        agreement = Clones.predictDeterministicAddressWithImmutableArgs(implementation, args, 0);
        if (agreement.code.length != 0) return agreement;
        Clones.cloneDeterministicWithImmutableArgs(implementation, args, 0);
        emit AgreementMade(agreement, bytes32(args), number);
    }

    /// @inheritdoc IProfitShareFactory
    function open(IProfitShare.Terms calldata terms, uint256 number, bytes[] calldata signatures)
        external
        returns (address agreement)
    {
        agreement = make(terms, number);
        IProfitShare(agreement).open(terms, signatures);
    }

    /// @inheritdoc IProfitShareFactory
    function addressOf(IProfitShare.Terms calldata terms, uint256 number) external view returns (address) {
        return Clones.predictDeterministicAddressWithImmutableArgs(implementation, _argsOf(terms, number), 0);
    }

    /// @inheritdoc IProfitShareFactory
    function isAgreement(address account) external view returns (bool) {
        if (account.code.length != PROXY_SIZE + ARGS_SIZE) return false;
        // Its own code says what it was made from, and only that, put up from here, has this address.
        bytes memory args = Clones.fetchCloneArgs(account);
        return Clones.predictDeterministicAddressWithImmutableArgs(implementation, args, 0) == account;
    }

    function _argsOf(IProfitShare.Terms calldata terms, uint256 number) private view returns (bytes memory) {
        return abi.encode(IProfitShare(implementation).check(terms), terms.token, number);
    }
}
