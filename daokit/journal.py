"""What was signed, written down before it is sent, so that nothing is lost and nothing is sent twice.

One append-only file of JSON lines for each chain, told apart by chain id and first block. A line opens an entry, later
lines with the same id change its status: prepared (signed), sent, then confirmed or failed for good.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from daokit.errors import NoConnection, UnknownName
from daokit.rpc import Rpc, RpcError

OPEN = ("prepared", "sent")


@dataclass(frozen=True)
class Entry:
    """One signed transaction. `hash` and `raw` are 0x hex, times unix seconds, `words` say what it does."""

    id: int
    time: int
    sender: str
    nonce: int
    hash: str
    raw: str
    words: tuple[str, ...]
    status: str = "prepared"
    block: int | None = None
    block_time: int | None = None
    why: str = ""

    @property
    def open(self) -> bool:
        """Whether it is neither confirmed nor failed."""
        return self.status in OPEN


class HasRpc(Protocol):
    """Anything with a node: a `Chain`."""

    @property
    def rpc(self) -> Rpc: ...


class Journal:
    """The journal of one chain."""

    def __init__(self, folder: Path, chain_id: int, genesis: str) -> None:
        """`genesis` is the hash of the chain's first block."""
        self.folder = folder
        self.path = folder / f"{chain_id}-{genesis[2:18]}.jsonl"
        self._entries: dict[int, Entry] = {}
        self._read_to = 0

    @classmethod
    def of(cls, rpc: Rpc, folder: Path | None = None) -> Journal:
        """The journal of the chain that `rpc` leads to, in `folder` or `$XDG_STATE_HOME/daokit/journal`."""
        chain_id, first = rpc.batch([("eth_chainId", []), ("eth_getBlockByNumber", ["0x0", False])])
        for answer in (chain_id, first):
            if isinstance(answer, RpcError):
                raise answer
        if not isinstance(first, dict) or not isinstance(first.get("hash"), str):
            raise NoConnection("the node does not know its first block; is it in sync?")
        return cls(folder or journal_folder(), int(chain_id, 16), first["hash"])

    # Reading

    def list(self) -> tuple[Entry, ...]:
        """All entries, oldest first."""
        self._refresh()
        return tuple(self._entries.values())

    def show(self, which: int | str) -> Entry:
        """One entry, by its number or its transaction hash (or the beginning of it)."""
        entries = self.list()
        for entry in entries:
            if str(entry.id) == str(which) or (len(str(which)) >= 6 and entry.hash.startswith(str(which).lower())):
                return entry
        last = [str(entry.id) for entry in entries[-5:]]
        raise UnknownName("transaction", str(which), last, "`daokit tx list` has all")

    def unsettled(self, sender: str | None = None) -> tuple[Entry, ...]:
        """Entries that are neither confirmed nor failed, in the order in which they were signed."""
        return tuple(entry for entry in self.list() if entry.open and sender in (None, entry.sender))

    def confirmed(self) -> tuple[Entry, ...]:
        """What was reported confirmed, in the order of the chain."""
        done = [entry for entry in self.list() if entry.status == "confirmed"]
        return tuple(sorted(done, key=lambda entry: (entry.block or 0, entry.id)))

    # Writing

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Keeps every other process from choosing a nonce meanwhile."""
        self._make_folder()
        with self.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def prepare(self, *, sender: str, nonce: int, hash: str, raw: str, words: tuple[str, ...]) -> Entry:
        """Write down a signed transaction. It is on disk when this returns. Call it within `turn`."""
        self._refresh()
        number = next(reversed(self._entries), 0) + 1
        entry = Entry(number, int(time.time()), sender, nonce, hash, raw, words)
        line = {**entry.__dict__, "words": list(words)}
        self._append({name: value for name, value in line.items() if value not in (None, "")}, sync=True)
        return entry

    def mark(
        self, entry: Entry, status: str, *, block: int | None = None, block_time: int | None = None, why: str = ""
    ) -> Entry:
        """Write down what has become of an entry."""
        changed = {"status": status, "block": block, "block_time": block_time, "why": why}
        self._append({"id": entry.id, **{name: value for name, value in changed.items() if value not in (None, "")}})
        return replace(entry, status=status, block=block, block_time=block_time, why=why)

    # Coming to an end

    def resume(self, chain: HasRpc, patience: float = 60.0) -> tuple[Entry, ...]:
        """Bring every entry to its end: send again, as signed, what the node has not seen, and settle what is mined.

        Nothing is signed again. Returns the entries as they are now; one that is still open was not mined within
        `patience` seconds, or the node does not take it (`why` says so).
        """
        with self.turn():
            in_turn = sorted(self.unsettled(), key=lambda one: (one.nonce, one.id))
            waiting = [self._push(chain.rpc, entry) for entry in in_turn]
        settled = []
        end = time.monotonic() + patience
        for entry in waiting:
            while entry.open and not entry.why and time.monotonic() < end:
                entry = self.settle(chain.rpc, entry)
                if entry.open:
                    time.sleep(0.05)
            settled.append(entry)
        return tuple(sorted(settled, key=lambda one: one.id))

    def settle(self, rpc: Rpc, entry: Entry) -> Entry:
        """Write down the end of an entry when it has one: mined, or its nonce taken by another transaction."""
        receipt, count = rpc.batch(
            [("eth_getTransactionReceipt", [entry.hash]), ("eth_getTransactionCount", [entry.sender, "latest"])]
        )
        if isinstance(receipt, dict):
            return self.close(rpc, entry, receipt)
        if isinstance(count, str) and int(count, 16) > entry.nonce:
            # Mined between the two answers?
            if isinstance(receipt := rpc.request("eth_getTransactionReceipt", [entry.hash]), dict):
                return self.close(rpc, entry, receipt)
            return self.mark(entry, "failed", why=f"another transaction took its nonce {entry.nonce}")
        return entry

    def close(self, rpc: Rpc, entry: Entry, receipt: dict[str, Any]) -> Entry:
        """Write down what the receipt says."""
        block = int(receipt["blockNumber"], 16)
        moment = block_time(rpc, receipt)
        if int(receipt["status"], 16) == 1:
            return self.mark(entry, "confirmed", block=block, block_time=moment)
        return self.mark(entry, "failed", block=block, block_time=moment, why="it was mined and reverted")

    def _push(self, rpc: Rpc, entry: Entry) -> Entry:
        entry = self.settle(rpc, entry)
        if not entry.open or rpc.request("eth_getTransactionByHash", [entry.hash]) is not None:
            return entry
        try:
            rpc.request("eth_sendRawTransaction", [entry.raw])
        except RpcError as refusal:
            if not known_already(refusal):
                return replace(entry, why=refusal.message)
        return self.mark(entry, "sent")

    # The file

    def _refresh(self) -> None:
        """Take in the lines that were written since, by this process or another."""
        try:
            with self.path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._read_to:
                    self._entries, self._read_to = {}, 0
                file.seek(self._read_to)
                text = file.read()
        except FileNotFoundError:
            self._entries, self._read_to = {}, 0
            return
        whole = text[: text.rfind(b"\n") + 1]
        self._read_to += len(whole)
        for line in whole.splitlines():
            try:
                self._take(json.loads(line))
            except (ValueError, TypeError, KeyError):
                continue  # a line that a kill cut short: what it would have said was not yet true

    def _take(self, line: dict[str, Any]) -> None:
        known = self._entries.get(line["id"])
        if known is None:
            self._entries[line["id"]] = Entry(**{**line, "words": tuple(line["words"])})
        elif known.open or line["status"] not in OPEN:
            # Two processes may settle one entry; what is final stays final.
            self._entries[known.id] = replace(known, **{name: value for name, value in line.items() if name != "id"})

    def _append(self, line: dict[str, Any], sync: bool = False) -> None:
        self._make_folder()
        new = not self.path.exists()
        with self.path.open("ab+") as file:
            size = file.seek(0, os.SEEK_END)
            cut_short = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
            file.write((b"\n" if cut_short else b"") + json.dumps(line, separators=(",", ":")).encode() + b"\n")
            file.flush()
            if sync:
                os.fsync(file.fileno())
        if new:
            self.path.chmod(0o600)
            _sync_folder(self.folder)

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def journal_folder() -> Path:
    """`$XDG_STATE_HOME/daokit/journal`."""
    from daokit.config import state_home

    return state_home() / "journal"


def known_already(refusal: RpcError) -> bool:
    """Whether the node refuses a transaction because it has it."""
    words = refusal.reason.lower()
    return "already known" in words or "already imported" in words or "already exists" in words


def block_time(rpc: Rpc, receipt: dict[str, Any]) -> int:
    """The time of a receipt's block: some nodes say it in the receipt, as number or as hex."""
    moment = receipt.get("blockTimestamp")
    if moment is None:
        moment = rpc.request("eth_getBlockByNumber", [receipt["blockNumber"], False])["timestamp"]
    return int(moment, 16) if isinstance(moment, str) else int(moment)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
