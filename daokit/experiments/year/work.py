"""One agreement beside its model in plain integers: what is released, entitled, claimed, and every deed on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from daokit.accounts import Signer
from daokit.affected import signers
from daokit.agreements import Agreements
from daokit.amounts import BPS
from daokit.documents import text_hash
from daokit.experiments.year.world import COIN, DAY, Deed, Done, Person, World
from daokit.fund import Fund
from daokit.hashing import ZERO_ADDRESS
from daokit.profit_share import ProfitShare, State
from daokit.terms import NO_TEXT, Change, Frozen, Terms, hash_in_force
from daokit.token import Token
from daokit.waterfall import divide, freeze

_REASON = bytes.fromhex(text_hash("because")[2:])


@dataclass
class Work:
    """An agreement by the model. `by` knows each signer's person; amounts in the smallest unit, times unix seconds."""

    world: World
    number: int
    terms: Terms
    by: dict[str, Person]
    address: str = ""
    frozen: Frozen = field(default_factory=Frozen)
    state: State = State.DRAFT
    booked: int = 0
    claimed: int = 0
    paid: dict[int, int] = field(default_factory=dict)
    milestone: int = 0
    part: int = BPS
    since: int = 0
    until: int = 0
    later: int = 0

    def __post_init__(self) -> None:
        self.address = Agreements(self.world.chain).address_of(self.terms, self.number)
        self.world.holders[self.address] = None

    # The model

    @property
    def balance(self) -> int:
        return self.world.held(self.terms.token, self.address)

    @property
    def is_open(self) -> bool:
        """Whether it is a share of revenue that is live."""
        return self.state is State.LIVE and not self.terms.is_order

    @property
    def released(self) -> int:
        """Of an order what was released; of open-ended revenue all that ever came in."""
        return max(self.booked, self.balance + self.claimed) if self.is_open else self.booked

    @property
    def kept(self) -> int:
        """What is there and not released."""
        return self.balance - (self.released - self.claimed)

    @property
    def delivered(self) -> int:
        """What the delivery under review comes to."""
        return self.terms.value_of(self.milestone) * self.part // BPS

    @property
    def due(self) -> int:
        """By when the present milestone must be delivered."""
        return self.terms.milestones[self.milestone].due + self.later

    def entitled(self) -> tuple[int, ...]:
        """What each row is entitled to, by the integer model."""
        return divide(self.terms, self.released, self.frozen, ended=self.state.ended).amounts

    def owed(self) -> dict[int, int]:
        """What each row can claim now, where that is something."""
        rows = enumerate(self.entitled())
        return {row: amount - self.paid.get(row, 0) for row, amount in rows if amount != self.paid.get(row, 0)}

    # Deeds

    def contract(self, signer: Signer | None = None) -> ProfitShare:
        """The agreement, for somebody."""
        return ProfitShare(self.world.chain.as_(signer) if signer else self.world.chain, self.address)

    def opening(self, sender: str) -> Deed:
        """Each row's signer has signed with its own key."""
        given = [self.contract(self.by[one.signer].signer()).sign_opening(self.terms) for one in self.terms.parties]
        factory = Agreements(self.world.chain)
        data = factory.encode("open", self.terms.encoded(), self.number, given)

        def book(done: Done) -> None:
            self.world.expect("the opened terms", "0x" + done.event("Opened", self.address).hash.hex(), self.terms.hash)
            self.state = State.LIVE

        return Deed("agreements opened", sender, factory.address, data, book=book)

    def making(self, sender: str) -> Deed:
        """The draft is put on chain, unsigned."""
        factory = Agreements(self.world.chain)
        return Deed("drafts", sender, factory.address, factory.encode("make", self.terms.encoded(), self.number))

    def delivery(self, row: int) -> Deed:
        """The whole of the present milestone."""

        def book(done: Done) -> None:
            self.state, self.part, self.since = State.DELIVERED, BPS, self.world.now
            self.until = self.world.now + self.terms.review
            self.world.expect("a review", int(done.event("Delivered", self.address).reviewUntil), self.until)

        return self._deed("deliveries", self.terms.parties[row].signer, "deliver", row, BPS, _REASON, [], book=book)

    def acceptance(self) -> Deed:
        """The customer accepts; what is missing was paid before."""
        return self._deed("deliveries accepted", self.terms.customer, "accept", book=self._release)

    def dispute(self) -> Deed:
        """The customer disputes; without an arbiter the fallback holds at once."""

        def book(done: Done) -> None:
            self.state = State.DISPUTED
            self.until = self.world.now + self.terms.arbitration
            if self.terms.arbiter == ZERO_ADDRESS:
                self._ruled(done, self.terms.fallback_bps)

        return self._deed("disputes", self.terms.customer, "dispute", _REASON, book=book)

    def ruling(self, bps: int) -> Deed:
        """The arbiter rules."""
        return self._deed("rulings", self.terms.arbiter, "rule", bps, _REASON, book=lambda done: self._ruled(done, bps))

    def settlement(self, sender: str) -> Deed:
        """What time has decided."""

        def book(done: Done) -> None:
            if self.state in (State.DRAFT, State.LIVE):
                self._end(State.REFUNDED, done)
            elif self.state is State.DISPUTED:
                self._ruled(done, self.terms.fallback_bps)
            elif self.kept >= self.delivered:
                self._release(done)
            else:
                everything = self.kept
                self.world.expect("a default", int(done.event("Released", self.address).amount), everything)
                self.booked += everything
                self._end(State.DEFAULTED, done)

        return self._deed("settlements", sender, "settle", book=book)

    def claim(self, row: int, sender: str) -> Deed:
        """One row is paid."""
        return self._deed(
            "claims", sender, "claim", row, self.terms.parties[row].payee, book=lambda done: self._pay(done, (row,))
        )

    def paying_out(self, sender: str) -> Deed:
        """All rows are paid that have something due."""
        rows = list(self.owed())
        return self._deed(
            "payments of all rows", sender, "payOut", rows, book=lambda done: self._pay(done, tuple(rows))
        )

    def refund(self, sender: str, token: str) -> Deed:
        """What is not needed here goes back; of the agreement's own token once it has ended."""
        own = token == self.terms.token

        def book(done: Done) -> None:
            back = self.kept if own else self.world.held(token, self.address)
            self.world.expect("a refund", int(done.event("Refunded", self.address).amount), back)
            self.world.move(token, self.address, self.terms.refund_to, back)

        return self._deed("refunds", sender, "refund", token, self.terms.refund_to, book=book)

    def amendment(self, changed: Terms, sender: str) -> Deed:
        """New terms, signed by exactly those whom the model asks."""
        data = self._amend_data(changed, Change(NO_TEXT, self.world.now + DAY))
        return Deed("amendments", sender, self.address, data, book=lambda done: self._amended(done, changed))

    def entry(self, changed: Terms, person: Person, capital: int, to: str, *, from_fund: bool) -> list[Deed]:
        """New terms with the capital of somebody who enters, from their own address or from their fund."""
        token, source = self.terms.token, person.fund if from_fund else person.address
        data = self._amend_data(changed, Change(NO_TEXT, self.world.now + DAY, capital, to))

        def book(done: Done) -> None:
            # Capital passes through: it is no revenue.
            self._amended(done, changed)
            self.world.move(token, source, to, capital)

        if from_fund:
            call = Fund(self.world.chain, person.fund).encode("invest", self.address, token, capital, data)
            return [Deed("entries from funds", person.address, person.fund, call, book=book)]
        if token == COIN:
            return [Deed("entries", person.address, self.address, data, capital, book)]
        allow = Token(self.world.chain, token).encode("approve", self.address, capital)
        return [
            Deed("approvals", person.address, token, allow),
            Deed("entries", person.address, self.address, data, book=book),
        ]

    def _amend_data(self, changed: Terms, change: Change) -> bytes:
        asked = signers(self.terms, changed, self.released, self.frozen)
        signed = {one: self.contract(self.by[one].signer()).sign_amendment(changed, change) for one in set(asked)}
        words = (self.terms.encoded(), self.frozen.encoded(), changed.encoded(), change.encoded())
        return self.contract().encode("amend", *words, [signed[one] for one in asked])

    def _amended(self, done: Done, changed: Terms) -> None:
        found = freeze(self.terms, self.released, self.frozen)
        event = done.event("Amended", self.address)
        self.world.expect("what an amendment froze", Frozen.decoded(event.frozen), found)
        self.world.expect("the terms in force", "0x" + event["hash"].hex(), hash_in_force(changed, found))
        self.booked, self.frozen, self.terms = found.released, found, changed

    # What the chain then says, beside the model

    def _deed(self, kind: str, sender: str, function: str, *arguments: Any, book: Any) -> Deed:
        words = (self.terms.encoded(), self.frozen.encoded(), *arguments)
        return Deed(kind, sender, self.address, self.contract().encode(function, *words), book=book)

    def _release(self, done: Done) -> None:
        self.world.expect("a release", int(done.event("Released", self.address).amount), self.delivered)
        self.booked += self.delivered
        self.later += self.world.now - self.since
        self.milestone += 1
        if self.milestone == len(self.terms.milestones):
            self._end(State.DONE, done)
        else:
            self.state = State.LIVE

    def _ruled(self, done: Done, bps: int) -> None:
        self.part, self.until, self.state = self.part * bps // BPS, self.world.now - 1, State.DELIVERED
        self.world.expect("a ruling", int(done.event("Ruled", self.address).bps), bps)
        if self.kept >= self.delivered:
            self._release(done)

    def _end(self, state: State, done: Done) -> None:
        self.state = state
        self.world.expect("an end", State(done.event("Ended", self.address).state), state)

    def _pay(self, done: Done, rows: tuple[int, ...]) -> None:
        owed = self.owed()
        told = [(int(one.row), one.to, int(one.due), int(one.paid)) for one in done.events("Claimed", self.address)]
        model = [(row, self.terms.parties[row].payee, owed[row], owed[row]) for row in rows if row in owed]
        self.world.expect("claims", told, model)
        # All that was there counts as booked from now on; revenue that comes later adds to it.
        self.booked = self.released
        for row, payee, amount, _ in model:
            self.paid[row] = self.paid.get(row, 0) + amount
            self.claimed += amount
            self.world.move(self.terms.token, self.address, payee, amount)
