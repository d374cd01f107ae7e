"""The rules of a federation by the names that its charter gives them: what they hold, between which bounds, and how its
motions are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from daokit import weights
from daokit.errors import UnknownName, UsageError
from daokit.quantities import DAY, HOUR, MINUTE
from daokit.rules import Kind, Rule

BPS = 10_000
MOST_VOTING = 40 * DAY
_HEARD_AGAIN = 7 * DAY  # as in FederationSeats.sol
LINK_WAIT = 14 * DAY
"""The least that a motion about a link waits once it is closed, in seconds; `large_delay` where that is longer."""
MANY = 15
"""From so many members on a count by people alone is offered; below, most people and most seats together."""


class Count(Enum):
    """How a motion is counted (IFederationWords.Count)."""

    NONE = 0
    PEOPLE = 1
    SEATS = 2
    PENROSE = 3
    PENROSE_QUOTA = 4
    DOUBLE = 5

    @property
    def rule(self) -> weights.Rule:
        """The same in the arithmetic of weights."""
        return {2: weights.Rule.SEATS, 3: weights.Rule.PENROSE, 4: weights.Rule.PENROSE, 5: weights.Rule.DOUBLE}.get(
            self.value, weights.Rule.PEOPLE
        )

    @property
    def optimal(self) -> bool:
        """Whether Penrose's optimal quota is asked for, and not only more than half."""
        return self is Count.PENROSE_QUOTA

    @property
    def words(self) -> str:
        """How it is counted, in words."""
        return _WORDS[self]

    @property
    def key(self) -> str:
        """Its name in a charter: `penrose-quota`."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def parse(cls, text: str) -> Count:
        """A way to count by its name. Raises `UnknownName`."""
        known = {one.key: one for one in cls if one is not cls.NONE}
        if text not in known:
            raise UnknownName("way to count", text, known)
        return known[text]


_WORDS = {
    Count.NONE: "not at all",
    Count.PEOPLE: "by people",
    Count.SEATS: "by seats, one a member",
    Count.PENROSE: "by the square root of each member's people, more than half of all",
    Count.PENROSE_QUOTA: "by the square root of each member's people, with the optimal quota",
    Count.DOUBLE: "by most people and most seats together",
}


@dataclass(frozen=True)
class Rules:
    """The rules of a federation: seconds, basis points, and how ordinary and large motions are counted."""

    voting: int = 21 * DAY
    telling: int = 3 * DAY
    timelock: int = 2 * DAY
    large_delay: int = 21 * DAY
    grace: int = 14 * DAY
    stale_after: int = 30 * DAY
    quorum_bps: int = 2_000
    bucket_bps: int = 1_000
    ordinary: Count = Count.PEOPLE
    large: Count = Count.PEOPLE

    @property
    def link_after(self) -> int:
        """How long after its opening a motion about a link can be enacted, in seconds."""
        return self.voting + self.telling + max(self.large_delay, LINK_WAIT)

    @property
    def quiet_after(self) -> int:
        """How long after it was last heard from a member is to say that it is still here, in seconds: two reports can
        fail before it is silent."""
        return self.stale_after // 3

    @property
    def silent_after(self) -> int:
        """How long after it was last heard from a seat can be marked as silent, in seconds: that it was heard from is
        written once a week at most."""
        return self.stale_after + _HEARD_AGAIN

    @classmethod
    def of(cls, row: Any) -> Rules:
        """From the contract's struct."""
        *numbers, ordinary, large = row
        named = zip((rule.field for rule in RULES), map(int, numbers), strict=True)
        return cls(**dict(named), ordinary=Count(ordinary), large=Count(large))

    def to_solidity(self) -> tuple[int, ...]:
        """The contract's struct."""
        row = (getattr(self, one.name) for one in fields(self))
        return tuple(one.value if isinstance(one, Count) else one for one in row)

    def show(self) -> dict[str, str]:
        """Each rule by its name, in words."""
        said = {rule.name: rule.show(getattr(self, rule.field)) for rule in RULES}
        return {**said, "ordinary": self.ordinary.key, "large": self.large.key}

    def changes(self, to: Rules) -> list[str]:
        """What differs in `to`, a few words each."""
        before, after = self.show(), to.show()
        return [f"{name} from {before[name]} to {after[name]}" for name in after if before[name] != after[name]]


# In the order of the contract's struct; the two ways to count stand behind them.
RULES = (
    Rule("voting", "voting", "voting", Kind.LENGTH),
    Rule("voting", "telling", "telling", Kind.LENGTH),
    Rule("voting", "timelock", "timelock", Kind.LENGTH),
    Rule("voting", "large_delay", "large_delay", Kind.LENGTH),
    Rule("voting", "grace", "grace", Kind.LENGTH),
    Rule("voting", "stale_after", "stale_after", Kind.LENGTH),
    Rule("voting", "quorum", "quorum_bps", Kind.SHARE),
    Rule("voting", "bucket", "bucket_bps", Kind.SHARE),
)
NAMES: Mapping[str, Rule] = {rule.name: rule for rule in RULES}


def bounds(rules: Rules, *, local: bool) -> dict[str, tuple[int, int]]:
    """Between which values each rule may lie, on a chain of one's own or on a public one."""
    return {
        "voting": (MINUTE if local else 21 * DAY, MOST_VOTING),
        "telling": (MINUTE if local else DAY, 5 * DAY),
        "timelock": (0 if local else HOUR, 90 * DAY),
        "large_delay": (rules.timelock if local else 21 * DAY, 120 * DAY),
        "grace": (HOUR, 90 * DAY),
        # Longer than a motion can be open, with the day that it waits after a pause.
        "stale_after": (max(30 * DAY, rules.voting + rules.telling + DAY), 365 * DAY),
        "quorum": (0, BPS),
        "bucket": (1, BPS),
    }


def breaches(rules: Rules, *, local: bool) -> list[str]:
    """Why the contract would refuse these rules, a sentence each."""
    found = []
    for name, (low, high) in bounds(rules, local=local).items():
        rule = NAMES[name]
        value = getattr(rules, rule.field)
        if not low <= value <= high:
            found.append(f"{name} is {rule.show(value)}; it lies between {rule.show(low)} and {rule.show(high)}")
    if Count.NONE in (rules.ordinary, rules.large):
        found.append("ordinary and large motions are each counted in some way")
    return found


def changed(rules: Rules, settings: Mapping[str, str]) -> Rules:
    """The rules with some set anew, as people write them: `{"quorum": "30%", "large": "double"}`. Raises `UnknownName`
    and `UsageError`."""
    from dataclasses import replace

    given: dict[str, Any] = {}
    for name, text in settings.items():
        if name in ("ordinary", "large"):
            given[name] = Count.parse(text)
        elif name in NAMES:
            given[NAMES[name].field] = NAMES[name].parse(text)
        else:
            raise UnknownName("rule", name, [*NAMES, "ordinary", "large"])
    if not given:
        raise UsageError("say which rule to set: quorum=30%")
    return replace(rules, **given)
