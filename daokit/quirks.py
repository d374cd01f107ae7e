"""What some chains do differently: a fee for data beside the gas, an older machine, a past that was thrown away."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from daokit.answers import number
from daokit.errors import NoConnection, RuleBroken
from daokit.rpc import Call, Rpc, RpcError, too_often
from daokit.signed import serialised

if TYPE_CHECKING:
    from daokit.answers import Block
    from daokit.chain import Chain

# Rollups that charge for what they write to Ethereum tell how much at these places, the OP stack and Scroll. Arbitrum
# counts it into the gas.
_ORACLES = ("0x420000000000000000000000000000000000000F", "0x5300000000000000000000000000000000000002")
_GET_L1_FEE = "0x49948e0e"
_RISE = 125  # percent of the fee for data now: it moves with Ethereum's until the transaction is mined

_STOP, _MCOPY = "0x00", "0x6000600060005e00"  # creation code that ends at once, and that copies no bytes and ends
_PRUNED = ("pruned", "missing trie node", "history unavailable", "no longer available", "archive")
_PRUNED_CODE = 4444
_DRIFT = 600  # seconds between two clocks that are worth a word


def data_fee_questions(wish: dict[str, Any], chain_id: int) -> list[Call]:
    """Ask what the data of a call costs beside its gas."""
    text = serialised(wish, chain_id)
    data = _GET_L1_FEE + f"{32:064x}{len(text):064x}" + text.hex().ljust(-(-len(text) // 32) * 64, "0")
    return [("eth_call", [{"to": oracle, "data": data}, "latest"]) for oracle in _ORACLES]


def data_fee(answers: list[Any]) -> int:
    """The most wei that the data is likely to cost, from the answers; 0 on chains that charge nothing for it."""
    found = [int(one, 16) for one in answers if isinstance(one, str) and len(one) == 66]
    return max(found, default=0) * _RISE // 100


def check_machine(chain: Chain) -> None:
    """Raises `RuleBroken` when the chain's machine is older than our contracts need. A node that cannot tell passes."""
    answers = chain.rpc.batch([("eth_call", [{"data": code}, "latest"]) for code in (_STOP, _MCOPY)])
    stops, copies = (not isinstance(one, RpcError) for one in answers)
    if stops and not copies:
        raise RuleBroken(
            f"{chain.name} cannot run daokit's contracts: its machine does not know MCOPY, it is older than Cancun; "
            "choose another chain"
        )


def all_logs(rpc: Rpc, wish: dict[str, Any], first: int, last: int | str) -> list[Any]:
    """Logs as the node gives them: the whole range at once, or in parts where it finds that too long. Raises `RpcError`
    when it refuses a single block."""
    found: list[Any] = []
    step: int | None = None
    while isinstance(last, str) or first <= last:
        end = last if step is None or isinstance(last, str) else min(first + step - 1, last)
        asked = {**wish, "fromBlock": hex(first), "toBlock": end if isinstance(end, str) else hex(end)}
        answer = rpc.batch([("eth_getLogs", [asked])])[0]
        if isinstance(answer, RpcError):
            check_past(answer, rpc.shown, first)
            if isinstance(last, str):
                last = number(rpc.request("eth_blockNumber"))
            if (length := min(step or last - first + 1, last - first + 1)) <= 1:
                raise answer
            step = length // 2
            continue
        found += answer if isinstance(answer, list) else [answer]
        if isinstance(end, str) or step is None:
            break
        first, step = end + 1, step * 2
    return found


def check_past(refusal: RpcError, shown: str, block: int) -> None:
    """Raises `NoConnection` when a node refuses logs for another reason than the length of the range."""
    words = refusal.reason.lower()
    if refusal.code == _PRUNED_CODE or any(word in words for word in _PRUNED):
        raise forgotten(shown, block)
    if too_often(refusal):
        raise NoConnection(f"the node at {shown} says that it was asked too often; wait, or name another url")


def forgotten(shown: str, block: int) -> NoConnection:
    """The node has thrown away what is asked for."""
    return NoConnection(
        f"the node at {shown} no longer has the events of block {block:,}; name one that keeps all (an archive node, "
        "or one with full log history) as the url of this network",
        block=block,
    )


def drift(block: Block) -> str:
    """A sentence when the chain's clock and that of this machine are far apart, else ""."""
    late = int(time.time()) - block.time
    if abs(late) < _DRIFT:
        return ""
    side = "behind" if late > 0 else "ahead of"
    return (
        f"the last block is {abs(late) // 60:,} minutes {side} this machine's clock; deadlines go by the chain's. "
        "Either the node is not in sync or this clock is wrong"
    )
