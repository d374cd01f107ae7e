"""The branches of federations that are at home on another chain, and what their members here can tell."""

from __future__ import annotations

from dataclasses import dataclass, replace

from daokit.branch import Branch
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.contract import Contract
from daokit.errors import RuleBroken
from daokit.factory import address_of
from daokit.federation import Federation, LinkedBranch, Seat
from daokit.federation_members import home_of, name_of
from daokit.federation_reports import Report, reports_at
from daokit.interop import Interoperable
from daokit.purse import SeatState
from daokit.ties import Ties

_CLONE = bytes.fromhex("363d3d373d3d3d363d73"), bytes.fromhex("5af43d82803e903d91602b57fd5bf3")


def is_clone(chain: Chain, address: str, name: str) -> bool:
    """Whether what stands at an address is a clone of the shared contract `name`, and of nothing else."""
    return chain.code(address) == bytes.fromhex(address_of(name)[2:]).join(_CLONE)


def branches_of(chain: Chain, federation: Interoperable) -> list[str]:
    """What the factory made here as branches of a federation elsewhere, the first first. Anybody can have some made:
    the one that counts is the one that the federation is linked with."""
    factory = Contract(chain, address_of("FederationFactory"), "FederationFactory")
    if not chain.code(factory.address):
        return []
    topic = next(topic for topic, event in factory.artifact.events.items() if event.name == "BranchMade")
    whose = "0x" + "0" * 24 + str(federation.address)[2:].lower()
    found = []
    for log in chain.logs(factory.address, [[topic], None, None, [whose]]):
        address = "0x" + log.topics[1][-40:] if isinstance(log.topics[1], str) else "0x" + log.topics[1].hex()[-40:]
        branch = Branch(chain, address)
        if branch.home() == federation:
            found.append(branch.address)
    return found


def branches_with(ties: Ties) -> list[Branch]:
    """The branches on this chain in which a treasury sits, the oldest tie first."""
    chain = ties.chain
    homes = [(tie.purse, home_of(chain, tie.purse)) for tie in ties.ties()]
    return [
        Branch(chain, purse)
        for purse, home in homes
        if home is not None and home.chain != chain.id and is_clone(chain, purse, "Branch")
    ]


@dataclass(frozen=True)
class Afar:
    """A federation at home on another chain, and its branch here; both name each other."""

    federation: Federation
    branch: Branch

    @classmethod
    def between(cls, home: Chain, branch: Branch) -> Afar:
        """From a branch, with a way to the chain of its federation. Raises `RuleBroken` when the code is not a
        branch's, when there is no such federation, or when it is linked with another branch or with none."""
        here = branch.chain
        if not is_clone(here, branch.address, "Branch"):
            raise RuleBroken(f"what stands at {branch.address} on {here.name} is no branch of this program")
        whose = branch.home()
        home.expect(whose.chain)
        federation = Federation.load(home, str(whose.address))
        linked = _linked(federation, here)
        if linked.branch != branch.address:
            raise RuleBroken(
                f"{federation.name} is linked with the branch {linked.branch} on {here.name}, not with "
                f"{branch.address}; anybody can found a branch, so do not use this one"
            )
        return cls(federation, branch)

    @classmethod
    def of(cls, federation: Federation, here: Chain) -> Afar:
        """From a federation: its branch on another chain."""
        linked = _linked(federation, here)
        return cls.between(federation.chain, Branch(here, linked.branch))

    @property
    def name(self) -> str:
        """The federation's name."""
        return self.federation.name

    def unheard(self, collective: Collective) -> bool:
        """Whether a collective has joined at the branch, and the federation has not heard of it."""
        state = self.branch.seat_of(collective.treasury.address).state
        return state is not SeatState.NONE and self.seat_of(collective) is None

    def unconfirmed(self, collective: Collective) -> Seat | None:
        """The seat of a collective in the federation of which the branch has not heard."""
        state = self.branch.seat_of(collective.treasury.address).state
        return self.seat_of(collective) if state is SeatState.ENTERED else None

    def seat_of(self, collective: Collective) -> Seat | None:
        """The seat of a collective on the branch's chain."""
        return self.federation.seat_of(Interoperable.evm(self.branch.chain.id, collective.address))

    def reports(self) -> list[Report]:
        """What members on the branch's chain can tell, due or not."""
        here = self.branch.chain
        found = reports_at(self.federation, here, self.branch.address)
        return [replace(one, seat=replace(one.seat, name=name_of(here, one.seat.member))) for one in found]

    def untold(self) -> list[Report]:
        """What members on the branch's chain can tell now and has not arrived at home."""
        return [one for one in self.reports() if one.due]


def _linked(federation: Federation, here: Chain) -> LinkedBranch:
    linked = federation.link(here.id)
    if linked is None:
        raise RuleBroken(
            f"{federation.name} is not linked with {here.name} ({here.id}): no note comes or goes. Link it with "
            "`daokit bridge link`, by its own motion",
            chain=here.id,
        )
    return linked
