"""The command line as typed, in process, against a chain: answers, refusals and their exit codes."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from daokit.cli import run
from daokit.cli.options import Options, take
from daokit.cli.refusals import sentence
from daokit.cli.session import Session
from daokit.collective import Collective
from daokit.documents import data_uri, text_hash
from daokit.errors import Reverted, RuleBroken, UsageError
from daokit.factory import address_of
from daokit.hashing import keccak
from daokit.options import Option
from daokit.token import Token
from tests.people import DAY, address

LATHE = "# Buy a lathe\n\nThe old one is worn out.\n"


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The answer of a command with --json."""
        answer = json.loads(self.out)
        return answer["data"] if answer["ok"] else answer["error"]


Daokit = Callable[..., Said]


@pytest.fixture
def daokit(
    coop: Collective, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Daokit:
    """Types a command as alice, in an empty folder, where nobody sits at a terminal."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DAOKIT_NETWORK", coop.chain.rpc.url)
    monkeypatch.setenv("DAOKIT_COLLECTIVE", coop.address)
    monkeypatch.setenv("DAOKIT_ACCOUNT", "alice")
    return typist(monkeypatch, capsys)


def typist(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Daokit:
    """Types commands where nobody sits at a terminal."""

    def typed(*words: str) -> Said:
        capsys.readouterr()
        with open(os.devnull) as nobody:
            monkeypatch.setattr(sys, "stdin", nobody)
            code = run(words)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return typed


@pytest.fixture
def lathe(coop: Collective, warp: Callable[[int], None]) -> int:
    """A proposal of alice whose voting is open."""
    number = coop.governor.propose(Option(text_hash(LATHE), data_uri(LATHE)))
    warp(3 * DAY)
    return number


# The options of every command


def test_options_stand_before_or_after_the_command() -> None:
    wanted = (Options(json=True, yes=True, account="bob"), ["vote", "7", "-3"])
    assert take(["--json", "--account", "bob", "vote", "7", "-3", "--yes"]) == wanted
    assert take(["vote", "7", "-3", "--yes", "--account=bob", "--json"]) == wanted


def test_words_behind_two_dashes_are_no_options() -> None:
    assert take(["vote", "--", "--yes"]) == (Options(), ["vote", "--", "--yes"])


def test_an_option_without_its_word_is_refused() -> None:
    for words in (["vote", "--account"], ["--account", "--yes", "vote"], ["--account="]):
        with pytest.raises(UsageError, match="--account needs a word"):
            take(words)


# Voting


def test_a_vote_says_what_it_costs_and_what_is_left(daokit: Daokit, lathe: int) -> None:
    said = daokit("vote", "1", "-6", "--yes")
    assert said.code == 0
    assert "-6 votes on 1: Buy a lathe" in said.err
    assert "6 votes cost 36 of your 100 credits; you could still cast 8 elsewhere" in said.err
    assert "64 credits left" in said.out


def test_a_second_vote_says_what_comes_back(daokit: Daokit, lathe: int) -> None:
    assert daokit("vote", "1", "+6", "--yes").code == 0
    said = daokit("--json", "vote", "1", "-2", "--yes")
    assert said.data["ballots"] == [{"seat": 1, "proposal": 1, "option": 0, "votes": -2, "cost": 4}]
    assert said.data["credits_left"] == 96
    assert "2 votes cost 4 of your 100 credits (after 36 credits back" in said.err


def test_too_many_votes_are_refused_in_one_sentence(daokit: Daokit, lathe: int) -> None:
    said = daokit("vote", "1", "11", "--yes")
    assert (said.code, said.out) == (1, "")
    assert said.err == "refused: Seat 1 wants to spend 121 voice credits this season and has 100.\n"


def test_a_refusal_as_json_carries_its_values(daokit: Daokit, lathe: int) -> None:
    said = daokit("vote", "1", "11", "--yes", "--json")
    assert (said.code, said.err) == (1, "")
    assert said.data["name"] == "NotEnoughCredits"
    assert said.data["values"] == {"seat": 1, "cost": 121, "left": 100}


def test_a_late_vote_is_told_the_hours(daokit: Daokit, lathe: int, warp: Callable[[int], None]) -> None:
    warp(5 * DAY)
    said = daokit("vote", "1", "1", "--yes")
    assert said.code == 1
    assert "Voting on this proposal runs from" in said.err
    assert "unix" not in said.err
    assert "(5 days ago)" in said.err


def test_a_refusal_calls_people_by_name(daokit: Daokit, coop: Collective) -> None:
    chain = coop.chain
    session = Session(Options(network=chain.rpc.url, collective=coop.address, account="carol"))
    with pytest.raises(Reverted) as refused:
        session.membership.seat_applicant(address("frank"))
    assert sentence(refused.value, session) == "frank (0x9965…A4dc) has no open application under the present charter."
    with pytest.raises(Reverted) as refused:
        session.treasury.exit(100, [])
    assert "carol (0x3C44…93BC) can exit from" in sentence(refused.value, session)
    session.close()


def test_nobody_at_a_terminal_and_no_yes_sends_nothing(daokit: Daokit, coop: Collective, lathe: int) -> None:
    said = daokit("vote", "1", "3")
    assert said.code == 2
    assert said.err.splitlines()[-1].endswith("say --yes to go on")
    assert coop.governor.ballot(address("alice"), 1) == 0


def test_a_dry_run_shows_and_signs_nothing(daokit: Daokit, coop: Collective, lathe: int) -> None:
    said = daokit("vote", "1", "3", "--dry-run", "--json")
    assert said.code == 0
    assert said.data["dry_run"] is True
    assert said.data["words"][0] == "+3 votes on 1: Buy a lathe"
    assert coop.governor.ballot(address("alice"), 1) == 0


def test_what_is_no_ballot_is_refused_before_anything_is_asked(daokit: Daokit) -> None:
    for words in (["7"], ["7", "much"], ["7", "127"], ["x", "3"], ["7", "3", "7", "4"], ["7", "--foo"]):
        assert daokit("vote", *words, "--yes").code == 2, words


def test_a_paper_of_many_ballots_is_one_transaction(
    daokit: Daokit, as_: Callable[[str], Collective], lathe: int
) -> None:
    option = Option(text_hash("mend the old one"))
    as_("bob").governor.propose(option)
    said = daokit("vote", "1", "+6", "2", "for", "--yes")
    # Voting on the second is not open yet: then the first is not cast either.
    assert said.code == 1
    assert as_("bob").governor.ballot(address("alice"), 1) == 0


# Coming and going


def test_joining_goes_on_where_it_stands(
    daokit: Daokit, as_: Callable[[str], Collective], warp: Callable[[int], None]
) -> None:
    frank = ("join", "--account", "frank", "--yes")
    assert "sponsors: 0 of 2" in daokit(*frank).out
    as_("alice").membership.sponsor(address("frank"))
    assert "sponsors: 1 of 2" in daokit(*frank).out
    as_("bob").membership.sponsor(address("frank"))
    assert "members may object until" in daokit(*frank).out
    warp(3 * DAY)
    assert "you hold seat 6" in daokit(*frank).out
    assert "you are a member already: seat 6" in daokit(*frank).out


def test_an_application_can_be_taken_back_at_any_time_before_the_seat(
    daokit: Daokit, coop: Collective, as_: Callable[[str], Collective]
) -> None:
    back = ("join", "--withdraw", "--account", "frank")
    said = daokit(*back, "--yes")
    assert said.code == 2 and "you have no application here" in said.err
    daokit("join", "--account", "frank", "--yes")
    said = daokit(*back, "--dry-run")
    assert "take your application back" in said.err
    assert coop.membership.application(address("frank")).state.name == "SPONSORING"
    as_("alice").membership.sponsor(address("frank"))
    assert "your application is taken back" in daokit(*back, "--yes").out
    assert coop.membership.application(address("frank")).state.name == "NONE"
    assert "sponsors: 0 of 2" in daokit("join", "--account", "frank", "--yes").out
    said = daokit("join", "--withdraw", "--account", "alice", "--yes")
    assert said.code == 2 and "you hold seat 1 already; `daokit leave` gives it up" in said.err


def test_leaving_gives_up_the_seat_and_takes_the_share(
    daokit: Daokit, coop: Collective, money: int, warp: Callable[[int], None]
) -> None:
    said = daokit("leave", "--account", "bob", "--yes")
    assert said.code == 0
    assert "you have given up seat 2" in said.out
    assert "notice given for 100 units" in said.out
    assert "runs until" in daokit("leave", "--account", "bob", "--yes").out
    warp(5 * DAY)
    said = daokit("leave", "--account", "bob", "--yes")
    # 100 of 500 units: a fifth of 10,000.00.
    assert "paid to you: 2,000.00 tUSD" in said.out
    assert daokit("leave", "--account", "bob", "--yes").code == 2


def test_leaving_for_an_empty_treasury_burns_nothing(
    daokit: Daokit, coop: Collective, warp: Callable[[int], None]
) -> None:
    daokit("leave", "--account", "bob", "--yes")
    warp(5 * DAY)
    assert "would bring nothing" in daokit("leave", "--account", "bob", "--yes").out
    assert coop.treasury.holding(address("bob")).units == 100


def test_the_seat_can_be_given_up_alone(daokit: Daokit, coop: Collective) -> None:
    assert "your 100 units stay yours" in daokit("leave", "--keep-units", "--yes").out
    assert coop.treasury.holding(address("alice")).noticed == 0


# Where one stands


def test_home_says_what_waits_and_what_comes_next(daokit: Daokit, lathe: int) -> None:
    said = daokit()
    assert said.code == 0
    for words in ("Mill", "alice", "seat 1", "your vote on proposal 1 (Buy a lathe)", "daokit vote 1 +1"):
        assert words in said.out
    daokit("vote", "1", "for", "--yes")
    assert daokit("--json").data["waiting"] == []


def test_home_tells_of_an_option_that_can_be_executed(
    daokit: Daokit, as_: Callable[[str], Collective], lathe: int, warp: Callable[[int], None]
) -> None:
    as_("alice").governor.vote(1, 2)
    warp(7 * DAY)
    waiting = daokit("--json").data["waiting"]
    assert [one["command"] for one in waiting] == ["daokit proposal execute 1"]


def test_home_tells_sponsors_of_an_applicant(daokit: Daokit) -> None:
    daokit("join", "--account", "frank", "--yes")
    commands = [one["command"] for one in daokit("--json").data["waiting"]]
    assert commands == ["daokit member sponsor frank"]
    # Whoever applies under the name of somebody else is not who is sponsored by that name.
    daokit("join", "--account", "grace", "--name", "bob", "--yes")
    commands = [one["command"] for one in daokit("--json").data["waiting"]]
    assert f"daokit member sponsor {address('grace')}" in commands


def test_home_without_a_collective_says_how_to_begin(daokit: Daokit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAOKIT_COLLECTIVE")
    said = daokit()
    assert said.code == 0
    assert "daokit init" in said.out


def test_status_and_whoami_show_money_with_its_symbol(daokit: Daokit, money: int) -> None:
    assert "10,000.00 tUSD" in daokit("status").out
    assert "20.00 tUSD" in daokit("status").out  # a unit of 500
    assert "100 of 500" in daokit("whoami").out
    assert daokit("--json", "whoami").data["units"] == 100


def test_status_and_the_treasury_show_how_a_unit_s_worth_grew(
    daokit: Daokit, coop: Collective, coin: str, money: int, warp: Callable[[int], None]
) -> None:
    assert "days ago" not in daokit("status").out
    warp(40 * DAY)
    Token(coop.chain, coin).transfer(coop.treasury.address, 500_00)
    for command in (("status",), ("treasury", "show")):
        said = daokit(*command)
        rows = [line.split() for line in said.out.splitlines()]
        assert any(row[-6:] == ["21.00", "tUSD", "20.00", "tUSD", "20.00", "tUSD"] for row in rows), said.out
        assert "a unit now" in said.out and "30 days ago" in said.out and "39 days ago" in said.out
        words = "in no earlier column, since it came by plain transfer or was moved by a call: 500.00 tUSD"
        assert words in " ".join(said.out.split())
        worth = daokit("--json", *command).data["worth"]
        assert [one["a_unit"][1]["amount"] for one in (*worth["earlier"], worth["now"])] == [2_000, 2_000, 2_100]
        assert worth["besides"] == [{"amount": 500_00, "token": coin, "text": "500.00 tUSD"}]


def test_using_a_collective_by_chain_and_address_needs_no_file(
    daokit: Daokit, coop: Collective, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAOKIT_COLLECTIVE")
    assert daokit("status").code == 2
    assert daokit("use", f"31337:{coop.address}", "--network", coop.chain.rpc.url).code == 0
    assert "Mill" in daokit("status").out


def test_using_a_collective_on_another_chain_is_refused(daokit: Daokit, coop: Collective) -> None:
    said = daokit("use", f"10:{coop.address}", "--network", coop.chain.rpc.url)
    assert said.code == 1
    assert "is on chain 10" in said.err


def test_what_is_no_collective_is_not_taken_up(daokit: Daokit, coop: Collective, coin: str) -> None:
    for other in (coin, coop.treasury.address, address_of("Collective")):
        said = daokit("use", f"31337:{other}", "--network", coop.chain.rpc.url)
        assert said.code == 1 and f"at {other} is not the code of daokit's Collective" in said.err, said.err


# Founding


def test_a_charter_is_written_founded_and_chosen(daokit: Daokit, coin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAOKIT_COLLECTIVE")
    assert daokit("init", "--like", "workshop", "--name", "River Co-op").code == 0
    path = Path("charter.toml")
    path.write_text(path.read_text().replace('["tUSD"]', f'["{coin}"]'))
    assert daokit("init").code == 1  # a file that is there is not overwritten
    dry = daokit("found", "charter.toml", "--dry-run")
    assert (dry.code, "Found River Co-op" in dry.err) == (0, True)
    founded = daokit("found", "charter.toml", "--yes", "--json")
    assert founded.code == 0
    assert daokit("--json", "status").data["address"] == founded.data["collective"]
    again = daokit("found", "charter.toml", "--yes", "--json")
    assert again.data["collective"] == founded.data["collective"]
    assert again.data["fee_wei"] == 0


def test_a_malformed_charter_is_refused_with_its_place(daokit: Daokit) -> None:
    Path("charter.toml").write_text('name = "X"\nnumbr = 3\n')
    said = daokit("found", "charter.toml", "--yes")
    assert said.code == 2
    assert "numbr" in said.err


# Keys and names


def test_a_key_is_made_and_signs(daokit: Daokit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    password.chmod(0o600)
    monkeypatch.setenv("DAOKIT_PASSWORD_FILE", str(password))
    made = daokit("account", "new", "maria", "--json").data
    listed = {one["name"]: one for one in daokit("account", "list", "--json").data}
    assert (listed["maria"]["address"], listed["maria"]["balance"]) == (made["address"], 0)
    assert listed["alice"]["balance"] > 0 and listed["alice"]["chosen"]
    assert made["address"] in daokit("account", "list").out
    away = daokit("account", "list", "--network", "http://127.0.0.1:1")
    assert away.code == 0 and made["address"] in away.out and "what they have is not known" in away.out
    assert daokit("account", "export", "maria", "maria.copy").code == 0 and Path("maria.copy").is_file()
    said = daokit("join", "--account", "maria", "--yes")
    assert said.code == 1  # no coin for the fee
    assert "send coin to" in said.err


def test_a_wrong_password_and_no_terminal_are_told_apart(
    daokit: Daokit, coop: Collective, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    password.chmod(0o600)
    monkeypatch.setenv("DAOKIT_PASSWORD_FILE", str(password))
    maria = daokit("account", "new", "maria", "--json").data["address"]
    coop.chain.rpc.request("anvil_setBalance", [maria, hex(10**18)])
    password.write_text("wrong\n")
    said = daokit("join", "--account", "maria", "--yes")
    assert (said.code, 'wrong password for "maria"' in said.err) == (1, True)
    monkeypatch.delenv("DAOKIT_PASSWORD_FILE")
    said = daokit("join", "--account", "maria", "--yes")
    assert (said.code, "no terminal to ask for the password" in said.err) == (2, True)


def test_an_existing_key_comes_by_a_pipe_and_is_not_repeated(
    daokit: Daokit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    password.chmod(0o600)
    monkeypatch.setenv("DAOKIT_PASSWORD_FILE", str(password))
    for secret, code in (("0x" + "11" * 32, 0), ("0x11", 2)):
        monkeypatch.setattr(sys, "stdin", io.StringIO(secret + "\n"))
        assert run(["account", "import", f"key{code}"]) == code
        said = capsys.readouterr()
        assert "1111" not in said.out + said.err
    assert (tmp_path / "accounts" / "key0.json").stat().st_mode & 0o777 == 0o600
    # A name that is taken is refused before the secret is asked for.
    for words in (["import", "key0"], ["import", "key0", "--dry-run"], ["import", "a/b"], ["new", "key0", "--dry-run"]):
        typed = io.StringIO("0x" + "22" * 32 + "\n")
        monkeypatch.setattr(sys, "stdin", typed)
        assert run(["account", *words]) in (1, 2)
        assert capsys.readouterr().err.endswith(("choose another name\n", "at most 64\n")) and typed.tell() == 0


def test_a_name_in_the_address_book_is_used_everywhere(daokit: Daokit) -> None:
    assert daokit("account", "name", "builder", "0x00000000000000000000000000000000000b111d").code == 0
    assert "builder" in daokit("whoami", "--account", "0x00000000000000000000000000000000000b111d").out


def test_a_look_alike_of_a_known_address_is_refused(daokit: Daokit) -> None:
    alike = address("bob")[:6] + "0" * 32 + address("bob")[-4:]
    said = daokit("account", "name", "builder", alike.lower())
    assert said.code == 1
    assert "look-alikes" in said.err


# What goes wrong


def test_an_unknown_account_is_refused_with_the_near_ones(daokit: Daokit) -> None:
    said = daokit("whoami", "--account", "alise")
    assert said.code == 2
    assert "did you mean alice?" in said.err


def test_an_unknown_command_is_refused_with_the_near_one(daokit: Daokit) -> None:
    said = daokit("vot", "--json")
    assert said.code == 2
    assert "did you mean 'vote'?" in said.data["message"]


def test_a_group_without_its_command_says_which_there_are(daokit: Daokit) -> None:
    said = daokit("tx")
    assert (said.code, said.err) == (
        2,
        "daokit: say which: `daokit tx` has list, show, replace, cancel, resume; --help explains them\n",
    )


def test_no_node_is_exit_code_three(daokit: Daokit, tmp_path: Path) -> None:
    said = daokit("status", "--network", str(tmp_path / "nobody.ipc"))
    assert said.code == 3
    assert len(said.err.splitlines()) == 1


def test_the_wrong_chain_is_refused(daokit: Daokit, coop: Collective) -> None:
    Path("daokit.toml").write_text(f'[network.optimism]\nurl = "{coop.chain.rpc.url}"\nchain_id = 10\n')
    said = daokit("status", "--network", "optimism")
    assert said.code == 1
    assert "wrong chain" in said.err


def test_another_code_than_the_recorded_one_is_not_written_to(
    daokit: Daokit, coop: Collective, lathe: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert daokit("use", f"31337:{coop.address}", "--network", coop.chain.rpc.url).code == 0
    code = coop.chain.code(coop.address)
    coop.chain.rpc.request("anvil_setCode", [coop.address, f"0x{code.hex()}00"])
    said = daokit("vote", "1", "3", "--yes")
    assert said.code == 1
    assert "is not the code that was recorded" in said.err


def test_code_that_changes_after_the_first_look_is_not_written_to_either(
    daokit: Daokit, coop: Collective, lathe: int
) -> None:
    assert daokit("use", f"31337:{coop.address}", "--network", coop.chain.rpc.url).code == 0
    session = Session(Options(network=coop.chain.rpc.url, collective=coop.address, account="alice", yes=True))
    session.governor.vote(lathe, 3)
    code = coop.chain.code(coop.address)
    coop.chain.rpc.request("anvil_setCode", [coop.address, f"0x{code.hex()}00"])
    with pytest.raises(RuleBroken, match="is not the code that is known to be there"):
        session.governor.vote(lathe, 4)


def test_what_was_signed_is_listed_and_shown(daokit: Daokit, lathe: int) -> None:
    daokit("vote", "1", "3", "--yes")
    last = daokit("tx", "list", "--json").data[-1]
    assert (last["status"], last["words"][0]) == ("confirmed", "+3 votes on 1: Buy a lathe")
    assert last["hash"] in daokit("tx", "show", str(last["id"])).out
    assert daokit("tx", "resume").code == 0


def test_what_was_signed_and_never_sent_is_sent_by_resume(daokit: Daokit, coop: Collective, lathe: int) -> None:
    chain = coop.chain
    nonce = int(chain.rpc.request("eth_getTransactionCount", [chain.sender, "latest"]), 16)
    fees = {"gas": 21_000, "maxFeePerGas": 10**10, "maxPriorityFeePerGas": 10**9}
    payment = {"chainId": 31337, "nonce": nonce, "to": address("bob"), "value": 7, **fees}
    signed = chain.signer.sign_transaction(payment)
    chain.journal.prepare(
        sender=chain.sender, nonce=nonce, hash="0x" + keccak(signed).hex(), raw="0x" + signed.hex(), words=("pay bob",)
    )
    before = chain.balance(address("bob"))
    stopped = daokit("vote", str(lathe), "1", "--yes")
    assert (stopped.code, "daokit tx resume" in stopped.err) == (1, True)
    assert "1 signed and not settled" in daokit("doctor").out
    assert daokit("tx", "resume").code == 0
    assert chain.balance(address("bob")) == before + 7
    assert daokit("vote", str(lathe), "1", "--yes").code == 0


def test_help_pulls_in_nothing_heavy() -> None:
    import subprocess

    words = (
        "import sys; from daokit.cli import run; run(['--help']); "
        "print([m for m in ('web3', 'eth_account', 'eth_abi', 'pydantic', 'rich', 'ape') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_command_says_what_it_does(daokit: Daokit) -> None:
    for words in ([], ["vote"], ["found"], ["node", "up"], ["account"], ["tx", "resume"], ["experiment", "replay"]):
        said = daokit(*words, "--help")
        assert (said.code, said.err) == (0, ""), words
        assert "Usage: daokit" in said.out


# The local chain


def test_the_local_chain_goes_up_and_down_and_keeps_a_collective(
    daokit: Daokit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NETWORK", "COLLECTIVE", "ACCOUNT"):
        monkeypatch.delenv(f"DAOKIT_{name}")
    assert daokit("status", "--collective", "mill").code == 3
    try:
        up = daokit("node", "up")
        assert (up.code, "tUSD" in up.out) == (0, True)
        assert daokit("use", "--account", "alice").code == 0
        assert daokit("init", "--name", "Mill").code == 0
        assert daokit("found", "--yes").code == 0
        first = daokit("--json").data["chain"]["time"]
        assert "1 day later than before" in daokit("node", "time", "+1d").out
        assert daokit("node", "time", "+2d", "--network", "local").code == 0
        assert daokit("node", "time", "-3d").code == 2
        before = daokit("--json").data["chain"]["time"]
        assert daokit("node", "time", "+9d", "--network", "http://127.0.0.1:9").code == 3
        away = daokit("node", "down", "--network", "http://127.0.0.1:9")
        assert away.code == 2 and "is not the local chain" in away.err, away
        assert daokit("--json").data["chain"]["time"] < before + DAY
        assert daokit("--json").data["chain"]["time"] >= first + 3 * DAY
        assert "tUSD" in daokit("status").out
        assert "all is well" in daokit("doctor").out
        assert daokit("node", "down").code == 0
        assert daokit("status").code == 3
        assert daokit("node", "up").code == 0
        assert daokit("--json").data["collective"]["name"] == "Mill"
        assert daokit("node", "reset").code == 2
        assert daokit("node", "reset", "--yes").code == 0
        assert "down" in daokit("node", "status").out
    finally:
        daokit("node", "down")
