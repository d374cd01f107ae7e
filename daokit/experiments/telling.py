"""How stories are told: paragraphs as wide as a terminal, and what the chain refuses."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from daokit.errors import Reverted, RuleBroken
from daokit.experiments.ledger import same

WIDTH = 80  # columns of a terminal


def paragraph(words: str) -> str:
    """A paragraph with an empty line after it; what follows its number stands in from the margin."""
    number, point, _ = words.partition(". ")
    indent = " " * (len(number) + 2) if point and number.isdigit() else ""
    return textwrap.fill(words, WIDTH, subsequent_indent=indent) + "\n"


def refused(name: str, act: Callable[[], object]) -> str:
    """The sentence with which the chain refuses an act, by the error called `name`. Raises `RuleBroken` when it does
    not."""
    try:
        act()
    except Reverted as refusal:
        same("the refusal", refusal.name, name)
        return refusal.message
    raise RuleBroken(f"the chain allows what {name} should stop; the story stops here")
