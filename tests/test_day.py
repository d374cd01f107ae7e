"""The story of a day: what everybody holds at its end, worked out by hand, and a check that sees a lost unit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from daokit.cli import run
from daokit.errors import RuleBroken
from daokit.experiments.balances import Balances, check
from daokit.experiments.day import story

# The draw of 1,847.53 from the fund, rounded down to the cent:
#   school   12 % = 221.7036   -> 221.70
#   house    22 % = 406.4566   -> 400.00, its cap
#   grocer  7.5 % = 138.56475  -> 138.56
#   pool      5 % =  92.3765   ->  92.37
#   Erin keeps 1,847.53 - 852.63 = 994.90; the fund has 2,400.00 - 1,847.53 = 552.47 left.
# Lead strips: Erin -64.20, Judy +64.20. The trees: the park -150.00, Ivan +150.00.
EVERY_TIME = {
    "Alice": 9_600_00,  # 10,000.00 less 400.00 for the park
    "Frank": 9_600_00,  # the same
    "Ivan": 10_150_00,  # 10,000.00 + 150.00
    "Judy": 7_664_20,  # 10,000.00 - 2,400.00 for a lamp of Erin's + 64.20
    "Linden School": 221_70,
    "Ferry House": 400_00,
    "Green Basket": 138_56,
    "Umbrella Pool": 92_37,
    "Pond Park": 1_850_00,  # 5 x 400.00 - 150.00
    "Erin's fund": 552_47,
    "the window": 0,
    "the ride": 0,
}

# Grace pays 3,200.00. Tier 1: Dave 300.00. Tier 2: Bob 763.40. Tier 3: Heidi 150.00 and Erin 480.00.
# Profit 3,200.00 - 1,693.40 = 1,506.60: Bob 18.5 % = 278.721 -> 278.72; Carol 21.5 % = 323.919 -> 323.91;
# Erin, the residual row, 1,506.60 - 278.72 - 323.91 = 903.97.
PAID = EVERY_TIME | {
    "Bob": 11_042_12,  # 10,000.00 + 763.40 + 278.72
    "Carol": 10_323_91,  # 10,000.00 + 323.91
    "Dave": 9_900_00,  # 9,600.00 + 300.00
    "Erin": 11_914_67,  # 9,600.00 + 994.90 - 64.20 + 480.00 + 903.97
    "Grace": 6_400_00,  # 9,600.00 - 3,200.00
    "Heidi": 10_150_00,  # 10,000.00 + 150.00
}

# Grace runs after the deposit of 40 % = 1,280.00. Tier 1: Dave 300.00. Tier 2: Bob 763.40. 216.60 are left for tier 3,
# whose costs are 630.00: Heidi 216.60 x 150 / 630 = 51.571 -> 51.57; Erin has what is left, 165.03. No profit.
RAN = EVERY_TIME | {
    "Bob": 10_763_40,
    "Carol": 10_000_00,
    "Dave": 9_900_00,
    "Erin": 10_695_73,  # 9,600.00 + 994.90 - 64.20 + 165.03
    "Grace": 8_320_00,  # 9,600.00 - 1,280.00
    "Heidi": 10_051_57,
}

# The ride, in thousandths of a coin: Erin 4 and Grace 3 make 7; charging 1.1 comes back to Frank; of the other 5.9
# Frank has 60 % = 3.54, Bob 30 % = 1.77, Judy 10 % = 0.59.
MICRO = 10**12
COIN = {
    "Erin": -4_000 * MICRO,
    "Grace": -3_000 * MICRO,
    "Frank": 4_640 * MICRO,
    "Bob": 1_770 * MICRO,
    "Judy": 590 * MICRO,
}


def amounts(told: dict[str, Any], moment: str, symbol: str) -> dict[str, int]:
    return {name: one["amount"] for name, one in told["balances"][moment][symbol].items()}


@pytest.fixture(scope="module")
def played() -> tuple[dict[str, Any], str]:
    lines: list[str] = []
    return story.run(lines.append), "\n".join(lines)


@pytest.mark.parametrize(("moment", "expected"), [("paid", PAID), ("ran", RAN)])
def test_everybody_holds_what_the_hand_calculation_says(
    played: tuple[dict[str, Any], str], moment: str, expected: dict[str, int]
) -> None:
    held = {name: amount for name, amount in amounts(played[0], moment, "tUSD").items() if not name.endswith(" itself")}
    assert held == expected
    assert sum(held.values()) == 10 * 10_000_00


@pytest.mark.parametrize("moment", ["paid", "ran"])
def test_coin_has_moved_for_the_ride_alone(played: tuple[dict[str, Any], str], moment: str) -> None:
    before, after = (amounts(played[0], one, "ETH") for one in ("before", moment))
    assert {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)} == COIN
    assert sum(after.values()) == sum(before.values())


def test_the_story_fits_a_terminal_and_says_who_signs(played: tuple[dict[str, Any], str]) -> None:
    told = played[1]
    assert max(map(len, told.split("\n"))) <= 80
    signs = [line.split()[:2] for line in told.split("Who must sign")[1].split("What each would get")[0].split("\n")]
    answers = {line[0]: line[1] for line in signs if len(line) == 2 and line[1] in ("yes", "no")}
    assert answers == {"Dave": "no", "Bob": "yes", "Carol": "yes", "Heidi": "yes", "Erin": "yes", "Grace": "no"}
    assert "10 more are refused" in told and "+903.97" in told and "−314.97" in told


def test_the_day_is_the_same_in_memory_and_leaves_nothing(
    played: tuple[dict[str, Any], str], state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daokit.experiments.stage._has_anvil", lambda: False)
    lines: list[str] = []
    told = story.run(lines.append)
    assert "py-evm" in lines[0]
    for moment, expected in (("paid", PAID), ("ran", RAN)):
        found = amounts(told, moment, "tUSD")
        assert {name: found[name] for name in expected} == expected
        assert amounts(told, moment, "ETH")["Frank"] == amounts(played[0], moment, "ETH")["Frank"]
    assert not state.exists()


def demo(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(["demo", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_json_has_every_balance_and_nothing_else(capsys: pytest.CaptureFixture[str], state: Path) -> None:
    code, out, _ = demo(capsys, "--story", "day", "--json")
    data = json.loads(out)["data"]
    assert code == 0 and data["story"] == "day" and list(data["balances"]) == ["before", "paid", "ran"]
    assert data["balances"]["paid"]["tUSD"]["Erin"]["amount"] == PAID["Erin"]
    assert data["balances"]["ran"]["tUSD"]["Erin"]["text"] == "10,695.73 tUSD"


def test_another_story_and_a_kept_day_are_refused(capsys: pytest.CaptureFixture[str], state: Path) -> None:
    code, _, said = demo(capsys, "--story", "dey")
    assert code == 2 and 'no story "dey"; did you mean day?' in said
    code, _, said = demo(capsys, "--story", "day", "--keep")
    assert code == 2 and "leave --keep or --story away" in said


# The checker itself

FAIR = Balances({"erin": 60, "fund": 40}, {"erin": 7, "fund": 0}, 100)
MOVED = Balances({"erin": 45, "fund": 55}, {"erin": 3, "fund": 4}, 100)


def test_what_only_moves_is_conserved() -> None:
    check(FAIR, MOVED)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (lambda: replace(MOVED, tokens={"erin": 45, "fund": 54}), "100 units of the token exist and all .* hold 99"),
        (lambda: replace(MOVED, tokens={"erin": 46, "fund": 55}), "100 units of the token exist and all .* hold 101"),
        (lambda: replace(MOVED, tokens={"erin": 46, "fund": 55}, supply=101), "token is not conserved: 100 .* 101"),
        (lambda: replace(MOVED, coin={"erin": 3, "fund": 3}), "coin is not conserved: 7 before, 6 after"),
        (lambda: replace(MOVED, coin={"erin": 4, "fund": 4}), "coin is not conserved: 7 before, 8 after"),
    ],
)
def test_a_unit_lost_or_found_stops_the_story(broken: Callable[[], Balances], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        check(FAIR, broken())


def test_a_scene_that_loses_a_cent_stops_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    from daokit.experiments.day.cast import Day

    def lose(day: Day) -> None:
        day.purse("erin").transfer("0x00000000000000000000000000000000DeaDBeef", 1)

    monkeypatch.setattr(story, "SCENES", (lose,))
    with pytest.raises(RuleBroken, match="all together hold 9999999"):
        story.run(lambda _: None)
