// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestCoin} from "../TestCoin.sol";
import {IBooks} from "../interfaces/IBooks.sol";
import {IBranch} from "../interfaces/IBranch.sol";
import {IFederation} from "../interfaces/IFederation.sol";
import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {IHomePurse} from "../interfaces/IHomePurse.sol";
import {IPurse} from "../interfaces/IPurse.sol";
import {ITies} from "../interfaces/ITies.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {Interop, NoteKind} from "../libraries/Note.sol";
import {Union} from "./Union.sol";
import {VM} from "./Vm.sol";
import {Acts} from "./neighbours/Acts.sol";
import {KeepsLeavers} from "./neighbours/KeepsLeavers.sol";
import {LiesAboutVotes} from "./neighbours/LiesAboutVotes.sol";

/// @notice What a hostile member, purse or gateway might try, and what comes of it.
contract AttacksOnFederationsTest is Union {
    LiesAboutVotes private liar;

    function setUp() external {
        _build();
        liar = new LiesAboutVotes();
        liar.setPeople(10);
    }

    // Money

    /// @dev It entered a branch uninvited, and what it had passed up was still its own when it came back in the same block.
    function test_who_enters_and_leaves_again_and_again_in_one_block_takes_nothing_from_others() external {
        _unite(IFederationWords.Count.People);
        branch = _foundBranch(fed);
        VM.chainId(AWAY);
        _order(far, address(far.treasury), abi.encodeCall(ITies.join, (address(branch), TEXT, LEVY)));
        _earn(far, 20_000e6);
        _ties(far).bubble(address(branch), address(token));
        assertEq(token.balanceOf(address(branch)), 1000e6);
        token.mint(address(liar), 100e6);
        liar.act(address(branch), 0, abi.encodeCall(IPurse.enter, (TEXT, 0)));
        liar.act(address(token), 0, abi.encodeCall(token.approve, (address(branch), 100e6)));
        liar.act(address(branch), 0, abi.encodeCall(IPurse.takeLevy, (address(token), 100e6)));
        for (uint256 i = 0; i < 3; ++i) {
            branch.release(address(liar));
            liar.act(address(branch), 0, abi.encodeCall(IPurse.enter, (TEXT, 0)));
        }
        assertEq(token.balanceOf(address(liar)), 100e6);
        assertEq(token.balanceOf(address(branch)), 1000e6);
        (, uint256 all) = branch.leviesOf(address(far.treasury), address(token));
        assertEq(all, 1000e6);
        VM.chainId(HOME);
    }

    function test_an_exit_share_in_coin_calls_back_to_no_avail() external {
        _uniteWithLiar(IFederationWords.Count.People);
        VM.deal(address(this), 10 ether);
        fed.purse.deposit{value: 5 ether}(COIN, 5 ether, "gift");
        bytes[4] memory calls = [
            abi.encodeCall(IPurse.release, (address(liar))),
            abi.encodeCall(IPurse.takeLevy, (COIN, 0)),
            abi.encodeCall(IBooks.deposit, (COIN, 0, bytes32("revenue"))),
            abi.encodeCall(IBooks.collect, (COIN, address(liar)))
        ];
        uint256 state = VM.snapshotState();
        for (uint256 i = 0; i < 4; ++i) {
            VM.deal(address(liar), 1 ether);
            liar.act(address(fed.purse), 1 ether, abi.encodeCall(IPurse.takeLevy, (COIN, 1 ether)));
            liar.setCall(address(fed.purse), calls[i]);
            fed.purse.release(address(liar));
            assertEq(liar.successes(), 0);
            assertEq(address(liar).balance + fed.purse.owedTo(COIN, address(liar)), 1 ether);
            assertEq(fed.purse.bookOf(COIN).free, 5 ether);
            VM.revertToState(state);
            state = VM.snapshotState();
        }
    }

    function test_a_purse_gets_its_levy_and_not_more() external {
        KeepsLeavers purse = new KeepsLeavers();
        _order(mill, address(mill.treasury), abi.encodeCall(ITies.join, (address(purse), TEXT, LEVY)));
        _earn(mill, 1000e6);
        purse.setTakes(KeepsLeavers.Takes.TwiceTheLevy);
        VM.expectRevert();
        _ties(mill).bubble(address(purse), address(token));
        purse.setTakes(KeepsLeavers.Takes.Nothing);
        purse.setCall(address(mill.treasury), abi.encodeCall(ITies.bubble, (address(purse), address(token))));
        _ties(mill).bubble(address(purse), address(token));
        assertEq(purse.successes(), 0);
        assertEq(token.allowance(address(mill.treasury), address(purse)), 0);
        VM.expectRevert();
        purse.pull(address(token), address(mill.treasury), 1);
        assertEq(token.balanceOf(address(mill.treasury)), 1000e6);
    }

    function test_a_purse_that_is_joined_can_do_nothing_in_the_joiners_name() external {
        KeepsLeavers purse = new KeepsLeavers();
        bytes[5] memory calls = [
            abi.encodeCall(ITies.setLevy, (address(purse), 9000)),
            abi.encodeCall(ITies.quit, (address(purse))),
            abi.encodeCall(ITreasury.openBudget, (address(purse), COIN, 1, 1, type(uint40).max)),
            abi.encodeCall(ITreasury.grantUnits, (address(purse), 1)),
            abi.encodeCall(ITreasury.endBudget, (1))
        ];
        uint256 state = VM.snapshotState();
        for (uint256 i = 0; i < 5; ++i) {
            purse.setCall(address(mill.treasury), calls[i]);
            _order(mill, address(mill.treasury), abi.encodeCall(ITies.join, (address(purse), TEXT, LEVY)));
            assertEq(purse.successes(), 0);
            VM.revertToState(state);
            state = VM.snapshotState();
        }
    }

    function test_a_purse_that_burns_all_gas_keeps_nobody() external {
        KeepsLeavers purse = new KeepsLeavers();
        _order(mill, address(mill.treasury), abi.encodeCall(ITies.join, (address(purse), TEXT, LEVY)));
        _earn(mill, 1000e6);
        VM.expectEmit(address(mill.treasury));
        emit ITies.TieEnded(address(purse), false);
        _order(mill, address(mill.treasury), abi.encodeCall(ITies.quit, (address(purse))));
        VM.expectRevert(abi.encodeWithSelector(ITies.NotTied.selector, address(purse)));
        _ties(mill).bubble(address(purse), address(token));
    }

    // Leaving

    function test_sixteen_motions_and_eight_tokens_keep_nobody() external {
        IFederationWords.Charter memory charter =
            _constitution(IFederationWords.Count.Penrose, IFederationWords.Count.Penrose);
        charter.tokens = new address[](8);
        TestCoin[8] memory coins;
        charter.tokens[0] = address(token);
        for (uint256 i = 1; i < 8; ++i) {
            coins[i] = new TestCoin("Coin", "C", 6);
            charter.tokens[i] = address(coins[i]);
        }
        fed = _foundFed(charter, 7);
        _joinQuick();
        for (uint256 i = 0; i < 8; ++i) {
            TestCoin coin = i == 0 ? token : coins[i];
            coin.mint(address(farm.treasury), 100);
            _order(farm, address(coin), abi.encodeCall(coin.approve, (address(fed.purse), 100)));
            _order(farm, address(fed.purse), abi.encodeCall(IPurse.takeLevy, (address(coin), 100)));
        }
        bytes32[] memory motions = new bytes32[](8);
        for (uint256 i = 0; i < 8; ++i) {
            address[] memory path = _list(i < 7 ? address(port.collective) : address(mill.collective));
            address opener = i < 7 ? port.people[i] : mill.people[0];
            IFederationWords.Content memory content = _text();
            VM.prank(opener);
            motions[i] = fed.house.open(content, path);
            _remember(fed, motions[i], opener, content);
        }
        bytes32[] memory proposals = new bytes32[](8);
        for (uint256 i = 0; i < 8; ++i) {
            proposals[i] = _put(farm, address(fed.purse), motions[i]);
            _ballots(farm, proposals[i], 5, 0);
        }
        VM.warp(VM.getBlockTimestamp() + 5 days);
        fed.purse.tell(address(farm.treasury), motions);
        VM.expectEmit(address(farm.treasury));
        emit ITies.TieEnded(address(fed.purse), true);
        _quit(farm);
        for (uint256 i = 0; i < 8; ++i) {
            assertEq(fed.house.motionOf(motions[i]).weightFor, 0);
            assertEq(fed.house.motionOf(motions[i]).enrolledSeats, 2);
        }
        assertEq(token.balanceOf(address(farm.treasury)), 100);
    }

    function test_who_lies_about_its_tie_is_unseated_all_the_same() external {
        _uniteWithLiar(IFederationWords.Count.People);
        liar.setTie(1);
        VM.expectRevert(abi.encodeWithSelector(IPurse.StillTied.selector, address(liar)));
        fed.purse.release(address(liar));
        liar.setBurns(true);
        VM.deal(address(liar), 1 ether);
        liar.act(address(fed.purse), 1 ether, abi.encodeCall(IPurse.takeLevy, (COIN, 1 ether)));
        IFederationWords.Content memory content =
            _house(_one(IFederationWords.ActKind.Expel, HOME, abi.encode(_nameOf(address(liar)))));
        bytes32 motion = _carryMotion(content);
        motion;
        VM.warp(VM.getBlockTimestamp() + 14 days);
        fed.house.unseat(4);
        assertEq(fed.house.totals().seats, 3);
        assertEq(fed.purse.owedTo(COIN, address(liar)), 1 ether);
    }

    // Weight

    /// @dev A roll told again in the second of the opening changed what a bloc weighed in the motion, each time.
    function test_a_liar_does_not_pump_its_weight_in_the_second_of_the_opening() external {
        _uniteWithLiar(IFederationWords.Count.Penrose);
        bytes32 motion = _open(_text());
        uint256 weight = 3162; // isqrt(10 * 10^6)
        for (uint256 i = 0; i < 4; ++i) {
            liar.setPeople(i % 2 == 0 ? 12 : 1);
            liar.say(1, 5, 5, i % 2 == 0 ? int256(1) : int256(-1));
            fed.purse.tell(address(liar), _keys(motion));
            IFederationWords.MotionView memory v = fed.house.motionOf(motion);
            assertEq(v.weightFor, i % 2 == 0 ? weight : 0);
            assertEq(v.weightAgainst, i % 2 == 0 ? 0 : weight);
        }
        uint256 enrolled = fed.house.motionOf(motion).enrolled;
        fed.purse.release(address(liar));
        assertEq(fed.house.motionOf(motion).weightAgainst, 0);
        assertEq(fed.house.motionOf(motion).enrolled, enrolled - weight);
    }

    function test_who_sits_or_falls_silent_in_the_second_of_an_opening_counts_as_it_stood_then() external {
        _uniteWithLiar(IFederationWords.Count.People);
        VM.warp(VM.getBlockTimestamp() + 38 days);
        fed.purse.tell(address(mill.treasury), new bytes32[](0));
        fed.purse.tell(address(farm.treasury), new bytes32[](0));
        fed.purse.tell(address(port.treasury), new bytes32[](0));
        bytes32 motion = _open(_text());
        assertEq(fed.house.motionOf(motion).live, 25);
        fed.house.markSilent(4);
        fed.purse.release(address(liar));
        assertEq(fed.house.motionOf(motion).live, 15);
        assertEq(fed.house.motionOf(motion).enrolled, 15);
    }

    function test_who_sits_between_two_openings_of_one_second_counts_in_the_second_alone() external {
        IFederationWords.Charter memory charter =
            _constitution(IFederationWords.Count.People, IFederationWords.Count.People);
        charter.invited[3].member = _nameOf(address(liar));
        fed = _foundFed(charter, 1);
        _joinQuick();
        bytes32 first = _open(_text());
        liar.act(address(fed.purse), 0, abi.encodeCall(IPurse.enter, (TEXT, 0)));
        bytes32 second = _open(fed, port, _text());
        liar.say(1, 10, 0, 1);
        VM.expectRevert(abi.encodeWithSelector(IFederationWords.NotCounted.selector, first));
        fed.purse.tell(address(liar), _keys(first));
        fed.purse.tell(address(liar), _keys(second));
        assertEq(fed.house.motionOf(second).peopleFor, 10);
        fed.purse.release(address(liar));
        assertEq(fed.house.motionOf(first).enrolled, 15);
        assertEq(fed.house.motionOf(second).enrolled, 15);
        assertEq(fed.house.motionOf(second).peopleFor, 0);
    }

    /// @dev Motion 16,384 had the tag of motion 1, and found in its lane what had been told of that.
    function test_nothing_told_in_a_lane_counts_in_a_later_motion() external {
        _uniteWithLiar(IFederationWords.Count.People);
        bytes32 motion = _open(_text());
        assertEq(fed.house.motions(), 1);
        liar.say(1, 10, 0, 1);
        fed.purse.tell(address(liar), _keys(motion));
        assertEq(fed.house.motionOf(motion).peopleFor, 10);
        VM.prank(mill.people[0]);
        fed.house.cancel(motion);
        bytes32 word = VM.load(address(fed.house), bytes32(uint256(1)));
        VM.store(address(fed.house), bytes32(uint256(1)), bytes32(uint256(word) + (uint256(16_382) << 16)));
        assertEq(fed.house.motions(), 16_383);
        pass(1);
        motion = _open(_text());
        fed.purse.release(address(liar));
        IFederationWords.MotionView memory v = fed.house.motionOf(motion);
        assertEq(v.number, 16_384);
        assertEq(v.peopleFor, 0);
        assertEq(v.enrolled, 15);
    }

    // Opening

    function test_a_member_opens_by_the_treasury_that_entered_and_no_other() external {
        _uniteWithLiar(IFederationWords.Count.People);
        IFederationWords.Content memory content = _text();
        liar.act(address(fed.house), 0, abi.encodeCall(fed.house.open, (content, new address[](0))));
        LiesAboutVotes second = new LiesAboutVotes();
        second.setCollective(address(liar));
        liar.setTreasury(address(second));
        VM.expectPartialRevert(Acts.ActFailed.selector);
        second.act(address(fed.house), 0, abi.encodeCall(fed.house.open, (content, new address[](0))));
    }

    function test_one_member_enters_by_one_treasury() external {
        _uniteWithLiar(IFederationWords.Count.People);
        LiesAboutVotes second = new LiesAboutVotes();
        second.setCollective(address(liar));
        liar.setTreasury(address(second));
        VM.expectRevert(
            abi.encodeWithSelector(
                Acts.ActFailed.selector, abi.encodeWithSelector(IPurse.StillTied.selector, address(liar))
            )
        );
        second.act(address(fed.purse), 0, abi.encodeCall(IPurse.enter, (TEXT, 0)));
        second.setCollective(address(mill.collective));
        VM.expectRevert(
            abi.encodeWithSelector(
                Acts.ActFailed.selector, abi.encodeWithSelector(IPurse.NotATreasury.selector, address(second))
            )
        );
        second.act(address(fed.purse), 0, abi.encodeCall(IPurse.enter, (TEXT, 0)));
    }

    function test_nobody_reports_or_seats_or_acts_in_anothers_place() external {
        _unite(IFederationWords.Count.People);
        IPurse.Report memory told;
        told.collective = address(mill.collective);
        address[3] memory callers = [alice, address(mill.treasury), address(mill.collective)];
        for (uint256 i = 0; i < 3; ++i) {
            VM.startPrank(callers[i]);
            VM.expectRevert(IFederationWords.OnlyPurse.selector);
            fed.house.report(told);
            VM.expectRevert(IFederationWords.OnlyPurse.selector);
            fed.house.takeDelegation(address(mill.collective), ROADS, false);
            VM.expectRevert(IPurse.OnlyFederation.selector);
            fed.purse.takeSeat(address(mill.collective), IPurse.SeatState.None, 0);
            VM.expectRevert(IPurse.OnlyFederation.selector);
            fed.purse.takeCharter(0);
            VM.stopPrank();
        }
        VM.expectRevert(abi.encodeWithSelector(IPurse.StillTied.selector, address(mill.treasury)));
        fed.purse.release(address(mill.treasury));
        IFederationWords.Charter memory charter =
            _constitution(IFederationWords.Count.People, IFederationWords.Count.People);
        VM.expectRevert(IFederationWords.FederationExists.selector);
        IFederation(federationImplementation).initialize(charter);
        // The same charter and number are the same federation: nobody else can take its address.
        VM.expectRevert();
        federations.found(charter, 0);
        (address house, address purse) = federations.addressesOf(charter, 0);
        assertEq(house, address(fed.house));
        assertEq(purse, address(fed.purse));
    }

    // A gateway that delivers anything

    function test_forged_notes_take_no_veto_away_and_confirm_nothing() external {
        _farUnion();
        bytes memory none = _standing(far, IPurse.SeatState.None, 0);
        _forge(NoteKind.Seat, 1000, none);
        assertEq(uint256(branch.seatOf(address(far.treasury)).state), uint256(IPurse.SeatState.Notice));
        uint256 ends = branch.seatOf(address(far.treasury)).noticeEnds;
        assertEq(ends, VM.getBlockTimestamp() + 14 days);
        VM.expectRevert(abi.encodeWithSelector(IPurse.UnderNotice.selector, address(far.treasury), ends));
        this.forge(NoteKind.Seat, 1001, none);
        bytes memory entered = _standing(far, IPurse.SeatState.Entered, 0);
        VM.expectPartialRevert(IBranch.StrangeNote.selector);
        this.forge(NoteKind.Seat, 1002, entered);
        // No end that does not fit, either.
        _forge(NoteKind.Seat, 1003, _standing(far, IPurse.SeatState.Notice, uint256(1) << 40));
        assertEq(branch.seatOf(address(far.treasury)).noticeEnds, ends);
        IFederationWords.Act memory act = _stealing(100e6);
        bytes32 order = _forgeOrder(1, act);
        // The attacker's own members, as many as it likes.
        LiesAboutVotes[3] memory fakes;
        for (uint256 i = 0; i < 3; ++i) {
            fakes[i] = new LiesAboutVotes();
            VM.chainId(AWAY);
            fakes[i].act(address(branch), 0, abi.encodeCall(IPurse.enter, (TEXT, 0)));
            VM.chainId(HOME);
            _forge(
                NoteKind.Seat,
                uint64(2000 + i),
                abi.encode(address(fakes[i]), IPurse.SeatState.Seated, VM.getBlockTimestamp(), 0, new bytes32[](0))
            );
        }
        VM.prank(address(far.treasury));
        branch.veto(order, address(far.treasury));
        for (uint256 i = 0; i < 3; ++i) {
            VM.expectPartialRevert(Acts.ActFailed.selector);
            fakes[i].act(address(branch), 0, abi.encodeCall(IBranch.confirm, (order)));
        }
        VM.warp(VM.getBlockTimestamp() + 13 days);
        VM.expectPartialRevert(IBranch.OrderIs.selector);
        this.carryOut(1, act);
    }

    function test_a_forging_gateway_takes_one_bucket_in_a_week_and_touches_no_treasury() external {
        _farUnion();
        token.mint(address(this), 1000e6);
        token.approve(address(branch), 1000e6);
        branch.deposit(address(token), 1000e6, "gift");
        _earn(far, 1000e6);
        _earn(mill, 1000e6);
        _forgeOrder(1, IFederationWords.Act(IFederationWords.ActKind.Ceiling, AWAY, abi.encode(address(token), uint16(10_000))));
        IFederationWords.Act memory act = _stealing(100e6);
        for (uint256 i = 2; i < 8; ++i) {
            _forgeOrder(i, act);
        }
        VM.warp(VM.getBlockTimestamp() + 72 hours);
        uint256 got;
        for (uint256 i = 0; i < 7; ++i) {
            VM.warp(VM.getBlockTimestamp() + 1 days);
            try this.carryOut(1 + i, act) {
                got += 100e6;
            } catch {}
        }
        VM.chainId(HOME);
        assertEq(got, 100e6);
        assertEq(token.balanceOf(addressOf("thief")), 100e6);
        assertEq(token.balanceOf(address(far.treasury)), 1000e6);
        assertEq(token.balanceOf(address(mill.treasury)), 1000e6);
        // At home it can only say what members elsewhere do.
        IPurse.Report memory told;
        (told.collective, told.seated, told.since, told.charter) = (address(mill.collective), true, type(uint40).max, TEXT);
        VM.expectPartialRevert(IFederationWords.NotInvited.selector);
        this.forgeReport(1, told);
        told.seated = false;
        this.forgeReport(2, told);
        assertTrue(fed.house.sits(_id(mill)));
    }

    function test_with_a_dead_bridge_members_leave_veto_pause_and_stop_their_levies() external {
        _farUnion();
        _earn(far, 1000e6);
        _ties(far).bubble(address(branch), address(token));
        _order(far, address(far.treasury), abi.encodeCall(ITies.setLevy, (address(branch), 0)));
        _earn(far, 1000e6);
        VM.expectRevert(abi.encodeWithSelector(ITies.NoLevyDue.selector, address(branch), address(token)));
        _ties(far).bubble(address(branch), address(token));
        bytes32 order = _forgeOrder(1, _stealing(1));
        uint256 sent = bridge.sent();
        VM.startPrank(address(far.treasury));
        branch.veto(order, address(far.treasury));
        branch.pause(address(far.treasury));
        VM.stopPrank();
        uint256 before = token.balanceOf(address(far.treasury));
        _order(far, address(far.treasury), abi.encodeCall(ITies.quit, (address(branch))));
        assertEq(token.balanceOf(address(far.treasury)) - before, 50e6);
        assertEq(branch.seated(), 0);
        assertEq(bridge.sent(), sent);
    }

    // What makes it short

    function forge(NoteKind kind, uint64 nonce, bytes calldata body) external {
        _forge(kind, nonce, body);
    }

    function forgeReport(uint64 nonce, IPurse.Report calldata told) external {
        _forgeReport(nonce, told);
    }

    function carryOut(uint256 index, IFederationWords.Act calldata act) external {
        VM.chainId(AWAY);
        branch.carryOut("forged", index, act);
        VM.chainId(HOME);
    }

    function _unite(IFederationWords.Count count) private {
        fed = _foundFed(_constitution(count, count), 0);
        _joinQuick();
    }

    function _uniteWithLiar(IFederationWords.Count count) private {
        IFederationWords.Charter memory charter = _constitution(count, count);
        charter.invited[3].member = _nameOf(address(liar));
        fed = _foundFed(charter, 1);
        _joinQuick();
        liar.act(address(fed.purse), 0, abi.encodeCall(IPurse.enter, (TEXT, 0)));
        pass(1);
    }

    /// @dev Linked without a motion, far alone at the branch.
    function _farUnion() private {
        _unite(IFederationWords.Count.People);
        branch = _foundBranch(fed);
        IFederationWords.Content memory content = _house(
            _one(
                IFederationWords.ActKind.Link,
                AWAY,
                abi.encode(address(bridge), address(branch), uint32(2), address(bridge), new address[](0), uint8(0))
            )
        );
        _carryMotion(content);
        _joinBranch(far);
        VM.warp(VM.getBlockTimestamp() + 14 days);
    }

    function _joinQuick() private {
        _order(mill, address(mill.treasury), _joining(fed, LEVY));
        _order(farm, address(farm.treasury), _joining(fed, LEVY));
        _order(port, address(port.treasury), _joining(fed, LEVY));
        pass(1);
    }

    function _stealing(uint256 amount) private returns (IFederationWords.Act memory) {
        return IFederationWords.Act(
            IFederationWords.ActKind.Pay, AWAY, abi.encode(address(token), addressOf("thief"), amount, bytes32("theft"))
        );
    }
}
