"""What was signed, written down before it is sent, so that nothing is lost and nothing is sent twice.

One append-only file of JSON lines for each chain, told apart by chain id and, for local chains, which begin anew under
the same id, by the first block. A line opens an entry, later lines with the same id change its status:

prepared   signed, and perhaps sent
sent       a node took it
mined      it is in a block, not yet as deep as the network wants
confirmed  done
failed     it was mined and reverted, or another program's transaction took its nonce
replaced   a later transaction of ours with its nonce was mined
refused    the node did not take it; its nonce is free again

What has ended is looked at again until it is final: a reorganisation takes blocks back, and nodes err.
"""

from __future__ import annotations

import contextlib
import copy
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from daokit import older_journals
from daokit.accounts import LOCAL_CHAIN_IDS
from daokit.answers import number
from daokit.errors import NoConnection, UnknownName
from daokit.rpc import Rpc, RpcError

OPEN = ("prepared", "sent", "mined")


@dataclass(frozen=True)
class Entry:
    """One signed transaction. `hash` and `raw` are 0x hex, times unix seconds, `words` say what it does. `replaces` is
    the entry whose nonce it took, `cancels` whether it does nothing else."""

    id: int
    time: int
    sender: str
    nonce: int
    hash: str
    raw: str
    words: tuple[str, ...]
    status: str = "prepared"
    block: int | None = None
    block_hash: str = ""
    block_time: int | None = None
    why: str = ""
    replaces: int | None = None
    cancels: bool = False
    final: bool = False

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.status in OPEN


class Journal:
    """The journal of one chain."""

    def __init__(self, folder: Path, chain_id: int, genesis: str = "") -> None:
        """`genesis` is the hash of a local chain's first block. Of a public one it is "": what a node says of it must
        not open another journal."""
        self.folder = folder
        self.path = folder / f"{chain_id}{f'-{genesis[2:18]}' if genesis else ''}.jsonl"
        self._entries: dict[int, Entry] = {}
        self._read_to = 0
        if not genesis:
            older_journals.take_in(self)

    @classmethod
    def of(cls, rpc: Rpc, folder: Path | None = None) -> Journal:
        """The journal of the chain that `rpc` leads to, in `folder` or `$XDG_STATE_HOME/daokit/journal`."""
        chain_id, genesis = number(rpc.request("eth_chainId")), ""
        if chain_id in LOCAL_CHAIN_IDS:
            first = rpc.request("eth_getBlockByNumber", ["0x0", False])
            if not isinstance(first, dict) or not isinstance(first.get("hash"), str):
                raise NoConnection("the node does not know its first block; is it in sync?")
            genesis = first["hash"]
        return cls(folder or journal_folder(), chain_id, genesis)

    def beside(self, path: Path) -> Journal:
        """Another journal in the same folder."""
        other = copy.copy(self)
        other.path, other._entries, other._read_to = path, {}, 0
        return other

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
        """Entries that have not ended, in the order in which they were signed."""
        return tuple(entry for entry in self.list() if entry.open and sender in (None, entry.sender))

    def not_final(self, sender: str | None = None) -> tuple[Entry, ...]:
        """Entries that have ended and may yet turn out otherwise."""
        return tuple(one for one in self.list() if not (one.open or one.final) and sender in (None, one.sender))

    def rivals(self, entry: Entry) -> tuple[Entry, ...]:
        """Other entries of the same sender with the same nonce: at most one of them all is ever mined."""
        same = (entry.sender, entry.nonce)
        return tuple(one for one in self.list() if (one.sender, one.nonce) == same and one.id != entry.id)

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

    def prepare(
        self,
        *,
        sender: str,
        nonce: int,
        hash: str,
        raw: str,
        words: tuple[str, ...],
        replaces: int | None = None,
        cancels: bool = False,
    ) -> Entry:
        """Write down a signed transaction. It is on disk when this returns. Call it within `turn`.

        What no node took and is signed once more may come to the same bytes: then it is the same entry, open again."""
        self._refresh()
        for known in self._entries.values():
            if known.hash == hash:
                return known if known.open else self.reopen(known)
        return self.add(Entry(0, int(time.time()), sender, nonce, hash, raw, words, replaces=replaces, cancels=cancels))

    def add(self, entry: Entry) -> Entry:
        """Write down an entry under the next number. It is on disk when this returns. Call it within `turn`."""
        self._refresh()
        entry = replace(entry, id=next(reversed(self._entries), 0) + 1)
        line = {**entry.__dict__, "words": list(entry.words)}
        self._append({name: value for name, value in line.items() if _said(value)}, sync=True)
        return entry

    def mark(
        self,
        entry: Entry,
        status: str,
        *,
        block: int | None = None,
        block_hash: str = "",
        block_time: int | None = None,
        why: str = "",
    ) -> Entry:
        """Write down what has become of an entry."""
        changed = {"block": block, "block_hash": block_hash, "block_time": block_time, "why": why}
        line = {name: value for name, value in changed.items() if value != getattr(entry, name)}
        self._append({"id": entry.id, "status": status, **line})
        return replace(entry, status=status, **changed)  # type: ignore[arg-type]

    def mark_final(self, entry: Entry) -> None:
        """Write down that nothing can change any more."""
        self._append({"id": entry.id, "status": entry.status, "final": True})

    def reopen(self, entry: Entry) -> Entry:
        """Write down that what had ended in this way has not: the chain says otherwise now."""
        undone = {"status": "sent", "block": None, "block_hash": "", "block_time": None, "why": ""}
        self._append({"id": entry.id, "undoes": [entry.status, entry.block_hash], **undone})
        return replace(entry, **undone)  # type: ignore[arg-type]

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
            return
        undoes = line.pop("undoes", None)
        # Two processes may settle one entry: an end is undone only by who saw that very end.
        if known.open or line["status"] not in OPEN or undoes == [known.status, known.block_hash]:
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
    words = refusal.reason.lower().replace(" ", "")
    return any(one in words for one in ("alreadyknown", "alreadyimported", "alreadyexists", "knowntransaction"))


def block_time(rpc: Rpc, receipt: dict[str, Any]) -> int:
    """The time of a receipt's block: some nodes say it in the receipt, as number or as hex."""
    moment = receipt.get("blockTimestamp")
    if moment is None:
        found = rpc.request("eth_getBlockByNumber", [receipt["blockNumber"], False])
        if not isinstance(found, dict):
            raise NoConnection(f"{rpc.shown} does not have the block of a receipt that it gives; is it in sync?")
        moment = found["timestamp"]
    return number(moment)


def _said(value: object) -> bool:
    return value is not None and value is not False and value != ""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
