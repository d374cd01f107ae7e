"""Federations three levels deep as typed: the mill sits in the valley, the valley in the coast, the coast in the
union."""

from __future__ import annotations

import pytest

from daokit.federation import Federation, MotionState
from tests.federations import LARGE, MOTION, TELLING, VOTE, Land
from tests.test_cli_federation import Type, land, typed, valley

__all__ = ["land", "typed", "valley"]


class Levels:
    """Types as a person of the mill, whose people are most of the valley's."""

    def __init__(self, land: Land, typed: Type, valley: Federation) -> None:
        self.land, self.typed, self.valley = land, typed, valley
        self.coast = land.found(valley, name="Coast")
        self.union = land.found(self.coast, name="Union")

    def type(self, *words: str, by: str = "alice") -> str:
        """Type it; what was printed."""
        said = self.typed(by, "Mill", "federation", *words, "--yes")
        assert said.code == 0, said
        return said.out

    def refused(self, *words: str) -> str:
        """The sentence with which it is refused."""
        said = self.typed("alice", "Mill", "federation", *words, "--yes")
        assert said.code in (1, 2) and len(said.err.strip().splitlines()) == 1, said
        return said.err

    def vote(self, motion: int) -> None:
        """The mill votes for a motion of the valley."""
        put = self.typed("alice", "Mill", "federation", "decide", str(motion), "--of", "valley", "--yes", "--json").data
        for person in self.land.people["Mill"]:
            assert self.typed(person, "Mill", "vote", str(put["proposal"]), "+1", "--yes").code == 0
        self.land.wait(VOTE)

    def decide(self, federation: str, motion: int) -> None:
        """A large motion of any of them is passed down as far as it goes, voted on, told upward level by level, and
        enacted."""
        above = {"valley": [], "coast": ["coast"], "union": ["union", "coast"]}[federation]
        places = {"coast": self.coast, "union": self.union}
        closes = {"valley": self.valley, **places}[federation].motion(motion).closes
        number = motion
        for name in above:
            said = self.type("decide", str(number), "--of", name)
            number = int(said.split("motion ")[1].split()[0])
        self.vote(number)
        self.type("tell")
        for name in reversed(above):
            below = self.coast if name == "union" else self.valley
            self.land.until(below.motions()[-1].closes + 1)
            assert f"told {name.capitalize()}: {below.name}: motion" in self.type("tell")
        self.land.until(closes + LARGE + 1)
        self.type("enact", str(motion), "--of", federation)


@pytest.fixture
def levels(land: Land, typed: Type, valley: Federation) -> Levels:
    """All three, joined by what people typed."""
    found = Levels(land, typed, valley)
    said = found.type("join", found.coast.address, "--for", "valley", "--levy", "10%")
    assert "motion 1 of Valley is open" in said
    found.decide("valley", 1)
    land.wait(1)
    said = found.type("join", found.union.address, "--for", "coast", "--levy", "20%")
    assert "motion 1 of Coast is open" in said
    found.decide("coast", 1)
    land.wait(1)
    return found


def test_a_levy_goes_up_all_levels_at_one_word(levels: Levels) -> None:
    assert levels.type("tree").splitlines() == [
        "Union · 5 people · chain 31337 · counts by people",
        "└─ Coast · 5 people · weight 5 of 5 · passes up 20% · counts by people",
        "   └─ Valley · 5 people · weight 5 of 5 · passes up 10% · counts by people",
        "      ├─ Mill · 3 people · weight 3 of 5 · passes up 5%",
        "      └─ Farm · 2 people · weight 2 of 5 · passes up 10%",
    ]
    coin, mill = levels.land.coin, levels.land.members["Mill"].treasury
    mill.deposit(coin, 1_000_00)
    planned = levels.typed("bob", "Mill", "federation", "bubble", "--up", "--dry-run")
    assert "Mill: 50.00 tUSD to Valley" in planned.err and "for the federations above" in planned.err
    assert levels.type("bubble", "--up", by="bob").splitlines() == [
        "Mill passed 50.00 tUSD up to Valley",
        "Valley passed 5.00 tUSD up to Coast",
        "Coast passed 1.00 tUSD up to Union",
    ]
    held = [one.purse.book(coin).free for one in (levels.valley, levels.coast, levels.union)]
    assert held == [45_00, 4_00, 1_00]
    assert levels.type("bubble", "--up") == "no levy is due\n"
    [row] = levels.typed("bob", "Mill", "federation", "levy", "--for", "coast", "--json").data
    assert (row["federation"], row["bps"], row["passed_up"][0]["text"]) == ("Union", 2000, "1.00 tUSD")
    # Without --up a levy stays where it came first, and what is there goes on the next time.
    mill.deposit(coin, 200_00)
    assert levels.type("bubble") == "Mill passed 10.00 tUSD up to Valley\n"
    assert levels.type("bubble", "--up").splitlines() == [
        "Valley passed 1.00 tUSD up to Coast",
        "Coast passed 0.20 tUSD up to Union",
    ]


def test_a_motion_at_the_top_is_passed_down_decided_and_told_upward(levels: Levels) -> None:
    opened = levels.type("open", "weir.md", "--competence", "water", "--of", "union", "--large")
    assert "motion 1 of Union is open" in opened
    said = levels.type("decide", "1", "--of", "union")
    assert "motion 2 of Coast asks its members about it" in said
    assert "daokit federation decide 2 --of Coast" in said
    twice = levels.refused("decide", "1", "--of", "union")
    assert "motion 2 of Coast asks its members about it already: daokit federation decide 2 --of Coast" in twice
    shown = levels.typed("alice", "Mill", "federation", "motions", "2", "--of", "coast").out
    assert "counts in motion 1 of Union" in shown
    said = levels.type("decide", "2", "--of", "coast")
    assert "motion 3 of Valley asks its members about it" in said
    levels.vote(3)
    assert "told Valley: Mill: motion 3" in levels.type("tell")
    for below, number, above in ((levels.valley, 3, "Coast"), (levels.coast, 2, "Union")):
        assert "there is nothing to tell" in levels.type("tell")
        levels.land.until(below.motion(number).closes + 1)
        assert f"told {above}: {below.name}: motion" in levels.type("tell")
    seen = levels.union.motion(1)
    assert (seen.people_for, seen.people_against) == (3, 0)
    assert "is one of the federation above" in levels.refused("enact", "2", "--of", "coast")
    levels.land.until(seen.closes + LARGE + 1)
    levels.type("enact", "1", "--of", "union")
    assert levels.union.motion(1).state is MotionState.ENACTED


def test_what_is_passed_down_too_late_is_refused_before_a_signature(levels: Levels) -> None:
    levels.type("open", "weir.md", "--competence", "water", "--of", "union")
    levels.land.wait(MOTION - TELLING + 3_600)
    late = levels.refused("decide", "1", "--of", "union")
    assert "the members of Coast could be asked about motion 1 of Union until" in late
    assert "what they decide takes 3 days to be told" in late


def test_what_was_taken_back_above_is_put_to_nobody_below(levels: Levels) -> None:
    levels.type("open", "weir.md", "--competence", "water", "--of", "union")
    levels.type("decide", "1", "--of", "union")
    assert "daokit federation decide 2 --of Coast" in levels.typed("alice", "Mill").out
    levels.type("cancel", "1", "--of", "union")
    assert "decide" not in levels.typed("alice", "Mill").out
    assert "motion 2 of Coast was taken back" in levels.refused("decide", "2", "--of", "coast")


def test_federations_between_change_their_ties_by_their_own_motions(levels: Levels) -> None:
    for words, sentence in (
        (("levy", "--set", "5%", "--for", "valley", "--of", "union"), "Valley does not sit in Union"),
        (("leave", "union", "--for", "valley"), "Valley does not sit in Union"),
        (("delegate", "water", "--for", "valley", "--of", "union"), "Valley does not sit in Union"),
        (("join", levels.coast.address, "--for", "union"), "Union is above Coast, so joining would close a circle"),
        (("join", levels.union.address, "--for", "coast"), "Coast sits in Union already"),
        (("levy", "--set", "7%", "--for", "vally", "--of", "coast"), "did you mean Valley?"),
    ):
        assert sentence in levels.refused(*words)
    changes = (
        ("levy", "--set", "15%", "--for", "valley", "--of", "coast"),
        ("recall", "water", "--for", "valley", "--of", "coast"),
        ("leave", "coast", "--for", "valley"),
    )
    said = (
        "pass 15% of revenue up to the federation Coast",
        'recall the competence "water" from the federation Coast',
        "leave the federation Coast",
    )
    for number, (words, sentence) in enumerate(zip(changes, said, strict=True), 3):
        planned = levels.typed("alice", "Mill", "federation", *words, "--dry-run")
        assert sentence in planned.err, planned
        assert f"motion {number} of Valley is open" in levels.type(*words)
        levels.decide("valley", number)
    assert levels.valley.purse.tie_of(levels.coast.purse.address) is None
    assert levels.coast.seat_of(levels.valley.member) is None
