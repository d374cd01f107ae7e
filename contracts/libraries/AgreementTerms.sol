// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IProfitShare} from "../interfaces/IProfitShare.sol";

/// @title Terms of a profit-share agreement: their hash, what they may say, what a milestone is worth
library AgreementTerms {
    uint256 internal constant BPS = 10_000;
    uint256 internal constant MAX_PARTIES = 32;
    uint256 internal constant MAX_MILESTONES = 16;
    uint256 internal constant MAX_AMOUNT = type(uint112).max;
    uint256 internal constant LONGEST_WAIT = 180 days;
    uint256 internal constant LONGEST_WORK = 3650 days;
    uint256 internal constant LAST_TIME = type(uint32).max;

    /// @notice keccak256 of the 13 plain fields, the hash of the milestones' words and the hash of the parties' words.
    /// @dev Written by hand, since every claim pays for it. The lists are hashed where the compiler found them, so what
    /// is hashed is what is read; a field with dirty bits hashes to something that `check` never let pass.
    function hashOf(IProfitShare.Terms calldata terms) internal pure returns (bytes32 hash) {
        IProfitShare.Milestone[] calldata milestones = terms.milestones;
        IProfitShare.Party[] calldata parties = terms.parties;
        assembly ("memory-safe") {
            let at := mload(64)
            let size := mul(milestones.length, 64)
            calldatacopy(at, milestones.offset, size)
            let first := keccak256(at, size)
            size := mul(parties.length, 160)
            calldatacopy(at, parties.offset, size)
            let second := keccak256(at, size)
            calldatacopy(at, terms, 416)
            mstore(add(at, 416), first)
            mstore(add(at, 448), second)
            hash := keccak256(at, 480)
        }
    }

    /// @notice Refuses terms that do not hold together.
    /// @dev Written with `if`: the sentence of a `require` is made even when nothing is refused.
    function check(IProfitShare.Terms calldata terms, address self) internal view {
        address token = terms.token;
        if (token != address(0) && token.code.length == 0) revert IProfitShare.BadTerms("the token is no contract");
        if (terms.refundTo == address(0) || terms.refundTo == self) {
            revert IProfitShare.BadTerms("nobody is named for refunds");
        }
        if (terms.openBy > LAST_TIME) revert IProfitShare.BadTerms("the time for opening is out of bounds");
        if (terms.fallbackBps > BPS) revert IProfitShare.BadTerms("the fallback is more than all");
        if (Math.max(Math.max(terms.review, terms.grace), terms.arbitration) > LONGEST_WAIT) {
            revert IProfitShare.BadTerms("review, grace and arbitration last at most 180 days each");
        }
        _checkPrice(terms);
        _checkParties(terms, self);
    }

    /// @notice What milestone `index` is worth; the last one gets what rounding leaves of the price.
    function valueOf(IProfitShare.Terms calldata terms, uint256 index) internal pure returns (uint256) {
        if (index + 1 == terms.milestones.length) return restOf(terms, index);
        return terms.price * terms.milestones[index].share / BPS;
    }

    /// @notice What milestone `index` and all after it are worth together.
    function restOf(IProfitShare.Terms calldata terms, uint256 index) internal pure returns (uint256 rest) {
        rest = terms.price;
        for (uint256 i = 0; i < index; ++i) {
            rest -= terms.price * terms.milestones[i].share / BPS;
        }
    }

    function _checkPrice(IProfitShare.Terms calldata terms) private pure {
        IProfitShare.Milestone[] calldata milestones = terms.milestones;
        address customer = terms.customer;
        uint256 price = terms.price;
        uint256 depositBps = terms.depositBps;
        if (price == 0) {
            if (milestones.length != 0 || depositBps != 0 || customer != address(0) || terms.arbiter != address(0)) {
                revert IProfitShare.BadTerms("without a price there is no deposit, milestone, customer or arbiter");
            }
            return;
        }
        if (price > MAX_AMOUNT) revert IProfitShare.BadTerms("the price is out of bounds");
        if (customer == address(0)) revert IProfitShare.BadTerms("there is a price and no customer");
        if (depositBps > BPS || price * depositBps < BPS) {
            revert IProfitShare.BadTerms("the deposit is nothing or more than the price");
        }
        if (milestones.length == 0 || milestones.length > MAX_MILESTONES) {
            revert IProfitShare.BadTerms("there are 1 to 16 milestones");
        }
        uint256 shares;
        uint256 openBy = terms.openBy;
        uint256 earlier = openBy;
        for (uint256 i = 0; i < milestones.length; ++i) {
            IProfitShare.Milestone calldata milestone = milestones[i];
            if (milestone.share > BPS) revert IProfitShare.BadTerms("a milestone is more than all");
            if (milestone.due <= earlier || milestone.due > openBy + LONGEST_WORK) {
                revert IProfitShare.BadTerms("milestones are due one after the other, within ten years of opening");
            }
            shares += milestone.share;
            earlier = milestone.due;
        }
        if (shares != BPS) revert IProfitShare.BadTerms("milestones are not the whole price together");
    }

    function _checkParties(IProfitShare.Terms calldata terms, address self) private pure {
        IProfitShare.Party[] calldata parties = terms.parties;
        address customer = terms.customer;
        uint256 count = parties.length;
        if (count == 0 || count > MAX_PARTIES) revert IProfitShare.BadTerms("there are 1 to 32 parties");
        if (terms.residual >= count) revert IProfitShare.BadTerms("no row is residual");
        for (uint256 i = 0; i < count; ++i) {
            IProfitShare.Party calldata party = parties[i];
            address payee = party.payee;
            if (payee == address(0) || payee == self || party.signer == address(0)) {
                revert IProfitShare.BadTerms("a row has no payee or no signer");
            }
            if (party.cost > MAX_AMOUNT) revert IProfitShare.BadTerms("a cost is out of bounds");
            if (party.tier > 7) revert IProfitShare.BadTerms("tiers are 0 to 7");
            if (party.share > BPS) revert IProfitShare.BadTerms("a share is more than all");
            require(payee != customer, IProfitShare.PayeeTwice(i, i));
            for (uint256 j = 0; j < i; ++j) {
                require(payee != parties[j].payee, IProfitShare.PayeeTwice(i, j));
            }
        }
    }
}
