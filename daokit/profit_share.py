"""Agreements that share the outcome of an order or of revenue: opened, delivered, accepted, amended, claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from daokit.agreement_messages import (
    AMENDMENT_TYPE,
    DELIVERY_TYPE,
    OPENING_TYPE,
    amendment_message,
    delivery_message,
    opening_message,
)
from daokit.agreements import Agreements
from daokit.chain import Chain
from daokit.contract import Event, write
from daokit.errors import NoConnection, RuleBroken, UsageError
from daokit.hashing import ZERO_ADDRESS
from daokit.recorded import Past, Recorded
from daokit.terms import NO_TEXT, Change, Frozen, Terms, hash_in_force
from daokit.terms_found import terms_of_transaction
from daokit.token import Token

COIN = ZERO_ADDRESS
BPS = 10_000


class State(Enum):
    """Where an agreement stands (IProfitShare.State)."""

    NONE = 0
    DRAFT = 1
    LIVE = 2
    DELIVERED = 3
    DISPUTED = 4
    DONE = 5
    DEFAULTED = 6
    REFUNDED = 7

    @property
    def ended(self) -> bool:
        """Whether nothing more can come of it than claims and refunds."""
        return self.value >= State.DONE.value


class Said(Enum):
    """What a signer has said about a digest on chain (IProfitShare.Said)."""

    NOTHING = 0
    APPROVED = 1
    REVOKED = 2


@dataclass(frozen=True)
class Status:
    """Where an agreement stands. `milestone` counts from 0, `part` is bps of it delivered, `until` the end of the
    review or the arbitration (unix seconds, 0: none), `later` seconds by which reviews have moved what is still due."""

    state: State
    milestone: int
    part: int
    until: int
    later: int
    claimed: int


@dataclass(frozen=True)
class Row:
    """What one row is entitled to, has had, and can claim now (smallest units)."""

    entitled: int
    paid: int

    @property
    def due(self) -> int:
        return self.entitled - self.paid


@dataclass(frozen=True)
class Snapshot:
    """An agreement at one moment: the terms in force with what they found frozen, where it stands, what is `released`
    and what is `held` besides (smallest unit), each row, and when each milestone is due (unix seconds): as in the
    terms, and for those still to come later by the reviews so far."""

    terms: Terms
    frozen: Frozen
    status: Status
    released: int
    held: int
    rows: tuple[Row, ...]
    due_times: tuple[int, ...]


class ProfitShare(Recorded):
    """One agreement. Needs nothing but its address once it is open; a draft needs its `terms`."""

    artifact_name = "ProfitShare"

    def __init__(self, chain: Chain, address: str, terms: Terms | None = None, history: Past | None = None) -> None:
        super().__init__(chain, address, history)
        self._draft = terms
        # Whose names, roles and words the terms from the chain are shown with.
        self.names = terms
        self._known: tuple[str, Terms, Frozen] | None = None

    @classmethod
    def load(cls, chain: Chain, address: str, terms: Terms | None = None) -> ProfitShare:
        """The agreement at `address`. Raises `RuleBroken` when none of ours is there."""
        if not Agreements(chain).is_agreement(address):
            raise RuleBroken(f"there is no agreement at {address} on {chain.name}; check the address and the chain")
        return cls(chain, address, terms)

    # Terms

    @property
    def hash(self) -> str:
        """Hash of the terms in force with what they found frozen, as the chain has it now, 0x hex."""
        found: bytes = self.read("hash")
        return "0x" + found.hex()

    def terms(self) -> Terms:
        """The terms in force."""
        return self.in_force()[0]

    def in_force(self) -> tuple[Terms, Frozen]:
        """The terms in force and what they found frozen, checked against the hash on chain.

        Raises `UsageError` for a draft whose terms were not given.
        """
        current = self.hash
        if self._known is None or self._known[0] != current:
            self._known = (current, *self._find(current))
        return self._known[1:]

    def _find(self, current: str) -> tuple[Terms, Frozen]:
        if self._draft is not None and self._draft.hash == current:
            return self._draft, Frozen()
        told = self.past("Opened", "Amended")
        if not told:
            raise UsageError(f"the agreement at {self.address} is a draft; name the file with its terms")
        terms, frozen = Terms.decoded(told[0].terms), Frozen()
        if (last := told[-1]).name == "Amended":
            terms = terms_of_transaction(self.chain, last.transaction, terms, "0x" + last.terms.hex())
            frozen = Frozen.decoded(last.frozen)
        if hash_in_force(terms, frozen) != current:
            raise NoConnection("the node tells other terms than the agreement's hash; do not trust it")
        return (terms.named_like(self.names) if self.names else terms), frozen

    def _arguments(self) -> tuple[Any, Any]:
        terms, frozen = self.in_force()
        return terms.encoded(), frozen.encoded()

    # Reading

    def snapshot(self, in_force: tuple[Terms, Frozen] | None = None) -> Snapshot:
        """All of it at this moment, asked for in one exchange. Who knows the terms `in_force` need not look."""
        terms, frozen = in_force or self.in_force()
        said, found = terms.encoded(), frozen.encoded()
        count = range(len(terms.parties))
        asked: list[tuple[str, tuple[Any, ...]]] = [("status", ()), ("released", (said,)), ("held", (said,))]
        asked += [("entitled", (said, found, row)) for row in count] + [("paidTo", (row,)) for row in count]
        told, released, held, *sums = self.read_many(asked)
        status = _status(told)
        rows = tuple(Row(int(sums[row]), int(sums[len(count) + row])) for row in count)
        due = tuple(
            one.due + (status.later if place >= status.milestone else 0) for place, one in enumerate(terms.milestones)
        )
        return Snapshot(terms, frozen, status, int(released), int(held), rows, due)

    def status(self) -> Status:
        """Where it stands."""
        return _status(self.read("status"))

    def released(self) -> int:
        """What has been released to the rows so far."""
        return int(self.read("released", self.terms().encoded()))

    def held(self) -> int:
        """What is there and not released."""
        return int(self.read("held", self.terms().encoded()))

    def rows(self) -> tuple[Row, ...]:
        """What each row is entitled to and has had."""
        return self.snapshot().rows

    def signers_of(self, changed: Terms) -> list[str]:
        """Whose signatures new terms need, in order."""
        return list(self.read("signersOf", *self._arguments(), changed.encoded()))

    def losers(self) -> list[str]:
        """Who must agree, in order, when less than the whole present milestone is delivered."""
        return list(self.read("losersOf", *self._arguments()))

    def said_by(self, signer: str, digest: str) -> Said:
        """What a signer has said about a digest on chain."""
        return Said(self.read("saidBy", signer, bytes.fromhex(digest[2:])))

    # Signing

    def domain(self) -> dict[str, object]:
        """The EIP-712 domain of what is signed for this agreement."""
        return {
            "name": "daokit ProfitShare",
            "version": "1",
            "chainId": self.chain.id,
            "verifyingContract": self.address,
        }

    def sign_opening(self, terms: Terms) -> bytes:
        """The connected account's signature under these terms. The agreement need not exist yet."""
        return self.chain.sign_typed(self.domain(), OPENING_TYPE, opening_message(terms))

    def sign_amendment(self, changed: Terms, change: Change) -> bytes:
        """The connected account's signature under new terms for this agreement."""
        return self.chain.sign_typed(self.domain(), AMENDMENT_TYPE, amendment_message(self.hash, changed, change))

    def sign_delivery(self, part: int, report: str = NO_TEXT) -> bytes:
        """The connected account's signature under a delivery of only `part` bps of the present milestone."""
        message = delivery_message(self.hash, self.status().milestone, part, report)
        return self.chain.sign_typed(self.domain(), DELIVERY_TYPE, message)

    def delivery_digest(self, part: int, report: str = NO_TEXT) -> str:
        """What is signed to deliver only `part` bps of the present milestone, 0x hex."""
        digest: bytes = self.read("deliveryDigest", part, bytes.fromhex(report[2:]))
        return "0x" + digest.hex()

    def amendment_digest(self, changed: Terms, change: Change) -> str:
        """What is signed to amend, 0x hex: what `speak` approves or revokes."""
        digest: bytes = self.read("amendmentDigest", changed.encoded(), change.encoded())
        return "0x" + digest.hex()

    def opening_digest(self, terms: Terms) -> str:
        """What is signed to open, 0x hex."""
        digest: bytes = self.read("openingDigest", terms.encoded())
        return "0x" + digest.hex()

    # Writing

    @write
    def pay(self, amount: int, *, words: tuple[str, ...] = ()) -> int:
        """Pay in `amount` of the agreement's token; returns what arrived. A token is approved first."""
        token = self.terms().token
        if token != COIN:
            Token(self.chain, token).allow(self.address, amount)
        words = words or (f"pay {self.chain.money(token, amount)} into the agreement",)
        sent = self.send("deposit", amount, value=amount if token == COIN else 0, words=words)
        return int(next(event for event in sent.events("Received") if event.address == self.address).amount)

    @write
    def open(self, signatures: Mapping[str, bytes]) -> None:
        """Open a draft that was made before. `signatures` by signer."""
        terms = self.terms()
        given = [signatures.get(party.signer, b"") for party in terms.parties]
        self.send("open", terms.encoded(), given, words=("open the agreement that all rows have signed",))

    @write
    def deliver(
        self, row: int, part: int = BPS, report: str = NO_TEXT, signatures: Mapping[str, bytes] | None = None
    ) -> Event:
        """Say that the present milestone is delivered, for a row that the account signs for. For less than the whole,
        `part` bps of it, `signatures` by signer of all whom `losers` names: what is not delivered is lost to them."""
        share = "" if part == BPS else f" {part / 100:g} % of"
        words = (f"say that{share} milestone {self.status().milestone + 1} is delivered",)
        given = [] if part == BPS else [(signatures or {}).get(signer, b"") for signer in self.losers()]
        sent = self.send("deliver", *self._arguments(), row, part, bytes.fromhex(report[2:]), given, words=words)
        return sent.event("Delivered")

    @write
    def accept(self) -> int:
        """Accept the delivery under review, as the customer; returns what is released."""
        words = (f"accept milestone {self.status().milestone + 1}; its price goes to those who did the work",)
        return int(self.send("accept", *self._arguments(), words=words).event("Released").amount)

    @write
    def dispute(self, reason: str) -> Status:
        """Dispute the delivery under review, as the customer. `reason` is the 0x hex hash of a text."""
        words = (f"dispute milestone {self.status().milestone + 1}",)
        self.send("dispute", *self._arguments(), bytes.fromhex(reason[2:]), words=words)
        return self.status()

    @write
    def rule(self, bps: int, reason: str) -> Status:
        """Rule, as the arbiter, that `bps` of the disputed delivery is to be paid."""
        words = (f"rule that {bps / 100:g} % of the disputed delivery is paid",)
        self.send("rule", *self._arguments(), bps, bytes.fromhex(reason[2:]), words=words)
        return self.status()

    @write
    def settle(self) -> Status:
        """Do what time has decided."""
        self.send("settle", *self._arguments(), words=("settle what time has decided",))
        return self.status()

    @write
    def claim(self, row: int, to: str | None = None) -> int:
        """Pay a row what it can claim, to its payee or, if that asks, to another address; returns what went out."""
        now = self.snapshot()
        receiver = to or now.terms.parties[row].payee
        due = self.chain.money(now.terms.token, now.rows[row].due)
        words = (f"pay out {due} of the agreement to {self.chain.name_of(receiver)}",)
        return int(self.send("claim", *self._arguments(), row, receiver, words=words).event("Claimed").paid)

    @write
    def pay_out(self, rows: Sequence[int] | None = None) -> dict[int, int]:
        """Pay several rows, or all, what they can claim, to their payees; returns what went out by row. Who does not
        take it is passed over."""
        now = self.snapshot()
        wanted = range(len(now.rows)) if rows is None else rows
        due = [row for row in wanted if now.rows[row].due]
        whole = self.chain.money(now.terms.token, sum(now.rows[row].due for row in due))
        words = (f"pay out {whole} of the agreement to {len(due)} parties",)
        sent = self.send("payOut", *self._arguments(), due, words=words)
        return {int(event.row): int(event.paid) for event in sent.events("Claimed")}

    @write
    def refund(self, token: str | None = None, to: str | None = None) -> int:
        """Pay back what is not needed here; returns what went out."""
        terms = self.terms()
        receiver = to or terms.refund_to
        token = token or terms.token
        words = (f"pay what is not needed in {self.chain.symbol(token)} back to {self.chain.name_of(receiver)}",)
        return int(self.send("refund", *self._arguments(), token, receiver, words=words).event("Refunded").amount)

    @write
    def amend(
        self, changed: Terms, change: Change, signatures: Mapping[str, bytes], *, words: tuple[str, ...] = ()
    ) -> Terms:
        """Put new terms in force. `signatures` by signer, of all whom `signers_of` names; the capital that the change
        asks for is paid by the connected account."""
        terms, frozen = self.in_force()
        given = [signatures.get(signer, b"") for signer in self.signers_of(changed)]
        if change.capital and terms.token != COIN:
            Token(self.chain, terms.token).allow(self.address, change.capital)
        words = words or ("put new terms in force",)
        row = (terms.encoded(), frozen.encoded(), changed.encoded(), change.encoded(), given)
        self.send("amend", *row, value=change.capital if terms.token == COIN else 0, words=words)
        return changed

    @write
    def speak(self, digest: str, said: Said) -> None:
        """Approve a digest on chain (for accounts that do not sign), or take back a signature not yet used."""
        word = {Said.APPROVED: "approve", Said.REVOKED: "take back your signature under"}.get(said, "say nothing about")
        self.send("speak", bytes.fromhex(digest[2:]), said.value, words=(f"{word} {digest}",))


def _status(told: Sequence[Any]) -> Status:
    state, *rest = told
    return Status(State(state), *map(int, rest))
