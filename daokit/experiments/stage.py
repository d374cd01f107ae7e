"""Where the story is played: anvil in a temporary folder, without it the chain in memory, or the local chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.errors import ToolMissing
from daokit.experiments.sandbox import advance, sandbox
from daokit.rpc import Rpc
from daokit.tools import find_foundry

Say = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """A chain as alice, and how time passes on it (seconds)."""

    chain: Chain
    wait: Callable[[int], object]


@contextmanager
def stage(keep: bool, say: Say) -> Iterator[Stage]:
    """The chain for one story; nothing of it stays, except with `keep` the local chain of `daokit node up`."""
    if keep:
        yield _local(say)
    elif _has_anvil():
        with sandbox() as chain:
            yield Stage(chain, lambda seconds: advance(chain, seconds))
    else:
        say("anvil is not here; the chain is one in memory, on py-evm")
        chain = Chain(Rpc("memory"), name="a chain in memory", signer=dev_signer("alice"))
        yield Stage(chain, lambda seconds: advance(chain, seconds))


def _local(say: Say) -> Stage:
    from daokit.connection import connect
    from daokit.journal import Journal
    from daokit.node import Node

    node = Node(confirmed=lambda rpc: Journal.of(rpc).confirmed(), say=say)
    node.up()
    return Stage(connect("local", "alice"), node.advance)


def _has_anvil() -> bool:
    try:
        find_foundry("anvil")
    except ToolMissing:
        return False
    return True
