"""The way to the other chain: linked by Coast's motion, and taken by Harbour."""

from __future__ import annotations

from daokit.bridge import Gateway
from daokit.contract import Contract
from daokit.experiments.ledger import same
from daokit.experiments.two_chains import AWAY, HOME, VALIDATORS
from daokit.experiments.valley import weighing
from daokit.experiments.valley.cast import DAY, GROUPS, LARGE, MINUTE, MOTION, TELLING, VOTING, Land, content
from daokit.factory import address_of
from daokit.federation import MotionState
from daokit.federation_acts import Link
from daokit.motions import Asked
from daokit.purse import SeatState

ORDER_WAIT = 3 * DAY
SIGNERS = 2  # of three validators


def linking(land: Land) -> None:
    """Coast's branch on chain B, linked by a motion that two thirds of all seats must be for."""
    coast, home, away = land.federation("Coast"), land.chains.home, land.chains.away
    here, there = (
        Contract(land.chain(one), address_of("FederationFactory"), "FederationFactory") for one in (HOME, AWAY)
    )
    made = here.send("makeGateway", coast.address, home.core.mailbox, home.core.ism_factory).event("GatewayMade")
    terms = (HOME, coast.address, ORDER_WAIT, True, bytes.fromhex(coast.charter()[2:]), [land.token])
    way = (away.core.mailbox, away.core.ism_factory, home.core.domain, made.gateway, VALIDATORS, SIGNERS)
    put_up = there.send("foundBranch", (*terms, *way), 0).event("BranchMade")
    land.places[AWAY]["Coast's branch"] = put_up.branch

    link = Link(AWAY, made.gateway, put_up.branch, away.core.domain, put_up.gateway, tuple(VALIDATORS), SIGNERS)
    motion = coast.open(content("Link chain B", link))
    passed = pass_down(land, motion.key)
    land.wait(MINUTE)
    for name in ("Mill", "Bakery"):
        land.ballots(name, land.federation("Valley").purse.address, passed)
    land.ballots("School", coast.purse.address, coast.asked(motion.key))
    tell_upward(land, motion.key, passed.key)
    land.wait(TELLING + LARGE)
    same("the link", coast.enact(motion.key).state, MotionState.ENACTED)
    land.wait(MINUTE)
    for number, address in ((HOME, made.gateway), (AWAY, put_up.gateway)):
        links = Gateway(land.chain(number), address).links()
        seen = [(one.chain, one.validators, one.threshold) for one in links.values()]
        same("the link of a gateway", seen, [(HOME + AWAY - number, tuple(VALIDATORS), SIGNERS)])
    land.told["gateways"] = {HOME: made.gateway, AWAY: put_up.gateway}
    land.tell(
        "3. Harbour is on chain B. Coast gets a second purse there, its branch, and links it by a motion of its own: "
        "two thirds of all seats, and three weeks' wait. From then on notes go between the two chains. Three "
        "validators watch each chain, two of them must sign each note, and anybody can carry it over by hand."
    )


def seating(land: Land) -> None:
    """Harbour joins at the branch, a note says so to Coast, and a note confirms it."""
    coast, branch = land.federation("Coast"), land.branch()
    before = weighing.power(land)
    harbour = land.collective("Harbour").treasury
    land.decide("Join", {"Harbour": harbour.to_join(branch.address, branch.charter(), GROUPS["Harbour"].bps)})
    same("Harbour's seat", branch.seat_of(harbour.address).state, SeatState.ENTERED)
    branch.tell(harbour.address)
    same("notes to chain A", len(land.chains.carry()), 1)
    seat = next(one for one in coast.seats() if one.address == land.collectives["Harbour"])
    same("Harbour's people", seat.people, len(GROUPS["Harbour"].people))
    coast.send_seat(seat.number)
    same("notes to chain B", len(land.chains.carry()), 1)
    same("Harbour's seat", branch.seat_of(harbour.address).state, SeatState.SEATED)
    land.tell(
        "4. Harbour's people decide on chain B to join. One note tells Coast how many they are, another tells the "
        "branch that the seat is theirs. Until now Valley alone could have decided for everybody:"
    )
    weighing.show(land, before)
    land.wait(MINUTE)


def pass_down(land: Land, motion: str) -> Asked:
    """Alice puts a motion of Coast to the members of Valley; what these are asked."""
    coast, valley = land.federation("Coast"), land.federation("Valley")
    passed = valley.pass_down(coast.purse.address, coast.asked(motion))
    return valley.asked(passed.key)


def tell_upward(land: Land, motion: str, passed: str) -> None:
    """When the votes on chain A have ended: Mill and Bakery are told to Valley, Valley and School to Coast."""
    coast, valley = land.federation("Coast"), land.federation("Valley")
    land.wait(VOTING + MINUTE)
    for name in ("Mill", "Bakery"):
        valley.purse.tell(land.collective(name).treasury.address, [passed])
    coast.purse.tell(land.collective("School").treasury.address, [motion])
    # What Valley heard counts when its own telling is over, which is when Coast's votes end.
    land.wait(MOTION - VOTING)
    coast.purse.tell(valley.purse.address, [motion])
