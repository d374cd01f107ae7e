"""Two chains of one's own with Hyperlane between them: anvil twice, its core from the published artifacts, and
validators whose keys are of these experiments and of nobody else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.experiments.sandbox import anvil, state_in
from daokit.hyperlane import core
from daokit.hyperlane.development import KEYS as KEYS
from daokit.hyperlane.development import VALIDATORS as VALIDATORS
from daokit.hyperlane.development import announce, signed_by
from daokit.hyperlane.messages import SignedCheckpoint, metadata_of
from daokit.hyperlane.place import Delivered, Dispatched, Hyperlane
from daokit.rpc import Rpc

HOME, AWAY = 31337, 31338


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
        return signed_by(self.origin, sent, validator)


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
        announce(self.places[origin], validator, location)


@contextmanager
def two_nodes() -> Iterator[dict[int, Rpc]]:
    """Two anvils with Hyperlane's core on each, by chain id."""
    with tempfile.TemporaryDirectory(prefix="daokit-") as name, ExitStack() as stack:
        nodes = {}
        for chain_id in (HOME, AWAY):
            folder = Path(name) / str(chain_id)
            folder.mkdir()
            nodes[chain_id] = stack.enter_context(anvil(folder, chain_id=chain_id))
            core.deploy(Chain(nodes[chain_id], signer=dev_signer("alice")))
        yield nodes


@contextmanager
def two_chains(home: str = "", away: str = "") -> Iterator[TwoChains]:
    """Two new chains, called `home` and `away`. What the program remembers meanwhile is forgotten with them.

    Raises `ToolMissing` without anvil.
    """
    with tempfile.TemporaryDirectory(prefix="daokit-") as folder, state_in(Path(folder)), two_nodes() as nodes:
        places = {
            chain_id: Hyperlane.on(Chain(nodes[chain_id], name=name, signer=dev_signer("alice"), expected_id=chain_id))
            for chain_id, name in ((HOME, home), (AWAY, away))
        }
        yield TwoChains(places[HOME], places[AWAY], validators_of(places))


def validators_of(places: dict[int, Hyperlane]) -> dict[int, Validators]:
    """Three for each chain."""
    return {chain_id: Validators(place) for chain_id, place in places.items()}
