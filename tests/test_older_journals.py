"""The journal of a public chain is found by its id, whatever a node says of the first block."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import CHAIN_ID, Hostile, person

from daokit import waiting
from daokit.accounts import dev_address
from daokit.chain import Chain, Transaction
from daokit.errors import NotConfirmed, RuleBroken
from daokit.funds import Funds, _file
from daokit.journal import Entry, Journal
from daokit.nodes import Nodes
from daokit.rpc import Rpc, RpcError

BOB = dev_address("bob")
FIRST, OTHER = "0x" + "ab" * 32, "0x" + "cd" * 32


@pytest.fixture
def node(public_node: Rpc) -> Rpc:
    return public_node


@pytest.fixture
def proxy(node: Rpc) -> Iterator[Hostile]:
    with Hostile(node) as made:
        yield made


def alice(proxy: Hostile, folder: Path) -> Chain:
    return Chain(Rpc(proxy.url), journal=folder, signer=person("alice"), expected_id=CHAIN_ID)


def first_block(said: Any) -> Any:
    """A lie about the first block alone."""
    return lambda params, honest: said if params[0] == "0x0" else honest


def test_another_first_block_opens_no_other_journal(
    proxy: Hostile, node: Rpc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_PATIENCE", 0.3)
    had = int(node.request("eth_getBalance", [BOB, "latest"]), 16)
    proxy.lies["eth_getTransactionReceipt"] = lambda *_: None
    with pytest.raises(NotConfirmed):
        alice(proxy, tmp_path).transact(Transaction(BOB, value=5, words=("pay 5",)))
    head = node.request("eth_getBlockByNumber", ["0x0", False])
    for said in ({**head, "hash": OTHER}, None):
        proxy.lies["eth_getBlockByNumber"] = first_block(said)
        again = alice(proxy, tmp_path)
        assert again.journal is not None
        assert [one.words for one in again.journal.list()] == [("pay 5",)]
        with pytest.raises(RuleBroken, match="this very act is signed already"):
            again.transact(Transaction(BOB, value=5, words=("pay 5",)))
    assert [path.name for path in tmp_path.glob("*.jsonl")] == [f"{CHAIN_ID}.jsonl"]
    assert int(node.request("eth_getBalance", [BOB, "latest"]), 16) == had + 5
    proxy.honest()
    (done,) = alice(proxy, tmp_path).resume(2)
    assert done.status == "confirmed"


@pytest.mark.parametrize("said", [None, RpcError(4444, "pruned history unavailable")])
def test_a_node_without_the_first_block_can_be_used(
    proxy: Hostile, node: Rpc, tmp_path: Path, state: Path, said: Any
) -> None:
    proxy.lies["eth_getBlockByNumber"] = first_block(said)
    chain = alice(proxy, tmp_path)
    assert chain.transact(Transaction(BOB, value=1)).status == 1
    assert Funds(chain).own(chain.sender) is None
    assert Journal.of(chain.rpc, tmp_path).list() != ()
    with Hostile(node) as second:
        both = Nodes([proxy.url, second.url], chain_id=CHAIN_ID, quorum=2)
        assert Chain(both).balance(BOB) > 0


def write(folder: Path, genesis: str, *acts: tuple[str, int, str], begun: int) -> Journal:
    """A journal that bears a first block in its name: hash, nonce and status of what stands in it."""
    journal = Journal(folder, CHAIN_ID, genesis)
    with journal.turn():
        for place, (hash, nonce, status) in enumerate(acts):
            entry = journal.add(Entry(0, begun + place, person("alice").address, nonce, hash, "0x", (hash,)))
            journal.mark(entry, status, block=nonce)
    return journal


def rows(folder: Path) -> list[tuple[int, str, int, str, int | None]]:
    found = Journal(folder, CHAIN_ID).list()
    return [(one.id, one.hash, one.nonce, one.status, one.block) for one in found]


def test_the_journal_with_a_first_block_in_its_name_stays_that_of_its_chain(tmp_path: Path) -> None:
    write(tmp_path, FIRST, ("0xa1", 0, "confirmed"), ("0xa2", 1, "sent"), begun=100)
    assert rows(tmp_path) == [(1, "0xa1", 0, "confirmed", 0), (2, "0xa2", 1, "sent", 1)]
    assert rows(tmp_path) == rows(tmp_path)
    # A chain whose id only begins alike is another.
    assert Journal(tmp_path, CHAIN_ID // 10).list() == ()


def test_journals_that_a_lie_has_parted_come_together(tmp_path: Path) -> None:
    write(tmp_path, OTHER, ("0xb1", 2, "confirmed"), ("0xa2", 1, "failed"), begun=200)
    write(tmp_path, FIRST, ("0xa1", 0, "confirmed"), ("0xa2", 1, "sent"), begun=100)
    whole = [(1, "0xa1", 0, "confirmed", 0), (2, "0xa2", 1, "sent", 1), (3, "0xb1", 2, "confirmed", 2)]
    kept = tmp_path / "kept"
    kept.mkdir()
    for path in tmp_path.glob("*.jsonl"):
        shutil.copy(path, kept)
    assert rows(tmp_path) == whole
    assert sorted(path.name for path in tmp_path.glob("4*l")) == [f"{CHAIN_ID}.jsonl"]
    assert [path.suffix for path in tmp_path.glob(f"{CHAIN_ID}-cd*") if path.suffix != ".lock"] == [".taken"]
    # Once more, as after an interruption: nothing stands there twice.
    for path in kept.iterdir():
        shutil.copy(path, tmp_path)
    assert rows(tmp_path) == whole


def test_what_replaced_what_is_still_known(tmp_path: Path) -> None:
    write(tmp_path, FIRST, ("0xa1", 0, "confirmed"), begun=100)
    other = write(tmp_path, OTHER, ("0xb1", 1, "sent"), begun=200)
    with other.turn():
        other.add(Entry(0, 201, person("alice").address, 1, "0xb2", "0x", (), replaces=1))
    assert [(one.id, one.replaces) for one in Journal(tmp_path, CHAIN_ID).list()] == [(1, None), (2, None), (3, 2)]


def test_a_fund_that_is_remembered_under_a_first_block_stays_remembered(proxy: Hostile, state: Path) -> None:
    chain = Chain(Rpc(proxy.url))
    new = _file(chain)
    assert new.name == f"{CHAIN_ID}.json"
    new.parent.mkdir(parents=True)
    old = new.with_name(f"{CHAIN_ID}-abababababababab.json")
    old.write_text("{}")
    assert _file(chain) == old
    new.write_text("{}")
    assert _file(chain) == new
