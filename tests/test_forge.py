"""Starts the Solidity tests with forge's own binary, and sees that they ran: npm's wrapper would always exit 0."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from daokit.compiler import find_compiler
from daokit.tools import find_foundry

CONTRACTS = Path(__file__).parent.parent / "contracts"
SUITES = [path for path in (CONTRACTS / "test").rglob("*.t.sol") if path.parent.name != "canary"]


def forge(profile: str) -> tuple[int, dict[str, Any]]:
    """The exit code and each test's result by `file:contract` and signature."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("FOUNDRY_", "DAPP_"))}
    environment |= {"FOUNDRY_PROFILE": profile, "FOUNDRY_SOLC": str(find_compiler())}
    done = subprocess.run(
        [find_foundry("forge"), "test", "--json"], cwd=CONTRACTS, env=environment, capture_output=True, text=True
    )
    answer = done.stdout[done.stdout.find('{"test/') :] if '{"test/' in done.stdout else ""
    assert answer, f"forge ran no test:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.returncode, json.JSONDecoder().raw_decode(answer)[0]


@pytest.fixture(scope="module")
def run() -> tuple[int, dict[str, Any]]:
    return forge("default")


@pytest.fixture(scope="module")
def results(run: tuple[int, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {f"{suite} {name}": result for suite, of in run[1].items() for name, result in of["test_results"].items()}


def test_every_solidity_test_passes(run: tuple[int, dict[str, Any]], results: dict[str, dict[str, Any]]) -> None:
    failed = {name: result["reason"] for name, result in results.items() if result["status"] != "Success"}
    assert failed == {}
    assert run[0] == 0


def test_every_solidity_test_ran(results: dict[str, dict[str, Any]]) -> None:
    for suite in SUITES:
        for name in re.findall(r"function ((?:test|invariant)\w*)", suite.read_text()):
            assert any(f"/{suite.name}:" in key and f" {name}(" in key for key in results), f"{suite.name} {name}"


def test_fuzzing_went_as_far_as_promised(results: dict[str, dict[str, Any]]) -> None:
    fuzzed = {name: result["kind"]["Fuzz"] for name, result in results.items() if "Fuzz" in result["kind"]}
    assert fuzzed
    assert {name: kind["runs"] for name, kind in fuzzed.items() if kind["runs"] < 1000} == {}


def test_invariants_went_as_far_as_promised(results: dict[str, dict[str, Any]]) -> None:
    walked = {name: result["kind"]["Invariant"] for name, result in results.items() if "Invariant" in result["kind"]}
    assert walked
    assert {name: kind["calls"] for name, kind in walked.items() if kind["calls"] < 256 * 100} == {}


def test_every_handler_did_what_it_is_there_for(results: dict[str, dict[str, Any]]) -> None:
    """An invariant over calls that always revert proves nothing; handlers lie in test, raw targets do not."""
    idle = {
        f"{name}: {handler}"
        for name, result in results.items()
        for handler, counts in result["kind"].get("Invariant", {}).get("metrics", {}).items()
        if handler.startswith("test/") and counts["calls"] - counts["reverts"] - counts["discards"] == 0
    }
    assert idle == set()


def test_the_canary_is_seen_to_fail() -> None:
    code, suites = forge("canary")
    [canary] = suites.values()
    assert {name: result["status"] for name, result in canary["test_results"].items()} == {
        "test_must_fail()": "Failure",
        "testFuzz_must_fail(uint256)": "Failure",
        "invariant_must_fail()": "Failure",
    }
    assert code != 0
