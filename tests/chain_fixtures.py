"""Each kind of chain in turn, two people on it, and a coin to try things with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.contract import Contract, deploy
from daokit.node import Node
from daokit.rpc import Rpc


@pytest.fixture
def anvil(local_node: Node) -> Iterator[Rpc]:
    """The local chain, as it was before when the test is done."""
    rpc = Rpc(local_node.url)
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
