// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ICollective} from "./interfaces/ICollective.sol";
import {IGovernor} from "./interfaces/IGovernor.sol";
import {IMembership} from "./interfaces/IMembership.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Application} from "./libraries/Application.sol";
import {LocalChain} from "./libraries/LocalChain.sol";
import {Register, RegisterFields} from "./libraries/Register.sol";
import {Roll, RollFields} from "./libraries/Roll.sol";
import {Rules, RulesFields} from "./libraries/Rules.sol";
import {Voter} from "./libraries/Voter.sol";
import {Seats} from "./Seats.sol";

/// @title Founding, applications, sponsors, objections; taking, leaving and moving a seat is in Seats
/// @dev Runs by delegatecall at a collective's address, which hands on to it whatever `Governor` does not answer itself.
contract Membership is Seats {
    bytes32 internal constant APPLICATION_TYPEHASH =
        keccak256("Application(address applicant,string name,bytes32 charter,uint256 nonce,uint256 deadline)");

    // The founding time says whether a clone is set up: a flag of its own would cost each founding a fresh slot.
    constructor() EIP712("daokit Collective", "1") {
        roll = RollFields.create(1, 1, 1);
    }

    /// @notice See `ICollective.initialize`.
    function initialize(ICollective.Charter calldata charter_) external {
        require(roll.founded() == 0, ICollective.AlreadyFounded());
        uint256 count = charter_.founders.length;
        require(count != 0 && count <= 32, ICollective.BadFounders(count));
        _bound("sponsors", charter_.admission.sponsors, 0, count);
        _boundAdmission(charter_.admission);
        roll = RollFields.create(block.timestamp, block.number, count).withAdmission(charter_.admission);
        charterHash = charter_.text;
        _boundSeasons(charter_.seasonDays, charter_.credits);
        register = RegisterFields.founded(block.timestamp, charter_.seasonDays, charter_.credits);
        _writeVoting(charter_.voting, charter_.exitNotice);
        emit ICollective.Founded(charter_.text, _treasury(), charter_.name, charter_.uri);

        for (uint256 i = 0; i < count; ++i) {
            require(charter_.founders[i].account != address(0), ICollective.NobodyNamed(i));
            _seat(charter_.founders[i].account, Way.Founder, charter_.founders[i].name);
        }
        // The treasury reads the same charter, so the same bytes go on to it.
        assert(ITreasury.initialize.selector == msg.sig);
        Address.functionCall(_treasury(), msg.data);
    }

    /// @inheritdoc IMembership
    function applyForSeat(string calldata name, bytes32 charter_) external {
        require(charter_ == charterHash, CharterDiffers(charter_, charterHash));
        Voter voter = voters[msg.sender];
        require(!voter.isMember(), AlreadySeated(msg.sender, voter.seat()));
        require(!_isOpen(msg.sender), AlreadyApplied(msg.sender));
        _apply(msg.sender, name);
    }

    /// @inheritdoc IMembership
    function bringApplications(SignedApplication[] calldata list) external {
        for (uint256 i = 0; i < list.length; ++i) {
            SignedApplication calldata signed = list[i];
            if (_isGood(signed)) _apply(signed.applicant, signed.name);
            else emit ApplicationSkipped(signed.applicant);
        }
    }

    /// @inheritdoc IMembership
    function withdrawApplication() external {
        applications[msg.sender] = _openApplication(msg.sender).closed();
        emit ApplicationWithdrawn(msg.sender);
    }

    /// @inheritdoc IMembership
    function sponsor(address applicant) external {
        uint256 seat = _memberSeat(msg.sender);
        Application application = _openApplication(applicant);
        uint256 given = application.given();
        require(given < application.needed(), SponsorsComplete(applicant));
        if (seat > roll.founders()) {
            uint256 from = seatWord[seat].since + register.asOf(block.timestamp).length();
            require(block.timestamp >= from, TooNewToSponsor(seat, from));
        }
        for (uint256 i = 0; i < given; ++i) {
            require(application.sponsor(i) != seat, AlreadySponsored(seat, applicant));
        }

        applications[applicant] = application.withSponsor(seat);
        emit Sponsored(applicant, seat);
        if (given + 1 == application.needed()) _openRequest(_requestId(applicant, application.count()));
    }

    /// @inheritdoc IMembership
    function seatApplicant(address applicant) external {
        Application application = _openApplication(applicant);
        require(application.given() >= application.needed(), NotDueYet(applicant, 0));
        Request storage request = requests[_requestId(applicant, application.count())];
        require(request.objections < request.needed, ApplicationObjected(applicant));
        require(block.timestamp >= request.closes, NotDueYet(applicant, request.closes));

        _countToday(0);
        applications[applicant] = application.closed();
        _seat(applicant, Way.Sponsored, "");
    }

    /// @inheritdoc IMembership
    function object(bytes32 request) external {
        (uint256 seat, Request storage asked) = _objector(request);
        require(!hasObjected[request][seat], AlreadyObjected(seat));
        hasObjected[request][seat] = true;
        asked.objections += 1;
        emit Objected(request, seat);
    }

    /// @inheritdoc IMembership
    function withdrawObjection(bytes32 request) external {
        (uint256 seat, Request storage asked) = _objector(request);
        require(hasObjected[request][seat], NoObjection(seat));
        hasObjected[request][seat] = false;
        asked.objections -= 1;
        emit ObjectionWithdrawn(request, seat);
    }

    /// @inheritdoc IMembership
    function admit(address applicant) external {
        require(executing != 0 && msg.sender == _treasury(), OnlyByOption());
        Application application = _openApplication(applicant);
        _countToday(1);
        applications[applicant] = application.closed();
        _seat(applicant, Way.Option, "");
    }

    /// @inheritdoc IMembership
    function setCharter(bytes32 charter_, string calldata uri) external {
        _requireLargeOption();
        charterHash = charter_;
        Roll changed = roll.withCharter();
        roll = changed;
        emit CharterChanged(charter_, changed.charterVersion(), uri);
    }

    /// @inheritdoc IMembership
    function setAdmission(Admission calldata admission_) external {
        _requireLargeOption();
        _boundAdmission(admission_);
        roll = roll.withAdmission(admission_);
        emit AdmissionChanged(admission_);
    }

    /// @notice See `ICollective`.
    function setVoting(IGovernor.Voting calldata voting_) external {
        _requireLargeOption();
        _writeVoting(voting_, ITreasury(_treasury()).exitNotice());
    }

    /// @notice See `ICollective`.
    function setSeasons(uint256 length, uint256 credits) external {
        _requireLargeOption();
        _boundSeasons(length, credits);
        Register reg = register.asOf(block.timestamp).withNext(length, credits);
        register = reg;
        emit IGovernor.SeasonsChanged(reg.season() + 1, length, credits);
    }

    /// @inheritdoc IMembership
    function isMember(address account) external view returns (bool) {
        return voters[account].isMember();
    }

    /// @inheritdoc IMembership
    function seatOf(address account) external view returns (uint256) {
        Voter voter = voters[account];
        return voter.isMember() ? voter.seat() : 0;
    }

    /// @inheritdoc IMembership
    function holderOf(uint256 seat) external view returns (address holder, uint256 since) {
        return (seatWord[seat].holder, seatWord[seat].since);
    }

    /// @inheritdoc IMembership
    function seats() external view returns (uint256) {
        return register.seats();
    }

    /// @inheritdoc IMembership
    function lastSeat() external view returns (uint256) {
        return register.lastSeat();
    }

    /// @inheritdoc IMembership
    function founders() external view returns (uint256) {
        return roll.founders();
    }

    /// @inheritdoc IMembership
    function founded() external view returns (uint256 time, uint256 blockNumber) {
        return (roll.founded(), roll.foundedBlock());
    }

    /// @inheritdoc IMembership
    function charter() external view returns (bytes32 hash, uint256 version) {
        return (charterHash, roll.charterVersion());
    }

    /// @inheritdoc IMembership
    function admission() external view returns (Admission memory) {
        Roll r = roll;
        return Admission(r.sponsors(), r.window(), r.objectionBps(), r.dailyCount(), r.dailyBps());
    }

    /// @inheritdoc IMembership
    function dailyCap() external view returns (uint256 cap, uint256 sponsored, uint256 byOption, uint256 expelled) {
        Roll today = roll.asOf(block.timestamp);
        return (_dailyCap(today), today.moved(0), today.moved(1), today.moved(2));
    }

    /// @inheritdoc IMembership
    function applicationOf(address applicant)
        external
        view
        returns (ApplicationState state, uint256[] memory sponsors, uint256 due, bytes32 request)
    {
        Application application = applications[applicant];
        if (!application.isFiled()) return (ApplicationState.None, sponsors, 0, 0);
        uint256 given = application.given();
        sponsors = new uint256[](given);
        for (uint256 i = 0; i < given; ++i) {
            sponsors[i] = application.sponsor(i);
        }
        request = _requestId(applicant, application.count());
        Request storage asked = requests[request];
        due = asked.closes;
        if (!_isOpen(applicant)) state = ApplicationState.Void;
        else if (given < application.needed()) state = ApplicationState.Sponsoring;
        else if (asked.objections >= asked.needed) state = ApplicationState.Objected;
        else state = block.timestamp < due ? ApplicationState.Window : ApplicationState.Due;
    }

    /// @inheritdoc IMembership
    function requestOf(bytes32 request)
        external
        view
        returns (uint256 closes, uint256 needed, uint256 objections, uint256 lastSeat_)
    {
        Request storage asked = requests[request];
        return (asked.closes, asked.needed, asked.objections, asked.lastSeat);
    }

    /// @inheritdoc IMembership
    function nonceOf(address applicant) public view returns (uint256) {
        // Both parts only ever grow: a signature is spent by the application it files or by the seat it takes.
        return (voters[applicant].seat() << 16) | applications[applicant].count();
    }

    function _apply(address applicant, string calldata name) private {
        require(_isName(name), BadName(bytes(name).length));
        emit Applied(applicant, charterHash, name);
        Roll r = roll;
        if (r.isOpenRoll()) {
            _countToday(0);
            _seat(applicant, Way.OpenRoll, name);
            return;
        }
        Application application = applications[applicant].next(r.charterVersion(), r.sponsors());
        applications[applicant] = application;
        if (r.sponsors() == 0) _openRequest(_requestId(applicant, application.count()));
    }

    function _isGood(SignedApplication calldata signed) private view returns (bool) {
        address applicant = signed.applicant;
        if (block.timestamp > signed.deadline || !_isName(signed.name)) return false;
        if (voters[applicant].isMember() || _isOpen(applicant)) return false;
        // The count never starts again: old nonces and requests would come back with it.
        if (applications[applicant].count() == type(uint16).max) return false;
        Roll today = roll.asOf(block.timestamp);
        if (today.isOpenRoll() && today.moved(0) >= _dailyCap(today)) return false;
        bytes32 digest = keccak256(
            abi.encode(
                APPLICATION_TYPEHASH,
                applicant,
                keccak256(bytes(signed.name)),
                charterHash,
                nonceOf(applicant),
                signed.deadline
            )
        );
        (address signer, ECDSA.RecoverError failed,) =
            ECDSA.tryRecoverCalldata(_hashTypedDataV4(digest), signed.signature);
        return failed == ECDSA.RecoverError.NoError && signer == applicant;
    }

    function _openRequest(bytes32 request) private {
        Register reg = register;
        uint256 needed = Math.max(1, Math.ceilDiv(roll.objectionBps() * reg.seats(), BPS));
        uint256 closes = block.timestamp + roll.window();
        requests[request] = Request(uint40(closes), uint24(needed), 0, uint24(reg.lastSeat()));
        emit RequestOpened(request, closes, needed);
    }

    function _objector(bytes32 request) private view returns (uint256 seat, Request storage asked) {
        seat = _memberSeat(msg.sender);
        asked = requests[request];
        require(block.timestamp < asked.closes && asked.objections < asked.needed, NoOpenRequest(request));
        require(seat <= asked.lastSeat, SeatedAfterRequest(seat));
    }

    function _boundAdmission(Admission calldata a) private pure {
        _bound("sponsors", a.sponsors, 0, 5);
        _bound("window", a.window, 0, 30 days);
        _bound("objection", a.objectionBps, 0, BPS);
        _bound("daily count", a.dailyCount, 1, type(uint16).max);
        _bound("daily share", a.dailyBps, 0, BPS);
    }

    function _writeVoting(IGovernor.Voting calldata v, uint256 notice) private {
        uint256 floor = LocalChain.isLocal() ? 0 : 1 hours;
        _bound("voting", v.voting, Math.max(1 minutes, floor), 45 days);
        _bound("deliberation", v.deliberation, 0, 45 days - v.voting);
        _bound("seconds", v.voting % 1 minutes + v.deliberation % 1 minutes, 0, 0);
        _bound("timelock", v.timelock, floor, 90 days);
        _bound("large delay", v.largeDelay, Math.max(v.timelock, notice + 2 days), 90 days);
        _bound("grace", v.grace, 1 hours, 90 days);
        _bound("quorum", v.quorumBps, 0, BPS);
        _bound("large", v.largeBps, 0, BPS);
        _bound("options a season", v.optionsPerSeason, 0, 31);
        _bound("open proposals", v.openProposals, 0, 1);
        Rules rules = RulesFields.pack(v);
        Register reg = register.asOf(block.timestamp).withSet(rules);
        register = reg;
        rulesOf[reg.set()] = rules;
        emit IGovernor.VotingChanged(reg.set(), v);
    }

    function _boundSeasons(uint256 length, uint256 credits) private pure {
        // No season is shorter than deliberation and voting together may last: every vote fits into one season.
        _bound("season", length, 45, 3650);
        _bound("credits", credits, 1, 126 ** 2);
    }

    function _bound(bytes32 rule, uint256 value, uint256 low, uint256 high) private pure {
        require(value >= low && value <= high, OutOfBounds(rule, value, low, high));
    }

    function _isName(string calldata name) private pure returns (bool) {
        return bytes(name).length != 0 && bytes(name).length <= 64;
    }

    function _isOpen(address applicant) private view returns (bool) {
        return applications[applicant].isOpen(roll.charterVersion());
    }

    function _openApplication(address applicant) private view returns (Application) {
        require(_isOpen(applicant), NoApplication(applicant));
        return applications[applicant];
    }

    function _requestId(address applicant, uint256 count) private view returns (bytes32) {
        return keccak256(abi.encode("application", address(this), applicant, count));
    }
}
