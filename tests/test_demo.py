"""The story plays to its end wherever it is played, leaves nothing behind, and what it tells one to type works."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daokit.experiments import demo
from daokit.node import Node

ROOT = Path(__file__).parent.parent


def played(keep: bool = False) -> str:
    told: list[str] = []
    demo.run(keep, told.append)
    return "\n".join(told)


def commands(story: str) -> list[str]:
    return [line.strip() for line in story.rsplit("ype:\n", 1)[1].split("\n") if line.strip()]


@pytest.fixture
def typed(state: Path, tmp_path: Path) -> Iterator[Callable[[list[str]], str]]:
    """Types lines into one shell and returns what it prints; the local chain goes down at the end."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "daokit"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m daokit "$@"\n')
    program.chmod(0o755)

    def typing(lines: list[str]) -> str:
        environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
        done = subprocess.run(
            ["sh", "-e"], input="\n".join(lines), env=environment, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    yield typing
    Node().down()


def test_the_story_pays_what_the_arithmetic_says_and_leaves_nothing(state: Path) -> None:
    story = played()
    assert "380.00 tUSD go to Judy, 12,020.00 tUSD stay" in story
    assert "+4,006.66 tUSD" in story
    assert not state.exists()


def test_the_story_is_the_same_in_memory(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daokit.experiments.stage._has_anvil", lambda: False)
    story = played()
    assert "py-evm" in story and "+4,006.66 tUSD" in story
    assert not state.exists()


def test_the_lines_to_type_next_found_a_collective(typed: Callable[[list[str]], str]) -> None:
    lines = commands(played())
    assert lines[0].startswith("export PATH=")
    said = typed(lines[1:])
    assert "My workshop" in said and "100 of 100" in said


def test_what_is_kept_has_a_vote_due_for_alice(typed: Callable[[list[str]], str]) -> None:
    story = played(keep=True)
    lines = [line if " vote " not in line else f"{line} --yes" for line in commands(story)[1:]]
    assert Node().runs()
    said = typed(lines)
    assert "your vote on proposal 2" in said and "cast: +3 votes on 2" in said
    assert not Node().runs()


def test_a_second_story_on_the_same_chain_is_another_collective(state: Path) -> None:
    try:
        assert "a member of larch-bench," in played(keep=True)
        assert "a member of larch-bench-2," in played(keep=True)
    finally:
        Node().down()
