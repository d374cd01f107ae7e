"""Slither finds nothing that contracts/slither.triage.toml does not explain."""

from __future__ import annotations

import json
import os
import re
import tomllib
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from daokit.tools import find_foundry
from tests import beside
from tests.forge_run import CONTRACTS, forge_environment

SLITHER = CONTRACTS.parent / ".venv-tools" / "bin" / "slither"


@dataclass(frozen=True)
class Finding:
    check: str
    where: str
    words: str


@dataclass(frozen=True)
class Explanation:
    check: str
    where: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        return self.check == finding.check and re.fullmatch(self.where, finding.where) is not None


def begin_beside() -> Future[beside.Done]:
    return beside.begin("slither", slither)


def slither() -> beside.Done:
    """Over a clean build: names get lost on what incremental builds leave behind."""
    folder = beside.folder("slither")
    environment = forge_environment(
        FOUNDRY_OUT=str(folder / "out"),
        FOUNDRY_CACHE_PATH=str(folder / "cache"),
        PATH=f"{find_foundry('forge').parent}{os.pathsep}{os.environ['PATH']}",
    )
    command: list[str | Path] = [SLITHER, ".", "--config-file", "slither.config.json", "--json", folder / "report.json"]
    return beside.run(command, CONTRACTS, environment)


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    assert SLITHER.is_file(), "slither is not in .venv-tools; run scripts/test, which installs it"
    done = begin_beside().result()
    report = beside.folder("slither") / "report.json"
    assert report.is_file(), f"slither made no report:\n{done.stderr[-4000:]}"
    answer = json.loads(report.read_text())
    assert answer["success"], answer["error"]
    analysed = re.search(r"analyzed \((\d+) contracts with (\d+) detectors\)", done.stderr)
    assert analysed and int(analysed[1]) >= len(list(CONTRACTS.glob("*.sol"))) and int(analysed[2]) >= 90
    return [
        Finding(found["check"], _name(found["elements"][0]) if found["elements"] else "", found["description"])
        for found in answer["results"].get("detectors", [])
    ]


@pytest.fixture(scope="module")
def explanations() -> list[Explanation]:
    triage = tomllib.loads((CONTRACTS / "slither.triage.toml").read_text())
    return [Explanation(**entry) for entry in triage.get("finding", [])]


def _name(element: dict[str, Any]) -> str:
    """`Contract.function` of what a finding is about; of a line of code, the function that it is in."""
    while element["type"] == "node":
        element = element["type_specific_fields"]["parent"]
    parent = element.get("type_specific_fields", {}).get("parent", {})
    return f"{parent['name']}.{element['name']}" if parent.get("type") == "contract" else str(element["name"])


def test_every_finding_is_explained(findings: list[Finding], explanations: list[Explanation]) -> None:
    unexplained = [found for found in findings if not any(one.covers(found) for one in explanations)]
    assert not unexplained, "\n".join(f"{one.check} at {one.where}: {one.words}" for one in unexplained)


def test_every_explanation_explains_something(findings: list[Finding], explanations: list[Explanation]) -> None:
    assert [one for one in explanations if not any(one.covers(found) for found in findings)] == []


def test_every_explanation_gives_a_reason(explanations: list[Explanation]) -> None:
    assert [one for one in explanations if len(one.reason.split()) < 4] == []
