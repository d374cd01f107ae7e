// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestCoin} from "../../TestCoin.sol";
import {ICollectiveFactory} from "../../interfaces/ICollectiveFactory.sol";
import {House} from "../House.sol";
import {VM} from "../Vm.sol";

/// @notice The house of the tests as halmos can build it: people have plain addresses, times are reckoned and not asked.
abstract contract ProvenHouse is House {
    uint256 internal constant OPENED = 1_800_000_000;
    uint256 internal constant VOTING = OPENED + 3 days;
    uint256 internal constant VOTED = VOTING + 5 days;
    uint256 internal constant EXECUTABLE = VOTED + 2 days;

    function _foundProven() internal {
        VM.warp(OPENED);
        address implementation = _create("Collective", abi.encode(_create("Membership", "")));
        factory = ICollectiveFactory(_create("CollectiveFactory", abi.encode(implementation, _create("Treasury", ""))));
        token = new TestCoin("Test Coin", "TEST", 6);
        (alice, bob, carol) = (address(0xA11CE), address(0xB0B), address(0xCA201));
        founders = [alice, bob, carol];
        _found(_charter(), 0);
    }

    /// @dev By its whole path: from a name halmos looks in forge's own folder, where the last test left what it tested.
    function _create(string memory name, bytes memory arguments) private returns (address made) {
        bytes memory code = VM.getCode(string.concat("out/proofs/", name, ".sol/", name, ".json"));
        code = bytes.concat(code, arguments);
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
        }
        require(made != address(0), "could not be deployed");
    }

    /// @dev Whether `account`'s call went through.
    function _try(address account, address target, bytes memory data) internal returns (bool done) {
        VM.prank(account);
        (done,) = target.call(data);
    }
}
