// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IProfitShare} from "../interfaces/IProfitShare.sol";

/// @title Terms of a profit-share agreement: their hash, what they may say, what a milestone is worth
library AgreementTerms {
    uint256 internal constant BPS = 10_000;
    uint256 internal constant MAX_PARTIES = 32;
    uint256 internal constant MAX_MILESTONES = 16;
    uint256 internal constant MAX_AMOUNT = type(uint120).max;
    uint256 internal constant LONGEST_WAIT = 180 days;
    uint256 internal constant LONGEST_WORK = 3650 days;

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
    function check(IProfitShare.Terms calldata terms, address self) internal view {
        require(terms.token == address(0) || terms.token.code.length != 0, IProfitShare.BadTerms("the token is no contract"));
        require(terms.refundTo != address(0) && terms.refundTo != self, IProfitShare.BadTerms("nobody is named for refunds"));
        require(terms.openBy < type(uint40).max, IProfitShare.BadTerms("the time for opening is out of bounds"));
        require(terms.fallbackBps <= BPS, IProfitShare.BadTerms("the fallback is more than all"));
        require(
            Math.max(Math.max(terms.review, terms.grace), terms.arbitration) <= LONGEST_WAIT,
            IProfitShare.BadTerms("review, grace and arbitration last at most 180 days each")
        );
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
        uint256 count = terms.milestones.length;
        if (terms.price == 0) {
            require(
                count == 0 && terms.depositBps == 0 && terms.customer == address(0) && terms.arbiter == address(0),
                IProfitShare.BadTerms("without a price there is no deposit, milestone, customer or arbiter")
            );
            return;
        }
        require(terms.price <= MAX_AMOUNT, IProfitShare.BadTerms("the price is out of bounds"));
        require(terms.customer != address(0), IProfitShare.BadTerms("there is a price and no customer"));
        require(
            terms.depositBps <= BPS && terms.price * terms.depositBps >= BPS,
            IProfitShare.BadTerms("the deposit is nothing or more than the price")
        );
        require(count != 0 && count <= MAX_MILESTONES, IProfitShare.BadTerms("there are 1 to 16 milestones"));
        uint256 shares;
        uint256 earlier = terms.openBy;
        for (uint256 i = 0; i < count; ++i) {
            IProfitShare.Milestone calldata milestone = terms.milestones[i];
            require(milestone.share <= BPS, IProfitShare.BadTerms("a milestone is more than all"));
            shares += milestone.share;
            require(
                milestone.due > earlier && milestone.due <= terms.openBy + LONGEST_WORK,
                IProfitShare.BadTerms("milestones are due one after the other, within ten years of opening")
            );
            earlier = milestone.due;
        }
        require(shares == BPS, IProfitShare.BadTerms("milestones are not the whole price together"));
    }

    function _checkParties(IProfitShare.Terms calldata terms, address self) private pure {
        uint256 count = terms.parties.length;
        require(count != 0 && count <= MAX_PARTIES, IProfitShare.BadTerms("there are 1 to 32 parties"));
        require(terms.residual < count, IProfitShare.BadTerms("no row is residual"));
        for (uint256 i = 0; i < count; ++i) {
            IProfitShare.Party calldata party = terms.parties[i];
            require(
                party.payee != address(0) && party.payee != self && party.signer != address(0),
                IProfitShare.BadTerms("a row has no payee or no signer")
            );
            require(party.cost <= MAX_AMOUNT, IProfitShare.BadTerms("a cost is out of bounds"));
            require(party.tier < 8, IProfitShare.BadTerms("tiers are 0 to 7"));
            require(party.share <= BPS, IProfitShare.BadTerms("a share is more than all"));
            require(party.payee != terms.customer, IProfitShare.PayeeTwice(i, i));
            for (uint256 j = 0; j < i; ++j) {
                require(party.payee != terms.parties[j].payee, IProfitShare.PayeeTwice(i, j));
            }
        }
    }
}
