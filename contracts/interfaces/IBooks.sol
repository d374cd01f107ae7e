// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Books: money taken in, paid out and owed
/// @notice What every purse does with coin and listed tokens, a collective's treasury and a federation's branch alike.
/// @dev The zero address is the chain's own coin. Amounts are in the token's smallest unit, times unix seconds. Every
/// movement of money carries a purpose. What a receiver refuses becomes a sum owed that it alone can collect.
interface IBooks {
    /// @notice The books of one token: owed to receivers, taken in less paid out, revenue in all.
    struct Book {
        bool listed;
        uint256 reserved;
        int256 seen;
        uint256 revenue;
        uint256 free;
    }

    event Deposited(address indexed token, address indexed from, uint256 amount, bytes32 indexed purpose);
    event Recognised(address indexed token, uint256 amount);
    event Paid(address indexed token, address indexed to, uint256 amount, bytes32 indexed purpose);
    event Owed(address indexed token, address indexed to, uint256 amount, bytes32 indexed purpose);
    event Collected(address indexed token, address indexed creditor, address to, uint256 due, uint256 paid);
    event TokenListed(address indexed token);
    event TokenDelisted(address indexed token);

    /// @notice This treasury has been set up already.
    error AlreadyFounded();
    /// @notice Only the collective itself can ask for this.
    error OnlyCollective();
    /// @notice Only an option declared large can do this.
    error OnlyByLargeOption();
    /// @notice Ordinary payments of `token` would take `wanted`; `room` is left in the bucket now. Wait, or declare the option large.
    error BeyondTheBucket(address token, uint256 wanted, uint256 room);
    /// @notice The treasury would hold `balance` of `token` while `reserved` is owed.
    error WouldNotCover(address token, uint256 balance, uint256 reserved);
    /// @notice `wanted` of `token` is asked for and `free` is free.
    error NotEnoughFree(address token, uint256 wanted, uint256 free);
    /// @notice `token` is not on this treasury's list.
    error NotListed(address token);
    /// @notice `token` is on the list already.
    error AlreadyListed(address token);
    /// @notice At most 8 tokens are listed besides coin.
    error ListIsFull();
    /// @notice `token` cannot be listed here: it is not a token, or it is the collective or the treasury itself.
    error NotAToken(address token);
    /// @notice `reserved` of `token` is still owed.
    error StillOwed(address token, uint256 reserved);
    /// @notice Send exactly the amount named as coin, and no coin with a token: `sent` came with `amount`.
    error WrongCoin(uint256 sent, uint256 amount);
    /// @notice Nothing arrived.
    error NothingReceived();
    /// @notice Nothing of `token` is owed to `creditor`.
    error NothingOwed(address token, address creditor);
    /// @notice Money cannot be sent to `to`: a payment goes to somebody other than nobody and the treasury itself.
    error BadReceiver(address to);
    /// @notice A recovery of the seat of `holder` runs: what is owed waits until it has ended, `until` (unix seconds) at the latest. The holder can veto it.
    error PayoutsHeld(address holder, uint256 until);
    /// @notice `to` did not take `token`; name another receiver.
    error NotTaken(address token, address to);
    /// @notice The terms do not hold together: `what`.
    error BadTerms(string what);

    /// @notice Put money in. For coin send `amount` along. A purpose that begins with "revenue" counts as revenue.
    /// @return received what arrived, measured
    function deposit(address token, uint256 amount, bytes32 purpose) external payable returns (uint256 received);

    /// @notice Book what came by plain transfer, as revenue. Anyone may; coin and listed tokens only.
    function recognise(address token) external returns (uint256 amount);

    /// @notice Take what is owed to the caller, to `to`. When the balance falls short of all that is owed, the caller
    /// gets its share of the balance and the whole due is settled. Waits while a recovery of the caller's seat runs.
    function collect(address token, address to) external returns (uint256 paid);

    /// @notice List a token, by large option: what it holds now counts as seen.
    function listToken(address token) external;

    function delistToken(address token) external;

    function collective() external view returns (address);

    /// @notice The tokens on the list, coin not among them.
    function tokens() external view returns (address[] memory);

    function isListed(address token) external view returns (bool);

    function bookOf(address token) external view returns (Book memory);

    /// @notice What is owed to `creditor` in `token`.
    function owedTo(address token, address creditor) external view returns (uint256);
}
