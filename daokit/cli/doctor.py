"""`daokit doctor`: what is installed, reachable, funded and in sync, and the command that mends each."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from daokit.errors import DaokitError

if TYPE_CHECKING:
    from daokit.cli.session import Session

_LATE = 600  # seconds that a public chain's last block may be old


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `mend` is what to type or do when it is not well."""

    what: str
    well: bool
    words: str
    mend: str = ""


def doctor(ctx: typer.Context) -> None:
    """Check what is installed, reachable, funded and in sync, and say the command that mends what is not."""
    from daokit.cli.show import count, table

    findings = list(_findings(ctx.obj))
    ill = [one for one in findings if not one.well]
    ctx.obj.done(
        {"well": not ill, "findings": findings},
        table(
            "",
            "",
            "",
            "mend with",
            rows=[("ok" if one.well else "!!", one.what, one.words, one.mend) for one in findings],
        ),
        f"{count(len(ill), 'thing')} to mend" if ill else "all is well",
    )


def _findings(session: Session) -> Iterator[Finding]:
    from daokit import __version__
    from daokit.tools import find_foundry, find_node

    python = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("daokit", True, f"{__version__} on Python {python}")
    yield _tried("settings", lambda: _settings(session), "correct daokit.toml")
    yield _tried("anvil", lambda: str(find_foundry("anvil")), "daokit node up")
    yield _tried(
        "node", lambda: str(find_node()), "install Node.js 20 or later; only developers and local chains need it"
    )
    reached = _tried("network", lambda: _network(session), "daokit node up")
    yield reached
    if not reached.well:
        return
    yield _sync(session)
    yield _shared(session)
    yield _journal(session)
    yield _account(session)
    if session.settings.collective:
        yield _tried("collective", lambda: _collective(session), "daokit use")


def _tried(what: str, look: Callable[[], str], mend: str) -> Finding:
    try:
        return Finding(what, True, look())
    except DaokitError as failure:
        return Finding(what, False, failure.message, mend)


def _settings(session: Session) -> str:
    found = session.settings
    where = f"{found.project}/daokit.toml" if found.project else "no daokit.toml"
    return f"{where}; profile {found.profile}" if found.profile else where


def _network(session: Session) -> str:
    chain = session.chain
    return f"{chain.name} ({chain.id}), block {chain.block().number:,}"


def _sync(session: Session) -> Finding:
    age = int(time.time()) - session.chain.block().time
    if session.chain.local or age < _LATE:
        return Finding("in sync", True, "the last block is as new as it should be")
    return Finding("in sync", False, f"the last block is {age // 60:,} minutes old", "use another node, or wait")


def _shared(session: Session) -> Finding:
    from daokit.factory import missing

    lacking = [part.name for part in missing(session.chain)]
    if not lacking:
        return Finding("shared contracts", True, "all are here")
    # Nothing is wrong with a chain on which nobody has founded yet.
    return Finding("shared contracts", True, f"{', '.join(lacking)}: not here yet; the first founding puts them up")


def _journal(session: Session) -> Finding:
    journal = session.chain.journal
    waiting = len(journal.unsettled()) if journal else 0
    if not waiting:
        return Finding("journal", True, "all that was signed is settled")
    return Finding("journal", False, f"{waiting} signed and not settled", "daokit tx resume")


def _account(session: Session) -> Finding:
    from daokit.accounts import list_all
    from daokit.hashing import ZERO_ADDRESS

    if not session.has_account:
        return Finding("account", False, "none is chosen", "daokit use --account <name>")
    me = session.me
    for keyfile in list_all():
        if keyfile.address == me and keyfile.warning:
            return Finding("account", False, keyfile.warning, f"chmod 600 {keyfile.path}")
    balance = session.chain.balance(me)
    words = f"{session.chain.book.show(me)} has {session.money(ZERO_ADDRESS, balance)}"
    return Finding("account", bool(balance), words, "" if balance else f"send coin for fees to {me}")


def _collective(session: Session) -> str:
    from daokit.cli.confirm import check_code
    from daokit.cli.settle import check_charter

    collective = session.collective
    check_code(session)
    check_charter(collective)
    return f"{collective.name}, {collective.membership.seats():,} seats; its code is the recorded one"
