"""ape needs another web3 and so an environment of its own; what is tested there is started here."""

from __future__ import annotations

import os
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests import beside

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv-ape" / "bin" / "python"

# One of ape's dependencies installs a package called tests, which would be found before ours.
START = """
import sys, types
import pytest
sys.path.insert(0, "")
sys.modules["tests"] = types.ModuleType("tests")
sys.modules["tests"].__path__ = ["tests"]
sys.exit(pytest.main(sys.argv[1:]))
"""

# The SDK from the key to the contract, on the older of the two lines of web3 that daokit runs on.
SDK = ["web3_provider", "accounts", "keyfiles", "abi", "contract", "chain", "connection", "journal", "sending", "safe"]
SDK += ["receipt_proof", "governor", "membership", "treasury", "recovery", "profit_share", "fund"]


def begin_beside() -> None:
    for what in ("lane", "sdk"):
        begin(what)


def begin(what: str) -> Future[beside.Done]:
    return beside.begin(f"ape {what}", lambda: ape(what))


def ape(what: str) -> beside.Done:
    tests = ["tests/with_ape"] if what == "lane" else [f"tests/test_{name}.py" for name in SDK]
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "DAOKIT_SOLC", "DAOKIT_ANVIL") if name in os.environ}
    # ape keeps its accounts and caches in the home folder; its plugins are those on the path.
    home, plugins = beside.folder(f"ape {what}"), ROOT / "tests" / "with_ape" / "plugins"
    own = {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "PYTHONPATH": str(plugins)}
    # eth-tester, the chain in one process, is of another version here: it belongs to the memory extra, not to ape.
    options = ["-q", "-p", "no:ape_test", "-p", "no:cacheprovider", "-k", "not memory"]
    return beside.run([str(PYTHON), "-c", START, *options, *tests], ROOT, {**kept, **own})


@pytest.mark.parametrize("what", ["lane", "sdk"])
def test_ape_and_the_older_web3_work_in_their_own_environment(what: str) -> None:
    assert PYTHON.is_file(), "ape's environment is missing: scripts/test installs it into .venv-ape"
    done = begin(what).result()
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout
