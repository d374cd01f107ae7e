"""`daokit doctor` says for each profile what is well and what is not, and the command that mends it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import CHAIN_ID, Hostile, person, public_chain

from daokit import rpc as rpc_module
from daokit.accounts import _dev_key, dev_address
from daokit.chain import Chain
from daokit.cli import run
from daokit.factory import deploy
from daokit.rpc import Rpc

Findings = Callable[..., dict[tuple[str, str], dict[str, Any]]]


@pytest.fixture
def town(public_node: Rpc) -> Iterator[Hostile]:
    with Hostile(public_node) as proxy:
        yield proxy


@pytest.fixture
def mill(public_node: Rpc) -> Iterator[Hostile]:
    with Hostile(public_node) as proxy:
        yield proxy


@pytest.fixture
def doctor(
    town: Hostile, mill: Hostile, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> Findings:
    """Two profiles and a network that no profile leads to; what is found, by place and thing."""
    from eth_account import Account

    (tmp_path / "accounts").mkdir()
    for name, number in (("anna", 0), ("poor", 77)):
        key = _dev_key(number)
        keyfile = tmp_path / "accounts" / f"{name}.json"
        keyfile.write_text(json.dumps(Account.encrypt(key, "horse", kdf="pbkdf2", iterations=2)))
        keyfile.chmod(0o600)
    monkeypatch.setattr(rpc_module, "BACK_OFF", 0.001)
    (tmp_path / "daokit.toml").write_text(
        'use = "town"\n'
        '[profile.town]\nnetwork = "town"\naccount = "anna"\n'
        '[profile.both]\nnetwork = "both"\naccount = "poor"\n'
        f'[network.town]\nurl = "{town.url}"\nchain_id = {CHAIN_ID}\n'
        f'[network.both]\nurls = ["{town.url}", "{mill.url}/keykeykeykeykeykeykeykey"]\nquorum = 2\n'
        '[network.gone]\nurl = "http://127.0.0.1:1/hunter2hunter2hunter2"\n'
    )
    monkeypatch.chdir(tmp_path)

    def examined(*words: str) -> dict[tuple[str, str], dict[str, Any]]:
        capsys.readouterr()
        assert run(["doctor", "--json", *words]) == 0
        out = capsys.readouterr().out
        assert "hunter2" not in out and "keykey" not in out
        found = json.loads(out)["data"]["findings"]
        return {(one["place"], one["what"]): one for one in found}

    return examined


def test_each_profile_and_network_is_looked_at_and_told_how_to_mend(
    doctor: Findings, public_node: Rpc, town: Hostile, mill: Hostile
) -> None:
    deploy(Chain(public_node, signer=person("alice")))
    found = doctor()
    rich = found["town", "account"]["words"]
    assert " ETH: enough for a proposal (up to 0.00" in rich and rich.endswith(" ETH)")
    assert {place for place, _ in found} == {"", "town", "both", "gone"}
    for what in ("network", "in sync", "shared contracts", "journal", "account"):
        assert found["town", what]["well"], found["town", what]
    assert "what it says is unchecked" in found["town", "nodes"]["words"]
    assert found["town", "shared contracts"]["words"] == "all are here, with the code of their sources"
    assert found["both", f"node {mill.url}/…"]["words"].startswith("answers, block ")
    poor = found["both", "account"]
    assert not poor["well"] and "has 0 ETH; a proposal costs up to 0.00" in poor["words"]
    assert poor["mend"].startswith("send coin for fees to 0x")
    gone = found["gone", "network"]
    assert not gone["well"] and "cannot be reached (connection refused)" in gone["words"]
    assert gone["mend"] == "correct the url of [network.gone] in daokit.toml, or add a second one"
    assert ("gone", "account") not in found


def test_what_an_account_suffices_for_is_said(doctor: Findings, public_node: Rpc, town: Hostile) -> None:
    town.lies["eth_getCode"] = lambda *_: "0x"
    rich = doctor("--profile", "town")["town", "account"]
    assert rich["well"] and ", and for putting up the shared contracts (about 0." in rich["words"]
    town.lies["eth_getBalance"] = lambda *_: hex(10**16)
    account = doctor("--profile", "town")["town", "account"]
    assert account["well"] and " has 0.01 ETH: enough for a proposal (up to 0.00" in account["words"]
    assert ", and not for putting up the shared contracts (about 0." in account["words"]
    town.lies["eth_maxPriorityFeePerGas"] = lambda *_: hex(3_000 * 10**9)
    account = doctor("--profile", "town")["town", "account"]
    assert not account["well"] and "the node asks for a tip of 3,000 gwei" in account["words"]
    assert account["mend"] == "correct the url of [network.town] in daokit.toml, or add a second one"


def test_a_wrong_account_is_no_fault_of_the_network(doctor: Findings, town: Hostile) -> None:
    found = doctor("--profile", "town", "--account", "ana")
    assert found["town", "network"]["well"] and found["town", "in sync"]["well"]
    account = found["town", "account"]
    assert not account["well"] and 'no account "ana"; did you mean anna?' in account["words"]
    assert account["mend"] == "daokit use --account <name>"
    alice = doctor("--profile", "town", "--account", "alice")["town", "account"]
    assert "on town the development accounts do not sign: make one with `daokit account new`" in alice["words"]
    watched = doctor("--profile", "town", "--account", dev_address("bob"))["town", "account"]
    assert watched["well"] and watched["words"].endswith("it is only watched, its key is not here")


def test_each_way_of_not_reaching_a_network_has_its_own_mend(
    doctor: Findings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FAR_RPC", raising=False)
    monkeypatch.setitem(sys.modules, "ape", None)
    with (tmp_path / "daokit.toml").open("a") as file:
        file.write('[network.far]\nurl = "$FAR_RPC"\n[profile.typo]\nnetwork = "twon"\n')
        file.write('[profile.apes]\nnetwork = "ethereum:sepolia:alchemy"\n')
    found = doctor()
    mends = {place: one["mend"] for (place, what), one in found.items() if what == "network" and not one["well"]}
    assert mends == {
        "far": "export FAR_RPC=https://…",
        "typo": "correct the network of [profile.typo] in daokit.toml",
        "apes": "pip install 'daokit[ape]'",
        "gone": "correct the url of [network.gone] in daokit.toml, or add a second one",
    }


def test_balances_are_listed_whatever_account_is_chosen(doctor: Findings, capsys: Any) -> None:
    assert run(["account", "list", "--json", "--account", "ana"]) == 0
    listed = {one["name"]: one["balance"] for one in json.loads(capsys.readouterr().out)["data"]}
    assert listed["anna"] > 10**18 and listed["poor"] == 0


def test_one_place_can_be_asked_for_alone(doctor: Findings) -> None:
    assert {place for place, _ in doctor("--profile", "both")} == {"", "both"}
    assert {place for place, _ in doctor("--network", "town")} == {"", "town"}


def test_a_node_that_lags_or_strays_or_is_still_reading_is_named(
    doctor: Findings, public_node: Rpc, town: Hostile, mill: Hostile
) -> None:
    public_node.request("anvil_mine", [hex(30)])
    mill.behind = 20
    lagging = doctor("--profile", "both")["both", f"node {mill.url}/…"]
    assert not lagging["well"] and "and another at" in lagging["words"]
    mill.honest()
    mill.lies["eth_chainId"] = lambda *_: "0x1"
    found = doctor("--profile", "both")
    astray = found["both", "network"]
    assert not astray["well"] and f"{mill.url}/… is on chain 1, and chain {CHAIN_ID} was expected" in astray["words"]
    town.lies["eth_syncing"] = lambda *_: {"highestBlock": hex(9_000_000)}
    reading = doctor("--profile", "town")["town", "in sync"]
    assert not reading["well"] and "of 9,000,000" in reading["words"]
    town.lies = {
        "eth_getBlockByNumber": lambda _, found: found and {**found, "timestamp": hex(int(time.time()) - 7200)}
    }
    late = doctor("--profile", "town")["town", "in sync"]
    assert not late["well"] and "120 minutes behind this machine's clock" in late["words"]


def test_a_chain_without_our_contracts_or_unable_to_run_them_is_said(
    doctor: Findings, tmp_path: Path, state: Path
) -> None:
    for words, well, said in (
        ((), True, "the first founding puts them up, or `daokit network bootstrap`"),
        (("--hardfork", "shanghai"), False, "does not know MCOPY"),
    ):
        with public_chain(*words) as fresh:
            found = doctor("--network", fresh.url, "--account", dev_address("judy"))
        (shared,) = [one for (_, what), one in found.items() if what == "shared contracts"]
        assert shared["well"] is well and said in shared["words"]
