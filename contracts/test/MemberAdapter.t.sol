// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IAdapterFactory} from "../interfaces/IAdapterFactory.sol";
import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {IGovernorMember} from "../interfaces/IGovernorMember.sol";
import {IMember} from "../interfaces/IMember.sol";
import {IMemberAdapter} from "../interfaces/IMemberAdapter.sol";
import {IOpenZeppelinGovernor} from "../interfaces/IOpenZeppelinGovernor.sol";
import {ITies} from "../interfaces/ITies.sol";
import {Asked} from "../libraries/Motion.sol";
import {TestCoin} from "../TestCoin.sol";
import {deploy} from "./House.sol";
import {Test} from "./Test.sol";
import {VM} from "./Vm.sol";
import {LikeAGovernor} from "./neighbours/LikeAGovernor.sol";
import {RefusesEther} from "./neighbours/RefusesEther.sol";
import {TakesAFee} from "./neighbours/TakesAFee.sol";
import {TurnsOnMembers} from "./neighbours/TurnsOnMembers.sol";

/// @notice A contract that some must sign for, as far as the factory asks.
contract SomeMustSign {
    uint256 public getThreshold = 2;

    receive() external payable {}
}

/// @notice Adapters beside DAOs, purses and tokens that do as they like.
contract MemberAdapterTest is Test {
    address private constant COIN = address(0);
    bytes32 private constant CHARTER = keccak256("charter");
    bytes32 private constant MOTION = keccak256("motion");
    bytes32 private constant WORDS = keccak256("we are for it");

    IAdapterFactory private factory;
    LikeAGovernor private governor;
    IGovernorMember private ours;
    address private safe;
    IMemberAdapter private theirs;
    TurnsOnMembers private purse;
    TestCoin private token;

    function setUp() external {
        VM.warp(1_800_000_000);
        bytes memory implementations = abi.encode(deploy("GovernorMember", ""), deploy("SafeMember", ""));
        factory = IAdapterFactory(deploy("AdapterFactory", implementations));
        governor = new LikeAGovernor();
        ours = IGovernorMember(factory.adaptGovernor(address(governor)));
        safe = address(new SomeMustSign());
        theirs = IMemberAdapter(factory.adaptSafe(safe));
        purse = new TurnsOnMembers();
        token = new TestCoin("Test Coin", "TEST", 6);
        VM.deal(safe, 10 ether);
    }

    // What it is

    function test_an_adapter_is_member_and_treasury_in_one_and_has_no_people() external view {
        assertEq(theirs.dao(), safe);
        assertEq(theirs.executor(), safe);
        assertEq(theirs.collective(), address(theirs));
        assertEq(theirs.treasury(), address(theirs));
        assertEq(theirs.people(), 0);
        assertFalse(theirs.objectsTo(address(purse), MOTION));
    }

    function testFuzz_an_adapter_is_where_its_dao_says_whoever_makes_it(address who) external {
        assertEq(factory.adapterOfSafe(safe), address(theirs));
        VM.prank(who);
        assertEq(factory.adaptSafe(safe), address(theirs));
        assertEq(factory.adaptGovernor(address(governor)), address(ours));
        assertNotEq(factory.adapterOfGovernor(who), factory.adapterOfSafe(who));
    }

    function test_nothing_but_governors_and_safes_is_adapted() external {
        VM.expectRevert(abi.encodeWithSelector(IAdapterFactory.NotASafe.selector, address(governor)));
        factory.adaptSafe(address(governor));
        VM.expectRevert(abi.encodeWithSelector(IAdapterFactory.NotAGovernor.selector, safe));
        factory.adaptGovernor(safe);
        VM.expectRevert(abi.encodeWithSelector(IAdapterFactory.NotASafe.selector, address(0xBEEF)));
        factory.adaptSafe(address(0xBEEF));
        VM.expectRevert(abi.encodeWithSelector(IAdapterFactory.NotAGovernor.selector, address(0xBEEF)));
        factory.adaptGovernor(address(0xBEEF));
    }

    // Who commands it

    function testFuzz_nobody_but_the_dao_commands_it(address who) external {
        VM.assume(who != safe);
        _join(0);
        bytes memory refusal = abi.encodeWithSelector(IMemberAdapter.OnlyDao.selector, safe);
        IFederationWords.Content memory content;
        Asked memory asked;
        address at = address(purse);
        bytes[13] memory calls = [
            abi.encodeCall(IMemberAdapter.join, (at, CHARTER, 0)),
            abi.encodeCall(IMemberAdapter.quit, (at)),
            abi.encodeCall(IMemberAdapter.setLevy, (at, 1)),
            abi.encodeCall(IMemberAdapter.payLevy, (at, COIN, 0)),
            abi.encodeCall(IMemberAdapter.delegate, (at, CHARTER, true)),
            abi.encodeCall(IMemberAdapter.decide, (at, MOTION, 1)),
            abi.encodeCall(IMemberAdapter.veto, (at, MOTION)),
            abi.encodeCall(IMemberAdapter.confirm, (at, MOTION)),
            abi.encodeCall(IMemberAdapter.pause, (at)),
            abi.encodeCall(IMemberAdapter.pausePeer, (at, 10)),
            abi.encodeCall(IMemberAdapter.open, (at, content)),
            abi.encodeCall(IMemberAdapter.takeBack, (at, MOTION)),
            abi.encodeCall(IMemberAdapter.passDown, (at, at, asked))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            VM.prank(who);
            (bool done, bytes memory said) = address(theirs).call(calls[i]);
            assertFalse(done);
            assertEq(said, refusal);
        }
    }

    function test_a_governor_acts_by_its_timelock_where_it_has_one() external {
        assertEq(ours.executor(), address(governor));
        governor.actBy(address(0x71));
        assertEq(ours.executor(), address(0x71));
        VM.prank(address(governor));
        VM.expectRevert(abi.encodeWithSelector(IMemberAdapter.OnlyDao.selector, address(0x71)));
        ours.join(address(purse), CHARTER, 0);
    }

    function test_without_a_tie_nothing_is_asked_of_a_purse() external {
        bytes memory refusal = abi.encodeWithSelector(ITies.NotTied.selector, address(purse));
        VM.startPrank(safe);
        VM.expectRevert(refusal);
        theirs.quit(address(purse));
        VM.expectRevert(refusal);
        theirs.setLevy(address(purse), 1);
        VM.expectRevert(refusal);
        theirs.payLevy(address(purse), COIN, 0);
        VM.expectRevert(refusal);
        theirs.delegate(address(purse), CHARTER, true);
        VM.expectRevert(refusal);
        theirs.decide(address(purse), MOTION, 1);
        VM.expectRevert(refusal);
        theirs.veto(address(purse), MOTION);
        VM.stopPrank();
        VM.expectRevert(refusal);
        ours.record(address(purse), MOTION, WORDS);
    }

    function test_one_tie_to_a_purse_and_levies_within_nine_tenths() external {
        _join(9000);
        assertEq(theirs.levies(), 9000);
        VM.startPrank(safe);
        VM.expectRevert(abi.encodeWithSelector(ITies.AlreadyTied.selector, address(purse)));
        theirs.join(address(purse), CHARTER, 0);
        address other = address(new TurnsOnMembers());
        VM.expectRevert(abi.encodeWithSelector(ITies.LeviesTooHigh.selector, 9001));
        theirs.join(other, CHARTER, 1);
        theirs.setLevy(address(purse), 8999);
        theirs.join(other, CHARTER, 1);
        theirs.quit(address(purse));
        VM.stopPrank();
        assertEq(theirs.levies(), 1);
    }

    function test_a_purse_that_fails_keeps_nobody() external {
        _join(500);
        purse.fail();
        VM.prank(safe);
        theirs.quit(address(purse));
        assertEq(theirs.tieOf(address(purse)).since, 0);
    }

    function test_what_is_asked_of_a_federation_is_asked_on_its_own_chain() external {
        _join(0);
        purse.live(10, address(0xFED));
        IFederationWords.Content memory content;
        VM.startPrank(safe);
        VM.expectRevert(abi.encodeWithSelector(IMemberAdapter.FederationElsewhere.selector, 10));
        theirs.open(address(purse), content);
        VM.expectRevert(abi.encodeWithSelector(IMemberAdapter.FederationElsewhere.selector, 10));
        theirs.pausePeer(address(purse), 11);
        VM.stopPrank();
    }

    // What was decided

    function testFuzz_a_decision_is_for_or_against(int8 side) external {
        _join(0);
        VM.prank(safe);
        if (side != 1 && side != -1) {
            VM.expectRevert(abi.encodeWithSelector(IMemberAdapter.NoSide.selector, int256(side)));
            theirs.decide(address(purse), MOTION, side);
            return;
        }
        theirs.decide(address(purse), MOTION, side);
        IMember.Result memory result = theirs.resultOf(address(purse), MOTION);
        assertEq(result.ended, 1_800_000_000);
        assertEq(result.decision, int256(side));
        assertEq(result.seatsFor + result.seatsAgainst, 0);
        assertEq(theirs.resultOf(address(1), MOTION).ended, 0);
    }

    function test_a_decision_stands_for_good() external {
        _join(0);
        VM.startPrank(safe);
        theirs.decide(address(purse), MOTION, -1);
        VM.warp(1_800_000_500);
        theirs.decide(address(purse), MOTION, -1);
        assertEq(theirs.decisionOf(address(purse), MOTION).ended, 1_800_000_000);
        VM.expectRevert(
            abi.encodeWithSelector(IMemberAdapter.DecidedAlready.selector, MOTION, int256(-1), 1_800_000_000)
        );
        theirs.decide(address(purse), MOTION, 1);
        VM.stopPrank();
    }

    function test_a_proposal_that_passed_is_for_from_the_end_of_its_votes() external {
        _joinAsGovernor();
        uint8[4] memory passed = [4, 5, 6, 7];
        for (uint256 i = 0; i < 4; ++i) {
            bytes32 motion = keccak256(abi.encode(i));
            governor.say(IOpenZeppelinGovernor.ProposalState(passed[i]), 1_799_999_000 + i);
            assertEq(ours.record(address(purse), motion, WORDS), 1);
            assertEq(ours.decisionOf(address(purse), motion).ended, 1_799_999_000 + i);
        }
    }

    function test_a_proposal_without_an_end_takes_no_side() external {
        _joinAsGovernor();
        uint256 id = ours.proposalOf(address(purse), MOTION, WORDS);
        for (uint256 i = 0; i < 3; ++i) {
            governor.say(IOpenZeppelinGovernor.ProposalState(uint8(i)), 1_799_999_000);
            VM.expectRevert(abi.encodeWithSelector(IGovernorMember.NotDecided.selector, id, uint8(i)));
            ours.record(address(purse), MOTION, WORDS);
        }
    }

    function testFuzz_a_defeat_is_against_when_its_mirror_would_have_passed(uint64 against, uint64 for_, uint64 abstaining)
        external
    {
        _joinAsGovernor();
        governor.say(IOpenZeppelinGovernor.ProposalState.Defeated, 1_799_999_000);
        governor.count(against, for_, abstaining);
        bool stands = against > for_ && uint256(against) + abstaining >= 100;
        if (!stands) {
            uint256 id = ours.proposalOf(address(purse), MOTION, WORDS);
            VM.expectRevert(abi.encodeWithSelector(IGovernorMember.NoMajorityAgainst.selector, id));
        }
        int256 side = ours.record(address(purse), MOTION, WORDS);
        if (stands) assertEq(side, -1);
    }

    function test_the_quorum_of_a_defeat_is_reached_at_exactly_its_number() external {
        _joinAsGovernor();
        governor.say(IOpenZeppelinGovernor.ProposalState.Defeated, 1_799_999_000);
        governor.count(60, 59, 39);
        VM.expectPartialRevert(IGovernorMember.NoMajorityAgainst.selector);
        ours.record(address(purse), MOTION, WORDS);
        governor.count(60, 60, 40);
        VM.expectPartialRevert(IGovernorMember.NoMajorityAgainst.selector);
        ours.record(address(purse), MOTION, WORDS);
        governor.count(60, 59, 40);
        assertEq(ours.record(address(purse), MOTION, WORDS), -1);
    }

    function test_where_votes_are_counted_otherwise_a_defeat_takes_no_side() external {
        _joinAsGovernor();
        governor.say(IOpenZeppelinGovernor.ProposalState.Defeated, 1_799_999_000);
        governor.count(1000, 0, 0);
        governor.countAs("support=of the moon");
        VM.expectPartialRevert(IGovernorMember.NoMajorityAgainst.selector);
        ours.record(address(purse), MOTION, WORDS);
        string[2] memory known = [
            "support=bravo,fractional&quorum=for,abstain&params=fractional",
            "support=bravo,override&quorum=for,abstain&overridable=true"
        ];
        for (uint256 i = 0; i < 2; ++i) {
            governor.countAs(known[i]);
            assertEq(ours.record(address(purse), keccak256(abi.encode(i)), WORDS), -1);
        }
    }

    function test_by_a_clock_of_blocks_a_vote_ends_when_it_is_recorded_and_never_before() external {
        _joinAsGovernor();
        governor.goBy("mode=blocknumber&from=default");
        assertFalse(ours.clockShowsSeconds());
        governor.say(IOpenZeppelinGovernor.ProposalState.Succeeded, 7);
        VM.warp(1_800_000_600);
        ours.record(address(purse), MOTION, WORDS);
        assertEq(ours.decisionOf(address(purse), MOTION).ended, 1_800_000_600);
        // Recorded again, it is no later.
        VM.warp(1_800_000_900);
        ours.record(address(purse), MOTION, WORDS);
        assertEq(ours.decisionOf(address(purse), MOTION).ended, 1_800_000_600);
    }

    function test_a_vote_that_is_over_before_its_deadline_ends_now() external {
        _joinAsGovernor();
        governor.say(IOpenZeppelinGovernor.ProposalState.Succeeded, 1_800_009_000);
        ours.record(address(purse), MOTION, WORDS);
        assertEq(ours.decisionOf(address(purse), MOTION).ended, 1_800_000_000);
    }

    function test_a_governor_of_an_old_version_is_asked_the_old_way() external {
        _joinAsGovernor();
        uint256 id = ours.proposalOf(address(purse), MOTION, WORDS);
        governor.growOld();
        assertEq(ours.proposalOf(address(purse), MOTION, WORDS), id);
        assertFalse(ours.clockShowsSeconds());
    }

    function testFuzz_the_earliest_decision_stands_in_whatever_order_they_come(uint40 one, uint40 other) external {
        one = uint40(bound(one, 1, 1_799_999_999));
        other = uint40(bound(other, 1, 1_799_999_999));
        VM.assume(one != other);
        _joinAsGovernor();
        bytes32[2] memory motions = [keccak256("a"), keccak256("b")];
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 2; ++j) {
                // `one` was for, `other` against.
                bool first = (i == 0) == (j == 0);
                governor.count(500, 0, 0);
                governor.say(
                    first ? IOpenZeppelinGovernor.ProposalState.Succeeded : IOpenZeppelinGovernor.ProposalState.Defeated,
                    first ? one : other
                );
                try ours.record(address(purse), motions[i], keccak256(abi.encode(first))) {} catch {}
            }
            assertEq(ours.decisionOf(address(purse), motions[i]).ended, one < other ? one : other);
            assertEq(int256(ours.decisionOf(address(purse), motions[i]).side), one < other ? int256(1) : int256(-1));
        }
    }

    function test_what_was_executed_late_counts_from_the_end_of_its_votes() external {
        _joinAsGovernor();
        VM.prank(address(governor));
        ours.decide(address(purse), MOTION, 1);
        governor.say(IOpenZeppelinGovernor.ProposalState.Executed, 1_799_000_000);
        ours.record(address(purse), MOTION, WORDS);
        assertEq(ours.decisionOf(address(purse), MOTION).ended, 1_799_000_000);
        // And the other way about, its execution is not refused.
        VM.prank(address(governor));
        ours.decide(address(purse), MOTION, 1);
        assertEq(ours.decisionOf(address(purse), MOTION).ended, 1_799_000_000);
    }

    // Money

    function testFuzz_whatever_arrives_goes_on_to_the_dao(uint96 coins, uint96 tokens) external {
        VM.assume(coins != 0 && tokens != 0);
        VM.deal(address(this), coins);
        (bool taken,) = address(theirs).call{value: coins}("");
        assertTrue(taken);
        token.mint(address(theirs), tokens);
        uint256 before = safe.balance;
        assertEq(theirs.forward(COIN), coins);
        assertEq(theirs.forward(address(token)), tokens);
        assertEq(safe.balance, before + coins);
        assertEq(token.balanceOf(safe), tokens);
        VM.expectRevert(abi.encodeWithSelector(IMemberAdapter.NothingToForward.selector, COIN));
        theirs.forward(COIN);
        VM.expectRevert(abi.encodeWithSelector(IMemberAdapter.NothingToForward.selector, address(0xBEEF)));
        theirs.forward(address(0xBEEF));
    }

    function test_what_a_dao_does_not_take_stays_for_it() external {
        governor.actBy(address(new RefusesEther()));
        VM.deal(address(ours), 1 ether);
        VM.expectRevert(
            abi.encodeWithSelector(IMemberAdapter.NotForwarded.selector, COIN, ours.executor(), 1 ether)
        );
        ours.forward(COIN);
        governor.actBy(safe);
        assertEq(ours.forward(COIN), 1 ether);
    }

    function test_a_levy_is_the_dao_s_own_money_and_exactly_that() external {
        _join(500);
        VM.startPrank(safe);
        VM.expectRevert(abi.encodeWithSelector(IMemberAdapter.WrongCoin.selector, 1, 2));
        theirs.payLevy{value: 1}(address(purse), COIN, 2);
        VM.expectRevert(abi.encodeWithSelector(IMemberAdapter.WrongCoin.selector, 1, 0));
        theirs.payLevy{value: 1}(address(purse), address(token), 2);
        theirs.payLevy{value: 2}(address(purse), COIN, 2);
        assertEq(address(purse).balance, 2);
        token.mint(safe, 1000);
        // What waits here for the DAO is no levy.
        token.mint(address(theirs), 77);
        token.approve(address(theirs), 1000);
        theirs.payLevy(address(purse), address(token), 600);
        VM.stopPrank();
        assertEq(token.balanceOf(address(purse)), 600);
        assertEq(token.balanceOf(safe), 400);
        assertEq(token.balanceOf(address(theirs)), 77);
        VM.expectRevert();
        purse.takeMore(address(token), address(theirs), 1);
        VM.expectRevert();
        purse.takeMore(address(token), safe, 1);
    }

    function test_a_token_that_takes_a_fee_costs_the_dao_the_fee_and_no_more() external {
        TakesAFee fee = new TakesAFee();
        _join(500);
        fee.mint(safe, 10_000);
        fee.mint(address(theirs), 5000);
        uint256 waiting = fee.balanceOf(address(theirs));
        VM.startPrank(safe);
        fee.approve(address(theirs), 10_000);
        theirs.payLevy(address(purse), address(fee), 10_000);
        VM.stopPrank();
        assertEq(fee.balanceOf(address(theirs)), waiting);
        assertEq(fee.allowance(address(theirs), address(purse)), 0);
    }

    // A purse that calls back

    function test_a_purse_that_calls_back_gets_nowhere() external {
        bytes memory again = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        token.mint(address(theirs), 77);
        purse.turn(abi.encodeCall(IMemberAdapter.forward, (address(token))));
        _join(500);
        assertFalse(purse.went());
        assertEq(purse.answer(), again);
        VM.startPrank(safe);
        theirs.payLevy{value: 1 ether}(address(purse), COIN, 1 ether);
        assertEq(purse.answer(), again);
        theirs.collect(address(purse), COIN);
        assertEq(purse.answer(), again);
        purse.turn(abi.encodeCall(IMemberAdapter.decide, (address(purse), MOTION, 1)));
        theirs.collect(address(purse), COIN);
        assertEq(purse.answer(), abi.encodeWithSelector(IMemberAdapter.OnlyDao.selector, safe));
        purse.turn(abi.encodeCall(IMemberAdapter.forward, (address(token))));
        theirs.quit(address(purse));
        assertFalse(purse.went());
        VM.stopPrank();
        assertEq(token.balanceOf(address(theirs)), 77);
    }

    function _join(uint256 bps) private {
        VM.prank(safe);
        theirs.join(address(purse), CHARTER, bps);
    }

    function _joinAsGovernor() private {
        VM.prank(address(governor));
        ours.join(address(purse), CHARTER, 0);
    }
}
