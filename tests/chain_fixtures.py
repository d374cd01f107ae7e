"""Chains to test on: a fresh one in memory, one anvil for a whole run, and a coin to try things with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.contract import Contract, deploy
from daokit.node import Node
from daokit.rpc import Rpc


@pytest.fixture(scope="session")
def anvil_url() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder) / "node")
        node.up()
        yield node.url
        node.down()


@pytest.fixture
def anvil(anvil_url: str) -> Iterator[Rpc]:
    """The local chain, as it was before when the test is done."""
    rpc = Rpc(anvil_url)
    before = rpc.request("evm_snapshot")
    yield rpc
    rpc.request("evm_revert", [before])
    rpc.close()


@pytest.fixture
def memory() -> Rpc:
    return Rpc("memory")


@pytest.fixture(params=["anvil", "memory"])
def node(request: pytest.FixtureRequest) -> Rpc:
    """Each kind of chain in turn."""
    rpc: Rpc = request.getfixturevalue(request.param)
    return rpc


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """State and accounts of this test alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("DAOKIT_ACCOUNTS", str(tmp_path / "accounts"))
    return tmp_path / "state" / "daokit"


@pytest.fixture
def alice(node: Rpc, state: Path) -> Chain:
    journal = None if node.url == "memory" else state / "journal"
    return Chain(node, name="test", journal=journal, signer=dev_signer("alice"))


@pytest.fixture
def bob(alice: Chain) -> Chain:
    return alice.as_(dev_signer("bob"))


@pytest.fixture
def coin(alice: Chain) -> Contract:
    """tUSD with 2 decimals, of which alice has 500.00."""
    made = deploy(alice, "TestCoin", "Test dollar", "tUSD", 2)
    made.send("mint", alice.sender, 500_00)
    return made
