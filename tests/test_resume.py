"""A process killed at any request that it makes to the node, then resumed, ends as if nothing had happened."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from daokit.documents import text_hash
from daokit.journal import Journal
from daokit.options import Option
from daokit.settling import Settling
from tests.people import DAY, address

# Votes as bob: what a member's command does, in a process of its own.
VOTE = """
import sys
from pathlib import Path
from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.governor import Governor
from daokit.journal import Journal
from daokit.rpc import Rpc

socket, folder, collective, key = sys.argv[1:]
rpc = Rpc(socket)
chain = Chain(rpc, name="local", journal=Journal.of(rpc, Path(folder)), signer=dev_signer("bob"))
Governor(chain, collective).send("vote", key, 0, 3)
"""


class Proxy:
    """Stands before a node's socket, counts the requests, and kills who made the `fatal`th: before the node hears it
    (`heard` false) or before the answer comes back."""

    def __init__(self, node: str, path: Path, fatal: int, heard: bool) -> None:
        self.node, self.path, self.fatal, self.heard = node, path, fatal, heard
        self.requests = 0
        self.methods: list[str] = []  # the first of each request; "" where a long one goes on
        self.victim: subprocess.Popen[bytes] | None = None
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            node = socket.socket(socket.AF_UNIX)
            node.connect(self.node)
            threading.Thread(target=self._carry, args=(client, node, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(node, client, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, asking: bool) -> None:
        try:
            while data := source.recv(1 << 20):
                if asking:
                    self.requests += 1
                    named = re.search(rb'"method": ?"(\w+)"', data)
                    self.methods.append(named[1].decode() if named else "")
                    if self.requests == self.fatal and not self.heard:
                        self._kill()
                        return
                elif self.heard and self.requests >= self.fatal:
                    self._kill()
                    return
                target.sendall(data)
        except OSError:
            pass
        finally:
            # The other thread of the pair wakes up and closes its own.
            with suppress(OSError):
                target.shutdown(socket.SHUT_RDWR)
            source.close()

    def _kill(self) -> None:
        assert self.victim is not None
        self.victim.send_signal(signal.SIGKILL)

    def close(self) -> None:
        self._server.close()


@contextmanager
def proxied(node: str, fatal: int, heard: bool) -> Iterator[Proxy]:
    with tempfile.TemporaryDirectory() as folder:
        proxy = Proxy(node, Path(folder) / "proxy.ipc", fatal, heard)
        yield proxy
        proxy.close()


def vote(proxy: Proxy, journal: Path, collective: str, key: str) -> int:
    """Exit code of the voting process; -9 when it was killed."""
    command = [sys.executable, "-c", VOTE, str(proxy.path), str(journal), collective, key]
    proxy.victim = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.getcwd()})
    return proxy.victim.wait(60)


@pytest.fixture
def open_proposal(coop, warp) -> str:
    number = coop.governor.propose(Option(text_hash("a law")))
    warp(3 * DAY)
    return coop.governor.key(number)


@pytest.mark.parametrize("heard", [False, True], ids=["before-the-node-hears-it", "before-the-answer"])
def test_a_vote_killed_at_each_request_is_cast_exactly_once(coop, open_proposal, state, heard):
    rpc = coop.chain.rpc
    before = rpc.request("evm_snapshot")
    with proxied(rpc.url, 10**6, heard) as whole:
        assert vote(whole, state / "whole", coop.address, open_proposal) == 0
        requests = whole.requests
    assert requests >= 4
    wanted = coop.governor.read("tallyOf", open_proposal, 0)
    nonce = rpc.request("eth_getTransactionCount", [address("bob"), "latest"])
    killed = 0
    for fatal in range(1, requests + 1):
        rpc.request("evm_revert", [before])
        before = rpc.request("evm_snapshot")
        folder = state / f"killed-{fatal}"
        with proxied(rpc.url, fatal, heard) as proxy:
            killed += vote(proxy, folder, coop.address, open_proposal) == -signal.SIGKILL
        journal = Journal.of(rpc, folder)
        Settling(coop.chain, journal).resume(60)
        if not journal.list():  # it died before anything was signed: the member types the command again
            with proxied(rpc.url, 10**6, heard) as again:
                assert vote(again, folder, coop.address, open_proposal) == 0
        assert coop.governor.read("tallyOf", open_proposal, 0) == wanted
        assert rpc.request("eth_getTransactionCount", [address("bob"), "latest"]) == nonce
        assert not Journal.of(rpc, folder).unsettled()
    assert killed >= requests - 1
