"""A public chain of our own, and a proxy in front of its node that fails and lies in every way that nodes do."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import rlp

from daokit.accounts import DEV_ADDRESSES, KeySigner, _dev_key
from daokit.errors import DaokitError
from daokit.hashing import keccak
from daokit.rpc import Rpc, RpcError
from daokit.tools import find_foundry

CHAIN_ID = 424_242  # no local chain to us: everything is done as on a public one

Lie = Callable[[list[Any], Any], Any]
"""What is answered instead: from the parameters and the honest answer."""


def person(name: str) -> KeySigner:
    """One of anvil's rich accounts, with a key that our program takes for somebody's own."""
    number = list(DEV_ADDRESSES).index(name)
    return KeySigner(DEV_ADDRESSES[name], name, lambda: _dev_key(number))


@contextmanager
def public_chain(*words: str, chain_id: int = CHAIN_ID) -> Iterator[Rpc]:
    """anvil over http, with a chain id that is nobody's or another."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(find_foundry("anvil")), "--port", str(port), "--chain-id", str(chain_id), "--silent", *words]
    anvil = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    rpc = Rpc(f"http://127.0.0.1:{port}")
    try:
        for _ in range(1_200):
            with contextlib.suppress(DaokitError):
                rpc.request("anvil_mine", ["0x1"])  # the header of anvil's first block does not tell its state
                break
            time.sleep(0.05)
        yield rpc
    finally:
        rpc.close()
        anvil.terminate()
        anvil.wait(10)


def forged(head: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A block with other fields, and the hash that such a header has (of a chain after Prague)."""
    found = {**head, **other}
    hashes = ["parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"]
    numbers = ["difficulty", "number", "gasLimit", "gasUsed", "timestamp"]
    later = ["baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot"]
    names = [*hashes, *numbers, "extraData", "mixHash", "nonce", *later, "requestsHash"]
    numbers += ["baseFeePerGas", "blobGasUsed", "excessBlobGas"]
    fields = [int(found[name], 16) if name in numbers else bytes.fromhex(found[name][2:]) for name in names]
    return {**found, "hash": "0x" + keccak(rlp.encode(fields)).hex()}


def lone_account(address: str, nonce: int) -> tuple[str, str]:
    """The root of a state in which this account is alone, and the leaf that proves its nonce."""
    account = rlp.encode([nonce, 10**22, keccak(rlp.encode(b"")), keccak(b"")])
    leaf = rlp.encode([b"\x20" + keccak(bytes.fromhex(address[2:])), account])
    return "0x" + keccak(leaf).hex(), "0x" + leaf.hex()


class Hostile:
    """Stands before a node. `lies` change answers by method; `trouble` is asked before each exchange what befalls it:
    `drop` (the node never hears), `deafen` (it hears, the answer is lost), `delay`, `duplicate` (it hears twice),
    `truncate`, `often` (429), `busy` (a JSON error that says so), or None."""

    def __init__(self, node: Rpc) -> None:
        self.node = Rpc(node.url)
        self.lies: dict[str, Lie] = {}
        self.trouble: Callable[[list[str]], str | None] = lambda _: None
        self.behind = 0  # blocks that it hides
        self.swallow: set[str] = set()  # methods that the node never hears of, though they are answered
        self.heard: Callable[[str, list[Any]], None] = lambda *_: None
        self.asked: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()
        self._server = _Quiet(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def honest(self) -> None:
        """From now on it says and does what it should."""
        self.lies, self.trouble, self.behind, self.swallow = {}, lambda _: None, 0, set()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Hostile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, body: bytes) -> tuple[int, bytes] | None:
        """Status and body; None hangs up."""
        asked = json.loads(body)
        many = asked if isinstance(asked, list) else [asked]
        methods = [one["method"] for one in many]
        self.asked.update(methods)
        befalls = self.trouble(methods)
        self.troubles[befalls or "none"] += 1
        if befalls == "drop":
            return None
        if befalls == "often":
            return 429, b"slow down"
        if befalls == "busy":
            answers = [_error(one, -32005, "daily request rate limited") for one in many]
        else:
            if befalls == "duplicate":
                self._answers(many)
            answers = self._answers(many)
        if befalls == "deafen":
            return None
        if befalls == "delay":
            time.sleep(0.05)
        text = json.dumps(answers if isinstance(asked, list) else answers[0]).encode()
        return 200, text[: len(text) // 2] if befalls == "truncate" else text

    def _answers(self, many: list[dict[str, Any]]) -> list[dict[str, Any]]:
        head = int(self.node.request("eth_blockNumber"), 16) - self.behind if self.behind else None
        calls = [(one["method"], _hidden(one["method"], list(one["params"]), head)) for one in many]
        for method, params in calls:
            self.heard(method, params)
        asked = [("eth_chainId", []) if method in self.swallow else (method, params) for method, params in calls]
        answers = []
        for one, (method, params), honest in zip(many, calls, self.node.batch(asked), strict=True):
            said = honest
            if head is not None and method == "eth_blockNumber":
                said = hex(head)
            if head is not None and isinstance(said, dict) and int(said.get("blockNumber") or "0x0", 16) > head:
                said = None
            if method in self.lies:
                said = self.lies[method](params, said)
            if isinstance(said, RpcError):
                answers.append(_error(one, said.code, said.reason, said.data))
            else:
                answers.append({"jsonrpc": "2.0", "id": one["id"], "result": said})
        return answers


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


def _handler(hostile: Hostile) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            answer = hostile.answer(self.rfile.read(int(self.headers["Content-Length"])))
            if answer is None:
                self.close_connection = True
                return
            status, body = answer
            head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            self.wfile.write(head + body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _hidden(method: str, params: list[Any], head: int | None) -> list[Any]:
    """The parameters for a node whose newest blocks are hidden."""
    places = {"eth_call": 1, "eth_getBalance": 1, "eth_getCode": 1, "eth_getTransactionCount": 1}
    places |= {"eth_getBlockByNumber": 0, "eth_getStorageAt": 2, "eth_getProof": 2}
    if head is not None and (place := places.get(method)) is not None and params[place] in ("latest", "pending"):
        params[place] = hex(head)
    return params


def _error(asked: dict[str, Any], code: int, message: str, data: str | None = None) -> dict[str, Any]:
    error = {"code": code, "message": message, **({"data": data} if data is not None else {})}
    return {"jsonrpc": "2.0", "id": asked["id"], "error": error}
