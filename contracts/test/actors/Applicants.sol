// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "../../interfaces/ICollective.sol";
import {IGovernor} from "../../interfaces/IGovernor.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {House} from "../House.sol";
import {VM} from "../Vm.sol";

/// @notice Twelve people who apply by themselves or by signature, vouch, object, are seated, leave, are admitted and expelled
/// in any order, and a plain model of who holds which seat since when and by whose word.
contract Applicants is House {
    struct Request {
        bytes32 id;
        uint256 charter;
        uint256[] sponsors;
        uint256 complete;
        uint256 needed;
        uint256 lastSeat;
        uint256 objections;
        bool open;
    }

    uint256 public constant PEOPLE = 12;
    uint256 private constant SPONSORS = 2;
    uint256 private constant WINDOW = 1 days;
    bytes32 private constant CHARTER = keccak256("We mill.");

    address[] public people;
    uint256[] private keys;
    mapping(uint256 one => uint256) public seat;
    mapping(uint256 seat_ => uint256) private since;
    mapping(uint256 one => Request) private request;
    mapping(uint256 one => mapping(uint256 seat_ => mapping(bytes32 id => bool))) private objected;
    uint256 public joins;
    uint256 public leaves;
    uint256 private version = 1;
    uint256 private started;
    mapping(uint256 way => mapping(uint256 day => uint256)) private moved;

    // What must never happen
    uint256 public leavingBlocked;
    uint256 public mostGasToLeave;
    uint256 public daysOverfull;
    uint256 public seatedWrongly;

    constructor() {
        _deploy();
        ICollective.Charter memory charter = _charter();
        charter.voting = IGovernor.Voting(0, 1 hours, 0, 2 days, 30 days, 0, 1000, 0, 0);
        charter.admission = IMembership.Admission(SPONSORS, WINDOW, 3000, 2, 1500);
        charter.seasonDays = 45;
        charter.credits = MOST_CREDITS;
        charter.exitNotice = 0;
        _found(charter, 0);
        started = VM.getBlockTimestamp();
        string[12] memory names =
            ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim", "leo"];
        for (uint256 i = 0; i < PEOPLE; ++i) {
            (address account, uint256 key) = person(names[i]);
            people.push(account);
            keys.push(key);
            if (i < 5) (seat[i], since[i + 1]) = (i + 1, started);
        }
    }

    // Applying

    function applyForSeat(uint256 one) external {
        one = _outsider(one);
        bool may = !_isOpen(one);
        VM.prank(people[one]);
        try collective.applyForSeat("somebody", CHARTER) {
            assertTrue(may, "applied twice");
            _file(one);
        } catch {
            assertFalse(may, "could not apply");
            VM.assume(false);
        }
    }

    /// @dev A list with a good application, the same again, and one that somebody else has signed.
    function bring(uint256 one, uint256 another) external {
        one = _outsider(one);
        another = _outsider(another);
        bool may = !_isOpen(one);
        IMembership.SignedApplication[] memory list = new IMembership.SignedApplication[](3);
        list[0] = list[1] = _signed(one, one);
        list[2] = _signed(another, another == 11 ? 10 : 11);
        bool stood = one == another || _isOpen(another);
        collective.bringApplications(list);
        if (may) _file(one);
        if (!stood) assertEq(uint256(_state(another)), 0, "filed with another's signature");
        VM.assume(may);
    }

    function withdraw(uint256 one) external {
        VM.assume(one % 4 == 0);
        one = _applicant(one >> 2);
        VM.prank(people[one]);
        collective.withdrawApplication();
        request[one].open = false;
    }

    function vouch(uint256 member, uint256 one) external {
        one = _applicant(one);
        member = member % 4 == 0 ? _member(member >> 2) : _founder(member);
        Request storage r = request[one];
        uint256 from = seat[member] > 5 ? since[seat[member]] + 45 days : 0;
        bool may = VM.getBlockTimestamp() >= from && r.sponsors.length < SPONSORS;
        for (uint256 i = 0; i < r.sponsors.length; ++i) {
            may = may && r.sponsors[i] != seat[member];
        }
        VM.prank(people[member]);
        try collective.sponsor(people[one]) {
            assertTrue(may, "vouched against the rules");
        } catch {
            assertFalse(may, "could not vouch");
            VM.assume(false);
        }
        r.sponsors.push(seat[member]);
        if (r.sponsors.length < SPONSORS) return;
        (,,, r.id) = collective.applicationOf(people[one]);
        r.complete = VM.getBlockTimestamp();
        r.needed = (3000 * members() + 9999) / 10_000;
        if (r.needed == 0) r.needed = 1;
        (r.lastSeat, r.objections) = (5 + joins, 0);
    }

    function object(uint256 member, uint256 one, bool back) external {
        one = _vouchedFor(one);
        member = _member(member);
        Request storage r = request[one];
        VM.assume(r.complete != 0);
        bool has = objected[one][seat[member]][r.id];
        bool may = VM.getBlockTimestamp() < r.complete + WINDOW && r.objections < r.needed && has == back;
        may = may && seat[member] <= r.lastSeat;
        VM.prank(people[member]);
        (bool done,) = address(collective).call(
            back
                ? abi.encodeCall(IMembership.withdrawObjection, (r.id))
                : abi.encodeCall(IMembership.object, (r.id))
        );
        assertEq(done, may, "objections are not what the rules say");
        VM.assume(done);
        objected[one][seat[member]][r.id] = !back;
        if (back) r.objections -= 1;
        else r.objections += 1;
    }

    /// @dev Tried too early and in time; whoever is seated must have been vouched for, waited, and not been objected to.
    function seatApplicant(uint256 one, bool patient) external {
        one = _vouchedFor(one);
        Request storage r = request[one];
        uint256 due = r.complete + WINDOW;
        if (patient && r.complete != 0 && VM.getBlockTimestamp() < due) VM.warp(due);
        bool may = r.complete != 0 && VM.getBlockTimestamp() >= due && r.objections < r.needed && !_isDayFull(0);
        try collective.seatApplicant(people[one]) {
            if (!may) seatedWrongly += 1;
            _seat(one, 0);
        } catch {
            assertFalse(may, "could not be seated");
            VM.assume(false);
        }
    }

    // Leaving

    /// @dev Whatever else goes on: open proposals, votes, applications vouched for, objections.
    function leave(uint256 one) external {
        one = _leaver(one);
        uint256 before = gasleft();
        VM.prank(people[one]);
        try collective.leave() {}
        catch {
            leavingBlocked += 1;
        }
        if (before - gasleft() > mostGasToLeave) mostGasToLeave = before - gasleft();
        leaves += 1;
        seat[one] = 0;
        assertEq(collective.seatOf(people[one]), 0);
    }

    /// @dev So that somebody leaves in the midst of something.
    function proposeAndVote(uint256 one) external {
        one = _member(one);
        bytes32 proposal = _propose(people[one], _law("in the midst"));
        _vote(people[one], proposal, 0, 3);
    }

    // By option

    function admit(uint256 one) external {
        one = _applicant(one);
        IGovernor.Option memory option = _calling(address(collective), abi.encodeCall(IMembership.admit, (people[one])));
        option.large = false;
        bool may = _decide(option);
        assertEq(may, !_isDayFull(1), "admitted against the cap");
        VM.assume(may);
        _seat(one, 1);
    }

    function expel(uint256 one) external {
        one = _leaver(one);
        bool may = _decide(_calling(address(collective), abi.encodeCall(IMembership.expel, (seat[one]))));
        assertEq(may, !_isDayFull(2), "expelled against the cap");
        VM.assume(may);
        leaves += 1;
        seat[one] = 0;
        _count(2);
    }

    function changeCharter(uint256 seed) external {
        VM.assume(seed % 16 == 0);
        assertTrue(_decide(_calling(address(collective), abi.encodeCall(IMembership.setCharter, (CHARTER, "")))));
        version += 1;
    }

    function wait(uint256 time) external {
        pass(bound(time, 1, 12 hours));
    }

    // The model

    function members() public view returns (uint256) {
        return 5 + joins - leaves;
    }

    function theCollective() external view returns (ICollective) {
        return collective;
    }

    function _file(uint256 one) private {
        delete request[one];
        (request[one].open, request[one].charter) = (true, version);
    }

    function _isOpen(uint256 one) private view returns (bool) {
        return request[one].open && request[one].charter == version;
    }

    function _seat(uint256 one, uint256 way) private {
        request[one].open = false;
        joins += 1;
        seat[one] = 5 + joins;
        since[seat[one]] = VM.getBlockTimestamp();
        _count(way);
    }

    function _today() private view returns (uint256) {
        return (VM.getBlockTimestamp() - started) / 1 days;
    }

    /// @dev The greater of 2 and 15 % of seats.
    function _isDayFull(uint256 way) private view returns (bool) {
        uint256 cap = members() * 1500 / 10_000;
        return moved[way][_today()] >= (cap < 2 ? 2 : cap);
    }

    function _count(uint256 way) private {
        uint256 day = _today();
        moved[way][day] += 1;
        if (moved[way][day] > 3) daysOverfull += 1;
    }

    /// @dev Opened by one member, carried by all; whether the execution went through.
    function _decide(IGovernor.Option memory option) private returns (bool done) {
        uint256 proposer = _member(0);
        bytes32 proposal = _propose(people[proposer], option);
        _untilVoting(proposal);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if (seat[i] != 0) _vote(people[i], proposal, 0, i == proposer ? int8(1) : FOR);
        }
        _untilVoted(proposal);
        _untilExecutable(proposal);
        try collective.execute(proposal, 0, seat[proposer], option) {
            done = true;
        } catch {}
    }

    function _state(uint256 one) private view returns (IMembership.ApplicationState state) {
        (state,,,) = collective.applicationOf(people[one]);
        // One under an earlier charter is void.
        if (state == IMembership.ApplicationState.Void) state = IMembership.ApplicationState.None;
    }

    function _signed(uint256 one, uint256 signer) private view returns (IMembership.SignedApplication memory) {
        return _application(people[one], "somebody", CHARTER, collective.nonceOf(people[one]), keys[signer]);
    }

    function _member(uint256 one) private view returns (uint256) {
        one = one % PEOPLE;
        while (seat[one] == 0) {
            one = (one + 1) % PEOPLE;
        }
        return one;
    }

    /// @dev Somebody who may vouch from the start.
    function _founder(uint256 one) private view returns (uint256) {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            uint256 found = (one % PEOPLE + i) % PEOPLE;
            if (seat[found] != 0 && seat[found] <= 5) return found;
        }
        return _member(one);
    }

    /// @dev Mostly not a founder, so that some are left to vouch.
    function _leaver(uint256 one) private view returns (uint256 found) {
        VM.assume(members() > 3);
        found = _member(one >> 3);
        for (uint256 i = 0; i < PEOPLE && one % 8 != 0 && seat[found] <= 5; ++i) {
            found = _member(found + 1);
        }
        VM.assume(one % 8 == 0 || seat[found] > 5);
    }

    function _outsider(uint256 one) private view returns (uint256) {
        VM.assume(members() < PEOPLE);
        one = one % PEOPLE;
        while (seat[one] != 0) {
            one = (one + 1) % PEOPLE;
        }
        return one;
    }

    /// @dev Somebody whose sponsors are complete, or else somebody with an open application.
    function _vouchedFor(uint256 one) private view returns (uint256) {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            uint256 found = (one % PEOPLE + i) % PEOPLE;
            if (_isOpen(found) && request[found].complete != 0) return found;
        }
        return _applicant(one);
    }

    /// @dev Somebody with an open application.
    function _applicant(uint256 one) private view returns (uint256) {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            uint256 found = (one % PEOPLE + i) % PEOPLE;
            if (_isOpen(found)) return found;
        }
        VM.assume(false);
        return 0;
    }
}
