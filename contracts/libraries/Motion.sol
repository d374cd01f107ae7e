// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice All that a motion's key commits to, so that each member can open its vote on it without asking anybody.
/// @param chain and `federation`: whose motion it is
/// @param number its number there, for reading
/// @param opener who opened it
/// @param votesEnd unix seconds; a member's vote that ends later is not counted
/// @param text keccak256 of its text
/// @param uri where the text is
/// @param rest keccak256 of the ABI encoding of competence, large flag and acts
struct Asked {
    uint256 chain;
    address federation;
    uint256 number;
    address opener;
    uint256 votesEnd;
    bytes32 text;
    string uri;
    bytes32 rest;
}

/// @title A motion's key
library MotionKey {
    function keyOf(Asked memory asked) internal pure returns (bytes32) {
        return keccak256(abi.encode(asked));
    }
}
