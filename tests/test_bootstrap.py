"""The shared contracts come to a chain once, at the addresses that they have everywhere, whatever interrupts it."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hostile import Hostile, person, public_chain
from test_resume import proxied

from daokit import waiting
from daokit.accounts import dev_signer
from daokit.bootstrap import bootstrap, plan
from daokit.chain import Chain
from daokit.cli import run
from daokit.deployments import Deployments, Record, Shared, SharedContract, schema
from daokit.errors import MalformedFile, NotConfirmed, RuleBroken
from daokit.factory import DEPLOYER, DEPLOYER_CODE, DEPLOYER_TRANSACTION, deploy, has_deployer, made, missing, parts
from daokit.hashing import keccak
from daokit.journal import Journal
from daokit.node import Node
from daokit.nodes import Nodes
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
    assert plan(bare).lacking == () and plan(bare).gas == 0
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


# Killed at every step

# Puts its parts up in three kinds of steps, which all parts go through: the first, one with an argument, and one that
# makes others. The rest is there already, or this would take half an hour.
REALLY = ("Membership", "Collective", "FundFactory")


def _bring(urls: list[str], state: str, public: bool) -> None:
    os.environ["XDG_STATE_HOME"] = state
    rpc = Nodes(urls, quorum=2) if len(urls) > 1 else Rpc(urls[0])
    signer = person("alice") if public else dev_signer("alice")
    chain = Chain(rpc, name="" if public else "local", journal=Journal.of(rpc, Path(state) / "journal"), signer=signer)
    bootstrap(chain, Deployments(chain.id, project=Path(state)) if public else shelf_of(chain))


@pytest.fixture(scope="module")
def start() -> multiprocessing.context.ForkServerContext:
    """Starts processes of their own that have imported everything already."""
    context = multiprocessing.get_context("forkserver")
    needed = ["daokit.bootstrap", "daokit.node", "daokit.cli", "daokit.options", "eth_account.signers.local", "pytest"]
    needed += ["daokit.nodes", "daokit.proof", "daokit.replacing", "hostile"]
    context.set_forkserver_preload([*needed, "pydantic", "eth_account._utils.legacy_transactions", "tests.people"])
    return context


@pytest.fixture
def bare_public(state: Path, tmp_path: Path) -> Iterator[Chain]:
    """A public chain on which nothing stands yet, by its socket."""
    with public_chain("--disable-default-create2-deployer", "--ipc", str(tmp_path / "public.ipc")):
        rpc = Rpc(str(tmp_path / "public.ipc"))
        yield Chain(rpc, journal=Journal.of(rpc, state / "journal"), signer=person("alice"))
        rpc.close()


Kill = Callable[[Chain, bool, bool], None]


@pytest.fixture
def killed(local_node: Node, state: Path, start: multiprocessing.context.ForkServerContext) -> Kill:
    """Brings the contracts to a chain, killed at every step in turn and started again; `quorum` asks two nodes."""

    def killing(chain: Chain, heard: bool, quorum: bool) -> None:
        rpc = chain.rpc
        others = [part for part in parts() if part.name not in REALLY]
        for part in others:
            code = Rpc(local_node.url).request("eth_getCode", [part.address, "latest"])
            rpc.request("anvil_setCode", [part.address, code])
        rpc.request("anvil_mine", ["0x1"])  # what is proven is proven by the root of a block

        def bring(fatal: int, folder: Path) -> tuple[int | None, list[str]]:
            with proxied(rpc.url, fatal, heard) as proxy:
                urls = [str(proxy.path), *([rpc.url] if quorum else [])]
                process = start.Process(target=_bring, args=(urls, str(folder), not chain.local))
                process.start()
                proxy.victim = Victim(process)
                process.join(60)
                code = process.exitcode
                process.close()
                return code, proxy.methods

        before = rpc.request("evm_snapshot")
        code, methods = bring(10**6, state / "whole")
        assert code == 0 and len(methods) > 60
        wanted = written(state / "whole")
        assert sorted(wanted["contracts"]) == sorted(NAMES)
        fatal_ones, deaths = worth_a_kill(methods), 0
        for fatal in fatal_ones:
            rpc.request("evm_revert", [before])
            before = rpc.request("evm_snapshot")
            folder = state / f"killed-{fatal}"
            deaths += bring(fatal, folder)[0] == -signal.SIGKILL
            assert bring(10**6, folder)[0] == 0, f"killed at request {fatal}, {methods[fatal - 1]}"
            found = written(folder)
            assert found["contracts"].keys() == wanted["contracts"].keys()
            for name, one in found["contracts"].items():
                assert (one["address"], one["code_hash"]) == tuple(
                    wanted["contracts"][name][key] for key in ("address", "code_hash")
                )
            assert nonce(chain) == 1 + len(REALLY), f"killed at request {fatal}, {methods[fatal - 1]}"
            assert not Journal.of(rpc, folder / "journal").unsettled()
        # How often it asks for receipts depends on the moment; the last kills may come after it has ended.
        assert deaths >= len(fatal_ones) * 3 // 4

    return killing


def worth_a_kill(methods: list[str]) -> list[int]:
    """The requests to kill at, counted from 1. Of several of one kind in a row, between which nothing is sent, the
    first, the middle and the last: a kill at another leaves behind what these do."""
    kept: list[int] = []
    for _, row in itertools.groupby(enumerate(methods, 1), key=lambda one: one[1]):
        places = [place for place, _ in row]
        kept += sorted({places[0], places[len(places) // 2], places[-1]})
    return kept


@pytest.mark.parametrize("heard", [False, True], ids=["before-the-node-hears-it", "before-the-answer"])
def test_a_deployment_killed_at_every_step_and_resumed_ends_in_one_deployment(
    bare: Chain, killed: Kill, heard: bool
) -> None:
    killed(bare, heard, False)


@pytest.mark.parametrize(
    ("heard", "quorum"), [(False, False), (True, True)], ids=["one-node-before-it-hears", "a-quorum-before-the-answer"]
)
def test_a_deployment_to_a_public_chain_killed_at_every_step_and_resumed_ends_in_one_deployment(
    bare_public: Chain, killed: Kill, heard: bool, quorum: bool
) -> None:
    """With all that is done there only: proofs of the nonce, looking again, refusing repetitions, several nodes."""
    killed(bare_public, heard, quorum)


def test_a_deployer_that_is_not_mined_in_time_goes_on_when_the_same_is_typed_again(
    bare_public: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_PATIENCE", 0.3)
    raw = "0x" + keccak(bytes.fromhex(DEPLOYER_TRANSACTION[2:])).hex()
    with Hostile(bare_public.rpc) as proxy:
        proxy.lies["eth_getTransactionReceipt"] = lambda params, said: None if params == [raw] else said
        chain = Chain(Rpc(proxy.url), journal=bare_public.journal, signer=person("alice"))
        with pytest.raises(NotConfirmed, match=f"{raw} puts up the deterministic deployer .*; run the same again$"):
            deploy(chain, "ProfitShareFactory")
        with pytest.raises(NotConfirmed, match="look it up before you try again"):
            chain.send_raw(bytes.fromhex(DEPLOYER_TRANSACTION[2:]))
        proxy.honest()
        deploy(chain, "ProfitShareFactory")
        assert has_deployer(chain) and nonce(chain) == 3  # one to pay for it, two parts


class Victim:
    """A process of multiprocessing, to be killed as those of subprocess are."""

    def __init__(self, process: multiprocessing.process.BaseProcess) -> None:
        self.process = process

    def send_signal(self, number: int) -> None:
        os.kill(self.process.pid or 0, number)


def written(state: Path) -> dict:
    (path,) = state.rglob("_shared.json")
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
