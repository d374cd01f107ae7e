"""On a public chain: what a transaction offers, which nonce it takes, and what becomes of one that waits or is lost."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hostile import CHAIN_ID, Hostile, person
from people import found_on

from daokit import connection, waiting
from daokit.accounts import dev_address
from daokit.chain import Chain, Preview, Transaction
from daokit.cli import run
from daokit.contract import deploy
from daokit.errors import NotConfirmed, Refused, RuleBroken, UsageError
from daokit.factory import deploy as put_up
from daokit.hashing import keccak
from daokit.journal import Entry, Journal
from daokit.policy import Policy, parse_depth, parse_price, write_price
from daokit.rpc import Rpc, RpcError
from daokit.signed import decode

PURSE = "0x00000000000000000000000000000000000b111d"
GWEI = 10**9
LONG = 30.0
ALICE = dev_address("alice")


@pytest.fixture
def node(public_node: Rpc) -> Iterator[Rpc]:
    """The chain, with its clock and its transactions as they were when the test is done."""
    before = public_node.request("evm_snapshot")
    # Who goes back sets the clock back too: after ten minutes it would be said how far it is behind.
    public_node.request("evm_setTime", [int(time.time())])
    public_node.request("anvil_mine", ["0x1"])
    yield public_node
    public_node.request("anvil_dropAllTransactions")
    public_node.request("evm_revert", [before])
    public_node.request("evm_setAutomine", [True])


@pytest.fixture
def proxy(node: Rpc) -> Iterator[Hostile]:
    with Hostile(node) as between:
        yield between


@pytest.fixture
def alice(proxy: Hostile, state: Path) -> Chain:
    return Chain(Rpc(proxy.url), name="town", journal=state / "journal", signer=person("alice"))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_PATIENCE", 0.3)
    monkeypatch.setattr(waiting, "_EACH", 0.01)
    monkeypatch.setattr(waiting, "_TOP", 0.01)


@contextmanager
def patient(seconds: float = LONG) -> Iterator[None]:
    """For what will be mined: a machine at work takes its time."""
    with pytest.MonkeyPatch.context() as calmed:
        calmed.setattr(waiting, "_PATIENCE", seconds)
        yield


def pays(value: int = 5) -> Transaction:
    return Transaction(PURSE, value=value, words=(f"pay {value}",))


def with_policy(chain: Chain, **words: Any) -> Chain:
    chain.policy = Policy(**words)
    return chain


def journal(chain: Chain) -> Journal:
    assert chain.journal is not None
    return chain.journal


def statuses(chain: Chain) -> list[str]:
    return [one.status for one in journal(chain).list()]


def states(chain: Chain) -> list[tuple[str, str]]:
    return [(one.state, one.mend) for one in chain.standings()]


def left(chain: Chain, transaction: Transaction | None = None) -> Entry:
    """One that was sent and is not mined; the command gave up."""
    with pytest.raises(NotConfirmed):
        chain.transact(transaction or pays())
    return journal(chain).list()[-1]


# What it offers


def test_what_is_offered_follows_the_chain_or_the_policy(alice: Chain) -> None:
    block = alice.block()
    assert block.base_fee
    offered = alice.prepare(pays())
    assert offered["type"] == 2 and offered["maxPriorityFeePerGas"] == GWEI
    assert offered["maxFeePerGas"] == 2 * block.base_fee + GWEI
    plain = with_policy(alice, fees="legacy").prepare(pays())
    assert "type" not in plain and plain["gasPrice"] >= block.base_fee
    assert alice.transact(pays()).status == 1
    assert "gasPrice" in decode(journal(alice).list()[-1].raw)


def test_a_chain_without_base_fee_gets_a_plain_price(alice: Chain, proxy: Hostile) -> None:
    proxy.lies["eth_getBlockByNumber"] = lambda _, found: {**found, "baseFeePerGas": None}
    proxy.lies["eth_gasPrice"] = lambda *_: hex(7 * GWEI)
    proxy.lies["eth_feeHistory"] = lambda _, found: {**found, "reward": [[hex(5 * GWEI)]]}
    assert alice.prepare(pays())["gasPrice"] == 7 * GWEI


def test_the_limit_holds_down_what_is_offered_and_refuses_what_cannot_do(alice: Chain, node: Rpc) -> None:
    base = alice.block().base_fee
    assert base
    offered = with_policy(alice, max_fee=base + GWEI // 2).prepare(pays())
    assert offered["maxFeePerGas"] == base + GWEI // 2 and offered["maxPriorityFeePerGas"] == GWEI
    words = rf"gas costs at least {write_price(base + 1)} now, and your limit is 0.1 gwei; wait, or say a higher"
    with pytest.raises(RuleBroken, match=words):
        with_policy(alice, max_fee=GWEI // 10).transact(pays())
    assert statuses(alice) == []


def test_prices_and_depths_are_read_as_people_write_them() -> None:
    assert (parse_price("30 gwei"), parse_price("0.5gwei"), parse_price("7 wei")) == (30 * GWEI, GWEI // 2, 7)
    assert (write_price(30 * GWEI), write_price(GWEI // 20), write_price(7)) == (
        "30 gwei",
        "0.05 gwei",
        "0.000000007 gwei",
    )
    for wrong in ("30", "0 gwei", "0.5 wei", "-1 gwei", "1 ETH"):
        with pytest.raises(UsageError, match="is no price of gas"):
            parse_price(wrong)
    assert [parse_depth(one) for one in (1, "safe", "finalized")] == [1, "safe", "finalized"]
    for odd in (0, True, "soon", 1.5):
        with pytest.raises(UsageError, match="is no depth"):
            parse_depth(odd)


# On whose word


def test_a_preview_and_a_receipt_say_on_whose_word_they_are(alice: Chain) -> None:
    seen: list[Preview] = []
    said: list[str] = []
    alice.tell = said.append
    with alice.confirming(seen.append):
        receipt = alice.transact(pays())
    assert (seen[0].checked_by, receipt.checked_by) == (1, 1)
    assert said == [f"mined in block {receipt.block_number:,}, unchecked: by the word of one node"]


def test_a_chain_id_that_changes_gets_no_signature(alice: Chain, proxy: Hostile) -> None:
    _ = alice.id, alice.journal
    proxy.lies["eth_chainId"] = lambda *_: "0x1"
    with pytest.raises(RuleBroken, match=r"wrong chain: .* was on chain 424242 and says now that it is on 1"):
        alice.transact(pays())
    assert statuses(alice) == []


def test_code_that_is_not_the_known_code_gets_no_signature(alice: Chain, node: Rpc, proxy: Hostile) -> None:
    node.request("anvil_setCode", [PURSE, "0x00"])
    node.request("anvil_mine", ["0x1"])
    alice.codes[PURSE] = "0x" + keccak(b"\x00").hex()
    assert alice.transact(pays()).status == 1
    proxy.lies["eth_getCode"] = lambda *_: "0x6000"
    with pytest.raises(RuleBroken, match=f"the code at {PURSE} is not the code that is known to be there"):
        alice.transact(pays())
    assert statuses(alice) == ["confirmed"]


# The nonce


def test_a_lie_about_the_nonce_gets_no_signature(alice: Chain, proxy: Hostile) -> None:
    def claims(count: int) -> None:
        proxy.lies["eth_getTransactionCount"] = lambda *_: hex(count)

    honest = int(alice.rpc.request("eth_getTransactionCount", [ALICE, "latest"]), 16)
    claims(honest + 4)
    with pytest.raises(RuleBroken, match="its own proof says"):
        alice.transact(pays())
    proxy.lies["eth_getProof"] = lambda _, found: {**found, "nonce": hex(honest + 4)}
    with pytest.raises(RuleBroken, match="gives a false proof"):
        alice.transact(pays())
    del proxy.lies["eth_getProof"]
    assert statuses(alice) == []
    proxy.honest()
    alice.transact(pays())
    claims(honest)
    with pytest.raises(RuleBroken, match=f"has sent {honest} transactions, and {honest + 1} are known here"):
        alice.transact(pays())
    claims(honest + 3)
    with pytest.raises(RuleBroken, match="its own proof says"):
        alice.transact(pays())
    assert statuses(alice) == ["confirmed"]


def test_what_waits_and_was_signed_elsewhere_is_waited_for(alice: Chain, proxy: Hostile) -> None:
    proxy.lies["eth_getTransactionCount"] = lambda params, found: (
        hex(int(found, 16) + 2) if params[1] == "pending" else found
    )
    with pytest.raises(RuleBroken, match=r"2 transactions of .* that were not signed here wait to be mined"):
        alice.transact(pays())
    assert statuses(alice) == []


def test_a_used_account_on_a_node_without_proofs_needs_a_second_node(
    alice: Chain, proxy: Hostile, node: Rpc, state: Path
) -> None:
    proxy.lies["eth_getProof"] = lambda *_: RpcError(-32601, "method not found")
    Chain(node, signer=person("alice")).transact(pays())
    with pytest.raises(RuleBroken, match="gives no proof; add a second url and quorum = 2"):
        alice.transact(pays())
    fresh = Chain(Rpc(proxy.url), journal=state / "fresh", signer=person("judy"))
    assert fresh.transact(pays()).status == 1  # nothing can be too low for a new account
    assert fresh.transact(pays()).status == 1  # and from now on its own journal knows


def pay_often(url: str, folder: str, number: int) -> None:
    chain = Chain(Rpc(url), journal=Path(folder), signer=person("carol"))
    for value in range(5):
        chain.transact(pays(10 * number + value))


def test_two_processes_of_one_user_never_take_the_same_nonce(alice: Chain, node: Rpc, state: Path) -> None:
    had = alice.balance(PURSE)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=pay_often, args=(node.url, str(state / "both"), n)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(600)
    assert [worker.exitcode for worker in workers] == [0, 0]
    entries = Journal.of(node, state / "both").list()
    assert len({one.nonce for one in entries}) == len(entries) == 10
    assert alice.balance(PURSE) == had + 10 + 60


# What waits


def test_one_that_waits_is_told_from_one_that_is_stuck_dropped_or_never_sent(
    alice: Chain, node: Rpc, proxy: Hostile, impatient: None
) -> None:
    node.request("evm_setAutomine", [False])
    entry = left(alice)
    assert states(alice) == [("pending", "")]
    proxy.lies["eth_getBlockByNumber"] = lambda _, found: {**found, "baseFeePerGas": hex(90 * GWEI)}
    (stuck,) = alice.standings()
    assert (stuck.state, stuck.mend) == ("stuck", "daokit tx replace 1")
    assert "it offers at most" in stuck.words and "and blocks take 90 gwei" in stuck.words
    proxy.honest()
    node.request("anvil_dropTransaction", [entry.hash])
    assert states(alice) == [("dropped", "daokit tx resume")]
    node.request("evm_setAutomine", [True])
    (done,) = alice.resume(LONG)
    assert (done.status, done.hash) == ("confirmed", entry.hash)
    proxy.trouble = lambda methods: "drop" if "eth_sendRawTransaction" in methods else None
    with pytest.raises(NotConfirmed):
        alice.transact(pays())
    assert states(alice)[1] == ("unsent", "daokit tx resume")


def test_a_command_typed_again_while_it_waits_is_not_done_twice(alice: Chain, node: Rpc, impatient: None) -> None:
    had = alice.balance(PURSE)
    node.request("evm_setAutomine", [False])
    left(alice)
    with pytest.raises(RuleBroken, match="this very act is signed already, as transaction 1, and has not ended"):
        alice.transact(pays())
    left(alice, pays(7))  # another act may follow at once
    node.request("anvil_mine", ["0x1"])
    node.request("evm_setAutomine", [True])
    alice.resume()
    assert alice.balance(PURSE) == had + 5 + 7
    with patient():
        assert alice.transact(pays()).status == 1


def test_a_command_left_then_mined_then_typed_again_is_refused_once(
    alice: Chain, node: Rpc, proxy: Hostile, state: Path, impatient: None
) -> None:
    had = alice.balance(PURSE)
    node.request("evm_setAutomine", [False])
    left(alice)
    node.request("anvil_mine", ["0x1"])
    node.request("evm_setAutomine", [True])
    again = Chain(Rpc(proxy.url), journal=state / "journal", signer=person("alice"))
    said: list[str] = []
    again.tell = said.append
    # Another act may follow at once, and says what was found; the same one is refused even after that.
    assert again.transact(pays(7)).status == 1
    assert "transaction 1 (pay 5), which was left open, was mined meanwhile" in said
    words = r"transaction 1, this very act, was mined meanwhile \(pay 5\); type it again if you mean it once more"
    with pytest.raises(RuleBroken, match=words) as refusal:
        again.transact(pays())
    assert refusal.value.values["id"] == 1
    assert statuses(alice) == ["confirmed", "confirmed"] and alice.balance(PURSE) == had + 5 + 7
    assert again.transact(pays()).status == 1
    assert alice.balance(PURSE) == had + 5 + 7 + 5


@pytest.mark.parametrize("which", [1, 2])
def test_of_two_that_wait_either_typed_again_when_mined_is_refused(
    alice: Chain, node: Rpc, impatient: None, which: int
) -> None:
    """The second is lost, so that nothing new can be signed: even then the first is said to be done."""
    node.request("evm_setAutomine", [False])
    left(alice)
    second = left(alice, pays(7))
    node.request("anvil_dropTransaction", [second.hash])
    node.request("anvil_mine", ["0x1"])
    node.request("evm_setAutomine", [True])
    words = ["1, this very act, was mined meanwhile", r"2 \(pay 7\) was signed and has not reached the chain"]
    with pytest.raises(RuleBroken, match=words[which - 1]):
        alice.transact(pays() if which == 1 else pays(7))


def test_what_was_hurried_then_mined_then_typed_again_is_refused(alice: Chain, node: Rpc, impatient: None) -> None:
    had = alice.balance(PURSE)
    node.request("evm_setAutomine", [False])
    left(alice)
    with pytest.raises(NotConfirmed):
        alice.replace(1)
    node.request("anvil_mine", ["0x1"])
    node.request("evm_setAutomine", [True])
    with pytest.raises(RuleBroken, match=r"transaction 2, this very act, was mined meanwhile"):
        alice.transact(pays())
    assert alice.balance(PURSE) == had + 5


def test_who_is_stopped_once_it_is_mined_has_been_told(
    alice: Chain, proxy: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another node behind the address lacks the block, and who waits for it loses patience."""
    said: list[str] = []
    alice.tell = said.append

    proxy.lies["eth_blockNumber"] = lambda *_: "0x0"

    sleep = time.sleep

    def interrupt(seconds: float) -> None:
        if statuses(alice) == ["confirmed"]:
            raise KeyboardInterrupt
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        alice.transact(pays())
    assert statuses(alice) == ["confirmed"] and said[-1].startswith("mined in block")


def test_a_replacement_does_the_same_act_once_with_higher_fees(alice: Chain, node: Rpc, impatient: None) -> None:
    had = alice.balance(PURSE)
    node.request("evm_setAutomine", [False])
    entry = left(alice)
    with pytest.raises(NotConfirmed):
        alice.replace(1)
    first, second = journal(alice).list()
    old, new = decode(first.raw), decode(second.raw)
    same = ("nonce", "to", "value", "data", "chainId")
    assert [old[one] for one in same] == [new[one] for one in same]
    assert new["maxFeePerGas"] * 1000 >= old["maxFeePerGas"] * 1125
    assert new["maxPriorityFeePerGas"] * 1000 >= old["maxPriorityFeePerGas"] * 1125
    assert (second.replaces, second.words) == (1, ("pay 5",))
    # Said again, it signs nothing more.
    with pytest.raises(NotConfirmed):
        alice.replace(1)
    assert len(journal(alice).list()) == 2
    assert alice.standings()[0].words == "transaction 2 replaces it"
    node.request("anvil_mine", ["0x1"])
    alice.resume()
    assert [(one.status, one.why) for one in journal(alice).list()] == [
        ("replaced", "transaction 2 took its place"),
        ("confirmed", ""),
    ]
    assert alice.balance(PURSE) == had + 5
    assert node.request("eth_getTransactionReceipt", [entry.hash]) is None
    with pytest.raises(RuleBroken, match="transaction 1 is replaced"):
        alice.replace(1)


def test_a_cancellation_takes_the_nonce_and_pays_nobody(alice: Chain, node: Rpc, impatient: None) -> None:
    had = alice.balance(PURSE)
    node.request("evm_setAutomine", [False])
    left(alice)
    with pytest.raises(NotConfirmed):
        alice.cancel(1)
    act = decode(journal(alice).list()[1].raw)
    assert (act["to"], act["value"], act["data"]) == (ALICE, 0, "0x")
    with pytest.raises(RuleBroken, match="is being cancelled by transaction 2"):
        alice.replace(1)
    node.request("anvil_mine", ["0x1"])
    alice.resume()
    assert statuses(alice) == ["replaced", "confirmed"]
    assert alice.balance(PURSE) == had
    node.request("evm_setAutomine", [True])
    with patient():
        assert alice.transact(pays()).status == 1


def test_what_is_mined_before_its_cancellation_is_said(alice: Chain, node: Rpc, impatient: None) -> None:
    node.request("evm_setAutomine", [False])
    left(alice)
    original = node.url
    mined = threading.Event()

    def mine_first(_: Preview) -> None:
        Rpc(original).request("anvil_mine", ["0x1"])
        mined.set()

    with (
        alice.confirming(mine_first),
        pytest.raises(RuleBroken, match=r"transaction 1 is confirmed; nothing of it waits"),
    ):
        alice.cancel(1)
    assert mined.is_set() and statuses(alice) == ["confirmed"]


def test_a_replacement_that_was_signed_and_never_sent_is_sent_not_signed_again(
    alice: Chain, node: Rpc, proxy: Hostile, impatient: None
) -> None:
    had = alice.balance(PURSE)
    node.request("evm_setAutomine", [False])
    left(alice)
    proxy.trouble = lambda methods: "drop" if "eth_sendRawTransaction" in methods else None
    with pytest.raises(NotConfirmed):
        alice.replace(1)
    assert statuses(alice) == ["sent", "prepared"]
    proxy.honest()
    with pytest.raises(NotConfirmed):
        alice.replace(1)
    assert statuses(alice) == ["sent", "sent"]
    node.request("anvil_mine", ["0x1"])
    alice.resume()
    assert statuses(alice) == ["replaced", "confirmed"]
    assert alice.balance(PURSE) == had + 5


def test_a_limit_below_what_a_replacement_needs_is_said(alice: Chain, node: Rpc, impatient: None) -> None:
    node.request("evm_setAutomine", [False])
    entry = left(alice)
    limit = decode(entry.raw)["maxFeePerGas"]
    with pytest.raises(RuleBroken, match="gas costs at least"):
        with_policy(alice, max_fee=limit).replace(1)


# What happens elsewhere


def test_a_nonce_that_another_program_used_ends_the_entry_with_the_other_hash(
    alice: Chain, node: Rpc, proxy: Hostile
) -> None:
    proxy.trouble = lambda methods: "drop" if "eth_sendRawTransaction" in methods else None
    with pytest.raises(NotConfirmed):
        alice.transact(pays())
    proxy.honest()
    for _ in range(3):
        other = Chain(node, signer=person("alice")).transact(pays(9))
    (done,) = alice.resume()
    assert done.status == "failed" and "another transaction took its nonce" in done.why
    assert other.hash not in done.why  # the first of the three took it


def skipped(alice: Chain, node: Rpc) -> int:
    """One from elsewhere, and one of alice after it; a reorganisation loses the first. Its nonce."""
    other = Chain(node, signer=person("alice")).transact(pays(9))
    nonce = int(node.request("eth_getTransactionByHash", [other.hash])["nonce"], 16)
    assert alice.transact(pays()).status == 1
    node.request("anvil_reorg", [2, []])
    node.request("anvil_dropTransaction", [other.hash])
    alice.resume(0)
    return nonce


def test_behind_a_nonce_that_was_skipped_nothing_is_signed_and_it_can_be_passed_over(
    alice: Chain, node: Rpc, proxy: Hostile, impatient: None
) -> None:
    had = alice.balance(PURSE)
    nonce = skipped(alice, node)
    mend = f"daokit tx cancel --nonce {nonce}"
    assert states(alice) == [("waiting", mend)]
    words = f"nothing more is signed while transaction 1 cannot be mined: nonce {nonce} comes before it, .*`{mend}`"
    with pytest.raises(RuleBroken, match=words):
        alice.transact(pays(7))
    for wrong, why in ((nonce - 1, "is used already"), (nonce + 1, "of transaction 1"), (nonce + 2, "waits behind")):
        with pytest.raises(RuleBroken, match=why):
            alice.cancel_nonce(wrong)
    assert statuses(alice) == ["sent"]
    seen: list[Preview] = []
    node.request("evm_setAutomine", [False])
    with alice.confirming(seen.append), pytest.raises(NotConfirmed):
        alice.cancel_nonce(nonce)
    assert seen[0].words == (f"pass over nonce {nonce}, so that what was signed after it can be mined",)
    assert (seen[0].to, seen[0].value, seen[0].data) == (ALICE, 0, b"")
    # Said again, it signs nothing more.
    with pytest.raises(NotConfirmed):
        alice.cancel_nonce(nonce)
    assert [one.nonce for one in journal(alice).list()] == [nonce + 1, nonce]
    node.request("anvil_mine", ["0x1"])
    node.request("evm_setAutomine", [True])
    alice.resume()
    assert statuses(alice) == ["confirmed", "confirmed"] and alice.balance(PURSE) == had + 5
    assert alice.transact(pays(7)).status == 1


def test_behind_a_nonce_that_another_program_uses_more_may_be_signed(
    alice: Chain, node: Rpc, proxy: Hostile, impatient: None
) -> None:
    nonce = skipped(alice, node)
    proxy.lies["eth_getTransactionCount"] = lambda params, found: hex(nonce + 2) if params[1] == "pending" else found
    (one,) = alice.standings()
    assert (one.state, one.mend) == ("waiting", "")
    assert one.words == f"nonce {nonce} comes before it, of a transaction that was not signed here and waits"
    left(alice, pays(7))


def test_a_receipt_that_is_hidden_proves_nothing(alice: Chain, proxy: Hostile, impatient: None) -> None:
    had = alice.balance(PURSE)
    proxy.lies["eth_getTransactionReceipt"] = lambda *_: None
    left(alice)
    (one,) = alice.resume(0.1)
    assert one.open
    proxy.honest()
    (one,) = alice.resume()
    assert one.status == "confirmed" and alice.balance(PURSE) == had + 5


def test_a_refusal_that_was_a_lie_stops_the_next_command_not_the_money(alice: Chain, node: Rpc, proxy: Hostile) -> None:
    had = alice.balance(PURSE)
    node.request("evm_setAutomine", [False])
    proxy.lies["eth_sendRawTransaction"] = lambda *_: RpcError(-32000, "transaction underpriced")
    proxy.lies["eth_getTransactionByHash"] = lambda *_: None
    with pytest.raises(Refused, match="does not take the transaction"):
        alice.transact(pays())
    assert statuses(alice) == ["refused"]
    proxy.honest()
    node.request("anvil_mine", ["0x1"])
    node.request("evm_setAutomine", [True])
    with pytest.raises(RuleBroken, match=r"transaction 1 \(pay 5\), which counted as refused, was done after all"):
        alice.transact(pays())
    assert statuses(alice) == ["confirmed"] and alice.balance(PURSE) == had + 5
    assert alice.transact(pays(7)).status == 1


def test_a_failure_that_was_a_lie_stops_the_next_command_not_the_money(alice: Chain, proxy: Hostile) -> None:
    had = alice.balance(PURSE)
    proxy.lies["eth_getTransactionReceipt"] = lambda _, found: found and {**found, "status": "0x0"}
    with pytest.raises(Refused, match="mined and failed"):
        alice.transact(pays())
    assert statuses(alice) == ["failed"]
    proxy.honest()
    with pytest.raises(RuleBroken, match=r"transaction 1 \(pay 5\), which counted as failed, was done after all"):
        alice.transact(pays())
    assert statuses(alice) == ["confirmed"] and alice.balance(PURSE) == had + 5


def test_what_the_node_hears_twice_is_sent_once(alice: Chain, proxy: Hostile) -> None:
    had = alice.balance(PURSE)
    proxy.trouble = lambda methods: "duplicate" if "eth_sendRawTransaction" in methods else None
    assert alice.transact(pays()).status == 1
    assert proxy.troubles["duplicate"] == 1 and alice.balance(PURSE) == had + 5


@pytest.mark.parametrize("answer", ["0x" + "11" * 32, None, {}])
def test_another_hash_as_the_answer_is_no_end_and_resume_finds_it(alice: Chain, proxy: Hostile, answer: Any) -> None:
    had = alice.balance(PURSE)
    proxy.lies["eth_sendRawTransaction"] = lambda *_: answer
    with pytest.raises(NotConfirmed, match=r"(with another hash|does not answer).*; run `daokit tx resume`"):
        alice.transact(pays())
    assert statuses(alice) == ["prepared"]
    proxy.honest()
    (done,) = alice.resume()
    assert done.status == "confirmed" and alice.balance(PURSE) == had + 5


def test_a_used_nonce_is_no_refusal_until_it_is_known_who_used_it(alice: Chain, node: Rpc, proxy: Hostile) -> None:
    proxy.lies["eth_sendRawTransaction"] = lambda *_: RpcError(-32000, "nonce too low: next nonce 9, tx nonce 8")
    proxy.lies["eth_getTransactionByHash"] = proxy.lies["eth_getTransactionReceipt"] = lambda *_: None
    with pytest.raises(NotConfirmed, match=r"is not taken .*, and why is not known yet"):
        alice.transact(pays())
    assert statuses(alice) == ["prepared"]
    proxy.honest()
    (done,) = alice.resume()
    assert done.status == "confirmed"


# Depth, and chains that change their mind


def test_a_command_waits_for_as_many_blocks_as_the_network_wants(alice: Chain, node: Rpc) -> None:
    said: list[str] = []
    alice.tell = said.append
    with_policy(alice, confirmations=3)
    stop = threading.Event()

    def mine() -> None:
        while not stop.wait(0.2):
            Rpc(node.url).request("anvil_mine", ["0x1"])

    miner = threading.Thread(target=mine)
    miner.start()
    try:
        receipt = alice.transact(pays())
    finally:
        stop.set()
        miner.join()
    assert alice.block_number() >= receipt.block_number + 2
    assert any("of 3 confirmations" in line for line in said)
    assert statuses(alice) == ["confirmed"]


def test_what_is_read_next_knows_the_block_even_when_another_node_answers(alice: Chain, proxy: Hostile) -> None:
    """Behind one address there are several nodes, of which one is a block behind for a while."""
    late = 3

    def behind(_: list[Any], said: Any) -> Any:
        nonlocal late
        late -= 1
        return hex(int(said, 16) - 1) if late >= 0 else said

    proxy.lies["eth_blockNumber"] = behind
    proxy.lies["eth_call"] = lambda params, said: "0x" if late >= 0 and "to" in params[0] else said
    assert deploy(alice, "TestCoin", "Test dollar", "tUSD", 2).read("symbol") == "tUSD"
    assert late < 0


def test_who_waits_is_told_once_for_what(
    alice: Chain, node: Rpc, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_QUIET", 0.05)
    said: list[str] = []
    alice.tell = said.append
    node.request("evm_setAutomine", [False])
    left(alice)
    assert said == ["transaction 1 is sent and waits for a block; Ctrl-C leaves it to `daokit tx resume`"]


def test_what_is_not_deep_enough_in_time_is_left_to_resume(alice: Chain, node: Rpc, impatient: None) -> None:
    with_policy(alice, confirmations=3)
    with patient(2.0), pytest.raises(NotConfirmed, match="has 1 of 3 confirmations; run `daokit tx resume`"):
        alice.transact(pays())
    assert statuses(alice) == ["mined"]
    (one,) = alice.standings()
    assert (one.state, one.words, one.mend) == ("mined", "1 of 3 confirmations", "daokit tx resume")
    node.request("anvil_mine", ["0x2"])
    (done,) = alice.resume()
    assert done.status == "confirmed"


def test_finalized_is_what_the_chain_calls_so(alice: Chain, node: Rpc, impatient: None) -> None:
    with_policy(alice, confirmations="finalized")
    with patient(2.0), pytest.raises(NotConfirmed, match="which is not finalized yet"):
        alice.transact(pays())
    node.request("anvil_mine", [hex(70)])
    (done,) = alice.resume()
    assert done.status == "confirmed"


@pytest.mark.parametrize("confirmations", [1, 3])
def test_what_a_reorganisation_takes_back_is_found_and_sent_again(
    alice: Chain, node: Rpc, impatient: None, confirmations: int
) -> None:
    said: list[str] = []
    alice.tell = said.append
    had = alice.balance(PURSE)
    with_policy(alice, confirmations=confirmations)
    if confirmations == 1:
        with patient():
            assert alice.transact(pays()).status == 1
        assert states(alice) == [("confirmed", "")]
    else:
        with patient(2.0):
            left(alice)
    node.request("anvil_reorg", [1, []])
    assert alice.balance(PURSE) == had
    assert states(alice) == [("dropped", "daokit tx resume")]
    assert any("is not in the chain any more" in line for line in said)
    with pytest.raises(RuleBroken, match="has not reached the chain; run `daokit tx resume` first"):
        alice.transact(pays(7))
    alice.policy = Policy()
    (done,) = alice.resume(LONG)
    assert done.status == "confirmed" and alice.balance(PURSE) == had + 5
    with patient():
        assert alice.transact(pays(7)).status == 1


def test_what_is_final_is_not_looked_at_again(alice: Chain, node: Rpc, proxy: Hostile) -> None:
    alice.transact(pays())
    alice.transact(pays())
    assert [one.final for one in journal(alice).list()] == [False, False]
    node.request("anvil_mine", [hex(70)])
    alice.standings()
    assert [one.final for one in journal(alice).list()] == [True, True]
    before = proxy.asked["eth_getTransactionReceipt"]
    alice.standings()
    assert proxy.asked["eth_getTransactionReceipt"] == before


def test_the_journal_equals_the_chain_at_the_first_honest_answer(
    alice: Chain, node: Rpc, proxy: Hostile, impatient: None
) -> None:
    """One node says that a payment was mined which it threw away; an honest answer later undoes that word."""
    had = alice.balance(PURSE)

    def made_up(params: list[Any], _: Any) -> Any:
        block = node.request("eth_getBlockByNumber", ["latest", False])
        raw = proxy_raw[0]
        sent = decode(raw)
        return {
            "transactionHash": params[0],
            "blockNumber": block["number"],
            "blockHash": block["hash"],
            "from": ALICE,
            "to": sent["to"],
            "status": "0x1",
            "gasUsed": "0x5208",
            "logs": [],
        }

    proxy_raw: list[str] = []

    def swallowed(params: list[Any], _: Any) -> Any:
        return "0x" + keccak(bytes.fromhex(params[0][2:])).hex()

    proxy.swallow = {"eth_sendRawTransaction"}
    proxy.heard = lambda method, params: proxy_raw.append(params[0]) if method == "eth_sendRawTransaction" else None
    proxy.lies["eth_sendRawTransaction"] = swallowed
    proxy.lies["eth_getTransactionReceipt"] = made_up
    receipt = alice.transact(pays())
    assert (receipt.status, receipt.checked_by, statuses(alice)) == (1, 1, ["confirmed"])
    assert alice.balance(PURSE) == had
    proxy.honest()
    assert states(alice) == [("dropped", "daokit tx resume")]
    (done,) = alice.resume(LONG)
    assert done.status == "confirmed" and alice.balance(PURSE) == had + 5


# As typed


@pytest.fixture
def typed(
    proxy: Hostile, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, Any, str]]:
    """Types a command as anna, whose key lies in a keyfile, on a network of daokit.toml."""
    from eth_account import Account

    from daokit.accounts import _dev_key

    (tmp_path / "accounts").mkdir()
    keyfile = tmp_path / "accounts" / "anna.json"
    keyfile.write_text(json.dumps(Account.encrypt(_dev_key(0), "horse", kdf="pbkdf2", iterations=2)))
    keyfile.chmod(0o600)
    secret = tmp_path / "password"
    secret.write_text("horse")
    secret.chmod(0o600)
    monkeypatch.setenv("DAOKIT_PASSWORD_FILE", str(secret))
    (tmp_path / "daokit.toml").write_text(f'[network.town]\nurl = "{proxy.url}"\nchain_id = {CHAIN_ID}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAOKIT_NETWORK", "town")
    monkeypatch.setenv("DAOKIT_ACCOUNT", "anna")

    def type_(*words: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = run([*words, "--json"])
        said = capsys.readouterr()
        answer = json.loads(said.out)
        return code, answer.get("data", answer.get("error")), said.err

    return type_


def test_a_stuck_payment_is_listed_replaced_and_cancelled_as_typed(
    typed: Callable[..., tuple[int, Any, str]], node: Rpc, impatient: None
) -> None:
    chain = connection.connect("town", "anna")
    node.request("evm_setAutomine", [False])
    left(chain)
    code, listed, _ = typed("tx", "list")
    assert (code, [one["state"] for one in listed]) == (0, ["pending"]) and "raw" not in listed[0]
    code, planned, said = typed("tx", "replace", "1", "--dry-run")
    assert (code, planned["words"]) == (0, ["in place of transaction 1, with higher fees: pay 5"])
    assert "unchecked: by the word of one node" in said
    code, error, _ = typed("tx", "replace", "1", "--yes", "--max-fee", "0.001 gwei")
    assert (code, error["name"]) == (1, "RuleBroken") and "your limit is 0.001 gwei" in error["message"]
    assert typed("tx", "replace", "1", "--yes")[0] == 4
    assert typed("tx", "cancel", "2", "--yes")[0] == 4
    assert [one["state"] for one in typed("tx", "list")[1]] == ["pending", "pending", "pending"]
    node.request("anvil_mine", ["0x1"])
    code, _, said = typed("tx", "resume")
    assert code == 0 and "3 transactions to bring to an end; Ctrl-C stops the waiting, not them" in said
    assert [one["state"] for one in typed("tx", "list")[1]] == ["replaced", "replaced", "confirmed"]
    shown = typed("tx", "show", "3")[1]
    assert (shown["cancels"], shown["replaces"]) == (True, 2)


def test_a_deposit_left_then_mined_then_typed_again_is_made_once(
    typed: Callable[..., tuple[int, Any, str]], node: Rpc, monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    chain = Chain(node, signer=person("alice"))
    put_up(chain)
    coop = found_on(chain)
    monkeypatch.setenv("DAOKIT_COLLECTIVE", coop.address)
    deposit = ("treasury", "deposit", "1 ETH", "--yes")
    node.request("evm_setAutomine", [False])
    assert typed(*deposit)[0] == 4
    code, error, _ = typed(*deposit)
    assert code == 1 and "this very act is signed already, as transaction 1" in error["message"]
    node.request("anvil_mine", ["0x1"])
    node.request("evm_setAutomine", [True])
    code, error, said = typed(*deposit)
    assert (code, error["name"]) == (1, "RuleBroken")
    assert "transaction 1, this very act, was mined meanwhile" in error["message"]
    assert "type it again if you mean it once more" in error["message"]
    assert "which was left open, was mined meanwhile" in said
    assert chain.balance(coop.treasury.address) == 10**18
    assert typed(*deposit)[0] == 0
    assert chain.balance(coop.treasury.address) == 2 * 10**18


def test_a_nonce_that_was_skipped_is_shown_and_passed_over_as_typed(
    typed: Callable[..., tuple[int, Any, str]], node: Rpc, impatient: None
) -> None:
    chain = connection.connect("town", "anna")
    nonce = skipped(chain, node)
    mend = f"daokit tx cancel --nonce {nonce}"
    assert [(one["state"], one["mend"]) for one in typed("tx", "list")[1]] == [("waiting", mend)]
    code, error, _ = typed("tx", "resume")
    assert code == 4 and f"no node has a transaction with it; `{mend}`" in error["message"]
    finding = next(one for one in typed("doctor")[1]["findings"] if one["what"] == "journal")
    assert not finding["well"] and finding["mend"].startswith(mend)
    assert [typed("tx", "cancel", *words, "--yes")[0] for words in ((), ("1", "--nonce", str(nonce)))] == [2, 2]
    code, done, _ = typed("tx", "cancel", "--nonce", str(nonce), "--yes")
    assert (code, done["nonce"], done["cancels"]) == (0, nonce, True)
    assert [one["state"] for one in typed("tx", "list")[1]] == ["confirmed", "confirmed"]
