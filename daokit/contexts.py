"""The collectives that a person knows: profiles of `daokit.toml`, and those once taken up or founded on this machine.

Those of the machine are kept in `$XDG_STATE_HOME/daokit/collectives.json`, with the network and account that they were
taken up with, so that they are found from any folder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from daokit import config
from daokit.config import Settings
from daokit.deployments import parse_reference, slug_of
from daokit.errors import DaokitError, UsageError
from daokit.files import write_whole
from daokit.hashing import is_address


@dataclass(frozen=True)
class Remembered:
    """A collective taken up here. `genesis` is the hash of a local chain's first block, "" elsewhere; `project` the
    folder of the `daokit.toml` that held then, "" without one."""

    name: str
    chain_id: int
    address: str
    genesis: str
    network: str
    account: str | None
    project: str

    @property
    def reference(self) -> str:
        """`10:0x…`"""
        return f"{self.chain_id}:{self.address}"

    def is_called(self, word: str) -> bool:
        """Whether `word` means it: its name, its file's name, its address with or without the chain."""
        known = (self.name, slug_of(self.name), self.address, self.reference)
        return word.lower() in map(str.lower, known)


@dataclass(frozen=True)
class Place:
    """Where a collective is looked for. `word` is what `daokit use` takes for it ("": where one is now), in the folder
    `folder` ("": in any); `settings` is what holds there, None when `failure` says why nobody knows."""

    word: str
    name: str
    settings: Settings | None
    failure: str = ""
    chain_id: int | None = None
    genesis: str = ""
    folder: str = ""

    @property
    def network(self) -> str:
        """The network, as it is named there."""
        return self.settings.network if self.settings else ""


def remembered() -> list[Remembered]:
    """All that were taken up on this machine, the latest last."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    rows = found if isinstance(found, list) else []
    return [one for row in rows if (one := _read(row)) is not None]


def remember(collective: Remembered) -> None:
    """Keep a collective, in the place of what was known of it. What was on the same local chain before it began anew
    is nowhere, and is forgotten."""
    network = collective.network
    others = [
        one
        for one in remembered()
        if one.reference.lower() != collective.reference.lower()
        and (one.chain_id != collective.chain_id or one.network != network or one.genesis == collective.genesis)
    ]
    if network.startswith(("./", "~")) or (network.endswith(".ipc") and "://" not in network):
        # The path of a socket holds from other folders too.
        collective = replace(collective, network=str(Path(network).expanduser().absolute()))
    _write([*others, collective])


def forget(word: str) -> list[Remembered]:
    """Forget what `word` means; returns what is known no longer."""
    everything = remembered()
    gone = [one for one in everything if one.is_called(word)]
    if gone:
        _write([one for one in everything if one not in gone])
    return gone


def find(word: str) -> Remembered | None:
    """The one that `word` means. Raises `UsageError` when there are several."""
    found = [one for one in remembered() if one.is_called(word)]
    if len(found) > 1:
        several = " and ".join(one.reference for one in found)
        raise UsageError(f'"{word}" is known on several chains or more than once: {several}; give one of these instead')
    return found[0] if found else None


def is_known_in(settings: Settings, one: Remembered) -> bool:
    """Whether the network of `one` is known here, and not only in the project in which it was taken up."""
    stands_alone = one.network in ("local", "memory") or any(mark in one.network for mark in "/:")
    return stands_alone or one.project == str(settings.project or "")


def known(settings: Settings, *, account: str | None = None) -> list[Place]:
    """Where collectives are looked for: the chosen one first, then the profiles, then what was taken up. `account` is
    who is asked for everywhere; by default whoever each was taken up with."""
    places = [Place("", "", settings)] if settings.collective else []
    for name in settings.profiles:
        found = config.load({"profile": name}, environment={}, folder=settings.project)
        place = Place(name, found.collective or "", replace(found, account=account or found.account))
        if found.collective and not any(are_one(place, one) for one in places):
            places.append(place)
    for word, one in named(settings).items():
        if not any(is_at(one, place.settings) for place in places):
            place = _place(one, word, account)
            places.append(place if is_known_in(settings, one) else replace(place, folder=one.project))
    return places


def named(settings: Settings) -> dict[str, Remembered]:
    """What was taken up, by the word that `daokit use` takes: its name, unless that means something else too."""
    kept = remembered()
    slugs = [slug_of(one.name) for one in kept]
    return {
        slug if slugs.count(slug) == 1 and slug not in settings.profiles else one.reference: one
        for one, slug in zip(kept, slugs, strict=True)
    }


def is_at(one: Remembered, settings: Settings | None) -> bool:
    """Whether `settings` mean this collective."""
    if settings is None or not settings.collective or not one.is_called(settings.collective):
        return False
    return parse_reference(settings.collective) is not None or settings.network == one.network


def follow(settings: Settings) -> None:
    """From now on ask where `settings` lead with their account."""
    for one in remembered():
        if settings.account and one.account != settings.account and is_at(one, settings):
            remember(replace(one, account=settings.account))


def _place(one: Remembered, word: str, account: str | None) -> Place:
    try:
        project = Path(one.project) if one.project else None
        base = config.load(environment={}, folder=project) if project else Settings()
    except DaokitError as failure:
        return Place(word, one.name, None, failure.message, one.chain_id)
    settings = replace(
        base,
        network=one.network,
        account=account or one.account,
        collective=one.reference,
        profile=None,
        max_fee=None,
        confirmations=None,
    )
    return Place(word, one.name, settings, "", one.chain_id, one.genesis)


def are_one(one: Place, other: Place) -> bool:
    """Whether two places are the same, as far as words tell."""
    if one.settings is None or other.settings is None:
        return False
    return (one.network, one.settings.collective) == (other.network, other.settings.collective)


def _read(row: object) -> Remembered | None:
    wanted = {one.name for one in fields(Remembered)}
    if not isinstance(row, dict) or set(row) != wanted:
        return None
    texts = [row[name] for name in wanted - {"chain_id", "account"}]
    well = isinstance(row["chain_id"], int) and all(isinstance(text, str) for text in texts)
    well = well and (row["account"] is None or isinstance(row["account"], str))
    return Remembered(**row) if well and is_address(row["address"]) else None


def _write(everything: Sequence[Remembered]) -> None:
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, json.dumps([asdict(one) for one in everything], indent=1, ensure_ascii=False) + "\n")


def _file() -> Path:
    return config.state_home() / "collectives.json"
