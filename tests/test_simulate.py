"""Trying an option out on a node that cannot simulate, as many public ones cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from daokit.chain import Chain
from daokit.collective import Collective
from daokit.documents import text_hash
from daokit.options import Option, Payment
from daokit.rpc import Rpc, RpcError
from daokit.simulate import simulate
from daokit.token import Token
from tests.people import address


class WithoutSimulation(Rpc):
    """The local chain, less the one method."""

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        if method == "eth_simulateV1":
            raise RpcError(-32601, "the method eth_simulateV1 does not exist")
        return super().request(method, params)


def test_a_node_that_cannot_simulate_says_so_and_still_finds_refusals(
    coop: Collective, coin: str, money: int, as_: Callable[[str], Collective]
) -> None:
    for name, amount in (("alice", 100), ("bob", money + 1)):
        pay = Payment(coin, address("judy"), amount)
        as_(name).governor.propose(Option(text_hash(name), payments=(pay,)))
    there = Collective.load(Chain(WithoutSimulation(coop.chain.rpc.url)), coop.address)
    good = simulate(there, there.governor.put(1, 0))
    assert (good.failure, good.changes, good.blind) == (None, (), True)
    assert "this node cannot simulate" in good.unseen[0]
    bad = simulate(there, there.governor.put(2, 0))
    assert bad.failure is not None
    assert bad.failure.values["wanted"] == money + 1
    assert Token(coop.chain, coin).balance(address("judy")) == 0
    there.chain.rpc.close()
