// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "../interfaces/ICollective.sol";
import {IGovernor} from "../interfaces/IGovernor.sol";
import {House, deploy} from "./House.sol";
import {Test} from "./Test.sol";
import {VM} from "./Vm.sol";
import {Voters} from "./actors/Voters.sol";

/// @notice What holds of decisions whatever people do, in whatever order.
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: audit.invariant.fail-on-revert = true
contract GovernorTest is Test {
    Voters private voters;
    ICollective private collective;

    function setUp() external {
        voters = Voters(deploy("Voters", ""));
        collective = voters.theCollective();
        targetContract(address(voters));
        bytes4[] memory selectors = new bytes4[](14);
        selectors[0] = selectors[1] = selectors[2] = Voters.vote.selector;
        selectors[3] = Voters.votePaper.selector;
        selectors[4] = selectors[5] = Voters.open.selector;
        selectors[6] = Voters.answer.selector;
        selectors[7] = Voters.cancel.selector;
        selectors[8] = Voters.execute.selector;
        selectors[9] = Voters.join.selector;
        selectors[10] = Voters.leave.selector;
        selectors[11] = Voters.wait.selector;
        selectors[12] = selectors[13] = Voters.agree.selector;
        targetSelector(address(voters), selectors);
    }

    function invariant_credits_equal_sum_of_squares() external view {
        for (uint256 one = 0; one < voters.PEOPLE(); ++one) {
            uint256 left = voters.seat(one) == 0 ? 0 : voters.creditsLeft(one);
            assertEq(collective.creditsOf(voters.people(one)), left);
            assertLe(left, voters.credits());
        }
        (uint256 number,,, uint256 credits,,) = collective.season();
        assertEq(number, voters.seasonNumber());
        assertEq(credits, voters.credits());
    }

    function invariant_tally_equals_sum_of_ballots() external view {
        if (voters.count() != 0) _tally(voters.touched());
    }

    function invariant_a_later_seat_never_votes() external view {
        if (voters.count() != 0) _electorate(voters.touched());
    }

    function invariant_executes_at_most_once() external view {
        if (voters.count() != 0) _executions(voters.touched());
    }

    function invariant_only_the_winning_option_executes() external view {
        if (voters.count() != 0) _winner(voters.touched());
    }

    function invariant_no_option_can_be_hidden() external view {
        if (voters.count() != 0) _options(voters.touched());
    }

    function invariant_a_side_costs_nothing() external view {
        assertEq(voters.sidesCharged(), 0);
    }

    function invariant_parameters_frozen_after_opening() external view {
        if (voters.count() != 0) _frozen(voters.touched());
    }

    function invariant_exit_comes_before_a_large_act() external view {
        if (voters.count() == 0) return;
        Voters.Proposal memory p = voters.proposalAt(voters.touched());
        if (p.executions == 0 || !voters.isLarge(voters.touched(), p.executedOption)) return;
        assertGe(p.executedAt, p.ends + voters.NOTICE() + 2 days);
    }

    /// @dev At the end of each run, some of all proposals: what later calls did to those that they should not have touched.
    function afterInvariant() external view {
        if (voters.papers() > 30) assertGt(voters.papersCounted(), 2, "ballots were mostly refused");
        uint256 count = voters.count();
        for (uint256 i = 0; i < count && i < 3; ++i) {
            uint256 number = (VM.getBlockTimestamp() + i * 5) % count;
            _tally(number);
            _electorate(number);
            _executions(number);
            _winner(number);
            _options(number);
            _frozen(number);
        }
    }

    function _tally(uint256 number) private view {
        Voters.Proposal memory p = voters.proposalAt(number);
        for (uint256 place = 0; place < p.options; ++place) {
            (int256 net, uint256 for_, uint256 against) = voters.tally(number, place);
            IGovernor.TallyView memory seen = collective.tallyOf(p.key, place);
            assertEq(seen.net, net);
            assertEq(seen.seatsFor, for_);
            assertEq(seen.seatsAgainst, against);
        }
    }

    function _electorate(uint256 number) private view {
        Voters.Proposal memory p = voters.proposalAt(number);
        (uint256 season,,,,,) = collective.season();
        for (uint256 place = 0; place < p.options; ++place) {
            IGovernor.TallyView memory seen = collective.tallyOf(p.key, place);
            assertLe(seen.seatsFor + seen.seatsAgainst, p.electorate);
            if (season != p.season) continue;
            for (uint256 one = 0; one < voters.PEOPLE(); ++one) {
                int256 said = collective.ballotOf(voters.people(one), p.key, place);
                // What somebody said before they left and came back still counts, but may not be found under the new seat.
                bool later = voters.latestSeat(one) > p.lastSeat;
                if (!later || said != 0) assertEq(said, voters.ballot(number, place, one));
            }
        }
    }

    function _executions(uint256 number) private view {
        Voters.Proposal memory p = voters.proposalAt(number);
        assertLe(p.executions, 1);
        uint256 paid;
        for (uint256 place = 0; place < p.options; ++place) {
            paid += voters.payeeOf(number, place).balance;
        }
        assertLe(paid, p.executions * voters.AMOUNT());
        bool executed = collective.proposalOf(p.key).state == IGovernor.State.Executed;
        assertEq(executed, p.executions == 1);
    }

    function _winner(uint256 number) private view {
        Voters.Proposal memory p = voters.proposalAt(number);
        (bool found, uint256 winner) = voters.winnerOf(number);
        for (uint256 place = 0; place < p.options; ++place) {
            bool paid = voters.pays(number, place) && p.executions == 1 && found && place == winner;
            assertEq(voters.payeeOf(number, place).balance, paid ? voters.AMOUNT() : 0);
        }
    }

    function _options(uint256 number) private view {
        Voters.Proposal memory p = voters.proposalAt(number);
        IGovernor.ProposalView memory seen = collective.proposalOf(p.key);
        assertEq(seen.options, p.options);
        (bool found, uint256 winner) = voters.winnerOf(number);
        if (p.cancelled || VM.getBlockTimestamp() < p.ends) return;
        assertEq(seen.winner, winner);
        assertEq(seen.state == IGovernor.State.Defeated, !found);
    }

    function _frozen(uint256 number) private view {
        Voters.Proposal memory p = voters.proposalAt(number);
        IGovernor.ProposalView memory seen = collective.proposalOf(p.key);
        assertEq(seen.number, number + 1);
        assertEq(seen.season, p.season);
        assertEq(seen.lastSeat, p.lastSeat);
        assertEq(seen.quorum, p.quorum);
        assertEq(seen.parameters, p.set);
        assertEq(seen.votingStarts, p.starts);
        assertEq(seen.votingEnds, p.ends);
        (bool found, uint256 winner) = voters.winnerOf(number);
        if (p.cancelled || !found || VM.getBlockTimestamp() < p.starts) return;
        uint256 from = p.ends + (voters.isLarge(number, winner) ? voters.NOTICE() + 2 days : p.timelock);
        assertEq(seen.executableAt, from);
        assertEq(seen.expires, from + 5 days);
    }
}

contract GovernorFuzzTest is House {
    function setUp() external {
        _found();
    }

    function testFuzz_an_unknown_id_passes_nothing(bytes32 unknown, uint8 place, int8 votes, uint256 author) external {
        IGovernor.Option memory option = _law("nothing");
        bytes32 known = _propose(alice, option);
        VM.assume(unknown != known);
        assertEq(uint256(collective.proposalOf(unknown).state), uint256(IGovernor.State.None));
        bytes memory refusal = abi.encodeWithSelector(IGovernor.UnknownProposal.selector, unknown);
        VM.expectRevert(refusal);
        _execute(unknown, place, author, option);
        VM.expectRevert(refusal);
        _vote(alice, unknown, place, votes);
        VM.expectRevert(refusal);
        _rival(bob, unknown, option);
        VM.expectRevert(refusal);
        VM.prank(alice);
        collective.cancel(unknown, unknown);
        VM.expectRevert(refusal);
        collective.tallyOf(unknown, place);
        VM.prank(alice);
        VM.expectPartialRevert(bytes4(keccak256("NoOpenRequest(bytes32)")));
        collective.object(unknown);
    }

    /// @dev Whoever is for it, and however much is spent on it: a leaver who gives notice when it passes is paid first.
    function testFuzz_exit_comes_before_a_large_act(uint256 amount, uint256 units, uint256 notice, uint256 late) external {
        ICollective.Charter memory charter = _charter();
        charter.exitNotice = bound(notice, 0, 14 days);
        charter.voting.largeDelay = charter.exitNotice + 2 days;
        charter.voting.timelock = 0;
        _found(charter, 1);
        amount = bound(amount, 1, 1e30);
        units = bound(units, 1, 100);
        _fund(amount, 0);
        IGovernor.Option memory option = _paying(COIN, erin, amount);
        option.large = true;
        bytes32 proposal = _pass(erin, option);
        _notice(alice, units);
        // Any time between the end of the notice and the first moment of execution will do.
        VM.warp(VM.getBlockTimestamp() + charter.exitNotice + bound(late, 0, 2 days - 1));
        VM.expectPartialRevert(IGovernor.StillWaiting.selector);
        _execute(proposal, 0, 5, option);
        uint256 quote = treasury.quoteExit(COIN, units);
        _exit(alice, units, _list(COIN));
        assertEq(alice.balance, amount * units / 1500);
        assertEq(alice.balance, quote);
    }

    function testFuzz_votes_count_only_in_their_time(uint256 time) external {
        bytes32 proposal = _propose(alice, _law("in time"));
        uint256 opened = VM.getBlockTimestamp();
        // The edges would come up too rarely by themselves.
        uint256 edge = time % 8;
        time = edge < 4 ? [uint256(3 days - 1), 3 days, 8 days - 1, 8 days][edge] : bound(time, 0, 9 days);
        VM.warp(opened + time);
        if (time < 3 days || time >= 8 days) VM.expectPartialRevert(IGovernor.NotVoting.selector);
        _vote(bob, proposal, 0, 1);
        assertEq(collective.tallyOf(proposal, 0).net, time < 3 days || time >= 8 days ? int256(0) : int256(1));
    }

    function test_lanes_of_the_last_season_say_nothing_in_the_next() external {
        bytes32 first = _propose(alice, _law("first lane of season 1"));
        _untilVoting(first);
        _vote(bob, first, 0, 5);
        VM.warp(VM.getBlockTimestamp() + 90 days);
        assertEq(collective.creditsOf(bob), 100);
        bytes32 second = _propose(alice, _law("first lane of season 2"));
        _untilVoting(second);
        assertEq(collective.tallyOf(second, 0).lane, collective.tallyOf(first, 0).lane);
        assertEq(collective.ballotOf(bob, second, 0), 0);
        _vote(bob, second, 0, 2);
        assertEq(collective.tallyOf(second, 0).net, 2);
        assertEq(collective.tallyOf(second, 0).seatsFor, 1);
        assertEq(collective.creditsOf(bob), 96);
    }

    /// @dev Season 1 gives 100 credits. Each ballot replaces the one before on the same option.
    function testFuzz_a_side_costs_nothing(int8 before, int8 after_, bool side) external {
        bytes32 proposal = _propose(alice, _law("side"));
        _untilVoting(proposal);
        before = int8(bound(int256(before), -10, 10));
        after_ = int8(bound(int256(after_), -10, 10));
        _vote(bob, proposal, 0, before);
        assertEq(collective.creditsOf(bob), 100 - uint256(int256(before) * before));
        _vote(bob, proposal, 0, side ? FOR : AGAINST);
        assertEq(collective.creditsOf(bob), 100);
        IGovernor.TallyView memory tally = collective.tallyOf(proposal, 0);
        assertEq(tally.net, 0);
        assertEq(tally.seatsFor, side ? 1 : 0);
        assertEq(tally.seatsAgainst, side ? 0 : 1);
        _vote(bob, proposal, 0, after_);
        assertEq(collective.creditsOf(bob), 100 - uint256(int256(after_) * after_));
        assertEq(collective.tallyOf(proposal, 0).net, after_);
    }
}
