"""Twenty or so providers: collectives that offer one of four services, some of which end during the year."""

from __future__ import annotations

from dataclasses import dataclass

from daokit.chain import Chain
from daokit.charter import Charter
from daokit.collective import Collective
from daokit.documents import data_uri, text_hash
from daokit.experiments.sandbox import advance
from daokit.experiments.year.people import Resident
from daokit.experiments.year.world import DAY, Deed, Done, Life, Person, World
from daokit.options import Call, Option
from daokit.services import Services, Terms

SERVICES = ("school", "house", "grocer", "pool")
NOTICES = (30, 60, 90)  # days


@dataclass
class Provider:
    """A collective's treasury, who keeps its offer, and its service; `offer` is the offer's number."""

    treasury: str
    keeper: Person
    service: str
    offer: int
    notice: int
    open: bool = True


def found(chain: Chain, people: list[Person], count: int) -> list[Provider]:
    """Found the providers; each decides on its offer by a proposal, which its treasury then carries out."""
    made = []
    for number in range(count):
        keeper = people[number % len(people)]
        charter = Charter.model_validate(
            {
                "name": f"Provider {number + 1}",
                "founders": [{"name": f"Keeper {number + 1}", "account": keeper.address}],
                "admission": {"sponsors": 0},
            }
        )
        made.append((Collective.found(charter, chain.as_(keeper.signer()), resolve=str), keeper))
    providers = []
    for number, (collective, keeper) in enumerate(made):
        service, notice = SERVICES[number % len(SERVICES)], NOTICES[number % len(NOTICES)] * DAY
        terms = Terms(service, 1, 9_000, notice, 12, 30 * DAY, keeper=keeper.address)
        services, text = Services(chain), f"# Offer {service}\n"
        call = Call(services.address, 0, services.encode("offer", terms.encoded(), ""))
        collective.governor.propose(Option(text_hash(text), data_uri(text), large=True, calls=(call,)))
        providers.append(Provider(collective.treasury.address, keeper, service, number + 1, notice))
    advance(chain, 3 * DAY + 60)
    for collective, _ in made:
        collective.governor.vote(1, 1)
    advance(chain, 13 * DAY)
    for collective, _ in made:
        collective.governor.execute(1)
    return providers


def ending(world: World, provider: Provider, residents: list[Resident], when: int) -> Life:
    """The provider closes its offer and then ends all commitments to it, which go on until their notice has run."""
    services = Services(world.chain)
    while world.now < when:
        yield []
    provider.open = False
    yield [Deed("offers closed", provider.keeper.address, services.address, services.encode("close", provider.offer))]
    deeds = []
    for resident in residents:
        for slot, one in resident.held.items():
            if one.offer == provider.offer and one.until == 0:

                def book(done: Done, resident: Resident = resident, slot: int = slot) -> None:
                    ended = done.event("Ended", services.address)
                    resident.held[slot].until = world.now + provider.notice
                    world.expect("a provider's notice", int(ended.until), resident.held[slot].until)

                data = services.encode("end", provider.offer, resident.person.fund, slot)
                deeds.append(
                    Deed("commitments ended by providers", provider.keeper.address, services.address, data, book=book)
                )
    yield deeds
