// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IPurse} from "../interfaces/IPurse.sol";

/// @notice One message between a federation and its branch on another chain. Behind it comes a body.
/// @param kind what the body is
/// @param nonce grows with each note of one sender
/// @param expiry unix seconds; refused from then on
/// @param charter the federation's charter as the sender knows it
struct Note {
    NoteKind kind;
    uint64 nonce;
    uint40 expiry;
    bytes32 charter;
    uint256 from;
    uint256 to;
}

enum NoteKind {
    None,
    Report,
    Delegation,
    Seat,
    Order
}

/// @title How notes are written
/// @dev Packed: each byte is paid for in an event of the gateway, in one of the mailbox, and as calldata at the other end.
library Notes {
    using SafeCast for uint256;

    uint256 private constant HEAD = 62;
    uint256 private constant REPORT = 30;
    uint256 private constant VOTE = 46;

    function pack(Note memory note, bytes memory body) internal pure returns (bytes memory) {
        // Gateways know no chain of a higher number.
        (uint64 from, uint64 to) = (note.from.toUint64(), note.to.toUint64());
        return abi.encodePacked(note.kind, note.nonce, note.expiry, note.charter, from, to, body);
    }

    function unpack(bytes calldata payload) internal pure returns (Note memory note, bytes calldata body) {
        note = Note(
            NoteKind(uint8(payload[0])),
            uint64(bytes8(payload[1:9])),
            uint40(bytes5(payload[9:14])),
            bytes32(payload[14:46]),
            uint64(bytes8(payload[46:54])),
            uint64(bytes8(payload[54:HEAD]))
        );
        body = payload[HEAD:];
    }

    /// @notice A report as the body of a note, which says the charter itself.
    function packReport(IPurse.Report memory told) internal pure returns (bytes memory body) {
        body = abi.encodePacked(told.collective, told.seated, told.since, told.people);
        for (uint256 i = 0; i < told.votes.length; ++i) {
            IPurse.Told memory vote = told.votes[i];
            body = abi.encodePacked(body, vote.motion, vote.ended, vote.seatsFor, vote.seatsAgainst, vote.decision);
        }
    }

    function unpackReport(bytes calldata body, bytes32 charter) internal pure returns (IPurse.Report memory told) {
        told.collective = address(bytes20(body[0:20]));
        told.seated = body[20] != 0;
        told.since = uint40(bytes5(body[21:26]));
        told.people = uint32(bytes4(body[26:REPORT]));
        told.charter = charter;
        told.votes = new IPurse.Told[]((body.length - REPORT) / VOTE);
        for (uint256 i = 0; i < told.votes.length; ++i) {
            bytes calldata vote = body[REPORT + i * VOTE:];
            told.votes[i] = IPurse.Told(
                bytes32(vote[0:32]),
                uint40(bytes5(vote[32:37])),
                uint32(bytes4(vote[37:41])),
                uint32(bytes4(vote[41:45])),
                int8(uint8(vote[45]))
            );
        }
    }
}

/// @title Who a note is about
library Interop {
    /// @notice keccak256 of the ERC-7930 address: what seats and federations are known by, on whatever chain.
    function idOf(uint256 chain, address account) internal pure returns (bytes32) {
        return keccak256(InteroperableAddress.formatEvmV1(chain, account));
    }
}
