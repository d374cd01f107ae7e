"""Taking a collective up: checked, written down, and chosen for the next commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from daokit.errors import RuleBroken

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.collective import Collective
    from daokit.deployments import Record


def adopt(session: Session, word: str) -> str:
    """Check the collective that `word` means and write it down; returns the word that stands for it from now on."""
    from dataclasses import replace

    from daokit.deployments import parse_reference
    from daokit.factory import check_runs
    from daokit.hashing import is_address

    session.settings = replace(session.settings, collective=word)
    recorded = parse_reference(word) is None and not is_address(word)
    if not recorded:
        check_runs(session.sight, session.collective_address(word), "Collective")
    collective = session.collective
    if recorded:
        remember(session, collective)
        return word
    check_charter(collective)
    if session.chain.local or session.settings.project is not None:
        session.deployments.write(record_of(collective))
    remember(session, collective)
    return f"{session.chain.id}:{collective.address}"


def remember(session: Session, collective: Collective) -> None:
    """Keep a collective among those that this person knows; not behind a node whose address holds a key."""
    from daokit import contexts

    chain, settings = session.chain, session.settings
    if chain.rpc.url == "memory" or not session.kept_network:
        return
    contexts.remember(
        contexts.Remembered(
            collective.name,
            chain.id,
            collective.address,
            chain.genesis,
            session.network,
            settings.account,
            str(settings.project or ""),
        )
    )


def check_charter(collective: Collective) -> None:
    """Where the charter's text stands on chain, it is the one that members accept by its hash."""
    from daokit.documents import text_hash, text_of

    text = text_of(collective.membership.charter_uri())
    if text is not None and text_hash(text) != collective.membership.charter()[0]:
        raise RuleBroken(
            "the charter's text on chain is not the one that its hash commits to; ask the members which holds"
        )


def record_of(collective: Collective, transaction: str = "") -> Record:
    """What is written down about a collective."""
    from daokit.deployments import Record, code_hash, slug_of

    chain, treasury = collective.chain, collective.treasury.address
    addresses = {"Collective": collective.address, "Treasury": treasury}
    return Record(
        name=collective.name,
        slug=slug_of(collective.name),
        chain_id=chain.id,
        addresses=addresses,
        block=collective.membership.founded()[1],
        transaction=transaction or collective.membership.past("Founded")[0].transaction,
        charter=collective.membership.charter()[0],
        code_hashes={name: code_hash(chain.code(address)) for name, address in addresses.items()},
    )


def choose(session: Session, record: Record) -> Path:
    """Make a profile of daokit.toml for a collective, and choose it; returns the file."""
    from daokit import config

    settings = session.settings
    project = settings.project or Path.cwd()
    path = project / config.FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if record.slug not in settings.profiles:
        lines = [f"[profile.{record.slug}]"]
        if session.kept_network:
            lines.append(f"network = {json.dumps(session.kept_network)}")
        if settings.account:
            lines.append(f"account = {json.dumps(settings.account)}")
        if settings.safe:
            lines.append(f"as = {json.dumps(settings.acting)}")
        lines.append(f"collective = {json.dumps(record.slug)}")
        # What stands before the first table must stay there.
        draft = path.with_name(f".{path.name}.tmp")
        draft.write_text(
            (text.rstrip("\n") + "\n\n" if text.strip() else "") + "\n".join(lines) + "\n", encoding="utf-8"
        )
        draft.replace(path)
    context = {"profile": record.slug, "network": session.kept_network, "account": settings.account}
    config.use(project, **context, collective=record.slug)
    return path
