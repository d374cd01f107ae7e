"""Mid-morning: a car shared by two, whose fare three others share."""

from __future__ import annotations

from daokit.accounts import dev_address
from daokit.agreements import Agreements
from daokit.chain import Transaction
from daokit.documents import text_hash
from daokit.experiments.day.cast import COIN, DAY, Day
from daokit.experiments.ledger import same
from daokit.factory import deploy
from daokit.profit_share import ProfitShare
from daokit.terms import Party, Terms
from daokit.waterfall import divide

_MILLI = 10**15  # thousandths of a coin, in wei
FARES = {"erin": 4 * _MILLI, "grace": 3 * _MILLI}
CHARGING = 11 * _MILLI // 10
RIDE = "the ride"


def ride(day: Day) -> None:
    """Frank drives Bob's car, Judy brings riders together; Erin and Grace send the fare to the agreement."""
    deploy(day.as_("frank"), Agreements.artifact_name)
    terms = _terms(day)
    address = Agreements(day.stage.chain).address_of(terms)
    signatures = {
        dev_address(name): ProfitShare(day.as_(name), address).sign_opening(terms) for name in ("frank", "bob", "judy")
    }
    day.places[RIDE] = Agreements(day.as_("frank")).open(terms, signatures)
    for name, fare in FARES.items():
        words = (f"send {day.coins(fare)} for the ride",)
        day.as_(name).transact(Transaction(address, b"", fare, words))
    paid = day.agreement(RIDE, "frank").pay_out()
    expected = divide(terms, sum(FARES.values()))
    same("the fare's parts", tuple(paid.values()), expected.amounts)
    rows: list[tuple[object, ...]] = [
        (
            f"{party.name}, {party.role}",
            party.share // 100,
            day.coins(back),
            day.coins(amount - back),
            day.coins(amount),
        )
        for party, amount, back in zip(terms.parties, expected.amounts, expected.repaid, strict=True)
    ]
    whole = sum(FARES.values())
    rows.append(("together", 100, *(day.coins(one) for one in (CHARGING, whole - CHARGING, whole))))
    fares = " and ".join(f"{name.title()} sends {day.coins(fare)}" for name, fare in FARES.items())
    day.tell(
        "4. At ten Frank drives Erin and Grace to town, in Bob's car. The fare is a plain transfer of coin to the "
        f"address of the ride's agreement: {fares}."
    )
    columns = ("", "share", "charging", "profit", "paid")
    day.table("The fare", columns, rows, *columns[1:])


def _terms(day: Day) -> Terms:
    rows = (
        ("frank", "drives", CHARGING, 6_000),
        ("bob", "owns the car", 0, 3_000),
        ("judy", "brings together", 0, 1_000),
    )
    parties = tuple(
        Party(dev_address(name), dev_address(name), cost, 0, share, name.title(), role)
        for name, role, cost, share in rows
    )
    now, document = day.stage.chain.now(), text_hash("The fare pays for charging first; the rest we share.")
    return Terms(COIN, dev_address("frank"), now + DAY, parties, residual=0, document=document)
