"""How one network is used: what a transaction may cost, and when it counts as done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from daokit.errors import UsageError
from daokit.text import clean

Depth = int | Literal["safe", "finalized"]
"""A number of blocks, the transaction's own counted, or what the chain itself calls safe or finalized."""

_PRICE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(gwei|wei)")
_UNITS = {"gwei": 10**9, "wei": 1}


@dataclass(frozen=True)
class Policy:
    """`fees` None follows the chain. `max_fee` is the most wei for one gas, None without limit. A transaction is
    confirmed at the depth `confirmations`; at the depth `finality` (None: finalized, or 64 blocks where the chain does
    not say) it is never looked at again."""

    fees: Literal["eip1559", "legacy"] | None = None
    max_fee: int | None = None
    confirmations: Depth = 1
    finality: Depth | None = None


FOLLOW = Policy()
"""As the chain says, and without a limit."""


def parse_price(text: str) -> int:
    """`30 gwei` as wei for one gas. Raises `UsageError`."""
    match = _PRICE.fullmatch(text.strip().lower())
    price = Decimal(match[1]) * _UNITS[match[2]] if match else Decimal(0)
    if price <= 0 or price != int(price):
        raise UsageError(f'"{clean(text, 40)}" is no price of gas; write it as "30 gwei"')
    return int(price)


def parse_depth(value: object) -> Depth:
    """`3`, `safe` or `finalized`. Raises `UsageError`."""
    if value in ("safe", "finalized"):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100_000:
        return value
    raise UsageError(
        f'"{clean(str(value), 40)}" is no depth; write a number of blocks from 1 on, "safe" or "finalized"'
    )


def write_price(wei: int) -> str:
    """A price of gas as people write it: `30 gwei`."""
    whole, part = divmod(wei, 10**9)
    return f"{whole:,}{'.' + f'{part:09d}'.rstrip('0') if part else ''} gwei"
