"""What is commonly known of public chains: names, coins, explorers. The facts are those of the package evmchains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_LOCAL = {1337: "local", 31337: "local", 131277322940537: "memory"}


@dataclass(frozen=True)
class Known:
    """One chain. `name` is what people type (`sepolia`, `base-sepolia`), `title` how its makers write it, `symbol` its
    coin, `explorer` where people look transactions up; "" where nobody knows."""

    id: int
    name: str
    title: str
    symbol: str
    decimals: int
    explorer: str

    def transaction(self, hash: str) -> str:
        """Where a transaction can be looked up, or ""."""
        return f"{self.explorer}/tx/{hash}" if self.explorer else ""


def find(chain: int | str) -> Known | None:
    """The public chain with this id or name (`optimism`, also as ape writes it: `optimism:mainnet`), or None. Capitals
    do not matter; `mainnet` alone is Ethereum's."""
    return _by_id().get(chain) if isinstance(chain, int) else _by_name().get(chain.casefold())


def names() -> list[str]:
    """The names of all."""
    return sorted(one.name for one in _by_id().values())


def chain_name(chain_id: int) -> str:
    """The chain's name for people."""
    if chain_id in _LOCAL:
        return _LOCAL[chain_id]
    known = find(chain_id)
    return known.name if known else f"chain-{chain_id}"


@lru_cache(maxsize=1)
def _by_id() -> dict[int, Known]:
    from evmchains.chains import PUBLIC_CHAIN_META

    found = {}
    for ecosystem, networks in PUBLIC_CHAIN_META.items():
        for network, facts in networks.items():
            found[int(facts["chainId"])] = _read(ecosystem, network, facts)
    return found


@lru_cache(maxsize=1)
def _by_name() -> dict[str, Known]:
    from evmchains.chains import PUBLIC_CHAIN_META

    found = {one.name: one for one in _by_id().values()}
    for ecosystem, networks in PUBLIC_CHAIN_META.items():
        for network, facts in networks.items():
            found[f"{ecosystem}:{network}"] = _by_id()[int(facts["chainId"])]
    return {"mainnet": found["ethereum"], **{name.casefold(): one for name, one in found.items()}}


def _read(ecosystem: str, network: str, facts: dict[str, Any]) -> Known:
    # As people say it: a main network by its ecosystem's name, a test network of Ethereum by its own.
    name = ecosystem if network == "mainnet" else network if ecosystem == "ethereum" else f"{ecosystem}-{network}"
    coin = facts.get("nativeCurrency") or {}
    explorers = facts.get("explorers") or []
    explorer = str(explorers[0]["url"]).rstrip("/") if explorers else ""
    symbol, decimals = str(coin.get("symbol") or "ETH"), int(coin.get("decimals") or 18)
    return Known(int(facts["chainId"]), name, str(facts["name"]), symbol, decimals, explorer)
