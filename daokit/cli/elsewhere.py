"""What is read of every collective that one knows, on whichever chains: side by side, and in a bounded time."""

from __future__ import annotations

import os
import shlex
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from daokit.cli.session import Session
from daokit.errors import DaokitError, NoConnection

if TYPE_CHECKING:
    from daokit.contexts import Place
    from daokit.inbox import Waiting

PATIENCE = 10.0  # seconds for all chains together
GLANCE = 2.0  # the same where others are only mentioned


@dataclass(frozen=True)
class Where:
    """One collective on one chain, as one account sees it. `word` is what `daokit use` takes ("": where one is now), in
    the folder `folder` ("": in any); `now` is the chain's time in unix seconds."""

    word: str
    folder: str
    collective: str
    address: str
    chain: str
    chain_id: int
    genesis: str
    now: int
    account: str | None
    account_name: str

    @property
    def switch(self) -> str:
        """The command that goes there, "" where one is."""
        there = f"cd {shlex.quote(self.folder)} && " if self.folder else ""
        return f"{there}daokit use {self.word}" if self.word else ""

    def command(self, words: str) -> str:
        """What to type here to do it there."""
        return f"{self.switch} && {words}" if self.word else words


@dataclass(frozen=True)
class Missed:
    """A collective that could not be read, and why."""

    word: str
    collective: str
    network: str
    why: str

    def __str__(self) -> str:
        return f"not read: {self.collective} on {self.network}: {self.why}"


@dataclass(frozen=True)
class Duty:
    """One thing that waits, and where. `until` is its deadline (unix seconds, 0: none), `left` the seconds until then
    by that chain's clock; `command` is what to type from here."""

    where: Where
    what: str
    until: int
    left: int
    command: str


class _Placed(Protocol):
    @property
    def where(self) -> Where: ...


T = TypeVar("T", bound=_Placed)
Read = Callable[[Session, "Place", bool], T]
"""Reads one place. The last value: whether it is the first of its chain and account, and so tells of what is in no
collective."""


@dataclass(frozen=True)
class Look:
    """What waits in one collective; `carried` in none of them, for the same account."""

    where: Where
    waiting: tuple[Waiting, ...]
    carried: tuple[Waiting, ...] = ()

    @property
    def duties(self) -> list[Duty]:
        """All of it, each with its place."""
        own = replace(self.where, collective="your fund", address="")
        return [
            Duty(where, one.what, one.until, one.until - where.now if one.until else 0, where.command(one.command))
            for where, rows in ((self.where, self.waiting), (own, self.carried))
            for one in rows
        ]


def look(session: Session, place: Place, first: bool) -> Look:
    """What waits at a place."""
    from daokit.cli.afar import waiting_afar
    from daokit.inbox import carried, of_collective

    me = session.me if session.has_account else None
    fund = session.own_fund
    where = where_of(session, place)
    waiting = [*of_collective(session.collective, me, fund), *waiting_afar(session)]
    return Look(where, tuple(waiting), tuple(carried(session.chain, me, fund)) if first and me else ())


def look_nowhere(session: Session, seen: Sequence[Where]) -> list[Look]:
    """What waits for the account where no collective is chosen: in its own fund. Nothing when no node runs there, or
    when a collective of that chain told of it already."""
    from daokit.inbox import carried

    if not session.has_account:
        return []
    try:
        chain, me = session.chain, session.me
        if any((one.chain_id, one.genesis, one.account) == (chain.id, chain.genesis, me) for one in seen):
            return []
        where = Where("", "", "", "", chain.name, chain.id, chain.genesis, chain.now(), me, session.name(me))
        return [Look(where, (), tuple(carried(chain, me, session.own_fund)))]
    except NoConnection:
        return []


def where_of(session: Session, place: Place) -> Where:
    """Where a session is. Raises `RuleBroken` when the chain is another than the one that is known."""
    chain = session.chain
    chain.expect(place.chain_id)
    genesis = chain.genesis
    if place.genesis and genesis != place.genesis:
        raise _Reset
    collective = session.collective
    me = session.me if session.has_account else None
    return Where(
        place.word,
        place.folder,
        collective.name,
        collective.address,
        chain.name,
        chain.id,
        genesis,
        chain.now(),
        me,
        session.name(me) if me else "nobody",
    )


def is_asked_for_alone(session: Session) -> bool:
    """Whether options name the one place that the command is about."""
    named = session.options
    return bool(named.network or named.profile or named.collective or named.as_)


class Elsewhere(Generic[T]):
    """Reads all places but the chosen one, one chain after the other inside a thread of its own, while the command
    reads that one. Nothing is read when options name one place."""

    def __init__(self, session: Session, read: Read[T], patience: float) -> None:
        from daokit import contexts

        self._read = read
        self._patience = patience
        self._session = session
        self._until = time.monotonic() + patience
        self._lock = threading.Lock()
        self._answers: dict[int, T | Missed | None] = {}
        account = session.options.account or os.environ.get("DAOKIT_ACCOUNT")
        found = contexts.known(session.settings, account=account)
        self.here = found[0] if found and not found[0].word else None
        self.others = [] if is_asked_for_alone(session) else [one for one in found if one.word]
        self._threads = []
        seen = {_person(self.here)} if self.here else set()
        firsts = set()
        for place in self.others:
            if _person(place) not in seen:
                seen.add(_person(place))
                firsts.add(place.word)
        for network in dict.fromkeys(place.network for place in self.others):
            mine = [(number, one) for number, one in enumerate(self.others) if one.network == network]
            # A node that never answers must not keep the program from ending.
            thread = threading.Thread(target=self._read_all, args=(mine, firsts), daemon=True)
            thread.start()
            self._threads.append(thread)

    def wait(self, seen: Sequence[T] = ()) -> tuple[list[T], list[Missed]]:
        """What was read, without the places that `seen` shows already, and what could not be."""
        for thread in self._threads:
            thread.join(max(0.0, self._until - time.monotonic()))
        with self._lock:
            answers = dict(self._answers)
        known = {_identity(one.where) for one in seen}
        found: list[T] = []
        missed: list[Missed] = []
        for number, place in enumerate(self.others):
            answer = answers.get(number, _missed(place, f"no answer within {self._patience:g} seconds"))
            if isinstance(answer, Missed):
                missed.append(answer)
            elif answer is not None and _identity(answer.where) not in known:
                known.add(_identity(answer.where))
                found.append(answer)
        return found, missed

    def with_here(self) -> tuple[list[T], list[Missed]]:
        """The same, the chosen one first. Raises what the chosen one is refused with when nothing else can be read."""
        if self.here is None:
            return self.wait()
        try:
            here = [self._read(self._session, self.here, True)]
        except DaokitError as failure:
            found, missed = self.wait()
            if not found:
                raise
            named = replace(self.here, name=str(self._session.settings.collective))
            return found, [_missed(named, failure.message), *missed]
        found, missed = self.wait(here)
        return [*here, *found], missed

    def _read_all(self, places: list[tuple[int, Place]], firsts: set[str]) -> None:
        for number, place in places:
            answer = self._read_one(place, place.word in firsts)
            with self._lock:
                self._answers[number] = answer

    def _read_one(self, place: Place, first: bool) -> T | Missed | None:
        if place.settings is None:
            return _missed(place, place.failure)
        session = Session(replace(self._session.options, quiet=True, account=None))
        session.settings = place.settings
        try:
            return self._read(session, place, first)
        except _Reset:
            return None
        except DaokitError as failure:
            return _missed(place, failure.message)
        except Exception as failure:
            return _missed(place, f"{type(failure).__name__}: {failure}")
        finally:
            session.close()


class _Reset(Exception):
    """The local chain has begun anew: what was taken up on the one before is nowhere."""


def _person(place: Place) -> tuple[str, str | None]:
    return place.network, place.settings.account if place.settings else None


def _identity(where: Where) -> tuple[Any, ...]:
    return where.chain_id, where.genesis, where.address, where.account


def _missed(place: Place, why: str) -> Missed:
    from daokit.rpc import masked
    from daokit.text import clean

    return Missed(place.word, place.name, masked(place.network) or "?", clean(why, 300))
