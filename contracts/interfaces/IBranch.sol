// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFederationWords} from "./IFederationWords.sol";
import {IPurse} from "./IPurse.sol";

/// @title Branch: a federation's purse on another chain than its own
/// @notice An order waits where it acts. One member that sits there can veto it by the objection of its people; then it
/// needs two thirds of the other members there. A bucket bounds what leaves in seven days, whatever orders say.
interface IBranch is IPurse {
    enum OrderState {
        None,
        Waiting,
        Vetoed,
        Confirmed,
        Done
    }

    /// @param expires not done by then (unix seconds), it never is
    struct OrderView {
        OrderState state;
        uint256 received;
        uint256 due;
        uint256 expires;
        uint256 confirmations;
    }

    /// @notice What a branch is set up with.
    /// @param chain and `federation`: whose branch it is
    /// @param gateway the only one it takes notes from
    /// @param wait seconds that an order waits, at least 24 hours off local chains
    /// @param domain Hyperlane's number for the federation's chain
    /// @param peer the federation's gateway there
    /// @param validators of whom `threshold` must sign what comes from there
    struct Setup {
        uint256 chain;
        address federation;
        address gateway;
        uint256 wait;
        bool exitShare;
        bytes32 charter;
        address[] tokens;
        uint32 domain;
        address peer;
        address[] validators;
        uint8 threshold;
    }

    event BranchFounded(uint256 indexed chain, address indexed federation, address gateway);
    event OrderReceived(bytes32 indexed order, bytes32 indexed motion, uint256 index, IFederationWords.Act act, uint256 due);
    event OrderVetoed(bytes32 indexed order, address indexed treasury);
    event OrderConfirmed(bytes32 indexed order, address indexed treasury, uint256 confirmations);
    event OrderDone(bytes32 indexed order);
    event CeilingSet(address indexed token, uint256 bps);
    event OrdersInvalidated(uint256 before);
    event Paused(uint256 until, address indexed treasury);
    event Resumed();
    event NoteSent(bytes32 indexed id, uint256 indexed chain);
    event NoteTaken(bytes32 indexed id, uint256 indexed chain);

    /// @notice An order waits at least `floor` seconds, not `wait`.
    error WaitTooShort(uint256 wait, uint256 floor);
    /// @notice Order `order` is in state `state`.
    error OrderIs(bytes32 order, OrderState state);
    /// @notice Order `order` waits until `due` (unix seconds).
    error OrderWaits(bytes32 order, uint256 due);
    /// @notice Order `order` expired at `expired` (unix seconds).
    error OrderExpired(bytes32 order, uint256 expired);
    /// @notice Order `order` was dropped: it came before `before` (unix seconds).
    error OrderDropped(bytes32 order, uint256 before);
    /// @notice Only a member that sits here, confirmed by the federation, can do this; `treasury` is none.
    error OnlySeated(address treasury);
    /// @notice The people of the member of `treasury` do not object to it.
    error NoObjectionOf(address treasury);
    /// @notice `treasury` has confirmed this already, or vetoed it itself.
    error HasSpoken(address treasury);
    /// @notice `treasury` was seated lately: it can confirm orders from `from` (unix seconds) on.
    error SeatedLately(address treasury, uint256 from);
    /// @notice The branch takes no notes until `until` (unix seconds).
    error IsPaused(uint256 until);
    /// @notice One pause in 30 days; the next can begin at `from` (unix seconds).
    error PausedLately(uint256 from);
    /// @notice An act of kind `kind` cannot be ordered from another chain.
    error NotAnOrder(IFederationWords.ActKind kind);
    /// @notice This note is not from this branch's federation, or not meant for this chain.
    error StrangeNote(uint256 from, uint256 to);
    /// @notice This note expired at `expiry` (unix seconds).
    error NoteExpired(uint256 expiry);
    /// @notice A later note than number `nonce` was taken already.
    error OldNote(uint256 nonce);

    function initialize(Setup calldata setup) external;

    /// @notice Do what an order says, once it is due, within 90 days. Anyone may.
    function carryOut(bytes32 motion, uint256 index, IFederationWords.Act calldata act_) external;

    /// @notice Veto an order: as a treasury that sits here, or for one whose people object (IMotions.objectTo).
    function veto(bytes32 order, address treasury) external;

    /// @notice Confirm a vetoed order, as another treasury that sits here, for 14 days already.
    function confirm(bytes32 order) external;

    /// @notice Take no notes for 7 days, once in 30: as a treasury that sits here, or for one whose people object to
    /// `pauseSubject()`.
    function pause(address treasury) external;

    /// @notice Tell the federation of a delegation by `treasury` again. The coin pays for the note.
    function tellDelegation(address treasury, bytes32 competence) external payable;

    /// @notice Tell the federation that a collective has no seat here any more. Anyone may; the coin pays for the note.
    function tellGone(address collective) external payable;

    function orderOf(bytes32 order) external view returns (OrderView memory);

    /// @notice The id of an order to this branch.
    function orderId(bytes32 motion, uint256 index, IFederationWords.Act calldata act_) external view returns (bytes32);

    /// @notice What the people of a member object to if they want a pause.
    function pauseSubject() external view returns (bytes32);

    function pausedUntil() external view returns (uint256);

    function gateway() external view returns (address);

    /// @notice The most of `token` that leaves in seven days, what of that is used, and the share of what is free that it is.
    function ceilingOf(address token) external view returns (uint256 cap, uint256 used, uint256 bps);
}
