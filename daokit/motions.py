"""What a collective's people do in the federations that it sits in: vote on motions, object to orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from daokit.contract import Event, write
from daokit.hashing import keccak
from daokit.membership import Request
from daokit.recorded import Recorded


@dataclass(frozen=True)
class Asked:
    """What a motion's key commits to: all that a member needs to open its own vote on it.

    `number` is for reading, `votes_end` the unix time by which members' votes must have ended, `text` keccak256 of its
    words (0x hex), `rest` that of competence, large flag and acts.
    """

    chain: int
    federation: str
    number: int
    opener: str
    votes_end: int
    text: str
    uri: str
    rest: str

    def to_solidity(self) -> tuple[Any, ...]:
        """The contract's struct."""
        text, rest = bytes.fromhex(self.text[2:]), bytes.fromhex(self.rest[2:])
        return self.chain, self.federation, self.number, self.opener, self.votes_end, text, self.uri, rest

    @classmethod
    def of(cls, row: Any) -> Asked:
        """From the contract's struct."""
        chain, federation, number, opener, votes_end, text, uri, rest = row
        return cls(
            int(chain), federation, int(number), opener, int(votes_end), "0x" + text.hex(), uri, "0x" + rest.hex()
        )

    @property
    def key(self) -> str:
        """The motion's key, 0x hex."""
        return "0x" + keccak(_asked_type().encode([self.to_solidity()])).hex()


@dataclass(frozen=True)
class Result:
    """How a member's own vote on a motion went. `ended` is unix time, 0 while it runs; the seats are people whatever
    the quorum; `decision` as a bloc: 1 for, -1 against, 0 neither; `people` are those in the member now."""

    ended: int
    seats_for: int
    seats_against: int
    decision: int
    people: int


@dataclass(frozen=True)
class HomeVote:
    """A proposal (its key) that is a collective's vote on `motion` (its key) of the federation of `purse`."""

    proposal: str
    purse: str
    motion: str


class Motions(Recorded):
    """The votes of a collective on motions of its federations."""

    @write
    def open_motion(self, purse: str, asked: Asked, *, words: tuple[str, ...] = ()) -> int:
        """Put a motion to this collective's people, as any of its seats; returns the number of the proposal."""
        words = words or (f"put motion {asked.number} of the federation {asked.federation} to the vote here",)
        sent = self.send("openMotion", purse, asked.to_solidity(), words=words)
        return int(sent.event("ProposalOpened").number)

    @write
    def object_to(self, purse: str, subject: str, *, words: tuple[str, ...] = ()) -> Request:
        """Object to something that waits at a purse: an order (its id), or notes from another chain."""
        self.send("objectTo", purse, subject, words=words or (f"object to {subject[:10]}… at {purse}",))
        return self.objection(purse, subject)

    def objection(self, purse: str, subject: str) -> Request:
        """How far an objection has come."""
        return Request(*self.read("requestOf", self.read("objectionRequest", purse, subject)))

    def objects_to(self, purse: str, subject: str) -> bool:
        """Whether enough of the people object."""
        return bool(self.read("objectsTo", purse, subject))

    def motion_proposal(self, purse: str, motion: str) -> str:
        """The key of this collective's vote on a motion, whether it is open or not."""
        return f"0x{self.read('motionProposal', purse, motion).hex()}"

    def motion_result(self, purse: str, motion: str) -> Result:
        """How the vote on a motion went; all zero for one that was never opened."""
        return Result(*map(int, self.read("resultOf", purse, motion)))

    def home_votes(self) -> dict[str, HomeVote]:
        """The proposals that are votes on motions, by their keys. Read from the history."""
        return {vote.proposal: vote for vote in map(_home_vote, self.past("MotionPut"))}


def _home_vote(event: Event) -> HomeVote:
    return HomeVote("0x" + event.proposal.hex(), event.purse, "0x" + event.motion.hex())


def _asked_type() -> Any:
    from daokit.abi import Tuple
    from daokit.artifact import load_artifact

    asked = load_artifact("Collective").function("openMotion").inputs.items[1]
    return Tuple([asked], ["asked"])
