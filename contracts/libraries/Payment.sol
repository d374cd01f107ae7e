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
        if (token == address(0)) return attempt(to, amount, "", COIN_GAS, false);
        return attempt(token, 0, abi.encodeCall(IERC20.transfer, (to, amount)), TOKEN_GAS, true);
    }

    /// @notice The balance of `holder`, and whether the token could say it.
    function balanceOf(address token, address holder) internal view returns (bool known, uint256 held) {
        if (token == address(0)) return (true, holder.balance);
        bytes memory data = abi.encodeCall(IERC20.balanceOf, (holder));
        requireGas(token, READ_GAS);
        assembly ("memory-safe") {
            known := staticcall(READ_GAS, token, add(data, 32), mload(data), 0, 32)
            // A statement of its own: the arguments of `and` are evaluated from the last to the first.
            known := and(known, gt(returndatasize(), 31))
            if known { held := mload(0) }
        }
        if (held > MOST) (known, held) = (false, 0);
    }

    /// @notice Call with at most `limit` gas, copying at most one word back. `answers`: what is called is a token, which
    /// either says nothing or says true.
    function attempt(address target, uint256 value, bytes memory data, uint256 limit, bool answers)
        internal
        returns (bool done)
    {
        requireGas(target, limit);
        assembly ("memory-safe") {
            mstore(0, 0)
            done := call(limit, target, value, add(data, 32), mload(data), 0, 32)
            if and(done, answers) {
                switch returndatasize()
                case 0 { done := gt(extcodesize(target), 0) }
                default { done := and(gt(returndatasize(), 31), eq(mload(0), 1)) }
            }
        }
    }

    /// @dev A caller must not make a push fail by sending too little gas: a call is given all but one 64th.
    function requireGas(address target, uint256 limit) internal view {
        uint256 wanted = limit + limit / 63 + 15_000;
        require(gasleft() >= wanted, TooLittleGas(target, wanted, gasleft()));
    }
}
