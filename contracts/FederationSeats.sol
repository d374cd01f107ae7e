// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {FederationState} from "./FederationState.sol";
import {IHomePurse} from "./interfaces/IHomePurse.sol";
import {IFederationTallies} from "./interfaces/IFederationTallies.sol";
import {IMember} from "./interfaces/IMember.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {Bits} from "./libraries/Bits.sol";
import {Interop} from "./libraries/Note.sol";
import {Totals, Weight} from "./libraries/Weight.sol";

/// @title Who sits in a federation, how many people stand behind each seat, and what they delegated
abstract contract FederationSeats is IFederationTallies, FederationState {
    using Bits for uint256;
    using Checkpoints for Checkpoints.Trace208;
    using Weight for Count;
    using Weight for Totals;

    uint256 internal constant ROLL_PERIOD = 90 days;
    /// @dev That a seat was heard from is written this often at most; it falls silent as much later.
    uint256 internal constant HEARD_AGAIN = 7 days;

    /// @inheritdoc IFederationTallies
    function markSilent(uint256 number) external {
        Seat memory s = seats[number];
        require(s.joined != 0, NotSitting(_idOf(number)));
        require(s.live && block.timestamp > uint256(s.heard) + _rules().staleAfter + HEARD_AGAIN, StillHeard(s.heard));
        all = all.with(s.people, true, true).with(s.people, false, false);
        seats[number].live = false;
        pasts[number].silentAt = _afterMotions();
        emit SeatSilent(number);
    }

    /// @inheritdoc IFederationTallies
    function unseat(uint256 number) external {
        Seat memory s = seats[number];
        require(s.joined != 0 && s.noticeEnds != 0, NotSitting(_idOf(number)));
        require(block.timestamp >= s.noticeEnds, MotionWaits(s.noticeEnds));
        _unseat(number);
        Account memory account = accounts[number];
        // Elsewhere a note says it (sendSeat).
        if (account.chain == block.chainid) {
            IHomePurse(treasury()).takeSeat(account.collective, IPurse.SeatState.None, 0);
        }
    }

    /// @inheritdoc IFederationTallies
    function takeDelegation(address collective, bytes32 name, bool given) external {
        require(msg.sender == treasury(), OnlyPurse());
        _delegate(_sitting(Interop.idOf(block.chainid, collective)), name, given);
    }

    /// @inheritdoc IMember
    function treasury() public view override(IMember, FederationState) returns (address) {
        return FederationState.treasury();
    }

    /// @inheritdoc IFederationTallies
    function sits(bytes32 id) public view override(IFederationTallies, FederationState) returns (bool) {
        return FederationState.sits(id);
    }

    /// @inheritdoc IMember
    function people() external view returns (uint256) {
        return all.people;
    }

    /// @dev Seats, unseats, and takes the roll. Returns the seat's number, 0 if it does not sit.
    function _takeState(bytes32 id, uint256 chain, IPurse.Report memory told) internal returns (uint256 number) {
        number = seatOf[id];
        Seat memory s = seats[number];
        if (s.joined != 0 && (!told.seated || told.since > s.since)) {
            // Left, or left and joined again since the last report: then it needs another invitation, and another report.
            _unseat(number);
            return 0;
        }
        if (!told.seated) return 0;
        if (s.joined != 0) {
            _takeRoll(number, s, told.people);
            return number;
        }
        return _seat(id, chain, told);
    }

    function _unseat(uint256 number) internal {
        Seat memory s = seats[number];
        uint256 sitsFrom = 0;
        for (uint256 lane = 0; lane < LANES; ++lane) {
            uint256 closes = _closing(laneCloses[lane]);
            if (closes < block.timestamp) continue;
            _withdraw(motionOfKey[laneMotion[lane]], number, s);
            sitsFrom = Math.max(sitsFrom, closes);
        }
        all = all.with(s.people, s.live, true);
        uint256 counts = delegators;
        for (uint256 place = 0; place < competenceList.length; ++place) {
            if (uint256(s.given).get(place, 1) == 1) counts = counts.set(16 * place, 16, counts.get(16 * place, 16) - 1);
        }
        delegators = counts;
        delete seats[number];
        (pasts[number].sitsFrom, pasts[number].since) = (uint40(sitsFrom), s.since);
        emit Unseated(number, _idOf(number));
    }

    function _delegate(uint256 number, bytes32 name, bool given) internal {
        (bool known, uint256 place) = _placeOf(name);
        require(known, NotCompetent(name));
        uint256 bits = seats[number].given;
        if ((bits.get(place, 1) == 1) == given) return;
        seats[number].given = uint16(bits ^ (1 << place));
        uint256 count = delegators.get(16 * place, 16);
        delegators = delegators.set(16 * place, 16, given ? count + 1 : count - 1);
        emit CompetenceDelegated(name, number, given);
    }

    /// @dev The people of a seat as they counted when a motion was opened.
    function _peopleIn(Head memory head, uint256 number, Seat memory s) internal view returns (uint256) {
        if (s.persons != 0) return s.persons;
        return head.number > s.changedAt ? s.people : rolls[number].upperLookupRecent(head.opened);
    }

    /// @dev A seat's part in a motion, as told.
    function _partOf(Head memory head, uint256 number) internal view returns (bool told, uint256 for_, uint256 against, int256 decision) {
        uint256 word = parts[number][head.lane / 3] >> (84 * (head.lane % 3));
        if (word.get(50, 24) != head.number) return (false, 0, 0, 0);
        return (true, word.get(0, 24), word.get(24, 24), int256(word.get(48, 2)) - 1);
    }

    function _setPart(Head memory head, uint256 number, uint256 for_, uint256 against, int256 decision) internal {
        uint256 part = for_ | (against << 24) | (uint256(decision + 1) << 48) | (uint256(head.number) << 50);
        uint256 place = head.lane / 3;
        parts[number][place] = parts[number][place].set(84 * (head.lane % 3), 84, part);
    }

    function _seat(bytes32 id, uint256 chain, IPurse.Report memory told) private returns (uint256 number) {
        Invitation memory invited = invitations[id];
        require(block.timestamp < invited.ends, NotInvited(id));
        require(told.charter == charterHash, IPurse.OtherCharter(told.charter, charterHash));
        number = seatOf[id];
        if (number == 0) {
            number = ++seatCount;
            seatOf[id] = number;
            accounts[number] = Account(uint96(chain), told.collective);
        }
        uint256 from = pasts[number].sitsFrom;
        require(block.timestamp > from, SitsAgainFrom(id, from));
        if (chain != block.chainid) _refuseCircle(id);
        delete invitations[id];
        uint256 given = competenceOn;
        uint256 counts = delegators;
        for (uint256 place = 0; place < competenceList.length; ++place) {
            if (given.get(place, 1) == 1) counts = counts.set(16 * place, 16, counts.get(16 * place, 16) + 1);
        }
        delegators = counts;
        uint24 people_ = invited.persons != 0 ? invited.persons : _counted(number, told.people);
        uint40 joined = _afterMotions();
        seats[number] = Seat(joined, uint40(block.timestamp), 0, people_, invited.persons, true, uint16(given), told.since, motionCount);
        rolls[number].push(joined, people_);
        all = all.with(people_, true, false);
        emit Seated(number, id, chain, told.collective, people_);
        if (chain == block.chainid) IHomePurse(treasury()).takeSeat(told.collective, IPurse.SeatState.Seated, 0);
    }

    function _takeRoll(uint256 number, Seat memory s, uint256 told) private {
        // Only a roll that has grown is held against what it was.
        uint24 people_ =
            s.persons != 0 ? s.persons : told <= s.people ? uint24(told) : _counted(number, told);
        bool heard = block.timestamp >= uint256(s.heard) + HEARD_AGAIN;
        if (people_ == s.people && s.live && !heard) return;
        if (people_ != s.people || !s.live) {
            all = all.with(s.people, s.live, true).with(people_, true, false);
            if (people_ != s.people) {
                rolls[number].push(_afterMotions(), people_);
                seats[number].changedAt = motionCount;
            }
            if (!s.live) {
                pasts[number].heardAt = _afterMotions();
                emit SeatHeard(number);
            }
            emit RollTold(number, told, people_);
        }
        Seat storage kept = seats[number];
        (kept.heard, kept.people, kept.live) = (uint40(block.timestamp), people_, true);
    }

    /// @dev A roll that grew by more than a fifth (and more than two people) in 90 days counts only that far, until a motion
    /// confirms more.
    function _counted(uint256 number, uint256 told) private view returns (uint24) {
        Checkpoints.Trace208 storage roll = rolls[number];
        if (roll.length() == 0) return uint24(Math.min(told, Weight.MOST_PEOPLE));
        uint256 before = block.timestamp < ROLL_PERIOD ? 0 : roll.upperLookup(uint48(block.timestamp - ROLL_PERIOD));
        if (before == 0) before = roll.pos(0)._value;
        uint256 most = Math.max(Math.max(before * 6 / 5, before + 2), pasts[number].confirmed);
        return uint24(Math.min(Math.min(told, most), Weight.MOST_PEOPLE));
    }

    /// @dev On one chain the purse looks; here a member elsewhere that stands above this federation is found by the trail.
    function _refuseCircle(bytes32 id) private view {
        bytes32[] memory above = IPurse(treasury()).trail();
        for (uint256 i = 0; i < above.length; ++i) {
            require(above[i] != id, IPurse.Circle(id));
        }
    }

    /// @dev Takes a leaver out of an open motion: what it told, and what it weighed when the motion was opened.
    function _withdraw(Motion storage motion, uint256 number, Seat memory s) private {
        Head memory head = motion.head;
        if (s.joined > head.opened) return;
        uint256 people_ = _peopleIn(head, number, s);
        Past memory past = pasts[number];
        bool live = s.live && past.heardAt <= head.opened || past.silentAt > head.opened;
        motion.totals = motion.totals.with(people_, live, true);
        (bool told, uint256 for_, uint256 against, int256 decision) = _partOf(head, number);
        if (told) motion.gathered = motion.gathered.minus(head.count.part(for_, against, decision, people_));
    }
}
