// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICollective} from "../../interfaces/ICollective.sol";
import {IGovernor} from "../../interfaces/IGovernor.sol";
import {House} from "../House.sol";
import {VM} from "../Vm.sol";

/// @notice Nine people who open, answer, vote, cancel, execute, join and leave in any order, and a plain model that foretells
/// what each of them may do. Every option pays somebody of its own, so that what was executed shows in what people got.
contract Voters is House {
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
    uint256 private constant SEASON = 45 days;
    uint256 private constant MOST_OPTIONS = 6;

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
    uint256 private quorumBps;
    uint256 private timelock;
    uint256 private set;
    uint256 public seasonNumber;
    uint256 private seasonStart;
    uint256 public credits;
    uint256 private nextCredits;
    mapping(uint256 one => uint256) private openUntil;
    mapping(uint256 season => mapping(uint256 one => uint256)) private put;

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

    // What people do

    function open(uint256 one, uint256 kind) external told {
        one = _member(one);
        for (uint256 i = 0; i < PEOPLE && kind % 8 != 0 && !_mayOpen(one); ++i) {
            one = _member(one + 1);
        }
        bool may = _mayOpen(one);
        Proposal memory p;
        (p.proposer, p.lastSeat, p.electorate, p.season, p.set) = (one, lastSeat, seats, seasonNumber, set);
        p.quorum = (quorumBps * seats + 9999) / 10_000;
        if (p.quorum == 0) p.quorum = 1;
        p.starts = VM.getBlockTimestamp() + 1 days;
        uint256 ends = seasonStart + SEASON;
        if (p.starts + 2 days > ends) {
            p.season += 1;
            if (p.starts < ends) p.starts = ends;
        }
        (p.ends, p.timelock, p.options) = (p.starts + 2 days, timelock, 1);
        Placed memory original = Placed(Kind(kind % 5), seat[one]);
        VM.prank(people[one]);
        try collective.propose(_option(count, 0, original.kind)) returns (bytes32 key) {
            assertTrue(may, "opened against the rules");
            p.key = key;
        } catch {
            assertFalse(may, "could not open");
            VM.assume(false);
        }
        put[seasonNumber][one] += 1;
        openUntil[one] = (p.ends + 59) / 60 * 60;
        placed[count][0] = original;
        proposal[count] = p;
        touched = count++;
    }

    function answer(uint256 one, uint256 number, uint256 kind) external told {
        one = _member(one);
        number = _pick(number, true);
        Proposal storage p = proposal[number];
        bool may = seat[one] <= p.lastSeat && put[seasonNumber][one] < MOST_OPTIONS;
        for (uint256 i = 1; i < p.options; ++i) {
            may = may && placed[number][i].seat != seat[one];
        }
        Placed memory rival = Placed(Kind(kind % 5), seat[one]);
        VM.prank(people[one]);
        try collective.addRival(p.key, _option(number, p.options, rival.kind)) returns (uint256 place) {
            assertTrue(may, "answered against the rules");
            assertEq(place, p.options);
        } catch {
            assertFalse(may, "could not answer");
            VM.assume(false);
        }
        put[seasonNumber][one] += 1;
        placed[number][p.options] = rival;
        p.options += 1;
        touched = number;
    }

    /// @dev Anybody, on options that may not exist, with any votes: the model says whether it counts.
    function vote(uint256 one, uint256 number, uint256 place, int256 votes) external told {
        one = _anybody(one);
        number = _pick(number, false);
        _openVoting(number);
        place = place % 8 == 0 ? proposal[number].options : place % proposal[number].options;
        votes = _votes(votes);
        uint256 left = creditsLeft(one);
        bool may = _mayVote(one, number, place, votes, left);
        papers += 1;
        VM.prank(people[one]);
        try collective.vote(proposal[number].key, uint8(place), int8(votes)) {
            assertTrue(may, "voted against the rules");
            papersCounted += 1;
            _book(one, number, place, votes, left);
        } catch {
            assertFalse(may, "could not vote");
        }
    }

    function votePaper(uint256 one, uint256 number, uint256 first, uint256 second, int256 votes) external told {
        one = _anybody(one);
        number = _pick(number, false);
        _openVoting(number);
        first = first % proposal[number].options;
        second = second % proposal[number].options;
        int256 more = _votes(votes >> 16);
        votes = _votes(votes);
        uint256 left = creditsLeft(one);
        bool may = _mayVote(one, number, first, votes, left);
        papers += 1;
        uint256 then_ = left + _square(ballot[number][first][one]) - (may ? _square(votes) : 0);
        // On the same option the second line replaces the first.
        if (first == second) then_ = left;
        may = may && _mayVote(one, number, second, more, then_);
        IGovernor.Choice[] memory paper = new IGovernor.Choice[](2);
        paper[0] = IGovernor.Choice(proposal[number].key, uint8(first), int8(votes));
        paper[1] = IGovernor.Choice(proposal[number].key, uint8(second), int8(more));
        VM.prank(people[one]);
        try collective.votePaper(paper) {
            assertTrue(may, "voted against the rules");
            papersCounted += 1;
            ballot[number][first][one] = votes;
            ballot[number][second][one] = more;
            touched = number;
        } catch {
            assertFalse(may, "could not vote");
        }
    }

    function cancel(uint256 one, uint256 number) external told {
        number = _pick(number, true);
        Proposal storage p = proposal[number];
        one = one % 4 == 0 ? (one >> 2) % PEOPLE : p.proposer;
        bool may = seat[one] == placed[number][0].seat;
        bytes32 content = collective.contentOf(_option(number, 0, placed[number][0].kind));
        VM.prank(people[one]);
        try collective.cancel(p.key, content) {
            assertTrue(may, "somebody else cancelled");
            p.cancelled = true;
            if (openUntil[one] == (p.ends + 59) / 60 * 60) openUntil[one] = 0;
            touched = number;
        } catch {
            assertFalse(may, "the proposer could not cancel");
            VM.assume(false);
        }
    }

    /// @dev Tries every option at every stage; only the winner may go through, once, in its time.
    function execute(uint256 number) external told {
        VM.assume(count != 0);
        bool any = number % 8 == 0;
        number = number % count;
        for (uint256 i = 0; i < count; ++i) {
            if (any || _isDecided(number)) break;
            number = (number + 1) % count;
        }
        VM.assume(any || _isDecided(number));
        Proposal storage p = proposal[number];
        (bool found, uint256 winner) = winnerOf(number);
        uint256 from = p.ends + (isLarge(number, winner) ? NOTICE + 2 days : p.timelock);
        bool alive = found && !p.cancelled && p.executions == 0 && VM.getBlockTimestamp() < from + 5 days;
        if (VM.getBlockTimestamp() < from) {
            for (uint256 place = 0; place < p.options; ++place) {
                _tryToExecute(number, place, false);
            }
            VM.assume(alive);
            VM.warp(from);
        }
        for (uint256 place = 0; place < p.options; ++place) {
            if (place != winner) _tryToExecute(number, place, false);
        }
        _tryToExecute(number, winner, alive);
        if (!alive) VM.assume(false);
        p.executions += 1;
        (p.executedOption, p.executedAt, touched) = (winner, VM.getBlockTimestamp(), number);
        Kind kind = placed[number][winner].kind;
        if (kind == Kind.ChangeVoting) (quorumBps, timelock, set) = (_newQuorum(number), _newTimelock(number), set + 1);
        if (kind == Kind.ChangeSeasons) (nextCredits) = _newCredits(number);
        _tryToExecute(number, winner, false);
    }

    function join(uint256 one) external told {
        one = one % PEOPLE;
        VM.assume(seat[one] == 0);
        VM.prank(people[one]);
        try collective.applyForSeat("joiner", keccak256("We mill.")) {
            lastSeat += 1;
            seats += 1;
            seat[one] = latestSeat[one] = lastSeat;
        } catch {
            VM.assume(false);
        }
    }

    function leave(uint256 one) external told {
        one = _member(one);
        VM.assume(seats > 4);
        VM.prank(people[one]);
        collective.leave();
        seats -= 1;
        seat[one] = 0;
    }

    function wait(uint256 time) external told {
        pass(bound(time, 1, 30 hours));
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

    function _square(int256 votes) private pure returns (uint256) {
        return votes == FOR || votes == AGAINST ? 0 : uint256(votes * votes);
    }

    function _mayOpen(uint256 one) private view returns (bool) {
        return put[seasonNumber][one] < MOST_OPTIONS && VM.getBlockTimestamp() >= openUntil[one];
    }

    function _mayVote(uint256 one, uint256 number, uint256 place, int256 votes, uint256 left) private view returns (bool) {
        Proposal storage p = proposal[number];
        if (seat[one] == 0 || seat[one] > p.lastSeat || place >= p.options || votes == -127) return false;
        return _square(votes) <= left + _square(ballot[number][place][one]);
    }

    function _book(uint256 one, uint256 number, uint256 place, int256 votes, uint256 left) private {
        if (votes == FOR || votes == AGAINST) {
            uint256 expected = left + _square(ballot[number][place][one]);
            if (collective.creditsOf(people[one]) != expected) sidesCharged += 1;
        }
        ballot[number][place][one] = votes;
        touched = number;
    }

    function _tryToExecute(uint256 number, uint256 place, bool may) private {
        Placed memory content = placed[number][place];
        try collective.execute(
            proposal[number].key, uint8(place), content.seat, _option(number, place, content.kind)
        ) {
            assertTrue(may, "executed against the rules");
        } catch {
            assertFalse(may, "could not execute");
        }
    }

    function _option(uint256 number, uint256 place, Kind kind) private view returns (IGovernor.Option memory option) {
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

    function _rules(uint256 quorumBps_, uint256 timelock_) private pure returns (IGovernor.Voting memory rules) {
        rules = IGovernor.Voting(1 days, 2 days, timelock_, NOTICE + 2 days, 5 days, quorumBps_, 10_000, MOST_OPTIONS, 1);
    }

    function _newQuorum(uint256 number) private pure returns (uint256) {
        return 500 * (number % 8);
    }

    function _newTimelock(uint256 number) private pure returns (uint256) {
        return 1 hours * (number % 5);
    }

    function _newCredits(uint256 number) private pure returns (uint256) {
        return 20 + 30 * (number % 4);
    }

    /// @dev Small numbers mostly, bare sides often, and now and then any number of eight bits.
    function _votes(int256 seed) private pure returns (int256) {
        uint256 way = uint256(seed >> 8) % 8;
        if (way == 0) return FOR;
        if (way == 1) return AGAINST;
        if (way == 2) return int8(seed);
        return way < 6 ? bound(seed, 1, 7) : bound(seed, -7, 0);
    }

    /// @dev Somebody who has a seat.
    function _member(uint256 one) private view returns (uint256) {
        one = one % PEOPLE;
        while (seat[one] == 0) {
            one = (one + 1) % PEOPLE;
        }
        return one;
    }

    /// @dev Mostly somebody who has a seat.
    function _anybody(uint256 one) private view returns (uint256) {
        return one % 8 == 0 ? (one >> 3) % PEOPLE : _member(one);
    }

    /// @dev A proposal in deliberation or, unless `early`, in voting; the call is left out when there is none.
    function _pick(uint256 number, bool early) private view returns (uint256) {
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

    function _openVoting(uint256 number) private {
        if (VM.getBlockTimestamp() < proposal[number].starts) VM.warp(proposal[number].starts);
        _turnSeason();
    }

    function _isDecided(uint256 number) private view returns (bool) {
        Proposal storage p = proposal[number];
        if (p.cancelled || p.executions != 0) return false;
        if (VM.getBlockTimestamp() < p.ends || VM.getBlockTimestamp() >= p.ends + 5 days) return false;
        (bool found,) = winnerOf(number);
        return found;
    }

    function _turnSeason() private {
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
