"""What went between the chains, as the events of both ends show it."""

from __future__ import annotations

from daokit.bridge import Fate, Gateway, audit
from daokit.experiments.ledger import same
from daokit.experiments.valley.cast import NAMES, Land

# To chain A: that Harbour has joined, and how it voted. To chain B: that the seat is Harbour's, and two orders.
EXPECTED = {"chain A": 2, "chain B": 3}


def notes(land: Land) -> None:
    """Every note that one end sent the other received, once."""
    passages = audit([Gateway(land.chain(one), address) for one, address in land.told["gateways"].items()])
    same("what became of the notes", {one.fate for one in passages}, {Fate.ARRIVED})
    counted = {name: sum(NAMES[one.destination] == name for one in passages) for name in NAMES.values()}
    same("the notes", counted, EXPECTED)
    land.told["notes"] = counted
    land.tell(
        f"13. {sum(counted.values())} notes went between the chains: {counted['chain A']} to chain A, "
        f"{counted['chain B']} to chain B. What one end says it sent is what the other says it received, each once."
    )
