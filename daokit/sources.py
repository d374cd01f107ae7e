"""The Solidity sources behind the artifacts, as compilers and explorers take them: standard JSON.

`artifacts/sources/all.json` holds each source once; which of them a contract needs follows from its imports. Whether
they are those that an artifact was compiled from is proved by the hash that the artifact carries.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from daokit.errors import MalformedFile

STORED = Path(__file__).parent / "artifacts" / "sources" / "all.json"

_IMPORT = re.compile(r"""^\s*import\b[^;"']*["']([^"']+)["']""", re.MULTILINE)


def closure(name: str, read: Callable[[str], str]) -> dict[str, str]:
    """A source and all that it imports, by key. `read` gives the text of a key."""
    found: dict[str, str] = {}
    waiting = [name]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found[key] = read(key)
            waiting += [_resolve(key, imported) for imported in _IMPORT.findall(found[key])]
    return dict(sorted(found.items()))


def source_hash(solc: str, settings: Mapping[str, Any], sources: Mapping[str, str]) -> str:
    """What stands in an artifact for the compiler, its settings and the sources."""
    return hashlib.sha256(json.dumps([solc, settings, sources], sort_keys=True).encode()).hexdigest()


def standard_json(name: str) -> dict[str, Any]:
    """What the compiler was given for the contract with this name, and gives its code for again. Raises
    `MalformedFile` when the stored sources are not those of the artifact."""
    from daokit.artifact import load_artifact

    artifact = load_artifact(name)
    stored = _stored()
    try:
        sources = closure(f"{name}.sol", stored.__getitem__)
    except KeyError as gone:
        raise MalformedFile(f"the source {gone} of {name} is not in {STORED}; rebuild with `daokit compile`") from None
    if source_hash(artifact.solc, artifact.settings, sources) != artifact.source_hash:
        raise MalformedFile(f"the sources in {STORED} are not those of {name}; rebuild with `daokit compile`")
    selection = {"*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "metadata"]}}
    return {
        "language": "Solidity",
        "sources": {key: {"content": text} for key, text in sources.items()},
        "settings": {**artifact.settings, "outputSelection": selection},
    }


@lru_cache(maxsize=1)
def _stored() -> dict[str, str]:
    try:
        found = json.loads(STORED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise MalformedFile(f"{STORED} cannot be read; install daokit anew") from None
    return {str(key): str(text) for key, text in found.items()}


def _resolve(importer: str, imported: str) -> str:
    if not imported.startswith("."):
        return imported
    return os.path.normpath(PurePosixPath(importer).parent / imported).replace(os.sep, "/")
