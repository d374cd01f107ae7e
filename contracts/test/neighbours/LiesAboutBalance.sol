// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A token that moves nothing and says what balance it was told to say: a number, too few bytes, nothing, or a
/// failure that burns all gas.
contract LiesAboutBalance {
    enum Answer {
        Number,
        Short,
        Nothing,
        Burns
    }

    Answer public answer;
    uint256 public said;

    function say(Answer answer_, uint256 said_) external {
        (answer, said) = (answer_, said_);
    }

    function balanceOf(address) external view returns (uint256) {
        if (answer == Answer.Number) return said;
        if (answer == Answer.Burns) {
            assembly {
                invalid()
            }
        }
        uint256 length = answer == Answer.Short ? 31 : 0;
        assembly {
            return(0, length)
        }
    }

    function approve(address, uint256) external pure returns (bool) {
        return true;
    }

    function transfer(address, uint256) external pure returns (bool) {
        return true;
    }

    function transferFrom(address, address, uint256) external pure returns (bool) {
        return true;
    }
}
