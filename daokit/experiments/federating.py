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
from daokit.factory import address_of, deploy
from daokit.hashing import ZERO_ADDRESS, keccak
from daokit.interop import Interoperable
from daokit.options import Call, Option

PEOPLE, LEVY, TEXT = 1, 500, text_hash("We help each other.")
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
    from eth_abi import encode

    opened = sent.event("MotionOpened")
    content = opened.content
    acts = [(int(act.kind), int(act.chain), bytes(act.data)) for act in content.acts]
    rest = keccak(encode(["bytes32", "bool", "(uint8,uint256,bytes)[]"], [content.competence, content.large, acts]))
    return chain, federation, opened.number, opened.opener, opened.votesEnd, content.text, content.uri, rest


def motion_of(asked_: Sequence[Any]) -> bytes:
    """A motion's key."""
    from eth_abi import encode

    return keccak(encode(["(uint256,address,uint256,address,uint256,bytes32,string,bytes32)"], [tuple(asked_)]))


def union(chain: Chain, members: Sequence[Scene], *, further: Sequence[tuple[int, str]] = ()) -> Union:
    """A federation of these collectives, who all have joined it; `further` are invited elsewhere."""
    deploy(chain, "FederationFactory")
    factory = Contract(chain, address_of("FederationFactory"), "FederationFactory")
    invited = [(Interoperable.evm(chain.id, one.address).encode(), 0) for one in members]
    invited += [(Interoperable.evm(other, address).encode(), 0) for other, address in further]
    charter = ("Valley", bytes.fromhex(TEXT[2:]), URI, RULES, list(_WORDS), True, [], invited)
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
    return member.governor("alice").send("execute", key, 0, 1, option.to_solidity()).receipt


def vote_at_home(member: Scene, purse: Contract, asked_: Sequence[Any], *, against: bool = False) -> None:
    """Some people of a collective decide on a motion."""
    chain = member.chain.as_(dev_signer("alice"))
    put = Contract(chain, member.address, "Membership").send("openMotion", purse.address, tuple(asked_))
    key = "0x" + put.event("MotionPut").proposal.hex()
    for name in DEV_NAMES[:3]:
        member.vote(name, key, -2 if against else 2)


def local(chain: Chain) -> dict[str, int]:
    """`tally_local`: the second report of a seat on a motion, one motion told, the first of it was another seat's.
    `levy_bubble`: a levy in coin, the purse held coin before, not the first of this member."""
    members = [found(chain, DEV_NAMES[:5]), found(chain, DEV_NAMES[:5], name="Bakery")]
    valley = union(chain, members)
    told = []
    motions = []
    for name, member in (("alice", members[0]), ("bob", members[1])):
        motions.append(valley.open(name, member))
        for one in members:
            vote_at_home(one, valley.purse, motions[-1])
        advance(chain, 6 * DAY)
    for motion in motions:
        for one in members:
            told.append(valley.purse.send("tell", one.treasury, [motion_of(motion)]).receipt.gas_used)
    coin = members[0].money("alice")
    bubbled = []
    for _ in range(2):
        coin.deposit(ZERO_ADDRESS, 10**18, "revenue")
        bubbled.append(
            Contract(chain, members[0].treasury, "Treasury").send("bubble", valley.purse.address, ZERO_ADDRESS)
        )
    return {"tally_local": told[-1], "levy_bubble": bubbled[-1].receipt.gas_used}
