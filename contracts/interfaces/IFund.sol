// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRecovery} from "./IRecovery.sol";

/// @title Fund: a person's own purse, and what it is committed to
/// @notice Income comes in by plain transfer. A draw takes it out to the person's checking address, and only a draw gives:
/// each commitment in force gets its share, rounded down, the person the rest. A provider serves while the commitment is in
/// force, drawn or not.
/// @dev The zero address is the chain's own coin. Amounts are in the token's smallest unit, shares basis points (10,000 is
/// all), times unix seconds. What a provider does not take becomes a sum owed that it alone can collect. While a recovery
/// runs, draws, capital and changes of owner and checking address wait; commitments stand on.
interface IFund is IRecovery {
    /// @notice Where a commitment stands. In `Notice` it has been ended and its service goes on for a while.
    enum Standing {
        None,
        Active,
        Notice,
        Ended
    }

    /// @notice The most a commitment may take, of one token, and then from draws of that token only. 0 is no limit; all 0
    /// is no cap.
    struct Cap {
        address token;
        uint32 period;
        uint120 perPeriod;
        uint120 inAll;
    }

    /// @notice What a commitment gets of a draw.
    struct Part {
        uint256 slot;
        uint256 offer;
        address receiver;
        uint256 amount;
    }

    /// @notice A commitment as it is now.
    /// @param paying whether draws give to it
    /// @param until when service ends (0: not ended)
    /// @param seniority since when its service is held without a gap, whoever provided it
    /// @param left of what can be redeemed in this period
    struct Commitment {
        uint256 slot;
        uint256 offer;
        address receiver;
        uint256 bps;
        bool paying;
        Standing standing;
        uint256 since;
        uint256 until;
        uint256 seniority;
        uint256 notice;
        uint256 count;
        uint256 period;
        uint256 left;
    }

    /// @notice Coin came in. Tokens say so themselves.
    event Received(address indexed from, uint256 amount);
    /// @notice `parts` holds 16 bytes for each commitment that got something: its slot in the first, its part in the rest.
    /// The person kept what is left. What a provider did not take is said by `Owed`.
    event Drawn(address indexed token, uint256 amount, bytes parts);
    event Owed(address indexed token, address indexed creditor, uint256 indexed offer, uint256 amount);
    event Collected(address indexed token, address indexed creditor, address to, uint256 due, uint256 paid);
    /// @notice `amount` went into an agreement as capital: what the balance fell by, measured.
    event Invested(address indexed agreement, address indexed token, uint256 amount);
    event CheckingChanged(address checking);
    event OwnerChanged(address indexed owner);

    /// @notice This fund has been opened already.
    error AlreadyOpened();
    /// @notice Only the fund's owner `owner` can ask for this.
    error OnlyOwner(address owner);
    /// @notice A fund has subject 0 alone, not `subject`.
    error NoSuchSubject(uint256 subject);
    /// @notice Only the contract of offers can ask for this.
    error OnlyServices();
    /// @notice Draw at least 1.
    error NothingDrawn();
    /// @notice `amount` is more than any balance can be.
    error TooMuch(uint256 amount);
    /// @notice `wanted` of `token` is asked for and `free` is free.
    error NotEnoughFree(address token, uint256 wanted, uint256 free);
    /// @notice The checking address `checking` did not take `token`; set another one and draw again.
    error CheckingRefused(address token, address checking);
    /// @notice Nothing of `token` is owed to `creditor`.
    error NothingOwed(address token, address creditor);
    /// @notice Nothing arrived.
    error NothingReceived();
    /// @notice Money cannot be sent to `to`: it goes to somebody other than nobody and the fund itself.
    error BadAccount(address to);
    /// @notice `to` did not take `token`; name another receiver.
    error NotTaken(address token, address to);
    /// @notice `account` is not a profit-share agreement of this fund's factory.
    error NotAnAgreement(address account);
    /// @notice The agreement took `spent` of `token` and was to take at most `amount`.
    error SpentTooMuch(address token, uint256 spent, uint256 amount);
    /// @notice A fund holds at most 16 commitments, those whose notice still runs among them.
    error TooManyCommitments();
    /// @notice Commitments would take `bps` of each draw together; at most 9,000 are allowed.
    error TooMuchCommitted(uint256 bps);
    /// @notice Commitment `slot` gives to offer `offer` already; switch it to the same offer to change its share.
    error AlreadyCommitted(uint256 slot, uint256 offer);
    /// @notice There is no commitment `slot`, or not to offer `offer`.
    error NoSuchCommitment(uint256 slot, uint256 offer);
    /// @notice Commitment `slot` has been ended already; its service runs until `until` (unix seconds).
    error AlreadyEnded(uint256 slot, uint256 until);
    /// @notice The service of commitment `slot` ended at `until` (unix seconds); commit to an offer anew.
    error ServiceEnded(uint256 slot, uint256 until);
    /// @notice Commitment `slot` has been switched to another already.
    error AlreadySwitched(uint256 slot);
    /// @notice Commitment `slot` leaves `left` to redeem in this period and `wanted` are wanted.
    error NotEntitled(uint256 slot, uint256 wanted, uint256 left);
    /// @notice The terms do not hold together: `what`.
    error BadTerms(string what);

    /// @notice Set up a new clone. Only once, in the transaction that makes it. The checking address stands behind its code.
    function initialize(address owner_) external;

    /// @notice Take `amount` of `token` out: to each commitment in force its share, rounded down and within its cap, to the
    /// checking address the rest. Owner only.
    /// @dev A share is pushed once with bounded gas; refused, it is owed. The checking address is the owner's own choice: if
    /// it refuses, nothing is drawn.
    function draw(address token, uint256 amount) external;

    /// @notice Put up to `amount` of `token` into a profit-share agreement as capital, by calling it with `data` (empty:
    /// send coin plainly). No draw: commitments get nothing. `amount` may be 0, to act there as the fund. Owner only.
    /// @return answer what the agreement answered
    function invest(address agreement, address token, uint256 amount, bytes calldata data)
        external
        returns (bytes memory answer);

    /// @notice Take what is owed to the caller, to `to`. When the balance falls short of all that is owed, the caller gets
    /// its share of the balance and the whole due is settled.
    function collect(address token, address to) external returns (uint256 paid);

    /// @notice Fetch what `debtor`, a treasury or an agreement, owes this fund because it could not be sent. Owner only.
    function fetch(address debtor, address token) external;

    /// @notice Commit `bps` of each draw to an offer. Owner only.
    /// @return slot where the commitment is kept, from 0
    function commit(uint256 offer, uint256 bps, Cap calldata cap) external returns (uint256 slot);

    /// @notice End commitment `slot`: its money stops at once, its service goes on until its notice has run. Owner only.
    function end(uint256 slot) external returns (uint256 until);

    /// @notice End commitment `slot` and commit to another offer of the same service, whose seniority goes on. With the
    /// same provider the new commitment takes the old one's place at once. Owner only.
    function switchTo(uint256 slot, uint256 offer, uint256 bps, Cap calldata cap) external returns (uint256 newSlot);

    /// @notice Ask for `count` of what commitment `slot` entitles to, while its service runs. Moves no money. Owner only.
    function redeem(uint256 slot, uint256 count) external returns (uint256 left);

    /// @notice The provider ends commitment `slot` to `offer`: money and service run until its notice has. Only `services`.
    function dismiss(uint256 slot, uint256 offer) external returns (uint256 until);

    /// @notice Send what is drawn to another address from now on. Owner only.
    function setChecking(address checking_) external;

    /// @notice Give the fund to another owner: a new key of the same person. Guardians stay. Owner only.
    function setOwner(address owner_) external;

    function owner() external view returns (address);

    function checking() external view returns (address);

    function services() external view returns (address);

    /// @notice The factory of the agreements into which this fund may invest.
    function agreements() external view returns (address);

    /// @notice What can be drawn of `token`: its balance less what is owed.
    function freeOf(address token) external view returns (uint256);

    /// @notice What is owed to `creditor` in `token`.
    function owedTo(address token, address creditor) external view returns (uint256);

    /// @notice What is owed to all creditors in `token`.
    function reservedOf(address token) external view returns (uint256);

    /// @notice What a draw of `amount` of `token` gives now, to the unit, if as much is free: the person's rest and each
    /// commitment's part.
    function quote(address token, uint256 amount) external view returns (uint256 kept, Part[] memory parts);

    /// @notice Where commitment `slot` stands, since when, until when (0: not ended), and since when its service is held
    /// without a gap.
    function standingOf(uint256 slot)
        external
        view
        returns (Standing standing, uint256 since, uint256 until, uint256 seniority);

    function commitmentOf(uint256 slot) external view returns (Commitment memory);

    /// @notice All commitments that are kept, ended ones until their place is taken.
    function commitments() external view returns (Commitment[] memory);

    /// @notice The cap of commitment `slot`, and what it has taken in this period and in all, each counted while limited.
    function capOf(uint256 slot) external view returns (Cap memory cap, uint256 taken, uint256 takenInAll);
}
