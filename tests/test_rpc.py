"""The node is reached over http, a socket or in memory; what goes wrong is said in one sentence without secrets."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from chain_fixtures import *  # noqa: F403

from daokit import rpc as rpc_module
from daokit import transport
from daokit.chain import Chain
from daokit.contract import Contract
from daokit.errors import NoConnection, RuleBroken, UsageError
from daokit.rpc import Rpc, RpcError, masked

Answer = Callable[[bytes], tuple[int, bytes]]


class Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """A server on this machine that answers as told; gives its address."""
    servers = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = Quiet(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def echo(result: object) -> Answer:
    def answer(body: bytes) -> tuple[int, bytes]:
        asked = json.loads(body)
        many = asked if isinstance(asked, list) else [asked]
        answers = [{"jsonrpc": "2.0", "id": one["id"], "result": result} for one in many]
        return 200, json.dumps(answers[::-1] if isinstance(asked, list) else answers[0]).encode()

    return answer


def test_a_request_and_a_batch(node: Rpc) -> None:
    assert int(node.request("eth_blockNumber"), 16) >= 0
    number, wrong, chain = node.batch([("eth_blockNumber", []), ("eth_nothing", []), ("eth_chainId", [])])
    assert number.startswith("0x") and chain.startswith("0x")
    assert isinstance(wrong, RpcError)


def test_a_refusal_carries_the_contracts_data(node: Rpc, alice: Chain, coin: Contract) -> None:
    wish = {"from": alice.sender, "to": coin.address, "data": "0x" + coin.encode("transfer", coin.address, 10**9).hex()}
    for method in ("eth_call", "eth_estimateGas"):
        with pytest.raises(RpcError) as refusal:
            node.request(method, [wish])
        assert refusal.value.data is not None and refusal.value.data.startswith("0xe450d38c")


def test_answers_of_a_batch_may_come_in_any_order(serve: Callable[[Answer], str]) -> None:
    assert Rpc(serve(echo("0x1"))).batch([("eth_chainId", [])] * 3) == ["0x1"] * 3


def test_a_node_that_takes_no_batches_is_asked_one_by_one(serve: Callable[[Answer], str]) -> None:
    def answer(body: bytes) -> tuple[int, bytes]:
        if body.startswith(b"["):
            return 200, b'{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}'
        return echo("0x5")(body)

    assert Rpc(serve(answer)).batch([("eth_chainId", [])] * 2) == ["0x5", "0x5"]


def test_a_dead_node_is_said_with_the_remedy() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoConnection, match=r"cannot be reached \(connection refused\); start it") as failure:
        Rpc(f"http://127.0.0.1:{port}", remedy="start it").request("eth_chainId")
    assert failure.value.exit_code == 3


def test_a_socket_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoConnection, match="no such socket"):
        Rpc(str(tmp_path / "none.ipc")).request("eth_chainId")


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b"<html>welcome</html>", "does not answer as a node does"),
        (200, b'{"jsonrpc":"2.0","id":999,"result":"0x1"}', "does not answer as a node does"),
        (200, b"[1, 2]", "does not answer as a node does"),
        (401, b"", "lets nobody in without its key"),
        (429, b"slow down", "asked too often"),
        (502, b"bad gateway", "HTTP 502"),
    ],
)
def test_what_is_no_node_is_said(
    serve: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, words: str
) -> None:
    monkeypatch.setattr(rpc_module, "BACK_OFF", 0.001)
    with pytest.raises(NoConnection, match=words):
        Rpc(serve(lambda _: (status, body))).request("eth_chainId")


def test_a_node_that_does_not_answer_in_time(serve: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.2)
    done = threading.Event()

    def answer(body: bytes) -> tuple[int, bytes]:
        done.wait(5)
        return echo("0x1")(body)

    try:
        with pytest.raises(NoConnection, match="does not answer in time"):
            Rpc(serve(answer)).request("eth_chainId")
    finally:
        done.set()


def test_an_endless_answer_is_cut_off(serve: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LONGEST_ANSWER", 1_000)
    with pytest.raises(NoConnection, match="endless"):
        Rpc(serve(lambda _: (200, b"{" * 2_000))).request("eth_chainId")


def test_a_kept_connection_that_was_closed_is_opened_again(anvil: Rpc) -> None:
    assert anvil.request("eth_chainId") == "0x7a69"
    anvil._transport._socket.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
    assert anvil.request("eth_chainId") == "0x7a69"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://rpc.example/v3/0123456789abcdef0123", "https://rpc.example/v3/…"),
        ("https://user:secret@rpc.example/x", "https://…@rpc.example/x"),
        ("https://rpc.example:8545/?apikey=secret", "https://rpc.example:8545/?…"),
        ("/run/node.ipc", "/run/node.ipc"),
    ],
)
def test_secrets_of_an_address_are_never_shown(url: str, shown: str) -> None:
    assert masked(url) == shown
    assert repr(Rpc(url)) == f"Rpc({shown!r})"


def test_an_error_never_shows_the_key_of_the_node() -> None:
    with pytest.raises(NoConnection) as failure:
        Rpc("http://u:hunter2@127.0.0.1:1/keykeykeykeykeykeykey?k=hunter2").request("eth_chainId")
    assert "hunter2" not in str(failure.value) and "keykey" not in str(failure.value)


def test_other_addresses_are_refused() -> None:
    with pytest.raises(UsageError, match="no address of a node"):
        Rpc("ftp://example")


def test_the_chain_that_answers_must_be_the_expected_one(memory: Rpc) -> None:
    with pytest.raises(RuleBroken, match="wrong chain: memory is on chain 131277322940537, and chain 10 was expected"):
        _ = Chain(memory, expected_id=10).id
