// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "../../interfaces/IGovernor.sol";
import {VM} from "../Vm.sol";
import {Ballots} from "./Ballots.sol";

/// @notice Nine people who open, answer, vote, cancel, execute, join and leave in any order, and a plain model that foretells
/// what each of them may do. Every option pays somebody of its own, so that what was executed shows in what people got.
contract Voters is Ballots {
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

    /// @dev Some people are of one mind, so that something is decided.
    function agree(uint256 number, uint256 place, uint256 who) external told {
        number = _pick(number, false);
        _openVoting(number);
        place = place % proposal[number].options;
        for (uint256 one = 0; one < PEOPLE; ++one) {
            if (who >> one & 1 == 0) continue;
            int256 votes = _mayVote(one, number, place, 1, creditsLeft(one)) ? int256(1) : FOR;
            if (!_mayVote(one, number, place, votes, creditsLeft(one))) continue;
            VM.prank(people[one]);
            collective.vote(proposal[number].key, uint8(place), int8(votes));
            ballot[number][place][one] = votes;
        }
        touched = number;
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
        if (!any && VM.getBlockTimestamp() < p.ends) VM.warp(p.ends);
        _turnSeason();
        (bool found, uint256 winner) = winnerOf(number);
        uint256 from = p.ends + (isLarge(number, winner) ? NOTICE + 2 days : p.timelock);
        bool alive = found && !p.cancelled && p.executions == 0 && VM.getBlockTimestamp() < from + 5 days;
        if (VM.getBlockTimestamp() < from) {
            for (uint256 place = 0; place < p.options; ++place) {
                _tryToExecute(number, place, false);
            }
            VM.assume(alive);
            VM.warp(from);
            _turnSeason();
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
        // Now and then a season ends.
        pass(time % 8 == 0 ? bound(time, 1 days, 30 days) : bound(time, 1, 30 hours));
    }
}
