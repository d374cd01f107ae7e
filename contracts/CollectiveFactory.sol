// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {ICollective} from "./interfaces/ICollective.sol";
import {ICollectiveFactory} from "./interfaces/ICollectiveFactory.sol";

/// @title Founds collectives
contract CollectiveFactory is ICollectiveFactory {
    /// @inheritdoc ICollectiveFactory
    address public immutable collectiveImplementation;
    /// @inheritdoc ICollectiveFactory
    address public immutable treasuryImplementation;

    constructor(address collectiveImplementation_, address treasuryImplementation_) {
        collectiveImplementation = collectiveImplementation_;
        treasuryImplementation = treasuryImplementation_;
    }

    /// @inheritdoc ICollectiveFactory
    function found(ICollective.Charter calldata charter, uint256 number)
        external
        returns (address collective, address treasury)
    {
        bytes memory founding = abi.encodeCall(ICollective.initialize, (charter));
        bytes32 salt = _salt(founding, number);
        treasury = Clones.cloneDeterministic(treasuryImplementation, salt);
        collective = Clones.cloneDeterministicWithImmutableArgs(
            collectiveImplementation, abi.encodePacked(treasury), salt
        );
        emit CollectiveFounded(collective, treasury, msg.sender);
        Address.functionCall(collective, founding);
    }

    /// @inheritdoc ICollectiveFactory
    function addressesOf(ICollective.Charter calldata charter, uint256 number)
        external
        view
        returns (address collective, address treasury)
    {
        bytes32 salt = _salt(abi.encodeCall(ICollective.initialize, (charter)), number);
        treasury = Clones.predictDeterministicAddress(treasuryImplementation, salt);
        collective = Clones.predictDeterministicAddressWithImmutableArgs(
            collectiveImplementation, abi.encodePacked(treasury), salt
        );
    }

    function _salt(bytes memory founding, uint256 number) private pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(founding), number));
    }
}
