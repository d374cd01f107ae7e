// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Money in and out, whatever tokens and receivers do
/// @dev OpenZeppelin's SafeERC20 hands all gas on and copies what comes back; a push to a stranger must do neither.
/// The zero address is the chain's own coin.
library Payment {
    uint256 internal constant COIN_GAS = 60_000;
    uint256 internal constant TOKEN_GAS = 200_000;
    uint256 internal constant READ_GAS = 100_000;
    /// @dev Books are kept in 120 bits; a token that claims more cannot be kept in them.
    uint256 internal constant MOST = type(uint120).max;

    /// @notice A call to `target` needs `wanted` gas and `left` is left: send the transaction with more.
    error TooLittleGas(address target, uint256 wanted, uint256 left);

    /// @notice Push `amount` of `token` to `to` once. False when it did not go through.
    function push(address token, address to, uint256 amount) internal returns (bool) {
        if (token == address(0)) return attempt(to, amount, "", COIN_GAS);
        return tell(token, IERC20.transfer.selector, to, amount);
    }

    /// @notice The balance of `holder`, and whether the token could say it.
    function balanceOf(address token, address holder) internal view returns (bool known, uint256 held) {
        if (token == address(0)) return (true, holder.balance);
        requireGas(token, READ_GAS);
        bytes4 selector = IERC20.balanceOf.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(4, holder)
            known := staticcall(READ_GAS, token, 0, 36, 0, 32)
            // A statement of its own: the arguments of `and` are evaluated from the last to the first.
            known := and(known, gt(returndatasize(), 31))
            if known { held := mload(0) }
        }
        if (held > MOST) (known, held) = (false, 0);
    }

    /// @notice Call `selector(to, amount)` on a token, which has done it when it says nothing or says true.
    /// @dev The call data is written by hand: `abi.encodeCall` costs several hundred gas more for each token of an exit.
    function tell(address token, bytes4 selector, address to, uint256 amount) internal returns (bool done) {
        requireGas(token, TOKEN_GAS);
        assembly ("memory-safe") {
            let data := mload(64)
            mstore(data, selector)
            mstore(add(data, 4), to)
            mstore(add(data, 36), amount)
            mstore(0, 0)
            done := call(TOKEN_GAS, token, 0, data, 68, 0, 32)
            if done {
                switch returndatasize()
                case 0 { done := gt(extcodesize(token), 0) }
                default { done := and(gt(returndatasize(), 31), eq(mload(0), 1)) }
            }
        }
    }

    /// @notice Call with at most `limit` gas, copying nothing back.
    function attempt(address target, uint256 value, bytes memory data, uint256 limit) internal returns (bool done) {
        requireGas(target, limit);
        assembly ("memory-safe") {
            done := call(limit, target, value, add(data, 32), mload(data), 0, 0)
        }
    }

    /// @dev A caller must not make a push fail by sending too little gas: a call is given all but one 64th.
    function requireGas(address target, uint256 limit) internal view {
        uint256 wanted = limit + limit / 63 + 15_000;
        require(gasleft() >= wanted, TooLittleGas(target, wanted, gasleft()));
    }
}
