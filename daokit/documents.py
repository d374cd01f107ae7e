"""Texts that members decide on or accept: their hash, and URIs that carry a short one whole.

A `data:` URI stands on the chain itself, so anyone can check the text against its hash from the chain alone.
"""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_to_bytes

from daokit.errors import UsageError
from daokit.hashing import keccak

MOST_ON_CHAIN = 4_096  # bytes; each costs about 30 gas, so the greatest costs as much as two or three ordinary calls

_PREFIX = "data:text/markdown;charset=utf-8;base64,"


def text_hash(text: str) -> str:
    """keccak256 of a text's UTF-8 bytes, 0x hex, as options and charters commit to it."""
    return "0x" + keccak(text.encode()).hex()


def data_uri(text: str, what: str = "the text") -> str:
    """A URI that carries `text` itself. Raises `UsageError` when it is too long for the chain."""
    raw = text.encode()
    if len(raw) > MOST_ON_CHAIN:
        raise UsageError(
            f"{what} has {len(raw):,} bytes, and at most {MOST_ON_CHAIN:,} can stand on the chain itself; "
            "shorten it, or put it where members can read it and give that uri"
        )
    return _PREFIX + base64.b64encode(raw).decode()


def text_of(uri: str) -> str | None:
    """The text that a `data:` URI carries; None for any other URI and for one that is not well-formed text."""
    if not uri.startswith("data:") or "," not in uri:
        return None
    head, _, body = uri.partition(",")
    try:
        raw = base64.b64decode(body, validate=True) if head.endswith(";base64") else unquote_to_bytes(body)
        return raw.decode()
    except (binascii.Error, ValueError):
        return None
