"""Hyperlane's own relayer, from npm: a registry of the chains that it should serve is written for it, and it is
started.

It signs what it delivers with a key of its own, which it asks for itself; daokit hands no key to any program.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from daokit import known_chains
from daokit.accounts import DEV_NAMES, dev_key
from daokit.config import state_home
from daokit.errors import ToolMissing, UsageError
from daokit.hyperlane.core import Core
from daokit.node import Node
from daokit.rpc import masked
from daokit.tools import child_environment, find_node, npm_install, tools_folder

PACKAGE = "@hyperlane-xyz/cli@44.0.2"
# npm's own hash of it: what carries another one is not started.
INTEGRITY = "sha512-JsPtymtwqZCg9RuYno9/ctaALuk28d1rbakVWycAF+anuMpo43KB0ZStgucOorQcLZQipKTBXR0NIZC+wOQJNg=="

# Where validators' buckets are, when they are not at Amazon. No secret: buckets are public.
_BUCKETS = ("AWS_ENDPOINT_URL_S3", "AWS_REGION")


@dataclass(frozen=True)
class Served:
    """A chain that the relayer serves: its core, and `url`, a node that answers http."""

    core: Core
    url: str

    @property
    def name(self) -> str:
        """What the relayer calls it."""
        return self.core.name or f"chain{self.core.chain_id}"


def write_registry(served: Sequence[Served], folder: Path) -> list[str]:
    """Write the registry; returns the names of the chains in it. Raises `UsageError` for a node that does not answer
    http."""
    for one in served:
        if not one.url.startswith(("http://", "https://")):
            words = f"Hyperlane's relayer needs a node of {one.name} that answers http, and {masked(one.url)} does not"
            raise UsageError(words)
        place = folder / "chains" / one.name
        place.mkdir(parents=True, exist_ok=True)
        # JSON is YAML too.
        (place / "metadata.yaml").write_text(json.dumps(_metadata(one), indent=1), encoding="utf-8")
        (place / "addresses.yaml").write_text(json.dumps(_addresses(one.core), indent=1), encoding="utf-8")
    return [one.name for one in served]


def folder() -> Path:
    """Where the registry and the relayer's memory are kept."""
    found = state_home() / "relayer"
    found.mkdir(parents=True, exist_ok=True)
    return found


def http_url(url: str) -> str:
    """Where a node answers http: of the local chain of this machine that is known, else as it is."""
    node = Node()
    if url == node.url and (port := node.status().port):
        return f"http://127.0.0.1:{port}"
    return url


def known_key(account: str | None) -> str | None:
    """The key of a development account, which everybody knows; None for any other account."""
    return dev_key(account) if account in DEV_NAMES else None


def is_here() -> bool:
    """Whether the package is installed."""
    return _script().is_file()


def program() -> Path:
    """Hyperlane's command line, fetched with npm when it is not here. Raises `ToolMissing` with npm's last words."""
    script, place = _script(), tools_folder() / "hyperlane"
    if not script.is_file():
        npm_install(place, PACKAGE)
    if not script.is_file() or _integrity(place) != INTEGRITY:
        raise ToolMissing(f"what npm installed in {place} is not {PACKAGE}; take the folder away and try again")
    return script


def start(
    served: Sequence[Served], folder: Path, *, key: str | None = None, output: int | None = None
) -> subprocess.Popen[bytes]:
    """Start the relayer with its registry and memory in `folder`. `key` is one that everybody knows, for local chains;
    without it the relayer asks at the terminal. `output` is where it writes (the terminal when None)."""
    names = write_registry(served, folder / "registry")
    command = [str(find_node()), str(program()), "relayer", "--registry", str(folder / "registry"), "--chains", *names]
    command += ["--cache", str(folder / "relayer.json"), "--yes"]
    silent = subprocess.DEVNULL if key else None
    return subprocess.Popen(command, env=environment(key), stdin=silent, stdout=output, stderr=output, cwd=folder)


def _script() -> Path:
    return tools_folder() / "hyperlane" / "node_modules" / "@hyperlane-xyz" / "cli" / "bundle" / "index.js"


def _integrity(folder: Path) -> str:
    """What npm wrote down of the package that it installed."""
    try:
        lock = json.loads((folder / "node_modules" / ".package-lock.json").read_text(encoding="utf-8"))
        return str(lock["packages"]["node_modules/@hyperlane-xyz/cli"]["integrity"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def environment(key: str | None) -> Mapping[str, str]:
    """What the relayer is given to know: where buckets are, and a key only when everybody knows it."""
    kept = {name: value for name, value in os.environ.items() if name in _BUCKETS}
    return {**child_environment(network=True), **kept, **({"HYP_KEY": key} if key else {})}


def _metadata(one: Served) -> dict[str, object]:
    known = known_chains.find(one.core.chain_id)
    coin = {"name": known.symbol, "symbol": known.symbol, "decimals": known.decimals} if known else _ETHER
    return {
        "name": one.name,
        "displayName": one.name,
        "chainId": one.core.chain_id,
        "domainId": one.core.domain,
        "protocol": "ethereum",
        "rpcUrls": [{"http": one.url}],
        "nativeToken": coin,
        "blocks": {"confirmations": 1, "reorgPeriod": 1, "estimateBlockTime": 1},
    }


_ETHER = {"name": "Ether", "symbol": "ETH", "decimals": 18}


def _addresses(core: Core) -> dict[str, str]:
    return {
        "mailbox": core.mailbox,
        "merkleTreeHook": core.merkle_tree_hook,
        "staticMessageIdMultisigIsmFactory": core.ism_factory,
        "validatorAnnounce": core.validator_announce,
    }
