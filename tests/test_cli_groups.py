"""`daokit member`, `proposal`, `treasury` and `charter` as typed, in process, against a chain."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path

import pytest

from daokit.charter import template
from daokit.documents import text_hash
from daokit.options import COIN, Call, Option
from daokit.rpc import Rpc
from daokit.token import Token
from tests.people import DAY, address
from tests.test_cli import daokit

__all__ = ["daokit"]

OAK = "# Oak\n\nBuy oak for the winter.\n"


@pytest.fixture
def oak(daokit) -> Path:
    path = Path("oak.md")
    path.write_text(OAK)
    return path


def test_a_payment_within_the_bucket_is_ordinary(daokit, oak, money):
    said = daokit("proposal", "new", "oak.md", "--pay", "200 tUSD to judy for oak", "--yes", "--json")
    assert (said.code, said.data["proposal"], said.data["large"]) == (0, 1, False)
    seen = daokit("proposal", "show", "1", "--json").data
    assert seen["choices"][0]["actions"] == ["pay 200.00 tUSD to judy, for oak"]
    assert seen["choices"][0]["text"] == OAK


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (("--pay", "2,000 tUSD to judy"), "ordinary payments have 1,000.00 tUSD left now"),
        (("--expel", "bob"), "expel bob"),
        (("--grant", "5 units to bob"), "5 units"),
        (("--sell", "100 units at 5 tUSD until 2030-01-01, at most 20 each"), "sell 100 units"),
        (("--budget", "300 tUSD every 30 days to dave until 2030-01-01"), "dave"),
        (("--set", "quorum=30%"), "quorum"),
        (("--call", "treasury delistToken(address) tUSD-address"), "no name"),
    ],
)
def test_an_action_that_needs_it_declares_the_option_large_and_says_why(daokit, oak, money, action, words):
    said = daokit("proposal", "new", "oak.md", *action, "--dry-run")
    assert words in said.out + said.err
    if said.code == 0:
        assert "declared large: only a large option can" in said.err + said.out


def test_a_rival_is_compared_with_the_original(daokit, oak, money):
    daokit("proposal", "new", "oak.md", "--pay", "200 tUSD to judy for oak", "--yes")
    Path("walnut.md").write_text("# Walnut\n\nBuy oak for the winter.\n")
    assert daokit("proposal", "rival", "1", "walnut.md", "--account", "bob", "--yes", "--json").data["option"] == 1
    changed = daokit("proposal", "diff", "1", "1.1", "--json").data
    assert "-# Oak" in changed["text"] and "+# Walnut" in changed["text"]
    assert changed["removed"] == ["pay 200.00 tUSD to judy, for oak"]


def test_both_results_are_drawn_as_bars(daokit, oak, as_, warp):
    daokit("proposal", "new", "oak.md", "--yes")
    warp(3 * DAY)
    daokit("vote", "1", "+3", "--yes")
    as_("bob").governor.vote(1, -2)
    shown = daokit("proposal", "show", "1").out
    assert "█" in shown and "+1 votes" in shown and "1 for, 1 against" in shown
    assert "ahead" in shown


def test_a_simulation_shows_balances_and_changes_nothing(daokit, oak, coop, coin, money):
    daokit("proposal", "new", "oak.md", "--pay", "200 tUSD to judy", "--yes")
    tried = daokit("proposal", "simulate", "1", "--json").data
    assert {(one["before"]["amount"], one["after"]["amount"]) for one in tried["changes"]} == {
        (money, money - 20_000),
        (0, 20_000),
    }
    assert Token(coop.chain, coin).balance(address("judy")) == 0


def test_a_passed_proposal_is_executed_and_listed(daokit, oak, money, warp):
    daokit("proposal", "new", "oak.md", "--pay", "200 tUSD to judy", "--yes")
    warp(3 * DAY)
    daokit("vote", "1", "+1", "--yes")
    warp(7 * DAY)
    assert daokit("proposal", "execute", "1", "--yes").code == 0
    assert daokit("proposal", "list", "--json").data == []
    (over,) = daokit("proposal", "list", "--all", "--json").data
    assert (over["state"], over["title"]) == ("executed", "Oak")


def test_a_proposal_is_cancelled_by_who_opened_it(daokit, oak):
    daokit("proposal", "new", "oak.md", "--yes")
    assert daokit("proposal", "cancel", "1", "--account", "bob", "--yes").code == 1
    assert daokit("proposal", "cancel", "1", "--yes").code == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("proposal", "new", "nowhere.md"), "there is no file nowhere.md"),
        (("proposal", "new", "empty.md"), "empty.md is empty"),
        (("proposal", "new", "oak.md", "--pay", "much to bob"), "2500 tUSD to builder"),
        (("proposal", "new", "oak.md", "--pay", "5 tUSD to bobb"), "did you mean bob"),
        (("proposal", "new", "oak.md", "--set", "quorom=30%"), "quorum"),
        (("proposal", "show", "99"), "there is no proposal 99"),
        (("proposal", "diff", "x", "1"), "names no option"),
        (("member", "show", "nobody"), 'no name "nobody"'),
        (("member", "show", "judy"), "holds no seat here and has not applied"),
        (("treasury", "deposit", "12"), "write it with its token"),
        (("treasury", "collect"), "the treasury owes you nothing"),
        (("treasury", "budget", "pay", "1", "2 tUSD", "bob"), "there are no budgets here"),
        (("treasury", "units", "buy", "10"), "no sale has been opened here"),
        (("member", "object", "judy"), "judy has not applied here"),
        (("member", "object", "alise"), "did you mean alice"),
        (("treasury", "deposit", "12 tEUR"), "tEUR"),
        (("proposal", "simulate", "99"), "there is no proposal 99"),
        (("charter", "diff", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_bad_input_gets_one_sentence(daokit, oak, words, sentence):
    Path("empty.md").write_text("\n")
    said = daokit(*words, "--yes")
    assert said.code == 2
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_without_a_terminal_nothing_is_sent(daokit, oak, coop):
    said = daokit("proposal", "new", "oak.md")
    assert said.code == 2
    assert coop.governor.count() == 0


def test_the_roll_shows_members_and_applicants(daokit, coop, as_):
    as_("frank").membership.join("Frank", coop.membership.charter()[0])
    listed = daokit("member", "list", "--json").data
    assert [seat["name"] for seat in listed["seats"]] == ["alice", "bob", "carol", "dave", "erin"]
    assert listed["applications"][0]["state"] == "sponsoring"
    assert daokit("member", "sponsor", "frank", "--yes", "--json").data["sponsors"] == [1]
    shown = daokit("member", "sponsor", "frank", "--account", "bob", "--yes")
    assert "the sponsors are complete" in shown.out
    assert daokit("member", "show", "frank", "--json").data["sponsors"] == [1, 2]
    assert "1 of 1 objections" in daokit("member", "object", "frank", "--account", "carol", "--yes").out
    assert "vouched for by bob" in daokit("member", "history").out


def test_money_goes_in_and_is_shown(daokit, coop, coin, money):
    said = daokit("treasury", "deposit", "12.50 tUSD", "--purpose", "revenue: a stool", "--yes", "--json")
    assert said.data["received"] == {"amount": 1250, "token": coin, "text": "12.50 tUSD"}
    (tokens,) = [one for one in daokit("treasury", "show", "--json").data["tokens"] if one["token"] == coin]
    assert tokens["revenue"]["amount"] == money + 1250
    Token(coop.chain, coin).transfer(coop.treasury.address, 700)
    assert "booked 7.00 tUSD as revenue" in daokit("treasury", "recognise", "--yes").out
    assert "nothing has come" in daokit("treasury", "recognise", "--yes").out


def test_one_command_gives_notice_and_exits(daokit, coin, money, warp):
    given = daokit("treasury", "exit", "40", "--account", "bob", "--yes", "--json").data
    assert given["noticed"] == 40
    assert "runs until" in daokit("treasury", "exit", "--account", "bob", "--yes").out
    warp(5 * DAY)
    done = daokit("treasury", "exit", "--account", "bob", "--yes", "--json").data
    assert done["paid"] == [{"amount": money * 40 // 500, "token": coin, "text": "800.00 tUSD"}]


def test_units_are_listed_with_what_one_is_worth_and_bought_in_a_sale(daokit, coop, coin, money, decide):
    sale = (coin, 100, 10, 60, coop.chain.now() + 200 * DAY)
    call = Call(coop.treasury.address, 0, coop.treasury.encode("openSale", sale))
    decide(Option(text_hash("a sale"), large=True, calls=(call,)))
    seen = daokit("treasury", "units", "--json").data
    assert (seen["total"], seen["sales"][0]["left"]) == (500, 100)
    assert {one["token"]: one["amount"] for one in seen["worth"]} == {COIN: 0, coin: money // 500}
    assert daokit("treasury", "units", "buy", "10", "--yes", "--json").data["paid"]["amount"] == 100


def test_a_budget_is_listed_and_paid_from(daokit, coop, coin, money, decide):
    terms = (address("dave"), coin, 1_000, 30 * DAY, coop.chain.now() + 300 * DAY)
    call = Call(coop.treasury.address, 0, coop.treasury.encode("openBudget", *terms))
    decide(Option(text_hash("a budget"), large=True, calls=(call,)))
    paid = daokit("treasury", "budget", "pay", "1", "6 tUSD", "judy", "--account", "dave", "--yes", "--json").data
    assert (paid["paid"]["text"], paid["to"], paid["arrived"]) == ("6.00 tUSD", address("judy"), True)
    assert daokit("treasury", "budget", "--json").data[0]["left"] == {"amount": 400, "token": coin, "text": "4.00 tUSD"}
    assert "4.00 tUSD" in daokit("treasury", "budget").out


def test_the_charter_is_shown_in_words(daokit):
    shown = daokit("charter", "show")
    assert shown.code == 0
    assert "quorum" in shown.out and "20%" in shown.out


def test_a_charter_file_is_compared_with_the_chain_and_the_proposal_written(daokit, coop, coin):
    text = (
        template("workshop", "Mill")
        .replace('quorum = "20%"', 'quorum = "30%"')
        .replace('notice = "5 days"', 'notice = "6 days"')
    )
    text = text.replace('large_delay = "7 days"', 'large_delay = "8 days"').replace(
        'tokens = ["tUSD"]', f'tokens = ["{coin}"]'
    )
    Path("charter.toml").write_text(text)
    said = daokit("charter", "diff", "charter.toml", "--write", "change.md", "--json").data
    found = {one["key"]: one for one in said["differences"]}
    assert (found["voting.quorum"]["chain"], found["voting.quorum"]["file"]) == ("20%", "30%")
    assert not found["exit.notice"]["possible"]  # it can never be raised
    assert "voting.quorum=30%" in said["command"]
    assert "quorum" in Path("change.md").read_text()


def test_a_charter_file_that_says_the_same_differs_in_nothing_but_its_text(daokit, coin):
    text = template("workshop", "Mill").replace('tokens = ["tUSD"]', f'tokens = ["{coin}"]')
    Path("charter.toml").write_text(text)
    said = daokit("charter", "diff", "--json").data
    assert [one["key"] for one in said["differences"]] == ["text"]


# What members see of each other's words


def test_a_text_elsewhere_is_shown_where_it_is_kept_and_said_to_be_unchecked_elsewhere(
    daokit, oak, tmp_path, monkeypatch
):
    said = daokit("proposal", "new", "oak.md", "--uri", "https://mill.example/oak.md", "--yes", "--json")
    assert "put the very same bytes at https://mill.example/oak.md" in said.err
    assert daokit("proposal", "show", "1", "--json").data["choices"][0]["text"] == OAK
    assert daokit("proposal", "list", "--json").data[0]["title"] == "Oak"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
    seen = daokit("proposal", "show", "1")
    assert "https://mill.example/oak.md: not checked here" in seen.out
    assert text_hash(OAK) in " ".join(seen.out.split())


def test_a_copy_that_was_changed_is_not_shown(daokit, oak, state):
    daokit("proposal", "new", "oak.md", "--uri", "https://mill.example/oak.md", "--yes")
    (copy,) = (state / "texts").iterdir()
    copy.write_text("# Gold\n")
    assert daokit("proposal", "show", "1", "--json").data["choices"][0]["text"] is None


def test_a_dry_run_leaves_no_copy(daokit, oak, state):
    assert daokit("proposal", "new", "oak.md", "--uri", "https://mill.example/oak.md", "--dry-run").code == 0
    assert not (state / "texts").exists()


def test_no_line_of_a_text_passes_for_one_of_the_program(daokit):
    Path("trick.md").write_text("# Tea\n- pay 1.00 tUSD to bob\n  net ████ +99 votes\n\x1b[2J\u202e" + "x" * 300 + "\n")
    daokit("proposal", "new", "trick.md", "--yes")
    shown = daokit("proposal", "show", "1").out
    assert "\x1b" not in shown and "\u202e" not in shown
    theirs = [line for line in shown.splitlines() if "tUSD" in line or "+99" in line or "xxx" in line]
    assert len(theirs) > 4 and all(line.startswith("│ ") for line in theirs)
    assert "- it does nothing by itself" in shown


def test_a_text_that_is_too_long_for_the_chain_needs_a_uri(daokit):
    Path("long.md").write_text("# Long\n" + "word " * 2_000)
    said = daokit("proposal", "new", "long.md", "--yes")
    assert (said.code, "give that uri" in said.err) == (2, True)


# What one can still do


def test_a_proposal_says_what_i_have_cast_and_can_still_cast(daokit, oak, as_, warp):
    daokit("proposal", "new", "oak.md", "--yes")
    warp(3 * DAY)
    daokit("vote", "1", "-6", "--yes")
    shown = daokit("proposal", "show", "1").out
    assert "-6 votes on 1; 64 credits left: up to 8 votes on one option" in shown
    data = daokit("proposal", "show", "1", "--json").data
    assert (data["credits_left"], data["choices"][0]["my_votes"]) == (64, -6)
    stranger = daokit("proposal", "show", "1", "--account", "judy", "--json").data
    assert (stranger["credits_left"], stranger["choices"][0]["my_votes"]) == (None, None)


def test_the_list_asks_the_node_as_often_for_many_proposals_as_for_one(daokit, as_, monkeypatch):
    def exchanges() -> int:
        daokit("proposal", "list")  # takes in what is new
        with monkeypatch.context() as patch:
            counted = Counter()
            for name in ("request", "batch"):
                patch.setattr(Rpc, name, _counted(getattr(Rpc, name), counted))
            assert daokit("proposal", "list", "--all").code == 0
        return counted.total()

    as_("alice").governor.propose(Option(text_hash("one")))
    one = exchanges()
    for name in ("bob", "carol", "dave", "erin"):
        as_(name).governor.propose(Option(text_hash(name)))
    assert exchanges() <= one


def _counted(real, counted):
    def ask(self, *given):
        counted[real.__name__] += 1
        return real(self, *given)

    return ask


# Trying out


def test_what_would_fail_is_said_and_nothing_is_sent(daokit, coop, oak, money, as_):
    daokit("proposal", "new", "oak.md", "--pay", "20,000 tUSD to judy", "--yes")
    tried = daokit("proposal", "simulate", "1")
    assert tried.code == 0
    assert "it would fail now" in tried.out and "10,000.00 tUSD" in tried.out


def test_calls_to_the_collective_are_tried_once_the_option_can_be_executed(daokit, coop, oak, as_, warp):
    daokit("proposal", "new", "oak.md", "--set", "quorum=40%", "--yes")
    tried = daokit("proposal", "simulate", "1")
    assert "tried only once the option can be executed" in tried.out
    warp(3 * DAY)
    for name in ("alice", "bob"):
        daokit("vote", "1", "+1", "--account", name, "--yes")
    warp(12 * DAY)
    tried = daokit("proposal", "simulate", "1", "--json").data
    assert (tried["whole"], tried["unseen"], tried["failure"]) == (True, [], None)
    assert coop.governor.rules().quorum_bps == 2_000
    assert daokit("proposal", "execute", "1", "--yes").code == 0
    assert coop.governor.rules().quorum_bps == 4_000


def test_a_rival_is_tried_by_its_place(daokit, oak, money):
    daokit("proposal", "new", "oak.md", "--yes")
    daokit("proposal", "rival", "1", "oak.md", "--pay", "10 tUSD to judy", "--account", "bob", "--yes")
    assert daokit("proposal", "simulate", "1", "--json").data["changes"] == []
    assert len(daokit("proposal", "simulate", "1.1", "--json").data["changes"]) == 2


# Units


def test_a_member_sees_own_units_notice_and_what_was_bought(daokit, coop, coin, money, decide):
    sale = (coin, 100, 10, 60, coop.chain.now() + 200 * DAY)
    decide(Option(text_hash("s"), large=True, calls=(_call(coop, "openSale", sale),)))
    daokit("treasury", "units", "buy", "10", "--yes")
    daokit("treasury", "exit", "40", "--yes")
    mine = daokit("treasury", "units", "--json").data["mine"]
    assert (mine["units"], mine["noticed"], mine["lot"]["units"], mine["lot"]["paid"]["text"]) == (
        110,
        40,
        10,
        "1.00 tUSD",
    )
    shown = daokit("treasury", "units").out
    assert (
        "your units    110" in shown
        and "40, exit from" in shown
        and "exit only in tUSD, for at most 1.00 tUSD" in shown
    )
    assert daokit("treasury", "units", "buy", "61", "--yes").code == 1
    assert daokit("treasury", "units", "buy", "1", "--sale", "2", "--yes").code == 2
    assert daokit("treasury", "units", "buy", "0", "--yes").code == 2


def test_an_exit_that_would_bring_nothing_is_refused(daokit, coop, warp):
    daokit("treasury", "exit", "--yes")
    warp(5 * DAY)
    said = daokit("treasury", "exit", "--yes")
    assert (said.code, "an exit would bring nothing" in said.err) == (1, True)
    assert coop.treasury.holding(address("alice")).units == 100


def test_a_budget_pays_in_its_own_token_and_only_its_spender(daokit, coop, coin, money, decide):
    terms = (address("dave"), coin, 1_000, 30 * DAY, coop.chain.now() + 300 * DAY)
    decide(Option(text_hash("b"), large=True, calls=(_call(coop, "openBudget", *terms),)))
    wrong = daokit("treasury", "budget", "pay", "1", "1 ETH", "judy", "--account", "dave", "--yes")
    assert (wrong.code, "budget 1 is in tUSD, not in ETH" in wrong.err) == (2, True)
    assert daokit("treasury", "budget", "pay", "1", "1 tUSD", "judy", "--yes").code == 1
    assert daokit("treasury", "budget", "pay", "2", "1 tUSD", "judy", "--yes").code == 2


def _call(coop, function, *arguments):
    return Call(coop.treasury.address, 0, coop.treasury.encode(function, *arguments))


# Joining


def test_an_objection_names_whom_it_stops_and_can_be_taken_back(daokit, coop, as_, decide, warp):
    # Two of five seats stop an application.
    rules = Call(coop.address, 0, coop.membership.encode("setAdmission", (2, 3 * DAY, 4_000, 2, 500)))
    decide(Option(text_hash("r"), large=True, calls=(rules,)))
    as_("frank").membership.join("Frank", coop.membership.charter()[0])
    early = daokit("member", "object", "frank", "--yes")
    assert (early.code, "still looking for sponsors" in early.err) == (1, True)
    for name in ("alice", "bob"):
        daokit("member", "sponsor", "frank", "--account", name, "--yes")
    said = daokit("member", "object", "frank", "--account", "carol", "--yes")
    assert "object to the application of frank" in said.err
    assert "1 of 2 objections" in said.out and "members may object until" in said.out
    assert "0 of 2" in daokit("member", "object", "frank", "--withdraw", "--account", "carol", "--yes").out
    assert "members may object: `daokit member object frank`" in daokit("member", "show", "frank").out
    daokit("member", "object", "frank", "--account", "carol", "--yes")
    assert "it is stopped" in daokit("member", "object", "frank", "--account", "dave", "--yes").out
    assert "proposal new … --admit frank" in daokit("member", "show", "frank").out
    late = daokit("member", "object", "frank", "--account", "erin", "--yes")
    assert (late.code, "stopped by objections already" in late.err) == (1, True)


# The charter


def test_the_proposal_that_charter_diff_writes_brings_the_chain_to_the_file(daokit, coop, coin, as_, warp):
    text = template("workshop", "Mill").replace('tokens = ["tUSD"]', "tokens = []").replace("a quarter", "a month")
    for old, new in (
        ('quorum = "20%"', 'quorum = "35%"'),
        ('length = "90 days"', 'length = "60 days"'),
        ('window = "3 days"', 'window = "2 days"'),
        ('notice = "5 days"', 'notice = "4 days"'),
        ("one_open_proposal = true", "one_open_proposal = false"),
    ):
        assert old in text
        text = text.replace(old, new)
    Path("charter.toml").write_text(text)
    said = daokit("charter", "diff", "--write", "change.md", "--json").data
    command = shlex.split(said["command"])
    assert command[:4] == ["daokit", "proposal", "new", "change.md"]
    assert "voting.quorum: 20% becomes 35%" in Path("change.md").read_text()
    assert daokit(*command[1:], "--yes", "--json").data["large"] is True
    warp(3 * DAY)
    for name in ("alice", "bob", "carol"):
        as_(name).governor.vote(1, 1)
    warp(12 * DAY)
    assert daokit("proposal", "execute", "1", "--yes").code == 0
    assert daokit("charter", "diff", "--json").data["differences"] == []
    assert "say the same" in daokit("charter", "diff").out


def test_a_dry_run_of_charter_diff_writes_nothing(daokit, coop):
    Path("charter.toml").write_text(template("workshop", "Mill"))
    daokit("charter", "diff", "--write", "change.md", "--dry-run")
    assert not Path("change.md").exists()


def test_the_charter_says_whether_its_text_was_checked(daokit):
    shown = daokit("charter", "show").out
    # This collective was founded with a hash and no uri.
    assert "NOT CHECKED" in shown
    assert "20% of the seats must be for an option" in shown
    assert daokit("charter", "show", "--json").data["rules"]["voting.quorum"] == 2_000
