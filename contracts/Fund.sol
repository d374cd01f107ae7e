// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Commitments} from "./Commitments.sol";
import {Recovery} from "./Recovery.sol";
import {IFund} from "./interfaces/IFund.sol";
import {IProfitShareFactory} from "./interfaces/IProfitShareFactory.sol";
import {Parts, Share} from "./libraries/Share.sol";
import {Payment} from "./libraries/Payment.sol";

/// @title A person's money: income in, draws and capital out
contract Fund is Commitments, Recovery {
    using SafeERC20 for IERC20;
    using Parts for bytes;

    /// @inheritdoc IFund
    address public immutable agreements;

    /// @dev Where a draw goes once it goes elsewhere than at opening: that address stands behind the clone's code.
    address internal newChecking;
    mapping(address token => uint256) internal reserved;
    mapping(address token => mapping(address creditor => uint256)) internal owed;

    constructor(address services_, address agreements_) Commitments(services_) EIP712("daokit Fund", "1") {
        agreements = agreements_;
        // No clone: nobody is to open the implementation itself.
        head.owner = address(1);
    }

    receive() external payable {
        emit Received(msg.sender, msg.value);
    }

    /// @inheritdoc IFund
    function initialize(address owner_) external {
        require(head.owner == address(0), AlreadyOpened());
        _requireAccount(owner_);
        head.owner = owner_;
    }

    /// @inheritdoc IFund
    function draw(address token, uint256 amount) external nonReentrant {
        (address holder, uint256 paying, uint256 capped, uint256 debts, bool moved, bool recovering) =
            (head.owner, head.paying, head.capped, head.debts, head.movedChecking, head.recovering);
        require(msg.sender == holder, OnlyOwner(holder));
        if (recovering) _requireNoRecovery(0);
        require(amount != 0, NothingDrawn());
        (uint256 kept, bytes memory parts) = _split(token, amount, paying, capped);

        if (capped & paying != 0) _countCapped(parts, capped);
        emit Drawn(token, amount, parts);

        bool owing = debts != 0;
        uint256 count = parts.count();
        for (uint256 i = 0; i < count; ++i) {
            (uint256 slot, uint256 part) = parts.get(i);
            Share share = shares[slot];
            if (Payment.push(token, share.receiver(), part)) continue;
            _owe(token, share, part);
            owing = true;
        }
        address own = _checking(moved);
        if (!Payment.push(token, own, kept)) _refuse(token, own, amount, kept);
        // Asked last, and only where something is owed: else a draw of more than there is has failed by itself.
        if (owing) _requireCovered(token, amount);
    }

    /// @inheritdoc IFund
    function invest(address agreement, address token, uint256 amount, bytes calldata data)
        external
        nonReentrant
        returns (bytes memory answer)
    {
        _requireOwner();
        _requireNoRecovery(0);
        require(IProfitShareFactory(agreements).isAgreement(agreement), NotAnAgreement(agreement));
        uint256 free = _free(token, head.debts);
        require(amount <= free, NotEnoughFree(token, amount, free));

        uint256 before = _balance(token);
        if (token == address(0)) {
            answer = Address.functionCallWithValue(agreement, data, amount);
        } else {
            IERC20(token).forceApprove(agreement, amount);
            answer = Address.functionCall(agreement, data);
            IERC20(token).forceApprove(agreement, 0);
        }
        uint256 left = _balance(token);
        uint256 spent = before - Math.min(before, left);
        require(spent <= amount, SpentTooMuch(token, spent, amount));
        emit Invested(agreement, token, spent);
    }

    /// @inheritdoc IFund
    function collect(address token, address to) external nonReentrant returns (uint256 paid) {
        uint256 due = owed[token][msg.sender];
        require(due != 0, NothingOwed(token, msg.sender));
        uint256 all = reserved[token];
        paid = Math.min(due, Math.mulDiv(due, _balance(token), all));
        // A token that cannot say its balance settles nothing.
        require(paid != 0, NothingReceived());

        owed[token][msg.sender] = 0;
        reserved[token] = all - due;
        head.debts -= 1;
        emit Collected(token, msg.sender, to, due, paid);

        _requireAccount(to);
        require(Payment.push(token, to, paid), NotTaken(token, to));
    }

    /// @inheritdoc IFund
    function fetch(address debtor, address token) external nonReentrant {
        _requireOwner();
        // All contracts here that can owe something answer to this one call.
        IFund(debtor).collect(token, address(this));
    }

    /// @inheritdoc IFund
    function setChecking(address checking_) external nonReentrant {
        _requireOwner();
        _requireNoRecovery(0);
        _requireAccount(checking_);
        newChecking = checking_;
        head.movedChecking = true;
        emit CheckingChanged(checking_);
    }

    /// @inheritdoc IFund
    function setOwner(address owner_) external nonReentrant {
        _requireOwner();
        _requireNoRecovery(0);
        _requireAccount(owner_);
        head.owner = owner_;
        emit OwnerChanged(owner_);
    }

    /// @inheritdoc IFund
    function owner() external view returns (address) {
        return head.owner;
    }

    /// @inheritdoc IFund
    function checking() external view returns (address) {
        return _checking(head.movedChecking);
    }

    /// @inheritdoc IFund
    function freeOf(address token) external view returns (uint256) {
        return _free(token, head.debts);
    }

    /// @inheritdoc IFund
    function owedTo(address token, address creditor) external view returns (uint256) {
        return owed[token][creditor];
    }

    /// @inheritdoc IFund
    function reservedOf(address token) external view returns (uint256) {
        return reserved[token];
    }

    /// @inheritdoc IFund
    function quote(address token, uint256 amount) external view returns (uint256 kept, Part[] memory parts) {
        bytes memory words;
        (kept, words) = _split(token, amount, head.paying, head.capped);
        parts = new Part[](words.count());
        for (uint256 i = 0; i < parts.length; ++i) {
            (uint256 slot, uint256 part) = words.get(i);
            parts[i] = Part(slot, shares[slot].offer(), shares[slot].receiver(), part);
        }
    }

    /// @dev A fund has one holder; seats, with which it shares the base, have numbers.
    function _holderOf(uint256 subject) internal view override returns (address) {
        require(subject == 0, NoSuchSubject(subject));
        return head.owner;
    }

    function _checkNewHolder(uint256, address to) internal view override {
        _requireAccount(to);
    }

    function _move(uint256, address, address to) internal override {
        head.owner = to;
        emit OwnerChanged(to);
    }

    function _hold(uint256, address, uint256 until) internal override {
        head.recovering = until != 0;
    }

    /// @dev Each commitment in force gets its floor, within its cap; the person keeps the rest.
    function _split(address token, uint256 amount, uint256 paying, uint256 capped)
        private
        view
        returns (uint256 kept, bytes memory parts)
    {
        require(amount <= Payment.MOST, TooMuch(amount));
        parts = Parts.create(SLOTS);
        kept = amount;
        uint256 count;
        // Cannot overflow: an amount is within 120 bits. Nor go below zero: all shares are at most 9,000 bps.
        unchecked {
            for (uint256 slot = 0; paying != 0; (++slot, paying >>= 1)) {
                if (paying & 1 == 0) continue;
                Share share = shares[slot];
                if (share.isOver()) continue;
                uint256 part = amount * share.bps() / BPS;
                if ((capped >> slot) & 1 == 1) part = Math.min(part, _room(slot, token));
                if (part == 0) continue;
                kept -= part;
                parts.put(count++, slot, part);
            }
        }
        parts.cut(count);
    }

    function _countCapped(bytes memory parts, uint256 capped) private {
        for (uint256 i = 0; i < parts.count(); ++i) {
            (uint256 slot, uint256 part) = parts.get(i);
            if ((capped >> slot) & 1 == 1) _count(slot, part);
        }
    }

    function _owe(address token, Share share, uint256 amount) private {
        address creditor = share.receiver();
        uint256 before = owed[token][creditor];
        if (before == 0) head.debts += 1;
        owed[token][creditor] = before + amount;
        reserved[token] += amount;
        emit Owed(token, creditor, share.offer(), amount);
    }

    /// @dev Why the rest of a draw did not go out: there was not as much, or the checking address would not have it.
    function _refuse(address token, address own, uint256 amount, uint256 kept) private view {
        uint256 due = reserved[token] + kept;
        uint256 balance = _balance(token);
        // What has gone out already was there, too.
        uint256 before = balance + amount;
        require(balance >= due, NotEnoughFree(token, amount, before - Math.min(before, due)));
        revert CheckingRefused(token, own);
    }

    /// @dev What is owed, this draw's refusals among it, is still there.
    function _requireCovered(address token, uint256 amount) private view {
        uint256 due = reserved[token];
        uint256 before = _balance(token) + amount;
        require(before >= due + amount, NotEnoughFree(token, amount, before - Math.min(before, due)));
    }

    function _checking(bool moved) private view returns (address account) {
        if (moved) return newChecking;
        // Behind the 45 bytes of a clone. Clones.fetchCloneArgs would cost several hundred gas more.
        assembly ("memory-safe") {
            extcodecopy(address(), 0, 0x2d, 20)
            account := shr(96, mload(0))
        }
    }

    /// @dev What nobody has a claim to; nothing for a token that cannot say its balance.
    function _free(address token, uint256 debts) private view returns (uint256) {
        uint256 balance = _balance(token);
        // Where nothing at all is owed, a draw is spared the reading.
        if (debts == 0) return balance;
        uint256 due = reserved[token];
        return balance > due ? balance - due : 0;
    }

    function _balance(address token) private view returns (uint256 balance) {
        (, balance) = Payment.balanceOf(token, address(this));
    }

    function _requireAccount(address account) private view {
        require(account != address(0) && account != address(this), BadAccount(account));
    }
}
