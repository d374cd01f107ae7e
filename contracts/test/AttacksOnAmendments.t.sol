// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../interfaces/IProfitShare.sol";
import {Workshop} from "./Workshop.sol";
import {VM} from "./Vm.sol";

/// @notice What somebody might try in order to change what others agreed on, and what comes of it.
contract AttacksOnAmendmentsTest is Workshop {
    IProfitShare private agreement;

    function setUp() external {
        _build();
        agreement = _open(_order(COIN), 10_000);
    }

    function test_nobody_can_amend_without_any_signature() external {
        IProfitShare.Terms memory terms = _order(COIN);
        bytes32 before = agreement.hash();
        VM.prank(stranger);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.BadTerms.selector, "nothing changes"));
        agreement.amend(terms, _unamended(), terms, _change(), new bytes[](0));
        assertEq(agreement.hash(), before);
    }

    /// @dev Such a row could deliver one bps, and what is not delivered falls away from the price.
    function test_a_stranger_cannot_enter_alone_even_with_nothing() external {
        IProfitShare.Terms memory terms = _order(COIN);
        IProfitShare.Terms memory changed = _with(terms, IProfitShare.Party(stranger, stranger, 0, 7, 0));
        address[] memory asked = agreement.signersOf(terms, _unamended(), changed);
        assertEq(asked.length, 3);
        assertEq(asked[0], miller, "has a part in the profit");
        assertEq(asked[1], baker, "is residual");
        assertEq(asked[2], stranger);
        bytes[] memory signatures = new bytes[](1);
        VM.prank(stranger);
        VM.expectRevert(abi.encodeWithSelector(IProfitShare.SignatureCount.selector, 3, 1));
        agreement.amend(terms, _unamended(), changed, _change(), signatures);
    }
}
