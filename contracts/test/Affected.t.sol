// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../interfaces/IProfitShare.sol";
import {deploy} from "./House.sol";
import {Workshop} from "./Workshop.sol";
import {Dice} from "./models/Dice.sol";
import {IExposed} from "./models/IExposed.sol";
import {PlainShares} from "./models/PlainShares.sol";
import {PlainSigners} from "./models/PlainSigners.sol";

/// @notice Who must sign a change: nobody is diluted without having signed, and who loses nothing is not asked.
contract AffectedTest is Workshop {
    using Dice for Dice.Cup;

    uint256 private constant ROWS = 6;
    IExposed private exposed;

    function setUp() external {
        _build();
        exposed = IExposed(deploy("Exposed", ""));
    }

    // By hand: miller (cost 2,000, tier 0, share 20), smith (cost 3,000, tier 1), baker (share 80, residual)

    function test_a_cost_that_rises_is_asked_of_its_tier_the_later_ones_and_the_profit() external view {
        IProfitShare.Terms memory changed = _order(COIN);
        changed.parties[1].cost += 1;
        _asks(changed, miller, smith, baker);
        changed = _order(COIN);
        changed.parties[0].share = changed.parties[0].cost = 0;
        _asks(changed, miller);
    }

    /// @dev The miller is repaid before and has a part in the profit; without one, nobody would ask.
    function test_who_is_repaid_earlier_and_has_no_profit_is_not_asked() external view {
        IProfitShare.Terms memory terms = _order(COIN);
        terms.parties[0].share = 0;
        IProfitShare.Terms memory changed = _copy(terms);
        changed.parties[1].cost += 1;
        _are(exposed.signersOf(terms, new uint256[](3), changed), _of(smith, baker));
    }

    function test_who_has_had_all_costs_back_is_not_asked_about_costs() external view {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare.Terms memory changed = _with(terms, IProfitShare.Party(stranger, stranger, 5, 0, 0));
        uint256[] memory repaid = new uint256[](3);
        _are(exposed.signersOf(terms, repaid, changed), _of(miller, smith, baker, stranger));
        repaid[1] = 3000;
        _are(exposed.signersOf(terms, repaid, changed), _of(miller, baker, stranger));
    }

    function test_a_new_payee_or_signer_is_the_rows_own_matter() external view {
        IProfitShare.Terms memory changed = _order(COIN);
        changed.parties[1].payee = stranger;
        _asks(changed, smith);
        changed.parties[1].signer = stranger;
        _asks(changed, smith, stranger);
    }

    function test_a_share_handed_over_is_asked_of_the_two_only() external view {
        IProfitShare.Terms memory changed = _order(COIN);
        (changed.parties[0].share, changed.parties[1].share) = (0, 20);
        _asks(changed, miller, smith);
    }

    function test_another_residual_row_is_asked_of_both() external view {
        IProfitShare.Terms memory changed = _order(COIN);
        changed.residual = 1;
        _asks(changed, smith, baker);
    }

    function test_a_price_concerns_the_customer_and_the_profit_and_a_lower_one_also_costs() external view {
        IProfitShare.Terms memory changed = _order(COIN);
        changed.price = 10_001;
        _asks(changed, miller, baker, customer);
        changed.price = 9999;
        _are(exposed.signersOf(_order(COIN), new uint256[](3), changed), _of(miller, smith, baker, customer));
    }

    function test_times_milestones_arbiter_and_words_concern_everyone() external view {
        for (uint256 i = 0; i < 9; ++i) {
            IProfitShare.Terms memory changed = _order(COIN);
            if (i == 0) changed.review += 1;
            if (i == 1) changed.grace += 1;
            if (i == 2) changed.arbitration += 1;
            if (i == 3) changed.fallbackBps += 1;
            if (i == 4) changed.refundTo = stranger;
            if (i == 5) changed.arbiter = address(0);
            if (i == 6) changed.document = 0;
            if (i == 7) changed.milestones[1].due += 1;
            if (i == 8) (changed.milestones[0].share, changed.milestones[1].share) = (5000, 5000);
            _are(exposed.signersOf(_order(COIN), new uint256[](3), changed), _of(miller, smith, baker, customer));
        }
        IProfitShare.Terms memory other = _order(COIN);
        other.customer = stranger;
        address[] memory signers = exposed.signersOf(_order(COIN), new uint256[](3), other);
        assertEq(signers.length, 5);
        assertEq(signers[3], customer);
        assertEq(signers[4], stranger);
    }

    function test_nothing_changed_asks_nobody() external view {
        assertEq(exposed.signersOf(_order(COIN), new uint256[](3), _order(COIN)).length, 0);
    }

    // By lot

    function testFuzz_exactly_those_are_asked_whom_the_rule_names(uint256 seed) external view {
        Dice.Cup memory cup = Dice.Cup(seed);
        (IProfitShare.Terms memory terms, IProfitShare.Frozen memory found) = _drawn(cup, 1 << cup.draw(100));
        IProfitShare.Terms memory changed = cup.change(terms, 1 << cup.draw(100));
        if (cup.rarely(10)) _changeForAll(cup, changed);
        _are(
            exposed.signersOf(terms, found.repaid, changed), PlainSigners.signersOf(terms, found.repaid, changed)
        );
    }

    /// @dev Whatever comes in from now on, to the last unit or ended: a row that nobody asked gets as much as before, less
    /// at most what the amendment's own rounding may cost it, which is its number of rows and one.
    function testFuzz_nobody_diluted_without_signature(uint256 seed, uint256 later) external view {
        Dice.Cup memory cup = Dice.Cup(seed);
        uint256 scale = 1 << cup.draw(118);
        if (cup.rarely(3)) scale = 20;
        (IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen) = _drawn(cup, scale);
        uint256 now_ = frozen.released + cup.draw(2 * scale);
        IProfitShare.Frozen memory found = _frozen(terms, frozen, now_);
        IProfitShare.Terms memory changed = cup.change(terms, scale);
        changed.price = terms.price;
        address[] memory asked = exposed.signersOf(terms, found.repaid, changed);
        for (uint256 n = 0; n < 4; ++n) {
            uint256 released = now_ + (n == 0 ? later % (40 * scale) : cup.draw(scale << n));
            for (uint256 row = 0; row < terms.parties.length; ++row) {
                if (_isAmong(asked, terms.parties[row].signer)) continue;
                for (uint256 end = 0; end < 2; ++end) {
                    assertGe(
                        exposed.entitled(changed, found, released, row, end == 1) + changed.parties.length + 1,
                        exposed.entitled(terms, frozen, released, row, end == 1),
                        "diluted"
                    );
                }
            }
        }
        for (uint256 row = 0; row < terms.parties.length; ++row) {
            assertEq(exposed.entitled(changed, found, now_, row, false), found.amounts[row], "reached back");
        }
    }

    /// @dev A row that nobody asks about a lesser delivery has the same whatever still comes; each other one would have more.
    function testFuzz_who_is_asked_about_a_lesser_delivery_would_lose_by_it(uint256 seed) external view {
        Dice.Cup memory cup = Dice.Cup(seed);
        uint256 scale = 1 << cup.draw(100);
        (IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen) = _drawn(cup, scale);
        uint256 now_ = frozen.released + cup.draw(2 * scale);
        IProfitShare.Frozen memory found = _frozen(terms, frozen, now_);
        address[] memory asked = exposed.losers(terms, found.repaid);
        uint256 much = now_ + 400_000 * scale;
        for (uint256 row = 0; row < terms.parties.length; ++row) {
            uint256 has = exposed.entitled(terms, frozen, now_, row, false);
            uint256 gets = exposed.entitled(terms, frozen, much, row, false);
            bool residualOfNothing = row == terms.residual && terms.parties[row].share == 0;
            if (!_isAmong(asked, terms.parties[row].signer)) assertEq(gets, has, "not asked");
            else if (!residualOfNothing) assertGt(gets, has, "asked in vain");
        }
    }

    function _drawn(Dice.Cup memory cup, uint256 scale)
        private
        pure
        returns (IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen)
    {
        terms.parties = cup.parties(ROWS, scale);
        terms.residual = cup.draw(terms.parties.length - 1);
        terms.milestones = new IProfitShare.Milestone[](1);
        if (cup.rarely(2)) (terms.price, terms.customer) = (1 + cup.draw(scale), address(0xC0));
        if (cup.rarely(2)) frozen = _frozen(terms, frozen, cup.draw(4 * scale));
        else frozen.repaid = frozen.amounts = new uint256[](terms.parties.length);
    }

    function _frozen(IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen, uint256 released)
        private
        pure
        returns (IProfitShare.Frozen memory)
    {
        (uint256[] memory amounts, uint256[] memory repaid) = PlainShares.divide(terms, frozen, released);
        return IProfitShare.Frozen(frozen.amendment + 1, released, amounts, repaid);
    }

    /// @dev By lot every row has a signer of its own.
    function _isAmong(address[] memory list, address one) private pure returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i] == one) return true;
        }
        return false;
    }

    function _changeForAll(Dice.Cup memory cup, IProfitShare.Terms memory changed) private pure {
        uint256 what = cup.draw(8);
        if (what == 0) changed.review += 1;
        else if (what == 1) changed.grace += 1;
        else if (what == 2) changed.arbitration += 1;
        else if (what == 3) changed.fallbackBps += 1;
        else if (what == 4) changed.customer = address(0xC1);
        else if (what == 5) changed.refundTo = address(0xC2);
        else if (what == 6) changed.arbiter = address(0xC3);
        else if (what == 7) changed.document = "other";
        else (changed.milestones = new IProfitShare.Milestone[](1))[0].due = 1;
    }

    function _asks(IProfitShare.Terms memory changed, address one) private view {
        _are(exposed.signersOf(_order(COIN), new uint256[](3), changed), _of(one));
    }

    function _asks(IProfitShare.Terms memory changed, address one, address two) private view {
        _are(exposed.signersOf(_order(COIN), new uint256[](3), changed), _of(one, two));
    }

    function _asks(IProfitShare.Terms memory changed, address one, address two, address three) private view {
        _are(exposed.signersOf(_order(COIN), new uint256[](3), changed), _of(one, two, three));
    }

    function _are(address[] memory given, address[] memory wanted) private pure {
        assertEq(keccak256(abi.encode(given)), keccak256(abi.encode(wanted)), "others are asked");
    }

    function _of(address one) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = one;
    }

    function _of(address one, address two) private pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (one, two);
    }

    function _of(address one, address two, address three) private pure returns (address[] memory list) {
        list = new address[](3);
        (list[0], list[1], list[2]) = (one, two, three);
    }

    function _of(address one, address two, address three, address four) private pure returns (address[] memory list) {
        list = new address[](4);
        (list[0], list[1], list[2], list[3]) = (one, two, three, four);
    }
}
