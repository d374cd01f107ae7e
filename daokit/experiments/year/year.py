"""The year itself: everybody begins, time passes in steps of three days, and at the end every unit is accounted for."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Any

from daokit.accounts import dev_address
from daokit.agreements import Agreements
from daokit.chain import Chain
from daokit.contract import deploy as put_up_contract
from daokit.errors import UsageError
from daokit.experiments.sandbox import sandbox
from daokit.experiments.voters import address_of, all_hands
from daokit.experiments.year import drafting, lives, providers
from daokit.experiments.year.people import Household, Resident
from daokit.experiments.year.work import Work
from daokit.experiments.year.world import COIN, DAY, STEP, Life, Person, World
from daokit.factory import deploy
from daokit.funds import Funds
from daokit.profit_share import Row
from daokit.testcoin import put_up

Say = Callable[[str], None]

LENGTH = 365 * DAY
_LAST_ORDER = 290 * DAY
_MONTH = 30 * DAY


def run(*, people: int, providers: int, agreements: int, seed: int, say: Say = print) -> dict[str, Any]:
    """Play a year on a chain of its own. Returns its figures as plain values.

    Raises `RuleBroken` when chain and model differ by a unit, or any act is refused that the model allows; `UsageError`
    for too few people; `ToolMissing` without anvil.
    """
    for what, wish, least in (("people", people, 8), ("providers", providers, 1), ("agreements", agreements, 1)):
        if wish < least:
            raise UsageError(f"a year needs at least {least} {what}, not {wish}")
    began = time.monotonic()
    with all_hands(people) as each:
        everybody = [Person(number, one) for number, one in enumerate(each(address_of, range(people)))]
    with sandbox([one.address for one in everybody]) as chain:
        year = Year(_world(chain, everybody, seed), providers, agreements, say)
        year.play()
        year.audit()
        return year.figures(time.monotonic() - began)


def _world(chain: Chain, people: list[Person], seed: int) -> World:
    deploy(chain, Agreements.artifact_name)
    deploy(chain, Funds.artifact_name)
    crowns = put_up_contract(chain, "TestCoin", "Test crown", "tCRN", 18).address
    return World(chain, Random(seed), people, [COIN, put_up(chain), crowns], dev_address("alice"))


class Year:
    """One year with its people, providers and agreements."""

    def __init__(self, world: World, count: int, agreements: int, say: Say) -> None:
        self.world, self.agreements, self.say = world, agreements, say
        self.residents = [Resident(one) for one in world.people]
        self.providers = providers.found(world.chain, world.people, count)
        self.works: list[Work] = []
        self.ventures: list[Work] = []
        for one in self.providers:
            world.holders[one.treasury] = None
        world.begin()
        say(f"{len(world.people):,} people, {count:,} providers; {agreements:,} agreements are to come")

    def play(self) -> None:
        """All turns, until the last agreement has ended."""
        world = self.world
        begin = world.now
        end = begin + LENGTH
        ends = [one for one in self.providers if world.random.random() < 0.3 and len(self.providers) > 1]
        third: list[Life] = []
        first = [
            providers.ending(world, one, self.residents, begin + world.random.randrange(60, 300) * DAY) for one in ends
        ]
        second = [Household(world, one, self.providers, self.ventures).live() for one in self.residents]
        starts = sorted(begin + world.random.randrange(6 * DAY, _LAST_ORDER) for _ in range(self.agreements))
        month = 0
        while first or second or third or starts:
            while starts and starts[0] <= world.now:
                starts.pop(0)
                third.append(self._begin(end))
            first, second, third = world.run(first), world.run(second), world.run(third)
            world.now += STEP
            if (world.now - begin) // _MONTH > month:
                month = (world.now - begin) // _MONTH
                world.audit()
                self.say(
                    f"month {month}: {world.counts['draws']:,} draws, {len(self.works):,} agreements begun, "
                    f"{len(third):,} running, {sum(world.counts.values()):,} transactions"
                )

    def _begin(self, end: int) -> Life:
        world = self.world
        number = len(self.works)
        if world.random.random() < 0.25:
            work = drafting.revenue(world, number, self.providers, self.ventures)
            self.ventures.append(work)
            life = lives.revenue(world, work, end)
        else:
            work = drafting.order(world, number, self.providers, self.ventures)
            life = lives.order(world, work)
        self.works.append(work)
        return life

    def audit(self) -> None:
        """Every balance, and of every agreement where it stands and what each row is entitled to and has had."""
        self.world.audit()
        for work in self.works:
            found = work.contract().snapshot((work.terms, work.frozen))
            status = found.status
            seen = (status.state, status.milestone, status.claimed, found.released, found.held, found.rows)
            rows = tuple(Row(amount, work.paid.get(row, 0)) for row, amount in enumerate(work.entitled()))
            model = (work.state, work.milestone, work.claimed, work.released, work.kept, rows)
            self.world.expect(f"agreement {work.number}", seen, model)

    def figures(self, seconds: float) -> dict[str, Any]:
        """What happened, how agreements ended, and what exists of each token."""
        world = self.world
        ends = [work.state.name.lower() for work in self.works]
        return {
            "people": len(world.people),
            "providers": len(self.providers),
            "providers_ended": sum(not one.open for one in self.providers),
            "agreements": {state: ends.count(state) for state in sorted(set(ends))},
            "transactions": sum(world.counts.values()),
            "deeds": dict(sorted(world.counts.items())),
            "exists": {world.chain.symbol(token): world.exists[token] for token in world.tokens},
            "balances": len(world.holders) * len(world.tokens),
            "seconds": round(seconds, 1),
        }
