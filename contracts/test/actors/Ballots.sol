// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "../../interfaces/ICollective.sol";
import {IGovernor} from "../../interfaces/IGovernor.sol";
import {House} from "../House.sol";
import {VM} from "../Vm.sol";

/// @notice Proposals, ballots, credits, seasons and outcomes as plain numbers, written independently of the contracts: counted
/// anew from all ballots each time.
abstract contract Ballots is House {
    enum Kind {
        Law,
        Small,
        Large,
        ChangeVoting,
        ChangeSeasons
    }

    struct Proposal {
        bytes32 key;
        uint256 proposer;
        uint256 lastSeat;
        uint256 electorate;
        uint256 quorum;
        uint256 set;
        uint256 starts;
        uint256 ends;
        uint256 season;
        uint256 timelock;
        uint256 options;
        bool cancelled;
        uint256 executions;
        uint256 executedOption;
        uint256 executedAt;
    }

    struct Placed {
        Kind kind;
        uint256 seat;
    }

    uint256 public constant PEOPLE = 9;
    uint256 public constant AMOUNT = 1000;
    uint256 public constant NOTICE = 1 days;
    uint256 internal constant SEASON = 45 days;
    uint256 internal constant MOST_OPTIONS = 6;

    // What people did
    mapping(uint256 number => Proposal) internal proposal;
    mapping(uint256 number => mapping(uint256 place => Placed)) internal placed;
    mapping(uint256 number => mapping(uint256 place => mapping(uint256 one => int256))) public ballot;
    uint256 public count;
    uint256 public touched;
    address[] public people;
    mapping(uint256 one => uint256) public seat;
    /// @notice The same, but still there after leaving.
    mapping(uint256 one => uint256) public latestSeat;
    uint256 public lastSeat;
    uint256 public seats;

    // The rules as they stand
    uint256 internal quorumBps;
    uint256 internal timelock;
    uint256 internal set;
    uint256 public seasonNumber;
    uint256 internal seasonStart;
    uint256 public credits;
    uint256 internal nextCredits;
    mapping(uint256 one => uint256) internal openUntil;
    mapping(uint256 season => mapping(uint256 one => uint256)) internal put;

    // What must never happen
    uint256 public sidesCharged;

    /// @notice Ballot papers handed in, and those that counted.
    uint256 public papers;
    uint256 public papersCounted;

    constructor() {
        _deploy();
        ICollective.Charter memory charter = _charter();
        charter.voting = _rules(2000, 1 hours);
        charter.admission.sponsors = 0;
        charter.admission.window = 0;
        charter.admission.dailyCount = 4;
        charter.seasonDays = SEASON / 1 days;
        charter.credits = 100;
        charter.exitNotice = NOTICE;
        _found(charter, 0);
        VM.deal(address(this), 100 ether);
        treasury.deposit{value: 100 ether}(COIN, 100 ether, "gift");
        (quorumBps, timelock, set) = (2000, 1 hours, 1);
        (seasonNumber, seasonStart, credits, nextCredits) = (1, VM.getBlockTimestamp(), 100, 100);
        people = founders;
        people.push(addressOf("frank"));
        people.push(addressOf("grace"));
        people.push(addressOf("heidi"));
        people.push(addressOf("ivan"));
        for (uint256 i = 0; i < 5; ++i) {
            seat[i] = latestSeat[i] = i + 1;
        }
        (lastSeat, seats) = (5, 5);
    }

    modifier told() {
        _turnSeason();
        _;
        _turnSeason();
    }

    // The model

    function proposalAt(uint256 number) external view returns (Proposal memory) {
        return proposal[number];
    }

    function payeeOf(uint256 number, uint256 place) public pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("payee", number, place)))));
    }

    function pays(uint256 number, uint256 place) external view returns (bool) {
        return placed[number][place].kind == Kind.Small || placed[number][place].kind == Kind.Large;
    }

    function isLarge(uint256 number, uint256 place) public view returns (bool) {
        return placed[number][place].kind >= Kind.Large;
    }

    /// @notice Counted anew from the ballots, each time.
    function tally(uint256 number, uint256 place) public view returns (int256 net, uint256 for_, uint256 against) {
        for (uint256 one = 0; one < PEOPLE; ++one) {
            int256 votes = ballot[number][place][one];
            if (votes > 0) for_ += 1;
            if (votes < 0) against += 1;
            if (votes != FOR && votes != AGAINST) net += votes;
        }
    }

    function winnerOf(uint256 number) public view returns (bool found, uint256 winner) {
        int256 most = 0;
        for (uint256 place = 0; place < proposal[number].options; ++place) {
            (int256 net, uint256 for_, uint256 against) = tally(number, place);
            bool stands = net > 0 && for_ >= proposal[number].quorum;
            if (isLarge(number, place) && for_ <= against) stands = false;
            if (stands && net > most) (found, winner, most) = (true, place, net);
        }
    }

    /// @notice The season's credits less the squares of all ballots on its options.
    function creditsLeft(uint256 one) public view returns (uint256 left) {
        left = credits;
        for (uint256 number = count; number > 0; --number) {
            Proposal storage p = proposal[number - 1];
            if (p.season + 1 < seasonNumber) break;
            if (p.season != seasonNumber) continue;
            for (uint256 place = 0; place < p.options; ++place) {
                left -= _square(ballot[number - 1][place][one]);
            }
        }
    }

    function _square(int256 votes) internal pure returns (uint256) {
        return votes == FOR || votes == AGAINST ? 0 : uint256(votes * votes);
    }

    function _mayOpen(uint256 one) internal view returns (bool) {
        return put[seasonNumber][one] < MOST_OPTIONS && VM.getBlockTimestamp() >= openUntil[one];
    }

    function _mayVote(uint256 one, uint256 number, uint256 place, int256 votes, uint256 left) internal view returns (bool) {
        Proposal storage p = proposal[number];
        if (seat[one] == 0 || seat[one] > p.lastSeat || place >= p.options || votes == -127) return false;
        return _square(votes) <= left + _square(ballot[number][place][one]);
    }

    function _book(uint256 one, uint256 number, uint256 place, int256 votes, uint256 left) internal {
        if (votes == FOR || votes == AGAINST) {
            uint256 expected = left + _square(ballot[number][place][one]);
            if (collective.creditsOf(people[one]) != expected) sidesCharged += 1;
        }
        ballot[number][place][one] = votes;
        touched = number;
    }

    function _tryToExecute(uint256 number, uint256 place, bool may) internal {
        Placed memory content = placed[number][place];
        try collective.execute(
            proposal[number].key, uint8(place), content.seat, _option(number, place, content.kind)
        ) {
            assertTrue(may, "executed against the rules");
        } catch {
            assertFalse(may, "could not execute");
        }
    }

    function _option(uint256 number, uint256 place, Kind kind) internal view returns (IGovernor.Option memory option) {
        if (kind == Kind.ChangeVoting) {
            IGovernor.Voting memory rules = _rules(_newQuorum(number), _newTimelock(number));
            option = _calling(address(collective), abi.encodeCall(ICollective.setVoting, (rules)));
        } else if (kind == Kind.ChangeSeasons) {
            option = _calling(
                address(collective), abi.encodeCall(ICollective.setSeasons, (SEASON / 1 days, _newCredits(number)))
            );
        } else if (kind != Kind.Law) {
            option = _paying(COIN, payeeOf(number, place), AMOUNT);
            option.large = kind == Kind.Large;
        }
        option.text = keccak256(abi.encode(number, place));
    }

    function _rules(uint256 quorumBps_, uint256 timelock_) internal pure returns (IGovernor.Voting memory rules) {
        rules = IGovernor.Voting(1 days, 2 days, timelock_, NOTICE + 2 days, 5 days, quorumBps_, 10_000, MOST_OPTIONS, 1);
    }

    function _newQuorum(uint256 number) internal pure returns (uint256) {
        return 500 * (number % 8);
    }

    function _newTimelock(uint256 number) internal pure returns (uint256) {
        return 1 hours * (number % 5);
    }

    function _newCredits(uint256 number) internal pure returns (uint256) {
        return 20 + 30 * (number % 4);
    }

    /// @dev Small numbers mostly, bare sides often, and now and then any number of eight bits.
    function _votes(int256 seed) internal pure returns (int256) {
        uint256 way = uint256(seed >> 8) % 8;
        if (way == 0) return FOR;
        if (way == 1) return AGAINST;
        if (way == 2) return int8(seed);
        return way < 6 ? bound(seed, 1, 7) : bound(seed, -7, 0);
    }

    /// @dev Somebody who has a seat.
    function _member(uint256 one) internal view returns (uint256) {
        one = one % PEOPLE;
        while (seat[one] == 0) {
            one = (one + 1) % PEOPLE;
        }
        return one;
    }

    /// @dev Mostly somebody who has a seat.
    function _anybody(uint256 one) internal view returns (uint256) {
        return one % 8 == 0 ? (one >> 3) % PEOPLE : _member(one);
    }

    /// @dev A proposal in deliberation or, unless `early`, in voting; the call is left out when there is none.
    function _pick(uint256 number, bool early) internal view returns (uint256) {
        VM.assume(count != 0);
        uint256 time = VM.getBlockTimestamp();
        for (uint256 i = 0; i < count; ++i) {
            uint256 found = (number % count + i) % count;
            Proposal storage p = proposal[found];
            if (!p.cancelled && time < (early ? p.starts : p.ends)) return found;
        }
        VM.assume(false);
        return 0;
    }

    function _openVoting(uint256 number) internal {
        if (VM.getBlockTimestamp() < proposal[number].starts) VM.warp(proposal[number].starts);
        _turnSeason();
    }

    function _isDecided(uint256 number) internal view returns (bool) {
        Proposal storage p = proposal[number];
        if (p.cancelled || p.executions != 0) return false;
        if (VM.getBlockTimestamp() < p.starts || VM.getBlockTimestamp() >= p.ends + 5 days) return false;
        (bool found,) = winnerOf(number);
        return found;
    }

    function _turnSeason() internal {
        while (VM.getBlockTimestamp() >= seasonStart + SEASON) {
            seasonStart += SEASON;
            seasonNumber += 1;
            credits = nextCredits;
        }
    }

    function theCollective() external view returns (ICollective) {
        return collective;
    }
}
