"""What a unit is worth and how that grew, as `status` and `treasury show` draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.worth import Growth, Worth


def worth_columns(worth: Growth) -> tuple[str, ...]:
    """The columns: now, and as many days ago as there is a past to tell of."""
    return ("a unit now", *(f"{(worth.now.time - one.time) // 86_400} days ago" for one in reversed(worth.earlier)))


def worth_rows(session: Session, worth: Growth) -> list[tuple[str, ...]]:
    """For each token what one unit was worth at each of these times; empty where there were no units."""
    times = (worth.now, *reversed(worth.earlier))
    return [
        tuple(session.money(token, one.of_one(token)) if one.units else "" for one in times) for token in worth.now.free
    ]


def worth_notes(session: Session, worth: Growth) -> list[str]:
    """What no event tells of, and so stands in no earlier column."""
    sums = ", ".join(session.money(*one) for one in worth.besides.items())
    words = "in no earlier column, since it came by plain transfer or was moved by a call"
    return [f"{words}: {sums}"] if sums else []


def worth_data(session: Session, worth: Growth) -> dict[str, Any]:
    """The same as data."""

    def one(then: Worth) -> dict[str, Any]:
        sums = [session.sum(token, then.of_one(token)) for token in then.free]
        return {"time": then.time, "units": then.units, "a_unit": sums}

    besides = [session.sum(*each) for each in worth.besides.items()]
    return {"now": one(worth.now), "earlier": [one(then) for then in worth.earlier], "besides": besides}
