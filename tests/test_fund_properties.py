"""A fund in any order of acts, against plain integers: what each got, what stands, what is left to ask for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from daokit.accounts import dev_signer
from daokit.amounts import Given, draw
from daokit.caps import Limit
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.fund import NO_CAP, Cap, Fund
from daokit.patronage import Standing
from daokit.services import Services, Terms
from daokit.token import Token
from tests.people import DAY, address
from tests.stage import Stage, Turns, move, wander

MONTH = 30 * DAY
# By number: who offers what, how many days of notice, how often one may ask for it a month.
OFFERS = {
    1: ("judy", "school", 90, 0),
    2: ("ivan", "school", 10, 20),
    3: ("ivan", "groceries", 30, 12),
    4: ("heidi", "doctor", 0, 2),
}
PROVIDERS = ("judy", "ivan", "heidi")

SLOTS = st.sampled_from((0, 0, 0, 1, 1, 2, 5))
SHARES = st.sampled_from((1, 41, 333, 1_250, 3_000, 5_999, 8_000))


@dataclass(frozen=True)
class Held:
    """A commitment as the model has it."""

    offer: int
    bps: int
    since: int
    seniority: int
    limit: Limit | None
    until: int = 0
    by_provider: bool = False
    switched: bool = False

    def over(self, now: int) -> bool:
        return self.until != 0 and now >= self.until

    def paying(self, now: int) -> bool:
        return not self.until or (self.by_provider and now < self.until)


class Carried(RuleBasedStateMachine):
    """Alice's fund. Every act is judged by the model first; the chain then does it, or refuses it by the same word."""

    def __init__(self, stage: Stage, fund: str, tusd: str) -> None:
        super().__init__()
        self.stage, self.tusd = stage, tusd
        stage.open()
        self.fund = Fund(self.chain("alice"), fund)
        self.held: dict[int, Held] = {}
        self.asked: dict[int, tuple[int, int, int]] = {}  # by offer: begun, period, count
        self.got = Counter[str]()
        self.free = 1_000_000

    def chain(self, name: str) -> Chain:
        return Chain(self.stage.rpc, signer=dev_signer(name))

    def teardown(self) -> None:
        self.stage.close()

    @initialize(order=st.integers(0, 2**32))
    def begin(self, order: int) -> None:
        self.turns = Turns(self, order)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        self.turns.take(data)

    # What the model knows

    def place(self, offer: int, bps: int, without: int | None = None) -> tuple[int | None, str | None]:
        """Where a new commitment goes, or why not. `without`: one that stops in the same act."""
        now, place, shares = self.stage.now, None, bps
        for slot in range(16):
            one = self.held.get(slot)
            if one is None or one.over(now):
                place = slot if place is None else place
            elif slot != without and one.paying(now):
                if one.offer == offer:
                    return None, "AlreadyCommitted"
                shares += one.bps
        if place is None:
            return None, "TooManyCommitments"
        return place, "TooMuchCommitted" if shares > 9_000 else None

    def new(self, offer: int, bps: int, cap: Cap, seniority: int) -> Held:
        now = self.stage.now
        limit = None if cap == NO_CAP else Limit(cap.token, now, cap.period, cap.per_period, cap.in_all)
        return Held(offer, bps, now, seniority, limit)

    def cap(self, kind: int) -> Cap:
        return (NO_CAP, Cap(self.tusd, MONTH, 3_000, 0), Cap(self.tusd, 10 * DAY, 1_000, 5_000))[kind]

    # What people do

    @move(often=4, amount=st.sampled_from((0, 1, 79, 10_007, 60_000, 333_333, 900_000)))
    def draws(self, amount: int) -> None:
        now = self.stage.now
        giving = [slot for slot in sorted(self.held) if self.held[slot].paying(now)]
        rooms = [(self.held[slot].bps, self.held[slot].limit) for slot in giving]
        parts, kept = draw(amount, [Given(bps, one.room(self.tusd, now) if one else None) for bps, one in rooms])
        if amount == 0 or amount > self.free:
            refusal = "NothingDrawn" if amount == 0 else "NotEnoughFree"
            self.stage.act("draw", refusal, lambda: self.fund.draw(self.tusd, amount))
            return
        quoted = self.fund.quote(self.tusd, amount)
        done = self.stage.act("draw", None, lambda: self.fund.draw(self.tusd, amount))
        assert done == quoted
        assert (done.kept, [part.amount for part in done.parts]) == (kept, [part for part in parts if part])
        for slot, part in zip(giving, parts, strict=True):
            one = self.held[slot]
            self.got[OFFERS[one.offer][0]] += part
            if one.limit is not None:
                self.held[slot] = replace(one, limit=one.limit.after(part, now))
        self.got["alice"] += kept
        self.free -= amount

    @move(often=3, offer=st.sampled_from(sorted(OFFERS)), bps=SHARES, kind=st.integers(0, 2))
    def commits(self, offer: int, bps: int, kind: int) -> None:
        slot, refusal = self.place(offer, bps)
        made = self.new(offer, bps, self.cap(kind), self.stage.now)
        done = self.stage.act("commit", refusal, lambda: self.fund.commit(offer, bps, self.cap(kind)))
        if refusal is None:
            assert slot is not None and done.slot == slot
            self.held[slot] = made

    @move(often=4, slot=SLOTS, offer=st.sampled_from(sorted(OFFERS)), bps=SHARES)
    def switches(self, slot: int, offer: int, bps: int) -> None:
        now, one = self.stage.now, self.held.get(slot)
        if one is None:
            self.stage.act("switch", "NoSuchCommitment", lambda: self.fund.switch(slot, offer, bps))
            return
        same = OFFERS[one.offer][0] == OFFERS[offer][0]
        until = now if same else one.until or now + OFFERS[one.offer][2] * DAY
        stopped = replace(one, until=until, by_provider=False, switched=True)
        refusal = "ServiceEnded" if one.over(now) else "AlreadySwitched" if one.switched else None
        place = None
        if refusal is None:
            before = self.held[slot]
            self.held[slot] = stopped
            place, refusal = self.place(offer, bps, without=slot)
            self.held[slot] = before
        if refusal is None and OFFERS[one.offer][1] != OFFERS[offer][1]:
            refusal = "OtherService"
        made = self.new(offer, bps, NO_CAP, one.seniority)
        done = self.stage.act("switch", refusal, lambda: self.fund.switch(slot, offer, bps))
        if refusal is None:
            assert place is not None and done.slot == place
            self.held[slot] = stopped
            self.held[place] = made

    @move(often=2, slot=SLOTS)
    def ends(self, slot: int) -> None:
        now, one = self.stage.now, self.held.get(slot)
        refusal = "NoSuchCommitment" if one is None else None if one.paying(now) else "AlreadyEnded"
        done = self.stage.act("end", refusal, lambda: self.fund.end(slot))
        if one is not None and refusal is None:
            until = one.until or now + OFFERS[one.offer][2] * DAY
            assert done == until
            self.held[slot] = replace(one, until=until, by_provider=False)

    @move(slot=SLOTS)
    def is_dismissed(self, slot: int) -> None:
        now, one = self.stage.now, self.held.get(slot)
        if one is None:
            return
        services = Services(self.chain(OFFERS[one.offer][0]))
        refusal = "AlreadyEnded" if one.until else None
        self.stage.act("dismiss", refusal, lambda: services.dismiss(one.offer, self.fund.address, slot))
        if refusal is None:
            self.held[slot] = replace(one, until=now + OFFERS[one.offer][2] * DAY, by_provider=True)

    @move(often=4, slot=SLOTS, count=st.integers(0, 12))
    def asks(self, slot: int, count: int) -> None:
        now, one = self.stage.now, self.held.get(slot)
        if one is None or one.over(now):
            refusal = "NoSuchCommitment" if one is None else "ServiceEnded"
            self.stage.act("redeem", refusal, lambda: self.fund.redeem(slot, count))
            return
        left = self.left(one, now)
        refusal = None if 0 < count <= left else "NotEntitled"
        done = self.stage.act("redeem", refusal, lambda: self.fund.redeem(slot, count))
        if refusal is None:
            assert done == left - count
            begun = self.asked.get(one.offer, (one.since, 0, 0))[0]
            total = OFFERS[one.offer][3]
            self.asked[one.offer] = (begun, (now - begun) // MONTH, total - left + count)

    def left(self, one: Held, now: int) -> int:
        total = OFFERS[one.offer][3]
        begun, period, count = self.asked.get(one.offer, (now, -1, 0))
        return total - count if period == (now - begun) // MONTH else total

    @move(days=st.sampled_from((1, 9, 30, 91)))
    def waits(self, days: int) -> None:
        self.stage.wait(days * DAY)

    # What must hold

    @invariant()
    def draw_conserves(self) -> None:
        token = Token(self.fund.chain, self.tusd)
        assert token.balance(self.fund.address) == self.free
        assert all(token.balance(address(name)) == self.got[name] for name in PROVIDERS)
        assert self.free + sum(self.got.values()) == 1_000_000

    @invariant()
    def standing_is_as_agreed(self) -> None:
        now = self.stage.now
        found = {one.slot: one for one in self.fund.commitments()}
        assert set(found) == set(self.held)
        for slot, one in self.held.items():
            stands = Standing.ACTIVE if not one.until else Standing.ENDED if one.over(now) else Standing.NOTICE
            there = found[slot]
            assert (there.offer, there.bps) == (one.offer, one.bps)
            assert (there.since, there.seniority) == (one.since, one.seniority)
            assert (there.standing, there.until, there.paying) == (stands, one.until, one.paying(now))
            if stands is not Standing.ENDED:
                assert there.left == (self.left(one, now) if OFFERS[one.offer][3] else 0)


@pytest.mark.usefixtures("state")
def test_a_fund_in_random_hands(coop: Collective, coin: str) -> None:
    fund = Fund.open(coop.chain)
    Token(coop.chain, coin).transfer(fund.address, 1_000_000)
    for who, service, days, count in OFFERS.values():
        terms = Terms(service, 1, 9_000, days * DAY, count, MONTH if count else 0)
        Services(coop.chain.as_(dev_signer(who))).offer(terms)
    stage = Stage(coop)
    verbs = ("draw", "commit", "switch", "end", "dismiss", "redeem")
    wanted = {"NotEnoughFree", "AlreadyCommitted", "TooMuchCommitted", "OtherService", "NotEntitled"}
    wanted |= {"AlreadyEnded", "ServiceEnded", "AlreadySwitched", "NoSuchCommitment", "NothingDrawn"}
    done = dict.fromkeys(verbs, 5)
    wander(stage, lambda one: Carried(one, fund.address, coin), 7, runs=24, steps=40, done=done, refused=wanted)
