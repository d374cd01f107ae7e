"""The collectives that one knows: `daokit use` goes from one to another, `whoami` and `inbox` show all."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.cli.elsewhere import Duty, Look, Where
    from daokit.cli.session import Session
    from daokit.contexts import Place
    from daokit.treasury import Holding

_CHOICES = ("profile", "network", "account", "collective", "as_")


def register(app: typer.Typer) -> None:
    """Put the commands at the top."""
    app.command()(use)
    app.command()(whoami)
    app.command()(inbox)


def use(
    ctx: typer.Context,
    what: Annotated[
        str | None, typer.Argument(help="A profile, a collective by its name, or chain:0x…; without it all are listed.")
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Ask in this collective no longer; nothing changes on its chain.")
    ] = False,
) -> None:
    """Choose what the next commands are about: a profile or a collective; who and where."""
    from daokit import config, contexts
    from daokit.errors import UsageError

    session: Session = ctx.obj
    settings, chosen = session.settings, session.options
    said = {name: value for name in _CHOICES if (value := getattr(chosen, name))}
    if forget:
        _forget(session, what)
        return
    if what is None and not said:
        _list(session)
        return
    _warn_of_environment(session)
    if what is not None and ("profile" in said or "collective" in said):
        raise UsageError("name one thing to use: a profile or a collective, not both")
    if what in settings.profiles:
        account = {"account": chosen.account} if chosen.account else {}
        config.use(settings.project, profile=what, **account)
        session.done({"profile": what, **account}, f"profile {what} from now on")
        return
    if what is None:
        context = _context(session)
    elif chosen.network is None and (known := contexts.find(what)):
        if not contexts.is_known_in(settings, known):
            raise UsageError(
                f"{known.name} was taken up in {known.project}, on its network {known.network}: go there, or take it "
                f"up here with `daokit use {known.reference} --network <name or address>`"
            )
        context = {
            "network": known.network,
            "account": chosen.account or known.account or settings.account,
            "collective": known.reference,
            "as_": chosen.as_,
        }
    else:
        context = _adopted(session, what)
    config.use(settings.project, **context)
    contexts.follow(config.load(environment={}))
    words = ", ".join(f"{name.rstrip('_')} {value}" for name, value in context.items() if value)
    session.done({name: value for name, value in context.items() if value}, f"from now on: {words}")


def whoami(ctx: typer.Context) -> None:
    """Show the account, and its seat, credits, units and duties in every collective that one knows."""
    from daokit.cli.elsewhere import PATIENCE, Elsewhere
    from daokit.cli.show import facts, table
    from daokit.errors import DaokitError
    from daokit.hashing import ZERO_ADDRESS
    from daokit.quantities import format_time

    session: Session = ctx.obj
    elsewhere = Elsewhere(session, stand, PATIENCE)
    standings, missed = elsewhere.with_here()
    here = next((one for one in standings if not one.where.word), None)
    data: dict[str, Any] = {}
    pairs: list[tuple[str, object] | None] = []
    try:
        if here is not None or elsewhere.here is None:
            me, chain = session.me, session.chain
            data = {"account": me, "name": session.name(me), "balance": session.sum(ZERO_ADDRESS, chain.balance(me))}
            pairs = [
                ("account", chain.book.show(me)),
                ("address", me),
                ("chain", f"{chain.name} ({chain.id})"),
                ("coin", data["balance"]["text"]),
            ]
    except DaokitError:
        if not standings:
            raise
    if here is not None:
        data |= {
            "collective": here.where.address,
            "seat": here.seat,
            "units": here.holding.units,
            "notice": here.holding,
            "waiting": [*here.look.waiting, *here.look.carried],
        }
        pairs += [
            ("collective", f"{here.where.collective} ({here.where.address})"),
            ("seat", here.seat or "none; `daokit join` applies"),
            ("credits left", f"{here.credits_left} of {here.credits}") if here.seat else None,
            ("units", f"{here.holding.units:,} of {here.total_units:,}"),
        ]
        if here.seat:
            data["credits_left"] = here.credits_left
        if here.holding.noticed:
            notice = f"{here.holding.noticed:,} units, runs out {format_time(here.holding.due, here.where.now)}"
            pairs += [("notice", notice)]
    others = [one for one in standings if one is not here]
    rows = [
        (
            one.where.collective,
            f"{one.where.chain} ({one.where.chain_id})",
            one.where.account_name,
            one.seat or "none",
            f"{one.credits_left} of {one.credits}" if one.seat else "",
            f"{one.holding.units:,} of {one.total_units:,}",
            one.where.word,
        )
        for one in others
    ]
    columns = ("elsewhere", "chain", "you", "seat", "credits left", "units", "daokit use")
    session.done(
        {**data, "collectives": [_standing_data(one) for one in standings], "missed": missed},
        *([facts(*pairs)] if pairs else []),
        *([table(*columns, rows=rows)] if rows else []),
        *_waits(standings),
        *map(str, missed),
    )


def inbox(ctx: typer.Context) -> None:
    """Show what waits in every collective that one knows, the nearest deadline first, with the command to type."""
    from daokit.cli.elsewhere import PATIENCE, Elsewhere, look, look_nowhere

    session: Session = ctx.obj
    found, missed = Elsewhere(session, look, PATIENCE).with_here()
    looked = [one.where for one in found]
    if not session.settings.collective:
        found += look_nowhere(session, looked)
    drawn = _waits(found)
    if not drawn and looked:
        drawn = [f"nothing waits for you in {', '.join(f'{one.collective} ({one.chain})' for one in looked)}"]
    elif not drawn and not missed:
        drawn = ["you know no collective yet; `daokit` says how to begin"]
    session.done({"waiting": _in_order(found), "looked_at": looked, "missed": missed}, *drawn, *map(str, missed))


@dataclass(frozen=True)
class Standing:
    """How an account stands in one collective. `look` is what waits there."""

    look: Look
    seat: int
    credits_left: int
    credits: int
    holding: Holding
    total_units: int

    @property
    def where(self) -> Where:
        """Where that is."""
        return self.look.where

    @property
    def duties(self) -> list[Duty]:
        """What waits there."""
        return self.look.duties


def stand(session: Session, place: Place, first: bool) -> Standing:
    """How the account stands at a place. Raises `UsageError` without an account."""
    from daokit.cli.elsewhere import look

    me = session.me
    seen = look(session, place, first)
    collective = session.collective
    seat = collective.membership.seat_of(me)
    return Standing(
        seen,
        seat,
        collective.governor.credits(me) if seat else 0,
        collective.governor.season().credits,
        collective.treasury.holding(me),
        collective.treasury.total_units(),
    )


def _standing_data(one: Standing) -> dict[str, Any]:
    return {
        "where": one.where,
        "seat": one.seat,
        "credits_left": one.credits_left,
        "credits": one.credits,
        "units": one.holding.units,
        "total_units": one.total_units,
        "notice": one.holding,
        "waiting": one.duties,
    }


def _in_order(found: list[Any]) -> list[Duty]:
    """All that waits, the nearest deadline first by each chain's own clock."""
    duties = [duty for one in found for duty in one.duties]
    return sorted(duties, key=lambda one: (one.until == 0, one.left))


def _waits(found: list[Any]) -> list[str]:
    """All that waits, and below each what to type: in lines, since a table would break commands. Nothing when nothing
    does."""
    from daokit.quantities import format_time

    rows = [(format_time(one.until, one.where.now) if one.until else "any time", one) for one in _in_order(found)]
    width = max((len(until) for until, _ in rows), default=0) + 3
    return [
        f"{until:<{width}}{one.where.collective} on {one.where.chain}: {one.what}\n{'':<{width}}{one.command}"
        for until, one in rows
    ]


def _list(session: Session) -> None:
    """All that can be chosen. The records of the chain are left out when it cannot be reached."""
    from daokit import contexts
    from daokit.cli.show import table
    from daokit.errors import DaokitError

    settings = session.settings
    try:
        records = session.deployments.list()
    except DaokitError as failure:
        session.say(failure.message)
        records = ()
    here, *_ = [*contexts.known(settings), None] if settings.collective else [None]
    others = contexts.known(replace(settings, collective=None))
    rows = [("profile", name, "", "*" if name == settings.profile else "") for name in settings.profiles]
    rows += [
        ("collective", one.word, f"{one.name}, {one.network}", "*" if here and contexts.are_one(one, here) else "")
        for one in others
        if one.word not in settings.profiles
    ]
    rows += [
        ("collective", one.slug, one.name, "*" if settings.collective in (one.slug, one.collective) else "")
        for one in records
        if one.slug not in {row[1] for row in rows}
    ]
    data = {
        "profiles": settings.profiles,
        "collectives": [one.slug for one in records],
        "known": [{"word": one.word, "name": one.name, "network": one.network, "folder": one.folder} for one in others],
        "chosen": _context(session),
    }
    drawn = table("", "name", "", "chosen", rows=rows) if rows else "nothing to choose from; `daokit init` begins"
    session.done(data, drawn)


def _adopted(session: Session, what: str) -> dict[str, str | None]:
    """Take up what was not known; what holds then. Raises `UnknownName` with the near names."""
    from daokit import contexts
    from daokit.cli.settle import adopt
    from daokit.deployments import parse_reference
    from daokit.errors import MalformedFile, NoConnection, UnknownName, UsageError
    from daokit.hashing import is_address

    if parse_reference(what) is None and not is_address(what):
        settings = session.settings
        names = [*settings.profiles, *contexts.named(settings)]
        try:
            names += [one.slug for one in session.deployments.list()]
            session.deployments.find(what)
        except MalformedFile:
            raise
        except (NoConnection, UsageError) as failure:
            if isinstance(failure, NoConnection) and not names:
                raise
            remedy = "take it up with `daokit use <chain>:<address>`"
            raise UnknownName("profile or collective", what, set(names), remedy) from None
    collective = adopt(session, what)
    # Refuses an address that was typed with a key in it.
    network = session.network if session.kept_network else None
    return {
        "network": network,
        "account": session.settings.account,
        "collective": collective,
        "as_": session.options.as_,
    }


def _forget(session: Session, what: str | None) -> None:
    from daokit import contexts
    from daokit.errors import UnknownName, UsageError

    settings = session.settings
    if what is None:
        raise UsageError("say which to forget: `daokit use --forget <name>`; `daokit use` lists them")
    if what in settings.profiles:
        raise UsageError(f"{what} is a profile; take [profile.{what}] out of daokit.toml")
    known = contexts.find(what)
    if known is None:
        raise UnknownName("collective", what, contexts.named(settings))
    contexts.forget(known.reference)
    session.done({"forgotten": known.reference}, f"{known.name} ({known.reference}) is asked no longer")


def _warn_of_environment(session: Session) -> None:
    names = [name for one in _CHOICES if os.environ.get(name := f"DAOKIT_{one.rstrip('_').upper()}")]
    if names:
        session.say(f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} set and go before what is chosen here")


def _context(session: Session) -> dict[str, str | None]:
    found = session.settings
    names = {
        "profile": found.profile,
        "network": session.kept_network,
        "account": found.account,
        "collective": found.collective,
        "as_": found.acting,
    }
    return {name: value for name, value in names.items() if value}
