"""The past is read once, kept, and rolled back when the chain takes it back."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from chain_fixtures import *  # noqa: F403

from daokit.accounts import dev_address
from daokit.artifact import known_events
from daokit.chain import Chain
from daokit.contract import Contract, Event
from daokit.errors import NoConnection
from daokit.hashing import checksum, keccak
from daokit.history import History
from daokit.rpc import Rpc, RpcError

BOB, CAROL = dev_address("bob"), dev_address("carol")
COLLECTIVE = checksum("0x" + "c0" * 20)
# A collective's seat, and not that of a federation, which tells of it under the same name.
TOPIC = {
    event.name: topic
    for (topic, _), event in known_events().items()
    if event.name != "Seated" or "holder" in event.inputs.names
}


def amounts(events: Any) -> list[int]:
    return [event.value for event in events]


@pytest.fixture
def history(coin: Contract, alice: Chain, tmp_path: Path) -> History:
    return History(tmp_path / "history.sqlite", alice, [coin.address])


def test_what_happened_is_there_with_time_and_place(history: History, coin: Contract, alice: Chain) -> None:
    sent = coin.send("transfer", BOB, 5)
    minted, paid = history.events("Transfer")
    assert (minted.value, paid.value, paid.to) == (50_000, 5, BOB)
    assert paid.args == sent.event("Transfer").args
    assert (paid.block, paid.time) == (sent.receipt.block_number, sent.receipt.time)
    assert paid.transaction == sent.receipt.hash and paid.address == coin.address


def test_only_what_is_new_is_read(history: History, coin: Contract) -> None:
    assert history.sync() == 1
    assert history.sync() == 0
    coin.send("transfer", BOB, 5)
    coin.send("transfer", CAROL, 6)
    assert history.sync() == 2
    assert history.count("Transfer") == 3


def test_lists_are_narrowed_by_name_value_and_block(history: History, coin: Contract, alice: Chain) -> None:
    coin.send("transfer", BOB, 5)
    last = coin.send("transfer", CAROL, 6)
    assert amounts(history.events("Transfer", to=BOB)) == [5]
    assert amounts(history.events("Transfer", value=6)) == [6]
    assert amounts(history.events(since=last.receipt.block_number)) == [6]
    assert amounts(history.events("Transfer", **{"from": alice.sender})) == [5, 6]
    assert amounts(history.events(address=BOB)) == [] == amounts(history.events("VoteCast"))
    assert history.count("Transfer", key=alice.sender) == 2


def test_other_contracts_are_left_out(history: History, coin: Contract, alice: Chain) -> None:
    from daokit.contract import deploy

    other = deploy(alice, "TestCoin", "Other", "OTH", 2)
    other.send("mint", BOB, 9)
    assert amounts(history.events()) == [50_000]


def test_what_a_reorganisation_takes_back_is_forgotten(history: History, coin: Contract, alice: Chain) -> None:
    coin.send("transfer", BOB, 1)
    assert history.count() == 2
    before = alice.rpc.request("evm_snapshot")
    coin.send("transfer", BOB, 2)
    coin.send("transfer", BOB, 3)
    assert amounts(history.events()) == [50_000, 1, 2, 3]
    alice.rpc.request("evm_revert", [before])
    assert amounts(history.events()) == [50_000, 1]
    alice.rpc.request("evm_increaseTime", [100])
    for value in (4, 5, 6):
        coin.send("transfer", BOB, value)
    assert amounts(history.events()) == [50_000, 1, 4, 5, 6]


def test_another_process_finds_what_was_read(history: History, coin: Contract, alice: Chain) -> None:
    coin.send("transfer", BOB, 5)
    assert history.sync() == 2
    again = History(history.path, alice, [coin.address])
    assert again.sync() == 0 and amounts(again.events()) == [50_000, 5]
    coin.send("transfer", BOB, 6)
    assert again.sync() == 1
    assert amounts(history.events()) == [50_000, 5, 6]


def test_a_damaged_file_is_read_again_from_the_chain(history: History, coin: Contract, alice: Chain) -> None:
    history.sync()
    assert isinstance(history.path, Path)
    for leftover in history.path.parent.glob("history.sqlite-*"):
        leftover.unlink()
    history.path.write_bytes(b"not a database, whatever it was before" * 100)
    assert amounts(History(history.path, alice, [coin.address]).events()) == [50_000]


def test_a_file_of_another_chain_is_not_believed(history: History, coin: Contract, alice: Chain, state: Path) -> None:
    history.sync()
    other = Chain(Rpc("memory"))
    assert list(History(history.path, other, [coin.address]).events()) == []


# A made-up node, to be asked for what no local chain does: long pasts, limits, reorganisations at a bad moment.


@dataclass
class Endless:
    """A chain of `length` blocks whose every block holds `events` ballots. Everything follows from the numbers."""

    length: int
    events: int = 1
    most: int = 10_000
    blocks: int = 10**9
    fork: int = 10**9
    url: str = "http://node"
    shown: str = "http://node"
    sent: int = 0
    asked: list[tuple[str, Any]] = field(default_factory=list)
    before: Callable[[str], None] = lambda _: None

    def hash(self, block: int) -> str:
        branch = "a" if block < self.fork else "b"
        return "0x" + keccak(f"{branch}{block}".encode()).hex()

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        (answer,) = self.batch([(method, params)])
        if isinstance(answer, RpcError):
            raise answer
        return answer

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        return [self.answer(method, list(params)) for method, params in calls]

    def answer(self, method: str, params: list[Any]) -> Any:
        self.asked.append((method, params))
        self.before(method)
        if method == "eth_chainId":
            return hex(10)
        if method == "eth_blockNumber":
            return hex(self.length)
        if method == "eth_getBlockByNumber":
            number = int(params[0], 16)
            if number > self.length:
                return None
            return {"number": hex(number), "hash": self.hash(number), "timestamp": hex(number * 12), "gasLimit": "0x1"}
        first, last = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
        if (last - first + 1) * self.events > self.most or last - first + 1 > self.blocks:
            return RpcError(-32005, "query returned more than 10000 results")
        return [self.log(block, index) for block in range(first, last + 1) for index in range(self.events)]

    def log(self, block: int, index: int) -> dict[str, Any]:
        return {
            "address": COLLECTIVE.lower(),
            "topics": [TOPIC["VoteCast"], f"0x{block % 1000:064x}", f"0x{index:064x}"],
            "data": f"0x{block:064x}{3:064x}",
            "blockNumber": hex(block),
            "blockHash": self.hash(block),
            "transactionHash": "0x" + "11" * 32,
            "logIndex": hex(index),
            "blockTimestamp": hex(block * 12),
        }


def past(node: Endless, path: Path | str = ":memory:", start: int = 1) -> History:
    return History(path, Chain(node), [COLLECTIVE], start)  # type: ignore[arg-type]


def test_a_range_that_the_node_refuses_is_halved_until_it_takes_it() -> None:
    node = Endless(length=3_000, events=3, most=1_000)
    assert past(node).count("VoteCast") == 9_000


def test_a_limit_on_blocks_is_found_too() -> None:
    node = Endless(length=5_000, blocks=100)
    history = past(node)
    assert history.count() == 5_000
    tries = [params for method, params in node.asked if method == "eth_getLogs"]
    assert len(tries) < 5_000 / 100 * 4


def test_a_node_that_refuses_every_range_is_quoted() -> None:
    with pytest.raises(RpcError, match="more than 10000 results"):
        past(Endless(length=5, most=0)).sync()


def test_reading_starts_at_the_founding() -> None:
    node = Endless(length=500)
    assert past(node, start=400).count() == 101


def test_a_deep_reorganisation_is_rolled_back_to_where_it_began() -> None:
    node = Endless(length=1_000)
    history = past(node)
    history.sync()
    node.fork, node.sent, node.length = 700, 1, 1_002
    history.sync()
    held = [event.block_hash for event in history.events()]
    assert held == [node.hash(block) for block in range(1, 1_003)]


def test_a_reorganisation_while_reading_is_not_taken_for_the_truth() -> None:
    node = Endless(length=100)

    def fork(method: str) -> None:
        if method == "eth_getLogs" and node.fork > 50:
            node.fork = 50

    history = past(node)
    node.before = lambda method: None
    original = node.answer

    def answer(method: str, params: list[Any]) -> Any:
        found = original(method, params)
        fork(method)
        return found

    node.answer = answer  # type: ignore[method-assign]
    assert history.sync() == 0
    node.sent = 1
    assert [event.block_hash for event in history.events()] == [node.hash(block) for block in range(1, 101)]


def test_a_node_that_fell_behind_rolls_nothing_back_for_good() -> None:
    node = Endless(length=100)
    history = past(node)
    history.sync()
    node.length, node.sent = 90, 1
    assert history.count() <= 90
    node.length, node.sent = 110, 2
    assert history.count() == 110


def test_a_kill_in_the_middle_leaves_what_was_taken_whole(tmp_path: Path) -> None:
    node = Endless(length=300, blocks=20)
    history = past(node, tmp_path / "h.sqlite")
    tries = 0

    def die(method: str) -> None:
        nonlocal tries
        tries += method == "eth_getLogs"
        if tries == 12:
            raise KeyboardInterrupt

    node.before = die
    with pytest.raises(KeyboardInterrupt):
        history.sync()
    node.before = lambda _: None
    again = past(node, tmp_path / "h.sqlite")
    assert again.count() == 300
    with sqlite3.connect(tmp_path / "h.sqlite") as database:
        assert database.execute("select count(distinct block) from events").fetchone() == (300,)


def test_a_public_chain_is_not_asked_again_at_once() -> None:
    node = Endless(length=10)
    history = past(node)
    history.count()
    asked = len(node.asked)
    history.count()
    list(history.events())
    assert len(node.asked) == asked
    node.sent += 1  # but after a transaction of ours it is
    history.count()
    assert len(node.asked) > asked


def test_logs_without_a_time_get_that_of_their_block() -> None:
    node = Endless(length=5)
    log = node.log
    node.log = lambda block, index: {**log(block, index), "blockTimestamp": None}  # type: ignore[method-assign]
    assert [event.time for event in past(node).events()] == [12, 24, 36, 48, 60]


def test_a_hundred_thousand_events_are_read_within_a_minute_and_listed_at_once(tmp_path: Path) -> None:
    node = Endless(length=20_000, events=5)
    history = past(node, tmp_path / "h.sqlite")
    # Of this process: what else the machine does says nothing.
    begin = time.process_time()
    assert history.sync() == 100_000
    assert time.process_time() - begin < 60
    begin = time.process_time()
    some = list(history.events("VoteCast", proposal="0x" + (7).to_bytes(32, "big").hex()))
    assert len(some) == 100 and time.process_time() - begin < 0.5


def test_great_numbers_and_texts_come_back_exactly(tmp_path: Path) -> None:
    known = next(event for event in known_events().values() if event.name == "Seated")
    kinds = dict(zip(known.inputs.names, known.inputs.items, strict=True))
    assert set(kinds) == {"seat", "holder", "way", "name"}
    node = Endless(length=1)
    name = 'Zoë "the" Mill\n'.encode()
    data = (3).to_bytes(32, "big") + (64).to_bytes(32, "big") + len(name).to_bytes(32, "big") + name.ljust(32, b"\0")
    seat = 2**200 + 1
    node.log = (
        lambda block, index: {  # type: ignore[method-assign]
            **Endless(1).log(block, index),
            "topics": [TOPIC["Seated"], f"0x{seat:064x}", "0x" + BOB[2:].rjust(64, "0")],
            "data": "0x" + data.hex(),
        }
    )
    history = past(node)
    (seated,) = history.events("Seated", seat=seat)
    assert isinstance(seated, Event)
    assert (seated.seat, seated.holder, seated.way, seated["name"]) == (seat, BOB, 3, name.decode())


def test_nonsense_in_place_of_logs_is_said() -> None:
    node = Endless(length=5)
    node.log = lambda block, index: {"address": "?"}  # type: ignore[method-assign]
    with pytest.raises(NoConnection, match="logs that are none"):
        past(node).sync()
