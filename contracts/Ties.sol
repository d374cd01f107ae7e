// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Books} from "./Books.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {ITies} from "./interfaces/ITies.sol";
import {Payment} from "./libraries/Payment.sol";

/// @title Joining federations, passing levies up, leaving
abstract contract Ties is ITies, Books {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @dev Revenue of a token up to which levies were reckoned, under the tie that was made at `since`.
    struct Mark {
        uint112 revenue;
        uint40 since;
    }

    /// @custom:storage-location erc7201:daokit.Ties
    struct TiesWords {
        mapping(address purse => Tie) ties;
        mapping(address purse => mapping(address token => Mark)) marks;
        uint256 bps;
        /// What a token had brought when it was last put on the list: revenue from before a tie is nobody's base.
        mapping(address token => uint256 revenue) listedAt;
    }

    uint256 internal constant MOST_LEVIES = 9000;
    /// @dev What a purse is given to take notice of a leaving: pushes of coin and eight tokens, and a member of sixteen motions.
    uint256 internal constant RELEASE_GAS = 3_500_000;
    // keccak256(abi.encode(uint256(keccak256("daokit.Ties")) - 1)) & ~bytes32(uint256(0xff)); a test says so.
    bytes32 private constant TIES_SLOT = 0xb314faee6b4f38a3254a8541d321a4073f4eec988fe8fada5812372ded466600;

    /// @inheritdoc ITies
    function join(address purse, bytes32 charter, uint256 bps) external {
        _requireLargeOption();
        TiesWords storage words = _tiesWords();
        require(words.ties[purse].since == 0, AlreadyTied(purse));
        _setBps(words, purse, bps);
        words.ties[purse].since = uint40(block.timestamp);
        uint256 count = core.listed;
        for (uint256 i = 0; i <= count; ++i) {
            address token = i == 0 ? address(0) : listed[i - 1];
            words.marks[purse][token] = Mark(moves[token].revenue, uint40(block.timestamp));
        }
        emit TieMade(purse, charter, bps);

        IPurse(purse).enter(charter, bps);
        // Only now: who asks above itself for a circle must not walk it without end.
        _tied(purse);
    }

    /// @inheritdoc ITies
    function quit(address purse) external {
        _requireLargeOption();
        TiesWords storage words = _requireTie(purse);
        words.bps -= words.ties[purse].bps;
        delete words.ties[purse];
        _untied();
        // A purse that fails keeps nobody: the tie has gone, and whoever wants it told calls the purse again.
        bool told = Payment.attempt(purse, 0, abi.encodeCall(IPurse.release, (address(this))), RELEASE_GAS);
        emit TieEnded(purse, told);
    }

    /// @inheritdoc ITies
    function setLevy(address purse, uint256 bps) external {
        _requireLargeOption();
        TiesWords storage words = _requireTie(purse);
        _setBps(words, purse, bps);
        emit LevyChanged(purse, bps);
    }

    /// @inheritdoc ITies
    function delegate(address purse, bytes32 competence, bool given) external {
        _requireLargeOption();
        _requireTie(purse);
        IPurse(purse).delegated(competence, given);
    }

    /// @inheritdoc ITies
    function bubble(address purse, address token) external nonReentrant returns (uint256 amount) {
        uint256 base;
        (amount, base) = levyDue(purse, token);
        require(amount != 0, NoLevyDue(purse, token));
        uint256 free = _free(token);
        require(amount <= free, NotEnoughFree(token, amount, free));
        TiesWords storage words = _tiesWords();
        words.marks[purse][token] = Mark(moves[token].revenue, words.ties[purse].since);
        _shift(token, -int256(amount));
        emit Bubbled(purse, token, base, amount);

        if (token == address(0)) {
            IPurse(purse).takeLevy{value: amount}(token, amount);
        } else {
            IERC20(token).forceApprove(purse, amount);
            IPurse(purse).takeLevy(token, amount);
            IERC20(token).forceApprove(purse, 0);
        }
    }

    /// @inheritdoc ITies
    function tieOf(address purse) external view returns (Tie memory) {
        return _tiesWords().ties[purse];
    }

    /// @inheritdoc ITies
    function levyDue(address purse, address token) public view returns (uint256 amount, uint256 base) {
        TiesWords storage words = _requireTie(purse);
        Tie memory tie = words.ties[purse];
        Mark memory mark = words.marks[purse][token];
        base = moves[token].revenue;
        // A token that was not on the list when the tie was made counts from when it was put there.
        base -= mark.since == tie.since ? mark.revenue : words.listedAt[token];
        amount = Math.mulDiv(base, tie.bps, BPS);
    }

    function _list(address token) internal virtual override {
        super._list(token);
        uint256 revenue = moves[token].revenue;
        if (revenue != 0) _tiesWords().listedAt[token] = revenue;
    }

    /// @dev What a federation's own purse has to remember: it sits in one other federation at most.
    function _tied(address purse) internal virtual {}

    function _untied() internal virtual {}

    function _setBps(TiesWords storage words, address purse, uint256 bps) private {
        uint256 sum = words.bps - words.ties[purse].bps + bps;
        require(sum <= MOST_LEVIES, LeviesTooHigh(sum));
        words.bps = sum;
        words.ties[purse].bps = uint16(bps);
    }

    function _requireTie(address purse) private view returns (TiesWords storage words) {
        words = _tiesWords();
        require(words.ties[purse].since != 0, NotTied(purse));
    }

    function _tiesWords() private pure returns (TiesWords storage words) {
        assembly ("memory-safe") {
            words.slot := TIES_SLOT
        }
    }
}
