// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {FederationOpening} from "./FederationOpening.sol";
import {IHomePurse} from "./interfaces/IHomePurse.sol";
import {IFederation} from "./interfaces/IFederation.sol";
import {IFederationHouse} from "./interfaces/IFederationHouse.sol";
import {IHyperlaneGateway} from "./interfaces/IHyperlaneGateway.sol";
import {IMember} from "./interfaces/IMember.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {Bits} from "./libraries/Bits.sol";
import {LocalChain} from "./libraries/LocalChain.sol";
import {Interop, Note, NoteKind, Notes} from "./libraries/Note.sol";
import {Totals, Weight} from "./libraries/Weight.sol";

/// @title A federation's house: founding, what motions do, competences, notes to other chains
/// @dev Runs by delegatecall at a federation's address, which hands on to it whatever it does not answer itself.
contract FederationHouse is FederationOpening {
    using Bits for uint256;
    using Checkpoints for Checkpoints.Trace208;

    uint256 internal constant PAUSE_PERIOD = 30 days;
    uint256 internal constant OBJECTION_WINDOW = 3 days;
    uint256 internal constant NOTE_LIFE = 30 days;
    uint256 internal constant EXPULSION_NOTICE = 14 days;
    uint256 internal constant INVITATION = 180 days;
    uint256 internal constant ORDER_LIFE = 90 days;

    // No clone: nobody is to found a federation in the implementation itself.
    constructor() {
        ruleSet = 1;
    }

    /// @inheritdoc IFederationHouse
    function initialize(Charter calldata charter_) external {
        require(ruleSet == 0, FederationExists());
        _setRules(charter_.rules);
        charterHash = charter_.text;
        emit FederationFounded(charter_.text, treasury(), charter_.name, charter_.uri);
        for (uint256 i = 0; i < charter_.competences.length; ++i) {
            _listCompetence(charter_.competences[i], true);
        }
        for (uint256 i = 0; i < charter_.invited.length; ++i) {
            _invite(charter_.invited[i].member, charter_.invited[i].persons);
        }
        IHomePurse(treasury()).initialize(charter_.text, charter_.exitShare, charter_.tokens);
    }

    /// @inheritdoc IFederationHouse
    function enact(bytes32 motion, Content calldata content) external {
        // Counted by the other part of this address's code.
        MotionView memory counted = IFederation(address(this)).motionOf(motion);
        require(counted.state == State.Waiting, NotEnactable(counted.state));
        require(block.timestamp >= counted.enactableAt, MotionWaits(counted.enactableAt));
        bytes32 given = keccak256(abi.encode(content));
        require(given == motionOfKey[motion].content, MotionDiffers(given));
        motionOfKey[motion].head.fate = Fate.Enacted;
        emit MotionEnacted(motion);

        for (uint256 i = 0; i < content.acts.length; ++i) {
            _do(motion, i, content.acts[i], content.large, rulesOf[motionOfKey[motion].head.set].bucketBps);
        }
    }

    /// @inheritdoc IFederationHouse
    function sendOrder(bytes32 motion, uint256 index, Act calldata act) external payable {
        bytes32 order = _orderId(motion, index, act);
        require(block.timestamp < orders[order], UnknownOrder(order));
        _send(act.chain, NoteKind.Order, abi.encode(motion, index, act));
    }

    /// @inheritdoc IFederationHouse
    function sendSeat(uint256 number) external payable {
        Account memory account = accounts[number];
        require(account.collective != address(0), NotSitting(_idOf(number)));
        Seat memory s = seats[number];
        IPurse.SeatState state = s.joined == 0
            ? IPurse.SeatState.None
            : s.noticeEnds == 0 ? IPurse.SeatState.Seated : IPurse.SeatState.Notice;
        uint256 since = s.joined == 0 ? pasts[number].since : s.since;
        _sendStanding(account.chain, account.collective, state, since, s.noticeEnds);
    }

    /// @inheritdoc IFederationHouse
    function sendCharter(uint256 chain) external payable {
        _sendStanding(chain, address(0), IPurse.SeatState.None, 0, 0);
    }

    /// @inheritdoc IFederationHouse
    function pause(uint256 chain, address collective) external {
        Link memory link = links[chain];
        require(link.gateway != address(0), NoLink(chain));
        _sitting(Interop.idOf(block.chainid, collective));
        bool objects = msg.sender == IMember(collective).treasury()
            || IMember(collective).objectsTo(treasury(), pauseSubject(chain));
        require(objects && block.timestamp >= link.nextPause, CannotPause(chain));
        links[chain].pausedUntil = uint40(block.timestamp + PAUSE);
        links[chain].nextPause = uint40(block.timestamp + PAUSE_PERIOD);
        (bool known, uint48 from, uint208 until) = holds.latestCheckpoint();
        if (!known || until < block.timestamp) from = uint48(block.timestamp);
        holds.push(from, uint208(block.timestamp + PAUSE + AFTER_PAUSE));
        emit PeerPaused(chain, block.timestamp + PAUSE, collective);
    }

    /// @inheritdoc IFederationHouse
    function pauseSubject(uint256 chain) public view returns (bytes32) {
        // Another one each time: what people objected to once is not held against a later pause.
        return keccak256(abi.encode("pause", address(this), chain, links[chain].nextPause));
    }

    /// @inheritdoc IFederationHouse
    // Whatever is objected to here has no length of its own.
    function waitsUntil(bytes32) external view returns (uint256) {
        return block.timestamp + OBJECTION_WINDOW;
    }

    /// @inheritdoc IFederationHouse
    function rules() external view returns (Rules memory) {
        return _rules();
    }

    /// @inheritdoc IFederationHouse
    function charter() external view returns (bytes32) {
        return charterHash;
    }

    /// @inheritdoc IFederationHouse
    function linkOf(uint256 chain) external view returns (LinkView memory) {
        Link memory link = links[chain];
        return LinkView(link.gateway, link.branch, link.pausedUntil);
    }

    /// @inheritdoc IFederationHouse
    function seatNumber(bytes32 id) external view returns (uint256) {
        return seatOf[id];
    }

    /// @inheritdoc IFederationHouse
    function seat(uint256 number) external view returns (SeatView memory) {
        Seat memory s = seats[number];
        Account memory account = accounts[number];
        return SeatView(
            account.chain, account.collective, s.joined, s.heard, s.noticeEnds, s.people, s.persons, s.live
        );
    }

    /// @inheritdoc IFederationHouse
    function seatsGiven() external view returns (uint256) {
        return seatCount;
    }

    /// @inheritdoc IFederationHouse
    function totals() external view returns (TotalsView memory) {
        Totals memory t = all;
        return TotalsView(t.seats, t.liveSeats, t.people, t.livePeople, t.penrose, t.livePenrose);
    }

    /// @inheritdoc IFederationHouse
    function invitation(bytes32 id) external view returns (uint256 ends, uint256 persons) {
        return (invitations[id].ends, invitations[id].persons);
    }

    /// @inheritdoc IFederationHouse
    function competences() external view returns (bytes32[] memory) {
        return competenceList;
    }

    /// @inheritdoc IFederationHouse
    function competence(bytes32 name) external view returns (uint256 count, bool held) {
        return _competence(name);
    }

    /// @inheritdoc IFederationHouse
    function delegates(bytes32 name, uint256 number) external view returns (bool) {
        (bool known, uint256 place) = _placeOf(name);
        return known && seats[number].joined != 0 && uint256(seats[number].given).get(place, 1) == 1;
    }

    function _do(bytes32 motion, uint256 index, Act calldata act, bool large, uint256 bucketBps) private {
        ActKind kind = act.kind;
        if (kind == ActKind.Invite) {
            (bytes memory member, uint32 persons) = abi.decode(act.data, (bytes, uint32));
            _invite(member, persons);
        } else if (kind == ActKind.Expel) {
            _expel(abi.decode(act.data, (bytes)));
        } else if (kind == ActKind.ConfirmRoll) {
            (bytes memory member, uint32 people_) = abi.decode(act.data, (bytes, uint32));
            _confirmRoll(member, people_);
        } else if (kind == ActKind.Competence) {
            (bytes32 name, bool on) = abi.decode(act.data, (bytes32, bool));
            _listCompetence(name, on);
        } else if (kind == ActKind.Rules) {
            _setRules(abi.decode(act.data, (Rules)));
        } else if (kind == ActKind.Charter) {
            string memory uri;
            (charterHash, uri) = abi.decode(act.data, (bytes32, string));
            emit CharterChanged(charterHash, uri);
            IHomePurse(treasury()).takeCharter(charterHash);
        } else if (kind == ActKind.Link) {
            _link(act.chain, act.data);
        } else if (kind == ActKind.Resume) {
            links[act.chain].pausedUntil = 0;
            emit PeerResumed(act.chain);
        } else if (kind == ActKind.Request) {
            (bytes memory member, string memory what) = abi.decode(act.data, (bytes, string));
            emit Requested(motion, _memberId(member), what);
        } else if (act.chain == block.chainid) {
            IHomePurse(treasury()).act(act, large, bucketBps);
        } else {
            require(links[act.chain].gateway != address(0), NoLink(act.chain));
            bytes32 order = _orderId(motion, index, act);
            orders[order] = block.timestamp + ORDER_LIFE;
            emit OrderMade(order, motion, index, act);
        }
    }

    function _link(uint256 chain, bytes calldata data) private {
        require(chain != block.chainid, NoLink(chain));
        (
            address gateway,
            address branch,
            uint32 domain,
            address peer,
            address[] memory validators,
            uint8 threshold
        ) = abi.decode(data, (address, address, uint32, address, address[], uint8));
        (links[chain].gateway, links[chain].branch) = (gateway, branch);
        links[chain].era += 1;
        emit LinkChanged(chain, gateway, branch);
        if (gateway != address(0)) IHyperlaneGateway(gateway).link(chain, domain, peer, validators, threshold);
    }

    function _invite(bytes memory member, uint256 persons) private {
        bytes32 id = _memberId(member);
        require(!sits(id), SitsAlready(id));
        require(persons <= Weight.MOST_PEOPLE, RuleOutOfBounds("persons", persons, 0, Weight.MOST_PEOPLE));
        invitations[id] = Invitation(uint40(block.timestamp + INVITATION), uint24(persons));
        emit Invited(id, member, persons);
    }

    /// @dev Notice is given: levies stop now, the seat ends when the notice does.
    function _expel(bytes memory member) private {
        uint256 number = _sitting(_memberId(member));
        uint256 ends = block.timestamp + EXPULSION_NOTICE;
        seats[number].noticeEnds = uint40(ends);
        emit NoticeOfExpulsion(number, ends);
        Account memory account = accounts[number];
        if (account.chain == block.chainid) {
            IHomePurse(treasury()).takeSeat(account.collective, IPurse.SeatState.Notice, ends);
        }
    }

    function _confirmRoll(bytes memory member, uint256 people_) private {
        uint256 number = _sitting(_memberId(member));
        pasts[number].confirmed = uint24(Math.min(people_, Weight.MOST_PEOPLE));
    }

    function _listCompetence(bytes32 name, bool on) private {
        (bool known, uint256 place) = _placeOf(name);
        if (!known) {
            place = competenceList.length;
            require(place < MAX_COMPETENCES, TooManyCompetences());
            competenceList.push(name);
        }
        competenceOn = competenceOn.set(place, 1, on ? 1 : 0);
        emit CompetenceListed(name, on);
    }

    function _sendStanding(
        uint256 chain,
        address collective,
        IPurse.SeatState state,
        uint256 since,
        uint256 noticeEnds
    ) private {
        _send(chain, NoteKind.Seat, abi.encode(collective, state, since, noticeEnds, IPurse(treasury()).trail()));
    }

    function _send(uint256 chain, NoteKind kind, bytes memory body) private {
        Link memory link = links[chain];
        require(link.gateway != address(0), NoLink(chain));
        Note memory note = Note(kind, ++nonce, uint40(block.timestamp + NOTE_LIFE), charterHash, block.chainid, chain);
        bytes memory recipient = InteroperableAddress.formatEvmV1(chain, link.branch);
        bytes memory payload = Notes.pack(note, body);
        // The same on both ends, which the gateway's own answer is not.
        emit NoteSent(
            keccak256(bytes.concat(InteroperableAddress.formatEvmV1(block.chainid, address(this)), recipient, payload)), chain
        );
        IERC7786GatewaySource(link.gateway).sendMessage{value: msg.value}(recipient, payload, new bytes[](0));
    }

    /// @dev As the branch reckons it.
    function _orderId(bytes32 motion, uint256 index, Act calldata act) private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), act.chain, motion, index, act));
    }

    function _setRules(Rules memory r) private {
        bool local = LocalChain.isLocal();
        _bound("voting", r.voting, local ? 1 minutes : 21 days, LONGEST_VOTING);
        _bound("telling", r.telling, local ? 1 minutes : 1 days, 5 days);
        _bound("timelock", r.timelock, local ? 0 : 1 hours, 90 days);
        // So that a member can decide to leave first.
        _bound("large delay", r.largeDelay, local ? r.timelock : 21 days, 120 days);
        _bound("grace", r.grace, 1 hours, 90 days);
        // With the week until silence is marked, longer than any motion is open: a seat falls silent at most once in one.
        _bound("stale after", r.staleAfter, Math.max(30 days, uint256(r.voting) + r.telling + AFTER_PAUSE), 365 days);
        _bound("quorum", r.quorumBps, 0, BPS);
        _bound("bucket", r.bucketBps, 1, BPS);
        _bound("ordinary count", uint256(r.ordinary), 1, 5);
        _bound("large count", uint256(r.large), 1, 5);
        ruleSet += 1;
        rulesOf[ruleSet] = r;
        emit RulesChanged(ruleSet, r);
    }

    function _bound(bytes32 rule, uint256 value, uint256 low, uint256 high) private pure {
        require(value >= low && value <= high, RuleOutOfBounds(rule, value, low, high));
    }
}
