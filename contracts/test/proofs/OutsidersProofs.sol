// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "../../interfaces/IGovernor.sol";
import {IBooks} from "../../interfaces/IBooks.sol";
import {ITreasury} from "../../interfaces/ITreasury.sol";
import {VM} from "../Vm.sol";
import {ProvenHouse} from "./ProvenHouse.sol";
import {SVM} from "./Svm.sol";

/// @notice Somebody who belongs to nothing makes any one call, with any arguments: nobody has less than before.
contract OutsidersProofs is ProvenHouse {
    /// @dev Nothing is kept of this address, so it stands for each of which nothing is kept.
    address private constant OUTSIDER = address(0xBAD);

    bytes32 private proposal;

    function setUp() external {
        _foundProven();
        _fund(100 ether, 100e6);
        proposal = _propose(alice, _paying(COIN, alice, 1 ether));
        _notice(bob, 150);
        VM.warp(VOTING);
        _vote(alice, proposal, 0, 3);
    }

    function check_an_outsider_takes_nothing_out_of_the_treasury() external {
        _call(address(treasury), SVM.createCalldata("ITreasury"));
        assert(address(treasury).balance >= 100 ether);
        assert(token.balanceOf(address(treasury)) >= 100e6);
        _nothingIsLess();
    }

    function check_an_outsider_takes_nobody_s_seat_or_vote_and_decides_nothing() external {
        _call(address(collective), SVM.createCalldata("ICollective"));
        _nothingIsLess();
    }

    /// @dev While votes are cast: what passed may be executed by anybody, and that is proven in DecisionsProofs.
    function _call(address target, bytes memory data) private {
        // Halmos adds 1,028 bytes that name no function: no function here answers to them.
        VM.assume(data.length != 1028);
        VM.warp(VOTING + 1 days);
        _try(OUTSIDER, target, data);
    }

    function _nothingIsLess() private view {
        IBooks.Book memory coin = treasury.bookOf(COIN);
        assert(coin.reserved == 0 && coin.free >= 100 ether);
        assert(treasury.bookOf(address(token)).reserved == 0);
        assert(treasury.totalUnits() == 600);
        assert(treasury.exitNotice() == 5 days);
        assert(treasury.holdingOf(alice).units == 100);
        assert(treasury.holdingOf(bob).units == 200 && treasury.holdingOf(bob).noticed == 150);
        assert(treasury.holdingOf(bob).due == OPENED + 5 days);
        assert(treasury.holdingOf(OUTSIDER).units == 0);
        assert(collective.seats() == 3 && collective.seatOf(alice) == 1 && collective.seatOf(bob) == 2);
        assert(collective.seatOf(OUTSIDER) == 0);
        assert(collective.creditsOf(alice) == 91 && collective.creditsOf(bob) == 100);
        assert(collective.ballotOf(alice, proposal, 0) == 3);
        IGovernor.TallyView memory tally = collective.tallyOf(proposal, 0);
        assert(tally.net == 3 && tally.seatsFor == 1 && tally.seatsAgainst == 0);
        assert(collective.proposalOf(proposal).options == 1);
        assert(collective.proposalOf(proposal).state == IGovernor.State.Voting);
        assert(collective.votingSet() == 1 && collective.proposals() == 1);
    }
}
