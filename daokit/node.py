"""The local chain for development: anvil over IPC, with its state on disk, on this machine only.

anvil writes its state once a second, so a kill loses the last moment. `up` sends those transactions again from the
journal, each in a block of its old time, and lets the clock run as far ahead of the real one as it did.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from daokit.errors import DaokitError, NoConnection, ToolMissing, UsageError
from daokit.rpc import Rpc, RpcError
from daokit.tools import child_environment, fetch_anvil, find_foundry

CHAIN_ID = 31337
PORT = 8545
PATIENCE = 20.0  # seconds for a start or a stop
_TRIALS = 5  # ports, when others start at the same moment

# sockaddr_un holds 104 bytes on macOS, 108 on Linux.
_LONGEST_SOCKET_PATH = 100


class Confirmed(Protocol):
    """What the journal holds of a transaction that was reported confirmed."""

    @property
    def hash(self) -> str: ...
    @property
    def raw(self) -> str: ...
    @property
    def block_time(self) -> int | None: ...


@dataclass(frozen=True)
class Status:
    """The node as it is now. `pid`, `port`, `block` and `time` (seconds since 1970) only while it runs."""

    running: bool
    url: str
    folder: Path
    pid: int | None = None
    port: int | None = None
    block: int | None = None
    time: int | None = None


class Node:
    """One local chain and its folder. Nothing is started before `up`."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        confirmed: Callable[[Rpc], Iterable[Confirmed]] = lambda _: (),
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`confirmed` lists the journal's confirmed transactions of the chain that it is shown, oldest first; `say`
        takes the lines for people."""
        self.folder = folder or _state_home() / "node"
        self._confirmed = confirmed
        self._say = say

    @property
    def url(self) -> str:
        """Where `Rpc` reaches the node: the path of its socket."""
        path = str(self.folder / "anvil.ipc")
        if len(path.encode()) <= _LONGEST_SOCKET_PATH:
            return path
        mark = hashlib.sha256(path.encode()).hexdigest()[:16]
        return str(Path(tempfile.gettempdir()) / f"daokit-{os.getuid()}-{mark}.ipc")

    def up(self) -> Status:
        """Start the node, or find it running. Returns when it answers and has everything that was confirmed."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _within(PATIENCE, self._started_or_running):
            raise NoConnection(f"the local chain runs but does not answer (its log: {self.folder}/anvil.log)")
        return self.status()

    def _started_or_running(self) -> bool:
        with self._lock() as lock:
            if lock is None:
                return self._answers()
            self._start(lock)
            rpc = Rpc(self.url)
            if _is_torn(rpc, self._confirmed(rpc)):
                self._say("the chain's state was torn by a kill; starting from an older one")
                rpc.close()
                self._kill()
                (self.folder / "state.json").unlink()
                self._start(lock)
                rpc = Rpc(self.url)
            self._keep_state()
            _set_clock(rpc, _time(rpc))
            self._send_again(rpc)
            _set_clock(rpc, int(time.time()) + int(self._read("ahead") or 0))
            rpc.request("evm_mine", [])
            return True

    def down(self) -> bool:
        """Stop the node and keep its chain. False when it was not running. Returns when the state is on disk."""
        running = self.runs()
        if running:
            pid = self._record()["pid"]
            os.kill(pid, signal.SIGTERM)
            if not _within(PATIENCE, lambda: not self.runs()):
                remedy = f"end it with `kill -9 {pid}` and start it again"
                raise DaokitError(f"the node (process {pid}) does not stop; {remedy}")
        self._drop_socket()
        return running

    def runs(self) -> bool:
        """Whether the node's process is alive."""
        if not self.folder.is_dir():
            return False
        with self._lock() as lock:
            return lock is None

    def status(self) -> Status:
        """What the node is doing; changes nothing."""
        if not self.runs():
            return Status(False, self.url, self.folder)
        record = self._record()
        block = Rpc(self.url).request("eth_getBlockByNumber", ["latest", False])
        number, seconds = int(block["number"], 16), int(block["timestamp"], 16)
        return Status(True, self.url, self.folder, record["pid"], record["port"], number, seconds)

    def reset(self) -> None:
        """Stop the node and forget its chain: the next `up` begins a new one."""
        self.down()
        for name in ("state.json", "state.next.json", "state.last.json", "ahead"):
            (self.folder / name).unlink(missing_ok=True)
        # Another first block, even within the same second: what the journal holds of the old chain stays there.
        if (before := self._read("genesis")) is not None:
            self._write("genesis", max(int(time.time()), int(before) + 1))

    def advance(self, seconds: int) -> int:
        """Let `seconds` pass on the chain and mine a block. Returns the chain's time, in seconds since 1970."""
        if seconds <= 0:
            raise UsageError("time goes forward only; give a number of seconds above 0")
        if not self.runs():
            raise NoConnection("the local chain is not running; start it with `daokit node up`")
        rpc = Rpc(self.url)
        # From the time of the next block: many acts within one second leave the blocks ahead of the clock.
        rpc.request("evm_setNextBlockTimestamp", [_time(rpc, "pending") + seconds])
        rpc.request("evm_mine", [])
        now = _time(rpc)
        self._write("ahead", now - int(time.time()))
        return now

    def _start(self, lock: IO[str]) -> None:
        try:
            anvil = find_foundry("anvil")
        except ToolMissing:
            if "DAOKIT_ANVIL" in os.environ:
                raise
            self._say("anvil is not here; fetching it with npm")
            anvil = fetch_anvil()
        self._mend_state()
        # The same first block at every start: the journal tells chains apart by it.
        if self._read("genesis") is None:
            self._write("genesis", int(time.time()))
        for trial in range(_TRIALS):
            if self._starts(anvil, _free_port(chosen=trial == 0), lock):
                return
        raise NoConnection("anvil does not start: each port that was free was taken a moment later; try again")

    def _starts(self, anvil: Path, port: int, lock: IO[str]) -> bool:
        """Start anvil on a port. False when somebody else took the port meanwhile."""
        command = [str(anvil), "--ipc", self.url, "--host", "127.0.0.1", "--port", str(port), "--no-cors", "--quiet"]
        command += ["--chain-id", str(CHAIN_ID), "--hardfork", "prague", "--order", "fifo"]
        command += ["--timestamp", str(self._read("genesis")), "--cache-path", str(self.folder / "cache")]
        command += ["--state", str(self.folder / "state.json"), "--state-interval", "1"]
        # The process holds the lock as long as it lives, however it ends.
        with (self.folder / "anvil.log").open("w") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=child_environment(),
                start_new_session=True,
                pass_fds=(lock.fileno(),),
            )
        self._write("node.json", json.dumps({"pid": process.pid, "port": port}))
        if not _within(PATIENCE, lambda: process.poll() is not None or self._answers()) or process.poll() is not None:
            text = (self.folder / "anvil.log").read_text(errors="replace")
            if process.poll() is not None and "in use" in text:
                return False
            words = text.split("\n", 1)[0]
            raise NoConnection(f"anvil does not start: {words or 'it says nothing'} (its log: {self.folder}/anvil.log)")
        return True

    def _drop_socket(self) -> None:
        """Remove the socket of a node that was killed, unless somebody is just starting it."""
        if self.folder.is_dir():
            with self._lock() as lock:
                if lock is not None:
                    Path(self.url).unlink(missing_ok=True)

    def _mend_state(self) -> None:
        """anvil writes its state in place, and a kill meanwhile leaves half of it: then the last start's serves."""
        state, last = self.folder / "state.json", self.folder / "state.last.json"
        if state.is_file() and not _whole(state):
            self._say("the chain's state was cut short by a kill; starting from an older one")
            state.unlink()
        if not state.is_file() and _whole(last):
            shutil.copyfile(last, state)
        if state.is_file():
            shutil.copyfile(state, self.folder / "state.next.json")

    def _keep_state(self) -> None:
        """What the chain began from now is the older state for the next start."""
        if (begun := self.folder / "state.next.json").is_file():
            begun.replace(self.folder / "state.last.json")

    def _kill(self) -> None:
        pid = self._record()["pid"]
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        Path(self.url).unlink(missing_ok=True)

    def _send_again(self, rpc: Rpc) -> None:
        try:
            sent = resend(rpc, self._confirmed(rpc))
        except RpcError as refusal:
            self._say(f"a confirmed transaction could not be sent again ({refusal}); `daokit tx list` shows them all")
            return
        if sent:
            self._say(f"sent {sent} confirmed transaction{'s'[: sent > 1]} again that the last stop had lost")

    @contextlib.contextmanager
    def _lock(self) -> Iterator[IO[str] | None]:
        """The node's lock, or None while another process has it: the node, or someone starting it."""
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield lock

    def _answers(self) -> bool:
        try:
            return int(Rpc(self.url).request("eth_chainId", []), 16) == CHAIN_ID
        except NoConnection:
            return False

    def _record(self) -> dict[str, int]:
        text = self._read("node.json")
        if text is None:
            raise NoConnection("the local chain is just starting; try again in a second")
        record: dict[str, int] = json.loads(text)
        return record

    def _read(self, name: str) -> str | None:
        path = self.folder / name
        return path.read_text() if path.is_file() else None

    def _write(self, name: str, value: object) -> None:
        draft = self.folder / f"{name}.tmp"
        draft.write_text(str(value))
        draft.replace(self.folder / name)


def resend(rpc: Rpc, confirmed: Iterable[Confirmed]) -> int:
    """Send, in order, what the chain lacks of `confirmed`, each at its old block time. Returns how many."""
    sent = 0
    for entry in confirmed:
        mined = functools.partial(_is_mined, rpc, entry.hash)
        if mined():
            continue
        if entry.block_time is not None and entry.block_time >= _time(rpc):
            rpc.request("evm_setNextBlockTimestamp", [entry.block_time])
        rpc.request("eth_sendRawTransaction", [entry.raw])
        if not _within(PATIENCE, mined):
            raise NoConnection(f"the local chain does not mine {entry.hash}; look at its log")
        sent += 1
    return sent


def _is_torn(rpc: Rpc, confirmed: Iterable[Confirmed]) -> bool:
    """Whether the chain has a transaction and not what it did. anvil writes accounts and blocks at two moments, and a
    block between them, then a kill, leaves an account that has sent less than the chain knows of it."""
    sent: dict[str, int] = {}
    for found in rpc.batch([("eth_getTransactionByHash", [entry.hash]) for entry in confirmed]):
        if isinstance(found, dict) and found.get("blockNumber"):
            sent[found["from"]] = max(sent.get(found["from"], 0), int(found["nonce"], 16) + 1)
    counts = rpc.batch([("eth_getTransactionCount", [sender, "latest"]) for sender in sent])
    return any(int(str(count), 16) < least for count, least in zip(counts, sent.values(), strict=True))


def _is_mined(rpc: Rpc, transaction: str) -> bool:
    return rpc.request("eth_getTransactionReceipt", [transaction]) is not None


def _set_clock(rpc: Rpc, seconds: int) -> None:
    """anvil begins each start at the time of its first block, before the last one of the state that it loads."""
    rpc.request("evm_setTime", [max(seconds, _time(rpc) + 1)])


def _time(rpc: Rpc, block: str = "latest") -> int:
    return int(rpc.request("eth_getBlockByNumber", [block, False])["timestamp"], 16)


def _whole(state: Path) -> bool:
    try:
        json.loads(state.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return True


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def _free_port(chosen: bool) -> int:
    """The port that people know, if it is `chosen` and free, else any."""
    for port in (PORT, 0)[not chosen :]:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                trial.bind(("127.0.0.1", port))
                return int(trial.getsockname()[1])
    raise NoConnection("no port is free on 127.0.0.1")


def _state_home() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "daokit"
