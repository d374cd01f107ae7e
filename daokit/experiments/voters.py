"""Voters with keys of their own, who sign by the thousand, on all processors when that is quicker."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from daokit.accounts import KeySigner
from daokit.hashing import keccak

_SEED = b"daokit replay, voter "
_MANY = 300  # from here on a second process signs faster than it starts
_GROUP = 40

Row = TypeVar("Row")
Result = TypeVar("Result")
Work = Callable[[Callable[[Row], Result], list[Row]], list[Result]]


def voter_key(number: int) -> bytes:
    """The key of a voter, from 0. It exists for one experiment, on a chain that ends with it."""
    return keccak(_SEED + str(number).encode())


def voter_address(number: int) -> str:
    """The address that follows from the voter's key."""
    from eth_account import Account

    return str(Account.from_key(voter_key(number)).address)


def voter_signer(number: int, address: str) -> KeySigner:
    """Signs as the voter; the address is checked against the key at the first signature."""
    return KeySigner(address, f"voter {number}", lambda: voter_key(number), local_only=True)


@contextmanager
def workers(count: int) -> Iterator[Any]:
    """Gives `map` for work on `count` rows: in this process when they are few, else in one for each processor."""
    processors = os.cpu_count() or 1
    if count < _MANY or processors == 1:
        yield lambda work, rows: [work(row) for row in rows]
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(processors, get_context("spawn")) as pool:
        yield lambda work, rows: list(pool.map(work, rows, chunksize=_GROUP))


def groups(rows: list[Row], size: int) -> Iterable[list[Row]]:
    """The rows in lists of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))
