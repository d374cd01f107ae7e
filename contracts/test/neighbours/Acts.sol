// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice An account with code that makes any call it is asked to: what the awkward receivers and callers stand on.
abstract contract Acts {
    error ActFailed(bytes reason);

    function act(address target, uint256 value, bytes calldata data) external payable returns (bytes memory answer) {
        bool done;
        (done, answer) = target.call{value: value}(data);
        require(done, ActFailed(answer));
    }
}
