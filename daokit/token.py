"""An ERC-20 token: its name for people, balances, and leave to take."""

from __future__ import annotations

from decimal import Decimal

from daokit.chain import Chain
from daokit.contract import Contract, write
from daokit.errors import DaokitError
from daokit.hashing import ZERO_ADDRESS
from daokit.text import clean

COIN_SYMBOL = "ETH"
COIN_DECIMALS = 18

_described: dict[tuple[int, str], tuple[str, int]] = {}


class Token(Contract):
    """An ERC-20 token at an address. Amounts are in its smallest unit."""

    artifact_name = "TestCoin"

    @write
    def transfer(self, to: str, amount: int) -> None:
        """Send `amount` to `to`."""
        words = (f"send {money(self.chain, self.address, amount)} to {to}",)
        self.send("transfer", to, amount, words=words)

    @write
    def approve(self, spender: str, amount: int) -> None:
        """Let `spender` take up to `amount`."""
        words = (f"let {spender} take {money(self.chain, self.address, amount)}",)
        self.send("approve", spender, amount, words=words)

    @write
    def mint(self, to: str, amount: int) -> None:
        """Make `amount` of a test coin for `to`; only test coins can."""
        words = (f"mint {money(self.chain, self.address, amount)} for {to}",)
        self.send("mint", to, amount, words=words)

    def allow(self, spender: str, amount: int) -> None:
        """Approve exactly `amount` for `spender`, when what it may take is less."""
        if int(self.read("allowance", self.chain.sender, spender)) < amount:
            self.approve(spender, amount)

    def balance(self, holder: str) -> int:
        """What `holder` has."""
        return int(self.read("balanceOf", holder))

    def symbol(self) -> str:
        """The short name, as the token says it."""
        return str(self.read("symbol"))

    def decimals(self) -> int:
        """Digits after the point when people write an amount."""
        return int(self.read("decimals"))


def describe(chain: Chain, token: str) -> tuple[str, int]:
    """Symbol and decimals of a token; those of the chain's coin for the zero address. A token that says neither has its
    address and 0."""
    if token == ZERO_ADDRESS:
        return COIN_SYMBOL, COIN_DECIMALS
    key = (chain.id, token.lower())
    if key not in _described:
        try:
            symbol, decimals = Token(chain, token).read_many([("symbol",), ("decimals",)])
            _described[key] = (clean(str(symbol), 12) or token, int(decimals))
        except DaokitError:
            return token, 0
    return _described[key]


def symbol_of(chain: Chain, token: str) -> str:
    """The short name of a token or of coin."""
    return describe(chain, token)[0]


def money(chain: Chain, token: str, amount: int) -> str:
    """An amount in the smallest unit as people read it: `12.50 tUSD`."""
    symbol, decimals = describe(chain, token)
    places = min(decimals, 2) if amount % 10 ** max(decimals - 2, 0) == 0 else decimals
    digits = f"{Decimal(amount).scaleb(-decimals):,.{places}f}"
    return f"{digits.rstrip('0').rstrip('.') if places > 2 else digits} {symbol}"
