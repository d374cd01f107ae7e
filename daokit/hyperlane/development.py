"""Validators for chains for development: everybody knows their keys, so what they sign proves nothing elsewhere."""

from __future__ import annotations

from pathlib import Path

from eth_account import Account
from eth_account.messages import encode_defunct

from daokit.errors import RuleBroken
from daokit.hyperlane.checkpoints import keep, sign
from daokit.hyperlane.messages import SignedCheckpoint
from daokit.hyperlane.place import Dispatched, Hyperlane

KEYS = {Account.from_key(key).address: key for key in (f"0x{number:064x}" for number in (1001, 1002, 1003))}
VALIDATORS = sorted(KEYS, key=str.lower)


def signed_by(origin: Hyperlane, sent: Dispatched, validator: str) -> SignedCheckpoint:
    """One validator's word for a message."""

    def text(data: bytes) -> bytes:
        return bytes(Account.sign_message(encode_defunct(data), KEYS[validator]).signature)

    return sign(sent.checkpoint(origin.root_at(sent.block)), text)


def sign_all(origin: Hyperlane, folder: Path) -> int:
    """All of them sign everything that has left a chain, each into a folder of its own; returns how many messages.
    Raises `RuleBroken` on a chain that is not for development."""
    _check(origin)
    sent = origin.sent()
    for one in sent:
        for validator in VALIDATORS:
            keep(signed_by(origin, one, validator), folder / validator)
    return len(sent)


def unannounced(origin: Hyperlane, folder: Path) -> list[str]:
    """Those who have not said on the chain that what they sign lies in `folder`. Raises `RuleBroken` as `sign_all`
    does."""
    _check(origin)
    said = origin.announce.read("getAnnouncedStorageLocations", VALIDATORS)
    return [one for one, places in zip(VALIDATORS, said, strict=True) if [*places][-1:] != [_place(folder, one)]]


def announce(origin: Hyperlane, validator: str, location: str) -> None:
    """A validator says on its chain where it keeps its checkpoints."""
    digest = origin.announce.read("getAnnouncementDigest", location)
    signature = bytes(Account.unsafe_sign_hash(digest, KEYS[validator]).signature)
    words = (f"announce that the validator {validator} keeps its checkpoints at {location}",)
    origin.announce.send("announce", validator, location, signature, words=words)


def announce_all(origin: Hyperlane, folder: Path) -> None:
    """Those who have not yet say where what they sign lies. Raises `RuleBroken` as `sign_all` does."""
    for one in unannounced(origin, folder):
        announce(origin, one, _place(folder, one))


def _place(folder: Path, validator: str) -> str:
    return (folder.absolute() / validator).as_uri()


def _check(origin: Hyperlane) -> None:
    if not origin.chain.local:
        raise RuleBroken(
            f"everybody knows the keys of these validators, and {origin.chain.name} is no chain for development; there "
            "Hyperlane's validators sign, or your own"
        )
