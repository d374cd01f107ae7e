// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFund} from "../../interfaces/IFund.sol";
import {IServices} from "../../interfaces/IServices.sol";
import {VM} from "../Vm.sol";
import {Acts} from "../neighbours/Acts.sol";
import {Agreement} from "../neighbours/Agreements.sol";
import {Blocklists} from "../neighbours/Blocklists.sol";
import {Rebases} from "../neighbours/Rebases.sol";
import {Promises} from "./Promises.sol";
import {Mints} from "./Purses.sol";

/// @notice Alice earns, draws, commits, switches and redeems; her providers, some of them hostile, offer, end and collect.
contract Spenders is Promises {
    // Money

    function earn(uint256 t, uint256 amount) external {
        t = t % TOKENS;
        last = t;
        amount = bound(amount, 1, 1e18);
        if (t == 0) VM.deal(address(fund), address(fund).balance + amount);
        else Mints(tokens[t]).mint(address(fund), amount);
        earned[t] += amount;
    }

    /// @dev As long as what is drawn is free, nothing that providers do makes a draw fail.
    function draw(uint256 t, uint256 amount) external {
        t = t % TOKENS;
        for (uint256 i = 0; i < TOKENS && free(t) == 0; ++i) {
            t = (t + 1) % TOKENS;
        }
        VM.assume(free(t) != 0);
        last = t;
        amount = bound(amount, 1, free(t));
        (uint256 rest, uint256[6] memory expected) = _expect(t, amount);
        uint256[6] memory had;
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            had[i] = _balance(t, providers[i]);
        }
        uint256 held = _balance(t, address(fund));
        VM.prank(alice);
        try fund.draw(tokens[t], amount) {}
        catch {
            drawsBlocked += 1;
            return;
        }
        uint256 sum;
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            uint256 arrived = _balance(t, providers[i]) - had[i];
            uint256 owing = fund.owedTo(tokens[t], providers[i]) - due[t][i];
            if (arrived + owing != expected[i]) drawsWrong += 1;
            // Who does nothing awkward is not kept waiting.
            if (i == 1 && owing != 0 && t != 2) drawsWrong += 1;
            got[t][i] += arrived;
            due[t][i] += owing;
            sum += arrived + owing;
            held -= arrived;
        }
        kept[t] += rest;
        left[t] += amount;
        if (sum + rest != amount || _balance(t, address(fund)) != held - rest) drawsWrong += 1;
        if (_balance(t, purse) != kept[t]) drawsWrong += 1;
    }

    function drawTooMuch(uint256 t, uint256 amount) external {
        t = t % TOKENS;
        uint256 most = free(t);
        amount = bound(amount, most + 1, 3 * most + 1e18);
        VM.prank(alice);
        try fund.draw(tokens[t], amount) {
            allowedWrongly += 1;
        } catch (bytes memory reason) {
            bytes memory expected = abi.encodeWithSelector(IFund.NotEnoughFree.selector, tokens[t], amount, most);
            if (keccak256(reason) != keccak256(expected)) refusedWrongly += 1;
        }
    }

    function invest(uint256 t, uint256 amount, uint256 more) external {
        t = t % 2;
        amount = bound(amount, 0, free(t));
        VM.assume(amount != 0);
        last = t;
        // Sometimes less than it was allowed, sometimes it grasps for more.
        uint256 asks = bound(more, 1, amount + amount / 8 + 1);
        if (t == 0) asks = amount;
        uint256 before = _balance(t, address(agreement));
        VM.prank(alice);
        try fund.invest(
            address(agreement), tokens[t], amount, abi.encodeCall(Agreement.putIn, (tokens[t], asks))
        ) {
            if (asks > amount) investsWrong += 1;
            if (_balance(t, address(agreement)) - before != asks) investsWrong += 1;
            left[t] += asks;
        } catch {
            if (asks <= amount) investsWrong += 1;
        }
        if (t != 0 && token.allowance(address(fund), address(agreement)) != 0) investsWrong += 1;
    }

    function collect(uint256 t, uint256 one) external {
        (t, one) = (t % TOKENS, one % PROVIDERS);
        for (uint256 i = 0; i < PROVIDERS * TOKENS && due[t][one] == 0; ++i) {
            one = (one + 1) % PROVIDERS;
            if (i % PROVIDERS == 0) t = (t + 1) % TOKENS;
        }
        uint256 owing = due[t][one];
        VM.assume(owing != 0);
        last = t;
        uint256 all = sumDue(t);
        uint256 held = _balance(t, address(fund));
        uint256 expected = held < all ? owing * held / all : owing;
        uint256 had = _balance(t, erin);
        VM.prank(providers[one]);
        try fund.collect(tokens[t], erin) returns (uint256 paid) {
            if (paid != expected || _balance(t, erin) - had != paid) collectsWrong += 1;
            due[t][one] = 0;
        } catch {
            if (expected != 0) collectsWrong += 1;
        }
    }

    // Promises

    function offer(uint256 provider, uint256 seed) external {
        VM.assume(asked.length < 30);
        IServices.Offer memory terms = _terms(seed % 2 == 0 ? GROCERIES : SCHOOL);
        terms.lowestBps = uint16(1 + (seed >> 8) % 2000);
        terms.highestBps = uint16(terms.lowestBps + (seed >> 16) % 2000);
        terms.notice = uint32((seed >> 32) % 60 days);
        (terms.count, terms.period) = (seed >> 64) % 4 == 0 ? (0, 0) : (uint32(1 + (seed >> 72) % 20), 10 days);
        _ask(provider % PROVIDERS, terms);
    }

    function close(uint256 number) external {
        number = number % asked.length;
        // The first stay, so that there is always something to take.
        VM.assume(number >= PROVIDERS && !asked[number].closed);
        VM.prank(providers[asked[number].provider]);
        services.close(number + 1);
        asked[number].closed = true;
    }

    function commit(uint256 number, uint256 bps, uint256 seed) external {
        number = number % asked.length;
        bps = bound(bps, 1, 4500);
        IFund.Cap memory cap = _cap(seed);
        bool may = _may(number, bps, EVER);
        VM.prank(alice);
        try fund.commit(number + 1, bps, cap) returns (uint256 slot) {
            if (!may) allowedWrongly += 1;
            _promise(number, bps, cap, slot, _now());
        } catch {
            if (may) refusedWrongly += 1;
        }
    }

    function switchTo(uint256 slot, uint256 number, uint256 bps, uint256 seed) external {
        uint256 one = _someServing(slot);
        (slot, one) = (_slotOf(one), one - 1);
        number = number % asked.length;
        bps = bound(bps, 1, 4500);
        IFund.Cap memory cap = _cap(seed);
        Promise storage old = promises[one];
        bool may = !old.left && asked[number].service == asked[old.offer].service && _may(number, bps, one);
        VM.prank(alice);
        try fund.switchTo(slot, number + 1, bps, cap) returns (uint256 newSlot) {
            if (!may) allowedWrongly += 1;
            old.left = true;
            _endFor(one);
            if (asked[number].provider == asked[old.offer].provider) old.serviceEnds = _now();
            _promise(number, bps, cap, newSlot, old.heldSince);
        } catch {
            if (may) refusedWrongly += 1;
        }
    }

    function end(uint256 slot) external {
        uint256 one = _someServing(slot);
        bool may = _gives(one - 1);
        VM.prank(alice);
        try fund.end(_slotOf(one)) returns (uint256 until) {
            if (!may) allowedWrongly += 1;
            _endFor(one - 1);
            assertEq(until, promises[one - 1].serviceEnds);
        } catch {
            if (may) refusedWrongly += 1;
        }
    }

    function dismiss(uint256 slot) external {
        uint256 one = _someServing(slot);
        Promise storage p = promises[one - 1];
        bool may = p.serviceEnds == EVER;
        VM.prank(providers[asked[p.offer].provider]);
        try services.end(p.offer + 1, address(fund), _slotOf(one)) returns (uint256 until) {
            if (!may) allowedWrongly += 1;
            (p.moneyEnds, p.serviceEnds) = (until, until);
            assertEq(until, _now() + asked[p.offer].notice);
        } catch {
            if (may) refusedWrongly += 1;
        }
    }

    function redeem(uint256 slot, uint256 number) external {
        uint256 one = _someServing(slot);
        uint256 most = entitled(one - 1);
        number = bound(number, 1, most + 1);
        VM.prank(alice);
        try fund.redeem(_slotOf(one), number) returns (uint256 rest) {
            if (number > most || rest != most - number) allowedWrongly += 1;
            uint256 which = promises[one - 1].offer;
            if (firstSince[which] == 0) firstSince[which] = promises[one - 1].since;
            redeemed.push(Redeemed(which, _now(), number));
        } catch {
            if (number <= most) refusedWrongly += 1;
        }
    }

    // What the world does

    function rebase(uint256 amount) external {
        last = REBASES;
        Rebases(tokens[REBASES]).rebase(address(fund), bound(amount, 0, 1e18));
    }

    function behave(uint256 seed, uint256 who) external {
        refuser.setTakes(seed % 3 == 0);
        bomb.setFails(seed % 2 == 0);
        bytes[4] memory data = [
            abi.encodeCall(IFund.collect, (COIN, address(reenters))),
            abi.encodeCall(IFund.collect, (tokens[3], address(reenters))),
            abi.encodeCall(IFund.draw, (COIN, 1)),
            abi.encodeCall(IFund.dismiss, (0, 1))
        ];
        reenters.setRefuses(seed % 5 < 2);
        reenters.set(address(fund), data[(seed >> 8) % 4]);
        // The token calls in the name of a provider that may be owed.
        calls.set(address(reenters), abi.encodeCall(Acts.act, (address(fund), 0, data[(seed >> 16) % 4])));
        Blocklists blocks = Blocklists(tokens[2]);
        blocks.setBlocked(providers[who % PROVIDERS], !blocks.isBlocked(providers[who % PROVIDERS]));
    }

    function wait(uint256 time) external {
        pass(bound(time, 1, 20 days));
    }

    // How the lists grow

    function _expect(uint256 t, uint256 amount) private returns (uint256 rest, uint256[6] memory expected) {
        rest = amount;
        (uint256 said, IFund.Part[] memory parts) = fund.quote(tokens[t], amount);
        uint256 quoted;
        for (uint256 one = 0; one < promises.length; ++one) {
            if (!_gives(one)) continue;
            uint256 part = _part(one, t, amount);
            if (part == 0) continue;
            uint256 provider = asked[promises[one].offer].provider;
            expected[provider] += part;
            rest -= part;
            taken.push(Took(one, _now(), part));
            for (uint256 i = 0; i < parts.length; ++i) {
                if (parts[i].slot != _slotOf(one + 1)) continue;
                if (parts[i].amount != part || parts[i].receiver != providers[provider]) quotesWrong += 1;
                quoted += 1;
            }
        }
        if (said != rest || quoted != parts.length) quotesWrong += 1;
    }

    /// @dev Whether an offer can be taken, if promise `leaving` is ended in the same breath.
    function _may(uint256 number, uint256 bps, uint256 leaving) private view returns (bool) {
        Asked storage a = asked[number];
        if (a.closed || bps < a.lowest || bps > a.highest) return false;
        uint256 sum = bps;
        uint256 places = 16;
        for (uint256 i = 0; i < promises.length; ++i) {
            bool goes = i == leaving;
            if (_gives(i) && !goes) {
                if (promises[i].offer == number) return false;
                sum += promises[i].bps;
            }
            bool inPlace = goes && asked[promises[i].offer].provider == a.provider;
            bool atOnce = goes && promises[i].serviceEnds == EVER && asked[promises[i].offer].notice == 0;
            if (promises[i].serviceEnds > _now() && !inPlace && !atOnce) places -= 1;
        }
        return sum <= 9000 && places != 0;
    }

    function _promise(uint256 number, uint256 bps, IFund.Cap memory cap, uint256 slot, uint256 heldSince) private {
        // Nobody's service is ever overwritten.
        assertEq(servingAt(slot), 0, "a place was taken from a service that runs");
        bool capped = cap.inAll != 0 || cap.perPeriod != 0;
        uint256 t = cap.token == COIN ? 0 : 1;
        promises.push(
            Promise(
                number, bps, _now(), heldSince, EVER, EVER, false, capped, t, cap.period, cap.perPeriod, cap.inAll
            )
        );
        promiseAt[slot] = promises.length;
    }

    function _endFor(uint256 one) private {
        Promise storage p = promises[one];
        p.moneyEnds = _least(p.moneyEnds, _now());
        p.serviceEnds = _least(p.serviceEnds, _now() + asked[p.offer].notice);
    }

    function _cap(uint256 seed) private view returns (IFund.Cap memory cap) {
        if (seed % 3 != 0) return cap;
        cap.token = tokens[(seed >> 8) % 2];
        if (seed % 2 == 0) (cap.perPeriod, cap.period) = (uint120(1 + (seed >> 16) % 1e17), 7 days);
        if (seed % 4 < 2 || cap.period == 0) cap.inAll = uint120(1 + (seed >> 128) % 1e18);
    }

    /// @dev A promise whose service runs, from place `slot` on: its number and 1.
    function _someServing(uint256 slot) private view returns (uint256 one) {
        for (uint256 i = 0; i < 16 && one == 0; ++i) {
            one = servingAt((slot % 16 + i) % 16);
        }
        VM.assume(one != 0);
    }

    function _slotOf(uint256 one) private view returns (uint256 slot) {
        while (promiseAt[slot] != one) ++slot;
    }
}
