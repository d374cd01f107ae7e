// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBooks} from "../../interfaces/IBooks.sol";
import {IBranch} from "../../interfaces/IBranch.sol";
import {IFederationTallies} from "../../interfaces/IFederationTallies.sol";
import {IFederationWords} from "../../interfaces/IFederationWords.sol";
import {IPurse} from "../../interfaces/IPurse.sol";
import {ITies} from "../../interfaces/ITies.sol";
import {NoteKind} from "../../libraries/Note.sol";
import {Weight} from "../../libraries/Weight.sol";
import {Union} from "../Union.sol";
import {Vm, VM} from "../Vm.sol";
import {RefusesEther} from "../neighbours/RefusesEther.sol";

/// @notice Five collectives on two chains earn, pay levies, leave, come again, open motions and tell their votes, while the
/// gateway between them is hostile: it is late, doubles, reorders, drops and forges. Beside it a plain model of what is so.
contract Envoys is Union {
    struct Said {
        uint256 for_;
        uint256 against;
        int256 decision;
    }

    uint256 public constant CLUBS = 5;
    address public immutable thief = address(0xBAD);
    RefusesEther public immutable refuser = new RefusesEther();

    bytes32[] public motions;
    mapping(bytes32 motion => mapping(uint256 seat => Said)) public said;
    mapping(bytes32 motion => mapping(uint256 seat => bool)) public hasSaid;
    /// @dev Of the opening: who sat, how many they were, whether they were heard from; unset by leaving.
    mapping(bytes32 motion => mapping(uint256 seat => uint256)) public rollOf;
    mapping(bytes32 motion => mapping(uint256 seat => bool)) public liveThen;
    mapping(bytes32 motion => mapping(uint256 seat => bool)) public satThen;

    uint256[5] public base;
    uint256[5] public own;
    /// @dev At home and away: what came in and went out, in tokens.
    uint256[2] public cameIn;
    uint256[2] public wentOut;
    uint256[5] public treasuryHas;
    uint256 private used;
    uint256 private usedAt;
    uint256 private forged;
    mapping(uint256 order => IFederationWords.Act) private forgedAct;
    mapping(uint256 order => uint256) private forgedAt;

    // What must stay at zero
    uint256 public leavingsBlocked;
    uint256 public leavingsThatSent;
    uint256 public sharesWrong;
    uint256 public leviesWrong;
    uint256 public beyondTheBucket;
    uint256 public tooEarly;

    mapping(string what => uint256) public count;

    constructor() {
        _build();
        fed = _foundFed(_constitution(IFederationWords.Count.People, IFederationWords.Count.People), 0);
        _order(mill, address(mill.treasury), _joining(fed, LEVY));
        _order(farm, address(farm.treasury), _joining(fed, LEVY));
        _order(port, address(port.treasury), _joining(fed, LEVY));
        branch = _foundBranch(fed);
        pass(1);
        _carryMotion(
            _house(
                _one(
                    IFederationWords.ActKind.Link,
                    AWAY,
                    abi.encode(address(bridge), address(branch), uint32(2), address(bridge), new address[](0), uint8(0))
                )
            )
        );
        _joinBranch(far);
        _joinBranch(isle);
        pass(1);
    }

    /// @dev What a refusal left, and what the federation told, is taken note of.
    modifier watched() {
        VM.recordLogs();
        _;
        VM.chainId(HOME);
        _note();
    }

    // Money

    function earn(uint256 c, uint256 amount) external {
        c = c % CLUBS;
        amount = bound(amount, 1, 1e12);
        _earn(_club(c), amount);
        base[c] += _tied(c) ? amount : 0;
        treasuryHas[c] += amount;
    }

    function give(uint256 c, uint256 amount, bool toPurse) external {
        c = c % CLUBS;
        amount = bound(amount, 1, 1e12);
        address to = toPurse ? address(_purse(c)) : address(_club(c).treasury);
        token.mint(address(this), amount);
        token.approve(to, amount);
        IBooks(to).deposit(address(token), amount, "gift");
        if (toPurse) cameIn[_place(c)] += amount;
        else treasuryHas[c] += amount;
    }

    function bubble(uint256 c) external {
        c = c % CLUBS;
        uint256 due = base[c] / 20;
        if (!_tied(c) || due == 0) return;
        // Whose notice runs, or whose seat a note has ended, pays none.
        IPurse.SeatState state = _purse(c).seatOf(address(_club(c).treasury)).state;
        if (state != IPurse.SeatState.Entered && state != IPurse.SeatState.Seated) return;
        (uint256 said_,) = _ties(_club(c)).levyDue(address(_purse(c)), address(token));
        if (said_ != due) leviesWrong += 1;
        _ties(_club(c)).bubble(address(_purse(c)), address(token));
        base[c] = 0;
        own[c] += due;
        cameIn[_place(c)] += due;
        treasuryHas[c] -= due;
        count["bubble"] += 1;
    }

    function payAtHome(uint256 amount, bool large, bool coin) external {
        uint256 free = fed.purse.bookOf(coin ? COIN : address(token)).free;
        if (coin) VM.deal(address(fed.purse), address(fed.purse).balance + 1 ether);
        amount = bound(amount, 1, large ? free + 1 : free / 8 + 1);
        bytes memory data = coin
            ? abi.encode(COIN, address(refuser), amount, bytes32("road"))
            : abi.encode(address(token), address(1234), amount, bytes32("road"));
        VM.prank(address(fed.house));
        try fed.purse.act(IFederationWords.Act(IFederationWords.ActKind.Pay, HOME, data), large, 1000) {
            if (!coin) wentOut[0] += amount;
            count["pay"] += 1;
        } catch {}
    }

    // Coming and going

    /// @dev Whatever the bridge does, and without a word to it.
    function quit(uint256 c) external watched {
        c = c % CLUBS;
        if (!_tied(c)) return;
        uint256 place = _place(c);
        uint256 free = _purse(c).bookOf(address(token)).free;
        uint256 all = _allOwn(place);
        uint256 share = all == 0 ? 0 : free * own[c] / all;
        if (share > own[c]) share = own[c];
        uint256 sent = bridge.sent();
        try this.order(c, abi.encodeCall(ITies.quit, (address(_purse(c))))) {
            count["quit"] += 1;
        } catch {
            leavingsBlocked += 1;
        }
        if (bridge.sent() != sent) leavingsThatSent += 1;
        treasuryHas[c] += share;
        wentOut[place] += share;
        (own[c], base[c]) = (0, 0);
        if (token.balanceOf(address(_club(c).treasury)) != treasuryHas[c]) sharesWrong += 1;
    }

    function join(uint256 c) external watched {
        c = c % CLUBS;
        if (_tied(c)) return;
        try this.order(c, abi.encodeCall(ITies.join, (address(_purse(c)), TEXT, LEVY))) {
            count["join"] += 1;
        } catch {}
    }

    function invite(uint256 c) external {
        Club storage club = _club(c % CLUBS);
        if (fed.house.sits(_id(club))) return;
        // What a motion that passed does: by the road of the real one it would take a quarter of a year.
        VM.store(address(fed.house), keccak256(abi.encode(_id(club), uint256(INVITATIONS))), bytes32(uint256(type(uint40).max)));
        (uint256 ends,) = fed.house.invitation(_id(club));
        require(ends != 0, "the words stand elsewhere");
    }

    function grow(uint256 c) external {
        Club storage club = _club(c % CLUBS);
        if (club.people.length > 20) return;
        address one = addressOf(string.concat("more", string(abi.encodePacked(c % CLUBS, club.people.length))));
        club.people.push(one);
        VM.prank(one);
        club.collective.applyForSeat("new", keccak256("We mill."));
    }

    // Motions

    function open(uint256 c, uint256 person_) external watched {
        Club storage club = _club(c % 3);
        address opener = club.people[person_ % club.people.length];
        address[] memory path = _list(address(club.collective));
        IFederationWords.Content memory content = _text();
        VM.prank(opener);
        try fed.house.open(content, path) returns (bytes32 motion) {
            _remember(fed, motion, opener, content);
            motions.push(motion);
            for (uint256 s = 1; s <= fed.house.seatsGiven(); ++s) {
                IFederationWords.SeatView memory v = fed.house.seat(s);
                (satThen[motion][s], rollOf[motion][s], liveThen[motion][s]) = (v.joined != 0, v.people, v.live);
            }
            count["open"] += 1;
        } catch {}
    }

    function poll(uint256 c, uint256 m, uint256 for_, uint256 against) external watched {
        if (motions.length == 0) return;
        c = c % CLUBS;
        bytes32 motion = _motion(m);
        Club storage club = _club(c);
        try this.put(c, motion) returns (bytes32 proposal) {
            uint256 starts = club.collective.proposalOf(proposal).votingStarts;
            if (starts > VM.getBlockTimestamp()) VM.warp(starts);
            for_ = bound(for_, 0, club.people.length);
            against = bound(against, 0, club.people.length - for_);
            _ballots(club, proposal, for_, against);
            VM.warp(club.collective.proposalOf(proposal).votingEnds);
            count["poll"] += 1;
        } catch {}
    }

    function tell(uint256 c, uint256 m, bool votes) external watched {
        c = c % CLUBS;
        if (votes && motions.length == 0) return;
        bytes32[] memory list = votes ? _keys(_motion(m)) : new bytes32[](0);
        VM.chainId(_club(c).chain);
        try _purse(c).tell(address(_club(c).treasury), list) {
            count[c < 3 ? "tell" : "send"] += 1;
        } catch {}
        VM.chainId(HOME);
    }

    function markSilent(uint256 s) external watched {
        try IFederationTallies(address(fed.house)).markSilent(1 + s % 5) {
            count["silent"] += 1;
        } catch {}
    }

    function wait_(uint256 time) external {
        pass(bound(time, 1, 4 days));
    }

    // The gateway

    function tellGone(uint256 c) external watched {
        VM.chainId(AWAY);
        try branch.tellGone(address(_club(3 + c % 2).collective)) {} catch {}
        VM.chainId(HOME);
    }

    function sendSeat(uint256 s) external {
        try fed.house.sendSeat(1 + s % 5) {} catch {}
    }

    /// @dev Any message, again, in any order.
    function deliver(uint256 number) external watched {
        try this.carry(number % bridge.sent()) {
            count["deliver"] += 1;
        } catch {}
        VM.chainId(HOME);
    }

    function forgeVote(uint256 c, uint256 m, uint32 for_, uint32 against, int8 decision, bool seated, uint32 people_)
        external
        watched
    {
        IPurse.Report memory told;
        Club storage club = _club(c % CLUBS);
        (told.collective, told.seated, told.people, told.charter) = (address(club.collective), seated, people_ % 100, TEXT);
        told.since = branch.seatOf(address(club.treasury)).since;
        if (motions.length != 0) {
            told.votes = new IPurse.Told[](1);
            told.votes[0] = IPurse.Told(_motion(m), uint40(VM.getBlockTimestamp()), for_ % 50, against % 50, decision);
        }
        try this.handReport(1 + for_ % 60, told) {
            count["forgeVote"] += 1;
        } catch {}
    }

    function forgeSeat(uint256 c, uint8 state, uint256 ends) external watched {
        try this.hand(
            NoteKind.Seat,
            uint64(1 + ends % 60),
            _standing(_club(3 + c % 2), IPurse.SeatState(state % 4), ends)
        ) {
            // It can end a seat after two weeks of notice: then the share is paid.
            count["forgeSeat"] += 1;
            _shareOfUnseated();
        } catch {}
        VM.chainId(HOME);
    }

    function forgePay(uint256 amount) external {
        _forgeOrder(
            IFederationWords.Act(
                IFederationWords.ActKind.Pay, AWAY, abi.encode(address(token), thief, bound(amount, 1, 1e12), bytes32("x"))
            )
        );
    }

    function forgeCeiling(uint256 bps) external {
        _forgeOrder(
            IFederationWords.Act(
                IFederationWords.ActKind.Ceiling, AWAY, abi.encode(address(token), uint16(bound(bps, 1001, 65_535)))
            )
        );
    }

    function carryOut(uint256 number) external watched {
        if (forged == 0) return;
        number = number % forged;
        IFederationWords.Act memory act = forgedAct[number];
        uint256 free = branch.bookOf(address(token)).free;
        (,, uint256 bps) = branch.ceilingOf(address(token));
        try this.perform(number, act) {
            uint256 waited = VM.getBlockTimestamp() - forgedAt[number];
            if (act.kind == IFederationWords.ActKind.Ceiling) {
                if (waited < 14 days) tooEarly += 1;
            } else {
                if (waited < 72 hours) tooEarly += 1;
                _took(act, free, bps);
                count["theft"] += 1;
            }
        } catch {}
        VM.chainId(HOME);
    }

    function veto(uint256 number, uint256 c) external {
        if (forged == 0) return;
        number = number % forged;
        Club storage club = _club(3 + c % 2);
        VM.chainId(AWAY);
        bytes32 id = branch.orderId("forged", number, forgedAct[number]);
        VM.startPrank(address(club.treasury));
        try branch.veto(id, address(club.treasury)) {
            count["veto"] += 1;
        } catch {
            try branch.confirm(id) {} catch {}
        }
        VM.stopPrank();
        VM.chainId(HOME);
    }

    // Asked by the invariants

    function motionCount() external view returns (uint256) {
        return motions.length;
    }

    function purses() external view returns (IPurse home, IPurse away) {
        return (IPurse(address(fed.purse)), IPurse(address(branch)));
    }

    function house() external view returns (IFederationTallies) {
        return IFederationTallies(address(fed.house));
    }

    function coin() external view returns (address) {
        return address(token);
    }

    function treasuryOf(uint256 c) external view returns (address) {
        return address(_club(c).treasury);
    }

    function allOwn(uint256 place) external view returns (uint256) {
        return _allOwn(place);
    }

    // Called by itself, so that a refusal undoes all

    function order(uint256 c, bytes calldata data) external {
        Club storage club = _club(c);
        VM.chainId(club.chain);
        _order(club, address(club.treasury), data);
        VM.chainId(HOME);
    }

    function put(uint256 c, bytes32 motion) external returns (bytes32) {
        return _put(_club(c), address(_purse(c)), motion);
    }

    function carry(uint256 number) external {
        _carry(number);
    }

    function hand(NoteKind kind, uint64 nonce, bytes calldata body) external {
        _forge(kind, nonce, body);
    }

    function handReport(uint64 nonce, IPurse.Report calldata told) external {
        _forgeReport(nonce, told);
    }

    function perform(uint256 number, IFederationWords.Act calldata act) external {
        VM.chainId(AWAY);
        branch.carryOut("forged", number, act);
        VM.chainId(HOME);
    }

    function _forgeOrder(IFederationWords.Act memory act) private {
        try this.hand(NoteKind.Order, 1, abi.encode(bytes32("forged"), forged, act)) {
            (forgedAct[forged], forgedAt[forged]) = (act, VM.getBlockTimestamp());
            forged += 1;
        } catch {}
        VM.chainId(HOME);
    }

    function _took(IFederationWords.Act memory act, uint256 free, uint256 bps) private {
        (,, uint256 amount,) = abi.decode(act.data, (address, address, uint256, bytes32));
        uint256 cap = free * bps / 10_000;
        uint256 drained = cap * (VM.getBlockTimestamp() - usedAt) / 7 days;
        used = used > drained ? used - drained : 0;
        used += amount;
        usedAt = VM.getBlockTimestamp();
        if (used > cap) beyondTheBucket += 1;
        wentOut[1] += amount;
    }

    /// @dev Whose seat the branch has ended has been paid its share.
    function _shareOfUnseated() private {
        for (uint256 c = 3; c < 5; ++c) {
            if (own[c] == 0 || branch.seatOf(address(_club(c).treasury)).state != IPurse.SeatState.None) continue;
            uint256 paid = token.balanceOf(address(_club(c).treasury)) - treasuryHas[c];
            if (paid > own[c]) sharesWrong += 1;
            treasuryHas[c] += paid;
            wentOut[1] += paid;
            own[c] = 0;
        }
    }

    /// @dev What the federation told of votes and leavings.
    function _note() private {
        Vm.Log[] memory logs = VM.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(fed.house)) continue;
            uint256 s = logs[i].topics.length > 2 ? uint256(logs[i].topics[2]) : 0;
            if (logs[i].topics[0] == IFederationWords.MotionTold.selector) {
                bytes32 motion = logs[i].topics[1];
                (uint256 f, uint256 a, int256 d) = abi.decode(logs[i].data, (uint256, uint256, int256));
                said[motion][s] = Said(f, a, d);
                hasSaid[motion][s] = true;
            } else if (logs[i].topics[0] == IFederationWords.Unseated.selector) {
                _forget(uint256(logs[i].topics[1]));
            }
        }
    }

    function _forget(uint256 s) private {
        for (uint256 m = 0; m < motions.length; ++m) {
            if (VM.getBlockTimestamp() > fed.house.motionOf(motions[m]).closes) continue;
            hasSaid[motions[m]][s] = false;
            satThen[motions[m]][s] = false;
        }
    }

    function _allOwn(uint256 place) private view returns (uint256) {
        return place == 0 ? own[0] + own[1] + own[2] : own[3] + own[4];
    }

    function _club(uint256 c) private view returns (Club storage) {
        if (c == 0) return mill;
        if (c == 1) return farm;
        if (c == 2) return port;
        return c == 3 ? far : isle;
    }

    function _place(uint256 c) private pure returns (uint256) {
        return c < 3 ? 0 : 1;
    }

    function _purse(uint256 c) private view returns (IPurse) {
        return c < 3 ? IPurse(address(fed.purse)) : IPurse(address(branch));
    }

    function _tied(uint256 c) private view returns (bool) {
        return _ties(_club(c)).tieOf(address(_purse(c))).since != 0;
    }

    function _motion(uint256 m) private view returns (bytes32) {
        // The later ones more often: they are open.
        uint256 last = motions.length < 4 ? motions.length : 4;
        return m % 3 == 0 ? motions[m % motions.length] : motions[motions.length - 1 - m % last];
    }

    uint256 private constant INVITATIONS = 5;
}
