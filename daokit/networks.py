"""Networks by name: where their node is and which chain must be there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from daokit import known_chains
from daokit.config import Settings
from daokit.errors import UnknownName, UsageError
from daokit.known_chains import chain_name
from daokit.policy import FOLLOW, Policy
from daokit.rpc import Rpc, masked

_VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")


@dataclass(frozen=True)
class Network:
    """A network that was asked for. `chain_id` is the chain that must be there, None when any will do; `shown` is how
    its addresses are shown, "" for the address itself without its key."""

    name: str
    url: str
    chain_id: int | None = None
    remedy: str = ""
    others: tuple[str, ...] = ()
    quorum: int = 1
    policy: Policy = FOLLOW
    shown: tuple[str, ...] = ()

    def rpc(self, on_stray: Callable[[str], None] = lambda _: None) -> Rpc:
        """Its nodes; nothing is connected before the first request. `on_stray` hears of one on another chain."""
        if not self.others:
            return Rpc(self.url, remedy=self.remedy, shown="".join(self.shown))
        from daokit.nodes import Nodes

        urls = (self.url, *self.others)
        return Nodes(
            urls,
            chain_id=self.chain_id,
            quorum=self.quorum,
            remedy=self.remedy,
            on_stray=on_stray,
            shown=self.shown,
        )


def resolve(name: str, settings: Settings | None = None) -> Network:
    """The network with this name: `local`, `memory`, one of `daokit.toml`, an http(s) or ws(s) address, a socket's
    path, or a network of ape's (`ethereum:sepolia:alchemy`). One that bears the name of a known chain must be on it."""
    settings = settings or Settings()
    if entry := settings.networks.get(name):
        url, *others = (_expanded(one, name) for one in entry.urls)
        chain_id = resolve_id(name, entry.chain_id)
        shown = tuple(_shown(one) for one in entry.urls)
        return Network(name, url, chain_id, "", tuple(others), entry.quorum, entry.policy, shown)
    if name == "memory":
        return Network("memory", "memory")
    if name == "local":
        from daokit.node import CHAIN_ID, Node

        return Network("local", Node().url, CHAIN_ID, "start the local chain with `daokit node up`")
    if "://" in name:
        return Network("", name)
    if name.endswith(".ipc") or name.startswith(("/", "./", "~")):
        return Network("", str(Path(name).expanduser()))
    if ":" in name:
        from daokit import ape

        url, chain_id, policy = ape.node(name)
        return Network(name, url, chain_id, policy=policy)
    known = ["local", "memory", *settings.networks]
    if known_chains.find(name):
        raise UnknownName(
            "address of a node for", name, (), f'add [network.{name}] with url = "https://…" to daokit.toml'
        )
    raise UnknownName("network", name, known, f"add [network.{name}] to daokit.toml, or give the node's address")


def of_chain(chain_id: int, settings: Settings) -> Network:
    """The network of `settings` on this chain: the chosen one when it fits, else one that says this chain id, else the
    chosen one when it says none (it is asked when it is connected)."""
    from daokit.node import CHAIN_ID

    ids = {name: resolve_id(name, entry.chain_id) for name, entry in settings.networks.items()}
    own = {} if "local" in ids else {"local": CHAIN_ID}
    chosen = settings.network
    for name in (chosen, *ids):
        if (ids | own).get(name) == chain_id:
            return resolve(name, settings)
    if chosen in ids and ids[chosen] is None:
        return resolve(chosen, settings)
    if own.get("local") == chain_id:
        return resolve("local", settings)
    title = chain_name(chain_id)
    raise UsageError(
        f"no network of daokit.toml is on chain {chain_id} ({title}); say --network with the address of a node, or "
        f'add [network.{title}] with url = "https://…" and chain_id = {chain_id}'
    )


def resolve_id(name: str, chain_id: int | None) -> int | None:
    """The chain that a network of `daokit.toml` must be on: what it says, else what its name is known for."""
    known = known_chains.find(name) if chain_id is None else None
    return known.id if known else chain_id


def _expanded(written: str, name: str) -> str:
    """An address as daokit.toml has it, with the values of its variables."""

    def value(match: re.Match[str]) -> str:
        variable = match[1] or match[2]
        found = os.environ.get(variable, "").strip()
        if not found:
            raise UsageError(
                f"the network {name} takes its address from ${variable}, which is not set; set it",
                variable=variable,
                example="https://…" if match[0] == written else "…",
            )
        return found

    url = _VARIABLE.sub(value, written)
    return str(Path(url).expanduser()) if "://" not in url and url != "memory" else url


def _shown(written: str) -> str:
    """How an address is shown of which variables are a part: with their names, whatever they hold. "" for others."""
    return masked(written) if _VARIABLE.search(written) and not _VARIABLE.fullmatch(written) else ""
