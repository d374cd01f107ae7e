"""Money in and out, in any order, against plain integers: free, owed, noticed, sold, budgeted, paid to whom."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from daokit.abi import parse_all
from daokit.chain import Transaction
from daokit.contract import decode_revert, transact
from daokit.documents import text_hash
from daokit.errors import Reverted
from daokit.hashing import keccak
from daokit.options import COIN, Call, Option, Payment
from daokit.token import Token
from tests.people import DAY, address
from tests.stage import Stage, Turns, move, wander

ETHER = 10**18
NOTICE, EXIT_WINDOW, MONTH, YEAR = 5 * DAY, 14 * DAY, 30 * DAY, 365 * DAY
# The price is about what a unit's share comes to: now the one is the lesser, now the other.
PRICE, FOR_SALE, MOST_PER_SEAT = 2_000, 160, 60
MONTHLY = {1: 1_000, 2: ETHER // 10}  # what budget 1 (dave, tUSD) and budget 2 (erin, coin) give
SPENDERS = {1: "dave", 2: "erin"}
ALLOWED = 10**12

_ACT = keccak(b"act(address,uint256,bytes)")[:4]
_ACT_FAILED = keccak(b"ActFailed(bytes)")[:4]
_CALL = parse_all([{"name": kind, "type": kind} for kind in ("address", "uint256", "bytes")])

holder = st.sampled_from(("alice", "bob", "carol", "wall", "wall"))


class Money(RuleBasedStateMachine):
    """Every action is first judged by the model; the chain must then do it, or refuse it with the same word. The wall
    is a contract that holds 50 units and takes no coin."""

    def __init__(self, stage: Stage, tusd: str, wall: str) -> None:
        super().__init__()
        self.stage, self.tusd, self.wall = stage, tusd, wall
        stage.open()
        self.treasury = stage.as_("alice").treasury.address
        self.tokens = (COIN, tusd)
        self.held = {COIN: 3 * ETHER, tusd: 1_000_000}
        self.unseen = Counter[str]()  # came by plain transfer, not yet recognised
        self.revenue = Counter({COIN: 3 * ETHER, tusd: 1_000_000})
        self.owed = Counter[tuple[str, str]]()
        self.got = Counter[tuple[str, str]]()
        self.units = Counter({"alice": 100, "bob": 100, "carol": 100, "dave": 100, "erin": 100, "wall": 50})
        self.notices: dict[str, tuple[int, int]] = {}  # units, due
        self.bought = Counter[str]()
        self.lots: dict[str, tuple[int, int, int]] = {}  # units, paid, until
        self.spent = Counter[tuple[int, int]]()  # by budget and period
        self.used = dict.fromkeys(self.tokens, (0, stage.now))  # in the bucket, and when that was so
        self.decisions = 0
        self.begun = {number: stage.as_("alice").treasury.budget(number).start for number in MONTHLY}
        ivan = stage.as_("alice").chain.balance(address("ivan"))
        self.before = {(COIN, "ivan"): ivan, (tusd, "ivan"): 0, (COIN, "wall"): 0, (tusd, "wall"): 0}

    def teardown(self) -> None:
        self.stage.close()

    # What the model knows

    def who(self, name: str) -> str:
        return self.wall if name == "wall" else address(name)

    def reserved(self, token: str) -> int:
        return sum(due for (one, _), due in self.owed.items() if one == token)

    def free(self, token: str) -> int:
        return self.held[token] - self.reserved(token)

    def pay(self, token: str, to: str, amount: int) -> None:
        if token == COIN and to == "wall":
            self.owed[token, to] += amount
        else:
            self.held[token] -= amount
            self.got[token, to] += amount

    def bucket(self, token: str) -> tuple[int, int]:
        cap = self.free(token) // 10
        used, since = self.used[token]
        return cap, max(0, used - cap * (self.stage.now - since) // MONTH)

    def as_the_wall(self, function: str, *arguments: Any) -> None:
        """The wall calls the treasury, as anybody can tell it to. Refusals come as they do to people."""
        judy = self.stage.as_("judy")
        data = judy.treasury.encode(function, *arguments)
        try:
            transact(judy.chain, Transaction(self.wall, _ACT + _CALL.encode([self.treasury, 0, data])))
        except Reverted as refusal:
            if refusal.data[:4] != _ACT_FAILED:
                raise
            (reason,) = parse_all([{"name": "reason", "type": "bytes"}]).decode(refusal.data[4:], 0)
            raise decode_revert(reason) from None

    # What people do

    @initialize(order=st.integers(0, 2**64), revenue=st.sampled_from([1, 200_000]))
    def begin(self, order: int, revenue: int) -> None:
        self.turns = Turns(self, order)
        self.deposit(1, revenue, "revenue: wares")
        self.buy("alice", 40)
        for name, units in (("alice", 140), ("bob", 60), ("wall", 50)):
            self.give_notice(name, units)

    @move(token=st.integers(0, 1), amount=st.integers(0, 50_000), purpose=st.sampled_from(["revenue: wares", "gift"]))
    def deposit(self, token: int, amount: int, purpose: str) -> None:
        one = self.tokens[token]
        refusal = None if amount else "NothingReceived"
        treasury = self.stage.as_("alice").treasury
        received = self.stage.act("deposit", refusal, lambda: treasury.deposit(one, amount, purpose))
        assert received == (amount or None)
        self.held[one] += amount
        self.revenue[one] += amount if purpose.startswith("revenue") else 0

    @move(token=st.integers(0, 1), amount=st.integers(1, 9_999))
    def send_without_a_word(self, token: int, amount: int) -> None:
        one, chain = self.tokens[token], self.stage.as_("alice").chain
        if one == COIN:
            self.stage.act("send", None, lambda: transact(chain, Transaction(self.treasury, b"", amount)))
        else:
            self.stage.act("send", None, lambda: Token(chain, one).transfer(self.treasury, amount))
        self.held[one] += amount
        self.unseen[one] += amount

    @move(token=st.integers(0, 1))
    def recognise(self, token: int) -> None:
        """Found once: what was paid out meanwhile is no hole that a gift fills unseen."""
        one = self.tokens[token]
        found = self.unseen[one]
        treasury = self.stage.as_("judy").treasury
        refusal = None if found else "NothingReceived"
        assert self.stage.act("recognise", refusal, lambda: treasury.recognise(one)) == (found or None)
        self.revenue[one] += found
        self.unseen[one] = 0

    @move(often=2, name=holder, units=st.one_of(st.integers(0, 60), st.integers(90, 170)), whole=st.booleans())
    def notice(self, name: str, units: int, whole: bool) -> None:
        self.give_notice(name, self.units[name] if whole else units)

    def give_notice(self, name: str, units: int) -> None:
        refusal = "NotEnoughUnits" if units > self.units[name] else None
        now = self.stage.now
        if name == "wall":
            self.stage.act("notice", refusal, lambda: self.as_the_wall("giveNotice", units))
        else:
            self.stage.act("notice", refusal, lambda: self.stage.as_(name).treasury.give_notice(units))
        if not refusal:
            self.notices[name] = (units, now + NOTICE if units else 0)

    @move(
        often=3,
        name=holder,
        units=st.integers(0, 120),
        which=st.integers(1, 3),
        patient=st.sampled_from([True, True, False]),
        again=st.booleans(),
    )
    def exit(self, name: str, data: st.DataObject, units: int, which: int, patient: bool, again: bool) -> None:
        good = sorted(one for one, (_, due) in self.notices.items() if self.stage.now < due + EXIT_WINDOW)
        name = data.draw(st.sampled_from(good)) if patient and good else name
        noticed, due = self.notices.get(name, (0, 0))
        if patient and due:
            self.stage.wait(max(0, due - self.stage.now))
            units = noticed if units > 60 else min(units, noticed)
        self.exit_with(name, units, which)
        if again:
            self.exit_with(name, units, which)

    def exit_with(self, name: str, units: int, which: int) -> None:
        """exit_pays_pro_rata_of_free: and units bought within a year get at most their price back, in their token."""
        stage, now = self.stage, self.stage.now
        noticed, due = self.notices.get(name, (0, 0))
        tokens = [one for place, one in enumerate(self.tokens) if which >> place & 1]
        refusal = None
        if not due or not due <= now < due + EXIT_WINDOW:
            refusal = "NotExitTime"
        elif not 0 < units <= noticed:
            refusal = "NotEnoughUnits"
        if name == "wall":
            stage.act("wall's exit", refusal, lambda: self.as_the_wall("exit", units, tokens))
            done = None
        else:
            done = stage.act("exit", refusal, lambda: stage.as_(name).treasury.exit(units, tokens))
        if refusal:
            return
        total = sum(self.units.values())
        lot, paid, until = self.lots.get(name, (0, 0, 0))
        locked = max(0, units - (self.units[name] - lot)) if now < until else 0
        most = paid * locked // lot if locked else 0
        if locked:
            self.lots[name] = (lot - locked, paid - most, until)
            stage.done["exit of bought units"] += 1
        shares = {}
        for one in tokens:
            share = self.free(one) * (units - locked) // total
            if locked and one == self.tusd:
                share += min(most, self.free(one) * locked // total)
            shares[one] = share
        for one, share in shares.items():
            self.pay(one, name, share)
        if done:
            assert done.paid == {one: share for one, share in shares.items() if share}
        self.units[name] -= units
        self.notices[name] = (noticed - units, due if noticed > units else 0)

    @move(often=2, name=st.sampled_from(("alice", "bob", "carol", "judy")), units=st.integers(0, 70))
    def buy(self, name: str, units: int) -> None:
        left = FOR_SALE - sum(self.bought.values())
        refusal = None
        if name == "judy":
            refusal = "OnlySeats"
        elif not 0 < units <= left:
            refusal = "SaleSoldOut"
        elif units > MOST_PER_SEAT - self.bought[name]:
            refusal = "MoreThanASeatMayBuy"
        now = self.stage.now
        paid = self.stage.act("buy", refusal, lambda: self.stage.as_(name).treasury.buy(1, units))
        if refusal:
            return
        assert paid == units * PRICE
        lot, before, until = self.lots.get(name, (0, 0, 0))
        lot, before = (lot, before) if now < until else (0, 0)
        self.lots[name] = (lot + units, before + paid, now + YEAR)
        self.bought[name] += units
        self.units[name] += units
        self.held[self.tusd] += paid

    @move(
        often=3,
        budget=st.sampled_from([1, 2, 2]),
        by=st.sampled_from(["", "", "", "alice"]),
        to=st.sampled_from(["ivan", "wall", "wall"]),
        percent=st.integers(0, 120),
    )
    def spend(self, budget: int, by: str, to: str, percent: int) -> None:
        """budget_never_exceeded: what is left of a period is gone with it."""
        stage, token = self.stage, (self.tusd, COIN)[budget - 1]
        period = (stage.now - self.begun[budget]) // MONTH
        amount = MONTHLY[budget] * percent // 100
        refusal = None
        values: dict[str, Any] = {}
        if by:
            refusal = "NotTheSpender"
        elif amount > MONTHLY[budget] - self.spent[budget, period]:
            refusal = "BudgetExceeded"
            values = {"wanted": amount, "left": MONTHLY[budget] - self.spent[budget, period]}
        elif amount > self.free(token):
            refusal = "NotEnoughFree"
        treasury = stage.as_(by or SPENDERS[budget]).treasury
        arrived = stage.act("spend", refusal, lambda: treasury.spend(budget, self.who(to), amount, "x"), **values)
        if not refusal:
            assert arrived is not (token == COIN and to == "wall")
            self.spent[budget, period] += amount
            self.pay(token, to, amount)

    @move(
        often=3,
        name=st.sampled_from(("wall", "wall", "judy")),
        token=st.sampled_from([0, 0, 1]),
        to=st.sampled_from(("ivan", "ivan", "wall")),
    )
    def collect(self, name: str, token: int, to: str) -> None:
        """what_is_owed_is_paid_once: always asked for twice."""
        judy = self.stage.as_("judy").treasury
        one = self.tokens[token]
        for _ in range(2):
            due = self.owed[one, name]
            refusal = "NothingOwed" if not due else "NotTaken" if (one, to) == (COIN, "wall") else None
            if name == "wall":
                self.stage.act("collect", refusal, lambda: self.as_the_wall("collect", one, self.who(to)))
            else:
                self.stage.act("collect", refusal, lambda: judy.collect(one, self.who(to)))
            if not refusal:
                self.owed[one, name] = 0
                self.held[one] -= due
                self.got[one, to] += due

    @move(
        often=2,
        token=st.integers(0, 1),
        parts=st.lists(st.tuples(st.sampled_from(("ivan", "wall")), st.integers(1, 90)), min_size=1, max_size=2),
        large=st.sampled_from([False, False, True]),
    )
    def decide_to_pay(self, token: int, parts: list[tuple[str, int]], large: bool) -> None:
        """ordinary_spending_within_the_bucket: an execution's payments of a token fit it together, or none is made."""
        one, stage = self.tokens[token], self.stage
        self.decisions += 1
        governor = stage.as_(("alice", "bob", "carol")[self.decisions % 3]).governor
        sums = [(to, max(1, self.free(one) * thousandths // 1000)) for to, thousandths in parts]
        payments = tuple(Payment(one, self.who(to), amount, "wages") for to, amount in sums)
        number = stage.act("propose", None, lambda: governor.propose(Option(text_hash("pay"), "", large, payments)))
        stage.wait(governor.proposal(number).voting_starts - stage.now)
        stage.act("vote", None, lambda: governor.vote(number, 1))
        stage.wait(governor.proposal(number).executable_at - stage.now)
        cap, used = self.bucket(one)
        wanted = sum(amount for _, amount in sums)
        refusal = "BeyondTheBucket" if not large and wanted > max(0, cap - used) else None
        now = stage.now
        stage.act("large payment" if large else "payment", refusal, lambda: stage.as_("judy").governor.execute(number))
        if refusal:
            return
        for to, amount in sums:
            self.pay(one, to, amount)
        if not large:
            self.used[one] = (used + wanted, now)

    @move(seconds=st.sampled_from([DAY, 5 * DAY, 14 * DAY, MONTH]))
    def wait(self, seconds: int) -> None:
        self.stage.wait(seconds)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        self.turns.take(data)

    # What always holds

    @invariant()
    def treasury_is_solvent(self) -> None:
        coop = self.stage.as_("judy")
        there = {
            COIN: coop.chain.balance(self.treasury),
            self.tusd: Token(coop.chain, self.tusd).balance(self.treasury),
        }
        books = coop.treasury.books()
        for one in self.tokens:
            assert there[one] == self.held[one] >= books[one].reserved == self.reserved(one)
            assert (books[one].free, books[one].revenue) == (self.free(one), self.revenue[one])

    @invariant()
    def units_sum_to_total(self) -> None:
        treasury = self.stage.as_("judy").treasury
        held = [treasury.holding(self.who(name)) for name in self.units]
        assert [one.units for one in held] == list(self.units.values())
        assert treasury.total_units() == sum(one.units for one in held)
        for name, one in zip(self.units, held, strict=True):
            assert (one.noticed, one.due) == self.notices.get(name, (0, 0))

    @invariant()
    def what_is_owed_is_paid_once(self) -> None:
        """What each got is what the model paid, to the unit, and the rest is still owed."""
        coop = self.stage.as_("judy")
        for (one, name), before in self.before.items():
            who = self.who(name)
            has = coop.chain.balance(who) if one == COIN else Token(coop.chain, one).balance(who)
            assert has - before == self.got[one, name], name
            assert coop.treasury.owed(one, who) == self.owed[one, name]

    @invariant()
    def budget_never_exceeded(self) -> None:
        for number, amount in MONTHLY.items():
            budget = self.stage.as_("judy").treasury.budget(number)
            assert budget.spent == self.spent[number, budget.last_period] <= budget.amount == amount

    @invariant()
    def ordinary_spending_within_the_bucket(self) -> None:
        for one in self.tokens:
            assert self.stage.as_("judy").treasury.bucket(one, 1000) == self.bucket(one)


def test_wherever_money_goes_it_was_there_and_went_once(coop, coin, money, decide, as_, neighbour):
    wall = neighbour("RefusesEther")
    end = coop.chain.now() + 3_000 * DAY
    treasury = coop.treasury
    acts: list[tuple[Any, ...]] = [
        ("grantUnits", wall, 50),
        ("openSale", (coin, FOR_SALE, PRICE, MOST_PER_SEAT, end)),
        ("openBudget", address("dave"), coin, MONTHLY[1], MONTH, end),
        ("openBudget", address("erin"), COIN, MONTHLY[2], MONTH, end),
    ]
    calls = tuple(Call(treasury.address, 0, treasury.encode(*act)) for act in acts)
    decide(Option(text_hash("to begin with"), large=True, calls=calls))
    treasury.deposit(COIN, 3 * ETHER)
    for name in ("alice", "bob", "carol"):
        token = Token(as_(name).chain, coin)
        token.mint(address(name), ALLOWED)
        token.approve(treasury.address, ALLOWED)

    stage = Stage(coop)
    verbs = (
        "deposit",
        "send",
        "recognise",
        "notice",
        "exit",
        "wall's exit",
        "buy",
        "spend",
        "collect",
        "payment",
        "exit of bought units",
    )
    wanted = {"NothingReceived", "NotEnoughUnits", "NotExitTime", "OnlySeats", "MoreThanASeatMayBuy", "SaleSoldOut"}
    wanted |= {"BudgetExceeded", "NotTheSpender", "NothingOwed", "NotTaken", "BeyondTheBucket"}
    wander(
        stage, lambda one: Money(one, coin, wall), 3, runs=24, steps=35, done=dict.fromkeys(verbs, 3), refused=wanted
    )
