// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFund} from "../../interfaces/IFund.sol";
import {IServices} from "../../interfaces/IServices.sol";
import {FundHouse} from "../FundHouse.sol";
import {VM} from "../Vm.sol";
import {Agreement} from "../neighbours/Agreements.sol";
import {Blocklists} from "../neighbours/Blocklists.sol";
import {BurnsGas} from "../neighbours/BurnsGas.sol";
import {CallsOnTransfer} from "../neighbours/CallsOnTransfer.sol";
import {Rebases} from "../neighbours/Rebases.sol";
import {ReentersOnReceive} from "../neighbours/ReentersOnReceive.sol";
import {RefusesEther} from "../neighbours/RefusesEther.sol";
import {ReturnsABomb} from "../neighbours/ReturnsABomb.sol";
import {ReturnsNothing} from "../neighbours/ReturnsNothing.sol";

/// @notice What alice has promised to whom and what came of it, as plain lists that only grow, written independently of the
/// contracts: no slots, no bits, no counters; what was taken or redeemed is looked up in what happened.
abstract contract Promises is FundHouse {
    uint256 internal constant EVER = type(uint256).max;

    struct Asked {
        uint256 provider;
        bytes32 service;
        uint256 lowest;
        uint256 highest;
        uint256 notice;
        uint256 count;
        uint256 period;
        bool closed;
    }

    struct Promise {
        uint256 offer;
        uint256 bps;
        uint256 since;
        uint256 heldSince;
        uint256 moneyEnds;
        uint256 serviceEnds;
        bool left;
        bool capped;
        uint256 capToken;
        uint256 period;
        uint256 perPeriod;
        uint256 inAll;
    }

    struct Took {
        uint256 made;
        uint256 time;
        uint256 amount;
    }

    struct Redeemed {
        uint256 offer;
        uint256 time;
        uint256 count;
    }

    // A treasury, a person, and those who refuse, re-enter, return bombs and burn gas.
    uint256 public constant PROVIDERS = 6;
    // Coin, a plain token, one that blocks people, one that calls back, one of the old kind, one that rebases.
    uint256 public constant TOKENS = 6;
    uint256 public constant REBASES = 5;

    address[6] public tokens;
    address[6] public providers;
    RefusesEther internal refuser;
    ReentersOnReceive internal reenters;
    ReturnsABomb internal bomb;
    CallsOnTransfer internal calls;
    Agreement internal agreement;

    Asked[] public asked;
    Promise[] public promises;
    Took[] internal taken;
    Redeemed[] internal redeemed;
    // The last promise that was put there, and 1.
    mapping(uint256 slot => uint256) public promiseAt;
    mapping(uint256 offer => uint256) internal firstSince;

    mapping(uint256 token => uint256) public earned;
    mapping(uint256 token => uint256) public left;
    mapping(uint256 token => uint256) public kept;
    mapping(uint256 token => mapping(uint256 provider => uint256)) public got;
    mapping(uint256 token => mapping(uint256 provider => uint256)) public due;

    // The token touched last.
    uint256 public last;

    // What must never happen
    uint256 public drawsBlocked;
    uint256 public drawsWrong;
    uint256 public quotesWrong;
    uint256 public collectsWrong;
    uint256 public investsWrong;
    uint256 public refusedWrongly;
    uint256 public allowedWrongly;

    constructor() {
        _open();
        refuser = new RefusesEther();
        reenters = new ReentersOnReceive();
        bomb = new ReturnsABomb();
        calls = new CallsOnTransfer();
        agreement = agreements.make();
        providers =
            [address(treasury), bob, address(refuser), address(reenters), address(bomb), address(new BurnsGas())];
        tokens = [
            COIN,
            address(token),
            address(new Blocklists()),
            address(calls),
            address(new ReturnsNothing()),
            address(new Rebases())
        ];
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            _ask(i, _terms(i % 2 == 0 ? GROCERIES : SCHOOL));
        }
    }

    function theFund() external view returns (IFund) {
        return fund;
    }

    function theChecking() external view returns (address) {
        return purse;
    }

    function theAgreement() external view returns (address) {
        return address(agreement);
    }

    function reentered() external view returns (uint256) {
        return reenters.successes() + calls.successes();
    }

    function sumDue(uint256 t) public view returns (uint256 sum) {
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            sum += due[t][i];
        }
    }

    function free(uint256 t) public view returns (uint256) {
        uint256 held = _balance(t, address(fund));
        return held > sumDue(t) ? held - sumDue(t) : 0;
    }

    function dueOf(uint256 t) external view returns (uint256[6] memory list) {
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            list[i] = due[t][i];
        }
    }

    /// @notice How many services run.
    function serving() external view returns (uint256 number) {
        for (uint256 i = 0; i < promises.length; ++i) {
            if (promises[i].serviceEnds > _now()) number += 1;
        }
    }

    /// @notice The share of all that draws give to.
    function given() public view returns (uint256 bps) {
        for (uint256 i = 0; i < promises.length; ++i) {
            if (_gives(i)) bps += promises[i].bps;
        }
    }

    /// @notice The promise at a place, if its service runs: its number and 1.
    function servingAt(uint256 slot) public view returns (uint256) {
        uint256 one = promiseAt[slot];
        return one != 0 && promises[one - 1].serviceEnds > _now() ? one : 0;
    }

    /// @notice What of a promise's entitlement is left now: periods run from when its offer was first taken and used.
    function entitled(uint256 one) public view returns (uint256) {
        Promise storage p = promises[one];
        Asked storage a = asked[p.offer];
        if (a.count == 0) return 0;
        uint256 from = firstSince[p.offer];
        if (from == 0) return a.count;
        uint256 start = _now() - (_now() - from) % a.period;
        uint256 used;
        for (uint256 i = 0; i < redeemed.length; ++i) {
            if (redeemed[i].offer == p.offer && redeemed[i].time >= start) used += redeemed[i].count;
        }
        return a.count - used;
    }

    /// @notice What a promise has taken since `time`.
    function takenSince(uint256 one, uint256 time) public view returns (uint256 sum) {
        for (uint256 i = 0; i < taken.length; ++i) {
            if (taken[i].made == one && taken[i].time >= time) sum += taken[i].amount;
        }
    }

    function periodStart(uint256 one) public view returns (uint256) {
        Promise storage p = promises[one];
        return p.period == 0 ? p.since : _now() - (_now() - p.since) % p.period;
    }

    /// @dev Whole ten-thousands first, then the rest: the same floor by another way.
    function _part(uint256 one, uint256 t, uint256 amount) internal view returns (uint256 part) {
        Promise storage p = promises[one];
        part = (amount / 10_000) * p.bps + (amount % 10_000) * p.bps / 10_000;
        if (!p.capped) return part;
        if (p.capToken != t) return 0;
        if (p.perPeriod != 0) part = _least(part, p.perPeriod - takenSince(one, periodStart(one)));
        if (p.inAll != 0) part = _least(part, p.inAll - takenSince(one, 0));
    }

    function _gives(uint256 one) internal view returns (bool) {
        return promises[one].moneyEnds > _now();
    }

    function _ask(uint256 provider, IServices.Offer memory terms) internal {
        asked.push(
            Asked(
                provider,
                terms.service,
                terms.lowestBps,
                terms.highestBps,
                terms.notice,
                terms.count,
                terms.period,
                false
            )
        );
        assertEq(_offer(providers[provider], terms), asked.length);
    }

    function _least(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }

    function _now() internal view returns (uint256) {
        return VM.getBlockTimestamp();
    }

    function _balance(uint256 t, address holder) internal view returns (uint256) {
        return t == 0 ? holder.balance : Rebases(tokens[t]).balanceOf(holder);
    }
}
