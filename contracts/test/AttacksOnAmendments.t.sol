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
}
