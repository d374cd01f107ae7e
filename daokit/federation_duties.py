"""What waits to be done in the federations of a collective: motions to decide, reports to tell, motions to enact,
seats to end or to mark as silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from daokit.collective import Collective
from daokit.federation import Federation, Motion, MotionState, PutMotion, Seat
from daokit.federation_members import MOST_LEVELS, home_of
from daokit.federation_reports import Report, reports_at
from daokit.interop import Interoperable
from daokit.ties import Ties


@dataclass(frozen=True)
class Undecided:
    """A motion that a collective has not put to its people yet. By `last` (unix seconds) its vote must be open."""

    federation: Federation
    put: PutMotion
    motion: Motion
    last: int


def federations_of(ties: Ties) -> list[Federation]:
    """The federations on this chain in which a treasury or a federation's purse sits, the oldest tie first."""
    homes = [(tie, home_of(ties.chain, tie.purse)) for tie in ties.ties()]
    return [Federation(ties.chain, str(home.address)) for _, home in homes if home and home.chain == ties.chain.id]


def all_above(ties: Ties) -> Iterator[Federation]:
    """Those, and the federations above them, the nearest first; each once."""
    seen: set[str] = set()
    level: list[Ties] = [ties]
    for _ in range(MOST_LEVELS):
        found = [one for below in level for one in federations_of(below) if one.address not in seen]
        seen |= {one.address for one in found}
        yield from found
        level = [one.purse for one in found]


def undecided(collective: Collective, federation: Federation) -> list[Undecided]:
    """The motions of a federation that a collective which sits there can still put to its people."""
    seat = federation.seat_of(Interoperable.evm(collective.chain.id, collective.address))
    if seat is None:
        return []
    governor, now = collective.governor, collective.chain.now()
    voting, season = governor.rules().voting, governor.season()
    starts = now if now + voting <= season.ends else season.ends
    known = {vote.motion for vote in governor.home_votes().values()}
    puts = {put.key: put for put in federation.puts()}
    return [
        Undecided(federation, puts[one.key], one, one.votes_end - voting)
        for one in federation.motions()
        if one.state is MotionState.VOTING and one.key not in known
        if seat.joined <= one.opened and starts + voting <= one.votes_end and not taken_back(federation, puts[one.key])
    ]


def taken_back(federation: Federation, put: PutMotion) -> bool:
    """Whether a motion was cancelled, or that of the federation above which it passed down, as far as that is on this
    chain."""
    if federation.motion(put.key).state is MotionState.CANCELLED:
        return True
    home = home_of(federation.chain, put.purse) if put.above else None
    if home is None or home.chain != federation.chain.id:
        return False
    above = Federation(federation.chain, str(home.address))
    return taken_back(above, above.put(put.above))


@dataclass(frozen=True)
class Undescended:
    """A motion that `below`, which sits in its federation, has not put to its own members; by `last` it must be."""

    federation: Federation
    below: Federation
    put: PutMotion
    last: int


def undescended(federations: Sequence[Federation]) -> list[Undescended]:
    """The motions that those of these federations which sit in others of them can still put to their members."""
    found = []
    for below in federations:
        parent = below.purse.parent()
        for above in federations:
            seat = above.seat_of(below.member) if above.purse.address == parent else None
            for one in above.motions() if seat else ():
                # Members need their time too: what ends before the telling does is too late.
                last = one.votes_end - below.rules().telling
                waits = one.state is MotionState.VOTING and seat and seat.joined <= one.opened
                if waits and above.chain.now() < last and below.passed_down(above.purse.address, one.key) is None:
                    put = above.put(one.key)
                    found += [] if taken_back(above, put) else [Undescended(above, below, put, last)]
    return found


def untold(federation: Federation) -> list[Report]:
    """What members on the federation's own chain can tell it now; a member with nothing new is left out."""
    return [one for one in reports_at(federation, federation.chain, federation.purse.address) if one.due]


def unmarked(federation: Federation, reports: Sequence[Report]) -> list[Seat]:
    """The seats that can be marked as silent: not heard from for long, and none of these `reports` is theirs, which
    would say that they are here."""
    now, after = federation.chain.now(), federation.rules().silent_after
    telling = {one.seat.number for one in reports}
    over = {one.number for one in expired(federation)}
    found = [one for one in federation.seats() if one.live and now > one.heard + after]
    return [one for one in found if one.number not in telling | over]


def expired(federation: Federation) -> list[Seat]:
    """The seats of expelled members whose notice has run out: they can be ended."""
    now = federation.chain.now()
    return [one for one in federation.seats() if one.notice_ends and now >= one.notice_ends]


def enactable(federation: Federation) -> list[Motion]:
    """The motions that passed and have waited."""
    now = federation.chain.now()
    own = {put.key for put in federation.puts() if put.content is not None}
    waiting = [one for one in federation.motions() if one.state is MotionState.WAITING and one.key in own]
    return [one for one in waiting if one.enactable_at <= now]
