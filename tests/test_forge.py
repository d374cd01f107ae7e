"""The Solidity tests, run by forge's own binary, and that they ran: npm's wrapper would always exit 0."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from daokit.compiler import ARTIFACTS
from tests import beside
from tests.forge_run import CONTRACTS, forge_test
from tests.forge_run import results as results_of

SUITES = [path for path in (CONTRACTS / "test").rglob("*.t.sol") if path.parent.name != "canary"]


def begin_beside() -> None:
    beside.begin("forge", lambda: forge_test("default"))


@pytest.fixture(scope="module")
def run() -> beside.Done:
    return beside.begin("forge", lambda: forge_test("default")).result()


@pytest.fixture(scope="module")
def results(run: beside.Done) -> dict[str, dict[str, Any]]:
    return {
        f"{suite} {name}": result
        for suite, of in results_of(run).items()
        for name, result in of["test_results"].items()
    }


def test_every_solidity_test_passes(run: beside.Done, results: dict[str, dict[str, Any]]) -> None:
    failed = {name: result["reason"] for name, result in results.items() if result["status"] != "Success"}
    assert failed == {}
    assert run.returncode == 0


def test_what_forge_tested_is_what_is_put_up(results: dict[str, dict[str, Any]]) -> None:
    """Byte for byte. TestCoin alone is compiled into the tests as well: it stands for any coin there."""
    for path in ARTIFACTS.glob("*.json"):
        out = CONTRACTS / "out" / f"{path.stem}.sol"
        tested = json.loads((out / f"{path.stem}.json").read_text())["bytecode"]["object"]
        assert tested == json.loads(path.read_text())["bytecode"], path.stem
        assert path.stem == "TestCoin" or not (out / f"{path.stem}.tests.json").exists(), path.stem


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
    done = forge_test("canary")
    [canary] = results_of(done).values()
    assert {name: result["status"] for name, result in canary["test_results"].items()} == {
        "test_must_fail()": "Failure",
        "testFuzz_must_fail(uint256)": "Failure",
        "invariant_must_fail()": "Failure",
    }
    assert done.returncode != 0
