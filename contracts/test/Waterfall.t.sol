// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../interfaces/IProfitShare.sol";
import {deploy} from "./House.sol";
import {Workshop} from "./Workshop.sol";
import {Dice} from "./models/Dice.sol";
import {IExposed} from "./models/IExposed.sol";
import {PlainShares} from "./models/PlainShares.sol";

/// @notice How what is released is divided, by hand and against a plain reckoning.
contract WaterfallTest is Workshop {
    using Dice for Dice.Cup;

    IExposed private exposed;

    function setUp() external {
        _build();
        exposed = IExposed(deploy("Exposed", ""));
    }

    // By hand

    function test_three_units_for_three_nearly_equal_shares() external {
        IProfitShare.Terms memory terms = _shares(COIN);
        _gives(terms, 3, false, [uint256(0), 0, 1]);
        _gives(terms, 4, false, [uint256(1), 1, 1]);
        _gives(terms, 4, true, [uint256(1), 1, 2]);
    }

    /// @dev 2,000 to the miller, then 3,000 to the smith, then 20 : 80.
    function test_tiers_are_repaid_in_order_and_what_is_left_is_profit() external {
        IProfitShare.Terms memory terms = _order(COIN);
        _gives(terms, 1999, false, [uint256(1999), 0, 0]);
        _gives(terms, 2001, false, [uint256(2000), 1, 0]);
        _gives(terms, 5000, false, [uint256(2000), 3000, 0]);
        _gives(terms, 5009, false, [uint256(2001), 3000, 7]);
        _gives(terms, 5009, true, [uint256(2001), 3000, 8]);
        _gives(terms, 10_000, true, [uint256(3000), 3000, 4000]);
    }

    function test_a_loss_inside_a_tier_is_shared_by_cost() external {
        IProfitShare.Terms memory terms = _order(COIN);
        terms.parties[1].tier = 0;
        _gives(terms, 2500, false, [uint256(1000), 1500, 0]);
        _gives(terms, 2501, false, [uint256(1000), 1500, 0]);
        _gives(terms, 2501, true, [uint256(1000), 1500, 1]);
    }

    function test_without_any_share_the_profit_is_the_residual_rows() external {
        IProfitShare.Terms memory terms = _order(COIN);
        terms.parties[0].share = terms.parties[2].share = 0;
        _gives(terms, 5100, false, [uint256(2000), 3000, 100]);
        terms.residual = 1;
        _gives(terms, 5100, false, [uint256(2000), 3100, 0]);
    }

    /// @dev 1,000 of the miller's 2,000 were repaid; then the costs become 5,000 and the shares equal.
    function test_what_was_released_before_an_amendment_stays_as_it_was() external {
        IProfitShare.Terms memory terms = _order(COIN);
        (uint256[] memory amounts, uint256[] memory repaid) = exposed.divide(terms, _unamended(), 1000);
        IProfitShare.Frozen memory frozen = IProfitShare.Frozen(1, 1000, amounts, repaid);
        terms.parties[0].cost = 5000;
        terms.parties[0].share = 80;
        assertEq(exposed.entitled(terms, frozen, 1000, 0, false), 1000);
        assertEq(exposed.entitled(terms, frozen, 5000, 0, false), 5000);
        assertEq(exposed.entitled(terms, frozen, 5000, 1, false), 0);
        assertEq(exposed.entitled(terms, frozen, 8010, 0, false), 5005);
        assertEq(exposed.entitled(terms, frozen, 8010, 1, false), 3000);
        assertEq(exposed.entitled(terms, frozen, 8010, 2, false), 5);
    }

    // By lot

    /// @dev The one-row path, the whole division and the plain reckoning agree, before and after amendments, to 120 bits.
    function testFuzz_every_way_of_dividing_gives_the_same(uint256 seed) external view {
        Dice.Cup memory cup = Dice.Cup(seed);
        uint256 scale = 1 << cup.draw(118);
        (IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen) = _drawn(cup, 8, scale);
        uint256 released = frozen.released + cup.draw(6 * scale);
        (uint256[] memory amounts, uint256[] memory repaid) = exposed.divide(terms, frozen, released);
        (uint256[] memory plain, uint256[] memory plainly) = PlainShares.divide(terms, frozen, released);
        uint256 sum;
        uint256 ended;
        for (uint256 i = 0; i < plain.length; ++i) {
            assertEq(amounts[i], plain[i], "divide");
            assertEq(repaid[i], plainly[i], "repaid");
            assertEq(exposed.entitled(terms, frozen, released, i, false), plain[i], "one row");
            uint256 last = exposed.entitled(terms, frozen, released, i, true);
            assertEq(last, PlainShares.entitled(terms, frozen, released, i, true), "ended");
            assertGe(last, plain[i]);
            (sum, ended) = (sum + plain[i], ended + last);
        }
        assertLe(sum, released, "more than was released");
        assertEq(ended, released, "not all at the end");
        // Fewer units of dust than rows for one tier and the profit, once more for each amendment before.
        assertLe(released - sum, 2 * plain.length * (frozen.amendment + 1));
    }

    function testFuzz_units_handed_out_one_by_one_give_the_same(uint256 seed) external view {
        Dice.Cup memory cup = Dice.Cup(seed);
        (IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen) = _drawn(cup, 5, 12);
        uint256 released = frozen.released + cup.draw(60);
        uint256[] memory plain = PlainShares.divideOneByOne(terms, frozen, released);
        for (uint256 i = 0; i < plain.length; ++i) {
            assertEq(exposed.entitled(terms, frozen, released, i, false), plain[i]);
        }
    }

    function testFuzz_entitlement_never_decreases(uint256 seed, uint256 more) external view {
        Dice.Cup memory cup = Dice.Cup(seed);
        uint256 scale = 1 << cup.draw(118);
        (IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen) = _drawn(cup, 8, scale);
        uint256 released = frozen.released + cup.draw(4 * scale);
        more = released + (cup.rarely(2) ? bound(more, 0, 9) : bound(more, 0, 4 * scale));
        for (uint256 i = 0; i < terms.parties.length; ++i) {
            uint256 before = exposed.entitled(terms, frozen, released, i, false);
            assertGe(exposed.entitled(terms, frozen, more, i, false), before);
            assertGe(exposed.entitled(terms, frozen, released, i, true), before);
        }
    }

    /// @dev 32 rows of the greatest cost and share: nothing overflows, and all of it goes out.
    function test_the_greatest_terms_can_be_reckoned() external view {
        IProfitShare.Terms memory terms = _shares(COIN);
        uint256 most = type(uint120).max;
        terms.parties = new IProfitShare.Party[](32);
        for (uint256 i = 0; i < 32; ++i) {
            terms.parties[i] = IProfitShare.Party(address(uint160(i + 1)), miller, most, 0, 10_000);
        }
        uint256 sum;
        for (uint256 i = 0; i < 32; ++i) {
            assertEq(exposed.entitled(terms, _unamended(), most, i, false), most / 32);
            sum += exposed.entitled(terms, _unamended(), most, i, true);
        }
        assertEq(sum, most);
    }

    /// @dev Terms and what none to two amendments before have frozen.
    function _drawn(Dice.Cup memory cup, uint256 rows, uint256 scale)
        private
        pure
        returns (IProfitShare.Terms memory terms, IProfitShare.Frozen memory frozen)
    {
        terms.parties = cup.parties(rows, scale);
        terms.residual = cup.draw(terms.parties.length - 1);
        for (uint256 n = cup.draw(2); n != 0; --n) {
            uint256 released = frozen.released + cup.draw(2 * scale);
            (uint256[] memory amounts, uint256[] memory repaid) = PlainShares.divide(terms, frozen, released);
            frozen = IProfitShare.Frozen(frozen.amendment + 1, released, amounts, repaid);
            terms = cup.change(terms, scale);
        }
    }

    function _gives(IProfitShare.Terms memory terms, uint256 released, bool ended, uint256[3] memory wanted) private view {
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(exposed.entitled(terms, _unamended(), released, i, ended), wanted[i]);
        }
    }
}
