"""Two orders to the branch: one that Harbour's people stop, and one that is carried out."""

from __future__ import annotations

from daokit.accounts import dev_address
from daokit.branch import Order, OrderState
from daokit.experiments.ledger import same
from daokit.experiments.telling import refused
from daokit.experiments.two_chains import AWAY
from daokit.experiments.valley.cast import MINUTE, Land
from daokit.experiments.valley.linking import ORDER_WAIT
from daokit.experiments.valley.motion import LAMPS, TO


def vetoed(land: Land) -> None:
    """Notes bring both orders; they wait, and two of Harbour's three people object to the first."""
    coast, branch = land.federation("Coast"), land.branch()
    for place in (0, 1):
        coast.send_order(land.told["motion"]["key"], place)
    same("notes to chain B", len(land.chains.carry()), 2)
    dredging, lamps = branch.orders()
    same("the orders", [one.state for one in (dredging, lamps)], [OrderState.WAITING] * 2)
    refused("OrderWaits", lambda: branch.carry_out(lamps))
    harbour = land.collective("Harbour").treasury.address
    for person in ("judy", "heidi"):
        refused("NoObjectionOf", lambda: branch.veto(dredging.id, harbour))
        land.collective("Harbour", person).governor.object_to(branch.address, dredging.id)
    same("the order", branch.veto(dredging.id, harbour).state, OrderState.VETOED)
    land.tell(
        "9. Coast cannot reach into chain B: its motion becomes two orders to the branch, and there they wait "
        "for three days. Meanwhile the dredger has been sold. Judy objects to that order, which is not enough, and "
        "Heidi too: two of Harbour's three people, and the order is stopped. No vote was needed, and no note."
    )
    _table(land)


def carried_out(land: Land) -> None:
    """When the wait is over: the stopped one stays stopped, and anybody carries out the other."""
    branch = land.branch()
    land.wait(ORDER_WAIT + MINUTE)
    dredging, lamps = branch.orders()
    room = branch.ceiling(land.token)
    same("what may leave in seven days", room.cap, branch.book(land.token).free // 10)
    refused("OrderIs", lambda: branch.carry_out(dredging))
    purse, to = land.purse(AWAY), dev_address(TO["lamps"])
    before = purse.balance(to)
    branch.carry_out(lamps)
    same("what Carol got", purse.balance(to) - before, LAMPS)
    refused("OrderIs", lambda: branch.carry_out(lamps))
    same("the orders", [one.state for one in branch.orders()], [OrderState.VETOED, OrderState.DONE])
    land.told["orders"] = {"dredging": "vetoed", "lamps": "done"}
    land.tell(
        "10. Three days later anybody may have the second one done: Carol gets "
        f"{land.money(LAMPS)} for the lamps. The first stays stopped: two thirds of the other members on chain B could "
        f"confirm it, and there are none. Whatever orders say, at most {land.money(room.cap)} leave the branch in "
        "seven days, a tenth of what it has."
    )
    _table(land)


def _table(land: Land) -> None:
    words = {OrderState.WAITING: "waits", OrderState.VETOED: "stopped by Harbour", OrderState.DONE: "carried out"}
    rows = [(*_payment(land, one), words[one.state]) for one in land.branch().orders()]
    land.table("Orders to the branch on chain B", ("for", "to", "amount", ""), rows, "amount")


def _payment(land: Land, order: Order) -> tuple[str, str, str]:
    act = order.act
    receiver = next(name for name in TO.values() if dev_address(name) == act.to)  # type: ignore[union-attr]
    return act.purpose, receiver.title(), land.number(act.amount)  # type: ignore[union-attr]
