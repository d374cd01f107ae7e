"""What of Hyperlane's packages is kept here: read, and compared with the hash that was written down when it was
taken."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from daokit.artifact import Artifact
from daokit.errors import MalformedFile

DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def manifest() -> dict[str, Any]:
    """Which packages (`packages`, with npm's own hashes) the files come from, and the sha256 of each (`sha256`)."""
    read: dict[str, Any] = json.loads((DATA / "manifest.json").read_text(encoding="utf-8"))
    return read


def kept(name: str) -> dict[str, Any]:
    """One file. Raises `MalformedFile` when it is not what was taken."""
    text = (DATA / name).read_bytes()
    if hashlib.sha256(text).hexdigest() != manifest()["sha256"][name]:
        raise MalformedFile(f"{DATA / name} is not what came from Hyperlane's package; install daokit again")
    read: dict[str, Any] = json.loads(text)
    return read


@lru_cache(maxsize=16)
def artifact(name: str) -> Artifact:
    """One of Hyperlane's contracts: its ABI and creation code as the package has them, with no code to compare."""
    return Artifact({"deployedBytecode": "0x", **kept(f"{name}.json")})
