"""An OpenZeppelin Governor and a Safe sit in a federation beside a collective, and decide there by their own rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from daokit.accounts import dev_signer
from daokit.adapters import AGAINST, FOR, Adapter, AdapterFactory, Decision, GovernorAdapter, charter_of, purse_of
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.contract import Contract
from daokit.documents import text_hash
from daokit.errors import ConfirmationNeeded, RuleBroken, UsageError
from daokit.experiments.federating import TEXT, asked, motion_of
from daokit.experiments.scene import URI
from daokit.factory import address_of
from daokit.federation import Federation, MotionState
from daokit.federation_forms import Content
from daokit.hashing import ZERO_ADDRESS, keccak
from daokit.interop import Interoperable
from daokit.options import Call, Option
from daokit.token import Token
from tests import daos
from tests.daos import TokenDao
from tests.people import DAY, address, reverts
from tests.test_safe import acting, make, safe

__all__ = ["make", "safe"]

PEOPLE, SEATS = 1, 2
TOOLS = b"tools".ljust(32, b"\0")
ETHER = 10**18


@dataclass
class Valley:
    """A federation of a mill of five people, an orchard with a Governor for 12 persons, and a Safe for 3."""

    chain: Chain
    mill: Collective
    orchard: TokenDao
    orchards: GovernorAdapter
    safe: str
    safes: Adapter
    federation: Contract
    purse: Contract
    warp: Callable[[int], None]

    @property
    def at(self) -> str:
        return self.purse.address

    def as_safe(self, *steps: Any) -> None:
        """Alice and bob sign for the Safe."""
        for step in steps:
            with pytest.raises(ConfirmationNeeded, match="1 more of the Safe's owners"):
                Adapter(acting(self.chain, self.safe, "alice"), self.safes.address).act(step)
            Adapter(acting(self.chain, self.safe, "bob"), self.safes.address).act(step)

    def open(self) -> tuple[str, Any]:
        """Alice of the mill opens a motion: its key, and what members open their votes with."""
        content = (bytes.fromhex(TEXT[2:]), URI, TOOLS, False, [])
        sent = Contract(self.chain, self.federation.address, "FederationHouse").send(
            "open", content, [self.mill.address]
        )
        put = asked(sent, self.chain.id, self.federation.address)
        return "0x" + motion_of(put).hex(), put

    def mill_votes(self, put: Any, votes: int) -> None:
        """Three people of the mill vote, and their votes end."""
        collective = Contract(self.chain, self.mill.address, "Membership")
        key = collective.send("openMotion", self.at, tuple(put)).event("MotionPut").proposal
        for name in ("alice", "bob", "carol"):
            Contract(self.chain.as_(dev_signer(name)), self.mill.address, "Collective").send("vote", key, 0, votes)
        self.warp(5 * DAY)

    def tell(self, treasury: str, motion: str) -> None:
        """Judy tells a member's result."""
        purse = Contract(self.chain.as_(dev_signer("judy")), self.at, "HomePurse")
        purse.send("tell", treasury, [bytes.fromhex(motion[2:])])

    def last_block(self) -> int:
        """The time of what was done last; the clock runs on by itself."""
        return self.chain.block().time

    def counted(self, motion: str) -> Any:
        return self.federation.read("motionOf", bytes.fromhex(motion[2:]))

    def seat(self, member: str) -> Any:
        house = Contract(self.chain, self.federation.address, "FederationHouse")
        id_ = keccak(Interoperable.evm(self.chain.id, member).encode())
        return house.read("seat", house.read("seatNumber", id_))


@pytest.fixture
def valley(chain, coop, safe, coin, warp, decide) -> Callable[..., Valley]:
    def founding(count: int = PEOPLE, *, by_seconds: bool = True) -> Valley:
        orchard = TokenDao.found(chain, by_seconds=by_seconds)
        orchards, safes = orchard.adapted(), AdapterFactory(chain).adapt_safe(safe)
        invited = [(coop.address, 0), (orchards.address, 12), (safes.address, 3)]
        members = [(Interoperable.evm(chain.id, one).encode(), persons) for one, persons in invited]
        rules = (21 * DAY, 3 * DAY, 2 * DAY, 21 * DAY, 14 * DAY, 30 * DAY, 2_000, 1_000, count, count)
        text = bytes.fromhex(TEXT[2:])
        factory = Contract(chain, address_of("FederationFactory"), "FederationFactory")
        made = factory.send("found", ("Valley", text, URI, rules, [TOOLS], True, [coin], members), 0)
        made = made.event("FederationMade")
        federation, purse = Contract(chain, made.federation, "Federation"), Contract(chain, made.purse, "HomePurse")
        found = Valley(chain, coop, orchard, orchards, safe, safes, federation, purse, warp)
        charter = charter_of(chain, purse.address)
        join = Call(coop.treasury.address, 0, coop.treasury.encode("join", purse.address, text, 500))
        decide(Option(text_hash("we join"), large=True, calls=(join,)))
        orchard.do(orchards.to_join(purse.address, charter, 250))
        found.as_safe(safes.to_join(purse.address, charter, 0))
        warp(60)
        return found

    return founding


def test_a_governor_a_safe_and_a_collective_sit_side_by_side(valley) -> None:
    here = valley()
    assert [here.seat(one.address).people for one in (here.mill, here.orchards, here.safes)] == [5, 12, 3]
    assert (here.orchards.dao(), here.orchards.executor()) == (here.orchard.governor, here.orchard.timelock)
    assert (here.safes.dao(), here.safes.executor()) == (here.safe, here.safe)
    tie = here.orchards.tie(here.at)
    assert tie is not None and tie.bps == 250
    assert [one.purse for one in here.safes.ties()] == [here.at]
    assert here.safes.tie(here.federation.address) is None
    assert purse_of(here.chain, here.federation.address) == purse_of(here.chain, here.at) == here.at


def test_a_governor_s_vote_counts_without_being_executed_and_for_all_its_persons(valley) -> None:
    here = valley()
    motion, put = here.open()
    step, text = here.orchards.to_decide(here.at, motion, FOR), here.orchards.describe(here.at, motion)
    here.orchard.vote([step], text, {"bob": daos.FOR, "carol": daos.AGAINST})
    with reverts("VoteNotEnded"):
        here.tell(here.orchards.address, motion)
    anyone = GovernorAdapter(here.chain.as_(dev_signer("judy")), here.orchards.address)
    decided = anyone.record(here.at, motion)
    # The votes ended before they were recorded, and that is when they ended.
    number = here.orchards.proposal_of(here.at, motion)
    assert number == here.orchard.number([step.call], text)
    assert decided.side == FOR and decided.ended < here.chain.now()
    here.tell(here.orchards.address, motion)
    here.mill_votes(put, -2)
    here.tell(here.mill.treasury.address, motion)
    seen = here.counted(motion)
    assert (seen.peopleFor, seen.peopleAgainst, seen.weightFor, seen.weightAgainst) == (12, 3, 12, 3)
    assert seen.enrolled == 20
    content = (bytes.fromhex(TEXT[2:]), URI, TOOLS, False, [])
    here.warp(25 * DAY)
    house = Contract(here.chain, here.federation.address, "FederationHouse")
    assert house.send("enact", bytes.fromhex(motion[2:]), content).event("MotionEnacted")


def test_a_governor_that_votes_it_down_is_against_and_a_safe_decides_as_one_seat(valley) -> None:
    here = valley(SEATS)
    motion, _ = here.open()
    step, text = here.orchards.to_decide(here.at, motion, FOR), here.orchards.describe(here.at, motion)
    here.orchard.vote([step], text, {"bob": daos.AGAINST, "carol": daos.FOR})
    assert here.orchards.record(here.at, motion).side == AGAINST
    here.as_safe(here.safes.to_decide(here.at, motion, FOR))
    for adapter in (here.orchards, here.safes):
        here.tell(adapter.address, motion)
    seen = here.counted(motion)
    assert (seen.seatsFor, seen.seatsAgainst, seen.weightFor, seen.weightAgainst) == (1, 1, 1, 1)
    assert (seen.peopleFor, seen.peopleAgainst) == (3, 12)
    assert here.safes.decisions() == {(here.at, motion): here.safes.decision(here.at, motion)}


def test_a_vote_without_a_quorum_is_no_side_and_another_proposal_can_decide(valley) -> None:
    here = valley()
    motion, _ = here.open()
    step = here.orchards.to_decide(here.at, motion, FOR)
    here.orchard.vote([step], "nobody came", {})
    with reverts("NoMajorityAgainst"):
        here.orchards.record(here.at, motion, "nobody came")
    with reverts("GovernorNonexistentProposal"):
        here.orchards.record(here.at, motion)
    assert here.orchards.decision(here.at, motion) is None
    here.orchard.vote([step], "once more", {"bob": daos.FOR})
    assert here.orchards.record(here.at, motion, "once more").side == FOR


def test_a_vote_that_runs_is_not_recorded(valley) -> None:
    here = valley()
    motion, _ = here.open()
    step, text = here.orchards.to_decide(here.at, motion, FOR), here.orchards.describe(here.at, motion)
    GovernorAdapter(here.chain.as_(dev_signer("bob")), here.orchards.address).propose([step], text)
    with reverts("NotDecided"):
        here.orchards.record(here.at, motion)
    # Proposed already: the Governor refuses in words.
    with reverts("GovernorUnexpectedProposalState"):
        here.orchards.propose([step], text)


def test_a_decision_that_is_executed_with_other_things_counts_from_then(valley) -> None:
    here = valley()
    motion, _ = here.open()
    steps = [here.orchards.to_decide(here.at, motion, AGAINST), here.orchards.to_set_levy(here.at, 300)]
    here.orchard.do(*steps)
    assert here.orchards.decision(here.at, motion) == Decision(AGAINST, here.last_block())
    here.tell(here.orchards.address, motion)
    assert here.counted(motion).peopleAgainst == 12


def test_by_a_clock_of_blocks_the_recording_has_to_come_in_time(valley) -> None:
    here = valley(by_seconds=False)
    assert not here.orchards.clock_shows_seconds()
    motions = [here.open()[0]]
    here.orchard.vote(
        [here.orchards.to_decide(here.at, motions[0], FOR)],
        here.orchards.describe(here.at, motions[0]),
        {"bob": daos.FOR},
    )
    assert here.orchards.record(here.at, motions[0]).ended == here.last_block()
    here.tell(here.orchards.address, motions[0])
    assert here.counted(motions[0]).peopleFor == 12
    here.warp(21 * DAY)
    motions.append(here.open()[0])
    here.orchard.vote(
        [here.orchards.to_decide(here.at, motions[1], FOR)],
        here.orchards.describe(here.at, motions[1]),
        {"bob": daos.FOR},
    )
    here.warp(17 * DAY)
    here.orchards.record(here.at, motions[1])
    with reverts("NotCounted"):
        here.tell(here.orchards.address, motions[1])


def test_a_safe_decides_once(valley) -> None:
    here = valley()
    motion, _ = here.open()
    here.as_safe(here.safes.to_decide(here.at, motion, AGAINST))
    with reverts("DecidedAlready", side=-1):
        Adapter(acting(here.chain, here.safe, "alice"), here.safes.address).act(
            here.safes.to_decide(here.at, motion, FOR)
        )


def test_levies_are_the_dao_s_own_word_and_an_exit_share_goes_back_to_it(valley, coin) -> None:
    here = valley()
    Token(here.chain, coin).transfer(here.orchard.timelock, 1_000_00)
    here.orchard.do(*here.orchards.to_pay_levy(here.at, coin, 250_00))
    assert Token(here.chain, coin).balance(here.at) == 250_00
    here.as_safe(*here.safes.to_pay_levy(here.at, ZERO_ADDRESS, ETHER))
    assert here.purse.read("leviesOf", here.orchards.address, coin) == (250_00, 250_00)
    assert here.purse.read("leviesOf", here.safes.address, ZERO_ADDRESS) == (ETHER, ETHER)
    # Leaving needs nobody else, and what comes back goes on to the DAO.
    here.orchard.do(here.orchards.to_quit(here.at))
    assert here.orchards.tie(here.at) is None
    assert here.seat(here.orchards.address).joined == 0
    assert Token(here.chain, coin).balance(here.orchards.address) == 250_00
    anyone = GovernorAdapter(here.chain.as_(dev_signer("judy")), here.orchards.address)
    assert anyone.forward(coin) == 250_00
    assert Token(here.chain, coin).balance(here.orchard.timelock) == 1_000_00
    with reverts("NothingToForward"):
        anyone.forward(coin)
    here.as_safe(here.safes.to_quit(here.at))
    assert here.safes.forward() == ETHER
    assert here.chain.balance(here.safe) == 5 * ETHER
    with reverts("NothingOwed"):
        here.safes.collect(here.at)
    assert here.purse.read("seated") == 1


def test_a_dao_that_left_has_no_vote(valley) -> None:
    here = valley()
    motion, _ = here.open()
    here.as_safe(here.safes.to_decide(here.at, motion, FOR))
    here.tell(here.safes.address, motion)
    assert here.counted(motion).peopleFor == 3
    here.as_safe(here.safes.to_quit(here.at))
    assert here.counted(motion).peopleFor == 0
    with reverts("NoSeatHere"):
        here.tell(here.safes.address, motion)


def test_competences_are_delegated_and_recalled_by_the_dao(valley) -> None:
    here = valley()
    house = Contract(here.chain, here.federation.address, "FederationHouse")
    before = house.read("competence", TOOLS)
    here.as_safe(here.safes.to_delegate(here.at, "tools", given=False))
    assert house.read("competence", TOOLS)[0] == before[0] - 1


def test_a_dao_opens_motions_and_takes_them_back(valley) -> None:
    here = valley()
    put = Content(TEXT, URI, "tools")
    here.as_safe(here.safes.to_open(here.at, put))
    above = Federation.load(here.chain, here.federation.address)
    motion = above.motion(1)
    assert motion.state is MotionState.VOTING and above.puts()[0].asked.opener == here.safes.address
    here.as_safe(here.safes.to_take_back(here.at, motion.key))
    assert above.motion(1).state is MotionState.CANCELLED


# What is refused


def test_only_the_dao_acts_and_others_are_told_so_before_they_sign(valley) -> None:
    here = valley()
    motion, _ = here.open()
    with pytest.raises(RuleBroken, match=r"only the DAO's account 0x\w+ can do this; put the call to its people"):
        here.safes.act(here.safes.to_decide(here.at, motion, FOR))
    step = here.orchards.to_decide(here.at, motion, FOR)
    with reverts("OnlyDao", executor=here.orchard.timelock):
        Contract(here.chain, here.orchards.address, "GovernorMember").send("decide", here.at, bytes(32), 1)
    assert step.words.startswith("decide for motion 0x")


def test_what_is_no_adapter_no_dao_and_no_federation_is_refused(chain: Chain, coop: Collective, coin: str) -> None:
    for other in (coin, coop.address, address("judy")):
        with pytest.raises(RuleBroken, match="there is no adapter at"):
            Adapter.load(chain, other)
    for other in (coin, address("judy")):
        with pytest.raises(RuleBroken, match="there is no federation, and no purse of one, at"):
            purse_of(chain, other)
    factory = AdapterFactory(chain)
    with reverts("NotAGovernor", account=coin):
        factory.adapt_governor(coin)
    with reverts("NotASafe", account=coop.address):
        factory.adapt_safe(coop.address)


def test_keys_and_sides_are_checked_before_anything_is_sent(chain: Chain, safe: str) -> None:
    adapter = AdapterFactory(chain).adapt_safe(safe)
    for key in ("", "0x12", "12" * 32, "0x" + "zz" * 32, "0x" + "12" * 33):
        with pytest.raises(UsageError, match="is no key; it is 0x and 64 hex digits"):
            adapter.to_decide(safe, key, FOR)
    for side in (0, 2, -2):
        with pytest.raises(UsageError, match=r"a decision is 1 \(for\) or -1 \(against\)"):
            adapter.to_decide(safe, "0x" + "12" * 32, side)


def test_an_adapter_is_made_once_and_found_again(chain: Chain, safe: str) -> None:
    factory = AdapterFactory(chain)
    where = factory.of_safe(safe)
    assert chain.code(where) == b""
    assert factory.adapt_safe(safe).address == where
    before = chain.block_number()
    assert factory.adapt_safe(safe).address == where
    assert chain.block_number() == before
    assert type(Adapter.load(chain, where)) is Adapter
