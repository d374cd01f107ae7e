// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IMember} from "./interfaces/IMember.sol";
import {IMembership} from "./interfaces/IMembership.sol";
import {Application} from "./libraries/Application.sol";
import {Head} from "./libraries/Head.sol";
import {Register} from "./libraries/Register.sol";
import {Roll} from "./libraries/Roll.sol";
import {Rules} from "./libraries/Rules.sol";
import {Tally} from "./libraries/Tally.sol";
import {Voter} from "./libraries/Voter.sol";

/// @title The words of a collective, which its two parts share
/// @dev `Governor` runs at the collective's address as its code, `Membership` by delegatecall from it: one storage, two
/// contracts, since one alone would leave no room below the limit for deployed code.
abstract contract CollectiveState {
    using Tally for uint256;

    struct Seat {
        address holder;
        uint40 since;
    }

    struct Rival {
        uint256 tally;
        bytes32 content;
    }

    /// @dev One word: something small that happens unless enough seats object within a window.
    struct Request {
        uint40 closes;
        uint24 needed;
        uint24 objections;
        uint24 lastSeat;
    }

    uint256 internal constant BPS = 10_000;

    Register internal register;
    Roll internal roll;
    bytes32 internal charterHash;
    mapping(address holder => Voter) internal voters;
    mapping(uint256 seat => Seat) internal seatWord;
    mapping(address applicant => Application) internal applications;
    mapping(bytes32 request => Request) internal requests;
    mapping(bytes32 request => mapping(uint256 seat => bool)) internal hasObjected;
    mapping(bytes32 proposal => Head) internal heads;
    mapping(bytes32 proposal => mapping(uint256 place => Rival)) internal rivals;
    mapping(uint256 seat => mapping(uint256 page => uint256 word)) internal pages;
    mapping(uint256 set => Rules) internal rulesOf;
    /// @dev Votes on motions that a seat opened: the season 16, how many in it 16.
    mapping(uint256 seat => uint256 word) internal motionsPut;

    /// @dev 0 outside of an execution, 1 while an ordinary option executes, 2 while a large one does.
    uint256 internal transient executing;

    function _treasury() internal view returns (address) {
        return address(bytes20(Clones.fetchCloneArgs(address(this))));
    }

    function _motionProposal(address purse, bytes32 motion) internal view returns (bytes32) {
        return keccak256(abi.encode("motion", block.chainid, address(this), purse, motion));
    }

    /// @dev How the vote on a motion of a federation went. See `IMember.resultOf`.
    function _resultOf(address purse, bytes32 motion) internal view returns (IMember.Result memory result) {
        result.people = register.seats();
        Head head = heads[_motionProposal(purse, motion)];
        if (!head.exists() || block.timestamp < head.deadline()) return result;
        uint256 word = Head.unwrap(head);
        (result.ended, result.seatsFor, result.seatsAgainst) =
            (head.deadline(), word.seatsFor(), word.seatsAgainst());
        // As a bloc: what would stand at home is for; what would stand were each vote the other way is against.
        if (word.stands(head.quorum(), false)) result.decision = 1;
        else if (word.net() < 0 && word.seatsAgainst() >= head.quorum()) result.decision = -1;
    }

    function _requireLargeOption() internal view {
        require(executing == 2 && msg.sender == _treasury(), IMembership.OnlyByLargeOption());
    }

    function _dailyCap(Roll r) internal view returns (uint256) {
        return Math.min(type(uint16).max, Math.max(r.dailyCount(), r.dailyBps() * register.seats() / BPS));
    }

}
