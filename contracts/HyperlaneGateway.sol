// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IMailbox, IMultisigIsm, IMultisigIsmFactory} from "./interfaces/IHyperlane.sol";
import {IHyperlaneGateway} from "./interfaces/IHyperlaneGateway.sol";
import {LocalChain} from "./libraries/LocalChain.sol";

/// @title ERC-7786 over a Hyperlane mailbox
contract HyperlaneGateway is IHyperlaneGateway {
    /// @dev How to reach a chain, in one word. The domain is 0 where nothing is linked.
    struct Way {
        address peer;
        uint32 domain;
    }

    /// @dev Who may speak from a domain, in one word. The chain is 0 where nothing is linked.
    struct Voice {
        address peer;
        uint64 chain;
    }

    /// @dev Hyperlane's numbers for the kinds of modules.
    uint8 private constant ROUTING = 1;
    uint8 private constant MESSAGE_ID_MULTISIG = 5;
    /// @dev The format of hook metadata.
    uint16 private constant VARIANT = 1;
    /// @dev What is paid for at the other end: the signatures and what an end does first, and then for each byte of payload
    /// (a further tally is 46 of them and takes 45,000).
    uint256 private constant DELIVERY_GAS = 400_000;
    uint256 private constant BYTE_GAS = 1200;

    // The peer stands in both, so that a message reads one word when it leaves and one when it is handed in.
    mapping(uint256 chain => Way) private ways;
    mapping(uint32 domain => Voice) private voices;
    mapping(uint32 domain => address) private isms;

    /// @dev The message whose signatures were checked last in this transaction, and which was not handed in yet. The mailbox
    /// of a public chain can be exchanged by those who keep it: it is not believed that it asked.
    bytes32 private transient verified;

    /// @inheritdoc IHyperlaneGateway
    function link(uint256 chain, uint32 domain, address peer, address[] calldata validators, uint8 threshold)
        external
        returns (address ism)
    {
        (address owner_, address mailbox_, address factory) = _behind();
        require(msg.sender == owner_, OnlyOwner(owner_));
        require(chain != 0 && chain != block.chainid && chain <= type(uint64).max, NoOtherChain(chain));
        require(domain != 0 && domain != IMailbox(mailbox_).localDomain(), NoOtherDomain(domain));
        uint256 taken = voices[domain].chain;
        require(taken == 0 || taken == chain, DomainTaken(domain, taken));
        require(peer != address(0), NoPeer());
        _checkValidators(validators, threshold);
        ism = IMultisigIsmFactory(factory).deploy(validators, threshold);
        _checkIsm(ism, validators, threshold);

        _clear(chain);
        ways[chain] = Way(peer, domain);
        voices[domain] = Voice(peer, uint64(chain));
        isms[domain] = ism;
        emit Linked(chain, domain, peer, ism, validators, threshold);
    }

    /// @inheritdoc IHyperlaneGateway
    function unlink(uint256 chain) external {
        (address owner_,,) = _behind();
        require(msg.sender == owner_, OnlyOwner(owner_));
        _wayTo(chain);
        _clear(chain);
        emit Unlinked(chain);
    }

    /// @inheritdoc IERC7786GatewaySource
    function sendMessage(bytes calldata recipient, bytes calldata payload, bytes[] calldata attributes)
        external
        payable
        returns (bytes32)
    {
        (address owner_, address mailbox_,) = _behind();
        require(msg.sender == owner_, OnlyOwner(owner_));
        if (attributes.length != 0) revert UnsupportedAttribute(bytes4(attributes[0]));
        uint256 chain = _chainOf(recipient);
        Way memory way = _wayTo(chain);
        bytes memory sender = InteroperableAddress.formatEvmV1(block.chainid, owner_);
        bytes memory body = bytes.concat(sender, recipient, payload);

        emit MessageSent(0, sender, recipient, payload, 0, attributes);
        bytes32 messageId = _dispatch(IMailbox(mailbox_), way, body, _metadata(payload.length, owner_));
        emit MessageDispatched(keccak256(body), messageId, chain);
        return 0;
    }

    /// @inheritdoc IHyperlaneGateway
    function handle(uint32 origin, bytes32 sender, bytes calldata body) external {
        (address owner_, address mailbox_,) = _behind();
        require(msg.sender == mailbox_, OnlyMailbox(mailbox_));
        require(verified == keccak256(abi.encodePacked(origin, sender, body)), NotVerified(origin));
        verified = 0;
        Voice memory voice = voices[origin];
        require(voice.chain != 0, UnknownOrigin(origin));
        require(sender == _padded(voice.peer), NotThePeer(voice.chain, sender, voice.peer));
        (bytes calldata from, bytes calldata rest) = _split(body);
        (bytes calldata to, bytes calldata payload) = _split(rest);
        (uint256 claimed,) = InteroperableAddress.parseEvmV1Calldata(from);
        require(claimed == voice.chain, WrongSenderChain(claimed, voice.chain));
        require(keccak256(to) == keccak256(InteroperableAddress.formatEvmV1(block.chainid, owner_)), NotForUs(to));

        bytes32 id = keccak256(body);
        emit MessageReceived(id, claimed);

        bytes4 answer = IERC7786Recipient(owner_).receiveMessage(id, from, payload);
        require(answer == IERC7786Recipient.receiveMessage.selector, NotTaken(id));
    }

    /// @inheritdoc IHyperlaneGateway
    function quote(uint256 chain, bytes calldata payload) external view returns (uint256 fee) {
        (address owner_, address mailbox_,) = _behind();
        Way memory way = _wayTo(chain);
        // The recipient's address does not change the size of the body.
        bytes memory body = bytes.concat(
            InteroperableAddress.formatEvmV1(block.chainid, owner_),
            InteroperableAddress.formatEvmV1(chain, address(0)),
            payload
        );
        return _fee(IMailbox(mailbox_), way, body, _metadata(payload.length, owner_));
    }

    /// @inheritdoc IHyperlaneGateway
    function linkOf(uint256 chain) external view returns (Link memory) {
        Way memory way = _wayTo(chain);
        return Link(way.domain, way.peer, isms[way.domain]);
    }

    /// @inheritdoc IHyperlaneGateway
    function owner() external view returns (address account) {
        (account,,) = _behind();
    }

    /// @inheritdoc IHyperlaneGateway
    function mailbox() external view returns (address account) {
        (, account,) = _behind();
    }

    /// @inheritdoc IHyperlaneGateway
    function ismFactory() external view returns (address account) {
        (,, account) = _behind();
    }

    /// @inheritdoc IERC7786GatewaySource
    function supportsAttribute(bytes4) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IHyperlaneGateway
    function interchainSecurityModule() external view returns (address) {
        return address(this);
    }

    /// @inheritdoc IHyperlaneGateway
    function moduleType() external pure returns (uint8) {
        return ROUTING;
    }

    /// @inheritdoc IHyperlaneGateway
    function verify(bytes calldata metadata, bytes calldata message) external returns (bool) {
        (uint32 origin, address ism) = _route(message);
        // A module says no in many ways, most of them without words.
        try IMultisigIsm(ism).verify(metadata, message) returns (bool signed) {
            require(signed, NotSigned(origin, ism));
        } catch {
            revert NotSigned(origin, ism);
        }
        // Origin and sender, then the body.
        verified = keccak256(bytes.concat(message[5:41], message[77:]));
        return true;
    }

    /// @inheritdoc IHyperlaneGateway
    function route(bytes calldata message) external view returns (address ism) {
        (, ism) = _route(message);
    }

    function _clear(uint256 chain) private {
        uint32 domain = ways[chain].domain;
        delete ways[chain];
        delete voices[domain];
        delete isms[domain];
    }

    /// @dev Exactly the fee: a hook would pay a surplus to an end that does not expect it. As a rule there is none, so it is
    /// asked for only when coin came along or the mailbox refuses.
    function _dispatch(IMailbox mailbox_, Way memory way, bytes memory body, bytes memory metadata)
        private
        returns (bytes32)
    {
        if (msg.value != 0) _requireFee(mailbox_, way, body, metadata);
        try mailbox_.dispatch{value: msg.value}(way.domain, _padded(way.peer), body, metadata) returns (bytes32 messageId)
        {
            return messageId;
        } catch (bytes memory reason) {
            _requireFee(mailbox_, way, body, metadata);
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }

    function _requireFee(IMailbox mailbox_, Way memory way, bytes memory body, bytes memory metadata) private view {
        uint256 fee = _fee(mailbox_, way, body, metadata);
        require(msg.value == fee, WrongFee(msg.value, fee));
    }

    function _fee(IMailbox mailbox_, Way memory way, bytes memory body, bytes memory metadata)
        private
        view
        returns (uint256)
    {
        return mailbox_.quoteDispatch(way.domain, _padded(way.peer), body, metadata);
    }

    function _wayTo(uint256 chain) private view returns (Way memory way) {
        way = ways[chain];
        require(way.domain != 0, UnlinkedChain(chain));
    }

    /// @dev The origin stands at bytes 5 to 8 of Hyperlane's message.
    function _route(bytes calldata message) private view returns (uint32 origin, address ism) {
        origin = uint32(bytes4(message[5:9]));
        ism = isms[origin];
        require(ism != address(0), UnknownOrigin(origin));
    }

    function _checkIsm(address ism, address[] calldata validators, uint8 threshold) private view {
        (address[] memory signers, uint8 needed) = IMultisigIsm(ism).validatorsAndThreshold("");
        bool asked = keccak256(abi.encode(signers, needed)) == keccak256(abi.encode(validators, threshold));
        require(asked && IMultisigIsm(ism).moduleType() == MESSAGE_ID_MULTISIG, WrongIsm(ism));
    }

    /// @dev What stands behind a clone's 45 bytes of code.
    function _behind() private view returns (address owner_, address mailbox_, address factory) {
        assembly ("memory-safe") {
            extcodecopy(address(), 0, 0x2d, 60)
            owner_ := shr(96, mload(0))
            mailbox_ := shr(96, mload(20))
            factory := shr(96, mload(40))
        }
    }

    function _checkValidators(address[] calldata validators, uint256 threshold) private view {
        uint256 count = validators.length;
        (uint256 least, uint256 fewest) = LocalChain.isLocal() ? (1, 1) : (2, 3);
        require(threshold >= least && count >= fewest && threshold <= count, TooFewValidators(threshold, count));
        address before = address(0);
        for (uint256 i = 0; i < count; ++i) {
            require(validators[i] > before, ValidatorsNotAscending(validators[i]));
            before = validators[i];
        }
    }

    /// @dev Only the one form of an address that the other end compares with: no zeros before the chain, nothing behind.
    function _chainOf(bytes calldata recipient) private pure returns (uint256 chain) {
        bool known;
        address account;
        (known, chain, account) = InteroperableAddress.tryParseEvmV1Calldata(recipient);
        require(known && account != address(0), BadRecipient(recipient));
        require(recipient[5] != 0 && recipient.length == 26 + uint256(uint8(recipient[4])), BadRecipient(recipient));
    }

    /// @dev An ERC-7930 address, which says the lengths of its chain and its account, and what comes behind it.
    function _split(bytes calldata data) private pure returns (bytes calldata first, bytes calldata rest) {
        uint256 chainEnds = 5 + uint256(uint8(data[4]));
        uint256 ends = chainEnds + 1 + uint256(uint8(data[chainEnds]));
        return (data[:ends], data[ends:]);
    }

    /// @dev How much gas the delivery may take, and who gets what a hook pays back.
    function _metadata(uint256 length, address refunded) private pure returns (bytes memory) {
        return abi.encodePacked(VARIANT, uint256(0), DELIVERY_GAS + BYTE_GAS * length, refunded);
    }

    /// @dev As Hyperlane writes addresses.
    function _padded(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
