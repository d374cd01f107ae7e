"""What waits in the federations of a collective: to decide, to tell, to enact, to end, to pass up, to veto."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daokit.branch import Branch, OrderState
from daokit.branches import Afar
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.contract import Contract
from daokit.federation import Federation, Seat
from daokit.federation_duties import all_above, enactable, expired, undecided, undescended, unmarked, untold
from daokit.federation_members import federation_of, home_of, treasury_of
from daokit.federation_reading import read
from daokit.federation_reports import Report, Standing
from daokit.federation_words import title, view
from daokit.interop import Interoperable
from daokit.levies import levies_of
from daokit.purse import PurseSeat, SeatState
from daokit.quantities import DAY, format_time

_LATELY = 30 * DAY
_NAMED = 4  # members in one line


@dataclass(frozen=True)
class Duty:
    """One thing that waits. `until` is its deadline (unix seconds, 0: none), `command` what to type for it."""

    what: str
    until: int
    command: str


def in_federations(collective: Collective, seat: int) -> list[Duty]:
    """What waits in all federations above a collective; with a `seat` there, also what only its people can do."""
    ties = collective.treasury.ties()
    if not ties:
        return []
    above = list(all_above(collective.treasury))
    found = _levies(collective) + (_ended(collective) if seat else [])
    for federation in above:
        found += _motions(collective, federation, seat)
    for one in undescended(above) if seat else ():
        words = f"motion {one.put.number} of {one.federation.name} ({title(one.put)}) waits for {one.below.name}"
        command = f"daokit federation decide {one.put.number} --of {shlex.quote(one.federation.name)}"
        found.append(Duty(words, one.last, command))
    return found + (_orders(collective) if seat else [])


def from_afar(collective: Collective, seat: int, afar: Sequence[Afar]) -> list[Duty]:
    """What waits in federations on other chains in which a collective sits by a branch here."""
    found = []
    for one in afar:
        of = f"{one.federation.chain.id}:{one.federation.address}"
        if one.unheard(collective):
            words = f"{one.name} has not heard yet that {collective.name} has joined; a note tells it"
            found.append(Duty(words, 0, f"daokit federation tell --of {of}"))
        elif seat_there := one.unconfirmed(collective):
            words = f"{one.name} has seated {collective.name}; the branch here has not heard of it yet, a note tells it"
            found.append(Duty(words, 0, f"daokit federation send-seat {seat_there.number} --of {of}"))
        for open_one in undecided(collective, one.federation) if seat else ():
            number = open_one.put.number
            words = f"motion {number} of {one.name} ({title(open_one.put)}) waits to be put to the vote here"
            found.append(Duty(words, open_one.last, f"daokit federation decide {number} --of {of}"))
        reports = one.untold()
        for told in reports:
            for key in told.motions:
                words = (
                    f"how {told.seat.name} voted on motion {one.federation.put(key).number} of {one.name} can be told"
                )
                closes = one.federation.motion(key).closes
                found.append(Duty(f"{words}, by a note", closes, f"daokit federation tell --of {of}"))
        found += _standings(one.federation, reports, f"daokit federation tell --of {of}", ", by a note")
        found += _notice(one.federation, one.seat_of(collective))
    return found


def unconfirmed(federation: Federation, reach: Callable[[int], Chain | None]) -> list[Duty]:
    """What a federation can tell its branches about members that have lately joined there, were expelled or have gone;
    `reach` gives the chains that can be read now."""
    found, now = [], federation.chain.now()
    gone = {int(one.seat) for one in federation.past("Unseated") if now <= federation.when(one) + _LATELY}
    for seat in federation.seats(former=True):
        # Another chain is asked only while something is new: it may be slow to answer.
        lately = seat.number in gone if not seat.sits else now <= seat.joined + _LATELY or seat.notice_ends
        if seat.member.chain == federation.chain.id or not lately:
            continue
        there, link = reach(seat.member.chain or 0), federation.link(seat.member.chain or 0)
        if there is None or link is None:
            continue
        treasury = treasury_of(there, seat.address)
        known = Branch(there, link.branch).seat_of(treasury) if treasury else None
        if known and (words := _unknown(federation, seat, known, there.now())):
            command = f"daokit federation send-seat {seat.number} --of {shlex.quote(federation.name)}"
            found.append(Duty(f"{words}; its branch there has not heard of it yet, a note tells it", 0, command))
    return found


def _unknown(federation: Federation, seat: Seat, known: PurseSeat, now: int) -> str:
    """What a branch does not know of a seat, by how it is `known` there; "" when it knows all that it can be told."""
    if seat.sits and not seat.notice_ends:
        return f"{federation.name} has seated {seat.name}" if known.state is SeatState.ENTERED else ""
    if known.state is SeatState.SEATED:
        return (
            f"{federation.name} has expelled {seat.name}"
            if seat.sits
            else f"{seat.name} sits no longer in {federation.name}"
        )
    # A branch gives notice of its own, and takes a seat only when that has run out.
    ran_out = known.state is SeatState.NOTICE and now >= known.notice_ends
    return f"{federation.name} has ended the seat of {seat.name}" if ran_out and not seat.sits else ""


def _motions(collective: Collective, federation: Federation, seat: int) -> list[Duty]:
    found, name = [], federation.name
    puts = {one.key: one for one in federation.puts()}
    for open_one in undecided(collective, federation) if seat else ():
        number = open_one.put.number
        words = f"motion {number} of {name} ({title(open_one.put)}) waits to be put to the vote here"
        found.append(Duty(words, open_one.last, f"daokit federation decide {number} --of {shlex.quote(name)}"))
    reports = untold(federation)
    for one in reports:
        if one.motions:
            numbers = ", ".join(str(puts[key].number) for key in one.motions)
            closes = min(federation.motion(key).closes for key in one.motions)
            words = f"how {one.seat.name} voted on motion {numbers} of {name} can be told"
            found.append(Duty(words, closes, f"daokit federation tell --of {shlex.quote(name)}"))
    for motion in enactable(federation):
        words = f"motion {motion.number} of {name} ({title(puts[motion.key])}) has passed and can be enacted"
        found.append(Duty(words, motion.expires, f"daokit federation enact {motion.number} --of {shlex.quote(name)}"))
    tell = f"daokit federation tell --of {shlex.quote(name)}"
    found += _standings(federation, reports, tell)
    found += [_unmarked(federation, one, tell) for one in unmarked(federation, reports)]
    for seat_over in expired(federation):
        ran_out = format_time(seat_over.notice_ends, federation.chain.now())
        words = f"the notice of {seat_over.name} ran out {ran_out}: end its seat in {name}"
        found.append(Duty(words, 0, f"daokit federation enact --of {shlex.quote(name)}"))
    own = federation.seat_of(Interoperable.evm(collective.chain.id, collective.address))
    return found + _notice(federation, own)


def _notice(federation: Federation, own: Seat | None) -> list[Duty]:
    """What a member under notice is to know."""
    if own is None or not own.notice_ends or own.notice_ends <= federation.chain.now():
        return []
    return [Duty(f"{federation.name} has expelled {own.bare_name}: its seat ends then", own.notice_ends, "")]


def _standings(federation: Federation, reports: Sequence[Report], tell: str, how: str = "") -> list[Duty]:
    """What is to be told of members besides their votes: that they are still here, or that they have left."""
    name, found = federation.name, []
    # With its votes it is heard from too.
    quiet = [one.seat for one in reports if one.quiet and not one.motions]
    if silent := [one for one in quiet if not one.live]:
        words = f"{name} counts {_names(silent)} as silent: say that {_names(silent)} {_are(silent)} still here{how}"
        found.append(Duty(words, 0, tell))
    if live := [one for one in quiet if one.live]:
        until = min(one.heard for one in live) + federation.rules().silent_after
        in_time = federation.chain.now() < until
        words = f"say to {name} that {_names(live)} {_are(live)} still here{how}"
        found.append(Duty(words + (", before silence counts" if in_time else ""), until if in_time else 0, tell))
    for one in reports:
        if one.standing is not Standing.SITS:
            found.append(Duty(f"{name} has not heard yet that {one.seat.name} has left", 0, tell))
    return found


def _unmarked(federation: Federation, seat: Seat, tell: str) -> Duty:
    heard = format_time(seat.heard, federation.chain.now())
    words = f"{federation.name} has not heard from {seat.name} since {heard}: mark it as silent"
    return Duty(words, 0, tell)


def _names(seats: Sequence[Seat]) -> str:
    names = [one.name for one in seats]
    if len(names) > _NAMED:
        names = [*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _are(seats: Sequence[Seat]) -> str:
    return "is" if len(seats) == 1 else "are"


def _ended(collective: Collective) -> list[Duty]:
    """Ties that are left where a seat was ended: nobody but the collective itself ends them."""
    chain, treasury, found = collective.chain, collective.treasury, []
    for tie in treasury.ties():
        [seat] = Contract(chain, tie.purse, "HomePurse").ask([("seatOf", (treasury.address,))])
        if seat is not None and SeatState(seat.state) is SeatState.NONE:
            whose = federation_of(chain, tie.purse) or tie.purse
            words = f"{whose} has ended the seat of {collective.name}, whose tie to it is left: propose to leave"
            found.append(Duty(words, 0, f"daokit federation leave {tie.purse}"))
    return found


def _levies(collective: Collective) -> list[Duty]:
    chain = collective.chain
    return [
        Duty(
            f"a levy of {chain.money(one.due.token, one.due.amount)} is due to {one.federation}",
            0,
            "daokit federation bubble",
        )
        for one in levies_of(collective.treasury, collective.name)
        if not one.why
    ]


def _orders(collective: Collective) -> list[Duty]:
    chain, now, found = collective.chain, collective.chain.now(), []
    for tie in collective.treasury.ties():
        home = home_of(chain, tie.purse)
        if home is None or home.chain == chain.id:
            continue
        eyes, branch, own = view(chain), Branch(chain, tie.purse), collective.treasury.address
        for one in branch.orders():
            if one.over(now):
                continue
            words = f"an order of {federation_of(chain, tie.purse)}: {read(one.act, eyes)}"
            if one.state is OrderState.VETOED:
                # Who vetoed it or has confirmed it has said its word.
                if own in (branch.vetoed_by(one.id), *branch.confirmed_by(one.id)):
                    continue
                found.append(Duty(f"{words}; vetoed, members can confirm it", 0, _order("confirm", one.id)))
            elif now < one.due:
                open_to = ", and members can veto it" if one.state is OrderState.WAITING else ""
                found.append(Duty(f"{words}; it waits{open_to}", one.due, "daokit federation orders"))
            else:
                found.append(Duty(f"{words}; it can be carried out", 0, _order("carry", one.id)))
    return found


def _order(command: str, order: str) -> str:
    return f"daokit federation {command} {order[:12]}"
