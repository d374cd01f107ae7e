// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CollectiveState} from "./CollectiveState.sol";
import {IMembership} from "./interfaces/IMembership.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Register} from "./libraries/Register.sol";
import {Roll} from "./libraries/Roll.sol";
import {Voter} from "./libraries/Voter.sol";
import {Recovery} from "./Recovery.sol";

/// @title How a seat is taken, given up and moved to another address of the same person
abstract contract Seats is IMembership, CollectiveState, Recovery {
    /// @inheritdoc IMembership
    function leave() external {
        uint256 seat = _memberSeat(msg.sender);
        // A thief of the key could give away what the guardians are about to save.
        _requireNoRecovery(seat);
        _unseat(seat, msg.sender);
        emit Left(seat, msg.sender);
    }

    /// @inheritdoc IMembership
    function expel(uint256 seat) external {
        _requireLargeOption();
        address holder = _holderOf(seat);
        _countToday(2);
        _endRecovery(seat, holder);
        _unseat(seat, holder);
        emit Expelled(seat, holder);
    }

    /// @inheritdoc IMembership
    function moveSeat(uint256 seat, address to) external {
        _requireLargeOption();
        address from = _holderOf(seat);
        require(to != address(0), BadNewHolder(to));
        _checkNewHolder(seat, to);
        // As many a day as can be expelled: the person who sat there may not be the one who sits there then.
        _countToday(2);
        _endRecovery(seat, from);
        // A thief of the key may have chosen them.
        _dropGuardians(seat);
        _move(seat, from, to);
    }

    function _seat(address holder, Way way, string memory name) internal {
        Voter voter = voters[holder];
        require(!voter.isMember(), AlreadySeated(holder, voter.seat()));
        Register reg = register.asOf(block.timestamp).withSeat();
        register = reg;
        uint256 seat = reg.lastSeat();
        voters[holder] = voter.seated(seat);
        seatWord[seat] = Seat(holder, uint40(block.timestamp));
        emit Seated(seat, holder, way, name);
    }

    /// @dev Each way (see Roll) has its own day's cap.
    function _countToday(uint256 way) internal {
        Roll today = roll.asOf(block.timestamp);
        uint256 cap = _dailyCap(today);
        require(today.moved(way) < cap, DailyCapReached(cap));
        roll = today.withMove(way);
    }

    function _memberSeat(address account) internal view returns (uint256) {
        Voter voter = voters[account];
        require(voter.isMember(), NotAMember(account));
        return voter.seat();
    }

    function _holderOf(uint256 seat) internal view override returns (address holder) {
        holder = seatWord[seat].holder;
        require(holder != address(0), NoSuchSeat(seat));
    }

    /// @dev Who has held a seat has ballots and a number of their own, which the moved ones would wipe out.
    function _checkNewHolder(uint256, address to) internal view override {
        require(to != address(this) && to != _treasury(), BadNewHolder(to));
        uint256 held = voters[to].seat();
        require(held == 0, HasHeldASeat(to, held));
    }

    function _move(uint256 seat, address from, address to) internal override {
        Voter voter = voters[from];
        voters[to] = voter;
        // No ballot and no credit stays behind; the seat's number does, so that no old signature is ever good again.
        voters[from] = voter.fresh(register.asOf(block.timestamp).season(), 0).unseated();
        seatWord[seat].holder = to;
        applications[to] = applications[to].closed();
        emit SeatMoved(seat, from, to);

        ITreasury(_treasury()).moveHolder(from, to);
    }

    function _hold(uint256, address holder, uint256 until) internal override {
        ITreasury(_treasury()).hold(holder, until);
    }

    function _unseat(uint256 seat, address holder) private {
        voters[holder] = voters[holder].unseated();
        delete seatWord[seat];
        register = register.asOf(block.timestamp).withoutSeat();
    }
}
