"""Who is committed to which offer, and what each has given, put together from events alone.

Commitments are told by the one contract of offers, draws by each fund: a draw names places in its fund, and what held a
place then says for which offer the money was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from daokit.contract import Event

Place = tuple[int, int]  # block and log index of an event

_PART = 16  # bytes of one part in the event `Drawn`: its slot in the first, its amount in the rest


class Standing(Enum):
    """Where a commitment stands (IFund.Standing)."""

    NONE = 0
    ACTIVE = 1
    NOTICE = 2
    ENDED = 3


@dataclass(frozen=True)
class Member:
    """A commitment as its provider sees it: the `person`, their `fund` and the `slot` there; since when (unix seconds),
    since when the person has held the service without a gap, until when (0: not ended), and who ended it. `begun` is
    where its beginning stands on the chain."""

    offer: int
    person: str
    fund: str
    slot: int
    bps: int
    since: int
    seniority: int
    begun: Place
    until: int = 0
    by_provider: bool = False

    def standing(self, now: int) -> Standing:
        """Active, in notice or ended."""
        if not self.until:
            return Standing.ACTIVE
        return Standing.NOTICE if now < self.until else Standing.ENDED

    def is_paying(self, now: int) -> bool:
        """Whether draws give to it: a person's end stops the money at once, a provider's when its notice has run."""
        return not self.until or (self.by_provider and now < self.until)


@dataclass(frozen=True)
class Gift:
    """What one draw gave to one commitment (smallest unit), taken or owed, at `time` (unix seconds). `begun` is that of
    its `Member`."""

    fund: str
    offer: int
    begun: Place
    token: str
    amount: int
    time: int


def members(told: Iterable[Event], when: Callable[[Event], int]) -> list[Member]:
    """Every commitment there has been, from the events `Committed` and `Ended` in order."""
    found: dict[Place, Member] = {}
    held: dict[tuple[str, int], Place] = {}
    for event in told:
        spot = event.fund, int(event.slot)
        if event.name == "Committed":
            begun = held[spot] = _place(event)
            found[begun] = Member(
                int(event.offer), event.person, *spot, int(event.bps), when(event), int(event.seniority), begun
            )
        elif event.name == "Ended" and spot in held:
            before = found[held[spot]]
            # The person may cut short a provider's notice: then its end stays, and the money stops.
            found[held[spot]] = replace(before, until=int(event.until), by_provider=bool(event.byProvider))
    return list(found.values())


def gifts(told: Iterable[Event], drawn: Iterable[Event], when: Callable[[Event], int]) -> list[Gift]:
    """What draws gave, oldest first: from `Committed` of the offers and `Drawn` of funds, in any order."""
    held: dict[tuple[str, int], Event] = {}
    found = []
    for event in sorted((*told, *drawn), key=_place):
        if event.name == "Committed":
            held[event.fund, int(event.slot)] = event
        elif event.name == "Drawn":
            for slot, amount in read_parts(event.parts):
                if (commitment := held.get((event.address, slot))) is not None:
                    place = _place(commitment)
                    found.append(Gift(event.address, int(commitment.offer), place, event.token, amount, when(event)))
    return found


def read_parts(parts: bytes) -> Iterator[tuple[int, int]]:
    """Slot and amount of each part that the event `Drawn` tells."""
    for start in range(0, len(parts), _PART):
        yield parts[start], int.from_bytes(parts[start + 1 : start + _PART], "big")


def points(given: Iterable[Gift]) -> dict[str, dict[str, int]]:
    """Patronage: what each fund has given in all, by token (smallest units)."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in given:
        sums[one.fund][one.token] += one.amount
    return {fund: dict(tokens) for fund, tokens in sums.items()}


def _place(event: Event) -> Place:
    return event.block, event.log_index
