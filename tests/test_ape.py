"""ape needs another web3 and so an environment of its own; what is tested there is started here."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("what", ["lane", "sdk"])
def test_ape_and_the_older_web3_work_in_their_own_environment(what: str, tmp_path: Path) -> None:
    assert PYTHON.is_file(), "ape's environment is missing: scripts/test installs it into .venv-ape"
    tests = ["tests/with_ape"] if what == "lane" else [f"tests/test_{name}.py" for name in SDK]
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "DAOKIT_SOLC", "DAOKIT_ANVIL") if name in os.environ}
    # ape keeps its accounts and caches in the home folder; its plugins are those on the path.
    plugins = str(ROOT / "tests" / "with_ape" / "plugins")
    home = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONPATH": plugins}
    # eth-tester, the chain in one process, is of another version here: it belongs to the memory extra, not to ape.
    command = [str(PYTHON), "-c", START, "-q", "-p", "no:ape_test", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        [*command, "-k", "not memory"], cwd=ROOT, env={**kept, **home}, capture_output=True, text=True, timeout=3600
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout
