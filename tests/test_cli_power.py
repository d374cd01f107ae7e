"""Who decides how often, as typed: shown whenever it changes, and nobody is seated who would leave a member without."""

from __future__ import annotations

from daokit.accounts import dev_signer
from daokit.collective import Collective
from daokit.federation import Federation
from daokit.federation_acts import Invite, Join, Quit
from daokit.interop import Interoperable
from tests.federations import LARGE, TALK, TIMELOCK, VOTE, WAIT, Land, all_for, content
from tests.test_cli_federation import Type, land, typed, valley

__all__ = ["land", "typed", "valley"]


def pass_(land: Land, federation: Federation, *acts: object, by: str, names: tuple[str, ...]) -> int:
    """A motion of these acts is opened and passed by these members; its number, ready to be enacted."""
    motion = land.federation(by, federation).open(content("Do it", *acts))  # type: ignore[arg-type]
    for name in names:
        land.vote(name, federation, motion.key, all_for(land.people[name]))
    land.until(motion.votes_end + 1)
    for name in names:
        land.tell(name, federation, motion.key)
    land.until(motion.closes + (LARGE if motion.large else TIMELOCK) + 1)
    return motion.number


def test_a_federation_that_joins_another_says_who_decides_there(land: Land, typed: Type, valley: Federation) -> None:
    coast = land.found(valley, land.members["Mill"], name="Coast")
    purse = coast.purse.address
    join, quit_ = Join(land.chain.id, purse, coast.charter(), 500), Quit(land.chain.id, purse)
    number = pass_(land, valley, join, by="alice", names=("Mill",))
    said = typed("bob", "Mill", "federation", "enact", str(number), "--of", "valley", "--yes")
    assert "who decides in Coast, counted by people:\n  Valley: no member → 1\n" in said.out, said
    assert "look twice: Valley decides alone, whatever all others say" in said.out
    assert "who decides in Valley" not in said.out
    land.join("Mill", coast)
    number = pass_(land, valley, quit_, by="alice", names=("Mill",))
    said = typed("bob", "Mill", "federation", "enact", str(number), "--of", "valley", "--yes", "--json")
    assert said.data["enacted"][0]["power"] == [
        "who decides in Coast, counted by people:",
        "  Mill: 0 → 1",
        "  Valley: 1 → no member",
        "look twice: Mill decides alone, whatever all others say",
    ]


def test_both_ways_to_count_are_watched(land: Land, typed: Type) -> None:
    made = land.found(*land.members.values(), ordinary="people", large="seats")
    land.join("Mill", made)
    said = typed("dave", "Farm", "federation", "join", made.address, "--yes")
    assert "who would decide in Valley, counted by people, as ordinary motions are:" in said.err, said
    assert "who would decide in Valley, counted by seats, one a member, as large motions are:" in said.err
    land.wait(TALK)
    for person in ("dave", "erin"):
        typed(person, "Farm", "vote", "1", "+1", "--yes")
    land.wait(VOTE + WAIT)
    said = typed("dave", "Farm", "proposal", "execute", "1", "--yes").out
    assert "who decides in Valley on ordinary motions, counted by people:\n  Mill: 1, as before\n" in said
    assert "  Farm: no member → 0\nlook twice: Mill decides alone, whatever all others say\n" in said
    seats = "who decides in Valley on large motions, counted by seats, one a member:\n  Mill: 1 → 1/2\n"
    assert f"{seats}  Farm: no member → 1/2\n" in said


def test_a_roll_that_is_told_says_who_decides_then(land: Land, typed: Type, valley: Federation) -> None:
    grow(land, "Farm", "frank", "grace")
    land.wait(60)
    said = typed("alice", "Mill", "federation", "tell", "--yes", "--json").data
    assert said["power"] == [
        "who decides in Valley, counted by people:",
        "  Mill: 1 → 0",
        "  Farm: 0 → 1",
        "look twice: Mill has no power: nothing ever depends on it",
        "look twice: Farm decides alone, whatever all others say",
    ]


def grow(land: Land, name: str, *people: str) -> None:
    """More people join a collective."""
    for person in people:
        membership = Collective.load(land.chain.as_(dev_signer(person)), land.members[name].address).membership
        membership.join(person, membership.charter()[0])


def test_nobody_is_seated_who_would_leave_a_member_without_power(land: Land, typed: Type) -> None:
    for name, people in (("Left", ("alice", "bob")), ("Right", ("carol", "dave")), ("Small", ("erin",))):
        land.collective(name, *people)
    land.collective("Dock", "frank")
    made = land.found(*(land.members[one] for one in ("Left", "Right", "Small")), large="penrose")
    land.join("Left", made)
    # While those who are invited gather, the smaller of two is without power for a while.
    said = typed("erin", "Small", "federation", "join", made.address, "--dry-run")
    assert said.code == 0 and "look twice: Small has no power: nothing ever depends on it" in said.err, said
    land.join("Small", made)
    land.join("Right", made)
    dock = land.members["Dock"]
    member = Interoperable.evm(land.chain.id, dock.address)
    number = pass_(land, made, Invite(member), by="alice", names=("Left", "Right"))
    grow(land, "Dock", "grace")
    sentence = (
        "refused: with Dock in Valley, Small would have no power when motions are counted by the square root of each "
        "member's people, more than half of all: nothing would ever depend on it; have it count by people or by a "
        "double majority first: daokit federation open TEXT.md --set large=double --of Valley\n"
    )
    words = (("invite", dock.address), ("open", "weir.md", "--invite", dock.address), ("enact", str(number)))
    for one in words:
        said = typed("alice", "Left", "federation", *one, "--of", made.address, "--yes")
        assert (said.code, said.err) == (1, sentence), (one, said)
    put = made.put(number)
    assert put.content is not None
    made.send("enact", put.key, put.content.to_solidity(land.chain.id))  # as another program does
    said = typed("frank", "Dock", "federation", "join", made.address, "--yes")
    assert said.code == 1 and sentence in said.err, said
    assert typed("alice", "Left", "federation", "leave", made.address, "--dry-run").code == 0
    # The remedy can be typed, and what stood in the way is gone once it is done.
    remedy = ("federation", "open", "weir.md", "--set", "large=double", "--of", "Valley", "--dry-run")
    assert typed("alice", "Left", *remedy).code == 0
