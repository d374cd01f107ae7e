// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ITreasury} from "./interfaces/ITreasury.sol";
import {Payment} from "./libraries/Payment.sol";

/// @title A treasury's words, and the two ways money passes through them: taken in and paid out
abstract contract Books is ITreasury, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

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

    /// @inheritdoc ITreasury
    function collective() external view returns (address) {
        return core.collective;
    }

    /// @inheritdoc ITreasury
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
    function _push(address token, address to, uint256 amount, bytes32 purpose) private returns (bool done) {
        if (to.codehash != address(this).codehash) return Payment.push(token, to, amount);
        bytes memory call = abi.encodeCall(ITreasury.deposit, (token, amount, purpose));
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
}
