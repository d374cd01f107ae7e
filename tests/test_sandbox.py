"""A chain of one experiment's own leaves nothing behind, not even when it was killed."""

from __future__ import annotations

import shutil
import socket
import tempfile
from pathlib import Path

import pytest

from daokit.experiments.sandbox import sandbox


@pytest.fixture
def temp(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder with a path that is short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="t-"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    shutil.rmtree(folder)


def listening(folder: Path) -> socket.socket:
    folder.mkdir()
    heard = socket.socket(socket.AF_UNIX)
    heard.bind(str(folder / "ipc"))
    heard.listen()
    return heard


def test_a_sandbox_is_gone_when_it_ends(temp: Path) -> None:
    with sandbox() as chain:
        assert chain.rpc.request("eth_chainId") == hex(31337)
        assert len(list(temp.iterdir())) == 1
    assert list(temp.iterdir()) == []


def test_what_a_killed_sandbox_left_is_removed_and_a_living_one_is_not(temp: Path) -> None:
    listening(temp / "daokit-dead").close()
    (temp / "daokit-beginning").mkdir()
    (temp / "daokit-other").mkdir()
    (temp / "daokit-other" / "ipc").write_text("no socket")
    alive = listening(temp / "daokit-alive")
    with sandbox():
        pass
    alive.close()
    assert sorted(one.name for one in temp.iterdir()) == ["daokit-alive", "daokit-beginning", "daokit-other"]
