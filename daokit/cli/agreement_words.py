"""What happened in an agreement, where it stands and what comes next, in people's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from daokit.profit_share import State
from daokit.quantities import format_share, format_time
from daokit.text import clean

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.contract import Event
    from daokit.profit_share import ProfitShare

STATES = {
    State.NONE: "none",
    State.DRAFT: "a draft, not opened yet",
    State.LIVE: "live",
    State.DELIVERED: "delivered, under review",
    State.DISPUTED: "disputed",
    State.DONE: "done",
    State.DEFAULTED: "the customer did not pay; what was there went to the parties",
    State.REFUNDED: "not delivered in time; what was not released goes back",
}


def told(session: Session, there: ProfitShare, event: Event) -> str:
    """One event as a sentence."""
    say = _EVENTS.get(event.name)
    return clean(say(session, there, event), 400) if say else event.name


def next_steps(session: Session, there: ProfitShare) -> list[str]:
    """What the account can do now, or what time will do."""
    terms, status = there.terms(), there.status()
    me = session.chain.reader or ""
    now = session.chain.now()
    mine = [row for row, one in enumerate(terms.parties) if me in (one.signer, one.payee)]
    lines = []
    if status.state is State.LIVE and terms.is_order:
        due = there.due_times()[status.milestone]
        if mine and now <= due:
            lines.append(f"deliver: daokit agreement deliver {there.address}")
        if now > due:
            lines.append(f"its time has run out: daokit agreement settle {there.address}")
    if status.state is State.DELIVERED:
        if me == terms.customer:
            lines.append(
                f"accept, or dispute until {format_time(status.until, now)}: daokit agreement accept|dispute …"
            )
        if now > status.until:
            lines.append(f"the review is over: daokit agreement settle {there.address}")
    if status.state is State.DISPUTED and me == terms.arbiter:
        lines.append(f"rule until {format_time(status.until, now)}: daokit agreement rule {there.address} 50% …")
    if any(there.rows()[row].due for row in mine):
        lines.append(f"claim: daokit agreement claim {there.address}")
    return lines


def _party(session: Session, there: ProfitShare, row: int) -> str:
    terms = there.terms()
    if row >= len(terms.parties):
        return f"row {row + 1}"
    party = terms.parties[row]
    return terms.label(row) if party.name else session.name(party.payee)


def _money(session: Session, there: ProfitShare, amount: int) -> str:
    return session.money(there.terms().token, amount)


_EVENTS: Mapping[str, Callable[[Session, ProfitShare, Event], str]] = {
    "Opened": lambda s, a, e: "opened: all have signed and the deposit is there",
    "Received": lambda s, a, e: f"{s.name(e.from_)} paid {_money(s, a, e.amount)} in",
    "Delivered": lambda s, a, e: (
        f"{_party(s, a, e.row)} delivered {format_share(e.part)} of milestone {e.milestone + 1}"
    ),
    "Disputed": lambda s, a, e: f"the customer disputed milestone {e.milestone + 1}",
    "Ruled": lambda s, a, e: f"ruled: {format_share(e.bps)} of the delivery of milestone {e.milestone + 1} is paid",
    "Released": lambda s, a, e: f"{_money(s, a, e.amount)} released for milestone {e.milestone + 1}",
    "Ended": lambda s, a, e: f"ended: {STATES[State(e.state)]}",
    "Claimed": lambda s, a, e: f"{_party(s, a, e.row)} was paid {_money(s, a, e.paid)}",
    "PassedOver": lambda s, a, e: f"{_party(s, a, e.row)} did not take {_money(s, a, e.due)} and can claim it",
    "Refunded": lambda s, a, e: f"{s.money(e.token, e.amount)} went back to {s.name(e.to)}",
    "Amended": lambda s, a, e: (
        f"new terms hold (amendment {e.frozen.amendment}), with {_money(s, a, e.frozen.released)} released before"
        + (f"; {_money(s, a, e.capital)} of capital went to {s.name(e.capitalTo)}" if e.capital else "")
    ),
    "Spoke": lambda s, a, e: f"{s.name(e.signer)} {('said nothing about', 'approved', 'took back')[e.said]} a change",
}
