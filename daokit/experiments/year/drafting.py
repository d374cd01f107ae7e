"""Terms by chance: orders and shares of revenue among people, and changes of both."""

from __future__ import annotations

from dataclasses import replace

from daokit.affected import signers
from daokit.amounts import BPS
from daokit.experiments.year.money import some
from daokit.experiments.year.providers import Provider
from daokit.experiments.year.work import Work
from daokit.experiments.year.world import DAY, Person, World
from daokit.hashing import ZERO_ADDRESS
from daokit.terms import Milestone, Party, Terms
from daokit.terms_bounds import breaches, change_breaches

OPEN_WITHIN, EACH = 12 * DAY, 30 * DAY


def order(world: World, number: int, providers: list[Provider], ventures: list[Work]) -> Work:
    """An order of one to three milestones; sometimes there is nobody to rule."""
    random = world.random
    customer, arbiter, *makers = random.sample(world.people, random.randint(3, min(7, len(world.people))))
    token = random.choice(world.tokens)
    parties = _parties(world, makers, token, providers, ventures)
    costs = sum(one.cost for one in parties)
    price = max(100_000, costs * random.randint(80, 200) // 100 + random.randint(0, 999))
    opens = world.now + OPEN_WITHIN
    count = random.randint(1, 3)
    shares = [random.randint(1_000, BPS // count) for _ in range(count - 1)]
    milestones = tuple(
        Milestone(share, opens + EACH * place) for place, share in enumerate([*shares, BPS - sum(shares)], 1)
    )
    terms = Terms(
        token,
        customer.address,
        opens,
        parties,
        residual=random.randrange(len(parties)),
        price=price,
        deposit_bps=random.randint(1_000, BPS),
        review=random.randint(4, 10) * DAY,
        grace=random.randint(0, 9) * DAY,
        arbitration=random.randint(6, 10) * DAY,
        fallback_bps=random.randint(0, BPS),
        customer=customer.address,
        arbiter=arbiter.address if random.random() < 0.6 else ZERO_ADDRESS,
        milestones=milestones,
    )
    return _checked(world, number, terms)


def revenue(world: World, number: int, providers: list[Provider], ventures: list[Work]) -> Work:
    """An open-ended share of revenue."""
    random = world.random
    makers = random.sample(world.people, random.randint(1, min(5, len(world.people))))
    token = random.choice(world.tokens)
    parties = _parties(world, makers, token, providers, ventures)
    opens, back = world.now + OPEN_WITHIN, makers[0].address
    return _checked(world, number, Terms(token, back, opens, parties, residual=random.randrange(len(parties))))


def changed(world: World, work: Work, entering: Person | None = None, payee: str = "") -> Terms:
    """Other terms for an agreement: a cost, a tier, shares, the residual row, the price, or somebody who enters, to be
    paid at `payee` (default: their own address). The same terms when chance finds none that fit."""
    random, terms = world.random, work.terms
    for _ in range(50):
        rows = list(terms.parties)
        place = random.randrange(len(rows))
        one, price, residual = rows[place], terms.price, terms.residual
        kind = "entry" if entering else random.choice(("cost", "tier", "share", "residual", "price"))
        if kind == "cost":
            rows[place] = replace(one, cost=some(world, terms.token, 300))
        elif kind == "tier":
            rows[place] = replace(one, tier=random.randrange(4))
        elif kind == "share":
            rows[place] = replace(one, share=random.randint(0, 3_000))
        elif kind == "residual":
            residual = place
        elif kind == "price" and terms.is_order:
            price = price * random.randint(90, 130) // 100
        elif entering:
            cost, share = some(world, terms.token, 100), random.randint(0, 2_000)
            rows.append(Party(payee or entering.address, entering.address, cost, random.randrange(4), share))
        found = replace(terms, parties=tuple(rows), price=price, residual=residual)
        fits = not breaches(found, work.address) and not change_breaches(terms, found, work.milestone, work.released)
        if fits and signers(terms, found, work.released, work.frozen):
            return found
    return terms


def stranger(world: World, work: Work) -> Person | None:
    """Somebody who has no part in an agreement yet."""
    rows = work.terms.parties
    inside = {one.payee for one in rows} | {one.signer for one in rows} | {work.terms.customer, work.terms.arbiter}
    outside = [one for one in world.people if one.address not in inside and one.fund not in inside]
    return world.random.choice(outside) if outside else None


def _parties(
    world: World, makers: list[Person], token: str, providers: list[Provider], ventures: list[Work]
) -> tuple[Party, ...]:
    """Most are paid at their own address, some at their fund, a provider's treasury, or a share of revenue."""
    random = world.random
    rows: list[Party] = []
    for one in makers:
        payee, chance = one.address, random.random()
        others = [work.address for work in ventures if work.terms.token == token and work.is_open]
        if chance < 0.10 and one.fund:
            payee = one.fund
        elif chance < 0.18:
            payee = random.choice(providers).treasury
        elif chance < 0.22 and others:
            payee = random.choice(others)
        if payee in {row.payee for row in rows}:
            payee = one.address
        cost = some(world, token, 300) if random.random() < 0.7 else 0
        rows.append(Party(payee, one.address, cost, random.randrange(4), random.randint(0, 3_000)))
    return tuple(rows)


def _checked(world: World, number: int, terms: Terms) -> Work:
    terms.check()
    return Work(world, number, terms, {one.address: one for one in world.people})
