"""One person in several collectives on several chains: going from one to another, and seeing all at once."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from daokit import contexts
from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.cli import elsewhere, run
from daokit.collective import Collective
from daokit.documents import data_uri, text_hash
from daokit.experiments.sandbox import advance
from daokit.factory import deploy
from daokit.fund import Fund
from daokit.node import Node
from daokit.options import Option
from daokit.rpc import Rpc
from tests.funds import fund, offer
from tests.hostile import public_chain
from tests.people import DAY, found_on

__all__ = ["fund", "offer"]

Daokit = Callable[..., tuple[int, Any, str]]


@pytest.fixture(scope="module")
def second_node() -> Iterator[Rpc]:
    """A second chain, 31338, with the shared contracts."""
    with public_chain(chain_id=31338) as rpc:
        deploy(Chain(rpc, signer=dev_signer("alice")))
        yield rpc


@pytest.fixture
def mill(local_node: Node, state: Path) -> Iterator[Collective]:
    """Mill on the first chain, 31337, where alice's vote is due in less than five days."""
    yield from open_on(Rpc(local_node.url), "Mill", "lathe", 3 * DAY + 3600)


@pytest.fixture
def lake(second_node: Rpc, state: Path) -> Iterator[Collective]:
    """Lake on the second chain, 31338, where alice's vote is due in less than three days."""
    yield from open_on(Rpc(second_node.url), "Lake", "boat", 5 * DAY + 3600)


def open_on(rpc: Rpc, name: str, what: str, wait: int) -> Iterator[Collective]:
    before = rpc.request("evm_snapshot")
    found = found_on(Chain(rpc, signer=dev_signer("alice")), name)
    found.governor.propose(Option(text_hash(what), data_uri(what)))
    advance(found.chain, wait)
    yield found
    rpc.request("evm_revert", [before])
    rpc.close()


@pytest.fixture
def project(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, where nothing is set."""
    for name in ("NETWORK", "COLLECTIVE", "ACCOUNT", "PROFILE"):
        monkeypatch.delenv(f"DAOKIT_{name}", raising=False)
    # A machine at work may take longer than a person waits.
    monkeypatch.setattr(elsewhere, "PATIENCE", 30.0)
    monkeypatch.setattr(elsewhere, "GLANCE", 30.0)
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def daokit(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Daokit:
    """Types a command; its exit code, what it printed (with --json the data), and what it said beside."""

    def typed(*words: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        with open(os.devnull) as nobody:
            monkeypatch.setattr(sys, "stdin", nobody)
            code = run(words)
        said = capsys.readouterr()
        if "--json" not in words:
            return code, said.out, said.err
        answer = json.loads(said.out)
        return code, answer["data"] if answer["ok"] else answer["error"], said.err

    return typed


@pytest.fixture
def both(daokit: Daokit, mill: Collective, lake: Collective) -> Daokit:
    """alice has taken up Mill, then Lake: that is where she is."""
    for one in (mill, lake):
        reference = f"{one.chain.id}:{one.address}"
        assert daokit("use", reference, "--network", one.chain.rpc.url, "--account", "alice")[0] == 0
    return daokit


def names(missed: list[dict[str, str]]) -> list[str]:
    return [one["collective"] for one in missed]


def test_an_inbox_gathers_all_chains_by_deadline_with_what_to_type(both: Daokit) -> None:
    code, out, _ = both("inbox")
    assert code == 0
    first, what, second, switch = out.splitlines()
    assert first.endswith(" (in 2 days)   Lake on chain-31338: your vote on proposal 1 (boat)")
    assert what.strip() == "daokit vote 1 +1"
    assert second.endswith(" (in 4 days)   Mill on local: your vote on proposal 1 (lathe)")
    assert switch.strip() == "daokit use mill && daokit vote 1 +1"


def test_an_inbox_as_json_names_collective_chain_and_deadline(both: Daokit, lake: Collective, mill: Collective) -> None:
    _, data, _ = both("inbox", "--json")
    told = [
        (one["where"]["collective"], one["where"]["chain_id"], one["until"], one["command"]) for one in data["waiting"]
    ]
    assert told == [
        ("Lake", 31338, lake.governor.proposal(1).voting_ends, "daokit vote 1 +1"),
        ("Mill", 31337, mill.governor.proposal(1).voting_ends, "daokit use mill && daokit vote 1 +1"),
    ]
    assert 2 * DAY < data["waiting"][0]["left"] <= 3 * DAY
    assert 4 * DAY < data["waiting"][1]["left"] <= 5 * DAY
    assert data["missed"] == []


def test_what_is_typed_as_told_is_done_where_it_waits(both: Daokit, mill: Collective) -> None:
    for words in (("use", "mill"), ("vote", "1", "+1", "--yes")):
        assert both(*words)[0] == 0
    assert mill.governor.proposal(1).number == 1
    _, data, _ = both("inbox", "--json")
    assert [(one["where"]["collective"], one["command"]) for one in data["waiting"]] == [
        ("Lake", "daokit use lake && daokit vote 1 +1")
    ]
    both("use", "lake")
    both("vote", "1", "against", "--yes")
    code, out, _ = both("inbox")
    assert (code, out.strip()) == (0, "nothing waits for you in Lake (chain-31338), Mill (local)")


def test_one_goes_from_one_to_another_by_name_address_and_reference(
    both: Daokit, mill: Collective, lake: Collective
) -> None:
    for word, chain_id in (("Mill", 31337), (lake.address, 31338), (f"31337:{mill.address}", 31337), ("lake", 31338)):
        assert both("use", word)[0] == 0
        assert both("status", "--json")[1]["chain"]["id"] == chain_id


def test_whoami_shows_seat_credits_and_duties_everywhere(both: Daokit, lake: Collective) -> None:
    lake.governor.vote(1, 6)
    code, data, _ = both("whoami", "--json")
    assert (code, data["name"], data["seat"], data["credits_left"], data["units"]) == (0, "alice", 1, 64, 100)
    told = [(one["where"]["collective"], one["seat"], one["credits_left"]) for one in data["collectives"]]
    assert told == [("Lake", 1, 64), ("Mill", 1, 100)]
    assert [len(one["waiting"]) for one in data["collectives"]] == [0, 1]
    _, out, _ = both("whoami")
    row = next(line.split() for line in out.splitlines() if line.strip().startswith("Mill"))
    assert " ".join(row) == "Mill local (31337) alice 1 100 of 100 100 of 500 mill"
    assert "daokit use mill && daokit vote 1 +1" in out


def test_each_is_asked_as_whom_it_was_taken_up_with_unless_one_is_named(both: Daokit) -> None:
    both("use", "--account", "frank")
    _, data, _ = both("whoami", "--json")
    assert [(one["where"]["account_name"], one["seat"]) for one in data["collectives"]] == [("frank", 0), ("alice", 1)]
    both("use", "mill")
    _, data, _ = both("whoami", "--json")
    assert [(one["where"]["account_name"], one["seat"]) for one in data["collectives"]] == [("alice", 1), ("frank", 0)]
    _, data, _ = both("whoami", "--json", "--account", "carol")
    assert [(one["where"]["account_name"], one["seat"]) for one in data["collectives"]] == [("carol", 3), ("carol", 3)]


def test_home_shows_where_one_is_in_full_and_a_line_for_each_other(both: Daokit, mill: Collective) -> None:
    code, out, _ = both()
    assert code == 0
    assert "Lake (0x" in out and "your vote on proposal 1 (boat)" in out and "lathe" not in out
    line = next(line for line in out.splitlines() if line.startswith("Mill"))
    assert line.startswith("Mill on local: 1 thing waits for you, the first until ") and line.endswith(
        "; daokit use mill"
    )
    _, data, _ = both("--json")
    assert data["collective"]["name"] == "Lake"
    assert [one["where"]["collective"] for one in data["elsewhere"]] == ["Mill"]
    mill.governor.vote(1, 1)
    code, out, _ = both()
    assert "Mill" not in out and "daokit inbox" not in out


def test_home_where_nothing_is_chosen_still_tells_what_waits(
    both: Daokit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "daokit.toml").write_text("")
    monkeypatch.chdir(tmp_path / "other")
    code, out, _ = both()
    assert code == 0
    assert "No collective is chosen yet" in out
    assert [line.split(" on ")[0] for line in out.splitlines() if "waits for you," in line] == ["Mill", "Lake"]


def test_options_that_name_a_place_ask_there_alone(both: Daokit, mill: Collective) -> None:
    place = ("--network", mill.chain.rpc.url, "--collective", mill.address)
    for words in (("inbox",), ("whoami",), ()):
        _, data, _ = both(*words, *place, "--json")
        assert "Lake" not in json.dumps(data), words


def test_what_one_s_fund_carries_is_told_once_a_chain(
    both: Daokit, mill: Collective, fund: Fund, offer: Callable[..., int], warp: Callable[[int], None]
) -> None:
    orchard = found_on(mill.chain, "Orchard")
    both("use", f"31337:{orchard.address}", "--network", mill.chain.rpc.url)
    fund.commit(offer("judy", "school"), 1_250)
    fund.end(0)
    warp(70 * DAY)
    for here, command in (("orchard", "daokit service list"), ("lake", "daokit use mill && daokit service list")):
        both("use", here)
        _, data, _ = both("inbox", "--json")
        told = [(one["where"]["collective"], one["command"]) for one in data["waiting"] if "school" in one["what"]]
        assert told == [("your fund", command)], here


def test_what_one_s_fund_carries_is_told_where_no_collective_is_chosen(
    daokit: Daokit, fund: Fund, offer: Callable[..., int], warp: Callable[[int], None]
) -> None:
    fund.commit(offer("judy", "school"), 1_250)
    fund.end(0)
    warp(70 * DAY)
    code, out, _ = daokit("inbox", "--account", "alice", "--network", fund.chain.rpc.url)
    assert code == 0
    assert "your fund on local: school serves you no longer after this" in out


# Profiles


@pytest.fixture
def profiles(daokit: Daokit, project: Path, mill: Collective, lake: Collective) -> Daokit:
    """The same two as profiles of daokit.toml."""
    (project / "daokit.toml").write_text(
        'use = "work"\n'
        f'[profile.work]\nnetwork = "first"\naccount = "alice"\ncollective = "{mill.address}"\n'
        f'[profile.home]\nnetwork = "second"\naccount = "bob"\ncollective = "31338:{lake.address}"\n'
        f'[network.first]\nurl = "{mill.chain.rpc.url}"\nchain_id = 31337\n'
        f'[network.second]\nurl = "{lake.chain.rpc.url}"\nchain_id = 31338\n'
    )
    return daokit


def test_profiles_are_asked_too_each_with_its_own_account(profiles: Daokit) -> None:
    _, data, _ = profiles("inbox", "--json")
    assert [(one["where"]["collective"], one["where"]["account_name"], one["command"]) for one in data["waiting"]] == [
        ("Lake", "bob", "daokit use home && daokit vote 1 +1"),
        ("Mill", "alice", "daokit vote 1 +1"),
    ]
    assert profiles("use", "home")[0] == 0
    _, data, _ = profiles("inbox", "--json")
    assert [one["command"] for one in data["waiting"]] == [
        "daokit vote 1 +1",
        "daokit use work && daokit vote 1 +1",
    ]


def test_what_is_a_profile_and_taken_up_too_is_told_once(profiles: Daokit, mill: Collective, lake: Collective) -> None:
    profiles("use", f"31338:{lake.address}", "--account", "bob")
    for here in ((f"31337:{mill.address}", "--account", "alice"), ("work",), ("home",)):
        assert profiles("use", *here)[0] == 0
        _, data, _ = profiles("inbox", "--json")
        assert sorted(one["where"]["collective"] for one in data["waiting"]) == ["Lake", "Mill"], here


def test_a_profile_can_be_used_as_somebody_else(profiles: Daokit) -> None:
    assert profiles("use", "home", "--account", "carol")[0] == 0
    _, data, _ = profiles("whoami", "--json")
    assert (data["name"], data["seat"]) == ("carol", 3)


def test_a_network_of_another_project_is_gone_to(
    profiles: Daokit, lake: Collective, tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles("use", f"31338:{lake.address}", "--account", "bob")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    _, data, _ = profiles("inbox", "--json")
    command = f"cd {project} && daokit use lake && daokit vote 1 +1"
    assert [one["command"] for one in data["waiting"]] == [command]
    code, error, _ = profiles("use", "lake", "--json")
    assert code == 2
    assert error["message"].startswith(f"Lake was taken up in {project}, on its network second: go there")
    (project / "daokit.toml").write_text("nonsense")
    _, data, _ = profiles("inbox", "--json")
    assert (data["waiting"], names(data["missed"])) == ([], ["Lake"])
    assert "is not proper TOML" in data["missed"][0]["why"]


# Names


def test_a_wrong_name_is_refused_with_the_near_ones(both: Daokit) -> None:
    code, error, _ = both("use", "mil", "--json")
    assert (code, error["name"]) == (2, "UnknownName")
    assert error["message"] == 'no profile or collective "mil"; did you mean mill?'
    code, error, _ = both("use", "orchard", "--json")
    assert code == 2
    assert error["message"].startswith('no profile or collective "orchard"; known: lake, mill')
    assert both("status", "--json")[1]["name"] == "Lake"


def test_a_wrong_name_is_refused_where_no_node_runs_too(both: Daokit) -> None:
    assert both("use", "--network", "/nowhere.ipc")[0] == 0
    code, error, _ = both("use", "mil", "--json")
    assert (code, error["message"]) == (2, 'no profile or collective "mil"; did you mean mill?')
    # To what is known one gets back without a node.
    assert both("use", "lake")[0] == 0
    assert both("status", "--json")[1]["name"] == "Lake"


def test_the_same_name_on_two_chains_is_asked_for_by_chain(both: Daokit, second_node: Rpc, mill: Collective) -> None:
    other = found_on(Chain(Rpc(second_node.url), signer=dev_signer("alice")), "Mill")
    assert both("use", f"31338:{other.address}", "--network", second_node.url)[0] == 0
    code, error, _ = both("use", "mill", "--json")
    assert code == 2
    assert f"31337:{mill.address} and 31338:{other.address}" in error["message"]
    _, data, _ = both("inbox", "--json")
    assert f"daokit use 31337:{mill.address} && daokit vote 1 +1" in [one["command"] for one in data["waiting"]]


def test_two_things_to_use_are_one_too_many(profiles: Daokit) -> None:
    code, error, _ = profiles("use", "home", "--profile", "work", "--json")
    assert (code, error["message"]) == (2, "name one thing to use: a profile or a collective, not both")


def test_a_collective_is_forgotten_by_its_name(both: Daokit) -> None:
    assert both("use", "--forget")[0] == 2
    assert both("use", "--forget", "orchard")[0] == 2
    code, data, _ = both("use", "--forget", "mill", "--json")
    assert (code, data["forgotten"][:6]) == (0, "31337:")
    assert [one["collective"] for one in both("inbox", "--json")[1]["looked_at"]] == ["Lake"]


def test_a_profile_is_not_forgotten_but_taken_out(profiles: Daokit) -> None:
    code, error, _ = profiles("use", "--forget", "home", "--json")
    assert (code, error["message"]) == (2, "home is a profile; take [profile.home] out of daokit.toml")


def test_all_that_can_be_chosen_is_listed_also_without_a_node(both: Daokit) -> None:
    _, data, _ = both("use", "--json")
    assert [(one["word"], one["name"]) for one in data["known"]] == [("mill", "Mill"), ("lake", "Lake")]
    both("use", "--network", "/nowhere.ipc")
    code, out, _ = both("use")
    assert code == 0
    assert [line.split()[1] for line in out.splitlines() if line.strip().startswith("collective")] == ["mill", "lake"]


def test_what_the_environment_says_before_the_choice_is_said(both: Daokit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAOKIT_ACCOUNT", "bob")
    assert "DAOKIT_ACCOUNT is set and go" in both("use", "mill")[2]


# Chains that cannot be read


def remember_orchard(network: str, chain_id: int = 31339) -> None:
    made = contexts.Remembered("Orchard", chain_id, "0x" + "Aa" * 20, "", network, "alice", "")
    contexts.remember(contexts.Remembered(**{**made.__dict__, "address": "0x00000000000000000000000000000000000b111d"}))


def test_a_chain_that_cannot_be_reached_is_one_line_and_not_the_end(both: Daokit) -> None:
    remember_orchard("http://127.0.0.1:1")
    for words in (("inbox",), ("whoami",), ()):
        code, out, _ = both(*words)
        assert code == 0, words
        (line,) = [line for line in out.splitlines() if "Orchard" in line]
        assert line.startswith(
            "not read: Orchard on http://127.0.0.1:1: the node at http://127.0.0.1:1 cannot be reached"
        )
        _, data, _ = both(*words, "--json")
        assert names(data["missed"]) == ["Orchard"]


def test_where_one_is_may_be_out_of_reach_too(both: Daokit, mill: Collective) -> None:
    both("use", "--network", "http://127.0.0.1:1")
    for words in (("inbox",), ("whoami",)):
        code, data, _ = both(*words, "--json")
        assert code == 0
        assert [one["collective"][:6] for one in data["missed"]] == ["31338:"]
        assert "Mill" in json.dumps(data)
    both("use", "--forget", "mill")
    assert both("inbox")[0] == 3


def test_where_nothing_could_be_read_nothing_else_is_said(daokit: Daokit) -> None:
    remember_orchard("http://127.0.0.1:1")
    code, out, _ = daokit("inbox")
    assert code == 0
    assert [line[:17] for line in out.splitlines()] == ["not read: Orchard"]


def test_a_chain_that_answers_with_another_id_is_not_believed(both: Daokit, lake: Collective) -> None:
    remember_orchard(lake.chain.rpc.url)
    code, data, _ = both("inbox", "--json")
    assert (code, names(data["missed"])) == (0, ["Orchard"])
    assert data["missed"][0]["why"] == (
        f"wrong chain: {lake.chain.rpc.shown} is on chain 31338, and chain 31339 was expected; correct the network"
    )


def test_a_chain_where_the_collective_is_not_is_said(both: Daokit, lake: Collective) -> None:
    remember_orchard(lake.chain.rpc.url, 31338)
    _, data, _ = both("inbox", "--json")
    assert "there is no collective at 0x00000000000000000000000000000000000b111d" in data["missed"][0]["why"]


def test_a_node_that_never_answers_is_not_waited_for(both: Daokit, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        remember_orchard(f"http://127.0.0.1:{mute.getsockname()[1]}")
        monkeypatch.setattr(elsewhere, "PATIENCE", 12.0)
        start = time.monotonic()
        code, data, _ = both("inbox", "--json")
        assert time.monotonic() - start < 50  # and not the 60 that one answer may take
        assert (code, names(data["missed"])) == (0, ["Orchard"])
        assert data["missed"][0]["why"] == "no answer within 12 seconds"
        assert [one["where"]["collective"] for one in data["waiting"]] == ["Lake", "Mill"]


def test_a_node_that_never_answers_does_not_keep_the_program_from_ending(both: Daokit) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        remember_orchard(f"http://127.0.0.1:{mute.getsockname()[1]}")
        home = [sys.executable, "-m", "daokit"]
        done = subprocess.run(home, capture_output=True, text=True, timeout=50, stdin=subprocess.DEVNULL)
        assert (done.returncode, done.stderr) == (0, "")
        assert "no answer within 2 seconds" in done.stdout


def test_a_local_chain_that_began_anew_is_asked_no_longer(both: Daokit, mill: Collective) -> None:
    old = contexts.find("mill")
    assert old is not None
    contexts.forget(old.reference)
    contexts.remember(contexts.Remembered(**{**old.__dict__, "genesis": "0x" + "11" * 32}))
    _, data, _ = both("inbox", "--json")
    assert (names(data["missed"]), [one["collective"] for one in data["looked_at"]]) == ([], ["Lake"])
    both("use", f"31337:{mill.address}", "--network", mill.chain.rpc.url)
    assert [one.genesis for one in contexts.remembered() if one.name == "Mill"] == [mill.chain.genesis]


def test_a_damaged_list_is_read_as_far_as_it_makes_sense(both: Daokit, state: Path) -> None:
    path = state / "collectives.json"
    kept = json.loads(path.read_text())
    path.write_text(json.dumps([*kept, {"name": "x"}, 7, {**kept[0], "address": "0xzz"}, {**kept[0], "account": 1}]))
    assert [one.name for one in contexts.remembered()] == ["Mill", "Lake"]
    path.write_text("{")
    assert contexts.remembered() == []
    assert both("inbox")[0] == 0


def test_nobody_who_knows_no_collective_has_mail(daokit: Daokit) -> None:
    code, out, _ = daokit("inbox")
    assert (code, out.strip()) == (0, "you know no collective yet; `daokit` says how to begin")
