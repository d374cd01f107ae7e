"""Whatever shape an answer has, it ends in one sentence and never in an error that daokit does not know."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hostile import CHAIN_ID, Hostile, Lie, person

from daokit import nodes, rpc, waiting
from daokit.accounts import dev_address
from daokit.chain import Chain, Transaction
from daokit.contract import Contract, deploy
from daokit.errors import DaokitError, NoConnection
from daokit.funds import Funds
from daokit.history import History
from daokit.nodes import Nodes
from daokit.preview import Preview
from daokit.rpc import Rpc, RpcError

BOB = dev_address("bob")
GONE = object()
SHAPES = [None, {}, [], [{}], 7, "0x", "0xzz", "0x123"]
SMALL = [GONE, {}, "0xzz"]

# Every method that reading and writing use.
METHODS = {
    "eth_blockNumber",
    "eth_call",
    "eth_chainId",
    "eth_estimateGas",
    "eth_gasPrice",
    "eth_getBalance",
    "eth_getBlockByHash",
    "eth_getBlockByNumber",
    "eth_getBlockReceipts",
    "eth_getCode",
    "eth_getLogs",
    "eth_getProof",
    "eth_getStorageAt",
    "eth_getTransactionByHash",
    "eth_getTransactionCount",
    "eth_getTransactionReceipt",
    "eth_maxPriorityFeePerGas",
    "eth_sendRawTransaction",
    "eth_simulateV1",
}

# What the node says beside of receipts, so that it is asked for this at all.
NONE, FAILED = (lambda *_: None), (lambda _, said: said and {**said, "status": "0x0"})
BESIDE: dict[str, Lie] = {
    "eth_getTransactionByHash": NONE,
    "eth_getBlockByHash": FAILED,
    "eth_getBlockReceipts": FAILED,
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc, "BACK_OFF", 0.0)
    monkeypatch.setattr(nodes, "_PAUSE", 0.0)
    monkeypatch.setattr(nodes, "_REST", 0.0)
    monkeypatch.setattr(waiting, "_PATIENCE", 0.02)
    monkeypatch.setattr(waiting, "_PAUSE", 0.0)


@pytest.fixture(scope="module")
def coin(public_node: Rpc) -> Contract:
    made = deploy(Chain(public_node, signer=person("alice")), "TestCoin", "Test dollar", "tUSD", 2)
    made.send("mint", dev_address("alice"), 10**9)
    return made


@pytest.fixture
def proxy(public_node: Rpc) -> Iterator[Hostile]:
    with Hostile(public_node) as made:
        yield made
    public_node.request("evm_setAutomine", [True])


class World:
    """What people do, each time from the beginning."""

    def __init__(self, url: str, coin: Contract, folder: Path) -> None:
        self.url, self.coin, self.folder = url, coin, folder
        self.amounts = itertools.count(1)
        self.previews: list[Preview] = []

    def chain(self, journal: Path | None = None, reader: Rpc | None = None) -> Chain:
        confirm = self.previews.append
        found = reader or Rpc(self.url)
        return Chain(found, journal=journal, signer=person("alice"), confirm=confirm, expected_id=CHAIN_ID)

    def read(self, reader: Rpc | None = None) -> None:
        """All that is read of a chain."""
        chain = self.chain(reader=reader)
        history = History(":memory:", chain, [self.coin.address])
        asked: list[Callable[[], Any]] = [
            lambda: chain.id,
            chain.block,
            lambda: chain.block(1),
            chain.now,
            lambda: chain.block_from(1),
            lambda: chain.balance(BOB),
            lambda: chain.code(self.coin.address),
            lambda: chain.storage(self.coin.address, 0),
            lambda: chain.token(self.coin.address),
            lambda: chain.logs(self.coin.address),
            lambda: list(history.events()),
            lambda: list(history.events()),
            lambda: Funds(chain).own(BOB),
        ]
        for ask in asked:
            known(ask)

    def write(self, reader: Rpc | None = None) -> None:
        """A transfer from its preview to its end, said again, and what is left of it looked at and replaced."""
        amount = next(self.amounts)
        data = self.coin.encode("transfer", BOB, amount)
        transfer = Transaction(self.coin.address, data, words=(f"transfer {amount}",))
        chain = self.chain(self.folder / str(amount), reader)
        known(lambda: chain.transact(transfer))
        journal = known(lambda: chain.journal)
        open_ones = [one.id for one in journal.list() if one.open] if journal else []
        known(chain.standings)
        for one in open_ones:
            known(lambda one=one: chain.replace(one))  # type: ignore[misc]
            known(lambda one=one: chain.cancel(one))  # type: ignore[misc]
        known(lambda: chain.resume(0.0))
        known(lambda: chain.transact(transfer))

    def all(self, reader: Rpc | None = None) -> None:
        self.read(reader)
        self.write(reader)


def known(ask: Callable[[], Any]) -> Any:
    """What comes of it; None when it is refused with a sentence."""
    try:
        return ask()
    except DaokitError as refusal:
        assert str(refusal) and refusal.exit_code in (1, 2, 3, 4)
        return None


@pytest.fixture
def world(proxy: Hostile, coin: Contract, tmp_path: Path) -> World:
    return World(proxy.url, coin, tmp_path)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_an_answer_of_any_shape_is_a_sentence(world: World, proxy: Hostile, method: str) -> None:
    say_beside(proxy, method)
    for shape in [*SHAPES, RpcError(-32000, "something internal"), RpcError(3, "execution reverted", "0x")]:
        proxy.lies[method] = lambda *_, shape=shape: deepcopy(shape)
        world.all()


@pytest.mark.parametrize("method", ["eth_getBlockByNumber", "eth_getTransactionReceipt", "eth_getLogs", "eth_call"])
def test_of_two_that_must_agree_one_may_answer_in_any_shape(
    world: World, proxy: Hostile, public_node: Rpc, method: str
) -> None:
    for shape in SHAPES:
        proxy.lies[method] = lambda *_, shape=shape: deepcopy(shape)
        world.all(Nodes([public_node.url, proxy.url], quorum=2))


@pytest.mark.parametrize(
    "method",
    [
        "eth_getBlockByNumber",
        "eth_getBlockByHash",
        "eth_getTransactionReceipt",
        "eth_getBlockReceipts",
        "eth_getLogs",
        "eth_getProof",
        "eth_simulateV1",
    ],
)
def test_each_part_of_an_answer_may_be_missing_or_of_another_kind(world: World, proxy: Hostile, method: str) -> None:
    places: dict[tuple[Any, ...], None] = {}

    def look(_: list[Any], said: Any) -> Any:
        places.update(dict.fromkeys(parts(said)))
        return said

    say_beside(proxy, method)
    proxy.lies[method] = look
    world.all()
    assert len(places) > 1
    for place, shape in zip(places, itertools.cycle(SMALL), strict=False):
        proxy.lies[method] = lambda _, said, place=place, shape=shape: changed(said, place, shape)
        if method in ("eth_getLogs", "eth_getBlockByNumber"):
            world.read()
        if method != "eth_getLogs":
            world.write()


def test_a_simulation_that_is_none_is_called_so(world: World, proxy: Hostile) -> None:
    for logs in (None, {}, [{}], [{"topics": 7}], 7):
        call = {"status": "0x1", "returnData": "0x", "logs": logs}
        proxy.lies["eth_simulateV1"] = lambda *_, call=call: [{"calls": [call]}]
        world.write()
        assert [one.simulated for one in world.previews] == [False] * len(world.previews)
        world.previews.clear()


def test_what_is_no_number_and_no_block_is_no_connection(world: World, proxy: Hostile) -> None:
    chain = world.chain()
    proxy.lies["eth_blockNumber"] = lambda *_: 7
    with pytest.raises(NoConnection, match=r"does not answer eth_blockNumber as a node does \('7'\)"):
        chain.block_number()
    proxy.lies["eth_getBlockByNumber"] = lambda *_: {}
    with pytest.raises(NoConnection, match=r"does not answer eth_getBlockByNumber as a node does"):
        chain.transact(Transaction(BOB, value=1))


def say_beside(proxy: Hostile, method: str) -> None:
    if method in BESIDE:
        proxy.lies["eth_getTransactionReceipt"] = BESIDE[method]


def test_a_block_that_should_show_who_took_a_nonce_may_have_any_shape(world: World, proxy: Hostile) -> None:
    proxy.lies["eth_getTransactionReceipt"] = NONE
    full: dict[str, Any] = {}

    def look(params: list[Any], said: Any) -> Any:
        full.update(said if params[1] else {})
        return said

    proxy.lies["eth_getBlockByNumber"] = look
    world.write()
    places = parts({"transactions": full["transactions"]})
    for place, shape in zip(places, itertools.cycle(SMALL), strict=False):
        proxy.lies["eth_getBlockByNumber"] = lambda params, said, place=place, shape=shape: (
            changed(said, place, shape) if params[1] else said
        )
        world.write()


def parts(answer: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each part of an answer; of a list, to the first alone."""
    if place:
        yield place
    if isinstance(answer, dict):
        for name, value in answer.items():
            yield from parts(value, (*place, name))
    if isinstance(answer, list) and answer:
        yield from parts(answer[0], (*place, 0))


def changed(answer: Any, place: tuple[Any, ...], shape: Any) -> Any:
    """The same with something else there; as it is where it has no such part."""
    found = deepcopy(answer)
    at = found
    try:
        for step in place[:-1]:
            at = at[step]
        if shape is GONE:
            del at[place[-1]]
        else:
            at[place[-1]] = shape
    except (KeyError, IndexError, TypeError):
        return answer
    return found
