// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMultisigIsm, IMultisigIsmFactory} from "../../interfaces/IHyperlane.sol";

/// @notice A security module, and the factory that gives it out, which say of themselves and of messages what they are told
/// to.
contract SaysWhatItLikes is IMultisigIsm, IMultisigIsmFactory {
    enum Way {
        Yes,
        No,
        Reverts,
        Bomb
    }

    address[] private validators;
    uint8 private threshold;
    uint8 public moduleType = 5;
    Way public way;

    error Nonsense();

    function say(Way way_) external {
        way = way_;
    }

    /// @notice What it says of itself from now on, whatever it is asked for.
    function pretend(address[] calldata validators_, uint8 threshold_, uint8 type_) external {
        (validators, threshold, moduleType) = (validators_, threshold_, type_);
    }

    function deploy(address[] calldata validators_, uint8 threshold_) external returns (address) {
        if (threshold == 0) (validators, threshold) = (validators_, threshold_);
        return address(this);
    }

    function verify(bytes calldata, bytes calldata) external view returns (bool) {
        require(way != Way.Reverts, Nonsense());
        if (way == Way.Bomb) {
            assembly ("memory-safe") {
                revert(0, 100000)
            }
        }
        return way == Way.Yes;
    }

    function validatorsAndThreshold(bytes calldata) external view returns (address[] memory, uint8) {
        return (validators, threshold);
    }
}
