// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "../../interfaces/IGovernor.sol";
import {ITreasury} from "../../interfaces/ITreasury.sol";
import {VM} from "../Vm.sol";
import {ProvenHouse} from "./ProvenHouse.sol";
import {SVM} from "./Svm.sol";

/// @notice Somebody who belongs to nothing makes any one call, with any arguments: nobody has less than before.
contract OutsidersProofs is ProvenHouse {
    bytes32 private proposal;
    address private outsider;

    function setUp() external {
        _foundProven();
        _fund(100 ether, 100e6);
        proposal = _propose(alice, _paying(COIN, alice, 1 ether));
        _notice(bob, 150);
        VM.warp(VOTING);
        _vote(alice, proposal, 0, 3);
        outsider = SVM.createAddress("outsider");
    }

    function check_an_outsider_takes_nothing_out_of_the_treasury(uint32 time) external {
        _call(address(treasury), SVM.createCalldata("ITreasury"), time);
        assert(address(treasury).balance >= 100 ether);
        assert(token.balanceOf(address(treasury)) >= 100e6);
        _nothingIsLess();
    }

    function check_an_outsider_takes_nobody_s_seat_or_vote(uint32 time) external {
        _call(address(collective), SVM.createCalldata("IMembership"), time);
        _nothingIsLess();
    }

    function check_an_outsider_decides_nothing(uint32 time) external {
        _call(address(collective), SVM.createCalldata("IGovernor"), time);
        _nothingIsLess();
    }

    function _call(address target, bytes memory data, uint32 time) private {
        VM.assume(outsider != alice && outsider != bob && outsider != carol);
        VM.assume(outsider != address(treasury) && outsider != address(collective));
        // Before it passes: what passed may be executed by anybody, and that is proven in DecisionsProofs.
        VM.assume(time >= VOTING && time < VOTED);
        VM.warp(time);
        _try(outsider, target, data);
    }

    function _nothingIsLess() private view {
        ITreasury.Book memory coin = treasury.bookOf(COIN);
        assert(coin.reserved == 0 && coin.free >= 100 ether);
        assert(treasury.bookOf(address(token)).reserved == 0);
        assert(treasury.totalUnits() == 600);
        assert(treasury.exitNotice() == 5 days);
        assert(treasury.holdingOf(alice).units == 100);
        assert(treasury.holdingOf(bob).units == 200 && treasury.holdingOf(bob).noticed == 150);
        assert(treasury.holdingOf(bob).due == OPENED + 5 days);
        assert(treasury.holdingOf(outsider).units == 0);
        assert(collective.seats() == 3 && collective.seatOf(alice) == 1 && collective.seatOf(bob) == 2);
        assert(collective.seatOf(outsider) == 0);
        assert(collective.creditsOf(alice) == 91 && collective.creditsOf(bob) == 100);
        assert(collective.ballotOf(alice, proposal, 0) == 3);
        IGovernor.TallyView memory tally = collective.tallyOf(proposal, 0);
        assert(tally.net == 3 && tally.seatsFor == 1 && tally.seatsAgainst == 0);
        assert(collective.proposalOf(proposal).options == 1);
        assert(collective.proposalOf(proposal).state == IGovernor.State.Voting);
        assert(collective.votingSet() == 1 && collective.proposals() == 1);
    }
}
