// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Fields of a storage word
/// @notice Read and write `width` bits of a word, `low` bits from its low end.
library Bits {
    /// @notice A value does not fit the field that is kept for it.
    error DoesNotFit(uint256 value, uint256 width);

    function get(uint256 word, uint256 low, uint256 width) internal pure returns (uint256) {
        return (word >> low) & ((1 << width) - 1);
    }

    function set(uint256 word, uint256 low, uint256 width, uint256 value) internal pure returns (uint256) {
        require(value >> width == 0, DoesNotFit(value, width));
        return (word & ~(((1 << width) - 1) << low)) | (value << low);
    }
}
