"""Refusals in people's words: addresses by name, sums with their token, times as dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from daokit.errors import DaokitError, Reverted
from daokit.hashing import ZERO_ADDRESS

if TYPE_CHECKING:
    from daokit.chain import Chain
    from daokit.cli.session import Session

_SUMS = ("wanted", "free", "room", "balance", "reserved", "amount", "due", "held", "unclaimed", "arrived")
_TIMES = (
    *("from", "due", "starts", "ends", "ended", "votesEnd", "until", "time"),
    *("deadline", "expiry", "before", "heard"),
)
_UNIT = re.compile(r"(?<=`) \(unix seconds; 0: ([^)]*)\)")
_SECONDS = re.compile(r" \(unix seconds\)")


def sentence(failure: DaokitError, session: Session) -> str:
    """What went wrong, in one sentence with its remedy."""
    from daokit.text import clean

    message = _said(failure, session) if isinstance(failure, Reverted) else failure.message
    return clean(message, 2_000) or failure.name


def values(failure: DaokitError) -> dict[str, Any]:
    """What the refusal carries, for JSON."""
    return dict(failure.values)


def _said(refusal: Reverted, session: Session) -> str:
    chain = session.connected
    if chain is None or not refusal.notice:
        return refusal.message
    if refusal.name == "WrongFee":
        fee, sent = (chain.money(ZERO_ADDRESS, int(refusal.values[name])) for name in ("fee", "sent"))
        return f"The note costs exactly {fee} now, and {sent} came along; type it again, and the fee is asked anew."
    token = refusal.values.get("token")
    moments = _moments(refusal, chain) if "(unix seconds" in refusal.notice else {}

    def show(name: str, value: Any) -> str:
        if isinstance(value, str) and re.fullmatch(r"0x[0-9a-fA-F]{40}", value):
            return chain.symbol(value) if name == "token" else chain.book.show(value)
        if name in _SUMS and isinstance(value, int) and isinstance(token, str):
            return chain.money(token, value)
        return moments.get(name) or refusal.show(name, value)

    known = all(value for name, value in refusal.values.items() if name in _TIMES)
    notice = _UNIT.sub("" if known else r" (\1)", refusal.notice)
    told = Reverted(refusal.name, refusal.values, _SECONDS.sub("", notice), show=show)
    if refusal.name == "OneOpenProposal" and (number := _to_cancel(session, int(refusal.values["seat"]))):
        return f"{told.message} Take that one back: daokit proposal cancel {number}"
    return f"{told.message} {_said(refusal.inner, session)}" if refusal.inner else told.message


def _to_cancel(session: Session, seat: int) -> int:
    """The proposal of a seat that can still be taken back, 0 for none."""
    from daokit.governor import State

    if not session.has_collective:
        return 0
    governor, votes = session.governor, session.governor.home_votes()
    own = [one.proposal for one in governor.opened() if one.seat == seat][-1:]
    found = [one for one in governor.proposals(own) if one.state is State.DELIBERATION and one.key not in votes]
    return found[0].number if found else 0


def _moments(refusal: Reverted, chain: Chain) -> dict[str, str]:
    from daokit.quantities import format_time

    now = chain.now()
    times = {name: value for name, value in refusal.values.items() if name in _TIMES and isinstance(value, int)}
    return {name: format_time(value, now) if value else "a time not known yet" for name, value in times.items()}
