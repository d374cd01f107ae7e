// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBooks} from "./IBooks.sol";
import {ICollective} from "./ICollective.sol";
import {IGovernor} from "./IGovernor.sol";

/// @title Treasury: coin and tokens, units, exit, budgets, revenue
/// @notice Holds a collective's money, keeps the books, and acts only for its passed options, budgets and exits.
/// @dev The zero address is the chain's own coin. Amounts are in the token's smallest unit, times unix seconds. Every
/// movement of money carries a purpose. What a receiver refuses becomes a sum owed that it alone can collect.
interface ITreasury is IBooks {
    /// @notice What a holder has: units, those under notice, when that notice has run out, and until when at the latest a
    /// recovery of the holder's seat holds what is owed (unix seconds, 0: none).
    struct Holding {
        uint64 units;
        uint64 noticed;
        uint40 due;
        uint40 heldUntil;
    }

    /// @notice Units bought less than a year ago: they exit only in `token`, for at most what was paid.
    struct Lot {
        address token;
        uint64 units;
        uint128 paid;
        uint40 until;
    }

    /// @notice An offer of units to seats. `price` is in the token's smallest unit for each unit.
    struct Sale {
        address token;
        uint64 left;
        uint128 price;
        uint64 mostPerSeat;
        uint40 end;
    }

    /// @notice Leave for `spender` to pay up to `amount` of `token` each `period` seconds, until `end`.
    struct Budget {
        address spender;
        uint40 start;
        uint40 end;
        address token;
        uint40 period;
        uint40 lastPeriod;
        uint128 amount;
        uint128 spent;
    }

    event UnitsGranted(address indexed holder, uint256 units);
    event UnitsBought(address indexed holder, uint256 indexed sale, uint256 units, uint256 paid);
    event NoticeGiven(address indexed holder, uint256 units, uint256 due);
    event Exited(address indexed holder, uint256 units, uint256 unitsLeft);
    /// @notice All that `from` had is at `to`: units with their notice, and (each in an event) what is owed.
    event HolderMoved(address indexed from, address indexed to, uint256 units);
    event OwedMoved(address indexed token, address indexed from, address indexed to, uint256 amount);
    event SaleOpened(uint256 indexed sale, Sale terms);
    event SaleClosed(uint256 indexed sale);
    event BudgetOpened(uint256 indexed budget, address indexed spender, address token, uint256 amount, uint256 period, uint256 end);
    event BudgetEnded(uint256 indexed budget);
    event BudgetSpent(uint256 indexed budget, uint256 amount);
    event NoticeLowered(uint256 notice);

    /// @notice Call `call` of the option failed.
    error CallFailed(uint256 call, bytes reason);
    /// @notice `holder` has `units` units free of notice and wants `wanted`.
    error NotEnoughUnits(address holder, uint256 wanted, uint256 units);
    /// @notice `holder` can exit from `from` to `until` (unix seconds); both 0 when no notice was given.
    error NotExitTime(address holder, uint256 from, uint256 until);
    /// @notice Tokens are named in ascending order and once each; `token` is out of place.
    error NotAscending(address token);
    /// @notice The exit notice can only be lowered, from `now_`, not to `notice`.
    error NoticeCannotRise(uint256 now_, uint256 notice);
    /// @notice Sale `sale` is not open.
    error SaleNotOpen(uint256 sale);
    /// @notice Seat `seat` can buy `left` more units in this sale and wants `wanted`.
    error MoreThanASeatMayBuy(uint256 seat, uint256 wanted, uint256 left);
    /// @notice Sale `sale` has `left` units left and `wanted` are wanted.
    error SaleSoldOut(uint256 sale, uint256 wanted, uint256 left);
    /// @notice The price is `cost` and `received` arrived.
    error PriceNotMet(uint256 cost, uint256 received);
    /// @notice Units bought for `token` are still in their first year; buy in that token, or wait.
    error LotInAnotherToken(address token);
    /// @notice Only a seat can buy: `account` holds none.
    error OnlySeats(address account);
    /// @notice Budget `budget` is for `spender` alone.
    error NotTheSpender(uint256 budget, address spender);
    /// @notice Budget `budget` is not open now.
    error BudgetNotOpen(uint256 budget);
    /// @notice Budget `budget` has `left` for this period and `wanted` is asked for.
    error BudgetExceeded(uint256 budget, uint256 wanted, uint256 left);

    /// @notice Set up a new clone for the collective that calls. Only once, in the transaction that makes the clone.
    function initialize(ICollective.Charter calldata charter) external;

    /// @notice Do what a passed option says: its payments, then its calls. Only the collective.
    /// @dev A payment is pushed once with bounded gas; refused, it is owed. Another treasury receives it as its `deposit`
    /// under the same purpose. Ordinary payments fit the bucket of `bucketBps` of each free balance in 30 days. Afterwards
    /// each listed token's change is booked.
    function perform(
        IGovernor.Payment[] calldata payments,
        IGovernor.Call[] calldata calls,
        bool large,
        uint256 bucketBps
    ) external;

    /// @notice Say that the caller will exit with `units` units (replacing an earlier notice). It is good for 14 days
    /// once it has run out.
    function giveNotice(uint256 units) external;

    /// @notice Burn `units` units whose notice has run out for their share of what is free of each token named,
    /// ascending and once each (coin is the zero address and comes first). While a recovery of the caller's seat runs it
    /// is computed all the same, and owed: only coin and listed tokens can be named then.
    function exit(uint256 units, address[] calldata tokens) external;

    /// @notice Buy `units` units in a sale. Seats only. Coin is sent along, a token is approved before.
    function buy(uint256 sale, uint256 units) external payable;

    /// @notice Let what is owed to `holder` wait until `until` (0: no longer). Only the collective, when a recovery of the
    /// holder's seat starts or ends.
    function hold(address holder, uint256 until) external;

    /// @notice Give all that `from` has here to `to`: units, notice, what was bought, what is owed. Only the collective,
    /// with the seat. Who has given notice of their own keeps it, and the units that come are not under it.
    function moveHolder(address from, address to) external;

    /// @notice Pay from a budget. Its spender only.
    function spend(uint256 budget, address to, uint256 amount, bytes32 purpose) external;

    /// @notice Issue units to `holder`, by large option.
    function grantUnits(address holder, uint256 units) external;

    /// @notice Offer units to seats, by large option.
    function openSale(Sale calldata terms) external returns (uint256 sale);

    function closeSale(uint256 sale) external;

    /// @notice Let `spender` pay up to `amount` of `token` each `period` seconds until `end`, by large option.
    function openBudget(address spender, address token, uint256 amount, uint256 period, uint256 end)
        external
        returns (uint256 budget);

    function endBudget(uint256 budget) external;

    /// @notice Shorten the exit notice, by large option. It can never be raised.
    function lowerNotice(uint256 notice) external;

    function totalUnits() external view returns (uint256);

    function exitNotice() external view returns (uint256);

    function holdingOf(address holder) external view returns (Holding memory);

    function lotOf(address holder) external view returns (Lot memory);

    /// @notice What `units` units would get of `token` in an exit now, were they not bought within a year.
    function quoteExit(address token, uint256 units) external view returns (uint256);

    /// @notice Ordinary spending of `token`: the cap under `bucketBps` and what of it is used now.
    function bucketOf(address token, uint256 bucketBps) external view returns (uint256 cap, uint256 used);

    function saleOf(uint256 sale) external view returns (Sale memory);

    function boughtIn(uint256 sale, uint256 seat) external view returns (uint256 units);

    function budgetOf(uint256 budget) external view returns (Budget memory);

    /// @notice How many sales and budgets there have been; they are numbered from 1.
    function counts() external view returns (uint256 sales, uint256 budgets);
}
