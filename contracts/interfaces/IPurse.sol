// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBooks} from "./IBooks.sol";

/// @title Purse: a federation's address on one chain, for its members there
/// @notice Takes levies, tells the federation how its members voted, acts for passed motions. At home the federation is
/// called directly; elsewhere the purse is a branch and notes go through a gateway.
/// @dev Members are known here by their treasuries, which make and end their own ties (see ITies).
interface IPurse is IBooks {
    /// @notice `Entered`: joined here, the federation has not confirmed it yet. `Notice`: expelled, the notice runs.
    enum SeatState {
        None,
        Entered,
        Seated,
        Notice
    }

    struct PurseSeat {
        address collective;
        uint40 since;
        SeatState state;
        uint40 noticeEnds;
    }

    /// @notice How one member voted on one motion (see IMember.Result).
    struct Told {
        bytes32 motion;
        uint40 ended;
        uint32 seatsFor;
        uint32 seatsAgainst;
        int8 decision;
    }

    /// @notice What a purse says of a member: whether it sits, since when, how many people it has, how it voted.
    /// @param charter under which it takes its seat: said when it does, and with each note from another chain
    struct Report {
        address collective;
        bool seated;
        uint40 since;
        uint32 people;
        bytes32 charter;
        Told[] votes;
    }

    event Entered(address indexed treasury, address indexed collective, bytes32 charter, uint256 bps);
    event SeatChanged(address indexed treasury, SeatState state, uint256 noticeEnds);
    event Released(address indexed treasury);
    event LevyTaken(address indexed treasury, address indexed token, uint256 amount);
    event ExitSharePaid(address indexed treasury, address indexed token, uint256 share);

    /// @notice `account` is not the treasury of a collective that names it as its own.
    error NotATreasury(address account);
    /// @notice The charter of the federation is `current`, not `given`: read it again before you join.
    error OtherCharter(bytes32 given, bytes32 current);
    /// @notice `treasury` has no seat at this purse.
    error NoSeatHere(address treasury);
    /// @notice `treasury` still has its tie to this purse.
    error StillTied(address treasury);
    /// @notice The notice of `treasury` runs until `ends` (unix seconds): no levy is taken any more.
    error UnderNotice(address treasury, uint256 ends);
    /// @notice Joining would close a circle: `member` is above this federation already, or the chain of federations is longer than eight.
    error Circle(bytes32 member);
    /// @notice The vote of `collective` on this motion has not ended, or was never opened.
    error VoteNotEnded(address collective, bytes32 motion);
    /// @notice Only the federation itself can ask for this.
    error OnlyFederation();

    /// @notice Take a seat, as the treasury that calls. The federation must have invited its collective.
    function enter(bytes32 charter, uint256 bps) external;

    /// @notice Take notice that `treasury` has ended its tie: its seat goes, and its exit share is paid. Anyone may call.
    function release(address treasury) external;

    /// @notice Take note that the treasury that calls delegates a competence, or recalls it.
    function delegated(bytes32 competence, bool given) external;

    /// @notice Take a levy from the treasury that calls: coin is sent along, a token was approved. Coin and listed tokens only.
    function takeLevy(address token, uint256 amount) external payable;

    /// @notice Tell the federation the number of people of a member and how it voted on `motions` (possibly none). Anyone
    /// may; on a branch the coin sent along pays for the note.
    function tell(address treasury, bytes32[] calldata motions) external payable;

    /// @notice The federation: its chain and address.
    function home() external view returns (uint256 chain, address federation);

    /// @notice The federation's charter, as known here.
    function charter() external view returns (bytes32);

    function seatOf(address treasury) external view returns (PurseSeat memory);

    /// @notice Members that sit at this purse, confirmed.
    function seated() external view returns (uint256);

    /// @notice Levies in `token` of `treasury` since it joined, and of all members that sit.
    function leviesOf(address treasury, address token) external view returns (uint256 own, uint256 all);

    /// @notice What `treasury` would get of `token` if it left now: min(own, floor(free * own / all)), 0 if the charter grants none.
    function exitShareOf(address treasury, address token) external view returns (uint256);

    /// @notice The federation and all above it, by the hash of their ERC-7930 addresses, as far as known here; at most eight.
    function trail() external view returns (bytes32[] memory);

    /// @notice When what waits here under `subject` comes due (unix seconds): objections count until then. 0: nothing waits.
    function waitsUntil(bytes32 subject) external view returns (uint256);
}
