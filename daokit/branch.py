"""A federation's purse on another chain than its own: orders wait there, and members there can veto them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from daokit.contract import Event, Sent, write
from daokit.federation_acts import Act
from daokit.federation_forms import decode, encode
from daokit.notes import fee_of
from daokit.options import Call, purpose_bytes
from daokit.purse import Purse


class OrderState(Enum):
    """Where an order stands (IBranch.OrderState)."""

    NONE = 0
    WAITING = 1
    VETOED = 2
    CONFIRMED = 3
    DONE = 4


@dataclass(frozen=True)
class Order:
    """An order to a branch: act `index` of `motion` (its key). Times are unix seconds: it can be done from `due` until
    `expires`. `dropped` was invalidated."""

    id: str
    motion: str
    index: int
    act: Act
    state: OrderState
    received: int
    due: int
    expires: int
    confirmations: int
    dropped: bool = False

    def over(self, now: int) -> bool:
        """Whether nothing comes of it any more: it was done, was dropped or has expired."""
        return self.state is OrderState.DONE or self.dropped or now >= self.expires


@dataclass(frozen=True)
class Room:
    """What leaves in seven days in one token: at most `cap`, of which `used`; `bps` of what is free (smallest unit)."""

    cap: int
    used: int
    bps: int


class Branch(Purse):
    """A branch. The `to_…` methods are what a passed large option of a member calls."""

    artifact_name = "Branch"

    @write
    def tell(
        self,
        treasury: str,
        motions: Sequence[str] = (),
        *,
        value: int | None = None,
        words: tuple[str, ...] = (),
    ) -> None:
        """Tell the federation how many people the member of `treasury` has, and how it voted on these motions (keys);
        anyone may. `value` (wei) pays for the note, as much as it costs now when left out."""
        value = fee_of(self, "tell", treasury, list(motions)) if value is None else value
        super().tell(treasury, motions, value=value, words=words)

    @write
    def tell_gone(self, collective: str, *, value: int | None = None) -> str:
        """Tell the federation that a collective has left here; anyone may, and what was not told is told again.
        Returns the note's id."""
        value = fee_of(self, "tellGone", collective) if value is None else value
        words = (f"tell the federation that {self.chain.name_of(collective)} has left",)
        return _note(self.send("tellGone", collective, value=value, words=words))

    @write
    def tell_delegation(self, treasury: str, competence: str, *, value: int | None = None) -> str:
        """Tell the federation whether the member of `treasury` delegates a competence; anyone may. Returns the note's
        id."""
        name = purpose_bytes(competence)
        value = fee_of(self, "tellDelegation", treasury, name) if value is None else value
        words = (f'tell the federation how {self.chain.name_of(treasury)} stands to "{competence}"',)
        return _note(self.send("tellDelegation", treasury, name, value=value, words=words))

    @write
    def carry_out(self, order: Order) -> None:
        """Do what an order says, once it is due; anyone may."""
        form = self._form(order.act)
        self.send("carryOut", order.motion, order.index, form, words=(f"carry out order {order.id[:10]}…",))

    @write
    def veto(self, order: str, treasury: str) -> Order:
        """Veto an order (its id) for a treasury whose people object to it, or as that treasury."""
        self.send("veto", order, treasury, words=(f"veto order {order[:10]}… for {self.chain.name_of(treasury)}",))
        return self.order(order)

    @write
    def pause(self, treasury: str) -> int:
        """Take no notes for 7 days, for a treasury whose people object to `pause_subject`; returns until when."""
        words = (f"pause the branch for 7 days, for {self.chain.name_of(treasury)}",)
        return int(self.send("pause", treasury, words=words).event("Paused").until)

    def to_confirm(self, order: str) -> Call:
        """Confirm a vetoed order, as another treasury that sits here."""
        return Call(self.address, 0, self.encode("confirm", order))

    def to_veto(self, order: str, treasury: str) -> Call:
        """Veto an order as the treasury itself."""
        return Call(self.address, 0, self.encode("veto", order, treasury))

    def order(self, order: str) -> Order:
        """One order by its id."""
        return next(one for one in self.orders() if one.id == order)

    def orders(self) -> list[Order]:
        """All orders that came, the first first. Read from the history."""
        came = self.past("OrderReceived")
        dropped = max((int(event.before) for event in self.past("OrdersInvalidated")), default=0)
        seen = self.read_many([("orderOf", (event.order,)) for event in came])
        return [self._order(event, now, dropped) for event, now in zip(came, seen, strict=True)]

    def vetoed_by(self, order: str) -> str | None:
        """The treasury that vetoed an order, None when none did."""
        return next((str(one.treasury) for one in self.past("OrderVetoed", order=order)), None)

    def confirmed_by(self, order: str) -> list[str]:
        """The treasuries that confirmed an order, the first first."""
        return [str(one.treasury) for one in self.past("OrderConfirmed", order=order)]

    def pause_subject(self) -> str:
        """What the people of a member object to if they want a pause."""
        return f"0x{self.read('pauseSubject').hex()}"

    def paused_until(self) -> int:
        """Until when no notes are taken (unix seconds, 0: they are)."""
        return int(self.read("pausedUntil"))

    def gateway(self) -> str:
        """The gateway that it takes notes from."""
        return str(self.read("gateway"))

    def ceiling(self, token: str) -> Room:
        """What may leave of a token in seven days."""
        return Room(*map(int, self.read("ceilingOf", token)))

    def _form(self, act: Act) -> tuple[int, int, bytes]:
        return encode(act, self.chain.id)

    @staticmethod
    def _order(event: Event, now: tuple[int, int, int, int, int], dropped: int) -> Order:
        state, *rest = now
        received, due, expires, confirmations = map(int, rest)
        act = decode(int(event.act.kind), int(event.act.chain), bytes(event.act.data))
        done = OrderState(state)
        gone = received < dropped and done is not OrderState.DONE
        key, motion = "0x" + event.order.hex(), "0x" + event.motion.hex()
        return Order(key, motion, int(event["index"]), act, done, received, due, expires, confirmations, gone)


def _note(sent: Sent) -> str:
    return f"0x{sent.event('NoteSent').id.hex()}"
