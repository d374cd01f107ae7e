"""What happened in an agreement, where it stands and what comes next, in people's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from daokit.amounts import BPS
from daokit.profit_share import State
from daokit.quantities import format_share, format_time
from daokit.text import clean

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.contract import Event
    from daokit.profit_share import Snapshot
    from daokit.terms import Terms

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


def row_name(session: Session, terms: Terms, row: int) -> str:
    """Who a row is: its name, else its role, else whose account is paid."""
    if row >= len(terms.parties):
        return f"row {row + 1}"
    party = terms.parties[row]
    return terms.label(row) if party.name or party.role else session.name(party.payee)


def told(session: Session, terms: Terms, event: Event) -> str:
    """One event as a sentence, with the names and the token of these terms."""
    say = _EVENTS.get(event.name)
    return clean(say(session, terms, event), 400) if say else event.name


def next_steps(session: Session, which: str, now: Snapshot) -> list[str]:
    """What the account can do now, or what time will do, in the agreement that it calls `which`."""
    terms, status = now.terms, now.status
    me = session.chain.reader or ""
    time = session.chain.now()
    mine = [row for row, one in enumerate(terms.parties) if me in (one.signer, one.payee)]
    lines = []
    if status.state is State.LIVE and terms.is_order:
        due = now.due_times[status.milestone]
        if mine and time <= due:
            lines.append(f"deliver: daokit agreement deliver {which}")
        if time > due:
            lines.append(f"its time has run out: daokit agreement settle {which}")
    if status.state is State.DELIVERED:
        if me == terms.customer:
            missing = terms.value_of(status.milestone) * status.part // BPS - now.held
            if missing > 0:
                lines.append(f'pay what is missing: daokit agreement fund {which} "{_money(session, terms, missing)}"')
            lines.append(f"accept: daokit agreement accept {which}")
            if time <= status.until:
                until = format_time(status.until, time)
                lines.append(f'or dispute until {until}: daokit agreement dispute {which} --reason "…"')
        if time > status.until:
            lines.append(f"the review is over: daokit agreement settle {which}")
    if status.state is State.DISPUTED and me == terms.arbiter:
        until = format_time(status.until, time)
        lines.append(f'rule until {until}: daokit agreement rule {which} 50% --reason "…"')
    if any(now.rows[row].due for row in mine):
        lines.append(f"claim: daokit agreement claim {which}")
    return lines


def _money(session: Session, terms: Terms, amount: int) -> str:
    return session.money(terms.token, amount)


_EVENTS: Mapping[str, Callable[[Session, Terms, Event], str]] = {
    "Opened": lambda s, t, e: "opened: all have signed and the deposit is there",
    "Received": lambda s, t, e: f"{s.name(e.from_)} paid {_money(s, t, e.amount)} in",
    "Delivered": lambda s, t, e: (
        f"{row_name(s, t, e.row)} delivered {format_share(e.part)} of milestone {e.milestone + 1}"
    ),
    "Disputed": lambda s, t, e: f"the customer disputed milestone {e.milestone + 1}",
    "Ruled": lambda s, t, e: f"ruled: {format_share(e.bps)} of the delivery of milestone {e.milestone + 1} is paid",
    "Released": lambda s, t, e: f"{_money(s, t, e.amount)} released for milestone {e.milestone + 1}",
    "Ended": lambda s, t, e: f"ended: {STATES[State(e.state)]}",
    "Claimed": lambda s, t, e: f"{row_name(s, t, e.row)} was paid {_money(s, t, e.paid)}",
    "PassedOver": lambda s, t, e: f"{row_name(s, t, e.row)} did not take {_money(s, t, e.due)} and can claim it",
    "Refunded": lambda s, t, e: f"{s.money(e.token, e.amount)} went back to {s.name(e.to)}",
    "Amended": lambda s, t, e: (
        f"new terms hold (amendment {e.frozen.amendment}), with {_money(s, t, e.frozen.released)} released before"
        + (f"; {_money(s, t, e.capital)} of capital went to {s.name(e.capitalTo)}" if e.capital else "")
    ),
    "Spoke": lambda s, t, e: f"{s.name(e.signer)} {('said nothing about', 'approved', 'took back')[e.said]} a change",
}
