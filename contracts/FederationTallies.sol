// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {FederationSeats} from "./FederationSeats.sol";
import {IFederationTallies} from "./interfaces/IFederationTallies.sol";
import {IMember} from "./interfaces/IMember.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {Gathered} from "./libraries/Gathered.sol";
import {Interop, Note, NoteKind, Notes} from "./libraries/Note.sol";
import {Totals, Weight} from "./libraries/Weight.sol";

/// @title Motions told by members, here and in notes from other chains, and counted
abstract contract FederationTallies is IERC7786Recipient, FederationSeats {
    using Weight for Count;

    uint256 internal constant LINK_WAIT = 14 days;

    /// @inheritdoc IFederationTallies
    function report(IPurse.Report memory told) public {
        require(msg.sender == treasury(), OnlyPurse());
        uint256 number = _takeState(Interop.idOf(block.chainid, told.collective), block.chainid, told);
        Seat memory s = seats[number];
        for (uint256 i = 0; i < told.votes.length; ++i) {
            require(number != 0 && _takeVote(number, s, told.votes[i]), NotCounted(told.votes[i].motion));
        }
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32 id, bytes calldata sender, bytes calldata payload)
        external
        payable
        returns (bytes4)
    {
        (uint256 chain, address branch) = InteroperableAddress.parseEvmV1Calldata(sender);
        Link memory link = links[chain];
        (Note memory note, bytes calldata body) = Notes.unpack(payload);
        require(
            msg.sender == link.gateway && branch == link.branch && note.from == chain && note.to == block.chainid
                && chain != block.chainid,
            StrangeNote(note.from, note.to)
        );
        require(block.timestamp < note.expiry, NoteExpired(note.expiry));
        require(block.timestamp >= link.pausedUntil, PeerIsPaused(chain, link.pausedUntil));
        emit NoteTaken(id, chain);
        // What was numbered before a change of the link is old.
        uint256 number = (uint256(link.era) << 48) | Math.min(note.nonce, type(uint48).max);
        if (note.kind == NoteKind.Report) _takeReport(Notes.unpackReport(body, note.charter), chain, number);
        else if (note.kind == NoteKind.Delegation) _takeDelegation(body, chain, number);
        else revert StrangeNote(note.from, note.to);
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc IFederationTallies
    function motionOf(bytes32 motion) external view returns (MotionView memory v) {
        Motion storage m = motionOfKey[motion];
        Head memory head = m.head;
        if (head.opened == 0) return v;
        (v.state, v.enactableAt, v.expires) = _outcome(m, head);
        (v.number, v.opened, v.votesEnd, v.closes) = (head.number, head.opened, head.votesEnd, _closing(head.closes));
        (v.large, v.twoThirds, v.count) = (head.kind != Kind.Ordinary, head.kind >= Kind.TwoThirds, head.count);
        (v.enrolled, v.live) = head.count.totals(m.totals);
        v.enrolledSeats = m.totals.seats;
        Gathered g = m.gathered;
        (v.weightFor, v.weightAgainst) = (g.weightFor(), g.weightAgainst());
        (v.peopleFor, v.peopleAgainst) = (g.peopleFor(), g.peopleAgainst());
        (v.seatsFor, v.seatsAgainst) = (g.seatsFor(), g.seatsAgainst());
    }

    /// @inheritdoc IMember
    function resultOf(address purse, bytes32 above) external view returns (Result memory result) {
        Motion storage m = motionOfKey[passed[purse][above]];
        Head memory head = m.head;
        result.people = all.people;
        if (head.opened == 0 || block.timestamp <= head.closes) return result;
        Gathered g = m.gathered;
        result.ended = head.closes;
        (result.seatsFor, result.seatsAgainst) = (g.peopleFor(), g.peopleAgainst());
        uint256 quorumBps = rulesOf[head.set].quorumBps;
        if (head.count.passes(g, m.totals, quorumBps, false)) result.decision = 1;
        else if (head.count.passes(g.turned(), m.totals, quorumBps, false)) result.decision = -1;
    }

    /// @inheritdoc IMember
    // A federation speaks by motions alone, and none of their acts objects: it has no veto where it sits.
    function objectsTo(address, bytes32) external pure returns (bool) {
        return false;
    }

    function _takeReport(IPurse.Report memory told, uint256 chain, uint256 note) private {
        bytes32 id = Interop.idOf(chain, told.collective);
        uint256 number = seatOf[id];
        // How a member stands is what the latest note says; how it voted is final, in whatever order it comes.
        if (number == 0 || note > pasts[number].nonce) {
            uint256 sitting = _takeState(id, chain, told);
            if (sitting != 0) number = sitting;
            if (number != 0) pasts[number].nonce = uint64(note);
        }
        Seat memory s = seats[number];
        for (uint256 i = 0; i < told.votes.length; ++i) {
            // One vote that cannot be counted must not keep the others of its note.
            if (s.joined == 0 || !_takeVote(number, s, told.votes[i])) emit VoteSkipped(told.votes[i].motion, number);
        }
    }

    function _takeDelegation(bytes calldata body, uint256 chain, uint256 note) private {
        (address collective, bytes32 name, bool given) = abi.decode(body, (address, bytes32, bool));
        uint256 number = _sitting(Interop.idOf(chain, collective));
        require(note > delegationNotes[number][name], OldNote(note));
        delegationNotes[number][name] = note;
        _delegate(number, name, given);
    }

    /// @dev Counts a member's vote, or says why not by returning false.
    function _takeVote(uint256 number, Seat memory s, IPurse.Told memory told) private returns (bool) {
        Motion storage m = motionOfKey[told.motion];
        Head memory head = m.head;
        if (
            head.opened == 0 || head.fate != Fate.Open || told.ended == 0 || told.ended > head.votesEnd
                || s.joined > head.opened || (block.timestamp > head.closes && block.timestamp > _closing(head.closes))
        ) return false;
        uint256 roll = _peopleIn(head, number, s);
        int256 decision = told.decision > 0 ? int256(1) : told.decision < 0 ? int256(-1) : int256(0);
        (uint256 for_, uint256 against) = (told.seatsFor, told.seatsAgainst);
        // A member whose persons were agreed on has no votes of theirs to tell: all stand on the side that it took.
        if (s.persons != 0) (for_, against) = (decision > 0 ? roll : 0, decision < 0 ? roll : 0);
        (for_, against) = Weight.within(for_, against, roll);

        Gathered g = m.gathered;
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
        uint256 closes = _closing(head.closes);
        if (block.timestamp <= closes) return (State.Voting, 0, 0);
        Rules memory r = rulesOf[head.set];
        from = closes + (head.kind == Kind.Ordinary ? r.timelock : r.largeDelay);
        if (head.kind >= Kind.TwoThirds) from = Math.max(from, closes + LINK_WAIT);
        expires = from + r.grace;
        if (head.fate == Fate.Enacted) return (State.Enacted, from, expires);
        if (!_passes(m, head, r.quorumBps)) return (State.Defeated, 0, 0);
        state = block.timestamp < expires ? State.Waiting : State.Expired;
    }

    function _passes(Motion storage m, Head memory head, uint256 quorumBps) private view returns (bool) {
        Gathered g = m.gathered;
        Totals memory t = m.totals;
        if (head.kind < Kind.TwoThirds) return head.count.passes(g, t, quorumBps, head.kind == Kind.Large);
        if (uint256(t.liveSeats) * 2 < t.seats) return false;
        uint256 voters_ = head.kind == Kind.Expulsion ? t.seats - Math.min(t.seats, 1) : t.seats;
        return voters_ != 0 && g.seatsFor() >= Weight.twoThirds(voters_);
    }
}
