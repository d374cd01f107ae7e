// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "../interfaces/ICollective.sol";
import {IMembership} from "../interfaces/IMembership.sol";
import {House} from "./House.sol";
import {VM} from "./Vm.sol";

/// @notice What a charter may say, on a chain of one's own and elsewhere.
contract FoundingTest is House {
    function setUp() external {
        _deploy();
    }

    function test_away_from_local_chains_a_timelock_lasts_an_hour() external {
        ICollective.Charter memory charter = _charter();
        charter.voting.timelock = 1 hours - 1;
        factory.found(charter, 1); // on this one, a local chain
        VM.chainId(10);
        _refuses(charter, "timelock", 1 hours - 1, 1 hours, 90 days);
        charter.voting.timelock = 1 hours;
        factory.found(charter, 2);
    }

    function test_away_from_local_chains_voting_lasts_an_hour() external {
        ICollective.Charter memory charter = _charter();
        charter.voting.voting = 59 minutes;
        factory.found(charter, 1);
        VM.chainId(1);
        _refuses(charter, "voting", 59 minutes, 1 hours, 45 days);
    }

    function test_large_acts_wait_for_the_exit_notice_and_two_days() external {
        ICollective.Charter memory charter = _charter();
        charter.voting.largeDelay = 7 days - 1;
        _refuses(charter, "large delay", 7 days - 1, 7 days, 90 days);
    }

    function test_no_more_sponsors_are_asked_than_there_are_founders() external {
        ICollective.Charter memory charter = _charter();
        charter.founders = new ICollective.Founder[](1);
        charter.founders[0] = ICollective.Founder(alice, 1, "alice");
        _refuses(charter, "sponsors", 2, 0, 1);
    }

    function test_a_vote_fits_into_every_season() external {
        ICollective.Charter memory charter = _charter();
        charter.seasonDays = 44;
        _refuses(charter, "season", 44, 45, 3650);
        charter.seasonDays = 45;
        charter.voting.deliberation = 41 days;
        _refuses(charter, "deliberation", 41 days, 0, 40 days);
    }

    function testFuzz_the_address_follows_from_the_whole_charter(uint256 number, bytes32 text, uint96 units) external {
        ICollective.Charter memory charter = _charter();
        charter.founders[4].units = uint256(units) % 1e18 + 1;
        (address before,) = factory.addressesOf(charter, number);
        (address made,) = factory.found(charter, number);
        assertEq(before, made);
        VM.assume(text != charter.text);
        charter.text = text;
        (address other,) = factory.addressesOf(charter, number);
        assertTrue(other != made);
    }

    function _refuses(ICollective.Charter memory charter, bytes32 rule, uint256 value, uint256 low, uint256 high) private {
        VM.expectRevert(abi.encodeWithSelector(IMembership.OutOfBounds.selector, rule, value, low, high));
        factory.found(charter, 9);
    }
}
