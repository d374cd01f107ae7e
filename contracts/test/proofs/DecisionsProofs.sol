// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "../../interfaces/IGovernor.sol";
import {VM} from "../Vm.sol";
import {ProvenHouse} from "./ProvenHouse.sol";

/// @notice Of decisions, for all values at once: halmos looks for a ballot or a caller that contradicts.
contract DecisionsProofs is ProvenHouse {
    address private constant PAYEE = address(0xBEEF);

    bytes32 private proposal;
    bytes32 private other;

    function setUp() external {
        _foundProven();
        proposal = _propose(alice, _law("one"));
        other = _propose(bob, _law("other"));
        _fund(100 ether, 0);
    }

    /// @dev Bob says one thing and then another.
    function check_a_later_ballot_replaces_the_earlier(int8 early, int8 late) external {
        VM.warp(VOTING);
        int256 said;
        if (_says(proposal, early)) said = early;
        if (_says(proposal, late)) said = late;
        _isSaid(proposal, said);
        assert(collective.creditsOf(bob) == 100 - _squared(said));
    }

    /// @dev Bob says something on one proposal and something on another.
    function check_credits_equal_sum_of_squares(int8 here, int8 there) external {
        VM.warp(VOTING);
        int256 one = _says(proposal, here) ? int256(here) : int256(0);
        int256 two = _says(other, there) ? int256(there) : int256(0);
        _isSaid(proposal, one);
        _isSaid(other, two);
        uint256 spent = _squared(one) + _squared(two);
        assert(spent <= 100);
        assert(collective.creditsOf(bob) == 100 - spent);
    }

    function check_a_ballot_is_refused_for_want_of_credits_only(int8 votes) external {
        VM.warp(VOTING);
        assert(_says(proposal, votes) == (votes != -127 && _squared(votes) <= 100));
    }

    function check_votes_count_only_in_their_time(uint32 time, int8 votes) external {
        VM.warp(time);
        if (time < VOTING || time >= VOTED) assert(!_says(proposal, votes));
    }

    function check_executes_at_most_once(bytes32 text, uint8 place, uint256 author, uint8 again, uint256 by, uint32 time)
        external
    {
        IGovernor.Option memory option = _opened(text);
        VM.warp(time);
        bool once = _executes(place, author, option);
        bool twice = _executes(again, by, option);
        assert(!(once && twice));
        assert(PAYEE.balance == (once || twice ? 1 ether : 0));
        if (once) assert(place == 0 && author == 3 && time >= EXECUTABLE && time < EXECUTABLE + 14 days);
    }

    function check_nothing_executes_but_what_was_opened(bytes32 text, uint256 author, bytes32 said, address to, uint96 amount)
        external
    {
        _opened(text);
        VM.warp(EXECUTABLE);
        IGovernor.Option memory option = _paying(COIN, to, amount);
        option.text = said;
        if (_executes(0, author, option)) assert(author == 3 && said == text && to == PAYEE && amount == 1 ether);
    }

    /// @dev A text of which nothing is known: halmos keeps no book of long hashes that it can reckon, and would believe any
    /// other content to have the same.
    function _opened(bytes32 text) private returns (IGovernor.Option memory option) {
        option = _paying(COIN, PAYEE, 1 ether);
        option.text = text;
        VM.prank(carol);
        proposal = collective.propose(option);
        VM.warp(VOTING);
        _vote(alice, proposal, 0, 1);
        _vote(bob, proposal, 0, 1);
    }

    function _executes(uint8 place, uint256 author, IGovernor.Option memory option) private returns (bool) {
        return _try(
            address(this), address(collective), abi.encodeCall(IGovernor.execute, (proposal, place, author, option))
        );
    }

    function _isSaid(bytes32 proposal_, int256 votes) private view {
        IGovernor.TallyView memory tally = collective.tallyOf(proposal_, 0);
        assert(tally.net == _weight(votes));
        assert(tally.seatsFor == (votes > 0 ? 1 : 0));
        assert(tally.seatsAgainst == (votes < 0 ? 1 : 0));
    }

    function _says(bytes32 proposal, int8 votes) private returns (bool) {
        return _try(bob, address(collective), abi.encodeCall(IGovernor.vote, (proposal, 0, votes)));
    }

    function _squared(int256 votes) private pure returns (uint256) {
        return uint256(_weight(votes) * _weight(votes));
    }

    function _weight(int256 votes) private pure returns (int256) {
        return votes == FOR || votes == AGAINST ? int256(0) : votes;
    }
}
