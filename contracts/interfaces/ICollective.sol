// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "./IGovernor.sol";
import {IMembership} from "./IMembership.sol";
import {IMotions} from "./IMotions.sol";
import {IRecovery} from "./IRecovery.sol";

/// @title Collective: the roll and the decisions of a group, at one address
interface ICollective is IGovernor, IMembership, IMotions, IRecovery {
    struct Founder {
        address account;
        uint256 units;
        string name;
    }

    /// @notice What a collective is founded with.
    /// @param text keccak256 of the charter's text
    /// @param seasonDays days of a season, 45 to 3,650
    /// @param credits voice credits a seat has in a season, 1 to 15,876
    /// @param exitNotice seconds between notice and exit, at most 14 days
    struct Charter {
        string name;
        bytes32 text;
        string uri;
        Voting voting;
        Admission admission;
        uint256 seasonDays;
        uint256 credits;
        uint256 exitNotice;
        address[] tokens;
        Founder[] founders;
    }

    event Founded(bytes32 indexed charter, address treasury, string name, string uri);

    /// @notice This collective has been founded already.
    error AlreadyFounded();
    /// @notice A collective has 1 to 32 founders, not `count`.
    error BadFounders(uint256 count);
    /// @notice Founder `founder` (from 0) has no address.
    error NobodyNamed(uint256 founder);

    /// @notice Set up a new clone. Only once; the factory does it in the transaction that makes the clone.
    function initialize(Charter calldata charter_) external;

    /// @notice Change the rules of deciding by a large option, for proposals opened from then on.
    function setVoting(Voting calldata voting_) external;

    /// @notice Change the days of a season and the voice credits a seat has in it, from the next season on.
    function setSeasons(uint256 length, uint256 credits) external;
}
