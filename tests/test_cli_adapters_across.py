"""`daokit federation adapt` as typed, for a Safe and a Governor at the branch of a federation on another chain."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from daokit.adapters import Adapter, AdapterFactory, GovernorAdapter, Step
from daokit.branches import Afar
from daokit.chain import Transaction
from daokit.experiments.sandbox import advance
from daokit.factory import deploy
from daokit.federation_acts import Invite
from daokit.interop import Interoperable
from daokit.token import Token
from tests import daos
from tests.across import AWAY, HOME, World, content
from tests.daos import TokenDao
from tests.people import DAY, address
from tests.test_cli import Said
from tests.test_cli_across import Typist, linked, typed
from tests.test_cli_bridge import daokit
from tests.test_cli_orders import order
from tests.test_federation_across import valley, world
from tests.test_safe import ETHER, make_safe
from tests.two_chains import two_chains, two_nodes

__all__ = ["daokit", "linked", "two_chains", "two_nodes", "typed", "valley", "world"]


@dataclass
class Daos:
    """A Safe for one person and a Governor for two beside the harbour, at the branch."""

    typed: Typist
    world: World
    afar: Afar
    safe: str
    safes: Adapter
    orchard: TokenDao
    orchards: GovernorAdapter

    @property
    def at(self) -> str:
        return self.afar.branch.address

    def type(self, *words: str, by: str = "judy") -> Said:
        """Typed on the branch's chain by somebody who has no collective."""
        return self.typed.daokit("federation", "adapt", *words, "--network", "away", "--account", by, "--yes")

    def as_safe(self, *words: str) -> Said:
        """Typed by alice and bob as the Safe; the second answer."""
        as_ = ("--as", f"safe:{self.safe}")
        first = self.type(*words, *as_, by="alice")
        assert first.code == 2 and "1 more of the Safe's owners" in first.err, first
        return self.type(*words, *as_, by="bob")

    def as_governor(self, step: Step, *words: str) -> None:
        """Bob proposes what is typed, the holders vote for it, and it is executed."""
        said = self.type(*words, "--propose", "--json", by="bob")
        assert said.code == 0, said
        description = said.data["description"]
        self.orchard.vote([step], description, {"bob": daos.FOR, "carol": daos.FOR}, propose=False)
        self.orchard.execute([step], description)
        advance(self.world.home.chain, daos.VOTING + daos.WAIT)


@pytest.fixture
def here(typed: Typist, world: World, linked: Afar) -> Daos:
    """Both joined by their own decisions, told of at home and confirmed."""
    chain = world.away.chain
    deploy(chain, "AdapterFactory")
    safe = make_safe(chain, *(address(name) for name in ("alice", "bob", "carol")))
    chain.transact(Transaction(safe, value=5 * ETHER))
    orchard = TokenDao.found(chain)
    made = Daos(typed, world, linked, safe, AdapterFactory(chain).adapt_safe(safe), orchard, orchard.adapted())
    invited = [Invite(Interoperable.evm(AWAY, one.address), n) for one, n in ((made.safes, 1), (made.orchards, 2))]
    world.decide(linked.federation, content("Invite two DAOs", *invited))
    charter = ("--charter", linked.branch.charter())
    done = made.as_safe("join", made.safes.address, made.at, *charter)
    assert done.code == 0, done
    step = made.orchards.to_join(made.at, linked.branch.charter(), 250)
    made.as_governor(step, "join", made.orchards.address, made.at, *charter, "--levy", "2.5%")
    for one in (made.safes, made.orchards):
        linked.branch.tell(one.address)
    world.carry()
    for seat in linked.federation.seats()[-2:]:
        linked.federation.send_seat(seat.number)
    world.carry()
    world.wait(1)
    return made


def test_a_safe_vetoes_an_order_and_a_governor_and_the_harbour_confirm_it(here: Daos) -> None:
    typed, world, branch = here.typed, here.world, here.afar.branch
    assert [(one.people, one.persons) for one in here.afar.federation.seats()[-2:]] == [(1, 1), (2, 2)]
    order(typed, world, here.afar)
    [one] = branch.orders()
    printed = here.type("veto", here.safes.address, here.at, one.id)
    assert printed.code == 0 and "only the DAO can do this" in printed.out and printed.err == ""
    assert branch.order(one.id).state.name == "WAITING"
    done = here.as_safe("veto", here.safes.address, here.at, one.id)
    assert done.code == 0 and "done: veto order" in done.out, done
    assert branch.order(one.id).state.name == "VETOED" and branch.vetoed_by(one.id) == here.safes.address
    own = here.type("confirm", here.safes.address, here.at, one.id)
    assert own.code == 0 and "look twice, as things stand this would be refused" in own.err, own
    assert "has confirmed this already, or vetoed it itself" in own.err, own
    acting = here.type("confirm", here.safes.address, here.at, one.id, "--as", f"safe:{here.safe}", by="alice")
    assert acting.code == 1 and "has confirmed this already, or vetoed it itself" in acting.err, acting
    here.as_governor(here.orchards.to_confirm(here.at, one.id), "confirm", here.orchards.address, here.at, one.id)
    assert branch.order(one.id).state.name == "VETOED" and branch.order(one.id).confirmations == 1
    world.away.decide("Harbour", branch.to_confirm(one.id))
    assert branch.order(one.id).state.name == "CONFIRMED"
    assert typed.away("federation", "carry", "1", by="judy").code == 0
    assert Token(world.away.chain, world.away.coin).balance(address("bob")) == 4_00


def test_a_governor_vetoes_too_and_a_dao_pauses_a_branch(here: Daos) -> None:
    order(here.typed, here.world, here.afar)
    [one] = here.afar.branch.orders()
    step = here.orchards.to_veto(here.at, one.id)
    here.as_governor(step, "veto", here.orchards.address, here.at, one.id)
    assert here.afar.branch.vetoed_by(one.id) == here.orchards.address
    assert "vetoed" in here.typed.away("federation", "orders").out
    done = here.as_safe("pause", here.safes.address, here.at)
    assert done.code == 0 and "done: pause the branch" in done.out, done
    assert here.afar.branch.paused_until() > here.world.away.chain.now() + 6 * DAY
    refused = here.typed.relay(here.typed.home("federation", "send-seat", "2").out.partition("carry it: ")[2])
    assert refused.code == 1 and "The branch takes no notes until" in refused.err, refused
    again = here.type("pause", here.orchards.address, here.at)
    assert again.code == 0 and "look twice" in again.err, again


def test_of_a_federation_elsewhere_a_dao_decides_motions_and_opens_none(here: Daos) -> None:
    text = Path("pier.md")
    text.write_text("# Mend the pier\n")
    number = here.typed.home("federation", "open", str(text), "--competence", "water", "--json").data["number"]
    known = f"{HOME}:{here.typed.valley.address}"
    for federation in (here.at, known):
        refused = here.type("open", here.safes.address, federation, str(text), "--competence", "water")
        assert refused.code == 1 and f"at home on chain {HOME}" in refused.err, refused
    # Its number is asked on the federation's own chain.
    done = here.as_safe("decide", here.safes.address, known, str(number))
    assert done.code == 0 and "done: decide for motion" in done.out, done
    here.afar.branch.tell(here.safes.address, [here.typed.valley.key(number)])
    here.world.carry()
    assert here.typed.valley.motion(number).people_for == 1
    settings = Path("daokit.toml")
    settings.write_text(settings.read_text().replace(here.world.home.chain.rpc.url, "http://127.0.0.1:9"))
    blind = here.type("decide", here.safes.address, here.at, str(number))
    assert blind.code == 1 and "name a motion by its key" in blind.err, blind
