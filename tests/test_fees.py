"""No node sets the price of gas alone: of two the cheaper is heard, and one is held to what the last blocks paid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import CHAIN_ID, Hostile, person

from daokit import rpc as rpc_module
from daokit.answers import Block
from daokit.chain import Chain, Transaction
from daokit.errors import RuleBroken
from daokit.fees import offer, questions
from daokit.nodes import Nodes
from daokit.policy import Policy
from daokit.rpc import Rpc, RpcError

GWEI = 10**9
PURSE = "0x00000000000000000000000000000000000b111d"


@pytest.fixture
def node(public_node: Rpc) -> Iterator[Rpc]:
    before = public_node.request("evm_snapshot")
    yield public_node
    public_node.request("evm_revert", [before])


@pytest.fixture
def liar(node: Rpc, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    """A node that says what gas costs as it likes; everything else is true."""
    monkeypatch.setattr(rpc_module, "BACK_OFF", 0.001)
    with Hostile(node) as proxy:
        yield proxy


@pytest.fixture
def honest(node: Rpc) -> Iterator[Hostile]:
    with Hostile(node) as proxy:
        yield proxy


def asks(proxy: Hostile, tip: int, paid: int | None = None) -> None:
    """From now on it asks for this tip, and for as much more as one price; with `paid` it says that all paid so."""
    proxy.lies["eth_maxPriorityFeePerGas"] = lambda *_: hex(tip)
    proxy.lies["eth_gasPrice"] = lambda _, found: hex(int(found, 16) + tip)
    if paid is not None:
        proxy.lies["eth_feeHistory"] = lambda _, found: {**found, "reward": [[hex(paid)]] * 20}


def chain_of(rpc: Rpc, state: Path, **policy: Any) -> Chain:
    return Chain(rpc, name="town", journal=state / "journal", signer=person("alice"), policy=Policy(**policy))


def paid(chain: Chain) -> int:
    """What one gas of a small payment cost."""
    receipt = chain.transact(Transaction(PURSE, value=5, words=("pay",)))
    return receipt.fee_wei // receipt.gas_used


@pytest.mark.parametrize("fees", ["eip1559", "legacy"])
@pytest.mark.parametrize("first", [True, False], ids=["liar first", "liar second"])
def test_of_two_nodes_the_cheaper_is_heard(liar: Hostile, honest: Hostile, state: Path, fees: str, first: bool) -> None:
    usual = paid(chain_of(Rpc(honest.url), state, fees=fees))
    asks(liar, 3_000 * GWEI, 3_000 * GWEI)
    urls = [liar.url, honest.url] if first else [honest.url, liar.url]
    chain = chain_of(Nodes(urls, chain_id=CHAIN_ID, quorum=2), state, fees=fees)
    assert paid(chain) <= usual
    # The fees alone are asked of both too.
    found = offer(chain.policy, chain.block(), chain.rpc.batch(questions(chain.policy, False)))
    assert max(found.values()) < 5 * GWEI


@pytest.mark.parametrize("fees", ["eip1559", "legacy"])
def test_one_node_is_held_to_what_the_last_blocks_paid(liar: Hostile, state: Path, fees: str) -> None:
    chain = chain_of(Rpc(liar.url), state, fees=fees)
    had = chain.balance(chain.sender)
    asks(liar, 3_000 * GWEI)
    what = "a tip" if fees == "eip1559" else "a price"
    with pytest.raises(RuleBroken, match=rf"the node asks for {what} of 3,00[0-9.]+ gwei, and by .* say the most for"):
        chain.transact(Transaction(PURSE, value=5, words=("pay",)))
    assert chain.balance(chain.sender) == had and chain.journal is not None and not chain.journal.list()
    # Who says what one gas may cost has decided; one price cannot be less than what is asked for.
    limited = chain_of(Rpc(liar.url), state, fees=fees, max_fee=40 * GWEI)
    if fees == "eip1559":
        assert paid(limited) == 40 * GWEI
    else:
        with pytest.raises(RuleBroken, match="your limit is 40 gwei"):
            paid(limited)


def at(base: int | None) -> Block:
    return Block(9, "0x00", 0, base, 30_000_000)


def answers(tip: int, paid: Any, price: int | None = None) -> list[Any]:
    history = paid if isinstance(paid, RpcError) else {"reward": [[hex(one)] for one in paid]}
    return [hex(tip), hex(tip if price is None else price), history]


@pytest.mark.parametrize(
    ("base", "tip", "rewards", "taken"),
    [
        (15, 25 * GWEI, [0, 25 * GWEI, 30 * GWEI], 25 * GWEI),  # a chain with a least tip and no base fee to speak of
        (40 * GWEI, 30 * GWEI, [GWEI // 10] * 20, 30 * GWEI),  # a tip no higher than the base fee at most doubles it
        (7, GWEI, [0] * 20, GWEI),  # nobody was there before
        (7, GWEI, [], GWEI),
        (7, GWEI, RpcError(-32601, "no such method"), GWEI),
        (10**7, GWEI, [10**6] * 20, 10**7),  # a node that names a usual tip where a hundredth will do
        (10**6, 2 * 10**6, [0, 10**6, 10**6, 500 * GWEI], 2 * 10**6),  # one odd block says nothing
    ],
)
def test_a_tip_that_others_pay_is_taken(base: int, tip: int, rewards: Any, taken: int) -> None:
    assert offer(Policy(), at(base), answers(tip, rewards))["maxPriorityFeePerGas"] == taken


@pytest.mark.parametrize(
    ("base", "tip", "rewards"),
    [
        (GWEI, 4 * GWEI, [GWEI] * 20),
        (10**6, 3 * GWEI, [0, 10**6, 10**6, 500 * GWEI]),
        (7, 3 * GWEI, []),
        (7, 3 * GWEI, RpcError(-32601, "no such method")),
    ],
)
def test_a_tip_that_nobody_pays_is_refused(base: int, tip: int, rewards: Any) -> None:
    with pytest.raises(RuleBroken, match="the node asks for a tip of"):
        offer(Policy(), at(base), answers(tip, rewards))


def test_one_price_is_held_to_the_last_blocks_too() -> None:
    plain, old = Policy(), Policy(fees="legacy")
    assert offer(plain, at(None), answers(0, [5 * GWEI], 7 * GWEI)) == {"gasPrice": 7 * GWEI}
    assert offer(old, at(10 * GWEI), answers(0, [GWEI], 23 * GWEI)) == {"gasPrice": 23 * GWEI}
    for policy, base, price in ((plain, None, 16 * GWEI), (old, 10 * GWEI, 36 * GWEI)):
        with pytest.raises(RuleBroken, match="the node asks for a price of"):
            offer(policy, at(base), answers(0, [5 * GWEI], price))


def test_what_a_rival_offers_is_outbid_whatever_the_blocks_paid() -> None:
    rival = {"maxFeePerGas": 90 * GWEI, "maxPriorityFeePerGas": 80 * GWEI}
    found = offer(Policy(), at(GWEI), answers(GWEI, [GWEI]), rival)
    assert found["maxPriorityFeePerGas"] > 89 * GWEI and found["maxFeePerGas"] > 100 * GWEI
