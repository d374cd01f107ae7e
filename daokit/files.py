"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from daokit.errors import UsageError


def write_whole(path: Path, text: str) -> None:
    """Put `text` in the place of what is at `path`, in one step and on disk. Raises `UsageError` when it cannot be
    written; what was there stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as failure:
        raise UsageError(f"{path} cannot be written ({failure.strerror}); name a file in a folder of yours") from None
