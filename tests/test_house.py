"""The house rules that a machine can check."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import daokit

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "daokit").rglob("*.py"))
CONTRACTS = sorted((ROOT / "contracts").glob("*.sol"))
TEXTS = [
    path
    for path in subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    if path
]

HEAVY = ("web3", "ape", "sqlalchemy", "py_ecc", "eth_account", "pydantic", "rich", "solcx", "eth")


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_stays_short_enough_to_read(path: Path) -> None:
    assert lines(path) <= 420, f"{path.name} has {lines(path)} lines; split it by subject"


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name)
def test_a_contract_stays_short_enough_to_read(path: Path) -> None:
    assert lines(path) <= 420, f"{path.name} has {lines(path)} lines; split it by subject"


def test_no_file_keeps_something_for_later() -> None:
    marks = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
    for name in TEXTS:
        path = ROOT / name
        if path.suffix in {".py", ".sol", ".md", ".toml"} and "node_modules" not in name:
            assert not marks.search(path.read_text(encoding="utf-8")), name


@pytest.mark.parametrize("words", ["daokit", "daokit.cli"])
def test_what_everybody_imports_is_light(words: str) -> None:
    code = f"import sys, {words}; print(sorted(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print('heavy', sorted(name for name in {HEAVY!r} if name in sys.modules)))\n"
        "sys.argv = ['daokit', '--help']\n"
        "from daokit.cli import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "heavy []" in done.stdout, done.stdout + done.stderr


def test_every_public_name_is_there() -> None:
    for name in daokit.__all__:
        assert getattr(daokit, name) is not None
    assert dir(daokit) == sorted(daokit.__all__)


def test_every_public_function_says_what_it_does() -> None:
    silent = []
    for path in MODULES:
        if "cli" in path.parts or "experiments" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
                continue
            if ast.get_docstring(node) is None:
                silent.append(f"{path.name}:{node.name}")
    assert silent == []


def test_layers_import_only_downwards() -> None:
    """Chain and contract know nothing of collectives, and no module below knows the command line."""
    below = {"rpc", "chain", "contract", "journal", "accounts", "abi", "artifact", "hashing", "errors", "preview"}
    above = {"collective", "membership", "governor", "treasury", "charter"}
    for path in MODULES:
        inside = path.relative_to(ROOT / "daokit").parts
        text = path.read_text(encoding="utf-8")
        imported = set(re.findall(r"^\s*from daokit\.(\w+)", text, re.MULTILINE))
        if inside[0] not in ("cli", "experiments", "__main__.py"):
            assert "cli" not in imported, path
        if path.stem in below and len(inside) == 1:
            assert not imported & above, path


def test_every_error_of_a_contract_has_its_sentence() -> None:
    for path in sorted((ROOT / "daokit" / "artifacts").glob("*.json")):
        artifact = json.loads(path.read_text(encoding="utf-8"))
        standard = ("ERC20", "SafeCast", "SafeERC20", "ECDSA", "Reentrancy", "Failed", "Insufficient", "Address")
        standard += ("String", "Invalid", "Clone", "Create2", "Unsupported", "Interoperable", "Checkpoint")
        for entry in artifact["abi"]:
            if entry["type"] == "error" and not entry["name"].startswith(standard):
                signature = f"{entry['name']}({','.join(one['type'] for one in entry['inputs'])})"
                assert artifact["errors"].get(signature), f"{path.stem}: {signature} has no @notice"


def test_every_module_can_be_imported() -> None:
    for path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        # ape loads the second one, with click from its own environment: tests/with_ape does it too.
        if not name.endswith("__main__") and name != "daokit.cli.ape":
            importlib.import_module(name)


def test_security_promises_name_tests_that_exist() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:test|testFuzz|invariant)_\w+)`", text))
    assert len(named) >= 10
    sources = [*(ROOT / "tests").glob("*.py"), *(ROOT / "contracts" / "test").rglob("*.sol")]
    everything = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    for name in named:
        assert f"def {name}(" in everything or f"function {name}(" in everything, name


def test_nothing_names_a_machine_or_a_registry() -> None:
    unfit = re.compile(
        "|".join(("/" + "root/", "/" + "work/", "registry." + "npmjs", "pypi" + r"\.org", "files.python" + "hosted"))
    )
    for name in TEXTS:
        path = ROOT / name
        if path.suffix in {".py", ".sol", ".md", ".toml", ".txt", ".json", ".in", ".cfg", ".js", ""} and path.is_file():
            assert not unfit.search(path.read_text(encoding="utf-8", errors="replace")), name


def test_the_reference_of_commands_is_the_program_s_own() -> None:
    from daokit.cli.reference import page

    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m daokit.cli.reference > docs/commands.md"
