"""Who decides how often in a federation, and what its members must be told about that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from daokit import power, weights
from daokit.chain import Chain
from daokit.contract import Contract
from daokit.errors import NoConnection, Reverted, RuleBroken
from daokit.federation_members import MOST_LEVELS, is_federation, name_of
from daokit.federation_rules import MANY, MOST_VOTING, Count, Rules
from daokit.interop import Interoperable
from daokit.quantities import format_duration
from daokit.weights import MOST_PEOPLE

if TYPE_CHECKING:
    from daokit.federation import Seat


@dataclass(frozen=True)
class Power:
    """One member's power: `power` of all coalitions of the others, in which it decides; `index` of all power."""

    seat: int
    name: str
    people: int
    weight: int
    power: Fraction
    index: Fraction


def power_of(seats: Sequence[Seat], count: Count) -> list[Power]:
    """The exact power of each that sits."""
    people = [one.people for one in seats]
    found = power.power(count.rule, people, optimal=count.optimal)
    weight = weights.weights_of(count.rule, people)
    rows = zip(seats, weight, found, power.normalised(found), strict=True)
    return [Power(seat.number, seat.name, seat.people, heavy, one, index) for seat, heavy, one, index in rows]


def warnings(powers: Sequence[Power], count: Count) -> list[str]:
    """What members must know about these powers, a sentence each."""
    people, found = [one.people for one in powers], [one.power for one in powers]
    said = {
        power.Kind.DECIDES_ALONE: "{} decides alone, whatever all others say",
        power.Kind.NO_POWER: "{} has no power: nothing ever depends on it",
        power.Kind.VETO: "{} can stop everything",
    }
    concerns = power.concerns(count.rule, people, found, optimal=count.optimal) if any(people) else []
    return [said[one.kind].format(powers[one.member].name) for one in concerns]


def offer(rules: Rules, members: int) -> str:
    """The sentence that offers a double majority to a small federation that counts by people alone; else ""."""
    if members >= MANY or rules.ordinary is not Count.PEOPLE:
        return ""
    return (
        f"with fewer than {MANY} members a double majority (most people and most seats) keeps a great one from "
        'deciding alone: ordinary = "double"'
    )


def powerless(members: Sequence[tuple[str, int]], count: Count) -> list[str]:
    """The names of those members (names and people) who must have power in a count by square roots and have none."""
    if count.rule is not weights.Rule.PENROSE or not any(people for _, people in members):
        return []
    found = power.power(count.rule, [people for _, people in members], optimal=count.optimal)
    return [name for (name, _), one in zip(members, found, strict=True) if one == 0]


def check_power(members: Sequence[tuple[str, int]], rules: Rules) -> None:
    """Raises `RuleBroken` for rules that count by square roots while one of these members (names and people) would have
    no power at all."""
    for count in {rules.ordinary, rules.large}:
        _check(members, count)


def check_founding(chain: Chain, rules: Rules, charter: tuple[Any, ...]) -> None:
    """The same, and `check_voting`, for everybody whom a charter (`IFederationWords.Charter`) invites, as far as they
    are on this chain. Raises `RuleBroken` when it invites nobody, too."""
    if not charter[-1]:
        raise RuleBroken("nobody is invited, and nobody could ever invite; name members under [[invited]]")
    members = []
    invited = [(Interoperable.decode(member), persons) for member, persons in charter[-1]]
    for where, _ in invited:
        check_member(chain, where)
    check_voting(chain, [where for where, _ in invited], rules)
    for where, persons in invited:
        people = persons or (people_of(chain, str(where.address)) if where.chain == chain.id else 0)
        if people:
            members.append((name_of(chain, where), people))
    check_power(members, rules)


def check_voting(chain: Chain, members: Sequence[Interoperable], rules: Rules) -> None:
    """Raises `RuleBroken` for rules under which a motion's votes end before those of one of these members could; of a
    member on another chain nothing is known here."""
    here = [one for one in members if one.chain == chain.id]
    length, slowest = max(((voting_of(chain, str(one.address)), one) for one in here), key=_first, default=(0, None))
    if slowest is None or rules.voting > length:
        return
    enough = min(2 * length, MOST_VOTING)
    remedy = (
        f"say voting = {format_duration(enough)}, so that one also fits in at the end of a season"
        if length < enough
        else f"{name_of(chain, slowest)} has to make its own votes shorter first"
    )
    raise RuleBroken(
        f"voting is {format_duration(rules.voting)}, and {name_of(chain, slowest)} takes {format_duration(length)} to "
        f"vote, so its votes would never count; {remedy}"
    )


def check_member(chain: Chain, member: Interoperable) -> None:
    """Raises `RuleBroken` for one on this chain that is no contract, so no collective."""
    if member.chain == chain.id and not chain.code(str(member.address)):
        raise RuleBroken(
            f"{name_of(chain, member)} is no collective: no contract stands at {member.address} on {chain.name}; name "
            "the collective, not a person"
        )


def voting_of(chain: Chain, member: str, levels: int = MOST_LEVELS) -> int:
    """The seconds that a member on this chain needs for its own vote on a motion, 0 for what does not answer: a
    collective its voting, a federation that of its slowest member and the telling."""
    try:
        if is_federation(chain, member):
            federation = Contract(chain, member, "Federation")
            count = int(federation.read("seatsGiven"))
            seats = federation.read_many([("seat", (number,)) for number in range(1, count + 1)])
            below = [str(one.collective) for one in seats if one.joined and one.chain == chain.id and levels > 1]
            slowest = max((voting_of(chain, one, levels - 1) for one in below), default=0)
            return slowest + Rules.of(federation.read("rules")).telling
        collective = Contract(chain, member, "Collective")
        [since] = collective.ask([("votingSet", ())])
        [voting] = [None] if since is None else collective.ask([("voting", (since,))])
        return 0 if voting is None else int(voting[1])
    except (Reverted, NoConnection):
        return 0


def people_of(chain: Chain, member: str) -> int:
    """The people of a member on this chain, 0 for what does not answer, or says more than a seat can count."""
    [people] = Contract(chain, member, "Collective").ask([("people", ())])
    return int(people) if people is not None and people <= MOST_PEOPLE else 0


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


def _check(members: Sequence[tuple[str, int]], count: Count) -> None:
    if nobody := powerless(members, count):
        raise RuleBroken(
            f"{', '.join(nobody)} would have no power when motions are counted {count.words}: nothing would ever "
            "depend on it; count by people, or by a double majority"
        )
