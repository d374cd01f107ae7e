"""What can go wrong, as one tree."""

from __future__ import annotations


class DaokitError(Exception):
    """Anything that daokit refuses or cannot do, said in one sentence with the remedy."""

    exit_code = 1


class ToolMissing(DaokitError):
    """A program that daokit needs is not here."""
