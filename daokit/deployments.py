"""Records of the collectives that were founded or chosen: where they are, and how to check that it is them.

Those on public chains lie beside `daokit.toml` in `deployments/<chain-id>/<slug>.json`, to be shared with the project;
those on local chains in `$XDG_STATE_HOME/daokit/deployments`, told apart by the chain's first block.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from daokit.accounts import LOCAL_CHAIN_IDS
from daokit.config import first_mistake, state_home
from daokit.errors import MalformedFile, RuleBroken, UsageError
from daokit.files import write_whole
from daokit.hashing import is_address, keccak, parse_address
from daokit.text import clean

_LARGEST = 100_000  # bytes
_SHARED = "_shared.json"  # no slug begins like this

_R = TypeVar("_R")


@dataclass(frozen=True)
class Record:
    """One collective. `addresses` by contract name; `code_hashes` keccak of the code there, by the same names;
    `charter` the hash of its text; `arguments` what else it was founded with."""

    name: str
    slug: str
    chain_id: int
    addresses: Mapping[str, str]
    block: int
    transaction: str = ""
    charter: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    code_hashes: Mapping[str, str] = field(default_factory=dict)

    @property
    def collective(self) -> str:
        """The collective's address."""
        return self.addresses["Collective"]


@dataclass(frozen=True)
class SharedContract:
    """One contract that all collectives of a chain share. `transaction` and `block` say when this project put it up;
    they are empty for what was there already."""

    address: str
    code_hash: str
    source_hash: str
    transaction: str = ""
    block: int | None = None


@dataclass(frozen=True)
class Shared:
    """The shared contracts of one chain, by name; `solc` compiled them."""

    chain_id: int
    solc: str
    contracts: Mapping[str, SharedContract]


class Deployments:
    """The records of one chain."""

    def __init__(self, chain_id: int, *, genesis: str = "", project: Path | None = None) -> None:
        """`genesis` is the hash of the chain's first block (needed for local chains), `project` the folder of
        `daokit.toml` (the working folder when None)."""
        self.chain_id = chain_id
        if chain_id in LOCAL_CHAIN_IDS:
            self.folder = state_home() / "deployments" / f"{chain_id}-{genesis[2:18]}"
        else:
            self.folder = (project or Path.cwd()) / "deployments" / str(chain_id)

    def list(self) -> tuple[Record, ...]:
        """All records of this chain, by slug. Raises `MalformedFile` for one that cannot be read."""
        return tuple(_read(path, self.chain_id) for path in sorted(self.folder.glob("[!_]*.json")))

    @property
    def shared_path(self) -> Path:
        """Where the shared contracts are written down."""
        return self.folder / _SHARED

    def shared(self) -> Shared | None:
        """What is written down about the shared contracts. Raises `MalformedFile`."""
        path = self.shared_path
        if not path.is_file():
            return None
        found = parsed(Shared, path)
        if found.chain_id != self.chain_id:
            raise MalformedFile(f"{path} is about chain {found.chain_id}, not {self.chain_id}")
        return found

    def write_shared(self, shared: Shared) -> Path:
        """Write down the shared contracts, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.shared_path
        write_whole(path, json.dumps(asdict(shared), indent=2, ensure_ascii=False) + "\n")
        return path

    def find(self, name: str) -> Record:
        """The record with this slug, name or address."""
        slug = slug_of(name) if not is_address(name) else ""
        path = self.folder / f"{slug}.json"
        if slug and path.is_file():
            return _read(path, self.chain_id)
        records = self.list()
        for record in records:
            if name.lower() in (record.name.lower(), record.collective.lower()):
                return record
        some = ", ".join(record.slug for record in records[:12])
        known = f"known there: {some}" if some else "none is known there; found one, or `daokit use <chain>:<address>`"
        raise UsageError(
            f'no deployment of "{clean(name, 64)}" on chain {self.chain_id}; {known}',
            name=name,
            known=[record.slug for record in records],
        )

    def write(self, record: Record) -> Path:
        """Write a record, whole or not at all. Raises `RuleBroken` when the slug stands for another collective."""
        path = self.folder / f"{record.slug}.json"
        if path.is_file() and (there := _read(path, self.chain_id)).collective != record.collective:
            raise RuleBroken(
                f'"{record.slug}" stands for {there.collective} on chain {self.chain_id} already; choose another name, '
                f"or take {path} away"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(asdict(record), indent=2, ensure_ascii=False) + "\n")
        return path


def parse_reference(text: str) -> tuple[int, str] | None:
    """`10:0x…` as chain id and address; None when it is something else."""
    number, colon, address = text.partition(":")
    if not (colon and number.isdecimal() and address.startswith("0x")):
        return None
    return int(number), parse_address(address)


def slug_of(name: str) -> str:
    """The name of a file for a collective: `River Co-op` becomes `river-co-op`. Raises `UsageError` for none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-")
    # A name in another script still needs a file.
    return slug or f"collective-{keccak(name.encode()).hex()[:8]}"


def code_hash(code: bytes) -> str:
    """How a record remembers code: 0x hex of its keccak-256."""
    return "0x" + keccak(code).hex()


def check_code(record: Record, codes: Mapping[str, bytes]) -> None:
    """Compare the code now at the addresses (by contract name) with the record. Raises `RuleBroken`."""
    for name, code in codes.items():
        expected = record.code_hashes.get(name)
        if expected is not None and code_hash(code) != expected:
            what = "is not there" if not code else "is not the code that was recorded"
            raise RuleBroken(
                f"the code of {name} at {record.addresses.get(name)} {what}; wrong network, or do not trust this node",
                name=name,
            )


def parsed(kind: type[_R], path: Path) -> _R:
    """One record of this kind. Raises `MalformedFile`."""
    from pydantic import TypeAdapter, ValidationError

    try:
        if path.stat().st_size > _LARGEST:
            raise MalformedFile(f"{path} is larger than {_LARGEST} bytes; is it a record of a deployment?")
        return TypeAdapter(kind).validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as failure:
        raise MalformedFile(f"{path}: {first_mistake(failure)}") from None
    except (OSError, UnicodeDecodeError) as failure:
        raise MalformedFile(f"{path} cannot be read ({clean(str(failure), 100)})") from None


def schema(kind: type[Record] | type[Shared]) -> dict[str, Any]:
    """The JSON schema of a kind of record, for other programs that read them."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind).json_schema()


def _read(path: Path, chain_id: int) -> Record:
    record = parsed(Record, path)
    try:
        addresses = {name: parse_address(address) for name, address in record.addresses.items()}
    except UsageError as mistake:
        raise MalformedFile(f"{path}: {mistake.message}") from None
    if record.chain_id != chain_id or record.slug != path.stem or "Collective" not in addresses:
        raise MalformedFile(f"{path} is not the record of a collective called {path.stem} on chain {chain_id}")
    return Record(**{**record.__dict__, "addresses": addresses, "name": clean(record.name, 80)})
