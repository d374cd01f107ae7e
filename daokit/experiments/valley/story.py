"""The federations from their founding to a leaving, and every balance on both chains before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from daokit import testcoin
from daokit.experiments import balances
from daokit.experiments.balances import Balances
from daokit.experiments.ledger import same
from daokit.experiments.stage import Say
from daokit.experiments.two_chains import two_chains
from daokit.experiments.valley import founding, leaving, levies, linking, motion, notes, orders
from daokit.experiments.valley.cast import NAMES, Land
from daokit.treasury import Treasury

SCENES: tuple[Callable[[Land], None], ...] = (
    founding.founding,
    founding.joining,
    linking.linking,
    linking.seating,
    levies.earning,
    levies.passing_up,
    motion.voting,
    motion.deciding,
    orders.vetoed,
    orders.carried_out,
    leaving.leaving,
    notes.notes,
)
Moment = Mapping[int, Balances]


def run(say: Say = print) -> dict[str, Any]:
    """Play the story on two chains of its own. Returns the balances of all holders, by moment (`before`, `after`) and
    chain, and what was found on the way: levies, the motion, power, the exit share.

    Raises `RuleBroken` when anything on a chain is not as the story's arithmetic has it, and `ToolMissing` without
    anvil.
    """
    with two_chains(*NAMES.values()) as chains:
        places = chains.places.values()
        [token] = {testcoin.put_up(place.chain) for place in places}
        land = Land(chains, token, say)
        before = _read(land)
        for scene in SCENES:
            scene(land)
            check(before, _read(land))
        after = _read(land)
        _tables(land, before, after)
        told = {name: one for name, one in land.told.items() if name != "gateways"}
        moments = {"before": before, "after": after}
        plain = {name: {NAMES[one]: _plain(land, held) for one, held in now.items()} for name, now in moments.items()}
        return {"story": "federation", **told, "balances": plain}


def check(before: Moment, after: Moment) -> None:
    """Raises `RuleBroken` unless on each chain all hold together what exists there, before and after."""
    for number in before:
        balances.check(before[number], after[number])


def _read(land: Land) -> Moment:
    """What all hold on both chains. Every purse's own books must say the same."""
    for number, places in land.places.items():
        for name, address in places.items():
            book = Treasury(land.chain(number), address).book(land.token)
            same(f"the balance of {name}", land.purse(number).balance(address), book.free + book.reserved)
    return {number: balances.read(land.chain(number), land.token, land.holders(number)) for number in NAMES}


def _tables(land: Land, before: Moment, after: Moment) -> None:
    land.tell("Nothing came from nowhere and nothing got lost, on either chain:")
    moments = [moment[number] for number in NAMES for moment in (before, after)]
    holders = list(dict.fromkeys(name for one in moments for name in one.tokens))
    rows: list[tuple[object, ...]] = [
        (name, *(land.number(one.tokens[name]) if name in one.tokens else "" for one in moments)) for name in holders
    ]
    rows.append(("together", *(land.number(sum(one.tokens.values())) for one in moments)))
    rows.append(("all there is", *(land.number(one.supply) for one in moments)))
    symbol = land.chain(min(NAMES)).symbol(land.token)
    columns = ("", *(f"{name[-1]} {when}" for name in NAMES.values() for when in ("before", "after")))
    land.table(f"Everybody's {symbol}, on chain A and on chain B", columns, rows, *columns[1:])
    land.tell("Nothing is left running. `daokit federation init` writes a charter to begin with.")


def _plain(land: Land, held: Balances) -> dict[str, Any]:
    symbol = land.chain(min(NAMES)).symbol(land.token)
    return {symbol: {name: land.sum(amount) for name, amount in held.tokens.items()}}
