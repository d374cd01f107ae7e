"""Deciding, in any order, against ballots kept in a dict: what people say, in time or late, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from daokit.ballots import AGAINST, FOR, Choice
from daokit.documents import text_hash
from daokit.governor import State
from daokit.options import Call, Option
from tests.people import DAY, address
from tests.stage import Stage, Turns, move, wander

FOUNDERS = ("alice", "bob", "carol", "dave", "erin")
EVERYBODY = (*FOUNDERS, "frank", "judy")  # frank may be admitted; judy never is
CREDITS, SEASON = 100, 90 * DAY
DELIBERATION, VOTING, TIMELOCK, LARGE_DELAY, GRACE = 3 * DAY, 5 * DAY, 2 * DAY, 7 * DAY, 14 * DAY
MOST_OPTIONS = 8

votes_cast = st.one_of(
    st.integers(-10, 10), st.integers(-6, 6), st.sampled_from([FOR, AGAINST, FOR, AGAINST, 12, -127])
)


def weight(votes: int) -> int:
    return 0 if votes in (127, -128) else votes


@dataclass
class Motion:
    """A proposal as the model knows it. `options` are author and largeness by place."""

    number: int
    proposer: int
    kind: str
    season: int
    starts: int
    last_seat: int
    quorum: int
    options: list[tuple[int, bool]]
    cancelled: bool = False
    executed: bool = False
    ballots: dict[tuple[int, int], int] = field(default_factory=dict)  # (option, seat) -> votes

    @property
    def ends(self) -> int:
        return self.starts + VOTING

    def on(self, place: int) -> list[int]:
        return [votes for (option, _), votes in self.ballots.items() if option == place]

    def winner(self) -> int | None:
        best = None
        for place, (_, large) in enumerate(self.options):
            cast = self.on(place)
            net, pro = sum(map(weight, cast)), sum(v > 0 for v in cast)
            fails = net <= 0 or pro < self.quorum or (large and pro <= sum(v < 0 for v in cast))
            if not fails and (best is None or net > best[0]):
                best = (net, place)
        return best[1] if best else None

    def due(self) -> int:
        place = self.winner()
        return self.ends + (LARGE_DELAY if place is not None and self.options[place][1] else TIMELOCK)

    def state(self, now: int) -> State:
        if self.cancelled:
            return State.CANCELLED
        if now < self.starts:
            return State.DELIBERATION
        if now < self.ends:
            return State.VOTING
        if self.executed:
            return State.EXECUTED
        if self.winner() is None:
            return State.DEFEATED
        return State.WAITING if now < self.due() + GRACE else State.EXPIRED


class Deciding(RuleBasedStateMachine):
    """Every action is first judged by the model; the chain must then do it, or refuse it with the same word."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        stage.open()
        self.first = stage.as_("alice").membership.founded()[0]
        self.seats = {name: number for number, name in enumerate(FOUNDERS, 1)}
        self.names = {number: name for name, number in self.seats.items()}
        self.last_seat = 5
        self.motions: list[Motion] = []
        self.put: dict[tuple[str, int], int] = {}  # options put, by person and season
        self.open_until: dict[str, int] = {}
        charter = stage.as_("frank").membership.charter()[0]
        stage.as_("frank").membership.join("frank", charter)
        stage.wait()

    def teardown(self) -> None:
        for motion in self.motions:
            cast = {(b.option, b.seat): b.votes for b in self.stage.as_("judy").governor.ballots(motion.number)}
            assert cast == {key: votes for key, votes in motion.ballots.items() if votes}
        self.stage.close()

    # What the model knows

    @property
    def season(self) -> int:
        return 1 + (self.stage.now - self.first) // SEASON

    def spent(self, seat: int, season: int) -> int:
        return sum(
            weight(votes) ** 2
            for motion in self.motions
            if motion.season == season
            for (_, voter), votes in motion.ballots.items()
            if voter == seat
        )

    def pick(self, data: st.DataObject, state: State | None = None) -> Motion:
        fitting = [one for one in self.motions if one.state(self.stage.now) is state]
        return data.draw(st.sampled_from(fitting or self.motions))

    def may_author(self, who: str) -> str | None:
        if who not in self.seats:
            return "NotAMember"
        return "TooManyOptions" if self.put.get((who, self.season), 0) >= MOST_OPTIONS else None

    def may_vote(self, who: str, motion: Motion, option: int, votes: int) -> str | None:
        if motion.state(self.stage.now) is not State.VOTING:
            return "NotVoting"
        if votes == -127:
            return "VotesOutOfRange"
        seat = self.seats[who]
        if seat > motion.last_seat:
            return "SeatedLater"
        if option >= len(motion.options):
            return "UnknownOption"
        left = CREDITS - self.spent(seat, motion.season) + weight(motion.ballots.get((option, seat), 0)) ** 2
        return "NotEnoughCredits" if weight(votes) ** 2 > left else None

    # What people do

    @initialize(data=st.data(), order=st.integers(0, 2**64))
    def begin(self, data: st.DataObject, order: int) -> None:
        self.turns = Turns(self, order)
        self.propose("alice", data.draw(st.sampled_from(["law", "large law", "expel erin"])))
        self.propose("bob", data.draw(st.sampled_from(["law", "admit frank"])))
        self.add_rival_to("carol", self.motions[0], data.draw(st.booleans()))
        if data.draw(st.integers(0, 3)):
            self.stage.wait(DELIBERATION)
            for who in ("alice", "bob", "carol"):
                # Few numbers on one option and its rival: so that there are ties.
                votes = data.draw(st.sampled_from([-1, 3, 3, 6]))
                self.vote_on(who, self.motions[0], data.draw(st.integers(0, 1)), votes)

    @move(who=st.sampled_from(EVERYBODY), kind=st.sampled_from(["law", "large law", "expel erin", "admit frank"]))
    def propose(self, who: str, kind: str) -> None:
        now, coop = self.stage.now, self.stage.as_(who)
        refusal = self.may_author(who) or ("OneOpenProposal" if now < self.open_until.get(who, 0) else None)
        large = kind in ("large law", "expel erin")
        calls = {"expel erin": ("expel", 5), "admit frank": ("admit", address("frank"))}
        data = coop.governor.encode(*calls[kind]) if kind in calls else None
        option = Option(text_hash(kind), large=large, calls=(Call(coop.address, 0, data),) if data else ())
        number = self.stage.act("propose", refusal, lambda: coop.governor.propose(option))
        if refusal:
            return
        assert number == len(self.motions) + 1
        season, starts = self.season_at(now), now + DELIBERATION
        ends = self.first + season * SEASON
        if starts + VOTING > ends:
            season, starts = season + 1, max(starts, ends)
        quorum = max(1, -(-20 * len(self.seats) // 100))
        self.motions.append(
            Motion(number, self.seats[who], kind, season, starts, self.last_seat, quorum, [(self.seats[who], large)])
        )
        self.put[who, self.season_at(now)] = self.put.get((who, self.season_at(now)), 0) + 1
        self.open_until[who] = self.minutes_up(starts + VOTING)

    @move(who=st.sampled_from(EVERYBODY), large=st.booleans())
    def add_rival(self, who: str, data: st.DataObject, large: bool) -> None:
        self.add_rival_to(who, self.pick(data, State.DELIBERATION), large)

    def add_rival_to(self, who: str, motion: Motion, large: bool) -> None:
        season = self.season
        if motion.state(self.stage.now) is not State.DELIBERATION:
            refusal: str | None = "DeliberationOver"
        elif not (refusal := self.may_author(who)):
            seat = self.seats[who]
            if seat > motion.last_seat:
                refusal = "SeatedLater"
            elif seat in [author for author, _ in motion.options[1:]]:
                refusal = "OneRivalEach"
        option = Option(text_hash(f"rival of {who}"), large=large)
        governor = self.stage.as_(who).governor
        place = self.stage.act("add_rival", refusal, lambda: governor.add_rival(motion.number, option))
        if not refusal:
            assert place == len(motion.options)
            motion.options.append((self.seats[who], large))
            self.put[who, season] = self.put.get((who, season), 0) + 1

    @move(often=4, who=st.sampled_from(EVERYBODY), votes=votes_cast, patient=st.booleans())
    def vote(self, who: str, data: st.DataObject, votes: int, patient: bool) -> None:
        coming = [one.starts for one in self.motions if one.state(self.stage.now) is State.DELIBERATION]
        if patient and coming and not any(one.state(self.stage.now) is State.VOTING for one in self.motions):
            self.stage.wait(min(coming) - self.stage.now)
        motion = self.pick(data, State.VOTING)
        astray = data.draw(st.sampled_from([0] * 9 + [1]))
        option = data.draw(st.integers(0, len(motion.options) - 1 + astray))
        self.vote_on(who, motion, option, votes)

    def vote_on(self, who: str, motion: Motion, option: int, votes: int) -> None:
        refusal = self.may_vote(who, motion, option, votes) if who in self.seats else "NotAMember"
        governor = self.stage.as_(who).governor
        ballot = self.stage.act("vote", refusal, lambda: governor.vote(motion.number, votes, option=option))
        if not refusal:
            assert ballot.cost == weight(votes) ** 2
            motion.ballots[option, self.seats[who]] = votes

    @move(often=2, who=st.sampled_from(FOUNDERS), votes=st.lists(votes_cast, min_size=2, max_size=3))
    def vote_paper(self, who: str, data: st.DataObject, votes: list[int]) -> None:
        """All or none: the first line that is refused takes the others with it."""
        paper: list[Choice] = []
        before = [(motion, dict(motion.ballots)) for motion in self.motions]
        refusal = None if who in self.seats else "NotAMember"
        for one in votes:
            motion = self.pick(data, State.VOTING)
            choice = Choice(motion.number, data.draw(st.integers(0, len(motion.options) - 1)), one)
            paper.append(choice)
            refusal = refusal or self.may_vote(who, motion, choice.option, one)
            if not refusal:
                motion.ballots[choice.option, self.seats[who]] = one
        if refusal:
            for motion, ballots in before:
                motion.ballots = ballots
        self.stage.act("vote_paper", refusal, lambda: self.stage.as_(who).governor.vote_paper(paper))

    @move(who=st.sampled_from(EVERYBODY), own=st.booleans())
    def cancel(self, who: str, data: st.DataObject, own: bool) -> None:
        motion = self.pick(data, State.DELIBERATION)
        who = self.names[motion.proposer] if own else who
        refusal = None
        if motion.state(self.stage.now) is not State.DELIBERATION:
            refusal = "DeliberationOver"
        elif who not in self.seats:
            refusal = "NotAMember"
        elif self.seats[who] != motion.proposer:
            refusal = "NotTheProposer"
        self.stage.act("cancel", refusal, lambda: self.stage.as_(who).governor.cancel(motion.number))
        if not refusal:
            motion.cancelled = True
            if self.open_until[who] == self.minutes_up(motion.ends):
                self.open_until[who] = 0

    @move(who=st.sampled_from(EVERYBODY), patient=st.booleans())
    def execute(self, who: str, data: st.DataObject, patient: bool) -> None:
        """executes_at_most_once: the model knows no way back from executed."""
        motion = self.pick(data, State.WAITING)
        if patient and motion.winner() is not None and self.stage.now < motion.due():
            self.stage.wait(motion.due() - self.stage.now)
        refusal = None
        if motion.state(self.stage.now) is not State.WAITING:
            refusal = "NotExecutable"
        elif self.stage.now < motion.due():
            refusal = "StillWaiting"
        elif motion.winner() == 0 and motion.kind == "expel erin" and "erin" not in self.seats:
            refusal = "NoSuchSeat"
        elif motion.winner() == 0 and motion.kind == "admit frank" and "frank" in self.names.values():
            refusal = "NoApplication"
        place = self.stage.act("execute", refusal, lambda: self.stage.as_(who).governor.execute(motion.number))
        if refusal:
            return
        assert place == motion.winner()
        motion.executed = True
        if place == 0 and motion.kind == "expel erin":
            del self.seats["erin"]
        if place == 0 and motion.kind == "admit frank":
            self.last_seat += 1
            self.seats["frank"] = self.last_seat
            self.names[self.last_seat] = "frank"

    @move(when=lambda self: any(len(one.options) > 1 for one in self.motions))
    def execute_a_loser(self, data: st.DataObject) -> None:
        """only_the_winning_option_executes."""
        motion = self.pick(data, State.WAITING)
        place = data.draw(st.integers(0, len(motion.options) - 1))
        if motion.state(self.stage.now) is not State.WAITING or place == motion.winner():
            return
        governor = self.stage.as_("judy").governor
        put = governor.put(motion.number, place)
        arguments = (governor.key(motion.number), place, put.seat, put.option.to_solidity())
        self.stage.act("loser", "NotTheWinner", lambda: governor.send("execute", *arguments))

    @move(when=lambda self: len(self.seats) > 3, who=st.sampled_from(("dave", "erin", "judy")), sure=st.booleans())
    def leave(self, who: str, sure: bool) -> None:
        if not sure:
            return
        refusal = None if who in self.seats else "NotAMember"
        self.stage.act("leave", refusal, lambda: self.stage.as_(who).membership.leave())
        self.seats.pop(who, None)

    @move(early=st.integers(0, 1))
    def wait(self, data: st.DataObject, early: int) -> None:
        """To a moment at which something begins or ends, or to the second before."""
        moments = {self.first + self.season * SEASON}
        for motion in self.motions:
            moments |= {motion.starts, motion.ends, motion.due(), motion.due() + GRACE}
        coming = sorted(one - early for one in moments if one - early > self.stage.now)
        # Mostly the next one: else every vote would be over before anybody spoke.
        place = min(data.draw(st.sampled_from([0, 0, 0, 0, 1])), len(coming) - 1)
        self.stage.wait(coming[place] - self.stage.now if coming else 1)

    def season_at(self, now: int) -> int:
        return 1 + (now - self.first) // SEASON

    @staticmethod
    def minutes_up(time: int) -> int:
        return -(-time // 60) * 60

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        self.turns.take(data)

    # What always holds

    @invariant()
    def credits_equal_sum_of_squares(self) -> None:
        governor = self.stage.as_("judy").governor
        left = governor.read_many([("creditsOf", (address(who),)) for who in EVERYBODY])
        for who, credits in zip(EVERYBODY, left, strict=True):
            spent = self.spent(self.seats[who], self.season) if who in self.seats else CREDITS
            assert spent <= CREDITS
            assert credits == CREDITS - spent, who

    @invariant()
    def tally_equals_sum_of_ballots(self) -> None:
        governor = self.stage.as_("judy").governor
        for motion in self.motions:
            tallies = governor.tallies(motion.number)
            assert len(tallies) == len(motion.options)  # no_option_can_be_hidden
            for place, tally in enumerate(tallies):
                cast = motion.on(place)
                assert tally.net == sum(map(weight, cast))
                assert (tally.seats_for, tally.seats_against) == (sum(v > 0 for v in cast), sum(v < 0 for v in cast))

    @invariant()
    def a_side_costs_nothing(self) -> None:
        """Who has said nothing but sides this season has every credit left."""
        for who, seat in self.seats.items():
            said = [v for m in self.motions if m.season == self.season for (_, s), v in m.ballots.items() if s == seat]
            if said and all(votes in (FOR, AGAINST, 0) for votes in said):
                assert self.stage.as_("judy").governor.credits(address(who)) == CREDITS
                self.stage.done["only sides"] += 1

    @invariant()
    def every_proposal_stands_where_the_ballots_put_it(self) -> None:
        if not self.motions:
            return
        for motion, seen in zip(
            self.motions,
            self.stage.as_("judy").governor.proposals([motion.number for motion in self.motions]),
            strict=True,
        ):
            state = motion.state(self.stage.now)
            assert (seen.state, seen.season, seen.voting_starts, seen.voting_ends, seen.last_seat, seen.quorum) == (
                state,
                motion.season,
                motion.starts,
                motion.ends,
                motion.last_seat,
                motion.quorum,
            )
            if motion.winner() is not None and state in (State.VOTING, State.WAITING, State.EXECUTED):
                assert (seen.winner, seen.executable_at) == (motion.winner(), motion.due())


def test_whatever_people_say_in_whatever_order_the_ballots_add_up(coop):
    stage = Stage(coop)
    done = dict.fromkeys(("propose", "add_rival", "cancel", "execute", "leave"), 3)
    wanted = {"NotEnoughCredits", "NotVoting", "NotAMember", "NotTheProposer", "NotExecutable", "StillWaiting"}
    wanted |= {
        "OneOpenProposal",
        "OneRivalEach",
        "DeliberationOver",
        "VotesOutOfRange",
        "UnknownOption",
        "NotTheWinner",
        "SeatedLater",
    }
    wander(stage, Deciding, 1, runs=30, steps=40, done=done, refused=wanted)
    assert stage.done["vote"] + stage.done["vote_paper"] >= 60, stage.done
