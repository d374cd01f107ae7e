// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {IAdapterFactory} from "./interfaces/IAdapterFactory.sol";
import {IOpenZeppelinGovernor} from "./interfaces/IOpenZeppelinGovernor.sol";
import {ISafe} from "./interfaces/ISafe.sol";

/// @title Makes adapters for Governors and Safes
contract AdapterFactory is IAdapterFactory {
    /// @inheritdoc IAdapterFactory
    address public immutable governorImplementation;
    /// @inheritdoc IAdapterFactory
    address public immutable safeImplementation;

    constructor(address governorImplementation_, address safeImplementation_) {
        governorImplementation = governorImplementation_;
        safeImplementation = safeImplementation_;
    }

    /// @inheritdoc IAdapterFactory
    function adaptGovernor(address governor) external returns (address adapter) {
        address[] memory none = new address[](0);
        bytes memory asked =
            abi.encodeCall(IOpenZeppelinGovernor.hashProposal, (none, new uint256[](0), new bytes[](0), bytes32(0)));
        uint256 expected = uint256(keccak256(abi.encode(none, new uint256[](0), new bytes[](0), bytes32(0))));
        (bool known, uint256 said) = _ask(governor, asked);
        require(known && said == expected, NotAGovernor(governor));

        adapter = adapterOfGovernor(governor);
        if (adapter.code.length != 0) return adapter;
        Clones.cloneDeterministicWithImmutableArgs(governorImplementation, abi.encodePacked(governor), 0);
        emit GovernorAdapted(governor, adapter);
    }

    /// @inheritdoc IAdapterFactory
    function adaptSafe(address safe) external returns (address adapter) {
        (bool known, uint256 threshold) = _ask(safe, abi.encodeCall(ISafe.getThreshold, ()));
        require(known && threshold != 0, NotASafe(safe));

        adapter = adapterOfSafe(safe);
        if (adapter.code.length != 0) return adapter;
        Clones.cloneDeterministicWithImmutableArgs(safeImplementation, abi.encodePacked(safe), 0);
        emit SafeAdapted(safe, adapter);
    }

    /// @inheritdoc IAdapterFactory
    function adapterOfGovernor(address governor) public view returns (address) {
        return
            Clones.predictDeterministicAddressWithImmutableArgs(governorImplementation, abi.encodePacked(governor), 0);
    }

    /// @inheritdoc IAdapterFactory
    function adapterOfSafe(address safe) public view returns (address) {
        return Clones.predictDeterministicAddressWithImmutableArgs(safeImplementation, abi.encodePacked(safe), 0);
    }

    function _ask(address account, bytes memory asked) private view returns (bool known, uint256 answer) {
        bytes memory said;
        (known, said) = account.staticcall(asked);
        known = known && said.length == 32;
        if (known) answer = abi.decode(said, (uint256));
    }
}
