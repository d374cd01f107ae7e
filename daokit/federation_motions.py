"""The motions of a federation: opened by people or members, told by members, enacted after their wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from daokit.abi import Tuple
from daokit.contract import Event, write
from daokit.documents import text_hash, text_of
from daokit.errors import NoConnection, UsageError
from daokit.federation_forms import Content, encode
from daokit.federation_members import path_down
from daokit.federation_rules import Count
from daokit.hashing import keccak
from daokit.motions import Asked
from daokit.notes import fee_of
from daokit.recorded import Recorded
from daokit.text import clean

if TYPE_CHECKING:
    from daokit.federation import Federation


class MotionState(Enum):
    """Where a motion stands (IFederationWords.State)."""

    NONE = 0
    VOTING = 1
    WAITING = 2
    ENACTED = 3
    DEFEATED = 4
    CANCELLED = 5
    EXPIRED = 6


@dataclass(frozen=True)
class Motion:
    """A motion now. Times are unix seconds (0 where there is none yet); weights are in what `count` counts."""

    key: str
    state: MotionState
    number: int
    opened: int
    votes_end: int
    closes: int
    enactable_at: int
    expires: int
    large: bool
    two_thirds: bool
    count: Count
    enrolled: int
    live: int
    enrolled_seats: int
    weight_for: int
    weight_against: int
    people_for: int
    people_against: int
    seats_for: int
    seats_against: int


@dataclass(frozen=True)
class PutMotion:
    """A motion as it was put: its own `content`, or the motion `above` (its key) of the federation whose purse is
    `purse`, which this one put to its members."""

    key: str
    number: int
    asked: Asked
    content: Content | None
    purse: str = ""
    above: str = ""

    @property
    def text(self) -> str | None:
        """Its words, when its URI carries them and they are those that it commits to."""
        text = text_of(self.asked.uri)
        return text if text is not None and text_hash(text) == self.asked.text else None


@dataclass(frozen=True)
class Told:
    """What a member told on a motion: people for and against, and as a bloc (1 for, -1 against, 0 neither)."""

    seat: int
    people_for: int
    people_against: int
    decision: int


class FederationMotions(Recorded):
    """The motions of a federation, by number or by key (0x hex). Its people open them, its members decide."""

    artifact_name = "Federation"

    @property
    def name(self) -> str:
        """The name that it was founded with."""
        return clean(str(self.past("FederationFounded")[0]["name"]), 80)

    @write
    def open(self, content: Content, path: Sequence[str] | None = None, *, words: tuple[str, ...] = ()) -> Motion:
        """Open a motion, as a person who belongs here by `path` (found by itself when left out) or, with an empty path,
        as a member's treasury. Raises what `check` does."""
        self.check(content)
        way = self._way(path)
        words = words or (f"open a motion: {content.uri or content.text}",)
        opened = self.send("open", content.to_solidity(self.chain.id), way, words=words).event("MotionOpened")
        return self.motion("0x" + opened.motion.hex())

    @write
    def pass_down(
        self, purse: str, above: Asked, path: Sequence[str] | None = None, *, words: tuple[str, ...] = ()
    ) -> Motion:
        """Put a motion of the federation above, whose purse here is `purse`, to this one's members."""
        words = words or (f"put motion {above.number} of {above.federation} to the members of {self.name}",)
        sent = self.send("passDown", purse, above.to_solidity(), self._way(path), words=words)
        return self.motion("0x" + sent.event("MotionPassedDown").motion.hex())

    @write
    def cancel(self, motion: int | str) -> None:
        """Take back a motion that one opened, while members vote."""
        key = self.key(motion)
        self.send("cancel", key, words=(f"take back motion {self.put(key).number}",))

    @write
    def enact(self, motion: int | str, *, words: tuple[str, ...] = ()) -> Motion:
        """Do what a motion that passed says; anyone may, after its wait. Raises `RuleBroken` when it would leave a
        member without power in a count by square roots."""
        from daokit.federation_checks import check_enacting

        put = self.put(motion)
        if put.content is None:
            raise UsageError(f"motion {put.number} is one of the federation above: it is told upward, not enacted here")
        check_enacting(cast("Federation", self), put.content)
        words = words or (f"enact motion {put.number}",)
        self.send("enact", put.key, put.content.to_solidity(self.chain.id), words=words)
        return self.motion(put.key)

    @write
    def send_order(self, motion: int | str, index: int, *, value: int | None = None) -> str:
        """Send the order of act `index` of a motion to its branch, or send it again; `value` (wei) pays for the note,
        as much as it costs now when left out. Returns the note's id."""
        put = self.put(motion)
        if put.content is None or not 0 <= index < len(put.content.acts):
            raise UsageError(f"motion {put.number} has no act {index}")
        act = encode(put.content.acts[index], self.chain.id)
        value = fee_of(self, "sendOrder", put.key, index, act) if value is None else value
        words = (f"send act {index + 1} of motion {put.number} to its branch",)
        return f"0x{self.send('sendOrder', put.key, index, act, value=value, words=words).event('NoteSent').id.hex()}"

    def orders_of(self, motion: int | str) -> list[int]:
        """The acts of an enacted motion, by their index, that a branch on another chain has to do."""
        key = self.key(motion)
        return sorted(int(event["index"]) for event in self.past("OrderMade", motion=key))

    def count(self) -> int:
        """Motions opened so far."""
        return int(self.read("motions"))

    def key(self, motion: int | str) -> str:
        """The key of a motion by its number. Raises `UsageError` for a number that was never given."""
        if isinstance(motion, str):
            return motion
        return self.put(motion).key

    def motion(self, motion: int | str) -> Motion:
        """A motion as it stands now, by its number or key."""
        return self._motions([self.key(motion)])[0]

    def motions(self) -> list[Motion]:
        """All motions as they stand now, the first first."""
        return self._motions([one.key for one in self.puts()])

    def put(self, motion: int | str) -> PutMotion:
        """A motion as it was put, by its number or key. Raises `UsageError` when there is none."""
        found = [one for one in self.puts() if motion in (one.number, one.key)]
        if not found:
            raise UsageError(f"there is no motion {motion} in {self.name}; the last is {self.count()}")
        return found[0]

    def puts(self) -> list[PutMotion]:
        """All motions as they were put. Read from the history; each is checked against the key that commits to it."""
        return [self._put(event) for event in self.past("MotionOpened", "MotionPassedDown")]

    def asked(self, motion: int | str) -> Asked:
        """What a member needs to open its own vote on a motion."""
        return self.put(motion).asked

    def passed_down(self, purse: str, above: str) -> str | None:
        """The key under which a motion (its key) of the federation above was put to the members here."""
        found = self.read("passedDown", purse, above)
        return f"0x{found.hex()}" if any(found) else None

    def told(self, motion: int | str) -> dict[int, Told]:
        """What members told on a motion, by seat. Read from the history."""
        last = {int(event.seat): event for event in self.past("MotionTold", motion=self.key(motion))}
        return {
            seat: Told(seat, int(one.peopleFor), int(one.peopleAgainst), int(one.decision))
            for seat, one in last.items()
        }

    def _motions(self, keys: Sequence[str]) -> list[Motion]:
        seen = self.read_many([("motionOf", (key,)) for key in keys])
        return [_motion(key, now) for key, now in zip(keys, seen, strict=True)]

    def _put(self, event: Event) -> PutMotion:
        key, number = "0x" + event.motion.hex(), int(event.number)
        if event.name == "MotionPassedDown":
            asked = Asked.of(event.asked)
            put = PutMotion(key, number, asked, None, event.purse, "0x" + event.above.hex())
        else:
            content = Content.of(event.content)
            rest = _hash_rest(content.to_solidity(self.chain.id))
            parties = self.chain.id, self.address, number, event.opener
            put = PutMotion(key, number, Asked(*parties, int(event.votesEnd), content.text, content.uri, rest), content)
        if put.asked.key != key:
            raise NoConnection(
                f"what this node says of motion {number} is not what its key commits to; ask another one"
            )
        return put

    def _way(self, path: Sequence[str] | None) -> list[str]:
        if path is not None:
            return list(path)
        found = self.path_of(self.chain.sender)
        if not found:
            who = self.chain.name_of(self.chain.sender)
            raise UsageError(f"{who} has a seat in no member of {self.name}, so no motion can be opened with it")
        return found

    def check(self, content: Content) -> None:
        """Raises `UsageError` and `RuleBroken` for a motion that nobody should open (`federation_checks`)."""
        from daokit.federation_checks import check_opening

        check_opening(cast("Federation", self), content)

    def path_of(self, account: str) -> list[str]:
        """The collectives through which `account` belongs here: its own first, the member here last. Empty when it does
        not. Only members on this chain lead anywhere."""
        return path_down(self.chain, self.address, account)


def _motion(key: str, now: Any) -> Motion:
    state, number, opened, votes_end, closes, enactable_at, expires, large, two_thirds, count, *weights = now
    times = int(number), int(opened), int(votes_end), int(closes), int(enactable_at), int(expires)
    enrolled, live, seats, *rest = map(int, weights)
    kind = bool(large), bool(two_thirds), Count(count)
    weight_for, weight_against, people_for, people_against, seats_for, seats_against = rest
    sums = weight_for, weight_against, people_for, people_against, seats_for, seats_against
    return Motion(key, MotionState(state), *times, *kind, enrolled, live, seats, *sums)


def _hash_rest(content: tuple[Any, ...]) -> str:
    from daokit.artifact import load_artifact

    put: Any = load_artifact("Federation").function("open").inputs.items[0]
    _, _, competence, large, acts = content
    data = Tuple(put.items[2:], put.names[2:]).encode([competence, large, acts])
    return "0x" + keccak(data).hex()
