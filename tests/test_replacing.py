"""What waits on a public chain is hurried, called off or found again, and happens at most once."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hostile import person, public_chain

from daokit import accounts, waiting
from daokit.accounts import _dev_key, dev_address
from daokit.chain import Chain, Transaction
from daokit.cli import run
from daokit.errors import NotConfirmed, RuleBroken
from daokit.journal import Journal
from daokit.policy import Policy
from daokit.rpc import Rpc
from daokit.signed import decode

PURSE = "0x0000000000000000000000000000000000022222"
GWEI = 10**9


@pytest.fixture(scope="module")
def slow() -> Iterator[Rpc]:
    """A public chain that mines when it is told to."""
    with public_chain("--no-mining") as rpc:
        yield rpc


@pytest.fixture(autouse=True)
def clean(slow: Rpc) -> Iterator[None]:
    """As it was before."""
    before = slow.request("evm_snapshot")
    yield
    slow.request("anvil_dropAllTransactions")
    slow.request("evm_revert", [before])
    slow.request("anvil_setNextBlockBaseFeePerGas", [hex(GWEI)])


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for three minutes here."""
    monkeypatch.setattr(waiting, "_PATIENCE", 0.2)


@pytest.fixture
def dave(slow: Rpc, state: Path) -> Chain:
    return Chain(slow, name="slow", journal=state / "journal", signer=person("dave"))


@pytest.fixture
def journal(dave: Chain) -> Journal:
    assert dave.journal is not None
    return dave.journal


def mine(rpc: Rpc, blocks: int = 1) -> None:
    rpc.request("anvil_mine", [hex(blocks)])


def offer(chain: Chain, value: int = 5) -> None:
    """A payment that waits."""
    with pytest.raises(NotConfirmed, match="is not confirmed yet; run `daokit tx resume`"):
        chain.transact(Transaction(PURSE, value=value, words=(f"pay {value}",)))


@contextmanager
def mining(rpc: Rpc) -> Iterator[None]:
    """Blocks come while this lasts."""
    done, miner = threading.Event(), Rpc(rpc.url)

    def work() -> None:
        while not done.wait(0.1):
            mine(miner)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        miner.close()


@contextmanager
def mined_before_it_arrives(chain: Chain) -> Iterator[None]:
    """A block comes between the signing of the next transaction and its arrival."""
    request = chain.rpc.request

    def meanwhile(method: str, params: Any = ()) -> Any:
        if method == "eth_sendRawTransaction":
            mine(chain.rpc)
        return request(method, params)

    chain.rpc.request = meanwhile  # type: ignore[method-assign]
    try:
        yield
    finally:
        chain.rpc.request = request  # type: ignore[method-assign]


def sent(chain: Chain) -> int:
    return int(chain.rpc.request("eth_getTransactionCount", [chain.sender, "latest"]), 16)


# Replace


def test_what_is_stuck_is_replaced_by_higher_fees_and_mined_once(dave: Chain, journal: Journal) -> None:
    before = sent(dave)
    offer(dave)
    for _ in range(2):  # said twice, it signs nothing more
        with pytest.raises(NotConfirmed):
            dave.replace(1)
        assert [(one.id, one.replaces) for one in journal.list()] == [(1, None), (2, 1)]
    first, second = (decode(one.raw) for one in journal.list())
    assert first["nonce"] == second["nonce"] == before
    for fee in ("maxFeePerGas", "maxPriorityFeePerGas"):
        assert second[fee] * 1000 >= first[fee] * 1125
    mine(dave.rpc)
    (done,) = [one for one in dave.resume(2) if one.id == 2]
    assert done.status == "confirmed"
    old = journal.show(1)
    assert (old.status, old.why) == ("replaced", "transaction 2 took its place")
    mine(dave.rpc, 3)
    assert dave.balance(PURSE) == 5 and sent(dave) == before + 1
    with pytest.raises(RuleBroken, match=r"transaction 1 is replaced \(transaction 2 took its place\); nothing of it"):
        dave.replace(1)


def test_a_replacement_is_waited_for_and_answered(
    dave: Chain, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(dave)
    with pytest.raises(NotConfirmed):
        dave.replace(1)
    monkeypatch.setattr(waiting, "_PATIENCE", 20.0)
    later = threading.Timer(0.5, mine, [Rpc(dave.rpc.url)])
    later.start()
    done = dave.replace(1)
    assert (done.entry.id, done.receipt.status, done.receipt.hash) == (2, 1, journal.show(2).hash)
    assert dave.balance(PURSE) == 5


def test_what_is_mined_before_its_replacement_arrives_is_answered_instead(dave: Chain, journal: Journal) -> None:
    offer(dave)
    with mined_before_it_arrives(dave):
        done = dave.replace(1)
    assert (done.entry.id, done.receipt.hash) == (1, journal.show(1).hash)
    assert [one.status for one in journal.list()] == ["confirmed", "replaced"]
    assert dave.balance(PURSE) == 5


def test_the_replacement_too_can_be_replaced(dave: Chain, journal: Journal) -> None:
    offer(dave)
    for which in (1, 2):
        with pytest.raises(NotConfirmed):
            dave.replace(which)
    assert [(one.id, one.replaces) for one in journal.list()] == [(1, None), (2, 1), (3, 2)]
    mine(dave.rpc)
    dave.resume(2)
    assert [one.status for one in journal.list()] == ["replaced", "replaced", "confirmed"]
    assert dave.balance(PURSE) == 5


def test_only_its_own_account_replaces_it(dave: Chain) -> None:
    offer(dave)
    with pytest.raises(RuleBroken, match=f"transaction 1 was signed by {dev_address('dave')}; choose that account"):
        dave.as_(person("erin")).replace(1)


def test_the_limit_of_the_user_is_not_passed_to_hurry(slow: Rpc, state: Path) -> None:
    base = int(slow.request("eth_getBlockByNumber", ["latest", False])["baseFeePerGas"], 16)
    capped = Policy(max_fee=base + GWEI)
    dave = Chain(slow, journal=state / "journal", signer=person("dave"), policy=capped)
    offer(dave)
    assert dave.journal is not None
    assert decode(dave.journal.show(1).raw)["maxFeePerGas"] == base + GWEI
    with pytest.raises(RuleBroken, match=r"gas costs at least .* gwei now, and your limit is .* gwei; wait, or say a"):
        dave.replace(1)
    assert len(dave.journal.list()) == 1


def test_fees_of_the_old_kind_send_and_replace_the_old_kind(slow: Rpc, state: Path) -> None:
    dave = Chain(slow, journal=state / "journal", signer=person("dave"), policy=Policy(fees="legacy"))
    offer(dave)
    with pytest.raises(NotConfirmed):
        dave.replace(1)
    assert dave.journal is not None
    prices = []
    for entry in dave.journal.list():
        prices.append(decode(entry.raw)["gasPrice"])
    assert prices[1] * 1000 >= prices[0] * 1125
    there = slow.request("eth_getTransactionByHash", [dave.journal.show(2).hash])
    assert int(there["type"], 16) == 0
    mine(slow)
    dave.resume(2)
    assert [one.status for one in dave.journal.list()] == ["replaced", "confirmed"]
    assert dave.balance(PURSE) == 5


# Cancel


def test_what_is_cancelled_never_happens(dave: Chain, journal: Journal) -> None:
    before = sent(dave)
    offer(dave)
    for _ in range(2):
        with pytest.raises(NotConfirmed):
            dave.cancel(1)
        assert [(one.id, one.replaces, one.cancels) for one in journal.list()] == [(1, None, False), (2, 1, True)]
    with pytest.raises(RuleBroken, match="transaction 1 is being cancelled by transaction 2; to hurry that, replace 2"):
        dave.replace(1)
    nothing = decode(journal.show(2).raw)
    assert (nothing["to"], nothing["value"], nothing["data"]) == (dave.sender, 0, "0x")
    mine(dave.rpc)
    dave.resume(2)
    mine(dave.rpc, 5)
    assert [one.status for one in journal.list()] == ["replaced", "confirmed"]
    assert dave.balance(PURSE) == 0 and sent(dave) == before + 1


def test_a_cancellation_that_is_hurried_is_still_one(dave: Chain, journal: Journal) -> None:
    offer(dave)
    for act, which in ((dave.cancel, 1), (dave.replace, 2), (dave.replace, 2)):
        with pytest.raises(NotConfirmed):
            act(which)
    assert [one.cancels for one in journal.list()] == [False, True, True]
    mine(dave.rpc)
    dave.resume(2)
    assert dave.balance(PURSE) == 0


def test_what_is_mined_is_not_cancelled(dave: Chain, journal: Journal) -> None:
    offer(dave)
    mine(dave.rpc)
    with pytest.raises(RuleBroken, match="transaction 1 is confirmed; nothing of it waits"):
        dave.cancel(1)
    assert len(journal.list()) == 1 and dave.balance(PURSE) == 5


def test_a_cancellation_that_comes_too_late_says_so(dave: Chain, journal: Journal) -> None:
    """The first is mined after the cancellation was signed and before it arrived."""
    offer(dave)
    with (
        mined_before_it_arrives(dave),
        pytest.raises(RuleBroken, match=r"too late: transaction 1 was mined in block [0-9]+ before it could be"),
    ):
        dave.cancel(1)
    assert [one.status for one in journal.list()] == ["confirmed", "replaced"]
    assert dave.balance(PURSE) == 5


# A reorganisation, and how deep is deep enough


@pytest.mark.parametrize("way", ["anvil_reorg", "evm_revert"])
def test_what_a_reorganisation_takes_back_is_found_again(dave: Chain, journal: Journal, way: str) -> None:
    said: list[str] = []
    dave.tell = said.append
    before = dave.rpc.request("evm_snapshot")
    offer(dave)
    mine(dave.rpc)
    (done,) = dave.resume(2)
    assert done.status == "confirmed" and dave.balance(PURSE) == 5
    if way == "anvil_reorg":
        dave.rpc.request(way, [1, []])
    else:
        dave.rpc.request(way, [before])
    dave.rpc.request("anvil_dropAllTransactions")
    assert dave.balance(PURSE) == 0
    (standing,) = dave.standings()
    assert standing.state == "dropped" and standing.mend == "daokit tx resume"
    assert said[-1].startswith("transaction 1 is not in the chain any more: its block was taken back")
    dave.resume(0)
    mine(dave.rpc)
    (again,) = dave.resume(2)
    assert (again.status, again.hash) == ("confirmed", done.hash)
    assert len(journal.list()) == 1 and dave.balance(PURSE) == 5


def test_the_confirmations_of_the_network_are_waited_for(slow: Rpc, state: Path) -> None:
    dave = Chain(slow, journal=state / "journal", signer=person("dave"), policy=Policy(confirmations=3))
    waiting._EACH, before = 0.0, waiting._EACH
    try:
        offer(dave)
        for depth in (1, 2):
            mine(slow)
            (entry,) = dave.resume(0)
            assert entry.status == "mined"
            (standing,) = dave.standings()
            assert (standing.state, standing.words) == ("mined", f"{depth} of 3 confirmations")
        mine(slow)
        (entry,) = dave.resume(0)
        assert entry.status == "confirmed"
    finally:
        waiting._EACH = before


# Two at once


def pay(url: str, folder: str, value: int) -> None:
    """In a process of its own."""
    Chain(Rpc(url), journal=Path(folder), signer=person("dave")).transact(Transaction(PURSE, value=value))


def test_two_commands_of_one_person_take_different_nonces_and_both_are_mined(dave: Chain, journal: Journal) -> None:
    before = sent(dave)
    context = multiprocessing.get_context("spawn")
    words = [(dave.rpc.url, str(journal.folder), value) for value in (3, 4)]
    both = [context.Process(target=pay, args=one) for one in words]
    for one in both:
        one.start()
    with mining(dave.rpc):
        for one in both:
            one.join(600)
    assert [one.exitcode for one in both] == [0, 0]
    assert sorted(one.nonce for one in journal.list()) == [before, before + 1]
    assert {one.status for one in journal.list()} == {"confirmed"}
    assert dave.balance(PURSE) == 7 and sent(dave) == before + 2


# As it is typed


Typed = Callable[..., dict[str, Any]]


@pytest.fixture
def typed(slow: Rpc, state: Path, tmp_path: Path, monkeypatch: Any, capsys: Any) -> Typed:
    """`daokit … --json` with dave's key in a keyfile; the answer, whatever it is."""
    encrypt = Account.encrypt
    monkeypatch.setattr(Account, "encrypt", lambda key, password: encrypt(key, password, kdf="pbkdf2", iterations=2))
    accounts.import_key("mira", "0x" + _dev_key(3).hex(), lambda _: "a long password")
    password = tmp_path / "password"
    password.write_text("a long password\n")
    password.chmod(0o600)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAOKIT_PASSWORD_FILE", str(password))
    monkeypatch.setenv("DAOKIT_NETWORK", slow.url)
    monkeypatch.setenv("DAOKIT_ACCOUNT", "mira")

    def answer(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        with open(os.devnull) as nobody:
            monkeypatch.setattr(sys, "stdin", nobody)
            run([*words, "--json"])
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return answer


def states(typed: Typed) -> list[tuple[str, str]]:
    return [(one["state"], one["mend"]) for one in typed("tx", "list")["data"]]


def test_the_list_says_what_each_waits_for_and_what_mends_it(slow: Rpc, dave: Chain, typed: Typed) -> None:
    assert dave.journal is not None
    slow.request("anvil_setBalance", [dave.sender, hex(10**22)])
    offer(dave)
    assert states(typed) == [("pending", "")]
    slow.request("anvil_dropTransaction", [dave.journal.show(1).hash])
    assert states(typed) == [("dropped", "daokit tx resume")]
    dave.resume(0)
    assert states(typed) == [("pending", "")]

    # A block that costs more than it offers.
    slow.request("anvil_setNextBlockBaseFeePerGas", [hex(50 * GWEI)])
    mine(slow)
    assert states(typed) == [("dropped", "daokit tx replace 1")]
    slow.request("anvil_setNextBlockBaseFeePerGas", [hex(GWEI)])
    dave.resume(0)
    assert states(typed) == [("stuck", "daokit tx replace 1")]
    shown = typed("tx", "show", "1")["data"]
    assert "and blocks take 50 gwei" in shown["state_words"] and "raw" not in shown

    # As the command says.
    failed = typed("tx", "replace", "1", "--yes")
    assert not failed["ok"] and "is not confirmed yet" in failed["error"]["message"]
    assert states(typed) == [("pending", ""), ("pending", "")]
    assert typed("tx", "show", "1")["data"]["state_words"] == "transaction 2 replaces it"
    mine(slow)
    assert states(typed) == [("replaced", ""), ("confirmed", "")]
    assert typed("tx", "show", "1")["data"]["state_words"] == "transaction 2 took its place"
    assert dave.balance(PURSE) == 5


def test_what_was_signed_and_did_not_leave_is_unsent(dave: Chain, typed: Typed) -> None:
    from daokit.errors import NoConnection

    request = dave.rpc.request

    def breaking(method: str, params: Any = ()) -> Any:
        if method == "eth_sendRawTransaction":
            raise NoConnection("gone")
        return request(method, params)

    dave.rpc.request = breaking  # type: ignore[method-assign]
    try:
        with pytest.raises(NotConfirmed, match="daokit tx resume"):
            dave.transact(Transaction(PURSE, value=5))
    finally:
        dave.rpc.request = request  # type: ignore[method-assign]
    assert states(typed) == [("unsent", "daokit tx resume")]


def test_cancelling_as_it_is_typed(slow: Rpc, dave: Chain, typed: Typed) -> None:
    offer(dave)
    typed("tx", "cancel", "1", "--yes")
    assert typed("tx", "show", "1")["data"]["state_words"] == "transaction 2 cancels it"
    mine(slow)
    assert states(typed) == [("replaced", ""), ("confirmed", "")]
    late = typed("tx", "cancel", "1", "--yes")
    assert not late["ok"] and "nothing of it waits" in late["error"]["message"]
    assert dave.balance(PURSE) == 0
