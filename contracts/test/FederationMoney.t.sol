// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBooks} from "../interfaces/IBooks.sol";
import {IFederationWords} from "../interfaces/IFederationWords.sol";
import {IGovernor} from "../interfaces/IGovernor.sol";
import {IHomePurse} from "../interfaces/IHomePurse.sol";
import {IPurse} from "../interfaces/IPurse.sol";
import {ITies} from "../interfaces/ITies.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {Union} from "./Union.sol";
import {VM} from "./Vm.sol";
import {LiesAboutVotes} from "./neighbours/LiesAboutVotes.sol";

/// @notice Levies go up, exit shares and mandates come down. All levies are five per cent.
contract FederationMoneyTest is Union {
    function setUp() external {
        _build();
        fed = _foundFed(_constitution(IFederationWords.Count.People, IFederationWords.Count.People), 0);
        _order(mill, address(mill.treasury), _joining(fed, LEVY));
        _order(farm, address(farm.treasury), _joining(fed, LEVY));
        _order(port, address(port.treasury), _joining(fed, LEVY));
        pass(1);
    }

    // F4

    function test_a_levy_is_a_share_of_revenue_and_of_nothing_else() external {
        _earn(mill, 1000e6);
        _give(address(mill.treasury), 700e6, "gift");
        _give(address(mill.treasury), 300e6, "returned principal");
        (uint256 amount, uint256 base) = _ties(mill).levyDue(address(fed.purse), address(token));
        assertEq(base, 1000e6);
        assertEq(amount, 50e6);
        VM.prank(addressOf("anybody"));
        assertEq(_bubble(mill), 50e6);
        assertEq(token.balanceOf(address(fed.purse)), 50e6);
        assertEq(token.allowance(address(mill.treasury), address(fed.purse)), 0);
        assertEq(fed.purse.bookOf(address(token)).revenue, 50e6);
        VM.expectRevert(abi.encodeWithSelector(ITies.NoLevyDue.selector, address(fed.purse), address(token)));
        _bubble(mill);
        // Found by `recognise` is revenue too.
        token.mint(address(mill.treasury), 200e6);
        mill.treasury.recognise(address(token));
        assertEq(_bubble(mill), 10e6);
    }

    function test_a_levy_in_coin_goes_the_same_way() external {
        VM.deal(address(this), 1 ether);
        mill.treasury.deposit{value: 1 ether}(COIN, 1 ether, "revenue: bread");
        assertEq(_ties(mill).bubble(address(fed.purse), COIN), 0.05 ether);
        assertEq(address(fed.purse).balance, 0.05 ether);
        assertEq(mill.treasury.bookOf(COIN).seen, 0.95 ether);
    }

    function test_each_call_rounds_down_once() external {
        _earn(mill, 19);
        VM.expectRevert(abi.encodeWithSelector(ITies.NoLevyDue.selector, address(fed.purse), address(token)));
        _bubble(mill);
        _earn(mill, 20);
        assertEq(_bubble(mill), 1, "a twentieth of 39");
        _earn(mill, 1);
        (, uint256 base) = _ties(mill).levyDue(address(fed.purse), address(token));
        assertEq(base, 1);
    }

    function test_revenue_from_before_joining_is_nobodys_base() external {
        _quit(mill);
        _earn(mill, 1000e6);
        Fed memory next = _foundFed(_constitution(IFederationWords.Count.People, IFederationWords.Count.People), 1);
        _order(mill, address(mill.treasury), _joining(next, LEVY));
        _earn(mill, 100e6);
        (, uint256 base) = _ties(mill).levyDue(address(next.purse), address(token));
        assertEq(base, 100e6);
    }

    function test_revenue_from_before_joining_stays_out_when_a_token_is_listed_again() external {
        _quit(mill);
        _earn(mill, 1000e6);
        _order(mill, address(mill.treasury), abi.encodeCall(IBooks.delistToken, (address(token))));
        Fed memory next = _foundFed(_constitution(IFederationWords.Count.People, IFederationWords.Count.People), 1);
        _order(mill, address(mill.treasury), _joining(next, LEVY));
        _order(mill, address(mill.treasury), abi.encodeCall(IBooks.listToken, (address(token))));
        (, uint256 base) = _ties(mill).levyDue(address(next.purse), address(token));
        assertEq(base, 0);
        _earn(mill, 100e6);
        (, base) = _ties(mill).levyDue(address(next.purse), address(token));
        assertEq(base, 100e6);
    }

    function test_levies_of_members_are_revenue_and_grants_are_not() external {
        Fed memory upper = _above();
        _earn(mill, 1000e6);
        _bubble(mill);
        assertEq(fed.purse.bubble(address(upper.purse), address(token)), 2.5e6);
        // What the upper one gives is a deposit under its purpose: nobody finds revenue.
        _give(address(upper.purse), 100e6, "gift");
        _act(upper, IFederationWords.ActKind.Pay, abi.encode(address(token), address(fed.purse), 60e6, bytes32("grant")), true);
        (, uint256 base) = fed.purse.levyDue(address(upper.purse), address(token));
        assertEq(base, 0);
        VM.expectRevert(IBooks.NothingReceived.selector);
        fed.purse.recognise(address(token));
        _act(fed, IFederationWords.ActKind.Pay, abi.encode(address(token), address(mill.treasury), 60e6, bytes32("grant")), true);
        (, base) = _ties(mill).levyDue(address(fed.purse), address(token));
        assertEq(base, 0);
        VM.expectRevert(IBooks.NothingReceived.selector);
        mill.treasury.recognise(address(token));
    }

    function test_a_levy_whose_money_was_spent_waits() external {
        _earn(mill, 1000e6);
        _order(mill, address(token), abi.encodeCall(token.transfer, (alice, 970e6)));
        VM.expectRevert(abi.encodeWithSelector(IBooks.NotEnoughFree.selector, address(token), 50e6, 30e6));
        _bubble(mill);
        _give(address(mill.treasury), 20e6, "gift");
        assertEq(_bubble(mill), 50e6);
    }

    function test_only_members_pay_levies_and_only_in_listed_tokens() external {
        VM.expectRevert(abi.encodeWithSelector(IPurse.NoSeatHere.selector, address(this)));
        fed.purse.takeLevy(address(token), 1);
        _act(fed, IFederationWords.ActKind.List, abi.encode(address(token), false), true);
        _earn(mill, 1000e6);
        VM.expectRevert(abi.encodeWithSelector(IBooks.NotListed.selector, address(token)));
        _bubble(mill);
        assertEq(token.allowance(address(mill.treasury), address(fed.purse)), 0);
    }

    function test_telling_at_home_takes_no_coin() external {
        VM.deal(address(this), 1);
        VM.expectRevert(abi.encodeWithSelector(IBooks.WrongCoin.selector, 1, 0));
        fed.purse.tell{value: 1}(address(mill.treasury), new bytes32[](0));
    }

    // F6

    function test_an_exit_share_is_the_own_part_of_what_levies_left() external {
        _levy(mill, 50e6);
        _levy(farm, 150e6);
        (uint256 own, uint256 all) = fed.purse.leviesOf(address(mill.treasury), address(token));
        assertEq(own, 50e6);
        assertEq(all, 200e6);
        _act(fed, IFederationWords.ActKind.Pay, abi.encode(address(token), alice, 100e6, bytes32("road")), true);
        assertEq(fed.purse.exitShareOf(address(mill.treasury), address(token)), 25e6);
        uint256 before = token.balanceOf(address(mill.treasury));
        uint256 seen = uint256(mill.treasury.bookOf(address(token)).seen);
        _quit(mill);
        assertEq(token.balanceOf(address(mill.treasury)) - before, 25e6);
        assertEq(uint256(mill.treasury.bookOf(address(token)).seen) - seen, 25e6, "seen, and no revenue");
        (own, all) = fed.purse.leviesOf(address(farm.treasury), address(token));
        assertEq(all, 150e6);
        assertEq(fed.purse.exitShareOf(address(farm.treasury), address(token)), 75e6);
        assertEq(fed.purse.bookOf(address(token)).seen, 75e6);
    }

    function test_what_was_levied_before_a_token_left_the_list_is_in_no_exit_share() external {
        _levy(mill, 50e6);
        _levy(farm, 150e6);
        _act(fed, IFederationWords.ActKind.List, abi.encode(address(token), false), true);
        _quit(farm);
        _act(fed, IFederationWords.ActKind.List, abi.encode(address(token), true), true);
        (uint256 own, uint256 all) = fed.purse.leviesOf(address(mill.treasury), address(token));
        assertEq(own, 0);
        assertEq(all, 0);
        _levy(mill, 20e6);
        _levy(port, 60e6);
        (own, all) = fed.purse.leviesOf(address(mill.treasury), address(token));
        assertEq(own, 20e6);
        assertEq(all, 80e6, "of those that sit alone");
        uint256 rest = token.balanceOf(address(fed.purse)) - 40e6;
        _act(fed, IFederationWords.ActKind.Pay, abi.encode(address(token), alice, rest, bytes32("road")), true);
        uint256 before = token.balanceOf(address(mill.treasury));
        _quit(mill);
        assertEq(token.balanceOf(address(mill.treasury)) - before, 10e6);
        (own, all) = fed.purse.leviesOf(address(port.treasury), address(token));
        assertEq(all, 60e6);
    }

    function test_an_exit_share_is_never_more_than_the_own_levies() external {
        _levy(mill, 50e6);
        _give(address(fed.purse), 1000e6, "gift");
        uint256 before = token.balanceOf(address(mill.treasury));
        _quit(mill);
        assertEq(token.balanceOf(address(mill.treasury)) - before, 50e6);
        assertEq(token.balanceOf(address(fed.purse)), 1000e6);
    }

    function test_a_charter_without_exit_shares_pays_none() external {
        IFederationWords.Charter memory charter =
            _constitution(IFederationWords.Count.People, IFederationWords.Count.People);
        charter.exitShare = false;
        fed = _foundFed(charter, 1);
        _order(mill, address(mill.treasury), _joining(fed, LEVY));
        _levy(mill, 50e6);
        assertEq(fed.purse.exitShareOf(address(mill.treasury), address(token)), 0);
        _quit(mill);
        assertEq(token.balanceOf(address(fed.purse)), 50e6);
    }

    function test_the_exit_share_of_who_is_expelled_is_no_revenue_either() external {
        _levy(port, 50e6);
        bytes32 before = keccak256(abi.encode(port.treasury.bookOf(address(token)).revenue));
        VM.startPrank(address(fed.house));
        fed.purse.takeSeat(address(port.collective), IPurse.SeatState.None, 0);
        VM.stopPrank();
        assertEq(keccak256(abi.encode(port.treasury.bookOf(address(token)).revenue)), before);
        VM.expectRevert(IBooks.NothingReceived.selector);
        port.treasury.recognise(address(token));
    }

    function test_a_leaver_that_takes_no_coin_is_owed_its_share() external {
        LiesAboutVotes odd = new LiesAboutVotes();
        IFederationWords.Charter memory charter =
            _constitution(IFederationWords.Count.People, IFederationWords.Count.People);
        charter.invited[3].member = _nameOf(address(odd));
        fed = _foundFed(charter, 1);
        odd.act(address(fed.purse), 0, abi.encodeCall(IPurse.enter, (TEXT, 0)));
        VM.deal(address(odd), 1 ether);
        odd.act(address(fed.purse), 1 ether, abi.encodeCall(IPurse.takeLevy, (COIN, 1 ether)));
        odd.setBurns(true);
        fed.purse.release(address(odd));
        assertEq(fed.purse.owedTo(COIN, address(odd)), 1 ether);
        assertEq(fed.purse.bookOf(COIN).reserved, 1 ether);
        assertEq(fed.purse.bookOf(COIN).free, 0);
        odd.act(address(fed.purse), 0, abi.encodeCall(IBooks.collect, (COIN, alice)));
        assertEq(alice.balance, 1 ether);
    }

    function test_a_federation_that_leaves_sees_its_exit_share_and_no_revenue() external {
        Fed memory upper = _above();
        _levy(mill, 100e6);
        fed.purse.bubble(address(upper.purse), address(token));
        int256 seen = fed.purse.bookOf(address(token)).seen;
        _act(fed, IFederationWords.ActKind.Quit, abi.encode(address(upper.purse)), true);
        assertEq(fed.purse.bookOf(address(token)).seen - seen, 5e6);
        assertEq(token.balanceOf(address(fed.purse)), 100e6);
        VM.expectRevert(IBooks.NothingReceived.selector);
        fed.purse.recognise(address(token));
        assertFalse(upper.house.sits(keccak256(_nameOf(address(fed.house)))));
    }

    // F10, what motions pay

    function test_ordinary_motions_pay_a_tenth_in_seven_days_and_large_ones_what_they_say() external {
        _give(address(fed.purse), 1000e6, "gift");
        bytes memory data = abi.encode(address(token), alice, 60e6, bytes32("road"));
        _act(fed, IFederationWords.ActKind.Pay, data, false);
        VM.expectRevert(abi.encodeWithSelector(IBooks.BeyondTheBucket.selector, address(token), 60e6, 34e6));
        this.act(fed, IFederationWords.ActKind.Pay, data, false);
        VM.warp(VM.getBlockTimestamp() + 7 days);
        _act(fed, IFederationWords.ActKind.Pay, data, false);
        _act(fed, IFederationWords.ActKind.Pay, abi.encode(address(token), alice, 880e6, bytes32("road")), true);
        assertEq(token.balanceOf(alice), 1000e6);
        VM.expectRevert(IPurse.OnlyFederation.selector);
        fed.purse.act(IFederationWords.Act(IFederationWords.ActKind.Pay, HOME, data), true, 1000);
    }

    function test_a_mandate_is_a_budget_with_a_cap_and_ends_at_once() external {
        _give(address(mill.treasury), 1000e6, "gift");
        _order(
            mill,
            address(mill.treasury),
            abi.encodeCall(
                ITreasury.openBudget,
                (address(fed.purse), address(token), 100e6, 30 days, VM.getBlockTimestamp() + 365 days)
            )
        );
        IFederationWords.Content memory content = _text();
        content.acts = _one(
            IFederationWords.ActKind.Spend,
            HOME,
            abi.encode(address(mill.treasury), uint256(1), alice, 80e6, bytes32("road"))
        );
        _carryMotion(content);
        assertEq(token.balanceOf(alice), 80e6);
        bytes memory data = abi.encode(address(mill.treasury), uint256(1), alice, 101e6, bytes32("road"));
        VM.expectRevert(abi.encodeWithSelector(ITreasury.BudgetExceeded.selector, 1, 101e6, 20e6));
        this.act(fed, IFederationWords.ActKind.Spend, data, true);
        _order(mill, address(mill.treasury), abi.encodeCall(ITreasury.endBudget, (1)));
        data = abi.encode(address(mill.treasury), uint256(1), alice, 1, bytes32("road"));
        VM.expectRevert(abi.encodeWithSelector(ITreasury.BudgetNotOpen.selector, 1));
        this.act(fed, IFederationWords.ActKind.Spend, data, true);
        VM.expectRevert(abi.encodeWithSelector(ITreasury.NotTheSpender.selector, 1, address(fed.purse)));
        mill.treasury.spend(1, alice, 1, "road");
    }

    function test_what_a_mandate_brings_into_the_purse_is_no_revenue() external {
        _give(address(mill.treasury), 1000e6, "gift");
        _order(
            mill,
            address(mill.treasury),
            abi.encodeCall(
                ITreasury.openBudget,
                (address(fed.purse), address(token), 100e6, 30 days, VM.getBlockTimestamp() + 365 days)
            )
        );
        _act(
            fed,
            IFederationWords.ActKind.Spend,
            abi.encode(address(mill.treasury), uint256(1), address(fed.purse), 80e6, bytes32("road")),
            true
        );
        assertEq(fed.purse.bookOf(address(token)).seen, 80e6);
        VM.expectRevert(IBooks.NothingReceived.selector);
        fed.purse.recognise(address(token));
    }

    function test_a_purse_does_not_do_what_is_not_its_act() external {
        VM.expectRevert(abi.encodeWithSelector(IHomePurse.NotForPurse.selector, IFederationWords.ActKind.Ceiling));
        this.act(fed, IFederationWords.ActKind.Ceiling, abi.encode(address(token), uint16(10_000)), true);
        VM.expectRevert(IBooks.OnlyByLargeOption.selector);
        fed.purse.listToken(address(this));
        VM.expectRevert(IBooks.AlreadyFounded.selector);
        fed.purse.initialize(TEXT, true, new address[](0));
        IHomePurse implementation = IHomePurse(federations.purseImplementation());
        VM.expectRevert(IBooks.AlreadyFounded.selector);
        implementation.initialize(TEXT, true, new address[](0));
        VM.expectRevert(IFederationWords.FederationExists.selector);
        fed.house.initialize(_constitution(IFederationWords.Count.People, IFederationWords.Count.People));
    }

    /// @dev What went up is what came down: whatever is earned, paid on, and left with.
    function testFuzz_levies_and_exit_shares_conserve(uint256 one, uint256 two, uint256 spent) external {
        one = bound(one, 20, 1e15);
        two = bound(two, 20, 1e15);
        _earn(mill, one);
        _earn(farm, two);
        _bubble(mill);
        _bubble(farm);
        uint256 held = one / 20 + two / 20;
        assertEq(token.balanceOf(address(fed.purse)), held);
        spent = bound(spent, 0, held);
        if (spent != 0) {
            _act(fed, IFederationWords.ActKind.Pay, abi.encode(address(token), alice, spent, bytes32("road")), true);
        }
        uint256 share = (held - spent) * (one / 20) / held;
        if (share > one / 20) share = one / 20;
        assertEq(fed.purse.exitShareOf(address(mill.treasury), address(token)), share);
        uint256 before = token.balanceOf(address(mill.treasury));
        _quit(mill);
        assertEq(token.balanceOf(address(mill.treasury)) - before, share);
        assertEq(token.balanceOf(address(fed.purse)), held - spent - share);
        before = token.balanceOf(address(farm.treasury));
        _quit(farm);
        // The last one finds all that is left, up to what it brought.
        assertEq(token.balanceOf(address(farm.treasury)) - before + token.balanceOf(address(fed.purse)), held - spent - share);
    }

    // What makes it short

    function act(Fed calldata of_, IFederationWords.ActKind kind, bytes calldata data, bool large) external {
        _act(of_, kind, data, large);
    }

    function _act(Fed memory of_, IFederationWords.ActKind kind, bytes memory data, bool large) private {
        VM.prank(address(of_.house));
        of_.purse.act(IFederationWords.Act(kind, HOME, data), large, 1000);
    }

    function _bubble(Club storage club) private returns (uint256) {
        return _ties(club).bubble(address(fed.purse), address(token));
    }

    /// @dev Earned, so that the levy is `amount`.
    function _levy(Club storage club, uint256 amount) private {
        _earn(club, amount * 20);
        _bubble(club);
    }

    function _give(address to, uint256 amount, bytes32 purpose) private {
        token.mint(address(this), amount);
        token.approve(to, amount);
        IBooks(to).deposit(address(token), amount, purpose);
    }

    function _above() private returns (Fed memory upper) {
        IFederationWords.Charter memory charter =
            _constitution(IFederationWords.Count.People, IFederationWords.Count.People);
        charter.invited = new IFederationWords.Invitee[](1);
        charter.invited[0].member = _nameOf(address(fed.house));
        upper = _foundFed(charter, 2);
        _act(fed, IFederationWords.ActKind.Join, abi.encode(address(upper.purse), TEXT, LEVY), true);
    }
}
