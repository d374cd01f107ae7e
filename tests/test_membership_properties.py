"""Joining, vouching, objecting, leaving and being expelled, in any order, against a roll kept in a dict."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from daokit.accounts import DEV_NAMES
from daokit.documents import text_hash
from daokit.membership import SignedApplication
from daokit.options import Call, Option
from tests.people import DAY, address
from tests.stage import Stage, Turns, move, wander

FOUNDERS = ("alice", "bob", "carol", "dave", "erin")
NEWCOMERS = ("frank", "grace", "heidi")
SPONSORS, WINDOW, SEASON, A_DAY_AT_MOST = 2, 3 * DAY, 90 * DAY, 2

anybody = st.sampled_from((*FOUNDERS, *NEWCOMERS))
newcomer = st.sampled_from((*NEWCOMERS, *NEWCOMERS, "erin"))


@dataclass
class Asked:
    """A request that seats may object to. `needed` objections end it."""

    closes: int
    needed: int
    last_seat: int
    objections: set[int] = field(default_factory=set)


class Joining(RuleBasedStateMachine):
    """Every action is first judged by the model; the chain must then do it, or refuse it with the same word."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        stage.open()
        self.charter = stage.as_("alice").membership.charter()[0]
        self.founded = stage.as_("alice").membership.founded()[0]
        self.seats = dict(enumerate(FOUNDERS, 1))
        self.since = dict.fromkeys(self.seats, self.founded)
        self.last_seat, self.joins, self.leaves, self.decisions = 5, 0, 0, 0
        self.filed: dict[str, list[int]] = {}  # open applications: the seats that vouched
        self.count: dict[str, int] = {}  # applications ever, and the seat last held: what a signature is good for
        self.last_held = {name: number for number, name in self.seats.items()}
        self.requests: dict[str, tuple[str, Asked]] = {}
        self.signed: list[tuple[str, tuple[int, int], SignedApplication]] = []
        self.moved: dict[tuple[int, str], int] = {}

    def teardown(self) -> None:
        self.stage.close()

    # What the model knows

    def seat_of(self, who: str) -> int:
        return next((number for number, name in self.seats.items() if name == who), 0)

    def nonce(self, who: str) -> tuple[int, int]:
        return self.last_held.get(who, 0), self.count.get(who, 0)

    def moved_today(self, way: str) -> int:
        return self.moved.get(((self.stage.now - self.founded) // DAY, way), 0)

    def may_apply(self, who: str) -> str | None:
        return "AlreadySeated" if self.seat_of(who) else "AlreadyApplied" if who in self.filed else None

    def file(self, who: str) -> None:
        self.filed[who] = []
        self.count[who] = self.count.get(who, 0) + 1
        self.requests.pop(who, None)

    def seat(self, who: str, way: str, time: int) -> None:
        del self.filed[who]
        self.last_seat += 1
        self.joins += 1
        self.seats[self.last_seat] = who
        self.since[self.last_seat] = time
        self.last_held[who] = self.last_seat
        day = (time - self.founded) // DAY, way
        self.moved[day] = self.moved.get(day, 0) + 1

    # What people do

    @initialize(order=st.integers(0, 2**64))
    def begin(self, order: int) -> None:
        self.turns = Turns(self, order)
        self.apply("frank", True)
        self.sponsor("alice", "frank")

    @move(often=2, who=newcomer, has_read=st.sampled_from([True, True, True, False]))
    def apply(self, who: str, has_read: bool) -> None:
        refusal = self.may_apply(who) if has_read else "CharterDiffers"
        charter = self.charter if has_read else text_hash("some other charter")
        self.stage.act("apply", refusal, lambda: self.stage.as_(who).membership.join(who, charter))
        if not refusal:
            self.file(who)

    @move(often=2, who=newcomer, good_for=st.integers(0, 20))
    def sign(self, who: str, good_for: int) -> None:
        """Signatures are kept, and may be brought late, twice, or after their signer came another way."""
        deadline = self.stage.now + good_for * DAY
        self.signed.append(
            (who, self.nonce(who), self.stage.as_(who).membership.sign_application(who, deadline)),
        )

    @move(when=lambda self: self.signed)
    def bring(self, data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(range(len(self.signed))), min_size=1, max_size=3))
        brought = [self.signed[place] for place in chosen]
        passed_over = []
        for who, nonce, signed in brought:
            if self.stage.now > signed.deadline or self.may_apply(who) or nonce != self.nonce(who):
                passed_over.append(address(who))
            else:
                self.file(who)
        membership = self.stage.as_("judy").membership
        assert self.stage.act("bring", None, lambda: membership.bring([one for _, _, one in brought])) == passed_over
        self.stage.done["filed for others"] += len(brought) - len(passed_over)

    @move(who=newcomer, sure=st.integers(0, 2))
    def withdraw(self, who: str, sure: int) -> None:
        if sure:
            return
        refusal = None if who in self.filed else "NoApplication"
        self.stage.act("withdraw", refusal, lambda: self.stage.as_(who).membership.withdraw_application())
        self.filed.pop(who, None)

    @move(often=5, who=anybody, astray=st.sampled_from([False, False, False, True]))
    def sponsor_somebody(self, who: str, data: st.DataObject, astray: bool) -> None:
        self.sponsor(who, data.draw(newcomer if astray or not self.filed else st.sampled_from(sorted(self.filed))))

    def sponsor(self, who: str, whom: str) -> None:
        seat = self.seat_of(who)
        given = self.filed.get(whom, [])
        refusal = None
        if not seat:
            refusal = "NotAMember"
        elif whom not in self.filed:
            refusal = "NoApplication"
        elif len(given) == SPONSORS:
            refusal = "SponsorsComplete"
        elif seat > len(FOUNDERS) and self.stage.now < self.since[seat] + SEASON:
            refusal = "TooNewToSponsor"
        elif seat in given:
            refusal = "AlreadySponsored"
        now = self.stage.now
        done = self.stage.act("sponsor", refusal, lambda: self.stage.as_(who).membership.sponsor(address(whom)))
        if refusal:
            return
        given.append(seat)
        assert list(done.sponsors) == given
        if len(given) == SPONSORS:
            needed = max(1, -(-5 * len(self.seats) // 100))
            self.requests[whom] = done.request, Asked(now + WINDOW, needed, self.last_seat)

    @move(often=2, patient=st.booleans())
    def seat_applicant(self, data: st.DataObject, patient: bool) -> None:
        whom = data.draw(st.sampled_from(sorted(self.requests)) if patient and self.requests else newcomer)
        if patient and whom in self.requests:
            self.stage.wait(max(0, self.requests[whom][1].closes - self.stage.now))
        refusal = None
        if whom not in self.filed:
            refusal = "NoApplication"
        elif len(self.filed[whom]) < SPONSORS:
            refusal = "NotDueYet"
        else:
            asked = self.requests[whom][1]
            if len(asked.objections) >= asked.needed:
                refusal = "ApplicationObjected"
            elif self.stage.now < asked.closes:
                refusal = "NotDueYet"
            elif self.moved_today("sponsored") >= A_DAY_AT_MOST:
                refusal = "DailyCapReached"
        now = self.stage.now
        membership = self.stage.as_("judy").membership
        seat = self.stage.act("seat_applicant", refusal, lambda: membership.seat_applicant(address(whom)))
        if not refusal:
            self.seat(whom, "sponsored", now)
            assert (seat.number, seat.holder, seat.since) == (self.last_seat, address(whom), now)

    @move(often=2, when=lambda self: self.requests, who=anybody)
    def object(self, who: str, data: st.DataObject) -> None:
        request, asked = self.ask(data)
        seat = self.seat_of(who)
        refusal = self.may_object(seat, asked) or ("AlreadyObjected" if seat in asked.objections else None)
        self.stage.act("object", refusal, lambda: self.stage.as_(who).membership.object(request))
        if not refusal:
            asked.objections.add(seat)

    @move(when=lambda self: self.requests, who=anybody)
    def withdraw_objection(self, who: str, data: st.DataObject) -> None:
        """An objection that has ended a request stands: it is open no more."""
        request, asked = self.ask(data)
        seat = self.seat_of(who)
        refusal = self.may_object(seat, asked) or (None if seat in asked.objections else "NoObjection")
        self.stage.act("take back", refusal, lambda: self.stage.as_(who).membership.withdraw_objection(request))
        asked.objections.discard(seat if not refusal else 0)

    def ask(self, data: st.DataObject) -> tuple[str, Asked]:
        """A request, an open one when there is one."""
        still_open = [who for who, (_, asked) in self.requests.items() if self.may_object(1, asked) is None]
        return self.requests[data.draw(st.sampled_from(sorted(still_open or self.requests)))]

    def may_object(self, seat: int, asked: Asked) -> str | None:
        if not seat:
            return "NotAMember"
        if self.stage.now >= asked.closes or len(asked.objections) >= asked.needed:
            return "NoOpenRequest"
        return "SeatedAfterRequest" if seat > asked.last_seat else None

    @move(when=lambda self: len(self.seats) > 3, who=st.sampled_from((*NEWCOMERS, "dave", "erin")), sure=st.booleans())
    def leave(self, who: str, sure: bool) -> None:
        """leaving_is_never_blocked."""
        if not sure:
            return
        seat = self.seat_of(who)
        refusal = None if seat else "NotAMember"
        assert self.stage.act("leave", refusal, lambda: self.stage.as_(who).membership.leave()) == (seat or None)
        if seat:
            self.unseat(seat)

    def unseat(self, seat: int) -> None:
        del self.seats[seat]
        self.leaves += 1

    @move(seat=st.integers(3, 8), sure=st.integers(0, 2))
    def expel(self, seat: int, sure: int) -> None:
        """By a large option, twelve days or more from its opening to its end."""
        if sure or self.seats.get(seat) in ("alice", "bob"):
            return
        refusal = None if seat in self.seats else "NoSuchSeat"
        if self.decide("expel", refusal, True, seat):
            self.unseat(seat)

    @move(whom=newcomer, sure=st.integers(0, 2))
    def admit(self, whom: str, sure: int) -> None:
        if sure:
            return
        refusal = None if whom in self.filed else "NoApplication"
        if time := self.decide("admit", refusal, False, address(whom)):
            self.seat(whom, "admitted", time)

    def decide(self, verb: str, refusal: str | None, large: bool, value: str | int) -> int | None:
        """Alice and bob, in turn, pass an option with one call; when it was executed, or None."""
        # In turn: eleven such decisions fit into a season, and one person puts at most eight options in it.
        self.decisions += 1
        stage, alice = self.stage, self.stage.as_(("alice", "bob")[self.decisions % 2])
        call = Call(alice.address, 0, alice.governor.encode(verb, value))
        option = Option(text_hash(verb), large=large, calls=(call,))
        number = stage.act("propose", None, lambda: alice.governor.propose(option))
        stage.wait(alice.governor.proposal(number).voting_starts - stage.now)
        for who in ("alice", "bob"):
            governor = stage.as_(who).governor
            stage.act("vote", None, lambda governor=governor: governor.vote(number, 1))
        stage.wait(alice.governor.proposal(number).executable_at - stage.now)
        time = stage.now
        stage.act(verb, refusal, lambda: stage.as_("judy").governor.execute(number))
        return None if refusal else time

    @move(seconds=st.sampled_from([DAY // 24, DAY // 2, DAY, WINDOW, SEASON]))
    def wait(self, seconds: int) -> None:
        self.stage.wait(seconds)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        self.turns.take(data)

    # What always holds

    @invariant()
    def one_seat_per_address(self) -> None:
        assert len(set(self.seats.values())) == len(self.seats)
        membership = self.stage.as_("judy").membership
        numbers = range(1, self.last_seat + 2)
        held = membership.read_many([("holderOf", (number,)) for number in numbers])
        nobody = "0x" + "0" * 40
        for number, (holder, since) in zip(numbers, held, strict=True):
            name = self.seats.get(number)
            assert (holder, since) == ((address(name), self.since[number]) if name else (nobody, 0))
        found = membership.read_many([("seatOf", (address(who),)) for who in DEV_NAMES])
        assert found == [self.seat_of(who) for who in DEV_NAMES]

    @invariant()
    def roll_equals_joins_minus_leaves(self) -> None:
        membership = self.stage.as_("judy").membership
        assert membership.seats() == len(FOUNDERS) + self.joins - self.leaves == len(self.seats)
        assert {seat.number: seat.name for seat in membership.roll()} == self.seats
        assert len(membership.roll(former=True)) == len(FOUNDERS) + self.joins

    @invariant()
    def applications_stand_where_the_model_puts_them(self) -> None:
        membership = self.stage.as_("judy").membership
        for who in (*NEWCOMERS, "erin"):
            now = membership.application(address(who))
            assert list(now.sponsors) == self.filed.get(who, [])
        for request, asked in self.requests.values():
            seen = membership.request(request)
            assert (seen.closes, seen.needed, seen.objections) == (asked.closes, asked.needed, len(asked.objections))


def test_however_people_come_and_go_each_has_at_most_one_seat(coop):
    stage = Stage(coop)
    verbs = ("apply", "sponsor", "seat_applicant", "object", "leave", "expel", "admit", "filed for others", "withdraw")
    wanted = {"AlreadySeated", "AlreadyApplied", "CharterDiffers", "NotAMember", "NoApplication", "AlreadySponsored"}
    wanted |= {"SponsorsComplete", "TooNewToSponsor", "NotDueYet", "NoOpenRequest", "NoSuchSeat", "ApplicationObjected"}
    wander(stage, Joining, 2, runs=22, steps=40, done=dict.fromkeys(verbs, 3), refused=wanted)
