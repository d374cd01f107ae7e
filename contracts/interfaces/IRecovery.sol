// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Recovery: a way back for whoever has lost a key
/// @notice The holder of a seat or of a fund chooses guardians. Enough of them together name a new address and so start a
/// delay, in which the holder can veto. Once it is over, anyone carries out the move.
/// @dev `subject` is a seat's number, or 0 for a fund. Times are unix seconds, lengths seconds. The guardians' list is
/// kept as its hash and travels in the call; it stands in the event `GuardiansSet`.
interface IRecovery {
    /// @notice An empty list: there are none any more.
    event GuardiansSet(uint256 indexed subject, address[] guardians, uint256 threshold, uint256 delay);
    /// @notice Can be finished from `due` until `lapses`.
    event RecoveryStarted(
        uint256 indexed subject, address indexed from, address indexed to, uint256 due, uint256 lapses
    );
    event RecoveryVetoed(uint256 indexed subject, address indexed holder, address indexed to);
    event RecoveryFinished(uint256 indexed subject, address indexed from, address indexed to);
    /// @notice A running recovery came to nothing without a veto: its seat was taken away, or moved by an option.
    event RecoveryEnded(uint256 indexed subject, address indexed to);

    /// @notice Only the holder `holder` can do this, not `account`.
    error NotTheHolder(address account, address holder);
    /// @notice There are 1 to 16 guardians (or none, with threshold and delay 0), not `count`.
    error BadGuardians(uint256 count);
    /// @notice Guardians are named in ascending order and once each; `guardian` is out of place.
    error GuardiansNotAscending(address guardian);
    /// @notice Of `count` guardians 1 to `count` can be enough, not `threshold`.
    error BadThreshold(uint256 threshold, uint256 count);
    /// @notice The delay is 3 to 30 days, not `delay` seconds.
    error BadDelay(uint256 delay);
    /// @notice A recovery to `to` is running, which can be finished from `due` (unix seconds) on: the holder vetoes it first.
    error RecoveryRuns(address to, uint256 due);
    /// @notice No recovery is running.
    error NoRecovery(uint256 subject);
    /// @notice The recovery can be finished from `due` (unix seconds) on.
    error RecoveryWaits(uint256 due);
    /// @notice The next recovery can start from `from` (unix seconds) on: one in 30 days.
    error TooManyRecoveries(uint256 from);
    /// @notice These are not the guardians, threshold and delay that the holder has set.
    error GuardiansDiffer(uint256 subject);
    /// @notice There are `guardians` guardians and `signatures` signatures came: bring one for each, empty for who has not signed.
    error SignaturesMissing(uint256 guardians, uint256 signatures);
    /// @notice The signatures were good until `deadline` (unix seconds).
    error SignaturesExpired(uint256 deadline);
    /// @notice What came as the signature of guardian `guardian` is not theirs for this recovery.
    error BadGuardianSignature(address guardian);
    /// @notice `needed` guardians must sign and `signed` have.
    error NotEnoughGuardians(uint256 signed, uint256 needed);
    /// @notice Nothing can be recovered to `to`: name an address other than nobody and the present holder.
    error BadNewHolder(address to);

    /// @notice Choose who can recover `subject` together, how many of them are enough, and how long the holder can veto.
    /// @dev The holder only, and not while a recovery runs. Guardians ascend; an empty list takes them away.
    /// @param delay seconds, 3 to 30 days
    function setGuardians(uint256 subject, address[] calldata guardians, uint256 threshold, uint256 delay) external;

    /// @notice Bring the guardians' word that `to` is the holder's new address. Anyone may; it starts the delay.
    /// @dev `signatures` stand in the order of `guardians`, each over `recoveryDigest(subject, to, deadline)`; an empty one
    /// is that of a guardian who has not signed, and a guardian who calls needs none. One recovery starts in 30 days.
    function startRecovery(
        uint256 subject,
        address to,
        address[] calldata guardians,
        uint256 threshold,
        uint256 delay,
        uint256 deadline,
        bytes[] calldata signatures
    ) external;

    /// @notice End the running recovery. The present holder only, at any time before it is finished.
    function veto(uint256 subject) external;

    /// @notice Move `subject` to its new holder once the delay is over. Anyone may, for 14 days; then it lapses.
    function finishRecovery(uint256 subject) external;

    /// @notice The recovery that runs: its new holder, when it can be finished and when it lapses (all 0 for none), when
    /// the next can start, and the number that signatures for it carry.
    function recoveryOf(uint256 subject)
        external
        view
        returns (address to, uint256 due, uint256 lapses, uint256 notBefore, uint256 nonce);

    /// @notice keccak256 of the ABI-encoded guardians, threshold and delay; 0 for none.
    function guardiansOf(uint256 subject) external view returns (bytes32);

    /// @notice What a guardian signs now (EIP-712 type `Recovery`), or approves as a contract (ERC-1271).
    function recoveryDigest(uint256 subject, address to, uint256 deadline) external view returns (bytes32);
}
