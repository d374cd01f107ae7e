"""Networks by name: where their node is and which chain must be there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from daokit.accounts import LOCAL_CHAIN_IDS
from daokit.config import Settings
from daokit.errors import UnknownName, UsageError
from daokit.rpc import Rpc

CHAIN_NAMES = {
    1: "ethereum",
    10: "optimism",
    56: "bnb",
    100: "gnosis",
    137: "polygon",
    324: "zksync",
    480: "worldchain",
    1337: "local",
    8453: "base",
    31337: "local",
    42161: "arbitrum",
    42220: "celo",
    59144: "linea",
    84532: "base-sepolia",
    421614: "arbitrum-sepolia",
    534352: "scroll",
    11155111: "sepolia",
    11155420: "optimism-sepolia",
    131277322940537: "memory",
}


@dataclass(frozen=True)
class Network:
    """A network that was asked for. `chain_id` is the chain that must be there, None when any will do."""

    name: str
    url: str
    chain_id: int | None = None
    remedy: str = ""

    def rpc(self) -> Rpc:
        """Its node; nothing is connected before the first request."""
        return Rpc(self.url, remedy=self.remedy)


def resolve(name: str, settings: Settings | None = None) -> Network:
    """The network with this name: `local`, `memory`, one of `daokit.toml`, an http(s) address, a socket's
    path, or a network of ape's (`ethereum:sepolia:alchemy`)."""
    settings = settings or Settings()
    if entry := settings.networks.get(name):
        return Network(name, _expanded(entry.url, name), entry.chain_id)
    if name == "memory":
        return Network("memory", "memory")
    if name == "local":
        from daokit.node import CHAIN_ID, Node

        return Network("local", Node().url, CHAIN_ID, "start the local chain with `daokit node up`")
    if name.startswith(("http://", "https://")):
        return Network("", name)
    if name.endswith(".ipc") or name.startswith(("/", "./", "~")):
        return Network("", str(Path(name).expanduser()))
    if ":" in name:
        from daokit import ape

        url, chain_id = ape.node(name)
        return Network(name, url, chain_id)
    known = ["local", "memory", *settings.networks]
    if name in CHAIN_NAMES.values():
        raise UnknownName(
            "address of a node for", name, (), f'add [network.{name}] with url = "https://…" to daokit.toml'
        )
    raise UnknownName("network", name, known, f"add [network.{name}] to daokit.toml, or give the node's address")


def of_chain(chain_id: int, settings: Settings) -> Network:
    """The network of `settings` on this chain: the chosen one when it fits, else one that says this chain id."""
    for name in (settings.network, *settings.networks):
        entry = settings.networks.get(name)
        if entry is not None and entry.chain_id == chain_id:
            return resolve(name, settings)
    if chain_id in LOCAL_CHAIN_IDS:
        return resolve("local", settings)
    title = chain_name(chain_id)
    raise UsageError(
        f"no network of daokit.toml is on chain {chain_id} ({title}); "
        f'add [network.{title}] with url = "https://…" and chain_id = {chain_id}'
    )


def chain_name(chain_id: int) -> str:
    """The chain's name for people."""
    return CHAIN_NAMES.get(chain_id, f"chain-{chain_id}")


def _expanded(url: str, name: str) -> str:
    if not url.startswith("$"):
        return str(Path(url).expanduser()) if "://" not in url and url != "memory" else url
    variable = url[1:].strip("{}")
    if not os.environ.get(variable):
        raise UsageError(f"the network {name} takes its address from ${variable}, which is not set; set it")
    return os.environ[variable]
