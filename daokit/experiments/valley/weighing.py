"""How often each member of Coast decides, before and after something has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from daokit.experiments.valley.cast import Land
from daokit.federation_power import Power, warnings


def power(land: Land) -> list[Power]:
    """The power of each member of Coast now, under the names of the story."""
    coast = land.federation("Coast")
    names = {seat.number: land.name(seat.address) for seat in coast.seats()}
    return [replace(one, name=names[one.seat]) for one in coast.power()]


def show(land: Land, before: Sequence[Power]) -> list[Power]:
    """A table of what it was and what it is now, and the sentences that members must be told. Returns what it is
    now."""
    now = power(land)
    was = {one.name: one.power for one in before}
    rows = [(one.name, one.people, _share(was.get(one.name)), _share(one.power)) for one in now]
    columns = ("member of Coast", "people", "before", "now")
    land.table("Who decides how often", columns, rows, *columns[1:])
    said = warnings(now, land.federation("Coast").rules().ordinary)
    if said:
        land.tell(". ".join(said) + ".")
    land.told.setdefault("power", []).append({one.name: str(one.power) for one in now})
    return now


def _share(power: Fraction | None) -> str:
    return "–" if power is None else str(power)
