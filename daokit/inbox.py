"""What waits for a person: votes, options ready, applications, exits, sums owed, services that end; with deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daokit.addresses import short
from daokit.drafts import text_for
from daokit.governor import Proposal, State
from daokit.membership import ApplicationState
from daokit.options import Option
from daokit.quantities import DAY
from daokit.text import clean

if TYPE_CHECKING:
    from daokit.chain import Chain
    from daokit.collective import Collective
    from daokit.fund import Fund

EXIT_TIME = 14 * DAY  # a notice is good for this long once it has run out
_LONGEST_LIFE = 200 * DAY  # from opening to expiry, with every length at its greatest
_SOON = 30 * DAY  # before a service ends, one hears of it
_MOST = 500  # proposals and applicants looked at


@dataclass(frozen=True)
class Waiting:
    """One thing that waits. `until` is its deadline (unix seconds, 0: none), `command` what to type for it."""

    what: str
    until: int
    command: str


def waiting(
    collective: Collective, account: str | None, fund: Fund | None = None, also: Sequence[Waiting] = ()
) -> list[Waiting]:
    """What waits for `account`, whose own fund is `fund`, and `also` these, the nearest deadline first; without an
    account what anybody may do."""
    found = [*also, *(carried(collective.chain, account, fund) if account is not None else [])]
    return _in_order(collective, account, fund, found)


def of_collective(collective: Collective, account: str | None, fund: Fund | None = None) -> list[Waiting]:
    """As `waiting`, without what waits for `account` in whatever collective."""
    return _in_order(collective, account, fund, [])


def _in_order(collective: Collective, account: str | None, fund: Fund | None, found: list[Waiting]) -> list[Waiting]:
    now = collective.chain.now()
    found = found + [one for source in _SOURCES for one in source(collective, account, fund, now)]
    found.sort(key=lambda one: (one.until == 0, one.until))
    # Before all else: who does nothing about it loses the seat.
    return _recoveries(collective, account, now) + found


def carried(chain: Chain, account: str, fund: Fund | None) -> list[Waiting]:
    """What waits for `account` in whatever collective: its own `fund` recovered by others, services that end soon, and
    what funds owe a provider."""
    from daokit.funds import Funds
    from daokit.services import Services

    if not Funds(chain).is_there():
        return []
    found, now = [], chain.now()
    if fund is not None:
        if (running := fund.recovery()).running:
            to = chain.name_of(running.to)
            words = f"somebody says that your key is lost and moves your fund to {to}: veto, if this is not your will"
            found.append(Waiting(words, running.due if now < running.due else running.lapses, "daokit fund veto"))
        commitments = fund.commitments()
        services = {one.number: one.terms.service for one in fund.services.offers({one.offer for one in commitments})}
        kept = {services[one.offer] for one in commitments if not one.until}
        for one in commitments:
            # What another provider goes on with does not end for the person.
            if now < one.until < now + _SOON and services[one.offer] not in kept:
                words = f"{services[one.offer]} serves you no longer after this"
                found.append(Waiting(words, one.until, "daokit service list"))
    for debt in Services.load(chain).debts_to(account):
        words = f"the fund {short(debt.fund)} owes you {chain.money(debt.token, debt.amount)}"
        found.append(Waiting(words, 0, f"daokit fund collect {chain.symbol(debt.token)}"))
    return found


def alive(collective: Collective, now: int) -> list[Proposal]:
    """The proposals that are not over: being deliberated, voted on, or waiting to be executed."""
    governor = collective.governor
    recent = [put.proposal for put in governor.opened() if put.time > now - _LONGEST_LIFE][-_MOST:]
    # A vote on a motion is over with its voting: there is nothing to execute here.
    motions = governor.home_votes()
    return [
        one
        for one in governor.proposals(recent)
        if one.state in (State.DELIBERATION, State.VOTING)
        or (one.state is State.WAITING and one.executable_at and one.key not in motions)
    ]


def title(option: Option) -> str:
    """The first line of an option's text when we have the very text that it commits to; else nothing."""
    text = text_for(option) or ""
    return next((clean(line.lstrip("# "), 60) for line in text.splitlines() if line.strip("# ")), "")


def _proposals(collective: Collective, account: str | None, fund: Fund | None, now: int) -> list[Waiting]:
    from daokit.federation_words import abouts

    governor = collective.governor
    seat = collective.membership.seat_of(account) if account else 0
    found = []
    living = alive(collective, now)
    motions = abouts(collective, [one.key for one in living])
    gone = {key for key, motion in motions.items() if motion.taken_back}
    mine = [one for one in living if one.state is State.VOTING and 0 < seat <= one.last_seat]
    open_ones = [one for one in mine if one.key not in gone]
    asked = [(one, place) for one in open_ones for place in range(one.options)]
    ballots = governor.read_many([("ballotOf", (account, one.key, place)) for one, place in asked]) if asked else []
    voted = {one.number for (one, _), votes in zip(asked, ballots, strict=True) if votes != 0}
    for one in open_ones:
        if one.number not in voted:
            command = f"daokit vote {one.number} +1"
            about = f", the vote on {motions[one.key].head}" if one.key in motions else ""
            words = f"your vote on {_named(collective, one.number)}{about}"
            found.append(Waiting(words, one.voting_ends, command))
    for one in living:
        if one.state is State.WAITING and one.executable_at <= now:
            command = f"daokit proposal execute {one.number}"
            found.append(
                Waiting(f"{_named(collective, one.number)} has passed and can be executed", one.expires, command)
            )
    return found


def _applications(collective: Collective, account: str | None, fund: Fund | None, now: int) -> list[Waiting]:
    if account is None:
        return []
    membership = collective.membership
    seat = membership.seat_of(account)
    if not seat:
        own = membership.application(account)
        if own.state is ApplicationState.DUE:
            return [Waiting("your seat is due", 0, "daokit join")]
        if own.state is ApplicationState.SPONSORING:
            missing = membership.admission().sponsors - len(own.sponsors)
            return [Waiting(f"your application lacks {missing} sponsors: ask members", 0, "daokit join")]
        return []
    found = []
    # Anybody may apply, so many may; the latest count.
    applicants = membership.applicants()[-_MOST:]
    answers = membership.read_many([("applicationOf", (applicant,)) for applicant, _ in applicants])
    for (applicant, name), (state, sponsors, due, _) in zip(applicants, answers, strict=True):
        who, word = f"{name} ({short(applicant)})", to_type(collective, name, applicant)
        if state == ApplicationState.SPONSORING.value and seat not in sponsors:
            found.append(Waiting(f"{who} asks for sponsors", 0, f"daokit member sponsor {word}"))
        elif state == ApplicationState.WINDOW.value:
            words = f"{who} is about to join; members may object"
            found.append(Waiting(words, int(due), f"daokit member object {word}"))
    return found


def _recoveries(collective: Collective, account: str | None, now: int) -> list[Waiting]:
    membership = collective.membership
    own = membership.seat_of(account) if account else 0
    started = [one for one in membership.past("RecoveryStarted") if one.lapses > now]
    found = []
    for seat in dict.fromkeys(int(one.subject) for one in started):
        running = membership.recovery(seat)
        if not running.running:
            continue
        to = collective.chain.name_of(running.to)
        if seat == own:
            words = f"somebody says that your key is lost and moves your seat to {to}: veto, if this is not your will"
            found.append(Waiting(words, running.due if now < running.due else running.lapses, "daokit member veto"))
        elif now >= running.due:
            command = f"daokit member recover finish {seat}"
            found.append(Waiting(f"the recovery of seat {seat} to {to} can be finished", running.lapses, command))
    return found


def _money(collective: Collective, account: str | None, fund: Fund | None, now: int) -> list[Waiting]:
    if account is None:
        return []
    treasury = collective.treasury
    found = []
    holding = treasury.holding(account)
    if holding.noticed and holding.due <= now < holding.due + EXIT_TIME:
        words = f"your notice for {holding.noticed:,} units has run out: exit with them"
        found.append(Waiting(words, holding.due + EXIT_TIME, "daokit treasury exit"))
    tokens = treasury.tokens()
    sums = treasury.read_many([("owedTo", (token, account)) for token in tokens])
    for token, amount in zip(tokens, sums, strict=True):
        if amount and holding.held_until <= now:
            words = f"the treasury owes you {collective.chain.money(token, amount)}"
            found.append(Waiting(words, 0, f"daokit treasury collect {collective.chain.symbol(token)}"))
    return found


def _owed_to_fund(collective: Collective, account: str | None, fund: Fund | None, now: int) -> list[Waiting]:
    if fund is None:
        return []
    treasury, chain = collective.treasury, collective.chain
    tokens = treasury.tokens()
    sums = treasury.read_many([("owedTo", (token, fund.address)) for token in tokens])
    return [
        Waiting(
            f"the treasury owes your fund {chain.money(token, amount)}",
            0,
            f"daokit fund fetch treasury {chain.symbol(token)}",
        )
        for token, amount in zip(tokens, sums, strict=True)
        if amount
    ]


# Where things come from that wait in a collective: each is asked for an account (None: for anybody), its own fund and a
# moment.
def _federations(collective: Collective, account: str | None, fund: Fund | None, now: int) -> list[Waiting]:
    from daokit.federation_inbox import in_federations

    seat = collective.membership.seat_of(account) if account else 0
    return [Waiting(one.what, one.until, one.command) for one in in_federations(collective, seat)]


_SOURCES = (_proposals, _applications, _money, _owed_to_fund, _federations)


def _named(collective: Collective, number: int) -> str:
    words = title(collective.governor.put(number, 0).option)
    return f"proposal {number}{f' ({words})' if words else ''}"


def to_type(collective: Collective, name: str, address: str) -> str:
    """What to type for a person: the name, unless somebody else has it too."""
    known = collective.chain.book.names().get(name)
    return name if known == address and name.replace("-", "").replace("_", "").isalnum() else address
