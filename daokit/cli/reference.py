"""The reference of all commands as a page: `python -m daokit.cli.reference > docs/commands.md`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from daokit.cli.app import app
from daokit.cli.options import HELP

HEAD = """# Commands

Made from the program itself with `python -m daokit.cli.reference`; a test holds it to that.
"""


def page() -> str:
    """The whole page."""
    root = typer.main.get_command(app)
    parts = [HEAD]
    for path, command in commands(root, "daokit"):
        parts.append(f"## `{path}`\n\n{_sentence(command)}\n")
        if rows := [row for parameter in command.params if (row := _row(parameter))]:
            parts.append("\n".join(["| | |", "|---|---|", *rows]) + "\n")
    options = "\n".join(line.strip() for line in HELP.replace("\b", "").splitlines() if line.strip())
    parts.append(f"## Every command\n\n```\n{options}\n```\n")
    return "\n".join(parts)


def commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command below a group, with the words that call it."""
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield f"{path} {name}", command
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _sentence(command: Any) -> str:
    return " ".join((command.help or "").split("\n\n")[0].split())


def _row(parameter: Any) -> str | None:
    if parameter.name == "help":
        return None
    name = ", ".join(parameter.opts) if parameter.param_type_name == "option" else str(parameter.name)
    return f"| `{name}` | {(getattr(parameter, 'help', None) or '').replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    print(page(), end="")
