// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../../interfaces/IProfitShare.sol";

/// @notice Terms and changes of terms by lot. What is drawn together gives the same people, so that rows can be compared.
library Dice {
    struct Cup {
        uint256 seed;
    }

    function draw(Cup memory cup, uint256 most) internal pure returns (uint256) {
        cup.seed = uint256(keccak256(abi.encode(cup.seed)));
        return cup.seed % (most + 1);
    }

    /// @notice One time in `times`.
    function rarely(Cup memory cup, uint256 times) internal pure returns (bool) {
        return draw(cup, times - 1) == 0;
    }

    /// @notice Costs of up to `scale`, few tiers, shares that are often 0; `most` rows at most.
    function parties(Cup memory cup, uint256 most, uint256 scale)
        internal
        pure
        returns (IProfitShare.Party[] memory list)
    {
        list = new IProfitShare.Party[](1 + draw(cup, most - 1));
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = party(cup, i, scale);
        }
    }

    function party(Cup memory cup, uint256 row, uint256 scale)
        internal
        pure
        returns (IProfitShare.Party memory one)
    {
        one.payee = address(uint160(0x1000 + row));
        one.signer = address(uint160(0x2000 + row));
        one.cost = rarely(cup, 3) ? 0 : draw(cup, scale);
        one.tier = rarely(cup, 2) ? draw(cup, 1) : draw(cup, 7);
        one.share = rarely(cup, 3) ? 0 : draw(cup, rarely(cup, 2) ? 3 : 10_000);
    }

    /// @notice `terms` with up to three rows changed, up to two added, and now and then another residual row or price.
    function change(Cup memory cup, IProfitShare.Terms memory terms, uint256 scale)
        internal
        pure
        returns (IProfitShare.Terms memory changed)
    {
        changed = abi.decode(abi.encode(terms), (IProfitShare.Terms));
        uint256 rows = terms.parties.length;
        uint256 more = draw(cup, 4);
        changed.parties = new IProfitShare.Party[](rows + (more < 3 ? 0 : more - 2));
        for (uint256 i = 0; i < changed.parties.length; ++i) {
            changed.parties[i] = i < rows ? terms.parties[i] : party(cup, i, scale);
        }
        for (uint256 n = draw(cup, 3); n != 0; --n) {
            uint256 row = draw(cup, rows - 1);
            IProfitShare.Party memory was = terms.parties[row];
            IProfitShare.Party memory one = IProfitShare.Party(was.payee, was.signer, was.cost, was.tier, was.share);
            uint256 what = draw(cup, 5);
            if (what == 0) one.cost = draw(cup, scale);
            else if (what == 1) one.tier = draw(cup, 7);
            else if (what == 2) one.share = draw(cup, rarely(cup, 2) ? 3 : 10_000);
            else if (what == 3) one.payee = address(uint160(0x3000 + row));
            else if (what == 4) one.signer = address(uint160(0x4000 + row));
            else (one.cost, one.share) = (0, 0);
            changed.parties[row] = one;
        }
        if (rarely(cup, 8)) changed.residual = draw(cup, changed.parties.length - 1);
        if (terms.price != 0 && rarely(cup, 6)) changed.price = 1 + draw(cup, scale);
    }
}
