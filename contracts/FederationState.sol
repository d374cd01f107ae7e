// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {IFederationWords} from "./interfaces/IFederationWords.sol";
import {Bits} from "./libraries/Bits.sol";
import {Gathered} from "./libraries/Gathered.sol";
import {Interop} from "./libraries/Note.sol";
import {Totals} from "./libraries/Weight.sol";

/// @title The words of a federation
abstract contract FederationState is IFederationWords {
    using Bits for uint256;
    using Checkpoints for Checkpoints.Trace208;

    /// @dev One word. `joined` 0: does not sit. `given`: the competences it delegates, by their places in the list.
    /// `since`: when it joined, by the clock of its own purse. `changedAt`: how many motions had been opened when `people` last
    /// changed; later ones count these people, so that their roll need not be looked up.
    struct Seat {
        uint40 joined;
        uint40 heard;
        uint40 noticeEnds;
        uint24 people;
        uint24 persons;
        bool live;
        uint16 given;
        uint40 since;
        uint24 changedAt;
    }

    /// @dev Where a member is.
    struct Account {
        uint96 chain;
        address collective;
    }

    /// @dev What is rarely looked at: the number of the last note, the roll a motion confirmed, when the seat last fell silent and
    /// was last heard again, from when it can sit again, and since when it sat before.
    struct Past {
        uint64 nonce;
        uint24 confirmed;
        uint40 silentAt;
        uint40 heardAt;
        uint40 sitsFrom;
        uint40 since;
    }

    /// @dev One word. `twoThirds`: of all seats, for an expulsion of all others.
    struct Head {
        uint40 opened;
        uint40 votesEnd;
        uint40 closes;
        uint24 number;
        uint16 set;
        uint8 lane;
        Count count;
        Kind kind;
        Fate fate;
    }

    enum Kind {
        Ordinary,
        Large,
        TwoThirds,
        Expulsion
    }

    enum Fate {
        Open,
        Enacted,
        Cancelled
    }

    struct Motion {
        Head head;
        Gathered gathered;
        Totals totals;
        bytes32 content;
        address opener;
    }

    struct Invitation {
        uint40 ends;
        uint24 persons;
    }

    /// @dev `era` grows with each change: a branch that takes over counts its notes anew.
    struct Link {
        address gateway;
        uint40 pausedUntil;
        uint40 nextPause;
        uint16 era;
        address branch;
    }

    uint256 internal constant LANES = 16;
    /// @dev Persons open motions in the first half of the lanes only, so that they cannot keep members from the other half.
    uint256 internal constant LANES_FOR_PERSONS = 8;
    uint256 internal constant MAX_COMPETENCES = 16;
    uint256 internal constant MAX_ACTS = 8;
    uint256 internal constant BPS = 10_000;
    uint256 internal constant PAUSE = 7 days;
    /// @dev What a pause kept out can be told in this time after it.
    uint256 internal constant AFTER_PAUSE = 1 days;

    bytes32 internal charterHash;
    uint16 internal ruleSet;
    uint24 internal motionCount;
    uint16 internal seatCount;
    uint64 internal nonce;
    uint40 internal lastOpened;
    Totals internal all;
    mapping(uint256 set => Rules) internal rulesOf;
    mapping(bytes32 id => Invitation) internal invitations;
    mapping(bytes32 id => uint256 seat) internal seatOf;
    mapping(uint256 seat => Account) internal accounts;
    mapping(uint256 seat => Seat) internal seats;
    mapping(uint256 seat => Past) internal pasts;
    /// @dev The note that last said whether a seat delegates a competence.
    mapping(uint256 seat => mapping(bytes32 competence => uint256 note)) internal delegationNotes;
    mapping(uint256 seat => Checkpoints.Trace208) internal rolls;
    /// @dev A seat's part in the open motions, three lanes of 84 bits in a word: for 24, against 24, decision 2, the motion's
    /// number 24 (never 0), so that nothing told in a lane counts in a later motion.
    mapping(uint256 seat => mapping(uint256 place => uint256 word)) internal parts;
    mapping(bytes32 motion => Motion) internal motionOfKey;
    mapping(address opener => uint40) internal openUntil;
    mapping(address purse => mapping(bytes32 above => bytes32 motion)) internal passed;
    bytes32[LANES] internal laneMotion;
    uint40[LANES] internal laneCloses;
    bytes32[] internal competenceList;
    /// @dev By place in the list: whether it is on it now.
    uint256 internal competenceOn;
    /// @dev By place in the list, 16 bits each: how many that sit delegate it.
    uint256 internal delegators;
    mapping(uint256 chain => Link) internal links;
    /// @dev Until when an order can be sent.
    mapping(bytes32 order => uint256) internal orders;
    /// @dev By when they began: until when motions that would close meanwhile stay open for what pauses kept out.
    Checkpoints.Trace208 internal holds;

    /// @notice The purse at home.
    function treasury() public view virtual returns (address) {
        return address(bytes20(Clones.fetchCloneArgs(address(this))));
    }

    /// @notice Whether the member `id` sits here.
    function sits(bytes32 id) public view virtual returns (bool) {
        return seats[seatOf[id]].joined != 0;
    }

    function _sitting(bytes32 id) internal view returns (uint256 number) {
        number = seatOf[id];
        require(seats[number].joined != 0, NotSitting(id));
    }

    function _memberId(bytes memory member) internal pure returns (bytes32) {
        (uint256 chain, address account) = InteroperableAddress.parseEvmV1(member);
        // One member, one id, in however many forms its address can be written.
        return Interop.idOf(chain, account);
    }

    function _placeOf(bytes32 name) internal view returns (bool known, uint256 place) {
        uint256 count = competenceList.length;
        for (place = 0; place < count; ++place) {
            if (competenceList[place] == name) return (true, place);
        }
    }

    /// @dev How many members delegate a competence, and whether that is more than half.
    function _competence(bytes32 name) internal view returns (uint256 count, bool held) {
        (bool known, uint256 place) = _placeOf(name);
        if (!known) return (0, false);
        count = delegators.get(16 * place, 16);
        held = competenceOn.get(place, 1) == 1 && count * 2 > all.seats;
    }

    function _idOf(uint256 seat_) internal view returns (bytes32) {
        return Interop.idOf(accounts[seat_].chain, accounts[seat_].collective);
    }

    function _rules() internal view returns (Rules memory) {
        return rulesOf[ruleSet];
    }

    /// @dev When a motion really closes. A pause that began before holds it open, once.
    function _closing(uint256 closes) internal view returns (uint256) {
        uint256 until = holds.upperLookupRecent(uint48(closes));
        return Math.max(closes, Math.min(until, closes + PAUSE + AFTER_PAUSE));
    }

    /// @dev Now, for what must not count in a motion that was opened in this very second before it.
    function _afterMotions() internal view returns (uint40) {
        return uint40(block.timestamp > lastOpened ? block.timestamp : lastOpened + 1);
    }
}
