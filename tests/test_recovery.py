"""Guardians, and how a seat whose key is lost comes to a new address, told through the SDK and the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from daokit.actions import MoveSeat, parse
from daokit.documents import text_hash
from daokit.errors import MalformedFile, RuleBroken, UsageError
from daokit.inbox import waiting
from daokit.options import Call, Option
from daokit.recovery import Guardians, SignedRecovery
from tests.people import DAY, address, reverts
from tests.test_cli import daokit

__all__ = ["daokit"]

NEW = address("grace")  # where alice goes on


@pytest.fixture
def guarded(coop, as_):
    """Alice's seat, guarded by any two of bob, judy and ivan, with ten days to veto."""
    people = [address(name) for name in ("bob", "judy", "ivan")]
    return coop.membership.set_guardians(people, 2, 10 * DAY, 1)


@pytest.fixture
def signed(coop, as_, guarded) -> SignedRecovery:
    """Bob and judy have signed that alice's seat moves."""
    first = as_("bob").membership.sign_recovery(as_("bob").membership.prepare_recovery(NEW, 1))
    return as_("judy").membership.sign_recovery(first)


def test_guardians_are_read_from_the_event_and_compared_with_the_chain(coop, guarded):
    assert coop.membership.guardians(1) == guarded
    assert sorted(guarded.accounts, key=lambda one: int(one, 16)) == list(guarded.accounts)
    assert coop.membership.guardians(2) == Guardians()
    coop.membership.set_guardians([], 0, 0, 1)
    assert coop.membership.guardians(1) == Guardians()


def test_nobody_guards_themselves_or_counts_twice(coop):
    with pytest.raises(UsageError, match="cannot guard yourself"):
        coop.membership.set_guardians([address("alice"), address("bob")], 1, 10 * DAY, 1)
    with pytest.raises(UsageError, match="counts once"):
        coop.membership.set_guardians([address("bob")] * 2, 1, 10 * DAY, 1)
    with reverts("BadDelay", delay=2 * DAY):
        coop.membership.set_guardians([address("bob")], 1, 2 * DAY, 1)
    with reverts("NotTheHolder"):
        coop.membership.set_guardians([address("judy")], 1, 10 * DAY, 2)


def test_a_seat_moves_with_its_units_ballots_and_name(coop, as_, warp, signed):
    number = coop.governor.propose(Option(text_hash("a law")))
    warp(3 * DAY)
    coop.governor.vote(number, 6)
    running = as_("heidi").membership.start_recovery(signed)
    assert running.running and running.to == NEW
    assert running.lapses == running.due + 14 * DAY
    with reverts("RecoveryWaits", due=running.due):
        coop.membership.finish_recovery(1)
    warp(10 * DAY)
    assert as_("heidi").membership.finish_recovery(1) == NEW
    assert coop.membership.seat_of(NEW) == 1
    assert coop.membership.seat_of(address("alice")) == 0
    assert coop.membership.roll()[0].holder == NEW
    assert coop.membership.name_of(NEW) == "alice"
    assert coop.treasury.holders()[NEW] == 100
    assert address("alice") not in coop.treasury.holders()
    assert coop.governor.credits(NEW) == 64  # 100, less 6 squared


def test_one_veto_ends_it_and_the_next_waits_for_thirty_days(coop, as_, warp, signed):
    running = as_("judy").membership.start_recovery(signed)
    with reverts("NotTheHolder"):
        as_("judy").membership.veto(1)
    coop.membership.veto(1)
    assert not coop.membership.recovery(1).running
    with pytest.raises(RuleBroken, match="started or overtaken"):
        as_("judy").membership.start_recovery(signed)
    again = as_("bob").membership.sign_recovery(as_("bob").membership.prepare_recovery(NEW, 1))
    with reverts("TooManyRecoveries", **{"from": running.due + 20 * DAY}):
        as_("judy").membership.start_recovery(again)
    warp(30 * DAY - 10)
    fresh = as_("bob").membership.sign_recovery(as_("bob").membership.prepare_recovery(NEW, 1))
    warp(10)
    assert as_("judy").membership.start_recovery(fresh).running  # judy brings it, and so counts


def test_only_guardians_sign_and_only_enough_of_them_start(coop, as_, guarded):
    wanted = coop.membership.prepare_recovery(NEW, 1)
    with pytest.raises(RuleBroken, match="is not a guardian of seat 1"):
        as_("carol").membership.sign_recovery(wanted)
    with reverts("NotEnoughGuardians", signed=1, needed=2):
        as_("carol").membership.start_recovery(as_("bob").membership.sign_recovery(wanted))


def test_what_was_signed_for_another_collective_address_or_time_is_refused(coop, as_, found, guarded, signed):
    other = found(1)
    with pytest.raises(RuleBroken, match="this recovery is for"):
        other.membership.start_recovery(signed)
    with pytest.raises(RuleBroken, match="this recovery is for"):
        as_("bob").membership.sign_recovery(replace(signed, chain_id=1))
    with pytest.raises(RuleBroken, match="could be started is over"):
        as_("bob").membership.start_recovery(replace(signed, deadline=coop.chain.now() - 1))
    with reverts("BadGuardianSignature"):
        as_("heidi").membership.start_recovery(replace(signed, to=address("frank")))


def test_an_exit_while_it_runs_is_owed_to_whoever_holds_the_seat_then(coop, as_, warp, coin, money, signed):
    coop.treasury.give_notice(100)
    warp(5 * DAY)
    as_("judy").membership.start_recovery(signed)
    left = coop.treasury.exit(100, [coin])
    assert left.paid == {}
    assert left.owed == {coin: 200_000}  # 100 of 500 units of 10,000.00
    assert coop.treasury.holding(address("alice")).held_until > coop.chain.now()
    with reverts("PayoutsHeld"):
        coop.treasury.collect(coin)
    with reverts("RecoveryRuns"):
        coop.membership.leave()
    assert [one.command for one in waiting(coop, address("alice"))] == ["daokit member veto"]
    warp(10 * DAY)
    coop.membership.finish_recovery(1)
    assert as_("grace").treasury.collect(coin) == 200_000


def test_a_running_recovery_is_the_first_thing_that_waits(coop, as_, warp, signed):
    coop.governor.propose(Option(text_hash("a law")))
    warp(3 * DAY)
    running = as_("judy").membership.start_recovery(signed)
    first, second = waiting(coop, address("alice"))
    assert (first.until, first.command) == (running.due, "daokit member veto")
    assert "your key is lost" in first.what
    assert second.command == "daokit vote 1 +1"
    warp(10 * DAY)
    assert waiting(coop, address("heidi"))[0].command == "daokit member recover finish 1"


def test_a_large_option_moves_a_seat_and_says_where(coop, warp, decide, guarded):
    move = Call(coop.address, 0, coop.governor.encode("moveSeat", 5, NEW))
    decide(Option(text_hash("erin's key is stolen"), large=True, calls=(move,)))
    assert coop.membership.seat_of(NEW) == 5
    assert parse("move-seat", "erin to grace") == MoveSeat("erin", "grace")


def test_a_file_is_what_guardians_signed_or_refused(coop, tmp_path: Path, signed):
    path = tmp_path / "recovery.json"
    signed.write(path)
    assert SignedRecovery.read(path) == signed
    good = json.loads(path.read_text())
    for wrong in (
        "",
        "[]",
        json.dumps({**good, "more": 1}),
        json.dumps({**good, "subject": "1"}),
        json.dumps({**good, "to": "0x12"}),
        json.dumps({**good, "signatures": {address("bob"): "no hex"}}),
        " " * 200_001,
    ):
        path.write_text(wrong)
        with pytest.raises(MalformedFile):
            SignedRecovery.read(path)
    with pytest.raises(MalformedFile):
        SignedRecovery.read(tmp_path / "nowhere.json")


# As typed


def test_from_guardians_to_a_new_key_as_typed(daokit, coop, warp):
    said = daokit("member", "guardians", "set", "bob", "judy", "ivan", "--enough", "2", "--yes")
    assert said.code == 0
    assert "unless you veto within 10 days" in said.err
    assert "2 of 3" in daokit("member", "guardians", "show").out
    asked = daokit("member", "recover", "sign", "alice", "grace", "--account", "bob")
    assert asked.code == 2  # nobody there to say that they are sure
    assert not Path("recovery-of-seat-1.json").exists()
    tried = daokit("member", "recover", "sign", "alice", "grace", "--account", "bob", "--dry-run")
    assert tried.code == 0 and not Path("recovery-of-seat-1.json").exists()
    one = daokit("member", "recover", "sign", "alice", "grace", "--account", "bob", "--yes")
    assert "1 of 2 needed" in one.out and "runs the same command" in one.out
    other = daokit("member", "recover", "sign", "alice", "heidi", "--account", "judy", "--yes")
    assert other.code == 1 and "not what you say" in other.err
    two = daokit("member", "recover", "sign", "alice", "grace", "--account", "judy", "--yes", "--json")
    assert sorted(two.data["signed"]) == sorted([address("bob"), address("judy")])
    begun = daokit("member", "recover", "start", two.data["file"], "--account", "heidi", "--yes")
    assert begun.code == 0 and "daokit member recover finish 1" in begun.out
    assert "your key is lost" in daokit().out
    assert "runs, to grace" in daokit("member", "guardians", "show", "alice", "--account", "carol").out
    early = daokit("member", "recover", "finish", "1", "--account", "heidi", "--yes")
    assert early.code == 1 and "The recovery can be finished from" in early.err
    warp(10 * DAY)
    done = daokit("member", "recover", "finish", "alice", "--account", "heidi", "--yes", "--json")
    assert done.data == {"seat": 1, "holder": NEW}
    assert "moved to" in daokit("member", "history").out


def test_a_veto_as_typed(daokit, coop, as_, signed):
    as_("heidi").membership.start_recovery(signed)
    said = daokit("member", "veto", "--yes")
    assert said.code == 0 and "seat 1 stays yours" in said.out
    assert "it stays yours" in said.err
    again = daokit("member", "veto", "--yes")
    assert again.code == 1 and "No recovery is running" in again.err
    assert daokit("member", "guardians", "remove", "--yes").code == 0
    assert "none:" in daokit("member", "guardians", "show").out


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("guardians", "show", "judy"), "judy holds no seat here"),
        (("guardians", "show", "99"), "nobody holds seat 99"),
        (("guardians", "set", "bob", "--enough", "2", "--yes"), "Of 1 guardians 1 to 1 can be enough, not 2"),
        (("guardians", "set", "bob", "--enough", "1", "--delay", "1 day", "--yes"), "The delay is 3 to 30 days"),
        (("recover", "sign", "bob", "grace", "--account", "judy", "--yes"), "is not a guardian of seat 2"),
        (("recover", "start", "nowhere.json", "--yes"), "nowhere.json cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(daokit, coop, words, answer):
    said = daokit("member", *words)
    assert said.code in (1, 2)
    assert answer in said.err


def test_moving_a_seat_is_proposed_and_read_in_full(daokit, coop):
    Path("stolen.md").write_text("# Erin's key is stolen\n\nShe told us so herself.\n")
    said = daokit("proposal", "new", "stolen.md", "--move-seat", "erin to grace", "--yes", "--json")
    assert said.data["large"]
    (words,) = daokit("proposal", "show", "1", "--json").data["choices"][0]["actions"]
    assert words == (
        f"move seat 5 from erin to grace ({NEW}), with its ballots, units and what is owed, whatever erin says"
    )
