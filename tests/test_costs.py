"""What a plan of several transactions costs is shown and had before the first is signed, and kept to until the last."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hostile import CHAIN_ID, Hostile, person

from daokit import rpc as rpc_module
from daokit.accounts import _dev_key, dev_address
from daokit.bootstrap import cost
from daokit.chain import Chain, Transaction
from daokit.cli import run
from daokit.contract import deploy as make
from daokit.costs import Allowance, estimate
from daokit.factory import deploy, missing
from daokit.policy import Policy
from daokit.rpc import Rpc

GWEI = 10**9
ORACLE = "0x420000000000000000000000000000000000000F"
BY_LENGTH = "0x366103e80260005260206000f3"  # answers with 1,000 wei for each byte that it is called with


class Said(NamedTuple):
    """What a command answered."""

    code: int
    data: dict[str, Any]
    err: str


Typed = Callable[..., Said]


@pytest.fixture
def node(public_node: Rpc) -> Iterator[Rpc]:
    before = public_node.request("evm_snapshot")
    yield public_node
    public_node.request("evm_revert", [before])


@pytest.fixture
def first(node: Rpc, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    monkeypatch.setattr(rpc_module, "BACK_OFF", 0.001)
    with Hostile(node) as proxy:
        yield proxy


@pytest.fixture
def second(node: Rpc) -> Iterator[Hostile]:
    with Hostile(node) as proxy:
        yield proxy


@pytest.fixture
def typed(
    first: Hostile,
    second: Hostile,
    state: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Typed:
    """Types a command as anna, who is rich, on `town` (two nodes with a quorum) or `lone` (the first of them). Nora has
    nothing. A charter lies there."""
    from eth_account import Account

    (tmp_path / "accounts").mkdir()
    for name, number in (("anna", 0), ("nora", 77)):
        keyfile = tmp_path / "accounts" / f"{name}.json"
        keyfile.write_text(json.dumps(Account.encrypt(_dev_key(number), "horse", kdf="pbkdf2", iterations=2)))
        keyfile.chmod(0o600)
    secret = tmp_path / "password"
    secret.write_text("horse")
    secret.chmod(0o600)
    monkeypatch.setenv("DAOKIT_PASSWORD_FILE", str(secret))
    (tmp_path / "daokit.toml").write_text(
        f'[network.town]\nurls = ["{first.url}", "{second.url}"]\nquorum = 2\nchain_id = {CHAIN_ID}\n'
        f'[network.lone]\nurl = "{first.url}"\nchain_id = {CHAIN_ID}\n'
    )
    people = zip(("Anna", "Bea", "Cem"), ("alice", "bob", "carol"), strict=True)
    (tmp_path / "hill.toml").write_text(
        'name = "Hill Co-op"\n'
        + "".join(f'[[founders]]\nname = "{who}"\naccount = "{dev_address(key)}"\nunits = 100\n' for who, key in people)
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAOKIT_NETWORK", "town")
    monkeypatch.setenv("DAOKIT_ACCOUNT", "anna")

    def type_(*words: str) -> Said:
        capsys.readouterr()
        with open(os.devnull) as nobody:
            monkeypatch.setattr(sys, "stdin", nobody)
            code = run([*words, "--json"])
        said = capsys.readouterr()
        answer = json.loads(said.out)
        return Said(code, answer.get("data", answer.get("error")), said.err)

    return type_


def balance(node: Rpc, who: str = "alice") -> int:
    return int(node.request("eth_getBalance", [dev_address(who), "latest"]), 16)


def signed(node: Rpc) -> int:
    return int(node.request("eth_getTransactionCount", [dev_address("alice"), "latest"]), 16)


def asks(proxy: Hostile, tip: int) -> None:
    """From now on it asks for this tip, and says that all others paid it."""
    proxy.lies["eth_maxPriorityFeePerGas"] = lambda *_: hex(tip)
    proxy.lies["eth_gasPrice"] = lambda _, found: hex(int(found, 16) + tip)
    proxy.lies["eth_feeHistory"] = lambda _, found: {**found, "reward": [[hex(tip)]] * 20}


# A liar


def test_a_node_that_lies_about_fees_gains_nothing_against_a_quorum(typed: Typed, first: Hostile, node: Rpc) -> None:
    asks(first, 3_000 * GWEI)
    planned = typed("found", "hill.toml", "--dry-run")
    assert planned.code == 0 and planned.data["fee_wei"] < 10**17, planned
    had = balance(node)
    founded = typed("found", "hill.toml", "--yes")
    assert founded.code == 0, founded
    assert had - balance(node) == founded.data["fee_wei"] <= planned.data["fee_wei"]


def test_a_lone_node_that_lies_about_the_tip_gets_no_signature(typed: Typed, first: Hostile, node: Rpc) -> None:
    first.lies["eth_maxPriorityFeePerGas"] = lambda *_: hex(3_000 * GWEI)
    for words in (["found", "hill.toml"], ["network", "bootstrap"]):
        said = typed(*words, "--yes", "--network", "lone")
        assert (said.code, said.data["name"]) == (1, "RuleBroken") and signed(node) == 0
        assert "the node asks for a tip of 3,000 gwei" in said.data["message"]


def test_a_node_that_raises_its_price_after_a_plan_was_agreed_is_stopped(
    typed: Typed, first: Hostile, node: Rpc
) -> None:
    planned = typed("network", "bootstrap", "--dry-run", "--network", "lone")
    assert planned.data["most_wei"] > planned.data["fee_wei"] > 0
    raised = 0

    def after_the_third(methods: list[str]) -> None:
        nonlocal raised
        if "eth_sendRawTransaction" in methods:
            raised += 1
        if raised == 3:
            asks(first, 3_000 * GWEI)

    first.trouble = after_the_third  # type: ignore[assignment]
    had = balance(node)
    said = typed("network", "bootstrap", "--yes", "--network", "lone")
    assert said.code == 1 and "gas has become dear since you agreed" in said.data["message"], said
    assert said.data["values"]["limit"] <= planned.data["most_wei"] * 11 // 10
    assert signed(node) == 3 and had - balance(node) < planned.data["fee_wei"]
    first.honest()
    assert typed("network", "bootstrap", "--yes", "--network", "lone").code == 0


def test_a_plan_that_named_no_sum_is_held_to_its_first_price() -> None:
    free = Allowance()
    assert free.take(100, 1_000 + 7, 7) is None and free.take(0, 0, 0) is None
    assert free.take(50, 1_000 + 900, 900) is None
    assert free.take(50, 1_050 + 900, 900) == (1_950, 1_900)


def test_a_plan_that_named_its_sum_is_held_to_it_over_all_of_it() -> None:
    named = Allowance(1_000)
    assert [named.take(10, 400, 0) for _ in range(3)] == [None, None, (1_200, 1_000)]


# What it takes


def test_who_cannot_pay_for_a_plan_is_told_before_anything_is_signed(typed: Typed, node: Rpc) -> None:
    nora = Chain(node, signer=person("alice")).resolve("nora")
    for words in (["found", "hill.toml"], ["network", "bootstrap"], ["bridge", "deploy"], ["fund", "open"]):
        for coin, has in ((0, "0 ETH"), (10**15, "0.001 ETH")):
            node.request("anvil_setBalance", [nora, hex(coin)])
            node.request("anvil_mine", ["0x1"])
            said = typed(*words, "--yes", "--account", "nora")
            assert (said.code, said.data["name"]) == (1, "RuleBroken"), said
            words_said = said.data["message"]
            assert words_said.startswith("nora (0x") and f"has {has} on town and this takes about 0." in words_said
            assert words_said.endswith(f"send coin to {nora}") and said.data["values"]["balance"] == coin
    assert int(node.request("eth_getTransactionCount", [nora, "pending"]), 16) == 0


def test_what_is_named_as_needed_suffices(typed: Typed, node: Rpc) -> None:
    nora = Chain(node, signer=person("alice")).resolve("nora")
    short = typed("network", "bootstrap", "--yes", "--account", "nora")
    node.request("anvil_setBalance", [nora, hex(short.data["values"]["needed"])])
    node.request("anvil_mine", ["0x1"])
    assert typed("network", "bootstrap", "--yes", "--account", "nora").code == 0


def test_a_founding_with_many_tokens_costs_no_more_than_was_said(typed: Typed, node: Rpc) -> None:
    alice = Chain(node, signer=person("alice"))
    deploy(alice, "CollectiveFactory")
    coins = [make(alice, "TestCoin", "Test", f"tU{number}", 2).address for number in range(8)]
    with Path("hill.toml").open("a") as file:
        file.write(f"[treasury]\ntokens = {json.dumps(coins)}\n")
    planned = typed("found", "hill.toml", "--dry-run").data
    founded = typed("found", "hill.toml", "--yes")
    assert founded.code == 0, founded
    receipt = node.request("eth_getTransactionReceipt", [founded.data["transaction"]])
    assert planned["gas"] * 3 // 4 < int(receipt["gasUsed"], 16) <= planned["gas"]


def test_the_deterministic_deployer_is_paid_for_too(typed: Typed, node: Rpc) -> None:
    from daokit.factory import DEPLOYER, DEPLOYER_FEE

    there = typed("network", "bootstrap", "--dry-run").data
    node.request("anvil_setCode", [DEPLOYER, "0x"])
    node.request("anvil_mine", ["0x1"])
    planned = typed("network", "bootstrap", "--dry-run")
    assert (there["value"], planned.data["value"]) == (0, DEPLOYER_FEE) and "sends along: 0.01 ETH" in planned.err
    assert planned.data["gas"] == there["gas"] + 200_000


# What it is reckoned from


def test_a_plan_is_priced_as_its_transactions_are(first: Hostile, node: Rpc) -> None:
    def priced(**policy: Any) -> tuple[int, int]:
        found = estimate(Chain(Rpc(first.url), policy=Policy(**policy)), 1_000)
        return found.about // 1_000, found.limit // 1_000

    base = Chain(node).block().base_fee
    assert base
    for tip in (10**6, 30 * GWEI):
        asks(first, tip)
        assert priced() == (base + tip, 2 * (2 * base + tip))
    first.lies["eth_gasPrice"] = lambda *_: hex(40 * GWEI)
    assert priced(fees="legacy") == (40 * GWEI, 80 * GWEI)
    assert priced(max_fee=20 * GWEI) == (20 * GWEI, 40 * GWEI)


def test_what_a_rollup_asks_for_data_is_in_a_plan(typed: Typed, node: Rpc) -> None:
    chain = Chain(node, signer=person("alice"))
    lacking = missing(chain)
    plain, founding = cost(chain, lacking), typed("found", "hill.toml", "--dry-run").data
    node.request("anvil_setCode", [ORACLE, BY_LENGTH])
    dear, dearer = cost(chain, lacking), typed("found", "hill.toml", "--dry-run").data
    code = sum(len(part.code) for part in lacking)
    asked = (dear.about - plain.about) * 100 // 125 // 1_000
    assert dear.gas == plain.gas and code < asked < code * 11 // 10
    assert dear.limit - plain.limit == 2 * (dear.about - plain.about)
    assert dearer["gas"] == founding["gas"] and dearer["fee_wei"] - founding["fee_wei"] > 30_000 * 1_250


def test_what_a_rollup_asks_is_shown_where_one_transaction_takes_another_s_place(
    typed: Typed, node: Rpc, monkeypatch: pytest.MonkeyPatch
) -> None:
    from daokit import connection, waiting
    from daokit.errors import NotConfirmed

    monkeypatch.setattr(waiting, "_PATIENCE", 0.3)
    node.request("evm_setAutomine", [False])
    try:
        with pytest.raises(NotConfirmed):
            connection.connect("town", "anna").transact(Transaction(dev_address("bob"), value=5, words=("pay",)))
        plain = {act: typed("tx", act, "1", "--dry-run").data["fee_wei"] for act in ("replace", "cancel")}
        node.request("anvil_setCode", [ORACLE, BY_LENGTH])
        for act, fee in plain.items():
            assert typed("tx", act, "1", "--dry-run").data["fee_wei"] - fee > 100 * 1_250
    finally:
        node.request("anvil_dropAllTransactions")
        node.request("evm_setAutomine", [True])
