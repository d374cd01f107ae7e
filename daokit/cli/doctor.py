"""`daokit doctor`: what is installed, reachable, funded and in sync, and the command that mends each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from daokit.cli.checkup import Finding, check, tried

if TYPE_CHECKING:
    from daokit.cli.session import Session


def doctor(ctx: typer.Context) -> None:
    """Check what is installed, and for each profile what is reachable, in sync, funded and deployed; say the command
    that mends what is not."""
    from daokit.cli.show import count, table

    findings = list(_findings(ctx.obj))
    ill = [one for one in findings if not one.well]
    several = len({one.place for one in findings if one.place}) > 1
    rows = [
        ("ok" if one.well else "!!", *([one.place] if several else []), one.what, one.words, one.mend)
        for one in findings
    ]
    ctx.obj.done(
        {"well": not ill, "findings": findings},
        table("", *([""] if several else []), "", "", "mend with", rows=rows),
        f"{count(len(ill), 'thing')} to mend" if ill else "all is well",
    )


def _findings(session: Session) -> Iterator[Finding]:
    from daokit import __version__
    from daokit.rpc import masked
    from daokit.tools import find_foundry, find_node

    python = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("daokit", True, f"{__version__} on Python {python}")
    settings = tried("settings", lambda: _settings(session), "correct daokit.toml")
    yield settings
    yield tried("anvil", lambda: str(find_foundry("anvil")), "daokit node up")
    yield tried(
        "node", lambda: str(find_node()), "install Node.js 20 or later; only developers and local chains need it"
    )
    if not settings.well:
        return
    here = session.settings.profile or masked(session.settings.network)
    for finding in check(session):
        yield replace(finding, place=here)
    for name, words, other in _elsewhere(session):
        for finding in check(other, words):
            yield replace(finding, place=name)
        other.close()


def _elsewhere(session: Session) -> Iterator[tuple[str, str, Session]]:
    """The other profiles, and the networks that no profile leads to: name, what to type for it, and a session there."""
    from daokit import config

    found = session.settings
    if session.options.network or session.options.profile:
        return  # one place was asked for
    seen = {found.network}
    for name in found.profiles:
        settings = config.load({"profile": name}, environment={}, folder=found.project)
        seen.add(settings.network)
        if name != found.profile:
            yield name, f"--profile {name}", session.elsewhere(settings)
    for name in found.networks:
        if name not in seen:
            settings = replace(found, network=name, collective=None, profile=None, acting=None)
            yield name, f"--network {name}", session.elsewhere(settings)


def _settings(session: Session) -> str:
    found = session.settings
    where = f"{found.project}/daokit.toml" if found.project else "no daokit.toml"
    return f"{where}; profile {found.profile}" if found.profile else where
