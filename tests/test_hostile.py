"""Through a node that fails and lies in every way, each act ends once on the chain, or is not signed at all."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hostile import CHAIN_ID, Hostile, person, public_chain

from daokit import nodes as nodes_module
from daokit import rpc as rpc_module
from daokit import waiting
from daokit.accounts import KeySigner, dev_address
from daokit.chain import Chain, Transaction
from daokit.contract import deploy
from daokit.errors import DaokitError, RuleBroken
from daokit.hashing import checksum
from daokit.nodes import Disagreement, Nodes
from daokit.rpc import Rpc

WRITES = int(os.environ.get("DAOKIT_HOSTILE_WRITES", "100"))
SEED = int(os.environ.get("DAOKIT_HOSTILE_SEED", "1"))
BOB = dev_address("bob")
ROUNDS = 40  # in which an act must end

# Returns ten bytes of nothing: a contract of our own for each deployment.
MADE = bytes.fromhex("600a600c600039600a6000f3") + bytes(10)


@pytest.fixture(scope="module")
def node() -> Iterator[Rpc]:
    with public_chain() as rpc:
        yield rpc


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc_module, "BACK_OFF", 0.0005)
    monkeypatch.setattr(nodes_module, "_PAUSE", 0.001)
    monkeypatch.setattr(waiting, "_PATIENCE", 0.3)


@pytest.fixture
def first(node: Rpc) -> Iterator[Hostile]:
    with Hostile(node) as proxy:
        yield proxy


@pytest.fixture
def second(node: Rpc) -> Iterator[Hostile]:
    with Hostile(node) as proxy:
        yield proxy


def signatures(signer: KeySigner) -> tuple[KeySigner, list[Any]]:
    """The same signer, and all that it signs from now on."""
    signed: list[Any] = []
    sign = signer.sign_transaction

    def watched(transaction: Any) -> bytes:
        signed.append(transaction)
        return sign(transaction)

    object.__setattr__(signer, "sign_transaction", watched)
    return signer, signed


# What befalls an exchange, and what is answered instead

TROUBLES = ("drop", "deafen", "delay", "duplicate", "truncate", "often", "busy")
Lies = dict[str, Callable[[list[Any], Any], Any]]
UNSIGNED: dict[str, Lies] = {  # nothing may be signed while these hold
    "chain id": {"eth_chainId": lambda *_: "0x1"},
    "nonce too high": {"eth_getTransactionCount": lambda _, said: hex(int(said, 16) + 3)},
    "nonce too low": {"eth_getTransactionCount": lambda *_: "0x0"},
    "code": {"eth_getCode": lambda *_: "0x6001"},
}
LIES: dict[str, Lies] = {
    "no receipt": {"eth_getTransactionReceipt": lambda *_: None},
    "another receipt": {
        "eth_getTransactionReceipt": lambda _, said: said and {**said, "transactionHash": "0x" + "77" * 32}
    },
    "balance": {"eth_getBalance": lambda *_: hex(10**30)},
    "unheard": {"eth_getTransactionByHash": lambda *_: None, "eth_getTransactionReceipt": lambda *_: None},
}


class Day:
    """Many acts of one person through one hostile node; what was wanted is counted, and then what happened."""

    def __init__(self, node: Rpc, proxy: Hostile, folder: Path, seed: int) -> None:
        self.node, self.proxy, self.random = node, proxy, Random(seed)
        self.signer, self.signed = signatures(person("dave"))
        self.honest = Chain(Rpc(node.url), journal=folder, signer=person("dave"))
        self.coin = deploy(Chain(Rpc(node.url), signer=person("dave")), "TestCoin", "Test dollar", "tUSD", 2)
        self.coin.send("mint", self.signer.address, 10**12)
        self.chain = Chain(Rpc(proxy.url), journal=folder, signer=self.signer, expected_id=CHAIN_ID)
        self.chain.codes = {self.coin.address: self.coin_code()}
        assert self.honest.journal is not None
        self.journal = self.honest.journal
        self.start = self.count()
        self.befell: Counter[str] = Counter()

    def coin_code(self) -> str:
        from daokit.hashing import keccak

        return "0x" + keccak(self.honest.code(self.coin.address)).hex()

    def count(self) -> int:
        return int(self.node.request("eth_getTransactionCount", [self.signer.address, "latest"]), 16)

    def wish(self, number: int) -> tuple[str, Transaction]:
        """The number-th act, told from every other by its receiver or by the account that it makes."""
        to = checksum("0x" + f"{0xACC0000 + number:040x}")
        kind = self.random.choice(("pay", "pay", "transfer", "make"))
        if kind == "pay":
            return kind, Transaction(to, value=number + 1, words=(f"act {number}",))
        if kind == "transfer":
            data = bytes.fromhex("a9059cbb") + bytes.fromhex(to[2:]).rjust(32, b"\0") + (number + 1).to_bytes(32, "big")
            return kind, Transaction(self.coin.address, data, words=(f"act {number}",))
        return kind, Transaction(None, MADE, words=(f"act {number}",))

    def befall(self) -> str:
        """Choose what the node does during the next try."""
        self.proxy.honest()
        kind = self.random.choice(("trouble", "trouble", "behind", "lie", "unsigned", "none"))
        name = kind
        if kind == "trouble":
            self.proxy.trouble = lambda _: self.random.choice(TROUBLES) if self.random.random() < 0.3 else None
        if kind == "behind":
            self.proxy.behind = self.random.randint(1, 3)
        if kind in ("lie", "unsigned"):
            lies = LIES if kind == "lie" else UNSIGNED
            name = self.random.choice(sorted(lies))
            self.proxy.lies = lies[name]
        self.befell[name] += 1
        return name

    def act(self, number: int) -> str:
        """Bring one act to its end as a careful person does: repeat what was not signed, resume what was."""
        kind, transaction = self.wish(number)
        for _ in range(ROUNDS):
            name = self.befall()
            before = len(self.signed)
            try:
                self.chain.resume(0)
            except DaokitError:
                continue
            mine = [
                one
                for one in self.journal.list()
                if one.words == transaction.words and one.status not in ("refused", "failed")
            ]
            if mine and all(not one.open for one in mine):
                return kind
            if mine:
                continue
            with contextlib.suppress(DaokitError):
                self.chain.transact(transaction)
            if name in UNSIGNED and not (name == "code" and kind != "transfer"):
                assert len(self.signed) == before, f"signed while the node lied about its {name}"
        self.proxy.honest()
        self.chain.resume()
        if not any(
            one.words == transaction.words and one.status not in ("refused", "failed") for one in self.journal.list()
        ):
            self.chain.transact(transaction)
        return kind


def test_each_of_many_acts_ends_once_on_the_chain(node: Rpc, first: Hostile, state: Path) -> None:
    day = Day(node, first, state / "journal", SEED)
    kinds = [day.act(number) for number in range(WRITES)]
    first.honest()
    day.chain.resume(5)

    # The chain has each once, and nothing else.
    assert day.count() == day.start + WRITES
    for number, kind in enumerate(kinds):
        to = checksum("0x" + f"{0xACC0000 + number:040x}")
        assert day.honest.balance(to) == (number + 1 if kind == "pay" else 0), number
        assert day.coin.read("balanceOf", to) == (number + 1 if kind == "transfer" else 0), number

    # The journal says what the chain says.
    done = [one for one in day.journal.list() if one.status == "confirmed"]
    assert sorted(one.nonce for one in done) == list(range(day.start, day.start + WRITES))
    assert Counter(one.words for one in done) == {(f"act {number}",): 1 for number in range(WRITES)}
    assert day.journal.unsettled() == ()
    for one in day.journal.list():
        receipt = node.request("eth_getTransactionReceipt", [one.hash])
        assert (receipt is not None) == (one.status == "confirmed"), one
        assert receipt is None or int(receipt["blockNumber"], 16) == one.block
    made = [number for number, kind in enumerate(kinds) if kind == "make"]
    hashes = [one.hash for one in done if int(one.words[0].split()[1]) in made]
    codes = {node.request("eth_getTransactionReceipt", [one])["contractAddress"] for one in hashes}
    assert len(codes) == len(made)
    assert all(node.request("eth_getCode", [one, "latest"]) == "0x" + "00" * 10 for one in codes)

    if WRITES >= 100:  # each trouble, each lie and each kind of act came
        assert {*LIES, *UNSIGNED, "trouble", "behind", "none"} <= set(day.befell)
        assert set(TROUBLES) <= set(first.troubles) and {"pay", "transfer", "make"} == set(kinds)


# One lie at a time


RECEIPTS: Lies = {
    "eth_getTransactionReceipt": lambda _, said: (
        said and {**said, "status": "0x0" if said["status"] == "0x1" else "0x1"}
    )
}


def test_with_two_nodes_a_lie_about_a_receipt_or_a_balance_is_caught(
    first: Hostile, second: Hostile, state: Path
) -> None:
    both = Chain(Nodes([first.url, second.url], quorum=2), journal=state / "journal", signer=person("erin"))
    second.lies = LIES["balance"]
    with pytest.raises(Disagreement, match="the nodes disagree on getBalance"):
        both.balance(BOB)
    second.lies = RECEIPTS
    with pytest.raises(Disagreement, match="the nodes disagree on getTransactionReceipt"):
        both.transact(Transaction(BOB, value=1))
    second.honest()
    (done,) = both.resume(2)
    assert done.status == "confirmed"


def test_with_one_node_its_word_is_called_unchecked_and_with_two_checked(
    first: Hostile, second: Hostile, state: Path
) -> None:
    said: list[str] = []
    one = Chain(Rpc(first.url), journal=state / "journal", signer=person("erin"))
    two = Chain(Nodes([first.url, second.url], quorum=2), journal=state / "journal", signer=person("erin"))
    for chain, words in ((one, "unchecked: by the word of one node"), (two, "checked by 2 nodes")):
        chain.tell = said.append
        chain.transact(Transaction(BOB, value=1))
        assert said[-1].endswith(words)


@pytest.mark.parametrize("lie", ["chain id", "nonce too high", "code"])
def test_nothing_is_signed_while_the_node_lies_about(first: Hostile, state: Path, lie: str) -> None:
    signer, signed = signatures(person("frank"))
    chain = Chain(Rpc(first.url), journal=state / "journal", signer=signer, expected_id=CHAIN_ID)
    coin = deploy(chain, "TestCoin", "Test dollar", "tUSD", 2)
    from daokit.hashing import keccak

    chain.codes = {coin.address: "0x" + keccak(chain.code(coin.address)).hex()}
    before = len(signed)
    first.lies = UNSIGNED[lie]
    with pytest.raises(RuleBroken):
        coin.send("mint", BOB, 1)
    assert len(signed) == before
    first.honest()
    coin.send("mint", BOB, 1)
    assert len(signed) == before + 1
