"""Orders to a federation's branch on another chain: what members there can do about them, with nobody's help."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from daokit.accounts import DEV_NAMES, dev_signer
from daokit.branch import Branch, OrderState
from daokit.collective import Collective
from daokit.experiments.federating import across
from daokit.experiments.sandbox import advance
from daokit.federation import Federation
from daokit.federation_acts import Pay
from daokit.federation_duties import untold
from daokit.options import COIN
from tests.federations import content
from tests.people import DAY, address, reverts
from tests.test_cli import Said, typist
from tests.two_chains import TwoChains

PAYS = 10**16


class Harbour:
    """A federation at home whose second member, the harbour, sits at its branch; an order of its waits there."""

    def __init__(self, chains: TwoChains) -> None:
        self.chains, both = chains, across(chains)
        self.home, self.away = chains.home.chain, chains.away.chain
        self.federation = Federation.load(self.home, both.union.federation.address)
        self.branch = Branch(self.away, both.branch.address)
        self.mill = Collective.load(self.home, both.union.members[0].address)
        self.harbour = Collective.load(self.away, both.member.address)
        self.branch.deposit(COIN, 10**18, "grant")

    def order(self) -> str:
        """A motion that pays judy from the branch, by the mill's people; the order's id."""
        act = Pay(self.away.id, COIN, address("judy"), PAYS)
        motion = self.federation.open(content("Pay judy", act, competence=self.competence, large=True))
        number = self.mill.governor.open_motion(self.federation.purse.address, self.federation.asked(motion.key))
        for name in DEV_NAMES[:4]:
            Collective.load(self.home.as_(dev_signer(name)), self.mill.address).governor.vote(number, 1)
        self.wait(motion.votes_end + 1 - self.home.now())
        for one in untold(self.federation):
            self.federation.purse.tell(one.treasury, one.motions)
        self.wait(motion.closes + 22 * DAY - self.home.now())
        self.federation.enact(motion.key)
        self.federation.send_order(motion.key, 0)
        self.chains.carry()
        return self.branch.orders()[-1].id

    @property
    def competence(self) -> str:
        return self.federation.competences()[0].name

    def wait(self, seconds: int) -> None:
        """On both chains."""
        for chain in (self.home, self.away):
            advance(chain, seconds)


@pytest.fixture
def harbour(two_chains: TwoChains) -> Harbour:
    return Harbour(two_chains)


def test_an_order_waits_where_it_acts_and_is_then_carried_out_by_anybody(harbour: Harbour) -> None:
    order = harbour.order()
    waiting = harbour.branch.order(order)
    assert (waiting.state, waiting.act) == (OrderState.WAITING, Pay(harbour.away.id, COIN, address("judy"), PAYS))
    with reverts("OrderWaits"):
        harbour.branch.carry_out(waiting)
    before = harbour.away.balance(address("judy"))
    harbour.wait(waiting.due - harbour.away.now() + 1)
    harbour.branch.carry_out(waiting)
    assert harbour.away.balance(address("judy")) == before + PAYS
    assert harbour.branch.order(order).state is OrderState.DONE


def test_one_member_s_people_veto_an_order_as_typed(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    order = harbour.order()
    monkeypatch.setenv("DAOKIT_NETWORK", harbour.away.rpc.url)
    monkeypatch.setenv("DAOKIT_COLLECTIVE", harbour.harbour.address)
    monkeypatch.setenv("DAOKIT_ACCOUNT", "bob")
    typed: Callable[..., Said] = typist(monkeypatch, capsys)
    assert "pay 0.01 ETH from the purse to judy" in typed("inbox").out
    [row] = typed("federation", "orders", "--json").data
    assert (row["id"], row["state"]) == (order, "waiting")
    said = typed("federation", "veto", "1", "--yes")
    assert said.code == 0 and "vetoed: it now needs two thirds of the other members here" in said.out
    assert harbour.branch.order(order).state is OrderState.VETOED
    assert typed("federation", "veto", "1", "--yes").code == 1
    said = typed("federation", "pause", "--yes")
    assert said.code == 0 and "the branch takes no notes until" in said.out
    assert harbour.branch.paused_until() > harbour.away.now() + 6 * DAY
