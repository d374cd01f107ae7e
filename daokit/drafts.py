"""The texts of options: read from a markdown file, put where the option says, and found again by their hash.

A short text travels with the option as a `data:` URI. A longer one lives at a URI of its author's, and a copy stays in
`$XDG_STATE_HOME/daokit/texts` under its hash. A text is only ever shown when its hash is the one on chain.
"""

from __future__ import annotations

from pathlib import Path

from daokit.documents import data_uri, text_hash, text_of
from daokit.errors import UsageError
from daokit.options import Option


def read_draft(path: Path) -> str:
    """The text in a file. Raises `UsageError` for a file that is not there, empty, or not in UTF-8."""
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}; write the proposal's text into it first") from None
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path} cannot be read as text; it must be a file in UTF-8") from None
    if not text.strip():
        raise UsageError(f"{path} is empty; say what you propose")
    return text


def committed(text: str, uri: str = "") -> tuple[str, str]:
    """What an option says of its text: its hash, and its URI, by default one that carries the text itself.

    Raises `UsageError` when it is too long to travel with the option and no `uri` is given.
    """
    return text_hash(text), uri or data_uri(text, "the proposal's text")


def keep(text: str) -> Path:
    """Keep a copy on this machine, to be found by its hash."""
    path = _place(text_hash(text))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(text.encode())
    return path


def text_for(option: Option) -> str | None:
    """The very text that an option commits to, from its URI or from this machine; None when neither has it."""
    text = text_of(option.uri)
    if text is None:
        try:
            text = _place(option.text).read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return None
    return text if text_hash(text) == option.text else None


def _place(hash_: str) -> Path:
    from daokit.config import state_home

    return state_home() / "texts" / f"{hash_[2:].lower()}.md"
