// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ICollective} from "./interfaces/ICollective.sol";
import {IGovernor} from "./interfaces/IGovernor.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Payment} from "./libraries/Payment.sol";
import {Units} from "./Units.sol";

/// @title What a passed option does with the money, and budgets; units and exit are in Units
contract Treasury is Units {
    using SafeCast for uint256;

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
            if (!large && wanted != 0) _takeFromBucket(watched[i], wanted, held[i], bucketBps, BUCKET_PERIOD);
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
    function bucketOf(address token, uint256 bucketBps) external view returns (uint256 cap, uint256 used) {
        cap = _cap(_free(token), bucketBps);
        used = _used(moves[token], cap, BUCKET_PERIOD);
    }

    /// @inheritdoc ITreasury
    function budgetOf(uint256 budget) external view returns (Budget memory) {
        return budgets[budget];
    }

    /// @inheritdoc ITreasury
    function counts() external view returns (uint256 sales, uint256 budgets_) {
        return (counted.sales, counted.budgets);
    }

    function _sum(IGovernor.Payment[] calldata payments, address token) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < payments.length; ++i) {
            if (payments[i].token == token) sum += payments[i].amount;
        }
    }

}
