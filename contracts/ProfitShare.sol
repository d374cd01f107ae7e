// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Agreed} from "./Agreed.sol";
import {IProfitShare} from "./interfaces/IProfitShare.sol";
import {AgreementTerms} from "./libraries/AgreementTerms.sol";
import {Payment} from "./libraries/Payment.sol";
import {Waterfall} from "./libraries/Waterfall.sol";

/// @title An agreement's life: opening, deliveries, disputes, the ends; claims and refunds. Amending is in Agreed
contract ProfitShare is Agreed {
    using AgreementTerms for Terms;
    using SafeERC20 for IERC20;

    // Shows in every wallet's estimate: it has to fit what a push gives to a receiver.
    receive() external payable {
        emit Received(msg.sender, msg.value);
    }

    /// @inheritdoc IProfitShare
    function open(Terms calldata terms, bytes[] calldata signatures) external nonReentrant {
        bytes32 given = terms.hashOf();
        require(money.state == State.None, WrongState(money.state));
        require(given == _firstHash(), TermsDiffer(_firstHash(), given));
        require(block.timestamp <= terms.openBy, TooLate(terms.openBy));
        uint256 deposit_ = terms.price * terms.depositBps / AgreementTerms.BPS;
        (, uint256 balance) = Payment.balanceOf(terms.token, address(this));
        require(balance >= deposit_, NotPaid(terms.token, deposit_, balance));
        address[] memory signers = new address[](terms.parties.length);
        for (uint256 i = 0; i < signers.length; ++i) {
            signers[i] = terms.parties[i].signer;
        }
        _requireSigned(_openingDigest(given), signers, signatures);

        // Kept although the code holds it too, so that no amendment has to pay for a fresh word.
        current = given;
        money.state = State.Live;
        emit Opened(given, terms);
    }

    /// @inheritdoc IProfitShare
    function deposit(uint256 amount) external payable nonReentrant returns (uint256 received) {
        address token = _token();
        if (token == address(0)) {
            require(msg.value == amount, WrongCoin(msg.value, amount));
            received = amount;
        } else {
            require(msg.value == 0, WrongCoin(msg.value, 0));
            (, uint256 before) = Payment.balanceOf(token, address(this));
            IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
            (, uint256 balance) = Payment.balanceOf(token, address(this));
            received = balance - Math.min(balance, before);
        }
        require(received != 0, NothingReceived());
        emit Received(msg.sender, received);
    }

    /// @inheritdoc IProfitShare
    function deliver(
        Terms calldata terms,
        Frozen calldata frozen,
        uint256 row,
        uint256 part,
        bytes32 report,
        bytes[] calldata signatures
    ) external {
        Money memory m = _inForce(terms, frozen);
        require(m.state == State.Live && terms.price != 0, WrongState(m.state));
        address signer = _party(terms, row).signer;
        require(msg.sender == signer, OnlyBy(signer));
        if (part == 0 || part > AgreementTerms.BPS) revert BadTerms("a delivery is 1 to 10,000 bps of its milestone");
        Stage memory s = stage;
        uint256 due = terms.milestones[s.milestone].due + s.later;
        require(block.timestamp <= due, TooLate(due));
        // What is not delivered is lost to all who wait for a part of it: one of them alone cannot give it up.
        address[] memory signers = part == AgreementTerms.BPS ? new address[](0) : _losers(terms, frozen, m);
        _requireSigned(_deliveryDigest(part, report), signers, signatures);

        (s.part, s.since) = (uint16(part), uint40(block.timestamp));
        s.until = uint40(block.timestamp + terms.review);
        stage = s;
        money.state = State.Delivered;
        emit Delivered(s.milestone, row, part, report, s.until);
    }

    /// @inheritdoc IProfitShare
    function accept(Terms calldata terms, Frozen calldata frozen) external {
        Money memory m = _inForce(terms, frozen);
        require(m.state == State.Delivered, WrongState(m.state));
        require(msg.sender == terms.customer, OnlyBy(terms.customer));
        uint256 wanted = _delivered(terms, stage);
        require(_tryRelease(terms, m), NotPaid(terms.token, wanted, _held(terms, m)));
    }

    /// @inheritdoc IProfitShare
    function dispute(Terms calldata terms, Frozen calldata frozen, bytes32 reason) external {
        Money memory m = _inForce(terms, frozen);
        require(m.state == State.Delivered, WrongState(m.state));
        require(msg.sender == terms.customer, OnlyBy(terms.customer));
        require(block.timestamp <= stage.until, TooLate(stage.until));

        bool judged = terms.arbiter != address(0);
        uint256 until = block.timestamp + (judged ? terms.arbitration : 0);
        stage.until = uint40(until);
        money.state = State.Disputed;
        emit Disputed(stage.milestone, reason, until);
        if (!judged) _rule(terms, m, terms.fallbackBps, 0);
    }

    /// @inheritdoc IProfitShare
    function rule(Terms calldata terms, Frozen calldata frozen, uint256 bps, bytes32 reason) external {
        Money memory m = _inForce(terms, frozen);
        require(m.state == State.Disputed, WrongState(m.state));
        require(msg.sender == terms.arbiter, OnlyBy(terms.arbiter));
        require(block.timestamp <= stage.until, TooLate(stage.until));
        if (bps > AgreementTerms.BPS) revert BadTerms("a ruling is 0 to 10,000 bps of the delivery");
        _rule(terms, m, bps, reason);
    }

    /// @inheritdoc IProfitShare
    function settle(Terms calldata terms, Frozen calldata frozen) external {
        Money memory m = _inForce(terms, frozen);
        uint256 until = stage.until;
        if (m.state == State.Draft) {
            _requirePast(terms.openBy);
            _end(State.Refunded);
        } else if (m.state == State.Live && terms.price != 0) {
            _requirePast(terms.milestones[stage.milestone].due + stage.later);
            _end(State.Refunded);
        } else if (m.state == State.Delivered) {
            _requirePast(until);
            if (_tryRelease(terms, m)) return;
            _requirePast(until + terms.grace);
            uint256 all = _held(terms, m);
            money.released = uint112(m.released + all);
            emit Released(stage.milestone, all);
            _end(State.Defaulted);
        } else {
            require(m.state == State.Disputed, WrongState(m.state));
            _requirePast(until);
            _rule(terms, m, terms.fallbackBps, 0);
        }
    }

    /// @inheritdoc IProfitShare
    function claim(Terms calldata terms, Frozen calldata frozen, uint256 row, address to)
        external
        nonReentrant
        returns (uint256 amount)
    {
        Money memory m = _inForce(terms, frozen);
        address payee = _party(terms, row).payee;
        require(to == payee || msg.sender == payee, OnlyBy(payee));
        (, uint256 balance) = Payment.balanceOf(terms.token, address(this));
        m.released = _releasedBy(terms, m, balance);
        uint256 had = paid[row];
        uint256 due = Waterfall.entitled(terms, frozen, m.released, row, m.state >= State.Done) - had;
        uint256 unclaimed = m.released - m.claimed;
        amount = due;
        if (balance < unclaimed) {
            require(msg.sender == payee, OnlyBy(payee));
            amount = due * balance / unclaimed;
        }
        require(amount != 0, NothingDue());

        paid[row] = had + due;
        m.claimed += uint112(due);
        _keep(m);
        emit Claimed(row, to, due, amount);

        require(Payment.push(terms.token, to, amount), NotTaken(terms.token, to));
    }

    /// @inheritdoc IProfitShare
    function payOut(Terms calldata terms, Frozen calldata frozen, uint256[] calldata rows)
        external
        nonReentrant
        returns (uint256 total)
    {
        Money memory m = _inForce(terms, frozen);
        (, uint256 balance) = Payment.balanceOf(terms.token, address(this));
        m.released = _releasedBy(terms, m, balance);
        uint256 unclaimed = m.released - m.claimed;
        require(balance >= unclaimed, Short(terms.token, balance, unclaimed));
        uint256[] memory entitled_ = Waterfall.all(terms, frozen, m.released, m.state >= State.Done);
        uint256[] memory dues = new uint256[](rows.length);
        for (uint256 i = 0; i < rows.length; ++i) {
            _party(terms, rows[i]);
            dues[i] = entitled_[rows[i]] - paid[rows[i]];
            if (dues[i] == 0) continue;
            total += dues[i];
            paid[rows[i]] += dues[i];
        }
        m.claimed += uint112(total);
        _keep(m);

        uint256 refused;
        for (uint256 i = 0; i < rows.length; ++i) {
            if (dues[i] != 0 && !_payRow(terms, rows[i], dues[i])) refused += dues[i];
        }
        if (refused != 0) money.claimed -= uint112(refused);
        total -= refused;
        require(total != 0, NothingDue());
    }

    /// @inheritdoc IProfitShare
    function refund(Terms calldata terms, Frozen calldata frozen, address token, address to)
        external
        nonReentrant
        returns (uint256 amount)
    {
        Money memory m = _inForce(terms, frozen);
        require(to == terms.refundTo || msg.sender == terms.refundTo, OnlyBy(terms.refundTo));
        if (token != terms.token) {
            (, amount) = Payment.balanceOf(token, address(this));
        } else {
            require(m.state != State.Draft, WrongState(m.state));
            amount = _held(terms, m);
            if (m.state < State.Done) {
                // Of open-ended revenue nothing is ever held: it is all released.
                uint256 kept = terms.restOf(stage.milestone);
                amount -= Math.min(amount, kept);
            }
        }
        require(amount != 0, NothingDue());
        emit Refunded(token, to, amount);

        (, uint256 before) = Payment.balanceOf(terms.token, address(this));
        require(Payment.push(token, to, amount), NotTaken(token, to));
        if (token == terms.token) return amount;
        // A token may answer at two addresses: what is owed to the rows does not go out by the other one.
        (, uint256 left) = Payment.balanceOf(terms.token, address(this));
        require(left >= before, Short(terms.token, left, before));
    }

    /// @dev Pays a row what was booked for it. False, and booked back, when it is not taken.
    function _payRow(Terms calldata terms, uint256 row, uint256 due) private returns (bool) {
        address payee = _party(terms, row).payee;
        if (Payment.push(terms.token, payee, due)) {
            emit Claimed(row, payee, due, due);
            return true;
        }
        paid[row] -= due;
        emit PassedOver(row, due);
        return false;
    }

    /// @dev Releases what was delivered if the money for it is there, and goes on to the next milestone or the end.
    function _tryRelease(Terms calldata terms, Money memory m) private returns (bool) {
        Stage memory s = stage;
        uint256 amount = _delivered(terms, s);
        if (_held(terms, m) < amount) return false;

        money.released = uint112(m.released + amount);
        emit Released(s.milestone, amount);
        // The clock of what is still to be delivered stood while this was looked at.
        s.later += uint40(block.timestamp) - s.since;
        s.milestone += 1;
        stage = s;
        if (s.milestone == terms.milestones.length) _end(State.Done);
        else money.state = State.Live;
        return true;
    }

    /// @dev The review ends with the ruling, so that what was ruled cannot be disputed again.
    function _rule(Terms calldata terms, Money memory m, uint256 bps, bytes32 reason) private {
        stage.part = uint16(stage.part * bps / AgreementTerms.BPS);
        stage.until = uint40(block.timestamp - 1);
        money.state = State.Delivered;
        emit Ruled(stage.milestone, bps, reason);
        _tryRelease(terms, m);
    }

    function _end(State state) private {
        money.state = state;
        emit Ended(state);
    }

    function _requirePast(uint256 time) private view {
        require(block.timestamp > time, NotYet(time));
    }

    function _delivered(Terms calldata terms, Stage memory s) private pure returns (uint256) {
        return terms.valueOf(s.milestone) * s.part / AgreementTerms.BPS;
    }
}
