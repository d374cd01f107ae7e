// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFund} from "../interfaces/IFund.sol";
import {FundHouse} from "./FundHouse.sol";
import {deploy} from "./House.sol";
import {Test} from "./Test.sol";
import {VM} from "./Vm.sol";
import {Spenders} from "./actors/Spenders.sol";
import {Rebases} from "./neighbours/Rebases.sol";

/// @notice What holds of a person's fund whatever they, their providers and the tokens do, in whatever order.
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: audit.invariant.fail-on-revert = true
contract FundTest is Test {
    Spenders private spenders;
    IFund private fund;
    address[6] private providers;

    function setUp() external {
        spenders = Spenders(deploy("Spenders", ""));
        fund = spenders.theFund();
        for (uint256 i = 0; i < 6; ++i) {
            providers[i] = spenders.providers(i);
        }
        targetContract(address(spenders));
    }

    /// @dev Of the token touched last: what goes wrong with another shows when that one is.
    /// What came in is in the fund, with the person, with the providers, owed or not, or in the agreement.
    function invariant_draw_conserves() external view {
        assertEq(spenders.drawsWrong(), 0);
        assertEq(spenders.investsWrong(), 0);
        uint256 t = spenders.last();
        if (t == spenders.REBASES()) return;
        address token = spenders.tokens(t);
        uint256 sum = _balance(token, address(fund)) + _balance(token, spenders.theChecking());
        sum += _balance(token, spenders.theAgreement());
        for (uint256 i = 0; i < 6; ++i) {
            uint256 got = spenders.got(t, i);
            assertEq(_balance(token, providers[i]), got);
            sum += got;
        }
        // What was collected went to erin.
        assertEq(sum + _balance(token, VM.addr(uint256(keccak256("erin")))), spenders.earned(t));
    }

    function invariant_quote_equals_draw() external view {
        assertEq(spenders.quotesWrong(), 0);
    }

    function invariant_a_provider_never_blocks_a_draw() external view {
        assertEq(spenders.drawsBlocked(), 0);
        assertEq(spenders.reentered(), 0);
    }

    /// @dev Each promise whose service runs is at its place and stands as it was made, drawn or not.
    function invariant_standing_survives_zero_income() external view {
        uint256 now_ = VM.getBlockTimestamp();
        uint256 seen;
        for (uint256 slot = 0; slot < 16; ++slot) {
            uint256 one = spenders.promiseAt(slot);
            (IFund.Standing standing, uint256 since, uint256 until, uint256 seniority) = fund.standingOf(slot);
            if (one == 0) {
                assertEq(uint256(standing), uint256(IFund.Standing.None));
                continue;
            }
            (,, uint256 made, uint256 held,, uint256 ends,,,,,,) = spenders.promises(one - 1);
            assertEq(since, made);
            assertEq(seniority, held);
            IFund.Standing expected = ends == type(uint256).max
                ? IFund.Standing.Active
                : ends > now_ ? IFund.Standing.Notice : IFund.Standing.Ended;
            assertEq(uint256(standing), uint256(expected));
            assertEq(until, ends == type(uint256).max ? 0 : ends);
            if (ends > now_) seen += 1;
        }
        assertEq(seen, spenders.serving());
    }

    function invariant_commitments_stay_within_their_bounds() external view {
        assertEq(spenders.allowedWrongly(), 0);
        assertEq(spenders.refusedWrongly(), 0);
        uint256 sum;
        IFund.Commitment[] memory list = fund.commitments();
        for (uint256 i = 0; i < list.length; ++i) {
            uint256 slot = list[i].slot;
            if (list[i].paying) sum += list[i].bps;
            if (list[i].standing == IFund.Standing.Ended) continue;
            uint256 one = spenders.servingAt(slot) - 1;
            assertEq(list[i].left, spenders.entitled(one));
            _assertWithinCap(slot, one);
        }
        assertEq(sum, spenders.given());
        assertLe(sum, 9000);
    }

    function _assertWithinCap(uint256 slot, uint256 one) private view {
        (,,,,,,, bool capped,,, uint256 perPeriod, uint256 inAll) = spenders.promises(one);
        (IFund.Cap memory cap, uint256 taken, uint256 takenInAll) = fund.capOf(slot);
        assertEq(cap.perPeriod, perPeriod);
        assertEq(cap.inAll, inAll);
        if (!capped) return;
        uint256 lately = spenders.takenSince(one, spenders.periodStart(one));
        if (perPeriod != 0) assertEq(taken, lately);
        if (perPeriod != 0) assertLe(lately, perPeriod);
        if (inAll != 0) assertEq(takenInAll, spenders.takenSince(one, 0));
        if (inAll != 0) assertLe(takenInAll, inAll);
    }

    /// @dev Covered in tokens that move by transfer only. Of the token touched last, as above.
    function invariant_what_is_owed_is_covered_and_paid_once() external view {
        assertEq(spenders.collectsWrong(), 0);
        uint256 t = spenders.last();
        address token = spenders.tokens(t);
        uint256[6] memory due = spenders.dueOf(t);
        uint256 sum;
        for (uint256 i = 0; i < 6; ++i) {
            assertEq(fund.owedTo(token, providers[i]), due[i]);
            sum += due[i];
        }
        assertEq(fund.reservedOf(token), sum);
        assertEq(fund.freeOf(token), spenders.free(t));
        if (t != spenders.REBASES()) assertGe(_balance(token, address(fund)), fund.reservedOf(token));
    }

    function _balance(address token, address holder) private view returns (uint256) {
        return token == address(0) ? holder.balance : Rebases(token).balanceOf(holder);
    }
}

contract FundFuzzTest is FundHouse {
    function setUp() external {
        _open();
    }

    /// @dev Whatever the amount and the shares, each gets its floor and the person all the rest.
    function testFuzz_draw_conserves(uint256 amount, uint256[4] memory bps, bool coin) external {
        amount = bound(amount, 1, type(uint120).max);
        if (coin) _earn(amount, 0);
        else _earn(0, amount);
        address which = coin ? COIN : address(token);
        uint256 left = 9000;
        for (uint256 i = 0; i < 4; ++i) {
            bps[i] = bound(bps[i], 1, left + i - 3);
            left -= bps[i];
            _commitTo(founders[i + 1], bps[i]);
        }
        (uint256 kept, IFund.Part[] memory parts) = fund.quote(which, amount);
        _draw(which, amount);
        uint256 sum;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 got = coin ? founders[i + 1].balance : token.balanceOf(founders[i + 1]);
            // The greatest whole number that is not above the share.
            assertLe(got * 10_000, amount * bps[i]);
            assertGt((got + 1) * 10_000, amount * bps[i]);
            sum += got;
        }
        assertEq(coin ? purse.balance : token.balanceOf(purse), amount - sum);
        assertEq(kept, amount - sum);
        assertEq(coin ? address(fund).balance : token.balanceOf(address(fund)), 0);
        for (uint256 i = 0; i < parts.length; ++i) {
            sum -= parts[i].amount;
        }
        assertEq(sum, 0);
    }

    /// @dev An outsider with any call changes neither what the fund holds nor who commands it.
    function testFuzz_a_stranger_changes_nothing(bytes4 selector, bytes calldata rest, address stranger) external {
        VM.assume(stranger != alice && stranger != address(services) && stranger != purse);
        _earn(1 ether, 1e6);
        _commitTo(bob, 1000);
        VM.assume(selector != IFund.owner.selector);
        VM.prank(stranger);
        (bool done,) = address(fund).call(bytes.concat(selector, rest));
        done;
        assertEq(address(fund).balance, 1 ether);
        assertEq(token.balanceOf(address(fund)), 1e6);
        assertEq(fund.owner(), alice);
        assertEq(fund.checking(), purse);
        assertEq(fund.commitmentOf(0).bps, 1000);
    }
}
