"""What to offer for gas: as EIP-1559 or as one price, within the user's limit, or else near what the last blocks paid;
and more than a rival. A price is what a node says and nobody can check, so it is bounded by what the chain shows."""

from __future__ import annotations

from typing import Any

from daokit.answers import Block, number
from daokit.errors import NoConnection, RuleBroken
from daokit.policy import Policy, write_price
from daokit.rpc import Call

_TIP = 10**9  # wei a gas, where the node does not say
_QUIET = 2 * 10**9  # wei a gas that a node may ask for on a chain whose last blocks show no tip
_OVER = 3  # times what the last blocks paid
_BLOCKS, _MIDDLE = 20, 50  # the last blocks, and the tip that half of the gas in each paid at most
_BUMP = 1125  # thousandths of what a rival offers: nodes want 10 % more, some 12.5 %


def questions(policy: Policy, local: bool) -> list[Call]:
    """What to ask the node for, beside its latest block."""
    if local and policy.fees is None:
        return []
    asked: list[Call] = [("eth_maxPriorityFeePerGas", []), ("eth_gasPrice", [])]
    if policy.max_fee is None:
        asked.append(("eth_feeHistory", [hex(_BLOCKS), "latest", [_MIDDLE]]))
    return asked


def lowest(method: str, answers: list[Any]) -> Any:
    """Of what several nodes answer to one of the `questions`, that which costs least."""
    said = [(price, place) for place, one in enumerate(answers) if (price := _price(method, one)) is not None]
    return answers[min(said)[1]] if said else answers[0]


def guessed(method: str) -> bool:
    """Whether a method asks a node for what gas should cost."""
    return method in ("eth_maxPriorityFeePerGas", "eth_gasPrice", "eth_feeHistory")


def offer(policy: Policy, block: Block, answers: list[Any], rival: dict[str, Any] | None = None) -> dict[str, int]:
    """The fields of a transaction that say what it pays, from the answers to `questions`. `rival` is a transaction that
    it is to take the place of. Raises `RuleBroken` when that is beyond the limit, or without a limit far above what the
    last blocks paid."""
    tip, price, *history = answers or (None, None)
    paid = _paid(history[0]) if history else 0
    base = block.base_fee or 0
    least = _outbidding(rival)
    if policy.fees == "legacy" or (policy.fees is None and block.base_fee is None):
        wanted = number(price) if isinstance(price, str) else base + _TIP
        if policy.max_fee is None:
            # The price may hold what the base fee can become.
            wanted = _bounded("a price", wanted, 2 * base, base, paid)
        return {"gasPrice": _within(policy, max(wanted, least[0]), max(wanted, least[0]))}
    tipped = number(tip) if isinstance(tip, str) else _TIP
    if policy.max_fee is None:
        tipped = _bounded("a tip", tipped, 0, base, paid)
    tipped = max(tipped, least[1])
    # Twice the base fee holds for six full blocks in a row, each of which raises it by an eighth.
    most = _within(policy, max(2 * base + tipped, least[0]), max(base + min(tipped, 1), least[0]))
    return {"type": 2, "maxFeePerGas": most, "maxPriorityFeePerGas": min(tipped, most)}


def likely_per_gas(offered: dict[str, int], block: Block) -> int:
    """About what one gas costs right after this block, in wei, of a transaction that offers this."""
    if "gasPrice" in offered:
        return offered["gasPrice"]
    return min((block.base_fee or 0) + offered["maxPriorityFeePerGas"], offered["maxFeePerGas"])


def most_per_gas(transaction: dict[str, Any]) -> int:
    """The most wei that a transaction pays for one gas."""
    return int(transaction.get("maxFeePerGas", transaction.get("gasPrice", 0)))


def _outbidding(rival: dict[str, Any] | None) -> tuple[int, int]:
    if rival is None:
        return 0, 0
    tip = rival.get("maxPriorityFeePerGas", rival.get("gasPrice", 0))
    return most_per_gas(rival) * _BUMP // 1000 + 1, tip * _BUMP // 1000 + 1


def _paid(history: Any) -> int:
    """The tip (wei a gas) that was usual in the last blocks; 0 where they show none."""
    try:
        tips = sorted(tip for one in history["reward"] if (tip := number(one[0])))
    except (KeyError, IndexError, TypeError, NoConnection):
        return 0
    return tips[len(tips) // 2] if tips else 0


def _price(method: str, answer: Any) -> int | None:
    """What gas costs by this answer of a node; None when it does not say."""
    if method == "eth_feeHistory":
        return _paid(answer) if isinstance(answer, dict) else None
    try:
        return number(answer) if isinstance(answer, str) else None
    except NoConnection:
        return None


def _bounded(what: str, asked: int, given: int, base: int, paid: int) -> int:
    """What a node asks for one gas, when that is `given` and a tip near what the last blocks paid at most. A node that
    knows no better names a usual tip where less will do: less is taken."""
    most = given + max(base, _OVER * paid if paid else _QUIET)
    if asked <= most:
        return asked
    if asked <= given + _QUIET:
        return most
    raise RuleBroken(
        f"the node asks for {what} of {write_price(asked)}, and by what the last blocks paid {write_price(most)} is "
        "plenty; ask another node, or say the most for one gas with --max-fee",
        asked=asked,
        most=most,
    )


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
