"""What a transaction will do, before it is signed: in words, in money, and what it costs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from daokit.hashing import ZERO_ADDRESS, checksum
from daokit.rpc import Rpc, RpcError

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
COIN_IN_TRACES = "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
_BALANCE_OF = "0x70a08231"
_MOST_CHANGES = 24


@dataclass(frozen=True)
class BalanceChange:
    """What `address` has of `token` (None: coin) before and after, in the smallest unit; fees are not counted."""

    address: str
    token: str | None
    before: int
    after: int


@dataclass(frozen=True)
class Preview:
    """One transaction before it is signed. `fee_wei` is the most that it can cost; `to` None makes a contract.

    `simulated` is False when the node cannot simulate: `changes` then shows only the coin sent along. `checked_by` is
    how many nodes said so.
    """

    words: tuple[str, ...]
    chain_id: int
    chain_name: str
    sender: str
    to: str | None
    value: int
    data: bytes
    gas: int
    fee_wei: int
    changes: tuple[BalanceChange, ...]
    simulated: bool
    checked_by: int = 1


def balance_changes(rpc: Rpc, wish: dict[str, Any]) -> tuple[tuple[BalanceChange, ...], bool]:
    """The changes that the call `wish` would make, and whether the node could simulate it."""
    moved = _simulate(rpc, wish)
    simulated = moved is not None
    if moved is None:
        moved = defaultdict(int)
        value = int(wish.get("value", "0x0"), 16)
        if value:
            moved[(checksum(wish["from"]), None)] -= value
            if wish.get("to"):
                moved[(checksum(wish["to"]), None)] += value
    wanted = [key for key, change in moved.items() if change and key[0] != ZERO_ADDRESS][:_MOST_CHANGES]
    answers = rpc.batch([_balance_request(address, token) for address, token in wanted])
    changes = []
    for key, answer in zip(wanted, answers, strict=True):
        if isinstance(answer, str) and len(answer) > 2:
            before = int(answer[:66], 16)
            changes.append(BalanceChange(key[0], key[1], before, before + moved[key]))
    return tuple(changes), simulated


def _simulate(rpc: Rpc, wish: dict[str, Any]) -> dict[tuple[str, str | None], int] | None:
    # Without a gas limit of its own the simulated block must fit the call into the node's default.
    call = {name: wish[name] for name in ("from", "to", "value", "data") if wish.get(name)}
    try:
        asked = {"blockStateCalls": [{"calls": [call]}], "traceTransfers": True}
        blocks = rpc.request("eth_simulateV1", [asked, "latest"])
        logs = blocks[0]["calls"][0]["logs"]
    except (RpcError, KeyError, IndexError, TypeError):
        return None
    moved: dict[tuple[str, str | None], int] = defaultdict(int)
    for log in logs:
        topics = log["topics"]
        if len(topics) != 3 or topics[0] != TRANSFER or len(log["data"]) < 66:
            continue
        token = None if log["address"].lower() == COIN_IN_TRACES else checksum(log["address"])
        amount = int(log["data"][:66], 16)
        moved[(checksum("0x" + topics[1][-40:]), token)] -= amount
        moved[(checksum("0x" + topics[2][-40:]), token)] += amount
    return moved


def _balance_request(address: str, token: str | None) -> tuple[str, list[Any]]:
    if token is None:
        return "eth_getBalance", [address, "latest"]
    return "eth_call", [{"to": token, "data": _BALANCE_OF + address[2:].lower().rjust(64, "0")}, "latest"]
