"""Where validators keep what they have signed: a folder, or a place on the web, as Hyperlane's own validators write it.

Each checkpoint is one file of JSON. Whoever wrote it is a stranger: only the signature in it counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from daokit.errors import MalformedFile, NoConnection, UsageError
from daokit.hyperlane.messages import Checkpoint, SignedCheckpoint
from daokit.text import clean

_LARGEST = 10_000  # bytes
_PATIENCE = 20.0  # seconds
# Buckets and local folders of Hyperlane's validators name the same file differently.
_NAMES = ("checkpoint_{index}_with_id.json", "{index}_with_id.json")


class Checkpoints(Protocol):
    """Somewhere that checkpoints are kept."""

    def at(self, index: int) -> Sequence[SignedCheckpoint]:
        """Those about the message at this place in the tree of its chain; none when there are none yet."""


class Folder:
    """A folder of one validator, or a folder of such folders."""

    def __init__(self, path: Path) -> None:
        """Raises `UsageError` when there is no such folder."""
        if not path.is_dir():
            raise UsageError(f"there is no folder {path} of a validator")
        self.path = path

    def at(self, index: int) -> Sequence[SignedCheckpoint]:
        """See `Checkpoints.at`. Raises `MalformedFile`."""
        folders = [self.path, *(one for one in sorted(self.path.iterdir()) if one.is_dir())]
        files = [folder / name.format(index=index) for folder in folders for name in _NAMES]
        return [_read(path) for path in files if path.is_file()]


class Web:
    """A place that answers http, such as a bucket."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def at(self, index: int) -> Sequence[SignedCheckpoint]:
        """See `Checkpoints.at`. Raises `NoConnection` when nothing answers, `MalformedFile` for an answer that is
        none."""
        from urllib.error import HTTPError
        from urllib.request import urlopen

        url = f"{self.url}/{_NAMES[0].format(index=index)}"
        try:
            with urlopen(url, timeout=_PATIENCE) as answer:
                return [decode(answer.read(_LARGEST).decode("utf-8", "replace"), url)]
        except HTTPError as refusal:
            if refusal.code in (403, 404):  # a bucket says so of what is not there yet
                return []
            raise NoConnection(f"{url} answers {refusal.code}; try again later") from None
        except OSError as failure:
            raise NoConnection(f"{url} does not answer ({clean(str(failure), 100)}); try again later") from None


def open_at(location: str) -> Checkpoints:
    """A place as validators announce it (`s3://bucket/region/folder`, `file:///…`, `https://…`) or as a path."""
    kind, path = urlsplit(location), location
    if kind.scheme in ("http", "https"):
        return Web(location)
    if kind.scheme == "s3":
        region, _, folder = kind.path.strip("/").partition("/")
        return Web(f"https://{kind.netloc}.s3.{region}.amazonaws.com/{folder}")
    if kind.scheme == "gs":
        return Web(f"https://storage.googleapis.com/{kind.netloc}{kind.path}")
    if kind.scheme == "file":
        path = unquote(kind.path)
    elif re.match(r"\w+:", location):
        raise UsageError(
            f"{clean(location, 100)} is not a place that daokit can read: a folder, file://, https://, s3:// or gs://"
        )
    return Folder(Path(path).expanduser())


def sign(checkpoint: Checkpoint, sign_text: Callable[[bytes], bytes]) -> SignedCheckpoint:
    """A checkpoint signed. `sign_text` signs 32 bytes as a text (EIP-191) and gives 65 bytes."""
    return SignedCheckpoint(checkpoint, sign_text(checkpoint.hash))


def keep(signed: SignedCheckpoint, folder: Path) -> Path:
    """Write a checkpoint into a validator's folder, as a bucket has it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _NAMES[0].format(index=signed.checkpoint.index)
    path.write_text(encode(signed), encoding="utf-8")
    return path


def encode(signed: SignedCheckpoint) -> str:
    """A checkpoint as Hyperlane writes it."""
    said, signature = signed.checkpoint, signed.signature
    checkpoint = {
        "merkle_tree_hook_address": _hex(said.hook),
        "mailbox_domain": said.origin,
        "root": _hex(said.root),
        "index": said.index,
    }
    parts = {"r": _hex(signature[:32]), "s": _hex(signature[32:64]), "v": signature[64]}
    value = {"checkpoint": checkpoint, "message_id": _hex(said.message)}
    return json.dumps({"value": value, "signature": parts, "serialized_signature": _hex(signature)}, indent=1)


def decode(text: str, where: str) -> SignedCheckpoint:
    """A checkpoint as Hyperlane writes it. Raises `MalformedFile`."""
    try:
        value = json.loads(text)
        said, signed = value["value"]["checkpoint"], value["signature"]
        origin, index = (int(said[key]) for key in ("mailbox_domain", "index"))
        hook, root, message = (
            _bytes(said["merkle_tree_hook_address"]),
            _bytes(said["root"]),
            _bytes(value["value"]["message_id"]),
        )
        v = int(signed["v"])
        signature = _bytes(signed["r"]) + _bytes(signed["s"]) + bytes([v + 27 if v < 27 else v])
        if not (0 <= origin < 1 << 32 and 0 <= index < 1 << 32):
            raise ValueError("a number has more than 32 bits")
        return SignedCheckpoint(Checkpoint(origin, hook, root, index, message), signature)
    except (ValueError, KeyError, TypeError, AttributeError) as mistake:
        raise MalformedFile(
            f"{where} is not a checkpoint of a Hyperlane validator ({clean(str(mistake), 80)})"
        ) from None


def _read(path: Path) -> SignedCheckpoint:
    if path.stat().st_size > _LARGEST:
        raise MalformedFile(f"{path} is larger than {_LARGEST} bytes; is it a validator's checkpoint?")
    return decode(path.read_text(encoding="utf-8", errors="replace"), str(path))


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: str) -> bytes:
    """32 bytes; of a number the zeros before it may be missing."""
    digits = text.removeprefix("0x")
    if not text.startswith("0x") or len(digits) > 64:
        raise ValueError("what should be 32 bytes is not")
    return bytes.fromhex(digits.zfill(64))
