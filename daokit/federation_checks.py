"""What no motion is opened for, and what is not enacted: what cannot be, and what leaves a member without power."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from daokit.errors import NoConnection, RuleBroken, UsageError
from daokit.federation_acts import Act, Invite, SetRules
from daokit.federation_feasible import check_feasible
from daokit.federation_forms import Content
from daokit.federation_power import check_member, check_power, check_voting, people_of, powerless
from daokit.federation_rules import Rules, breaches
from daokit.interop import Interoperable
from daokit.weights import Rule

if TYPE_CHECKING:
    from daokit.federation import Federation


def check_opening(federation: Federation, content: Content) -> None:
    """Raises `UsageError` and `RuleBroken` for a motion that nobody should open: one with an act that could never be
    done (`check_feasible`), rules that `check_rules` refuses, and inviting what is no collective or whom
    `check_seating` refuses."""
    check_feasible(federation, content.acts)
    for act in content.acts:
        if isinstance(act, SetRules):
            check_rules(federation, act.rules)
        if isinstance(act, Invite):
            check_member(federation.chain, act.member)
    check_seating(federation, _invited(content.acts), _rules_then(federation, content.acts))


def check_enacting(federation: Federation, content: Content) -> None:
    """Raises `RuleBroken` for a motion that would now leave a member without power: by whom it invites, or by a count
    that it changes."""
    then, now = _rules_then(federation, content.acts), federation.rules()
    members = [(seat.name, seat.people) for seat in federation.seats()]
    for after, before in ((then.ordinary, now.ordinary), (then.large, now.large)):
        if after is not before:
            check_power(members, Rules(ordinary=after, large=after))
    check_seating(federation, _invited(content.acts), then)


def check_rules(federation: Federation, rules: Rules) -> None:
    """Raises `UsageError` for rules out of their bounds, `RuleBroken` for rules under which a member would have no
    power, or could never vote in time."""
    if found := breaches(rules, local=federation.chain.local):
        raise UsageError("; ".join(found))
    seats = federation.seats()
    check_power([(seat.name, seat.people) for seat in seats], rules)
    if rules.voting != federation.rules().voting:
        check_voting(federation.chain, [seat.member for seat in seats], rules)


def check_seating(federation: Federation, joining: Mapping[Interoperable, int], rules: Rules | None = None) -> None:
    """Raises `RuleBroken` when a count by square roots would leave somebody without power once `joining` sit too, each
    with so many people (0: those that it has), and still when everybody else who is invited has joined:
    while a federation gathers, two members of different sizes are no reason. Of a member whose people cannot be read
    nothing is said."""
    rules = rules or federation.rules()
    counts = dict.fromkeys(one for one in (rules.ordinary, rules.large) if one.rule is Rule.PENROSE)
    if not joining or not counts:
        return
    new = _people(federation, joining)
    if len(new) < len(joining):
        return
    sitting = [(seat.name, seat.people) for seat in federation.seats()]
    others = {one: federation.invitation(one) or 0 for one in federation.invited() if one not in joining}
    for count in counts:
        nobody = powerless([*sitting, *new], count)
        if not nobody or not powerless([*sitting, *new, *_people(federation, others)], count):
            continue
        kinds = [kind for kind in ("ordinary", "large") if getattr(rules, kind) is count]
        settings = " ".join(f"--set {kind}=double" for kind in kinds)
        raise RuleBroken(
            f"with {', '.join(name for name, _ in new)} in {federation.name}, {', '.join(nobody)} would have no power "
            f"when motions are counted {count.words}: nothing would ever depend on it; have it count by people or by a "
            f"double majority first: daokit federation open TEXT.md {settings} --of {shlex.quote(federation.name)}"
        )


def _people(federation: Federation, members: Mapping[Interoperable, int]) -> list[tuple[str, int]]:
    """Names and people, of those whose people can be read."""
    found = []
    for member, persons in members.items():
        chain, people = federation.chain, persons
        there = chain if member.chain == chain.id else chain.elsewhere(member.chain or 0)
        if not people and there is not None:
            with suppress(NoConnection):
                people = people_of(there, str(member.address))
        found += [(federation.name_of(member), people)] if people else []
    return found


def _invited(acts: Sequence[Act]) -> dict[Interoperable, int]:
    return {act.member: act.persons for act in acts if isinstance(act, Invite)}


def _rules_then(federation: Federation, acts: Sequence[Act]) -> Rules:
    return next((act.rules for act in reversed(acts) if isinstance(act, SetRules)), None) or federation.rules()
