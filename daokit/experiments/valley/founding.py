"""The first weeks: four collectives, a federation of two of them, and a federation above it."""

from __future__ import annotations

from daokit.documents import text_hash
from daokit.experiments.ledger import same
from daokit.experiments.scene import found
from daokit.experiments.two_chains import HOME
from daokit.experiments.valley import weighing
from daokit.experiments.valley.cast import GROUPS, LARGE, MINUTE, MOTION, NAMES, TELLING, VOTING, Land, content
from daokit.factory import deploy
from daokit.federation import Federation, MotionState
from daokit.federation_acts import Join
from daokit.federation_charter import FederationCharter, Invited
from daokit.quantities import format_share

VALLEY_LEVY = 3_000  # of what Valley takes in, in basis points
PURPOSES = {
    "Valley": "We look after the weir and the road together.",
    "Coast": "We look after the shore together, from the valley to the harbour.",
}
COMPETENCE = {"Valley": "weir and road", "Coast": "the shore"}


def founding(land: Land) -> None:
    """Four collectives, each on its chain; Valley for two of them, Coast for Valley and the other two."""
    for number in NAMES:
        deploy(land.chain(number), "CollectiveFactory", "FederationFactory")
    for one in GROUPS.values():
        made = found(
            land.chain(one.chain, one.people[0]),
            one.people,
            [land.token],
            name=one.name,
            purpose="We own what we work with.",
            admission={"objection": "50%"},
        )
        land.collectives[one.name] = made.address
        # The treasury holds the money; decisions are taken at the address beside it.
        land.places[one.chain][one.name] = made.treasury
    _federation(land, "Valley", [land.collectives["Mill"], land.collectives["Bakery"]])
    harbour = f"{GROUPS['Harbour'].chain}:{land.collectives['Harbour']}"
    _federation(land, "Coast", [land.federations["Valley"], land.collectives["School"], harbour])
    land.tell(
        "1. Ten people work in four collectives, three of them on chain A and one on chain B. Mill and Bakery want to "
        "look after their valley together, and all four after the coast. So there are three levels: Coast above "
        "Valley, and Valley above Mill and Bakery."
    )
    rows: list[tuple[object, ...]] = [
        (one.name, NAMES[one.chain], ", ".join(name.title() for name in one.people), one.above, format_share(one.bps))
        for one in GROUPS.values()
    ]
    rows.insert(2, ("Valley", "chain A", "Mill, Bakery", "Coast", format_share(VALLEY_LEVY)))
    rows.append(("Coast", "chain A", "Valley, School, Harbour", "–", "–"))
    columns = ("", "on", "members", "joins", "of its revenue")
    land.table("Who joins whom, and passes up how much", columns, rows, "of its revenue")


def joining(land: Land) -> None:
    """Each decides by itself to join, naming the charter that it read and its share; Valley does so by a motion."""
    calls = {}
    for name in ("Mill", "Bakery", "School"):
        federation, treasury = land.federation(GROUPS[name].above), land.collective(name).treasury
        calls[name] = treasury.to_join(federation.purse.address, _read(federation), GROUPS[name].bps)
    land.decide("Join", calls)
    valley, coast = land.federation("Valley"), land.federation("Coast")
    _join(land, valley, coast)
    for name, sitting in (("Valley", ["Mill", "Bakery"]), ("Coast", ["School", "Valley"])):
        federation = land.federation(name)
        same(f"who sits in {name}", [land.name(one.address) for one in federation.seats()], sitting)
    same("the levy of Valley", valley.purse.tie_of(coast.purse.address).bps, VALLEY_LEVY)  # type: ignore[union-attr]
    land.tell(
        "2. Being invited is not enough: each one's people read the charter and decide to join, and how much they pass "
        f"up. Their decision names the charter that they read; Coast's begins with {coast.charter()[:10]}. Valley "
        "joins Coast as one: its motion is voted on in the Mill and in the Bakery, and waits three weeks, so that who "
        "does not like it can leave before."
    )
    land.tell(
        "How often would each member of Coast decide, if its people all voted the same way and the other members "
        "tossed a coin each? This is counted exactly (Banzhaf's measure) and shown whenever somebody comes or goes:"
    )
    weighing.show(land, [])


def _federation(land: Land, name: str, members: list[str]) -> None:
    charter = FederationCharter(
        name=name,
        purpose=PURPOSES[name],
        exit_share=True,
        tokens=(land.token,),
        competences=(COMPETENCE[name],),
        invited=tuple(Invited(member=one) for one in members),
    )
    made = Federation.found(charter, land.chain(HOME))
    land.federations[name] = made.address
    land.places[HOME][f"{name}'s purse"] = made.purse.address


def _read(federation: Federation) -> str:
    """The hash of a charter whose text was read."""
    text = federation.charter_text()
    same("the charter's hash", text_hash(text or ""), federation.charter())
    return federation.charter()


def _join(land: Land, valley: Federation, coast: Federation) -> None:
    """Valley's motion to join Coast."""
    put = content("Join Coast", Join(land.chain(HOME).id, coast.purse.address, _read(coast), VALLEY_LEVY))
    motion = valley.open(put)
    land.wait(MINUTE)
    for name in ("Mill", "Bakery"):
        land.ballots(name, valley.purse.address, valley.asked(motion.key))
    land.wait(VOTING + MINUTE)
    for name in ("Mill", "Bakery"):
        valley.purse.tell(land.collective(name).treasury.address, [motion.key])
    land.wait(MOTION - VOTING + TELLING + LARGE)
    same("Valley's motion", valley.enact(motion.key).state, MotionState.ENACTED)
    land.wait(MINUTE)
