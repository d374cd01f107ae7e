// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBranch} from "./interfaces/IBranch.sol";
import {IFederationWords} from "./interfaces/IFederationWords.sol";
import {IHyperlaneGateway} from "./interfaces/IHyperlaneGateway.sol";
import {IMember} from "./interfaces/IMember.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {LocalChain} from "./libraries/LocalChain.sol";
import {Interop, Note, NoteKind, Notes} from "./libraries/Note.sol";
import {Purse} from "./Purse.sol";

/// @title A federation's purse on another chain: orders from home, notes to it
contract Branch is IBranch, IERC7786Recipient, Purse {
    struct Order {
        uint40 received;
        uint40 due;
        OrderState state;
        uint16 confirmations;
    }

    uint256 internal constant DEFAULT_CEILING = 1000;
    uint256 internal constant LINK_WAIT = 14 days;
    uint256 internal constant PAUSE = 7 days;
    uint256 internal constant PAUSE_PERIOD = 30 days;
    uint256 internal constant OBJECTION_WINDOW = 3 days;
    uint256 internal constant NOTE_LIFE = 30 days;
    uint256 internal constant GRACE = 90 days;

    /// @inheritdoc IBranch
    address public gateway;
    uint40 internal wait;
    uint64 internal nonce;
    uint40 internal dropBefore;
    uint40 internal paused;
    uint40 internal nextPause;
    /// @dev Grows with each change of the link: what was numbered before it is old.
    uint16 internal era;
    /// @dev The number of the note from which the charter and what stands above are known.
    uint80 internal standingNonce;
    bytes32[] internal above;
    mapping(bytes32 order => Order) internal orders;
    mapping(bytes32 order => mapping(address treasury => bool)) internal hasSpoken;
    mapping(bytes32 order => address treasury) internal vetoer;
    mapping(address treasury => uint40) internal seatedAt;
    mapping(address collective => uint256) internal seatNonce;
    /// @dev The charter that each joined under: the federation seats nobody under another one.
    mapping(address treasury => bytes32) internal joinedUnder;
    mapping(address treasury => mapping(bytes32 competence => bool)) internal delegations;
    /// @dev In bps, plus one: 0 is the default.
    mapping(address token => uint256) internal ceilings;

    constructor(address treasuryImplementation) Purse(treasuryImplementation) {}

    /// @inheritdoc IBranch
    function initialize(Setup calldata setup) external {
        require(core.collective == address(0), AlreadyFounded());
        require(setup.chain != block.chainid, StrangeNote(setup.chain, block.chainid));
        // It sits in nothing, so it stands for nobody.
        core.collective = address(this);
        uint256 floor = LocalChain.isLocal() ? 0 : 24 hours;
        require(setup.wait >= floor && setup.wait <= 30 days, WaitTooShort(setup.wait, floor));
        (homeChain, federation, gateway, wait) = (setup.chain, setup.federation, setup.gateway, uint40(setup.wait));
        (exitShare, charter) = (setup.exitShare, setup.charter);
        above.push(Interop.idOf(setup.chain, setup.federation));
        for (uint256 i = 0; i < setup.tokens.length; ++i) {
            _list(setup.tokens[i]);
        }
        emit BranchFounded(setup.chain, setup.federation, setup.gateway);
        IHyperlaneGateway(gateway).link(setup.chain, setup.domain, setup.peer, setup.validators, setup.threshold);
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32 id, bytes calldata sender, bytes calldata payload)
        external
        payable
        nonReentrant
        returns (bytes4)
    {
        require(msg.sender == gateway, OnlyFederation());
        (Note memory note, bytes calldata body) = Notes.unpack(payload);
        require(
            note.to == block.chainid && note.from == homeChain
                && keccak256(sender) == Interop.idOf(homeChain, federation),
            StrangeNote(note.from, note.to)
        );
        require(block.timestamp < note.expiry, NoteExpired(note.expiry));
        require(block.timestamp >= paused, IsPaused(paused));
        emit NoteTaken(id, note.from);
        if (note.kind == NoteKind.Seat) {
            _takeStanding(note, body);
        } else {
            require(note.kind == NoteKind.Order, StrangeNote(note.from, note.to));
            (bytes32 motion, uint256 index, IFederationWords.Act memory act) =
                abi.decode(body, (bytes32, uint256, IFederationWords.Act));
            _takeOrder(motion, index, act);
        }
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc IBranch
    function carryOut(bytes32 motion, uint256 index, IFederationWords.Act calldata act) external nonReentrant {
        bytes32 id = orderId(motion, index, act);
        Order memory order = orders[id];
        require(order.state == OrderState.Waiting || order.state == OrderState.Confirmed, OrderIs(id, order.state));
        require(block.timestamp >= order.due, OrderWaits(id, order.due));
        _requireFresh(id, order.due);
        require(order.received >= dropBefore, OrderDropped(id, dropBefore));
        require(block.timestamp >= paused, IsPaused(paused));
        orders[id].state = OrderState.Done;
        emit OrderDone(id);

        if (act.kind == IFederationWords.ActKind.Pay) {
            (address token,,,) = abi.decode(act.data, (address, address, uint256, bytes32));
            _payOut(act.data, _ceiling(token));
        } else if (act.kind == IFederationWords.ActKind.List) {
            _listOrNot(act.data);
        } else if (act.kind == IFederationWords.ActKind.Ceiling) {
            (address token, uint16 bps) = abi.decode(act.data, (address, uint16));
            ceilings[token] = Math.min(bps, BPS) + 1;
            emit CeilingSet(token, bps);
        } else {
            (uint32 domain, address peer, address[] memory validators, uint8 threshold) =
                abi.decode(act.data, (uint32, address, address[], uint8));
            era += 1;
            IHyperlaneGateway(gateway).link(homeChain, domain, peer, validators, threshold);
        }
    }

    /// @inheritdoc IBranch
    function veto(bytes32 order, address treasury) external {
        Order memory o = orders[order];
        // What was confirmed cannot be vetoed.
        require(o.state == OrderState.Waiting, OrderIs(order, o.state));
        _requireSeated(treasury);
        _requireObjection(treasury, order);
        (hasSpoken[order][treasury], vetoer[order]) = (true, treasury);
        orders[order].state = OrderState.Vetoed;
        emit OrderVetoed(order, treasury);
    }

    /// @inheritdoc IBranch
    function confirm(bytes32 order) external {
        Order memory o = orders[order];
        require(o.state == OrderState.Vetoed, OrderIs(order, o.state));
        _requireFresh(order, o.due);
        _requireSeated(msg.sender);
        // Who can forge notes could seat as many as it takes.
        uint256 from = seatedAt[msg.sender] + _longWait();
        require(block.timestamp >= from, SeatedLately(msg.sender, from));
        require(!hasSpoken[order][msg.sender], HasSpoken(msg.sender));
        hasSpoken[order][msg.sender] = true;
        o.confirmations += 1;
        // Two thirds of those that did not veto. Where nobody else sits, the veto stands.
        uint256 others = seated - (_sits(vetoer[order]) ? 1 : 0);
        if (uint256(o.confirmations) * 3 >= 2 * others) {
            o.state = OrderState.Confirmed;
            o.due = uint40(Math.max(o.due, block.timestamp));
        }
        orders[order] = o;
        emit OrderConfirmed(order, msg.sender, o.confirmations);
    }

    /// @inheritdoc IBranch
    function pause(address treasury) external {
        require(block.timestamp >= nextPause, PausedLately(nextPause));
        _requireSeated(treasury);
        _requireObjection(treasury, pauseSubject());
        paused = uint40(block.timestamp + PAUSE);
        nextPause = uint40(block.timestamp + PAUSE_PERIOD);
        emit Paused(paused, treasury);
    }

    /// @inheritdoc IPurse
    // Told upward by whoever pays for the note (tellDelegation).
    function delegated(bytes32 competence, bool given) external {
        require(seats[msg.sender].state != SeatState.None, NoSeatHere(msg.sender));
        delegations[msg.sender][competence] = given;
    }

    /// @inheritdoc IBranch
    function tellDelegation(address treasury, bytes32 competence) external payable {
        require(seats[treasury].state != SeatState.None, NoSeatHere(treasury));
        _send(
            NoteKind.Delegation,
            charter,
            abi.encode(seats[treasury].collective, competence, delegations[treasury][competence])
        );
    }

    /// @inheritdoc IBranch
    function tellGone(address collective_) external payable {
        require(treasuryOf[collective_] == address(0), StillTied(treasuryOf[collective_]));
        Report memory left;
        left.collective = collective_;
        _tell(address(0), left);
    }

    /// @inheritdoc IBranch
    function orderOf(bytes32 order) external view returns (OrderView memory) {
        Order memory o = orders[order];
        return OrderView(o.state, o.received, o.due, o.state == OrderState.None ? 0 : o.due + GRACE, o.confirmations);
    }

    /// @inheritdoc IBranch
    function orderId(bytes32 motion, uint256 index, IFederationWords.Act memory act) public view returns (bytes32) {
        return keccak256(abi.encode(homeChain, federation, block.chainid, motion, index, act));
    }

    /// @inheritdoc IBranch
    function pauseSubject() public view returns (bytes32) {
        // Another one each time: what people objected to once is not held against a later pause.
        return keccak256(abi.encode("pause", address(this), nextPause));
    }

    /// @inheritdoc IBranch
    function pausedUntil() external view returns (uint256) {
        return paused;
    }

    /// @inheritdoc IBranch
    function ceilingOf(address token) external view returns (uint256 cap, uint256 used, uint256 bps) {
        bps = _ceiling(token);
        cap = _cap(_free(token), bps);
        used = _used(moves[token], cap, BUCKET_PERIOD);
    }

    /// @inheritdoc IPurse
    function trail() public view override(IPurse, Purse) returns (bytes32[] memory) {
        return above;
    }

    /// @inheritdoc IPurse
    function waitsUntil(bytes32 subject) external view returns (uint256) {
        Order memory order = orders[subject];
        if (order.state == OrderState.Waiting) return order.due;
        return subject == pauseSubject() && block.timestamp >= nextPause ? block.timestamp + OBJECTION_WINDOW : 0;
    }

    // Told upward by whoever pays for the note: `tell`, or `tellGone` once it has left.
    function _entered(address treasury) internal override {
        joinedUnder[treasury] = charter;
    }

    function _released(Report memory) internal override {}

    function _tell(address treasury, Report memory told) internal override {
        bytes32 charter_ = seats[treasury].state == SeatState.Entered ? joinedUnder[treasury] : charter;
        _send(NoteKind.Report, charter_, Notes.packReport(told));
    }

    /// @dev Who sits here keeps its vetoes for 14 days, whatever comes from elsewhere: a note that ends a seat at once would
    /// be the first of whoever can forge notes.
    function _takeSeat(address collective_, SeatState state, uint256 noticeEnds) internal override {
        address treasury = treasuryOf[collective_];
        PurseSeat memory s = seats[treasury];
        if (s.state == SeatState.Seated && state != SeatState.Seated) {
            uint256 ends = block.timestamp + _longWait();
            if (ends > block.timestamp) (state, noticeEnds) = (SeatState.Notice, Math.max(Math.min(noticeEnds, type(uint40).max), ends));
        } else if (s.state == SeatState.Notice && state != SeatState.Seated) {
            if (state == SeatState.Notice) noticeEnds = s.noticeEnds;
            else require(block.timestamp >= s.noticeEnds, UnderNotice(treasury, s.noticeEnds));
        } else if (s.state == SeatState.Entered) {
            seatedAt[treasury] = uint40(block.timestamp);
        }
        super._takeSeat(collective_, state, noticeEnds);
    }

    function _takeStanding(Note memory note, bytes calldata body) private {
        (address collective_, SeatState state, uint256 since, uint256 noticeEnds, bytes32[] memory trail_) =
            abi.decode(body, (address, SeatState, uint256, uint256, bytes32[]));
        uint80 number = (uint80(era) << 64) | note.nonce;
        require(number > seatNonce[collective_], OldNote(note.nonce));
        seatNonce[collective_] = number;
        require(trail_.length <= MAX_TRAIL && state != SeatState.Entered, StrangeNote(note.from, note.to));
        bytes32 member = Interop.idOf(block.chainid, collective_);
        // A federation that finds itself among those above it drops the note.
        for (uint256 i = 0; i < trail_.length; ++i) {
            require(trail_[i] != member, Circle(member));
        }
        if (number > standingNonce) (above, charter, standingNonce) = (trail_, note.charter, number);
        // What is said of an earlier time here says nothing of who came again.
        if (seats[treasuryOf[collective_]].since == since) _takeSeat(collective_, state, noticeEnds);
    }

    function _takeOrder(bytes32 motion, uint256 index, IFederationWords.Act memory act) private {
        bytes32 id = orderId(motion, index, act);
        require(orders[id].state == OrderState.None, OrderIs(id, orders[id].state));
        IFederationWords.ActKind kind = act.kind;
        if (kind == IFederationWords.ActKind.Invalidate) {
            uint256 before = Math.min(abi.decode(act.data, (uint256)), block.timestamp);
            orders[id].state = OrderState.Done;
            dropBefore = uint40(Math.max(dropBefore, before));
            emit OrdersInvalidated(before);
            return;
        }
        bool slow = kind == IFederationWords.ActKind.LinkBack;
        if (kind == IFederationWords.ActKind.Ceiling) {
            // More out of the bucket is as much power as another link.
            (address token, uint16 bps) = abi.decode(act.data, (address, uint16));
            slow = bps > _ceiling(token);
        } else {
            require(
                slow || kind == IFederationWords.ActKind.Pay || kind == IFederationWords.ActKind.List, NotAnOrder(kind)
            );
        }
        uint256 due = block.timestamp + wait;
        if (slow) due = Math.max(due, block.timestamp + _longWait());
        orders[id] = Order(uint40(block.timestamp), uint40(due), OrderState.Waiting, 0);
        emit OrderReceived(id, motion, index, act, due);
    }

    function _send(NoteKind kind, bytes32 charter_, bytes memory body) private {
        nonce += 1;
        Note memory note =
            Note(kind, nonce, uint40(block.timestamp + NOTE_LIFE), charter_, block.chainid, homeChain);
        bytes memory recipient = InteroperableAddress.formatEvmV1(homeChain, federation);
        bytes memory payload = Notes.pack(note, body);
        // The same on both ends, which the gateway's own answer is not.
        emit NoteSent(
            keccak256(bytes.concat(InteroperableAddress.formatEvmV1(block.chainid, address(this)), recipient, payload)), homeChain
        );
        IERC7786GatewaySource(gateway).sendMessage{value: msg.value}(recipient, payload, new bytes[](0));
    }

    function _ceiling(address token) private view returns (uint256) {
        uint256 set = ceilings[token];
        return set == 0 ? DEFAULT_CEILING : set - 1;
    }

    function _longWait() private view returns (uint256) {
        return LocalChain.isLocal() ? 0 : LINK_WAIT;
    }

    function _sits(address treasury) private view returns (bool) {
        SeatState state = seats[treasury].state;
        return state == SeatState.Seated || state == SeatState.Notice;
    }

    function _requireFresh(bytes32 order, uint256 due) private view {
        require(block.timestamp < due + GRACE, OrderExpired(order, due + GRACE));
    }

    function _requireSeated(address treasury) private view {
        require(_sits(treasury), OnlySeated(treasury));
    }

    function _requireObjection(address treasury, bytes32 subject) private view {
        if (msg.sender == treasury) return;
        require(IMember(seats[treasury].collective).objectsTo(address(this), subject), NoObjectionOf(treasury));
    }
}
