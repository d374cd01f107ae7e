"""The story of the federations: every sum worked out by hand, and checks that see a lost unit or note."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from daokit.cli import run
from daokit.errors import RuleBroken, ToolMissing
from daokit.experiments.balances import Balances
from daokit.experiments.two_chains import AWAY, HOME
from daokit.experiments.valley import levies, linking, notes, story
from daokit.experiments.valley.cast import Land

# Levies, each rounded down to the cent, once a call:
#   Mill      5 % of 4,321.99 = 216.0995   -> 216.09 to Valley
#   Bakery  7.5 % of 1,234.57 =  92.59275  ->  92.59 to Valley
#   Valley   30 % of   308.68 =  92.604    ->  92.60 to Coast; 308.68 = 216.09 + 92.59
#   School    4 % of   777.77 =  31.1108   ->  31.11 to Coast; the gift of 250.00 is no revenue
#   Harbour 6.5 % of 5,556.66 = 361.1829   -> 361.18 to Coast's branch; 5,556.66 = 3,210.99 + 2,345.67
#   (two calls: 6.5 % of 3,210.99 = 208.71435 -> 208.71, of 2,345.67 = 152.46855 -> 152.46, together 361.17)
LEVIES = {
    "Mill": (4_321_99, 500, 216_09),
    "Bakery": (1_234_57, 750, 92_59),
    "Valley": (308_68, 3_000, 92_60),
    "School": (777_77, 400, 31_11),
    "Harbour": (5_556_66, 650, 361_18),
}

# The Bakery leaves Valley, whose purse holds 308.68 - 92.60 = 216.08:
#   216.08 x 92.59 / 308.68 = 64.814... -> 64.81, less than its own 92.59.
# Then it sells cakes for 500.05 and passes nothing up.
CHAIN_A = {
    "Frank": 9_499_95,  # 10,000.00 - 500.05
    "Heidi": 5_678_01,  # 10,000.00 - 4,321.99
    "Ivan": 8_765_43,  # 10,000.00 - 1,234.57
    "Judy": 8_972_23,  # 10,000.00 - 777.77 - 250.00
    "Mill": 4_105_90,  # 4,321.99 - 216.09
    "Bakery": 1_706_84,  # 1,234.57 - 92.59 + 64.81 + 500.05
    "School": 996_66,  # 777.77 + 250.00 - 31.11
    "Valley's purse": 151_27,  # 216.08 - 64.81
    "Coast's purse": 123_71,  # 92.60 + 31.11
}

# The branch pays 24.35 for the lamps; the 30.00 for dredging were stopped.
CHAIN_B = {
    "Alice": 6_789_01,  # 10,000.00 - 3,210.99
    "Carol": 10_024_35,  # 10,000.00 + 24.35
    "Dave": 7_654_33,  # 10,000.00 - 2,345.67
    "Harbour": 5_195_48,  # 5,556.66 - 361.18
    "Coast's branch": 336_83,  # 361.18 - 24.35
}
PEOPLE = ("Alice", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "Heidi", "Ivan", "Judy")
SUPPLY = 10 * 10_000_00


def amounts(told: dict[str, Any], moment: str, chain: str) -> dict[str, int]:
    return {name: one["amount"] for name, one in told["balances"][moment][chain]["tUSD"].items()}


@pytest.fixture(scope="module")
def played() -> tuple[dict[str, Any], str]:
    lines: list[str] = []
    return story.run(lines.append), "\n".join(lines)


@pytest.mark.parametrize(("chain", "expected"), [("chain A", CHAIN_A), ("chain B", CHAIN_B)])
def test_everybody_holds_what_the_hand_calculation_says(
    played: tuple[dict[str, Any], str], chain: str, expected: dict[str, int]
) -> None:
    before, after = (amounts(played[0], moment, chain) for moment in ("before", "after"))
    assert before == dict.fromkeys(PEOPLE, 10_000_00)
    assert after == dict.fromkeys(PEOPLE, 10_000_00) | expected
    assert sum(after.values()) == SUPPLY


def test_levies_go_up_each_rounded_down_once(played: tuple[dict[str, Any], str]) -> None:
    found = {
        name: (one["revenue"]["amount"], one["bps"], one["levy"]["amount"]) for name, one in played[0]["levies"].items()
    }
    assert found == LEVIES
    assert found["Mill"][2] + found["Bakery"][2] == found["Valley"][0]
    assert "361.17" in played[1]


def test_harbour_alone_decides_the_motion(played: tuple[dict[str, Any], str]) -> None:
    # Mill 2 : 1, Bakery 1 : 1, School 0 : 1 make 3 : 3; Harbour's 2 : 1 makes 5 : 4.
    motion = played[0]["motion"]
    assert (motion["without Harbour"], motion["for"], motion["against"]) == ([3, 3], 5, 4)


def test_one_order_is_stopped_and_the_other_carried_out(played: tuple[dict[str, Any], str]) -> None:
    assert played[0]["orders"] == {"dredging": "vetoed", "lamps": "done"}
    assert played[0]["notes"] == {"chain A": 2, "chain B": 3}


def test_power_is_exact_whenever_a_member_comes_or_valley_shrinks(played: tuple[dict[str, Any], str]) -> None:
    # More than half decides. Of 5 + 2 that is 4: Valley has it alone.
    # Of 5 + 2 + 3 it is 6: Valley with either other, never the two others. Valley turns 3 of the 4 ways in which School
    # and Harbour can stand; School only the one in which Valley is for and Harbour against, and Harbour likewise.
    # Of 3 + 2 + 3 it is 5: any two. Each turns the 2 of 4 ways in which the others are divided.
    assert played[0]["power"] == [
        {"Valley": "1", "School": "0"},
        {"Valley": "3/4", "School": "1/4", "Harbour": "1/4"},
        {"Valley": "1/2", "School": "1/2", "Harbour": "1/2"},
    ]


def test_the_leaver_gets_its_share_and_no_more(played: tuple[dict[str, Any], str]) -> None:
    found = {name: one["amount"] for name, one in played[0]["exit"].items()}
    assert found == {"own": 92_59, "all": 308_68, "purse": 216_08, "share": 64_81}


def test_the_story_fits_a_terminal_and_shows_every_sum(played: tuple[dict[str, Any], str]) -> None:
    told = played[1]
    assert max(map(len, told.split("\n"))) <= 80
    last = told.split("Everybody's tUSD")[1]
    for amount in (*CHAIN_A.values(), *CHAIN_B.values()):
        assert f"{amount // 100:,}.{amount % 100:02}" in last
    assert last.count("100,000.00") == 8  # together, and all there is, on two chains before and after
    assert "Valley decides alone" in told and "0x" in told


def demo(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(["demo", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_json_has_every_balance_and_nothing_stays(
    played: tuple[dict[str, Any], str], capsys: pytest.CaptureFixture[str], state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "SCENES", ())
    code, out, _ = demo(capsys, "--story", "federation", "--json")
    data = json.loads(out)["data"]
    assert code == 0 and data["story"] == "federation" and list(data["balances"]) == ["before", "after"]
    assert data["balances"]["after"]["chain B"]["tUSD"]["Alice"]["text"] == "10,000.00 tUSD"
    assert not state.exists()
    assert json.loads(json.dumps(played[0])) == played[0]


def test_it_cannot_be_kept(capsys: pytest.CaptureFixture[str], state: Path) -> None:
    code, _, said = demo(capsys, "--story", "federation", "--keep")
    assert code == 2 and "leave --keep or --story away" in said


def test_without_anvil_it_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> Path:
        raise ToolMissing(f"{name} is not installed; run ./scripts/setup")

    monkeypatch.setattr("daokit.experiments.sandbox.find_foundry", missing)
    code, _, said = demo(capsys, "--story", "federation")
    assert code == ToolMissing.exit_code and "anvil is not installed" in said


# The checkers themselves

A = Balances({"mill": 60, "purse": 40}, {"mill": 7, "purse": 0}, 100)
B = Balances({"harbour": 30, "branch": 20}, {"harbour": 5, "branch": 0}, 50)
MOVED = replace(A, tokens={"mill": 45, "purse": 55})


def test_what_only_moves_on_its_own_chain_is_conserved() -> None:
    story.check({HOME: A, AWAY: B}, {HOME: MOVED, AWAY: B})


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (lambda: {HOME: replace(A, tokens={"mill": 60, "purse": 39}), AWAY: B}, "100 units .* hold 99"),
        (lambda: {HOME: A, AWAY: replace(B, tokens={"harbour": 31, "branch": 20})}, "50 units .* hold 51"),
        # A unit that went from one chain to the other is missing here, and came from nowhere there.
        (
            lambda: {
                HOME: replace(A, tokens={"mill": 59, "purse": 40}, supply=99),
                AWAY: replace(B, tokens={"harbour": 31, "branch": 20}, supply=51),
            },
            "token is not conserved: 100 before, 99 after",
        ),
        (lambda: {HOME: A, AWAY: replace(B, coin={"harbour": 4, "branch": 0})}, "coin is not conserved: 5 .* 4"),
    ],
)
def test_a_unit_lost_or_found_on_either_chain_stops_the_story(
    broken: Callable[[], dict[int, Balances]], sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        story.check({HOME: A, AWAY: B}, broken())


@pytest.mark.parametrize("number", [HOME, AWAY])
def test_a_scene_that_loses_a_cent_on_either_chain_stops_the_story(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(land: Land) -> None:
        land.purse(number, "erin").transfer("0x00000000000000000000000000000000DeaDBeef", 1)

    monkeypatch.setattr(story, "SCENES", (lose,))
    with pytest.raises(RuleBroken, match="all together hold 9999999"):
        story.run(lambda _: None)


def test_a_cent_of_revenue_that_is_not_reckoned_with_stops_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    def more(land: Land) -> None:
        levies.earning(land)
        levies.pay(land, levies.Income("heidi", "Harbour", 1, "revenue: a cent"))

    scenes = [more if one is levies.earning else one for one in story.SCENES]
    monkeypatch.setattr(story, "SCENES", tuple(scenes[: scenes.index(levies.passing_up) + 1]))
    with pytest.raises(RuleBroken, match="the levy due of Harbour"):
        story.run(lambda _: None)


def test_a_note_that_never_arrives_stops_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    def told_and_not_carried(land: Land) -> None:
        land.branch().tell(land.collective("Harbour").treasury.address)

    until = story.SCENES.index(linking.seating) + 1
    monkeypatch.setattr(story, "SCENES", (*story.SCENES[:until], told_and_not_carried, notes.notes))
    with pytest.raises(RuleBroken, match=r"what became of the notes: .*waiting"):
        story.run(lambda _: None)
