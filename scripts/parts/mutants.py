"""Mutates the contracts on a copy, with the mutators of slither-mutate, and says which mutants no Solidity test kills.

`mutants.py COPY EACH WORKERS [CONTRACT ...]`: COPY holds `contracts` and `scripts`, as scripts/audit makes it; EACH is
how many mutants of each contract are tried, spread evenly over all that the mutators make (0: all of them); all
contracts when none is named. slither-mutate itself tries all mutants, one after the other, and compiles each twice,
which takes most of a day.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

from slither.slither import Slither
from slither.tools.mutator.mutators import all_mutators

CONTRACTS = ("Books", "Units", "Treasury", "Governor", "Membership", "CollectiveState", "CollectiveFactory")
LIBRARIES = (
    "ApplicationFields",
    "Bits",
    "HeadFields",
    "Payment",
    "RegisterFields",
    "RollFields",
    "RulesFields",
    "Tally",
)
LIBRARIES += ("VoterFields", "Lanes", "GatheredFields", "Weight", "Notes", "Interop", "MotionKey")
FEDERATIONS = ("FederationTallies", "FederationSeats", "FederationOpening", "FederationHouse", "Purse", "HomePurse")
FEDERATIONS += ("Branch", "HyperlaneGateway", "Ties", "Motions", "MemberAdapter", "GovernorMember", "SafeMember")
# Left out: RR, a revert in the place of each statement, says which lines are reached, as the coverage does; FHR changes
# who may call a function, which the compiler refuses or nobody can tell.
MUTATORS = ("MVIV", "MVIE", "LOR", "UOR", "SBR", "AOR", "BOR", "ASOR", "MWA", "LIR", "MIA", "ROR", "CR")
TESTS = (("--no-match-test", "^invariant"), ("--match-test", "^invariant"))
MINUTES = 15


@dataclass(frozen=True)
class Mutant:
    """One change of a source file: the bytes from `start` to `end`, which read `old`, become `new`."""

    file: str
    line: int
    mutator: str
    start: int
    end: int
    old: str
    new: str

    def __str__(self) -> str:
        old, new = (" ".join(one.split()) for one in (self.old, self.new))
        return f"{self.file}:{self.line} [{self.mutator}] {old or '(nothing)'} -> {new or '(nothing)'}"


def mutants_of(name: str, slither: Slither, root: Path) -> list[Mutant]:
    """All that the mutators make of a contract or library, in the order of the file."""
    [unit] = slither.compilation_units
    [contract] = [one for one in unit.contracts if one.name == name]
    made: dict[tuple[int, int, str], Mutant] = {}
    for mutator in MUTATORS:
        kind: Any = getattr(all_mutators, mutator)
        try:
            patches = kind(unit, 0, "", None, contract, None, False, root, [])._mutate().get("patches", {})
        except (IndexError, AttributeError):  # slither 0.11.6 trips over assembly and over values that it made itself
            print(f"{mutator} makes nothing of {name}", file=sys.stderr)
            continue
        for file, changes in patches.items():
            source, name_ = Path(file).read_bytes(), str(Path(file).relative_to(root))
            for one in changes:
                start, end, new = one["start"], one["end"], one["new_string"]
                # Some mutators give a part of a statement as the place and the whole of it as the text.
                if (found := source.find(one["old_string"].encode(), max(0, end - len(one["old_string"])))) <= start:
                    start, end = (found, found + len(one["old_string"].encode())) if found >= 0 else (start, end)
                old = source[start:end].decode()
                made.setdefault((start, end, new), Mutant(name_, one["line_number"], mutator, start, end, old, new))
    return [mutant for _, mutant in sorted(made.items()) if mutant.old.split() != mutant.new.split()]


def spread(mutants: list[Mutant], count: int) -> list[Mutant]:
    """`count` of them at equal distances, the same ones on every run; all when there are no more or `count` is 0."""
    if count == 0 or len(mutants) <= count:
        return mutants
    return [mutants[(2 * place + 1) * len(mutants) // (2 * count)] for place in range(count)]


def forge(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([os.environ["FORGE"], *words], cwd=copy, capture_output=True, text=True, timeout=MINUTES * 60)


def verdict(mutant: Mutant, copy: Path) -> str:
    """`void` when it does not compile, `killed` when a test fails or hangs, else `survived`."""
    path = copy / mutant.file
    source = path.read_bytes()
    assert source[mutant.start : mutant.end] == mutant.old.encode(), mutant
    path.write_bytes(source[: mutant.start] + mutant.new.encode() + source[mutant.end :])
    try:
        if forge(copy, "build").returncode != 0:
            return "void"
        killed = any(forge(copy, "test", "--fail-fast", *tests).returncode != 0 for tests in TESTS)
        return "killed" if killed else "survived"
    except subprocess.TimeoutExpired:
        return "killed"
    finally:
        path.write_bytes(source)


def main(folder: str, each: str, workers: str, *named: str) -> int:
    root = (Path(folder) / "contracts").resolve()
    slither = Slither(str(root), filter_paths=["node_modules", "test/"])
    names = named or (*CONTRACTS, *LIBRARIES, *FEDERATIONS)
    chosen = [one for name in names for one in spread(mutants_of(name, slither, root), int(each))]
    assert chosen, "the mutators made nothing"
    for tests in TESTS:
        clean = forge(root, "test", *tests)
        assert clean.returncode == 0, (
            f"the tests fail without any mutant:\n{clean.stdout[-3000:]}\n{clean.stderr[-2000:]}"
        )

    copies: Queue[Path] = Queue()
    for number in range(int(workers)):
        copy = root.parent / f"copy{number}"
        shutil.copytree(root, copy, symlinks=True)
        copies.put(copy)
    explained = tomllib.loads((root / "mutants.triage.toml").read_text()).get("survivor", [])

    def tried(mutant: Mutant) -> str:
        copy = copies.get()
        try:
            found = verdict(mutant, copy)
        finally:
            copies.put(copy)
        print(f"{found:9} {mutant}", file=sys.stderr, flush=True)
        return found

    with ThreadPoolExecutor(int(workers)) as pool:
        verdicts = list(pool.map(tried, chosen))
    survivors = [mutant for mutant, found in zip(chosen, verdicts, strict=True) if found == "survived"]
    unexplained = [one for one in survivors if not any(entry["mutant"] in str(one) for entry in explained)]
    for one in unexplained:
        print(f"no test kills {one}", file=sys.stderr)
    print(
        f"{verdicts.count('killed')} mutants of contracts killed, {len(survivors) - len(unexplained)} explained, "
        f"{len(unexplained)} unexplained, {verdicts.count('void')} do not compile"
    )
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
