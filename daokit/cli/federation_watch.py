"""Who decides how often in a federation, said whenever it has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daokit.chain import Chain
    from daokit.cli.session import Session
    from daokit.federation import Federation
    from daokit.federation_acts import Act
    from daokit.federation_power import Power
    from daokit.federation_rules import Count
    from daokit.options import Option


@dataclass(frozen=True)
class Watched:
    """A federation in which something is about to change, and who decided how often before: for ordinary and for large
    motions, how they were counted and each member's power."""

    federation: Federation
    before: Mapping[str, tuple[Count, Sequence[Power]]]

    @classmethod
    def of(cls, federation: Federation) -> Watched:
        """As it is now."""
        return cls(federation, _powers(federation))

    def lines(self) -> list[str]:
        """Who decides how often now, in words; nothing when that is as before."""
        from daokit.federation_power import warnings

        after, lines = _powers(self.federation), []
        alike = self.before["ordinary"] == self.before["large"] and after["ordinary"] == after["large"]
        for kind in ("ordinary",) if alike else ("ordinary", "large"):
            count, powers = after[kind]
            if (was := _shares(self.before[kind])) == (now := _shares(after[kind])) and count is self.before[kind][0]:
                continue
            on = "" if alike else f" on {kind} motions"
            lines.append(f"who decides in {self.federation.name}{on}, counted {count.words}:")
            names = {one.seat: one.name for one in (*powers, *self.before[kind][1])}
            lines += [f"  {name}: {_change(was.get(seat), now.get(seat))}" for seat, name in names.items()]
            lines += [f"look twice: {one}" for one in warnings(powers, count)]
        return lines


def watched_with(federation: Federation, acts: Sequence[Act]) -> list[Watched]:
    """A federation, and those on its chain that these acts of it join or leave."""
    from daokit.federation import Federation
    from daokit.federation_acts import Join, Quit
    from daokit.federation_members import federation_of, home_of

    chain, found = federation.chain, [Watched.of(federation)]
    for act in acts:
        home = home_of(chain, act.purse) if isinstance(act, Join | Quit) and federation_of(chain, act.purse) else None
        if home and home.chain == chain.id:
            found.append(Watched.of(Federation(chain, str(home.address))))
    return found


def watched_by(session: Session, option: Option) -> list[Watched]:
    """The federations on this chain that an option of the collective joins or leaves."""
    from daokit.artifact import load_artifact
    from daokit.contract import decode_call
    from daokit.federation import Federation
    from daokit.federation_members import federation_of, home_of

    chain, found = session.chain, []
    selectors = {load_artifact("Treasury").function(name).selector for name in ("join", "quit")}
    for call in option.calls:
        if call.target != session.treasury.address or call.data[:4] not in selectors:
            continue
        decoded = decode_call(call.data, "Treasury")
        purse = decoded[1][0] if decoded else ""
        home = home_of(chain, purse) if purse and federation_of(chain, purse) else None
        if home and home.chain == chain.id:
            found.append(Watched.of(Federation(chain, str(home.address))))
    return found


def watched_behind(chain: Chain, gateway: str) -> list[Watched]:
    """The federation to which a gateway on its chain belongs; none for the gateway of a branch or of anything else."""
    from daokit.bridge import Gateway
    from daokit.errors import RuleBroken
    from daokit.federation import Federation

    try:
        return [Watched.of(Federation.load(chain, Gateway.load(chain, gateway).owner()))]
    except RuleBroken:
        return []


def _powers(federation: Federation) -> dict[str, tuple[Count, Sequence[Power]]]:
    from daokit.federation_power import power_of

    rules, seats = federation.rules(), federation.seats()
    counted = {count: power_of(seats, count) for count in {rules.ordinary, rules.large}}
    return {kind: (one, counted[one]) for kind, one in (("ordinary", rules.ordinary), ("large", rules.large))}


def _shares(counted: tuple[Count, Sequence[Power]]) -> dict[int, str]:
    return {one.seat: str(one.power) for one in counted[1]}


def _change(was: str | None, now: str | None) -> str:
    return f"{was}, as before" if was == now else f"{was or 'no member'} → {now or 'no member'}"
