"""The local chain keeps what it said: over stops, kills and moves of its clock."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from eth_account import Account

from daokit import node as node_module
from daokit.errors import NoConnection, ToolMissing, UsageError
from daokit.node import CHAIN_ID, Node
from daokit.rpc import Rpc
from daokit.tools import find_foundry

ALICE = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"  # anvil's first account, known to all
BUILDER = "0x00000000000000000000000000000000000b111d"
DAY = 86_400


@dataclass(frozen=True)
class Payment:
    hash: str
    raw: str
    block_time: int | None


@dataclass
class Purse:
    """Alice's purse: pays the builder, waits for the receipt, and writes down what was confirmed."""

    confirmed: list[Payment] = field(default_factory=list)

    def pay(self, node: Node, wei: int) -> Payment:
        rpc = Rpc(node.url)
        alice = Account.from_key(ALICE)
        nonce = int(rpc.request("eth_getTransactionCount", [alice.address, "latest"]), 16)
        signed = alice.sign_transaction(
            {
                "chainId": CHAIN_ID,
                "nonce": nonce,
                "to": BUILDER,
                "value": wei,
                "gas": 21_000,
                "maxFeePerGas": 10**10,
                "maxPriorityFeePerGas": 10**9,
            }
        )
        transaction = rpc.request("eth_sendRawTransaction", ["0x" + bytes(signed.raw_transaction).hex()])
        while (receipt := rpc.request("eth_getTransactionReceipt", [transaction])) is None:
            time.sleep(0.002)
        block = rpc.request("eth_getBlockByNumber", [receipt["blockNumber"], False])
        payment = Payment(transaction, "0x" + bytes(signed.raw_transaction).hex(), int(block["timestamp"], 16))
        self.confirmed.append(payment)
        return payment


@pytest.fixture
def purse() -> Purse:
    return Purse()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def node(tmp_path: Path, purse: Purse, said: list[str]) -> Iterator[Node]:
    node = Node(tmp_path / "node", confirmed=lambda _: purse.confirmed, say=said.append)
    yield node
    node.down()


def kill(node: Node) -> None:
    pid = node.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while node.runs():
        time.sleep(0.005)


def builder_has(node: Node) -> int:
    return int(Rpc(node.url).request("eth_getBalance", [BUILDER, "latest"]), 16)


def block_time(node: Node, transaction: str) -> int:
    rpc = Rpc(node.url)
    block = rpc.request("eth_getTransactionReceipt", [transaction])["blockNumber"]
    return int(rpc.request("eth_getBlockByNumber", [block, False])["timestamp"], 16)


def test_up_starts_a_chain_on_this_machine_only(node: Node) -> None:
    status = node.up()
    assert status.running
    assert int(Rpc(node.url).request("eth_chainId", []), 16) == 31337
    assert status.time is not None and abs(status.time - time.time()) < 60
    assert int(Rpc(f"http://127.0.0.1:{status.port}").request("eth_chainId", []), 16) == 31337


def test_up_twice_is_one_node(node: Node) -> None:
    assert node.up().pid == node.up().pid


def test_down_and_up_keep_the_chain(node: Node, purse: Purse, said: list[str]) -> None:
    node.up()
    purse.pay(node, 5)
    assert node.down()
    assert not node.status().running
    node.up()
    assert builder_has(node) == 5
    assert said == []


def test_down_of_a_stopped_node_says_so(node: Node) -> None:
    assert not node.down()


def test_a_kill_right_after_a_receipt_loses_nothing(node: Node, purse: Purse, said: list[str]) -> None:
    node.up()
    first = Rpc(node.url).request("eth_getBlockByNumber", ["0x0", False])["hash"]
    for wei in (1, 2, 4):
        purse.pay(node, wei)
    kill(node)
    # As if the second between two writings were not over: this may have taken longer.
    (node.folder / "state.json").unlink(missing_ok=True)
    node.up()
    assert builder_has(node) == 7
    assert [block_time(node, payment.hash) for payment in purse.confirmed] == [
        payment.block_time for payment in purse.confirmed
    ]
    assert Rpc(node.url).request("eth_getBlockByNumber", ["0x0", False])["hash"] == first
    assert said == ["sent 3 confirmed transactions again that the last stop had lost"]


def test_five_kills_in_a_row_lose_nothing(node: Node, purse: Purse) -> None:
    for turn in range(5):
        node.up()
        purse.pay(node, 10**turn)
        time.sleep(0.3 * turn)
        purse.pay(node, 10**turn)
        kill(node)
    node.up()
    assert builder_has(node) == 22222


def test_a_state_cut_short_by_a_kill_is_replaced_by_an_older_one(node: Node, purse: Purse, said: list[str]) -> None:
    node.up()
    purse.pay(node, 3)
    node.down()
    node.up()
    purse.pay(node, 4)
    node.down()
    state = node.folder / "state.json"
    state.write_bytes(state.read_bytes()[:-100])
    node.up()
    assert builder_has(node) == 7
    assert said == [
        "the chain's state was cut short by a kill; starting from an older one",
        "sent 1 confirmed transaction again that the last stop had lost",
    ]


def test_a_state_with_accounts_older_than_its_blocks_is_replaced(node: Node, purse: Purse, said: list[str]) -> None:
    """anvil writes the two at different moments; a kill in between leaves a receipt for what never happened."""
    node.up()
    purse.pay(node, 3)
    node.down()
    state = node.folder / "state.json"
    before = json.loads(state.read_text())
    node.up()
    purse.pay(node, 4)
    node.down()
    state.write_text(json.dumps(json.loads(state.read_text()) | {"accounts": before["accounts"]}))
    node.up()
    assert builder_has(node) == 7
    assert said == [
        "the chain's state was torn by a kill; starting from an older one",
        "sent 1 confirmed transaction again that the last stop had lost",
    ]


def test_advance_moves_the_chains_clock_and_it_stays_moved(node: Node, purse: Purse) -> None:
    begin = node.up().time
    assert begin is not None
    assert node.advance(3 * DAY) - begin in range(3 * DAY, 3 * DAY + 60)
    purse.pay(node, 1)
    kill(node)
    after = node.up().time
    assert after is not None
    assert after - begin in range(3 * DAY, 3 * DAY + 120)
    assert block_time(node, purse.confirmed[0].hash) == purse.confirmed[0].block_time
    assert block_time(node, purse.pay(node, 1).hash) >= after


def test_time_never_runs_backwards_over_a_restart(node: Node) -> None:
    node.up()
    before = node.advance(DAY)
    node.down()
    after = node.up().time
    assert after is not None and after > before


def test_advance_refuses_to_go_back(node: Node) -> None:
    with pytest.raises(UsageError, match="forward"):
        node.advance(0)


def test_advance_of_a_stopped_node_says_how_to_start_it(node: Node) -> None:
    with pytest.raises(NoConnection, match="daokit node up"):
        node.advance(60)


def test_reset_begins_a_new_chain(node: Node, purse: Purse) -> None:
    node.up()
    purse.pay(node, 5)
    purse.confirmed.clear()
    node.advance(DAY)
    node.reset()
    status = node.up()
    assert builder_has(node) == 0
    assert status.time is not None and abs(status.time - time.time()) < 60


def test_a_long_folder_still_has_a_socket(tmp_path: Path) -> None:
    node = Node(tmp_path / ("a-very-long-name-" * 8))
    try:
        assert node.up().running
        assert len(node.url) < 104
    finally:
        node.down()


def test_four_nodes_started_at_once_all_run(tmp_path: Path) -> None:
    nodes = [Node(tmp_path / f"node{number}") for number in range(4)]
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(Node.up, nodes))
        assert all(status.running for status in found)
        assert len({status.port for status in found}) == 4
    finally:
        for node in nodes:
            node.down()


def test_a_port_that_is_taken_meanwhile_is_not_insisted_on(monkeypatch: pytest.MonkeyPatch, node: Node) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken, free = other.getsockname()[1], node_module._free_port
        asked: list[bool] = []

        def first_taken(chosen: bool) -> int:
            asked.append(chosen)
            return taken if len(asked) == 1 else free(False)

        monkeypatch.setattr(node_module, "_free_port", first_taken)
        assert node.up().port != taken
    assert asked == [True, False]


def test_a_killed_node_leaves_no_socket_behind_once_it_is_down(tmp_path: Path) -> None:
    node = Node(tmp_path / ("a-very-long-name-" * 8))
    node.up()
    kill(node)
    assert Path(node.url).exists()
    assert not node.down()
    assert not Path(node.url).exists()
    node.up()
    kill(node)
    node.up()
    assert node.down()
    assert not Path(node.url).exists()


def test_a_wrong_daokit_anvil_is_said(monkeypatch: pytest.MonkeyPatch, node: Node) -> None:
    monkeypatch.setenv("DAOKIT_ANVIL", "/nowhere/anvil")
    with pytest.raises(ToolMissing, match="DAOKIT_ANVIL names /nowhere/anvil"):
        node.up()


def test_an_anvil_that_dies_is_quoted(monkeypatch: pytest.MonkeyPatch, node: Node, tmp_path: Path) -> None:
    broken = tmp_path / "anvil"
    broken.write_text("#!/bin/sh\necho 'no such luck'\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("DAOKIT_ANVIL", str(broken))
    with pytest.raises(NoConnection, match="anvil does not start: no such luck"):
        node.up()


def test_foundrys_binaries_are_called_and_not_npms_wrappers() -> None:
    version = subprocess.run([find_foundry("anvil"), "--version"], capture_output=True, text=True, check=True).stdout
    assert "1.7.1" in version
    assert find_foundry("forge").suffix == ""
