// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ICollective} from "./interfaces/ICollective.sol";
import {IGovernor} from "./interfaces/IGovernor.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Payment} from "./libraries/Payment.sol";
import {Units} from "./Units.sol";

/// @title Coin and tokens, budgets, revenue; units and exit are in Units
contract Treasury is Units {
    using SafeCast for uint256;

    uint256 internal constant BPS = 10_000;
    uint256 internal constant BUCKET_PERIOD = 30 days;
    /// @dev More than any balance that is kept in the books.
    uint256 internal constant UNKNOWN = type(uint256).max;

    mapping(uint256 budget => Budget) internal budgets;

    // The collective says whether a clone is set up; the implementation itself never is.
    constructor() {
        core.collective = address(1);
    }

    receive() external payable {}

    /// @inheritdoc ITreasury
    function initialize(ICollective.Charter calldata charter) external {
        require(core.collective == address(0), AlreadyFounded());
        core.collective = msg.sender;
        require(charter.exitNotice <= 14 days, BadTerms("the exit notice is longer than 14 days"));
        core.notice = uint24(charter.exitNotice);
        for (uint256 i = 0; i < charter.tokens.length; ++i) {
            _list(charter.tokens[i]);
        }
        for (uint256 i = 0; i < charter.founders.length; ++i) {
            uint256 units = charter.founders[i].units;
            if (units != 0) _grant(charter.founders[i].account, units);
        }
    }

    /// @inheritdoc ITreasury
    function perform(
        IGovernor.Payment[] calldata payments,
        IGovernor.Call[] calldata calls,
        bool large,
        uint256 bucketBps
    ) external nonReentrant {
        require(msg.sender == core.collective, OnlyCollective());
        address[] memory watched = _watched();
        uint256[] memory held = new uint256[](watched.length);
        for (uint256 i = 0; i < watched.length; ++i) {
            uint256 wanted = _sum(payments, watched[i]);
            bool known = wanted + calls.length != 0;
            if (known) (known, held[i]) = Payment.balanceOf(watched[i], address(this));
            // Nothing may leave in ordinary payments while the balance is not known: then it counts as none.
            if (!large && wanted != 0) _takeFromBucket(watched[i], wanted, held[i], bucketBps);
            // Left out of the books: a token that cannot say its balance, or that nothing here touches.
            if (!known) held[i] = UNKNOWN;
        }

        for (uint256 i = 0; i < payments.length; ++i) {
            IGovernor.Payment calldata payment = payments[i];
            uint256 free = _free(payment.token);
            require(payment.amount <= free, NotEnoughFree(payment.token, payment.amount, free));
            require(large || isListed(payment.token), NotListed(payment.token));
            _pay(payment.token, payment.to, payment.amount, payment.purpose);
        }
        executing = large;
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool done, bytes memory reason) = calls[i].target.call{value: calls[i].value}(calls[i].data);
            require(done, CallFailed(i, reason));
        }
        executing = false;

        for (uint256 i = 0; i < watched.length; ++i) {
            if (held[i] != UNKNOWN) _settle(watched[i], held[i]);
        }
    }

    /// @inheritdoc ITreasury
    function deposit(address token, uint256 amount, bytes32 purpose)
        external
        payable
        nonReentrant
        returns (uint256 received)
    {
        received = _take(token, amount, purpose);
        require(received != 0, NothingReceived());
        if (bytes7(purpose) == "revenue" && isListed(token)) moves[token].revenue += received.toUint112();
    }

    /// @inheritdoc ITreasury
    function recognise(address token) external nonReentrant returns (uint256 amount) {
        require(isListed(token), NotListed(token));
        (, uint256 balance) = Payment.balanceOf(token, address(this));
        int256 found = int256(balance) - books[token].seen;
        require(found > 0, NothingReceived());
        amount = uint256(found);
        _shift(token, found);
        moves[token].revenue += amount.toUint112();
        emit Recognised(token, amount);
    }

    /// @inheritdoc ITreasury
    function collect(address token, address to) external nonReentrant returns (uint256 paid) {
        uint256 due = owed[token][msg.sender];
        require(due != 0, NothingOwed(token, msg.sender));
        uint256 until = holdings[msg.sender].heldUntil;
        require(block.timestamp >= until, PayoutsHeld(msg.sender, until));
        Account memory book = books[token];
        (, uint256 balance) = Payment.balanceOf(token, address(this));
        paid = Math.min(due, Math.mulDiv(due, balance, book.reserved));
        require(paid != 0, NothingReceived());

        owed[token][msg.sender] = 0;
        books[token].reserved = book.reserved - uint120(due);
        _shift(token, -int256(paid));
        emit Collected(token, msg.sender, to, due, paid);

        require(to != address(0) && to != address(this), BadReceiver(to));
        require(Payment.push(token, to, paid), NotTaken(token, to));
    }

    /// @inheritdoc ITreasury
    function spend(uint256 budget, address to, uint256 amount, bytes32 purpose) external nonReentrant {
        Budget memory b = budgets[budget];
        require(msg.sender == b.spender, NotTheSpender(budget, b.spender));
        require(block.timestamp >= b.start && block.timestamp < b.end, BudgetNotOpen(budget));
        uint40 period = uint40((block.timestamp - b.start) / b.period);
        if (b.lastPeriod != period) (b.lastPeriod, b.spent) = (period, 0);
        require(amount <= b.amount - b.spent, BudgetExceeded(budget, amount, b.amount - b.spent));
        uint256 free = _free(b.token);
        require(amount <= free, NotEnoughFree(b.token, amount, free));

        b.spent += uint128(amount);
        budgets[budget] = b;
        emit BudgetSpent(budget, amount);
        _shift(b.token, -int256(_pay(b.token, to, amount, purpose)));
    }

    /// @inheritdoc ITreasury
    function openBudget(address spender, address token, uint256 amount, uint256 period, uint256 end)
        external
        returns (uint256 budget)
    {
        _requireLargeOption();
        require(isListed(token), NotListed(token));
        require(spender != address(0) && spender != address(this), BadReceiver(spender));
        require(amount != 0, BadTerms("the amount is zero"));
        require(period != 0, BadTerms("the period is zero"));
        require(end > block.timestamp, BadTerms("the end is past"));
        budget = ++counted.budgets;
        budgets[budget] =
            Budget(spender, uint40(block.timestamp), end.toUint40(), token, period.toUint40(), 0, amount.toUint128(), 0);
        emit BudgetOpened(budget, spender, token, amount, period, end);
    }

    /// @inheritdoc ITreasury
    function endBudget(uint256 budget) external {
        _requireLargeOption();
        require(block.timestamp < budgets[budget].end, BudgetNotOpen(budget));
        budgets[budget].end = uint40(block.timestamp);
        emit BudgetEnded(budget);
    }

    /// @inheritdoc ITreasury
    function listToken(address token) external {
        _requireLargeOption();
        _list(token);
    }

    /// @inheritdoc ITreasury
    function delistToken(address token) external {
        _requireLargeOption();
        require(token != address(0) && isListed(token), NotListed(token));
        require(books[token].reserved == 0, StillOwed(token, books[token].reserved));
        uint8 last = core.listed - 1;
        for (uint256 i = 0; i < last; ++i) {
            if (listed[i] == token) listed[i] = listed[last];
        }
        listed[last] = address(0);
        core.listed = last;
        books[token].listed = false;
        emit TokenDelisted(token);
    }

    /// @inheritdoc ITreasury
    function bookOf(address token) external view returns (Book memory) {
        Account memory book = books[token];
        return Book(isListed(token), book.reserved, book.seen, moves[token].revenue, _free(token));
    }

    /// @inheritdoc ITreasury
    function tokens() external view returns (address[] memory list) {
        list = new address[](core.listed);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = listed[i];
        }
    }

    /// @inheritdoc ITreasury
    function owedTo(address token, address creditor) external view returns (uint256) {
        return owed[token][creditor];
    }

    /// @inheritdoc ITreasury
    function bucketOf(address token, uint256 bucketBps) external view returns (uint256 cap, uint256 used) {
        cap = _cap(_free(token), bucketBps);
        used = _used(moves[token], cap);
    }

    /// @inheritdoc ITreasury
    function budgetOf(uint256 budget) external view returns (Budget memory) {
        return budgets[budget];
    }

    /// @inheritdoc ITreasury
    function counts() external view returns (uint256 sales, uint256 budgets_) {
        return (counted.sales, counted.budgets);
    }

    function _list(address token) private {
        require(token != address(0) && !books[token].listed, AlreadyListed(token));
        require(token != address(this) && token != core.collective && token.code.length != 0, NotAToken(token));
        (bool known, uint256 balance) = Payment.balanceOf(token, address(this));
        require(known, NotAToken(token));
        uint8 count = core.listed;
        require(count < MAX_LISTED, ListIsFull());
        listed[count] = token;
        core.listed = count + 1;
        books[token].listed = true;
        books[token].seen = int128(int256(balance));
        emit TokenListed(token);
    }

    /// @dev Coin, then what is listed.
    function _watched() private view returns (address[] memory list) {
        list = new address[](core.listed + 1);
        for (uint256 i = 1; i < list.length; ++i) {
            list[i] = listed[i - 1];
        }
    }

    /// @dev An execution's ordinary payments of a token together must fit what is left in its bucket.
    function _takeFromBucket(address token, uint256 wanted, uint256 balance, uint256 bucketBps) private {
        uint256 cap = _cap(balance - Math.min(balance, books[token].reserved), bucketBps);
        uint256 used = _used(moves[token], cap);
        uint256 room = cap - Math.min(cap, used);
        require(wanted <= room, BeyondTheBucket(token, wanted, room));
        moves[token].used = (used + wanted).toUint104();
        moves[token].usedAt = uint40(block.timestamp);
    }

    /// @dev After an execution: what the balance changed by is seen, and what is owed stays covered (or was short before
    /// and is no shorter).
    function _settle(address token, uint256 before) private {
        (, uint256 balance) = Payment.balanceOf(token, address(this));
        uint256 reserved = books[token].reserved;
        require(balance >= Math.min(reserved, before), WouldNotCover(token, balance, reserved));
        if (balance != before) _shift(token, int256(balance) - int256(before));
    }

    function _sum(IGovernor.Payment[] calldata payments, address token) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < payments.length; ++i) {
            if (payments[i].token == token) sum += payments[i].amount;
        }
    }

    function _cap(uint256 free, uint256 bucketBps) private pure returns (uint256) {
        return Math.mulDiv(free, bucketBps, BPS);
    }

    function _used(Moves memory m, uint256 cap) private view returns (uint256) {
        uint256 drained = Math.mulDiv(cap, block.timestamp - m.usedAt, BUCKET_PERIOD);
        return m.used - Math.min(m.used, drained);
    }
}
