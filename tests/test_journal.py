"""Nothing is lost and nothing is sent twice, wherever a process dies."""

from __future__ import annotations

import fcntl
import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chain_fixtures import *  # noqa: F403

from daokit.accounts import KeySigner, _dev_key, dev_address, dev_signer
from daokit.chain import Chain, Transaction
from daokit.errors import NoConnection, NotConfirmed, RuleBroken, UnknownName
from daokit.journal import Entry, Journal
from daokit.rpc import Rpc, RpcError

BOB = dev_address("bob")
PURSE = "0x00000000000000000000000000000000000b111d"

# One payment, in a process of its own that dies at its n-th exchange with the node, before or after the node saw it.
PAYMENT = """
import os, signal, sys
from pathlib import Path
from daokit.accounts import dev_signer
from daokit.chain import Chain, Transaction
from daokit.rpc import Rpc

url, journal, purse, place, seen = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5] == "after"
rpc = Rpc(url)
exchange, count, looks = rpc._exchange, 0, 0

def counted(document):
    global count, looks
    count += 1
    looks += "eth_getTransactionReceipt" in str(document)
    if count == place and not seen:
        os.kill(os.getpid(), signal.SIGKILL)
    answer = exchange(document)
    if count == place:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

rpc._exchange = counted
Chain(rpc, journal=journal, signer=dev_signer("dave")).transact(Transaction(purse, value=5, words=("pay five",)))
print(count - looks)
"""


def paying(url: str, journal: Path, place: int, moment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PAYMENT, url, str(journal), PURSE, str(place), moment]
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


@pytest.fixture
def dave(anvil: Rpc, state: Path) -> Chain:
    return Chain(anvil, journal=state / "journal", signer=dev_signer("dave"))


@pytest.fixture
def journal(dave: Chain) -> Journal:
    assert dave.journal is not None
    return dave.journal


def unsent(chain: Chain, journal: Journal, value: int = 5, nonce: int | None = None, fee: int = 10**10) -> Entry:
    """A payment that was signed and journalled by a process that then died."""
    signer = dev_signer("dave")
    known = int(chain.rpc.request("eth_getTransactionCount", [signer.address, "latest"]), 16)
    raw = signer.sign_transaction(
        {
            "type": 2,
            "chainId": chain.id,
            "nonce": known if nonce is None else nonce,
            "to": PURSE,
            "value": value,
            "gas": 21_000,
            "maxFeePerGas": fee,
            "maxPriorityFeePerGas": min(fee, 10**9),
        }
    )
    from daokit.hashing import keccak

    with journal.turn():
        return journal.prepare(
            sender=signer.address,
            nonce=known if nonce is None else nonce,
            hash="0x" + keccak(raw).hex(),
            raw="0x" + raw.hex(),
            words=("pay five",),
        )


def test_what_was_done_is_written_down(dave: Chain, journal: Journal) -> None:
    receipt = dave.transact(Transaction(PURSE, value=5, words=("pay five",)))
    (entry,) = journal.list()
    assert (entry.id, entry.words, entry.status) == (1, ("pay five",), "confirmed")
    assert (entry.hash, entry.block, entry.block_time) == (receipt.hash, receipt.block_number, receipt.time)
    assert journal.confirmed() == (entry,) and journal.unsettled() == ()
    assert journal.show(1) == journal.show(entry.hash[:10]) == entry
    assert journal.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UnknownName, match='no transaction "77"'):
        journal.show(77)


def test_no_key_and_no_password_is_in_it(dave: Chain, journal: Journal) -> None:
    dave.transact(Transaction(PURSE, value=5))
    from daokit.accounts import _dev_key

    assert _dev_key(3).hex() not in journal.path.read_text()


def test_the_signed_transaction_is_on_disk_before_the_node_sees_it(dave: Chain, journal: Journal) -> None:
    exchange, found = dave.rpc.request, list[Entry]()

    def watched(method: str, params: Any = ()) -> Any:
        if method == "eth_sendRawTransaction":
            found.extend(Journal(journal.folder, dave.id, dave.genesis).list())
            assert found[0].raw == params[0]
        return exchange(method, params)

    dave.rpc.request = watched  # type: ignore[method-assign]
    dave.transact(Transaction(PURSE, value=5))
    assert [entry.status for entry in found] == ["prepared"]


def test_wherever_a_process_dies_resume_or_the_same_command_ends_it(anvil: Rpc, state: Path, dave: Chain) -> None:
    whole = paying(anvil.url, state / "counted", 0, "after")
    exchanges = int(whole.stdout)
    assert exchanges >= 4
    for moment in ("before", "after"):
        # Until it gets through: how often it looks for the receipt differs from run to run.
        for place in itertools.count(1):
            folder = state / f"{moment}-{place}"
            had = dave.balance(PURSE)
            died = paying(anvil.url, folder, place, moment)
            if died.returncode == 0:
                assert dave.balance(PURSE) == had + 5
                break
            assert died.returncode == -signal.SIGKILL, died.stderr
            chain = Chain(anvil, journal=folder, signer=dev_signer("dave"))
            signed = chain.resume()
            if not signed:
                # It died before it had signed: nothing happened, and the same command again does it.
                assert dave.balance(PURSE) == had
                chain.transact(Transaction(PURSE, value=5))
            assert dave.balance(PURSE) == had + 5, (moment, place)
            assert chain.journal is not None
            assert [entry.status for entry in chain.journal.list()] == ["confirmed"]
            assert chain.resume() == ()
        assert place > exchanges


def test_resume_sends_the_same_bytes(dave: Chain, journal: Journal) -> None:
    had = dave.balance(PURSE)
    entry = unsent(dave, journal)
    (done,) = dave.resume()
    assert (done.status, done.hash) == ("confirmed", entry.hash)
    assert dave.balance(PURSE) == had + 5
    assert dave.resume() == ()


def test_an_orphan_stops_the_next_transaction_of_its_account_only(dave: Chain, journal: Journal) -> None:
    unsent(dave, journal)
    with pytest.raises(RuleBroken, match=r"transaction 1 \(pay five\) was signed and has not reached the chain; run"):
        dave.transact(Transaction(PURSE, value=7))
    assert dave.as_(dev_signer("erin")).transact(Transaction(PURSE, value=7)).status == 1
    dave.resume()
    assert dave.transact(Transaction(PURSE, value=7)).status == 1


def test_a_nonce_taken_by_another_program_ends_the_entry(dave: Chain, journal: Journal) -> None:
    unsent(dave, journal)
    Chain(dave.rpc, signer=dev_signer("dave")).transact(Transaction(PURSE, value=9))
    (done,) = dave.resume()
    assert done.status == "failed" and "took its nonce" in done.why
    assert dave.transact(Transaction(PURSE, value=1)).status == 1


def test_what_the_node_does_not_take_stays_open_with_the_reason(dave: Chain, journal: Journal) -> None:
    unsent(dave, journal, fee=1)
    (stuck,) = dave.resume(0.2)
    assert stuck.open and "fee" in stuck.why
    assert journal.unsettled()[0].open


def test_what_the_node_refuses_is_written_down_and_its_nonce_is_free(dave: Chain, journal: Journal) -> None:
    request = dave.rpc.request

    def refusing(method: str, params: Any = ()) -> Any:
        if method == "eth_sendRawTransaction":
            raise RpcError(-32000, "max fee per gas less than block base fee")
        return request(method, params)

    dave.rpc.request = refusing  # type: ignore[method-assign]
    with pytest.raises(Exception, match="does not take the transaction: max fee per gas"):
        dave.transact(Transaction(PURSE, value=5))
    assert [entry.status for entry in journal.list()] == ["refused"]
    dave.rpc.request = request  # type: ignore[method-assign]
    dave.transact(Transaction(PURSE, value=6))
    first, second = journal.list()
    assert (first.status, second.status) == ("refused", "confirmed")
    assert first.nonce == second.nonce


def test_the_same_bytes_signed_again_are_the_same_entry(dave: Chain, journal: Journal) -> None:
    first = unsent(dave, journal)
    journal.mark(first, "refused", why="daily request rate limited")
    again = unsent(dave, journal)
    assert (again.id, again.open, again.why) == (first.id, True, "")
    (done,) = dave.resume()
    assert [one.status for one in journal.list()] == [done.status] == ["confirmed"]


def test_a_connection_lost_while_sending_is_resumed(dave: Chain, journal: Journal) -> None:
    request, had = dave.rpc.request, dave.balance(PURSE)

    def breaking(method: str, params: Any = ()) -> Any:
        if method == "eth_sendRawTransaction":
            raise NoConnection("gone")
        return request(method, params)

    dave.rpc.request = breaking  # type: ignore[method-assign]
    with pytest.raises(NotConfirmed, match="daokit tx resume"):
        dave.transact(Transaction(PURSE, value=5))
    dave.rpc.request = request  # type: ignore[method-assign]
    assert [entry.status for entry in dave.resume()] == ["confirmed"]
    assert dave.balance(PURSE) == had + 5


def pay_often(url: str, folder: str) -> None:
    chain = Chain(Rpc(url), journal=Path(folder), signer=dev_signer("dave"))
    for _ in range(5):
        chain.transact(Transaction(PURSE, value=1))


def test_four_processes_never_take_the_same_nonce(anvil: Rpc, dave: Chain, journal: Journal) -> None:
    had = dave.balance(PURSE)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=pay_often, args=(anvil.url, str(journal.folder))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(600)
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert dave.balance(PURSE) == had + 20
    nonces = [entry.nonce for entry in journal.list()]
    assert len(set(nonces)) == len(nonces) == 20
    assert {entry.status for entry in journal.list()} == {"confirmed"}


def test_while_a_password_is_typed_nobody_else_waits(dave: Chain, journal: Journal) -> None:
    free = []

    def type_it() -> bytes:
        with journal.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises when somebody has it
            free.append(True)
        return _dev_key(3)

    journal.folder.mkdir(parents=True, exist_ok=True)
    typing = KeySigner(dave.sender, "dave", type_it)
    assert dave.as_(typing).transact(Transaction(dave.sender, value=1)).status == 1
    assert free == [True]


def test_a_line_cut_short_by_a_kill_is_passed_over(dave: Chain, journal: Journal) -> None:
    dave.transact(Transaction(PURSE, value=5))
    with journal.path.open("a") as file:
        file.write('{"id":2,"time":1,"sen')
    again = Journal(journal.folder, dave.id, dave.genesis)
    assert len(again.list()) == 1
    chain = Chain(dave.rpc, journal=again, signer=dev_signer("dave"))
    chain.transact(Transaction(PURSE, value=5))
    assert [entry.id for entry in again.list()] == [1, 2]
    assert {entry.status for entry in Journal(journal.folder, dave.id, dave.genesis).list()} == {"confirmed"}


def test_each_chain_has_its_own_journal(dave: Chain, journal: Journal) -> None:
    dave.transact(Transaction(PURSE, value=5, words=("pay five",)))
    assert Journal(journal.folder, dave.id, "0x" + "12" * 32).list() == ()
    assert Journal(journal.folder, 10, dave.genesis).list() == ()
    assert [entry.words for entry in Journal(journal.folder, dave.id, dave.genesis).list()] == [("pay five",)]


@pytest.fixture
def lonely(state: Path) -> Iterator[Callable[[], Any]]:
    """A local chain of this test's own, to be killed."""
    from daokit.node import Node

    node = Node(state / "node", confirmed=lambda rpc: Journal.of(rpc, state / "journal").confirmed())
    yield lambda: node
    node.down()


def test_nothing_of_a_chain_that_was_reset_comes_back(
    lonely: Callable[[], Any], state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, now = lonely(), time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # all within one second
    node.up()
    Chain(Rpc(node.url), journal=state / "journal", signer=dev_signer("dave")).transact(Transaction(PURSE, value=5))
    node.reset()
    node.up()
    assert Chain(Rpc(node.url), journal=state / "journal", signer=dev_signer("dave")).balance(PURSE) == 0


def test_a_killed_local_chain_gets_back_what_was_reported_confirmed(lonely: Callable[[], Any], state: Path) -> None:
    node = lonely()
    node.up()
    chain = Chain(Rpc(node.url), journal=state / "journal", signer=dev_signer("dave"))
    for value in (1, 2, 4):
        chain.transact(Transaction(PURSE, value=value))
    os.kill(node.status().pid, signal.SIGKILL)
    while node.runs():
        pass
    node.up()
    again = Chain(Rpc(node.url), journal=state / "journal", signer=dev_signer("dave"))
    assert again.balance(PURSE) == 7
    assert again.transact(Transaction(PURSE, value=8)).status == 1
