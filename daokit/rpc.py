"""Thin JSON-RPC to a node: http(s), WebSocket, a unix socket, or `memory`, the chain inside this process."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from daokit.errors import DaokitError, NoConnection, UsageError
from daokit.forms import is_formed
from daokit.places import is_proper
from daokit.text import clean
from daokit.transport import Http, NotANode, Socket, TooOften, Transport, WebSocket

BACK_OFF = 0.25  # seconds before a request that came too early is made again; twice as long each time, up to 4
_TRIES = 6  # that is 8 to 12 seconds in all
_LONGEST_PAUSE = 15.0  # seconds, when the node itself says how long
_BATCH = 200  # calls; public nodes refuse much more

_SECRET = re.compile(r"[A-Za-z0-9_\-]{16,}|.*\s.*")  # what may be a key in a path, also one with a space by mistake

Call = tuple[str, Sequence[Any]]


class RpcError(DaokitError):
    """The node answered with an error. `data` is the hex of what a reverting contract gave, or None."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(f"the node refuses: {clean(message, 300)}", code=code, data=data)
        self.code = code
        self.reason = message
        self.data = data


class Rpc:
    """One node. `url`: `http://…`, `https://…`, `ws://…`, `wss://…`, the path of a unix socket, or `memory`."""

    checked_by = 1  # nodes that agreed on what is answered

    def __init__(self, url: str, *, remedy: str = "", shown: str = "") -> None:
        """`remedy` says what to do when nothing answers; `shown` is how the address is shown (without it: as it is, but
        for what may be a key). Nothing is connected before the first request."""
        self.url = url
        self.shown = shown or masked(url)
        self._remedy = remedy
        self.tries = _TRIES  # of a request that the node finds too early
        self.sent = 0  # transactions, so that readers know when what they hold is old
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._memory: Any = None
        self._transport: Transport | None = None
        if url == "memory":
            from daokit.memory import MemoryNode

            self._memory = MemoryNode()
        elif "://" in url and not is_proper(url):
            raise UsageError(f'"{self.shown}" is no address of a node: it needs a host, and a port is a number')
        elif url.startswith(("http://", "https://")):
            self._transport = Http(url)
        elif url.startswith(("ws://", "wss://")):
            self._transport = WebSocket(url)
        elif "://" not in url:
            self._transport = Socket(url)
        else:
            words = f'"{self.shown}" is no address of a node; give http(s)://…, ws(s)://… or the path of a socket'
            raise UsageError(words)

    def __repr__(self) -> str:
        return f"Rpc({self.shown!r})"

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        """One call. Raises `RpcError` when the node refuses it, `NoConnection` when none answers."""
        self.sent += method == "eth_sendRawTransaction"
        if self._memory is not None:
            with self._lock:
                return self._memory.request(method, list(params))
        for pause in self._pauses():
            number = next(self._ids)
            answer = self._exchange({"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)})
            if not isinstance(answer, dict) or answer.get("id") != number:
                raise self._nonsense(answer)
            result = self._result(answer, method)
            if not too_often(result):
                break
            pause()
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
        for pause in self._pauses():
            early = [place for place, result in enumerate(results) if too_often(result)]
            if not early:
                break
            pause()
            for first in range(0, len(early), _BATCH):
                some = early[first : first + _BATCH]
                for place, result in zip(some, self._batch([calls[one] for one in some]), strict=True):
                    results[place] = result
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
        return [self._result(by_number[number], method) for number, (method, _) in zip(numbers, calls, strict=True)]

    def _result(self, answer: dict[str, Any], method: str) -> Any:
        error = answer.get("error")
        if error is None:
            if not is_formed(method, result := answer.get("result")):
                words = f"does not answer {method} as a node does ({clean(str(result), 80)!r})"
                raise NoConnection(self._words(words), url=self.shown)
            return result
        if not isinstance(error, dict):
            raise self._nonsense(answer)
        code = error.get("code")
        return RpcError(code if isinstance(code, int) else 0, str(error.get("message", "")), _revert_data(error))

    def _exchange(self, document: Any) -> Any:
        assert self._transport is not None
        body = json.dumps(document, separators=(",", ":")).encode()
        numbers = {one["id"] for one in (document if isinstance(document, list) else [document])}

        def mine(answer: Any) -> bool:
            if isinstance(answer, list):
                return any(isinstance(one, dict) and one.get("id") in numbers for one in answer)
            return not isinstance(answer, dict) or answer.get("id") is None or answer["id"] in numbers

        failure: TooOften | None = None
        for pause in self._pauses():
            try:
                with self._lock:
                    return self._transport.exchange(body, mine)
            except TooOften as finding:
                failure = finding
            except TimeoutError:
                raise NoConnection(self._words("does not answer in time"), url=self.shown) from None
            except NotANode as finding:
                raise NoConnection(self._words(str(finding)), url=self.shown) from None
            except ValueError as finding:
                raise self._nonsense(getattr(finding, "doc", "")[:100]) from None
            except (OSError, http.client.HTTPException) as finding:
                raise NoConnection(self._words(f"cannot be reached ({_reason(finding)})"), url=self.shown) from None
            pause(failure.wait)
        raise NoConnection(self._words(str(failure)), url=self.shown)

    def _pauses(self) -> Iterator[Callable[..., None]]:
        """One after each try: twice as long each time, each a little different, so that many do not come at once."""
        for number in range(self.tries):

            def pause(wait: float | None = None, number: int = number) -> None:
                if number + 1 < self.tries:
                    own = min(BACK_OFF * 2**number, 4.0) * (1 + random.random() / 2)
                    time.sleep(own if wait is None else min(wait, _LONGEST_PAUSE))

            yield pause

    def _words(self, what: str) -> str:
        return f"the node at {self.shown} {what}; {self._remedy or 'check that it runs and that the network is right'}"

    def _nonsense(self, answer: Any) -> NoConnection:
        return NoConnection(self._words(f"does not answer as a node does ({clean(str(answer), 80)!r})"), url=self.shown)


def too_often(answer: Any) -> bool:
    """Whether an answer says to ask less often. A range of logs that is too long is another matter."""
    if not isinstance(answer, RpcError):
        return False
    words = answer.reason.lower()
    if any(word in words for word in ("range", "results", "logs", "blocks", "gas", "size")):
        return False
    known = ("too many requests", "rate limit", "rate-limit", "request limit", "limit exceeded", "compute units")
    return answer.code in (429, -32005, -32007) or any(word in words for word in known)


def masked(url: str) -> str:
    """The address of a node without what may be a secret in it: user, password, key in the path or the query."""
    if "://" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"{url.partition('://')[0]}://…"
    user, at, host = parts.netloc.rpartition("@")
    path = "/".join("…" if _SECRET.fullmatch(piece) else piece for piece in parts.path.split("/"))
    return f"{parts.scheme}://{'…@' if at and user else ''}{host}{path}{'?…' if parts.query else ''}"


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
    if isinstance(failure, http.client.InvalidURL):
        return "its address holds a space or the like"  # the failure quotes it, and a key may be in it
    if isinstance(failure, FileNotFoundError):
        return "no such socket"
    if isinstance(failure, socket.gaierror):
        return "unknown host"
    return clean(getattr(failure, "strerror", None) or str(failure) or type(failure).__name__, 100).lower()
