"""The options that every command has. They stand before or after the command: they are taken out of the words first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from daokit.errors import UsageError

HELP = """
\b
Options of every command, before or after it:
  --json                print only JSON
  --yes                 do not ask before sending
  --dry-run             show what would happen, and stop before signing
  --quiet               print only the answer
  --debug               show where in the program an error arose
  --blind               send calls that cannot be put in words
  --profile NAME        a profile of daokit.toml
  --network NAME        local, memory, a network of daokit.toml, a URL or a socket
  --max-fee PRICE       the most for one gas, as "30 gwei"
  --account NAME        who signs
  --as safe:ADDRESS     act as a Safe that the account owns a part of; --as me as oneself
  --collective NAME     which collective, by name or address

\b
Exit codes: 0 done, 1 refused, 2 usage or confirmation needed,
3 no connection, 4 sent and not confirmed in time."""


@dataclass(frozen=True)
class Options:
    """What was said for this one command; None and False: nothing."""

    json: bool = False
    yes: bool = False
    dry_run: bool = False
    quiet: bool = False
    debug: bool = False
    blind: bool = False
    profile: str | None = None
    network: str | None = None
    account: str | None = None
    collective: str | None = None
    as_: str | None = None
    max_fee: str | None = None


_FLAGS = {f"--{one.name.replace('_', '-')}": one.name for one in fields(Options) if one.default is False}
_VALUES = {f"--{one.name.rstrip('_').replace('_', '-')}": one.name for one in fields(Options) if one.default is None}


def take(words: Sequence[str]) -> tuple[Options, list[str]]:
    """The options among `words`, and the other words in their order. What stands after `--` is left alone."""
    found: dict[str, Any] = {}
    rest: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *queue]
            break
        if word in _FLAGS:
            found[_FLAGS[word]] = True
        elif name in _VALUES:
            if not equals and queue:
                value = queue.pop(0)
            if not value or value.startswith("--"):
                raise UsageError(f"{name} needs a word after it, such as {name} {_EXAMPLES[_VALUES[name]]}")
            found[_VALUES[name]] = value
        else:
            rest.append(word)
    return Options(**found), rest


_EXAMPLES = {
    "profile": "home",
    "network": "local",
    "account": "alice",
    "collective": "river-coop",
    "as_": "safe:0x…",
    "max_fee": '"30 gwei"',
}
