"""What the scripts install, they install into environments of their own tree."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("setup", "name"),
    [
        ("setup_python", ".venv"),
        ("setup_tools", ".venv-tools"),
        ("setup_ape", ".venv-ape"),
        ("setup_audit", ".venv-audit"),
    ],
)
def test_nothing_is_installed_through_a_link_to_another_tree_s_environment(
    tmp_path: Path, setup: str, name: str
) -> None:
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    (theirs / "bin").mkdir(parents=True)
    python = theirs / "bin" / "python"
    python.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-called\nexit 1\n")
    python.chmod(0o755)
    shutil.copytree(ROOT / "requirements", mine / "requirements")
    shutil.copy(ROOT / "pyproject.toml", mine)
    (mine / name).symlink_to(theirs)
    before = sorted(theirs.rglob("*"))
    command = f". {ROOT}/scripts/setup.sh; {setup}"
    done = subprocess.run(["sh", "-euc", command], cwd=mine, capture_output=True, text=True, env=os.environ.copy())
    assert done.returncode == 0, done.stderr
    assert sorted(theirs.rglob("*")) == before
    assert not (tmp_path / "was-called").exists()


def test_npm_never_empties_what_another_tree_lent(tmp_path: Path) -> None:
    theirs, mine = tmp_path / "theirs", tmp_path / "mine" / "contracts"
    (theirs / "solc").mkdir(parents=True)
    mine.mkdir(parents=True)
    shutil.copy(ROOT / "contracts" / "package-lock.json", mine)
    (mine / "node_modules").symlink_to(theirs)
    # No npm is on this path: where the link is not respected, this fails.
    command = f". {ROOT}/scripts/setup.sh; setup_contracts stop"
    done = subprocess.run(
        ["sh", "-euc", command], cwd=mine.parent, capture_output=True, text=True, env={"PATH": "/bin"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [one.name for one in theirs.iterdir()] == ["solc"]
