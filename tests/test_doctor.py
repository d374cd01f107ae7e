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
from daokit.journal import Journal
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
    fees = doctor("--profile", "town")["town", "fees"]
    assert not fees["well"] and "the node asks for a tip of 3,000 gwei" in fees["words"]
    assert fees["mend"] == "correct the url of [network.town] in daokit.toml, or add a second one"


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


# The mend follows what is wrong


def test_a_limit_below_what_gas_costs_is_no_fault_of_the_account(doctor: Findings) -> None:
    found = doctor("--profile", "town", "--max-fee", "1 wei")
    assert found["town", "account"]["well"] and found["town", "account"]["words"].endswith(" ETH")
    fees = found["town", "fees"]
    assert not fees["well"] and "and your limit is 0.000000001 gwei" in fees["words"]
    assert fees["mend"].startswith('wait, say --max-fee "') and fees["mend"].endswith("or raise max_fee in daokit.toml")


def test_two_nodes_that_disagree_about_a_balance_are_the_fault_of_one_of_them(doctor: Findings, mill: Hostile) -> None:
    mill.lies["eth_getBalance"] = lambda *_: "0x1"
    account = doctor("--profile", "both")["both", "account"]
    assert not account["well"] and "the nodes disagree about" in account["words"]
    assert account["mend"] == "find out which node is wrong, and replace it in daokit.toml"


def test_a_quorum_that_lacks_a_node_names_it_and_the_rest_is_looked_at(doctor: Findings, mill: Hostile) -> None:
    mill.trouble = lambda _: "drop"
    found = doctor("--profile", "both", "--account", "anna")
    network, gone = found["both", "network"], found["both", f"node {mill.url}/…"]
    assert not network["well"] and "quorum = 2 needs 2 nodes" in network["words"]
    assert network["mend"].startswith("correct or replace what fails in the urls of [network.both] in daokit.toml")
    assert not gone["well"] and gone["mend"] == "correct or replace it in daokit.toml"
    (answers,) = [one for (_, what), one in found.items() if what.startswith("node http") and one is not gone]
    assert answers["well"] and answers["words"].startswith("answers, block ")
    assert found["both", "quorum"]["words"] == "quorum = 2, and 1 of 2 nodes can be used"
    assert found["both", "nodes"]["words"] == f"what follows is by the word of {answers['what'][5:]} alone"
    for what in ("in sync", "shared contracts", "journal", "account"):
        assert found["both", what]["well"], found["both", what]


def test_a_network_that_would_take_any_chain_is_told_which_chain_id_to_name(doctor: Findings, tmp_path: Path) -> None:
    found = doctor()
    assert found["both", "chain id"]["mend"] == f"add chain_id = {CHAIN_ID} to [network.both] in daokit.toml"
    assert not found["both", "chain id"]["well"] and ("town", "chain id") not in found
    file = tmp_path / "daokit.toml"
    file.write_text(file.read_text().replace("network.both]", "network.optimism]").replace('"both"', '"optimism"'))
    found = doctor("--profile", "both")
    assert "and chain 10 was expected" in found["both", "network"]["words"]
    assert found["both", "network"]["mend"] == "correct the url or the chain_id of [network.optimism] in daokit.toml"


def test_what_keeps_a_transaction_waiting_decides_what_mends_it(
    doctor: Findings, public_node: Rpc, town: Hostile, mill: Hostile, state: Path
) -> None:
    before = public_node.request("evm_snapshot")
    signer, journal = person("alice"), Journal.of(public_node, state / "journal")
    next_one = int(public_node.request("eth_getTransactionCount", [signer.address, "latest"]), 16)

    def signed(nonce: int) -> str:
        wish = {"to": dev_address("bob"), "value": 1, "gas": 21_000, "gasPrice": 3 * 10**9, "chainId": CHAIN_ID}
        raw = signer.sign_transaction({**wish, "nonce": nonce})
        hash = public_node.request("eth_sendRawTransaction", ["0x" + raw.hex()])
        entry = journal.prepare(sender=signer.address, nonce=nonce, hash=hash, raw="0x" + raw.hex(), words=("pay",))
        journal.mark(entry, "sent")
        return str(hash)

    public_node.request("evm_setAutomine", [False])
    try:
        signed(next_one + 1)
        waits = doctor()["town", "journal"]
        why = f"nonce {next_one} comes before it, was not signed here, and no node has a transaction with it"
        assert waits["words"] == f"1 signed and not settled: 1 is waiting ({why})"
        assert waits["mend"] == f"daokit tx cancel --nonce {next_one}"
        hash = signed(next_one)
        assert doctor()["town", "journal"]["mend"] == "daokit tx resume"
        for node in (town, mill):
            node.lies["eth_getBlockByNumber"] = lambda _, said: said and {**said, "baseFeePerGas": hex(10**11)}
        found = doctor()
        assert found["town", "journal"]["words"].startswith(
            "2 signed and not settled: 2 is stuck (it offers at most 3 "
        )
        assert found["town", "journal"]["mend"] == "daokit tx replace 2"
        assert found["both", "journal"]["mend"] == "daokit tx replace 2 --profile both"
        town.honest()
        public_node.request("anvil_dropTransaction", [hash])
        dropped = doctor("--profile", "town")["town", "journal"]
        assert "2 is dropped" in dropped["words"] and dropped["mend"] == "daokit tx resume"
    finally:
        public_node.request("anvil_dropAllTransactions")
        public_node.request("evm_setAutomine", [True])
        public_node.request("evm_revert", [before])
