"""What to offer for gas: as EIP-1559 or as one price, within the user's limit, and more than a rival."""

from __future__ import annotations

from typing import Any

from daokit.answers import Block, number
from daokit.errors import RuleBroken
from daokit.policy import Policy, write_price
from daokit.rpc import Call

_TIP = 10**9  # wei a gas, where the node does not say
_BUMP = 1125  # thousandths of what a rival offers: nodes want 10 % more, some 12.5 %


def questions(policy: Policy, local: bool) -> list[Call]:
    """What to ask the node for, beside its latest block."""
    if local and policy.fees is None:
        return []
    return [("eth_maxPriorityFeePerGas", []), ("eth_gasPrice", [])]


def offer(policy: Policy, block: Block, answers: list[Any], rival: dict[str, Any] | None = None) -> dict[str, int]:
    """The fields of a transaction that say what it pays, from the answers to `questions`. `rival` is a transaction that
    it is to take the place of. Raises `RuleBroken` when that is beyond the limit."""
    tip, price = answers or (None, None)
    least = _outbidding(rival)
    if policy.fees == "legacy" or (policy.fees is None and block.base_fee is None):
        wanted = number(price) if isinstance(price, str) else (block.base_fee or 0) + _TIP
        return {"gasPrice": _within(policy, max(wanted, least[0]), max(wanted, least[0]))}
    base = block.base_fee or 0
    tipped = max(number(tip) if isinstance(tip, str) else _TIP, least[1])
    # Twice the base fee holds for six full blocks in a row, each of which raises it by an eighth.
    most = _within(policy, max(2 * base + tipped, least[0]), max(base + min(tipped, 1), least[0]))
    return {"type": 2, "maxFeePerGas": most, "maxPriorityFeePerGas": min(tipped, most)}


def likely_price(block: Block) -> int:
    """About what one gas costs after this block, in wei, for a plan that is not signed yet."""
    return (block.base_fee or 0) + _TIP


def most_per_gas(transaction: dict[str, Any]) -> int:
    """The most wei that a transaction pays for one gas."""
    return int(transaction.get("maxFeePerGas", transaction.get("gasPrice", 0)))


def _outbidding(rival: dict[str, Any] | None) -> tuple[int, int]:
    if rival is None:
        return 0, 0
    tip = rival.get("maxPriorityFeePerGas", rival.get("gasPrice", 0))
    return most_per_gas(rival) * _BUMP // 1000 + 1, tip * _BUMP // 1000 + 1


def _within(policy: Policy, wanted: int, needed: int) -> int:
    """What is wanted, or the limit when that still covers what is needed."""
    if policy.max_fee is None or wanted <= policy.max_fee:
        return wanted
    if needed > policy.max_fee:
        raise RuleBroken(
            f"gas costs at least {write_price(needed)} now, and your limit is {write_price(policy.max_fee)}; wait, or "
            "say a higher --max-fee",
            needed=needed,
            limit=policy.max_fee,
        )
    return policy.max_fee
