"""A small file of ballots replayed: votes up and down, rows that replace others, papers over the budget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from daokit.errors import MalformedFile, RuleBroken, ToolMissing, UsageError
from daokit.experiments import papers, replay

BALLOTS = Path(__file__).parent / "data" / "ballots.csv"


def silent(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return replay.replay(BALLOTS, budget=100, say=silent)


def test_the_chain_counts_what_the_file_says(figures: dict[str, Any]) -> None:
    assert (figures["voters"], figures["projects"], figures["rows"]) == (7, 3, 15)
    # ada +5 and -2, ben +4 and -6, fay -8 and +1; dov took the vote back.
    assert figures["tallies"] == {"bakery": 5, "orchard": -5, "library": -6}
    assert list(figures["tallies"]) == ["bakery", "orchard", "library"]
    assert figures["net_votes"] == -6
    assert figures["credits"] == 29 + 52 + 65


def test_papers_over_the_budget_are_refused_whole_and_listed(figures: dict[str, Any]) -> None:
    assert figures["refused"] == [
        {"voter": "cyd", "reason": "Seat 3 wants to spend 25 voice credits this season and has 19."},
        {"voter": "eve", "reason": "Seat 5 wants to spend 1 voice credits this season and has 0."},
        {"voter": "gus", "reason": "+300 votes on one option; a ballot holds at most 126"},
    ]


def test_the_gas_is_that_of_the_papers_that_count(figures: dict[str, Any]) -> None:
    assert 40_000 < figures["gas"]["per_paper"] < 100_000
    assert figures["gas"]["per_choice"] * 6 <= figures["gas"]["per_paper"] * 3 + 6


def test_many_voters_join_in_lists(tmp_path: Path) -> None:
    rows = [f"v{number},p{number % 4},{number % 7 - 3},2024-01-01" for number in range(120)]
    (tmp_path / "many.csv").write_text("voter,project,votes,cast_at\n" + "\n".join(rows) + "\n")
    found = replay.replay(tmp_path / "many.csv", budget=9, say=silent)
    assert found["voters"] == 120 and found["refused"] == []
    assert found["net_votes"] == sum(number % 7 - 3 for number in range(120))


def test_a_chain_that_counts_otherwise_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = papers.Papers.tallies
    monkeypatch.setattr(papers.Papers, "tallies", lambda self, voters: {**honest(self, voters), "bakery": 6})
    with pytest.raises(RuleBroken, match=r"project bakery: \+5 on chain, \+6 in the file"):
        replay.replay(BALLOTS, budget=100, say=silent)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("voter,project,votes\n1,2,3\n", "has no column cast_at"),
        ("voter,project,votes,cast_at\n1,2,many,x\n", 'line 2: votes is a whole number, not "many"'),
        ("voter,project,votes,cast_at\n1,,3,x\n", "line 2: a row names a voter and a project"),
        ("voter,project,votes,cast_at\n1,2\n", "line 2: a row has 4 columns"),
        ("voter,project,votes,cast_at\n", "holds no ballots"),
    ],
)
def test_a_file_that_is_no_ballots_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "ballots.csv"
    path.write_text(text)
    with pytest.raises(MalformedFile, match=words):
        papers.read(path)


def test_a_budget_that_no_seat_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="credits is 0"):
        replay.replay(BALLOTS, budget=0, say=silent)


def test_without_anvil_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DAOKIT_ANVIL", str(tmp_path / "none"))
    with pytest.raises(ToolMissing, match="DAOKIT_ANVIL"):
        replay.replay(BALLOTS, budget=100, say=silent)
