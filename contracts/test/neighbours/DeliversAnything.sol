// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice A gateway that keeps what it is sent and hands it over when it is asked to: late, twice, never, in any order, or
/// something else that nobody sent. It stands at both ends.
contract DeliversAnything is IERC7786GatewaySource {
    struct Message {
        address from;
        uint256 chain;
        address to;
        bytes payload;
    }

    Message[] private messages;
    uint256 public links;

    error NoNumber();

    function sendMessage(bytes calldata recipient, bytes calldata payload, bytes[] calldata)
        external
        payable
        returns (bytes32)
    {
        // An ERC-7930 address: version, kind, length of the chain's number, the number, 20, the account.
        uint256 length = uint8(recipient[4]);
        uint256 chain = uint256(bytes32(recipient[5:5 + length])) >> (8 * (32 - length));
        messages.push(Message(msg.sender, chain, address(bytes20(recipient[6 + length:])), payload));
        return 0;
    }

    function link(uint256, uint32, address, address[] calldata, uint8) external returns (address) {
        links += 1;
        return address(this);
    }

    /// @notice Hand `payload` to `to`, as if `sender` had sent it.
    function hand(address to, bytes memory sender, bytes memory payload) external {
        IERC7786Recipient(to).receiveMessage(keccak256(payload), sender, payload);
    }

    function message(uint256 number) external view returns (Message memory) {
        require(number < messages.length, NoNumber());
        return messages[number];
    }

    function sent() external view returns (uint256) {
        return messages.length;
    }

    function supportsAttribute(bytes4) external pure returns (bool) {
        return false;
    }
}
