// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {FederationSeats} from "./FederationSeats.sol";
import {IFederationTallies} from "./interfaces/IFederationTallies.sol";
import {IMember} from "./interfaces/IMember.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {Interop} from "./libraries/Note.sol";
import {Gathered, Totals, Weight} from "./libraries/Weight.sol";

/// @title Motions told by members, and counted
abstract contract FederationTallies is FederationSeats {
    using Weight for Count;
    using Weight for Gathered;

    uint256 internal constant LINK_WAIT = 14 days;

    /// @inheritdoc IFederationTallies
    function report(IPurse.Report calldata told) external {
        require(msg.sender == treasury(), OnlyPurse());
        uint256 number = _takeState(told, block.chainid);
        for (uint256 i = 0; i < told.votes.length; ++i) {
            require(number != 0 && _takeVote(number, told.votes[i]), NotCounted(told.votes[i].motion));
        }
    }

    /// @inheritdoc IFederationTallies
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

    /// @inheritdoc IFederationTallies
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

    /// @inheritdoc IMember
    function resultOf(address purse, bytes32 above) external view returns (Result memory result) {
        Motion storage m = motionOfKey[passed[purse][above]];
        Head memory head = m.head;
        result.people = all.people;
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
    // A federation speaks by motions alone, and none of their acts objects: it has no veto where it sits.
    function objectsTo(address, bytes32) external pure returns (bool) {
        return false;
    }

    /// @dev Counts a member's vote, or says why not by returning false.
    function _takeVote(uint256 number, IPurse.Told memory told) internal returns (bool) {
        Motion storage m = motionOfKey[told.motion];
        Head memory head = m.head;
        Seat memory s = seats[number];
        if (
            head.opened == 0 || head.fate != Fate.Open || told.ended == 0 || told.ended > head.votesEnd
                || block.timestamp > head.closes || s.joined > head.opened
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

    function _passes(Motion storage m, Head memory head, uint256 quorumBps) private view returns (bool) {
        Gathered memory g = m.gathered;
        Totals memory t = m.totals;
        if (head.kind < Kind.TwoThirds) return head.count.passes(g, t, quorumBps, head.kind == Kind.Large);
        if (uint256(t.liveSeats) * 2 < t.seats) return false;
        uint256 voters_ = head.kind == Kind.Expulsion ? t.seats - Math.min(t.seats, 1) : t.seats;
        return voters_ != 0 && g.seatsFor >= Weight.twoThirds(voters_);
    }
}
