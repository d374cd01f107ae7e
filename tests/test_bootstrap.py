"""The shared contracts come to a chain once, at the addresses that they have everywhere, whatever interrupts it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from test_resume import Proxy, proxied

from daokit.accounts import dev_signer
from daokit.bootstrap import bootstrap, plan
from daokit.chain import Chain
from daokit.cli import run
from daokit.deployments import Deployments, Record, Shared, SharedContract, schema
from daokit.errors import MalformedFile, RuleBroken
from daokit.factory import DEPLOYER, DEPLOYER_CODE, deploy, has_deployer, made, missing, parts
from daokit.journal import Journal
from daokit.node import Node
from daokit.rpc import Rpc
from tests.people import address

ROOT = Path(__file__).parent.parent
NAMES = ["Membership", "Collective", "Treasury", "CollectiveFactory", "ProfitShare", "ProfitShareFactory"]
NAMES += ["FederationHouse", "Federation", "HomePurse", "Branch", "HyperlaneGateway", "FederationFactory"]
NAMES += ["GovernorMember", "SafeMember", "AdapterFactory", "FundFactory", "Services", "Fund"]


@pytest.fixture(scope="module")
def bare_node() -> Iterator[Node]:
    """A chain on which nothing stands yet, not even the deterministic deployer."""
    with tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder) / "node")
        node.up()
        Rpc(node.url).request("anvil_setCode", [DEPLOYER, "0x"])
        yield node
        node.down()


@pytest.fixture
def bare(bare_node: Node, state: Path) -> Iterator[Chain]:
    rpc = Rpc(bare_node.url)
    before = rpc.request("evm_snapshot")
    yield Chain(rpc, name="local", journal=Journal.of(rpc, state / "journal"), signer=dev_signer("alice"))
    rpc.request("evm_revert", [before])
    rpc.close()


def shelf_of(chain: Chain) -> Deployments:
    return Deployments(chain.id, genesis=chain.genesis)


def nonce(chain: Chain) -> int:
    return int(chain.rpc.request("eth_getTransactionCount", [address("alice"), "latest"]), 16)


def test_the_plan_names_what_is_lacking_and_the_rest_follows(bare: Chain) -> None:
    first = plan(bare)
    assert [part.name for part in first.lacking] == NAMES[:-2] and first.there == () and not first.deployer
    shared = bootstrap(bare, shelf_of(bare))
    assert list(shared.contracts) == NAMES
    assert bare.code(DEPLOYER) == DEPLOYER_CODE and len(DEPLOYER_CODE) == 69
    assert plan(bare).lacking == ()
    for part in parts():
        kept = shared.contracts[part.name]
        assert (kept.address, len(kept.transaction)) == (part.address, 66) and kept.block
    assert nonce(bare) == 1 + len(NAMES[:-2])  # one to pay for the deployer
    assert bare.rpc.request("eth_getTransactionReceipt", [shared.contracts["Treasury"].transaction])["status"] == "0x1"


def test_what_is_there_already_is_compared_and_not_sent_again(bare: Chain) -> None:
    deploy(bare, "ProfitShareFactory")
    before = nonce(bare)
    shared = bootstrap(bare, shelf_of(bare))
    assert nonce(bare) == before + 14
    assert bootstrap(bare, shelf_of(bare)) == shared and nonce(bare) == before + 14
    # The estimate holds: what was spent is no more than what was announced.
    gas = sum(
        int(bare.rpc.request("eth_getTransactionReceipt", [one.transaction])["gasUsed"], 16)
        for one in shared.contracts.values()
        if one.transaction
    )
    assert gas <= 225 * sum(len(part.code) for part in parts())


def test_foreign_code_at_one_of_our_addresses_stops_everything(bare: Chain) -> None:
    treasury = next(part for part in parts() if part.name == "Treasury")
    bare.rpc.request("anvil_setCode", [treasury.address, "0x6001600255"])
    for act in (plan, missing, deploy):
        with pytest.raises(RuleBroken, match=f"the code at {treasury.address} is not that of Treasury"):
            act(bare)
    assert nonce(bare) == 0
    bare.rpc.request("anvil_setCode", [treasury.address, "0x"])
    bare.rpc.request("anvil_setCode", [DEPLOYER, "0x6001600255"])
    with pytest.raises(RuleBroken, match="is not the deterministic deployer"):
        has_deployer(bare)


def test_code_that_changed_since_it_was_written_down_is_refused(bare: Chain) -> None:
    bootstrap(bare, shelf_of(bare))
    factory = next(part for part in parts() if part.name == "CollectiveFactory")
    code = bare.code(factory.address)
    # One of its immutable addresses is another: the artifact alone would not show it.
    swapped = code.hex().replace(parts()[1].address[2:].lower(), "00" * 20)
    assert swapped != code.hex()
    bare.rpc.request("anvil_setCode", [factory.address, "0x" + swapped])
    with pytest.raises(RuleBroken, match="is not the code that was recorded"):
        bootstrap(bare, shelf_of(bare))


def test_as_typed_it_asks_once_writes_down_and_says_so_again(
    bare: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAOKIT_NETWORK", bare.rpc.url)
    monkeypatch.setenv("DAOKIT_ACCOUNT", "alice")
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        assert run(["network", "bootstrap"]) == 2
        assert run(["network", "bootstrap", "--dry-run"]) == 0
        assert "first the deterministic deployer" in capsys.readouterr().err and nonce(bare) == 0
        assert run(["network", "bootstrap", "--yes", "--json"]) == 0
        data = json.loads(capsys.readouterr().out)["data"]
        assert data["put_up"] == NAMES == list(data["contracts"])
        assert Path(data["record"]).is_file()
        assert run(["network", "bootstrap", "--json"]) == 0
        again = json.loads(capsys.readouterr().out)["data"]
        assert again["put_up"] == [] and again["contracts"] == data["contracts"]


# Killed at every request


def _bring(url: str, state: str) -> None:
    os.environ["XDG_STATE_HOME"] = state
    rpc = Rpc(url)
    chain = Chain(rpc, name="local", journal=Journal.of(rpc, Path(state) / "journal"), signer=dev_signer("alice"))
    bootstrap(chain, shelf_of(chain))


@pytest.fixture(scope="module")
def start() -> multiprocessing.context.ForkServerContext:
    """Starts processes of their own that have imported everything already."""
    context = multiprocessing.get_context("forkserver")
    needed = ["daokit.bootstrap", "daokit.node", "daokit.cli", "daokit.options", "eth_account.signers.local", "pytest"]
    context.set_forkserver_preload([*needed, "pydantic", "eth_account._utils.legacy_transactions", "tests.people"])
    return context


@pytest.mark.parametrize("heard", [False, True], ids=["before-the-node-hears-it", "before-the-answer"])
def test_a_deployment_killed_at_every_request_and_resumed_ends_in_one_deployment(
    bare: Chain, local_node: Node, state: Path, start: multiprocessing.context.ForkServerContext, heard: bool
) -> None:
    rpc = bare.rpc
    # What federations add goes up in the same way: it is there already, or this would take half an hour.
    theirs = set(parts("CollectiveFactory", "ProfitShareFactory", "FundFactory"))
    others = [part for part in parts() if part not in theirs]
    for part in others:
        code = Rpc(local_node.url).request("eth_getCode", [part.address, "latest"])
        rpc.request("anvil_setCode", [part.address, code])

    def bring(fatal: int, folder: Path) -> tuple[int | None, Proxy]:
        with proxied(rpc.url, fatal, heard) as proxy:
            process = start.Process(target=_bring, args=(str(proxy.path), str(folder)))
            process.start()
            proxy.victim = Victim(process)
            process.join(600)
            code = process.exitcode
            process.close()
            return code, proxy

    before = rpc.request("evm_snapshot")
    code, whole = bring(10**6, state / "whole")
    assert code == 0 and whole.requests - whole.looks > 50
    wanted = written(state / "whole")
    assert sorted(wanted["contracts"]) == sorted(NAMES)
    # Until it gets through: how often it looks for receipts differs from run to run.
    for fatal in count(1):
        rpc.request("evm_revert", [before])
        before = rpc.request("evm_snapshot")
        folder = state / f"killed-{fatal}"
        code, _ = bring(fatal, folder)
        assert code in (0, -signal.SIGKILL)
        assert bring(10**6, folder)[0] == 0
        found = written(folder)
        assert found["contracts"].keys() == wanted["contracts"].keys()
        for name, one in found["contracts"].items():
            assert (one["address"], one["code_hash"]) == tuple(
                wanted["contracts"][name][key] for key in ("address", "code_hash")
            )
        assert nonce(bare) == 1 + len(NAMES[:-2]) - len(others), f"killed at request {fatal}"
        assert not Journal.of(rpc, folder / "journal").unsettled()
        if code == 0:
            break
    assert fatal > whole.requests - whole.looks


class Victim:
    """A process of multiprocessing, to be killed as those of subprocess are."""

    def __init__(self, process: multiprocessing.process.BaseProcess) -> None:
        self.process = process

    def send_signal(self, number: int) -> None:
        os.kill(self.process.pid or 0, number)


def written(state: Path) -> dict:
    (path,) = (state / "daokit" / "deployments").rglob("_shared.json")
    return json.loads(path.read_text())


# Records


@pytest.mark.parametrize(("kind", "name"), [(Record, "record"), (Shared, "shared")])
def test_the_published_schema_is_that_of_what_is_written(kind: type, name: str) -> None:
    kept = json.loads((ROOT / "deployments" / f"{name}.schema.json").read_text())
    assert kept == json.loads(json.dumps(schema(kind)))


def test_every_record_in_the_tree_is_one() -> None:
    """Those of public chains that this repository carries, each read as strictly as the program does."""
    for folder in (ROOT / "deployments").iterdir():
        if folder.is_dir():
            shelf = Deployments(int(folder.name), project=ROOT)
            assert shelf.list() or shelf.shared()
            if (shared := shelf.shared()) is not None:
                known = {part.name: part.address for part in (*parts(), *made())}
                assert {name: one.address for name, one in shared.contracts.items()}.items() <= known.items()


@pytest.mark.parametrize(
    ("change", "words"),
    [("not json", "Invalid JSON"), ({"chain_id": 1}, "is about chain 1, not 10"), ({"contracts": {"A": {}}}, "A")],
)
def test_a_record_of_shared_contracts_that_is_none_is_named(
    tmp_path: Path, state: Path, change: str | dict[str, object], words: str
) -> None:
    shelf = Deployments(10, project=tmp_path)
    path = shelf.write_shared(Shared(10, "0.8.37", {"A": SharedContract(address("bob"), "0x12", "34")}))
    assert shelf.list() == ()  # it is no collective's
    text = change if isinstance(change, str) else json.dumps({**json.loads(path.read_text()), **change})
    path.write_text(text)
    with pytest.raises(MalformedFile, match=words):
        shelf.shared()
