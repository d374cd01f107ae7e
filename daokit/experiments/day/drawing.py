"""Morning: Erin draws, buys something from what she drew, and fetches vegetables."""

from __future__ import annotations

from daokit import amounts
from daokit.accounts import dev_address
from daokit.experiments.day.cast import CENTS, Day
from daokit.experiments.day.neighbourhood import PROVIDERS
from daokit.experiments.ledger import same
from daokit.experiments.telling import refused
from daokit.quantities import format_share

DRAWN = 1_847_53  # 1,847.53 tUSD
LEAD = 64 * CENTS + 20
BASKETS = (2, 1)


def draw(day: Day) -> None:
    """She draws: each commitment takes its share, rounded down and within its cap, she keeps the rest."""
    fund = day.fund()
    quote = fund.quote(day.token, DRAWN)
    drawn = fund.draw(day.token, DRAWN)
    parts, kept = amounts.draw(DRAWN, [amounts.Given(one.bps, one.cap or None) for one in PROVIDERS])
    same("the draw", (tuple(one.amount for one in drawn.parts), drawn.kept), (parts, kept))
    same("what was quoted", (quote.parts, quote.kept), (drawn.parts, drawn.kept))
    rows: list[tuple[object, ...]] = []
    for one, part in zip(PROVIDERS, parts, strict=True):
        share = DRAWN * one.bps // amounts.BPS
        rows.append((one.name, format_share(one.bps), day.number(part), "its cap" if part < share else ""))
    rows.append(("Erin's checking", "the rest", day.number(kept), ""))
    day.tell(f"1. At seven Erin draws {day.money(DRAWN)}. What she relies on gets its share by itself.")
    day.table("The draw", ("to", "share", "gets", ""), rows, "share", "gets")


def buy(day: Day) -> None:
    """She pays from her checking address: no draw, so no commitment takes anything."""
    before = [day.purse("erin").balance(day.places[one.name]) for one in PROVIDERS]
    inside = day.fund().purses([day.token])
    day.purse("erin").transfer(dev_address("judy"), LEAD)
    after = [day.purse("erin").balance(day.places[one.name]) for one in PROVIDERS]
    same("what the providers have", after, before)
    same("the fund", day.fund().purses([day.token]), inside)
    day.tell(
        f"2. At eight she buys lead strips from Judy for {day.money(LEAD)}, from her checking address. That is no "
        "draw: school, house, grocer and pool get nothing of it."
    )


def fetch(day: Day) -> None:
    """She asks for baskets that her commitment entitles her to; money does not move."""
    fund, slot = day.fund(), 2
    same("the service", PROVIDERS[slot].service, "vegetables")
    rows: list[tuple[object, ...]] = []
    for whom, count in zip(("herself", "a neighbour who is ill"), BASKETS, strict=True):
        rows.append((whom, count, fund.redeem(slot, count)))
    left = PROVIDERS[slot].count - sum(BASKETS)
    same("baskets left", rows[-1][-1], left)
    sentence = refused("NotEntitled", lambda: fund.redeem(slot, left + 1))
    day.tell("3. At nine she fetches vegetables. Her commitment is good for twelve baskets a month; no money moves.")
    day.table("Baskets", ("for", "fetched", "left"), rows, "fetched", "left")
    day.tell(f'{left + 1} more are refused: "{sentence}"')
