"""The day from morning to night, its two endings, and the balances before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from daokit import testcoin
from daokit.experiments import balances
from daokit.experiments.balances import Balances
from daokit.experiments.day import change, drawing, ending, neighbourhood, order, park, ride
from daokit.experiments.day.cast import COIN, HOUR, Day
from daokit.experiments.stage import Say, stage

SCENES: tuple[Callable[[Day], None], ...] = (
    drawing.draw,
    drawing.buy,
    drawing.fetch,
    ride.ride,
    order.order,
    change.change,
    park.ask,
    park.vote,
)
ENDINGS: Mapping[str, Callable[[Day], None]] = {"paid": ending.paid, "ran": ending.ran}


def run(say: Say = print) -> dict[str, Any]:
    """Play the day on a chain of its own. Returns the balances of all holders, by the moment: `before`, and by ending
    `paid` and `ran`; of coin what it would be without fees.

    Raises `RuleBroken` when anything on the chain is not as the story's arithmetic has it.
    """
    with stage(False, say) as where:
        day = Day(where, testcoin.put_up(where.chain), say)
        neighbourhood.neighbourhood(day)
        told = {"before": _read(day)}
        for scene in SCENES:
            scene(day)
            balances.check(told["before"], _read(day))
            where.wait(HOUR)
        rpc = where.chain.rpc
        for name, scene in ENDINGS.items():
            # Both endings begin at the same moment.
            moment = rpc.request("evm_snapshot")
            scene(day)
            told[name] = _read(day)
            balances.check(told["before"], told[name])
            rpc.request("evm_revert", [moment])
        _tables(day, told)
        return {"story": "day", "balances": {name: _plain(day, one) for name, one in told.items()}}


def _read(day: Day) -> Balances:
    return balances.read(day.stage.chain, day.token, day.holders)


def _tables(day: Day, told: Mapping[str, Balances]) -> None:
    moments = list(told.values())
    rows = _rows([one.tokens for one in moments], day.number)
    coins = _rows([one.coin for one in moments], lambda amount: day.coins(amount).split()[0])
    day.tell("Nothing came from nowhere and nothing got lost:")
    columns = ("", "in the morning", "Grace paid", "Grace ran")
    day.table(f"Everybody's {day.stage.chain.symbol(day.token)}", columns, rows, *columns[1:])
    changed = [row for row in coins if len(set(row[1:])) > 1] + coins[-1:]
    day.table("Coin, where it moved, but for fees", columns, changed, *columns[1:])
    day.tell("Nothing is left running. `daokit demo` alone plays how a collective lives, and says how to begin.")


def _rows(moments: list[Mapping[str, int]], write: Callable[[int], str]) -> list[tuple[object, ...]]:
    """A line for each holder who ever holds something, and the sum."""
    last = moments[-1]
    rows: list[tuple[object, ...]] = [
        (name, *(write(one.get(name, 0)) for one in moments)) for name in last if any(one.get(name) for one in moments)
    ]
    return [*rows, ("together", *(write(sum(one.values())) for one in moments))]


def _plain(day: Day, moment: Balances) -> dict[str, Any]:
    assets = ((day.token, moment.tokens), (COIN, moment.coin))
    return {
        day.stage.chain.symbol(token): {
            name: {"amount": amount, "token": token, "text": day.stage.chain.money(token, amount)}
            for name, amount in held.items()
        }
        for token, held in assets
    }
