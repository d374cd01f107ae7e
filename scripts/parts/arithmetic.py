"""Has solc's SMTChecker prove contracts/test/proofs/ArithmeticProofs.sol: each assertion and each operation in it.

No timeout is set: npm's wasm build of solc, which has the solver inside, gives up at once with one. It is the BMC
engine that proves these; CHC, which is meant for loops and state, does not come to an end on words cut into fields.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from daokit.compiler import SETTINGS, find_compiler

CONTRACTS = Path(__file__).parent.parent.parent / "contracts"
PROOFS = "test/proofs/ArithmeticProofs.sol"
TARGETS = ["assert", "overflow", "underflow", "divByZero"]


def prove() -> list[str]:
    """The messages of the checker on the proofs, each as `safe` or as what it says."""
    checker = {
        "engine": "bmc",
        "contracts": {PROOFS: ["ArithmeticProofs"]},
        "targets": TARGETS,
        "showProvedSafe": True,
        "showUnproved": True,
    }
    question = {
        "language": "Solidity",
        "sources": {PROOFS: {"content": (CONTRACTS / PROOFS).read_text()}},
        "settings": {
            "evmVersion": SETTINGS["evmVersion"],
            "modelChecker": checker,
            "remappings": ["@openzeppelin/=node_modules/@openzeppelin/"],
            "outputSelection": {},
        },
    }
    command = [str(find_compiler()), "--standard-json", "--base-path", str(CONTRACTS)]
    done = subprocess.run(command, input=json.dumps(question), capture_output=True, text=True, check=True)
    messages = json.loads(done.stdout).get("errors", [])
    for one in messages:
        if one["severity"] == "error":
            raise SystemExit(one["formattedMessage"])
    return [one["formattedMessage"] for one in messages if "BMC:" in one["message"]]


def main() -> int:
    """One line of result; 1 when something is not proven, or when nothing was asked."""
    messages = prove()
    safe = [one for one in messages if "check is safe" in one]
    unproven = [one for one in messages if one not in safe]
    for one in unproven:
        print(one, file=sys.stderr)
    asked = len(re.findall(r"\bassert\(", (CONTRACTS / PROOFS).read_text()))
    proven = sum("Assertion violation check is safe" in one for one in safe)
    print(f"{proven} of {asked} assertions and {len(safe) - proven} operations proven, {len(unproven)} not")
    return 1 if unproven or proven < asked else 0


if __name__ == "__main__":
    sys.exit(main())
