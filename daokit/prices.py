"""What a fee costs in money, from a file of prices that the user keeps: nothing is asked on the network.

    token,price,currency,day
    ETH,2950.00,EUR,2026-11-20

`token` is a symbol or an address; of several lines for one token that with the latest day counts.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal, InvalidOperation
from pathlib import Path

from daokit.errors import MalformedFile
from daokit.text import clean

_LARGEST = 1_000_000  # bytes
_COLUMNS = ["token", "price", "currency", "day"]


@dataclass(frozen=True)
class Price:
    """What one whole token cost on a day."""

    token: str
    price: Decimal
    currency: str
    day: date

    def about(self, amount: int, decimals: int) -> str:
        """An amount in the token's smallest unit, in money, rounded up to a cent: `1.18 EUR at the price of …`."""
        worth = (Decimal(amount) * self.price).scaleb(-decimals)
        cents = worth.quantize(Decimal("0.01"), rounding=ROUND_UP)
        return f"{cents:,} {self.currency} at the price of {self.day.isoformat()}"


def load(path: Path) -> dict[str, Price]:
    """The latest price of each token, by its symbol in capitals or its address in small letters. Raises
    `MalformedFile` with the line that is wrong."""
    found: dict[str, Price] = {}
    try:
        if path.stat().st_size > _LARGEST:
            raise MalformedFile(f"{path} is larger than {_LARGEST} bytes; is it a file of prices?")
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            if next(rows, None) != _COLUMNS:
                raise MalformedFile(f"{path} must begin with the line {','.join(_COLUMNS)}")
            for place, row in enumerate(rows, start=2):
                if row:
                    one = _price(row, f"{path}, line {place}")
                    key = key_of(one.token)
                    if key not in found or found[key].day <= one.day:
                        found[key] = one
    except (OSError, UnicodeDecodeError, csv.Error) as failure:
        raise MalformedFile(f"{path} cannot be read ({clean(str(failure), 100)})") from None
    return found


def key_of(token: str) -> str:
    """How prices are kept: addresses in small letters, symbols in capitals."""
    return token.lower() if token.startswith("0x") else token.upper()


def _price(row: list[str], place: str) -> Price:
    try:
        token, price, currency, day = (cell.strip() for cell in row)
        made = Price(clean(token, 64), Decimal(price), clean(currency, 12), date.fromisoformat(day))
    except (ValueError, InvalidOperation):
        raise MalformedFile(f"{place} is no price; write it as ETH,2950.00,EUR,2026-11-20") from None
    if not (made.token and made.currency and made.price.is_finite() and made.price > 0):
        raise MalformedFile(f"{place} is no price; write it as ETH,2950.00,EUR,2026-11-20")
    return made
