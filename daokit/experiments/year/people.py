"""What a person does with a fund in a year: income, commitments, draws, capital."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from daokit import amounts
from daokit.amounts import Given
from daokit.caps import Limit
from daokit.commitments import NO_CAP, Cap
from daokit.experiments.year.money import some, whole
from daokit.experiments.year.world import COIN, DAY, Deed, Done, Life, Person, World
from daokit.fund import Fund
from daokit.funds import Funds
from daokit.patronage import read_parts
from daokit.profit_share import ProfitShare

if TYPE_CHECKING:
    from daokit.experiments.year.providers import Provider
    from daokit.experiments.year.work import Work

MONTHS = 12
MOST = 9_000


@dataclass
class Held:
    """A commitment by the model: `until` as on the chain (0: not ended), `stopped` once the person ended it."""

    offer: int
    receiver: str
    bps: int
    limit: Limit | None
    until: int = 0
    stopped: bool = False

    def paying(self, now: int) -> bool:
        """Whether a draw at `now` gives to it."""
        return not self.stopped and (self.until == 0 or now < self.until)


@dataclass
class Resident:
    """A person with a fund, and its commitments by slot."""

    person: Person
    held: dict[int, Held] = field(default_factory=dict)

    def parts(self, token: str, amount: int, now: int) -> tuple[dict[int, int], int]:
        """What a draw at `now` gives to each slot, by the integer model, and what the person keeps."""
        paying = {slot: one for slot, one in sorted(self.held.items()) if one.paying(now)}
        given = [Given(one.bps, one.limit.room(token, now) if one.limit else None) for one in paying.values()]
        parts, kept = amounts.draw(amount, given)
        return {slot: part for slot, part in zip(paying, parts, strict=True) if part}, kept


class Household:
    """One person's year."""

    def __init__(self, world: World, resident: Resident, providers: list[Provider], ventures: list[Work]) -> None:
        self.world, self.resident, self.person = world, resident, resident.person
        self.providers, self.ventures = providers, ventures

    def live(self) -> Life:
        """Open a fund; then each month income, perhaps another commitment, a draw, perhaps capital."""
        world, person, random = self.world, self.person, self.world.random
        begin = world.now
        funds = Funds(world.chain)
        data = funds.encode("open", person.address, person.address, 0)
        yield [Deed("funds opened", person.address, funds.address, data, book=self._opened)]
        # Enough for every order of a year.
        savings = {token: 50_000 * whole(world, token) + some(world, token, 50_000) for token in world.tokens[1:]}
        yield [world.mint(token, person.address, amount) for token, amount in savings.items()]
        for _ in range(random.randint(1, 4)):
            yield self._commit()
        for month in range(MONTHS):
            due = begin + (30 * month + random.randrange(20)) * DAY
            while world.now < due:
                yield []
            token = random.choice(world.tokens)
            yield [world.mint(token, person.fund, some(world, token, 400))]
            if random.random() < 0.2:
                yield random.choice((self._commit, self._switch, self._end))()
            yield self._draw()
            if random.random() < 0.2:
                yield self._invest()

    def _opened(self, done: Done) -> None:
        opened = done.event("FundOpened", Funds(self.world.chain).address)
        self.person.fund = opened.fund
        self.world.holders[self.person.fund] = None

    @property
    def _fund(self) -> Fund:
        return Fund(self.world.chain, self.person.fund)

    def _paying(self) -> dict[int, Held]:
        return {slot: one for slot, one in self.resident.held.items() if one.paying(self.world.now)}

    def _offers(self, service: str | None = None) -> list[Provider]:
        taken = {one.offer for one in self._paying().values()}
        return [one for one in self.providers if one.open and one.offer not in taken and service in (None, one.service)]

    def _room(self) -> int:
        return MOST - sum(one.bps for one in self._paying().values())

    def _cap(self) -> Cap:
        random, token = self.world.random, self.world.random.choice(self.world.tokens)
        if random.random() < 0.7:
            return NO_CAP
        per_period = some(self.world, token, 40) if random.random() < 0.7 else 0
        in_all = some(self.world, token, 100) if random.random() < 0.5 or not per_period else 0
        return Cap(token, random.choice((30, 45)) * DAY if per_period else 0, per_period, in_all)

    def _commit(self) -> list[Deed]:
        offers, room = self._offers(), self._room()
        if not offers or room < 100:
            return []
        provider = self.world.random.choice(offers)
        bps, cap = self.world.random.randint(1, min(2_500, room)), self._cap()
        data = self._fund.encode("commit", provider.offer, bps, cap.encoded())
        return [self._deed("commitments", data, lambda done: self._hold(done, provider, bps, cap))]

    def _switch(self) -> list[Deed]:
        """Another provider of the same service."""
        for slot, one in self._paying().items():
            service = self.providers[one.offer - 1].service
            if not (others := self._offers(service)) or one.until:
                continue
            provider, cap = self.world.random.choice(others), self._cap()
            bps = self.world.random.randint(1, min(2_500, self._room() + one.bps))

            book = partial(self._switched, slot, provider, bps, cap)
            data = self._fund.encode("switchTo", slot, provider.offer, bps, cap.encoded())
            return [self._deed("commitments switched", data, book)]
        return []

    def _switched(self, slot: int, provider: Provider, bps: int, cap: Cap, done: Done) -> None:
        self._stop(slot)
        self._hold(done, provider, bps, cap)

    def _end(self) -> list[Deed]:
        slots = list(self._paying())
        if not slots:
            return []
        slot = self.world.random.choice(slots)
        return [self._deed("commitments ended", self._fund.encode("end", slot), lambda _: self._stop(slot))]

    def _stop(self, slot: int) -> None:
        one = self.resident.held[slot]
        one.stopped = True
        one.until = one.until or self.world.now + self.providers[one.offer - 1].notice

    def _hold(self, done: Done, provider: Provider, bps: int, cap: Cap) -> None:
        slot = int(next(one.slot for one in done.happened if one.name == "Committed"))
        limit = None
        if cap.per_period or cap.in_all:
            limit = Limit(cap.token, self.world.now, cap.period, cap.per_period, cap.in_all)
        self.resident.held[slot] = Held(provider.offer, provider.treasury, bps, limit)

    def _draw(self) -> list[Deed]:
        world = self.world
        free = {token: world.held(token, self.person.fund) for token in world.tokens}
        full = [token for token, amount in free.items() if amount]
        if not full:
            return []
        token = world.random.choice(full)
        amount = world.random.randint(1, free[token]) if world.random.random() < 0.8 else free[token]
        return [self._deed("draws", self._fund.encode("draw", token, amount), lambda d: self._drawn(d, token, amount))]

    def _drawn(self, done: Done, token: str, amount: int) -> None:
        """What the chain gave to each commitment is what the model gives."""
        world, fund = self.world, self.person.fund
        parts, kept = self.resident.parts(token, amount, world.now)
        world.expect("a draw", dict(read_parts(done.event("Drawn", fund).parts)), parts)
        world.expect("what a draw leaves owed", done.events("Owed", fund), [])
        for slot, part in parts.items():
            one = self.resident.held[slot]
            world.move(token, fund, one.receiver, part)
            one.limit = one.limit.after(part, world.now) if one.limit else None
        world.move(token, fund, self.person.address, kept)

    def _invest(self) -> list[Deed]:
        """Capital from the fund into a share of revenue: no draw, so no commitment gets anything of it."""
        world = self.world
        open_ = [one for one in self.ventures if world.held(one.terms.token, self.person.fund) and one.is_open]
        if not open_:
            return []
        work = world.random.choice(open_)
        token = work.terms.token
        amount = world.random.randint(1, world.held(token, self.person.fund))
        data = b"" if token == COIN else ProfitShare(world.chain, work.address).encode("deposit", amount)
        call = self._fund.encode("invest", work.address, token, amount, data)

        def book(done: Done) -> None:
            world.expect("capital", int(done.event("Invested", self.person.fund).amount), amount)
            world.move(token, self.person.fund, work.address, amount)

        return [self._deed("capital from funds", call, book)]

    def _deed(self, kind: str, data: bytes, book: Callable[[Done], None]) -> Deed:
        return Deed(kind, self.person.address, self.person.fund, data, book=book)
