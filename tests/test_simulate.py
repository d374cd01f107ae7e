"""What `proposal simulate` says on a node that cannot simulate: the chain in memory is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.factory import deploy
from daokit.governor import text_hash
from daokit.options import Option, Payment
from daokit.rpc import Rpc
from daokit.simulate import simulate
from daokit.token import Token
from tests.people import address


@pytest.fixture
def chain(state: Path) -> Chain:
    """A chain in memory, on which `coop` and `money` are made."""
    made = Chain(Rpc("memory"), signer=dev_signer("alice"))
    deploy(made)
    return made


def test_a_node_that_cannot_simulate_says_so_and_still_finds_refusals(
    coop: Collective, coin: str, money: int, as_: Callable[[str], Collective]
) -> None:
    for name, amount in (("alice", 100), ("bob", money + 1)):
        pay = Payment(coin, address("judy"), amount)
        as_(name).governor.propose(Option(text_hash(name), payments=(pay,)))
    good = simulate(coop, coop.governor.put(1, 0))
    assert (good.failure, good.changes, good.blind) == (None, (), True)
    assert "this node cannot simulate" in good.unseen[0]
    bad = simulate(coop, coop.governor.put(2, 0))
    assert bad.failure is not None
    assert bad.failure.values["wanted"] == money + 1
    assert Token(coop.chain, coin).balance(address("judy")) == 0
