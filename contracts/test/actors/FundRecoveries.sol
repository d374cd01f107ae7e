// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFund} from "../../interfaces/IFund.sol";
import {IRecovery} from "../../interfaces/IRecovery.sol";
import {FundHouse} from "../FundHouse.sol";
import {VM} from "../Vm.sol";
import {Recoveries} from "./Recoveries.sol";

/// @notice The fund of alice, with one commitment, drawn a little at a time; she can hand it over herself.
contract FundRecoveries is Recoveries, FundHouse {
    // What must never happen
    uint256 public drawnWrongly;
    uint256 public movedWrongly;

    constructor() {
        _open();
        _commitTo(bob, 1000);
        _earn(1000 ether, 0);
        _prepare(IRecovery(address(fund)), 0, alice);
    }

    /// @dev A draw goes through whenever no recovery runs, and never while one does; whoever held the fund before has no say.
    function _takeOut(uint256 seed) internal override returns (bool arrived, bool waits) {
        uint256 before = purse.balance;
        if (formers.length != 0 && _does(formers[seed % formers.length], _drawing(seed))) drawnWrongly += 1;
        bool done = _does(holder, _drawing(seed));
        arrived = purse.balance != before;
        waits = isRunning();
        if (done == waits || done != arrived) drawnWrongly += 1;
    }

    /// @dev By the holder's own act, which a recovery holds up too.
    function _moveOtherwise(address to) internal override returns (bool) {
        bool done = _does(holder, abi.encodeCall(IFund.setOwner, (to)));
        if (done == isRunning()) movedWrongly += 1;
        return done;
    }

    /// @dev Who changes keys keeps the guardians.
    function _dropsGuardians() internal pure override returns (bool) {
        return false;
    }

    /// @dev Nor can the money be sent another way while a recovery runs; otherwise it could, and that is undone.
    function divert() external {
        uint256 state = VM.snapshotState();
        bool done = _does(holder, abi.encodeCall(IFund.setChecking, (addressOf("mallory"))));
        VM.revertToState(state);
        if (done == isRunning()) movedWrongly += 1;
    }

    function check() external view {
        assertEq(fund.owner(), holder);
        assertEq(fund.checking(), purse);
    }

    function _drawing(uint256 seed) private view returns (bytes memory) {
        return abi.encodeCall(IFund.draw, (COIN, bound(seed, 2, address(fund).balance / 20)));
    }

    function _does(address who, bytes memory call) private returns (bool done) {
        VM.prank(who);
        (done,) = address(fund).call(call);
    }
}
