"""Voters with keys of their own, who sign by the thousand: on all processors when that is quicker."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from daokit.accounts import KeySigner
from daokit.chain import Chain
from daokit.hashing import keccak
from daokit.membership import Membership, SignedApplication
from daokit.rpc import Rpc

_SEED = b"daokit replay, voter "
_MANY = 300  # from here on another process signs faster than it starts
_GROUP = 40
_GAS, _GAS_CHOICE = 150_000, 60_000  # more than a paper and each of its lines can take; what is unused costs nothing
_FEE, _TIP = 10**11, 10**9  # wei a gas

Each = Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]


@dataclass(frozen=True)
class Voter:
    """One voter: the place in the file from 0, the name on the roll, and the address that follows from the own key."""

    number: int
    name: str
    address: str

    def signer(self) -> KeySigner:
        """Signs as the voter. The key exists for one experiment, on a chain that ends with it."""
        return KeySigner(self.address, self.name, lambda: key_of(self.number), local_only=True)


@dataclass(frozen=True)
class Place:
    """Where the voters vote: the node's socket, the chain id, the collective."""

    url: str
    chain_id: int
    collective: str


def key_of(number: int) -> bytes:
    """The key of a voter."""
    return keccak(_SEED + str(number).encode())


def address_of(number: int) -> str:
    """The address of a voter."""
    from eth_account import Account

    return str(Account.from_key(key_of(number)).address)


def sign_application(work: tuple[Place, Voter, int]) -> SignedApplication:
    """The voter reads the charter and signs for a seat, good until the unix time given."""
    place, voter, deadline = work
    chain = _chain(place).as_(voter.signer())
    return Membership(chain, place.collective).sign_application(voter.name, deadline)


def sign_paper(work: tuple[Place, Voter, Mapping[str, int], int]) -> bytes:
    """The voter signs one paper: votes on the original of each proposal, by its key; and the voter's nonce."""
    place, voter, votes, nonce = work
    rows = [(key, 0, count) for key, count in votes.items()]
    transaction = {
        "type": 2,
        "chainId": place.chain_id,
        "nonce": nonce,
        "to": place.collective,
        "value": 0,
        "data": "0x" + Membership(_chain(place), place.collective).encode("votePaper", rows).hex(),
        "gas": _GAS + _GAS_CHOICE * len(rows),
        "maxFeePerGas": _FEE,
        "maxPriorityFeePerGas": _TIP,
    }
    return voter.signer().sign_transaction(transaction)


@contextmanager
def all_hands(count: int) -> Iterator[Each]:
    """A `map` for work on `count` rows: in this process when they are few, else in one for each processor."""
    processors = os.cpu_count() or 1
    if count < _MANY or processors == 1:
        yield lambda work, rows: [work(row) for row in rows]
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(processors, get_context("spawn")) as pool:
        yield lambda work, rows: list(pool.map(work, rows, chunksize=_GROUP))


@lru_cache(maxsize=1)
def _chain(place: Place) -> Chain:
    chain = Chain(Rpc(place.url))
    assert chain.id == place.chain_id
    return chain
