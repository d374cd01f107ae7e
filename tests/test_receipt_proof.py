"""What one node says of a failure, or of who took a nonce, is believed when blocks and signatures show it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hostile import CHAIN_ID, Hostile, forged, person

from daokit import waiting
from daokit.accounts import _dev_key, dev_address
from daokit.chain import Chain, Transaction
from daokit.errors import NotConfirmed, Refused, RuleBroken
from daokit.hashing import keccak
from daokit.receipt_proof import _encoded, shown_status, trie_root
from daokit.rpc import Rpc, RpcError
from daokit.signed import decode, encoded, truly_signed

BOB, CAROL = dev_address("bob"), dev_address("carol")
OTHER_ID = 777
FAILS = bytes.fromhex("60006000fd")  # creation code that reverts
LOGS = bytes.fromhex("602a60005260076020600060206000a2600a60166000396000")  # leaves an event behind, and no code


@pytest.fixture
def node(public_node: Rpc) -> Rpc:
    return public_node


@pytest.fixture
def proxy(node: Rpc) -> Iterator[Hostile]:
    with Hostile(node) as made:
        yield made
    node.request("evm_setAutomine", [True])


@pytest.fixture
def chain(proxy: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chain:
    monkeypatch.setattr(waiting, "_PATIENCE", 0.3)
    return Chain(Rpc(proxy.url), journal=tmp_path, signer=person("alice"))


@pytest.fixture
def patient(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """For what will be mined: a machine at work takes its time."""
    monkeypatch.setattr(waiting, "_PATIENCE", 30.0)


def signed(who: int, nonce: int, **fields: Any) -> tuple[str, str]:
    """A transaction by anvil's account of this number: hash and bytes."""
    act = {"chainId": CHAIN_ID, "nonce": nonce, "gas": 200_000, "value": 1, "data": "0x", **fields}
    made = Account.sign_transaction(act, _dev_key(who))
    return "0x" + made.hash.hex().removeprefix("0x"), "0x" + made.raw_transaction.hex().removeprefix("0x")


def kinds(who: int, nonce: int) -> dict[str, dict[str, Any]]:
    """Fields of a transaction of each kind, from `nonce` on."""
    new = {"to": BOB, "maxFeePerGas": 4 * 10**9, "maxPriorityFeePerGas": 10**9}
    keys = ["0x" + "01" * 32, "0x" + "02" * 32]
    authorization = Account.sign_authorization({"chainId": CHAIN_ID, "address": BOB, "nonce": 0}, "0x" + "77" * 32)
    return {
        "legacy": {"to": BOB, "gasPrice": 4 * 10**9},
        "with an access list": {
            "to": BOB,
            "gasPrice": 4 * 10**9,
            "type": 1,
            "accessList": [{"address": BOB, "storageKeys": keys}],
        },
        "of the usual kind": {**new, "type": 2},
        "that sets code": {**new, "type": 4, "authorizationList": [authorization]},
        "that makes a contract": {
            **{name: fee for name, fee in new.items() if name != "to"},
            "data": "0x" + LOGS.hex(),
        },
    }


def block_of_many(node: Rpc, many: int) -> tuple[str, dict[str, str]]:
    """A block with one of each kind, one that fails, and plain ones: its hash, and their bytes by what they are."""
    count = int(node.request("eth_getTransactionCount", [dev_address("carol"), "latest"]), 16)
    wanted = {**kinds(2, count), "that fails": {"gasPrice": 4 * 10**9, "data": "0x" + FAILS.hex()}}
    wanted |= {f"plain {place}": {"to": BOB, "gasPrice": 4 * 10**9} for place in range(many - len(wanted))}
    node.request("evm_setAutomine", [False])
    raws = {}
    for place, (name, fields) in enumerate(wanted.items()):
        hash, raws[name] = signed(2, count + place, **fields)
        assert node.request("eth_sendRawTransaction", [raws[name]]) == hash
    node.request("anvil_mine", ["0x1"])
    node.request("evm_setAutomine", [True])
    return node.request("eth_getBlockByNumber", ["latest", False])["hash"], raws


def test_an_empty_list_has_the_root_that_everybody_knows() -> None:
    assert trie_root([]).hex() == "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"


@pytest.mark.parametrize("many", [6, 17, 140])
@pytest.mark.parametrize("each_by_itself", [False, True])
def test_the_roots_of_a_block_show_what_became_of_each_of_its_transactions(
    node: Rpc, proxy: Hostile, many: int, each_by_itself: bool
) -> None:
    block, raws = block_of_many(node, many)
    rpc = Rpc(proxy.url)
    first = rpc.request("eth_getBlockByHash", [block, True])["transactions"][4]
    assert rpc.request("eth_getTransactionReceipt", [first["hash"]])["logs"]
    if each_by_itself:
        proxy.lies["eth_getBlockReceipts"] = lambda *_: RpcError(-32601, "method not found")

    def shown() -> dict[str, int | None]:
        some = [name for name in raws if not name.startswith("plain")] + [list(raws)[-1]]
        return {name: shown_status(rpc, raws[name], block) for name in some}

    assert shown() == {name: 0 if name == "that fails" else 1 for name in shown()}
    method = "eth_getTransactionReceipt" if each_by_itself else "eth_getBlockReceipts"

    def failing(_: list[Any], said: Any) -> Any:
        return [{**one, "status": "0x0"} for one in said] if isinstance(said, list) else {**said, "status": "0x0"}

    proxy.lies[method] = failing
    assert set(shown().values()) == {None}
    del proxy.lies[method]
    # The place of a transaction cannot be given to one that failed.
    proxy.lies["eth_getBlockByHash"] = lambda _, said: {**said, "transactions": said["transactions"][::-1]}
    assert set(shown().values()) == {None}
    proxy.lies["eth_getBlockByHash"] = lambda *_: None
    assert set(shown().values()) == {None}
    proxy.honest()
    assert shown_status(rpc, signed(2, 10**6, to=BOB, gasPrice=1)[1], block) is None


def test_an_act_whose_failure_is_a_lie_is_not_done_twice_however_long_the_node_lies(
    chain: Chain, proxy: Hostile, node: Rpc, patient: None
) -> None:
    had = int(node.request("eth_getBalance", [BOB, "latest"]), 16)
    proxy.lies["eth_getTransactionReceipt"] = lambda _, said: said and {**said, "status": "0x0"}
    with pytest.raises(Refused, match="mined and failed"):
        chain.transact(Transaction(BOB, value=7, words=("pay bob",)))
    for _ in range(2):
        with pytest.raises(RuleBroken, match=r"this very act was signed as transaction 1; .* cannot show it"):
            chain.transact(Transaction(BOB, value=7, words=("pay bob",)))
    assert chain.journal is not None and len(chain.journal.list()) == 1
    proxy.honest()
    with pytest.raises(RuleBroken, match="was done after all"):
        chain.transact(Transaction(BOB, value=7, words=("pay bob",)))
    assert int(node.request("eth_getBalance", [BOB, "latest"]), 16) == had + 7


def test_an_act_that_truly_failed_can_be_done_again(chain: Chain, proxy: Hostile, patient: None) -> None:
    # It passes the simulation and fails in its block.
    proxy.lies["eth_call"] = lambda params, said: "0x" if params[0].get("data") == "0x" + FAILS.hex() else said
    proxy.lies["eth_estimateGas"] = lambda *_: hex(100_000)
    for _ in range(2):
        with pytest.raises(Refused, match="mined and failed"):
            chain.transact(Transaction(None, FAILS))
    assert chain.journal is not None
    assert [one.status for one in chain.journal.list()] == ["failed", "failed"]


def test_who_took_a_nonce_is_believed_by_its_signature(node: Rpc) -> None:
    block, raws = block_of_many(node, 6)
    found = node.request("eth_getBlockByHash", [block, True])["transactions"]
    assert ["0x" + encoded(one).hex() for one in found] == list(raws.values())
    assert all(truly_signed(one, CAROL, CHAIN_ID) for one in found)
    assert not any(truly_signed(one, BOB, CHAIN_ID) for one in found)
    assert not any(truly_signed(one, CAROL, OTHER_ID) for one in found)
    for one in found:
        assert not truly_signed({**one, "value": "0x2"}, CAROL, CHAIN_ID)
        assert not truly_signed({**one, "hash": "0x" + "11" * 32}, CAROL, CHAIN_ID)
    assert not truly_signed({**found[0], "type": "0x7b"}, CAROL, CHAIN_ID)


def test_what_ethereum_tells_a_rollup_has_the_hash_that_it_has_on_base() -> None:
    """The first transaction of a block of Base, as its nodes show it; nobody signed it."""
    numbers = "440a5e20000008dd00101c1200000000000000040000000066c352bb000000000139c4f5"
    fee = f"{0xC0CFF146:064x}{1:064x}"
    roots = "d4c88f4065ac9671e8b1329b90773e89b5ddff9cf8675b2b5e9c1b2832060993" + "0" * 24
    deposit = {
        "type": "0x7e",
        "hash": "0xc468b38a20375922828c8126912740105125143b9856936085474b2590bbca91",
        "sourceHash": "0x417d134467f4737fcdf2475f0ecdd2a0ed6d87ecffc888ba9f60ee7e3b8ac26a",
        "from": "0xdeaddeaddeaddeaddeaddeaddeaddeaddead0001",
        "to": "0x4200000000000000000000000000000000000015",
        "mint": None,
        "value": "0x0",
        "gas": "0xf4240",
        "input": f"0x{numbers}{fee}{roots}5050f69a9786f081509234f1a7f4684b5e5b76c9",
    }
    assert "0x" + keccak(encoded(deposit)).hex() == deposit["hash"]
    assert not truly_signed(deposit, deposit["from"], 8453)


def test_a_signature_for_any_chain_shows_nothing_about_ours() -> None:
    """A legacy transaction of before EIP-155 names no chain."""
    act = {"nonce": 0, "gas": 21_000, "gasPrice": 1, "to": BOB, "value": 1, "data": "0x"}
    made = Account.sign_transaction(act, _dev_key(2))
    assert made.v in (27, 28)
    names = {"nonce": 0, "gas": 21_000, "gasPrice": 1, "value": 1, "v": made.v, "r": made.r, "s": made.s}
    shown = {name: hex(number) for name, number in names.items()}
    found = {**shown, "type": "0x0", "to": BOB, "input": "0x", "hash": "0x" + keccak(made.raw_transaction).hex()}
    assert encoded(found) == made.raw_transaction
    assert not truly_signed(found, CAROL, CHAIN_ID)


@pytest.mark.parametrize("legacy", [False, True])
def test_a_transaction_of_another_chain_took_no_nonce_of_ours(
    chain: Chain, proxy: Hostile, node: Rpc, legacy: bool
) -> None:
    """The node shows what the same person signed elsewhere with the same nonce, in a block with fitting roots."""
    assert chain.journal is not None
    had = int(node.request("eth_getBalance", [BOB, "latest"]), 16)
    nonce = int(node.request("eth_getTransactionCount", [chain.sender, "latest"]), 16)
    proxy.lies["eth_getTransactionReceipt"] = lambda *_: None
    with pytest.raises(NotConfirmed):
        chain.transact(Transaction(BOB, value=5, words=("pay 5",)))
    fees = {"gasPrice": 10**9} if legacy else {"maxFeePerGas": 10**9, "maxPriorityFeePerGas": 1}
    elsewhere = signed_elsewhere(nonce, fees)
    receipt = {"status": "0x1", "cumulativeGasUsed": "0x5208", "logsBloom": "0x" + "00" * 256, "logs": []}
    receipt["type"] = elsewhere["type"]

    def block(params: list[Any], said: Any) -> Any:
        if params[1] is not True:
            return said
        roots = trie_root([encoded(elsewhere)]), trie_root([_encoded(receipt)])
        words = {"transactionsRoot": "0x" + roots[0].hex(), "receiptsRoot": "0x" + roots[1].hex()}
        made_up = forged(node.request("eth_getBlockByNumber", ["latest", False]), **words)
        return {**made_up, "transactions": [{**elsewhere, "blockHash": made_up["hash"]}]}

    proxy.lies["eth_getBlockByNumber"] = proxy.lies["eth_getBlockByHash"] = block
    proxy.lies["eth_getBlockReceipts"] = lambda *_: [receipt]
    (entry,) = chain.resume(0.5)
    assert entry.status == "sent"
    with pytest.raises(RuleBroken, match="this very act is signed already"):
        chain.transact(Transaction(BOB, value=5, words=("pay 5",)))
    # Also when it was written down as failed.
    chain.journal.mark(entry, "failed", why="another transaction took its nonce")
    with pytest.raises(RuleBroken, match="cannot show it by its blocks"):
        chain.transact(Transaction(BOB, value=5, words=("pay 5",)))
    assert int(node.request("eth_getBalance", [BOB, "latest"]), 16) == had + 5


def signed_elsewhere(nonce: int, fees: dict[str, int]) -> dict[str, Any]:
    """A transaction of alice on another chain, as a node shows it."""
    act = {"chainId": OTHER_ID, "nonce": nonce, "gas": 21_000, "to": BOB, "value": 1, "data": "0x", **fees}
    made = Account.sign_transaction(act, _dev_key(0))
    numbers = {"nonce": nonce, "gas": 21_000, "value": 1, **fees, "v": made.v, "r": made.r, "s": made.s}
    shown = {name: hex(number) for name, number in numbers.items()}
    kind = {"type": "0x0"} if "gasPrice" in fees else {"type": "0x2", "chainId": hex(OTHER_ID), "accessList": []}
    hash = "0x" + keccak(made.raw_transaction).hex()
    return {**shown, **kind, "from": dev_address("alice"), "to": BOB, "input": "0x", "hash": hash}


def test_roots_of_a_header_that_has_another_hash_show_nothing(node: Rpc, proxy: Hostile) -> None:
    block, raws = block_of_many(node, 7)
    rpc = Rpc(proxy.url)
    assert shown_status(rpc, raws["plain 0"], block) == 1
    receipts = [{**one, "status": "0x0"} for one in node.request("eth_getBlockReceipts", [block])]
    proxy.lies["eth_getBlockReceipts"] = lambda *_: receipts
    root = "0x" + trie_root([_encoded(one) for one in receipts]).hex()
    proxy.lies["eth_getBlockByHash"] = lambda _, said: {**said, "receiptsRoot": root}
    assert shown_status(rpc, raws["plain 0"], block) is None
    proxy.lies["eth_getBlockByHash"] = lambda _, said: forged(said, receiptsRoot=root)
    assert shown_status(rpc, raws["plain 0"], block) is None


def test_a_made_up_taker_of_a_nonce_ends_nothing(chain: Chain, proxy: Hostile, node: Rpc) -> None:
    def block(params: list[Any], said: Any) -> Any:
        if not (params[1] and said):
            return said
        return {**said, "transactions": [{**one, "hash": "0x" + "11" * 32} for one in said["transactions"]]}

    proxy.lies["eth_getTransactionReceipt"] = lambda *_: None
    proxy.lies["eth_getBlockByNumber"] = block
    with pytest.raises(NotConfirmed):
        chain.transact(Transaction(BOB, value=9))
    assert chain.journal is not None
    (entry,) = chain.journal.list()
    assert entry.open and decode(entry.raw)["value"] == 9
    proxy.honest()
    (done,) = chain.resume(2)
    assert done.status == "confirmed"


def test_an_act_whose_refusal_is_a_lie_is_not_done_twice_while_the_node_hides_it(
    chain: Chain, proxy: Hostile, node: Rpc
) -> None:
    """It forwards the transaction, says that it does not take it, and knows nothing of it ever after."""
    had = int(node.request("eth_getBalance", [BOB, "latest"]), 16)
    proxy.lies["eth_sendRawTransaction"] = lambda *_: RpcError(-32000, "transaction underpriced")
    proxy.lies["eth_getTransactionReceipt"] = proxy.lies["eth_getTransactionByHash"] = lambda *_: None
    with pytest.raises(Refused, match="does not take"):
        chain.transact(Transaction(BOB, value=11))
    for _ in range(2):
        with pytest.raises((RuleBroken, NotConfirmed)):
            chain.transact(Transaction(BOB, value=11))
    assert int(node.request("eth_getBalance", [BOB, "latest"]), 16) == had + 11


def test_a_cancellation_that_a_node_makes_up_lets_nobody_pay_twice(chain: Chain, proxy: Hostile, node: Rpc) -> None:
    had = int(node.request("eth_getBalance", [BOB, "latest"]), 16)
    node.request("evm_setAutomine", [False])
    with pytest.raises(NotConfirmed):
        chain.transact(Transaction(BOB, value=13))
    # The node keeps the cancellation to itself; the payment is mined, and it says that the cancellation was.
    assert chain.journal is not None
    (payment,) = chain.journal.list()
    proxy.swallow = {"eth_sendRawTransaction"}
    proxy.lies["eth_sendRawTransaction"] = lambda params, _: "0x" + keccak(bytes.fromhex(params[0][2:])).hex()
    with pytest.raises(NotConfirmed):
        chain.cancel(payment.id)
    node.request("anvil_mine", ["0x1"])
    node.request("evm_setAutomine", [True])
    real = node.request("eth_getTransactionReceipt", [payment.hash])

    def receipt(params: list[Any], said: Any) -> Any:
        if params[0] == payment.hash:
            return None
        return said or {**real, "transactionHash": params[0], "to": payment.sender}

    proxy.lies["eth_getTransactionReceipt"] = receipt
    chain.resume(1)
    assert [one.status for one in chain.journal.list()] == ["replaced", "confirmed"]
    with pytest.raises(RuleBroken, match="cannot show it"):
        chain.transact(Transaction(BOB, value=13))
    assert int(node.request("eth_getBalance", [BOB, "latest"]), 16) == had + 13
    proxy.honest()
    with pytest.raises(RuleBroken, match="was done after all"):
        chain.transact(Transaction(BOB, value=13))
    chain.resume(1)
    assert [one.status for one in chain.journal.list()] == ["confirmed", "replaced"]
