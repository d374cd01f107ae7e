// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";
import {VM} from "../Vm.sol";
import {Dice} from "../models/Dice.sol";
import {Deals} from "./Deals.sol";

/// @notice Terms by lot, as people and awkward contracts might agree on them, and changes that hold together.
abstract contract Bargains is Deals {
    using Dice for Dice.Cup;

    uint256 private constant MOST_ROWS = 6;
    uint256 private constant SCALE = 1e6;

    function _draft(Dice.Cup memory cup, uint256 t) internal view returns (IProfitShare.Terms memory terms) {
        uint256 now_ = VM.getBlockTimestamp();
        terms.token = tokens[t];
        terms.openBy = now_ + 10 days;
        (terms.review, terms.grace, terms.arbitration) = (cup.draw(10 days), cup.draw(5 days), cup.draw(10 days));
        terms.fallbackBps = cup.draw(10_000);
        terms.refundTo = customer;
        terms.parties = new IProfitShare.Party[](1 + cup.draw(4));
        for (uint256 i = 0; i < terms.parties.length; ++i) {
            terms.parties[i] = _party(cup, terms, i);
        }
        terms.residual = cup.draw(terms.parties.length - 1);
        if (t != REBASES && cup.rarely(3)) return terms;
        terms.price = 1 + cup.draw(3 * SCALE);
        uint256 least = (10_000 + terms.price - 1) / terms.price;
        terms.depositBps = least > 3000 ? least : 3000;
        terms.customer = customer;
        if (cup.rarely(2)) terms.arbiter = arbiter;
        terms.milestones = _milestones(cup, terms.openBy);
    }

    function _milestones(Dice.Cup memory cup, uint256 from)
        private
        pure
        returns (IProfitShare.Milestone[] memory milestones)
    {
        milestones = new IProfitShare.Milestone[](1 + cup.draw(2));
        uint256 rest = 10_000;
        for (uint256 i = 0; i < milestones.length; ++i) {
            milestones[i].share = i + 1 == milestones.length ? rest : cup.draw(rest);
            rest -= milestones[i].share;
            milestones[i].due = from + (i + 1) * 30 days;
        }
    }

    /// @dev A payee that is in no other row; signed for by itself or by one of the four people.
    function _party(Dice.Cup memory cup, IProfitShare.Terms memory terms, uint256 rows)
        private
        view
        returns (IProfitShare.Party memory one)
    {
        one.payee = _freePayee(cup, terms, rows);
        one.signer = cup.rarely(3) ? one.payee : payees[cup.draw(3)];
        one.cost = cup.rarely(3) ? 0 : cup.draw(SCALE);
        one.tier = cup.draw(cup.rarely(4) ? 7 : 2);
        one.share = cup.rarely(3) ? 0 : cup.draw(cup.rarely(2) ? 3 : 10_000);
    }

    function _freePayee(Dice.Cup memory cup, IProfitShare.Terms memory terms, uint256 rows)
        private
        view
        returns (address payee)
    {
        for (uint256 n = cup.draw(PAYEES - 1);; ++n) {
            payee = payees[n % PAYEES];
            bool taken;
            for (uint256 i = 0; i < rows; ++i) {
                taken = taken || terms.parties[i].payee == payee;
            }
            if (!taken) return payee;
        }
    }

    /// @dev One to three things of the terms in force otherwise, all of which `check` lets pass.
    function _changed(Dice.Cup memory cup, uint256 place) internal view returns (IProfitShare.Terms memory changed) {
        changed = termsOf(place);
        bool order = changed.price != 0;
        for (uint256 n = cup.draw(2) + 1; n != 0; --n) {
            uint256 row = cup.draw(changed.parties.length - 1);
            IProfitShare.Party memory one = changed.parties[row];
            uint256 what = cup.draw(order ? 13 : 10);
            if (what == 0) one.cost += 1 + cup.draw(SCALE);
            else if (what == 1) one.cost -= cup.draw(one.cost);
            else if (what == 2) one.tier = cup.draw(7);
            else if (what == 3) one.share = cup.draw(10_000);
            else if (what == 4) one.share -= cup.draw(one.share);
            else if (what == 5) one.payee = _freePayee(cup, changed, changed.parties.length);
            else if (what == 6) one.signer = payees[cup.draw(3)];
            else if (what == 7) changed.residual = row;
            else if (what == 8 && changed.parties.length < MOST_ROWS) changed = _and(cup, changed);
            else if (what == 9) changed.grace = cup.draw(5 days);
            else if (what == 10) changed.fallbackBps = cup.draw(10_000);
            else if (what == 11) changed.price = 1 + cup.draw(3 * SCALE);
            else if (what == 12) changed.arbiter = changed.arbiter == address(0) ? arbiter : address(0);
            else if (what == 13) _postpone(changed, deal[place].milestone);
        }
        if (changed.price != 0 && changed.price * changed.depositBps < 10_000) changed.price = 10_000;
    }

    function _and(Dice.Cup memory cup, IProfitShare.Terms memory terms)
        private
        view
        returns (IProfitShare.Terms memory)
    {
        return _with(terms, _party(cup, terms, terms.parties.length));
    }

    function _postpone(IProfitShare.Terms memory changed, uint256 from) private pure {
        for (uint256 i = from; i < changed.milestones.length; ++i) {
            changed.milestones[i].due += 20 days;
        }
    }
}
