"""The rules of a collective by the names that a charter gives them: what they hold, between which bounds, and why.

Values are integers as the contracts keep them (IGovernor.Voting, IMembership.Admission): seconds, basis points, counts;
the season's length is in days. The bounds are the contracts' own, so what passes here is not refused there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from daokit.errors import UnknownName, UsageError
from daokit.quantities import DAY, HOUR, MINUTE, format_duration, format_share, parse_duration, parse_share

MOST_CREDITS = 126**2  # one ballot holds at most 126 votes
MOST_VOTING = 45 * DAY
MOST_WAIT = 90 * DAY
MOST_NOTICE = 14 * DAY
BEFORE_LARGE = 2 * DAY

Values = Mapping[str, int]


class Kind(Enum):
    """How a value is written."""

    LENGTH = "a length of time"
    DAYS = "a length of time in whole days"
    SHARE = "a share"
    COUNT = "a number"
    SWITCH = "true or false"


@dataclass(frozen=True)
class Rule:
    """One rule: its section and name in a charter, the contract's field as Python spells it, how it is written."""

    section: str
    name: str
    field: str
    kind: Kind

    @property
    def key(self) -> str:
        """Its full name: `voting.quorum`."""
        return f"{self.section}.{self.name}"

    def parse(self, text: str) -> int:
        """A value as people write it: `30%`, `5 days`, `8`, `true`."""
        if self.kind is Kind.SHARE:
            return parse_share(text)
        if self.kind is Kind.LENGTH:
            return parse_duration(text)
        if self.kind is Kind.DAYS:
            days, rest = divmod(parse_duration(text), DAY)
            if rest:
                raise UsageError(f'{self.name} is counted in whole days, and "{text}" is not; write it like "90 days"')
            return days
        if self.kind is Kind.SWITCH:
            if text not in ("true", "false"):
                raise UsageError(f'{self.name} is either true or false, not "{text}"')
            return int(text == "true")
        if not text.isdecimal():
            raise UsageError(f'{self.name} is a whole number, not "{text}"')
        return int(text)

    def show(self, value: int) -> str:
        """A value as `parse` reads it."""
        if self.kind is Kind.SHARE:
            return format_share(value)
        if self.kind is Kind.LENGTH:
            return format_duration(value)
        if self.kind is Kind.DAYS:
            return format_duration(value * DAY)
        return ("false", "true")[value] if self.kind is Kind.SWITCH and value in (0, 1) else f"{value}"


# In each section in the order of the contract's struct or parameters.
RULES = (
    Rule("voting", "deliberation", "deliberation", Kind.LENGTH),
    Rule("voting", "voting", "voting", Kind.LENGTH),
    Rule("voting", "timelock", "timelock", Kind.LENGTH),
    Rule("voting", "large_delay", "large_delay", Kind.LENGTH),
    Rule("voting", "grace", "grace", Kind.LENGTH),
    Rule("voting", "quorum", "quorum_bps", Kind.SHARE),
    Rule("voting", "large", "large_bps", Kind.SHARE),
    Rule("voting", "options_per_season", "options_per_season", Kind.COUNT),
    Rule("voting", "one_open_proposal", "open_proposals", Kind.SWITCH),
    Rule("seasons", "length", "next_length", Kind.DAYS),
    Rule("seasons", "credits", "next_credits", Kind.COUNT),
    Rule("admission", "sponsors", "sponsors", Kind.COUNT),
    Rule("admission", "window", "window", Kind.LENGTH),
    Rule("admission", "objection", "objection_bps", Kind.SHARE),
    Rule("admission", "daily_count", "daily_count", Kind.COUNT),
    Rule("admission", "daily_share", "daily_bps", Kind.SHARE),
    Rule("exit", "notice", "notice", Kind.LENGTH),
)
BY_KEY = {rule.key: rule for rule in RULES}

# What a charter that says nothing else has.
DEFAULTS: Values = {
    "voting.deliberation": 3 * DAY,
    "voting.voting": 5 * DAY,
    "voting.timelock": 2 * DAY,
    "voting.large_delay": 7 * DAY,
    "voting.grace": 14 * DAY,
    "voting.quorum": 2_000,
    "voting.large": 1_000,
    "voting.options_per_season": 8,
    "voting.one_open_proposal": 1,
    "seasons.length": 90,
    "seasons.credits": 100,
    "admission.sponsors": 2,
    "admission.window": 3 * DAY,
    "admission.objection": 500,
    "admission.daily_count": 2,
    "admission.daily_share": 500,
    "exit.notice": 5 * DAY,
}


def in_section(section: str) -> list[Rule]:
    """The rules of one section, in the contract's order."""
    return [rule for rule in RULES if rule.section == section]


def find(name: str) -> Rule:
    """The rule called `quorum` or `voting.quorum`. Raises `UnknownName` with the near ones."""
    if name in BY_KEY:
        return BY_KEY[name]
    found = [rule for rule in RULES if rule.name == name]
    if not found:
        raise UnknownName("rule", name, [rule.name for rule in RULES])
    return found[0]


def read(section: str, source: Any) -> dict[str, int]:
    """The values of a section from whatever carries the contract's fields as attributes (`governor.Rules`, …)."""
    return {rule.key: int(getattr(source, rule.field)) for rule in in_section(section)}


@dataclass(frozen=True)
class Breach:
    """A value outside its bounds: the rule's key, and one sentence that says what it must be and why."""

    key: str
    sentence: str


def breaches(values: Values, *, local: bool = False, founders: int | None = None) -> list[Breach]:
    """What the contracts would refuse in a whole set of values. `local` is a chain on one's own machine, where voting
    and timelock may be shorter; `founders` counts only at a founding."""
    found: list[Breach] = []

    def hold(key: str, low: int, high: int, *, why_low: str = "", why_high: str = "") -> None:
        rule, value = BY_KEY[key], values[key]
        for bad, word, bound, why in ((value < low, "least", low, why_low), (value > high, "most", high, why_high)):
            if bad:
                reason = f", {why}" if why else ""
                is_now = f"{rule.name} is {rule.show(value)}; it must be"
                found.append(Breach(key, f"{is_now} at {word} {rule.show(bound)}{reason}"))

    floor = 0 if local else HOUR
    hold(
        "voting.voting",
        max(MINUTE, floor),
        MOST_VOTING,
        why_low="so that members have time to see the proposal and vote",
        why_high="so that every vote fits into one season, the shortest of which has 45 days",
    )
    hold(
        "voting.deliberation",
        0,
        max(0, MOST_VOTING - values["voting.voting"]),
        why_high="so that deliberation and voting together fit into 45 days, the shortest season",
    )
    for key in ("voting.voting", "voting.deliberation"):
        if values[key] % MINUTE:
            shown = BY_KEY[key].show(values[key])
            found.append(Breach(key, f"{BY_KEY[key].name} is {shown}; it is counted in whole minutes"))
    hold(
        "voting.timelock",
        floor,
        MOST_WAIT,
        why_low="so that members can react before what passed is done",
        why_high="so that a decision is carried out while it is still the members' will",
    )
    found += _large_delay(values)
    hold(
        "voting.grace",
        HOUR,
        MOST_WAIT,
        why_low="so that somebody has time to execute what passed",
        why_high="so that nothing long forgotten can be executed",
    )
    hold("voting.quorum", 0, 10_000, why_high="which is every seat")
    hold("voting.large", 0, 10_000, why_high="which is all that is free")
    hold("voting.options_per_season", 0, 31, why_high="which is all the chain keeps room for (0: no limit)")
    hold("voting.one_open_proposal", 0, 1)
    hold(
        "seasons.length",
        MOST_VOTING // DAY,
        3_650,
        why_low="so that deliberation and voting always fit into one season",
        why_high="so that credits come back while members remember what they spent them on",
    )
    hold(
        "seasons.credits",
        1,
        MOST_CREDITS,
        why_low="or nobody could cast a vote",
        why_high="which pays for 126 votes, the most that a ballot holds",
    )
    hold("admission.sponsors", 0, 5, why_high="which is all that an application keeps room for")
    if founders is not None and values["admission.sponsors"] > founders:
        sponsors, named = values["admission.sponsors"], f"{founders} founder{'s' if founders != 1 else ''}"
        found.append(
            Breach(
                "admission.sponsors",
                f"sponsors is {sponsors} and there {'are' if founders != 1 else 'is'} {named}; "
                "it must not be more than the founders, or nobody could ever be vouched for",
            )
        )
    hold("admission.window", 0, 30 * DAY, why_high="so that nobody waits for an answer longer than a month")
    hold("admission.objection", 0, 10_000, why_high="which is every seat")
    hold(
        "admission.daily_count",
        1,
        2**16 - 1,
        why_low="or nobody could ever join",
        why_high="which is all the chain counts in a day",
    )
    hold("admission.daily_share", 0, 10_000, why_high="which is every seat")
    hold("exit.notice", 0, MOST_NOTICE, why_high="so that nobody's money can be held longer")
    return found


def _large_delay(values: Values) -> list[Breach]:
    key = "voting.large_delay"
    delay, timelock = values[key], values["voting.timelock"]
    least = values["exit.notice"] + BEFORE_LARGE
    start = f"large_delay is {format_duration(delay)}; it must be at"
    if delay < least:
        shown = format_duration(least)
        why = "so that whoever gives notice when a large act passes is paid first"
        return [Breach(key, f"{start} least the exit notice plus 2 days ({shown}), {why}")]
    if delay < timelock:
        why = "so that a large act never comes before a small one"
        return [Breach(key, f"{start} least the timelock ({format_duration(timelock)}), {why}")]
    if delay > MOST_WAIT:
        why = "so that a decision is carried out while it is still the members' will"
        return [Breach(key, f"{start} most {format_duration(MOST_WAIT)}, {why}")]
    return []
