"""Commands typed at a real terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pexpect
import pytest

from daokit.collective import Collective
from daokit.documents import data_uri, text_hash
from daokit.options import Option
from tests.people import DAY, address

LATHE = "# Buy a lathe\n\nThe old one is worn out.\n"
DAOKIT = [sys.executable, "-m", "daokit"]

Terminal = Callable[..., pexpect.spawn]


@pytest.fixture
def lathe(coop: Collective, warp: Callable[[int], None]) -> int:
    """A proposal of alice whose voting is open."""
    number = coop.governor.propose(Option(text_hash(LATHE), data_uri(LATHE)))
    warp(3 * DAY)
    return number


@pytest.fixture
def surroundings(coop: Collective, state: Path) -> dict[str, str]:
    chosen = {"DAOKIT_NETWORK": coop.chain.rpc.url, "DAOKIT_COLLECTIVE": coop.address, "DAOKIT_ACCOUNT": "alice"}
    return {**os.environ, **chosen, "COLUMNS": "120", "PYTHONPATH": str(Path(__file__).parent.parent)}


@pytest.fixture
def terminal(surroundings: dict[str, str], tmp_path: Path) -> Iterator[Terminal]:
    """Types a command line at a terminal of its own."""
    opened = []

    def typed(*words: str) -> pexpect.spawn:
        child = pexpect.spawn(
            DAOKIT[0],
            [*DAOKIT[1:], *words],
            env=surroundings,
            cwd=tmp_path,
            encoding="utf-8",
            timeout=300,
            dimensions=(40, 120),
            # Tests that run in the background are started deaf to it.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        opened.append(child)
        return child

    yield typed
    for child in opened:
        child.close(force=True)


def ended(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.close()
    return int(child.exitstatus)


def test_three_votes_against_are_cast_as_typed(terminal: Terminal, coop: Collective, lathe: int) -> None:
    child = terminal("vote", str(lathe), "-3")
    child.expect_exact("3 votes cost 9 of your 100 credits; you could still cast 9 elsewhere")
    child.expect_exact("Sign and send this? [y/N]")
    child.sendline("y")
    child.expect_exact("91 credits left this season")
    assert ended(child) == 0
    assert coop.governor.ballot(address("alice"), lathe) == -3


@pytest.mark.parametrize("answer", ["n", ""])
def test_whoever_does_not_say_yes_has_signed_nothing(
    terminal: Terminal, coop: Collective, lathe: int, answer: str
) -> None:
    child = terminal("vote", str(lathe), "+3")
    child.expect_exact("[y/N]")
    child.sendline(answer)
    child.expect_exact("nothing was signed")
    assert ended(child) == 2
    assert coop.governor.ballot(address("alice"), lathe) == 0


def test_leaving_asks_for_the_seat_and_then_for_the_units(terminal: Terminal, coop: Collective) -> None:
    child = terminal("leave")
    child.expect_exact("give up your seat")
    child.expect_exact("[y/N]")
    child.sendline("y")
    child.expect_exact("Exit with your 100 units as well (notice: 5 days)? [y/N]")
    child.sendline("n")
    child.expect_exact("your 100 units stay yours")
    assert ended(child) == 0
    assert not coop.membership.is_member(address("alice"))


def test_without_a_terminal_and_without_yes_nothing_is_sent(
    surroundings: dict[str, str], coop: Collective, lathe: int, tmp_path: Path
) -> None:
    done = subprocess.run(
        [*DAOKIT, "vote", str(lathe), "3"],
        env=surroundings,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("say --yes to go on")
    assert coop.governor.ballot(address("alice"), lathe) == 0


def test_a_new_password_is_asked_twice_and_never_shown(terminal: Terminal) -> None:
    child = terminal("account", "new", "maria")
    for question in ("Password for maria: ", "Once more: "):
        child.expect_exact(question)
        child.sendline("correct horse")
    child.expect_exact("maria is 0x")
    shown = child.before
    assert ended(child) == 0
    assert "correct" not in shown


def test_ctrl_c_at_the_question_signs_nothing(terminal: Terminal, coop: Collective, lathe: int) -> None:
    child = terminal("vote", str(lathe), "+3")
    child.expect_exact("[y/N]")
    child.sendintr()
    child.expect_exact("stopped; `daokit tx list` shows what was signed")
    assert ended(child) == 130
    assert coop.governor.ballot(address("alice"), lathe) == 0
