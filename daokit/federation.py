"""A collective whose members are collectives: its seats, its motions, its competences, its purse at home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daokit.addresses import short
from daokit.chain import Chain
from daokit.contract import Event, write
from daokit.documents import text_hash, text_of
from daokit.errors import RuleBroken
from daokit.federation_members import block_of_founding, name_of, runs_federation
from daokit.federation_motions import FederationMotions
from daokit.federation_motions import Motion as Motion
from daokit.federation_motions import MotionState as MotionState
from daokit.federation_motions import PutMotion as PutMotion
from daokit.federation_motions import Told as Told
from daokit.federation_rules import Count, Rules
from daokit.hashing import ZERO_ADDRESS
from daokit.history import History
from daokit.interop import Interoperable
from daokit.notes import fee_of
from daokit.options import purpose_bytes, purpose_text
from daokit.purse import HomePurse

if TYPE_CHECKING:
    from daokit.federation_charter import FederationCharter
    from daokit.federation_power import Power


@dataclass(frozen=True)
class Seat:
    """A member's seat. `joined` 0: it sits no longer. Times are unix seconds; `people` are those counted now, `persons`
    those that its invitation said (0: its roll is told); `live` until it is marked as silent."""

    number: int
    member: Interoperable
    name: str
    joined: int
    heard: int
    notice_ends: int
    people: int
    persons: int
    live: bool

    @property
    def sits(self) -> bool:
        """Whether it sits now."""
        return self.joined != 0

    @property
    def bare_name(self) -> str:
        """The name without the chain that is said of one elsewhere."""
        return self.name.removesuffix(f" on chain {self.member.chain}")

    @property
    def word(self) -> str:
        """What can be typed for it: its name, or the whole address of one that goes by none."""
        return self.address if self.bare_name == short(self.address) else self.name

    @property
    def address(self) -> str:
        """The member's address on its chain."""
        return str(self.member.address)


@dataclass(frozen=True)
class Totals:
    """What all that sit weigh, and those heard from: seats, people, and Penrose's weights."""

    seats: int
    live_seats: int
    people: int
    live_people: int
    penrose: int
    live_penrose: int


@dataclass(frozen=True)
class Held:
    """A competence: how many members delegate it, and whether that is more than half."""

    name: str
    delegators: int
    held: bool


@dataclass(frozen=True)
class LinkedBranch:
    """The branch on a linked chain and the gateway here that it is reached by; no notes from it before
    `paused_until` (unix seconds)."""

    gateway: str
    branch: str
    paused_until: int


class Federation(FederationMotions):
    """One federation on its own chain, with its `.purse` at home and its whole history."""

    artifact_name = "Federation"

    def __init__(self, chain: Chain, address: str) -> None:
        super().__init__(chain, address)
        self.purse = HomePurse(chain, str(self.read("treasury")))
        self.history: History = History.open(chain, [address, self.purse.address], self._founded_in(), founded=True)
        self.purse.history = self.history

    @classmethod
    def load(cls, chain: Chain, address: str) -> Federation:
        """The federation at `address`. Raises `RuleBroken` when there is none."""
        if not runs_federation(chain, address):
            raise RuleBroken(f"there is no federation at {address} on {chain.name}; check the address and the chain")
        return cls(chain, address)

    @classmethod
    def found(
        cls,
        charter: FederationCharter,
        chain: Chain,
        *,
        resolve: Callable[[str], str] | None = None,
        words: tuple[str, ...] = (),
    ) -> Federation:
        """Found the federation that `charter` describes, in one transaction once the shared contracts are there.

        `resolve` turns the names of members and tokens into addresses. A charter that has been founded already is
        loaded, since its address follows from its content.
        """
        from daokit.factory import deploy
        from daokit.federation_factory import FederationFactory
        from daokit.federation_power import check_founding
        from daokit.testcoin import resolver

        charter.check(local=chain.local)
        deploy(chain, FederationFactory.artifact_name)
        factory = FederationFactory(chain)
        described = charter.to_solidity(resolve or resolver(chain), chain.id)
        check_founding(chain, charter.rules, described)
        address, _ = factory.addresses(described, charter.number)
        if not chain.code(address):
            factory.found(described, charter.number, words=words or (f"found the federation {charter.name}",))
        return cls(chain, address)

    @property
    def member(self) -> Interoperable:
        """What it is as a member of another federation."""
        return Interoperable.evm(self.chain.id, self.address)

    def happened(self, *names: str, since: int = 0) -> Iterator[Event]:
        """Everything that happened here and at the purse from block `since` on, only events called `names` if given."""
        return self.history.events(*names, since=since)

    def charter(self) -> str:
        """keccak256 of the charter's text, 0x hex."""
        return f"0x{self.read('charter').hex()}"

    def charter_text(self) -> str | None:
        """The charter's text, when its URI carries it and its hash is the one on chain; else None."""
        said = self.past("FederationFounded", "CharterChanged")
        text = text_of(said[-1].uri)
        return text if text is not None and text_hash(text) == self.charter() else None

    def rules(self) -> Rules:
        """The rules that a motion opened now takes."""
        return Rules.of(self.read("rules"))

    # Members

    def seats(self, *, former: bool = False) -> list[Seat]:
        """All seats by number; with `former`, those given up too."""
        count = int(self.read("seatsGiven"))
        seen = self.read_many([("seat", (number,)) for number in range(1, count + 1)])
        found = []
        for number, one in enumerate(seen, 1):
            if not one.joined and not former:
                continue
            member = Interoperable.evm(int(one.chain), one.collective)
            times = int(one.joined), int(one.heard), int(one.noticeEnds)
            people = int(one.people), int(one.persons)
            found.append(Seat(number, member, self.name_of(member), *times, *people, bool(one.live)))
        return found

    def seat_of(self, member: Interoperable) -> Seat | None:
        """A member's seat, None when it does not sit."""
        return next((one for one in self.seats() if one.member == member), None)

    def name_of(self, member: Interoperable) -> str:
        """A member's name: what we call it, the name that it was founded with, or its address."""
        if member not in self._names:
            self._names[member] = name_of(self.chain, member)
        return self._names[member]

    def totals(self) -> Totals:
        """What all that sit weigh together."""
        return Totals(*map(int, self.read("totals")))

    def invitation(self, member: Interoperable) -> int | None:
        """The persons with which a member may join now (0: its roll is told), None when it is not invited, or was too
        long ago."""
        ends, persons = self.read("invitation", member.id)
        return int(persons) if self.chain.now() < ends else None

    def invited(self) -> list[Interoperable]:
        """Everybody who may join now. Read from the history."""
        told = dict.fromkeys(Interoperable.decode(bytes(event.member)) for event in self.past("Invited"))
        return [member for member in told if self.invitation(member) is not None]

    def competences(self) -> list[Held]:
        """The competences of the charter."""
        names = list(self.read("competences"))
        seen = self.read_many([("competence", (name,)) for name in names])
        return [Held(purpose_text(name), int(n), bool(held)) for name, (n, held) in zip(names, seen, strict=True)]

    def delegates(self, competence: str, seat: int) -> bool:
        """Whether a seat delegates a competence."""
        return bool(self.read("delegates", purpose_bytes(competence), seat))

    def power(self, count: Count | None = None) -> list[Power]:
        """Every member's exact Banzhaf power, by a way of counting (default: that of ordinary motions)."""
        from daokit.federation_power import power_of

        return power_of(self.seats(), count or self.rules().ordinary)

    @write
    def mark_silent(self, seat: int, *, words: tuple[str, ...] = ()) -> None:
        """Mark a seat that has not been heard from for long: it leaves the quorum's base."""
        self.send("markSilent", seat, words=words or (f"mark seat {seat} as silent",))

    @write
    def unseat(self, seat: int, *, words: tuple[str, ...] = ()) -> None:
        """End the seat of an expelled member whose notice is over."""
        self.send("unseat", seat, words=words or (f"end seat {seat}, whose notice is over",))

    @write
    def send_seat(self, seat: int, *, value: int | None = None) -> str:
        """Tell the branch of a member's chain how it stands; `value` (wei) pays for the note, as much as it costs now
        when left out. Returns the note's id. Raises `Reverted("NoLink")` for a chain that is not linked."""
        value = fee_of(self, "sendSeat", seat) if value is None else value
        sent = self.send("sendSeat", seat, value=value, words=(f"tell the branch how seat {seat} stands",))
        return f"0x{sent.event('NoteSent').id.hex()}"

    @write
    def send_charter(self, chain: int, *, value: int | None = None) -> str:
        """Tell the branch on a chain the charter, and what stands above; `value` (wei) pays for the note, as much as it
        costs now when left out. Returns the note's id. Raises `Reverted("NoLink")` for a chain that is not linked."""
        value = fee_of(self, "sendCharter", chain) if value is None else value
        sent = self.send("sendCharter", chain, value=value, words=(f"tell the branch on chain {chain} the charter",))
        return f"0x{sent.event('NoteSent').id.hex()}"

    @write
    def pause(self, chain: int, collective: str) -> int:
        """Take no notes from a chain for 7 days, for a member whose people object; returns until when."""
        words = (f"pause notes from chain {chain} for 7 days, for {self.chain.name_of(collective)}",)
        return int(self.send("pause", chain, collective, words=words).event("PeerPaused").until)

    def link(self, chain: int) -> LinkedBranch | None:
        """The link with a chain, None without one."""
        gateway, branch, until = self.read("linkOf", chain)
        return LinkedBranch(gateway, branch, int(until)) if gateway != ZERO_ADDRESS else None

    def pause_subject(self, chain: int) -> str:
        """What the people of a member object to if they want notes from a chain paused."""
        return f"0x{self.read('pauseSubject', chain).hex()}"

    def _founded_in(self) -> int:
        block = block_of_founding(self.chain, self.address)
        if block is None:
            raise RuleBroken(f"the federation at {self.address} was not founded by the factory of this program")
        return block

    @property
    def _names(self) -> dict[Interoperable, str]:
        known: dict[Interoperable, str] = self.__dict__.setdefault("known_names", {})
        return known
