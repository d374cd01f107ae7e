// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IHyperlaneGateway} from "../interfaces/IHyperlaneGateway.sol";
import {deploy} from "./House.sol";
import {Test} from "./Test.sol";
import {VM} from "./Vm.sol";
import {AsksAFee} from "./neighbours/AsksAFee.sol";
import {SaysWhatItLikes} from "./neighbours/SaysWhatItLikes.sol";
import {TakesNotes} from "./neighbours/TakesNotes.sol";

/// @notice A gateway beside a mailbox, modules and an end that do as they like.
contract HyperlaneGatewayTest is Test {
    uint256 private constant THERE = 10;
    uint32 private constant DOMAIN = 110;
    address private constant PEER = address(0xFEED);
    bytes32 private constant PEER_WORD = bytes32(uint256(0xFEED));
    address private constant AFAR = address(0xFA7);

    AsksAFee private mailbox;
    SaysWhatItLikes private ism;
    TakesNotes private end;
    IHyperlaneGateway private gateway;
    bytes private here;
    bytes private there;

    function setUp() external {
        mailbox = new AsksAFee();
        ism = new SaysWhatItLikes();
        end = new TakesNotes();
        bytes memory behind = abi.encodePacked(end, mailbox, ism);
        gateway = IHyperlaneGateway(Clones.cloneWithImmutableArgs(deploy("HyperlaneGateway", ""), behind));
        here = InteroperableAddress.formatEvmV1(block.chainid, address(end));
        there = InteroperableAddress.formatEvmV1(THERE, AFAR);
        VM.deal(address(end), 1 ether);
    }

    // What it is

    function test_a_gateway_says_what_it_belongs_to_and_is_its_own_module() external view {
        assertEq(gateway.owner(), address(end));
        assertEq(gateway.mailbox(), address(mailbox));
        assertEq(gateway.ismFactory(), address(ism));
        assertEq(gateway.interchainSecurityModule(), address(gateway));
        assertEq(gateway.moduleType(), 1);
        assertFalse(gateway.supportsAttribute(0x01020304));
    }

    // What passes

    function testFuzz_what_leaves_one_gateway_another_hands_over_with_the_same_id(bytes calldata payload) external {
        _link();
        VM.prank(address(end));
        assertEq(gateway.sendMessage(there, payload, new bytes[](0)), bytes32(0));
        bytes32 id = keccak256(bytes.concat(here, there, payload));
        assertEq(keccak256(mailbox.body()), id);
        assertEq(mailbox.domain(), DOMAIN);
        assertEq(mailbox.recipient(), PEER_WORD);

        _handIn(bytes.concat(there, here, payload));
        assertEq(end.taken(), 1);
        assertEq(end.lastId(), keccak256(bytes.concat(there, here, payload)));
        assertEq(end.lastSender(), there);
        assertEq(end.lastPayload(), payload);
    }

    function test_both_ends_tell_the_same_id() external {
        _link();
        bytes32 id = keccak256(bytes.concat(here, there, "note"));
        VM.expectEmit(address(gateway));
        emit IERC7786GatewaySource.MessageSent(0, here, there, "note", 0, new bytes[](0));
        VM.expectEmit(address(gateway));
        emit IHyperlaneGateway.MessageDispatched(id, bytes32(uint256(1)), THERE);
        VM.prank(address(end));
        gateway.sendMessage(there, "note", new bytes[](0));

        bytes memory body = bytes.concat(there, here, "back");
        gateway.verify("", _message(DOMAIN, PEER_WORD, body));
        VM.expectEmit(address(gateway));
        emit IHyperlaneGateway.MessageReceived(keccak256(body), THERE);
        VM.prank(address(mailbox));
        gateway.handle(DOMAIN, PEER_WORD, body);
    }

    function test_the_hooks_hear_how_much_gas_the_other_end_may_take() external {
        _link();
        VM.prank(address(end));
        gateway.sendMessage(there, new bytes(100), new bytes[](0));
        assertEq(mailbox.metadata(), abi.encodePacked(uint16(1), uint256(0), uint256(520_000), address(end)));
    }

    // The fee

    function testFuzz_exactly_the_fee_goes_to_the_mailbox(uint256 fee, uint256 sent) external {
        _link();
        (fee, sent) = (bound(fee, 0, 1 ether), bound(sent, 0, 1 ether));
        mailbox.setFee(fee);
        assertEq(gateway.quote(THERE, "note"), fee);
        if (sent != fee) VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.WrongFee.selector, sent, fee));
        VM.prank(address(end));
        gateway.sendMessage{value: sent}(there, "note", new bytes[](0));
        assertEq(address(gateway).balance, 0);
        assertEq(address(mailbox).balance, sent == fee ? fee : 0);
    }

    function test_what_else_the_mailbox_refuses_it_says_itself() external {
        _link();
        mailbox.setClosed(true);
        VM.expectRevert(AsksAFee.Closed.selector);
        VM.prank(address(end));
        gateway.sendMessage(there, "note", new bytes[](0));
    }

    function test_nobody_s_coin_stays_in_a_gateway() external {
        _link();
        (bool done,) = address(gateway).call{value: 1}("");
        assertFalse(done);
        bytes memory body = bytes.concat(there, here, "note");
        bytes memory call = abi.encodeCall(gateway.handle, (DOMAIN, PEER_WORD, body));
        gateway.verify("", _message(DOMAIN, PEER_WORD, body));
        VM.deal(address(mailbox), 1);
        VM.prank(address(mailbox));
        (done,) = address(gateway).call{value: 1}(call);
        assertFalse(done);
    }

    // The link

    function test_away_from_local_chains_two_of_three_must_sign() external {
        VM.chainId(1);
        _refusesLink(1, 3);
        _refusesLink(2, 2);
        _refusesLink(1, 1);
        VM.prank(address(end));
        gateway.link(THERE, DOMAIN, PEER, _validators(3), 2);
        VM.chainId(31_340);
        _refusesLink(1, 3);
    }

    function testFuzz_a_link_asks_for_what_it_was_told(uint8 threshold, uint8 count) external {
        count = uint8(bound(count, 0, 12));
        bool good = threshold != 0 && threshold <= count;
        bytes memory refusal =
            abi.encodeWithSelector(IHyperlaneGateway.TooFewValidators.selector, uint256(threshold), uint256(count));
        if (!good) VM.expectRevert(refusal);
        VM.prank(address(end));
        gateway.link(THERE, DOMAIN, PEER, _validators(count), threshold);
        if (!good) return;
        (address[] memory signers, uint8 needed) = ism.validatorsAndThreshold("");
        assertEq(abi.encode(signers, needed), abi.encode(_validators(count), threshold));
        IHyperlaneGateway.Link memory made = gateway.linkOf(THERE);
        assertEq(abi.encode(made), abi.encode(DOMAIN, PEER, ism));
    }

    function test_validators_are_named_once_and_in_order() external {
        address[] memory validators = _validators(3);
        (validators[0], validators[1]) = (validators[1], validators[0]);
        _refusesOrder(validators, validators[1]);
        validators[1] = validators[0];
        _refusesOrder(validators, validators[0]);
        validators[0] = address(0);
        _refusesOrder(validators, address(0));
    }

    function test_a_module_that_asks_for_less_or_is_of_another_kind_is_refused() external {
        ism.pretend(_validators(3), 1, 5);
        _refusesModule();
        ism.pretend(_validators(2), 2, 5);
        _refusesModule();
        ism.pretend(_validators(3), 2, 6);
        _refusesModule();
        ism.pretend(_validators(3), 2, 5);
        _link();
    }

    function test_a_chain_is_named_that_is_another_and_has_a_number_that_exists() external {
        uint256[3] memory chains = [0, block.chainid, uint256(type(uint64).max) + 1];
        for (uint256 i = 0; i < 3; ++i) {
            VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.NoOtherChain.selector, chains[i]));
            VM.prank(address(end));
            gateway.link(chains[i], DOMAIN, PEER, _validators(3), 2);
        }
        uint32[2] memory numbers = [0, mailbox.localDomain()];
        for (uint256 i = 0; i < 2; ++i) {
            VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.NoOtherDomain.selector, numbers[i]));
            VM.prank(address(end));
            gateway.link(THERE, numbers[i], PEER, _validators(3), 2);
        }
        VM.expectRevert(IHyperlaneGateway.NoPeer.selector);
        VM.prank(address(end));
        gateway.link(THERE, DOMAIN, address(0), _validators(3), 2);
    }

    function test_a_link_that_was_changed_or_ended_leaves_nothing_behind() external {
        _link();
        VM.prank(address(end));
        gateway.link(THERE, DOMAIN + 1, PEER, _validators(3), 2);
        _refusesOrigin(DOMAIN);
        VM.prank(address(end));
        gateway.link(THERE + 1, DOMAIN, PEER, _validators(3), 2);
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.DomainTaken.selector, DOMAIN, THERE + 1));
        VM.prank(address(end));
        gateway.link(THERE, DOMAIN, PEER, _validators(3), 2);

        VM.startPrank(address(end));
        gateway.unlink(THERE);
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.UnlinkedChain.selector, THERE));
        gateway.unlink(THERE);
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.UnlinkedChain.selector, THERE));
        gateway.sendMessage(there, "note", new bytes[](0));
        VM.stopPrank();
        _refusesOrigin(DOMAIN + 1);
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.UnlinkedChain.selector, THERE));
        gateway.linkOf(THERE);
    }

    function testFuzz_nobody_else_sends_or_links(address stranger) external {
        VM.assume(stranger != address(end));
        _link();
        bytes memory refusal = abi.encodeWithSelector(IHyperlaneGateway.OnlyOwner.selector, end);
        VM.startPrank(stranger);
        VM.expectRevert(refusal);
        gateway.sendMessage(there, "note", new bytes[](0));
        VM.expectRevert(refusal);
        gateway.link(THERE, DOMAIN, PEER, _validators(3), 2);
        VM.expectRevert(refusal);
        gateway.unlink(THERE);
        VM.stopPrank();
    }

    // What comes in

    function testFuzz_only_the_mailbox_hands_in(address stranger) external {
        VM.assume(stranger != address(mailbox));
        _link();
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.OnlyMailbox.selector, mailbox));
        VM.prank(stranger);
        gateway.handle(DOMAIN, PEER_WORD, bytes.concat(there, here, "note"));
    }

    function testFuzz_nothing_but_the_peer_is_heard(bytes32 sender, uint32 domain) external {
        _link();
        bytes memory body = bytes.concat(there, here, "note");
        if (domain != DOMAIN) _refusesOrigin(domain);
        VM.assume(sender != PEER_WORD);
        gateway.verify("", _message(DOMAIN, sender, body));
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.NotThePeer.selector, THERE, sender, PEER));
        VM.prank(address(mailbox));
        gateway.handle(DOMAIN, sender, body);
        assertEq(end.taken(), 0);
    }

    /// @dev Whoever keeps the mailbox of a public chain can exchange its code.
    function testFuzz_a_mailbox_that_does_not_ask_hands_nothing_in(uint32 domain, bytes32 sender, bytes calldata body)
        external
    {
        _link();
        bytes memory refusal = abi.encodeWithSelector(IHyperlaneGateway.NotVerified.selector, domain);
        VM.expectRevert(refusal);
        VM.prank(address(mailbox));
        gateway.handle(domain, sender, body);
        // Nor one message for another, nor one twice.
        bytes memory note = bytes.concat(there, here, "note");
        gateway.verify("", _message(DOMAIN, PEER_WORD, note));
        if (keccak256(abi.encode(domain, sender, body)) != keccak256(abi.encode(DOMAIN, PEER_WORD, note))) {
            VM.expectRevert(refusal);
            VM.prank(address(mailbox));
            gateway.handle(domain, sender, body);
        }
        VM.prank(address(mailbox));
        gateway.handle(DOMAIN, PEER_WORD, note);
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.NotVerified.selector, DOMAIN));
        VM.prank(address(mailbox));
        gateway.handle(DOMAIN, PEER_WORD, note);
        assertEq(end.taken(), 1);
    }

    function test_what_was_checked_is_not_handed_in_once_its_link_is_ended() external {
        _link();
        bytes memory body = bytes.concat(there, here, "note");
        gateway.verify("", _message(DOMAIN, PEER_WORD, body));
        VM.prank(address(end));
        gateway.unlink(THERE);
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.UnknownOrigin.selector, DOMAIN));
        VM.prank(address(mailbox));
        gateway.handle(DOMAIN, PEER_WORD, body);
    }

    function testFuzz_a_sender_is_on_the_chain_that_is_linked(uint64 claimed) external {
        _link();
        bytes memory body = bytes.concat(InteroperableAddress.formatEvmV1(claimed, AFAR), here, "note");
        if (claimed == THERE) return _handIn(body);
        _refusesNote(abi.encodeWithSelector(IHyperlaneGateway.WrongSenderChain.selector, claimed, THERE), body);
    }

    function testFuzz_a_note_for_another_is_not_handed_over(address other, uint64 chain) external {
        VM.assume(other != address(end) || chain != block.chainid);
        _link();
        bytes memory recipient = InteroperableAddress.formatEvmV1(chain, other);
        bytes memory refusal = abi.encodeWithSelector(IHyperlaneGateway.NotForUs.selector, recipient);
        _refusesNote(refusal, bytes.concat(there, recipient, "note"));
    }

    function testFuzz_whatever_the_mailbox_hands_in_the_end_hears_only_its_own(bytes calldata body) external {
        _link();
        gateway.verify("", _message(DOMAIN, PEER_WORD, body));
        VM.prank(address(mailbox));
        try gateway.handle(DOMAIN, PEER_WORD, body) {
            (bytes memory from, bytes memory to,) = abi.decode(body, (bytes, bytes, bytes));
            (uint256 chain,) = InteroperableAddress.parseEvmV1(from);
            assertEq(chain, THERE);
            assertEq(to, here);
        } catch {
            assertEq(end.taken(), 0);
        }
    }

    function test_an_end_that_does_not_take_a_note_can_be_asked_again() external {
        _link();
        bytes memory body = bytes.concat(there, here, "note");
        end.setAnswer(0x01020304);
        _refusesNote(abi.encodeWithSelector(IHyperlaneGateway.NotTaken.selector, keccak256(body)), body);
        end.setAnswer(0);
        _refusesNote(abi.encodeWithSelector(TakesNotes.NotNow.selector), body);
        end.setAnswer(IERC7786Recipient.receiveMessage.selector);
        _handIn(body);
        assertEq(end.taken(), 1);
    }

    // The module

    function test_a_message_that_its_module_does_not_accept_in_whatever_way_is_refused() external {
        _link();
        bytes memory message = _message(DOMAIN, PEER_WORD, "note");
        assertTrue(gateway.verify("", message));
        assertEq(gateway.route(message), address(ism));
        bytes memory refusal = abi.encodeWithSelector(IHyperlaneGateway.NotSigned.selector, DOMAIN, ism);
        for (uint256 way = 1; way < 4; ++way) {
            ism.say(SaysWhatItLikes.Way(way));
            VM.expectRevert(refusal);
            gateway.verify("", message);
        }
    }

    function testFuzz_a_message_from_an_unlinked_domain_has_no_module(uint32 domain, bytes calldata rest) external {
        VM.assume(domain != DOMAIN);
        _link();
        bytes memory message = abi.encodePacked(uint8(3), uint32(0), domain, rest);
        bytes memory refusal = abi.encodeWithSelector(IHyperlaneGateway.UnknownOrigin.selector, domain);
        VM.expectRevert(refusal);
        gateway.route(message);
        VM.expectRevert(refusal);
        gateway.verify("", message);
    }

    // Addresses that say their chain

    function test_the_library_and_the_standard_s_examples_agree() external pure {
        address account = 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045;
        assertEq(
            InteroperableAddress.formatEvmV1(1, account), hex"00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045"
        );
        assertEq(
            InteroperableAddress.formatEvmV1(account), hex"000100000014d8da6bf26964af9d7eed9e03e53415d37aa96045"
        );
        bytes memory chain = hex"45296998a6f8e2a784db5d9f95e18fc23f70441a1039446801089879b08c7ef0";
        bytes memory key = hex"05333498d5aea4ae009585c43f7b8c30df8e70187d4a713d134f977fc8dfe0b5";
        assertEq(
            InteroperableAddress.formatV1(0x0002, chain, key), abi.encodePacked(hex"0001000220", chain, hex"20", key)
        );
        assertEq(InteroperableAddress.formatV1(0x0002, chain, ""), abi.encodePacked(hex"0001000220", chain, hex"00"));
        assertEq(InteroperableAddress.formatEvmV1(31_337, account)[4], bytes1(0x02));
    }

    function testFuzz_only_the_one_form_of_a_recipient_is_taken(uint64 chain, address account, uint8 zeros, bytes calldata more)
        external
    {
        VM.assume(chain != 0 && chain != block.chainid && account != address(0));
        VM.prank(address(end));
        gateway.link(chain, DOMAIN, PEER, _validators(3), 2);
        bytes memory good = InteroperableAddress.formatEvmV1(chain, account);
        VM.prank(address(end));
        gateway.sendMessage(good, "note", new bytes[](0));

        zeros = uint8(bound(zeros, 1, 20));
        bytes memory padded = abi.encodePacked(new bytes(zeros), bytes8(chain));
        _refusesRecipient(InteroperableAddress.formatV1(0, padded, abi.encodePacked(account)));
        if (more.length != 0) _refusesRecipient(abi.encodePacked(good, more));
        _refusesRecipient(InteroperableAddress.formatEvmV1(chain, address(0)));
        _refusesRecipient(InteroperableAddress.formatEvmV1(chain));
        if (keccak256(more) != keccak256(good)) _refusesRecipient(more);
    }

    function _link() private {
        VM.prank(address(end));
        gateway.link(THERE, DOMAIN, PEER, _validators(3), 2);
    }

    /// @dev As a mailbox does: asks the module first.
    function _handIn(bytes memory body) private {
        gateway.verify("", _message(DOMAIN, PEER_WORD, body));
        VM.prank(address(mailbox));
        gateway.handle(DOMAIN, PEER_WORD, body);
    }

    function _refusesNote(bytes memory refusal, bytes memory body) private {
        gateway.verify("", _message(DOMAIN, PEER_WORD, body));
        VM.expectRevert(refusal);
        VM.prank(address(mailbox));
        gateway.handle(DOMAIN, PEER_WORD, body);
    }

    function _message(uint32 domain, bytes32 sender, bytes memory body) private view returns (bytes memory) {
        bytes memory head = abi.encodePacked(uint8(3), uint32(0), domain, sender, mailbox.localDomain());
        return bytes.concat(head, bytes32(uint256(uint160(address(gateway)))), body);
    }

    function _validators(uint256 count) private pure returns (address[] memory list) {
        list = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            list[i] = address(uint160(0x1000 + i));
        }
    }

    function _refusesLink(uint8 threshold, uint256 count) private {
        VM.expectRevert(
            abi.encodeWithSelector(IHyperlaneGateway.TooFewValidators.selector, uint256(threshold), count)
        );
        VM.prank(address(end));
        gateway.link(THERE, DOMAIN, PEER, _validators(count), threshold);
    }

    function _refusesOrder(address[] memory validators, address wrong) private {
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.ValidatorsNotAscending.selector, wrong));
        VM.prank(address(end));
        gateway.link(THERE, DOMAIN, PEER, validators, 2);
    }

    function _refusesModule() private {
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.WrongIsm.selector, ism));
        VM.prank(address(end));
        gateway.link(THERE, DOMAIN, PEER, _validators(3), 2);
    }

    function _refusesOrigin(uint32 domain) private {
        bytes memory message = _message(domain, PEER_WORD, bytes.concat(there, here, "note"));
        VM.expectRevert(abi.encodeWithSelector(IHyperlaneGateway.UnknownOrigin.selector, domain));
        gateway.verify("", message);
    }

    function _refusesRecipient(bytes memory recipient) private {
        VM.expectRevert();
        VM.prank(address(end));
        gateway.sendMessage(recipient, "note", new bytes[](0));
    }
}
