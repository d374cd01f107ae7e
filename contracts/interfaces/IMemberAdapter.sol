// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Asked} from "../libraries/Motion.sol";
import {IFederationWords} from "./IFederationWords.sol";
import {IMember} from "./IMember.sol";
import {ITies} from "./ITies.sol";

/// @title MemberAdapter: stands in federations for a DAO that exists already
/// @notice The DAO decides as it always does, by its own rules; what it decides about a federation it has its adapter do. To
/// a purse the adapter is both the member and the member's treasury. Nobody owns it and nothing in it can be changed.
/// @dev A clone with the DAO's address behind its code. It keeps no money: whatever arrives goes on to the DAO (`forward`).
/// The DAO has no roll here: how many persons it counts as is agreed in the federation's invitation, and all of them stand
/// on the side that the DAO takes. Invited without that number it sits, and weighs nothing where people are counted.
/// Objections are the DAO's own calls (`veto`, `pause`), so `objectsTo` is always false.
interface IMemberAdapter is IMember {
    /// @notice What the DAO decided on a motion.
    /// @param side 1 for, -1 against, 0 nothing yet
    /// @param ended unix seconds
    struct Decision {
        int8 side;
        uint40 ended;
    }

    event Decided(address indexed purse, bytes32 indexed motion, int256 side, uint256 ended);
    event LevyPaid(address indexed purse, address indexed token, uint256 amount);
    event Forwarded(address indexed token, address indexed to, uint256 amount);

    /// @notice Only the DAO itself can do this, by its account `executor`.
    error OnlyDao(address executor);
    /// @notice A decision is 1 (for) or -1 (against), not `side`.
    error NoSide(int256 side);
    /// @notice The DAO decided on motion `motion` already: `side` (1 for, -1 against), at `ended` (unix seconds). One decision stands for good, the earliest.
    error DecidedAlready(bytes32 motion, int256 side, uint256 ended);
    /// @notice The adapter holds nothing of `token` that could go on to the DAO.
    error NothingToForward(address token);
    /// @notice The DAO's account `to` did not take the `amount` of `token`.
    error NotForwarded(address token, address to, uint256 amount);
    /// @notice Send exactly what is asked for: `sent` wei came with `amount`.
    error WrongCoin(uint256 sent, uint256 amount);
    /// @notice The federation is on chain `chain`, and this can be asked of it there only.
    error FederationElsewhere(uint256 chain);

    // The DAO's own, by its executor

    /// @notice Join the federation whose purse on this chain is `purse`, under its charter `charter`. `bps` of its revenue is
    /// what the DAO says it will pass up: no contract sees the revenue of a DAO, so the base is its own word, and `payLevy`
    /// how it keeps it. The federation must have invited the adapter.
    function join(address purse, bytes32 charter, uint256 bps) external;

    /// @notice Leave it, in this very block. An exit share, if the charter grants one, arrives here and is forwarded.
    function quit(address purse) external;

    /// @notice Say another share of revenue.
    function setLevy(address purse, uint256 bps) external;

    /// @notice Pass up `amount` of `token`: coin is sent along, of a token the DAO has approved as much to the adapter.
    function payLevy(address purse, address token, uint256 amount) external payable;

    /// @notice Delegate a competence to the federation of `purse`, or recall it.
    function delegate(address purse, bytes32 competence, bool given) external;

    /// @notice Decide on a motion of the federation of `purse`: 1 for, -1 against.
    /// @dev Once. The earliest decision stands, in whatever order decisions are brought here, so that nobody gains by
    /// choosing what to tell, or when. The same side again changes nothing and is not refused.
    function decide(address purse, bytes32 motion, int8 side) external;

    /// @notice Veto an order that waits at a branch, at once and without anybody else's consent.
    function veto(address branch, bytes32 order) external;

    /// @notice Confirm an order that another member vetoed.
    function confirm(address branch, bytes32 order) external;

    /// @notice Have the branch take no notes from home for a while.
    function pause(address branch) external;

    /// @notice Have the federation of `purse`, on this chain, take no notes from `chain` for a while.
    function pausePeer(address purse, uint256 chain) external;

    /// @notice Open a motion of the federation of `purse`, on this chain.
    function open(address purse, IFederationWords.Content calldata content) external returns (bytes32 motion);

    /// @notice Take back a motion that the DAO opened.
    function takeBack(address purse, bytes32 motion) external;

    /// @notice Put a motion of the federation above, whose purse is `parentPurse`, to the members of that of `purse`.
    function passDown(address purse, address parentPurse, Asked calldata above) external returns (bytes32 motion);

    // Anyone's

    /// @notice Send on to the DAO all of `token` that is here.
    function forward(address token) external returns (uint256 amount);

    /// @notice Have `purse` pay to the DAO what it owes this adapter.
    function collect(address purse, address token) external returns (uint256 paid);

    // To read

    /// @notice The DAO that this adapter stands for.
    function dao() external view returns (address);

    /// @notice The account that acts for the DAO and holds its money.
    function executor() external view returns (address);

    /// @notice The adapter itself: to a purse it is member and treasury in one.
    function collective() external view returns (address);

    function tieOf(address purse) external view returns (ITies.Tie memory);

    /// @notice All shares of revenue that the DAO said it passes up, in basis points.
    function levies() external view returns (uint256 bps);

    function decisionOf(address purse, bytes32 motion) external view returns (Decision memory);
}
