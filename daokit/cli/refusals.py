"""Refusals in people's words: addresses by name, sums with their token, times as dates."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from daokit.errors import DaokitError, Reverted

if TYPE_CHECKING:
    from daokit.cli.session import Session

_SUMS = ("wanted", "free", "room", "balance", "reserved", "amount", "due")
_TIME = re.compile(r"`(\w+)` \(unix seconds(?:; [^:)]*0: ([^)]*))?\)")


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
    token = refusal.values.get("token")

    def show(name: str, value: Any) -> str:
        if isinstance(value, str) and re.fullmatch(r"0x[0-9a-fA-F]{40}", value):
            return chain.symbol(value) if name == "token" else chain.book.show(value)
        if name in _SUMS and isinstance(value, int) and isinstance(token, str):
            return chain.money(token, value)
        return refusal.show(name, value)

    notice = _TIME.sub(lambda found: _moment(refusal.values.get(found[1]), found[2]), refusal.notice)
    told = Reverted(refusal.name, refusal.values, notice, show=show)
    return f"{told.message} {_said(refusal.inner, session)}" if refusal.inner else told.message


def _moment(value: Any, otherwise: str | None) -> str:
    from daokit.quantities import format_time

    if not isinstance(value, int) or value == 0:
        return f"a time that is not known yet{f' ({otherwise})' if otherwise else ''}"
    return format_time(value, int(time.time()))
