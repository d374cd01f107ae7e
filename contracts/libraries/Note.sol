// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @notice One message between a federation and its branch on another chain.
/// @param kind what `body` is
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
    bytes body;
}

enum NoteKind {
    None,
    Report,
    Delegation,
    Seat,
    Order
}

/// @title Who a note is about
library Interop {
    /// @notice keccak256 of the ERC-7930 address: what seats and federations are known by, on whatever chain.
    function idOf(uint256 chain, address account) internal pure returns (bytes32) {
        return keccak256(InteroperableAddress.formatEvmV1(chain, account));
    }
}
