"""What the founders of a federation write: `federation.toml` as a model, with every bound checked before anything is
sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from daokit.charter import MOST_NAME, MOST_TOKENS
from daokit.deployments import parse_reference
from daokit.errors import UsageError
from daokit.federation_rules import NAMES, Rules, breaches, changed
from daokit.founding_file import FoundingFile, refuse_unknown
from daokit.hashing import ZERO_ADDRESS
from daokit.interop import Interoperable
from daokit.options import purpose_bytes
from daokit.weights import MOST_PEOPLE

MOST_COMPETENCES = 16
MOST_INVITED = 64

TEMPLATE = """\
# A federation: a collective whose members are collectives. Change what you like, then: daokit federation found

name = "{name}"
purpose = "What its members do together that none of them does as well alone."

# What members hand up. Everything else stays with them: a motion outside this list is refused, and each member can
# recall what it delegated.
competences = ["common purse"]

# Who leaves gets its part of what its own levies left in the purse, at most what it paid.
exit_share = true

# Tokens for levies, besides the chain's own coin.
tokens = []

[voting]
voting = "21 days"        # members' own votes that end in this time count
telling = "3 days"        # then their results are told, by anybody
timelock = "2 days"       # an ordinary motion that passed waits
large_delay = "21 days"   # a large one waits longer, so that a member can leave first
grace = "14 days"         # after that it can be enacted for so long
stale_after = "30 days"   # a member not heard from for so long, and a week, leaves the quorum's base
quorum = "20%"            # of the weight heard from that must be for
bucket = "10%"            # of the purse that ordinary motions pay in seven days
ordinary = "people"       # people, seats, penrose, penrose-quota or double (most people and most seats)
large = "people"

# Who may join from the start: a name or an address, "10:0x…" on another chain. They join by their own proposals.
# [[invited]]
# member = "mill"
"""


class Invited(BaseModel):
    """One collective that may join: a known name, an address, or `10:0x…` on another chain. `persons` only for what has
    no persons of its own (a Governor, a Safe): as how many it counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    member: str
    persons: Annotated[int, Field(strict=True)] = 0


def _rules(given: object) -> Rules:
    if isinstance(given, Rules):
        return given
    if not isinstance(given, Mapping):
        raise ValueError("[voting] is a section with keys of its own")
    refuse_unknown(given, [*NAMES, "ordinary", "large"])
    for name, value in given.items():
        if not isinstance(value, str):
            raise ValueError(f'{name} stands in quotes, like "{Rules().show()[name]}", not {value!r}')
    try:
        return changed(Rules(), given) if given else Rules()
    except UsageError as error:
        raise ValueError(error.message) from None


class FederationCharter(FoundingFile):
    """A whole charter of a federation; `rules` is its section [voting]."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    FILE: ClassVar[str] = "federation.toml"
    WRITER: ClassVar[str] = "daokit federation init"

    exit_share: Annotated[bool, Field(strict=True)] = False
    tokens: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    rules: Annotated[Rules, BeforeValidator(_rules), Field(alias="voting")] = Rules()
    invited: tuple[Invited, ...] = ()

    @classmethod
    def sentence(cls, error: Any) -> str:
        """One of pydantic's errors in our words."""
        return super().sentence(error) + (", [[invited]]" if error["type"] == "model_type" else "")

    def check(self, *, local: bool) -> None:
        """Raises `UsageError` with one sentence for each thing that a founding would be refused for."""
        found = [f"[voting] {sentence}" for sentence in breaches(self.rules, local=local)] + self._unfit()
        if found:
            raise UsageError("; ".join(found))
        self.data_or_uri()

    def _unfit(self) -> list[str]:
        found = []
        if not 0 < len(self.name.strip().encode()) <= MOST_NAME:
            found.append(f"name is {len(self.name.strip().encode())} bytes long; a name has 1 to {MOST_NAME}")
        if len(self.competences) > MOST_COMPETENCES:
            found.append(f"{len(self.competences)} competences are listed; at most {MOST_COMPETENCES}")
        for name in self.competences:
            if not 0 < len(name.encode()) <= 32:
                found.append(f'the competence "{name}" has {len(name.encode())} bytes; it has 1 to 32')
        for what, names in (("competence", self.competences), ("token", self.tokens)):
            lower = [one.lower() for one in names]
            found += [f"the {what} {one} is listed twice" for one in sorted({o for o in lower if lower.count(o) > 1})]
        if len(self.tokens) > MOST_TOKENS:
            found.append(
                f"{len(self.tokens)} tokens are listed; at most {MOST_TOKENS}, as every leaving goes through all"
            )
        if len(self.invited) > MOST_INVITED:
            found.append(f"{len(self.invited)} are invited at once; invite more than {MOST_INVITED} by motions")
        for one in self.invited:
            if not 0 <= one.persons <= MOST_PEOPLE:
                found.append(f"{one.member} counts as {one.persons} persons; it lies between 0 and {MOST_PEOPLE:,}")
        if not 0 <= self.number < 2**256:
            found.append("number lies between 0 and 2^256 - 1")
        return found

    def to_solidity(self, resolve: Callable[[str], str], chain: int) -> tuple[Any, ...]:
        """The arguments of `IFederationWords.Charter`, for a federation on `chain`. `resolve` turns names of members
        and tokens into addresses."""
        tokens = [resolve(one) for one in self.tokens]
        members = [member(one.member, resolve, chain) for one in self.invited]
        asked: tuple[tuple[list[str], list[Any]], ...] = (
            (list(self.tokens), tokens),
            ([one.member for one in self.invited], members),
        )
        for names, found in asked:
            for place, one in enumerate(found):
                if one == ZERO_ADDRESS:
                    raise UsageError(f"{names[place]} is the chain's own coin, which needs no listing")
                if one in found[:place]:
                    raise UsageError(f"{names[found.index(one)]} and {names[place]} are the same address, {one}")
        return (
            self.name.strip(),
            bytes.fromhex(self.text_hash[2:]),
            self.data_or_uri(),
            self.rules.to_solidity(),
            [purpose_bytes(one) for one in self.competences],
            self.exit_share,
            tokens,
            [(where.encode(), one.persons) for where, one in zip(members, self.invited, strict=True)],
        )


def member(word: str, resolve: Callable[[str], str], chain: int) -> Interoperable:
    """The member that a word means: a name or address on `chain`, or `10:0x…` on another."""
    if reference := parse_reference(word):
        return Interoperable.evm(*reference)
    return Interoperable.evm(chain, resolve(word))


def template(name: str) -> str:
    """A commented `federation.toml` for a federation called `name`."""
    if not 0 < len(name.strip().encode()) <= MOST_NAME or not name.isprintable():
        raise UsageError(f"a name has 1 to {MOST_NAME} bytes, in one line")
    return TEMPLATE.replace("{name}", name.strip().replace("\\", "\\\\").replace('"', '\\"'))
