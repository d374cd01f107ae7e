"""What federations cost: levies and tallies on one chain and from another, as whole transactions from receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from daokit.accounts import DEV_NAMES, dev_signer
from daokit.chain import Chain, Receipt
from daokit.contract import Contract, Sent
from daokit.documents import text_hash
from daokit.experiments.sandbox import advance
from daokit.experiments.scene import DAY, URI, Scene, found
from daokit.experiments.two_chains import VALIDATORS, TwoChains
from daokit.factory import address_of, deploy
from daokit.hashing import ZERO_ADDRESS, keccak
from daokit.hyperlane.place import Hyperlane
from daokit.interop import Interoperable
from daokit.options import Call, Option

PEOPLE, LEVY, TEXT, _LINK = 1, 500, text_hash("We help each other."), 10
_WORDS = (b"tools".ljust(32, b"\0"), b"roads".ljust(32, b"\0"))
# voting, telling, timelock, large delay, grace, stale after, quorum, bucket, ordinary and large count
RULES = (21 * DAY, 3 * DAY, 2 * DAY, 21 * DAY, 14 * DAY, 30 * DAY, 2_000, 1_000, PEOPLE, PEOPLE)


@dataclass(frozen=True)
class Union:
    """A federation, its purse at home, and the collectives that sit in it there."""

    chain: Chain
    federation: Contract
    purse: Contract
    members: tuple[Scene, ...]

    def open(self, name: str, member: Scene, acts: Sequence[Any] = (), *, large: bool = False) -> tuple[Any, ...]:
        """A person of a member opens a motion; all that its key commits to (`Asked`)."""
        competence = _WORDS[0] if not large else bytes(32)
        content = (bytes.fromhex(TEXT[2:]), URI, competence, large, list(acts))
        chain = self.chain.as_(dev_signer(name))
        sent = Contract(chain, self.federation.address, "FederationHouse").send("open", content, [member.address])
        return asked(sent, self.chain.id, self.federation.address)


def asked(sent: Sent, chain: int, federation: str) -> tuple[Any, ...]:
    """What a member opens its vote on a motion with."""
    from eth_abi.abi import encode

    opened = sent.event("MotionOpened")
    content = opened.content
    acts = [(int(act.kind), int(act.chain), bytes(act.data)) for act in content.acts]
    rest = keccak(encode(["bytes32", "bool", "(uint8,uint256,bytes)[]"], [content.competence, content.large, acts]))
    return chain, federation, opened.number, opened.opener, opened.votesEnd, content.text, content.uri, rest


def motion_of(asked_: Sequence[Any]) -> bytes:
    """A motion's key."""
    from eth_abi.abi import encode

    return keccak(encode(["(uint256,address,uint256,address,uint256,bytes32,string,bytes32)"], [tuple(asked_)]))


def union(chain: Chain, members: Sequence[Scene], *, further: Sequence[tuple[int, str]] = ()) -> Union:
    """A federation of these collectives, who all have joined it; `further` are invited elsewhere."""
    deploy(chain, "FederationFactory")
    factory = Contract(chain, address_of("FederationFactory"), "FederationFactory")
    invited = [(Interoperable.evm(chain.id, one.address).encode(), 0) for one in members]
    invited += [(Interoperable.evm(other, address).encode(), 0) for other, address in further]
    charter: tuple[Any, ...] = ("Valley", bytes.fromhex(TEXT[2:]), URI, RULES, list(_WORDS), True, [], invited)
    made = factory.send("found", charter, 0).event("FederationMade")
    purse = Contract(chain, made.purse, "HomePurse")
    for one in members:
        join(one, purse)
    return Union(chain, Contract(chain, made.federation, "Federation"), purse, tuple(members))


def join(member: Scene, purse: Contract) -> None:
    """A collective decides to join, by a large option."""
    treasury = Contract(member.chain, member.treasury, "Treasury")
    carry(member, [Call(treasury.address, 0, treasury.encode("join", purse.address, bytes.fromhex(TEXT[2:]), LEVY))])


def carry(member: Scene, calls: Sequence[Call]) -> Receipt:
    """A large option from opening to execution."""
    option = Option(TEXT, URI, large=True, calls=tuple(calls))
    key, _ = member.propose("alice", option)
    member.warp(3 * DAY)
    for name in DEV_NAMES[:3]:
        member.vote(name, key, 1)
    member.warp(13 * DAY)
    done = member.governor("alice").send("execute", key, 0, 1, option.to_solidity()).receipt
    member.warp(1)
    return done


def vote_at_home(member: Scene, purse: Contract, asked_: Sequence[Any], *, against: bool = False) -> None:
    """Some people of a collective decide on a motion."""
    chain = member.chain.as_(dev_signer("alice"))
    put = Contract(chain, member.address, "Membership").send("openMotion", purse.address, tuple(asked_))
    key = "0x" + put.event("MotionPut").proposal.hex()
    for name in DEV_NAMES[:3]:
        member.vote(name, key, -2 if against else 2)


def local(chain: Chain, *, people: int = 5, further: int = 0) -> dict[str, int]:
    """`tally_local`: a seat's report on one motion, not its first, where another seat was told of the motion before.
    `levy_bubble`: a levy in coin, the purse held coin before, not the first of this member. Members have `people`
    people, and `further` ones sit too.
    """
    names = ("Mill", "Bakery", *(f"Mill {number}" for number in range(further)))
    members = [found(chain, DEV_NAMES[:people], name=name) for name in names]
    valley = union(chain, members)
    told = []
    motions = []
    for name, member in (("alice", members[0]), ("bob", members[1])):
        motions.append(valley.open(name, member))
        for one in members[:2]:
            vote_at_home(one, valley.purse, motions[-1])
        advance(chain, 6 * DAY)
    for motion in motions:
        for one in members[:2]:
            told.append(valley.purse.send("tell", one.treasury, [motion_of(motion)]).receipt.gas_used)
    coin = members[0].money("alice")
    bubbled = []
    for _ in range(2):
        coin.deposit(ZERO_ADDRESS, 10**18, "revenue")
        treasury = Contract(chain, members[0].treasury, "Treasury")
        bubbled.append(treasury.send("bubble", valley.purse.address, ZERO_ADDRESS).receipt.gas_used)
    return {"tally_local": told[-1], "levy_bubble": bubbled[-1]}


@dataclass(frozen=True)
class Across:
    """A federation at home with a branch on the other chain, linked, where `member` sits."""

    chains: TwoChains
    union: Union
    branch: Contract
    member: Scene

    def tell(self, motions: Sequence[bytes]) -> int:
        """The member's votes on these motions go home; the gas of both ends."""
        sent = self.branch.send("tell", self.member.treasury, list(motions)).receipt
        [there] = self.chains.carry()
        return sent.gas_used + there.gas


def across(chains: TwoChains) -> Across:
    """Found, link by a motion of the federation, and let the collective on the other chain join."""
    home, away = chains.home, chains.away
    mill, harbour = found(home.chain, DEV_NAMES), found(away.chain, DEV_NAMES[:5], name="Harbour")
    valley = union(home.chain, [mill], further=[(away.chain.id, harbour.address)])
    deploy(away.chain, "FederationFactory")
    branch = _link(valley, mill, home, away)
    result = Across(chains, valley, branch, harbour)
    join(harbour, branch)
    advance(home.chain, 16 * DAY)
    branch.send("tell", harbour.treasury, [])
    chains.carry()
    Contract(home.chain, valley.federation.address, "FederationHouse").send("sendSeat", 2)
    chains.carry()
    return result


def _link(valley: Union, mill: Scene, home: Hyperlane, away: Hyperlane) -> Contract:
    """The branch on the other chain, founded by anyone and linked by the federation's motion."""
    from eth_abi.abi import encode

    here, there = (
        Contract(place.chain, address_of("FederationFactory"), "FederationFactory") for place in (home, away)
    )
    federation, core = valley.federation.address, home.core
    gateway = here.send("makeGateway", federation, core.mailbox, core.ism_factory).event("GatewayMade").gateway
    terms: tuple[Any, ...] = (home.chain.id, federation, 3 * DAY, True, bytes.fromhex(TEXT[2:]), [])
    terms += (away.core.mailbox, away.core.ism_factory, core.domain, gateway, VALIDATORS, 2)
    put = there.send("foundBranch", terms, 0).event("BranchMade")
    kinds = ["address", "address", "uint32", "address", "address[]", "uint8"]
    link = encode(kinds, [gateway, put.branch, away.core.domain, put.gateway, VALIDATORS, 2])
    house = Contract(home.chain, federation, "FederationHouse")
    content = (bytes.fromhex(TEXT[2:]), URI, bytes(32), True, [(_LINK, away.chain.id, link)])
    opened = asked(house.send("open", content, [mill.address]), home.chain.id, federation)
    vote_at_home(mill, valley.purse, opened)
    advance(home.chain, 6 * DAY)
    valley.purse.send("tell", mill.treasury, [motion_of(opened)])
    advance(home.chain, 39 * DAY)
    house.send("enact", motion_of(opened), content)
    advance(away.chain, 45 * DAY)
    return Contract(away.chain, put.branch, "Branch")


def remote(chains: TwoChains) -> dict[str, int]:
    """`tally_remote_both_ends`: one motion's tally from another chain, sending and delivery together, not the first of
    this seat, where others have been told of the motion before. `tally_remote_next_in_note`: what a further motion in
    the same note adds. The seat's words were written before."""
    both = across(chains)
    motions = []
    for name in ("alice", "bob", "carol", "dave", "erin", "frank"):
        put = both.union.open(name, both.union.members[0])
        vote_at_home(both.member, both.branch, put)
        vote_at_home(both.union.members[0], both.union.purse, put)
        motions.append(motion_of(put))
        advance(both.chains.home.chain, DAY)
        advance(both.chains.away.chain, DAY)
    for place in (both.chains.home, both.chains.away):
        advance(place.chain, 6 * DAY)
    both.union.purse.send("tell", both.union.members[0].treasury, motions)
    # A word holds the seat's part in three motions: the first in each is not measured.
    both.tell([motions[0]])
    both.tell([motions[3]])
    two, one = both.tell(motions[1:3]), both.tell([motions[4]])
    return {"tally_remote_both_ends": one, "tally_remote_next_in_note": two - one}
