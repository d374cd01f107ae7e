"""A motion of Coast that chain A is divided on, and that Harbour decides."""

from __future__ import annotations

from collections.abc import Mapping

from daokit import weights
from daokit.accounts import dev_address
from daokit.experiments.ledger import same
from daokit.experiments.sandbox import advance
from daokit.experiments.telling import refused
from daokit.experiments.two_chains import AWAY, VALIDATORS
from daokit.experiments.valley.cast import GROUPS, MINUTE, TELLING, TIMELOCK, Land, content
from daokit.experiments.valley.founding import COMPETENCE
from daokit.experiments.valley.linking import pass_down, tell_upward
from daokit.federation import Motion, MotionState
from daokit.federation_acts import Pay
from daokit.hyperlane.messages import encode_metadata
from daokit.weights import MemberTally, Rule, Sums

DREDGING, LAMPS = 30_00, 24_35
TO = {"dredging": "frank", "lamps": "carol"}

# Votes by person; Frank does not vote. Each counts as one of the people for or against, however many votes it has.
BALLOTS: Mapping[str, Mapping[str, int]] = {
    "Mill": {"alice": 2, "bob": 1, "carol": -2},
    "Bakery": {"dave": 1, "erin": -3},
    "School": {"grace": -1},
    "Harbour": {"heidi": 2, "ivan": 1, "judy": -1},
}
HOME_ONLY, ALL = (3, 3), (5, 4)


def voting(land: Land) -> None:
    """Coast asks its members; Valley passes the question on to its own; all but Harbour have told by the end."""
    coast = land.federation("Coast")
    acts = (
        Pay(AWAY, land.token, dev_address(TO["dredging"]), DREDGING, "dredging"),
        Pay(AWAY, land.token, dev_address(TO["lamps"]), LAMPS, "lamps"),
    )
    foreign = content("Say what is taught", *acts, competence="lessons")
    sentence = refused("NotCompetent", lambda: coast.open(foreign))
    motion = coast.open(content("Dredge the harbour and light the pier", *acts, competence=COMPETENCE["Coast"]))
    passed = pass_down(land, motion.key)
    land.wait(MINUTE)
    for name in ("Mill", "Bakery"):
        land.ballots(name, land.federation("Valley").purse.address, passed, BALLOTS[name])
    land.ballots("School", coast.purse.address, coast.asked(motion.key), BALLOTS["School"])
    land.ballots("Harbour", land.branch().address, coast.asked(motion.key), BALLOTS["Harbour"])
    tell_upward(land, motion.key, passed.key)
    land.told["motion"] = {"key": motion.key}

    land.tell(
        f"7. Alice of the Mill opens a motion of Coast: dredge the harbour for {land.money(DREDGING)}, light the pier "
        f"for {land.money(LAMPS)}, both from the branch. Coast may do only what its members handed up; the same under "
        f'the name of lessons is refused ("{land.named(sentence)}"). Valley passes the question on to its own members. '
        "Each person counts once, however many votes he or she puts on it."
    )
    rows = [(name, *_sides(votes)) for name, votes in BALLOTS.items()]
    below = [row for row in rows if GROUPS[row[0]].above == "Valley"]
    valley = ("Valley: both together", sum(row[1] for row in below), sum(row[2] for row in below))
    columns = ("", "for", "against")
    land.table("How people voted", columns, [*below, valley, *rows[len(below) :]], *columns[1:])


def deciding(land: Land) -> None:
    """Harbour's note comes over once enough validators are awake, and decides."""
    coast, branch = land.federation("Coast"), land.branch()
    key = land.told["motion"]["key"]
    _count(land, coast.motion(key), HOME_ONLY, passes=False)
    same("the motion without Harbour", _without(land, key), MotionState.DEFEATED)
    branch.tell(land.collective("Harbour").treasury.address, [key])
    asleep = land.chains.validators[AWAY].silent
    asleep |= set(VALIDATORS[:2])
    _refused_with_one(land)
    same("Coast's count", _weights(coast.motion(key)), HOME_ONLY)
    asleep.remove(VALIDATORS[1])
    same("notes to chain A", len(land.chains.carry()), 1)
    asleep.clear()
    motion = coast.motion(key)
    _count(land, motion, ALL, passes=True)
    harbour = next(one for one in coast.seats() if one.address == land.collectives["Harbour"])
    told = coast.told(key).pop(harbour.number)
    same("Harbour's people", (told.people_for, told.people_against), _sides(BALLOTS["Harbour"]))
    land.wait(TELLING + TIMELOCK)
    same("the motion", coast.enact(key).state, MotionState.ENACTED)
    land.wait(MINUTE)
    land.told["motion"] |= {
        "without Harbour": list(HOME_ONLY),
        "for": motion.weight_for,
        "against": motion.weight_against,
    }
    land.tell(
        "8. On chain A three are for it and three against: without a word from Harbour it fails. Harbour's "
        "people voted on chain B, and a note brings their result. With one validator awake nobody can bring it over; "
        f"with two anybody can. Five are for it now and four against, and at least two had to be for it (20% of "
        f"{motion.live}). Harbour alone has decided."
    )
    rows = [
        ("without Harbour", *HOME_ONLY, "fails"),
        ("with Harbour", *ALL, "passes"),
    ]
    columns = ("Coast's count", "for", "against", "")
    land.table("The motion", columns, rows, "for", "against")


def _refused_with_one(land: Land) -> None:
    """The note that waits on chain B does not get in with one signature, nor with the same one twice."""
    home, away = land.chains.home, land.chains.away
    [sent] = [one for one in away.sent() if home.arrived(one.id) is None]
    [signed] = land.chains.validators[AWAY].at(sent.index)
    for count in (1, 2):
        proof = encode_metadata(signed.checkpoint, [signed.signature] * count)
        refused("NotSigned", lambda proof=proof: home.process(sent, proof))  # type: ignore[misc]


def _without(land: Land, key: str) -> MotionState:
    """What becomes of the motion if no note ever comes: tried on chain A, and undone."""
    coast = land.federation("Coast")
    moment = coast.chain.rpc.request("evm_snapshot")
    advance(coast.chain, TELLING + MINUTE)
    state = coast.motion(key).state
    coast.chain.rpc.request("evm_revert", [moment])
    return state


def _count(land: Land, motion: Motion, expected: tuple[int, int], *, passes: bool) -> None:
    """Compares Coast's count with the arithmetic over those who have told."""
    told = [name for name in BALLOTS if name != "Harbour" or passes]
    people = {name: len(GROUPS[name].people) for name in BALLOTS}
    # Valley passes up the people of its members.
    down = [name for name in told if GROUPS[name].above == "Valley"]
    sides = [_sides(BALLOTS[name]) for name in down]
    valley = MemberTally(sum(people[name] for name in down), sum(one for one, _ in sides), sum(one for _, one in sides))
    rest = [
        MemberTally(people[name], *(_sides(BALLOTS[name]) if name in told else (0, 0)))
        for name in BALLOTS
        if name not in down
    ]
    tallies = [valley, *rest]
    sums = weights.sums(Rule.PEOPLE, tallies)
    same("Coast's count", sums, Sums(*_weights(motion), motion.live, motion.enrolled))
    same("Coast's count", _weights(motion), expected)
    quorum = land.federation("Coast").rules().quorum_bps
    same("whether it passes", weights.passes(Rule.PEOPLE, tallies, quorum), passes)


def _weights(motion: Motion) -> tuple[int, int]:
    return motion.weight_for, motion.weight_against


def _sides(votes: Mapping[str, int]) -> tuple[int, int]:
    """How many people are for and against."""
    return sum(one > 0 for one in votes.values()), sum(one < 0 for one in votes.values())
