"""Transactions are simulated, shown, signed, sent and waited for; a node's answer is not trusted too far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from chain_fixtures import *  # noqa: F403
from chain_fixtures import Rpc

from daokit.accounts import Watching, dev_address, dev_signer
from daokit.chain import BalanceChange, CallReverted, Chain, Preview, Transaction
from daokit.contract import Contract, deploy
from daokit.errors import DryRun, NoConnection, NotConfirmed, Refused, RuleBroken, UsageError
from daokit.rpc import RpcError

BOB = dev_address("bob")
DAY = 86_400


class Bent:
    """A node whose answers to some methods are changed on the way."""

    def __init__(self, rpc: Rpc, **bend: Callable[[Any], Any]) -> None:
        self.rpc, self.bend = rpc, bend
        self.url, self.shown, self.asked = rpc.url, rpc.shown, list[str]()
        self.checked_by = 1

    @property
    def sent(self) -> int:
        return self.rpc.sent

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        self.asked.append(method)
        try:
            answer = self.rpc.request(method, params)
        except RpcError as refusal:
            if method not in self.bend:
                raise
            answer = refusal
        return self.bend.get(method, lambda one: one)(answer)

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        answers = []
        for method, params in calls:
            try:
                answers.append(self.request(method, params))
            except RpcError as refusal:
                answers.append(refusal)
        return answers


def bent(chain: Chain, **bend: Callable[[Any], Any]) -> Chain:
    other = chain.as_(chain.signer)
    other.rpc = Bent(chain.rpc, **bend)  # type: ignore[assignment]
    return other


def fails(message: str) -> Callable[[Any], Any]:
    def answer(_: Any) -> Any:
        raise NoConnection(message)

    return answer


def test_money_arrives_and_the_receipt_says_what_it_cost(alice: Chain) -> None:
    before = alice.balance(alice.sender), alice.balance(BOB)
    receipt = alice.transact(Transaction(BOB, value=10**18))
    assert receipt.status == 1 and receipt.gas_used == 21_000
    assert alice.balance(BOB) - before[1] == 10**18
    assert before[0] - alice.balance(alice.sender) == 10**18 + receipt.fee_wei
    assert alice.block(receipt.block_number).time == receipt.time == alice.time_of(receipt.block_number)


def test_a_payment_beyond_the_purse_is_refused_in_words(alice: Chain) -> None:
    with pytest.raises(RuleBroken, match=r"has [\d,.]+ coin on test, and 1,000,000 and the fee are needed"):
        alice.transact(Transaction(BOB, value=10**24))


def test_what_would_fail_is_never_signed(alice: Chain, coin: Contract) -> None:
    block = alice.block_number()
    with pytest.raises(CallReverted) as refusal:
        alice.transact(Transaction(coin.address, coin.encode("transfer", BOB, 10**9)))
    assert refusal.value.data[:4].hex() == "e450d38c"
    assert alice.block_number() == block


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("08c379a0" + f"{32:064x}{4:064x}" + b"full".hex().ljust(64, "0"), "The contract refused: full."),
        (
            "08c379a0" + f"{32:064x}{5:064x}" + b"GS025".hex().ljust(64, "0"),
            "refused: GS025 (an owner has not approved it).",
        ),
        ("4e487b71" + f"{0x12:064x}", "The contract stopped (panic 0x12): something was divided by zero."),
        ("08c379a0" + f"{32:064x}", "the contract refused (0x08c379a0"),
        ("deadbeef", "the contract refused (0xdeadbeef)"),
        ("", "the contract refused without giving a reason"),
    ],
)
def test_a_refusal_of_any_contract_is_said_in_words(data: str, words: str) -> None:
    assert words in CallReverted(bytes.fromhex(data)).message


def test_the_preview_comes_before_the_signature_and_can_stop_it(alice: Chain, coin: Contract) -> None:
    seen: list[Preview] = []

    def stop(preview: Preview) -> None:
        seen.append(preview)
        raise DryRun("as asked")

    block = alice.block_number()
    wish = Transaction(coin.address, coin.encode("transfer", BOB, 12_50), words=("pay bob 12.50 tUSD",))
    with alice.confirming(stop), pytest.raises(DryRun):
        alice.transact(wish)
    (preview,) = seen
    assert preview.words == ("pay bob 12.50 tUSD",)
    assert (preview.chain_id, preview.chain_name, preview.sender) == (alice.id, "test", alice.sender)
    assert 40_000 < preview.gas < 80_000 and preview.fee_wei > 0
    assert alice.block_number() == block


def test_the_preview_shows_the_coin_that_would_move(node: Rpc, state: object) -> None:
    chain = Chain(node, signer=dev_signer("carol"))
    seen: list[Preview] = []
    before = chain.balance(BOB)
    with chain.confirming(seen.append):
        chain.transact(Transaction(BOB, value=7))
    assert seen[0].simulated
    assert BalanceChange(BOB, None, before, before + 7) in seen[0].changes


def test_the_preview_shows_the_tokens_that_would_move(node: Rpc, state: object) -> None:
    chain = Chain(node, signer=dev_signer("carol"))
    coin = deploy(chain, "TestCoin", "Test dollar", "tUSD", 2)
    coin.send("mint", chain.sender, 100)
    seen: list[Preview] = []
    with chain.confirming(seen.append):
        coin.send("transfer", BOB, 30)
    assert set(seen[0].changes) == {
        BalanceChange(chain.sender, coin.address, 100, 70),
        BalanceChange(BOB, coin.address, 0, 30),
    }


def test_now_is_the_time_that_the_next_transaction_will_see(alice: Chain) -> None:
    alice.rpc.request("evm_increaseTime", [30 * DAY])
    promised = alice.now()
    receipt = alice.transact(Transaction(BOB, value=1))
    assert 0 <= receipt.time - promised <= 60
    assert receipt.time > alice.time_of(0) + 30 * DAY - 5


def test_prepare_gives_what_another_program_can_sign(alice: Chain) -> None:
    unsigned = alice.prepare(Transaction(BOB, value=5), sender=alice.sender)
    assert unsigned["chainId"] == alice.id and unsigned["value"] == 5 and unsigned["type"] == 2
    raw = dev_signer("alice").sign_transaction(unsigned)
    assert alice.send_raw(raw).status == 1


def test_without_an_account_nothing_is_signed(alice: Chain) -> None:
    with pytest.raises(UsageError, match="no account to sign with"):
        alice.as_(None).transact(Transaction(BOB, value=1))
    with pytest.raises(RuleBroken, match="only watched"):
        alice.as_(Watching(BOB, "bob")).transact(Transaction(BOB, value=1))


def test_development_keys_sign_on_local_chains_only(alice: Chain) -> None:
    public = bent(alice, eth_chainId=lambda _: hex(10))
    public._id = None
    with pytest.raises(RuleBroken, match="alice is a development account"):
        public.transact(Transaction(BOB, value=1))
    with pytest.raises(RuleBroken, match="alice is a development account"):
        public.sign_typed({}, {}, {})


def test_two_accounts_on_one_chain(alice: Chain, bob: Chain) -> None:
    alice.transact(Transaction(BOB, value=1))
    assert bob.transact(Transaction(alice.sender, value=1)).status == 1
    assert (alice.signer.name, bob.signer.name) == ("alice", "bob")  # type: ignore[union-attr]


def test_calls_in_one_exchange_keep_a_refusal_in_its_place(alice: Chain, coin: Contract) -> None:
    good, bad = coin.encode("decimals"), coin.encode("transfer", BOB, 10**9)
    first, second, third = alice.call_many([(coin.address, good), (coin.address, bad), (coin.address, good)])
    assert first == third == (2).to_bytes(32, "big")
    assert isinstance(second, CallReverted)


def test_the_receipt_of_another_transaction_is_not_believed(alice: Chain) -> None:
    lying = bent(alice, eth_getTransactionReceipt=lambda one: one and {**one, "transactionHash": "0x" + "11" * 32})
    with pytest.raises(NotConfirmed, match="receipt of another transaction"):
        lying.transact(Transaction(BOB, value=1))


def test_the_hash_of_another_transaction_is_not_believed(alice: Chain) -> None:
    lying = bent(alice, eth_sendRawTransaction=lambda _: "0x" + "11" * 32)
    with pytest.raises(NotConfirmed, match=r"answers with another hash: .*; (run `daokit tx resume`|look it up)"):
        lying.transact(Transaction(BOB, value=1))


@pytest.mark.parametrize("method", ["eth_getBlockByNumber", "eth_getTransactionCount", "eth_estimateGas"])
def test_nonsense_from_the_node_is_said(alice: Chain, method: str) -> None:
    _ = alice.id, alice.journal
    with pytest.raises(NoConnection):
        bent(alice, **{method: lambda _: "what?"}).transact(Transaction(BOB, value=1))


def test_a_connection_that_breaks_after_sending_leaves_a_hash_and_a_remedy(alice: Chain) -> None:
    broken = bent(alice, eth_getTransactionReceipt=fails("gone"))
    with pytest.raises(NotConfirmed, match="was sent, and the connection broke") as failure:
        broken.transact(Transaction(BOB, value=1))
    assert failure.value.exit_code == 4 and failure.value.values["hash"].startswith("0x")


def test_a_transaction_that_fails_in_its_block_is_no_success(alice: Chain, coin: Contract) -> None:
    lulled = bent(alice, eth_call=lambda _: "0x", eth_estimateGas=lambda _: hex(60_000))
    with pytest.raises(Refused, match="mined and failed"):
        lulled.transact(Transaction(coin.address, coin.encode("transfer", BOB, 10**9)))
    if alice.journal:
        assert alice.journal.list()[-1].why == "it was mined and reverted"


def test_amounts_and_names_in_peoples_words(alice: Chain, coin: Contract) -> None:
    assert alice.money(coin.address, 1250) == "12.50 tUSD"
    assert alice.amount(coin.address, "12.5 tUSD") == 1250
    assert alice.symbol(coin.address) == "tUSD"
    assert alice.name_of(BOB) == "bob" and alice.resolve("Bob") == BOB


def test_a_block_is_found_by_its_time(alice: Chain) -> None:
    for _ in range(5):
        alice.rpc.request("evm_increaseTime", [1_000])
        alice.rpc.request("evm_mine", [])
    last = alice.block_number()
    times = {block: alice.time_of(block) for block in range(last - 4, last + 1)}
    for block, time in times.items():
        assert [alice.block_from(time + late) for late in (-500, 0)] == [block, block]
        assert alice.block_from(time + 1) == min(block + 1, last)
    assert alice.block_from(0) == 0 and alice.block_from(times[last] + 10**6) == last
