"""A nonce that is too high is not signed on a proof of a node's own making, or is seen before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import CHAIN_ID, Hostile, forged, lone_account, person

from daokit.accounts import dev_address
from daokit.chain import Chain, Transaction
from daokit.errors import DryRun, RuleBroken
from daokit.nodes import Nodes
from daokit.preview import Preview
from daokit.proof import proven_count
from daokit.rpc import Rpc

BOB = dev_address("bob")
PAYS = Transaction(BOB, value=5, words=("pay 5",))


@pytest.fixture
def node(public_node: Rpc) -> Rpc:
    return public_node


@pytest.fixture
def proxy(node: Rpc) -> Iterator[Hostile]:
    with Hostile(node) as made:
        yield made


def whose(name: str, rpc: Rpc, folder: Path) -> tuple[Chain, list[Preview]]:
    """Somebody's chain, and the previews that they see."""
    seen: list[Preview] = []
    return Chain(rpc, journal=folder, signer=person(name), confirm=seen.append, expected_id=CHAIN_ID), seen


def lie(proxy: Hostile, who: str, nonce: int, *, rehash: bool) -> None:
    """The node shows a state in which only this account is, and that it has sent so many; also under a fitting hash."""
    root, leaf = lone_account(who, nonce)
    proxy.lies["eth_getTransactionCount"] = lambda *_: hex(nonce)
    proxy.lies["eth_getProof"] = lambda _, said: {**said, "nonce": hex(nonce), "accountProof": [leaf]}

    def block(_: list[Any], said: Any) -> Any:
        return forged(said, stateRoot=root) if rehash else {**said, "stateRoot": root}

    proxy.lies["eth_getBlockByNumber"] = block


def test_a_root_that_does_not_stand_under_the_hash_of_its_block_proves_nothing(
    proxy: Hostile, node: Rpc, tmp_path: Path
) -> None:
    chain, _ = whose("carol", Rpc(proxy.url), tmp_path)
    assert proven_count(chain.rpc, chain.sender) == 0
    lie(proxy, chain.sender, 3, rehash=False)
    assert proven_count(chain.rpc, chain.sender) is None
    with pytest.raises(RuleBroken, match="gives no proof; add a second url and quorum = 2"):
        chain.transact(PAYS)
    assert chain.journal is not None and chain.journal.list() == ()


def test_a_nonce_that_one_node_says_and_the_journal_does_not_is_shown(proxy: Hostile, tmp_path: Path) -> None:
    chain, seen = whose("dave", Rpc(proxy.url), tmp_path)
    lie(proxy, chain.sender, 3, rehash=True)

    def stop(preview: Preview) -> None:
        seen.append(preview)
        raise DryRun("stopped")

    with chain.confirming(stop), pytest.raises(DryRun):
        chain.transact(PAYS)
    assert [one.nonce for one in seen] == [3]
    # Nor does it help to say it only once the preview was shown.
    honest = [0]
    proxy.lies["eth_getTransactionCount"] = lambda *_: hex(honest.pop() if honest else 3)
    with pytest.raises(RuleBroken, match=r"says now that the next nonce of .* is 3, and no nonce was shown before"):
        chain.transact(PAYS)
    assert chain.journal is not None and chain.journal.list() == ()


def test_a_nonce_that_nobody_need_doubt_is_not_shown(node: Rpc, proxy: Hostile, tmp_path: Path) -> None:
    chain, seen = whose("erin", Rpc(proxy.url), tmp_path / "one")
    for _ in range(2):
        chain.transact(PAYS)
    assert [one.nonce for one in seen] == [None, None]
    # An account that was used elsewhere: one node's word, unless two say it.
    elsewhere, seen = whose("erin", Rpc(proxy.url), tmp_path / "other")
    elsewhere.transact(PAYS)
    elsewhere.transact(PAYS)
    assert [one.nonce for one in seen] == [2, None]
    checked, seen = whose("erin", Nodes([proxy.url, node.url], chain_id=CHAIN_ID, quorum=2), tmp_path / "two")
    checked.transact(PAYS)
    assert [one.nonce for one in seen] == [None]


def test_the_command_line_shows_whose_word_a_nonce_is(
    node: Rpc, proxy: Hostile, tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from daokit.cli.confirm import confirm
    from daokit.cli.options import Options
    from daokit.cli.session import Session

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAOKIT_NETWORK", proxy.url)
    Chain(node, signer=person("judy")).transact(PAYS)
    for options in (Options(dry_run=True), Options(dry_run=True, json=True)):
        session = Session(options)
        chain = session.chain.as_(person("judy"))
        with chain.confirming(lambda preview, session=session: confirm(session, preview)), pytest.raises(DryRun) as end:
            chain.transact(PAYS)
        said = " ".join(capsys.readouterr().err.split())
        assert end.value.values["unchecked_nonce"] == 1
        assert options.json or "nonce 1 by the word of one node" in said
