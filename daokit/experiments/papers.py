"""Real ballots in a file, and what they add up to there: the other side of the comparison with the chain."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from daokit.errors import MalformedFile, UsageError

COLUMNS = ("voter", "project", "votes", "cast_at")
MOST_PROJECTS = 4_095


@dataclass(frozen=True)
class Papers:
    """One paper for each voter, by project; voters and projects in the order in which the file first names them.

    `rows` counts the lines of the file, those that a later one replaces included.
    """

    votes: Mapping[str, Mapping[str, int]]
    projects: tuple[str, ...]
    rows: int
    titles: Mapping[str, str] = field(default_factory=dict)

    def cost(self, voter: str) -> int:
        """Voice credits that the voter's paper costs: the sum of its squares."""
        return sum(votes**2 for votes in self.votes[voter].values())

    def accepted(self, budget: int) -> list[str]:
        """The voters whose papers `budget` covers."""
        return [voter for voter in self.votes if self.cost(voter) <= budget]

    def tallies(self, voters: list[str]) -> dict[str, int]:
        """The net votes of each project on the papers of `voters`."""
        net = Counter(dict.fromkeys(self.projects, 0))
        for voter in voters:
            net.update(self.votes[voter])
        return dict(net)

    def title(self, project: str) -> str:
        """What a project is called; its own mark when it has no title."""
        return self.titles.get(project) or project


def read(ballots: Path, projects: Path | None = None) -> Papers:
    """The papers in a file with the columns voter, project, votes, cast_at. The last row of a voter and project counts.

    `projects` may give their titles (columns project, title). Raises `MalformedFile` with the line that is wrong.
    """
    votes: dict[str, dict[str, int]] = {}
    named: dict[str, None] = {}
    rows = 0
    for line, row in _rows(ballots, COLUMNS):
        voter, project = row["voter"].strip(), row["project"].strip()
        if not voter or not project:
            raise MalformedFile(f"{ballots}, line {line}: a row names a voter and a project")
        try:
            votes.setdefault(voter, {})[project] = int(row["votes"])
        except ValueError:
            raise MalformedFile(f'{ballots}, line {line}: votes is a whole number, not "{row["votes"]}"') from None
        named[project] = None
        rows += 1
    if not rows:
        raise MalformedFile(f"{ballots} holds no ballots")
    if len(named) > MOST_PROJECTS:
        raise UsageError(f"{ballots} names {len(named):,} projects; a season has room for {MOST_PROJECTS:,}")
    titles = (
        {row["project"].strip(): row["title"].strip() for _, row in _rows(projects, ("project", "title"))}
        if projects
        else {}
    )
    return Papers(votes, tuple(named), rows, titles)


def _rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise MalformedFile(
                    f"{path} has no column {', '.join(missing)}; its first line names {', '.join(columns)}"
                )
            found = [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except (OSError, UnicodeDecodeError, csv.Error) as failure:
        raise MalformedFile(f"{path} cannot be read as a table: {failure}") from None
    for line, row in found:
        if any(row[name] is None for name in columns):
            raise MalformedFile(f"{path}, line {line}: a row has {len(columns)} columns")
    return found
