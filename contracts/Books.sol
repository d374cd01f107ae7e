// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IBooks} from "./interfaces/IBooks.sol";
import {Payment} from "./libraries/Payment.sol";

/// @title What every purse keeps: its words, money taken in, paid out and owed, the tokens on its list
abstract contract Books is IBooks, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @dev All that a founding sets, in one word.
    struct Core {
        address collective;
        uint64 totalUnits;
        uint24 notice;
        uint8 listed;
    }

    struct Counts {
        uint128 sales;
        uint128 budgets;
    }

    /// @dev `seen` is what was booked in less what was booked out: what the balance has more than that is found revenue.
    /// `reserved` shares its word, so paying out writes one word.
    struct Account {
        uint120 reserved;
        int128 seen;
        bool listed;
    }

    struct Moves {
        uint112 revenue;
        uint104 used;
        uint40 usedAt;
    }

    uint256 internal constant BPS = 10_000;
    uint256 internal constant MAX_LISTED = 8;
    uint256 internal constant DEPOSIT_GAS = 500_000;

    Core internal core;
    Counts internal counted;
    mapping(uint256 place => address token) internal listed;
    mapping(address token => Account) internal books;
    mapping(address token => Moves) internal moves;
    mapping(address token => mapping(address creditor => uint256)) internal owed;

    /// @dev A large option's calls are being made.
    bool internal transient executing;

    /// @inheritdoc IBooks
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

    /// @inheritdoc IBooks
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

    /// @inheritdoc IBooks
    function collect(address token, address to) external nonReentrant returns (uint256 paid) {
        uint256 due = owed[token][msg.sender];
        require(due != 0, NothingOwed(token, msg.sender));
        uint256 until = _heldUntil(msg.sender);
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

    /// @inheritdoc IBooks
    function listToken(address token) external {
        _requireLargeOption();
        _list(token);
    }

    /// @inheritdoc IBooks
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

    /// @inheritdoc IBooks
    function bookOf(address token) external view returns (Book memory) {
        Account memory book = books[token];
        return Book(isListed(token), book.reserved, book.seen, moves[token].revenue, _free(token));
    }

    /// @inheritdoc IBooks
    function tokens() external view returns (address[] memory list) {
        list = new address[](core.listed);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = listed[i];
        }
    }

    /// @inheritdoc IBooks
    function owedTo(address token, address creditor) external view returns (uint256) {
        return owed[token][creditor];
    }

    /// @inheritdoc IBooks
    function collective() external view returns (address) {
        return core.collective;
    }

    /// @inheritdoc IBooks
    function isListed(address token) public view returns (bool) {
        return token == address(0) || books[token].listed;
    }

    function _requireLargeOption() internal view {
        require(executing && msg.sender == address(this), OnlyByLargeOption());
    }

    /// @dev What nobody has a claim to; nothing for a token that cannot say its balance.
    function _free(address token) internal view returns (uint256) {
        (, uint256 balance) = Payment.balanceOf(token, address(this));
        uint256 reserved = books[token].reserved;
        return balance > reserved ? balance - reserved : 0;
    }

    /// @dev Takes `amount` of `token` from the caller and books what arrived.
    function _take(address token, uint256 amount, bytes32 purpose) internal returns (uint256 received) {
        if (token == address(0)) {
            require(msg.value == amount, WrongCoin(msg.value, amount));
            received = amount;
        } else {
            require(msg.value == 0, WrongCoin(msg.value, 0));
            (bool known, uint256 before) = Payment.balanceOf(token, address(this));
            require(known, NotAToken(token));
            IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
            (, uint256 balance) = Payment.balanceOf(token, address(this));
            require(balance > before || amount == 0, NothingReceived());
            received = balance - before;
        }
        _shift(token, int256(received));
        emit Deposited(token, msg.sender, received, purpose);
    }

    /// @dev Pays once; what is refused is owed, if `token` is coin or listed. Returns what went out. The caller books it.
    function _pay(address token, address to, uint256 amount, bytes32 purpose) internal returns (uint256 pushed) {
        require(to != address(0) && to != address(this), BadReceiver(to));
        if (_push(token, to, amount, purpose)) {
            emit Paid(token, to, amount, purpose);
            return amount;
        }
        require(isListed(token), NotTaken(token, to));
        _owe(token, to, amount, purpose);
    }

    /// @dev Coin and listed tokens only.
    function _owe(address token, address to, uint256 amount, bytes32 purpose) internal {
        owed[token][to] += amount;
        // Cannot overflow: what is owed was free, and no more than 120 bits are ever free.
        books[token].reserved += uint120(amount);
        emit Owed(token, to, amount, purpose);
    }

    /// @dev All treasuries are clones of one implementation, so a sister has exactly this code.
    function _isTreasury(address to) internal view virtual returns (bool) {
        return to.codehash == address(this).codehash;
    }

    /// @dev Until when what is owed to `creditor` has to wait.
    function _heldUntil(address) internal view virtual returns (uint256) {
        return 0;
    }

    function _push(address token, address to, uint256 amount, bytes32 purpose) internal returns (bool done) {
        if (!_isTreasury(to)) return Payment.push(token, to, amount);
        bytes memory call = abi.encodeCall(IBooks.deposit, (token, amount, purpose));
        if (token == address(0)) return Payment.attempt(to, amount, call, DEPOSIT_GAS);
        if (!Payment.tell(token, IERC20.approve.selector, to, amount)) return false;
        done = Payment.attempt(to, 0, call, DEPOSIT_GAS);
        if (!done) Payment.tell(token, IERC20.approve.selector, to, 0);
    }

    /// @dev Books a change of what is seen. Held within bounds, so that no token can make the books overflow.
    function _shift(address token, int256 change) internal {
        Account memory book = books[token];
        if (change == 0 || (token != address(0) && !book.listed)) return;
        int256 seen = book.seen + change;
        int256 most = type(int120).max;
        books[token].seen = int128(seen > most ? most : seen < -most ? -most : seen);
    }

    function _list(address token) internal virtual {
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
    function _watched() internal view returns (address[] memory list) {
        list = new address[](core.listed + 1);
        for (uint256 i = 1; i < list.length; ++i) {
            list[i] = listed[i - 1];
        }
    }

    /// @dev An execution's ordinary payments of a token together must fit what is left in its bucket.
    function _takeFromBucket(address token, uint256 wanted, uint256 balance, uint256 bucketBps, uint256 period) internal {
        uint256 cap = _cap(balance - Math.min(balance, books[token].reserved), bucketBps);
        uint256 used = _used(moves[token], cap, period);
        uint256 room = cap - Math.min(cap, used);
        require(wanted <= room, BeyondTheBucket(token, wanted, room));
        moves[token].used = (used + wanted).toUint104();
        moves[token].usedAt = uint40(block.timestamp);
    }

    /// @dev After an execution: what the balance changed by is seen, and what is owed stays covered (or was short before
    /// and is no shorter).
    function _settle(address token, uint256 before) internal {
        (, uint256 balance) = Payment.balanceOf(token, address(this));
        uint256 reserved = books[token].reserved;
        require(balance >= Math.min(reserved, before), WouldNotCover(token, balance, reserved));
        if (balance != before) _shift(token, int256(balance) - int256(before));
    }

    function _cap(uint256 free, uint256 bucketBps) internal pure returns (uint256) {
        return Math.mulDiv(free, bucketBps, BPS);
    }

    function _used(Moves memory m, uint256 cap, uint256 period) internal view returns (uint256) {
        uint256 drained = Math.mulDiv(cap, block.timestamp - m.usedAt, period);
        return m.used - Math.min(m.used, drained);
    }
}
