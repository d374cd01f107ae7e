"""Two chains with Hyperlane between them: anvil twice, its core from the published artifacts, and validators with keys.

`two_chains` gives both as they were before when a test is done; `chains.carry()` takes over what was dispatched on
either.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from daokit.accounts import dev_signer
from daokit.artifact import Artifact
from daokit.bridge import Gateway
from daokit.chain import Chain, Transaction
from daokit.compiler import compile_file
from daokit.contract import Contract
from daokit.contract import deploy as put_up
from daokit.experiments.sandbox import anvil
from daokit.hyperlane import core
from daokit.hyperlane.checkpoints import sign
from daokit.hyperlane.messages import SignedCheckpoint, metadata_of
from daokit.hyperlane.place import Delivered, Dispatched, Hyperlane
from daokit.journal import Journal
from daokit.rpc import Rpc

HOME, AWAY = 31337, 31338
_NAMES = {HOME: "home", AWAY: "away"}

# The keys of validators of these tests, and of nobody else.
KEYS = {Account.from_key(key).address: key for key in (f"0x{number:064x}" for number in (1001, 1002, 1003))}
VALIDATORS = sorted(KEYS, key=str.lower)


class Validators:
    """Three validators who sign whatever left a chain. Those in `silent` do not."""

    def __init__(self, origin: Hyperlane) -> None:
        self.origin = origin
        self.silent: set[str] = set()

    def at(self, index: int) -> list[SignedCheckpoint]:
        """What they say of the message at a place in the tree."""
        [sent] = [one for one in self.origin.sent() if one.index == index]
        return [self.sign(sent, one) for one in VALIDATORS if one not in self.silent]

    def sign(self, sent: Dispatched, validator: str) -> SignedCheckpoint:
        """One validator's word for a message."""

        def text(data: bytes) -> bytes:
            return bytes(Account.sign_message(encode_defunct(data), KEYS[validator]).signature)

        return sign(sent.checkpoint(self.origin.root_at(sent.block)), text)


@dataclass
class TwoChains:
    """Both chains as alice, Hyperlane on each, and their validators. `home` has chain id 31337, `away` 31338."""

    home: Hyperlane
    away: Hyperlane
    validators: dict[int, Validators]

    @property
    def places(self) -> dict[int, Hyperlane]:
        """By chain id, which is Hyperlane's domain too."""
        return {HOME: self.home, AWAY: self.away}

    def carry(self, *, only: str | None = None, direct: bool = False) -> list[Delivered]:
        """Bring everything that was dispatched and has not arrived, in either direction and in order, what these
        deliveries dispatch too. `only` one transaction's or message's; `direct` sends the same proof without asking
        first whether it has arrived."""
        done: list[Delivered] = []
        while True:
            new = [
                (origin, sent)
                for origin in self.places
                for sent in self.places[origin].sent()
                if only in (None, sent.id, sent.transaction)
                if direct or self.places[sent.message.destination].arrived(sent.id) is None
            ]
            done += [self.bring(origin, sent, direct=direct) for origin, sent in new]
            if direct or only or not new:
                return done

    def bring(self, origin: int, sent: Dispatched, *, direct: bool = False) -> Delivered:
        """Bring one message."""
        there = self.places[sent.message.destination]
        if not direct:
            return there.deliver(sent, [self.validators[origin]])
        _, validators, threshold = there.module_of(sent.message)
        signed = self.validators[origin].at(sent.index)
        return there.process(sent, metadata_of(signed, sent.message, validators, threshold))

    def announce(self, origin: int, validator: str, location: str) -> None:
        """A validator says on its chain where it keeps its checkpoints."""
        announce = self.places[origin].announce
        prefixed = announce.read("getAnnouncementDigest", location)
        signature = Account.unsafe_sign_hash(prefixed, KEYS[validator]).signature
        announce.send("announce", validator, location, bytes(signature))

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
    with tempfile.TemporaryDirectory(prefix="daokit-") as name, ExitStack() as stack:
        nodes = {}
        for chain_id in (HOME, AWAY):
            folder = Path(name) / str(chain_id)
            folder.mkdir()
            nodes[chain_id] = stack.enter_context(anvil(folder, chain_id=chain_id))
            core.deploy(Chain(nodes[chain_id], signer=dev_signer("alice")))
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
    validators = {chain_id: Validators(place) for chain_id, place in places.items()}
    yield TwoChains(places[HOME], places[AWAY], validators)
    for chain_id, rpc in two_nodes.items():
        rpc.request("evm_revert", [before[chain_id]])
