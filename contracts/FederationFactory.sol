// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {IBranch} from "./interfaces/IBranch.sol";
import {IFederation} from "./interfaces/IFederation.sol";
import {IFederationWords} from "./interfaces/IFederationWords.sol";
import {IFederationFactory} from "./interfaces/IFederationFactory.sol";

/// @title Makes federations, branches and gateways
contract FederationFactory is IFederationFactory {
    /// @inheritdoc IFederationFactory
    address public immutable federationImplementation;
    /// @inheritdoc IFederationFactory
    address public immutable purseImplementation;
    /// @inheritdoc IFederationFactory
    address public immutable branchImplementation;
    /// @inheritdoc IFederationFactory
    address public immutable gatewayImplementation;

    constructor(
        address federationImplementation_,
        address purseImplementation_,
        address branchImplementation_,
        address gatewayImplementation_
    ) {
        federationImplementation = federationImplementation_;
        purseImplementation = purseImplementation_;
        branchImplementation = branchImplementation_;
        gatewayImplementation = gatewayImplementation_;
    }

    /// @inheritdoc IFederationFactory
    function found(IFederationWords.Charter calldata charter, uint256 number)
        external
        returns (address federation, address purse)
    {
        bytes32 salt = keccak256(abi.encode(charter, number));
        purse = Clones.cloneDeterministic(purseImplementation, salt);
        federation =
            Clones.cloneDeterministicWithImmutableArgs(federationImplementation, abi.encodePacked(purse), salt);
        emit FederationMade(federation, purse, msg.sender);
        IFederation(federation).initialize(charter);
    }

    /// @inheritdoc IFederationFactory
    function foundBranch(BranchTerms calldata terms, uint256 number)
        external
        returns (address branch, address gateway)
    {
        branch = Clones.cloneDeterministic(branchImplementation, keccak256(abi.encode(terms, number)));
        gateway = _gateway(branch, terms.mailbox, terms.ismFactory);
        emit BranchMade(branch, gateway, terms.chain, terms.federation);
        IBranch(branch).initialize(
            IBranch.Setup(
                terms.chain,
                terms.federation,
                gateway,
                terms.wait,
                terms.exitShare,
                terms.charter,
                terms.tokens,
                terms.domain,
                terms.peer,
                terms.validators,
                terms.threshold
            )
        );
    }

    /// @inheritdoc IFederationFactory
    function makeGateway(address owner, address mailbox, address ismFactory) external returns (address) {
        return _gateway(owner, mailbox, ismFactory);
    }

    /// @inheritdoc IFederationFactory
    function addressesOf(IFederationWords.Charter calldata charter, uint256 number)
        external
        view
        returns (address federation, address purse)
    {
        bytes32 salt = keccak256(abi.encode(charter, number));
        purse = Clones.predictDeterministicAddress(purseImplementation, salt);
        federation = Clones.predictDeterministicAddressWithImmutableArgs(
            federationImplementation, abi.encodePacked(purse), salt
        );
    }

    /// @inheritdoc IFederationFactory
    function branchOf(BranchTerms calldata terms, uint256 number)
        external
        view
        returns (address branch, address gateway)
    {
        branch = Clones.predictDeterministicAddress(branchImplementation, keccak256(abi.encode(terms, number)));
        gateway = gatewayOf(branch, terms.mailbox, terms.ismFactory);
    }

    /// @inheritdoc IFederationFactory
    function gatewayOf(address owner, address mailbox, address ismFactory) public view returns (address) {
        return Clones.predictDeterministicAddressWithImmutableArgs(
            gatewayImplementation, abi.encodePacked(owner, mailbox, ismFactory), 0
        );
    }

    /// @dev Anyone can have made it before: it is the same one.
    function _gateway(address owner, address mailbox, address ismFactory) private returns (address gateway) {
        gateway = gatewayOf(owner, mailbox, ismFactory);
        if (gateway.code.length != 0) return gateway;
        Clones.cloneDeterministicWithImmutableArgs(
            gatewayImplementation, abi.encodePacked(owner, mailbox, ismFactory), 0
        );
        emit GatewayMade(gateway, owner);
    }
}
