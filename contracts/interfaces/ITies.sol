// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Ties: the federations that a collective sits in, seen from its own treasury
/// @notice A collective joins by its own large option, naming the charter it read and the share of its revenue that it
/// passes up, and leaves by another one, in the block in which that executes, whatever anybody else does.
/// @dev A federation stands on each chain as one address, its purse: its treasury at home, its branch elsewhere. All here is
/// said to, and about, the purse on this chain. Shares are basis points.
interface ITies {
    /// @param bps share of revenue passed up
    /// @param since unix seconds, 0 for no tie
    struct Tie {
        uint16 bps;
        uint40 since;
    }

    event TieMade(address indexed purse, bytes32 charter, uint256 bps);
    event LevyChanged(address indexed purse, uint256 bps);
    /// @param told whether the purse took notice of it in the same transaction; if not, anyone can have it do so
    event TieEnded(address indexed purse, bool told);
    /// @param base revenue since the last call, in the token's smallest unit
    event Bubbled(address indexed purse, address indexed token, uint256 base, uint256 amount);

    /// @notice There is a tie to `purse` already.
    error AlreadyTied(address purse);
    /// @notice There is no tie to `purse`.
    error NotTied(address purse);
    /// @notice All levies together are at most 9,000 bps of revenue; these would be `bps`.
    error LeviesTooHigh(uint256 bps);
    /// @notice No levy in `token` is due to `purse`.
    error NoLevyDue(address purse, address token);
    /// @notice A federation sits in one other federation at most, and this one sits in that of `purse`.
    error OneParent(address purse);

    /// @notice Join the federation whose purse on this chain is `purse`, under its charter `charter`, passing up `bps` of
    /// revenue, by large option. The federation must have invited the collective.
    function join(address purse, bytes32 charter, uint256 bps) external;

    /// @notice Leave it, by large option. The levy stops now; what is due and was not bubbled is not owed. An exit share,
    /// if the charter grants one, is paid now.
    function quit(address purse) external;

    /// @notice Change the share passed up, by large option. What came in so far counts under the old share if anyone calls
    /// `bubble` before, and under the new one otherwise.
    function setLevy(address purse, uint256 bps) external;

    /// @notice Delegate a competence to the federation of `purse`, or recall it, by large option.
    function delegate(address purse, bytes32 competence, bool given) external;

    /// @notice Pay the levy on the revenue of `token` since the last call to `purse`. Anyone may. One floor a call.
    /// @dev Revenue is what was deposited under a revenue purpose, levies of one's own members among it, and what
    /// `recognise` found; never what was deposited under another purpose.
    function bubble(address purse, address token) external returns (uint256 amount);

    function tieOf(address purse) external view returns (Tie memory);

    /// @notice What `bubble` would pay now, and the revenue that it is a share of.
    function levyDue(address purse, address token) external view returns (uint256 amount, uint256 base);
}
