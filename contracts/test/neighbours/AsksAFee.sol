// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMailbox} from "../../interfaces/IHyperlane.sol";
import {Acts} from "./Acts.sol";

/// @notice A mailbox that takes messages for a fee, and no more and no less; what it hands out is up to whoever asks.
contract AsksAFee is Acts, IMailbox {
    uint32 public constant localDomain = 77;

    uint256 public fee;
    bool public closed;

    uint32 public domain;
    bytes32 public recipient;
    bytes public body;
    bytes public metadata;
    uint256 public count;

    error Closed();

    function setFee(uint256 fee_) external {
        fee = fee_;
    }

    function setClosed(bool closed_) external {
        closed = closed_;
    }

    function dispatch(uint32 domain_, bytes32 recipient_, bytes calldata body_, bytes calldata metadata_)
        external
        payable
        returns (bytes32 messageId)
    {
        require(!closed, Closed());
        require(msg.value == fee, "pay the fee");
        (domain, recipient, body, metadata) = (domain_, recipient_, body_, metadata_);
        return bytes32(++count);
    }

    function quoteDispatch(uint32, bytes32, bytes calldata, bytes calldata) external view returns (uint256) {
        return fee;
    }
}
