"""What the tests of federations share: members of any people, and motions and proposals carried to their ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.documents import data_uri, text_hash
from daokit.experiments.sandbox import advance
from daokit.factory import Factory
from daokit.federation import Federation, Motion
from daokit.federation_acts import Act
from daokit.federation_charter import FederationCharter
from daokit.federation_forms import Content
from daokit.options import Call, Option
from tests.people import DAY, address

TALK, VOTE, WAIT = 3 * DAY, 5 * DAY, 7 * DAY
MOTION, TELLING, TIMELOCK, LARGE = 21 * DAY, 3 * DAY, 2 * DAY, 21 * DAY

CHARTER = """
name = "Valley"
purpose = "water and roads together"
competences = ["water"]
exit_share = true
tokens = [{tokens}]
[voting]
ordinary = "{ordinary}"
large = "{large}"
{invited}
"""


def content(title: str, *acts: Act, competence: str = "", large: bool = False) -> Content:
    """A motion's content; large when an act needs it."""
    text = f"# {title}\n"
    # A mere statement is made in a competence too.
    competence = competence or ("" if acts else "water")
    return Content(text_hash(text), data_uri(text), competence, large or any(one.large for one in acts), acts)


@dataclass
class Land:
    """Collectives and federations on one chain, and the clock."""

    chain: Chain
    coin: str
    people: dict[str, list[str]] = field(default_factory=dict)
    members: dict[str, Collective] = field(default_factory=dict)
    numbers: int = 0

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        advance(self.chain, seconds)

    def until(self, moment: int) -> None:
        """Let time pass until a moment (unix seconds)."""
        if moment > (now := self.chain.now()):
            self.wait(moment - now)

    def collective(self, name: str, *people: str) -> Collective:
        """A collective of these people."""
        rules = (TALK, VOTE, 2 * DAY, WAIT, 14 * DAY, 2000, 1000, 8, 1)
        text = bytes.fromhex(text_hash(f"we are {name}")[2:])
        founders = [(address(one), 100, one) for one in people]
        charter = (name, text, "", rules, (0, 0, 500, 20, 500), 90, 100, 5 * DAY, [self.coin], founders)
        self.numbers += 1
        made, _ = Factory(self.chain).found(charter, self.numbers)
        self.people[name] = list(people)
        self.members[name] = Collective.load(self.chain, made)
        return self.members[name]

    def as_(self, person: str, name: str) -> Collective:
        """A collective for a person."""
        return Collective.load(self.chain.as_(dev_signer(person)), self.members[name].address)

    def federation(self, person: str, federation: Federation) -> Federation:
        """A federation for a person."""
        return Federation.load(self.chain.as_(dev_signer(person)), federation.address)

    def found(
        self, *invited: Collective | Federation, name: str = "Valley", ordinary: str = "people", large: str = "people"
    ) -> Federation:
        """A federation that invites these."""
        rows = "".join(f'[[invited]]\nmember = "{one.address}"\n' for one in invited)
        text = CHARTER.format(tokens=f'"{self.coin}"', ordinary=ordinary, large=large, invited=rows)
        return Federation.found(FederationCharter.parse(text.replace("Valley", name)), self.chain)

    def decide(self, name: str, *calls: Call) -> None:
        """A collective passes and executes a large option with these calls."""
        who = self.people[name]
        text = f"# {name} decides\n"
        option = Option(text_hash(text), data_uri(text), True, (), calls)
        governor = self.as_(who[0], name).governor
        number = governor.propose(option)
        self.until(governor.proposal(number).voting_starts)
        for person in who:
            self.as_(person, name).governor.vote(number, 1)
        self.wait(VOTE + WAIT)
        governor.execute(number)

    def join(self, name: str, federation: Federation, bps: int = 500) -> None:
        """A collective joins, passing up `bps`."""
        self.decide(name, self.members[name].treasury.to_join(federation.purse.address, federation.charter(), bps))
        self.wait(1)  # who joins in the second in which a motion is opened does not count in it

    def vote(self, name: str, federation: Federation, motion: int | str, votes: dict[str, int]) -> int:
        """The people of a collective open their vote on a motion and vote; returns the proposal's number."""
        asked = federation.asked(motion)
        number = self.as_(self.people[name][0], name).governor.open_motion(federation.purse.address, asked)
        self.until(self.as_(self.people[name][0], name).governor.proposal(number).voting_starts)
        for person, cast in votes.items():
            self.as_(person, name).governor.vote(number, cast)
        return number

    def tell(self, name: str, federation: Federation, *motions: str) -> None:
        """A collective's results are told."""
        federation.purse.tell(self.members[name].treasury.address, list(motions))

    def carry(self, federation: Federation, put: Content, votes: dict[str, dict[str, int]], *, by: str) -> Motion:
        """A motion is opened, voted on, told, and enacted when it passed; how it stands then."""
        motion = self.federation(by, federation).open(put)
        for name, cast in votes.items():
            self.vote(name, federation, motion.key, cast)
        self.until(motion.votes_end + 1)
        for name in votes:
            self.tell(name, federation, motion.key)
        self.until(motion.closes + (LARGE if put.large else TIMELOCK) + 1)
        now = federation.motion(motion.key)
        return federation.enact(motion.key) if now.state.name == "WAITING" else now


def all_for(people: Sequence[str]) -> dict[str, int]:
    """One vote each."""
    return dict.fromkeys(people, 1)
