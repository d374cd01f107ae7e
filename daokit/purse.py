"""A federation's address on one chain, for its members there: seats, levies, exit shares, and what they told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from daokit.books import Books
from daokit.contract import write
from daokit.hashing import ZERO_ADDRESS
from daokit.interop import Interoperable
from daokit.ties import Ties


class SeatState(Enum):
    """How a member stands at a purse (IPurse.SeatState)."""

    NONE = 0
    ENTERED = 1
    SEATED = 2
    NOTICE = 3


@dataclass(frozen=True)
class PurseSeat:
    """A member's seat at a purse. `since` is when it joined, `notice_ends` when an expulsion takes effect (0: none)."""

    collective: str
    since: int
    state: SeatState
    notice_ends: int


@dataclass(frozen=True)
class Levies:
    """Levies in one token (smallest unit): of one member since it joined, and of all that sit."""

    own: int
    all: int


class Purse(Books):
    """A federation's purse. Members are known here by the addresses of their treasuries."""

    @write
    def tell(self, treasury: str, motions: Sequence[str] = (), *, value: int = 0, words: tuple[str, ...] = ()) -> None:
        """Tell the federation how many people the member of `treasury` has, and how it voted on these motions (keys);
        anyone may. On a branch `value` (wei) pays for the note."""
        name = self.chain.name_of(treasury)
        words = words or (
            f"tell how {name} voted on {len(motions)} motions" if motions else f"tell the roll of {name}",
        )
        self.send("tell", treasury, list(motions), value=value, words=words)

    @write
    def release(self, treasury: str, *, words: tuple[str, ...] = ()) -> dict[str, int]:
        """Have the purse take note that a treasury has ended its tie; returns the exit share paid, by token."""
        words = words or (f"have the purse take note that {self.chain.name_of(treasury)} has left",)
        sent = self.send("release", treasury, words=words)
        return {event.token: int(event.share) for event in sent.events("ExitSharePaid")}

    def home(self) -> Interoperable:
        """The federation: its chain and address."""
        chain, federation = self.read("home")
        return Interoperable.evm(int(chain), federation)

    def charter(self) -> str:
        """The hash of the federation's charter, as known here."""
        return f"0x{self.read('charter').hex()}"

    def seat_of(self, treasury: str) -> PurseSeat:
        """How a member stands here."""
        collective, since, state, ends = self.read("seatOf", treasury)
        return PurseSeat(collective, int(since), SeatState(state), int(ends))

    def treasuries(self) -> dict[str, PurseSeat]:
        """The treasuries that have a seat here. Read from the history."""
        entered = list(dict.fromkeys(event.treasury for event in self.past("Entered")))
        seats = {one: self.seat_of(one) for one in entered}
        return {one: seat for one, seat in seats.items() if seat.state is not SeatState.NONE}

    def seated(self) -> int:
        """Members that sit here, confirmed."""
        return int(self.read("seated"))

    def levies(self, treasury: str, token: str) -> Levies:
        """What a member passed up since it joined, and all members."""
        return Levies(*map(int, self.read("leviesOf", treasury, token)))

    def exit_share(self, treasury: str, token: str) -> int:
        """What a member would get of a token if it left now (smallest unit)."""
        return int(self.read("exitShareOf", treasury, token))

    def trail(self) -> list[str]:
        """The federation and all above it, by the hashes of their interoperable addresses."""
        return ["0x" + one.hex() for one in self.read("trail")]

    def waits_until(self, subject: str) -> int:
        """Until when objections to what waits here under `subject` count (unix seconds); 0: nothing waits."""
        return int(self.read("waitsUntil", subject))


class HomePurse(Purse, Ties):
    """The purse on the federation's own chain, by which the federation also sits in the one above."""

    artifact_name = "HomePurse"

    def parent(self) -> str | None:
        """The purse of the federation above on this chain."""
        found = str(self.read("parent"))
        return None if found == ZERO_ADDRESS else found
