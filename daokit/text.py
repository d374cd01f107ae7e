"""Makes text from chains, files and peers fit to print: no control, ANSI or bidirectional signs, no endless lines."""

from __future__ import annotations

import re
import unicodedata

# Whole escape sequences go first, so that nothing of them stays as letters.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])|\x9b[0-?]*[ -/]*[@-~]")

# Control, format (among them the bidirectional marks), surrogate, private, unassigned, line and paragraph separators.
_UNFIT = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

_MOST_MARKS = 4  # combining marks on one letter


def clean(text: str, limit: int = 200) -> str:
    """`text` in one line of at most `limit` characters."""
    return _cut(" ".join(_fit(text.replace("\t", " ").replace("\n", " ").replace("\r", " ")).split()), limit)


def clean_lines(text: str, limit: int = 20_000) -> str:
    """`text` with its line ends, at most `limit` characters in all."""
    return _cut("\n".join(_fit(line.replace("\t", "    ")).rstrip() for line in text.splitlines()), limit)


def _fit(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in _ANSI.sub("", text):
        category = unicodedata.category(character)
        if category in _UNFIT:
            continue
        if category == "Zs":
            character = " "
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"
