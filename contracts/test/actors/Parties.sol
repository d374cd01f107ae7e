// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";
import {VM} from "../Vm.sol";
import {Dice} from "../models/Dice.sol";
import {Blocklists} from "../neighbours/Blocklists.sol";
import {Rebases} from "../neighbours/Rebases.sol";
import {ReturnsFalse} from "../neighbours/ReturnsFalse.sol";
import {Reformers} from "./Reformers.sol";

/// @notice Four people and four awkward contracts work for a customer in up to four agreements at once, in coin and six
/// tokens, some of them hostile; each step is compared with the model.
contract Parties is Reformers {
    using Dice for Dice.Cup;

    /// @dev Begins with an order and a share of revenue that are open, so that every run gets somewhere.
    constructor() {
        for (uint256 place = 0; place < PLACES; ++place) {
            _begin(place, place * 7 + 1, place % 2 == 0 ? 0 : place);
            if (place == 0) continue;
            _bring(place, 4e6, false);
            _openUp(place);
        }
    }

    // Beginning

    function begin(uint256 place, uint256 seed, uint256 t) external {
        for (uint256 i = 0; i < PLACES && !hasEnded(place % PLACES); ++i) {
            place = place % PLACES + 1;
        }
        place = place % PLACES;
        VM.assume(hasEnded(place));
        _begin(place, seed, t % TOKENS);
        if (seed % 4 == 0) return;
        _bring(place, seed % 4 == 1 ? 4e6 : _deposit(place) * 100 / 99 + 2, seed % 8 < 4);
        _openUp(place);
    }

    function openUp(uint256 place) external {
        place = _find(place, IProfitShare.State.Draft);
        VM.assume(VM.getBlockTimestamp() <= termsOf(place).openBy);
        if (heldOf(place) < _deposit(place)) _bring(place, _deposit(place) * 100 / 99 + 2, false);
        _openUp(place);
    }

    // Money in

    function pay(uint256 place, uint256 amount, bool plainly) external {
        _bring(place % PLACES, bound(amount, 1, amount % 3 == 0 ? 50 : 2e6), plainly);
        _watch(place % PLACES);
    }

    // Work

    function deliver(uint256 place, uint256 row, uint256 part) external {
        place = _find(place, IProfitShare.State.Live);
        IProfitShare.Terms memory terms = termsOf(place);
        VM.assume(terms.price != 0 && VM.getBlockTimestamp() <= dueOf(place));
        Deal storage d = deal[place];
        row = row % terms.parties.length;
        part = part % 3 == 0 ? bound(part, 1, 10_000) : 10_000;
        address signer = terms.parties[row].signer;
        bytes[] memory signatures = new bytes[](0);
        if (part != 10_000) {
            address[] memory losers = d.at.losersOf(terms, frozenOf(place));
            signatures = _collect(d.at, d.at.deliveryDigest(part, "done"), losers, signer);
        }
        VM.prank(signer);
        d.at.deliver(terms, frozenOf(place), row, part, "done", signatures);
        (d.part, d.since, d.until) = (part, VM.getBlockTimestamp(), VM.getBlockTimestamp() + terms.review);
        d.state = IProfitShare.State.Delivered;
        _watch(place);
    }

    function accept(uint256 place) external {
        place = _find(place, IProfitShare.State.Delivered);
        IProfitShare.Terms memory terms = termsOf(place);
        VM.prank(customer);
        try deal[place].at.accept(terms, frozenOf(place)) {
            assertTrue(_modelRelease(place), "released without the money");
        } catch (bytes memory reason) {
            assertEq(bytes32(bytes4(reason)), bytes32(IProfitShare.NotPaid.selector));
            assertFalse(_modelRelease(place), "the money is there");
        }
        _watch(place);
    }

    function dispute(uint256 place, bytes32 reason) external {
        place = _find(place, IProfitShare.State.Delivered);
        Deal storage d = deal[place];
        VM.assume(VM.getBlockTimestamp() <= d.until);
        IProfitShare.Terms memory terms = termsOf(place);
        VM.prank(customer);
        d.at.dispute(terms, frozenOf(place), reason);
        d.state = IProfitShare.State.Disputed;
        d.until = VM.getBlockTimestamp() + terms.arbitration;
        if (terms.arbiter == address(0)) _modelRule(place, terms.fallbackBps);
        _watch(place);
    }

    function rule(uint256 place, uint256 bps) external {
        place = _find(place, IProfitShare.State.Disputed);
        IProfitShare.Terms memory terms = termsOf(place);
        VM.assume(terms.arbiter != address(0) && VM.getBlockTimestamp() <= deal[place].until);
        bps = bound(bps, 0, 10_000);
        VM.prank(arbiter);
        deal[place].at.rule(terms, frozenOf(place), bps, "so be it");
        _modelRule(place, bps);
        _watch(place);
    }

    /// @dev Waits for whatever time decides next, if anything.
    function settle(uint256 place, bool late) external {
        place = place % PLACES;
        VM.assume(!hasEnded(place));
        VM.assume(deal[place].state != IProfitShare.State.Live || termsOf(place).price != 0);
        _settle(place, late);
        _watch(place);
    }

    // Money out

    function claim(uint256 place, uint256 row, bool elsewhere, uint256 seed) external {
        place = place % PLACES;
        IProfitShare.Terms memory terms = termsOf(place);
        row = _unsettled(place, row % terms.parties.length, terms.parties.length);
        Deal storage d = deal[place];
        (uint256 due, uint256 expected) = _dueTo(place, row);
        VM.assume(expected != 0);
        address payee = terms.parties[row].payee;
        address to = elsewhere ? stranger : payee;
        _arm(place, seed);
        uint256 before = _balance(d.token, to);
        if (elsewhere || expected < due) VM.prank(payee);
        try d.at.claim(terms, frozenOf(place), row, to) returns (uint256 paid) {
            assertEq(paid, expected, "another sum than what is due");
            d.released = releasedOf(place);
            (settled[place][row], d.claimed) = (settled[place][row] + due, d.claimed + due);
            _left(place, to, paid, before);
        } catch {
            VM.assume(_mayRefuse(d.token, to));
        }
        _watch(place);
    }

    function refund(uint256 place, bool elsewhere, uint256 seed) external {
        place = place % PLACES;
        Deal storage d = deal[place];
        VM.assume(d.state != IProfitShare.State.Draft);
        uint256 expected = heldOf(place);
        if (!hasEnded(place) && termsOf(place).price != 0) {
            (, uint256 rest) = worthOf(place);
            expected -= rest < expected ? rest : expected;
        }
        VM.assume(expected != 0);
        address to = elsewhere ? stranger : customer;
        uint256 before = _balance(d.token, to);
        _arm(place, seed);
        if (elsewhere) VM.prank(customer);
        try d.at.refund(termsOf(place), frozenOf(place), tokens[d.token], to) returns (uint256 paid) {
            assertEq(paid, expected, "another sum than what is not needed");
            _left(place, to, paid, before);
            if (d.token != REBASES) d.came -= paid;
        } catch {
            VM.assume(_mayRefuse(d.token, to));
        }
        _watch(place);
    }

    // What the world does

    function behave(uint256 seed) external {
        refuser.setTakes(seed % 3 == 0);
        bomb.setFails(seed % 2 == 0);
        reenters.setRefuses(seed % 5 < 2);
        ReturnsFalse(tokens[FALSE]).setRefuses(seed % 7 == 0);
        Rebases(tokens[REBASES]).setStopped(seed % 11 == 0);
        address who = payees[(seed >> 8) % PAYEES];
        Blocklists blocks = Blocklists(tokens[BLOCKS]);
        blocks.setBlocked(who, !blocks.isBlocked(who));
    }

    function rebase(uint256 place, uint256 amount) external {
        for (uint256 i = 0; i < PLACES && deal[place % PLACES].token != REBASES; ++i) {
            place = place % PLACES + 1;
        }
        Deal storage d = deal[place % PLACES];
        VM.assume(d.token == REBASES);
        d.balance = amount % 3 == 0 ? d.balance : bound(amount, 0, d.balance + d.balance / 4);
        Rebases(tokens[REBASES]).rebase(address(d.at), d.balance);
        _watch(place % PLACES);
    }

    function wait(uint256 time) external {
        pass(bound(time, 1, 6 days));
    }

    // Inside

    function _begin(uint256 place, uint256 seed, uint256 t) private {
        Dice.Cup memory cup = Dice.Cup(seed);
        IProfitShare.Terms memory terms = _draft(cup, t);
        delete deal[place];
        for (uint256 row = 0; row < 16; ++row) {
            (seen[place][row], settled[place][row]) = (0, 0);
        }
        Deal storage d = deal[place];
        d.at = IProfitShare(factory.make(terms, cup.draw(1e18)));
        VM.assume(uint256(d.at.hash()) != 0 && _stateOf(d.at) == IProfitShare.State.Draft && address(d.at).balance == 0);
        (d.token, d.state) = (t, IProfitShare.State.Draft);
        (terms_[place], frozen_[place]) = (abi.encode(terms), abi.encode(_unamended()));
    }

    function _openUp(uint256 place) private {
        Deal storage d = deal[place];
        IProfitShare.Terms memory terms = termsOf(place);
        bytes[] memory signatures = _collect(d.at, d.at.openingDigest(terms), _signersOf(terms), address(0));
        if (d.balance < _deposit(place)) VM.expectPartialRevert(IProfitShare.NotPaid.selector);
        d.at.open(terms, signatures);
        if (d.balance >= _deposit(place)) d.state = IProfitShare.State.Live;
        _watch(place);
    }

    function _deposit(uint256 place) private view returns (uint256) {
        IProfitShare.Terms memory terms = termsOf(place);
        return terms.price * terms.depositBps / 10_000;
    }

    function _settle(uint256 place, bool late) private {
        Deal storage d = deal[place];
        IProfitShare.Terms memory terms = termsOf(place);
        IProfitShare.Frozen memory frozen = frozenOf(place);
        uint256 time = d.state == IProfitShare.State.Draft
            ? terms.openBy
            : d.state == IProfitShare.State.Live ? dueOf(place) : d.until;
        if (late && d.state == IProfitShare.State.Delivered) {
            if (VM.getBlockTimestamp() <= time + terms.grace) VM.warp(time + terms.grace + 1);
        } else if (VM.getBlockTimestamp() <= time) {
            VM.expectPartialRevert(IProfitShare.NotYet.selector);
            d.at.settle(terms, frozen);
            VM.warp(time + 1);
        }
        if (d.state == IProfitShare.State.Delivered) {
            (uint256 worth,) = worthOf(place);
            bool overdue = VM.getBlockTimestamp() > d.until + terms.grace;
            if (heldOf(place) < worth * d.part / 10_000 && !overdue) VM.assume(false);
        }
        d.at.settle(terms, frozen);
        if (d.state == IProfitShare.State.Disputed) {
            _modelRule(place, terms.fallbackBps);
        } else if (d.state != IProfitShare.State.Delivered) {
            d.state = IProfitShare.State.Refunded;
        } else if (!_modelRelease(place)) {
            d.released += heldOf(place);
            d.state = IProfitShare.State.Defaulted;
        }
    }

    /// @dev The first row from this one on that has something to claim; this one when none has.
    function _unsettled(uint256 place, uint256 row, uint256 rows) private view returns (uint256) {
        for (uint256 i = 0; i < rows && entitledTo(place, row) == settled[place][row]; ++i) {
            row = (row + 1) % rows;
        }
        return row;
    }

    /// @dev What a row may claim, and what is paid of it: less when the agreement is short.
    function _dueTo(uint256 place, uint256 row) private view returns (uint256 due, uint256 paid) {
        Deal storage d = deal[place];
        uint256 unclaimed = releasedOf(place) - d.claimed;
        due = entitledTo(place, row) - settled[place][row];
        paid = d.balance < unclaimed ? due * d.balance / unclaimed : due;
    }

    function _find(uint256 place, IProfitShare.State state) private view returns (uint256) {
        place = place % PLACES;
        for (uint256 i = 0; i < PLACES && deal[place].state != state; ++i) {
            place = (place + 1) % PLACES;
        }
        VM.assume(deal[place].state == state);
        return place;
    }
}
