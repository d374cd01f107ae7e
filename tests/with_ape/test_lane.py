"""In ape's own environment, with ape's own networks, accounts and contract types. `tests/test_ape.py` starts it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import ape
import click
import pytest
import web3
from ape_ethereum.transactions import TransactionType
from eth_account import Account
from eth_account.messages import encode_typed_data

import daokit.ape
import daokit.cli.ape
from daokit import accounts
from daokit.accounts import dev_address, dev_signer
from daokit.artifact import artifact_names
from daokit.chain import Chain, Transaction
from daokit.connection import connect
from daokit.contract import deploy
from daokit.errors import NoConnection, RuleBroken, UnknownName, UsageError
from daokit.rpc import Rpc
from daokit.tools import find_foundry

ETHER = 10**18


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(port: int, chain_id: int, *words: str) -> subprocess.Popen[bytes]:
    command = [str(find_foundry("anvil")), "--silent", "--port", str(port), "--chain-id", str(chain_id), *words]
    process = subprocess.Popen(command)
    for _ in range(1_200):
        try:
            Rpc(f"http://127.0.0.1:{port}").request("eth_chainId")
            return process
        except NoConnection:
            time.sleep(0.05)
    raise AssertionError("anvil did not start")


@pytest.fixture(scope="module")
def hosted() -> Iterator[str]:
    """A public chain as ape-alchemy would reach it."""
    port = free_port()
    process = started(port, 11155111, "--block-time", "1")
    os.environ["DAOKIT_TEST_HOSTED"] = f"http://127.0.0.1:{port}"
    yield os.environ["DAOKIT_TEST_HOSTED"]
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def foundry() -> Iterator[str]:
    """A local chain that runs already, where ape-foundry finds it."""
    port = free_port()
    process = started(port, 31337)
    os.environ["APE_FOUNDRY_HOST"] = f"http://127.0.0.1:{port}"
    yield os.environ["APE_FOUNDRY_HOST"]
    process.terminate()
    process.wait(10)


def fund(chain: Chain, account: str) -> None:
    """An ether, in a block: a proof is of what the last one holds."""
    chain.rpc.request("anvil_setBalance", [account, hex(ETHER)])
    chain.rpc.request("anvil_mine", ["0x1"])


def dao(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`ape dao …` as typed, where nobody sits at a terminal."""
    program = Path(sys.executable).with_name("ape")
    anvil = f"{find_foundry('anvil').parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(program), "dao", *words],
        cwd=folder,
        env={**os.environ, "PATH": anvil, **environment},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
    )


def test_this_environment_has_the_web3_that_ape_needs() -> None:
    assert web3.__version__.startswith("7.")
    assert version("eth-ape") == "0.8.51"
    assert isinstance(daokit.cli.ape.cli, click.Command)


# Networks


def test_a_network_by_ape_s_words_is_reached_through_its_provider(hosted: str) -> None:
    chain = connect("ethereum:sepolia:standin")
    assert (chain.id, chain.local, chain.rpc.url) == (11155111, False, hosted)
    assert chain.name == "ethereum:sepolia:standin"
    # ape waits for two blocks after that of the transaction there.
    known = ape.networks.ethereum.sepolia.required_confirmations
    assert (chain.policy.confirmations, chain.policy.fees) == (known + 1, None) == (3, None)
    with pytest.raises(RuleBroken, match="alice is a development account"):
        chain.as_(dev_signer("alice")).transact(Transaction(dev_address("bob"), value=1))


def test_a_node_on_another_chain_than_ape_s_network_is_refused(foundry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAOKIT_TEST_HOSTED", foundry)
    daokit.ape.node.cache_clear()
    with pytest.raises((RuleBroken, NoConnection), match=r"31337|sepolia"):
        _ = connect("ethereum:sepolia:standin").id
    daokit.ape.node.cache_clear()


def test_a_chain_that_ape_pays_the_old_way_is_paid_so(hosted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(ape.networks.ethereum), "default_transaction_type", TransactionType.STATIC)
    daokit.ape.node.cache_clear()
    assert connect("ethereum:sepolia:standin").policy.fees == "legacy"
    daokit.ape.node.cache_clear()


def test_what_a_profile_says_of_confirmations_comes_before_ape_s(
    hosted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "daokit.toml").write_text('[profile.town]\nnetwork = "ethereum:sepolia:standin"\nconfirmations = 5\n')
    assert connect("town").policy.confirmations == 5


def test_an_unknown_network_of_ape_s_is_said_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"ape has no network ethereum:sepolia:alchemy .*Options: .*standin"):
        connect("ethereum:sepolia:alchemy")
    with pytest.raises(UsageError, match="has no address"):
        connect("ethereum:local:test")


# Accounts


def test_a_keyfile_of_ours_is_ape_s_and_signs_through_either(hosted: str) -> None:
    made = accounts.new("mira", lambda _: "correct horse")
    ours = ape.accounts.load("mira")
    assert ours.address == made.address
    chain = connect("ethereum:sepolia:standin", "mira", password=lambda _: "correct horse")
    fund(chain, made.address)
    assert chain.transact(Transaction(dev_address("bob"), value=7)).status == 1
    ours.set_autosign(True, passphrase="correct horse")
    same = connect("ethereum:sepolia:standin", "ape:mira")
    assert same.transact(Transaction(dev_address("bob"), value=8)).status == 1
    assert same.balance(dev_address("bob")) == 10_000 * ETHER + 15


def test_a_device_behind_ape_s_interface_signs_what_is_sent_and_what_is_typed(hosted: str) -> None:
    chain = connect("ethereum:sepolia:standin", "ape:willing-device")
    assert not chain.signer.local_only
    fund(chain, chain.sender)
    made = deploy(chain, "TestCoin", "Test dollar", "tUSD", 2)
    assert made.read("symbol") == "tUSD"
    domain = {"name": "daokit Collective", "version": "1", "chainId": 11155111, "verifyingContract": made.address}
    types = {"Application": [{"name": "applicant", "type": "address"}, {"name": "deadline", "type": "uint256"}]}
    message = {"applicant": chain.sender, "deadline": 5}
    signature = chain.sign_typed(domain, types, message)
    assert Account.recover_message(encode_typed_data(domain, types, message), signature=signature) == chain.sender


def test_a_trezor_gets_the_whole_text_and_it_means_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    domain = {"name": "Mill", "version": "1", "chainId": 10, "verifyingContract": dev_address("bob")}
    types = {
        "Seat": [{"name": "holder", "type": "address"}, {"name": "units", "type": "uint256"}],
        "Charter": [{"name": "seats", "type": "Seat[]"}, {"name": "text", "type": "bytes32"}],
    }
    message = {"seats": [{"holder": dev_address("carol"), "units": 100}], "text": b"\x07" * 32}
    given: list[object] = []
    account = daokit.ape.signer("willing-device")
    monkeypatch.setattr(type(account._account), "__module__", "ape_trezor.accounts")
    sign = type(account._account).sign_message

    def device(self: object, msg: object, **options: object) -> object:
        given.append(msg)
        return sign(self, encode_typed_data(full_message=msg))

    monkeypatch.setattr(type(account._account), "sign_message", device)
    signature = account.sign_typed(domain, types, message)
    assert isinstance(given[0], dict) and given[0]["primaryType"] == "Charter"
    assert Account.recover_message(encode_typed_data(domain, types, message), signature=signature) == account.address


@pytest.mark.parametrize(("alias", "words"), [("refusing-device", "did not sign"), ("lying-device", "does not sign")])
def test_a_device_that_refuses_or_holds_another_key_sends_nothing(hosted: str, alias: str, words: str) -> None:
    chain = connect("ethereum:sepolia:standin", f"ape:{alias}")
    fund(chain, chain.sender)
    count = chain.rpc.request("eth_getTransactionCount", [chain.sender, "latest"])
    with pytest.raises(RuleBroken, match=words):
        chain.transact(Transaction(dev_address("bob"), value=1))
    assert chain.rpc.request("eth_getTransactionCount", [chain.sender, "pending"]) == count
    domain, types = {"name": "x", "chainId": 1}, {"Vote": [{"name": "side", "type": "uint8"}]}
    with pytest.raises(RuleBroken, match=r"did not sign|is not 0x"):
        chain.sign_typed(domain, types, {"side": 1})


def test_an_unknown_account_of_ape_s_lists_the_near_ones(hosted: str) -> None:
    with pytest.raises(UnknownName, match="did you mean willing-device"):
        connect("ethereum:sepolia:standin", "ape:wiling-device")


def test_ape_s_test_accounts_sign_on_local_chains_only(foundry: str, hosted: str) -> None:
    local = connect("ethereum:local:foundry", "ape:TEST::0")
    assert local.transact(Transaction(dev_address("bob"), value=1)).status == 1
    with pytest.raises(RuleBroken, match="TEST::0 is a development account"):
        connect("ethereum:sepolia:standin", "ape:TEST::0").transact(Transaction(dev_address("bob"), value=1))


# Contract types


def test_our_contracts_are_ape_s_contract_types(foundry: str) -> None:
    types = daokit.ape.contract_types()
    assert sorted(types) == sorted(artifact_names())
    coin = deploy(connect("ethereum:local:foundry", "alice"), "TestCoin", "Test dollar", "tUSD", 2)
    with ape.networks.ethereum.local.use_provider("foundry"):
        theirs = ape.Contract(coin.address, contract_type=types["TestCoin"])
        theirs.mint(dev_address("bob"), 12_50, sender=ape.accounts.test_accounts[0])
        assert theirs.balanceOf(dev_address("bob")) == 12_50
        again = ape.accounts.test_accounts[1].deploy(
            ape.contracts.ContractContainer(types["TestCoin"]), "Another", "tEUR", 2
        )
        assert again.symbol() == "tEUR"
    assert coin.read("balanceOf", dev_address("bob")) == 12_50


# `ape dao`


def test_ape_dao_founds_a_collective_on_ape_s_network(foundry: str, tmp_path: Path) -> None:
    assert dao("init", "--name", "Mill", folder=tmp_path).returncode == 0
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    words = ("--network", "ethereum:local:foundry", "--account", "alice", "--json", "--yes", "--quiet")
    coin = deploy(connect("ethereum:local:foundry", "alice"), "TestCoin", "Test dollar", "tUSD", 2).address
    charter = tmp_path / "charter.toml"
    charter.write_text(charter.read_text().replace('["tUSD"]', f'["{coin}"]'))
    founded = dao("found", *words, folder=tmp_path, **state)
    assert founded.returncode == 0, founded.stderr
    assert json.loads(founded.stdout)["data"]["name"] == "Mill"
    shown = (tmp_path / "daokit.toml").read_text()
    assert 'network = "ethereum:local:foundry"' in shown
    # The profile that was written says the network, so nothing else need be said.
    roll = dao("member", "list", "--json", folder=tmp_path, **state)
    assert [one["name"] for one in json.loads(roll.stdout)["data"]["seats"]][:1] == ["Alice"], roll.stdout + roll.stderr
    missing = dao("fund", "status", "--account", "alice", folder=tmp_path, **state)
    assert missing.returncode == 2 and "you have no fund on ethereum:local:foundry yet" in missing.stderr


def test_ape_dao_starts_ape_s_node_and_leaves_none_behind(tmp_path: Path) -> None:
    port = free_port()
    words = ("--network", "ethereum:local:foundry", "--account", "alice", "--json")
    done = dao("account", "list", *words, folder=tmp_path, APE_FOUNDRY_HOST=f"http://127.0.0.1:{port}")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"]
    with pytest.raises(NoConnection):
        Rpc(f"http://127.0.0.1:{port}").request("eth_chainId")


def test_ape_lists_our_commands_as_its_own(tmp_path: Path) -> None:
    helped = dao("--help", folder=tmp_path)
    assert "Usage: ape dao" in helped.stdout and "treasury" in helped.stdout
    wrong = dao("fund", folder=tmp_path)
    assert wrong.returncode == 2 and "`ape dao fund` has open" in wrong.stderr
