// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationWords} from "./IFederationWords.sol";

/// @title FederationFactory: federations, their branches, and the gateways between them
/// @notice Makes clones of fixed implementations. Their addresses follow from their whole content and a chosen number:
/// nobody else can take them, and they always mean the same content.
interface IFederationFactory {
    /// @notice A branch of a federation elsewhere, and the link of its gateway home.
    /// @param chain and `federation`: whose branch it is
    /// @param wait seconds that an order waits
    /// @param domain Hyperlane's number for the federation's chain
    /// @param peer the federation's gateway there
    struct BranchTerms {
        uint256 chain;
        address federation;
        uint256 wait;
        bool exitShare;
        bytes32 charter;
        address[] tokens;
        address mailbox;
        address ismFactory;
        uint32 domain;
        address peer;
        address[] validators;
        uint8 threshold;
    }

    event FederationMade(address indexed federation, address indexed purse, address indexed founder);
    event BranchMade(address indexed branch, address indexed gateway, uint256 chain, address indexed federation);
    event GatewayMade(address indexed gateway, address indexed owner);

    /// @notice Found a federation and its purse at home. The caller gains nothing by being the one who sends it.
    function found(IFederationWords.Charter calldata charter, uint256 number)
        external
        returns (address federation, address purse);

    /// @notice Found a branch here of a federation on another chain, with its gateway, linked home.
    function foundBranch(BranchTerms calldata terms, uint256 number) external returns (address branch, address gateway);

    /// @notice Make the gateway of `owner` over Hyperlane's mailbox here. Anyone may: it obeys its owner alone.
    function makeGateway(address owner, address mailbox, address ismFactory) external returns (address gateway);

    function addressesOf(IFederationWords.Charter calldata charter, uint256 number)
        external
        view
        returns (address federation, address purse);

    function branchOf(BranchTerms calldata terms, uint256 number)
        external
        view
        returns (address branch, address gateway);

    function gatewayOf(address owner, address mailbox, address ismFactory) external view returns (address gateway);

    function federationImplementation() external view returns (address);

    function purseImplementation() external view returns (address);

    function branchImplementation() external view returns (address);

    function gatewayImplementation() external view returns (address);
}
