// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title HyperlaneGateway: one end's way to its peers on other chains, ERC-7786 over Hyperlane's mailbox
/// @notice An end is a federation on its home chain or one of its branches elsewhere; it owns this gateway, alone may send
/// through it, and alone receives from it. Each chain is linked to one peer there, with a module of its own in which m of n
/// validators must have signed a message. The mailbox's default module is never asked.
/// @dev A clone with `abi.encodePacked(owner, mailbox, ismFactory)` behind its code. It has no pause, no fee and no say: what
/// arrives is the end's to judge. Its own routing module (Hyperlane's module type 1): the mailbox asks `verify`, relayers ask
/// `route`. It keeps no record of what it delivered: the mailbox delivers each message once. But it does not believe the
/// mailbox, which those who keep a public chain's can exchange, that signatures were checked.
/// The body of a message is sender, recipient and payload, one behind the other: ERC-7930 addresses say their own lengths. Its
/// hash is the id that both ends know; Hyperlane's own id is known to the sending end only.
interface IHyperlaneGateway is IERC7786GatewaySource {
    /// @notice The peer of a chain.
    /// @param domain Hyperlane's number for the chain
    /// @param peer the gateway there
    /// @param ism the module that a message from there must satisfy
    struct Link {
        uint32 domain;
        address peer;
        address ism;
    }

    event Linked(
        uint256 indexed chain, uint32 domain, address peer, address ism, address[] validators, uint8 threshold
    );
    event Unlinked(uint256 indexed chain);
    /// @notice The message `id` left for `chain`; Hyperlane knows it as `messageId`.
    event MessageDispatched(bytes32 indexed id, bytes32 indexed messageId, uint256 indexed chain);
    /// @notice The message `id` came from `chain` and was taken by the owner.
    event MessageReceived(bytes32 indexed id, uint256 indexed chain);

    /// @notice Only the end `owner`, whose gateway this is, can do this.
    error OnlyOwner(address owner);
    /// @notice Only the mailbox `mailbox` hands messages in.
    error OnlyMailbox(address mailbox);
    /// @notice Chain `chain` is not linked: link it by a motion first.
    error UnlinkedChain(uint256 chain);
    /// @notice The mailbox hands in a message from domain `domain` whose signatures were not checked before, or were for
    /// another time.
    error NotVerified(uint32 domain);
    /// @notice A message came from Hyperlane's domain `domain`, which is not linked.
    error UnknownOrigin(uint32 domain);
    /// @notice A message from chain `chain` was sent by `sender`, and the gateway linked there is `peer`.
    error NotThePeer(uint256 chain, bytes32 sender, address peer);
    /// @notice A message from chain `linked` says that its sender is on chain `claimed`.
    error WrongSenderChain(uint256 claimed, uint256 linked);
    /// @notice The recipient `recipient` is not the end that this gateway belongs to.
    error NotForUs(bytes recipient);
    /// @notice The recipient `recipient` is not an account on an EVM chain in its one ERC-7930 form.
    error BadRecipient(bytes recipient);
    /// @notice The end did not take the message `id`.
    error NotTaken(bytes32 id);
    /// @notice A message from domain `domain` does not carry the signatures that its module `ism` asks for.
    error NotSigned(uint32 domain, address ism);
    /// @notice Sending costs exactly `fee` wei now, and `sent` came along.
    error WrongFee(uint256 sent, uint256 fee);
    /// @notice Chain `chain` cannot be linked here: name another chain than this one.
    error NoOtherChain(uint256 chain);
    /// @notice Hyperlane's domain `domain` cannot be linked here: name that of another chain.
    error NoOtherDomain(uint32 domain);
    /// @notice Hyperlane's domain `domain` is linked as chain `chain` already.
    error DomainTaken(uint32 domain, uint256 chain);
    /// @notice A link needs the address of the gateway at its other end.
    error NoPeer();
    /// @notice Of `count` validators, `threshold` would have to sign; a link needs at least 2 of 3, and on chains for
    /// development 1 of 1.
    error TooFewValidators(uint256 threshold, uint256 count);
    /// @notice Validators are named in ascending order and once each; `validator` is out of place.
    error ValidatorsNotAscending(address validator);
    /// @notice What the factory made at `ism` is not the multisig module that was asked for.
    error WrongIsm(address ism);

    /// @notice Link a chain to its peer, or change its link. Owner only.
    /// @dev Makes the module, or finds it made: nothing but m of n validators can stand in a link.
    function link(uint256 chain, uint32 domain, address peer, address[] calldata validators, uint8 threshold)
        external
        returns (address ism);

    /// @notice End the link of a chain: nothing goes there or comes from there any more. Owner only.
    function unlink(uint256 chain) external;

    /// @notice Take in a message. Mailbox only, and only one that `verify` has accepted in the same transaction.
    /// @param origin Hyperlane's number for the chain that it comes from
    /// @param sender the gateway there, as 32 bytes
    function handle(uint32 origin, bytes32 sender, bytes calldata body) external;

    /// @notice What `sendMessage` with this payload costs now, in wei: exactly that must come along.
    function quote(uint256 chain, bytes calldata payload) external view returns (uint256 fee);

    /// @notice The link of a chain. Refuses a chain without one.
    function linkOf(uint256 chain) external view returns (Link memory);

    /// @notice The end that this gateway belongs to.
    function owner() external view returns (address);

    /// @notice Hyperlane's mailbox on this chain.
    function mailbox() external view returns (address);

    /// @notice Hyperlane's factory of multisig modules on this chain.
    function ismFactory() external view returns (address);

    // As Hyperlane asks

    /// @notice The module that the mailbox asks about messages to this gateway: the gateway itself.
    function interchainSecurityModule() external view returns (address);

    /// @notice Which kind of module this is: 1, routing.
    function moduleType() external pure returns (uint8);

    /// @notice The module of the link that `message` comes over. Refuses an origin without a link.
    function route(bytes calldata message) external view returns (address ism);

    /// @notice True when the module of its link accepts the message. Refuses one that is not signed as its link asks.
    /// @dev Remembers it until the end of the transaction: nothing else can be handed in, once.
    function verify(bytes calldata metadata, bytes calldata message) external returns (bool);
}
