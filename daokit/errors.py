"""What can go wrong, as one tree. The number is the exit code of a command that ends with it.

DaokitError                1   anything that daokit refuses or cannot do
├─ UsageError              2   what was typed or handed in is not right
│  ├─ UnknownName          2   no such name; the near ones are listed
│  ├─ MalformedFile        2   a file does not say what it should
│  └─ ConfirmationNeeded   2   no terminal to ask at and no `--yes`
├─ Refused                 1   a rule says no, and nothing was changed
│  ├─ Reverted             1   a rule of a contract; the words are the interface's
│  └─ RuleBroken           1   a rule of this program: look-alike, wrong password, wrong chain
├─ NoConnection            3   no node answers, or what answers is no node
├─ NotConfirmed            4   sent and journalled, but not confirmed in time
├─ ToolMissing             1   a program that daokit needs is not here
└─ DryRun                  0   stopped before signing, as asked
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any


class DaokitError(Exception):
    """Anything that daokit refuses or cannot do, said in one sentence with the remedy."""

    exit_code = 1

    def __init__(self, message: str = "", **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values: dict[str, Any] = values

    @property
    def name(self) -> str:
        """What went wrong, in one word: the class, or the contract's own error."""
        return type(self).__name__


class UsageError(DaokitError):
    """What was typed or handed in is not right."""

    exit_code = 2


class UnknownName(UsageError):
    """No such name; the message lists the near ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str] = (), remedy: str = "") -> None:
        """`kind` is what was looked for ("account"), `remedy` what to do when no known name is near."""
        # What differs by capitals only is said once.
        folded = {one.casefold(): one for one in sorted(known, reverse=True)}
        known = sorted(folded.values())
        near = [folded[one] for one in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)]
        words = f'no {kind} "{name}"'
        if near:
            words += f"; did you mean {' or '.join(near)}?"
        elif known:
            words += f"; known: {', '.join(known[:12])}{', …' if len(known) > 12 else ''}"
        if remedy and not near:
            words += f"; {remedy}"
        super().__init__(words, kind=kind, name=name, near=near)


class MalformedFile(UsageError):
    """A file does not say what it should; the message names the place."""


class ConfirmationNeeded(UsageError):
    """Nobody can be asked and nobody said `--yes`."""


class Refused(DaokitError):
    """A rule says no. Nothing was changed."""


class Reverted(Refused):
    """A contract refused. `name` is its error, `values` what the error carries, the text the interface's sentence."""

    def __init__(
        self,
        name: str,
        values: Mapping[str, Any] | None = None,
        notice: str = "",
        *,
        show: Callable[[str, Any], str] = lambda _, value: str(value),
        data: bytes = b"",
        inner: Reverted | None = None,
    ) -> None:
        """`notice` is the sentence with the values' names in backticks, `show` turns a value into words, `inner` is the
        refusal that this one passes on."""
        self._name = name
        self.notice = notice
        self.data = data
        self.inner = inner
        self.show = show
        super().__init__("")
        self.values = dict(values or {})
        self.message = self._sentence(show) + (f" {inner.message}" if inner else "")
        self.args = (self.message,)

    @property
    def name(self) -> str:
        return self._name

    def say(self, show: Callable[[str, Any], str]) -> str:
        """The sentence, each value in the words that `show(name, value)` gives."""
        return self._sentence(show) + (f" {self.inner.say(show)}" if self.inner else "")

    def _sentence(self, show: Callable[[str, Any], str]) -> str:
        if self.notice:
            # In one pass: a value may itself contain what looks like a name.
            return re.sub(
                r"`(\w+)`",
                lambda match: show(match[1], self.values[match[1]]) if match[1] in self.values else match[0],
                self.notice,
            )
        carried = ", ".join(f"{name} {show(name, value)}" for name, value in self.values.items())
        return f"The contract refused: {self._name}{f' ({carried})' if carried else ''}."


class RuleBroken(Refused):
    """A rule of this program: look-alike address, wrong password, wrong chain."""


class NoConnection(DaokitError):
    """No node answers, or what answers is no node."""

    exit_code = 3


class NotConfirmed(DaokitError):
    """Sent and journalled, but not confirmed in time. `daokit tx resume` brings it to its end."""

    exit_code = 4


class ToolMissing(DaokitError):
    """A program that daokit needs is not here."""


class DryRun(DaokitError):
    """Stopped before signing, as asked."""

    exit_code = 0
