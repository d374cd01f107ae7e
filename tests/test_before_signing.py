"""What a signer sees and what stops them: the call from its own bytes, money, look-alikes and strangers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from daokit import config, prices
from daokit.accounts import dev_signer
from daokit.artifact import load_artifact
from daokit.chain import Chain, Transaction
from daokit.cli import run
from daokit.cli.confirm import confirm
from daokit.cli.options import Options
from daokit.cli.session import Session
from daokit.collective import Collective
from daokit.decoding import addresses_in, call_words
from daokit.errors import DryRun, MalformedFile, RuleBroken
from daokit.factory import address_of
from daokit.hashing import checksum
from daokit.signatures import Signature
from daokit.token import Token
from tests.people import address

STRANGER = checksum("0x00000000000000000000000000000000000b111d")


@pytest.fixture
def session(coop: Collective, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A dry run of alice's: everything is shown and nothing is signed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAOKIT_NETWORK", coop.chain.rpc.url)
    monkeypatch.setenv("DAOKIT_COLLECTIVE", coop.address)
    monkeypatch.setenv("DAOKIT_ACCOUNT", "alice")
    return Session(Options(dry_run=True))


@pytest.fixture
def shown(session: Session) -> Callable[[Transaction], dict[str, Any]]:
    """What stands before the signature, as JSON has it."""

    def showing(transaction: Transaction) -> dict[str, Any]:
        _ = session.collective
        with pytest.raises(DryRun) as stopped:
            session.chain.transact(transaction)
        return stopped.value.values

    return showing


def alike(known: str) -> str:
    """Another address with both ends of this one."""
    return checksum(known[:6].lower() + "00" * 16 + known[-4:].lower())


def transfer(to: str, amount: int) -> bytes:
    function = Signature.parse("transfer(address,uint256)")
    return function.selector + function.inputs.encode([to, amount])


def test_a_call_is_shown_as_its_bytes_say_it_whatever_its_words_are(
    shown: Callable[[Transaction], dict[str, Any]], coin: str
) -> None:
    seen = shown(Transaction(coin, transfer(address("bob"), 1_00), words=("send 1.00 tUSD to carol",)))
    assert seen["call"] == "transfer(to bob (0x7099…79C8), value 1.00 tUSD) of tUSD (" + f"{coin[:6]}…{coin[-4:]})"
    assert seen["warnings"] == []


def test_a_shared_contract_is_called_by_its_name(shown: Callable[[Transaction], dict[str, Any]]) -> None:
    open_ = load_artifact("FundFactory").function("open").encode([address("alice"), address("bob"), 0])
    seen = shown(Transaction(address_of("FundFactory"), open_, words=("open a fund",)))
    assert seen["call"].startswith("open(owner alice") and " of FundFactory (0x" in seen["call"]


def test_arguments_in_lists_and_structs_are_read_too(coop: Collective) -> None:
    recover = Signature.parse("transfer(address,uint256)")
    assert addresses_in(recover.selector + recover.inputs.encode([STRANGER, 1])) == (STRANGER,)
    people = [(address("bob"), 100, "bob"), (STRANGER, 100, "stranger")]
    found = next(one for one in load_artifact("CollectiveFactory").functions["found"])
    rules = (86400,) * 5 + (2000, 1000, 8, 1)
    charter = ("Mill", bytes(32), "", rules, (2, 86400, 500, 2, 500), 90, 100, 86400, [], people)
    data = found.encode([charter, 0])
    assert addresses_in(data) == (address("bob"), STRANGER)
    assert call_words(data, lambda who: who).startswith("found(")
    assert call_words(b"\x12\x34\x56\x78", str) == "" and addresses_in(b"") == ()


@pytest.mark.parametrize("agreed", [False, True], ids=["asked", "part of a plan"])
def test_a_look_alike_anywhere_in_a_call_is_refused_before_anything_is_signed(
    session: Session, coop: Collective, coin: str, agreed: bool
) -> None:
    session.options = Options(yes=True)
    session.agreed = agreed
    count = coop.chain.rpc.request("eth_getTransactionCount", [address("alice"), "latest"])
    for wished in (
        Transaction(coin, transfer(alike(address("bob")), 1), words=("send 0.01 tUSD to bob",)),
        Transaction(alike(address("bob")), value=1, words=("send a little to bob",)),
    ):
        with pytest.raises(RuleBroken, match="looks like bob"):
            session.chain.transact(wished)
    assert coop.chain.rpc.request("eth_getTransactionCount", [address("alice"), "pending"]) == count


def test_a_stranger_and_a_stranger_s_code_are_pointed_out(
    shown: Callable[[Transaction], dict[str, Any]], coin: str, neighbour: Callable[[str], str]
) -> None:
    (said,) = shown(Transaction(coin, transfer(STRANGER, 1), words=("pay",)))["warnings"]
    assert said == f"{STRANGER} has no name here: compare every digit with what its owner gave you"
    (said,) = shown(Transaction(STRANGER, value=5, words=("pay",)))["warnings"]
    assert "compare every digit" in said
    (said,) = shown(Transaction(STRANGER, bytes(4), words=("call",)))["warnings"]
    assert said.startswith(f"there is no contract at {STRANGER}")
    theirs = neighbour("TakesAFee")
    (said,) = shown(Transaction(theirs, transfer(address("bob"), 0), words=("pay",)))["warnings"]
    assert said == f"{theirs} has no name here and runs code that this program does not know"


def test_our_own_contracts_and_named_people_are_no_strangers(
    session: Session, coop: Collective, coin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # A collective that nobody named here is recognised by the code that it runs.
    bare = Chain(coop.chain.rpc, name="local", signer=dev_signer("alice"))
    session.options = Options(dry_run=True, quiet=True, yes=True)
    session.__dict__["chain"] = bare
    with pytest.raises(DryRun) as stopped, bare.confirming(lambda preview: confirm(session, preview)):
        Token(bare, coin).transfer(address("bob"), 1)
    assert stopped.value.values["warnings"] == []
    with pytest.raises(DryRun) as stopped, bare.confirming(lambda preview: confirm(session, preview)):
        bare.transact(Transaction(coop.treasury.address, value=1, words=("give",)))
    assert stopped.value.values["warnings"] == []


# Money


def test_the_fee_is_shown_in_money_from_the_users_own_prices(
    session: Session, coin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "daokit.toml").write_text('prices = "prices.csv"\n')
    (tmp_path / "prices.csv").write_text(
        "token,price,currency,day\nETH,1000,EUR,2026-11-01\neth,3000.00,EUR,2026-11-20\nETH,2000,EUR,2026-11-10\n"
    )
    fresh = Session(Options(dry_run=True))
    with pytest.raises(DryRun) as stopped:
        fresh.chain.transact(Transaction(coin, transfer(address("bob"), 1), words=("pay",)))
    fee = stopped.value.values["fee_wei"]
    cents = -(-fee * 3000 * 100 // 10**18)
    assert stopped.value.values["fee_money"] == f"{cents // 100}.{cents % 100:02d} EUR at the price of 2026-11-20"
    assert f"about {cents // 100}.{cents % 100:02d} EUR" in " ".join(capsys.readouterr().err.split())


def test_prices_are_rounded_up_to_a_cent_and_found_by_address() -> None:
    day = prices.date(2026, 11, 20)
    assert prices.Price("ETH", Decimal("2950"), "EUR", day).about(4 * 10**14, 18).startswith("1.18 EUR")
    assert prices.Price("ETH", Decimal("2950"), "EUR", day).about(1, 18).startswith("0.01 EUR")
    assert prices.Price("tUSD", Decimal("0.5"), "EUR", day).about(1_000_000_00, 2).startswith("500,000.00 EUR")
    assert prices.key_of("eth") == prices.key_of("ETH") and prices.key_of(STRANGER) == STRANGER.lower()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must begin with the line token,price,currency,day"),
        ("token,price,currency,day\nETH,1,EUR\n", "line 2 is no price"),
        ("token,price,currency,day\nETH,-1,EUR,2026-11-20\n", "line 2 is no price"),
        ("token,price,currency,day\nETH,NaN,EUR,2026-11-20\n", "line 2 is no price"),
        ("token,price,currency,day\n\nETH,1,EUR,yesterday\n", "line 3 is no price"),
    ],
)
def test_a_file_of_prices_that_is_none_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(text)
    with pytest.raises(MalformedFile, match=words):
        prices.load(path)
    with pytest.raises(MalformedFile, match="cannot be read"):
        prices.load(tmp_path / "none.csv")


def test_the_place_of_the_prices_is_beside_the_settings(tmp_path: Path, state: Path) -> None:
    (tmp_path / "daokit.toml").write_text('prices = "money/prices.csv"\n')
    assert config.load({}, environment={}, folder=tmp_path).prices == tmp_path / "money" / "prices.csv"


def test_what_a_node_cannot_simulate_is_said(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("daokit.preview._simulate", lambda *_: None)
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        assert run(["treasury", "deposit", "1 ETH", "--dry-run"]) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "cannot simulate: what else changes hands is not known" in said and "9,99" in said
