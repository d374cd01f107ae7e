"""A federation's way to other chains: the gateway of each of its ends, and whether what one end sent the other
received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from daokit.chain import Chain
from daokit.contract import Contract, Event
from daokit.errors import Reverted, RuleBroken, UsageError
from daokit.hashing import keccak
from daokit.interop import Interoperable
from daokit.quantities import DAY

NOTE_LIFE = 30 * DAY
"""How long an end takes a note after it was sent, in seconds."""


@dataclass(frozen=True)
class Link:
    """How a gateway is linked with a chain: its `peer` there, Hyperlane's number `domain` for it, and the module `ism`
    in which `threshold` of `validators` must have signed what comes from there."""

    chain: int
    domain: int
    peer: str
    ism: str
    validators: tuple[str, ...]
    threshold: int


@dataclass(frozen=True)
class Sent:
    """A message that left an end for `chain`. `id` is what both ends know it by, `message_id` what Hyperlane does."""

    id: str
    message_id: str
    chain: int
    block: int
    time: int
    transaction: str


@dataclass(frozen=True)
class Received:
    """A message from `chain` that an end has taken."""

    id: str
    chain: int
    block: int
    time: int
    transaction: str


class Gateway(Contract):
    """The gateway of one end. The end owns it: links are made by its motions, and messages are sent by it."""

    artifact_name = "HyperlaneGateway"

    @classmethod
    def load(cls, chain: Chain, address: str) -> Gateway:
        """The gateway at `address`. Raises `RuleBroken` when there is none."""
        found = cls(chain, address)
        if chain.code(address):
            owner, mailbox = found.try_many([("owner", ()), ("mailbox", ())])
            if not isinstance(owner, Reverted) and not isinstance(mailbox, Reverted):
                return found
        raise RuleBroken(f"there is no gateway at {address} on {chain.name}; check the address and the chain")

    def owner(self) -> str:
        """The end: a federation or a branch."""
        return str(self.read("owner"))

    def mailbox(self) -> str:
        """Hyperlane's mailbox that it uses."""
        return str(self.read("mailbox"))

    def ism_factory(self) -> str:
        """Hyperlane's factory of modules that it uses."""
        return str(self.read("ismFactory"))

    def link(self, chain: int) -> Link | None:
        """The link with a chain, None where there is none."""
        return self.links().get(chain)

    def links(self, since: int = 0) -> dict[int, Link]:
        """All links as they are now, by chain. Read from the events since block `since`."""
        found: dict[int, Link] = {}
        for event in self.events("Linked", "Unlinked", since=since):
            chain = int(event.chain)
            if event.name == "Unlinked":
                found.pop(chain, None)
                continue
            validators, threshold = tuple(event.validators), int(event.threshold)
            found[chain] = Link(chain, int(event.domain), event.peer, event.ism, validators, threshold)
        return found

    def is_linked(self, chain: int) -> bool:
        """Whether something can go to a chain and come from there."""
        return self.peer(chain) is not None

    def peer(self, chain: int) -> str | None:
        """The gateway on a chain that this one is linked with; None where there is no link."""
        try:
            return str(self.read("linkOf", chain).peer)
        except Reverted as refusal:
            if refusal.name != "UnlinkedChain":
                raise
            return None

    def quote(self, chain: int, payload: bytes) -> int:
        """What sending this to the peer on a chain costs now, in wei: exactly that must come along."""
        return int(self.read("quote", chain, payload))

    def sent(self, since: int = 0) -> list[Sent]:
        """What its end has sent from block `since` on."""
        return [
            Sent(_hex(one.id), _hex(one.messageId), int(one.chain), one.block, _time(self.chain, one), one.transaction)
            for one in self.events("MessageDispatched", since=since)
        ]

    def received(self, since: int = 0) -> list[Received]:
        """What its end has taken from block `since` on."""
        return [
            Received(_hex(one.id), int(one.chain), one.block, _time(self.chain, one), one.transaction)
            for one in self.events("MessageReceived", since=since)
        ]


def note_id(sender: Interoperable, recipient: Interoperable, payload: bytes) -> str:
    """By what both ends know a message, 0x hex: the hash of sender, recipient and payload."""
    return _hex(keccak(encode_body(sender, recipient, payload)))


def encode_body(sender: Interoperable, recipient: Interoperable, payload: bytes) -> bytes:
    """What a gateway gives the mailbox."""
    return sender.encode() + recipient.encode() + payload


def decode_body(body: bytes) -> tuple[Interoperable, Interoperable, bytes]:
    """Sender, recipient and payload of a message between gateways. Raises `UsageError` for other bytes."""
    sender, rest = Interoperable.split(body)
    recipient, payload = Interoperable.split(rest)
    return sender, recipient, payload


# What was sent and what was received


class Fate(StrEnum):
    """What became of a message. `forged` was received and never sent, `doubled` received more often than it was sent:
    both are alarms. `waiting` has been on its way for less than the time that is usual, `missing` for longer, `expired`
    for so long that it is not taken any more; `late` took longer than usual and arrived."""

    ARRIVED = "arrived"
    LATE = "late"
    WAITING = "waiting"
    MISSING = "missing"
    EXPIRED = "expired"
    DOUBLED = "doubled"
    FORGED = "forged"

    @property
    def alarm(self) -> bool:
        """Whether somebody broke the bridge, or a chain took back what it had said."""
        return self in (Fate.DOUBLED, Fate.FORGED)


@dataclass(frozen=True)
class Passage:
    """One message, as the events of both ends show it. An end that sends the same thing twice has one passage of
    two."""

    id: str
    origin: int
    destination: int
    fate: Fate
    sent: tuple[Sent, ...]
    received: tuple[Received, ...]


def audit(gateways: Sequence[Gateway], *, since: int = 0, usual: int = 3600) -> list[Passage]:
    """Pair what each end sent with what its peer took, oldest first. What happened before `since` (unix seconds) is
    left out, and the chains are not read further back than it takes for that; `usual` are the seconds that a message
    may take. Only messages between these gateways are looked at. Raises `UsageError` for two on one chain."""
    ends = {one.chain.id: one for one in gateways}
    if len(ends) != len(gateways):
        raise UsageError("an audit takes one gateway of each chain: those of one federation")
    # What was taken since then left at most a note's life earlier; a day more, as clocks differ.
    first = {chain: one.chain.block_from(since - NOTE_LIFE - DAY) if since else 0 for chain, one in ends.items()}
    sent = {chain: one.sent(first[chain]) for chain, one in ends.items()}
    taken = {chain: one.received(first[chain]) for chain, one in ends.items()}
    now = {chain: one.chain.now() for chain, one in ends.items()}
    found = []
    for origin in ends:
        for destination in ends:
            if origin == destination:
                continue
            left = [one for one in sent[origin] if one.chain == destination]
            came = [one for one in taken[destination] if one.chain == origin]
            for id_ in dict.fromkeys([one.id for one in left] + [one.id for one in came]):
                here = tuple(one for one in left if one.id == id_)
                there = tuple(one for one in came if one.id == id_)
                fate = _fate(here, there, now[destination], usual)
                found.append(Passage(id_, origin, destination, fate, here, there))
    return sorted((one for one in found if max(_times(one)) >= since), key=lambda one: min(_times(one)))


def check_paired(gateways: Sequence[Gateway]) -> None:
    """Whether these are the ends of one federation: no link between their chains names another gateway than these, and
    each stands in a link with one of the others. Raises `RuleBroken` with the first that does not."""
    paired = set()
    for one in gateways:
        for other in gateways:
            peer = one.peer(other.chain.id) if one is not other else None
            if peer is not None and peer != other.address:
                raise RuleBroken(
                    f"the gateway {one.address} on {one.chain.name} is linked with {peer} on {other.chain.name}, not "
                    f"with {other.address}; name the gateways of one federation"
                )
            if peer is not None:
                paired |= {one.chain.id, other.chain.id}
    for one in gateways:
        if one.chain.id not in paired:
            raise RuleBroken(
                f"the gateway {one.address} on {one.chain.name} is linked with none of the others; name the gateways "
                "of one federation"
            )


def _fate(sent: Sequence[Sent], received: Sequence[Received], now: int, usual: int) -> Fate:
    if not sent:
        return Fate.FORGED
    if len(received) > len(sent):
        return Fate.DOUBLED
    if len(received) < len(sent):
        oldest = sent[len(received)].time
        if now - oldest >= NOTE_LIFE:
            return Fate.EXPIRED
        return Fate.MISSING if now - oldest > usual else Fate.WAITING
    took = max(there.time - here.time for here, there in zip(sent, received, strict=True))
    return Fate.LATE if took > usual else Fate.ARRIVED


def _times(passage: Passage) -> list[int]:
    return [one.time for one in passage.sent] + [one.time for one in passage.received]


def _time(chain: Chain, event: Event) -> int:
    return chain.time_of(event.block) if event.time is None else event.time


def _hex(data: bytes) -> str:
    return "0x" + bytes(data).hex()
