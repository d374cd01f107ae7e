// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ICollective} from "./interfaces/ICollective.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Payment} from "./libraries/Payment.sol";
import {Ties} from "./Ties.sol";

/// @title The economic claim: units granted and sold, notice and exit
abstract contract Units is ITreasury, Ties {
    using SafeCast for uint256;

    uint256 internal constant EXIT_WINDOW = 14 days;
    uint256 internal constant LOT_TIME = 365 days;

    mapping(address holder => Holding) internal holdings;
    mapping(address holder => Lot) internal lots;
    mapping(uint256 sale => Sale) internal sales;
    mapping(uint256 sale => mapping(uint256 seat => uint256 units)) internal bought;

    /// @inheritdoc ITreasury
    function giveNotice(uint256 units) external {
        Holding memory h = holdings[msg.sender];
        require(units <= h.units, NotEnoughUnits(msg.sender, units, h.units));
        h.noticed = uint64(units);
        h.due = units == 0 ? 0 : uint40(block.timestamp + core.notice);
        holdings[msg.sender] = h;
        emit NoticeGiven(msg.sender, units, h.due);
    }

    /// @inheritdoc ITreasury
    function exit(uint256 units, address[] calldata list) external nonReentrant {
        Holding memory h = holdings[msg.sender];
        uint256 until = h.due == 0 ? 0 : h.due + EXIT_WINDOW;
        require(block.timestamp >= h.due && block.timestamp < until, NotExitTime(msg.sender, h.due, until));
        require(units != 0 && units <= h.noticed, NotEnoughUnits(msg.sender, units, h.noticed));
        uint256 total = core.totalUnits;
        (address lotToken, uint256 locked, uint256 most) = _unlock(msg.sender, h.units, units);

        h.units -= uint64(units);
        h.noticed -= uint64(units);
        if (h.noticed == 0) h.due = 0;
        holdings[msg.sender] = h;
        core.totalUnits = uint64(total - units);
        emit Exited(msg.sender, units, h.units);

        for (uint256 i = 0; i < list.length; ++i) {
            address token = list[i];
            require(i == 0 || token > list[i - 1], NotAscending(token));
            uint256 free = _free(token);
            uint256 share = Math.mulDiv(free, units - locked, total);
            // Rounds down twice when both parts are there: what is left stays with those who stay.
            if (locked != 0 && token == lotToken) share += Math.min(most, Math.mulDiv(free, locked, total));
            if (share == 0) continue;
            if (block.timestamp < h.heldUntil) {
                require(isListed(token), NotListed(token));
                _owe(token, msg.sender, share, "exit");
            } else {
                _shift(token, -int256(_pay(token, msg.sender, share, "exit")));
            }
        }
    }

    /// @inheritdoc ITreasury
    function hold(address holder, uint256 until) external {
        require(msg.sender == core.collective, OnlyCollective());
        holdings[holder].heldUntil = uint40(until);
    }

    /// @inheritdoc ITreasury
    function moveHolder(address from, address to) external {
        require(msg.sender == core.collective, OnlyCollective());
        Holding memory moved = holdings[from];
        Holding memory h = holdings[to];
        h.units += moved.units;
        if (h.noticed == 0 || block.timestamp >= h.due + EXIT_WINDOW) (h.noticed, h.due) = (moved.noticed, moved.due);
        holdings[to] = h;
        delete holdings[from];
        // Nothing is lost at `to`: only seats buy, and it has never held one.
        lots[to] = lots[from];
        delete lots[from];
        emit HolderMoved(from, to, moved.units);

        uint256 count = core.listed;
        for (uint256 i = 0; i <= count; ++i) {
            address token = i == 0 ? address(0) : listed[i - 1];
            uint256 due = owed[token][from];
            if (due == 0) continue;
            owed[token][from] = 0;
            owed[token][to] += due;
            emit OwedMoved(token, from, to, due);
        }
    }

    /// @inheritdoc ITreasury
    function buy(uint256 sale, uint256 units) external payable nonReentrant {
        uint256 seat = ICollective(core.collective).seatOf(msg.sender);
        require(seat != 0, OnlySeats(msg.sender));
        Sale memory s = sales[sale];
        require(s.end > block.timestamp, SaleNotOpen(sale));
        require(units != 0 && units <= s.left, SaleSoldOut(sale, units, s.left));
        uint256 left = s.mostPerSeat - bought[sale][seat];
        require(units <= left, MoreThanASeatMayBuy(seat, units, left));
        Lot memory lot = lots[msg.sender];
        if (lot.until <= block.timestamp) lot = Lot(s.token, 0, 0, 0);
        require(lot.token == s.token || lot.units == 0, LotInAnotherToken(lot.token));

        uint256 cost = units * s.price;
        sales[sale].left = uint64(s.left - units);
        bought[sale][seat] += units;
        lot.token = s.token;
        lot.units += uint64(units);
        lot.paid += cost.toUint128();
        lot.until = uint40(block.timestamp + LOT_TIME);
        lots[msg.sender] = lot;
        _issue(msg.sender, units);
        emit UnitsBought(msg.sender, sale, units, cost);

        uint256 received = _take(s.token, cost, "units");
        require(received >= cost, PriceNotMet(cost, received));
    }

    /// @inheritdoc ITreasury
    function grantUnits(address holder, uint256 units) external {
        _requireLargeOption();
        _grant(holder, units);
    }

    /// @inheritdoc ITreasury
    function openSale(Sale calldata terms) external returns (uint256 sale) {
        _requireLargeOption();
        require(isListed(terms.token), NotListed(terms.token));
        require(terms.left != 0, BadTerms("no units are offered"));
        require(terms.price != 0, BadTerms("the price is zero"));
        require(terms.mostPerSeat != 0, BadTerms("no seat may buy"));
        require(terms.end > block.timestamp, BadTerms("the end is past"));
        sale = ++counted.sales;
        sales[sale] = terms;
        emit SaleOpened(sale, terms);
    }

    /// @inheritdoc ITreasury
    function closeSale(uint256 sale) external {
        _requireLargeOption();
        require(sales[sale].end > block.timestamp, SaleNotOpen(sale));
        sales[sale].end = uint40(block.timestamp);
        emit SaleClosed(sale);
    }

    /// @inheritdoc ITreasury
    function lowerNotice(uint256 notice) external {
        _requireLargeOption();
        require(notice < core.notice, NoticeCannotRise(core.notice, notice));
        core.notice = uint24(notice);
        emit NoticeLowered(notice);
    }

    /// @inheritdoc ITreasury
    function totalUnits() external view returns (uint256) {
        return core.totalUnits;
    }

    /// @inheritdoc ITreasury
    function exitNotice() external view returns (uint256) {
        return core.notice;
    }

    /// @inheritdoc ITreasury
    function holdingOf(address holder) external view returns (Holding memory) {
        return holdings[holder];
    }

    /// @inheritdoc ITreasury
    function lotOf(address holder) external view returns (Lot memory lot) {
        lot = lots[holder];
        if (lot.until <= block.timestamp) delete lot;
    }

    /// @inheritdoc ITreasury
    function saleOf(uint256 sale) external view returns (Sale memory) {
        return sales[sale];
    }

    /// @inheritdoc ITreasury
    function boughtIn(uint256 sale, uint256 seat) external view returns (uint256 units) {
        return bought[sale][seat];
    }

    /// @inheritdoc ITreasury
    function quoteExit(address token, uint256 units) external view returns (uint256) {
        uint256 total = core.totalUnits;
        return total == 0 ? 0 : Math.mulDiv(_free(token), units, total);
    }

    function _heldUntil(address creditor) internal view override returns (uint256) {
        return holdings[creditor].heldUntil;
    }

    function _grant(address holder, uint256 units) internal {
        require(holder != address(0) && holder != address(this), BadReceiver(holder));
        require(units != 0, BadTerms("no units are granted"));
        _issue(holder, units);
        emit UnitsGranted(holder, units);
    }

    function _issue(address holder, uint256 units) private {
        core.totalUnits += units.toUint64();
        // Cannot overflow: no holding is greater than the total.
        holdings[holder].units += uint64(units);
    }

    /// @dev Units that were not bought within a year go first; for the rest: their number, token, and the most they get.
    function _unlock(address holder, uint256 held, uint256 units)
        private
        returns (address token, uint256 locked, uint256 most)
    {
        uint256 bought_ = lots[holder].units;
        if (bought_ == 0) return (address(0), 0, 0);
        Lot memory lot = lots[holder];
        if (lot.until <= block.timestamp || held - bought_ >= units) return (address(0), 0, 0);
        token = lot.token;
        locked = units - (held - bought_);
        most = Math.mulDiv(lot.paid, locked, bought_);
        lot.units -= uint64(locked);
        lot.paid -= uint128(most);
        lots[holder] = lot;
    }
}
