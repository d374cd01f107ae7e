"""How long commands take: the median of ten runs after one to warm up, each a process of its own. And arithmetic."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from daokit.amounts import Given, draw
from daokit.errors import DaokitError
from daokit.experiments.federating import across
from daokit.experiments.sandbox import sandbox
from daokit.experiments.scene import found, statement
from daokit.experiments.two_chains import two_chains
from daokit.terms import Party
from daokit.waterfall import waterfall

_RUNS = 10


def commands() -> dict[str, float]:
    """`cli_help_s`: `daokit --help`. `cli_read_s`: `daokit proposal list` against a local node, on a profile with one
    collective that has one proposal. Seconds.
    """
    with sandbox() as chain, tempfile.TemporaryDirectory(prefix="daokit-") as name:
        folder = Path(name)
        scene = found(chain)
        scene.propose("alice", statement())
        (folder / "daokit.toml").write_text(
            f'use = "mill"\n\n[profile.mill]\nnetwork = "{chain.rpc.url}"\ncollective = "{scene.address}"\n'
        )
        return {"cli_help_s": _seconds(["--help"], folder), "cli_read_s": _seconds(["proposal", "list"], folder)}


def arithmetic() -> dict[str, float]:
    """`draws_million_s`: a million draws under four commitments, in plain integers. `waterfalls_million_s`: a million
    sums divided among four rows in two tiers. Seconds, no two amounts alike.
    """
    commitments = [Given(1_250), Given(333), Given(41), Given(2_000)]
    signer = "0x" + "11" * 20
    rows = [(60_000, 0, 7_000), (30_000, 1, 2_000), (10_000, 1, 1_000), (0, 0, 0)]
    parties = [Party(signer, signer, *row) for row in rows]
    return {
        "draws_million_s": _million(lambda amount: draw(amount, commitments)),
        "waterfalls_million_s": _million(lambda amount: waterfall(parties, amount)),
    }


def chains() -> dict[str, float]:
    """`two_chains_ready_s`: two chains from nothing, Hyperlane's core and the shared contracts on each, a federation
    with a branch on the other one, linked and joined, one note each way delivered. Seconds.
    """
    start = time.perf_counter()
    with two_chains() as both:
        across(both)
        return {"two_chains_ready_s": round(time.perf_counter() - start, 2)}


def _million(act: Callable[[int], object]) -> float:
    start = time.perf_counter()
    for amount in range(1_000_000):
        act(amount)
    return round(time.perf_counter() - start, 2)


def _seconds(words: list[str], folder: Path) -> float:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DAOKIT_")}
    root = str(Path(__file__).resolve().parent.parent.parent)
    environment |= {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "PYTHONPATH": root}
    taken = []
    for _ in range(_RUNS + 1):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "daokit", *words], cwd=folder, env=environment, capture_output=True, text=True
        )
        taken.append(time.perf_counter() - start)
        if done.returncode:
            raise DaokitError(f"`daokit {' '.join(words)}` fails: {done.stderr.strip() or done.stdout.strip()}")
    return round(median(taken[1:]), 3)
