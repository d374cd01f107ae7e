// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;


import {ICollective} from "../interfaces/ICollective.sol";
import {IGovernor} from "../interfaces/IGovernor.sol";
import {IMembership} from "../interfaces/IMembership.sol";
import {Bits} from "../libraries/Bits.sol";
import {House} from "./House.sol";
import {VM} from "./Vm.sol";

/// @notice What somebody might try in order to decide more than their part, and what comes of it.
contract AttacksOnDecisionsTest is House {
    address private mallory;
    uint256 private malloryKey;

    function setUp() external {
        _found();
        (mallory, malloryKey) = person("mallory");
    }

    // Joining to decide

    function test_who_joins_after_opening_cannot_vote() external {
        _openRoll();
        bytes32 proposal = _propose(alice, _law("before"));
        _join(mallory);
        _untilVoting(proposal);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.SeatedLater.selector, 6, 5));
        _vote(mallory, proposal, 0, 1);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.SeatedLater.selector, 6, 5));
        _vote(mallory, proposal, 0, AGAINST);
    }

    function test_who_leaves_and_returns_does_not_vote_twice() external {
        _openRoll();
        bytes32 proposal = _propose(alice, _law("once"));
        _untilVoting(proposal);
        _vote(bob, proposal, 0, 3);
        VM.prank(bob);
        collective.leave();
        _join(bob);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.SeatedLater.selector, 6, 5));
        _vote(bob, proposal, 0, 3);
        assertEq(collective.tallyOf(proposal, 0).net, 3);
        assertEq(collective.creditsOf(bob), 91, "what is spent stays spent");
    }

    function test_an_open_roll_admits_only_a_days_cap() external {
        _openRoll();
        _join(addressOf("puppet 1"));
        _join(addressOf("puppet 2"));
        VM.prank(mallory);
        VM.expectRevert(abi.encodeWithSelector(IMembership.DailyCapReached.selector, 2));
        collective.applyForSeat("mallory", keccak256("We mill."));
        pass(1 days);
        _join(mallory);
    }

    function test_a_signed_application_is_worth_nothing_after_leaving_on_another_chain_or_elsewhere() external {
        ICollective first = collective;
        _openRoll();
        ICollective second = collective;
        IMembership.SignedApplication[] memory list = new IMembership.SignedApplication[](1);
        list[0] = _application(mallory, "mallory", keccak256("We mill."), 0, malloryKey);

        _bring(first, list);
        assertFalse(first.isMember(mallory), "taken by another collective");
        (IMembership.ApplicationState state,,,) = first.applicationOf(mallory);
        assertEq(uint256(state), 0, "filed with another collective");
        VM.chainId(31_338);
        _bring(second, list);
        assertFalse(second.isMember(mallory), "taken on another chain");
        VM.chainId(31_337);
        _bring(second, list);
        assertTrue(second.isMember(mallory));
        VM.prank(mallory);
        second.leave();
        _bring(second, list);
        assertFalse(second.isMember(mallory), "taken twice");
    }

    function test_a_made_up_application_cannot_spoil_the_list_it_is_in() external {
        _openRoll();
        IMembership.SignedApplication[] memory list = new IMembership.SignedApplication[](4);
        list[0] = IMembership.SignedApplication(alice, "", type(uint256).max, "");
        list[1] = IMembership.SignedApplication(address(0), "nobody", type(uint256).max, new bytes(65));
        list[2] = IMembership.SignedApplication(bob, "bob again", type(uint256).max, new bytes(10_000));
        list[3] = _application(mallory, "mallory", keccak256("We mill."), 0, malloryKey);
        _bring(collective, list);
        assertTrue(collective.isMember(mallory));
        assertEq(collective.seats(), 6);
    }

    /// @dev Were the count of applications to start again, old signatures and objections would be good again.
    function test_applications_are_never_counted_from_the_start_again() external {
        // The sixth word of a collective is its map of applications; the low 16 bits of an entry are the count.
        bytes32 place = keccak256(abi.encode(mallory, uint256(5)));
        VM.store(address(collective), place, bytes32(uint256(type(uint16).max)));
        assertEq(collective.nonceOf(mallory), type(uint16).max);
        VM.prank(mallory);
        VM.expectRevert(abi.encodeWithSelector(Bits.DoesNotFit.selector, 1 << 16, 16));
        collective.applyForSeat("mallory", keccak256("We mill."));
        IMembership.SignedApplication[] memory list = new IMembership.SignedApplication[](1);
        list[0] = _application(mallory, "mallory", keccak256("We mill."), type(uint16).max, malloryKey);
        collective.bringApplications(list);
        assertEq(collective.nonceOf(mallory), type(uint16).max);
    }

    function test_nobody_applies_without_a_name() external {
        VM.prank(mallory);
        VM.expectRevert(abi.encodeWithSelector(IMembership.BadName.selector, 0));
        collective.applyForSeat("", keccak256("We mill."));
    }

    // Options against each other

    function test_a_rival_with_more_votes_cannot_be_hidden() external {
        _fund(100 ether, 0);
        IGovernor.Option memory option = _paying(COIN, mallory, 1 ether);
        bytes32 proposal = _propose(alice, option);
        assertEq(_rival(bob, proposal, _law("pay nothing")), 1);
        _untilVoting(proposal);
        _vote(alice, proposal, 0, 2);
        _vote(bob, proposal, 1, 3);
        _untilVoted(proposal);
        assertEq(collective.proposalOf(proposal).winner, 1);
        VM.warp(VM.getBlockTimestamp() + 2 days);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.NotTheWinner.selector, 0, 1));
        _execute(proposal, 0, 1, option);
        _execute(proposal, 1, 2, _law("pay nothing"));
        VM.expectRevert(abi.encodeWithSelector(IGovernor.NotExecutable.selector, IGovernor.State.Executed));
        _execute(proposal, 1, 2, _law("pay nothing"));
        assertEq(mallory.balance, 0);
    }

    function test_rivals_below_quorum_do_not_spoil_an_option_that_stands() external {
        _quorum(4000);
        bytes32 proposal = _propose(alice, _law("two seats are for it"));
        _rival(bob, proposal, _law("bob alone"));
        _rival(carol, proposal, _law("carol alone"));
        _rival(dave, proposal, _law("dave alone"));
        _untilVoting(proposal);
        _vote(alice, proposal, 0, 1);
        _vote(erin, proposal, 0, FOR);
        _vote(bob, proposal, 1, 9);
        _vote(carol, proposal, 2, 9);
        _vote(dave, proposal, 3, 9);
        _untilVoted(proposal);
        IGovernor.ProposalView memory p = collective.proposalOf(proposal);
        assertEq(uint256(p.state), uint256(IGovernor.State.Waiting));
        assertEq(p.winner, 0);
    }

    function test_a_large_rival_without_a_majority_spoils_nothing() external {
        IGovernor.Option memory rival = _law("large");
        rival.large = true;
        bytes32 proposal = _propose(alice, _law("small"));
        _rival(bob, proposal, rival);
        _untilVoting(proposal);
        _vote(alice, proposal, 0, 1);
        _vote(bob, proposal, 1, 10);
        _vote(carol, proposal, 1, AGAINST);
        _untilVoted(proposal);
        assertEq(collective.tallyOf(proposal, 1).net, 10);
        assertFalse(collective.tallyOf(proposal, 1).stands, "one for, one against: no majority");
        assertEq(collective.proposalOf(proposal).winner, 0);
        assertEq(uint256(collective.proposalOf(proposal).state), uint256(IGovernor.State.Waiting));
    }

    function test_who_has_spent_all_credits_still_counts_by_head() external {
        bytes32 costly = _propose(alice, _law("costly"));
        bytes32 later = _propose(bob, _law("later"));
        _untilVoting(later);
        _vote(carol, costly, 0, 10);
        assertEq(collective.creditsOf(carol), 0);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.NotEnoughCredits.selector, 3, 1, 0));
        _vote(carol, later, 0, -1);
        _vote(carol, later, 0, AGAINST);
        IGovernor.TallyView memory tally = collective.tallyOf(later, 0);
        assertEq(tally.net, 0);
        assertEq(tally.seatsAgainst, 1);
        assertEq(collective.creditsOf(carol), 0);
    }

    function test_shortening_the_timelock_hastens_nothing_that_is_open() external {
        IGovernor.Voting memory rules = _voting();
        rules.timelock = 0;
        rules.grace = 1 hours;
        IGovernor.Option memory change = _calling(address(collective), abi.encodeCall(ICollective.setVoting, (rules)));
        bytes32 changing = _pass(alice, change);
        bytes32 proposal = _pass(bob, _law("opened under the old rules"));
        uint256 ends = VM.getBlockTimestamp();
        assertEq(collective.proposalOf(changing).executableAt, ends - 1 days);
        _execute(changing, 0, 1, change);
        assertEq(collective.voting(collective.votingSet()).timelock, 0);
        VM.expectRevert(abi.encodeWithSelector(IGovernor.StillWaiting.selector, ends + 2 days));
        _execute(proposal, 0, 2, _law("opened under the old rules"));
        VM.warp(ends + 16 days - 1);
        _execute(proposal, 0, 2, _law("opened under the old rules"));
    }

    function test_lowering_the_quorum_revives_nothing() external {
        _quorum(10_000);
        bytes32 proposal = _propose(alice, _law("four of five"));
        _untilVoting(proposal);
        for (uint256 i = 0; i < 4; ++i) {
            _vote(founders[i], proposal, 0, 1);
        }
        _untilVoted(proposal);
        _quorum(1);
        assertEq(uint256(collective.proposalOf(proposal).state), uint256(IGovernor.State.Defeated));
        VM.expectRevert(abi.encodeWithSelector(IGovernor.NotExecutable.selector, IGovernor.State.Defeated));
        _execute(proposal, 0, 1, _law("four of five"));
    }

    function _openRoll() private {
        ICollective.Charter memory charter = _charter();
        charter.admission.sponsors = 0;
        charter.admission.window = 0;
        _found(charter, 0);
    }

    function _join(address account) private {
        VM.prank(account);
        collective.applyForSeat("joiner", keccak256("We mill."));
    }

    function _quorum(uint256 bps) private {
        IGovernor.Voting memory rules = _voting();
        rules.quorumBps = bps;
        _carry(erin, _calling(address(collective), abi.encodeCall(ICollective.setVoting, (rules))));
    }

    function _bring(ICollective to, IMembership.SignedApplication[] memory list) private {
        to.bringApplications(list);
    }
}
