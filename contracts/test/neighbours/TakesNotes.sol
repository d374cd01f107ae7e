// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {Acts} from "./Acts.sol";

/// @notice An end of a bridge that takes whatever its gateway hands it, and remembers it. It answers as it is told.
contract TakesNotes is Acts, IERC7786Recipient {
    uint256 public taken;
    bytes32 public lastId;
    bytes public lastSender;
    bytes public lastPayload;
    bytes4 public answer = IERC7786Recipient.receiveMessage.selector;

    error NotNow();

    function setAnswer(bytes4 answer_) external {
        answer = answer_;
    }

    function receiveMessage(bytes32 id, bytes calldata sender, bytes calldata payload)
        external
        payable
        returns (bytes4)
    {
        // Answers nothing: refuses in words of its own.
        require(answer != 0, NotNow());
        (lastId, lastSender, lastPayload) = (id, sender, payload);
        ++taken;
        return answer;
    }

    receive() external payable {}
}
