"""Noon: a window for Grace's reading room, made by five, and what each has signed."""

from __future__ import annotations

from daokit.accounts import dev_address
from daokit.agreements import Agreements
from daokit.documents import text_hash
from daokit.experiments.day.cast import CENTS, DAY, Day
from daokit.experiments.ledger import same
from daokit.profit_share import ProfitShare, State
from daokit.quantities import format_share
from daokit.terms import Milestone, Party, Terms

PRICE, DEPOSIT_BPS = 3_200 * CENTS, 4_000
REVIEW, GRACE, WORK = 7 * DAY, 7 * DAY, 40 * DAY
WINDOW = "the window"
MAKER = 4

# Who does what, cost, tier (from 0), share of the profit in bps.
ROWS = (
    ("dave", "opens the wall", 300 * CENTS, 0, 0),
    ("bob", "supplies the glass", 420 * CENTS, 1, 1_000),
    ("carol", "designs it", 0, 0, 2_150),
    ("heidi", "carries it there", 150 * CENTS, 2, 0),
    ("erin", "makes the window", 480 * CENTS, 2, 6_850),
)


def order(day: Day) -> None:
    """All five sign; Grace accepts by paying the deposit to an address that is no contract yet; Erin opens."""
    terms = terms_of(day)
    address = Agreements(day.stage.chain).address_of(terms)
    signatures = {
        party.signer: ProfitShare(day.as_(name), address).sign_opening(terms)
        for party, (name, *_) in zip(terms.parties, ROWS, strict=True)
    }
    day.purse("grace").transfer(address, terms.deposit)
    day.places[WINDOW] = Agreements(day.as_("erin")).open(terms, signatures)
    agreement = ProfitShare(day.as_("erin"), address)
    same("the order", (agreement.status().state, agreement.held()), (State.LIVE, terms.deposit))
    rows: list[tuple[object, ...]] = [
        (party.name, party.role, party.tier + 1 if party.cost else "–", _or_none(day, party.cost), share_of(party))
        for party in terms.parties
    ]
    day.tell(
        f"5. At noon Grace orders a window for {day.money(PRICE)}. Five share the work and what comes of it: costs "
        "first, tier by tier, then profit. All five have signed; Grace accepts by sending the deposit of "
        f"{day.money(terms.deposit)} to the agreement's address."
    )
    day.table("The order", ("", "does", "tier", "cost", "profit"), rows, "tier", "cost", "profit")


def terms_of(day: Day) -> Terms:
    """What the five sign. The glass is rolled glass."""
    parties = tuple(
        Party(dev_address(name), dev_address(name), cost, tier, share, name.title(), role)
        for name, role, cost, tier, share in ROWS
    )
    begin = day.stage.chain.now() + DAY
    return Terms(
        day.token,
        dev_address("grace"),
        begin,
        parties,
        residual=MAKER,
        price=PRICE,
        deposit_bps=DEPOSIT_BPS,
        review=REVIEW,
        grace=GRACE,
        fallback_bps=5_000,
        customer=dev_address("grace"),
        document=text_hash("A window of rolled glass, one metre by two, for the reading room."),
        milestones=(Milestone(10_000, begin + WORK, "the window is set in"),),
    )


def share_of(party: Party) -> str:
    """A row's part of the profit; all shares of this order are 10,000 together."""
    return format_share(party.share) if party.share else "–"


def _or_none(day: Day, amount: int) -> str:
    return day.number(amount) if amount else "–"
