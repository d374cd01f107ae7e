// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "../../interfaces/ICollective.sol";
import {IGovernor} from "../../interfaces/IGovernor.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {VM} from "../Vm.sol";
import {Recoveries} from "./Recoveries.sol";

/// @notice The seat of alice, with units that exit a few at a time, and a collective that can move it by a large option.
contract SeatRecoveries is Recoveries {
    uint256 private constant UNITS = 1_000_000;

    uint256 private unitsLeft = UNITS;
    uint256 public owedCoin;
    uint256 public owedTokens;

    // What must never happen
    uint256 public wrongShares;
    uint256 public wrongCollects;
    uint256 public leftWrongly;

    constructor() {
        _deploy();
        ICollective.Charter memory charter = _charter();
        charter.voting = IGovernor.Voting(0, 1 hours, 0, 2 days, 30 days, 0, 1000, 0, 0);
        charter.credits = MOST_CREDITS;
        charter.exitNotice = 0;
        charter.founders[0].units = UNITS;
        _found(charter, 0);
        _fund(1000 ether, 1_000_000e6);
        _prepare(collective, 1, alice);
    }

    /// @dev An exit is computed at once; what it gives arrives, or is owed while a recovery runs. Then what is owed is asked for.
    function _takeOut(uint256 seed) internal override returns (bool arrived, bool waits) {
        uint256 units = bound(seed, 1, unitsLeft / 20);
        (uint256 coin, uint256 tokens) = (treasury.quoteExit(COIN, units), treasury.quoteExit(address(token), units));
        uint256 before = holder.balance;
        uint256 beforeTokens = token.balanceOf(holder);
        _notice(holder, units);
        _exit(holder, units, _list(COIN, address(token)));
        unitsLeft -= units;
        if (isRunning()) (owedCoin, owedTokens, coin, tokens) = (owedCoin + coin, owedTokens + tokens, 0, 0);
        if (holder.balance != before + coin || token.balanceOf(holder) != beforeTokens + tokens) wrongShares += 1;
        waits = isRunning();
        owedCoin = _collect(COIN, owedCoin);
        owedTokens = _collect(address(token), owedTokens);
        arrived = holder.balance != before || token.balanceOf(holder) != beforeTokens;
    }

    function _collect(address token_, uint256 due_) private returns (uint256 left) {
        bool may = due_ != 0 && !isRunning();
        VM.prank(holder);
        try treasury.collect(token_, holder) returns (uint256 paid) {
            if (!may || paid != due_) wrongCollects += 1;
            return 0;
        } catch {
            if (may) wrongCollects += 1;
            return due_;
        }
    }

    function _moveOtherwise(address to) internal override returns (bool) {
        IGovernor.Option memory option = _calling(address(collective), abi.encodeCall(IMembership.moveSeat, (1, to)));
        bytes32 proposal = _propose(bob, option);
        _untilVoting(proposal);
        for (uint256 i = 1; i < 5; ++i) {
            _vote(founders[i], proposal, 0, i == 1 ? int8(1) : FOR);
        }
        _untilVoted(proposal);
        _untilExecutable(proposal);
        _execute(proposal, 0, 2, option);
        return true;
    }

    /// @dev Nobody asked whoever held it: the guardians were theirs.
    function _dropsGuardians() internal pure override returns (bool) {
        return true;
    }

    /// @dev Never while a recovery runs; otherwise it would go through, and is undone.
    function leave() external {
        bool may = !isRunning();
        uint256 state = VM.snapshotState();
        VM.prank(holder);
        (bool done,) = address(collective).call(abi.encodeCall(IMembership.leave, ()));
        VM.revertToState(state);
        if (done != may) leftWrongly += 1;
    }

    /// @dev All units and all that is owed are at the holder; nobody who held the seat before has anything.
    function check() external view {
        assertEq(treasury.holdingOf(holder).units, unitsLeft);
        assertEq(treasury.owedTo(COIN, holder), owedCoin);
        assertEq(treasury.owedTo(address(token), holder), owedTokens);
        assertEq(treasury.holdingOf(holder).heldUntil, due == 0 ? 0 : due + WINDOW);
        assertEq(collective.seatOf(holder), 1);
        for (uint256 i = 0; i < formers.length; ++i) {
            assertEq(treasury.holdingOf(formers[i]).units, 0);
            assertEq(treasury.owedTo(COIN, formers[i]), 0);
            assertFalse(collective.isMember(formers[i]));
        }
    }
}
