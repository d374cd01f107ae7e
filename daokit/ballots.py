"""Ballots in people's words: `7 +3` is three votes for proposal 7, `7.2 -2` two against its second rival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daokit.amounts import AGAINST, FOR, MOST_VOTES
from daokit.errors import UsageError

SIDES = {"for": FOR, "against": AGAINST}


@dataclass(frozen=True)
class Choice:
    """One line of a ballot paper: `votes` from -126 to 126, or a bare side."""

    proposal: int
    option: int
    votes: int

    def __str__(self) -> str:
        return f"{say(self.votes)} on {place(self.proposal, self.option)}"


def parse_paper(words: Sequence[str]) -> list[Choice]:
    """Pairs of an option and a ballot, as typed. Raises `UsageError` for what is no pair."""
    if not words or len(words) % 2:
        raise UsageError("a ballot is an option and its votes: daokit vote 7 +3, or 7.2 -2, or 9 for")
    paper = [
        Choice(*parse_place(where), parse_votes(ballot)) for where, ballot in zip(words[::2], words[1::2], strict=True)
    ]
    seen = [(choice.proposal, choice.option) for choice in paper]
    for one in seen:
        if seen.count(one) > 1:
            raise UsageError(f"option {place(*one)} is on the paper twice; say once what you want")
    return paper


def parse_place(word: str) -> tuple[int, int]:
    """`7` is the original of proposal 7, `7.2` its second rival."""
    proposal, _, option = word.partition(".")
    if not proposal.isdecimal() or (option and not option.isdecimal()) or word.endswith("."):
        raise UsageError(f'"{word}" names no option; proposal 7 is 7, its second rival 7.2')
    return int(proposal), int(option or 0)


def parse_votes(word: str) -> int:
    """`3`, `+3`, `-3`, `for`, `against`, or `0` to take a ballot back."""
    if word in SIDES:
        return SIDES[word]
    digits = word[1:] if word[:1] in "+-" else word
    if not digits.isdecimal() or int(digits) > MOST_VOTES:
        raise UsageError(f'"{word}" is no ballot; cast -126 to 126 votes, "for" or "against", or 0 to take yours back')
    return int(word)


def place(proposal: int, option: int) -> str:
    """An option as people write it."""
    return f"{proposal}.{option}" if option else f"{proposal}"


def say(votes: int) -> str:
    """A ballot as people read it."""
    if votes == 0:
        return "no ballot"
    if votes in (FOR, AGAINST):
        return "for, without credits" if votes == FOR else "against, without credits"
    return f"{votes:+d} vote{'s' if abs(votes) != 1 else ''}"
