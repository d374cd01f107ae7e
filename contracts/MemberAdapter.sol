// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IBooks} from "./interfaces/IBooks.sol";
import {IBranch} from "./interfaces/IBranch.sol";
import {IFederationHouse} from "./interfaces/IFederationHouse.sol";
import {IFederationWords} from "./interfaces/IFederationWords.sol";
import {IMember} from "./interfaces/IMember.sol";
import {IMemberAdapter} from "./interfaces/IMemberAdapter.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {ITies} from "./interfaces/ITies.sol";
import {Asked} from "./libraries/Motion.sol";
import {Payment} from "./libraries/Payment.sol";

/// @title What adapters share: ties, decisions, levies, and money that goes on to the DAO
abstract contract MemberAdapter is IMemberAdapter, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 internal constant MOST_LEVIES = 9000;
    /// @dev What a purse is given to take notice of a leaving, as a collective gives it.
    uint256 internal constant RELEASE_GAS = 3_500_000;

    /// @inheritdoc IMemberAdapter
    uint256 public levies;
    mapping(address purse => ITies.Tie) internal ties;
    mapping(address purse => mapping(bytes32 motion => Decision)) internal decisions;

    modifier onlyDao() {
        require(msg.sender == executor(), OnlyDao(executor()));
        _;
    }

    modifier tied(address purse) {
        require(ties[purse].since != 0, ITies.NotTied(purse));
        _;
    }

    receive() external payable {}

    /// @inheritdoc IMemberAdapter
    function join(address purse, bytes32 charter, uint256 bps) external onlyDao nonReentrant {
        require(ties[purse].since == 0, ITies.AlreadyTied(purse));
        ties[purse].since = uint40(block.timestamp);
        _setBps(purse, bps);
        emit ITies.TieMade(purse, charter, bps);

        IPurse(purse).enter(charter, bps);
    }

    /// @inheritdoc IMemberAdapter
    function quit(address purse) external onlyDao nonReentrant tied(purse) {
        levies -= ties[purse].bps;
        delete ties[purse];
        // A purse that fails keeps nobody: the tie has gone, and whoever wants it told calls the purse again.
        bool told = Payment.attempt(purse, 0, abi.encodeCall(IPurse.release, (address(this))), RELEASE_GAS);
        emit ITies.TieEnded(purse, told);
    }

    /// @inheritdoc IMemberAdapter
    function setLevy(address purse, uint256 bps) external onlyDao tied(purse) {
        _setBps(purse, bps);
        emit ITies.LevyChanged(purse, bps);
    }

    /// @inheritdoc IMemberAdapter
    function payLevy(address purse, address token, uint256 amount)
        external
        payable
        onlyDao
        nonReentrant
        tied(purse)
    {
        uint256 coin = token == address(0) ? amount : 0;
        require(msg.value == coin, WrongCoin(msg.value, coin));
        emit LevyPaid(purse, token, amount);

        if (token == address(0)) {
            IPurse(purse).takeLevy{value: amount}(token, amount);
            return;
        }
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        // What a token keeps of a transfer is the DAO's loss, and never taken from what waits here for it.
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        IERC20(token).forceApprove(purse, received);
        IPurse(purse).takeLevy(token, received);
        IERC20(token).forceApprove(purse, 0);
    }

    /// @inheritdoc IMemberAdapter
    function delegate(address purse, bytes32 competence, bool given) external onlyDao tied(purse) {
        IPurse(purse).delegated(competence, given);
    }

    /// @inheritdoc IMemberAdapter
    function decide(address purse, bytes32 motion, int8 side) external onlyDao tied(purse) {
        require(side == 1 || side == -1, NoSide(side));
        _decide(purse, motion, side, block.timestamp);
    }

    /// @inheritdoc IMemberAdapter
    function veto(address branch, bytes32 order) external onlyDao tied(branch) {
        IBranch(branch).veto(order, address(this));
    }

    /// @inheritdoc IMemberAdapter
    function confirm(address branch, bytes32 order) external onlyDao tied(branch) {
        IBranch(branch).confirm(order);
    }

    /// @inheritdoc IMemberAdapter
    function pause(address branch) external onlyDao tied(branch) {
        IBranch(branch).pause(address(this));
    }

    /// @inheritdoc IMemberAdapter
    function pausePeer(address purse, uint256 chain) external onlyDao tied(purse) {
        _federationOf(purse).pause(chain, address(this));
    }

    /// @inheritdoc IMemberAdapter
    function open(address purse, IFederationWords.Content calldata content)
        external
        onlyDao
        tied(purse)
        returns (bytes32 motion)
    {
        return _federationOf(purse).open(content, new address[](0));
    }

    /// @inheritdoc IMemberAdapter
    function takeBack(address purse, bytes32 motion) external onlyDao tied(purse) {
        _federationOf(purse).cancel(motion);
    }

    /// @inheritdoc IMemberAdapter
    function passDown(address purse, address parentPurse, Asked calldata above)
        external
        onlyDao
        tied(purse)
        returns (bytes32 motion)
    {
        return _federationOf(purse).passDown(parentPurse, above, new address[](0));
    }

    /// @inheritdoc IMemberAdapter
    function forward(address token) external nonReentrant returns (uint256 amount) {
        (, amount) = Payment.balanceOf(token, address(this));
        require(amount != 0, NothingToForward(token));
        address to = executor();
        emit Forwarded(token, to, amount);

        require(Payment.push(token, to, amount), NotForwarded(token, to, amount));
    }

    /// @inheritdoc IMemberAdapter
    // A purse pays what it owes to whom it owes it, or to whom that one names.
    function collect(address purse, address token) external nonReentrant returns (uint256 paid) {
        return IBooks(purse).collect(token, executor());
    }

    /// @inheritdoc IMemberAdapter
    function dao() public view returns (address account) {
        // What stands behind a clone's 45 bytes of code.
        assembly ("memory-safe") {
            extcodecopy(address(), 0, 0x2d, 20)
            account := shr(96, mload(0))
        }
    }

    /// @inheritdoc IMemberAdapter
    function executor() public view virtual returns (address);

    /// @inheritdoc IMemberAdapter
    function collective() external view returns (address) {
        return address(this);
    }

    /// @inheritdoc IMember
    function treasury() external view returns (address) {
        return address(this);
    }

    /// @inheritdoc IMember
    function people() external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IMemberAdapter
    function tieOf(address purse) external view returns (ITies.Tie memory) {
        return ties[purse];
    }

    /// @inheritdoc IMemberAdapter
    function decisionOf(address purse, bytes32 motion) external view returns (Decision memory) {
        return decisions[purse][motion];
    }

    /// @inheritdoc IMember
    function resultOf(address purse, bytes32 motion) external view returns (Result memory result) {
        Decision memory decided = decisions[purse][motion];
        (result.ended, result.decision) = (decided.ended, decided.side);
    }

    /// @inheritdoc IMember
    function objectsTo(address, bytes32) external pure returns (bool) {
        return false;
    }

    /// @dev The earliest stands, whichever comes first.
    function _decide(address purse, bytes32 motion, int256 side, uint256 ended) internal {
        Decision memory known = decisions[purse][motion];
        if (known.ended != 0 && ended >= known.ended) {
            require(side == known.side, DecidedAlready(motion, known.side, known.ended));
            return;
        }
        decisions[purse][motion] = Decision(int8(side), uint40(ended));
        emit Decided(purse, motion, side, ended);
    }

    function _setBps(address purse, uint256 bps) private {
        uint256 sum = levies - ties[purse].bps + bps;
        require(sum <= MOST_LEVIES, ITies.LeviesTooHigh(sum));
        levies = sum;
        ties[purse].bps = uint16(bps);
    }

    function _federationOf(address purse) private view returns (IFederationHouse) {
        (uint256 chain, address federation) = IPurse(purse).home();
        require(chain == block.chainid, FederationElsewhere(chain));
        return IFederationHouse(federation);
    }
}
