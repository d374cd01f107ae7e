"""Forge's own binary at work beside the other tests, to which it gives way: it has threads for every core."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from daokit.compiler import find_compiler
from daokit.tools import find_foundry

CONTRACTS = Path(__file__).parent.parent / "contracts"

_running: dict[str, ForgeRun] = {}


class ForgeRun:
    """One run of `forge test` with a profile of foundry.toml."""

    def __init__(self, profile: str) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("FOUNDRY_", "DAPP_"))}
        environment |= {"FOUNDRY_PROFILE": profile, "FOUNDRY_SOLC": str(find_compiler())}
        self._folder = tempfile.TemporaryDirectory()
        self._said, self._log = (Path(self._folder.name) / name for name in ("said", "log"))
        with self._said.open("wb") as said, self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [find_foundry("forge"), "test", "--json"],
                cwd=CONTRACTS,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=log,
                preexec_fn=lambda: os.nice(10),
            )

    def result(self) -> tuple[int, dict[str, Any]]:
        """The exit code and, by `file:contract`, what each test came to, once all have run."""
        code = self._process.wait()
        said = self._said.read_text()
        answer = said[said.find('{"test/') :] if '{"test/' in said else ""
        assert answer, f"forge ran no test:\n{said[-2000:]}\n{self._log.read_text()[-4000:]}"
        return code, json.JSONDecoder().raw_decode(answer)[0]

    def stop(self) -> None:
        """End it, if it still runs."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        self._folder.cleanup()


def begin(profile: str) -> ForgeRun:
    """The run with this profile, begun now if it was not before."""
    if profile not in _running:
        _running[profile] = ForgeRun(profile)
    return _running[profile]


def stop_all() -> None:
    """End what nobody waits for any more."""
    while _running:
        _running.popitem()[1].stop()
