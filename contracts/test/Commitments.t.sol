// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFund} from "../interfaces/IFund.sol";
import {IServices} from "../interfaces/IServices.sol";
import {FundHouse} from "./FundHouse.sol";
import {VM} from "./Vm.sol";

/// @notice What a person and their providers may count on, told one by one.
contract CommitmentsTest is FundHouse {
    address private school;
    address private grocer;

    function setUp() external {
        _open();
        (school, grocer) = (addressOf("school"), addressOf("grocer"));
    }

    // Draws

    function test_a_draw_of_10007_gives_1250_333_and_41_and_leaves_8383() external {
        _earn(0, 20_000);
        _commitTo(school, 1250);
        _commitTo(grocer, 333);
        _commitTo(address(treasury), 41);
        VM.recordLogs();
        _draw(address(token), 10_007);
        assertEq(token.balanceOf(school), 1250);
        assertEq(token.balanceOf(grocer), 333);
        assertEq(token.balanceOf(address(treasury)), 41);
        assertEq(token.balanceOf(purse), 8383);
        assertEq(token.balanceOf(address(fund)), 9993);
        // Slot and part of each, in 16 bytes.
        bytes memory parts = abi.encodePacked(uint8(0), uint120(1250), uint8(1), uint120(333), uint8(2), uint120(41));
        assertEq(VM.getRecordedLogs()[0].data, abi.encode(10_007, parts));
        assertEq(treasury.recognise(address(token)), 41);
    }

    function test_income_alone_gives_nothing_to_anyone() external {
        _commitTo(school, 9000);
        _earn(5 ether, 5000);
        assertEq(school.balance + token.balanceOf(school), 0);
        assertEq(fund.freeOf(COIN), 5 ether);
        assertEq(fund.freeOf(address(token)), 5000);
        _draw(COIN, 1 ether);
        assertEq(school.balance, 0.9 ether);
        assertEq(purse.balance, 0.1 ether);
    }

    function test_coin_is_taken_in_from_a_receiver_s_few_gas_and_said() external {
        VM.deal(address(this), 1 ether);
        VM.expectEmit(address(fund));
        emit IFund.Received(address(this), 1 ether);
        (bool done,) = address(fund).call{value: 1 ether, gas: 8000}("");
        assertTrue(done);
    }

    function test_only_the_owner_draws_and_no_more_than_is_free() external {
        _earn(1 ether, 0);
        VM.expectRevert(abi.encodeWithSelector(IFund.OnlyOwner.selector, alice));
        fund.draw(COIN, 1);
        VM.expectRevert(IFund.NothingDrawn.selector);
        _draw(COIN, 0);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotEnoughFree.selector, COIN, 1 ether + 1, 1 ether));
        _draw(COIN, 1 ether + 1);
        VM.expectRevert(abi.encodeWithSelector(IFund.TooMuch.selector, 1 << 120));
        _draw(COIN, 1 << 120);
        // With a provider that has its part already when the money runs out.
        _commitTo(school, 5000);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotEnoughFree.selector, COIN, 1.5 ether, 1 ether));
        _draw(COIN, 1.5 ether);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotEnoughFree.selector, COIN, 5 ether, 1 ether));
        _draw(COIN, 5 ether);
        _draw(COIN, 1 ether);
        assertEq(school.balance, 0.5 ether);
    }

    function test_the_checking_address_is_the_owner_s_to_change() external {
        _earn(3 ether, 0);
        _draw(COIN, 1 ether);
        assertEq(fund.checking(), purse);
        VM.prank(alice);
        fund.setChecking(bob);
        assertEq(fund.checking(), bob);
        _draw(COIN, 2 ether);
        assertEq(purse.balance, 1 ether);
        assertEq(bob.balance, 2 ether);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.BadAccount.selector, address(fund)));
        fund.setChecking(address(fund));
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.BadAccount.selector, address(0)));
        fund.setChecking(address(0));
    }

    function test_the_fund_goes_on_under_a_new_key() external {
        _earn(1 ether, 0);
        VM.prank(alice);
        fund.setOwner(bob);
        VM.expectRevert(abi.encodeWithSelector(IFund.OnlyOwner.selector, bob));
        _draw(COIN, 1);
        VM.prank(bob);
        fund.draw(COIN, 1 ether);
        assertEq(purse.balance, 1 ether);
    }

    // Standing

    function test_standing_survives_zero_income() external {
        uint256 slot = _commitTo(school, 500);
        pass(5 * 365 days);
        _assertStands(slot, IFund.Standing.Active);
        assertTrue(fund.commitmentOf(slot).paying);
        VM.prank(alice);
        assertEq(fund.redeem(slot, 12), 0);
    }

    function test_what_the_person_ends_stops_the_money_at_once_and_the_service_after_its_notice() external {
        _earn(10_000, 0);
        uint256 slot = _commitTo(school, 500);
        VM.prank(alice);
        uint256 until = fund.end(slot);
        assertEq(until, VM.getBlockTimestamp() + 90 days);
        _draw(COIN, 10_000);
        assertEq(school.balance, 0);
        pass(90 days - 1);
        _assertStands(slot, IFund.Standing.Notice);
        VM.prank(alice);
        assertEq(fund.redeem(slot, 1), 11);
        pass(1);
        _assertStands(slot, IFund.Standing.Ended);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.ServiceEnded.selector, slot, until));
        fund.redeem(slot, 1);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.AlreadyEnded.selector, slot, until));
        fund.end(slot);
    }

    function test_what_the_provider_ends_goes_on_for_both_until_its_notice_has_run() external {
        _earn(30_000, 0);
        uint256 offer = _offer(school);
        uint256 slot = _commit(offer, 500);
        VM.prank(school);
        uint256 until = services.end(offer, address(fund), slot);
        assertEq(until, VM.getBlockTimestamp() + 90 days);
        VM.prank(school);
        VM.expectRevert(abi.encodeWithSelector(IFund.AlreadyEnded.selector, slot, until));
        services.end(offer, address(fund), slot);
        pass(90 days - 1);
        _assertStands(slot, IFund.Standing.Notice);
        _draw(COIN, 10_000);
        assertEq(school.balance, 500);
        pass(1);
        _assertStands(slot, IFund.Standing.Ended);
        _draw(COIN, 20_000);
        assertEq(school.balance, 500);
    }

    function test_a_person_leaving_during_the_provider_s_notice_does_not_lengthen_it() external {
        uint256 offer = _offer(school);
        uint256 slot = _commit(offer, 500);
        VM.prank(school);
        uint256 until = services.end(offer, address(fund), slot);
        pass(30 days);
        VM.prank(alice);
        assertEq(fund.end(slot), until);
        assertFalse(fund.commitmentOf(slot).paying);
        _assertStands(slot, IFund.Standing.Notice);
    }

    function test_the_notice_is_the_one_of_the_commitment_s_own_offer() external {
        uint256 first = _offer(school);
        uint256 slot = _commit(first, 500);
        IServices.Offer memory terms = _terms(GROCERIES);
        terms.notice = 1 days;
        VM.prank(school);
        services.close(first);
        uint256 second = _offer(school, terms);
        uint256 other = _commit(second, 500);
        VM.prank(school);
        assertEq(services.end(first, address(fund), slot), VM.getBlockTimestamp() + 90 days);
        VM.prank(school);
        assertEq(services.end(second, address(fund), other), VM.getBlockTimestamp() + 1 days);
    }

    // Switching

    function test_a_switch_leaves_no_gap_charges_once_and_carries_seniority() external {
        _earn(10_000, 0);
        uint256 began = VM.getBlockTimestamp();
        uint256 slot = _commitTo(school, 1000);
        pass(400 days);
        uint256 offer = _offer(grocer);
        VM.prank(alice);
        uint256 next = fund.switchTo(slot, offer, 800, _noCap());
        _draw(COIN, 10_000);
        assertEq(school.balance, 0);
        assertEq(grocer.balance, 800);
        (IFund.Standing standing, uint256 since, uint256 until, uint256 seniority) = fund.standingOf(next);
        assertEq(uint256(standing), uint256(IFund.Standing.Active));
        assertEq(since, began + 400 days);
        assertEq(until, 0);
        assertEq(seniority, began);
        // The old one serves out its notice.
        _assertStands(slot, IFund.Standing.Notice);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.AlreadySwitched.selector, slot));
        fund.switchTo(slot, offer, 800, _noCap());
    }

    function test_seniority_travels_from_a_notice_that_runs_and_no_later() external {
        uint256 began = VM.getBlockTimestamp();
        uint256 one = _commitTo(school, 1000);
        uint256 two = _commitTo(grocer, 1000);
        VM.prank(alice);
        fund.end(one);
        VM.prank(alice);
        uint256 until = fund.end(two);
        uint256 offer = _offer(bob);
        pass(90 days - 1);
        VM.prank(alice);
        uint256 next = fund.switchTo(one, offer, 800, _noCap());
        (,,, uint256 seniority) = fund.standingOf(next);
        assertEq(seniority, began);
        pass(1);
        uint256 another = _offer(carol);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.ServiceEnded.selector, two, until));
        fund.switchTo(two, another, 800, _noCap());
    }

    function test_switching_stays_within_one_service() external {
        uint256 left = _offer(grocer);
        uint256 slot = _commit(left, 1000);
        uint256 offer = _offer(school, _terms(SCHOOL));
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IServices.OtherService.selector, left, offer));
        fund.switchTo(slot, offer, 1000, _noCap());
    }

    function test_a_share_is_changed_by_switching_to_the_same_offer_in_place() external {
        uint256 offer = _offer(grocer);
        uint256 slot = _commit(offer, 1000);
        VM.prank(alice);
        assertEq(fund.redeem(slot, 5), 7);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.AlreadyCommitted.selector, slot, offer));
        fund.commit(offer, 500, _noCap());
        VM.prank(alice);
        assertEq(fund.switchTo(slot, offer, 9000, _noCap()), slot);
        assertEq(fund.commitments().length, 1);
        assertEq(fund.commitmentOf(slot).bps, 9000);
        // What was redeemed stays redeemed.
        assertEq(fund.commitmentOf(slot).left, 7);
    }

    // Entitlements and caps

    function test_twelve_baskets_each_thirty_days_and_no_more() external {
        uint256 slot = _commitTo(grocer, 100);
        VM.prank(alice);
        VM.expectEmit(address(services));
        emit IServices.Redeemed(1, address(fund), slot, 12, 0);
        fund.redeem(slot, 12);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotEntitled.selector, slot, 1, 0));
        fund.redeem(slot, 1);
        // Not by ending and committing anew, either.
        VM.prank(alice);
        fund.end(slot);
        uint256 again = _commit(1, 100);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotEntitled.selector, again, 1, 0));
        fund.redeem(again, 1);
        pass(30 days - 1);
        assertEq(fund.commitmentOf(again).left, 0);
        pass(1);
        assertEq(fund.commitmentOf(again).left, 12);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.NotEntitled.selector, again, 0, 12));
        fund.redeem(again, 0);
        VM.expectRevert(abi.encodeWithSelector(IFund.OnlyOwner.selector, alice));
        fund.redeem(again, 1);
    }

    function test_committing_anew_does_not_move_the_days_on_which_the_count_begins_again() external {
        uint256 slot = _commitTo(grocer, 100);
        VM.startPrank(alice);
        fund.redeem(slot, 12);
        fund.end(slot);
        pass(10 days);
        slot = fund.commit(1, 100, _noCap());
        pass(20 days);
        fund.redeem(slot, 12);
        // Thirty days after the second commitment, and ten after the last baskets.
        pass(10 days);
        assertEq(fund.commitmentOf(slot).left, 0);
        pass(20 days);
        assertEq(fund.commitmentOf(slot).left, 12);
    }

    function test_a_cap_holds_in_each_period_and_in_all() external {
        _earn(1_000_000, 1_000_000);
        uint256 slot = _commit(_offer(grocer), 1000, IFund.Cap(COIN, 30 days, 150, 400));
        _draw(COIN, 1000);
        assertEq(grocer.balance, 100);
        (uint256 kept,) = fund.quote(COIN, 1000);
        assertEq(kept, 950);
        _draw(COIN, 1000);
        assertEq(grocer.balance, 150);
        _draw(COIN, 1000);
        assertEq(grocer.balance, 150);
        // From draws of its own token only.
        _draw(address(token), 1000);
        assertEq(token.balanceOf(grocer), 0);
        assertEq(token.balanceOf(purse), 1000);
        pass(30 days);
        _draw(COIN, 10_000);
        assertEq(grocer.balance, 300);
        (, uint256 taken, uint256 inAll) = fund.capOf(slot);
        assertEq(taken, 150);
        assertEq(inAll, 300);
        pass(30 days);
        _draw(COIN, 10_000);
        assertEq(grocer.balance, 400);
        pass(30 days);
        _draw(COIN, 10_000);
        assertEq(grocer.balance, 400);
        _assertStands(slot, IFund.Standing.Active);
    }

    function test_a_place_that_is_taken_again_forgets_the_old_cap() external {
        _earn(0, 10_000);
        uint256 slot = _commit(_offer(grocer), 1000, IFund.Cap(COIN, 0, 0, 1));
        VM.prank(alice);
        fund.end(slot);
        pass(90 days);
        assertEq(_commitTo(school, 1000), slot);
        _draw(address(token), 10_000);
        assertEq(token.balanceOf(school), 1000);
        (IFund.Cap memory cap,,) = fund.capOf(slot);
        assertEq(cap.inAll, 0);
    }

    // Offers

    function test_an_offer_is_taken_within_its_terms_only() external {
        IServices.Offer memory terms = _terms(SCHOOL);
        (terms.lowestBps, terms.highestBps) = (100, 200);
        uint256 offer = _offer(school, terms);
        VM.startPrank(alice);
        VM.expectRevert(abi.encodeWithSelector(IServices.ShareOutOfBounds.selector, offer, 99, 100, 200));
        fund.commit(offer, 99, _noCap());
        VM.expectRevert(abi.encodeWithSelector(IServices.ShareOutOfBounds.selector, offer, 201, 100, 200));
        fund.commit(offer, 201, _noCap());
        VM.expectRevert(abi.encodeWithSelector(IServices.NoSuchOffer.selector, 7));
        fund.commit(7, 100, _noCap());
        VM.stopPrank();
        VM.prank(school);
        services.close(offer);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IServices.OfferClosed.selector, offer));
        fund.commit(offer, 100, _noCap());
    }

    function test_closing_an_offer_leaves_what_stands() external {
        _earn(10_000, 0);
        uint256 offer = _offer(school);
        uint256 slot = _commit(offer, 100);
        VM.prank(school);
        services.close(offer);
        _draw(COIN, 10_000);
        assertEq(school.balance, 100);
        _assertStands(slot, IFund.Standing.Active);
        VM.prank(school);
        VM.expectRevert(abi.encodeWithSelector(IServices.OfferClosed.selector, offer));
        services.close(offer);
    }

    function test_an_offer_for_members_or_for_one_person_is_for_them_alone() external {
        IServices.Offer memory terms = _terms(SCHOOL);
        terms.membersOf = address(collective);
        uint256 members = _offer(school, terms);
        (terms.membersOf, terms.only) = (address(0), alice);
        uint256 personal = _offer(school, terms);
        _commit(members, 100);
        _commit(personal, 100);
        address zoe = addressOf("zoe");
        IFund hers = IFund(funds.open(zoe, zoe, 0));
        VM.startPrank(zoe);
        VM.expectRevert(
            abi.encodeWithSelector(IServices.OnlyForMembers.selector, members, zoe, address(collective))
        );
        hers.commit(members, 100, _noCap());
        VM.expectRevert(abi.encodeWithSelector(IServices.OfferedToAnother.selector, personal, alice));
        hers.commit(personal, 100, _noCap());
    }

    function test_a_keeper_closes_offers_and_ends_commitments_and_nobody_else_does() external {
        IServices.Offer memory terms = _terms(SCHOOL);
        terms.keeper = carol;
        uint256 offer = _offer(address(treasury), terms);
        uint256 slot = _commit(offer, 100);
        VM.startPrank(bob);
        VM.expectRevert(abi.encodeWithSelector(IServices.OnlyProvider.selector, offer));
        services.close(offer);
        VM.expectRevert(abi.encodeWithSelector(IServices.OnlyProvider.selector, offer));
        services.end(offer, address(fund), slot);
        VM.stopPrank();
        VM.startPrank(carol);
        services.close(offer);
        services.end(offer, address(fund), slot);
        VM.stopPrank();
        _assertStands(slot, IFund.Standing.Notice);
    }

    function test_a_collective_offers_by_a_large_option() external {
        _carry(alice, _calling(address(services), abi.encodeCall(IServices.offer, (_terms(SCHOOL), "ipfs://school"))));
        (address provider, bool open,) = services.offerOf(1);
        assertEq(provider, address(treasury));
        assertTrue(open);
        _earn(10_000, 0);
        _commit(1, 100);
        uint256 before = address(treasury).balance;
        _draw(COIN, 10_000);
        assertEq(address(treasury).balance - before, 100);
    }

    function test_commitments_take_at_most_9000_bps_together_and_are_at_most_16() external {
        _commitTo(school, 8985);
        uint256 offer = _offer(grocer);
        VM.prank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.TooMuchCommitted.selector, 9001));
        fund.commit(offer, 16, _noCap());
        for (uint256 i = 0; i < 15; ++i) {
            _commitTo(grocer, 1);
        }
        assertEq(fund.commitments().length, 16);
        VM.prank(alice);
        fund.end(0);
        // Its notice still runs, so its place is not free, though its share is.
        VM.prank(alice);
        VM.expectRevert(IFund.TooManyCommitments.selector);
        fund.commit(offer, 1, _noCap());
        pass(90 days);
        assertEq(_commit(offer, 8985), 0);
    }

    function test_terms_that_do_not_hold_together_are_refused() external {
        IServices.Offer memory terms = _terms(0);
        _assertBad(terms, "the service has no name");
        terms = _terms(SCHOOL);
        terms.lowestBps = 0;
        _assertBad(terms, "the lowest share is zero");
        (terms.lowestBps, terms.highestBps) = (2, 1);
        _assertBad(terms, "the lowest share is above the highest");
        terms.highestBps = 9001;
        _assertBad(terms, "the highest share is above 9,000 bps");
        terms = _terms(SCHOOL);
        terms.notice = 3651 days;
        _assertBad(terms, "the notice is longer than ten years");
        terms = _terms(SCHOOL);
        terms.period = 0;
        _assertBad(terms, "a count needs a period and a period a count");
        terms.period = 3651 days;
        _assertBad(terms, "the period is longer than ten years");
        terms = _terms(SCHOOL);
        terms.membersOf = bob;
        _assertBad(terms, "the members' collective is no contract");
        uint256 offer = _offer(school);
        VM.startPrank(alice);
        VM.expectRevert(abi.encodeWithSelector(IFund.BadTerms.selector, "a cap a period needs an amount and a length"));
        fund.commit(offer, 1, IFund.Cap(COIN, 0, 1, 0));
        VM.expectRevert(abi.encodeWithSelector(IFund.BadTerms.selector, "a cap names a token and no amount"));
        fund.commit(offer, 1, IFund.Cap(address(token), 0, 0, 0));
    }

    function _assertBad(IServices.Offer memory terms, string memory what) private {
        VM.prank(school);
        VM.expectRevert(abi.encodeWithSelector(IServices.BadTerms.selector, what));
        services.offer(terms, "");
    }
}
