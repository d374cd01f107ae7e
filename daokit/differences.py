"""Where a charter's file and the chain differ, and the actions that would bring the chain to the file.

Parameters, tokens and the text are compared. Founders and their units belong to the founding and are not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daokit import rules
from daokit.actions import Action, DelistToken, ListToken, LowerNotice, Set, SetCharter
from daokit.charter import Charter
from daokit.hashing import ZERO_ADDRESS
from daokit.quantities import format_duration

if TYPE_CHECKING:
    from daokit.collective import Collective


@dataclass(frozen=True)
class ChainCharter:
    """What a chain says of a collective: its rules by key (those of the next season), listed tokens, and its text."""

    name: str
    values: rules.Values
    tokens: tuple[str, ...]
    text_hash: str
    uri: str

    @classmethod
    def of(cls, collective: Collective) -> ChainCharter:
        """Read from the chain as it is now."""
        return cls(
            name=collective.name,
            values=present_rules(collective),
            tokens=tuple(token for token in collective.treasury.tokens() if token != ZERO_ADDRESS),
            text_hash=collective.membership.charter()[0],
            uri=collective.membership.charter_uri(),
        )


def present_rules(collective: Collective) -> rules.Values:
    """All rules of a collective by key, as proposals opened now take them, and of seasons as the next has them."""
    return {
        **rules.read("voting", collective.governor.rules()),
        **rules.read("seasons", collective.governor.season()),
        **rules.read("admission", collective.membership.admission()),
        "exit.notice": collective.treasury.exit_notice(),
    }


@dataclass(frozen=True)
class Difference:
    """One thing that differs, in words on both sides. `action` would bring the chain to the file; None: nothing can."""

    key: str
    file: str
    chain: str
    remedy: str
    action: Action | None


def differences(
    file: Charter,
    chain: ChainCharter,
    resolve: Callable[[str], str],
    name_of: Callable[[str], str] = str,
) -> list[Difference]:
    """Everything that differs, in the order of a charter. `resolve` turns tokens as written into addresses, `name_of`
    shows those that only the chain lists."""
    wanted = [(rule, file.values[rule.key]) for rule in rules.RULES]
    found = [] if file.name.strip() == chain.name else [_name(file.name.strip(), chain.name)]
    found += _text(file, chain)
    found += [_rule(rule, value, chain) for rule, value in wanted if value != chain.values[rule.key]]
    return found + _tokens(file, chain, resolve, name_of)


def actions(found: Sequence[Difference]) -> list[Action]:
    """What a proposal would do to bring the chain to the file, as far as anything can."""
    return [difference.action for difference in found if difference.action is not None]


def _name(file: str, chain: str) -> Difference:
    return Difference("name", file, chain, "a name belongs to the founding: put the chain's into the file", None)


def _text(file: Charter, chain: ChainCharter) -> list[Difference]:
    if file.text_hash == chain.text_hash:
        if not file.uri or file.uri == chain.uri:
            return []
        remedy = "an option can name the new place; applications made under the old one become void"
        return [Difference("uri", file.uri, chain.uri, remedy, SetCharter(file.text_hash, file.uri))]
    remedy = "a large option can replace the text; applications made under the old one become void"
    action = SetCharter(file.text_hash, file.data_or_uri())
    return [Difference("text", f"hash {file.text_hash}", f"hash {chain.text_hash}", remedy, action)]


def _rule(rule: rules.Rule, value: int, chain: ChainCharter) -> Difference:
    present = chain.values[rule.key]
    shown = rule.show(value), rule.show(present)
    if rule.key != "exit.notice":
        when = ", from the next season on" if rule.section == "seasons" else ", for proposals opened from then on"
        remedy = f"a large option can change it{when if rule.section != 'admission' else ''}"
        return Difference(rule.key, *shown, remedy, Set(rule.key, value))
    if value < present:
        return Difference(rule.key, *shown, "a large option can lower it, for good", LowerNotice(value))
    remedy = f"the exit notice can never be raised: put {format_duration(present)} into the file"
    return Difference(rule.key, *shown, remedy, None)


def _tokens(
    file: Charter, chain: ChainCharter, resolve: Callable[[str], str], name_of: Callable[[str], str]
) -> list[Difference]:
    wanted = {resolve(token): token for token in file.tokens}
    found = []
    for address, token in wanted.items():
        if address not in chain.tokens:
            remedy = "a large option can list it"
            sides = f"{token} listed", f"{token} not listed"
            found.append(Difference("treasury.tokens", *sides, remedy, ListToken(token)))
    for address in chain.tokens:
        if address not in wanted:
            token = name_of(address)
            remedy = "a large option can take it off the list, once nothing of it is owed"
            sides = f"{token} not listed", f"{token} listed"
            found.append(Difference("treasury.tokens", *sides, remedy, DelistToken(address)))
    return found
