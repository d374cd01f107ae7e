// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProfitShare} from "../interfaces/IProfitShare.sol";
import {deploy} from "./House.sol";
import {Workshop} from "./Workshop.sol";
import {Meddlers} from "./actors/Meddlers.sol";

/// @notice What holds when parties and strangers send agreements and their factory anything at all, most of which is refused.
/// forge-config: default.invariant.fail-on-revert = false
contract RawSharesTest is Workshop {
    struct FuzzInterface {
        address addr;
        string[] artifacts;
    }

    Meddlers private passers;
    IProfitShare[2] private at;
    address[3] private strangers;

    function setUp() external {
        _build();
        IProfitShare.Terms memory order = _order(address(token));
        IProfitShare.Terms memory revenue = _shares(address(token));
        at = [_open(order, 10_000), _open(revenue, 1000)];
        bytes[2] memory list = [abi.encode(order), abi.encode(revenue)];
        passers = Meddlers(deploy("Meddlers", abi.encode(factory, token, at, list)));
        targetContract(address(passers));
        // What leads somewhere comes more often than what is always refused.
        bytes4[10] memory one = [
            Meddlers.pay.selector,
            Meddlers.deliver.selector,
            Meddlers.accept.selector,
            Meddlers.dispute.selector,
            Meddlers.rule.selector,
            Meddlers.claim.selector,
            Meddlers.amend.selector,
            Meddlers.settle.selector,
            Meddlers.refund.selector,
            Meddlers.make.selector
        ];
        bytes4[] memory selectors = new bytes4[](31);
        for (uint256 i = 0; i < 31; ++i) {
            selectors[i] = one[i < 10 ? i : i % 7];
        }
        targetSelector(address(passers), selectors);
        strangers = [stranger, addressOf("mallory"), addressOf("trudy")];
        // Parties come more often than strangers.
        address[9] memory senders = [
            miller, smith, baker, customer, arbiter, customer, strangers[0], strangers[1], strangers[2]
        ];
        for (uint256 i = 0; i < senders.length; ++i) {
            targetSender(senders[i]);
        }
    }

    /// @dev The clones have no functions of their own that forge could see.
    function targetInterfaces() external view returns (FuzzInterface[] memory list) {
        list = new FuzzInterface[](3);
        string[3] memory names = ["IProfitShare", "IProfitShare", "IProfitShareFactory"];
        address[3] memory places = [address(at[0]), address(at[1]), address(factory)];
        for (uint256 i = 0; i < 3; ++i) {
            (list[i].addr, list[i].artifacts) = (places[i], new string[](1));
            list[i].artifacts[0] = names[i];
        }
    }

    function invariant_entitlements_never_exceed_released() external view {
        for (uint256 which = 0; which < 2; ++which) {
            IProfitShare.Terms memory terms = passers.termsOf(which);
            uint256 sum;
            uint256 paid;
            for (uint256 row = 0; row < terms.parties.length; ++row) {
                sum += at[which].entitled(terms, passers.frozenOf(which), row);
                paid += at[which].paidTo(row);
                assertLe(at[which].paidTo(row), at[which].entitled(terms, passers.frozenOf(which), row));
            }
            assertLe(sum, at[which].released(terms));
            (,,,,, uint256 claimed) = at[which].status();
            assertEq(paid, claimed);
            assertGe(token.balanceOf(address(at[which])), at[which].released(terms) - claimed);
        }
    }

    function invariant_nobody_gives_up_what_is_another_ones() external view {
        assertEq(passers.givenUpByOthers(), 0);
    }

    /// @dev No coin, no tokens but what they brought themselves, and no say.
    function invariant_a_stranger_gets_nothing() external view {
        assertEq(passers.strangersAmended(), 0);
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(strangers[i].balance, 0);
            assertEq(token.balanceOf(strangers[i]), 0);
        }
    }

    function invariant_released_never_exceeds_received() external view {
        uint256 out = token.balanceOf(miller) + token.balanceOf(smith) + token.balanceOf(baker);
        uint256 back = token.balanceOf(customer);
        uint256 inside = token.balanceOf(address(at[0])) + token.balanceOf(address(at[1]));
        assertLe(out + back + inside, 11_000 + passers.brought());
        assertLe(at[0].released(passers.termsOf(0)) + at[1].released(passers.termsOf(1)), 11_000 + passers.brought());
    }
}
