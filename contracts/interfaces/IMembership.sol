// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Membership: seats, sponsors, tenure, leaving
/// @notice One seat a person, not transferable, with a number that never changes. Founders are written in the charter;
/// everyone else applies and is seated by sponsors and a window for objections, or by a passed option that names them.
/// @dev Times are unix seconds, lengths seconds, fractions basis points (10,000 is all).
interface IMembership {
    /// @notice How a seat was come by.
    enum Way {
        None,
        Founder,
        OpenRoll,
        Sponsored,
        Option
    }

    /// @notice Where an application stands. `Objected` ones, and all others, can still be admitted by an option.
    enum ApplicationState {
        None,
        Sponsoring,
        Window,
        Due,
        Objected,
        Void
    }

    /// @notice The rules for joining. `sponsors` 0 and `window` 0 make an open roll.
    /// @param sponsors seats that must vouch, at most 5
    /// @param window seconds in which seats may object once the sponsors are there, at most 30 days
    /// @param objectionBps share of seats whose objection ends a request
    /// @param dailyCount seats that a day may add by sponsors, add by options, and expel; the greater of this and
    /// @param dailyBps the same as a share of seats
    struct Admission {
        uint256 sponsors;
        uint256 window;
        uint256 objectionBps;
        uint256 dailyCount;
        uint256 dailyBps;
    }

    /// @notice An application as signed by the applicant (EIP-712 type `Application`), to be brought by anyone.
    struct SignedApplication {
        address applicant;
        string name;
        uint256 deadline;
        bytes signature;
    }

    event Seated(uint256 indexed seat, address indexed holder, Way way, string name);
    event Left(uint256 indexed seat, address indexed holder);
    event Expelled(uint256 indexed seat, address indexed holder);
    /// @notice By a recovery or by an option: the same seat, with its ballots, units and what is owed, at another address.
    event SeatMoved(uint256 indexed seat, address indexed from, address indexed to);
    event Applied(address indexed applicant, bytes32 charter, string name);
    /// @notice A signed application in a list that could not be brought, and was passed over.
    event ApplicationSkipped(address indexed applicant);
    event ApplicationWithdrawn(address indexed applicant);
    event Sponsored(address indexed applicant, uint256 indexed sponsor);
    event RequestOpened(bytes32 indexed request, uint256 closes, uint256 needed);
    event Objected(bytes32 indexed request, uint256 indexed seat);
    event ObjectionWithdrawn(bytes32 indexed request, uint256 indexed seat);
    event CharterChanged(bytes32 indexed charter, uint256 version, string uri);
    event AdmissionChanged(Admission admission);

    /// @notice `account` holds no seat here.
    error NotAMember(address account);
    /// @notice `account` already holds seat `seat`.
    error AlreadySeated(address account, uint256 seat);
    /// @notice Seat `seat` does not exist or has been given up.
    error NoSuchSeat(uint256 seat);
    /// @notice `account` has held seat `seat` here: a seat moves only to an address that never held one.
    error HasHeldASeat(address account, uint256 seat);
    /// @notice The charter now is `current`, not `given`: read it again before you apply.
    error CharterDiffers(bytes32 given, bytes32 current);
    /// @notice `account` has applied already; the application is still open.
    error AlreadyApplied(address account);
    /// @notice `account` has no open application under the present charter.
    error NoApplication(address account);
    /// @notice Seat `seat` has vouched for `applicant` already.
    error AlreadySponsored(uint256 seat, address applicant);
    /// @notice The application of `applicant` has all the sponsors it needs.
    error SponsorsComplete(address applicant);
    /// @notice Seat `seat` may vouch for others from `from` (unix seconds) on: founders from the start, others after a season.
    error TooNewToSponsor(uint256 seat, uint256 from);
    /// @notice The application of `applicant` cannot be seated before `due` (unix seconds; 0: its sponsors are not complete).
    error NotDueYet(address applicant, uint256 due);
    /// @notice Enough seats objected to `applicant`; a proposal can still admit them.
    error ApplicationObjected(address applicant);
    /// @notice At most `cap` seats a day can be moved this way; today's are used up.
    error DailyCapReached(uint256 cap);
    /// @notice No request `request` is open to objections.
    error NoOpenRequest(bytes32 request);
    /// @notice Seat `seat` was admitted after the request and cannot object to it.
    error SeatedAfterRequest(uint256 seat);
    /// @notice Seat `seat` has objected already.
    error AlreadyObjected(uint256 seat);
    /// @notice Seat `seat` has no objection to take back.
    error NoObjection(uint256 seat);
    /// @notice A name has 1 to 64 bytes; this one has `length`.
    error BadName(uint256 length);
    /// @notice Only an option that executes can do this.
    error OnlyByOption();
    /// @notice Only an option declared large can do this.
    error OnlyByLargeOption();
    /// @notice The rule `rule` cannot be `value`: it must lie between `low` and `high`.
    error OutOfBounds(bytes32 rule, uint256 value, uint256 low, uint256 high);

    /// @notice Apply for a seat under the name `name`, having read the charter with hash `charter_`.
    /// @dev On an open roll this seats the caller at once, within the day's cap.
    function applyForSeat(string calldata name, bytes32 charter_) external;

    /// @notice Bring applications that others have signed for the present charter. One that is no longer good is passed
    /// over with `ApplicationSkipped`. Contract accounts apply by their own call.
    function bringApplications(SignedApplication[] calldata list) external;

    /// @notice Take the caller's application back.
    function withdrawApplication() external;

    /// @notice Vouch for `applicant`. Founders may from the start, other seats after a season.
    function sponsor(address applicant) external;

    /// @notice Seat an applicant whose sponsors are complete and whose window has passed without enough objections. Anyone may call.
    function seatApplicant(address applicant) external;

    /// @notice Object to a request (an application's is `applicationOf(applicant).request`). Only seats admitted before it.
    function object(bytes32 request) external;

    /// @notice Take an objection back while the window is open.
    function withdrawObjection(bytes32 request) external;

    /// @notice Give up the caller's seat, at once. Units stay and can exit; ballots cast stand. Waits while a recovery of
    /// the seat runs, which the holder can veto.
    function leave() external;

    /// @notice Seat an applicant by a passed option, within the day's cap.
    function admit(address applicant) external;

    /// @notice Take seat `seat` from its holder by a large option, within the day's cap. Units stay theirs. A recovery of
    /// the seat ends.
    function expel(uint256 seat) external;

    /// @notice Give seat `seat` to `to` by a large option, whatever the present holder says: for a key that is lost or
    /// stolen. Ballots, units, notice and what the treasury owes go along, guardians do not; nor do budgets, which are for
    /// an address.
    /// @dev Counts with those who are expelled that day. `to` has never held a seat here.
    function moveSeat(uint256 seat, address to) external;

    /// @notice Change the charter by a large option. Applications made under the old one are void.
    function setCharter(bytes32 charter_, string calldata uri) external;

    /// @notice Change the rules for joining by a large option. Windows already open keep theirs.
    function setAdmission(Admission calldata admission_) external;

    function isMember(address account) external view returns (bool);

    /// @notice The seat held by `account`, 0 for none.
    function seatOf(address account) external view returns (uint256);

    /// @notice Who holds seat `seat` (zero when given up) and since when.
    function holderOf(uint256 seat) external view returns (address holder, uint256 since);

    /// @notice Seats held now.
    function seats() external view returns (uint256);

    /// @notice The greatest seat number given so far.
    function lastSeat() external view returns (uint256);

    /// @notice How many seats the charter named.
    function founders() external view returns (uint256);

    /// @notice keccak256 of the charter's text, and how often it has been set.
    function charter() external view returns (bytes32 hash, uint256 version);

    function admission() external view returns (Admission memory);

    /// @notice Seats that may be added by sponsors, added by options, and expelled in one day, and how many were today.
    function dailyCap() external view returns (uint256 cap, uint256 sponsored, uint256 byOption, uint256 expelled);

    /// @notice An application: its state, sponsors so far, when it can be seated (0 while not known), and its request.
    function applicationOf(address applicant)
        external
        view
        returns (ApplicationState state, uint256[] memory sponsors, uint256 due, bytes32 request);

    /// @notice A request that seats may object to: when its window closes, objections needed and made, last seat that may.
    function requestOf(bytes32 request)
        external
        view
        returns (uint256 closes, uint256 needed, uint256 objections, uint256 lastSeat_);

    /// @notice The number an application's signature must carry. It changes when the applicant applies or takes a seat.
    function nonceOf(address applicant) external view returns (uint256);

    /// @notice Unix time and block number of the founding.
    function founded() external view returns (uint256 time, uint256 blockNumber);
}
