"""The federations that were founded or named here: where they are, by name.

They lie beside the records of collectives, in a folder of their own.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from daokit.deployments import Deployments, parsed, slug_of
from daokit.errors import MalformedFile, UnknownName
from daokit.files import write_whole
from daokit.hashing import is_address, parse_address


@dataclass(frozen=True)
class FederationRecord:
    """One federation: its address and its purse's at home, and the hash of the charter that was read (0x hex)."""

    name: str
    slug: str
    chain_id: int
    federation: str
    purse: str
    charter: str


class Federations:
    """The records of federations on one chain."""

    def __init__(self, deployments: Deployments) -> None:
        """`deployments` are those of the same chain."""
        self.chain_id = deployments.chain_id
        self.folder = deployments.folder / "federations"

    def list(self) -> tuple[FederationRecord, ...]:
        """All records, by slug. Raises `MalformedFile` for one that cannot be read."""
        return tuple(self._read(path) for path in sorted(self.folder.glob("*.json")))

    def find(self, word: str) -> FederationRecord:
        """The record with this slug, name or address. Raises `UnknownName`."""
        known = self.list()
        for one in known:
            if word.lower() in (one.slug, one.name.lower(), one.federation.lower(), one.purse.lower()):
                return one
        remedy = "give its address, or found one with `daokit federation found`"
        raise UnknownName("federation", word, [one.slug for one in known], remedy)

    def write(self, name: str, federation: str, purse: str, charter: str) -> FederationRecord:
        """Write a record, whole or not at all; one of the same name elsewhere keeps its name, and this gets another."""
        slug = slug_of(name)
        if any(one.slug == slug and one.federation != federation for one in self.list()):
            slug = f"{slug}-{federation[2:8].lower()}"
        record = FederationRecord(name, slug, self.chain_id, federation, purse, charter)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / f"{slug}.json", json.dumps(asdict(record), indent=2, ensure_ascii=False) + "\n")
        return record

    def _read(self, path: Path) -> FederationRecord:
        record = parsed(FederationRecord, path)
        if record.chain_id != self.chain_id or not all(map(is_address, (record.federation, record.purse))):
            raise MalformedFile(f"{path} is not the record of a federation on chain {self.chain_id}")
        parse_address(record.federation)
        return record
