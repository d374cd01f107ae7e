"""`daokit fund`, `draw` and `service` as typed, in process, against a chain: a person and who provides for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from daokit.chain import Chain, Transaction
from daokit.collective import Collective
from daokit.fund import Fund
from daokit.options import Option, Payment
from daokit.signatures import Signature
from daokit.token import Token
from tests.funds import NOTICE, offer, offers_of
from tests.people import DAY, address
from tests.test_cli import Daokit, daokit

__all__ = ["daokit", "offer"]

BREAD = "# Bread\n\nTwelve loaves a month, from the mill.\n"


@pytest.fixture
def purse(daokit: Daokit, chain: Chain, coin: str) -> Fund:
    """Alice's fund, opened from the command line, with 1,000.00 tUSD."""
    said = daokit("fund", "open", "--yes", "--json")
    assert said.code == 0, said.err
    Token(chain, coin).transfer(said.data["fund"], 1_000_00)
    return Fund.load(chain, said.data["fund"])


@pytest.fixture
def carried(purse: Fund, offer: Callable[..., int]) -> Fund:
    """The same, with a school of judy's (12.5 %) and groceries of ivan's (3.33 %)."""
    purse.commit(offer("judy", "school"), 1_250)
    purse.commit(offer("ivan", "groceries"), 333)
    return purse


@pytest.fixture
def bread(daokit: Daokit, passed: Callable[[int], None]) -> int:
    """The mill's offer, by its treasury: 5 % of each draw, 12 loaves every 30 days; carol keeps it."""
    Path("bread.md").write_text(BREAD)
    words = ("--service", "bread", "--share", "5%", "--entitles", "12 every 30 days", "--keeper", "carol")
    said = daokit("service", "offer", "bread.md", *words, "--yes", "--json")
    assert said.code == 0, said.err
    passed(said.data["proposal"])
    return 1


# A person


def test_a_fund_is_opened_once_and_found_without_its_address(daokit: Daokit, purse: Fund) -> None:
    again = daokit("fund", "open", "--yes")
    assert again.code == 0
    assert f"open already: {purse.address}" in again.out
    assert daokit("fund", "status", "--json").data["fund"] == purse.address
    other = daokit("fund", "open", "--checking", "grace", "--yes")
    assert other.code == 1
    assert "daokit fund checking" in other.err


def test_a_draw_is_previewed_in_people_s_words_and_done_to_the_unit(
    daokit: Daokit, carried: Fund, chain: Chain, coin: str
) -> None:
    shown = daokit("draw", "1,000 tUSD", "--dry-run", "--json")
    assert shown.data["words"] == ["draw 1,000.00 tUSD: 125.00 to judy, 33.30 to ivan, 841.70 to your checking (alice)"]
    assert carried.purses([coin])[coin].free == 1_000_00
    quoted = daokit("fund", "quote", "1,000 tUSD", "--json").data
    done = daokit("draw", "1,000 tUSD", "--yes", "--json").data
    assert (done["kept"], done["parts"]) == (quoted["kept"], quoted["parts"])
    assert done["kept"]["text"] == "841.70 tUSD"
    assert [(part["service"], part["part"]["text"]) for part in done["parts"]] == [
        ("school", "125.00 tUSD"),
        ("groceries", "33.30 tUSD"),
    ]
    assert Token(chain, coin).balance(address("judy")) == 125_00


def test_fund_draw_says_the_same_as_draw(daokit: Daokit, carried: Fund) -> None:
    said = daokit("fund", "draw", "100.07 tUSD", "--yes")
    assert "drawn 100.07 tUSD: 12.50 to judy, 3.33 to ivan, 84.24 to your checking (alice)" in said.out


def test_nobody_at_a_terminal_draws_nothing(daokit: Daokit, carried: Fund, coin: str) -> None:
    assert daokit("draw", "10 tUSD").code == 2
    assert carried.purses([coin])[coin].free == 1_000_00


def test_a_commitment_with_caps_is_made_shown_and_cancelled(
    daokit: Daokit, purse: Fund, offer: Callable[..., int], coin: str
) -> None:
    school = str(offer("judy", "school", 1_000, 1_500))
    caps = ("--cap", "50 tUSD per 30 days", "--cap-in-all", "2,000 tUSD")
    said = daokit("fund", "commit", school, "12.5%", *caps, "--yes")
    assert said.code == 0, said.err
    assert "12.5% of each draw to judy for school; notice 90 days on both sides" in said.out
    status = daokit("fund", "status", "--json").data
    (one,) = status["commitments"]
    assert (one["bps"], one["standing"], one["service"]) == (1_250, "active", "school")
    assert (one["limit"]["per_period"], one["limit"]["period"], one["limit"]["in_all"]) == (50_00, 30 * DAY, 2_000_00)
    assert daokit("draw", "1,000 tUSD", "--yes", "--json").data["parts"][0]["part"]["amount"] == 50_00
    (one,) = daokit("fund", "status", "--json").data["commitments"]
    assert (one["limit"]["taken"], one["limit"]["taken_in_all"], one["limit"]["room"]) == (50_00, 50_00, 0)
    ended = daokit("fund", "cancel", "school", "--yes", "--json").data
    assert ended["until"] - one["since"] in range(NOTICE, NOTICE + 60)
    (stands,) = daokit("fund", "standing", "--json").data
    assert (stands["standing"], stands["paying"]) == ("notice", False)
    assert stands["paid"][0]["text"] == "50.00 tUSD"


def test_without_a_share_the_least_is_committed(daokit: Daokit, purse: Fund, offer: Callable[..., int]) -> None:
    daokit("fund", "commit", str(offer("judy", "school", 1_000, 1_500)), "--yes")
    assert purse.commitment(0).bps == 1_000


def test_school_is_switched_by_its_name_and_seniority_stays(
    daokit: Daokit, carried: Fund, offer: Callable[..., int], warp: Callable[[int], None]
) -> None:
    since = carried.commitment(0).since
    warp(100 * DAY)
    said = daokit("fund", "switch", "school", str(offer("heidi", "school")), "10%", "--yes", "--json")
    assert said.data["seniority"] == since
    assert (said.data["bps"], said.data["receiver"]) == (1_000, address("heidi"))
    # Two schools serve now; the word means the one that is paid.
    assert daokit("fund", "cancel", "school", "--yes", "--json").data["slot"] == said.data["slot"]


def test_loaves_are_asked_for_by_name(daokit: Daokit, carried: Fund) -> None:
    assert daokit("fund", "redeem", "groceries", "5", "--yes", "--json").data["left"] == 7
    refused = daokit("fund", "redeem", "groceries", "8", "--yes")
    assert refused.code == 1
    assert "leaves 7 to redeem" in refused.err


def test_home_shows_the_fund_and_says_when_a_service_ends_soon(
    daokit: Daokit, carried: Fund, warp: Callable[[int], None]
) -> None:
    assert "1,000.00 tUSD to draw; 2 commitments, 15.83% of each draw" in daokit().out
    carried.end(0)
    assert "school serves you no longer" not in daokit().out
    warp(70 * DAY)
    home = daokit("--json").data
    assert home["fund"]["commitments"] == 1
    assert [one["what"] for one in home["waiting"]] == ["school serves you no longer after this"]


def test_home_shows_the_fund_and_what_it_carries_without_a_collective(
    daokit: Daokit, carried: Fund, warp: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAOKIT_COLLECTIVE")
    carried.end(0)
    warp(70 * DAY)
    said = daokit()
    assert "0 ETH" not in said.out
    assert "1 commitment, 3.33% of each draw" in said.out
    assert "school serves you no longer after this" in said.out
    assert "No collective is chosen yet" in said.out
    assert daokit("--json").data["fund"]["fund"] == carried.address
    monkeypatch.delenv("DAOKIT_ACCOUNT")
    assert daokit("--json").data["fund"] is None


@pytest.fixture
def blocks(chain: Chain, neighbour: Callable[[str], str]) -> tuple[str, Callable[..., None]]:
    """A token that can block a receiver, and how to tell it something."""
    token = neighbour("Blocklists")

    def tell(signature: str, *words: str) -> None:
        data = Signature.parse(signature).encode(words, lambda word: word)
        chain.transact(Transaction(token, data))

    return token, tell


def test_what_a_provider_did_not_take_waits_for_it(
    daokit: Daokit, carried: Fund, chain: Chain, blocks: tuple[str, Callable[..., None]]
) -> None:
    blocks, tell = blocks
    tell("mint(address,uint256)", carried.address, "1000")
    tell("setBlocked(address,bool)", address("judy"), "true")
    carried.draw(blocks, 1_000)
    assert Token(chain, blocks).balance(address("judy")) == 0
    said = daokit("--json", "--account", "judy").data
    assert any("owes you" in one["what"] for one in said["waiting"])
    tell("setBlocked(address,bool)", address("judy"), "false")
    collected = daokit("fund", "collect", "--account", "judy", "--yes", "--json").data
    assert [one["collected"]["amount"] for one in collected] == [125]
    assert daokit("fund", "collect", "--account", "judy", "--yes").code == 2


def test_draws_go_to_a_new_checking_address_and_the_fund_to_a_new_key(
    daokit: Daokit, purse: Fund, chain: Chain, coin: str
) -> None:
    assert daokit("fund", "checking", "grace", "--yes").code == 0
    daokit("draw", "10 tUSD", "--yes")
    assert Token(chain, coin).balance(address("grace")) == 10_00
    assert daokit("fund", "owner", "bob", "--yes").code == 0
    assert daokit("draw", "10 tUSD", "--yes").code == 2
    named = daokit("draw", "10 tUSD", "--fund", purse.address, "--account", "bob", "--yes")
    assert named.code == 0, named.err
    assert daokit("fund", "status", "--account", "bob", "--json").data["fund"] == purse.address


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("draw", "10"), 2, "write it with its token"),
        (("draw", "2,000 tUSD"), 1, "2,000.00 tUSD of tUSD is asked for and 1,000.00 tUSD is free"),
        (("draw", "0 tUSD"), 1, "Draw at least 1"),
        (("fund", "commit", "9"), 2, "there is no offer 9; the last is 3"),
        (("fund", "commit", "3"), 1, "takes no new commitments"),
        (("fund", "commit", "1", "95%"), 2, "asks for 0.01% to 90% of a draw"),
        (("fund", "commit", "1", "much"), 2, "is not a share"),
        (("fund", "commit", "1", "--cap", "50 tUSD"), 2, '--cap "50 tUSD per 30 days"'),
        (("fund", "commit", "1", "--cap", "0 tUSD per 1 day"), 2, "a cap of nothing"),
        (("fund", "commit", "1", "--cap", "5 tUSD per 1 day", "--cap-in-all", "5 ETH"), 2, "in one token"),
        (("fund", "cancel", "scool"), 2, "did you mean school"),
        (("fund", "switch", "groceries", "1"), 1, "gives to offer 1 already"),
        (("fund", "invest", "bob", "5 tUSD"), 1, "there is no agreement"),
        (("fund", "status", "--fund", "bob"), 1, "no personal fund at"),
        (("fund", "status", "--account", "frank"), 2, "open one with `daokit fund open`"),
        (("fund", "collect"), 2, "no fund owes you anything"),
        (("service", "members"), 2, "Mill offers nothing yet"),
        (("service", "close", "1"), 2, "not this collective's"),
        (("service", "close", "7"), 2, "there is no offer 7"),
        (("service", "offer", "bread.md", "--service", "bread", "--share", "95%"), 2, "at most 90%"),
        (("service", "offer", "no.md", "--service", "bread", "--share", "5%"), 2, "there is no file no.md"),
        (("service", "offer", "bread.md", "--service", "b", "--share", "5%", "--entitles", "x"), 2, "12 every 30 days"),
    ],
    ids=lambda value: " ".join(value[:4]) if isinstance(value, tuple) else "",
)
def test_bad_input_gets_one_sentence(
    daokit: Daokit,
    carried: Fund,
    chain: Chain,
    offer: Callable[..., int],
    words: tuple[str, ...],
    code: int,
    sentence: str,
) -> None:
    Path("bread.md").write_text(BREAD)
    offers_of(chain, "heidi").close(offer("heidi", "doctor"))
    said = daokit(*words, "--yes")
    assert sentence in said.err, said.err
    assert said.code == code
    assert "Traceback" not in said.err


def test_more_than_nine_tenths_is_refused_in_one_sentence(
    daokit: Daokit, carried: Fund, offer: Callable[..., int]
) -> None:
    said = daokit("fund", "commit", str(offer("heidi", "doctor")), "80%", "--yes")
    assert said.code == 1
    assert "at most 9,000 are allowed" in said.err


# A collective


def test_an_offer_is_read_from_the_very_call_that_makes_it(daokit: Daokit) -> None:
    Path("bread.md").write_text(BREAD)
    words = ("--service", "bread", "--share", "2% to 5%", "--entitles", "12 every 30 days", "--members")
    shown = daokit("service", "offer", "bread.md", *words, "--dry-run", "--json").data["words"]
    assert shown[1] == "Offer bread"
    assert shown[2] == (
        "- offer bread to personal funds for 2% to 5% of each draw; 90 days of notice on both sides; who takes it may "
        "ask for 12 every 30 days; for members of the collective alone; its text stands on the chain and begins: "
        "# Bread Twelve loaves a month, from the mill."
    )


def test_a_collective_offers_and_sees_who_takes_it_and_what_they_pay(
    daokit: Daokit, bread: int, purse: Fund, coop: Collective, coin: str
) -> None:
    (listed,) = daokit("service", "list", "--json").data
    assert (listed["number"], listed["provider"], listed["open"]) == (bread, coop.treasury.address, True)
    assert daokit("fund", "commit", "1", "--yes").code == 0
    said = daokit("draw", "200 tUSD", "--yes")
    assert "10.00 to Mill's treasury" in said.out
    (member,) = daokit("service", "members", "--json").data
    assert (member["person"], member["service"], member["standing"]) == (address("alice"), "bread", "active")
    assert member["paid"] == [{"amount": 10_00, "token": coin, "text": "10.00 tUSD"}]
    assert "alice" in daokit("service", "members").out
    assert [row["free"]["text"] for row in daokit("service", "reserve", "--json").data if row["token"] == coin] == [
        "10.00 tUSD"
    ]


def test_a_collective_collects_what_funds_owe_it_by_a_proposal(
    daokit: Daokit,
    bread: int,
    purse: Fund,
    coop: Collective,
    chain: Chain,
    blocks: tuple[str, Callable[..., None]],
    passed: Callable[[int], None],
) -> None:
    token, tell = blocks
    purse.commit(bread, 500)
    tell("mint(address,uint256)", purse.address, "1000")
    tell("setBlocked(address,bool)", coop.treasury.address, "true")
    purse.draw(token, 1_000)
    assert purse.owed(token, coop.treasury.address) == 50
    assert "daokit service collect" in daokit("service", "reserve").out
    tell("setBlocked(address,bool)", coop.treasury.address, "false")
    said = daokit("service", "collect", "--yes", "--json")
    assert said.code == 0, said.err
    passed(said.data["proposal"])
    assert Token(chain, token).balance(coop.treasury.address) == 50
    again = daokit("service", "collect", "--yes")
    assert (again.code, "no fund owes Mill anything" in again.err) == (2, True)


# A person who provides


def test_a_person_offers_and_ends_without_a_collective(
    daokit: Daokit, purse: Fund, coin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAOKIT_COLLECTIVE")
    judy = ("--account", "judy", "--yes")
    Path("school.md").write_text("# School\n\nMornings, for one child.\n")
    nothing = daokit("service", "members", "--mine", *judy)
    assert (nothing.code, "you offer nothing yet" in nothing.err) == (2, True)
    said = daokit("service", "offer", "school.md", "--service", "school", "--share", "10%", "--mine", *judy, "--json")
    assert (said.data["offer"], said.data["provider"]) == (1, address("judy"))
    assert daokit("fund", "commit", "1", "--yes").code == 0
    assert "100.00 to judy" in daokit("draw", f"1,000 {coin}", "--yes").out
    (member,) = daokit("service", "members", "--mine", *judy, "--json").data
    assert (member["person"], member["paid"][0]["text"]) == (address("alice"), "100.00 tUSD")
    (points,) = daokit("service", "points", "--mine", *judy, "--json").data
    assert points["paid"]["text"] == "100.00 tUSD"
    unsaid = daokit("service", "members", *judy)
    assert (unsaid.code, "say --mine" in unsaid.err) == (2, True)
    ended = daokit("service", "end", "alice", "--mine", *judy)
    assert "is paid until then" in ended.out, ended.err
    assert daokit("service", "close", "1", *judy).code == 0


def test_points_count_a_span_and_come_as_csv(
    daokit: Daokit, bread: int, purse: Fund, warp: Callable[[int], None], coin: str, chain: Chain
) -> None:
    from datetime import datetime

    purse.commit(bread, 500)
    purse.draw(coin, 200_00)
    warp(40 * DAY)
    purse.draw(coin, 100_00)
    today = f"{datetime.fromtimestamp(chain.block().time):%Y-%m-%d}"  # of the draw, also at midnight
    assert daokit("service", "points", "--csv").out.splitlines() == [
        "person,name,token,symbol,paid",
        f"{address('alice')},alice,{coin},tUSD,15.00",
    ]
    (late,) = daokit("service", "points", "--from", today, "--json").data
    assert late["paid"]["text"] == "5.00 tUSD"
    assert daokit("service", "points", "--to", "2020-01-01", "--json").data == []
    assert daokit("service", "points", "--from", "soon").code == 2


def test_the_keeper_ends_a_commitment_at_once_and_a_member_proposes_it(
    daokit: Daokit, bread: int, purse: Fund, coin: str, passed: Callable[[int], None]
) -> None:
    purse.commit(bread, 500)
    proposed = daokit("service", "end", "alice", "--yes", "--json")
    assert proposed.code == 0, proposed.err
    seen = daokit("proposal", "show", str(proposed.data["proposal"]), "--json").data
    assert "to offer 1; money and service run until its notice has" in seen["choices"][0]["actions"][0]
    passed(proposed.data["proposal"])
    (member,) = daokit("service", "members", "--json").data
    assert (member["standing"], member["paying"]) == ("notice", True)
    again = daokit("service", "end", "alice", "--account", "carol", "--yes")
    assert again.code == 2
    assert "has been ended already" in again.err
    assert daokit("service", "close", "1", "--account", "carol", "--yes").code == 0
    assert daokit("service", "list", "--json").data == []
    assert len(daokit("service", "list", "--all", "--json").data) == 1


def test_the_keeper_ends_without_a_proposal(daokit: Daokit, bread: int, purse: Fund) -> None:
    purse.commit(bread, 500)
    said = daokit("service", "end", "alice", "--account", "carol", "--yes")
    assert said.code == 0, said.err
    assert re.search(r"bread for alice goes on until .* and is paid until then", said.out)
    assert daokit("service", "end", "judy", "--account", "carol", "--yes").code == 2


def test_the_runway_is_the_reserve_over_what_went_out(
    daokit: Daokit,
    decide: Callable[[Option], int],
    coop: Collective,
    money: int,
    coin: str,
    warp: Callable[[int], None],
) -> None:
    none = [row for row in daokit("service", "runway", "--json").data if row["months"] is None]
    assert len(none) == 2
    warp(90 * DAY)
    decide(Option("0x" + "33" * 32, "", False, (Payment(coin, address("judy"), 600_00),)))
    (row,) = [row for row in daokit("service", "runway", "--json").data if row["reserve"]["token"] == coin]
    # 600.00 in three months are 200.00 a month; 9,400.00 are left.
    assert (row["monthly"]["text"], row["months"]) == ("200.00 tUSD", 47.0)
    assert "47.0 months" in daokit("service", "runway").out
    (one,) = [row for row in daokit("service", "runway", "--months", "1", "--json").data if row["months"]]
    assert one["monthly"]["text"] == "600.00 tUSD"
    warp(31 * DAY)
    assert [row["months"] for row in daokit("service", "runway", "--months", "1", "--json").data] == [None, None]


def test_capital_goes_from_the_fund_into_an_agreement(daokit: Daokit, purse: Fund, chain: Chain, coin: str) -> None:
    from daokit.terms import Party
    from tests.test_fund import opened, revenue

    bakery = opened(chain, revenue(chain, coin, Party(address("bob"), address("bob"), 0, 0, 10_000)), "bob")
    said = daokit("fund", "invest", bakery.address, "250 tUSD", "--yes", "--json")
    assert said.data["invested"]["text"] == "250.00 tUSD"
    wrong = daokit("fund", "invest", bakery.address, "1 ETH", "--yes")
    assert wrong.code == 2
    assert "in tUSD, not in ETH" in wrong.err


BAKERY = """
kind = "revenue"
title = "A bakery"
token = "tUSD"
open_by = "2096-01-01"
refund_to = "bob"

[[party]]
name = "bob"
share = "{bob}"
residual = true
{entering}
[words]
venture = "Bread, baked every day."
promise = "Bob has what is sold paid to this agreement."
law = "The law of the place."
"""
OVEN = """
[[party]]
name = "alice"
payee = "{fund}"
cost = "400"
share = "50%"
"""


def test_a_fund_enters_an_agreement_with_its_capital(daokit: Daokit, carried: Fund, chain: Chain, coin: str) -> None:
    Path("bakery.toml").write_text(BAKERY.format(bob="100%", entering=""))
    assert daokit("agreement", "sign", "bakery.toml", "--account", "bob", "--yes").code == 0
    said = daokit("agreement", "open", "bakery.md", "--yes", "--json")
    assert said.code == 0, said.err
    Path("oven.toml").write_text(
        BAKERY.format(bob="50%", entering=OVEN.format(fund=carried.address)) + 'reason = "Alice pays for an oven."\n'
    )
    brings = ("--capital", "400 tUSD", "--capital-to", "bob")
    said = daokit("agreement", "sign", "bakery.md", "--change", "oven.toml", *brings, "--account", "bob", "--yes")
    assert said.code == 0, said.err
    shown = daokit("fund", "invest", "oven.md", "--dry-run", "--json").data["words"]
    assert "pay 400.00 tUSD of capital to bob" in shown
    other = daokit("fund", "invest", "oven.md", "300 tUSD", "--yes")
    assert (other.code, "this change brings 400.00 tUSD" in other.err) == (2, True)
    done = daokit("fund", "invest", "oven.md", "--yes", "--json")
    assert done.code == 0, done.err
    assert done.data["invested"]["text"] == "400.00 tUSD"
    assert carried.purses([coin])[coin].free == 600_00
    assert Token(chain, coin).balance(address("bob")) == 400_00
    # No draw: judy's school and ivan's groceries get nothing of it.
    assert Token(chain, coin).balance(address("judy")) == 0
    Token(chain, coin).transfer(done.data["agreement"], 1_000_00)
    # 400 come back to the fund, and of the 600 of profit half.
    assert (
        daokit("agreement", "claim", "bakery.md", "--row", "2", "--yes", "--json").data["paid"]["text"] == "700.00 tUSD"
    )
    assert carried.purses([coin])[coin].free == 1_300_00


# A lost key


@pytest.fixture
def guarded(daokit: Daokit, purse: Fund) -> Fund:
    """Any two of bob, judy and ivan can move alice's fund; she has ten days to veto."""
    said = daokit("fund", "guardians", "set", "bob", "judy", "ivan", "--enough", "2", "--yes")
    assert said.code == 0, said.err
    return purse


def test_a_fund_whose_key_is_lost_moves_to_a_new_one_with_all_it_carries(
    daokit: Daokit, guarded: Fund, offer: Callable[..., int], warp: Callable[[int], None], chain: Chain, coin: str
) -> None:
    guarded.commit(offer("judy", "school"), 1_250)
    first = daokit("fund", "recover", "sign", "alice", "grace", "--file", "lost.json", "--account", "bob", "--yes")
    assert "1 of 2 needed" in first.out, first.err
    second = daokit("fund", "recover", "sign", "alice", "grace", "--file", "lost.json", "--account", "judy", "--yes")
    assert "daokit fund recover start lost.json" in second.out
    assert daokit("fund", "recover", "start", "lost.json", "--account", "frank", "--yes").code == 0
    stopped = daokit("draw", "10 tUSD", "--yes")
    assert stopped.code == 1
    assert "veto" in [one["command"].split()[-1] for one in daokit("--json").data["waiting"]]
    warp(10 * DAY)
    done = daokit("fund", "recover", "finish", guarded.address, "--account", "grace", "--yes", "--json")
    assert done.data["owner"] == address("grace")
    drawn = daokit("draw", "100 tUSD", "--account", "grace", "--yes", "--json").data
    assert drawn["parts"][0]["part"]["text"] == "12.50 tUSD"
    assert daokit("draw", "10 tUSD", "--yes").code == 2


def test_who_has_their_key_vetoes_and_draws_on(daokit: Daokit, guarded: Fund) -> None:
    for name in ("bob", "judy"):
        daokit("fund", "recover", "sign", guarded.address, "grace", "--file", "lost.json", "--account", name, "--yes")
    daokit("fund", "recover", "start", "lost.json", "--account", "bob", "--yes")
    assert daokit("fund", "guardians", "show", "--json").data["recovery"]["to"] == address("grace")
    assert daokit("fund", "veto", "--yes").code == 0
    assert daokit("draw", "10 tUSD", "--yes").code == 0
    assert daokit("fund", "guardians", "remove", "--yes").code == 0
    assert daokit("fund", "guardians", "show", "--json").data["guardians"] is None


def test_only_guardians_sign_and_only_for_a_fund_that_there_is(daokit: Daokit, guarded: Fund) -> None:
    stranger = daokit("fund", "recover", "sign", "alice", "grace", "--account", "frank", "--yes")
    assert (stranger.code, "not a guardian of the fund" in stranger.err) == (1, True)
    nobody = daokit("fund", "recover", "sign", "frank", "grace", "--account", "bob", "--yes")
    assert (nobody.code, "no single fund of frank" in nobody.err) == (2, True)
