"""A federation in any order of events, against plain integers: levies, motions, silence, leaving."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isqrt

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.federation import Federation, MotionState
from daokit.federation_acts import Pay
from daokit.federation_rules import Count
from daokit.options import COIN, Call, Option
from tests.federations import MOTION as MOTION_TIME
from tests.federations import TELLING, TIMELOCK, VOTE, Land, content
from tests.people import DAY, address
from tests.stage import Stage, Turns, move, wander

PEOPLE = {"Mill": ("alice", "bob", "carol", "dave"), "Farm": ("erin", "frank"), "Shop": ("grace",)}
BPS = {"Mill": 500, "Farm": 1000, "Shop": 333}
MOVES = ("earn", "bubble", "ask", "put", "vote", "tell", "enact", "leave")
SEASON, GRACE, STALE, WEEK = 90 * DAY, 14 * DAY, 30 * DAY, 7 * DAY
names = st.sampled_from(sorted(PEOPLE))


@dataclass
class Member:
    """A member as the model knows it. Money in wei."""

    name: str
    founded: int
    heard: int
    sits: bool = True
    live: bool = True
    revenue: int = 0
    marked: int = 0
    own: int = 0

    @property
    def people(self) -> int:
        return len(PEOPLE[self.name])


@dataclass
class Home:
    """A member's vote on a motion."""

    number: int
    starts: int
    ballots: dict[str, int] = field(default_factory=dict)

    @property
    def ends(self) -> int:
        return self.starts + VOTE

    def result(self, people: int) -> tuple[int, int, int]:
        cast = self.ballots.values()
        net, pro, contra = sum(cast), sum(v > 0 for v in cast), sum(v < 0 for v in cast)
        quorum = -(-2000 * people // 10_000)
        return pro, contra, 1 if net > 0 and pro >= quorum else -1 if net < 0 and contra >= quorum else 0


@dataclass
class Question:
    """A motion as the model knows it. `weighs` are those who sat when it was opened, and whether they were live."""

    key: str
    opener: str
    opened: int
    pays: int
    weighs: dict[str, bool]
    told: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    homes: dict[str, Home] = field(default_factory=dict)
    enacted: bool = False

    @property
    def votes_end(self) -> int:
        return self.opened + MOTION_TIME

    @property
    def closes(self) -> int:
        return self.votes_end + TELLING

    def passes(self, count: Count) -> bool:
        size = {name: len(PEOPLE[name]) for name in self.weighs}
        blocs = [decision for _, _, decision in self.told.values()]
        seats_for, seats_against = blocs.count(1), blocs.count(-1)
        if count in (Count.PEOPLE, Count.DOUBLE):
            weight = size
            pro, contra = (sum(one[side] for one in self.told.values()) for side in (0, 1))
        else:
            weight = dict.fromkeys(size, 1) if count is Count.SEATS else {n: isqrt(p * 10**6) for n, p in size.items()}
            pro, contra = (sum(weight[n] for n, one in self.told.items() if one[2] == side) for side in (1, -1))
        whole, live = sum(weight.values()), sum(weight[name] for name, heard in self.weighs.items() if heard)
        if whole == 0 or 2 * live < whole:
            return False
        if count is Count.PENROSE:
            return 2 * pro > whole
        if count is Count.PENROSE_QUOTA:
            return pro >= -(-(whole + isqrt(sum(one * one for one in weight.values()))) // 2)
        if count is Count.DOUBLE and seats_for <= seats_against:
            return False
        return pro > contra and pro >= -(-2000 * live // 10_000)

    def state(self, now: int, count: Count) -> MotionState:
        if now <= self.closes:
            return MotionState.VOTING
        if self.enacted:
            return MotionState.ENACTED
        if not self.passes(count):
            return MotionState.DEFEATED
        return MotionState.WAITING if now < self.closes + TIMELOCK + GRACE else MotionState.EXPIRED


class Valley(Stage):
    """A federation of three for many runs."""

    def __init__(self, land: Land, valley: Federation) -> None:
        super().__init__(land.members["Mill"])
        self.coin, self.federation, self.count = COIN, valley.address, valley.rules().ordinary
        self.places = {name: one.address for name, one in land.members.items()}
        self.founded = {name: one.membership.founded()[0] for name, one in land.members.items()}
        self.heard = {seat.name: seat.heard for seat in valley.seats()}

    def open(self) -> None:
        super().open()
        self.seen: dict[str, Federation] = {}
        self.members: dict[tuple[str, str], Collective] = {}

    def valley(self, person: str = "alice") -> Federation:
        if person not in self.seen:
            self.seen[person] = Federation(Chain(self.rpc, signer=dev_signer(person)), self.federation)
        return self.seen[person]

    def member(self, person: str, name: str) -> Collective:
        if (person, name) not in self.members:
            chain = Chain(self.rpc, signer=dev_signer(person))
            self.members[person, name] = Collective(chain, self.places[name])
        return self.members[person, name]


class Federating(RuleBasedStateMachine):
    """Every action is first judged by the model; the chain must then do it, or refuse it with the same word."""

    def __init__(self, stage: Valley) -> None:
        super().__init__()
        self.stage = stage
        stage.open()
        self.members = {name: Member(name, stage.founded[name], stage.heard[name]) for name in PEOPLE}
        self.questions: list[Question] = []
        self.until: dict[str, int] = {}
        self.free, self.used, self.used_at = 0, 0, 0

    def teardown(self) -> None:
        self.stage.close()

    @initialize(order=st.integers(0, 2**32))
    def begin(self, order: int) -> None:
        self.turns = Turns(self, order)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        self.turns.take(data)

    @invariant()
    def what_the_chain_says_is_what_the_model_says(self) -> None:
        valley = self.stage.valley()
        totals, sitting = valley.totals(), [one for one in self.members.values() if one.sits]
        assert (totals.seats, totals.people) == (len(sitting), sum(one.people for one in sitting))
        assert totals.live_people == sum(one.people for one in sitting if one.live)
        assert valley.purse.book(self.stage.coin).free == self.free
        now = valley.chain.now()
        for asked in self.questions:
            seen = valley.motion(asked.key)
            assert seen.state is asked.state(now, self.stage.count), asked
            sums = [sum(one[side] for one in asked.told.values()) for side in (0, 1)]
            assert [seen.people_for, seen.people_against] == sums
            blocs = [decision for _, _, decision in asked.told.values()]
            assert [seen.seats_for, seen.seats_against] == [blocs.count(1), blocs.count(-1)]
            assert seen.enrolled_seats == len(asked.weighs)

    # Money

    @move(often=1, name=names, amount=st.integers(1, 50_000))
    def earn(self, name: str, amount: int) -> None:
        treasury = self.stage.member("alice", name).treasury
        self.stage.act("earn", None, lambda: treasury.deposit(self.stage.coin, amount))
        self.members[name].revenue += amount

    @move(often=2, name=names, amount=st.integers(1_000, 50_000))
    def earn_and_pass_up(self, name: str, amount: int) -> None:
        self.earn(name, amount)
        self.levies_conserve(name)

    @move(often=2, name=names)
    def levies_conserve(self, name: str) -> None:
        one = self.members[name]
        due = (one.revenue - one.marked) * BPS[name] // 10_000
        refusal = "NotTied" if not one.sits else "NoLevyDue" if due == 0 else None
        treasury, purse = self.stage.member("alice", name).treasury, self.stage.valley().purse
        paid = self.stage.act("bubble", refusal, lambda: treasury.bubble(purse.address, self.stage.coin))
        if refusal is None:
            assert paid == due
            one.marked = one.revenue
            one.own += due
            self.free += due

    # Motions

    @move(often=4, name=names, who=st.integers(0, 3), pays=st.sampled_from([0, 0, 1, 50, 5_000]))
    def ask(self, name: str, who: int, pays: int) -> None:
        if not self.members[name].sits:
            return
        person = PEOPLE[name][who % len(PEOPLE[name])]
        now = self.stage.now
        busy = [one for one in self.questions if one.closes >= now]
        refusal = "OneOpenMotion" if now <= self.until.get(person, 0) else "TooManyMotions" if len(busy) >= 8 else None
        chain = self.stage.valley().chain.id
        acts = (Pay(chain, self.stage.coin, address("judy"), pays),) if pays else ()
        put = content(f"Motion of {now}", *acts, competence="water")
        made = self.stage.act("ask", refusal, lambda: self.stage.valley(person).open(put))
        if refusal is None:
            weighs = {one.name: one.live for one in self.members.values() if one.sits}
            asked = Question(made.key, person, now, pays, weighs)
            assert (made.opened, made.votes_end, made.closes) == (now, asked.votes_end, asked.closes)
            self.questions.append(asked)
            self.until[person] = asked.votes_end

    @move(often=1, when=lambda self: self.questions, name=names, data=st.data())
    def put_anything(self, name: str, data: st.DataObject) -> None:
        self.put_of(data.draw(self.any_of()), name)

    @move(often=10, when=lambda self: self.putable(), data=st.data())
    def put_home(self, data: st.DataObject) -> None:
        self.put_of(*data.draw(st.sampled_from(self.putable())))

    def put_of(self, asked: Question, name: str) -> None:
        one, now = self.members[name], self.stage.now
        ends = one.founded + SEASON * (1 + (now - one.founded) // SEASON)
        starts = now if now + VOTE <= ends else ends
        refusal = "NotTied" if not one.sits else "MotionIsOpen" if name in asked.homes else None
        if refusal is None and starts + VOTE > asked.votes_end:
            refusal = "TooLateForMotion"
        valley = self.stage.valley()
        governor = self.stage.member(PEOPLE[name][0], name).governor
        number = self.stage.act(
            "put", refusal, lambda: governor.open_motion(valley.purse.address, valley.asked(asked.key))
        )
        if refusal is None:
            asked.homes[name] = Home(number, starts)

    @move(
        often=8,
        when=lambda self: self.votable(),
        data=st.data(),
        votes=st.lists(st.sampled_from([-2, -1, 0, 1, 1, 2]), min_size=4, max_size=4),
    )
    def vote(self, data: st.DataObject, votes: list[int]) -> None:
        name, home = data.draw(st.sampled_from(self.votable()))
        for person, cast in zip(PEOPLE[name], votes, strict=False):
            if cast:
                self.cast(person, name, home, cast)

    def cast(self, person: str, name: str, home: Home, votes: int) -> None:
        self.stage.act("vote", None, lambda: self.stage.member(person, name).governor.vote(home.number, votes))
        home.ballots[person] = votes

    @move(often=1, when=lambda self: self.questions, name=names, data=st.data())
    def tell_anything(self, name: str, data: st.DataObject) -> None:
        self.tell_of(data.draw(self.any_of()), name)

    @move(often=12, when=lambda self: self.tellable(), data=st.data())
    def tell(self, data: st.DataObject) -> None:
        self.tell_of(*data.draw(st.sampled_from(self.tellable())))

    def tell_of(self, asked: Question, name: str) -> None:
        one, now = self.members[name], self.stage.now
        home = asked.homes.get(name)
        refusal = None
        if not one.sits:
            refusal = "NoSeatHere"
        elif home is None or now < home.ends:
            refusal = "VoteNotEnded"
        elif now > asked.closes or asked.enacted or name not in asked.weighs:
            refusal = "NotCounted"
        treasury = self.stage.member("alice", name).treasury.address
        self.stage.act("tell", refusal, lambda: self.stage.valley().purse.tell(treasury, [asked.key]))
        if refusal is None and home is not None:
            asked.told[name] = home.result(one.people)
            if not one.live or now >= one.heard + WEEK:
                one.heard, one.live = now, True

    @move(often=2, when=lambda self: self.questions, data=st.data())
    def enact_anything(self, data: st.DataObject) -> None:
        self.enact_of(data.draw(self.any_of()))

    @move(often=10, when=lambda self: self.ripe(), data=st.data())
    def enact(self, data: st.DataObject) -> None:
        self.enact_of(data.draw(st.sampled_from(self.ripe())))

    def enact_of(self, asked: Question) -> None:
        now = self.stage.now
        state = asked.state(now, self.stage.count)
        cap = self.free * 1000 // 10_000
        used = self.used - min(self.used, cap * (now - self.used_at) // (7 * DAY))
        refusal = None
        if state is not MotionState.WAITING:
            refusal = "NotEnactable"
        elif now < asked.closes + TIMELOCK:
            refusal = "MotionWaits"
        elif asked.pays > self.free:
            refusal = "NotEnoughFree"
        elif asked.pays and asked.pays > cap - min(cap, used):
            refusal = "BeyondTheBucket"
        self.stage.act("enact", refusal, lambda: self.stage.valley().enact(asked.key))
        if refusal is None:
            asked.enacted = True
            if asked.pays:
                self.free -= asked.pays
                self.used, self.used_at = used + asked.pays, now

    # Seats

    @move(often=1, name=names)
    def fall_silent(self, name: str) -> None:
        one, number = self.members[name], sorted(PEOPLE, key=list(PEOPLE).index).index(name) + 1
        heard = not one.live or self.stage.now <= one.heard + STALE + WEEK
        refusal = "NotSitting" if not one.sits else "StillHeard" if heard else None
        self.stage.act("silence", refusal, lambda: self.stage.valley().mark_silent(number))
        if refusal is None:
            one.live = False

    @move(often=1, when=lambda self: self.crowded(), name=names)
    def leaving_needs_no_message(self, name: str) -> None:
        one, purse = self.members[name], self.stage.valley().purse
        if not one.sits:
            return
        first = self.stage.member(PEOPLE[name][0], name)
        call: Call = first.treasury.to_quit(purse.address)
        number = first.governor.propose(Option("0x" + "33" * 32, "", True, (), (call,)))
        start = self.stage.now
        season = one.founded + SEASON * (1 + (start - one.founded) // SEASON)
        opens = start + 3 * DAY
        opens = opens if opens + VOTE <= season else max(opens, season)
        self.stage.wait(opens - start)
        for person in PEOPLE[name]:
            self.stage.member(person, name).governor.vote(number, 1)
            self.stage.wait()
        self.stage.wait(opens + VOTE + 7 * DAY - self.stage.now)
        every = sum(other.own for other in self.members.values() if other.sits)
        share = min(one.own, self.free * one.own // every) if every else 0
        now = self.stage.now
        self.stage.act("leave", None, lambda: first.governor.execute(number))
        one.sits, one.own = False, 0
        self.free -= share
        for asked in self.questions:
            if asked.closes >= now:
                asked.weighs.pop(name, None)
                asked.told.pop(name, None)

    @move(often=14, days=st.sampled_from([1, 3, 6]))
    def time_passes(self, days: int) -> None:
        self.stage.wait(days * DAY)

    @move(
        often=8,
        when=lambda self: self.putable(),
        votes=st.lists(st.sampled_from([-1, 1, 1, 2]), min_size=4, max_size=4),
    )
    def a_motion_goes_its_way(self, votes: list[int]) -> None:
        asked = self.putable()[-1][0]
        for other, name in self.putable():
            if other is asked:
                self.put_of(asked, name)
        for name, home in asked.homes.items():
            if self.stage.now < home.starts:
                self.stage.wait(home.starts - self.stage.now)
            if self.stage.now < home.starts + 4 * DAY and self.members[name].sits:
                for person, cast in zip(PEOPLE[name], votes, strict=False):
                    self.cast(person, name, home, cast)
        self.stage.wait(max(1, max((one.ends for one in asked.homes.values()), default=0) - self.stage.now))
        for name in asked.homes:
            self.tell_of(asked, name)
        self.stage.wait(max(1, asked.closes + TIMELOCK - self.stage.now))
        self.enact_of(asked)

    @move(often=8, when=lambda self: self.ripening())
    def a_motion_ripens(self) -> None:
        self.stage.wait(max(1, min(self.ripening()) - self.stage.now))

    def ripening(self) -> list[int]:
        now = self.stage.now
        passing = [one for one in self.questions if one.passes(self.stage.count) and not one.enacted]
        return [one.closes + TIMELOCK for one in passing if one.closes + TIMELOCK > now]

    def any_of(self) -> st.SearchStrategy[Question]:
        # The last few are where something still happens.
        return st.sampled_from(self.questions[-3:])

    def tellable(self) -> list[tuple[Question, str]]:
        now = self.stage.now
        return [
            (asked, name)
            for asked in self.questions[-4:]
            for name, home in asked.homes.items()
            if home.ends <= now <= asked.closes and name not in asked.told
        ]

    def ripe(self) -> list[Question]:
        now, count = self.stage.now, self.stage.count
        waits = [one for one in self.questions if one.state(now, count) is MotionState.WAITING]
        return [one for one in waits if now >= one.closes + TIMELOCK]

    def crowded(self) -> bool:
        return len(self.questions) > 2 and sum(one.sits for one in self.members.values()) > 1

    def putable(self) -> list[tuple[Question, str]]:
        now = self.stage.now
        return [
            (asked, name)
            for asked in self.questions[-4:]
            for name in asked.weighs
            if name not in asked.homes and now + VOTE <= asked.votes_end
        ]

    def votable(self) -> list[tuple[str, Home]]:
        now = self.stage.now
        return [
            (name, home)
            for asked in self.questions[-4:]
            for name, home in asked.homes.items()
            # Later a vote might swing it and be given more time.
            if home.starts <= now < home.starts + 4 * DAY and self.members[name].sits
        ]


@pytest.mark.parametrize("count", ["people", "seats", "penrose", "penrose-quota", "double"])
def test_what_a_federation_does_is_what_plain_integers_say(chain: Chain, coin: str, count: str) -> None:
    land = Land(chain, coin)
    valley = land.found(*(land.collective(name, *people) for name, people in PEOPLE.items()), ordinary=count)
    for name, bps in BPS.items():
        land.join(name, valley, bps)
    stage = Valley(land, valley)
    wander(stage, Federating, 20261127, runs=2, steps=50, done=dict.fromkeys(MOVES, 1), refused=["NotEnactable"])
