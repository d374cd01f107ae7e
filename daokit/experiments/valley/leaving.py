"""The Bakery leaves Valley, in the block of its own decision."""

from __future__ import annotations

from daokit import weights
from daokit.experiments.ledger import same
from daokit.experiments.telling import refused
from daokit.experiments.valley import weighing
from daokit.experiments.valley.cast import Land
from daokit.experiments.valley.levies import Income, pay

EXIT_SHARE = 64_81  # worked out by hand: min(92.59, 216.08 x 92.59 / 308.68 = 64.814…), rounded down
LATER = Income("frank", "Bakery", 500_05, "revenue: cakes")


def leaving(land: Land) -> None:
    """It gets its share of Valley's purse and passes up nothing more; Coast learns that Valley has fewer people."""
    valley, coast = land.federation("Valley"), land.federation("Coast")
    before = weighing.power(land)
    bakery = land.collective("Bakery").treasury
    levies, free = valley.purse.levies(bakery.address, land.token), valley.purse.book(land.token).free
    expected = weights.exit_share(levies.own, levies.all, free)
    same("the exit share", (expected, valley.purse.exit_share(bakery.address, land.token)), (EXIT_SHARE,) * 2)
    had, revenue = bakery.book(land.token).free, bakery.book(land.token).revenue

    land.decide("Leave", {"Bakery": bakery.to_quit(valley.purse.address)})
    left = valley.purse.past("Released")[-1]
    executed = land.collective("Bakery").governor.past("ProposalExecuted")[-1]
    same("the block of leaving", left.block, executed.block)
    same("what the Bakery has", bakery.book(land.token).free, had + expected)
    same("the Bakery's revenue", bakery.book(land.token).revenue, revenue)
    same("who sits in Valley", [land.name(one.address) for one in valley.seats()], ["Mill"])
    same("Valley's people", valley.totals().people, 3)

    pay(land, LATER)
    sentence = refused("NotTied", lambda: bakery.bubble(valley.purse.address, land.token))
    coast.purse.tell(valley.purse.address)
    sums = {"own": levies.own, "all": levies.all, "purse": free, "share": expected}
    land.told["exit"] = {name: land.sum(amount) for name, amount in sums.items()}
    land.tell(
        "11. The Bakery has passed its own decision to leave Valley. It is gone in the block in which that is carried "
        "out, whatever anybody else does, and gets its share of what is left in Valley's purse, by what it has passed "
        f"up: {land.number(free)} × {land.number(levies.own)} / {land.number(levies.all)} = {land.number(expected)}, "
        f"and never more than {land.number(levies.own)}."
    )
    land.tell(
        f"12. Frank buys cakes for {land.money(LATER.amount)}. Nothing of it is passed up: "
        f'"{land.named(sentence)}". Valley has only the Mill now, and in Coast any two decide:'
    )
    weighing.show(land, before)
