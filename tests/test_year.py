"""A year of funds and agreements by chance: every unit is accounted for, and a model that is off by one is seen."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from daokit import affected, amounts, waterfall
from daokit.cli import run as command
from daokit.errors import RuleBroken, UsageError
from daokit.experiments.year import work
from daokit.experiments.year.world import World
from daokit.experiments.year.year import run
from daokit.terms import Frozen, Terms

SMALL = {"people": 12, "providers": 4, "agreements": 20}
# What a year of any size has to contain, or it shows nothing.
ACTS = (
    "agreements opened",
    "amendments",
    "capital from funds",
    "claims",
    "commitments",
    "commitments ended by providers",
    "deliveries accepted",
    "disputes",
    "draws",
    "payments of all rows",
    "refunds",
    "revenue",
    "settlements",
)


def year(seed: int = 1, say: Callable[[str], None] = lambda _: None, **size: int) -> dict[str, Any]:
    return run(seed=seed, say=say, **(SMALL | size))


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    return year()


def test_a_small_year_is_as_the_model_has_it(small: dict[str, Any]) -> None:
    # A draw and an income a month and person; savings of both tokens once: 12 x 12 + 12 x 2.
    assert (small["deeds"]["draws"], small["deeds"]["income"], small["deeds"]["funds opened"]) == (144, 168, 12)
    assert sum(small["agreements"].values()) == 20 and small["providers_ended"] > 0
    assert sum(small["deeds"].values()) == small["transactions"]
    assert [act for act in ACTS if not small["deeds"].get(act)] == []


def test_the_same_seed_is_the_same_year_and_another_is_not(small: dict[str, Any]) -> None:
    lines: list[str] = []
    again, other = year(say=lines.append), year(seed=2)
    assert {**again, "seconds": 0} == {**small, "seconds": 0}
    assert other["exists"] != small["exists"] and other["deeds"] != small["deeds"]
    assert [line.split(":")[0] for line in lines[1:4]] == ["month 1", "month 2", "month 3"]


def test_two_hundred_people_and_five_hundred_agreements_conserve_every_unit() -> None:
    found = year(people=200, providers=20, agreements=500)
    assert found["deeds"]["draws"] == 200 * 12 and found["deeds"]["income"] == 200 * 12 + 200 * 2
    assert sum(found["agreements"].values()) == 500
    assert set(found["agreements"]) == {"done", "defaulted", "refunded", "live"}
    assert min(found["agreements"].values()) > 20 and found["providers_ended"] >= 3
    everything = (
        *ACTS,
        "rulings",
        "drafts",
        "entries",
        "entries from funds",
        "commitments switched",
        "payments astray",
    )
    assert [act for act in everything if found["deeds"].get(act, 0) < 5] == []
    # People, funds, treasuries, agreements and the ten accounts of the chain, each in three currencies.
    assert found["balances"] == 3 * (200 + 200 + 20 + 500 + 10)


# A year in which chain and model differ by one unit ends there


def test_a_draw_that_gives_a_unit_more_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = amounts.draw

    def generous(amount: int, given: Sequence[amounts.Given]) -> tuple[tuple[int, ...], int]:
        parts, kept = honest(amount, given)
        return (tuple(part + 1 for part in parts[:1]) + parts[1:], kept - 1) if parts else (parts, kept)

    monkeypatch.setattr(amounts, "draw", generous)
    with pytest.raises(RuleBroken, match=r"a draw in turn .* on the chain, .* in the model"):
        year()


def test_a_row_that_is_entitled_to_a_unit_less_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def mean(*given: Any, **named: Any) -> waterfall.Divided:
        found = waterfall.divide(*given, **named)
        return waterfall.Divided((max(0, found.amounts[0] - 1), *found.amounts[1:]), found.repaid)

    monkeypatch.setattr(work, "divide", mean)
    with pytest.raises(RuleBroken, match=r"(claims|agreement \d+) in turn|is refused"):
        year()


def test_a_change_that_froze_something_else_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(terms: Terms, released: int, frozen: Frozen) -> Frozen:
        return waterfall.freeze(terms, max(frozen.released, released - 1), frozen)

    monkeypatch.setattr(work, "freeze", late)
    with pytest.raises(RuleBroken, match="what an amendment froze"):
        year()


def test_a_change_with_a_signature_too_few_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fewer(*given: Any) -> tuple[str, ...]:
        return affected.signers(*given)[1:]

    monkeypatch.setattr(work, "signers", fewer)
    with pytest.raises(RuleBroken, match=r"amendments at .* is refused: This needs \d+ signatures"):
        year()


@pytest.mark.parametrize("unit", [1, -1])
def test_a_unit_lost_or_found_in_the_books_is_seen(monkeypatch: pytest.MonkeyPatch, unit: int) -> None:
    honest = World.pay

    def careless(self: World, kind: str, sender: str, token: str, to: str, amount: int) -> Any:
        deed = honest(self, kind, sender, token, to, amount)
        if kind != "revenue":
            return deed
        return type(deed)(
            kind, deed.sender, deed.to, deed.data, deed.value, lambda d: self.move(token, sender, to, amount + unit)
        )

    monkeypatch.setattr(World, "pay", careless)
    with pytest.raises(RuleBroken, match=r"chain and model differ in \d+ places|claims in turn"):
        year()


def test_too_few_people_are_refused(state: Path) -> None:
    with pytest.raises(UsageError, match="a year needs at least 8 people, not 7"):
        year(people=7)


def test_the_command_gives_the_same_figures(
    small: dict[str, Any], state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [word for name, count in SMALL.items() for word in (f"--{name}", str(count))]
    assert command(["experiment", "year", *words, "--json", "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["data"]["exists"] == small["exists"] and err == ""
    assert not state.exists()
