"""What people type in a collective that sits at a branch, while the federation's own chain does not answer: leaving,
vetoing, pausing, ending mandates and stopping levies are local, and so is every federation at home here."""

from __future__ import annotations

from pathlib import Path

import pytest

from daokit.branches import Afar
from daokit.federation import Federation
from tests.across import HOME, World
from tests.federations import TALK, VOTE, WAIT
from tests.test_cli import Said
from tests.test_cli_across import Typist, linked, typed
from tests.test_cli_bridge import daokit
from tests.test_cli_orders import order
from tests.test_federation_across import HARBOUR, valley, world
from tests.two_chains import two_chains, two_nodes

__all__ = ["daokit", "linked", "two_chains", "two_nodes", "typed", "valley", "world"]


@pytest.fixture
def coast(typed: Typist, world: World, linked: Afar) -> Federation:
    """At home on the harbour's own chain; the harbour sits there, and at the valley's branch."""
    made = world.away.found(world.away.members["Harbour"], name="Coast")
    world.away.join("Harbour", made)
    return made


def die(world: World) -> None:
    """The valley's own chain does not answer any more."""
    settings = Path("daokit.toml")
    settings.write_text(settings.read_text().replace(world.home.chain.rpc.url, "http://127.0.0.1:9"))


def decided(typed: Typist, world: World, said: Said) -> Said:
    """The harbour's people vote for the proposal that the answer speaks of, and it is executed; what that says."""
    assert said.code == 0, said
    number = said.out.split("proposal ")[1].split()[0]
    world.wait(TALK)
    for person in HARBOUR:
        assert typed.away("vote", number, "+1", by=person).code == 0
    world.wait(VOTE + WAIT)
    return typed.away("proposal", "execute", number)


def test_a_dead_bridge_holds_up_nothing_in_federations_on_this_chain(
    typed: Typist, world: World, linked: Afar, coast: Federation
) -> None:
    Path("weir.md").write_text("# Mend the weir\n")
    opened = typed.away("federation", "open", "weir.md", "--competence", "water", "--of", "coast")
    assert opened.code == 0, opened
    die(world)
    for words in (
        ("leave", "coast"),
        ("leave", coast.address),
        ("leave", coast.purse.address),
        ("levy", "--set", "0%", "--of", "coast"),
        ("recall", "water", "--of", "coast"),
        ("mandate", "1 tUSD every 30 days until 2099-12-31", "--of", "coast"),
        ("decide", "1", "--of", "coast"),
        ("tell", "--of", "coast"),
        ("motions", "1", "--of", "coast"),
    ):
        said = typed.away("federation", *words, "--dry-run")
        assert said.code == 0 and "127.0.0.1:9" not in said.err, (words, said)
    # What can be told here is told, and what cannot be read is said.
    told = typed.away("federation", "tell")
    assert told.code == 0 and "not told, since its chain was not read" in told.err, told


def test_at_a_branch_nothing_that_is_taken_back_asks_the_dead_chain(typed: Typist, world: World, linked: Afar) -> None:
    order(typed, world, linked)
    die(world)
    branch = linked.branch.address
    for words, said in (
        (("levy", "--set", "0%", "--of", branch), "Pass 0% up to"),
        (("levy", "--set", "0%"), "Pass 0% up to"),
        (("recall", "water", "--of", branch), 'Recall "water" from'),
        (("leave", branch), "leaving now would bring 100.00 tUSD"),
        (("leave", typed.valley.address), "leaving now would bring 100.00 tUSD"),
        (("leave", f"{HOME}:{typed.valley.address}"), "leaving now would bring 100.00 tUSD"),
        (("pause",), "object to notes that come to the branch"),
        (("veto", "1"), "object to an order of"),
    ):
        answer = typed.away("federation", *words, "--dry-run")
        assert answer.code == 0 and said in answer.err, (words, answer)
    recalled = typed.away("federation", "recall", "water", "--of", branch, "--dry-run")
    assert 'look twice: whether "water" is one of its competences was not read' in recalled.err, recalled
    given = typed.away("federation", "delegate", "water", "--of", branch)
    assert given.code == 3 and f"chain {HOME}, where it is at home, does not answer" in given.err, given
    mandate = typed.away("federation", "mandate", "1 tUSD every 30 days until 2099-12-31", "--of", branch)
    assert mandate.code == 1 and "money of its branch only" in mandate.err, mandate
    # Only its name is not known here: that stands on the chain that is silent.
    unknown = typed.away("federation", "leave", "valley")
    assert unknown.code == 3 and f'"valley", and chain {HOME} does not answer' in unknown.err, unknown
    assert f"of the branch {branch} is at home. Give the address of its branch" in unknown.err, unknown

    stopped = decided(typed, world, typed.away("federation", "levy", "--set", "0%", "--of", branch))
    assert stopped.code == 0, stopped
    tie = world.away.members["Harbour"].treasury.tie_of(branch)
    assert tie and tie.bps == 0


def test_a_mandate_is_ended_while_the_bridge_is_dead(
    typed: Typist, world: World, linked: Afar, coast: Federation
) -> None:
    treasury = world.away.members["Harbour"].treasury
    words = ("mandate", "1 tUSD every 30 days until 2099-12-31", "--of", "coast")
    assert decided(typed, world, typed.away("federation", *words)).code == 0
    given = treasury.budget(1)
    assert given.spender == coast.purse.address and given.end > world.away.chain.now()
    die(world)
    ended = decided(typed, world, typed.away("federation", "recall", "--mandate", "1"))
    assert ended.code == 0, ended
    assert treasury.budget(1).end <= world.away.chain.now()


def test_who_sits_in_several_federations_says_which_levy_is_set(typed: Typist, linked: Afar, coast: Federation) -> None:
    said = typed.away("federation", "levy", "--set", "0%")
    assert said.code == 2 and "Harbour sits in several federations; say which with --of" in said.err, said
    assert linked.branch.address in said.err and coast.purse.address in said.err, said
