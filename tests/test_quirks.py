"""Chains that differ: dearer data, older machines, a past thrown away, clocks that drift."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import Hostile, person, public_chain

from daokit import rpc as rpc_module
from daokit.chain import Chain, Preview, Transaction
from daokit.contract import Contract, deploy
from daokit.errors import NoConnection, RuleBroken
from daokit.factory import deploy as put_up
from daokit.history import History
from daokit.quirks import check_machine
from daokit.rpc import Rpc, RpcError

PURSE = "0x00000000000000000000000000000000000b111d"
OP_ORACLE = "0x420000000000000000000000000000000000000F"
SCROLL_ORACLE = "0x5300000000000000000000000000000000000002"
BY_LENGTH = "0x366103e80260005260206000f3"  # answers with 1,000 wei for each byte that it is called with


@pytest.fixture
def proxy(public_node: Rpc) -> Iterator[Hostile]:
    before = public_node.request("evm_snapshot")
    with Hostile(public_node) as between:
        yield between
    public_node.request("evm_revert", [before])


@pytest.fixture
def alice(proxy: Hostile, state: Path, monkeypatch: pytest.MonkeyPatch) -> Chain:
    monkeypatch.setattr(rpc_module, "BACK_OFF", 0.001)
    return Chain(Rpc(proxy.url), name="town", journal=state / "journal", signer=person("alice"))


@pytest.fixture
def coin(alice: Chain) -> Contract:
    made = deploy(alice, "TestCoin", "Test dollar", "tUSD", 2)
    made.send("mint", alice.sender, 500_00)
    return made


def previewed(chain: Chain, data: bytes = b"") -> Preview:
    seen: list[Preview] = []

    def stop(preview: Preview) -> None:
        seen.append(preview)
        raise RuleBroken("seen")

    with chain.confirming(stop), pytest.raises(RuleBroken, match="seen"):
        chain.transact(Transaction(PURSE, data, words=("x",)), gas=100_000)
    return seen[0]


@pytest.mark.parametrize("oracle", [OP_ORACLE, SCROLL_ORACLE])
def test_what_a_rollup_asks_for_data_is_in_the_fee(alice: Chain, public_node: Rpc, oracle: str) -> None:
    plain = previewed(alice).fee_wei
    public_node.request("anvil_setCode", [oracle, BY_LENGTH])
    short, long = previewed(alice).fee_wei, previewed(alice, bytes(range(1, 201))).fee_wei
    # 4 and 64 bytes say what is asked. The transaction has 48 bytes, padded to 64; with 200 bytes of data it has 250,
    # padded to 256. Each costs 1,000 wei, and a quarter is put on top.
    assert short - plain == (4 + 64 + 64) * 1_000 * 125 // 100
    assert long - short == (256 - 64) * 1_000 * 125 // 100


def test_a_chain_that_does_not_know_mcopy_is_refused_before_anything_is_paid(state: Path) -> None:
    with public_chain("--hardfork", "shanghai") as old:
        chain = Chain(old, name="oldtown", signer=person("alice"))
        with pytest.raises(RuleBroken, match="oldtown cannot run daokit's contracts: its machine does not know MCOPY"):
            put_up(chain)
        assert chain.rpc.request("eth_getTransactionCount", [chain.sender, "latest"]) == "0x0"


def test_a_machine_that_is_new_enough_or_will_not_say_passes(alice: Chain, proxy: Hostile) -> None:
    check_machine(alice)
    check_machine(Chain(Rpc("memory")))
    proxy.lies["eth_call"] = lambda *_: RpcError(-32602, "to is required")
    check_machine(alice)


@pytest.mark.parametrize(
    "refusal",
    [
        RpcError(4444, "pruned history unavailable"),
        RpcError(-32000, "missing trie node 12ab"),
        RpcError(-32000, "History has been pruned"),
    ],
)
def test_a_node_that_threw_the_past_away_is_said_at_once(
    alice: Chain, coin: Contract, proxy: Hostile, refusal: RpcError
) -> None:
    proxy.lies["eth_getLogs"] = lambda *_: refusal
    past = History(":memory:", alice, [coin.address])
    with pytest.raises(NoConnection, match="no longer has the events of block 0; name one that keeps all"):
        past.sync()
    assert proxy.asked["eth_getLogs"] == 1


def test_a_node_that_threw_the_past_away_and_does_not_say_so_is_found_out(
    alice: Chain, coin: Contract, proxy: Hostile
) -> None:
    minted = alice.block_number()
    assert History(":memory:", alice, [coin.address], minted, founded=True).sync() == 1
    proxy.lies["eth_getLogs"] = lambda *_: []
    with pytest.raises(NoConnection, match=f"no longer has the events of block {minted}"):
        History(":memory:", alice, [coin.address], minted, founded=True).sync()


def test_small_ranges_and_rate_limits_slow_reading_and_do_not_stop_it(
    alice: Chain, coin: Contract, proxy: Hostile, public_node: Rpc
) -> None:
    public_node.request("anvil_mine", [hex(300)])
    coin.send("mint", PURSE, 7)

    def limited(params: list[Any], found: Any) -> Any:
        last = 10**6 if params[0]["toBlock"] == "latest" else int(params[0]["toBlock"], 16)
        length = last - int(params[0]["fromBlock"], 16) + 1
        return RpcError(-32005, "query returned more than 10000 results") if length > 50 else found

    proxy.lies["eth_getLogs"] = limited
    turn = iter(range(10**6))
    proxy.trouble = lambda _: ("often", "busy", None)[next(turn) % 3]
    past = History(":memory:", alice, [coin.address])
    assert [one.value for one in past.events("Transfer")] == [500_00, 7]
    assert proxy.asked["eth_getLogs"] < 300 / 50 * 3 * 4
    assert len(alice.logs(coin.address)) == 2  # and who asks without the history is served too
    proxy.trouble = lambda _: "busy"
    alice.rpc.sent += 1
    with pytest.raises(Exception, match=r"rate limited|asked too often"):
        past.sync()


def test_clocks_that_drift_apart_are_said_once(alice: Chain, proxy: Hostile) -> None:
    said: list[str] = []
    alice.tell = said.append
    proxy.lies["eth_getBlockByNumber"] = lambda _, found: (
        found and {**found, "timestamp": hex(int(time.time()) - 3_000)}
    )
    previewed(alice)
    previewed(alice)
    (words,) = said
    assert words.startswith("the last block is 50 minutes behind this machine's clock; deadlines go by the chain's")
    proxy.lies["eth_getBlockByNumber"] = lambda _, found: (
        found and {**found, "timestamp": hex(int(time.time()) + 3_030)}
    )
    previewed(alice)
    assert "50 minutes ahead of" in said[1]
