"""Addresses of nodes as text: whether one is proper, and which of them name one node."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from daokit.errors import UsageError

_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


def is_proper(url: str) -> bool:
    """Whether an address with `://` has a host, and a port that is one or none."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def node_of(url: str) -> str:
    """The same for all spellings of one node's address: capitals, a slash at the end, the usual port, `localhost` or
    its number, http or a WebSocket, with a user or without. Two names of one machine stay two."""
    if "://" not in url:
        return str(Path(url).expanduser().resolve()) if url != "memory" else url
    if not is_proper(url):
        return url
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if host == "localhost" or _is_here(host):
        host = "localhost"
    port = parts.port if parts.port != _PORTS.get(parts.scheme) else None
    return f"{host}:{port or ''}{parts.path.rstrip('/')}?{parts.query}"


def check_quorum(quorum: int, urls: Sequence[str], shown: Sequence[str]) -> None:
    """Raises `UsageError` when fewer nodes than `quorum` are named; `shown` is how each address is shown."""
    nodes: dict[str, str] = {}
    twice = []
    for url, words in zip(urls, shown, strict=True):
        node = node_of(url)
        if node in nodes:
            twice.append(f"{nodes[node]} and {words} are one" if nodes[node] != words else f"{words} stands twice")
        nodes.setdefault(node, words)
    if len(nodes) < quorum:
        found = "; ".join([f"there is {len(nodes)}" if len(nodes) == 1 else f"there are {len(nodes)}", *twice])
        raise UsageError(f"quorum = {quorum} needs as many different nodes, and {found}; give the address of another")


def _is_here(host: str) -> bool:
    try:
        found = ip_address(host)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified
