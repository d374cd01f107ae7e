"""Slither finds nothing that contracts/slither.triage.toml does not explain."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from daokit.compiler import find_compiler
from daokit.tools import find_foundry

ROOT = Path(__file__).parent.parent
SLITHER = ROOT / ".venv-tools" / "bin" / "slither"


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


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """Slither's findings over a clean build: names get lost on what incremental builds leave behind."""
    assert SLITHER.is_file(), "slither is not in .venv-tools; run scripts/test, which installs it"
    folder = tmp_path_factory.mktemp("slither")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("FOUNDRY_", "DAPP_"))}
    environment |= {
        "FOUNDRY_OUT": str(folder / "out"),
        "FOUNDRY_CACHE_PATH": str(folder / "cache"),
        "FOUNDRY_SOLC": str(find_compiler()),
        "PATH": f"{find_foundry('forge').parent}{os.pathsep}{os.environ['PATH']}",
    }
    report = folder / "report.json"
    done = subprocess.run(
        [SLITHER, ".", "--config-file", "slither.config.json", "--json", report],
        cwd=ROOT / "contracts",
        env=environment,
        capture_output=True,
        text=True,
    )
    assert report.is_file(), f"slither made no report:\n{done.stderr[-4000:]}"
    answer = json.loads(report.read_text())
    assert answer["success"], answer["error"]
    analysed = re.search(r"analyzed \((\d+) contracts with (\d+) detectors\)", done.stderr)
    assert analysed and int(analysed[1]) >= len(list((ROOT / "contracts").glob("*.sol"))) and int(analysed[2]) >= 90
    return [
        Finding(found["check"], _name(found["elements"][0]) if found["elements"] else "", found["description"])
        for found in answer["results"].get("detectors", [])
    ]


@pytest.fixture(scope="module")
def explanations() -> list[Explanation]:
    triage = tomllib.loads((ROOT / "contracts" / "slither.triage.toml").read_text())
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
