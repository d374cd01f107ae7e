"""Forge's own binary, with a profile of foundry.toml."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from daokit.compiler import find_compiler
from daokit.tools import find_foundry
from tests import beside

CONTRACTS = Path(__file__).parent.parent / "contracts"


def forge_environment(**more: str) -> dict[str, str]:
    """This one, without what others told forge in theirs."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("FOUNDRY_", "DAPP_"))}
    return kept | {"FOUNDRY_SOLC": str(find_compiler())} | more


def forge_test(profile: str) -> beside.Done:
    """`forge test` with this profile."""
    return beside.run([find_foundry("forge"), "test", "--json"], CONTRACTS, forge_environment(FOUNDRY_PROFILE=profile))


def results(done: beside.Done) -> dict[str, dict[str, Any]]:
    """By `file:contract`, what each test came to."""
    answer = done.stdout[done.stdout.find('{"test/') :] if '{"test/' in done.stdout else ""
    assert answer, f"forge ran no test:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return json.JSONDecoder().raw_decode(answer)[0]
