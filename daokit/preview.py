"""What a transaction will do, before it is signed: in words, in money, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from daokit.forms import is_formed
from daokit.hashing import ZERO_ADDRESS, checksum
from daokit.rpc import Rpc, RpcError

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
COIN_IN_TRACES = "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
_BALANCE_OF = "0x70a08231"
_MOST_CHANGES = 24
# A simulated block has code at this address that answers with the coin of the address asked for.
_COIN_READER = "0x00000000000000000000000000000000000ba1a2"
_TELLS_COIN = "0x5f35315f5260205ff3"  # return(balance(calldata[0]))


@dataclass(frozen=True)
class BalanceChange:
    """What `address` has of `token` (None: coin) before and after, in the smallest unit; fees are not counted."""

    address: str
    token: str | None
    before: int
    after: int


@dataclass(frozen=True)
class Preview:
    """One transaction before it is signed. `fee_wei` is the most that it can cost, `data_fee` the part of
    it that a rollup asks for its data; `to` None makes a contract.

    `simulated` is False when the node cannot simulate: `changes` then shows only the coin sent along. `checked_by` is
    how many nodes said so. `nonce` is set where a single node says it and the journal does not.
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
    data_fee: int = 0
    nonce: int | None = None


def balance_changes(rpc: Rpc, wish: dict[str, Any]) -> tuple[tuple[BalanceChange, ...], bool]:
    """The changes that the call `wish` would make, and whether the node could simulate it."""
    # Without a gas limit of its own the simulated block must fit the call into the node's default.
    call = {name: wish[name] for name in ("from", "to", "value", "data") if wish.get(name)}
    tried = _simulate(rpc, [call])
    if tried is not None:
        wanted = _touched(tried[0]["logs"])[:_MOST_CHANGES]
        if not wanted:
            return (), True
        tried = _simulate(rpc, [call, *(_balance_call(*one) for one in wanted)])
    if tried is None:
        return _coin_sent(rpc, wish), False
    afters = [_number(one.get("returnData")) for one in tried[1:]]
    changes = []
    for key, was, now in zip(wanted, _balances(rpc, wanted), afters, strict=True):
        if was is not None and now is not None and was != now:
            changes.append(BalanceChange(*key, was, now))
    return tuple(changes), True


def _coin_sent(rpc: Rpc, wish: dict[str, Any]) -> tuple[BalanceChange, ...]:
    """The changes by the coin that a call sends along."""
    value, sides = int(wish.get("value", "0x0"), 16), [(checksum(wish["from"]), -1)]
    if wish.get("to"):
        sides.append((checksum(wish["to"]), 1))
    if not value or len({who for who, _ in sides}) < len(sides):
        return ()
    befores = _balances(rpc, [(who, None) for who, _ in sides])
    pairs = zip(sides, befores, strict=True)
    return tuple(BalanceChange(who, None, was, was + sign * value) for (who, sign), was in pairs if was is not None)


def _simulate(rpc: Rpc, calls: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """What each of these calls answers and logs when they are done one after the other; None: the node cannot say."""
    block = {"stateOverrides": {_COIN_READER: {"code": _TELLS_COIN}}, "calls": calls}
    try:
        [answer] = rpc.request("eth_simulateV1", [{"blockStateCalls": [block], "traceTransfers": True}, "latest"])
        done: list[dict[str, Any]] = answer["calls"]
        if len(done) != len(calls) or not all(is_formed("eth_getLogs", one["logs"]) for one in done):
            return None
    except (RpcError, KeyError, TypeError, ValueError):
        return None
    return done


def _touched(logs: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """Whose balance of what transfers name. Only the names are believed: anvil logs transfers of coin in calls that
    were reverted too."""
    found: dict[tuple[str, str | None], None] = {}
    for log in logs:
        topics = log["topics"]
        if len(topics) != 3 or topics[0] != TRANSFER or len(log["data"]) < 66:
            continue
        token = None if log["address"].lower() == COIN_IN_TRACES else checksum(log["address"])
        found |= {(checksum("0x" + topic[-40:]), token): None for topic in topics[1:]}
    return [key for key in found if key[0] != ZERO_ADDRESS]


def _balances(rpc: Rpc, wanted: list[tuple[str, str | None]]) -> list[int | None]:
    return [_number(answer) for answer in rpc.batch([_balance_request(*one) for one in wanted])]


def _balance_request(address: str, token: str | None) -> tuple[str, list[Any]]:
    if token is None:
        return "eth_getBalance", [address, "latest"]
    return "eth_call", [_balance_call(address, token), "latest"]


def _balance_call(address: str, token: str | None) -> dict[str, str]:
    word = address[2:].lower().rjust(64, "0")
    return {"to": _COIN_READER, "data": f"0x{word}"} if token is None else {"to": token, "data": _BALANCE_OF + word}


def _number(answer: object) -> int | None:
    text = answer[:66] if isinstance(answer, str) else ""
    return int(text, 16) if len(text) > 2 and is_formed("eth_getBalance", text) else None
