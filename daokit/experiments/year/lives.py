"""How agreements go by: signed, changed, delivered, accepted, disputed, abandoned, paid out."""

from __future__ import annotations

from daokit.amounts import BPS
from daokit.experiments.year import drafting
from daokit.experiments.year.money import some
from daokit.experiments.year.work import Work
from daokit.experiments.year.world import DAY, Deed, Life, World
from daokit.profit_share import State


def order(world: World, work: Work) -> Life:
    """One order from its deposit to its last claim."""
    random, terms = world.random, work.terms
    extra = random.randint(1, 999) if random.random() < 0.15 else 0
    yield [world.pay("deposits", terms.customer, terms.token, work.address, terms.deposit + extra)]
    if random.random() < 0.04:
        yield from _never_signed(world, work)
        return
    yield [work.opening(_somebody(world))]
    if random.random() < 0.05:
        other = next(token for token in world.tokens if token != terms.token)
        yield [world.pay("payments astray", terms.customer, other, work.address, random.randint(1, 999))]
        yield [work.refund(_somebody(world), other)]
    while not work.state.ended:
        yield from _waiting(random.randint(0, 2))
        if random.random() < 0.35:
            yield from amend(world, work)
        if random.random() < 0.08:
            yield from _until(world, work.due)
            yield [work.settlement(_somebody(world))]
            break
        yield [work.delivery(random.randrange(len(work.terms.parties)))]
        if random.random() < 0.1:
            yield from amend(world, work)
        yield from _judged(world, work)
        if work.owed() and random.random() < 0.4:
            yield [work.claim(random.choice(list(work.owed())), _somebody(world))]
    yield from _closed(world, work)


def revenue(world: World, work: Work, end: int) -> Life:
    """A share of revenue until the year's end: money comes in, terms change, people enter with capital, rows claim."""
    random = world.random
    yield [work.opening(_somebody(world))]
    while world.now < end:
        yield from _waiting(random.randint(2, 12))
        chance = random.random()
        if chance < 0.5:
            amount = some(world, work.terms.token, 300)
            yield [world.pay("revenue", _somebody(world), work.terms.token, work.address, amount)]
        elif chance < 0.6:
            yield from amend(world, work)
        elif work.owed():
            yield [work.claim(random.choice(list(work.owed())), _somebody(world))]
    while work.owed():
        # A share that is paid by another one can have more to give once that has paid out.
        yield [work.paying_out(_somebody(world))]


def amend(world: World, work: Work) -> Life:
    """New terms, or somebody who enters, mostly with capital."""
    random = world.random
    person = drafting.stranger(world, work) if len(work.terms.parties) < 8 and random.random() < 0.25 else None
    if person is None or random.random() < 0.2:
        found = drafting.changed(world, work, person)
        if found != work.terms:
            yield [work.amendment(found, _somebody(world))]
        return
    capital = some(world, work.terms.token, 50)
    # A fund that pays twice in one block might not have as much.
    rich = person.fund and person.busy != world.turn and world.held(work.terms.token, person.fund) >= capital
    from_fund = bool(rich) and random.random() < 0.7
    if from_fund:
        person.busy = world.turn
    found = drafting.changed(world, work, person, payee=person.fund if from_fund else "")
    to = random.choice([one.signer for one in work.terms.parties if one.signer != person.address])
    if found != work.terms:
        yield work.entry(found, person, capital, to, from_fund=from_fund)


def _judged(world: World, work: Work) -> Life:
    """A delivery under review: accepted, left in silence, disputed, or never paid."""
    random, terms = world.random, work.terms
    chance = random.random()
    if chance < 0.15 and world.now + DAY < work.until:
        yield [work.dispute()]
        if work.state is State.DISPUTED:
            if random.random() < 0.7:
                yield [work.ruling(random.randint(0, BPS))]
            else:
                yield from _until(world, work.until)
                yield [work.settlement(_somebody(world))]
        if work.state is not State.DELIVERED:
            return
    if chance < 0.12 or chance > 0.92:
        # The customer runs; what is there may cover the delivery all the same.
        yield from _until(world, work.until + work.terms.grace)
        yield [work.settlement(_somebody(world))]
        return
    if work.kept < work.delivered:
        yield [world.pay("payments", terms.customer, terms.token, work.address, work.delivered - work.kept)]
    if chance < 0.75:
        yield [work.acceptance()]
    else:
        yield from _until(world, work.until)
        yield [work.settlement(_somebody(world))]


def _never_signed(world: World, work: Work) -> Life:
    """The deposit came, the signatures did not: it goes back."""
    yield [work.making(_somebody(world))]
    yield from _until(world, work.terms.open_by)
    yield [work.settlement(_somebody(world))]
    yield [work.refund(_somebody(world), work.terms.token)]


def _closed(world: World, work: Work) -> Life:
    """Everybody takes what is due, one by one or at once; what is left over goes back to the customer."""
    while owed := work.owed():
        if world.random.random() < 0.3:
            yield [work.paying_out(_somebody(world))]
        else:
            yield [work.claim(next(iter(owed)), _somebody(world))]
    if work.kept:
        yield [work.refund(_somebody(world), work.terms.token)]


def _somebody(world: World) -> str:
    return world.random.choice(world.people).address


def _waiting(turns: int) -> Life:
    nothing: list[Deed] = []
    for _ in range(turns):
        yield nothing


def _until(world: World, time: int) -> Life:
    while world.now <= time:
        yield []
