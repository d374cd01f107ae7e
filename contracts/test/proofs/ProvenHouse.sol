// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestCoin} from "../../TestCoin.sol";
import {ICollectiveFactory} from "../../interfaces/ICollectiveFactory.sol";
import {House, deploy} from "../House.sol";
import {VM} from "../Vm.sol";

/// @notice The house of the tests as halmos can build it: people have plain addresses, times are reckoned and not asked.
abstract contract ProvenHouse is House {
    uint256 internal constant OPENED = 1_800_000_000;
    uint256 internal constant VOTING = OPENED + 3 days;
    uint256 internal constant VOTED = VOTING + 5 days;
    uint256 internal constant EXECUTABLE = VOTED + 2 days;

    function _foundProven() internal {
        VM.warp(OPENED);
        address membership = deploy("Membership", "");
        address implementation = deploy("Collective", abi.encode(membership));
        factory = ICollectiveFactory(deploy("CollectiveFactory", abi.encode(implementation, deploy("Treasury", ""))));
        token = new TestCoin("Test Coin", "TEST", 6);
        (alice, bob, carol) = (address(0xA11CE), address(0xB0B), address(0xCA201));
        founders = [alice, bob, carol];
        _found(_charter(), 0);
    }

    /// @dev Whether `account`'s call went through.
    function _try(address account, address target, bytes memory data) internal returns (bool done) {
        VM.prank(account);
        (done,) = target.call(data);
    }
}
