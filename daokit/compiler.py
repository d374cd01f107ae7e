"""Turns the Solidity sources into `daokit/artifacts/*.json`, the same bytes on any machine and from any folder.

Each contract is compiled alone with the sources it imports, so that its code never depends on its neighbours.
`python -m daokit.compiler [--check]` does it from a source tree; users of the package need no compiler.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from daokit.errors import DaokitError, MalformedFile, ToolMissing, UsageError
from daokit.sources import closure, source_hash
from daokit.tools import checkout, child_environment

SOLC = "0.8.37+commit.f401782d"

# contracts/foundry.toml says the same in forge's words. No metadata: it would tie the code to paths and comments.
SETTINGS: dict[str, Any] = {
    "evmVersion": "cancun",
    "viaIR": True,
    "optimizer": {"enabled": True, "runs": 200},
    "metadata": {"bytecodeHash": "none", "appendCBOR": False},
}

_ENUM = re.compile(r"^\s*enum (\w+) \{([^}]*)\}", re.MULTILINE)

# A file without one has nothing that is deployed.
_DEPLOYED = re.compile(r"^contract \w+", re.MULTILINE)

ARTIFACTS = Path(__file__).parent / "artifacts"


@dataclass(frozen=True)
class Built:
    """One compiled contract: its artifact, where that is kept, and whether the file there was the same before. The last
    one holds the sources of all of them and is called `sources`."""

    name: str
    path: Path
    text: str
    changed: bool

    @property
    def size(self) -> int:
        """Bytes of deployed code."""
        return (len(json.loads(self.text).get("deployedBytecode", "0x")) - 2) // 2


def build(root: Path | None = None, *, check: bool = False, artifacts: Path | None = None) -> list[Built]:
    """Compile every contract in `root/contracts/*.sol` and write what changed; with `check`, compile all and only
    compare. What was built from the same sources by the same compiler is not compiled again.

    `root` is the source tree (default: the one this package runs from); `artifacts` defaults to the package's own
    folder. Raises `ToolMissing` without the exact compiler and `MalformedFile` for the compiler's refusals.
    """
    root = root or checkout()
    if root is None:
        raise UsageError("there are no Solidity sources here; run this in a source tree of daokit")
    folder = artifacts or ARTIFACTS
    contracts = root / "contracts"
    files = sorted(path.name for path in contracts.glob("*.sol"))
    solc = find_compiler(root)
    kept = {} if check else _unchanged(contracts, files, folder)
    new = [
        name for name in files if name not in kept and _DEPLOYED.search((contracts / name).read_text(encoding="utf-8"))
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outputs = pool.map(lambda name: list(_compile(contracts, name, solc)), new)
    built = [_compare(folder, artifact) for output in outputs for artifact in output]
    built = sorted([*built, *kept.values()], key=lambda one: one.name)
    gone = [path for path in folder.glob("*.json") if path.stem not in {one.name for one in built}]
    built += [Built(path.stem, path, "", changed=True) for path in gone]
    built.append(_sources(contracts, folder, [f"{one.name}.sol" for one in built if one.text]))
    if not check:
        for one in built:
            _put(one)
    return built


def _unchanged(contracts: Path, files: list[str], folder: Path) -> dict[str, Built]:
    """By file: artifacts whose sources are still the same."""
    kept = {}
    for name in files:
        path = folder / f"{Path(name).stem}.json"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            made = json.loads(text)
            if made.get("sourceHash") == source_hash(SOLC, SETTINGS, _closure(contracts, name)):
                kept[name] = Built(path.stem, path, text, changed=False)
    return kept


def check(root: Path | None = None) -> list[str]:
    """Names of the contracts whose artifact is not what the sources give; empty when all match."""
    return [one.name for one in build(root, check=True) if one.changed]


def compile_file(source: str, root: Path | None = None) -> dict[str, dict[str, Any]]:
    """Artifacts of the contracts in one file, named as in `contracts/`; nothing is written."""
    root = root or checkout()
    if root is None:
        raise UsageError("there are no Solidity sources here; run this in a source tree of daokit")
    return {one["name"]: one for one in _compile(root / "contracts", source, find_compiler(root))}


def _compile(contracts: Path, name: str, solc: Path) -> Iterator[dict[str, Any]]:
    sources = _closure(contracts, name)
    code = ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences"]
    interface = f"interfaces/I{name}"
    selection = {"*": {"*": ["userdoc"]}, interface: {"*": ["abi", "userdoc"]}, name: {"*": [*code, "userdoc"]}}
    request = {
        "language": "Solidity",
        "sources": {key: {"content": text} for key, text in sources.items()},
        "settings": {**SETTINGS, "outputSelection": selection},
    }
    answer = compile_standard(request, solc)
    if mistakes := [one["formattedMessage"] for one in answer.get("errors", []) if one["severity"] == "error"]:
        raise MalformedFile(f"{name} does not compile:\n{''.join(mistakes)}".rstrip())
    for contract, output in answer["contracts"][name].items():
        if output["evm"]["bytecode"]["object"]:
            yield {
                "name": contract,
                "abi": _whole(output["abi"], answer["contracts"].get(interface, {})),
                "bytecode": "0x" + output["evm"]["bytecode"]["object"],
                "deployedBytecode": "0x" + output["evm"]["deployedBytecode"]["object"],
                "immutableReferences": _immutables(output["evm"]["deployedBytecode"].get("immutableReferences", {})),
                "errors": _sentences(answer, "errors"),
                "events": _sentences(answer, "events"),
                "enums": _enums(sources),
                "sourceHash": source_hash(SOLC, SETTINGS, sources),
                "solc": SOLC,
                "settings": SETTINGS,
            }


def compile_standard(request: dict[str, Any], solc: Path) -> dict[str, Any]:
    """What the compiler says to a request in standard JSON, its refusals included."""
    done = subprocess.run(
        [str(solc), "--standard-json"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        env=child_environment(),
    )
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise ToolMissing(f"{solc} does not work ({(done.stderr or done.stdout).strip()[:200]})") from None
    return answer


def _whole(abi: list[Any], interfaces: dict[str, Any]) -> list[Any]:
    """The contract's ABI and what else its interface promises: a collective answers some of it by delegatecall."""
    known = {_identity(entry) for entry in abi}
    promised = [entry for interface in interfaces.values() for entry in interface["abi"]]
    return abi + [entry for entry in promised if _identity(entry) not in known]


def _identity(entry: dict[str, Any]) -> tuple[str, str, str]:
    return entry["type"], entry.get("name", ""), json.dumps([one["type"] for one in entry.get("inputs", [])])


def _closure(contracts: Path, name: str) -> dict[str, str]:
    """The source and all that it imports, by keys that name no folder of this machine."""

    def read(key: str) -> str:
        package = contracts / "node_modules" if key.startswith("@") else contracts
        try:
            return (package / key).read_text(encoding="utf-8")
        except FileNotFoundError:
            hint = "run `npm ci` in contracts" if key.startswith("@") else f"it is imported on the way from {name}"
            raise MalformedFile(f"there is no {key}; {hint}") from None

    return closure(name, read)


def _sentences(answer: dict[str, Any], kind: str) -> dict[str, str]:
    """Signature -> notice, over the contract, its interfaces and its libraries."""
    found: dict[str, str] = {}
    for source in answer["contracts"].values():
        for output in source.values():
            for signature, words in output.get("userdoc", {}).get(kind, {}).items():
                notice = words[0]["notice"] if isinstance(words, list) else words["notice"]
                found[signature] = notice
    return dict(sorted(found.items()))


def _enums(sources: dict[str, str]) -> dict[str, list[str]]:
    """`IGovernor.State` -> its members in order, over the interfaces, which stand one in each file."""
    found = {}
    for key, text in sources.items():
        for name, members in _ENUM.findall(text) if key.startswith("interfaces/") else ():
            plain = re.sub(r"//.*", "", members)
            found[f"{PurePosixPath(key).stem}.{name}"] = [member.strip() for member in plain.split(",")]
    return dict(sorted(found.items()))


def _immutables(references: dict[str, list[dict[str, int]]]) -> list[dict[str, int]]:
    places = [place for places in references.values() for place in places]
    return sorted(places, key=lambda place: place["start"])


def _compare(folder: Path, artifact: dict[str, Any]) -> Built:
    text = _lines(artifact)
    path = folder / f"{artifact['name']}.json"
    changed = not path.is_file() or path.read_text(encoding="utf-8") != text
    return Built(artifact["name"], path, text, changed)


def _sources(contracts: Path, folder: Path, files: list[str]) -> Built:
    """Every source once, a line each."""
    found = {key: text for name in files for key, text in _closure(contracts, name).items()}
    rows = ",\n".join(f" {json.dumps(key)}: {json.dumps(found[key])}" for key in sorted(found))
    text, path = f"{{\n{rows}\n}}\n", folder / "sources" / "all.json"
    return Built("sources", path, text, not path.is_file() or path.read_text(encoding="utf-8") != text)


def _lines(artifact: dict[str, Any]) -> str:
    """JSON with a line for each key and for each entry of the ABI, so that a change shows as that change."""
    values = {key: json.dumps(value) for key, value in artifact.items()}
    values["abi"] = "[\n" + ",\n".join("  " + json.dumps(entry) for entry in artifact["abi"]) + "\n ]"
    return "{\n" + ",\n".join(f" {json.dumps(key)}: {value}" for key, value in values.items()) + "\n}\n"


def _put(one: Built) -> None:
    if not one.changed:
        return
    if not one.text:
        one.path.unlink()
        return
    one.path.parent.mkdir(parents=True, exist_ok=True)
    draft = one.path.with_suffix(".tmp")
    draft.write_text(one.text, encoding="utf-8")
    draft.replace(one.path)


def find_compiler(root: Path | None = None) -> Path:
    """A solc of exactly the version in `SOLC`, or `ToolMissing` with the remedy.

    In order: `DAOKIT_SOLC`, installed by py-solc-x, on PATH, npm's wasm build behind `scripts/solc`, downloaded by
    py-solc-x.
    """
    if named := os.environ.get("DAOKIT_SOLC"):
        if (version := _version(Path(named))) != SOLC:
            raise ToolMissing(f"DAOKIT_SOLC names {named}, which is {version or 'no solc'}; daokit needs solc {SOLC}")
        return Path(named)
    root = root or checkout()
    places = [_solcx_binary(), shutil.which("solc"), root / "scripts" / "solc" if root else None]
    for place in places:
        if place is not None and _version(Path(place)) == SOLC:
            return Path(place)
    return _download()


def _version(program: Path) -> str | None:
    try:
        said = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, timeout=60, env=child_environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"^Version: (\d+\.\d+\.\d+\S*?\+commit\.[0-9a-f]+)", said.stdout, re.MULTILINE)
    return match.group(1) if match and said.returncode == 0 else None


def _solcx_binary() -> Path | None:
    from solcx.exceptions import SolcNotInstalled
    from solcx.install import get_executable

    try:
        return Path(get_executable(SOLC.partition("+")[0]))
    except SolcNotInstalled:
        return None


def _download() -> Path:
    from solcx.install import install_solc

    number = SOLC.partition("+")[0]
    try:
        install_solc(number)
    except Exception as failure:  # py-solc-x lets requests' and its own errors through
        raise ToolMissing(
            f"solc {SOLC} is not here and could not be downloaded ({type(failure).__name__}); "
            "run `npm ci` in contracts, or set DAOKIT_SOLC"
        ) from None
    binary = _solcx_binary()
    if binary is None or _version(binary) != SOLC:
        raise ToolMissing(f"the downloaded solc {number} is not {SOLC}; set DAOKIT_SOLC to one that is")
    return binary


def main(arguments: list[str] | None = None) -> int:
    """`python -m daokit.compiler [--check]`: 0 when all was written, or with `--check` when all matches."""
    checking = "--check" in (sys.argv[1:] if arguments is None else arguments)
    try:
        built = build(check=checking)
    except DaokitError as error:
        print(error, file=sys.stderr)
        return 1
    for one in built:
        state = (
            "gone" if not one.text else "differs" if one.changed and checking else "built" if one.changed else "same"
        )
        print(f"{one.name:24} {one.size if one.text else 0:6} bytes  {state}")
    return 1 if checking and any(one.changed for one in built) else 0


if __name__ == "__main__":
    sys.exit(main())
