"""A contract whose past can be asked for: from the local history when there is one, else from the node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from daokit.chain import Chain
from daokit.contract import Contract, Event


class Past(Protocol):
    """Where the events of a contract are kept."""

    def events(self, *names: str, address: str | None = None, **arguments: Any) -> Iterable[Event]:
        """Events called `names` with these arguments, oldest first."""


class Recorded(Contract):
    """A contract of a collective. `history` keeps the events of all its contracts."""

    def __init__(self, chain: Chain, address: str, history: Past | None = None) -> None:
        super().__init__(chain, address)
        self.history = history

    def past(self, *names: str, **arguments: Any) -> list[Event]:
        """Events of this contract called `names` whose values are `arguments` (bytes also as hex), oldest first."""
        if self.history is not None:
            return list(self.history.events(*names, address=self.address, **arguments))
        return [
            event
            for event in self.events(*names)
            if all(_plain(event[key]) == value for key, value in arguments.items())
        ]

    def when(self, event: Event) -> int:
        """The time of an event in unix seconds: as the history keeps it, else asked of the node."""
        return self.chain.time_of(event.block) if event.time is None else event.time


def _plain(value: Any) -> Any:
    return "0x" + value.hex() if isinstance(value, bytes) else value
