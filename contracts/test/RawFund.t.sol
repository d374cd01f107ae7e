// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFund} from "../interfaces/IFund.sol";
import {FundHouse} from "./FundHouse.sol";
import {deploy} from "./House.sol";
import {Passers} from "./actors/Passers.sol";

/// @notice What holds when strangers, providers and the owner send fund and offers anything at all, most of it refused.
/// forge-config: default.invariant.fail-on-revert = false
contract RawFundTest is FundHouse {
    struct FuzzInterface {
        address addr;
        string[] artifacts;
    }

    Passers private passers;
    address[] private strangers;

    function setUp() external {
        _open();
        _earn(100 ether, 100 ether);
        passers = Passers(deploy("Passers", abi.encode(fund, services, token, alice, agreements)));
        targetContract(address(passers));
        targetContract(address(services));
        // What leads somewhere comes more often than what is always refused.
        bytes4[8] memory one = [
            Passers.draw.selector,
            Passers.collect.selector,
            Passers.commit.selector,
            Passers.offer.selector,
            Passers.switchTo.selector,
            Passers.end.selector,
            Passers.dismiss.selector,
            Passers.redeem.selector
        ];
        bytes4[] memory selectors = new bytes4[](35);
        for (uint256 i = 0; i < 32; ++i) {
            selectors[i] = one[i % 8];
        }
        (selectors[32], selectors[33], selectors[34]) =
            (Passers.invest.selector, Passers.wait.selector, Passers.usurp.selector);
        targetSelector(address(passers), selectors);
        strangers = [addressOf("mallory"), addressOf("trudy"), addressOf("victor")];
        for (uint256 i = 0; i < 3; ++i) {
            targetSender(strangers[i]);
        }
    }

    /// @dev The clone has no functions of its own that forge could see.
    function targetInterfaces() external view returns (FuzzInterface[] memory list) {
        list = new FuzzInterface[](1);
        list[0].addr = address(fund);
        list[0].artifacts = new string[](1);
        list[0].artifacts[0] = "IFund";
    }

    function invariant_what_is_owed_is_covered() external view {
        assertGe(address(fund).balance, fund.reservedOf(COIN));
        assertGe(token.balanceOf(address(fund)), fund.reservedOf(address(token)));
        uint256 sum = fund.owedTo(COIN, address(passers.refuser()));
        for (uint256 i = 0; i < 3; ++i) {
            sum += fund.owedTo(COIN, strangers[i]);
        }
        assertEq(fund.reservedOf(COIN), sum);
    }

    /// @dev Coin leaves the fund by draws and as capital, and in no other way.
    function invariant_what_leaves_was_drawn_or_invested() external view {
        uint256 gone = 100 ether - (address(fund).balance - fund.reservedOf(COIN));
        assertEq(gone, passers.drawn() + passers.invested());
        assertGe(purse.balance * 10, passers.drawn());
    }

    function invariant_the_owner_is_the_owner() external view {
        assertEq(fund.owner(), alice);
        assertEq(fund.checking(), purse);
        assertEq(passers.usurpations(), 0);
    }

    function invariant_commitments_stay_within_their_bounds() external view {
        uint256 sum;
        IFund.Commitment[] memory list = fund.commitments();
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i].paying) sum += list[i].bps;
            assertLe(list[i].left, list[i].count);
        }
        assertLe(sum, 9000);
        assertLe(list.length, 16);
    }
}
