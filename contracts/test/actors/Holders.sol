// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "../../interfaces/IGovernor.sol";
import {IBooks} from "../../interfaces/IBooks.sol";
import {ITreasury} from "../../interfaces/ITreasury.sol";
import {VM} from "../Vm.sol";
import {Mints, Purses} from "./Purses.sol";
import {Acts} from "../neighbours/Acts.sol";
import {Blocklists} from "../neighbours/Blocklists.sol";
import {LiesAboutBalance} from "../neighbours/LiesAboutBalance.sol";
import {Rebases} from "../neighbours/Rebases.sol";

/// @notice Two people and four awkward contracts that hold units and are paid, in coin and five tokens, some of them hostile,
/// and a plain model of what each must have got. The collective's decisions are taken as given: it asks, the treasury does.
contract Holders is Purses {
    // Money in

    function deposit(uint256 t, uint256 amount, bool earned) external {
        t = t % REBASES;
        amount = bound(amount, 1, 1e18);
        _bring(t, amount, earned ? bytes32("revenue: bread") : bytes32("gift"));
        if (earned) revenue[t] += amount;
    }

    function sendPlainly(uint256 t, uint256 amount) external {
        t = t % REBASES;
        amount = bound(amount, 1, 1e17);
        VM.assume(!_isTreasuryBlocked(t));
        if (t == 0) VM.deal(address(treasury), address(treasury).balance + amount);
        else Mints(tokens[t]).mint(address(treasury), amount);
        unseen[t] += amount;
    }

    function recognise(uint256 t) external {
        t = t % REBASES;
        VM.assume(unseen[t] != 0);
        assertEq(treasury.recognise(tokens[t]), unseen[t]);
        revenue[t] += unseen[t];
        unseen[t] = 0;
    }

    // Money out

    /// @dev Up to three ordinary payments, small or somewhat too much: the model says whether they fit the bucket.
    function payOrdinarily(uint256 t, uint256 one, uint256 amount, uint256 count) external {
        t = t % REBASES;
        uint256 free = _free(t);
        uint256 cap = free * BUCKET / 10_000;
        IGovernor.Payment[] memory payments = new IGovernor.Payment[](bound(count, 1, 3));
        VM.assume(cap > 100);
        uint256 each = bound(amount, 1, cap / payments.length + cap / 8);
        _drain(t, cap);
        bool fits = each * payments.length + used[t] <= cap;
        for (uint256 i = 0; i < payments.length; ++i) {
            payments[i] = IGovernor.Payment(tokens[t], people[(one % PEOPLE + i) % PEOPLE], each, "test");
        }
        (bool done, uint256[] memory before) = _perform(t, payments, new IGovernor.Call[](0), false);
        assertEq(done, fits, "the bucket is not what the rules say");
        VM.assume(done);
        for (uint256 i = 0; i < payments.length; ++i) {
            uint256 to = (one % PEOPLE + i) % PEOPLE;
            assertTrue(_got(t, to, before[to], each));
        }
        used[t] += each * payments.length;
        usedAt[t] = VM.getBlockTimestamp();
        _watchBucket(t, each * payments.length, cap);
    }

    function payMuch(uint256 t, uint256 one, uint256 amount) external {
        (t, one) = (t % LIES, one % PEOPLE);
        IGovernor.Payment[] memory payments = new IGovernor.Payment[](1);
        payments[0] = IGovernor.Payment(tokens[t], people[one], bound(amount, 0, _free(t) / 2), "test");
        (bool done, uint256[] memory before) = _perform(t, payments, new IGovernor.Call[](0), true);
        assertTrue(done, "a payment of what is free failed");
        assertTrue(_got(t, one, before[one], payments[0].amount));
    }

    function openBudget(uint256 t, uint256 one, uint256 amount, uint256 period) external {
        VM.assume(budgets < 4);
        Leave memory b = Leave(
            one % PEOPLE,
            t % REBASES,
            bound(amount, 1, 1e17),
            VM.getBlockTimestamp(),
            VM.getBlockTimestamp() + 60 days,
            bound(period, 1 hours, 20 days)
        );
        _do(abi.encodeCall(ITreasury.openBudget, (people[b.spender], tokens[b.token], b.amount, b.period, b.end)));
        budget[++budgets] = b;
    }

    function endBudget(uint256 number) external {
        VM.assume(budgets != 0);
        number = number % budgets + 1;
        VM.assume(budget[number].end > VM.getBlockTimestamp());
        _do(abi.encodeCall(ITreasury.endBudget, (number)));
        budget[number].end = VM.getBlockTimestamp();
    }

    function spend(uint256 number, uint256 to, uint256 amount, uint256 somebodyElse) external {
        VM.assume(budgets != 0);
        (number, to) = (number % budgets + 1, to % PEOPLE);
        Leave memory b = budget[number];
        uint256 spender = somebodyElse % 8 == 0 ? somebodyElse % PEOPLE : b.spender;
        uint256 period = (VM.getBlockTimestamp() - b.start) / b.period;
        amount = bound(amount, 0, b.amount + b.amount / 4);
        bool may = spender == b.spender && VM.getBlockTimestamp() < b.end;
        may = may && spent[number][period] + amount <= b.amount && amount <= _free(b.token);
        uint256 before = _balance(b.token, to);
        VM.prank(people[spender]);
        try treasury.spend(number, people[to], amount, "test") {
            if (!may || !_got(b.token, to, before, amount)) spendsWrong += 1;
            spent[number][period] += amount;
        } catch {
            assertFalse(may, "could not spend from the budget");
            VM.assume(false);
        }
    }

    function collect(uint256 t, uint256 one, uint256 seed) external {
        t = t % LIES;
        for (uint256 i = 0; i < PEOPLE * LIES && purse[t][one % PEOPLE].owed == 0; ++i) {
            (t, one) = (i % PEOPLE == 0 ? (t + 1) % LIES : t, (one % PEOPLE) + 1);
        }
        one = one % PEOPLE;
        uint256 due = purse[t][one].owed;
        uint256 balance = _balanceOf(t, address(treasury));
        uint256 expected = balance < reserved[t] ? due * balance / reserved[t] : due;
        // The refuser and the like name somebody who takes it.
        uint256 to = seed % 2;
        uint256 before = _balance(t, to);
        VM.prank(people[one]);
        try treasury.collect(tokens[t], people[to]) returns (uint256 paid) {
            if (due == 0 || paid != expected) collectsWrong += 1;
            if (t == REBASES && paid != expected) sharesOfShortfallWrong += 1;
            if (_balance(t, to) - before != paid) collectsWrong += 1;
            purse[t][to].got += paid;
            purse[t][one].owed = 0;
            reserved[t] -= due;
        } catch {
            // The token may block the receiver or the treasury, or be stopped.
            bool refused = t == 2 || (t == REBASES && Rebases(tokens[t]).stopped());
            assertTrue(expected == 0 || refused, "could not collect");
            VM.assume(false);
        }
    }

    // Units

    function giveNotice(uint256 one, uint256 number) external {
        one = one % PEOPLE;
        VM.assume(share[one].units != 0);
        share[one].noticed = bound(number, 1, share[one].units);
        share[one].due = VM.getBlockTimestamp() + NOTICE;
        VM.prank(people[one]);
        treasury.giveNotice(share[one].noticed);
    }

    /// @dev Names coin and every listed token, whatever they do today. Whoever has given notice can leave.
    function exit(uint256 one, uint256 number) external {
        for (uint256 i = 0; i < PEOPLE && share[one % PEOPLE].noticed == 0; ++i) {
            one = one % PEOPLE + 1;
        }
        one = one % PEOPLE;
        Share storage s = share[one];
        VM.assume(s.noticed != 0);
        if (VM.getBlockTimestamp() < s.due) VM.warp(s.due);
        VM.assume(VM.getBlockTimestamp() < s.due + 14 days);
        number = bound(number, 1, s.noticed);
        uint256[] memory expected = _shares(s, number);
        uint256[] memory before = new uint256[](TOKENS);
        for (uint256 t = 0; t < LIES; ++t) {
            before[t] = _balance(t, one);
        }
        VM.prank(people[one]);
        try treasury.exit{gas: EXIT_GAS}(number, _all()) {
            for (uint256 t = 0; t < LIES; ++t) {
                if (!_got(t, one, before[t], expected[t])) exitsWrong += 1;
            }
        } catch {
            exitsBlocked += 1;
        }
        s.units -= number;
        s.noticed -= number;
        units -= number;
    }

    function grant(uint256 one, uint256 number) external {
        one = one % PEOPLE;
        number = bound(number, 1, 300);
        _do(abi.encodeCall(ITreasury.grantUnits, (people[one], number)));
        share[one].units += number;
        units += number;
    }

    function openSale(uint256 t, uint256 price) external {
        VM.assume(offers < 3);
        Offer memory o = Offer(t % 2, 100, bound(price, 1, 1e15), VM.getBlockTimestamp() + 60 days);
        _do(
            abi.encodeCall(
                ITreasury.openSale,
                (ITreasury.Sale(tokens[o.token], uint64(o.left), uint128(o.price), 60, uint40(o.end)))
            )
        );
        offer[++offers] = o;
    }

    function buy(uint256 number, uint256 one, uint256 wanted) external {
        VM.assume(offers != 0);
        (number, one) = (number % offers + 1, one % PEOPLE);
        Offer storage o = offer[number];
        Share storage s = share[one];
        VM.assume(o.left != 0 && VM.getBlockTimestamp() < o.end);
        wanted = bound(wanted, 1, o.left < 20 ? o.left : 20);
        uint256 cost = wanted * o.price;
        bool current = s.until > VM.getBlockTimestamp();
        uint256 coin = o.token == 0 ? cost : 0;
        VM.deal(people[one], people[one].balance + coin);
        if (coin == 0) {
            token.mint(people[one], cost);
            VM.prank(people[one]);
            token.approve(address(treasury), cost);
        }
        VM.prank(people[one]);
        try treasury.buy{value: coin}(number, wanted) {
            assertTrue(!current || s.bought == 0 || s.boughtIn == o.token, "bought in two tokens");
        } catch {
            VM.assume(false);
        }
        if (!current) (s.bought, s.paid) = (0, 0);
        (s.bought, s.boughtIn, s.paid) = (s.bought + wanted, o.token, s.paid + cost);
        s.until = VM.getBlockTimestamp() + 365 days;
        s.units += wanted;
        units += wanted;
        o.left -= wanted;
    }

    // What the world does

    function blockSomebody(uint256 who) external {
        who = who % (PEOPLE + 1);
        address account = who == PEOPLE ? address(treasury) : people[who];
        Blocklists token_ = Blocklists(tokens[2]);
        token_.setBlocked(account, !token_.isBlocked(account));
    }

    function rebase(uint256 amount, uint256 seed) external {
        Rebases(tokens[REBASES]).setStopped(seed % 3 == 0);
        if (seed % 2 == 0) Rebases(tokens[REBASES]).rebase(address(treasury), bound(amount, 0, 1e18));
    }

    function lie(uint256 answer, uint256 said) external {
        LiesAboutBalance(tokens[LIES]).say(LiesAboutBalance.Answer(answer % 4), said);
    }

    function behave(uint256 seed) external {
        refuser.setTakes(seed % 3 == 0);
        bomb.setFails(seed % 2 == 0);
        address[] memory list = _list(COIN);
        bytes[4] memory data = [
            abi.encodeCall(ITreasury.exit, (1, list)),
            abi.encodeCall(IBooks.collect, (COIN, address(reenters))),
            abi.encodeCall(IBooks.recognise, (COIN)),
            abi.encodeCall(ITreasury.spend, (1, address(reenters), 1, "again"))
        ];
        reenters.setRefuses(seed % 5 < 2);
        reenters.set(address(treasury), data[(seed >> 8) % 4]);
        // The token calls in the name of somebody who holds units and is owed.
        calls.set(address(reenters), abi.encodeCall(Acts.act, (address(treasury), 0, data[(seed >> 16) % 4])));
    }

    function wait(uint256 time) external {
        pass(bound(time, 1, 10 days));
    }
}
