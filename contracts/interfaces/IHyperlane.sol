// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What is used of Hyperlane's mailbox: the one contract of a chain that takes messages in and hands them out, each
/// once.
interface IMailbox {
    /// @notice Hyperlane's number for this chain, as a rule its chain id.
    function localDomain() external view returns (uint32);

    /// @notice Send `body` to `recipient` on `domain`. `metadata` tells the hooks how much gas the delivery may take and who
    /// gets a surplus.
    function dispatch(uint32 domain, bytes32 recipient, bytes calldata body, bytes calldata metadata)
        external
        payable
        returns (bytes32 messageId);

    /// @notice What the same `dispatch` costs, in wei.
    function quoteDispatch(uint32 domain, bytes32 recipient, bytes calldata body, bytes calldata metadata)
        external
        view
        returns (uint256 fee);
}

/// @notice What is used of a security module that asks for the signatures of m of n validators.
interface IMultisigIsm {
    /// @notice Which kind of module it is: 5 is a multisig over message ids.
    function moduleType() external view returns (uint8);

    /// @notice Whether `metadata` carries what `message` needs. Reverts or says no.
    function verify(bytes calldata metadata, bytes calldata message) external view returns (bool);

    /// @notice Its validators and how many of them must sign.
    function validatorsAndThreshold(bytes calldata message)
        external
        view
        returns (address[] memory validators, uint8 threshold);
}

/// @notice What is used of the factory of multisig modules: whose parameters are in their code and never change.
interface IMultisigIsmFactory {
    /// @notice Make the module, if it is not there yet.
    function deploy(address[] calldata validators, uint8 threshold) external returns (address ism);
}
