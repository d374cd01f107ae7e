"""Mutates daokit/amounts.py, weights.py and power.py on a copy, and says which mutants their own tests do not kill.

`amounts.py COPY MUTMUT`. amounts.triage.toml beside this file explains those that no test could kill.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
MODULES = ("amounts", "weights", "power")


def changed(diff: str) -> str:
    """The lines that a mutant puts in."""
    lines = [line[1:].strip() for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++")]
    return " ".join(lines)


def main(folder: str, program: str) -> int:
    """1 when a mutant survives without an explanation, when an explanation has none, or when nothing was killed."""
    copy, mutmut = Path(folder), str(ROOT / program)
    for name in ("daokit", "tests"):
        (copy / name).mkdir(parents=True)
    for one in MODULES:
        shutil.copy(ROOT / "daokit" / f"{one}.py", copy / "daokit")
        shutil.copy(ROOT / "tests" / f"test_{one}.py", copy / "tests")
    (copy / "daokit" / "__init__.py").touch()
    (copy / "pyproject.toml").write_text('[tool.mutmut]\nsource_paths = ["daokit"]\n')

    def said(*words: str) -> str:
        return subprocess.run([mutmut, *words], cwd=copy, capture_output=True, text=True, check=True).stdout

    said("run")
    fates = dict(line.strip().split(": ") for line in said("results", "--all", "true").splitlines() if ": " in line)
    # Who never comes to an end is found out too.
    killed = [name for name, fate in fates.items() if fate in ("killed", "timeout")]
    alive = {name: changed(said("show", name)) for name in fates.keys() - set(killed)}
    explained = tomllib.loads(Path(__file__).with_suffix(".triage.toml").read_text())["survivor"]
    unexplained = {name: line for name, line in alive.items() if not any(one["mutant"] in line for one in explained)}
    idle = [one["mutant"] for one in explained if not any(one["mutant"] in line for line in alive.values())]
    for name, line in sorted(unexplained.items()):
        print(f"no test kills {name}: {line}", file=sys.stderr)
    for line in idle:
        print(f"this explains no mutant: {line}", file=sys.stderr)
    counts = f"{len(killed)} killed, {len(alive) - len(unexplained)} explained, {len(unexplained)} unexplained"
    print(f"mutants of {', '.join(MODULES)}: {counts}")
    return 1 if unexplained or idle or not killed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
