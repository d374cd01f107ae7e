"""Several nodes are used as one: one fails, the next is asked; two are asked, they must agree."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chain_fixtures import *  # noqa: F403
from hostile import CHAIN_ID, Hostile, person

import daokit
from daokit import config
from daokit import nodes as nodes_module
from daokit import rpc as rpc_module
from daokit.accounts import dev_address
from daokit.chain import Chain, Transaction
from daokit.contract import deploy
from daokit.errors import NoConnection, RuleBroken, UsageError
from daokit.node import Node
from daokit.nodes import Disagreement, Nodes
from daokit.rpc import Rpc, RpcError

BOB = dev_address("bob")


@pytest.fixture
def node(public_node: Rpc) -> Rpc:
    return public_node


@pytest.fixture
def first(node: Rpc) -> Iterator[Hostile]:
    with Hostile(node) as proxy:
        yield proxy


@pytest.fixture
def second(node: Rpc) -> Iterator[Hostile]:
    with Hostile(node) as proxy:
        yield proxy


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc_module, "BACK_OFF", 0.001)
    monkeypatch.setattr(nodes_module, "_PAUSE", 0.001)


def two(first: Hostile, second: Hostile, quorum: int = 1, **more: Any) -> Nodes:
    return Nodes([first.url, second.url], quorum=quorum, **more)


# Ways to a node


def test_a_node_is_reached_over_a_websocket(local_node: Node) -> None:
    rpc = Rpc(f"ws://127.0.0.1:{local_node.status().port}")
    number, wrong, chain = rpc.batch([("eth_blockNumber", []), ("eth_nothing", []), ("eth_chainId", [])])
    assert (int(number, 16) > 0, chain) == (True, "0x7a69") and isinstance(wrong, RpcError)
    rpc.close()
    assert rpc.request("eth_chainId") == "0x7a69"


def test_what_is_no_websocket_is_said(first: Hostile) -> None:
    with pytest.raises(NoConnection, match="is no WebSocket"):
        Rpc(first.url.replace("http", "ws")).request("eth_chainId")
    with pytest.raises(NoConnection, match=r"cannot be reached \(connection refused\)"):
        Rpc("ws://127.0.0.1:1").request("eth_chainId")


def test_a_space_in_an_address_is_said_without_the_address(first: Hostile) -> None:
    with pytest.raises(
        NoConnection, match=r"/… cannot be reached \(its address holds a space or the like\)"
    ) as failure:
        Rpc(f"{first.url}/mykey ").request("eth_chainId")
    assert "mykey" not in str(failure.value)


def test_an_answer_that_comes_twice_is_not_taken_for_the_next(tmp_path: Path) -> None:
    """On a stream: the late answer of an earlier request stands before ours."""
    import json
    import socket

    path = tmp_path / "node.ipc"
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def serve() -> None:
        connection, _ = server.accept()
        last = b""
        while asked := connection.recv(1 << 16):
            one = json.loads(asked)
            answer = json.dumps({"jsonrpc": "2.0", "id": one["id"], "result": hex(one["id"])}).encode()
            connection.sendall(last + answer + b"\n" + answer)
            last = answer

    threading.Thread(target=serve, daemon=True).start()
    rpc = Rpc(str(path))
    assert [int(rpc.request("eth_blockNumber"), 16) for _ in range(4)] == [1, 2, 3, 4]
    rpc.close()
    server.close()


def test_a_node_that_is_asked_too_often_is_asked_again_later(first: Hostile) -> None:
    left: list[str] = []
    first.trouble = lambda _: left.pop() if left else None
    for kind in ("often", "busy"):
        rpc = Rpc(first.url)
        left += [kind] * 3
        assert rpc.request("eth_chainId") == hex(CHAIN_ID)
        left += [kind] * 3
        assert rpc.batch([("eth_chainId", []), ("eth_nothing", [])])[0] == hex(CHAIN_ID)
        assert not left
    first.trouble = lambda _: "often"
    with pytest.raises(NoConnection, match="asked too often"):
        Rpc(first.url).request("eth_chainId")
    assert first.troubles["often"] == 3 + 3 + 6


# One after the other


@pytest.mark.parametrize("trouble", ["drop", "deafen", "truncate", "often", "busy"])
def test_when_one_fails_the_next_is_asked(first: Hostile, second: Hostile, trouble: str) -> None:
    both = two(first, second)
    first.trouble = lambda _: trouble
    assert both.request("eth_chainId") == hex(CHAIN_ID)
    asked = first.troubles[trouble]
    assert both.request("eth_blockNumber").startswith("0x")
    assert first.troubles[trouble] == asked  # it is left alone for a while
    second.trouble = lambda _: trouble
    with pytest.raises(NoConnection, match=r"no node answers: .*;"):
        both.request("eth_chainId")


def test_a_refusal_by_a_contract_is_an_answer_and_asks_nobody_else(first: Hostile, second: Hostile) -> None:
    both = two(first, second)
    with pytest.raises(RpcError):
        both.request("eth_nothing")
    assert second.asked["eth_nothing"] == 0


@pytest.mark.parametrize("quorum", [1, 2])
def test_a_node_on_another_chain_is_never_used_and_named(
    node: Rpc, first: Hostile, second: Hostile, quorum: int
) -> None:
    first.lies["eth_chainId"] = lambda *_: "0x1"
    said: list[str] = []
    with Hostile(node) as third:
        urls = [f"{first.url}/keykeykeykeykeykeykeykey", second.url, third.url]
        three = Nodes(urls, chain_id=CHAIN_ID, quorum=quorum, on_stray=said.append)
        for _ in range(3):
            assert int(three.request("eth_getBalance", [BOB, "latest"]), 16) > 0
    (words,) = said
    assert words.startswith(f"wrong chain: {first.url}/… is on chain 1, and chain {CHAIN_ID} was expected")
    assert "keykey" not in words and first.asked["eth_getBalance"] == 0


def test_nodes_that_are_all_elsewhere_are_an_error(first: Hostile, second: Hostile) -> None:
    with pytest.raises(RuleBroken, match="is on chain 424242, and chain 10 was expected"):
        two(first, second, chain_id=10).request("eth_blockNumber")


def test_two_chains_with_one_id_are_told_apart_by_their_first_block(first: Hostile, second: Hostile) -> None:
    said: list[str] = []
    second.lies["eth_getBlockByNumber"] = lambda _, found: {**found, "hash": "0x" + "77" * 32}
    both = two(first, second, on_stray=said.append)
    both.request("eth_chainId")
    first.trouble = lambda _: "drop"
    with pytest.raises(NoConnection, match="another first block"):
        both.request("eth_blockNumber")


# Two must agree


LIES: dict[str, Any] = {
    "eth_chainId": lambda *_: "0x1",
    "eth_getBalance": lambda *_: hex(10**30),
    "eth_getCode": lambda *_: "0x6001",
    "eth_getTransactionCount": lambda *_: "0x63",
    "eth_getStorageAt": lambda *_: "0x" + "11" * 32,
    "eth_call": lambda *_: "0x" + "22" * 32,
    "eth_getBlockByNumber": lambda _, found: {**found, "stateRoot": "0x" + "33" * 32, "hash": "0x" + "44" * 32},
    "eth_getLogs": lambda *_: [{"address": BOB, "topics": [], "data": "0x", "blockHash": "0x1", "logIndex": "0x0"}],
}
PARAMS: dict[str, list[Any]] = {
    "eth_chainId": [],
    "eth_getBalance": [BOB, "latest"],
    "eth_getCode": [BOB, "latest"],
    "eth_getTransactionCount": [BOB, "latest"],
    "eth_getStorageAt": [BOB, "0x0", "latest"],
    "eth_call": [{"to": BOB, "data": "0x"}, "latest"],
    "eth_getBlockByNumber": ["latest", False],
    "eth_getLogs": [{"fromBlock": "0x0", "toBlock": "latest"}],
}


@pytest.mark.parametrize("method", LIES)
def test_a_lie_of_one_of_two_is_an_error_that_names_both(first: Hostile, second: Hostile, method: str) -> None:
    both = two(first, second, 2)
    honest = both.request(method, PARAMS[method])
    assert honest == two(first, second).request(method, PARAMS[method])
    second.lies[method] = LIES[method]
    with pytest.raises(Disagreement, match="the nodes disagree about") as failure:
        both.request(method, PARAMS[method])
    assert first.url in failure.value.message and second.url in failure.value.message
    assert "[" not in failure.value.message and len(failure.value.message) < 400


def test_a_revert_against_a_value_is_a_disagreement_and_two_reverts_agree(first: Hostile, second: Hostile) -> None:
    both = two(first, second, 2)
    reverting = {"data": "0x60006000fd"}
    with pytest.raises(RpcError, match="revert"):
        both.request("eth_call", [reverting, "latest"])
    second.lies["eth_call"] = lambda *_: "0x"
    with pytest.raises(Disagreement):
        both.request("eth_call", [reverting, "latest"])


def test_a_node_that_is_a_little_behind_still_agrees(node: Rpc, first: Hostile, second: Hostile) -> None:
    node.request("anvil_mine", [hex(5)])
    both = two(first, second, 2)
    second.behind = 3
    head = int(node.request("eth_blockNumber"), 16)
    assert int(both.request("eth_blockNumber"), 16) == head - 3
    assert int(both.request("eth_getBlockByNumber", ["latest", False])["number"], 16) == head - 3


def test_a_node_far_behind_is_named(node: Rpc, first: Hostile, second: Hostile) -> None:
    node.request("anvil_mine", [hex(100)])
    second.behind = 90
    with pytest.raises(Disagreement, match="is at block"):
        two(first, second, 2).request("eth_getBalance", [BOB, "latest"])


def test_a_quorum_without_enough_nodes_says_which_answer(first: Hostile, second: Hostile) -> None:
    second.trouble = lambda _: "drop"
    with pytest.raises(NoConnection, match=f"quorum = 2 needs 2 nodes, and {first.url} answers"):
        two(first, second, 2).request("eth_getBalance", [BOB, "latest"])
    with pytest.raises(UsageError, match=r"needs as many different nodes, and there is 1; .* stands twice"):
        Nodes([first.url, first.url], quorum=2)


def test_a_third_node_stands_in_for_one_that_fails(node: Rpc, first: Hostile, second: Hostile) -> None:
    second.trouble = lambda _: "drop"
    with Hostile(node) as third:
        three = Nodes([first.url, second.url, third.url], quorum=2)
        assert int(three.request("eth_getBalance", [BOB, "latest"]), 16) > 0
        assert third.asked["eth_getBalance"] == 1


def test_what_is_read_after_a_receipt_knows_its_block(
    node: Rpc, first: Hostile, second: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodes_module, "_HEAD_KEPT", 60.0)
    both = two(first, second, 2)
    chain = Chain(both, journal=tmp_path, signer=person("alice"))

    def mine(method: str, _: list[Any]) -> None:
        # By then both have been asked where they stand.
        if method == "eth_getTransactionReceipt":
            node.request("anvil_mine", ["0x1"])

    first.heard = mine
    node.request("evm_setAutomine", [False])
    try:
        assert deploy(chain, "TestCoin", "Test dollar", "tUSD", 2).read("symbol") == "tUSD"
    finally:
        node.request("evm_setAutomine", [True])


def test_final_blocks_are_the_lower_of_both(node: Rpc, first: Hostile, second: Hostile) -> None:
    node.request("anvil_mine", [hex(10)])
    second.lies["eth_getBlockByNumber"] = lambda params, found: (
        node.request("eth_getBlockByNumber", ["0x2", False]) if params[0] == "finalized" else found
    )
    assert two(first, second, 2).request("eth_getBlockByNumber", ["finalized", False])["number"] == "0x2"


# As people write it


def test_a_network_of_two_nodes_with_a_quorum_is_read_from_daokit_toml(
    first: Hostile, second: Hostile, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECOND", second.url)
    text = f'[network.here]\nurls = ["{first.url}", "$SECOND"]\nquorum = 2\nchain_id = {CHAIN_ID}\n'
    policy = 'fees = "legacy"\nmax_fee = "1.5 gwei"\nconfirmations = 3\nfinality = "safe"\n'
    profile = '[profile.home]\nnetwork = "here"\nmax_fee = "2 gwei"\n'
    (tmp_path / "daokit.toml").write_text(text + policy + profile)
    chain = daokit.connect("home")
    assert (chain.id, chain.name, chain.rpc.checked_by) == (CHAIN_ID, "here", 2)
    assert (chain.policy.fees, chain.policy.max_fee, chain.policy.confirmations) == ("legacy", 2 * 10**9, 3)
    assert daokit.connect("here", settings=config.load()).policy.finality == "safe"
    second.lies["eth_getBalance"] = LIES["eth_getBalance"]
    with pytest.raises(Disagreement):
        chain.balance(BOB)


@pytest.mark.usefixtures("chain")
def test_a_socket_and_an_address_stand_in_for_each_other_and_are_compared(
    local_node: Node, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    http = f"http://127.0.0.1:{local_node.status().port}"
    (tmp_path / "daokit.toml").write_text(
        f'[network.both]\nurls = ["{local_node.url}", "{http}"]\nquorum = 2\n'
        f'[network.either]\nurls = ["{tmp_path}/gone.ipc", "{http.replace("http", "ws")}"]\n'
    )
    both = daokit.connect("both", "alice")
    assert both.transact(Transaction(BOB, value=1)).checked_by == 2
    assert daokit.connect("either").balance(BOB) == both.balance(BOB)


def test_a_network_with_the_name_of_a_known_chain_must_be_on_it(
    first: Hostile, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "daokit.toml").write_text(f'[network.polygon]\nurl = "{first.url}"\n')
    for name in ("polygon", "Polygon", "polygon:mainnet"):
        (tmp_path / "daokit.toml").write_text(f'[network."{name}"]\nurl = "{first.url}"\n')
        with pytest.raises(RuleBroken, match="is on chain 424242, and chain 137 was expected"):
            daokit.connect(name)
    (tmp_path / "daokit.toml").write_text(f'[network.mainnet]\nurl = "{first.url}"\n')
    with pytest.raises(RuleBroken, match="is on chain 424242, and chain 1 was expected"):
        daokit.connect("mainnet")
    (tmp_path / "daokit.toml").write_text(f'[network.polygon]\nurl = "{first.url}"\n')
    first.lies["eth_chainId"] = lambda *_: hex(137)
    chain = daokit.connect("polygon")
    assert chain.money("0x" + "00" * 20, 10**18) == "1 POL"
    assert isinstance(chain, Chain)
