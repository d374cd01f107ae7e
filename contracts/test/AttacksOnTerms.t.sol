// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../interfaces/IProfitShare.sol";
import {IProfitShareFactory} from "../interfaces/IProfitShareFactory.sol";
import {deploy} from "./House.sol";
import {Workshop} from "./Workshop.sol";
import {VM} from "./Vm.sol";
import {IExposed} from "./models/IExposed.sol";

/// @notice What somebody might try in order to have other terms taken for those that were agreed.
contract AttacksOnTermsTest is Workshop {
    /// @dev Where fields stand in `abi.encode(terms)`: after its offset, 13 words and the places of the two lists.
    uint256 private constant HEAD = 32;
    uint256 private constant WORDS = 15;

    IExposed private exposed;

    function setUp() external {
        _build();
        exposed = IExposed(deploy("Exposed", ""));
    }

    // The announced address

    function test_nobody_puts_other_terms_at_an_announced_address() external {
        IProfitShare.Terms memory terms = _order(COIN);
        address announced = factory.addressOf(terms, 7);
        VM.deal(customer, 5000);
        VM.prank(customer);
        (bool sent,) = announced.call{value: 5000}("");
        assertTrue(sent, "money may come first");
        IProfitShare.Terms memory other = _copy(terms);
        other.parties[1].payee = stranger;
        VM.prank(stranger);
        assertTrue(factory.make(other, 7) != announced);
        assertEq(announced.code.length, 0);
        assertEq(factory.make(terms, 7), announced);
        IProfitShare agreement = IProfitShare(announced);
        bytes[] memory signatures = _signAll(_signersOf(other), agreement.openingDigest(other));
        VM.expectPartialRevert(IProfitShare.TermsDiffer.selector);
        agreement.open(other, signatures);
        agreement.open(terms, _signAll(_signersOf(terms), agreement.openingDigest(terms)));
        _isIn(agreement, IProfitShare.State.Live);
        assertEq(agreement.hash(), exposed.hashOf(terms));
    }

    function test_making_it_twice_and_opening_it_twice_changes_nothing() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare agreement = _open(terms, 5000);
        VM.prank(stranger);
        assertEq(factory.make(terms, 0), address(agreement));
        bytes[] memory signatures = _signAll(_signersOf(terms), agreement.openingDigest(terms));
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Live));
        agreement.open(terms, signatures);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Live));
        factory.open(terms, 0, signatures);
        assertTrue(factory.isAgreement(address(agreement)));
        assertFalse(factory.isAgreement(factory.implementation()));
        assertFalse(factory.isAgreement(stranger));
        assertFalse(factory.isAgreement(address(this)));
    }

    /// @dev The same code with the same words behind it, put up by somebody else.
    function test_a_copy_of_a_clone_is_no_agreement() external {
        IProfitShare agreement = _make(_order(COIN));
        address copy = address(0xC0B1);
        VM.etch(copy, address(agreement).code);
        assertFalse(factory.isAgreement(copy));
        assertTrue(factory.isAgreement(address(agreement)));
    }

    function testFuzz_every_field_and_the_number_move_the_address(uint256 field, uint256 number) external view {
        IProfitShare.Terms memory terms = _order(address(token));
        address before = factory.addressOf(terms, number);
        field = bound(field, 0, 22);
        if (field == 0) terms.token = COIN;
        if (field == 1) terms.price += 1;
        if (field == 2) terms.depositBps += 1;
        if (field == 3) terms.openBy -= 1;
        if (field == 4) terms.review += 1;
        if (field == 5) terms.grace += 1;
        if (field == 6) terms.arbitration += 1;
        if (field == 7) terms.fallbackBps += 1;
        if (field == 8) terms.customer = stranger;
        if (field == 9) terms.refundTo = stranger;
        if (field == 10) terms.arbiter = stranger;
        if (field == 11) terms.document = "other";
        if (field == 12) terms.residual = 1;
        if (field == 13) terms.milestones[1].due += 1;
        if (field == 14) (terms.milestones[0].share, terms.milestones[1].share) = (6000, 4000);
        if (field == 15) terms.parties[2].payee = stranger;
        if (field == 16) terms.parties[2].signer = stranger;
        if (field == 17) terms.parties[2].cost += 1;
        if (field == 18) terms.parties[2].tier += 1;
        if (field == 19) terms.parties[2].share += 1;
        if (field == 20) terms = _with(terms, IProfitShare.Party(stranger, stranger, 0, 0, 0));
        if (field == 21) (terms.parties[0], terms.parties[1]) = (terms.parties[1], terms.parties[0]);
        if (field == 22) number = number == 0 ? 1 : number - 1;
        assertTrue(factory.addressOf(terms, number) != before);
    }

    // What stands in calldata: the hash is of what is read

    function test_an_address_with_dirty_bits_is_refused() external {
        IProfitShare.Terms memory terms = _order(COIN);
        // token, customer, refundTo, arbiter; payee and signer of the last row.
        uint256 parties = HEAD + 32 * WORDS + 32 * 5 + 32;
        uint256[6] memory places =
            [HEAD, HEAD + 32 * 8, HEAD + 32 * 9, HEAD + 32 * 10, parties + 2 * 160, parties + 2 * 160 + 32];
        for (uint256 i = 0; i < places.length; ++i) {
            bytes memory data = abi.encode(terms);
            data[places[i]] = 0x01;
            bytes memory call_ = abi.encodePacked(IProfitShareFactory.make.selector, _insertNumber(data));
            (bool made,) = address(factory).call(call_);
            assertFalse(made, "made with dirty bits");
        }
        bytes memory clean = abi.encodePacked(IProfitShareFactory.make.selector, _insertNumber(abi.encode(terms)));
        (bool done,) = address(factory).call(clean);
        assertTrue(done, "these are the right places");
    }

    /// @dev The parties' list pointed at the milestones', at itself again, past the end, or in front of the terms.
    function testFuzz_lists_that_lie_elsewhere_are_hashed_as_they_are_read(int256 move, bool parties) external view {
        IProfitShare.Terms memory terms = _order(COIN);
        bytes memory data = abi.encode(terms);
        uint256 place = _placeOf(parties);
        int256 offset = int256(_word(data, place)) + bound(move, -700, 900);
        _put(data, place, uint256(offset));
        _hashesWhatItReads(data);
    }

    function testFuzz_any_offset_at_all_is_hashed_as_it_is_read(uint256 offset, bool parties) external view {
        bytes memory data = abi.encode(_order(COIN));
        _put(data, _placeOf(parties), offset);
        _hashesWhatItReads(data);
    }

    function testFuzz_any_length_of_a_list_is_hashed_as_it_is_read(uint256 length, bool parties) external view {
        bytes memory data = abi.encode(_order(COIN));
        uint256 list = 2 * HEAD + _word(data, _placeOf(parties));
        _put(data, list, length % 3 == 0 ? length : length % 8);
        _hashesWhatItReads(data);
    }

    /// @dev The parties' list in front of the terms themselves, in the word of a length that is 0, and over the milestones.
    function test_lists_in_front_of_the_terms_and_over_each_other_are_read_and_hashed() external view {
        bytes memory data = abi.encode(_order(COIN));
        uint256 milestones = _word(data, _placeOf(false));
        _put(data, _placeOf(true), milestones);
        assertTrue(_hashesWhatItReads(data), "over each other");
        bytes memory shifted = abi.encodePacked(abi.encode(uint256(64), uint256(0)), _withoutFirstWord(data));
        _put(shifted, _placeOf(true) + 32, type(uint256).max - 31);
        assertTrue(_hashesWhatItReads(shifted), "in front");
    }

    /// @dev Whoever lays terms out otherwise has the same terms: what is read is the same.
    function test_terms_laid_out_otherwise_are_the_same_terms() external {
        IProfitShare.Terms memory terms = _order(COIN);
        bytes memory data = abi.encode(terms);
        // The lists' places move by one word, and a word of rubbish comes before them.
        bytes memory moved = new bytes(data.length + 32);
        uint256 head = HEAD + 32 * WORDS;
        for (uint256 i = 0; i < data.length; ++i) {
            moved[i < head ? i : i + 32] = data[i];
        }
        moved[head] = 0xFF;
        for (uint256 field = 13; field < 15; ++field) {
            uint256 place = HEAD + 32 * field + 32;
            _put(moved, place, _word(data, place) + 32);
        }
        (bool done, bytes memory answer) =
            address(exposed).staticcall(abi.encodePacked(IExposed.hashOf.selector, moved));
        assertTrue(done);
        assertEq(abi.decode(answer, (bytes32)), exposed.hashOf(terms));
    }

    /// @dev The first hash, by the words of its NatSpec.
    function testFuzz_the_hash_is_that_of_the_fields_and_the_two_lists(IProfitShare.Terms memory terms) external view {
        bytes memory fields = abi.encode(
            terms.token,
            terms.price,
            terms.depositBps,
            terms.openBy,
            terms.review,
            terms.grace,
            terms.arbitration,
            terms.fallbackBps,
            terms.customer,
            terms.refundTo,
            terms.arbiter,
            terms.document,
            terms.residual
        );
        assertEq(exposed.hashOf(terms), keccak256(abi.encodePacked(fields, _listed(terms))));
    }

    function test_what_is_frozen_cannot_be_made_up() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare agreement = _open(terms, 10_000);
        IProfitShare.Frozen memory made = IProfitShare.Frozen(0, 0, new uint256[](3), new uint256[](3));
        (made.amounts[0], made.repaid[0]) = (1000, 1000);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.TermsDiffer.selector, agreement.hash(), bytes32(0)));
        agreement.entitled(terms, made, 0);
        IProfitShare.Terms memory changed = _copy(terms);
        changed.parties[1].payee = stranger;
        IProfitShare.Frozen memory found = _amend(agreement, terms, _unamended(), changed);
        found.amounts[1] = 10_000;
        VM.expectPartialRevert(IProfitShare.TermsDiffer.selector);
        agreement.claim(changed, found, 1, stranger);
        VM.expectPartialRevert(IProfitShare.TermsDiffer.selector);
        agreement.entitled(changed, _unamended(), 1);
        VM.expectPartialRevert(IProfitShare.TermsDiffer.selector);
        agreement.entitled(terms, _unamended(), 1);
    }

    /// @dev `data` is refused, or hashes like the terms that are read from it. `seen` counts the latter.
    function _hashesWhatItReads(bytes memory data) private view returns (bool seen) {
        bytes memory answer;
        (seen, answer) = address(exposed).staticcall(abi.encodePacked(IExposed.read.selector, data));
        if (!seen) return false;
        IProfitShare.Terms memory terms = abi.decode(answer, (IProfitShare.Terms));
        (seen, answer) = address(exposed).staticcall(abi.encodePacked(IExposed.hashOf.selector, data));
        assertTrue(seen, "read and not hashed");
        assertEq(abi.decode(answer, (bytes32)), exposed.hashOf(terms), "another hash than of what is read");
    }

    /// @dev Where the place of a list is written.
    function _placeOf(bool parties) private pure returns (uint256) {
        return 2 * HEAD + (parties ? uint256(14 * 32) : uint256(13 * 32));
    }

    function _listed(IProfitShare.Terms memory terms) private pure returns (bytes memory) {
        bytes memory milestones;
        for (uint256 i = 0; i < terms.milestones.length; ++i) {
            milestones = abi.encodePacked(milestones, abi.encode(terms.milestones[i]));
        }
        bytes memory parties;
        for (uint256 i = 0; i < terms.parties.length; ++i) {
            parties = abi.encodePacked(parties, abi.encode(terms.parties[i]));
        }
        return abi.encode(keccak256(milestones), keccak256(parties));
    }

    /// @dev `abi.encode(terms)` made into the arguments (terms, 0).
    function _insertNumber(bytes memory data) private pure returns (bytes memory arguments) {
        return abi.encodePacked(abi.encode(uint256(64), uint256(0)), _withoutFirstWord(data));
    }

    function _withoutFirstWord(bytes memory data) private pure returns (bytes memory tail) {
        tail = new bytes(data.length - 32);
        for (uint256 i = 0; i < tail.length; ++i) {
            tail[i] = data[i + 32];
        }
    }

    /// @dev Places count from the start of the bytes' memory, so the first word is at 32.
    function _word(bytes memory data, uint256 place) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(data, place))
        }
    }

    function _put(bytes memory data, uint256 place, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(data, place), word)
        }
    }
}
