"""Before the day: four collectives offer what they do, a fifth looks after the park, and Erin commits to the four."""

from __future__ import annotations

from dataclasses import dataclass

from daokit.commitments import NO_CAP, Cap
from daokit.documents import data_uri, text_hash
from daokit.experiments.day.cast import CENTS, DAY, Day
from daokit.experiments.ledger import same
from daokit.experiments.scene import found
from daokit.factory import deploy
from daokit.fund import Fund
from daokit.options import Call, Option
from daokit.quantities import format_share
from daokit.services import Services, Terms

PARK, PARK_MEMBERS = "Pond Park", ("alice", "dave", "erin", "frank", "grace")
PARK_MONEY = 400 * CENTS  # from each member
INCOME = 2_400 * CENTS
NOTICE = 90 * DAY


@dataclass(frozen=True)
class Provider:
    """A collective that serves people: its two founders, its service, its share of a draw in bps, the most that Erin
    gives it in 30 days (0: no cap), and how often she may ask for something in 30 days (0: nothing is counted)."""

    name: str
    founders: tuple[str, str]
    service: str
    bps: int
    cap: int = 0
    count: int = 0


PROVIDERS = (
    Provider("Linden School", ("heidi", "ivan"), "lessons", 1_200),
    Provider("Ferry House", ("bob", "heidi"), "a flat", 2_200, cap=400 * CENTS),
    Provider("Green Basket", ("carol", "ivan"), "vegetables", 750, count=12),
    Provider("Umbrella Pool", ("alice", "dave"), "help when ill", 500),
)


def neighbourhood(day: Day) -> None:
    """Found the five collectives, let four of them decide on an offer, give Erin an income and her commitments."""
    deploy(day.as_("alice"), "FundFactory")
    for place, founders in [(one.name, one.founders) for one in PROVIDERS] + [(PARK, PARK_MEMBERS)]:
        made = found(day.as_(founders[0]), founders, [day.token], name=place, purpose="We look after each other.")
        # The treasury holds the money; decisions are taken at the address beside it.
        day.places |= {place: made.treasury, f"{place} itself": made.address}
    for name in PARK_MEMBERS:
        day.collective(PARK, name).treasury.deposit(day.token, PARK_MONEY, "for the park")
    _offers(day)
    fund = Fund.open(day.as_("erin"))
    day.places["Erin's fund"] = fund.address
    day.purse("judy").transfer(fund.address, INCOME)
    for offer, one in enumerate(PROVIDERS, 1):
        cap = Cap(day.token, 30 * DAY, one.cap) if one.cap else NO_CAP
        same("the slot", fund.commit(offer, one.bps, cap).slot, offer - 1)
    rows = [
        (
            one.name,
            one.service,
            format_share(one.bps),
            f"{day.number(one.cap)} a month" if one.cap else "–",
            f"{one.count} a month" if one.count else "–",
        )
        for one in PROVIDERS
    ]
    day.tell(
        f"Erin makes windows of coloured glass. Her income, {day.money(INCOME)} from Judy for a lamp, goes to a "
        "fund of her own. Four collectives have voted to serve whoever gives them a share of each draw, in months "
        "without income too; Erin has committed to all four."
    )
    columns = ("", "for", "of a draw", "at most", "she may ask")
    day.table("What Erin relies on", columns, rows, *columns[2:])


def _offers(day: Day) -> None:
    """Each provider's members vote on its offer, which its treasury then makes: a large option, after its wait."""
    for one in PROVIDERS:
        text = f"# Offer {one.service}\n\nFor {format_share(one.bps)} of each draw of those who take it.\n"
        terms = Terms(
            one.service, one.bps, one.bps, NOTICE, one.count, 30 * DAY if one.count else 0, text=text_hash(text)
        )
        services = Services(day.stage.chain)
        call = Call(services.address, 0, services.encode("offer", terms.encoded(), data_uri(text)))
        put = Option(text_hash(text), data_uri(text), large=True, calls=(call,))
        day.collective(one.name, one.founders[0]).governor.propose(put)
    day.stage.wait(3 * DAY + 60)
    for one in PROVIDERS:
        for name in one.founders:
            day.collective(one.name, name).governor.vote(1, 3)
    day.stage.wait(13 * DAY)
    for one in PROVIDERS:
        day.collective(one.name, one.founders[1]).governor.execute(1)
    offers = Services(day.stage.chain).offers(range(1, len(PROVIDERS) + 1))
    same("the offers' providers", [one.provider for one in offers], [day.places[one.name] for one in PROVIDERS])
