// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../interfaces/IProfitShare.sol";
import {Workshop} from "./Workshop.sol";
import {VM} from "./Vm.sol";
import {CallsOnTransfer} from "./neighbours/CallsOnTransfer.sol";
import {ReentersOnReceive} from "./neighbours/ReentersOnReceive.sol";
import {RefusesEther} from "./neighbours/RefusesEther.sol";
import {TakesAFee} from "./neighbours/TakesAFee.sol";

/// @notice What somebody might try in order to change what others agreed on, and what comes of it.
contract AttacksOnAmendmentsTest is Workshop {
    IProfitShare private agreement;

    function setUp() external {
        _build();
        agreement = _open(_order(COIN), 10_000);
    }

    function test_nobody_can_amend_without_any_signature() external {
        IProfitShare.Terms memory terms = _order(COIN);
        bytes32 before = agreement.hash();
        VM.prank(stranger);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.BadTerms.selector, "nothing changes"));
        agreement.amend(terms, _unamended(), terms, _change(), new bytes[](0));
        assertEq(agreement.hash(), before);
    }

    /// @dev Such a row could deliver one bps, and what is not delivered falls away from the price.
    function test_a_stranger_cannot_enter_alone_even_with_nothing() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare.Terms memory changed = _with(terms, IProfitShare.Party(stranger, stranger, 0, 7, 0));
        address[] memory asked = agreement.signersOf(terms, _unamended(), changed);
        assertEq(asked.length, 3);
        assertEq(asked[0], miller, "has a part in the profit");
        assertEq(asked[1], baker, "is residual");
        assertEq(asked[2], stranger);
        bytes[] memory signatures = new bytes[](1);
        VM.prank(stranger);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.SignatureCount.selector, 3, 1));
        agreement.amend(terms, _unamended(), changed, _change(), signatures);
    }

    /// @dev The price goes up, down and up again to the same terms: what was signed for the first rise is worth nothing.
    function test_a_signature_is_worth_nothing_once_terms_came_back() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare.Terms memory dearer = _order(COIN);
        dearer.price = 12_000;
        IProfitShare.Change memory change = _change();
        bytes32 digest = agreement.amendmentDigest(dearer, change);
        bytes[] memory signatures = _signAll(_of(miller, baker, customer), digest);
        VM.recordLogs();
        agreement.amend(terms, _unamended(), dearer, change, signatures);
        IProfitShare.Frozen memory found = _found();
        found = _amend(agreement, dearer, found, terms);
        assertEq(found.amendment, 2);
        assertTrue(agreement.amendmentDigest(dearer, change) != digest);
        VM.warp(block.timestamp + 1 hours);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, miller));
        agreement.amend(terms, found, dearer, change, signatures);
    }

    /// @dev A row that may change itself alone cannot keep the others from naming the terms in force.
    function test_terms_change_at_most_once_in_an_hour() external {
        IProfitShare.Terms memory kinder = _order(COIN);
        kinder.parties[1].cost -= 1;
        IProfitShare.Frozen memory found = _amend(agreement, _order(COIN), _unamended(), kinder);
        IProfitShare.Terms memory again = _copy(kinder);
        again.parties[1].cost -= 1;
        IProfitShare.Change memory change = _change();
        bytes[] memory signatures = _signAll(_of(smith), agreement.amendmentDigest(again, change));
        uint256 next = (block.timestamp / 1 hours + 1) * 1 hours;
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotYet.selector, next));
        agreement.amend(kinder, found, again, change, signatures);
        VM.warp(next);
        agreement.amend(kinder, found, again, change, signatures);
    }

    function test_a_signature_is_worth_nothing_elsewhere() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare.Terms memory dearer = _order(COIN);
        dearer.price = 12_000;
        bytes[] memory signatures =
            _signAll(_of(miller, baker, customer), agreement.amendmentDigest(dearer, _change()));
        IProfitShare twin = IProfitShare(factory.make(terms, 1));
        _pay(twin, COIN, 5000);
        bytes[] memory opening = _signAll(_signersOf(terms), agreement.openingDigest(terms));
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, miller));
        twin.open(terms, opening);
        twin.open(terms, _signAll(_signersOf(terms), twin.openingDigest(terms)));
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, miller));
        twin.amend(terms, _unamended(), dearer, _change(), signatures);
        VM.chainId(10);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, miller));
        agreement.amend(terms, _unamended(), dearer, _change(), signatures);
        VM.chainId(31337);
        agreement.amend(terms, _unamended(), dearer, _change(), signatures);
    }

    function test_what_was_signed_for_other_words_capital_or_time_is_worth_nothing() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare.Terms memory changed = _order(COIN);
        changed.parties[1].payee = stranger;
        bytes[] memory signatures = _signAll(_of(smith), agreement.amendmentDigest(changed, _change()));
        for (uint256 i = 0; i < 5; ++i) {
            IProfitShare.Change memory change = _change();
            IProfitShare.Terms memory other = _copy(changed);
            if (i == 0) change.document = "other";
            if (i == 1) change.capital = 1;
            if (i == 2) change.capitalTo = stranger;
            if (i == 3) change.deadline += 1;
            if (i == 4) other.parties[1].payee = arbiter;
            VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, smith));
            agreement.amend(terms, _unamended(), other, change, signatures);
        }
        uint256 late = _change().deadline + 1;
        IProfitShare.Change memory same = _change();
        VM.warp(late);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.TooLate.selector, late - 1));
        agreement.amend(terms, _unamended(), changed, same, signatures);
    }

    function test_a_signature_that_was_taken_back_is_worth_nothing() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare.Terms memory changed = _order(COIN);
        changed.parties[1].payee = stranger;
        IProfitShare.Change memory change = _change();
        bytes32 digest = agreement.amendmentDigest(changed, change);
        bytes[] memory signatures = _signAll(_of(smith), digest);
        VM.prank(smith);
        agreement.speak(digest, IProfitShare.Said.Revoked);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, smith));
        agreement.amend(terms, _unamended(), changed, change, signatures);
        VM.prank(stranger);
        agreement.speak(digest, IProfitShare.Said.Approved);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, smith));
        agreement.amend(terms, _unamended(), changed, change, new bytes[](1));
        VM.prank(smith);
        agreement.speak(digest, IProfitShare.Said.Approved);
        agreement.amend(terms, _unamended(), changed, change, new bytes[](1));
    }

    /// @dev A payee is the smith's own matter: the miller's signature is not asked for and does not do instead.
    function test_who_is_not_asked_cannot_sign_instead_or_besides() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare.Terms memory changed = _order(COIN);
        changed.parties[1].payee = stranger;
        IProfitShare.Change memory change = _change();
        bytes32 digest = agreement.amendmentDigest(changed, change);
        bytes[] memory signatures = _signAll(_of(miller), digest);
        VM.prank(miller);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, smith));
        agreement.amend(terms, _unamended(), changed, change, signatures);
        signatures = _signAll(_of(smith, miller), digest);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.SignatureCount.selector, 1, 2));
        agreement.amend(terms, _unamended(), changed, change, signatures);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.SignatureCount.selector, 1, 0));
        agreement.amend(terms, _unamended(), changed, change, new bytes[](0));
        VM.prank(smith);
        agreement.amend(terms, _unamended(), changed, change, new bytes[](1));
    }

    function test_each_signature_counts_in_its_place_only() external {
        IProfitShare.Terms memory dearer = _order(COIN);
        dearer.price = 12_000;
        IProfitShare.Change memory change = _change();
        bytes32 digest = agreement.amendmentDigest(dearer, change);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, miller));
        agreement.amend(_order(COIN), _unamended(), dearer, change, _signAll(_of(baker, miller, customer), digest));
        bytes[] memory signatures = _signAll(_of(miller, miller, customer), digest);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, baker));
        agreement.amend(_order(COIN), _unamended(), dearer, change, signatures);
        signatures[1] = new bytes(4097);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, baker));
        agreement.amend(_order(COIN), _unamended(), dearer, change, signatures);
    }

    function test_some_things_never_change() external {
        for (uint256 i = 0; i < 6; ++i) {
            IProfitShare.Terms memory changed = _order(COIN);
            string memory reason = "token, opening time and deposit cannot change";
            if (i == 0) changed.token = address(token);
            if (i == 1) changed.openBy += 1;
            if (i == 2) changed.depositBps += 1;
            if (i == 3) {
                changed.parties = new IProfitShare.Party[](2);
                (changed.parties[0], changed.parties[1]) = (_order(COIN).parties[0], _order(COIN).parties[1]);
                (changed.residual, reason) = (0, "rows keep their places; take cost and share away instead");
            }
            if (i == 4) (changed.parties[0].tier, reason) = (8, "tiers are 0 to 7");
            if (i == 5) {
                changed.parties[0].payee = address(agreement);
                reason = "a row has no payee or no signer";
            }
            VM.expectRevert(abi.encodeWithSelector(IProfitShare.BadTerms.selector, reason));
            agreement.amend(_order(COIN), _unamended(), changed, _change(), new bytes[](0));
        }
    }

    /// @dev 4,000 are released and claimed by nobody; then the miller's cost rises to 5,000, and all have signed.
    function test_amendment_never_reaches_back() external {
        IProfitShare.Terms memory terms = _order(COIN);
        _deliver(agreement, terms, 10_000);
        _accept(agreement, terms);
        IProfitShare.Terms memory changed = _order(COIN);
        changed.parties[0].cost = 5000;
        IProfitShare.Frozen memory found = _amend(agreement, terms, _unamended(), changed);
        assertEq(agreement.entitled(changed, found, 0), 2000);
        assertEq(agreement.entitled(changed, found, 1), 2000);
        VM.prank(smith);
        agreement.deliver(changed, found, 1, 10_000, "all", new bytes[](0));
        VM.prank(customer);
        agreement.accept(changed, found);
        // Of 6,000 the miller gets another 3,000 back, then the smith the last 1,000; of 2,000 profit 400 : 1,600.
        assertEq(agreement.claim(changed, found, 0, miller), 5400);
        assertEq(agreement.claim(changed, found, 1, smith), 3000);
        assertEq(agreement.claim(changed, found, 2, baker), 1600);
    }

    function test_an_amendment_comes_while_a_dispute_is_going_on() external {
        IProfitShare.Terms memory terms = _order(COIN);
        _deliver(agreement, terms, 10_000);
        VM.prank(customer);
        agreement.dispute(terms, _unamended(), "crooked");
        IProfitShare.Terms memory changed = _order(COIN);
        (changed.arbiter, changed.fallbackBps) = (address(0), 2500);
        IProfitShare.Frozen memory found = _amend(agreement, terms, _unamended(), changed);
        _isIn(agreement, IProfitShare.State.Disputed);
        VM.prank(arbiter);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.OnlyBy.selector, address(0)));
        agreement.rule(changed, found, 10_000, "late");
        pass(14 days + 1);
        agreement.settle(changed, found);
        assertEq(agreement.released(changed), 1000);
    }

    function test_an_ended_agreement_is_not_amended() external {
        IProfitShare.Terms memory terms = _order(COIN);
        VM.warp(terms.milestones[0].due + 1);
        agreement.settle(terms, _unamended());
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Refunded));
        agreement.amend(terms, _unamended(), terms, _change(), new bytes[](0));
    }

    // Capital

    function test_capital_in_coin_is_no_revenue() external {
        IProfitShare.Terms memory terms = _shares(COIN);
        IProfitShare venture = _open(terms, 300);
        IProfitShare.Change memory change = _change();
        (change.capital, change.capitalTo) = (1000, miller);
        IProfitShare.Terms memory changed =
            _with(terms, IProfitShare.Party(stranger, stranger, 1000, 0, 0));
        bytes[] memory signatures = _signAll(
            venture.signersOf(terms, _unamended(), changed), venture.amendmentDigest(changed, change)
        );
        VM.deal(stranger, 1000);
        VM.prank(stranger);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongCoin.selector, 999, 1000));
        venture.amend{value: 999}(terms, _unamended(), changed, change, signatures);
        VM.recordLogs();
        VM.prank(stranger);
        venture.amend{value: 1000}(terms, _unamended(), changed, change, signatures);
        IProfitShare.Frozen memory found = _found();
        assertEq(miller.balance, 1000);
        assertEq(found.released, 300);
        assertEq(venture.released(changed), 300);
        assertEq(venture.entitled(changed, found, 3), 0);
        _pay(venture, COIN, 500);
        assertEq(venture.entitled(changed, found, 3), 500);
    }

    function test_capital_that_is_refused_or_short_brings_no_new_terms() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare.Terms memory changed = _order(COIN);
        changed.parties[1].payee = stranger;
        IProfitShare.Change memory change = _change();
        (change.capital, change.capitalTo) = (10, address(new RefusesEther()));
        bytes[] memory signatures = _signAll(_of(smith), agreement.amendmentDigest(changed, change));
        bytes32 before = agreement.hash();
        VM.deal(address(this), 10);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotTaken.selector, COIN, change.capitalTo));
        agreement.amend{value: 10}(terms, _unamended(), changed, change, signatures);
        assertEq(agreement.hash(), before);

        TakesAFee fee = new TakesAFee();
        (terms.token, changed.token) = (address(fee), address(fee));
        IProfitShare other = _open(terms, 10_000);
        (change.capital, change.capitalTo) = (1000, miller);
        signatures = _signAll(_of(smith), other.amendmentDigest(changed, change));
        fee.mint(address(this), 1000);
        fee.approve(address(other), 1000);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.CapitalShort.selector, terms.token, 1000, 990));
        other.amend(terms, _unamended(), changed, change, signatures);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongCoin.selector, 1, 0));
        other.amend{value: 1}(terms, _unamended(), changed, change, signatures);
    }

    function test_whoever_gets_the_capital_cannot_come_back_in() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare.Terms memory changed = _order(COIN);
        ReentersOnReceive again = new ReentersOnReceive();
        changed.parties[1].payee = address(again);
        IProfitShare.Change memory change = _change();
        (change.capital, change.capitalTo) = (10, address(again));
        bytes[] memory signatures = _signAll(_of(smith), agreement.amendmentDigest(changed, change));
        IProfitShare.Frozen memory found = IProfitShare.Frozen(1, 0, new uint256[](3), new uint256[](3));
        bytes memory data = abi.encodeCall(agreement.refund, (changed, found, address(token), customer));
        again.set(address(agreement), data);
        token.mint(address(agreement), 5);
        VM.deal(address(this), 10);
        agreement.amend{value: 10}(terms, _unamended(), changed, change, signatures);
        assertEq(again.tries(), 1);
        assertEq(again.successes(), 0);
        assertEq(address(again).balance, 10);
        agreement.refund(changed, found, address(token), customer);
    }

    /// @dev A token's callback has all the gas there is, unlike whoever gets coin.
    function test_a_token_that_calls_back_while_capital_passes_gets_nowhere() external {
        CallsOnTransfer calls = new CallsOnTransfer();
        IProfitShare.Terms memory terms = _order(address(calls));
        IProfitShare other = _open(terms, 10_000);
        IProfitShare.Terms memory changed = _copy(terms);
        changed.parties[1].payee = stranger;
        IProfitShare.Frozen memory found = IProfitShare.Frozen(1, 0, new uint256[](3), new uint256[](3));
        calls.set(address(other), abi.encodeCall(other.refund, (changed, found, COIN, customer)));
        VM.deal(address(other), 5);
        IProfitShare.Change memory change = _change();
        (change.capital, change.capitalTo) = (10, miller);
        calls.mint(address(this), 10);
        calls.approve(address(other), 10);
        bytes[] memory signatures = _signAll(_of(smith), other.amendmentDigest(changed, change));
        other.amend(terms, _unamended(), changed, change, signatures);
        assertEq(calls.successes(), 0);
        assertEq(other.refund(changed, found, COIN, customer), 5);
    }

    function _of(address one) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = one;
    }

    function _of(address one, address two) private pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (one, two);
    }

    function _of(address one, address two, address three) private pure returns (address[] memory list) {
        list = new address[](3);
        (list[0], list[1], list[2]) = (one, two, three);
    }
}
