// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../interfaces/IProfitShare.sol";
import {Workshop} from "./Workshop.sol";
import {VM} from "./Vm.sol";

/// @notice What customers, makers and arbiters might try with deliveries, reviews, disputes and deadlines.
contract AttacksOnDeliveriesTest is Workshop {
    IProfitShare private agreement;
    bytes[] private none;

    function setUp() external {
        _build();
        agreement = _open(_order(COIN), 10_000);
    }

    // Opening

    function test_nothing_opens_without_all_signatures_the_deposit_and_in_time() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare draft = IProfitShare(factory.make(terms, 1));
        bytes[] memory signatures = _signAll(_signersOf(terms), draft.openingDigest(terms));
        _pay(draft, COIN, 4999);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotPaid.selector, terms.token, 5000, 4999));
        draft.open(terms, signatures);
        _pay(draft, COIN, 1);
        bytes memory smiths = signatures[1];
        signatures[1] = "";
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, smith));
        draft.open(terms, signatures);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.SignatureCount.selector, 3, 2));
        draft.open(terms, new bytes[](2));
        VM.warp(terms.openBy);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotYet.selector, terms.openBy));
        draft.settle(terms, _unamended());
        VM.warp(terms.openBy + 1);
        signatures[1] = smiths;
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.TooLate.selector, terms.openBy));
        draft.open(terms, signatures);
        draft.settle(terms, _unamended());
        assertEq(draft.refund(terms, _unamended(), COIN, customer), 5000);
        VM.warp(terms.openBy);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Refunded));
        draft.open(terms, signatures);
    }

    function test_a_draft_neither_delivers_nor_pays() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare draft = IProfitShare(factory.make(terms, 1));
        _pay(draft, COIN, 10_000);
        _isIn(draft, IProfitShare.State.Draft);
        bytes memory refusal = abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Draft);
        VM.expectRevert(refusal);
        VM.prank(miller);
        draft.deliver(terms, _unamended(), 0, 10_000, "", none);
        VM.expectRevert(refusal);
        draft.refund(terms, _unamended(), COIN, customer);
        VM.expectRevert(refusal);
        draft.amend(terms, _unamended(), terms, _change(), new bytes[](0));
        VM.expectRevert(IProfitShare.NothingDue.selector);
        draft.claim(terms, _unamended(), 0, miller);
    }

    // Delivering

    function test_only_a_rows_signer_delivers_and_not_after_the_due_time() external {
        IProfitShare.Terms memory terms = _order(COIN);
        VM.prank(customer);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.OnlyBy.selector, miller));
        agreement.deliver(terms, _unamended(), 0, 10_000, "", none);
        VM.prank(miller);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NoSuchRow.selector, 3));
        agreement.deliver(terms, _unamended(), 3, 10_000, "", none);
        bytes memory bad = abi.encodeWithSelector(
            IProfitShare.BadTerms.selector, "a delivery is 1 to 10,000 bps of its milestone"
        );
        VM.startPrank(miller);
        VM.expectRevert(bad);
        agreement.deliver(terms, _unamended(), 0, 0, "", none);
        VM.expectRevert(bad);
        agreement.deliver(terms, _unamended(), 0, 10_001, "", none);
        uint256 due = terms.milestones[0].due;
        VM.warp(due + 1);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.TooLate.selector, due));
        agreement.deliver(terms, _unamended(), 0, 10_000, "", none);
        VM.warp(due);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotYet.selector, due));
        agreement.settle(terms, _unamended());
        agreement.deliver(terms, _unamended(), 0, 10_000, "", none);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Delivered));
        agreement.deliver(terms, _unamended(), 0, 10_000, "", none);
        VM.stopPrank();
    }

    /// @dev A tenth of 4,000 is delivered: 3,600 fall away and go back, 6,000 stay.
    function test_what_is_not_delivered_falls_away_from_the_price() external {
        IProfitShare.Terms memory terms = _order(COIN);
        _deliver(agreement, terms, 1000);
        VM.expectRevert(IProfitShare.NothingDue.selector);
        agreement.refund(terms, _unamended(), COIN, customer);
        _accept(agreement, terms);
        assertEq(agreement.released(terms), 400);
        assertEq(agreement.refund(terms, _unamended(), COIN, customer), 3600);
        assertEq(agreement.held(terms), 6000);
        VM.expectRevert(IProfitShare.NothingDue.selector);
        agreement.refund(terms, _unamended(), COIN, customer);
    }

    /// @dev The miller, friends with the customer, would deliver a hundredth of a percent: the rest of 4,000 would be void.
    function test_nobody_gives_up_the_others_part_of_the_price() external {
        IProfitShare.Terms memory terms = _order(COIN);
        assertEq(abi.encode(agreement.losersOf(terms, _unamended())), abi.encode(_signersOf(terms)));
        bytes[] memory signatures = new bytes[](3);
        signatures[1] = _sign(smith, agreement.deliveryDigest(1, "done"));
        signatures[2] = _sign(baker, agreement.deliveryDigest(2, "done"));
        VM.startPrank(miller);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.SignatureCount.selector, 3, 0));
        agreement.deliver(terms, _unamended(), 0, 1, "done", none);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, baker));
        agreement.deliver(terms, _unamended(), 0, 1, "done", signatures);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotSigned.selector, smith));
        agreement.deliver(terms, _unamended(), 0, 1, "other", signatures);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.SignatureCount.selector, 0, 3));
        agreement.deliver(terms, _unamended(), 0, 10_000, "done", signatures);
        VM.stopPrank();
        // The baker says so on the chain.
        bytes32 digest = agreement.deliveryDigest(1, "done");
        VM.prank(baker);
        agreement.speak(digest, IProfitShare.Said.Approved);
        VM.prank(miller);
        agreement.deliver(terms, _unamended(), 0, 1, "done", signatures);
        (,, uint256 part,,,) = agreement.status();
        assertEq(part, 1);
    }

    /// @dev After 4,000 the miller has 2,000 back and is in the profit; the smith misses 1,000; after all only profit.
    function test_who_cannot_lose_is_not_asked_about_a_lesser_delivery() external {
        IProfitShare.Terms memory terms = _order(COIN);
        terms.parties[0].share = 0;
        IProfitShare other = _open(terms, 10_000);
        _deliver(other, terms, 10_000);
        _accept(other, terms);
        address[] memory losers = other.losersOf(terms, _unamended());
        assertEq(losers.length, 2);
        assertEq(losers[0], smith);
        assertEq(losers[1], baker);
        // A signature for the first milestone says nothing about the second.
        _deliver(other, terms, 5000);
        _accept(other, terms);
        assertEq(other.released(terms), 7000);
    }

    function test_work_that_never_comes_is_paid_back() external {
        IProfitShare.Terms memory terms = _order(COIN);
        _deliver(agreement, terms, 10_000);
        _accept(agreement, terms);
        VM.warp(terms.milestones[1].due + 1);
        agreement.settle(terms, _unamended());
        _isIn(agreement, IProfitShare.State.Refunded);
        assertEq(agreement.refund(terms, _unamended(), COIN, customer), 6000);
        assertEq(_claim(agreement, terms, 0), 2000);
        assertEq(_claim(agreement, terms, 1), 2000);
        assertEq(address(agreement).balance, 0);
    }

    // Reviewing

    function test_silence_accepts() external {
        IProfitShare.Terms memory terms = _order(COIN);
        _deliver(agreement, terms, 10_000);
        pass(7 days);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotYet.selector, START + 7 days));
        agreement.settle(terms, _unamended());
        pass(1);
        VM.prank(customer);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.TooLate.selector, START + 7 days));
        agreement.dispute(terms, _unamended(), "too late");
        VM.prank(stranger);
        agreement.settle(terms, _unamended());
        assertEq(agreement.released(terms), 4000);
        _isIn(agreement, IProfitShare.State.Live);
    }

    /// @dev Reviewed for five days: the second milestone is due five days later, and not a second more.
    function test_the_clock_of_what_is_still_due_stands_still_during_a_review() external {
        IProfitShare.Terms memory terms = _order(COIN);
        _deliver(agreement, terms, 10_000);
        pass(5 days);
        _accept(agreement, terms);
        uint256 due = terms.milestones[1].due + 5 days;
        VM.warp(due);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotYet.selector, due));
        agreement.settle(terms, _unamended());
        VM.warp(due + 1);
        VM.prank(miller);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.TooLate.selector, due));
        agreement.deliver(terms, _unamended(), 0, 10_000, "", none);
        VM.warp(due);
        _deliver(agreement, terms, 10_000);
    }

    /// @dev Half is paid in: what is missing may come until three days after the review; then what is there is released.
    function test_a_customer_that_runs_leaves_the_deposit() external {
        IProfitShare.Terms memory terms = _order(COIN);
        terms.milestones[0].share = 8000;
        terms.milestones[1].share = 2000;
        IProfitShare other = _open(terms, 5000);
        _deliver(other, terms, 10_000);
        VM.prank(customer);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotPaid.selector, terms.token, 8000, 5000));
        other.accept(terms, _unamended());
        VM.warp(START + 10 days);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotYet.selector, START + 10 days));
        other.settle(terms, _unamended());
        uint256 state = VM.snapshotState();
        _pay(other, COIN, 3000);
        other.settle(terms, _unamended());
        assertEq(other.released(terms), 8000);
        VM.revertToState(state);
        VM.warp(START + 10 days + 1);
        other.settle(terms, _unamended());
        _isIn(other, IProfitShare.State.Defaulted);
        assertEq(other.released(terms), 5000);
        assertEq(_claim(other, terms, 0), 2000);
        assertEq(_claim(other, terms, 1), 3000);
        _pay(other, COIN, 7);
        assertEq(other.refund(terms, _unamended(), COIN, customer), 7);
    }

    // Disputes

    function test_only_the_customer_disputes_and_accepts() external {
        IProfitShare.Terms memory terms = _order(COIN);
        _deliver(agreement, terms, 10_000);
        VM.startPrank(miller);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.OnlyBy.selector, customer));
        agreement.dispute(terms, _unamended(), "");
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.OnlyBy.selector, customer));
        agreement.accept(terms, _unamended());
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Delivered));
        agreement.rule(terms, _unamended(), 10_000, "");
        VM.stopPrank();
    }

    /// @dev 60 % of a delivery of half of 4,000.
    function test_a_ruling_is_final() external {
        IProfitShare.Terms memory terms = _order(COIN);
        _deliver(agreement, terms, 5000);
        VM.prank(customer);
        agreement.dispute(terms, _unamended(), "crooked");
        VM.prank(customer);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.OnlyBy.selector, arbiter));
        agreement.rule(terms, _unamended(), 0, "mine");
        VM.prank(arbiter);
        VM.expectRevert(
            abi.encodeWithSelector(IProfitShare.BadTerms.selector, "a ruling is 0 to 10,000 bps of the delivery")
        );
        agreement.rule(terms, _unamended(), 10_001, "too much");
        VM.prank(arbiter);
        agreement.rule(terms, _unamended(), 6000, "mostly straight");
        assertEq(agreement.released(terms), 1200);
        VM.prank(arbiter);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Live));
        agreement.rule(terms, _unamended(), 10_000, "again");
        VM.prank(customer);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Live));
        agreement.dispute(terms, _unamended(), "again");
    }

    /// @dev The money for what was ruled is missing: no second dispute, and the grace runs from the ruling.
    function test_a_ruling_that_cannot_be_paid_is_not_disputed_again() external {
        IProfitShare.Terms memory terms = _order(COIN);
        (terms.milestones[0].share, terms.milestones[1].share) = (9000, 1000);
        IProfitShare other = _open(terms, 5000);
        _deliver(other, terms, 10_000);
        VM.prank(customer);
        other.dispute(terms, _unamended(), "crooked");
        pass(2 days);
        VM.prank(arbiter);
        other.rule(terms, _unamended(), 8000, "straight enough");
        _isIn(other, IProfitShare.State.Delivered);
        VM.startPrank(customer);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.TooLate.selector, START + 2 days - 1));
        other.dispute(terms, _unamended(), "again");
        VM.stopPrank();
        VM.prank(arbiter);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.WrongState.selector, IProfitShare.State.Delivered));
        other.rule(terms, _unamended(), 0, "again");
        VM.warp(START + 5 days - 1);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotYet.selector, START + 5 days - 1));
        other.settle(terms, _unamended());
        pass(1);
        other.settle(terms, _unamended());
        _isIn(other, IProfitShare.State.Defaulted);
        assertEq(other.released(terms), 5000);
    }

    function test_an_arbiter_that_keeps_silent_leaves_it_to_the_fallback() external {
        IProfitShare.Terms memory terms = _order(COIN);
        _deliver(agreement, terms, 10_000);
        VM.prank(customer);
        agreement.dispute(terms, _unamended(), "crooked");
        VM.warp(START + 14 days);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.NotYet.selector, START + 14 days));
        agreement.settle(terms, _unamended());
        pass(1);
        VM.prank(arbiter);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.TooLate.selector, START + 14 days));
        agreement.rule(terms, _unamended(), 10_000, "late");
        agreement.settle(terms, _unamended());
        assertEq(agreement.released(terms), 2000);
        VM.warp(terms.milestones[1].due + 14 days + 1);
        _deliver(agreement, terms, 10_000);
    }

    function test_without_an_arbiter_a_dispute_is_the_fallback_at_once() external {
        IProfitShare.Terms memory terms = _order(COIN);
        (terms.arbiter, terms.fallbackBps) = (address(0), 2500);
        IProfitShare other = _open(terms, 10_000);
        _deliver(other, terms, 10_000);
        VM.prank(customer);
        other.dispute(terms, _unamended(), "crooked");
        assertEq(other.released(terms), 1000);
        _isIn(other, IProfitShare.State.Live);
        assertEq(other.refund(terms, _unamended(), COIN, customer), 3000);
    }

    /// @dev Everything that would be released could no longer be kept in the books.
    function test_no_amendment_lets_the_books_run_over() external {
        IProfitShare.Terms memory terms = _order(address(token));
        terms.price = type(uint112).max;
        terms.depositBps = 1;
        IProfitShare other = _open(terms, terms.price);
        _deliver(other, terms, 10_000);
        _accept(other, terms);
        IProfitShare.Terms memory changed = _copy(terms);
        (changed.milestones[0].share, changed.milestones[1].share) = (0, 10_000);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.BadTerms.selector, "the price is out of bounds"));
        other.amend(terms, _unamended(), changed, _change(), new bytes[](4));
    }
}
