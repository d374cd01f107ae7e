"""Who and what is in the story of the federations, and how people act in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from daokit.accounts import DEV_NAMES, dev_address, dev_signer
from daokit.branch import Branch
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.documents import data_uri, text_hash
from daokit.experiments.pictures import table
from daokit.experiments.sandbox import advance
from daokit.experiments.stage import Say
from daokit.experiments.telling import WIDTH, paragraph
from daokit.experiments.two_chains import AWAY, HOME, TwoChains
from daokit.federation import Federation
from daokit.federation_forms import Content
from daokit.motions import Asked
from daokit.options import Call, Option
from daokit.token import Token

MINUTE, DAY = 60, 86_400
CENTS = 100  # tUSD has two decimals
NAMES = {HOME: "chain A", AWAY: "chain B"}
DELIBERATION, VOTING, WAIT = 3 * DAY, 5 * DAY, 7 * DAY  # a large option of a collective, by the usual charter
MOTION, TELLING, TIMELOCK, LARGE = 21 * DAY, 3 * DAY, 2 * DAY, 21 * DAY  # a motion, by the usual charter


@dataclass(frozen=True)
class Group:
    """A collective: its chain, its people, the federation that it joins, and the share of its revenue, in basis points,
    that it passes up."""

    name: str
    chain: int
    people: tuple[str, ...]
    above: str
    bps: int


GROUPS = {
    one.name: one
    for one in (
        Group("Mill", HOME, ("alice", "bob", "carol"), "Valley", 500),
        Group("Bakery", HOME, ("dave", "erin"), "Valley", 750),
        Group("School", HOME, ("frank", "grace"), "Coast", 400),
        Group("Harbour", AWAY, ("heidi", "ivan", "judy"), "Coast", 650),
    )
}


@dataclass
class Land:
    """Both chains, the token of the story, which is at one address on both, and what was founded, by name. `told` is
    what the story found out, as plain values."""

    chains: TwoChains
    token: str
    say: Say
    collectives: dict[str, str] = field(default_factory=dict)
    federations: dict[str, str] = field(default_factory=dict)
    places: dict[int, dict[str, str]] = field(default_factory=lambda: {HOME: {}, AWAY: {}})
    told: dict[str, Any] = field(default_factory=dict)

    def chain(self, number: int, person: str = "alice") -> Chain:
        """One of the chains, for one person."""
        return self.chains.places[number].chain.as_(dev_signer(person))

    def collective(self, name: str, person: str = "alice") -> Collective:
        """A collective of the story, for one person."""
        return Collective.load(self.chain(GROUPS[name].chain, person), self.collectives[name])

    def federation(self, name: str, person: str = "alice") -> Federation:
        """A federation of the story, for one person. All are at home on chain A."""
        return Federation.load(self.chain(HOME, person), self.federations[name])

    def branch(self, person: str = "alice") -> Branch:
        """Coast's purse on chain B, for one person."""
        return Branch(self.chain(AWAY, person), self.places[AWAY]["Coast's branch"])

    def holders(self, number: int) -> dict[str, str]:
        """Everybody and everything that can hold something on a chain, by name."""
        return {**{name.title(): dev_address(name) for name in DEV_NAMES}, **self.places[number]}

    def purse(self, number: int, person: str = "alice") -> Token:
        """The token on a chain, for one person."""
        return Token(self.chain(number, person), self.token)

    def wait(self, seconds: int) -> None:
        """Let time pass, on both chains."""
        for place in self.chains.places.values():
            advance(place.chain, seconds)

    # Deciding

    def decide(self, title: str, calls: Mapping[str, Call]) -> None:
        """Some collectives each pass and execute a large option with one call, all at the same time."""
        numbers = {}
        for name, call in calls.items():
            text = f"# {title}\n"
            option = Option(text_hash(text), data_uri(text), large=True, calls=(call,))
            numbers[name] = self.collective(name, GROUPS[name].people[0]).governor.propose(option)
        self.wait(DELIBERATION + MINUTE)
        for name, number in numbers.items():
            for person in GROUPS[name].people:
                self.collective(name, person).governor.vote(number, 1)
        self.wait(VOTING + WAIT + MINUTE)
        for name, number in numbers.items():
            self.collective(name).governor.execute(number)
        # Who joins in the second in which a motion is opened does not count in it.
        self.wait(MINUTE)

    def ballots(self, name: str, purse: str, asked: Asked, votes: Mapping[str, int] | None = None) -> None:
        """The people of a collective open their vote on a motion of the federation of `purse`, and vote; without
        `votes` all are for it, with one vote each."""
        people = GROUPS[name].people
        number = self.collective(name, people[0]).governor.open_motion(purse, asked)
        for person, cast in (votes or dict.fromkeys(people, 1)).items():
            self.collective(name, person).governor.vote(number, cast)

    # Telling

    def name(self, address: str) -> str:
        """The name of something in the story."""
        known = {**self.collectives, **self.federations}
        return next(name for name, one in known.items() if one == address)

    def named(self, sentence: str) -> str:
        """What a chain said, with names for addresses and without its full stop."""
        known = {**self.collectives, **self.federations, **self.places[HOME], **self.places[AWAY]}
        for name, address in known.items():
            sentence = sentence.replace(address, name)
        return sentence.rstrip(".")

    def money(self, amount: int) -> str:
        """An amount of the story's token, as people write it."""
        return self.chain(HOME).money(self.token, amount)

    def number(self, amount: int) -> str:
        """The same without its symbol."""
        return self.chain(HOME).token(self.token).number(amount)

    def sum(self, amount: int) -> dict[str, Any]:
        """The same as data: the amount in the smallest unit, the token, and the words."""
        return {"amount": amount, "token": self.token, "text": self.money(amount)}

    def tell(self, words: str) -> None:
        """A paragraph, with an empty line after it."""
        self.say(paragraph(words))

    def table(self, title: str, columns: tuple[str, ...], rows: Iterable[Sequence[object]], *right: str) -> None:
        """A table; the columns named in `right` hold numbers."""
        self.say(table(title, columns, rows, right, WIDTH))


def content(title: str, *acts: Any, competence: str = "") -> Content:
    """What a motion puts to the members; large when one of its acts needs it."""
    text = f"# {title}\n"
    return Content(text_hash(text), data_uri(text), competence, any(one.large for one in acts), acts)
