"""A chain of one's own for one experiment: anvil on a socket in a temporary folder, gone when the experiment ends."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from daokit.accounts import DEV_ADDRESSES, dev_signer
from daokit.chain import Chain
from daokit.errors import NoConnection
from daokit.rpc import Rpc
from daokit.tools import find_foundry

CHAIN_ID = 31337
_GAS_LIMIT = 4_000_000_000
_COIN = 10**18
_PATIENCE = 20.0  # seconds for the start


@contextmanager
def sandbox(people: Iterable[str] = (), *, patience: float = _PATIENCE, chain_id: int = CHAIN_ID) -> Iterator[Chain]:
    """A new chain with alice as account. `people` have some coin for their fees from its first block on. What the
    program remembers meanwhile is forgotten with it.

    Raises `ToolMissing` without anvil.
    """
    with tempfile.TemporaryDirectory(prefix="daokit-") as name:
        folder = Path(name)
        with anvil(folder, people, patience=patience, chain_id=chain_id) as rpc, state_in(folder / "state"):
            yield Chain(rpc, name="a chain of its own", signer=dev_signer("alice"), expected_id=chain_id)


@contextmanager
def anvil(
    folder: Path,
    people: Iterable[str] = (),
    *,
    patience: float = _PATIENCE,
    chain_id: int = CHAIN_ID,
    port: int = 0,
) -> Iterator[Rpc]:
    """A new node, which keeps what it needs in `folder`; it answers http at `port` too (0: at any). Raises
    `ToolMissing` without anvil."""
    program = find_foundry("anvil")
    _sweep()
    (folder / "genesis.json").write_text(json.dumps(_genesis(people, chain_id)))
    command = [str(program), "--ipc", str(folder / "ipc"), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-cors", "--quiet"]
    command += ["--hardfork", "prague", "--order", "fifo", "--init", str(folder / "genesis.json")]
    command += ["--gas-limit", str(_GAS_LIMIT), "--cache-path", str(folder / "cache")]
    with (folder / "log").open("w") as log:
        node = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        rpc = Rpc(str(folder / "ipc"))
        _wait_for(rpc, node, folder / "log", patience)
        yield rpc
        rpc.close()
    finally:
        node.terminate()
        node.wait()


def advance(chain: Chain, seconds: int) -> None:
    """Mine a block so many seconds after the latest, which may itself be ahead of the clock."""
    chain.rpc.request("evm_setNextBlockTimestamp", [chain.now() + seconds])
    chain.rpc.request("evm_mine", [])


def _sweep() -> None:
    """Remove what sandboxes left that were killed: their folders, whose socket nobody listens at any more."""
    for left in Path(tempfile.gettempdir()).glob("daokit-*/ipc"):
        if not left.is_socket() or left.stat().st_uid != os.getuid():
            continue
        with socket.socket(socket.AF_UNIX) as trial:
            try:
                trial.connect(str(left))
            except ConnectionRefusedError:
                shutil.rmtree(left.parent, ignore_errors=True)
            except OSError:
                continue  # gone meanwhile


@contextmanager
def state_in(folder: Path) -> Iterator[None]:
    """Have the program keep what it remembers in `folder`, for as long as this lasts."""
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_STATE_HOME"]
        else:
            os.environ["XDG_STATE_HOME"] = before


def _genesis(people: Iterable[str], chain_id: int) -> dict[str, object]:
    rich = {address: {"balance": hex(10_000 * _COIN)} for address in DEV_ADDRESSES.values()}
    alloc = {address: {"balance": hex(10 * _COIN)} for address in people} | rich
    return {
        "config": {"chainId": chain_id},
        "timestamp": hex(int(time.time())),
        "gasLimit": hex(_GAS_LIMIT),
        "difficulty": "0x0",
        "alloc": alloc,
    }


def _wait_for(rpc: Rpc, node: subprocess.Popen[bytes], log: Path, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            rpc.request("eth_chainId")
            return
        except NoConnection:
            if node.poll() is not None or time.monotonic() > end:
                words = log.read_text(errors="replace").strip().split("\n", 1)[0]
                raise NoConnection(f"anvil does not start: {words or 'it says nothing'}") from None
            time.sleep(0.02)
