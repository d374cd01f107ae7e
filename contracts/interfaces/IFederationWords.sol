// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Asked} from "../libraries/Motion.sol";

/// @title What a federation speaks of: rules, motions, acts, and all it tells and refuses
interface IFederationWords {
    /// @notice How a motion is counted. People: the people for and against in each member's vote. Seats: one each.
    /// Penrose: isqrt(people * 10^6) each, voting as a bloc; more than half of all. PenroseQuota: at least
    /// ceil((sum + isqrt(sum of squares)) / 2). Double: most people and most seats.
    enum Count {
        None,
        People,
        Seats,
        Penrose,
        PenroseQuota,
        Double
    }

    /// @notice What a motion can do; `Act.data` is the ABI encoding of what stands behind each.
    enum ActKind {
        None,
        /// (address token, address to, uint256 amount, bytes32 purpose): from the purse on `chain`
        Pay,
        /// (address treasury, uint256 budget, address to, uint256 amount, bytes32 purpose): under a member's mandate, from that member
        Spend,
        /// (bytes member, string what): asks a member to decide on an affair of its own
        Request,
        /// (bytes member, uint32 persons): 0 for a roll that is told
        Invite,
        /// (bytes member)
        Expel,
        /// (bytes member, uint32 people): count a roll that has grown by more than a fifth
        ConfirmRoll,
        /// (bytes32 competence, bool listed)
        Competence,
        /// (Rules)
        Rules,
        /// (bytes32 charter, string uri)
        Charter,
        /// (address gateway, address branch, uint32 domain, address peer, address[] validators, uint8 threshold): the link of `chain`
        Link,
        /// (uint32 domain, address peer, address[] validators, uint8 threshold): the branch's link home
        LinkBack,
        /// (address token, uint16 bps): the most that leaves the purse on `chain` in seven days
        Ceiling,
        /// (address token, bool listed)
        List,
        /// (address purse, bytes32 charter, uint256 bps): sit in another federation
        Join,
        /// (address purse)
        Quit,
        /// (address purse, uint256 bps)
        Levy,
        /// (address purse, bytes32 competence, bool given)
        Delegate,
        /// (uint256 before): drop orders that the branch on `chain` received before
        Invalidate,
        /// (): take notes from `chain` again
        Resume,
        /// (address branch, bytes32 order): confirm an order that another member vetoed at a branch where this federation sits
        Confirm
    }

    struct Act {
        ActKind kind;
        uint256 chain;
        bytes data;
    }

    /// @param competence in which the federation acts; 0 for its own house (seats, rules, links)
    struct Content {
        bytes32 text;
        string uri;
        bytes32 competence;
        bool large;
        Act[] acts;
    }

    /// @param voting members' votes that end in this time count
    /// @param telling time after that in which they are told
    /// @param timelock wait of an ordinary motion that passed, and `largeDelay` of a large one
    /// @param quorumBps share of the weight heard from that must be for
    /// @param bucketBps share of the purse at home that ordinary motions pay in seven days
    /// @param staleAfter a seat not heard from for so long, and a week, leaves the quorum's base
    struct Rules {
        uint32 voting;
        uint32 telling;
        uint32 timelock;
        uint32 largeDelay;
        uint32 grace;
        uint32 staleAfter;
        uint16 quorumBps;
        uint16 bucketBps;
        Count ordinary;
        Count large;
    }

    struct Invitee {
        bytes member;
        uint32 persons;
    }

    /// @param text keccak256 of the charter's text
    /// @param competences delegated by whoever joins, at most 16
    /// @param exitShare whether a leaver gets its share of what levies left in a purse
    /// @param invited may join from the start
    struct Charter {
        string name;
        bytes32 text;
        string uri;
        Rules rules;
        bytes32[] competences;
        bool exitShare;
        address[] tokens;
        Invitee[] invited;
    }

    enum State {
        None,
        Voting,
        Waiting,
        Enacted,
        Defeated,
        Cancelled,
        Expired
    }

    struct MotionView {
        State state;
        uint256 number;
        uint256 opened;
        uint256 votesEnd;
        uint256 closes;
        uint256 enactableAt;
        uint256 expires;
        bool large;
        bool twoThirds;
        Count count;
        uint256 enrolled;
        uint256 live;
        uint256 enrolledSeats;
        uint256 weightFor;
        uint256 weightAgainst;
        uint256 peopleFor;
        uint256 peopleAgainst;
        uint256 seatsFor;
        uint256 seatsAgainst;
    }

    /// @param joined 0: does not sit
    /// @param people counted now
    /// @param live heard from within `staleAfter`, or not yet marked as silent
    struct SeatView {
        uint256 chain;
        address collective;
        uint256 joined;
        uint256 heard;
        uint256 noticeEnds;
        uint256 people;
        uint256 persons;
        bool live;
    }

    /// @notice What all that sit weigh, and those of them that are heard from.
    struct TotalsView {
        uint256 seats;
        uint256 liveSeats;
        uint256 people;
        uint256 livePeople;
        uint256 penrose;
        uint256 livePenrose;
    }

    struct LinkView {
        address gateway;
        address branch;
        uint40 pausedUntil;
    }

    event FederationFounded(bytes32 indexed charter, address purse, string name, string uri);
    event RulesChanged(uint256 indexed set, Rules rules);
    event CharterChanged(bytes32 indexed charter, string uri);
    event Invited(bytes32 indexed id, bytes member, uint256 persons);
    event Seated(uint256 indexed seat, bytes32 indexed id, uint256 chain, address collective, uint256 people);
    event Unseated(uint256 indexed seat, bytes32 indexed id);
    event NoticeOfExpulsion(uint256 indexed seat, uint256 ends);
    event RollTold(uint256 indexed seat, uint256 told, uint256 counted);
    event SeatSilent(uint256 indexed seat);
    event SeatHeard(uint256 indexed seat);
    event CompetenceListed(bytes32 indexed competence, bool listed);
    event CompetenceDelegated(bytes32 indexed competence, uint256 indexed seat, bool given);
    event MotionOpened(bytes32 indexed motion, uint256 indexed number, address indexed opener, uint256 votesEnd, uint256 closes, Content content);
    /// @notice A motion of the federation above, put to this one's own members.
    event MotionPassedDown(bytes32 indexed motion, address indexed purse, bytes32 indexed above, uint256 number, Asked asked);
    event MotionTold(bytes32 indexed motion, uint256 indexed seat, uint256 peopleFor, uint256 peopleAgainst, int256 decision);
    /// @notice A vote in a note that could not be counted: unknown motion, too late, or a seat that joined later.
    event VoteSkipped(bytes32 indexed motion, uint256 indexed seat);
    event MotionEnacted(bytes32 indexed motion);
    event MotionCancelled(bytes32 indexed motion);
    event Requested(bytes32 indexed motion, bytes32 indexed id, string what);
    event OrderMade(bytes32 indexed order, bytes32 indexed motion, uint256 index, Act act);
    event NoteSent(bytes32 indexed id, uint256 indexed chain);
    event NoteTaken(bytes32 indexed id, uint256 indexed chain);
    event LinkChanged(uint256 indexed chain, address gateway, address branch);
    event PeerPaused(uint256 indexed chain, uint256 until, address by);
    event PeerResumed(uint256 indexed chain);

    /// @notice This federation has been founded already.
    error FederationExists();
    /// @notice Nobody invited the member `id`.
    error NotInvited(bytes32 id);
    /// @notice Member `id` does not sit here.
    error NotSitting(bytes32 id);
    /// @notice Member `id` sits here already.
    error SitsAlready(bytes32 id);
    /// @notice Member `id` left while motions were open; it can sit again from `from` (unix seconds) on.
    error SitsAgainFrom(bytes32 id, uint256 from);
    /// @notice `account` does not belong to a member of this federation by the path given.
    error NotOfThisFederation(address account);
    /// @notice No motion `motion` has been opened here.
    error UnknownMotion(bytes32 motion);
    /// @notice `opener` has a motion open until `until` (unix seconds); one at a time.
    error OneOpenMotion(address opener, uint256 until);
    /// @notice All places for open motions are taken; the next is free at `from` (unix seconds).
    error TooManyMotions(uint256 from);
    /// @notice More than half of the members have not delegated the competence `competence` to this federation.
    error NotCompetent(bytes32 competence);
    /// @notice This motion asks one member alone; that member decides.
    error FallsOnOneMember(bytes32 id);
    /// @notice Act `act` needs the motion to be declared large.
    error MotionMustBeLarge(uint256 act);
    /// @notice A motion has at most 8 acts; this one has `acts`.
    error TooManyActs(uint256 acts);
    /// @notice Act `act` cannot be read.
    error BadAct(uint256 act);
    /// @notice Only who opened the motion can take it back, and only while members vote.
    error NotYours(bytes32 motion);
    /// @notice This motion is in state `state` and cannot be enacted.
    error NotEnactable(State state);
    /// @notice The motion waits until `from` (unix seconds).
    error MotionWaits(uint256 from);
    /// @notice What was handed in is not what was opened.
    error MotionDiffers(bytes32 given);
    /// @notice The vote told for motion `motion` cannot be counted: it ended after the motion's votes, the telling is over, or the member joined after the motion was opened.
    error NotCounted(bytes32 motion);
    /// @notice Chain `chain` is not linked.
    error NoLink(uint256 chain);
    /// @notice Notes from chain `chain` are paused until `until` (unix seconds).
    error PeerIsPaused(uint256 chain, uint256 until);
    /// @notice This note is not from the branch of a linked chain, or not meant for this chain.
    error StrangeNote(uint256 from, uint256 to);
    /// @notice This note expired at `expiry` (unix seconds).
    error NoteExpired(uint256 expiry);
    /// @notice A later note than number `nonce` was taken already.
    error OldNote(uint256 nonce);
    /// @notice A pause needs the objection of a member's people, once in 30 days.
    error CannotPause(uint256 chain);
    /// @notice The seat was heard from at `heard` (unix seconds), which is not long enough ago.
    error StillHeard(uint256 heard);
    /// @notice The rule `rule` cannot be `value`: it must lie between `low` and `high`.
    error RuleOutOfBounds(bytes32 rule, uint256 value, uint256 low, uint256 high);
    /// @notice At most 16 competences are listed.
    error TooManyCompetences();
    /// @notice No order `order` was made here.
    error UnknownOrder(bytes32 order);
    /// @notice Only the federation's purse can report.
    error OnlyPurse();
}
