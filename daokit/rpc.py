"""Thin JSON-RPC to a node: http(s), a unix socket, or `memory`, the chain inside this process. Reads need no more."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import re
import socket
import threading
from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from daokit.errors import DaokitError, NoConnection, UsageError
from daokit.text import clean

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0
LONGEST_ANSWER = 256 * 1024 * 1024  # bytes
_BATCH = 200  # calls; public nodes refuse much more

Call = tuple[str, Sequence[Any]]


class RpcError(DaokitError):
    """The node answered with an error. `data` is the hex of what a reverting contract gave, or None."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(f"the node refuses: {clean(message, 300)}", code=code, data=data)
        self.code = code
        self.reason = message
        self.data = data


class _Transport(Protocol):
    def exchange(self, body: bytes) -> bytes: ...
    def close(self) -> None: ...


class Rpc:
    """One node. `url`: `http://…`, `https://…`, the path of a unix socket, or `memory`."""

    def __init__(self, url: str, *, remedy: str = "") -> None:
        """`remedy` says what to do when nothing answers. Nothing is connected before the first request."""
        self.url = url
        self.shown = masked(url)
        self._remedy = remedy
        self.sent = 0  # transactions, so that readers know when what they hold is old
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._memory: Any = None
        self._transport: _Transport | None = None
        if url == "memory":
            from daokit.memory import MemoryNode

            self._memory = MemoryNode()
        elif url.startswith(("http://", "https://")):
            self._transport = _Http(url)
        elif "://" not in url:
            self._transport = _Socket(url)
        else:
            words = f'"{self.shown}" is no address of a node; give http://…, https://… or the path of a socket'
            raise UsageError(words)

    def __repr__(self) -> str:
        return f"Rpc({self.shown!r})"

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        """One call. Raises `RpcError` when the node refuses it, `NoConnection` when none answers."""
        self.sent += method == "eth_sendRawTransaction"
        if self._memory is not None:
            with self._lock:
                return self._memory.request(method, list(params))
        number = next(self._ids)
        answer = self._exchange({"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)})
        if not isinstance(answer, dict) or answer.get("id") != number:
            raise self._nonsense(answer)
        result = self._result(answer)
        if isinstance(result, RpcError):
            raise result
        return result

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """Many calls in one exchange. A call that the node refuses gives its `RpcError` as value, in its place."""
        if self._memory is not None or len(calls) == 1:
            return [self._try(method, params) for method, params in calls]
        results: list[Any] = []
        for start in range(0, len(calls), _BATCH):
            results += self._batch(calls[start : start + _BATCH])
        return results

    def close(self) -> None:
        """Let go of the connection; the next request opens it again."""
        if self._transport is not None:
            self._transport.close()

    def _try(self, method: str, params: Sequence[Any]) -> Any:
        try:
            return self.request(method, params)
        except RpcError as refusal:
            return refusal

    def _batch(self, calls: Sequence[Call]) -> list[Any]:
        numbers = [next(self._ids) for _ in calls]
        answers = self._exchange(
            [
                {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}
                for number, (method, params) in zip(numbers, calls, strict=True)
            ]
        )
        if isinstance(answers, dict) and "error" in answers:  # a node that takes no batches
            return [self._try(method, params) for method, params in calls]
        if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers):
            raise self._nonsense(answers)
        by_number = {answer.get("id"): answer for answer in answers}
        if any(number not in by_number for number in numbers):
            raise self._nonsense(answers)
        return [self._result(by_number[number]) for number in numbers]

    def _result(self, answer: dict[str, Any]) -> Any:
        error = answer.get("error")
        if error is None:
            return answer.get("result")
        if not isinstance(error, dict):
            raise self._nonsense(answer)
        code = error.get("code")
        return RpcError(code if isinstance(code, int) else 0, str(error.get("message", "")), _revert_data(error))

    def _exchange(self, document: Any) -> Any:
        assert self._transport is not None
        body = json.dumps(document, separators=(",", ":")).encode()
        try:
            with self._lock:
                answer = self._transport.exchange(body)
        except TimeoutError:
            raise NoConnection(self._words("does not answer in time"), url=self.shown) from None
        except _NotANode as finding:
            raise NoConnection(self._words(str(finding)), url=self.shown) from None
        except (OSError, http.client.HTTPException) as failure:
            raise NoConnection(self._words(f"cannot be reached ({_reason(failure)})"), url=self.shown) from None
        try:
            return json.loads(answer)
        except ValueError:
            raise self._nonsense(answer[:100]) from None

    def _words(self, what: str) -> str:
        return f"the node at {self.shown} {what}; {self._remedy or 'check that it runs and that the network is right'}"

    def _nonsense(self, answer: Any) -> NoConnection:
        return NoConnection(self._words(f"does not answer as a node does ({clean(str(answer), 80)!r})"), url=self.shown)


class _NotANode(Exception):
    """Something answered, but no node that lets us in."""


class _Http:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "daokit"}
        if parts.username is not None:
            from base64 import b64encode

            userinfo = f"{parts.username}:{parts.password or ''}".encode()
            self._headers["Authorization"] = "Basic " + b64encode(userinfo).decode()
        self._connection: http.client.HTTPConnection | None = None

    def exchange(self, body: bytes) -> bytes:
        if self._connection is not None:
            # A kept connection may have been closed by the other side meanwhile. Every request that we send may safely
            # be sent twice: a signed transaction is itself only once.
            with contextlib.suppress(OSError, http.client.HTTPException):
                return self._once(body)
            self.close()
        self._connection = self._connect()
        try:
            return self._once(body)
        except BaseException:
            self.close()
            raise

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=CONNECT_SECONDS)
        connection.connect()
        connection.sock.settimeout(ANSWER_SECONDS)
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _once(self, body: bytes) -> bytes:
        assert self._connection is not None
        self._connection.request("POST", self._path, body, self._headers)
        response = self._connection.getresponse()
        answer = response.read(LONGEST_ANSWER + 1)
        if len(answer) > LONGEST_ANSWER:
            self.close()
            raise _NotANode("sends an endless answer")
        if response.status in (401, 403):
            raise _NotANode(f"lets nobody in without its key (HTTP {response.status})")
        if response.status == 429:
            raise _NotANode("says that it was asked too often (HTTP 429)")
        if response.status != 200 and not answer.lstrip().startswith((b"{", b"[")):
            raise _NotANode(f"answers with HTTP {response.status}")
        return answer

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Socket:
    def __init__(self, path: str) -> None:
        self._path = path
        self._socket: socket.socket | None = None

    def exchange(self, body: bytes) -> bytes:
        if self._socket is not None:
            with contextlib.suppress(ConnectionError, BrokenPipeError):
                return self._once(body)
            self.close()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(CONNECT_SECONDS)
            self._socket.connect(self._path)
            self._socket.settimeout(ANSWER_SECONDS)
            return self._once(body)
        except BaseException:
            self.close()
            raise

    def _once(self, body: bytes) -> bytes:
        assert self._socket is not None
        try:
            self._socket.sendall(body)
            return self._whole()
        except TimeoutError:
            # Its late answer would be taken for that of the next request.
            self.close()
            raise

    def _whole(self) -> bytes:
        """One JSON document: the stream has no frames, so it ends where the text parses."""
        assert self._socket is not None
        parts = bytearray()
        while True:
            part = self._socket.recv(1 << 18)
            if not part:
                raise ConnectionResetError("the node closed the connection")
            parts += part
            if len(parts) > LONGEST_ANSWER:
                self.close()
                raise _NotANode("sends an endless answer")
            if part.rstrip()[-1:] in (b"}", b"]") and _is_json(parts):
                return bytes(parts)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def masked(url: str) -> str:
    """The address of a node without what may be a secret in it: user, password, key in the path or the query."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    path = "/".join("…" if re.fullmatch(r"[A-Za-z0-9_\-]{16,}", piece) else piece for piece in parts.path.split("/"))
    return f"{parts.scheme}://{'…@' if parts.username else ''}{host}{port}{path}{'?…' if parts.query else ''}"


def _is_json(text: bytearray) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _revert_data(error: dict[str, Any]) -> str | None:
    """Nodes put it at `data`, at `data.data` or behind words such as "Reverted 0x…"."""
    data = error.get("data")
    if isinstance(data, dict):
        data = data.get("data") or data.get("result")
    if isinstance(data, str):
        match = re.search(r"0x(?:[0-9a-fA-F]{2})*\Z", data.strip())
        return match.group(0) if match else None
    return None


def _reason(failure: Exception) -> str:
    if isinstance(failure, FileNotFoundError):
        return "no such socket"
    if isinstance(failure, socket.gaierror):
        return "unknown host"
    return clean(getattr(failure, "strerror", None) or str(failure) or type(failure).__name__, 100).lower()
