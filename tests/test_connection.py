"""Networks and accounts by the names that people use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import daokit
from daokit.errors import RuleBroken, UnknownName
from daokit.node import Node
from tests.people import address


@pytest.fixture
def project(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_chain_in_memory_serves_who_only_tries(project: Path) -> None:
    chain = daokit.connect("memory", "alice")
    assert (chain.name, chain.local, chain.sender) == ("memory", True, address("alice"))
    assert chain.journal is None
    assert chain.balance(chain.sender) > 0


def test_a_socket_a_network_and_a_profile_lead_to_the_same_chain(local_node: Node, project: Path) -> None:
    network = f'[network.here]\nurl = "{local_node.url}"\nchain_id = 31337\n'
    profile = '[profile.home]\nnetwork = "here"\naccount = "bob"\n'
    (project / "daokit.toml").write_text(network + profile)
    by_path, by_name = daokit.connect(local_node.url), daokit.connect("here", "alice")
    home = daokit.connect("home")
    assert by_path.genesis == by_name.genesis == home.genesis
    assert by_path.reader is None
    assert (by_name.name, home.sender) == ("here", address("bob"))


def test_the_account_is_known_by_its_address_too(local_node: Node, project: Path) -> None:
    assert daokit.connect(local_node.url, address("carol")).signer.name == "carol"
    stranger = daokit.connect(local_node.url, "0x00000000000000000000000000000000000b111d")
    with pytest.raises(RuleBroken, match="only watched"):
        stranger.signer.sign_transaction({})


def test_a_keyfile_as_ape_writes_it_signs(local_node: Node, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eth_account import Account

    key = Account.create()
    folder = project / "accounts"
    folder.mkdir()
    # ape adds nothing to web3 secret storage and writes the address without 0x.
    (folder / "maria.json").write_text(json.dumps(Account.encrypt(key.key, "horse", iterations=2)))
    chain = daokit.connect(local_node.url, "maria", password=lambda _: "horse")
    assert chain.sender == key.address
    assert len(chain.sign_typed({"name": "x"}, {"Note": [{"name": "text", "type": "string"}]}, {"text": "hi"})) == 65


def test_an_unknown_account_is_refused_with_the_known_ones(local_node: Node, project: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean alice"):
        daokit.connect(local_node.url, "alise")
