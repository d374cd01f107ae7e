"""Agreements to begin with: commented files, `daokit/presets/agreements/*.toml`, with the reason for each value."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from daokit.errors import UnknownName, UsageError
from daokit.terms_file import MOST_TITLE
from daokit.text import clean

PRESETS = Path(__file__).parent / "presets" / "agreements"


def presets() -> tuple[str, ...]:
    """The kinds of agreement that there are templates for."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.toml")))


def template(like: str, title: str, now: int) -> str:
    """A commented `terms.toml` of a kind, with times that lie ahead of `now` (unix seconds). Raises `UnknownName`."""
    if like not in presets():
        raise UnknownName("kind of agreement", like, presets())
    if not title.strip() or clean(title, MOST_TITLE) != title.strip():
        raise UsageError(f"a title has 1 to {MOST_TITLE} characters, in one line")
    quoted = title.strip().replace("\\", "\\\\").replace('"', '\\"')
    content = (PRESETS / f"{like}.toml").read_text(encoding="utf-8").replace("{{title}}", quoted)
    today = datetime.fromtimestamp(now, UTC).date()
    return re.sub(r"\{\{in (\d+) days\}\}", lambda match: f"{today + timedelta(days=int(match[1]))}", content)
