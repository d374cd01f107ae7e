// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "../../interfaces/ICollective.sol";
import {IGovernor} from "../../interfaces/IGovernor.sol";
import {ITreasury} from "../../interfaces/ITreasury.sol";
import {House} from "../House.sol";
import {VM} from "../Vm.sol";
import {Blocklists} from "../neighbours/Blocklists.sol";
import {BurnsGas} from "../neighbours/BurnsGas.sol";
import {CallsOnTransfer} from "../neighbours/CallsOnTransfer.sol";
import {LiesAboutBalance} from "../neighbours/LiesAboutBalance.sol";
import {Rebases} from "../neighbours/Rebases.sol";
import {ReentersOnReceive} from "../neighbours/ReentersOnReceive.sol";
import {RefusesEther} from "../neighbours/RefusesEther.sol";
import {ReturnsABomb} from "../neighbours/ReturnsABomb.sol";

interface Mints {
    function mint(address to, uint256 amount) external;
}

/// @notice What each has got and is owed, holds in units and may still spend, as plain numbers, written independently of the
/// contracts.
abstract contract Purses is House {
    struct Purse {
        uint256 got;
        uint256 owed;
    }

    struct Share {
        uint256 units;
        uint256 noticed;
        uint256 due;
        uint256 bought;
        uint256 boughtIn;
        uint256 paid;
        uint256 until;
    }

    struct Leave {
        uint256 spender;
        uint256 token;
        uint256 amount;
        uint256 start;
        uint256 end;
        uint256 period;
    }

    struct Offer {
        uint256 token;
        uint256 left;
        uint256 price;
        uint256 end;
    }

    struct Outflow {
        uint256 time;
        uint256 amount;
        uint256 cap;
    }

    uint256 public constant PEOPLE = 6;
    // Coin, a plain token, one that blocks people, one that calls back, one that rebases, one that lies.
    uint256 public constant TOKENS = 6;
    uint256 public constant REBASES = 4;
    uint256 public constant LIES = 5;
    uint256 internal constant NOTICE = 5 days;
    uint256 internal constant BUCKET = 1000;
    uint256 internal constant EXIT_GAS = 4_000_000;

    address[6] public tokens;
    address[] public people;
    ReentersOnReceive internal reenters;
    ReturnsABomb internal bomb;
    RefusesEther internal refuser;
    CallsOnTransfer internal calls;

    mapping(uint256 token => mapping(uint256 one => Purse)) public purse;
    mapping(uint256 token => uint256) public reserved;
    mapping(uint256 token => uint256) public unseen;
    mapping(uint256 token => uint256) public revenue;
    mapping(uint256 one => Share) public share;
    uint256 public units;

    mapping(uint256 number => Leave) public budget;
    mapping(uint256 number => mapping(uint256 period => uint256)) public spent;
    mapping(uint256 number => Offer) internal offer;
    uint256 public budgets;
    uint256 internal offers;

    mapping(uint256 token => uint256) internal used;
    mapping(uint256 token => uint256) internal usedAt;
    mapping(uint256 token => Outflow[]) internal outflows;

    // What must never happen
    uint256 public exitsBlocked;
    uint256 public exitsWrong;
    uint256 public collectsWrong;
    uint256 public sharesOfShortfallWrong;
    uint256 public spendsWrong;
    uint256 public bucketOverflows;
    uint256 public quotesWrong;

    constructor() {
        _deploy();
        refuser = new RefusesEther();
        reenters = new ReentersOnReceive();
        bomb = new ReturnsABomb();
        calls = new CallsOnTransfer();
        people = [alice, bob, address(refuser), address(reenters), address(bomb), address(new BurnsGas())];
        founders = people;
        tokens = [
            COIN,
            address(token),
            address(new Blocklists()),
            address(calls),
            address(new Rebases()),
            address(new LiesAboutBalance())
        ];
        ICollective.Charter memory charter = _charter();
        charter.tokens = new address[](5);
        for (uint256 i = 0; i < 5; ++i) {
            charter.tokens[i] = tokens[i + 1];
        }
        _found(charter, 0);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            share[i].units = 100 * (i + 1);
        }
        units = 2100;
        for (uint256 i = 0; i < LIES; ++i) {
            _bring(i, 1e18, "gift");
        }
    }

    // The model

    function reentered() external view returns (uint256) {
        return reenters.successes() + calls.successes();
    }

    function theTreasury() external view returns (ITreasury) {
        return treasury;
    }

    function _free(uint256 t) internal view returns (uint256) {
        uint256 balance = _balanceOf(t, address(treasury));
        return balance > reserved[t] ? balance - reserved[t] : 0;
    }

    /// @dev What `number` units must get of each token: those that were not bought go first.
    function _shares(Share storage s, uint256 number) internal returns (uint256[] memory expected) {
        uint256 locked;
        uint256 most;
        if (s.bought != 0 && s.until > VM.getBlockTimestamp()) {
            uint256 loose = s.units - s.bought;
            if (number > loose) {
                locked = number - loose;
                most = s.paid * locked / s.bought;
                (s.bought, s.paid) = (s.bought - locked, s.paid - most);
            }
        }
        expected = new uint256[](TOKENS);
        for (uint256 t = 0; t < LIES; ++t) {
            uint256 free = _free(t);
            expected[t] = free * (number - locked) / units;
            if (locked == 0 && treasury.quoteExit(tokens[t], number) != expected[t]) quotesWrong += 1;
            if (locked == 0 || s.boughtIn != t) continue;
            uint256 back = free * locked / units;
            expected[t] += back < most ? back : most;
        }
    }

    /// @dev Books what `one` got: `amount` arrived whole, or is owed whole.
    function _got(uint256 t, uint256 one, uint256 before, uint256 amount) internal returns (bool right) {
        uint256 arrived = _balance(t, one) - before;
        uint256 owed = treasury.owedTo(tokens[t], people[one]) - purse[t][one].owed;
        right = arrived + owed == amount && (arrived == 0 || owed == 0);
        purse[t][one].got += arrived;
        purse[t][one].owed += owed;
        reserved[t] += owed;
    }

    function _drain(uint256 t, uint256 cap) internal {
        uint256 drained = cap * (VM.getBlockTimestamp() - usedAt[t]) / 30 days;
        used[t] = used[t] > drained ? used[t] - drained : 0;
        usedAt[t] = VM.getBlockTimestamp();
    }

    /// @dev In any 30 days at most two caps leave, taking the greatest that there was.
    function _watchBucket(uint256 t, uint256 amount, uint256 cap) internal {
        Outflow[] storage log = outflows[t];
        log.push(Outflow(VM.getBlockTimestamp(), amount, cap));
        uint256 sum;
        uint256 greatest;
        for (uint256 i = log.length; i > 0 && log[i - 1].time + 30 days > VM.getBlockTimestamp(); --i) {
            sum += log[i - 1].amount;
            if (log[i - 1].cap > greatest) greatest = log[i - 1].cap;
        }
        if (amount > cap || sum > 2 * greatest) bucketOverflows += 1;
    }

    function _bring(uint256 t, uint256 amount, bytes32 purpose) internal {
        if (t == 0) {
            VM.deal(address(this), amount);
            treasury.deposit{value: amount}(COIN, amount, purpose);
            return;
        }
        VM.assume(!_isTreasuryBlocked(t));
        Mints(tokens[t]).mint(address(this), amount);
        Rebases(tokens[t]).approve(address(treasury), amount);
        treasury.deposit(tokens[t], amount, purpose);
    }

    function _isTreasuryBlocked(uint256 t) internal view returns (bool) {
        return t == 2 && Blocklists(tokens[2]).isBlocked(address(treasury));
    }

    function _do(bytes memory data) internal {
        IGovernor.Call[] memory list = new IGovernor.Call[](1);
        list[0] = IGovernor.Call(address(treasury), 0, data);
        (bool done,) = _perform(0, new IGovernor.Payment[](0), list, true);
        assertTrue(done, "a large option failed");
    }

    function _perform(uint256 t, IGovernor.Payment[] memory payments, IGovernor.Call[] memory list, bool large)
        internal
        returns (bool done, uint256[] memory before)
    {
        before = new uint256[](PEOPLE);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            before[i] = _balance(t, i);
        }
        VM.prank(address(collective));
        try treasury.perform(payments, list, large, BUCKET) {
            done = true;
        } catch {}
    }

    function _balance(uint256 t, uint256 one) internal view returns (uint256) {
        return _balanceOf(t, people[one]);
    }

    function _balanceOf(uint256 t, address holder) internal view returns (uint256) {
        return t == 0 ? holder.balance : Rebases(tokens[t]).balanceOf(holder);
    }

    /// @dev Coin and all tokens, ascending.
    function _all() internal view returns (address[] memory list) {
        list = new address[](TOKENS);
        for (uint256 i = 0; i < TOKENS; ++i) {
            list[i] = tokens[i];
            for (uint256 j = i; j > 0 && list[j] < list[j - 1]; --j) {
                (list[j], list[j - 1]) = (list[j - 1], list[j]);
            }
        }
    }
}
