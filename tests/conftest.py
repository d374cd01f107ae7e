"""A collective on a local chain, as it was before when each test is done."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from daokit.accounts import dev_signer
from daokit.chain import Chain, Transaction
from daokit.collective import Collective
from daokit.compiler import compile_file
from daokit.contract import deploy
from daokit.experiments.sandbox import advance
from daokit.factory import deploy as put_up
from daokit.journal import Journal
from daokit.node import Node
from daokit.options import Option
from daokit.rpc import Rpc
from daokit.token import Token
from tests import beside
from tests.hostile import public_chain
from tests.people import DAY, found_on
from tests.two_chains import two_chains, two_nodes  # noqa: F401

# The same examples in every run, and on a machine at work time says nothing.
settings.register_profile(
    "daokit", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("daokit")

# These run where ape is; `test_ape.py` starts them there.
collect_ignore = [] if find_spec("ape") else ["with_ape"]

# Each starts a program that runs for minutes.
BESIDE = ("test_forge", "test_slither", "test_ape")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs beside the others from the start is asked for last, in the order in which it begins."""
    items.sort(key=_place)


def pytest_collection_finish(session: pytest.Session) -> None:
    if not session.config.option.collectonly:
        for item in session.items:
            if _place(item):
                item.module.begin_beside()  # type: ignore[attr-defined]


def pytest_unconfigure() -> None:
    beside.stop()


def _place(item: pytest.Item) -> int:
    """0 for those that run here."""
    return BESIDE.index(item.path.stem) + 1 if item.path.stem in BESIDE else 0


@pytest.fixture(scope="session")
def local_node() -> Iterator[Node]:
    """One anvil for the whole run, with the shared contracts."""
    with tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder) / "node")
        node.up()
        put_up(Chain(Rpc(node.url), signer=dev_signer("alice")))
        yield node
        node.down()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """State and accounts of this test alone."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("DAOKIT_ACCOUNTS", str(tmp_path / "accounts"))
    return tmp_path / "state" / "daokit"


@pytest.fixture
def chain(local_node: Node, state: Path) -> Iterator[Chain]:
    """The local chain as alice, with a journal."""
    rpc = Rpc(local_node.url)
    before = rpc.request("evm_snapshot")
    yield Chain(rpc, name="local", journal=Journal.of(rpc, state / "journal"), signer=dev_signer("alice"))
    rpc.request("evm_revert", [before])
    rpc.close()


@pytest.fixture
def coin(chain: Chain) -> str:
    """tUSD with 2 decimals; alice has 100,000.00."""
    made = deploy(chain, "TestCoin", "Test dollar", "tUSD", 2).address
    Token(chain, made).mint(chain.sender, 100_000_00)
    return made


@pytest.fixture
def found(chain: Chain, coin: str) -> Callable[..., Collective]:
    """Founds a collective of alice to erin, 100 units each."""

    def founding(number: int = 0) -> Collective:
        return found_on(chain, tokens=[coin], number=number)

    return founding


@pytest.fixture
def coop(found: Callable[..., Collective]) -> Collective:
    return found()


@pytest.fixture
def as_(coop: Collective) -> Callable[[str], Collective]:
    """The same collective, for another person."""
    return lambda name: Collective.load(coop.chain.as_(dev_signer(name)), coop.address)


@pytest.fixture
def warp(chain: Chain) -> Callable[[int], None]:
    # A second more: blocks may share one, and what ends at a moment has not ended within it.
    return lambda seconds: advance(chain, seconds + 1)


@pytest.fixture
def money(coop: Collective, coin: str) -> int:
    """10,000.00 tUSD of revenue in the treasury, in its smallest unit."""
    return coop.treasury.deposit(coin, 1_000_000)


@pytest.fixture
def decide(coop: Collective, as_: Callable[[str], Collective], warp: Callable[[int], None]) -> Callable[[Option], int]:
    """Proposes as alice, passes with all votes, waits, executes."""

    def deciding(option: Option) -> int:
        number = coop.governor.propose(option)
        warp(3 * DAY)
        coop.governor.vote(number, 3)
        for name in ("carol", "dave"):
            as_(name).governor.vote(number, 1)
        warp(5 * DAY + (7 if option.large else 2) * DAY)
        coop.governor.execute(number)
        return number

    return deciding


@pytest.fixture
def neighbour(chain: Chain) -> Callable[[str], str]:
    """Deploys an awkward contract of `contracts/test/neighbours`, as forge compiles it; returns its address."""

    def deploying(name: str) -> str:
        code = compile_file(f"test/neighbours/{name}.sol")[name]["bytecode"]
        made = chain.transact(Transaction(None, bytes.fromhex(code[2:]))).contract_address
        assert made is not None
        return made

    return deploying


@pytest.fixture
def passed(coop: Collective, as_: Callable[[str], Collective], warp: Callable[[int], None]) -> Callable[[int], None]:
    """A large proposal is voted for and executed."""

    def deciding(number: int) -> None:
        warp(3 * DAY)
        for name in ("alice", "carol", "dave"):
            as_(name).governor.vote(number, 1)
        warp(12 * DAY)
        coop.governor.execute(number)

    return deciding


@pytest.fixture
def quick_keyfiles(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keyfiles that take a moment, not seconds, to open."""
    from eth_account import Account

    encrypt = Account.encrypt
    monkeypatch.setattr(Account, "encrypt", lambda key, password: encrypt(key, password, kdf="pbkdf2", iterations=2))


@pytest.fixture(scope="module")
def public_node() -> Iterator[Rpc]:
    """A public chain of our own, for the tests of one file."""
    with public_chain() as rpc:
        yield rpc
