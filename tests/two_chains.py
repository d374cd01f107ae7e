"""Two chains with Hyperlane between them: anvil twice, its core from the published artifacts, and validators with keys.

`two_chains` gives both as they were before when a test is done; `chains.carry()` takes over what was dispatched on
either.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from daokit.accounts import dev_signer
from daokit.artifact import Artifact
from daokit.bridge import Gateway
from daokit.chain import Chain, Transaction
from daokit.compiler import compile_file
from daokit.contract import Contract
from daokit.contract import deploy as put_up
from daokit.experiments import two_chains as experiment
from daokit.experiments.two_chains import AWAY, HOME, KEYS, VALIDATORS, Validators, validators_of
from daokit.experiments.two_chains import TwoChains as Places
from daokit.hyperlane.place import Hyperlane
from daokit.journal import Journal
from daokit.rpc import Rpc

__all__ = ["AWAY", "HOME", "KEYS", "VALIDATORS", "TwoChains", "Validators", "neighbour", "two_chains", "two_nodes"]

_NAMES = {HOME: "home", AWAY: "away"}


class TwoChains(Places):
    """Both chains as alice, and gateways on them."""

    def gateway(self, place: Hyperlane, end: str) -> Gateway:
        """A gateway of `end`, as a factory would clone it."""
        implementation = put_up(place.chain, "HyperlaneGateway").address
        code = clone_code(implementation, end, place.core.mailbox, place.core.ism_factory)
        made = place.chain.transact(Transaction(None, code)).contract_address
        assert made is not None
        return Gateway(place.chain, made)


def clone_code(implementation: str, *behind: str) -> bytes:
    """Creation code of OpenZeppelin's clone with addresses behind its code."""
    arguments = b"".join(bytes.fromhex(one[2:]) for one in behind)
    run = bytes.fromhex(f"363d3d373d3d3d363d73{implementation[2:]}5af43d82803e903d91602b57fd5bf3") + arguments
    return b"\x61" + len(run).to_bytes(2, "big") + bytes.fromhex("3d81600a3d39f3") + run


class Neighbour(Contract):
    """A contract of `contracts/test/neighbours`, known by what compiling it gave."""

    def __init__(self, chain: Chain, address: str, artifact: Artifact) -> None:
        super().__init__(chain, address)
        self._compiled = artifact

    @property
    def artifact(self) -> Artifact:
        return self._compiled


@lru_cache(maxsize=8)
def compiled(name: str) -> Artifact:
    """One of those contracts."""
    return Artifact(compile_file(f"test/neighbours/{name}.sol")[name])


def neighbour(chain: Chain, name: str, *arguments: object) -> Neighbour:
    """Deploys one of those contracts."""
    artifact = compiled(name)
    made = chain.transact(Transaction(None, artifact.creation_code(*arguments))).contract_address
    assert made is not None
    return Neighbour(chain, made, artifact)


@pytest.fixture(scope="session")
def two_nodes() -> Iterator[dict[int, Rpc]]:
    """Two anvils for the whole run, with Hyperlane's core on each."""
    with experiment.two_nodes() as nodes:
        yield nodes


@pytest.fixture
def two_chains(two_nodes: dict[int, Rpc], state: Path) -> Iterator[TwoChains]:
    """Both chains as alice, with journals; what a test does there is undone after it."""
    before = {chain_id: rpc.request("evm_snapshot") for chain_id, rpc in two_nodes.items()}
    places = {}
    for chain_id, rpc in two_nodes.items():
        journal = Journal.of(rpc, state / "journal")
        chain = Chain(rpc, name=_NAMES[chain_id], journal=journal, signer=dev_signer("alice"))
        places[chain_id] = Hyperlane.on(chain)
    yield TwoChains(places[HOME], places[AWAY], validators_of(places))
    for chain_id, rpc in two_nodes.items():
        rpc.request("evm_revert", [before[chain_id]])
