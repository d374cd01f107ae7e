// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";
import {VM} from "../Vm.sol";
import {Workshop} from "../Workshop.sol";
import {PlainShares} from "../models/PlainShares.sol";
import {Blocklists} from "../neighbours/Blocklists.sol";
import {BurnsGas} from "../neighbours/BurnsGas.sol";
import {CallsOnTransfer} from "../neighbours/CallsOnTransfer.sol";
import {Rebases} from "../neighbours/Rebases.sol";
import {ReentersOnReceive} from "../neighbours/ReentersOnReceive.sol";
import {RefusesEther} from "../neighbours/RefusesEther.sol";
import {ReturnsABomb} from "../neighbours/ReturnsABomb.sol";
import {ReturnsFalse} from "../neighbours/ReturnsFalse.sol";
import {TakesAFee} from "../neighbours/TakesAFee.sol";
import {Mints} from "./Purses.sol";

/// @notice Four places for agreements, and what each agreement must know and have paid, as plain numbers, written
/// independently of the contracts.
abstract contract Deals is Workshop {
    struct Deal {
        IProfitShare at;
        uint256 token;
        IProfitShare.State state;
        uint256 milestone;
        uint256 part;
        uint256 since;
        uint256 until;
        uint256 later;
        uint256 balance;
        uint256 came;
        uint256 released;
        uint256 claimed;
    }

    uint256 public constant PLACES = 4;
    uint256 internal constant PAYEES = 8;
    uint256 internal constant TOKENS = 7;
    uint256 internal constant BLOCKS = 3;
    uint256 internal constant CALLS = 4;
    uint256 internal constant FALSE = 5;
    /// @dev Its balances change without a transfer, so it is the last and only for orders.
    uint256 public constant REBASES = 6;

    mapping(uint256 place => Deal) public deal;
    mapping(uint256 place => bytes) internal terms_;
    mapping(uint256 place => bytes) internal frozen_;
    mapping(uint256 place => mapping(uint256 row => uint256)) public settled;
    mapping(uint256 place => mapping(uint256 row => uint256)) public seen;
    /// @dev What somebody must have of a token.
    mapping(uint256 t => mapping(address who => uint256)) public purse;
    address[] public tokens;
    address[] public payees;

    uint256 public decreased;
    uint256 public reachedBack;
    uint256 public diluted;

    RefusesEther internal refuser;
    ReturnsABomb internal bomb;
    ReentersOnReceive internal reenters;
    CallsOnTransfer internal calls;

    constructor() {
        _build();
        tokens = [
            COIN,
            address(token),
            address(new TakesAFee()),
            address(new Blocklists()),
            address(calls = new CallsOnTransfer()),
            address(new ReturnsFalse()),
            address(new Rebases())
        ];
        payees = [
            miller,
            smith,
            baker,
            _meet("weaver"),
            address(refuser = new RefusesEther()),
            address(new BurnsGas()),
            address(bomb = new ReturnsABomb()),
            address(reenters = new ReentersOnReceive())
        ];
    }

    function termsOf(uint256 place) public view returns (IProfitShare.Terms memory) {
        return abi.decode(terms_[place], (IProfitShare.Terms));
    }

    function frozenOf(uint256 place) public view returns (IProfitShare.Frozen memory) {
        return abi.decode(frozen_[place], (IProfitShare.Frozen));
    }

    function reentered() external view returns (uint256) {
        return reenters.successes() + calls.successes();
    }

    // The model

    function hasEnded(uint256 place) public view returns (bool) {
        return deal[place].state >= IProfitShare.State.Done;
    }

    /// @dev Of revenue, all that came is released while it runs.
    function releasedOf(uint256 place) public view returns (uint256) {
        Deal storage d = deal[place];
        if (termsOf(place).price == 0 && d.state == IProfitShare.State.Live) return d.came;
        return d.released;
    }

    function heldOf(uint256 place) public view returns (uint256) {
        (uint256 owed, uint256 balance) = (releasedOf(place) - deal[place].claimed, deal[place].balance);
        return balance > owed ? balance - owed : 0;
    }

    function entitledTo(uint256 place, uint256 row) public view returns (uint256) {
        return PlainShares.entitled(termsOf(place), frozenOf(place), releasedOf(place), row, hasEnded(place));
    }

    /// @dev Of every row, in their order.
    function entitlements(uint256 place) external view returns (uint256[] memory all) {
        IProfitShare.Terms memory terms = termsOf(place);
        IProfitShare.Frozen memory frozen = frozenOf(place);
        (uint256 released, bool ended) = (releasedOf(place), hasEnded(place));
        all = new uint256[](terms.parties.length);
        for (uint256 row = 0; row < all.length; ++row) {
            all[row] = PlainShares.entitled(terms, frozen, released, row, ended);
        }
    }

    /// @dev What the present milestone is worth, and the whole rest of the price.
    function worthOf(uint256 place) internal view returns (uint256 worth, uint256 rest) {
        IProfitShare.Terms memory terms = termsOf(place);
        uint256 present = deal[place].milestone;
        rest = terms.price;
        for (uint256 i = 0; i < terms.milestones.length; ++i) {
            worth = i + 1 == terms.milestones.length ? rest : terms.price * terms.milestones[i].share / 10_000;
            if (i == present) return (worth, rest);
            rest -= worth;
        }
    }

    function dueOf(uint256 place) public view returns (uint256) {
        return termsOf(place).milestones[deal[place].milestone].due + deal[place].later;
    }

    function _modelRelease(uint256 place) internal returns (bool) {
        Deal storage d = deal[place];
        (uint256 worth,) = worthOf(place);
        uint256 amount = worth * d.part / 10_000;
        if (heldOf(place) < amount) return false;
        d.released += amount;
        d.later += VM.getBlockTimestamp() - d.since;
        d.milestone += 1;
        bool last = d.milestone == termsOf(place).milestones.length;
        d.state = last ? IProfitShare.State.Done : IProfitShare.State.Live;
        return true;
    }

    function _modelRule(uint256 place, uint256 bps) internal {
        Deal storage d = deal[place];
        d.part = d.part * bps / 10_000;
        d.until = VM.getBlockTimestamp() - 1;
        d.state = IProfitShare.State.Delivered;
        _modelRelease(place);
    }

    /// @dev After every step: no row's entitlement is less than it ever was.
    function _watch(uint256 place) internal {
        IProfitShare.Terms memory terms = termsOf(place);
        IProfitShare.Frozen memory frozen = frozenOf(place);
        for (uint256 row = 0; row < terms.parties.length; ++row) {
            uint256 entitled = deal[place].at.entitled(terms, frozen, row);
            if (entitled < seen[place][row]) decreased += 1;
            seen[place][row] = entitled;
        }
    }

    // Money

    /// @dev `amount` sent by whoever: what arrives of it, and is in the books.
    function _bring(uint256 place, uint256 amount, bool plainly) internal {
        Deal storage d = deal[place];
        address paidIn = tokens[d.token];
        uint256 arrives = amount;
        _arm(place, amount);
        if (d.token == 0) {
            VM.deal(address(this), amount);
            if (plainly) {
                (bool sent,) = address(d.at).call{value: amount}("");
                assertTrue(sent, "coin was refused");
            } else {
                assertEq(d.at.deposit{value: amount}(amount), amount);
            }
        } else if (plainly || (d.token == REBASES && Rebases(paidIn).stopped())) {
            Mints(paidIn).mint(address(d.at), amount);
        } else {
            if (paidIn == tokens[2]) arrives = amount - amount / 100;
            Mints(paidIn).mint(address(this), amount);
            Rebases(paidIn).approve(address(d.at), amount);
            assertEq(d.at.deposit(amount), arrives);
        }
        d.balance += arrives;
        d.came += arrives;
    }

    /// @dev `amount` left for `to`, which is in the books if it arrived so.
    function _left(uint256 place, address to, uint256 amount, uint256 before) internal {
        Deal storage d = deal[place];
        uint256 arrives = d.token == 2 ? amount - amount / 100 : amount;
        assertEq(_balance(d.token, to), before + arrives, "another sum arrived");
        purse[d.token][to] += arrives;
        d.balance -= amount;
    }

    /// @dev May the push have been refused with reason?
    function _mayRefuse(uint256 t, address to) internal view returns (bool) {
        if (t == 0) return to.code.length != 0;
        if (t == BLOCKS) return Blocklists(tokens[t]).isBlocked(to);
        if (t == FALSE) return ReturnsFalse(tokens[t]).refuses();
        return t == REBASES && Rebases(tokens[t]).stopped();
    }

    /// @dev Whoever is called back in the midst of a payment of this agreement tries something on it.
    function _arm(uint256 place, uint256 seed) internal {
        Deal storage d = deal[place];
        if (d.token != 0 && d.token != CALLS) return;
        IProfitShare.Terms memory terms = termsOf(place);
        IProfitShare.Frozen memory frozen = frozenOf(place);
        uint256 row = seed % terms.parties.length;
        bytes memory data = seed % 3 == 0
            ? abi.encodeCall(d.at.claim, (terms, frozen, row, terms.parties[row].payee))
            : seed % 3 == 1
                ? abi.encodeCall(d.at.refund, (terms, frozen, terms.token, terms.refundTo))
                : abi.encodeCall(d.at.deposit, (0));
        if (d.token == 0) reenters.set(address(d.at), data);
        else calls.set(address(d.at), data);
    }

    function _balance(uint256 t, address who) internal view returns (uint256) {
        return t == 0 ? who.balance : Rebases(tokens[t]).balanceOf(who);
    }

    // Signatures

    /// @dev Whoever has a key signs, contracts say so on chain; `sender` need not.
    function _collect(IProfitShare at, bytes32 digest, address[] memory signers, address sender)
        internal
        returns (bytes[] memory signatures)
    {
        signatures = new bytes[](signers.length);
        for (uint256 i = 0; i < signers.length; ++i) {
            if (signers[i] == sender) continue;
            if (keyOf[signers[i]] != 0) {
                signatures[i] = _sign(signers[i], digest);
            } else {
                VM.prank(signers[i]);
                at.speak(digest, IProfitShare.Said.Approved);
            }
        }
    }
}
