"""Reads give plain values, sends give events, refusals speak the interface's words."""

from __future__ import annotations

from typing import Any

import pytest
from chain_fixtures import *  # noqa: F403

from daokit.accounts import dev_address
from daokit.artifact import artifact_names, known_errors, load_artifact
from daokit.chain import Chain, Log
from daokit.contract import Contract, Event, decode_call, decode_log, decode_revert, write
from daokit.errors import NoConnection, Reverted, UsageError
from daokit.hashing import selector
from daokit.rpc import RpcError

BOB = dev_address("bob")


class Coin(Contract):
    """A coin with one verb."""

    artifact_name = "TestCoin"

    @write
    def pay(self, to: str, amount: int) -> Event:
        """Pay `amount` (smallest unit) to `to`."""
        return self.send("transfer", to, amount, words="pay").event("Transfer")

    @write
    def nothing(self) -> int:
        return 7


def word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def test_reads_give_plain_values(coin: Contract, alice: Chain) -> None:
    assert coin.read("symbol") == "tUSD"
    assert coin.read_many([("decimals", ()), ("balanceOf", (alice.sender,))]) == [2, 50_000]


def test_a_send_gives_its_events(coin: Contract, alice: Chain) -> None:
    sent = coin.send("transfer", BOB, 12_50)
    paid = sent.event("Transfer")
    assert (paid.from_, paid.to, paid.value) == (alice.sender, BOB, 12_50)
    assert paid["from"] == alice.sender
    assert paid.block == sent.receipt.block_number and paid.address == coin.address
    assert sent.events("Approval") == []
    assert [event.value for event in coin.events("Transfer")] == [50_000, 12_50]
    with pytest.raises(NoConnection, match="left no Exited"):
        sent.event("Exited")


def test_a_refusal_has_the_errors_name_its_values_and_a_sentence(coin: Contract, alice: Chain) -> None:
    with pytest.raises(Reverted) as refusal:
        coin.send("transfer", BOB, 50_001)
    assert refusal.value.name == "ERC20InsufficientBalance"
    assert refusal.value.values == {"sender": alice.sender, "balance": 50_000, "needed": 50_001}
    assert str(refusal.value) == f"{alice.sender} has 50000 of the token and needs 50001."
    assert (
        refusal.value.say(lambda name, value: f"<{name}>") == "<sender> has <balance> of the token and needs <needed>."
    )


def test_reads_are_refused_in_the_same_words(coin: Contract, bob: Chain) -> None:
    poor = Contract(bob, coin.address, "TestCoin")
    with pytest.raises(Reverted, match=f"{BOB} has 0 of the token"):
        poor.read("transfer", BOB, 1)
    answer = poor.try_many([("decimals", ()), ("transfer", (BOB, 1))])
    assert answer[0] == 2 and isinstance(answer[1], Reverted)
    with pytest.raises(Reverted):
        poor.read_many([("decimals", ()), ("transfer", (BOB, 1))])


def test_an_address_without_the_contract_is_said(alice: Chain) -> None:
    with pytest.raises(NoConnection, match="is this the right address"):
        Contract(alice, BOB, "TestCoin").read("decimals")


def test_prepare_gives_the_unsigned_transaction_and_sends_nothing(coin: Contract, alice: Chain) -> None:
    mine = Coin(alice, coin.address)
    block = alice.block_number()
    unsigned = mine.pay.prepare(BOB, 5)
    assert unsigned["to"] == coin.address and unsigned["data"] == "0x" + coin.encode("transfer", BOB, 5).hex()
    assert unsigned["from"] == alice.sender and unsigned["chainId"] == alice.id
    assert alice.block_number() == block
    with pytest.raises(Reverted, match="needs 60000"):
        mine.pay.prepare(BOB, 60_000)
    assert mine.pay(BOB, 5).value == 5
    assert mine.pay.__doc__ == "Pay `amount` (smallest unit) to `to`."


def test_prepare_of_what_sends_nothing_says_so(coin: Contract, alice: Chain) -> None:
    with pytest.raises(Exception, match="sends nothing"):
        Coin(alice, coin.address).nothing.prepare()


def test_what_a_node_breaks_off_is_no_answer_and_the_others_are_heard(
    coin: Contract, alice: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [("symbol", ()), ("totalSupply", ()), ("decimals", ())]
    known, refusal = alice.call_many, RpcError(-32000, "out of gas")

    def call_many(wishes: list[tuple[str, bytes]], **more: Any) -> Any:
        if any(data[:4] == selector("totalSupply()") for _, data in wishes):
            raise refusal
        return known(wishes, **more)

    symbol, _, decimals = coin.ask(calls)
    monkeypatch.setattr(coin.chain, "call_many", call_many)
    assert coin.ask(calls) == [symbol, None, decimals]
    refusal = RpcError(429, "too many requests")
    with pytest.raises(RpcError):
        coin.ask(calls)


def test_a_function_that_does_not_exist_is_said(coin: Contract) -> None:
    with pytest.raises(UsageError, match="TestCoin has no function fly"):
        coin.read("fly")
    with pytest.raises(UsageError, match="takes 2 arguments, not 1"):
        coin.send("transfer", BOB)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "Refused", "The contract refused without giving a reason."),
        (
            selector("Error(string)") + word(32) + word(4) + b"full".ljust(32, b"\0"),
            "Error",
            "The contract refused: full.",
        ),
        (
            selector("Panic(uint256)") + word(0x11),
            "Panic",
            "The contract stopped (panic 0x11): a number grew too large or went below zero.",
        ),
        (
            selector("NotEnoughCredits(uint256,uint256,uint256)") + word(4) + word(121) + word(100),
            "NotEnoughCredits",
            "Seat 4 wants to spend 121 voice credits this season and has 100.",
        ),
        (
            selector("OutOfBounds(bytes32,uint256,uint256,uint256)")
            + b"quorum".ljust(32, b"\0")
            + word(9)
            + word(10)
            + word(11),
            "OutOfBounds",
            "The rule quorum cannot be 9: it must lie between 10 and 11.",
        ),
        (b"\xde\xad\xbe\xef" + word(1), "Unknown", f"The contract refused (0xdeadbeef{word(1).hex()})."),
        # cut short by whoever made it
        (selector("NotEnoughCredits(uint256,uint256,uint256)") + word(4), "Unknown", None),
    ],
)
def test_every_refusal_becomes_a_sentence(data: bytes, name: str, words: str | None) -> None:
    refusal = decode_revert(data)
    assert refusal.name == name
    assert words is None or str(refusal) == words


def test_a_refusal_that_is_passed_on_says_what_was_refused_inside() -> None:
    inner = selector("NotListed(address)") + word(int(BOB, 16))
    padded = inner.ljust(64, b"\0")
    data = selector("CallFailed(uint256,bytes)") + word(2) + word(64) + word(len(inner)) + padded
    refusal = decode_revert(data)
    assert refusal.inner is not None and refusal.inner.name == "NotListed"
    assert str(refusal) == f"Call 2 of the option failed. {BOB} is not on this treasury's list."


def test_text_of_a_hostile_contract_cannot_paint_the_terminal() -> None:
    evil = "paid \x1b[31m‮ 100".encode()
    data = selector("Error(string)") + word(32) + word(len(evil)) + evil.ljust(64, b"\0")
    assert str(decode_revert(data)) == "The contract refused: paid 100."


def test_calls_are_read_to_people_only_when_they_mean_exactly_that(coin: Contract) -> None:
    data = coin.encode("transfer", BOB, 5)
    function, values = decode_call(data)  # type: ignore[misc]
    assert function.name == "transfer" and (values.to, values.value) == (BOB, 5)
    assert decode_call(data + b"\0") is None
    assert decode_call(b"\x01\x02\x03\x04") is None
    assert decode_call(b"") is None


def test_an_event_of_a_stranger_with_our_signature_is_passed_over() -> None:
    topic = "0x" + "00" * 32
    assert decode_log(Log(BOB, (topic,), b"", 1, "0x", "0x", 0)) is None
    transfer = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    assert decode_log(Log(BOB, (transfer, topic, topic), b"\x01", 1, "0x", "0x", 0)) is None


def test_every_error_of_our_interfaces_has_a_sentence_whose_values_it_carries() -> None:
    ours = [error for name in artifact_names() for error in load_artifact(name).errors.values() if error.notice]
    assert ours
    for error in ours:
        quoted = {part for place, part in enumerate(error.notice.split("`")) if place % 2}
        assert quoted <= set(error.inputs.names), error.signature


def test_no_two_errors_share_a_selector_with_other_names() -> None:
    for name in artifact_names():
        for key, error in load_artifact(name).errors.items():
            assert known_errors()[key].signature == error.signature


def test_code_is_compared_whatever_its_immutable_values(coin: Contract, alice: Chain) -> None:
    artifact = load_artifact("TestCoin")
    code = alice.code(coin.address)
    assert artifact.is_code(code)
    assert not artifact.is_code(code[:-1])
    assert not artifact.is_code(bytes([code[0] ^ 1]) + code[1:])
