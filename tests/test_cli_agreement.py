"""`daokit agreement` as typed, in process, against a chain: a kitchen, from the first draft to the last claim."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from daokit.chain import Transaction
from daokit.signatures import Signature
from daokit.token import Token
from tests.people import DAY, address
from tests.test_cli import daokit

__all__ = ["daokit"]

LAW = 'law = "The law of the place where the kitchen stands."'


def terms(path: str = "kitchen.toml", **changes: str) -> Path:
    """The preset of an order, its blanks filled; each change replaces one line's beginning."""
    file = Path(path)
    content = re.sub(r'law = ""', LAW, file.read_text())
    for was, becomes in changes.items():
        assert was in content, was
        content = content.replace(was, becomes)
    file.write_text(content)
    return file


@pytest.fixture
def kitchen(daokit) -> Path:
    assert daokit("agreement", "draft", "kitchen.toml", "--title", "A kitchen").code == 0
    return terms()


@pytest.fixture
def signed(daokit, kitchen) -> Path:
    for name in ("alice", "bob", "carol"):
        said = daokit("agreement", "sign", "kitchen.toml", "--account", name, "--yes", "--json")
        assert said.code == 0, said.err
    assert said.data["missing"] == []
    return Path("kitchen.md")


@pytest.fixture
def opened(daokit, signed, chain, coin) -> str:
    """Open, with dave's deposit of 1,200.00 tUSD; its address."""
    Token(chain, coin).mint(address("dave"), 5_000_00)
    assert daokit("agreement", "fund", "kitchen.md", "1,200 tUSD", "--account", "dave", "--yes").code == 0
    said = daokit("agreement", "open", "kitchen.md", "--yes", "--json")
    assert said.code == 0, said.err
    return str(said.data["agreement"])


def test_terms_with_blanks_are_not_rendered(daokit, kitchen):
    kitchen.write_text(kitchen.read_text().replace(LAW, 'law = ""'))
    said = daokit("agreement", "sign", "kitchen.toml", "--yes")
    assert said.code == 2 and "law" in said.err
    assert not Path("kitchen.md").exists()


def test_each_party_reads_what_it_ends_with(daokit, kitchen):
    said = daokit("agreement", "explain", "kitchen.toml")
    for words in ("all goes well", "the customer runs", "nobody delivers", "buying outright"):
        assert words in said.out
    outcomes = daokit("agreement", "explain", "kitchen.toml", "--json").data["outcomes"]
    # 600 and 300 come back; of the 1,500 left alice has 60 and bob 40 %.
    assert outcomes[0]["amounts"] == [900_00, 1_200_00, 300_00]


def test_a_signature_of_somebody_else_is_not_wanted(daokit, kitchen):
    said = daokit("agreement", "sign", "kitchen.toml", "--account", "frank", "--yes")
    assert said.code == 1 and "not needed" in said.err


def test_signatures_come_as_files(daokit, kitchen):
    daokit("agreement", "sign", "kitchen.toml", "--yes")
    theirs = Path("theirs")
    theirs.mkdir()
    Path("theirs/kitchen.md").write_text(Path("kitchen.md").read_text())
    for name in ("bob", "carol"):
        daokit("agreement", "sign", "theirs/kitchen.md", "--account", name, "--yes")
    said = daokit("agreement", "collect", "kitchen.md", "theirs/kitchen.signatures.json", "--json")
    assert said.code == 0, said.err
    assert set(said.data["signed"]) == {address(name) for name in ("alice", "bob", "carol")}
    broken = json.loads(Path("theirs/kitchen.signatures.json").read_text())
    broken["signatures"][address("bob")] = broken["signatures"][address("carol")]
    Path("broken.json").write_text(json.dumps(broken))
    said = daokit("agreement", "collect", "kitchen.md", "broken.json")
    assert said.code == 1 and "is not good" in said.err


def test_an_agreement_is_not_opened_before_all_have_signed_and_the_deposit_is_there(daokit, kitchen):
    daokit("agreement", "sign", "kitchen.toml", "--yes")
    said = daokit("agreement", "open", "kitchen.md", "--yes")
    assert said.code == 1 and "not signed yet by" in said.err
    for name in ("bob", "carol"):
        daokit("agreement", "sign", "kitchen.md", "--account", name, "--yes")
    said = daokit("agreement", "open", "kitchen.md", "--yes")
    assert said.code == 1 and "1,200.00 tUSD" in said.err


def test_who_opens_must_have_signed_too(daokit, kitchen):
    for name in ("bob", "carol"):
        said = daokit("agreement", "sign", "kitchen.toml", "--account", name, "--yes")
    said = daokit("agreement", "collect", "kitchen.md", "kitchen.signatures.json")
    assert "still to sign: alice" in said.out
    said = daokit("agreement", "open", "kitchen.md", "--yes")
    assert said.code == 1 and "not signed yet by alice" in said.err


def test_less_than_the_whole_is_delivered_with_the_yes_of_all_who_lose_by_it(daokit, opened):
    daokit("agreement", "fund", opened, "1,200 tUSD", "--account", "dave", "--yes")
    part = ("kitchen.md", "--part", "50%", "--report", "the doors are missing")
    refused = daokit("agreement", "deliver", *part, "--yes")
    assert refused.code == 1 and "not signed yet by bob, carol" in refused.err
    assert 'daokit agreement sign kitchen.md --part 50% --report "the doors are missing"' in refused.err
    said = daokit("agreement", "sign", *part, "--account", "bob", "--yes", "--json")
    assert said.data["missing"] == [address("alice"), address("carol")]
    assert Path(said.data["signatures"]).name == "kitchen.delivery-1.signatures.json"
    # 60 % of 2,400.00 are due for the first milestone; half of that is lost.
    said = daokit("agreement", "sign", *part, "--account", "carol", "--yes")
    assert "720.00 tUSD of the price is lost to all by it" in said.err
    assert daokit("agreement", "deliver", *part, "--yes").code == 0
    said = daokit("agreement", "accept", opened, "--account", "dave", "--yes", "--json")
    assert said.data["released"]["text"] == "720.00 tUSD"


def test_what_is_signed_is_one_thing(daokit, opened):
    said = daokit("agreement", "sign", "kitchen.md", "--change", "less.toml", "--part", "50%", "--yes")
    assert said.code == 2 and "one of --change and --part" in said.err
    said = daokit("agreement", "sign", "kitchen.md", "--report", "all done", "--yes")
    assert said.code == 2 and "--report goes with --part" in said.err


def test_the_whole_needs_no_signature(daokit, opened):
    said = daokit("agreement", "sign", "kitchen.md", "--part", "100%", "--account", "bob", "--yes")
    assert said.code == 2 and "needs no signature" in said.err


def test_a_kitchen_is_built_and_paid(daokit, opened, chain, coin):
    assert daokit("agreement", "verify", "kitchen.md").code == 0
    assert "live" in daokit("agreement", "show", "kitchen.md").out
    assert daokit("agreement", "deliver", "kitchen.md", "--yes").code == 0
    refused = daokit("agreement", "accept", "kitchen.md", "--account", "dave", "--yes")
    assert refused.code == 1 and "1,440.00 tUSD" in refused.err
    shown = daokit("agreement", "show", "kitchen.md", "--account", "dave").out
    assert 'pay what is missing: daokit agreement fund kitchen.md "240.00 tUSD"' in shown
    daokit("agreement", "fund", opened, "1,200 tUSD", "--account", "dave", "--yes")
    said = daokit("agreement", "accept", opened, "--account", "dave", "--yes", "--json")
    assert said.data["released"]["text"] == "1,440.00 tUSD"
    daokit("agreement", "deliver", "kitchen.md", "--yes")
    daokit("agreement", "accept", "kitchen.md", "--account", "dave", "--yes")
    said = daokit("agreement", "claim", "kitchen.md", "--account", "bob", "--yes", "--json")
    assert said.data["paid"]["text"] == "1,200.00 tUSD"
    said = daokit("agreement", "claim", "kitchen.md", "--all", "--yes", "--json")
    assert [one["text"] for one in said.data["paid"].values()] == ["900.00 tUSD", "300.00 tUSD"]
    told = daokit("agreement", "history", opened).out
    for words in ("opened", "paid 1,200.00 tUSD in", "released for milestone 2", "bob was paid 1,200.00 tUSD"):
        assert words in told
    assert Token(chain, coin).balance(opened) == 0


def test_ash_becomes_walnut(daokit, opened):
    content = Path("kitchen.toml").read_text().replace('price = "2,400"', 'price = "3,000"')
    content = content.replace('cost = "600"', 'cost = "900"') + 'reason = "Dave would rather have walnut."\n'
    content = re.sub(r"(?m)^(work|quality|law) = .*\n", "", content)
    Path("walnut.toml").write_text(content)
    said = daokit("agreement", "explain", "kitchen.md", "--change", "walnut.toml")
    assert "must sign, because" in said.out and "the price changes" in said.out
    first = daokit("agreement", "sign", "kitchen.md", "--change", "walnut.toml", "--yes", "--json")
    assert first.code == 0, first.err
    assert set(first.data["missing"]) == {address(name) for name in ("bob", "carol", "dave")}
    refused = daokit("agreement", "amend", "walnut.md", "--yes")
    assert refused.code == 1 and "not signed yet by" in refused.err
    for name in ("bob", "carol", "dave"):
        daokit("agreement", "sign", "walnut.md", "--account", name, "--yes")
    said = daokit("agreement", "amend", "walnut.md", "--account", "judy", "--yes", "--json")
    assert said.code == 0, said.err
    shown = daokit("agreement", "show", "kitchen.md", "--json").data
    assert shown["terms"]["price"] == 3_000_00
    assert daokit("agreement", "verify", "walnut.md").code == 0
    assert daokit("agreement", "verify", "kitchen.md").code == 0
    assert "new terms hold (amendment 1)" in daokit("agreement", "history", opened).out


def test_a_letter_changed_in_the_text_is_seen(daokit, opened):
    text = Path("kitchen.md")
    text.write_text(text.read_text().replace("every door closes", "every door shuts"))
    said = daokit("agreement", "verify", "kitchen.md", opened)
    assert said.code == 1


def test_the_customer_runs(daokit, opened, warp):
    daokit("agreement", "deliver", opened, "--yes")
    warp(21 * DAY + 1)
    said = daokit("agreement", "settle", opened, "--yes", "--json")
    assert said.data["status"]["state"] == "defaulted"
    said = daokit("agreement", "claim", opened, "--all", "--yes", "--json")
    # Of the 1,200.00 that are there 600 and 300 come back, and the 300 left are shared.
    assert [one["text"] for one in said.data["paid"].values()] == ["180.00 tUSD", "720.00 tUSD", "300.00 tUSD"]


def test_a_dispute_is_ruled(daokit, opened, warp):
    daokit("agreement", "fund", opened, "1,200 tUSD", "--account", "dave", "--yes")
    daokit("agreement", "deliver", opened, "--yes")
    said = daokit("agreement", "dispute", opened, "--reason", "the doors stick", "--account", "dave", "--yes", "--json")
    assert said.data["status"]["state"] == "disputed"
    said = daokit("agreement", "rule", opened, "50%", "--reason", "they do", "--account", "erin", "--yes", "--json")
    assert said.data["status"]["state"] == "live"
    assert daokit("agreement", "show", opened, "--json").data["released"] == 720_00


def test_a_signature_is_taken_back(daokit, signed, chain, coin):
    Token(chain, coin).mint(address("dave"), 5_000_00)
    daokit("agreement", "fund", "kitchen.md", "1,200 tUSD", "--account", "dave", "--yes")
    said = daokit("agreement", "revoke", "kitchen.md", "--account", "bob", "--yes")
    assert said.code == 0, said.err
    said = daokit("agreement", "open", "kitchen.md", "--yes")
    assert said.code == 1 and "not signed yet by bob" in said.err


def test_no_agreement_there(daokit):
    said = daokit("agreement", "show", address("frank"))
    assert said.code == 1 and "no agreement at" in said.err
    said = daokit("agreement", "show", "nothing.md")
    assert said.code == 2 and "no file nothing.md" in said.err


@pytest.mark.parametrize("command", ["show", "history", "explain"])
def test_the_chain_is_asked_once_which_terms_hold(daokit, opened, monkeypatch, command):
    from daokit.contract import Contract

    asked, read = [], Contract.read
    monkeypatch.setattr(
        Contract, "read", lambda self, name, *rest, **more: asked.append(name) or read(self, name, *rest, **more)
    )
    assert daokit("agreement", command, opened).code == 0
    assert asked.count("hash") == 1


# Before it is opened


def test_a_text_is_explained_before_the_agreement_is_open(daokit, signed):
    outcomes = daokit("agreement", "explain", "kitchen.md", "--json").data["outcomes"]
    assert outcomes == daokit("agreement", "explain", "kitchen.toml", "--json").data["outcomes"]
    assert outcomes[0]["amounts"] == [900_00, 1_200_00, 300_00]


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "kitchen.md", "--change", "kitchen.toml"),
        ("sign", "kitchen.md", "--change", "kitchen.toml"),
        ("history", "kitchen.md"),
        ("verify", "kitchen.md"),
        ("deliver", "kitchen.md"),
        ("accept", "kitchen.md"),
        ("dispute", "kitchen.md", "--reason", "late"),
        ("rule", "kitchen.md", "50%", "--reason", "late"),
        ("settle", "kitchen.md"),
        ("claim", "kitchen.md"),
        ("refund", "kitchen.md"),
    ],
    ids=lambda words: words[0] + ("" if "--change" not in words else " --change"),
)
def test_what_needs_an_open_agreement_says_how_to_open_it(daokit, signed, words):
    said = daokit("agreement", *words, "--yes")
    assert said.err.splitlines() == [
        'refused: "A kitchen" is not open yet: let its parties sign with `daokit agreement sign kitchen.md`, '
        "then open it with `daokit agreement open kitchen.md`"
    ]
    assert said.code == 1


def test_an_agreement_is_explained_before_the_chain_has_any(daokit, kitchen, chain):
    from daokit.factory import address_of

    chain.rpc.request("anvil_setCode", [address_of("ProfitShareFactory"), "0x"])
    assert daokit("agreement", "explain", "kitchen.toml").code == 0
    said = daokit("agreement", "deliver", "kitchen.toml", "--yes")
    assert said.code == 1 and "is not open yet" in said.err


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ('deposit = "50%"', 'deposit = "60%"', "token, opening time and deposit cannot change; agree anew for that"),
        ('review = "7 days"', 'review = "7 days"', "nothing changes"),
    ],
    ids=["the deposit", "nothing"],
)
def test_a_change_that_the_chain_refuses_is_not_signed(daokit, opened, was, becomes, sentence):
    content = Path("kitchen.toml").read_text()
    assert was in content
    Path("change.toml").write_text(content.replace(was, becomes))
    for words in (
        ("sign", "kitchen.md", "--change", "change.toml", "--yes"),
        ("explain", "kitchen.md", "--change", "change.toml"),
    ):
        said = daokit("agreement", *words)
        assert (said.code, said.err) == (1, f"refused: {sentence}\n")
    assert not Path("change.md").exists()


def test_terms_that_have_ended_are_not_changed(daokit, opened, warp):
    warp(400 * DAY)
    daokit("agreement", "settle", opened, "--yes")
    said = daokit("agreement", "sign", "kitchen.md", "--change", "kitchen.toml", "--yes")
    assert said.code == 1 and "has ended" in said.err


def test_a_signature_in_its_other_form_is_not_taken_in(daokit, signed):
    # (r, s, v) and (r, n - s, other v) are signed by the same key; the chain takes the one with the smaller s alone.
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    found = json.loads(Path("kitchen.signatures.json").read_text())
    good = bytes.fromhex(found["signatures"][address("bob")][2:])
    other = good[:32] + (order - int.from_bytes(good[32:64], "big")).to_bytes(32, "big") + bytes([55 - good[64]])
    for bad in (other, good[:64] + bytes([good[64] - 27]), good[:64], b"", b"\0" * 65):
        found["signatures"] = {address("bob"): "0x" + bad.hex()}
        Path("other.json").write_text(json.dumps(found))
        said = daokit("agreement", "collect", "kitchen.md", "other.json")
        assert (said.code, "of bob in other.json is not good" in said.err) == (1, True), said.err


def test_a_draft_on_the_chain_is_not_open_either(daokit, signed, chain):
    daokit("agreement", "revoke", "kitchen.md", "--account", "frank", "--yes")
    said = daokit("agreement", "deliver", "kitchen.md", "--yes")
    assert said.code == 1 and '"A kitchen" is not open yet' in said.err
    shown = daokit("agreement", "show", "kitchen.md")
    assert "not opened yet" in shown.out and "0.00 tUSD of 1,200.00 tUSD is there" in shown.out
    outcomes = daokit("agreement", "explain", "kitchen.md", "--json").data["outcomes"]
    assert outcomes[0]["amounts"] == [900_00, 1_200_00, 300_00]


def test_a_deposit_for_what_never_opened_goes_back(daokit, signed, chain, coin, warp):
    Token(chain, coin).mint(address("dave"), 1_200_00)
    daokit("agreement", "fund", "kitchen.md", "1,200 tUSD", "--account", "dave", "--yes")
    warp(40 * DAY)
    assert "can be opened no more" in daokit("agreement", "show", "kitchen.md").out
    said = daokit("agreement", "settle", "kitchen.md", "--account", "dave", "--yes")
    assert said.code == 0, said.err
    assert "daokit agreement refund kitchen.md" in said.out
    said = daokit("agreement", "refund", "kitchen.md", "--account", "dave", "--yes", "--json")
    assert said.data["refunded"]["text"] == "1,200.00 tUSD"
    assert Token(chain, coin).balance(address("dave")) == 1_200_00


# Who signs without a key


@pytest.fixture
def with_the_mill(daokit, kitchen, warp) -> Path:
    """The kitchen's fittings come from the mill, whose treasury is paid and signs; alice and bob have signed."""
    content = kitchen.read_text().replace('name = "carol"', 'name = "the mill"\npayee = "treasury"')
    dates = iter(("2090-01-01", "2090-06-01", "2090-12-01"))
    kitchen.write_text(re.sub(r'(?m)(open_by|due) = ".*?"', lambda found: f'{found[1]} = "{next(dates)}"', content))
    for name in ("alice", "bob"):
        said = daokit("agreement", "sign", "kitchen.toml", "--account", name, "--yes")
        assert said.code == 0, said.err
    assert "daokit agreement approve kitchen.md" in said.out
    return Path("kitchen.md")


def test_a_collective_signs_by_a_proposal(daokit, with_the_mill, passed, coop, chain, coin):
    said = daokit("agreement", "open", "kitchen.md", "--yes")
    assert said.code == 1 and "not signed yet by the mill (a collective signs by the proposal" in said.err
    said = daokit("agreement", "approve", "kitchen.md", "--yes", "--json")
    assert said.code == 0, said.err
    passed(said.data["proposal"])
    again = daokit("agreement", "approve", "kitchen.md", "--yes")
    assert (again.code, "Mill has signed this already" in again.err) == (1, True)
    Token(chain, coin).mint(address("dave"), 2_400_00)
    daokit("agreement", "fund", "kitchen.md", "2,400 tUSD", "--account", "dave", "--yes")
    said = daokit("agreement", "open", "kitchen.md", "--yes")
    assert said.code == 0, said.err
    for _ in range(2):
        daokit("agreement", "deliver", "kitchen.md", "--yes")
        daokit("agreement", "accept", "kitchen.md", "--account", "dave", "--yes")
    # The mill's 300 come back to its treasury.
    daokit("agreement", "claim", "kitchen.md", "--row", "3", "--yes")
    assert Token(chain, coin).balance(coop.treasury.address) == 300_00


def test_a_collective_signs_a_change_by_a_proposal(daokit, with_the_mill, passed, chain, coin):
    passed(daokit("agreement", "approve", "kitchen.md", "--yes", "--json").data["proposal"])
    Token(chain, coin).mint(address("dave"), 1_200_00)
    daokit("agreement", "fund", "kitchen.md", "1,200 tUSD", "--account", "dave", "--yes")
    assert daokit("agreement", "open", "kitchen.md", "--yes").code == 0
    content = Path("kitchen.toml").read_text().replace('cost = "300"', 'cost = "200"')
    Path("less.toml").write_text(re.sub(r"(?m)^(work|quality|law) = .*\n", "", content) + 'reason = "Plain hinges."\n')
    asked = daokit("agreement", "explain", "kitchen.md", "--change", "less.toml", "--json").data["asked"]
    assert [one["name"] for one in asked] == ["the mill"]
    # Nobody with a key has to sign: who writes the change is told so, and only the mill is left.
    said = daokit("agreement", "sign", "kitchen.md", "--change", "less.toml", "--yes")
    assert said.code == 1 and "not needed" in said.err
    refused = daokit("agreement", "amend", "less.md", "--yes")
    assert refused.code == 1 and "not signed yet by the mill" in refused.err
    passed(daokit("agreement", "approve", "less.md", "--yes", "--json").data["proposal"])
    said = daokit("agreement", "amend", "less.md", "--yes")
    assert said.code == 0, said.err
    assert daokit("agreement", "show", "kitchen.md", "--json").data["terms"]["parties"][2]["cost"] == 200_00


def test_a_collective_says_yes_to_less_than_the_whole_by_a_proposal(daokit, with_the_mill, passed, chain, coin):
    passed(daokit("agreement", "approve", "kitchen.md", "--yes", "--json").data["proposal"])
    Token(chain, coin).mint(address("dave"), 2_400_00)
    daokit("agreement", "fund", "kitchen.md", "2,400 tUSD", "--account", "dave", "--yes")
    assert daokit("agreement", "open", "kitchen.md", "--yes").code == 0
    part = ("kitchen.md", "--part", "50%")
    daokit("agreement", "sign", *part, "--account", "bob", "--yes")
    refused = daokit("agreement", "deliver", *part, "--yes")
    assert "not signed yet by the mill" in refused.err
    assert "daokit agreement approve kitchen.md --part 50%" in refused.err
    passed(daokit("agreement", "approve", *part, "--yes", "--json").data["proposal"])
    said = daokit("agreement", "deliver", *part, "--yes")
    assert said.code == 0, said.err


def test_a_collective_that_is_no_party_does_not_sign(daokit, signed):
    said = daokit("agreement", "approve", "kitchen.md", "--yes")
    assert said.code == 1 and "Mill does not sign here" in said.err


def test_a_contract_signs_by_erc_1271(daokit, kitchen, chain, coin, neighbour):
    safe = neighbour("ApprovesHashes")
    kitchen.write_text(
        kitchen.read_text().replace('name = "carol"', f'name = "the safe"\npayee = "carol"\nsigner = "{safe}"')
    )
    for name in ("alice", "bob"):
        said = daokit("agreement", "sign", "kitchen.toml", "--account", name, "--yes", "--json")
        assert said.code == 0, said.err
    assert said.data["missing"] == [safe]
    Token(chain, coin).mint(address("dave"), 1_200_00)
    daokit("agreement", "fund", "kitchen.md", "1,200 tUSD", "--account", "dave", "--yes")
    assert daokit("agreement", "open", "kitchen.md", "--yes").code == 1
    digest = json.loads(Path("kitchen.signatures.json").read_text())["digest"]
    data = Signature.parse("approve(bytes32)").encode([digest], str)
    chain.transact(Transaction(safe, data))
    said = daokit("agreement", "collect", "kitchen.md", "kitchen.signatures.json", "--json")
    assert said.data["missing"] == []
    said = daokit("agreement", "open", "kitchen.md", "--yes")
    assert said.code == 0, said.err
