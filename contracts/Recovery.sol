// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IRecovery} from "./interfaces/IRecovery.sol";

/// @title Guardians, for seats and funds
/// @dev Whoever mixes this in says who holds a subject, how it moves, and what waits while a recovery runs.
abstract contract Recovery is IRecovery, EIP712 {
    /// @dev One word: the recovery that runs (`due` 0: none), when the next may start, how many have started.
    struct Attempt {
        address to;
        uint40 due;
        uint40 notBefore;
        uint16 count;
    }

    /// @custom:storage-location erc7201:daokit.Recovery
    struct RecoveryWords {
        mapping(uint256 subject => bytes32) guardians;
        mapping(uint256 subject => Attempt) attempts;
    }

    bytes32 internal constant RECOVERY_TYPEHASH =
        keccak256("Recovery(uint256 subject,address from,address to,uint256 nonce,uint256 deadline)");
    uint256 internal constant MAX_GUARDIANS = 16;
    uint256 internal constant MIN_DELAY = 3 days;
    uint256 internal constant MAX_DELAY = 30 days;
    uint256 internal constant RECOVERY_PERIOD = 30 days;
    /// @dev A recovery that nobody finishes ends: it would be a standing right of `to`, and payouts would wait for ever.
    uint256 internal constant FINISH_WINDOW = 14 days;
    /// @dev Room for a contract's signature of many keys.
    uint256 internal constant MAX_SIGNATURE = 2048;
    // keccak256(abi.encode(uint256(keccak256("daokit.Recovery")) - 1)) & ~bytes32(uint256(0xff)); a test says so.
    bytes32 private constant RECOVERY_SLOT = 0xa9a0905cd1edd34fcc6f913365af0147c142e971a046c9dc94b6612947be0300;

    /// @inheritdoc IRecovery
    function setGuardians(uint256 subject, address[] calldata guardians, uint256 threshold, uint256 delay) external {
        _requireHolder(subject);
        _requireNoRecovery(subject);
        uint256 count = guardians.length;
        require(count <= MAX_GUARDIANS, BadGuardians(count));
        bytes32 hash;
        if (count == 0) {
            require(threshold == 0 && delay == 0, BadGuardians(0));
        } else {
            require(threshold != 0 && threshold <= count, BadThreshold(threshold, count));
            require(delay >= MIN_DELAY && delay <= MAX_DELAY, BadDelay(delay));
            address last = address(0);
            for (uint256 i = 0; i < count; ++i) {
                require(guardians[i] > last, GuardiansNotAscending(guardians[i]));
                last = guardians[i];
            }
            hash = _guardiansHash(guardians, threshold, delay);
        }

        _recoveryWords().guardians[subject] = hash;
        emit GuardiansSet(subject, guardians, threshold, delay);
    }

    /// @inheritdoc IRecovery
    function startRecovery(
        uint256 subject,
        address to,
        address[] calldata guardians,
        uint256 threshold,
        uint256 delay,
        uint256 deadline,
        bytes[] calldata signatures
    ) external {
        _requireNoRecovery(subject);
        Attempt storage attempt = _recoveryWords().attempts[subject];
        require(block.timestamp >= attempt.notBefore, TooManyRecoveries(attempt.notBefore));
        bytes32 hash = _recoveryWords().guardians[subject];
        // Unknown is never good: no list has the hash 0, which stands for none.
        require(hash == _guardiansHash(guardians, threshold, delay), GuardiansDiffer(subject));
        require(block.timestamp <= deadline, SignaturesExpired(deadline));
        address from = _holderOf(subject);
        require(to != address(0) && to != from, BadNewHolder(to));
        _checkNewHolder(subject, to);
        _requireSigned(recoveryDigest(subject, to, deadline), guardians, threshold, signatures);

        uint256 due = block.timestamp + delay;
        attempt.to = to;
        attempt.due = uint40(due);
        attempt.notBefore = uint40(block.timestamp + RECOVERY_PERIOD);
        attempt.count += 1;
        emit RecoveryStarted(subject, from, to, due, due + FINISH_WINDOW);

        _hold(subject, from, due + FINISH_WINDOW);
    }

    /// @inheritdoc IRecovery
    function veto(uint256 subject) external {
        address holder = _requireHolder(subject);
        require(_recoveryRuns(subject), NoRecovery(subject));
        emit RecoveryVetoed(subject, holder, _recoveryWords().attempts[subject].to);
        _clearRecovery(subject, holder);
    }

    /// @inheritdoc IRecovery
    function finishRecovery(uint256 subject) external {
        require(_recoveryRuns(subject), NoRecovery(subject));
        Attempt storage attempt = _recoveryWords().attempts[subject];
        (address to, uint256 due) = (attempt.to, attempt.due);
        require(block.timestamp >= due, RecoveryWaits(due));
        address from = _holderOf(subject);
        _checkNewHolder(subject, to);

        emit RecoveryFinished(subject, from, to);
        _clearRecovery(subject, from);
        _move(subject, from, to);
    }

    /// @inheritdoc IRecovery
    function recoveryOf(uint256 subject)
        external
        view
        returns (address to, uint256 due, uint256 lapses, uint256 notBefore, uint256 nonce)
    {
        Attempt storage attempt = _recoveryWords().attempts[subject];
        (notBefore, nonce) = (attempt.notBefore, attempt.count);
        if (_recoveryRuns(subject)) (to, due, lapses) = (attempt.to, attempt.due, attempt.due + FINISH_WINDOW);
    }

    /// @inheritdoc IRecovery
    function guardiansOf(uint256 subject) external view returns (bytes32) {
        return _recoveryWords().guardians[subject];
    }

    /// @inheritdoc IRecovery
    function recoveryDigest(uint256 subject, address to, uint256 deadline) public view returns (bytes32) {
        // The present holder and the count: no signature is good twice, nor for a subject that has moved since.
        uint256 nonce = _recoveryWords().attempts[subject].count;
        return _hashTypedDataV4(
            keccak256(abi.encode(RECOVERY_TYPEHASH, subject, _holderOf(subject), to, nonce, deadline))
        );
    }

    /// @dev Who holds `subject` now. Reverts when nobody does.
    function _holderOf(uint256 subject) internal view virtual returns (address);

    /// @dev Reverts when `to` cannot become the holder. Asked at the start and again at the end.
    function _checkNewHolder(uint256 subject, address to) internal view virtual;

    /// @dev Gives `subject`, and what goes with it, to `to`.
    function _move(uint256 subject, address from, address to) internal virtual;

    /// @dev A recovery has started: what is owed to `holder` waits until `until` at the latest. 0: it has ended.
    function _hold(uint256 subject, address holder, uint256 until) internal virtual;

    function _recoveryRuns(uint256 subject) internal view returns (bool) {
        uint256 due = _recoveryWords().attempts[subject].due;
        return due != 0 && block.timestamp < due + FINISH_WINDOW;
    }

    function _requireNoRecovery(uint256 subject) internal view {
        Attempt storage attempt = _recoveryWords().attempts[subject];
        require(!_recoveryRuns(subject), RecoveryRuns(attempt.to, attempt.due));
    }

    /// @dev Ends a running recovery, if there is one, because `subject` is taken away or moved otherwise.
    function _endRecovery(uint256 subject, address holder) internal {
        if (!_recoveryRuns(subject)) return;
        emit RecoveryEnded(subject, _recoveryWords().attempts[subject].to);
        _clearRecovery(subject, holder);
    }

    function _dropGuardians(uint256 subject) internal {
        if (_recoveryWords().guardians[subject] == 0) return;
        delete _recoveryWords().guardians[subject];
        emit GuardiansSet(subject, new address[](0), 0, 0);
    }

    function _clearRecovery(uint256 subject, address holder) private {
        Attempt storage attempt = _recoveryWords().attempts[subject];
        (attempt.to, attempt.due) = (address(0), 0);
        _hold(subject, holder, 0);
    }

    function _requireHolder(uint256 subject) private view returns (address holder) {
        holder = _holderOf(subject);
        require(msg.sender == holder, NotTheHolder(msg.sender, holder));
    }

    function _requireSigned(
        bytes32 digest,
        address[] calldata guardians,
        uint256 threshold,
        bytes[] calldata signatures
    ) private view {
        uint256 count = guardians.length;
        require(signatures.length == count, SignaturesMissing(count, signatures.length));
        uint256 signed;
        for (uint256 i = 0; i < count; ++i) {
            address guardian = guardians[i];
            bytes calldata signature = signatures[i];
            if (msg.sender == guardian) {
                ++signed;
            } else if (signature.length != 0) {
                bool good = signature.length <= MAX_SIGNATURE
                    && SignatureChecker.isValidSignatureNowCalldata(guardian, digest, signature);
                require(good, BadGuardianSignature(guardian));
                ++signed;
            }
        }
        require(signed >= threshold, NotEnoughGuardians(signed, threshold));
    }

    function _guardiansHash(address[] calldata guardians, uint256 threshold, uint256 delay)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(guardians, threshold, delay));
    }

    /// @dev At a place of their own (ERC-7201): whoever mixes this in adds words before and after without moving these.
    function _recoveryWords() private pure returns (RecoveryWords storage words) {
        bytes32 slot = RECOVERY_SLOT;
        assembly ("memory-safe") {
            words.slot := slot
        }
    }
}
