// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Governor: proposals, rival options, quadratic ballots, outcomes
/// @notice Members decide together. A proposal is a question with an original and up to 15 rival options; `v` votes on an
/// option, for or against, cost `v` squared voice credits of the season. Of the options that stand the greatest net wins.
/// @dev A proposal's key is keccak256(chain id, collective, number, proposer's seat, content hash). Numbers are for reading.
interface IGovernor {
    enum State {
        None,
        Deliberation,
        Voting,
        Waiting,
        Executed,
        Defeated,
        Cancelled,
        Expired
    }

    /// @notice The rules of deciding, frozen by number in each proposal. Lengths in seconds, shares in basis points.
    /// @param deliberation time to add rivals before voting opens, whole minutes
    /// @param voting time to vote, whole minutes; deliberation and voting together last at most 45 days
    /// @param timelock wait between the end of voting and execution
    /// @param largeDelay the same for large options: at least the exit notice and 2 days
    /// @param grace time in which a passed option can be executed
    /// @param quorumBps share of the electorate whose seats must be for an option
    /// @param largeBps share of each free balance that ordinary payments can take in 30 days
    /// @param optionsPerSeason options a member can put in a season (0: no limit)
    /// @param openProposals proposals a member can have open (1, or 0 for no limit)
    struct Voting {
        uint256 deliberation;
        uint256 voting;
        uint256 timelock;
        uint256 largeDelay;
        uint256 grace;
        uint256 quorumBps;
        uint256 largeBps;
        uint256 optionsPerSeason;
        uint256 openProposals;
    }

    /// @notice One payment of an option: `amount` of `token` (its smallest unit; the zero address is coin) to `to`.
    struct Payment {
        address token;
        address to;
        uint256 amount;
        bytes32 purpose;
    }

    /// @notice One call of an option, made by the treasury after the payments.
    struct Call {
        address target;
        uint256 value;
        bytes data;
    }

    /// @notice One complete answer to a proposal's question: keccak256 of its text, where the text is, whether it is
    /// declared large, its payments and its calls (at most 16 of each, possibly none).
    struct Option {
        bytes32 text;
        string uri;
        bool large;
        Payment[] payments;
        Call[] calls;
    }

    /// @notice One line of a ballot paper.
    struct Choice {
        bytes32 proposal;
        uint8 option;
        int8 votes;
    }

    /// @notice A proposal as it stands now.
    struct ProposalView {
        State state;
        uint256 number;
        uint256 season;
        uint256 votingStarts;
        uint256 votingEnds;
        uint256 lastSeat;
        uint256 quorum;
        uint256 parameters;
        uint256 options;
        uint256 winner;
        uint256 executableAt;
        uint256 expires;
    }

    /// @notice What an option has gathered: net votes, seats for and against, and whether it stands.
    struct TallyView {
        int256 net;
        uint256 seatsFor;
        uint256 seatsAgainst;
        uint256 lane;
        bool large;
        bool stands;
    }

    /// @param head the proposal's storage word as opened (see Head.sol): deadline, season, lane, quorum, last seat, set
    event ProposalOpened(
        bytes32 indexed proposal, uint256 indexed number, uint256 indexed seat, uint256 head, Option option
    );
    event RivalAdded(bytes32 indexed proposal, uint256 indexed place, uint256 indexed seat, uint256 lane, Option option);
    event VoteCast(bytes32 indexed proposal, uint256 indexed seat, uint256 option, int256 votes);
    event ProposalExecuted(bytes32 indexed proposal, uint256 option);
    event ProposalCancelled(bytes32 indexed proposal);
    event VotingChanged(uint256 indexed set, Voting voting);
    event SeasonsChanged(uint256 fromSeason, uint256 length, uint256 credits);

    /// @notice No proposal `proposal` has been opened here.
    error UnknownProposal(bytes32 proposal);
    /// @notice Proposal `proposal` has no option `option`.
    error UnknownOption(bytes32 proposal, uint256 option);
    /// @notice Voting on this proposal runs from `starts` to `ends` (unix seconds), and now it is `time`.
    error NotVoting(uint256 starts, uint256 ends, uint256 time);
    /// @notice Rivals can be added, and a proposal cancelled, only until voting opens at `starts` (unix seconds).
    error DeliberationOver(uint256 starts);
    /// @notice Seat `seat` was admitted after this proposal opened; its last seat is `lastSeat`.
    error SeatedLater(uint256 seat, uint256 lastSeat);
    /// @notice Seat `seat` wants to spend `cost` voice credits this season and has `left`.
    error NotEnoughCredits(uint256 seat, uint256 cost, uint256 left);
    /// @notice A ballot holds from -126 to 126 votes, 127 (a bare side for) or -128 (a bare side against), not `votes`.
    error VotesOutOfRange(int256 votes);
    /// @notice Seat `seat` has a proposal open until `until` (unix seconds); one at a time.
    error OneOpenProposal(uint256 seat, uint256 until);
    /// @notice Seat `seat` has put `limit` options this season, which is all the rules allow.
    error TooManyOptions(uint256 seat, uint256 limit);
    /// @notice Seat `seat` has added a rival to this proposal already.
    error OneRivalEach(uint256 seat);
    /// @notice A proposal has at most 15 rivals.
    error TooManyRivals();
    /// @notice An option has at most 16 payments and 16 calls; this one has `payments` and `calls`.
    error TooManyCalls(uint256 payments, uint256 calls);
    /// @notice Part `part` of this option (payments first, then calls, from 0) needs it to be declared large.
    error MustBeLarge(uint256 part);
    /// @notice Call `call` goes to `target`, which has no code; send money with a payment instead.
    error NoCode(uint256 call, address target);
    /// @notice This option admits or expels `count` seats; one day's cap is `cap`.
    error MoreThanADay(uint256 count, uint256 cap);
    /// @notice Only seat `seat`, which opened the proposal, can cancel it.
    error NotTheProposer(uint256 seat);
    /// @notice This proposal is in state `state` and cannot be executed.
    error NotExecutable(State state);
    /// @notice The winning option waits until `from` (unix seconds).
    error StillWaiting(uint256 from);
    /// @notice Option `option` did not win; option `winner` did.
    error NotTheWinner(uint256 option, uint256 winner);
    /// @notice What was handed in is not what was opened: the text, a call, the proposer, or the code at a target differs.
    error ContentDiffers(bytes32 given);

    /// @notice Open a proposal with its original option. Electorate, quorum and rules freeze now, for its rivals too.
    /// @dev An option that is not declared large may only pay coin or listed tokens and admit. A proposal whose voting
    /// would cross the season's end votes at the start of the next.
    function propose(Option calldata option) external returns (bytes32 proposal);

    /// @notice Put a rival option to a proposal, until voting opens; one a member a proposal.
    function addRival(bytes32 proposal, Option calldata option) external returns (uint256 place);

    /// @notice Cast `votes` votes (negative: against) on option `option` of `proposal`, for `votes` squared credits.
    /// @dev Replaces this seat's earlier votes on the option and refunds their credits; 0 takes the ballot back. 127 and
    /// -128 name a side and cost nothing.
    function vote(bytes32 proposal, uint8 option, int8 votes) external;

    /// @notice Cast many ballots in one transaction; all or none.
    function votePaper(Choice[] calldata paper) external;

    /// @notice Cancel one's own proposal before its voting opens. `content` is the content hash of its original.
    function cancel(bytes32 proposal, bytes32 content) external;

    /// @notice Execute the winning option. Anyone may; the treasury makes the calls. If one fails, nothing happened.
    /// @param author the seat that put the option
    function execute(bytes32 proposal, uint8 option, uint256 author, Option calldata content) external;

    function proposalOf(bytes32 proposal) external view returns (ProposalView memory);

    function tallyOf(bytes32 proposal, uint256 option) external view returns (TallyView memory);

    /// @notice The votes of `account`'s seat on an option, as cast: 0 for none, 127 and -128 for bare sides.
    /// @dev For who left and came back it may say 0 where the earlier seat's ballot, on a lane beyond the first 7 of its
    /// season, still counts: further pages are kept by seat, and the voter word knows the last seat only.
    function ballotOf(address account, bytes32 proposal, uint256 option) external view returns (int256 votes);

    /// @notice Voice credits that `account` has left this season; 0 for who holds no seat.
    function creditsOf(address account) external view returns (uint256);

    /// @notice What the rules of opening hold against `account`: when its open proposal ends, options put this season.
    function openingOf(address account) external view returns (uint256 openUntil, uint256 options);

    /// @notice Proposals opened so far.
    function proposals() external view returns (uint256);

    /// @notice The season now: its number, start and end (unix seconds), credits a seat, and days and credits of the next.
    function season()
        external
        view
        returns (
            uint256 number,
            uint256 starts,
            uint256 ends,
            uint256 credits,
            uint256 nextLength,
            uint256 nextCredits
        );

    /// @notice A set of rules by its number.
    function voting(uint256 set) external view returns (Voting memory);

    /// @notice The number of the set of rules that proposals opened now take.
    function votingSet() external view returns (uint256);

    /// @notice The hash that a proposal commits to for `option`, with the code now at its targets.
    /// @dev keccak256 of the option's ABI encoding; with calls, keccak256 of the encoding of that hash and the list of code
    /// hashes of their targets (zero for collective and treasury).
    function contentOf(Option calldata option) external view returns (bytes32);
}
