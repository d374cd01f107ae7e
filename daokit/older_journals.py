"""Journals of a public chain that bear the hash of a first block in their names become part of the one that is named by
the chain id alone, so that no node opens an empty one by what it says of the first block."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daokit.journal import Entry, Journal


def take_in(journal: Journal) -> None:
    """The oldest becomes the journal when there is none; what stands in the others and not in it is added with numbers
    of its own, and they are kept under the ending `.taken`. It may be done again after any interruption."""
    if not _older(journal):
        return
    with journal.turn():
        for path in sorted(_older(journal), key=lambda one: (_begun(journal, one), one.name)):
            if not journal.path.exists():
                path.rename(journal.path)
                continue
            known = {one.hash: one.id for one in journal.list()}
            numbers: dict[int, int] = {}
            for entry in journal.beside(path).list():
                if entry.hash not in known:
                    rival = numbers.get(entry.replaces) if entry.replaces is not None else None
                    known[entry.hash] = journal.add(replace(entry, replaces=rival)).id
                numbers[entry.id] = known[entry.hash]
            path.rename(path.with_suffix(".taken"))


def _older(journal: Journal) -> list[Path]:
    return list(journal.folder.glob(f"{journal.path.stem}-*.jsonl"))


def _begun(journal: Journal, path: Path) -> int:
    entries: tuple[Entry, ...] = journal.beside(path).list()
    return entries[0].time if entries else 0
