"""An ERC-20 token: its name for people, balances, and leave to take."""

from __future__ import annotations

from daokit.chain import Chain
from daokit.contract import Contract, write
from daokit.hashing import ZERO_ADDRESS


class Token(Contract):
    """An ERC-20 token at an address. Amounts are in its smallest unit."""

    artifact_name = "TestCoin"

    @write
    def transfer(self, to: str, amount: int) -> None:
        """Send `amount` to `to`."""
        words = (f"send {self.chain.money(self.address, amount)} to {self.chain.name_of(to)}",)
        self.send("transfer", to, amount, words=words)

    @write
    def approve(self, spender: str, amount: int) -> None:
        """Let `spender` take up to `amount`."""
        words = (f"let {self.chain.name_of(spender)} take {self.chain.money(self.address, amount)}",)
        self.send("approve", spender, amount, words=words)

    @write
    def mint(self, to: str, amount: int) -> None:
        """Make `amount` of a test coin for `to`; only test coins can."""
        words = (f"mint {self.chain.money(self.address, amount)} for {self.chain.name_of(to)}",)
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


def balance_of(chain: Chain, token: str, holder: str) -> int:
    """What `holder` has of a token, or of coin (the zero address), in the smallest unit."""
    return chain.balance(holder) if token == ZERO_ADDRESS else Token(chain, token).balance(holder)
