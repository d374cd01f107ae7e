"""The chain of the year, its books in plain integers, and how everybody's acts of one turn become one block.

What people do, they do by plans: a `Life` gives the deeds of each turn. All deeds of a turn are mined in one block, in
order; then each one's `book` compares what the chain tells with the model, and writes it into the books. Nobody's
transactions are signed here, the node is told to believe their senders; what agreements need signed is signed by each
person's own key. Fees are zero, so that coin is conserved to the wei like any token.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from daokit.accounts import DEV_ADDRESSES, KeySigner
from daokit.answers import read_logs
from daokit.chain import Chain
from daokit.contract import Event, decode_log, decode_revert
from daokit.errors import NoConnection, RuleBroken
from daokit.experiments.voters import key_of
from daokit.hashing import ZERO_ADDRESS
from daokit.token import Token

COIN = ZERO_ADDRESS
DAY = 86_400
STEP = 3 * DAY
GAS = 3_000_000
_MOST = 800  # transactions in a block; the node's pool has a limit
_FROM_NOWHERE = ""


@dataclass(frozen=True)
class Done:
    """A deed in its block: all events that we know, in order."""

    happened: tuple[Event, ...]

    def event(self, name: str, address: str) -> Event:
        """The first event of a contract by this name."""
        for one in self.happened:
            if one.name == name and one.address == address:
                return one
        raise NoConnection(f"the transaction left no {name} at {address}")

    def events(self, name: str, address: str) -> list[Event]:
        """All events of a contract by this name, in order."""
        return [one for one in self.happened if one.name == name and one.address == address]


@dataclass(frozen=True)
class Deed:
    """One transaction: what `kind` of act it is, and what it does to the books."""

    kind: str
    sender: str
    to: str
    data: bytes = b""
    value: int = 0
    book: Callable[[Done], None] = lambda done: None


Life = Iterator[list[Deed]]


@dataclass
class Person:
    """Somebody with a key of their own, and a fund once it is open. `busy` is the turn in which the fund last paid."""

    number: int
    address: str
    fund: str = ""
    busy: int = -1

    def signer(self) -> KeySigner:
        """Signs as this person. The key exists for one experiment, on a chain that ends with it."""
        return KeySigner(self.address, f"person {self.number}", lambda: key_of(self.number), local_only=True)


@dataclass
class World:
    """Everybody, everything, and the books: `balances` by token and holder, what exists of each token, and how often
    each kind of deed was done."""

    chain: Chain
    random: Random
    people: list[Person]
    tokens: list[str]
    bank: str
    balances: Counter[tuple[str, str]] = field(default_factory=Counter)
    exists: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    holders: dict[str, None] = field(default_factory=dict)
    turn: int = 0
    now: int = 0
    _nonces: dict[str, int] = field(default_factory=dict)

    def begin(self) -> None:
        """Open the books with what everybody has now; from here on no transaction has a fee."""
        for person in self.people:
            self.holders[person.address] = None
        # Test dollars were made for all of them.
        self.holders |= dict.fromkeys(DEV_ADDRESSES.values())
        rpc = self.chain.rpc
        rpc.request("anvil_autoImpersonateAccount", [True])
        rpc.request("evm_setAutomine", [False])
        self.now = self.chain.block().time
        for (token, holder), amount in self.seen().items():
            if amount:
                self.balances[token, holder] = amount
                self.exists[token] += amount

    # The books

    def expect(self, what: str, found: object, expected: object) -> None:
        """Raises `RuleBroken` when the chain says something else than the model."""
        if found != expected:
            raise RuleBroken(f"{what} in turn {self.turn}: {found} on the chain, {expected} in the model")

    def held(self, token: str, holder: str) -> int:
        """What a holder has of a token, by the books."""
        return self.balances[token, holder]

    def move(self, token: str, source: str, to: str, amount: int) -> None:
        """Money goes from one holder to another. Raises `RuleBroken` when the source does not have it."""
        if source == _FROM_NOWHERE:
            self.exists[token] += amount
        else:
            self.balances[token, source] -= amount
            if self.balances[token, source] < 0:
                raise RuleBroken(f"{source} would have {self.balances[token, source]} of {token} in the model")
        self.balances[token, to] += amount
        self.holders[to] = None

    def seen(self) -> dict[tuple[str, str], int]:
        """What the chain says that every holder has of every token."""
        pairs = [(token, holder) for token in self.tokens for holder in self.holders]
        asked = Token(self.chain, self.tokens[-1]).artifact.function("balanceOf")
        calls: list[tuple[str, list[Any]]] = [
            ("eth_getBalance", [holder, "latest"])
            if token == COIN
            else ("eth_call", [{"to": token, "data": "0x" + asked.encode([holder]).hex()}, "latest"])
            for token, holder in pairs
        ]
        return {pair: int(one, 16) for pair, one in zip(pairs, self.chain.rpc.batch(calls), strict=True)}

    def audit(self) -> None:
        """Compare every balance of the chain with the books, and their sums with what exists. Raises `RuleBroken`."""
        seen = self.seen()
        wrong = [
            f"{holder} has {amount} of {token} on the chain and {self.balances[token, holder]} in the model"
            for (token, holder), amount in seen.items()
            if amount != self.balances[token, holder]
        ]
        for token in self.tokens:
            everything = sum(amount for (one, _), amount in seen.items() if one == token)
            made = self.exists[token] if token == COIN else int(Token(self.chain, token).read("totalSupply"))
            if not everything == made == self.exists[token]:
                wrong.append(f"of {token} {made} exist, {self.exists[token]} in the model, all hold {everything}")
        if wrong:
            raise RuleBroken(
                f"chain and model differ in {len(wrong)} places: {'; '.join(wrong[:5])}", differences=wrong
            )

    # Deeds that people do by themselves

    def mint(self, token: str, to: str, amount: int) -> Deed:
        """Income from outside: coin comes from the bank, a token is made."""
        if token == COIN:
            return self.pay("income", self.bank, token, to, amount)
        data = Token(self.chain, token).encode("mint", to, amount)
        return Deed("income", self.bank, token, data, book=lambda _: self.move(token, _FROM_NOWHERE, to, amount))

    def pay(self, kind: str, sender: str, token: str, to: str, amount: int) -> Deed:
        """A plain transfer."""
        plain = (
            (to, b"", amount) if token == COIN else (token, Token(self.chain, token).encode("transfer", to, amount), 0)
        )
        return Deed(kind, sender, *plain, book=lambda _: self.move(token, sender, to, amount))

    # Turns

    def run(self, lives: list[Life]) -> list[Life]:
        """One block in which each life does what it has to do next. Returns the lives that go on."""
        deeds: list[Deed] = []
        going = []
        self.turn += 1
        for life in lives:
            found = next(life, None)
            if found is not None:
                going.append(life)
                deeds += found
        for first in range(0, len(deeds), _MOST):
            self._mine(deeds[first : first + _MOST])
        return going

    def _mine(self, deeds: list[Deed]) -> None:
        rpc = self.chain.rpc
        self.now += 1
        rpc.request("evm_setNextBlockTimestamp", [self.now])
        rpc.request("anvil_setNextBlockBaseFeePerGas", ["0x0"])
        sent = rpc.batch([("eth_sendTransaction", [self._wish(deed)]) for deed in deeds])
        rpc.request("evm_mine", [])
        for one in sent:
            if not isinstance(one, str):
                raise NoConnection(f"the chain does not take a transaction: {one}")
        receipts = rpc.batch([("eth_getTransactionReceipt", [one]) for one in sent])
        if None in receipts:
            raise NoConnection(f"the chain has left {receipts.count(None)} transactions out of its block")
        # The node takes what comes together in an order of its own.
        done = sorted(zip(deeds, receipts, strict=True), key=lambda pair: int(pair[1]["transactionIndex"], 16))
        for deed, receipt in done:
            if receipt["status"] != "0x1":
                raise RuleBroken(f"turn {self.turn}, {deed.kind} at {deed.to} is refused: {self._reason(deed)}")
            happened = (decode_log(log) for log in read_logs(receipt["logs"]))
            deed.book(Done(tuple(event for event in happened if event)))
            self.counts[deed.kind] += 1

    def _wish(self, deed: Deed) -> dict[str, str]:
        if deed.sender not in self._nonces:
            count = self.chain.rpc.request("eth_getTransactionCount", [deed.sender, "latest"])
            self._nonces[deed.sender] = int(count, 16)
        nonce = self._nonces[deed.sender]
        self._nonces[deed.sender] += 1
        wish = {"from": deed.sender, "to": deed.to, "data": "0x" + deed.data.hex(), "value": hex(deed.value)}
        return wish | {"nonce": hex(nonce), "gas": hex(GAS), "gasPrice": "0x0"}

    def _reason(self, deed: Deed) -> str:
        from daokit.chain import CallReverted

        try:
            self.chain.call(deed.to, deed.data, sender=deed.sender, value=deed.value)
        except CallReverted as refusal:
            return str(decode_revert(refusal.data))
        return "it passes when it is asked again; something before it in the block was in its way"
