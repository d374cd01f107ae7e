// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {FederationSeats} from "./FederationSeats.sol";
import {IBooks} from "./interfaces/IBooks.sol";
import {IFederation} from "./interfaces/IFederation.sol";
import {IFederationMotions} from "./interfaces/IFederationMotions.sol";
import {IMember} from "./interfaces/IMember.sol";
import {IMembership} from "./interfaces/IMembership.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {ITies} from "./interfaces/ITies.sol";
import {Asked, Motion as MotionKey} from "./libraries/Motion.sol";
import {Interop} from "./libraries/Note.sol";
import {Gathered, Totals, Weight} from "./libraries/Weight.sol";

/// @title Motions: opened, passed down, told by members, counted
abstract contract FederationMotions is FederationSeats {
    using Weight for Count;
    using Weight for Gathered;

    uint256 internal constant MAX_PATH = 8;
    uint256 internal constant LINK_WAIT = 14 days;

    /// @inheritdoc IFederationMotions
    function report(IPurse.Report calldata told) external {
        require(msg.sender == treasury(), OnlyPurse());
        uint256 number = _takeState(told, block.chainid);
        for (uint256 i = 0; i < told.votes.length; ++i) {
            require(number != 0 && _takeVote(number, told.votes[i]), NotCounted(told.votes[i].motion));
        }
    }

    /// @inheritdoc IFederationMotions
    function takeReport(IPurse.Report calldata told, uint256 chain, uint256 note) external {
        require(msg.sender == address(this), OnlyPurse());
        uint256 number = seatOf[Interop.idOf(chain, told.collective)];
        // How a member stands is what the latest note says; how it voted is final, in whatever order it comes.
        if (number == 0 || note > pasts[number].nonce) {
            uint256 sitting = _takeState(told, chain);
            if (sitting != 0) number = sitting;
            if (number != 0) pasts[number].nonce = uint64(note);
        }
        bool sits_ = seats[number].joined != 0;
        for (uint256 i = 0; i < told.votes.length; ++i) {
            // One vote that cannot be counted must not keep the others of its note.
            if (!sits_ || !_takeVote(number, told.votes[i])) emit VoteSkipped(told.votes[i].motion, number);
        }
    }

    /// @inheritdoc IFederationMotions
    function open(Content calldata content, address[] calldata path) external returns (bytes32 motion) {
        bool person = path.length != 0;
        if (person) _requireBelongs(path);
        else _requireTreasury();
        uint256 until = openUntil[msg.sender];
        require(block.timestamp > until, OneOpenMotion(msg.sender, until));
        Kind kind = _checkedContent(content);
        Rules memory r = _rules();

        Asked memory asked = Asked(
            block.chainid,
            address(this),
            ++motionCount,
            msg.sender,
            block.timestamp + r.voting,
            content.text,
            content.uri,
            keccak256(abi.encode(content.competence, content.large, content.acts))
        );
        Count count = kind == Kind.Ordinary ? r.ordinary : r.large;
        motion = _store(asked, count, kind, r.telling, person);
        openUntil[msg.sender] = uint40(asked.votesEnd);
        motionOfKey[motion].content = keccak256(abi.encode(content));
        emit MotionOpened(motion, asked.number, msg.sender, asked.votesEnd, asked.votesEnd + r.telling, content);
    }

    /// @inheritdoc IFederationMotions
    function passDown(address parentPurse, Asked calldata above, address[] calldata path)
        external
        returns (bytes32 motion)
    {
        _requireBelongs(path);
        require(ITies(treasury()).tieOf(parentPurse).since != 0, ITies.NotTied(parentPurse));
        (uint256 chain, address federation) = IPurse(parentPurse).home();
        bytes32 key = MotionKey.keyOf(above);
        require(above.chain == chain && above.federation == federation, UnknownMotion(key));
        require(passed[parentPurse][key] == 0, MotionDiffers(passed[parentPurse][key]));
        Rules memory r = _rules();
        // What is told here by the end of this one's telling still reaches the one above in its votes.
        require(above.votesEnd > block.timestamp + r.telling, NotCounted(key));
        Asked memory asked = Asked(
            block.chainid,
            address(this),
            ++motionCount,
            parentPurse,
            above.votesEnd - r.telling,
            above.text,
            above.uri,
            keccak256(abi.encode(key))
        );
        motion = _store(asked, r.ordinary, Kind.Ordinary, r.telling, false);
        passed[parentPurse][key] = motion;
        emit MotionPassedDown(motion, parentPurse, key, asked.number, asked);
    }

    /// @inheritdoc IFederationMotions
    function cancel(bytes32 motion) external {
        Motion storage m = _existing(motion);
        require(
            m.opener == msg.sender && block.timestamp < m.head.votesEnd && m.head.fate == Fate.Open, NotYours(motion)
        );
        m.head.fate = Fate.Cancelled;
        laneCloses[m.head.lane] = 0;
        openUntil[msg.sender] = 0;
        emit MotionCancelled(motion);
    }

    /// @inheritdoc IFederationMotions
    function motionOf(bytes32 motion) external view returns (MotionView memory v) {
        Motion storage m = motionOfKey[motion];
        Head memory head = m.head;
        if (head.opened == 0) return v;
        (v.state, v.enactableAt, v.expires) = _outcome(m, head);
        (v.number, v.opened, v.votesEnd, v.closes) = (head.number, head.opened, head.votesEnd, head.closes);
        (v.large, v.twoThirds, v.count) = (head.kind != Kind.Ordinary, head.kind >= Kind.TwoThirds, head.count);
        (v.enrolled, v.live) = head.count.totals(m.totals);
        v.enrolledSeats = m.totals.seats;
        Gathered memory g = m.gathered;
        (v.weightFor, v.weightAgainst) = (g.weightFor, g.weightAgainst);
        (v.peopleFor, v.peopleAgainst) = (g.peopleFor, g.peopleAgainst);
        (v.seatsFor, v.seatsAgainst) = (g.seatsFor, g.seatsAgainst);
    }

    /// @inheritdoc IFederationMotions
    function passedDown(address purse, bytes32 above) external view returns (bytes32) {
        return passed[purse][above];
    }

    /// @inheritdoc IMember
    function resultOf(address purse, bytes32 above) external view returns (Result memory result) {
        Motion storage m = motionOfKey[passed[purse][above]];
        Head memory head = m.head;
        if (head.opened == 0 || block.timestamp <= head.closes) return result;
        Gathered memory g = m.gathered;
        result.ended = head.closes;
        (result.seatsFor, result.seatsAgainst) = (g.peopleFor, g.peopleAgainst);
        uint256 quorumBps = rulesOf[head.set].quorumBps;
        if (head.count.passes(g, m.totals, quorumBps, false)) {
            result.decision = 1;
        } else {
            (g.weightFor, g.weightAgainst, g.seatsFor, g.seatsAgainst) =
                (g.weightAgainst, g.weightFor, g.seatsAgainst, g.seatsFor);
            if (head.count.passes(g, m.totals, quorumBps, false)) result.decision = -1;
        }
    }

    /// @inheritdoc IMember
    // A federation speaks by motions, and acts as a treasury where its members' people would object.
    function objectsTo(address, bytes32) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IFederationMotions
    function motions() external view returns (uint256) {
        return motionCount;
    }

    /// @dev Counts a member's vote, or says why not by returning false.
    function _takeVote(uint256 number, IPurse.Told memory told) internal returns (bool) {
        Motion storage m = motionOfKey[told.motion];
        Head memory head = m.head;
        Seat memory s = seats[number];
        if (
            head.opened == 0 || head.fate != Fate.Open || told.ended == 0 || told.ended > head.votesEnd
                || block.timestamp > head.closes || s.joined >= head.opened
        ) return false;
        uint256 roll = _peopleAt(number, s, head.opened);
        int256 decision = told.decision > 0 ? int256(1) : told.decision < 0 ? int256(-1) : int256(0);
        (uint256 for_, uint256 against) = (told.seatsFor, told.seatsAgainst);
        // A member whose persons were agreed on has no votes of theirs to tell: all stand on the side that it took.
        if (s.persons != 0) (for_, against) = (decision > 0 ? roll : 0, decision < 0 ? roll : 0);
        (for_, against) = Weight.within(for_, against, roll);

        Gathered memory g = m.gathered;
        (bool known, uint256 oldFor, uint256 oldAgainst, int256 oldDecision) = _partOf(head, number);
        if (known) {
            if (oldFor == for_ && oldAgainst == against && oldDecision == decision) return true;
            g = g.minus(head.count.part(oldFor, oldAgainst, oldDecision, roll));
        }
        m.gathered = g.plus(head.count.part(for_, against, decision, roll));
        _setPart(head, number, for_, against, decision);
        emit MotionTold(told.motion, number, for_, against, decision);
        return true;
    }

    function _outcome(Motion storage m, Head memory head)
        internal
        view
        returns (State state, uint256 from, uint256 expires)
    {
        if (head.fate == Fate.Cancelled) return (State.Cancelled, 0, 0);
        if (block.timestamp <= head.closes) return (State.Voting, 0, 0);
        Rules memory r = rulesOf[head.set];
        from = head.closes + (head.kind == Kind.Ordinary ? r.timelock : r.largeDelay);
        if (head.kind >= Kind.TwoThirds) from = Math.max(from, head.closes + LINK_WAIT);
        expires = from + r.grace;
        if (head.fate == Fate.Enacted) return (State.Enacted, from, expires);
        if (!_passes(m, head, r.quorumBps)) return (State.Defeated, 0, 0);
        state = block.timestamp < expires ? State.Waiting : State.Expired;
    }

    function _existing(bytes32 motion) internal view returns (Motion storage m) {
        m = motionOfKey[motion];
        require(m.head.opened != 0, UnknownMotion(motion));
    }

    function _store(Asked memory asked, Count count, Kind kind, uint256 telling, bool person)
        private
        returns (bytes32 motion)
    {
        motion = MotionKey.keyOf(asked);
        uint256 closes = asked.votesEnd + telling;
        uint256 lane = _takeLane(motion, closes, person);
        Motion storage m = motionOfKey[motion];
        m.head = Head(
            uint40(block.timestamp),
            uint40(asked.votesEnd),
            uint40(closes),
            uint24(asked.number),
            ruleSet,
            uint8(lane),
            count,
            kind,
            Fate.Open
        );
        m.totals = all;
        m.opener = asked.opener;
    }

    function _takeLane(bytes32 motion, uint256 closes, bool person) private returns (uint256 lane) {
        uint256 first = type(uint256).max;
        // Members' own motions look in their own half first.
        for (uint256 i = 0; i < (person ? LANES_FOR_PERSONS : LANES); ++i) {
            lane = person ? i : LANES - 1 - i;
            uint256 busy = laneCloses[lane];
            if (busy < block.timestamp) {
                laneMotion[lane] = motion;
                laneCloses[lane] = uint40(closes);
                return lane;
            }
            first = Math.min(first, busy + 1);
        }
        revert TooManyMotions(first);
    }

    function _passes(Motion storage m, Head memory head, uint256 quorumBps) private view returns (bool) {
        Gathered memory g = m.gathered;
        Totals memory t = m.totals;
        if (head.kind < Kind.TwoThirds) return head.count.passes(g, t, quorumBps, head.kind == Kind.Large);
        if (uint256(t.liveSeats) * 2 < t.seats) return false;
        uint256 voters_ = head.kind == Kind.Expulsion ? t.seats - Math.min(t.seats, 1) : t.seats;
        return voters_ != 0 && g.seatsFor >= Weight.twoThirds(voters_);
    }

    /// @dev What a motion may hold is decided here, at opening.
    function _checkedContent(Content calldata content) private view returns (Kind kind) {
        uint256 count = content.acts.length;
        require(count <= MAX_ACTS, TooManyActs(count));
        bool house = count != 0;
        bool one = count != 0;
        bytes32 member;
        if (content.large) kind = Kind.Large;
        for (uint256 i = 0; i < count; ++i) {
            ActKind act = content.acts[i].kind;
            require(act != ActKind.None, BadAct(i));
            if (act == ActKind.Pay || act == ActKind.Spend || act == ActKind.Request) house = false;
            bool small = act <= ActKind.Invite || act == ActKind.ConfirmRoll;
            require(small || content.large, MotionMustBeLarge(i));
            if (act == ActKind.Expel) {
                // Two thirds of the others: which others would be open if two were named.
                require(count == 1, BadAct(i));
                kind = Kind.Expulsion;
            } else if (act == ActKind.Link || act == ActKind.LinkBack) {
                kind = Kind.TwoThirds;
            }
            if (act == ActKind.Request) {
                (bytes memory asked,) = abi.decode(content.acts[i].data, (bytes, string));
                bytes32 id = _memberId(asked);
                if (i != 0 && id != member) one = false;
                member = id;
            } else {
                one = false;
            }
        }
        require(!one, FallsOnOneMember(member));
        if (!house || content.competence != 0) {
            (, bool held) = _competence(content.competence);
            require(held, NotCompetent(content.competence));
        }
    }

    /// @dev The caller is a member's treasury on this chain.
    function _requireTreasury() private view {
        address collective = IBooks(msg.sender).collective();
        bool own = IMember(collective).treasury() == msg.sender && sits(Interop.idOf(block.chainid, collective));
        require(own, NotOfThisFederation(msg.sender));
    }

    /// @dev The caller has a seat in the first of the path, each of which sits in the next, and the last here.
    function _requireBelongs(address[] calldata path) private view {
        uint256 count = path.length;
        require(count != 0 && count <= MAX_PATH, NotOfThisFederation(msg.sender));
        require(IMembership(path[0]).isMember(msg.sender), NotOfThisFederation(msg.sender));
        for (uint256 i = 1; i < count; ++i) {
            require(
                IFederation(path[i]).sits(Interop.idOf(block.chainid, path[i - 1])), NotOfThisFederation(path[i - 1])
            );
        }
        require(sits(Interop.idOf(block.chainid, path[count - 1])), NotOfThisFederation(path[count - 1]));
    }
}
