"""What the tests of federations on two chains share: collectives on each, links made by motions, notes carried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from eth_abi.packed import encode_packed

from daokit.accounts import dev_signer
from daokit.branch import Branch
from daokit.branches import Afar
from daokit.bridge import Gateway, encode_body
from daokit.collective import Collective
from daokit.contract import deploy as put_up
from daokit.experiments.sandbox import advance
from daokit.factory import Factory, deploy
from daokit.federation import Federation, Motion
from daokit.federation_acts import Act
from daokit.federation_charter import FederationCharter
from daokit.federation_forms import Content
from daokit.hyperlane.messages import Message, metadata_of, padded
from daokit.hyperlane.place import Delivered, Dispatched
from daokit.interop import Interoperable
from daokit.linking import Agreed, Linking, Signers, change
from daokit.token import Token
from tests.federations import CHARTER, LARGE, MOTION, TELLING, TIMELOCK, VOTE, Land, content
from tests.people import DAY
from tests.two_chains import AWAY, HOME, VALIDATORS, TwoChains

NOTE = ("uint8", "uint64", "uint40", "bytes32", "uint64", "uint64", "bytes")
ACT = "(uint8,uint256,bytes)"
SIGNERS = Signers.of(VALIDATORS, 2)


@dataclass
class World:
    """A land on each of the two chains; their clocks go together."""

    chains: TwoChains
    home: Land = field(init=False)
    away: Land = field(init=False)
    forged: int = 0

    def __post_init__(self) -> None:
        lands = []
        for place in (self.chains.home, self.chains.away):
            deploy(place.chain, Factory.artifact_name)
            coin = put_up(place.chain, "TestCoin", "Test dollar", "tUSD", 2).address
            Token(place.chain, coin).mint(place.chain.sender, 100_000_00)
            lands.append(Land(place.chain, coin))
        self.home, self.away = lands
        for land in lands:
            land.wait = self.wait  # type: ignore[method-assign]

    def wait(self, seconds: int) -> None:
        """Let time pass on both chains."""
        for place in (self.chains.home, self.chains.away):
            advance(place.chain, seconds)

    def carry(self, only: str | None = None) -> list[Delivered]:
        """Bring all notes that are on their way."""
        return self.chains.carry(only=only)

    def found(
        self, here: Sequence[Collective], there: Sequence[Collective], *, name: str = "Valley", **kinds: str
    ) -> Federation:
        """A federation at home that invites collectives on both chains."""
        invited = [*(one.address for one in here), *(f"{AWAY}:{one.address}" for one in there)]
        rows = "".join(f'[[invited]]\nmember = "{one}"\n' for one in invited)
        counts = {"ordinary": "people", "large": "people", **kinds}
        text = CHARTER.format(tokens=f'"{self.home.coin}"', invited=rows, **counts)
        deploy(self.home.chain, "FederationFactory")
        return Federation.found(FederationCharter.parse(text.replace("Valley", name)), self.home.chain)

    def linking(self, federation: Federation, signers: Signers = SIGNERS, **terms: object) -> Linking:
        """A link with the other chain, on the way."""
        agreed = Agreed(signers, signers, tokens=(self.away.coin,), exit_share=True, **terms)  # type: ignore[arg-type]
        away = self.chains.away
        return Linking(federation, self.chains.home.core, away.chain, away.core, agreed)

    def decide(self, federation: Federation, put: Content, name: str = "Mill") -> Motion:
        """A motion that one member at home passes alone, enacted."""
        people = self.home.people[name]
        return self.home.carry(federation, put, {name: dict.fromkeys(people, 1)}, by=people[0])

    def link(self, federation: Federation) -> Afar:
        """The federation linked with the other chain by its own motion."""
        linking = self.linking(federation)
        linking.make_gateway()
        linking.found_branch()
        linking.check()
        self.decide(federation, content("Link the harbour's chain", linking.act()))
        assert linking.done
        return Afar.of(federation, self.chains.away.chain)

    def change(self, federation: Federation, signers: Signers) -> list[Act]:
        """The acts that give both ends other validators."""
        cores = self.chains.home.core, self.chains.away.core
        return change(federation, self.chains.away.chain, cores, (signers, signers))

    def join(self, name: str, afar: Afar, bps: int = 500) -> None:
        """A collective on the other chain joins, is told of at home, and its seat is told back."""
        treasury = self.away.members[name].treasury
        self.away.decide(name, treasury.to_join(afar.branch.address, afar.branch.charter(), bps))
        afar.branch.tell(treasury.address)
        self.carry()
        [seat] = [one for one in afar.federation.seats() if one.address == self.away.members[name].address]
        afar.federation.send_seat(seat.number)
        self.carry()
        self.wait(1)

    def put_away(self, name: str, afar: Afar, motion: Motion, votes: dict[str, int]) -> int:
        """A collective on the other chain puts a motion to its people, who vote."""
        asked = afar.federation.asked(motion.key)
        number = self.away.as_(self.away.people[name][0], name).governor.open_motion(afar.branch.address, asked)
        for person, cast in votes.items():
            self.away.as_(person, name).governor.vote(number, cast)
        return number

    def past_voting(self, put: Content, since: int = VOTE) -> None:
        """From `since` after a motion was opened until it can be enacted."""
        self.wait(MOTION - since + TELLING + (LARGE if put.large else TIMELOCK))

    def forge(self, afar: Afar, kind: int, body: bytes) -> None:
        """All validators of the federation's chain sign a note that never left it."""
        self.forged += 1
        home, away = self.gateways(afar)
        now = afar.branch.chain.now()
        note = kind, 10**6 + self.forged, now + 30 * DAY, bytes.fromhex(afar.branch.charter()[2:]), HOME, AWAY, body
        payload = encode_packed(NOTE, note)
        to = Interoperable.evm(AWAY, afar.branch.address)
        message = Message(
            10**6 + self.forged,
            HOME,
            padded(home.address),
            AWAY,
            padded(away.address),
            encode_body(afar.federation.member, to, payload),
        )
        place = self.chains.home
        sent = Dispatched(message, place.core.merkle_tree_hook, 10**6 + self.forged, place.chain.block_number(), "")
        signed = [self.chains.validators[HOME].sign(sent, one) for one in VALIDATORS]
        self.chains.away.process(sent, metadata_of(signed, message, VALIDATORS, 2))

    def gateways(self, afar: Afar) -> tuple[Gateway, Gateway]:
        """Those of both ends."""
        linked = afar.federation.link(AWAY)
        assert linked is not None
        return Gateway(self.home.chain, linked.gateway), Gateway(self.away.chain, afar.branch.gateway())


def branch_of(afar: Afar, world: World, person: str) -> Branch:
    """The branch for one person."""
    return Branch(world.away.chain.as_(dev_signer(person)), afar.branch.address)


__all__ = ["ACT", "AWAY", "HOME", "SIGNERS", "VALIDATORS", "World", "branch_of", "content"]
