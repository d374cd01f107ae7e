"""What members can tell their federation: how they voted, how many people they have, that they are still here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from daokit.chain import Chain
from daokit.contract import Contract, ask_all
from daokit.federation import Federation, Motion, MotionState, Seat
from daokit.federation_acts import ConfirmRoll
from daokit.motions import Result
from daokit.purse import SeatState
from daokit.quantities import DAY
from daokit.weights import MOST_PEOPLE, most_counted, people_tally

_ROLL_PERIOD = 90 * DAY  # as in FederationSeats.sol


class Standing(Enum):
    """How a member stands at the purse on its chain: it sits; it has ended its tie and the purse has not noticed; the
    purse knows that it has gone, and the federation does not."""

    SITS = 0
    LEFT = 1
    GONE = 2


@dataclass(frozen=True)
class Report:
    """What a member can tell now: its results on `motions` (keys) that are not counted as it has them, and its
    `people`, of whom `counts` would count. `quiet`: it was not heard from for a third of the time after which it is
    stale, or is marked as silent."""

    seat: Seat
    treasury: str
    motions: tuple[str, ...]
    people: int
    counts: int
    quiet: bool
    standing: Standing = Standing.SITS

    @property
    def due(self) -> bool:
        """Whether telling it changes anything."""
        changes = self.counts != self.seat.people or self.standing is not Standing.SITS
        return bool(self.motions) or changes or self.quiet

    @property
    def held_back(self) -> int:
        """How many of its people do not count until a motion confirms them."""
        return self.people - self.counts


def reports_at(federation: Federation, chain: Chain, purse: str) -> list[Report]:
    """What all members on a chain can tell a federation whose purse, or branch, there is `purse`, due or not. Who does
    not answer is left out."""
    seats = [one for one in federation.seats() if one.member.chain == chain.id]
    members = [Contract(chain, one.address, "Collective") for one in seats]
    voting = [one for one in federation.motions() if one.state is MotionState.VOTING]
    asked = [("treasury", ()), ("people", ()), *(("resultOf", (purse, one.key)) for one in voting)]
    answers = ask_all(chain, [(one, *what) for one in members for what in asked])
    rows = [answers[place : place + len(asked)] for place in range(0, len(answers), len(asked))]
    answering = [(seat, row) for seat, row in zip(seats, rows, strict=True) if row[0] is not None]
    standings = _standings(chain, purse, [str(row[0]) for _, row in answering])
    past, rules, now = _Past.of(federation), federation.rules(), federation.chain.now()
    told = {one.key: federation.told(one.key) for one in voting}
    found = []
    for (seat, (treasury, people, *results)), standing in zip(answering, standings, strict=True):
        if standing is not Standing.SITS:
            found.append(Report(seat, str(treasury), (), seat.people, seat.people, False, standing))
            continue
        keys = []
        for motion, answer in zip(voting, results, strict=True):
            # Who joined in the very second of the opening, but before it, counts.
            if answer is None or seat.joined > motion.opened:
                continue
            result = Result(*map(int, answer))
            counted = told[motion.key].get(seat.number)
            was = (counted.people_for, counted.people_against, counted.decision) if counted else None
            if 0 < result.ended <= motion.votes_end and was != _as_counted(seat, result, past.roll(motion, seat)):
                keys.append(motion.key)
        if people is None:
            # Its number of people cannot be told, nor that it is here by that alone.
            found.append(Report(seat, str(treasury), tuple(keys), seat.people, seat.people, False))
            continue
        ends = bool(seat.notice_ends) and now >= seat.notice_ends
        quiet = not ends and (not seat.live or now >= seat.heard + rules.quiet_after)
        many = seat.persons or int(people)
        counts = past.counts(federation, seat, many, now)
        found.append(Report(seat, str(treasury), tuple(keys), many, counts, quiet))
    return found


def _standings(chain: Chain, purse: str, treasuries: Sequence[str]) -> list[Standing]:
    here = Contract(chain, purse, "HomePurse")
    ties = [(Contract(chain, one, "Treasury"), "tieOf", (purse,)) for one in treasuries]
    answers = ask_all(chain, [*ties, *((here, "seatOf", (one,)) for one in treasuries)])
    found = []
    for tie, seat in zip(answers[: len(ties)], answers[len(ties) :], strict=True):
        if seat is not None and SeatState(seat.state) is SeatState.NONE:
            found.append(Standing.GONE)
        elif tie is not None and not tie.since:
            found.append(Standing.LEFT)
        else:
            found.append(Standing.SITS)
    return found


def _as_counted(seat: Seat, result: Result, roll: int) -> tuple[int, int, int]:
    """People for and against and the decision, as the federation counts what a member says (FederationTallies)."""
    decision = (result.decision > 0) - (result.decision < 0)
    people_for, people_against = result.seats_for, result.seats_against
    if seat.persons:
        people_for, people_against = (roll if decision > 0 else 0), (roll if decision < 0 else 0)
    return *people_tally(people_for, people_against, roll), decision


@dataclass(frozen=True)
class _Past:
    """The rolls that counted, by seat: since when (unix seconds) and how many people; and those at each opening."""

    rolls: dict[int, list[tuple[int, int]]]
    at_opening: dict[str, dict[int, int]]

    @classmethod
    def of(cls, federation: Federation) -> _Past:
        rolls: dict[int, list[tuple[int, int]]] = {}
        at_opening = {}
        for event in federation.past("Seated", "RollTold", "MotionOpened", "MotionPassedDown"):
            if event.name in ("MotionOpened", "MotionPassedDown"):
                at_opening["0x" + event.motion.hex()] = {seat: past[-1][1] for seat, past in rolls.items()}
            else:
                people = event.people if event.name == "Seated" else event.counted
                rolls.setdefault(int(event.seat), []).append((federation.when(event), int(people)))
        return cls(rolls, at_opening)

    def roll(self, motion: Motion, seat: Seat) -> int:
        """The people of a seat that sat when a motion was opened, as they counted then."""
        return seat.persons or self.at_opening.get(motion.key, {}).get(seat.number, seat.people)

    def counts(self, federation: Federation, seat: Seat, people: int, now: int) -> int:
        """How many of `people` would count, told now: a roll grows by a fifth, or by two, in 90 days, and further once
        a motion has confirmed it."""
        if seat.persons or people <= seat.people:
            return people
        past = self.rolls[seat.number]
        before = [count for since, count in past if since <= now - _ROLL_PERIOD][-1:] or [0]
        base = before[0] or past[0][1]
        return min(people, max(most_counted(base), _confirmed(federation, seat)), MOST_PEOPLE)


def _confirmed(federation: Federation, seat: Seat) -> int:
    """The roll of a member that a motion has confirmed last, 0 without one."""
    enacted = ["0x" + event.motion.hex() for event in federation.past("MotionEnacted")]
    puts = {one.key: one for one in federation.puts()} if enacted else {}
    contents = [content for key in enacted if (content := puts[key].content)]
    acts = [act for content in contents for act in content.acts]
    return next((act.people for act in acts[::-1] if isinstance(act, ConfirmRoll) and act.member == seat.member), 0)
