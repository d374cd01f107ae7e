"""How bytes get to a node and back: http(s), WebSocket or a unix socket. Each takes one request, gives one document."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0
LONGEST_ANSWER = 256 * 1024 * 1024  # bytes

Mine = Callable[[Any], bool]
"""Whether a document answers the request: on a stream, a late or repeated answer to an earlier one may come first."""


class NotANode(Exception):
    """Something answered, but no node that lets us in."""


class TooOften(Exception):
    """The node wants to be asked less often. `wait` is the seconds that it names, or None."""

    def __init__(self, wait: float | None = None) -> None:
        super().__init__("says that it was asked too often")
        self.wait = wait


class Transport(Protocol):
    """Raises `OSError` and its like when nothing answers, `ValueError` for what is no JSON, `NotANode`, `TooOften`."""

    def exchange(self, body: bytes, mine: Mine) -> Any:
        """Send a request; the document that answers it. On a stream only one that is `mine`."""

    def close(self) -> None:
        """Let go of the connection; the next exchange opens it again."""


class Http:
    """`http://…` and `https://…`, over one connection that is kept."""

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

    def exchange(self, body: bytes, mine: Mine) -> Any:
        """The answer of one POST."""
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

    def _once(self, body: bytes) -> Any:
        assert self._connection is not None
        self._connection.request("POST", self._path, body, self._headers)
        response = self._connection.getresponse()
        answer = response.read(LONGEST_ANSWER + 1)
        if len(answer) > LONGEST_ANSWER:
            self.close()
            raise NotANode("sends an endless answer")
        if response.status in (401, 403):
            raise NotANode(f"lets nobody in without its key (HTTP {response.status})")
        if response.status == 429:
            wait = response.headers.get("Retry-After", "")
            raise TooOften(float(wait) if wait.isdecimal() else None)
        if response.status != 200 and not answer.lstrip().startswith((b"{", b"[")):
            raise NotANode(f"answers with HTTP {response.status}")
        return json.loads(answer)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Socket:
    """The unix socket of a node on this machine."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._socket: socket.socket | None = None
        self._rest = ""

    def exchange(self, body: bytes, mine: Mine) -> Any:
        """The next document of the stream that is `mine`."""
        if self._socket is not None:
            with contextlib.suppress(ConnectionError, BrokenPipeError):
                return self._once(body, mine)
            self.close()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(CONNECT_SECONDS)
            self._socket.connect(self._path)
            self._socket.settimeout(ANSWER_SECONDS)
            return self._once(body, mine)
        except BaseException:
            self.close()
            raise

    def _once(self, body: bytes, mine: Mine) -> Any:
        assert self._socket is not None
        self._socket.sendall(body)
        while not mine(document := self._whole()):
            pass
        return document

    def _whole(self) -> Any:
        """One JSON document: the stream has no frames, so it ends where the text parses."""
        assert self._socket is not None
        parts = bytearray()
        if self._rest:
            parts, self._rest = bytearray(self._rest.encode()), ""
            if (found := self._first(parts)) is not None:
                return found[0]
        while True:
            part = self._socket.recv(1 << 18)
            if not part:
                raise ConnectionResetError("the node closed the connection")
            parts += part
            if len(parts) > LONGEST_ANSWER:
                self.close()
                raise NotANode("sends an endless answer")
            if part.rstrip()[-1:] in (b"}", b"]") and (found := self._first(parts)) is not None:
                return found[0]

    def _first(self, parts: bytearray) -> tuple[Any] | None:
        try:
            text = parts.decode().lstrip()
            document, end = json.JSONDecoder().raw_decode(text)
        except ValueError:
            return None
        self._rest = text[end:].strip()
        return (document,)

    def close(self) -> None:
        """Hang up."""
        self._rest = ""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class WebSocket:
    """`ws://…` and `wss://…`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._open = contextlib.ExitStack()

    def exchange(self, body: bytes, mine: Mine) -> Any:
        """The next message that is `mine`."""
        from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, PayloadTooBig

        if self._connection is not None:
            with contextlib.suppress(ConnectionClosed):
                return self._once(body, mine)
            self.close()
        try:
            self._connection = self._connect()
            return self._once(body, mine)
        except InvalidStatus as refusal:
            status = refusal.response.status_code
            if status == 429:
                raise TooOften from None
            words = "lets nobody in without its key" if status in (401, 403) else "is no WebSocket"
            raise NotANode(f"{words} (HTTP {status})") from None
        except InvalidHandshake:
            raise NotANode("is no WebSocket") from None
        except ConnectionClosed as closed:
            self.close()
            if isinstance(closed.__cause__, PayloadTooBig) or (closed.sent and closed.sent.code == 1009):
                raise NotANode("sends an endless answer") from None
            raise ConnectionResetError("the node closed the connection") from None
        except BaseException:
            self.close()
            raise

    def _connect(self) -> Any:
        from websockets.sync.client import connect

        return self._open.enter_context(
            connect(
                self._url, open_timeout=CONNECT_SECONDS, max_size=LONGEST_ANSWER, user_agent_header="daokit", proxy=None
            )
        )

    def _once(self, body: bytes, mine: Mine) -> Any:
        try:
            self._connection.send(body.decode())
            while not mine(document := json.loads(self._connection.recv(ANSWER_SECONDS))):
                pass
        except (TimeoutError, ValueError):
            self.close()
            raise
        return document

    def close(self) -> None:
        """Hang up."""
        self._connection = None
        self._open.close()
