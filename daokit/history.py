"""Events of a collective in a small sqlite file: read once from the node, then only what is new, rolled back when the
chain reorganises, so that lists stay quick after thousands of proposals.

Each event is keyed by chain, block and log index and carries its block's hash. The cursor (how far we have read, and
the hash there) moves in the transaction that writes the events. `key` is the first indexed value: a proposal's key, a
seat's number, a token.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from daokit.answers import Log, read_logs
from daokit.artifact import EventType, known_events
from daokit.chain import Chain
from daokit.contract import Event, decode_log
from daokit.errors import NoConnection
from daokit.hashing import checksum, is_address
from daokit.quirks import check_past, forgotten
from daokit.rpc import RpcError

_FIRST_RANGE, _LONGEST_RANGE = 10_000, 1_000_000  # blocks in one request
_HEADERS = 2_000  # block hashes kept, to find where a reorganisation began
_FRESH = 2.0  # seconds for which a public chain is not asked again
_EXACT = 2**53

_TABLES = """
create table if not exists about (name text primary key, value text not null);
create table if not exists headers (chain integer, block integer, hash text not null, primary key (chain, block));
create table if not exists events (
    chain integer, block integer, log_index integer, block_hash text not null, transaction_hash text not null,
    time integer not null, address text not null, topic text not null, indexed integer not null,
    name text not null, key text, args text not null, primary key (chain, block, log_index)
);
create index if not exists by_name on events (name, key);
create index if not exists by_key on events (key);
"""


class History:
    """The past of some contracts on one chain."""

    def __init__(
        self,
        path: Path | str,
        chain: Chain,
        addresses: Iterable[str],
        start: int = 0,
        decode: Callable[[Log], Event | None] = decode_log,
        founded: bool = False,
    ) -> None:
        """`path` is the sqlite file, or `:memory:`; `start` the first block worth reading: with `founded` that of the
        founding, so that a node which shows no event in it has lost some."""
        self.chain = chain
        self.addresses = tuple(sorted(checksum(address) for address in addresses))
        self.start = start
        self.path = path
        self._founded = founded
        self._decode = decode
        self._range = _FIRST_RANGE
        self._database: sqlite3.Connection | None = None
        self._fresh: tuple[float, int] = (float("-inf"), -1)

    @classmethod
    def open(cls, chain: Chain, addresses: Iterable[str], start: int = 0, *, founded: bool = False) -> History:
        """The history of these contracts in `$XDG_STATE_HOME/daokit/history`; of a chain in memory, in memory."""
        addresses = list(addresses)
        if chain.rpc.url == "memory":
            return cls(":memory:", chain, addresses, start, founded=founded)
        from daokit.config import state_home

        name = f"{chain.mark}-{min(addresses, key=str.lower).lower()}.sqlite"
        return cls(state_home() / "history" / name, chain, addresses, start, founded=founded)

    # Reading

    def events(
        self, *names: str, since: int = 0, address: str | None = None, key: Any = None, **values: Any
    ) -> Iterator[Event]:
        """What happened from block `since` on, oldest first, after taking in what is new: only events with these names,
        of this contract, with these values, when given. `key` is the first indexed value."""
        self.sync()
        where: list[str] = ["block >= ?"]
        given: list[Any] = [since]
        self._narrow(names, address, key, values, where, given)
        rows = self._open().execute(
            "select name, args, address, block, log_index, transaction_hash, block_hash, time, topic, indexed "
            f"from events where {' and '.join(where)} order by block, log_index",
            given,
        )
        for row in rows.fetchall():
            if (event := _revived(row)) is not None:
                yield event

    def count(self, *names: str, address: str | None = None, key: Any = None, **values: Any) -> int:
        """How many such events there are."""
        self.sync()
        where: list[str] = ["1"]
        given: list[Any] = []
        self._narrow(names, address, key, values, where, given)
        row = self._open().execute(f"select count(*) from events where {' and '.join(where)}", given).fetchone()
        return int(row[0])

    def _narrow(
        self,
        names: tuple[str, ...],
        address: str | None,
        key: Any,
        values: dict[str, Any],
        where: list[str],
        given: list[Any],
    ) -> None:
        if names:
            where.append(f"name in ({', '.join('?' * len(names))})")
            given += names
        if address is not None:
            where.append("address = ?")
            given.append(checksum(address))
        for name, value in values.items():
            if names and all(_first_indexed(one) == name for one in names):
                key = value
                continue
            where.append("json_extract(args, ?) = ?")
            given += [f'$."{name}"', _plain(value)]
        if key is not None:
            where.append("key = ?")
            given.append(str(_plain(key)))

    # Taking in

    def sync(self) -> int:
        """Take in what has happened since; returns how many events are new. Costs one exchange when nothing has."""
        database = self._open()
        since, sent = self._fresh
        if not self.chain.local and time.monotonic() - since < _FRESH and sent == self.chain.rpc.sent:
            return 0
        taken = 0
        latest = self._agree(database)
        while (done := self._cursor(database)[0]) < latest:
            step = self._take(database, done, min(done + self._range, latest))
            if step is None:
                break
            taken += step
        self._fresh = (time.monotonic(), self.chain.rpc.sent)
        return taken

    def _agree(self, database: sqlite3.Connection) -> int:
        """Roll back to where we and the chain agree. Returns the latest block."""
        done, known = self._cursor(database)
        requests: list[tuple[str, list[Any]]] = [("eth_blockNumber", [])]
        if known:
            requests.append(("eth_getBlockByNumber", [hex(done), False]))
        number, *there = self.chain.rpc.batch(requests)
        if isinstance(number, RpcError):
            raise number
        latest = int(number, 16)
        if not known or _hash(there[0]) == known:
            return latest
        ancestor = self._common_ancestor(database, min(done, latest))
        with _writing(database):
            database.execute("delete from events where block > ?", [ancestor])
            database.execute("delete from headers where block > ?", [ancestor])
            row = database.execute("select hash from headers where block = ?", [ancestor]).fetchone()
            self._move(database, ancestor if row else self.start - 1, row[0] if row else "")
        return latest

    def _common_ancestor(self, database: sqlite3.Connection, below: int) -> int:
        """The highest block whose hash we hold and the chain has too; the one before the start when there is none."""
        held = "select block, hash from headers where block <= ? order by block desc"
        rows = database.execute(held, [below]).fetchall()
        for first in range(0, len(rows), 64):
            some = rows[first : first + 64]
            found = self.chain.rpc.batch([("eth_getBlockByNumber", [hex(block), False]) for block, _ in some])
            for (block, ours), there in zip(some, found, strict=True):
                if _hash(there) == ours:
                    return int(block)
        # Older events may stand above headers that we no longer hold: read all again rather than trust them.
        return self.start - 1

    def _take(self, database: sqlite3.Connection, done: int, last: int) -> int | None:
        """Take in the blocks after `done`, up to `last`. None when the node does not have them after all."""
        wish = {"fromBlock": hex(done + 1), "toBlock": hex(last), "address": list(self.addresses)}
        head: tuple[str, list[Any]] = ("eth_getBlockByNumber", [hex(last), False])
        before, found, after = self.chain.rpc.batch([head, ("eth_getLogs", [wish]), head])
        if isinstance(found, RpcError):
            check_past(found, self.chain.rpc.shown, done + 1)
            if self._range == 1 or last == done + 1:
                raise found
            # Nodes refuse ranges with too many blocks or events, each with words and limits of its own.
            self._range = max(1, min(self._range, last - done) // 2)
            return 0
        if _hash(before) is None or _hash(before) != _hash(after):
            return None  # it reorganises at this moment; the next reading finds out
        logs = read_logs(found)
        if self._founded and done + 1 == self.start and not any(log.block == self.start for log in logs):
            raise forgotten(self.chain.rpc.shown, self.start)  # it throws events away and does not say so
        times = self._times(logs)
        events = [event for log in logs if log.address in self.addresses and (event := self._decode(log))]
        with _writing(database):
            if self._cursor(database)[0] != done:
                return 0  # another process was faster
            database.executemany(
                "insert or replace into events values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [self._row(log, event, times) for log, event in _paired(logs, events)],
            )
            headers = {log.block: log.block_hash for log in logs} | {last: str(_hash(after))}
            database.executemany(
                "insert or replace into headers values (?, ?, ?)", [(self.chain.id, *one) for one in headers.items()]
            )
            database.execute(
                "delete from headers where block < (select block from headers order by block desc limit 1 offset ?)",
                [_HEADERS],
            )
            self._move(database, last, str(_hash(after)))
        self._range = min(self._range * 2, _LONGEST_RANGE)
        return len(events)

    def _row(self, log: Log, event: Event, times: dict[int, int]) -> tuple[Any, ...]:
        known = known_events()[(log.topics[0], len(log.topics) - 1)]
        plain = known.inputs.plain(tuple(event.args.values()))
        first = next((name for name, flag in zip(known.inputs.names, known.indexed, strict=True) if flag), None)
        return (
            self.chain.id,
            log.block,
            log.index,
            log.block_hash,
            log.transaction,
            times[log.block],
            log.address,
            log.topics[0],
            len(log.topics) - 1,
            event.name,
            None if first is None else str(plain[first]),
            json.dumps(plain, separators=(",", ":"), ensure_ascii=False),
        )

    def _times(self, logs: list[Log]) -> dict[int, int]:
        """The time of each block with events; some nodes say it in the log."""
        times = {log.block: log.time for log in logs if log.time is not None}
        lacking = sorted({log.block for log in logs} - set(times))
        found = self.chain.rpc.batch([("eth_getBlockByNumber", [hex(block), False]) for block in lacking])
        for block, there in zip(lacking, found, strict=True):
            if _hash(there) is None:
                raise NoConnection(f"{self.chain.rpc.shown} does not have block {block}; is it in sync?")
            times[block] = int(there["timestamp"], 16)
        return times

    # The file

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            if isinstance(self.path, Path):
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._database = self._opened()
        return self._database

    def _opened(self) -> sqlite3.Connection:
        try:
            database = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            database.executescript("pragma journal_mode = wal; pragma synchronous = normal;" + _TABLES)
            about = json.dumps([self.chain.id, self.chain.genesis, self.addresses, self.start, _events_known()])
            row = database.execute("select value from about where name = 'subject'").fetchone()
        except sqlite3.DatabaseError:
            # Everything in it can be read again from the chain.
            Path(self.path).unlink(missing_ok=True)
            return self._opened()
        if row is None or row[0] != about:
            with _writing(database):
                for table in ("events", "headers", "about"):
                    database.execute(f"delete from {table}")
                database.execute("insert into about values ('subject', ?)", [about])
        return database

    def _cursor(self, database: sqlite3.Connection) -> tuple[int, str]:
        row = database.execute("select value from about where name = 'cursor'").fetchone()
        block, known = json.loads(row[0]) if row else (self.start - 1, "")
        return int(block), str(known)

    def _move(self, database: sqlite3.Connection, block: int, known: str) -> None:
        database.execute("insert or replace into about values ('cursor', ?)", [json.dumps([block, known])])


@contextmanager
def _writing(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("begin immediate")
    try:
        yield
    except BaseException:
        database.execute("rollback")
        raise
    database.execute("commit")


def _paired(logs: list[Log], events: list[Event]) -> Iterator[tuple[Log, Event]]:
    by_place = {(event.block, event.log_index): event for event in events}
    for log in logs:
        if (event := by_place.get((log.block, log.index))) is not None:
            yield log, event


def _revived(row: tuple[Any, ...]) -> Event | None:
    name, args, address, block, index, transaction, block_hash, moment, topic, indexed = row
    known = known_events().get((topic, indexed))
    if known is None:
        return None
    values = known.inputs.revive(json.loads(args))
    return Event(
        name, dict(zip(known.inputs.names, values, strict=True)), address, block, index, transaction, block_hash, moment
    )


def _first_indexed(name: str) -> str | None:
    """The name of the first indexed value of the events called so; None when they differ."""
    found = {_first(event) for event in known_events().values() if event.name == name}
    return found.pop() if len(found) == 1 else None


def _first(event: EventType) -> str | None:
    return next((name for name, flag in zip(event.inputs.names, event.indexed, strict=True) if flag), None)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return str(value) if abs(value) > _EXACT else value
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, str) and value.startswith("0x"):
        return checksum(value) if is_address(value) else value.lower()
    return value


def _events_known() -> str:
    """Changes when we learn to read other events: then the past is read again."""
    return hashlib.sha256(" ".join(sorted(topic for topic, _ in known_events())).encode()).hexdigest()[:16]


def _hash(found: Any) -> str | None:
    known = found.get("hash") if isinstance(found, dict) else None
    return known if isinstance(known, str) else None
