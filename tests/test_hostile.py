"""Whatever nodes do, each write is done exactly once, lies get no signature, and the journal ends as the chain is.

A hundred mixed writes of one seed; `DAOKIT_HOSTILE_WRITES` asks for more (`scripts/audit hostile`: a thousand).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hostile import CHAIN_ID, Hostile, lone_account, person, public_chain

from daokit import nodes, rpc, waiting
from daokit.accounts import dev_address
from daokit.chain import Chain, Transaction
from daokit.contract import Contract, deploy
from daokit.errors import DaokitError, NoConnection, NotConfirmed, Refused, RuleBroken
from daokit.factory import address_of
from daokit.fund import Fund
from daokit.funds import Funds
from daokit.hashing import checksum, keccak
from daokit.journal import Entry, Journal
from daokit.memory_answers import created_address
from daokit.nodes import Disagreement, Nodes
from daokit.rpc import Rpc
from daokit.signed import decode

WRITES = int(os.environ.get("DAOKIT_HOSTILE_WRITES", "100"))
SEED = int(os.environ.get("DAOKIT_HOSTILE_SEED", "5"))
TROUBLES = ("drop", "deafen", "delay", "duplicate", "truncate", "often", "busy")
PATIENCE = 0.4
MOST_TRIES = 60
HASTY = 0.4  # of the writes that may be open
BOB = dev_address("bob")
FOREIGN = "0x6001600055"

# Creation code that leaves behind the ten bytes after it.
MAKES = bytes.fromhex("600a600c600039600a6000f3")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc, "BACK_OFF", 0.001)
    monkeypatch.setattr(nodes, "_PAUSE", 0.001)
    monkeypatch.setattr(nodes, "_REST", 0.05)
    monkeypatch.setattr(waiting, "_PATIENCE", PATIENCE)


@pytest.fixture
def node() -> Iterator[Rpc]:
    with public_chain() as made:
        yield made


@dataclass
class Write:
    """One wish of a person, with an effect that no other has: it alone pays its purse."""

    number: int
    who: str
    purse: str
    amount: int
    kind: str  # pay, transfer (of a token) or make (a contract)

    @property
    def code(self) -> bytes:
        """What the contract holds that it makes: its number, and nothing else does."""
        return self.amount.to_bytes(10, "big")

    @property
    def words(self) -> tuple[str, ...]:
        return (f"write {self.number}",)


@dataclass
class Town:
    """People who write through two nodes, both of which may be hostile."""

    node: Rpc
    folder: Path
    random: Random
    first: Hostile
    second: Hostile
    coin: Contract
    journal: Journal
    seen: Counter[str] = field(default_factory=Counter)
    sender: str = ""

    def chain(self, who: str, how: str = "one") -> Chain:
        """Somebody's chain over one url, over two that stand in for each other, or over two that must agree."""
        if how == "one":
            found = Rpc(self.first.url)
        else:
            urls = [self.first.url, self.second.url]
            found = Nodes(urls, chain_id=CHAIN_ID, quorum=2 if how == "quorum" else 1)
        chain = Chain(found, name="town", journal=self.folder, signer=person(who), expected_id=CHAIN_ID)
        chain.codes[self.coin.address] = "0x" + keccak(self.node_code).hex()
        return chain

    @property
    def node_code(self) -> bytes:
        return bytes.fromhex(self.node.request("eth_getCode", [self.coin.address, "latest"])[2:])

    def entries(self, write: Write) -> list[Entry]:
        return [one for one in self.journal.list() if one.words == write.words]

    def signed(self) -> int:
        return len(self.journal.list())

    def honest(self) -> None:
        self.first.honest()
        self.second.honest()

    def had(self, write: Write) -> int:
        """What came of a write: 0, or its amount, or too much."""
        if write.kind == "make":
            sender = person(write.who).address
            count = int(self.node.request("eth_getTransactionCount", [sender, "latest"]), 16)
            places = [created_address(bytes.fromhex(sender[2:]), nonce) for nonce in range(count)]
            calls = [("eth_getCode", ["0x" + place.hex(), "latest"]) for place in places]
            return write.amount * self.node.batch(calls).count("0x" + write.code.hex())
        if write.kind == "pay":
            return int(self.node.request("eth_getBalance", [write.purse, "latest"]), 16)
        data = "0x70a08231" + write.purse[2:].lower().rjust(64, "0")
        return int(self.node.request("eth_call", [{"to": self.coin.address, "data": data}, "latest"]), 16)

    def transaction(self, write: Write) -> Transaction:
        if write.kind == "make":
            return Transaction(None, MAKES + write.code, words=write.words)
        if write.kind == "pay":
            return Transaction(write.purse, value=write.amount, words=write.words)
        data = self.coin.encode("transfer", write.purse, write.amount)
        return Transaction(self.coin.address, data, words=write.words)

    # As a person does it

    def done(self, write: Write) -> bool:
        return any(one.status == "confirmed" for one in self.entries(write))

    def insist(self, write: Write, chain: Chain) -> None:
        """Type the command; when it is not known how it ended, `tx resume`; when nothing was done, type it again. Some
        type it again at once, until they are told why not."""
        hasty = not self.done(write) and self.random.random() < HASTY
        for _ in range(MOST_TRIES):
            try:
                if hasty:
                    self.seen["typed in haste"] += 1
                    chain.transact(self.transaction(write))
                    return
                if any(one.open for one in self.journal.list()):
                    chain.resume(PATIENCE)
                if self.done(write):
                    return
                if not any(one.open for one in self.entries(write)):
                    chain.transact(self.transaction(write))
            except NotConfirmed:
                self.seen["not confirmed"] += 1
            except NoConnection:
                self.seen["no connection"] += 1
            except Refused as refusal:
                self.seen["done meanwhile" if "mined meanwhile" in refusal.message else "refused"] += 1
                hasty = False
        raise AssertionError(f"write {write.number} came to no end")

    def write(self, number: int) -> Write:
        amount = 1_000 + number
        purse = checksum("0x" + keccak(f"purse {number}".encode()).hex()[:40])
        kind = self.random.choice(("pay", "pay", "transfer", "transfer", "make"))
        return Write(number, self.random.choice(("alice", "bob")), purse, amount, kind)

    # What may befall a write

    def troubled(self, write: Write) -> None:
        """Connections that break in every way, to one node or to two that stand in for each other."""
        often = self.random.choice((0.1, 0.3, 0.5))

        def trouble(_: list[str]) -> str | None:
            return self.random.choice(TROUBLES) if self.random.random() < often else None

        self.first.trouble = self.second.trouble = trouble
        self.insist(write, self.chain(write.who, self.random.choice(("one", "two", "quorum"))))

    def stale(self, write: Write) -> None:
        """A node that is a few blocks behind, until the person loses patience with it."""
        self.first.behind = self.random.randint(1, 3)
        chain = self.chain(write.who, self.random.choice(("one", "two")))
        for _ in range(2):
            try:
                chain.transact(self.transaction(write))
            except DaokitError:
                self.seen["stale"] += 1
        self.honest()
        self.insist(write, chain)

    def strayed(self, write: Write) -> None:
        """The first node is on another chain: one url is refused, of two the other is used."""
        self.first.lies["eth_chainId"] = lambda *_: "0x1"
        self.unsigned(write, self.chain(write.who, "one"), RuleBroken)
        self.insist(write, self.chain(write.who, "two"))

    def turning(self, write: Write) -> None:
        """A node that is known tells another chain id in the middle."""
        chain = self.chain(write.who, "one")
        _ = chain.id, chain.journal
        self.first.lies["eth_chainId"] = lambda *_: "0x1"
        self.unsigned(write, chain, RuleBroken)

    def miscounting(self, write: Write) -> None:
        """A lie about the nonce: too high, or too low for what the journal knows."""
        ahead = self.random.choice((-1, 1, 3))

        def lie(_: list[Any], found: Any) -> Any:
            return hex(max(int(found, 16) + ahead, 0))

        self.first.lies["eth_getTransactionCount"] = lie
        how = self.random.choice(("count", "proof", "tree")) if ahead > 0 else "count"
        if how == "proof":
            self.first.lies["eth_getProof"] = lambda _, found: {**found, "nonce": lie([], found["nonce"])}
        if how == "tree":
            # A tree of this account alone, whose root stands in every block that is shown.
            address = person(write.who).address
            honest = int(self.node.request("eth_getTransactionCount", [address, "latest"]), 16)
            root, leaf = lone_account(address, honest + ahead)
            proof = {"nonce": hex(honest + ahead), "accountProof": [leaf]}
            self.first.lies["eth_getProof"] = lambda _, found: {**found, **proof}
            self.first.lies["eth_getBlockByNumber"] = lambda _, found: found and {**found, "stateRoot": root}
        self.unsigned(write, self.chain(write.who, self.random.choice(("one", "quorum"))), RuleBroken)

    def miscoding(self, write: Write) -> None:
        """A lie about the code at the address."""
        write.kind = "transfer"
        self.first.lies["eth_getCode"] = lambda *_: "0x6001600055"
        self.unsigned(write, self.chain(write.who, self.random.choice(("one", "quorum"))), RuleBroken)

    def misjudging(self, write: Write) -> None:
        """With a quorum: a lie about balances or what a call gives is an error that names both."""
        method = self.random.choice(("eth_getBalance", "eth_call"))
        self.second.lies[method] = lambda *_: "0x" + "11" * 32
        chain = self.chain(write.who, "quorum")
        if method == "eth_call":
            self.unsigned(write, chain, Disagreement)
        else:
            with pytest.raises(Disagreement):
                chain.balance(write.purse)
            self.seen["lies"] += 1

    def inventing(self, write: Write) -> None:
        """A node that swallows the transaction and makes up its receipt. One url believes it, and says that it is
        unchecked; of two that must agree the honest one gets it too, and the invented receipt is not believed."""
        how = self.random.choice(("one", "quorum"))
        chain = self.chain(write.who, how)
        self._invent(self.random.choice(("0x1", "0x0")))
        lines: list[str] = []
        chain.tell = lines.append
        before = self.signed()
        try:
            receipt = chain.transact(self.transaction(write))
            if how == "one":
                assert receipt.checked_by == 1 and any("unchecked" in line for line in lines)
                assert self.had(write) == 0
        except (NotConfirmed, Refused):
            self.seen["lies"] += 1
        if how == "quorum":
            assert all(one.status != "failed" for one in self.entries(write))
        assert self.signed() == before + 1

    def _invent(self, status: str) -> None:
        known = {one.hash for one in self.journal.list()}
        swallowed: dict[str, str] = {}

        def heard(method: str, params: list[Any]) -> None:
            if method == "eth_sendRawTransaction":
                swallowed["0x" + keccak(bytes.fromhex(params[0][2:])).hex()] = params[0]

        def receipt(params: list[Any], found: Any) -> Any:
            if params[0] in known or params[0] not in swallowed:
                return found
            sent = decode(swallowed[params[0]])
            block = self.node.request("eth_getBlockByNumber", ["latest", False])
            return {
                "transactionHash": params[0],
                "blockNumber": block["number"],
                "blockHash": block["hash"],
                "blockTimestamp": block["timestamp"],
                "from": self.sender,
                "to": sent.get("to"),
                "status": status,
                "gasUsed": "0x5208",
                "logs": [],
            }

        self.first.swallow, self.first.heard = {"eth_sendRawTransaction"}, heard
        self.first.lies["eth_sendRawTransaction"] = lambda params, _: "0x" + keccak(bytes.fromhex(params[0][2:])).hex()
        self.first.lies["eth_getTransactionReceipt"] = receipt

    def hiding(self, write: Write) -> None:
        """A node that hides receipts from a person who tries again and again."""
        known = {one.hash for one in self.journal.list()}
        self.first.lies["eth_getTransactionReceipt"] = lambda params, found: found if params[0] in known else None
        for _ in range(3):
            with pytest.raises((NotConfirmed, RuleBroken)):
                self.chain(write.who, "one").transact(self.transaction(write))
            self.seen["lies"] += 1

    def denying(self, write: Write) -> None:
        """A node that says of a transaction that it failed."""
        known = {one.hash for one in self.journal.list()}
        self.first.lies["eth_getTransactionReceipt"] = lambda params, found: (
            found if params[0] in known or not found else {**found, "status": "0x0"}
        )
        # However long it takes to be mined: until then nothing is said of it.
        with pytest.MonkeyPatch.context() as calmed, pytest.raises(Refused):
            calmed.setattr(waiting, "_PATIENCE", 30.0)
            self.chain(write.who, "one").transact(self.transaction(write))
        self.seen["lies"] += 1

    def reorganised(self, write: Write) -> None:
        """Done, and taken back with what was done before it."""
        self.insist(write, self.chain(write.who, "one"))
        self.node.request("anvil_reorg", [self.random.randint(1, 3), []])

    def overpriced(self, write: Write) -> None:
        """It waits, and is hurried; either is mined, and only one."""
        self.node.request("evm_setAutomine", [False])
        chain = self.chain(write.who, "one")
        try:
            with pytest.raises(NotConfirmed):
                chain.transact(self.transaction(write))
            (entry,) = [one for one in self.entries(write) if one.open]
            with pytest.raises(NotConfirmed):
                chain.replace(entry.id)
        finally:
            self.node.request("anvil_mine", ["0x1"])
            self.node.request("evm_setAutomine", [True])

    def unsigned(self, write: Write, chain: Chain, error: type[DaokitError]) -> None:
        """It is refused before anything is signed."""
        before = self.signed()
        with pytest.raises(error):
            chain.transact(self.transaction(write))
        assert self.signed() == before
        self.seen["lies without signature"] += 1


BEFALLS = {
    Town.troubled: 40,
    Town.stale: 8,
    Town.strayed: 5,
    Town.turning: 5,
    Town.miscounting: 8,
    Town.miscoding: 5,
    Town.misjudging: 6,
    Town.inventing: 7,
    Town.hiding: 4,
    Town.denying: 3,
    Town.reorganised: 6,
    Town.overpriced: 3,
}


def test_each_write_is_done_exactly_once_whatever_nodes_do(node: Rpc, tmp_path: Path) -> None:
    random = Random(SEED)
    bag: list[Callable[[Town, Write], None]] = []
    with Hostile(node) as first, Hostile(node) as second:
        setup = Chain(node, journal=tmp_path, signer=person("alice"))
        coin = deploy(setup, "TestCoin", "Test dollar", "tUSD", 2)
        for name in ("alice", "bob"):
            coin.send("mint", person(name).address, 10**12)
        node.request("anvil_mine", ["0xa"])
        setup.resume()
        assert setup.journal is not None
        town = Town(node, tmp_path, random, first, second, coin, setup.journal)
        befell: Counter[str] = Counter()
        writes = []
        for number in range(WRITES):
            if not bag:
                bag = random.sample(list(BEFALLS), counts=list(BEFALLS.values()), k=sum(BEFALLS.values()))
            what = bag.pop()
            befell[what.__name__] += 1
            write = town.write(number)
            writes.append(write)
            town.sender = person(write.who).address
            what(town, write)
            town.honest()
            town.insist(write, town.chain(write.who, "one"))
            # The journal is the chain as soon as one honest answer comes.
            chain = town.chain(write.who, "one")
            while any(one.entry.open for one in chain.standings()):
                chain.resume(PATIENCE)
            assert town.had(write) == write.amount, (number, what.__name__)
        agree(town, writes, setup)
    said = ", ".join(f"{name} {count}" for name, count in sorted(befell.items()))
    troubles = ", ".join(f"{name} {count}" for name, count in sorted((first.troubles + second.troubles).items()))
    print(f"{WRITES} writes of seed {SEED}, each done once ({said}; exchanges: {troubles}; {dict(town.seen)})")
    if WRITES >= 100:
        assert set(befell) == {one.__name__ for one in BEFALLS}
        assert {one.kind for one in writes} == {"pay", "transfer", "make"}
        assert all((first.troubles + second.troubles)[one] for one in TROUBLES)
        assert town.seen["done meanwhile"]


def agree(town: Town, writes: list[Write], chain: Chain) -> None:
    """At the end: every effect once, every entry as its receipt says, every nonce accounted for."""
    for write in writes:
        assert town.had(write) == write.amount, write
        confirmed = [one for one in town.entries(write) if one.status == "confirmed"]
        assert len(confirmed) == 1, write
    assert chain.journal is not None
    entries = chain.journal.list()
    assert not [one for one in entries if one.open]
    for one in entries:
        receipt = town.node.request("eth_getTransactionReceipt", [one.hash])
        if one.status == "confirmed":
            assert (receipt["status"], receipt["blockHash"]) == ("0x1", one.block_hash)
        else:
            assert receipt is None, one
    for who in ("alice", "bob"):
        mine = [one for one in entries if one.sender == person(who).address and one.status == "confirmed"]
        count = int(town.node.request("eth_getTransactionCount", [person(who).address, "latest"]), 16)
        assert sorted(one.nonce for one in mine) == list(range(count))


def test_code_that_is_not_ours_where_a_contract_of_ours_belongs_gets_no_signature(node: Rpc, tmp_path: Path) -> None:
    fund = Fund.open(Chain(node, journal=tmp_path, signer=person("alice")))
    with Hostile(node) as first:
        for at in (fund.address, address_of("FundFactory")):
            chain = Chain(Rpc(first.url), journal=tmp_path, signer=person("alice"))
            assert chain.journal is not None
            before = len(chain.journal.list())
            first.lies["eth_getCode"] = lambda params, said, at=at: FOREIGN if params[0] == at else said
            with pytest.raises(RuleBroken, match=rf"shows at {at} is not the code of daokit's Fund"):
                if at == fund.address:
                    Fund(chain, at).set_checking(BOB)
                else:
                    Funds(chain).open(person("alice").address, BOB, 1)
            assert len(chain.journal.list()) == before
            # Seen honestly once, and another later: nothing is signed either.
            first.honest()
            Fund(chain, fund.address).set_checking(BOB)
            first.lies["eth_getCode"] = lambda *_: FOREIGN
            with pytest.raises(RuleBroken, match="is not the code that is known to be there"):
                Fund(chain, fund.address).set_checking(person("alice").address)
            first.honest()


def test_of_two_nodes_one_that_lies_about_a_receipt_or_a_balance_is_found_out(node: Rpc, tmp_path: Path) -> None:
    with Hostile(node) as first, Hostile(node) as second:
        both = Chain(Nodes([first.url, second.url], quorum=2), journal=tmp_path, signer=person("erin"))
        second.lies["eth_getBalance"] = lambda *_: hex(10**30)
        with pytest.raises(Disagreement, match="the nodes disagree about the balance of 0x"):
            both.balance(BOB)
        second.lies["eth_getTransactionReceipt"] = lambda _, said: said and {**said, "status": "0x0"}
        with pytest.raises(Disagreement, match="the nodes disagree about transaction 0x"):
            both.transact(Transaction(BOB, value=1))
        second.honest()
        (done,) = both.resume(2)
        assert done.status == "confirmed"


def test_one_nodes_word_is_called_unchecked_and_that_of_two_checked(node: Rpc, tmp_path: Path) -> None:
    with Hostile(node) as first, Hostile(node) as second:
        one, two = Rpc(first.url), Nodes([first.url, second.url], quorum=2)
        for rpc_, words in ((one, "unchecked: by the word of one node"), (two, "checked by 2 nodes")):
            said: list[str] = []
            chain = Chain(rpc_, journal=tmp_path, signer=person("erin"))
            chain.tell = said.append
            chain.transact(Transaction(BOB, value=1))
            assert said[-1].endswith(words)
