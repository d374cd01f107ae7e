"""Terms of a profit-share agreement as the chain holds them (IProfitShare.Terms), and their hash.

Amounts are in the token's smallest unit, times in unix seconds, parts in basis points (10,000 is all), tiers from 0,
addresses checksummed. Names, roles and what a milestone is about serve people only and are no part of the hash.
`terms_file` reads what people write, `terms_bounds` says what terms may say, `waterfall` divides what comes in,
`agreement_text` puts terms into words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from daokit.amounts import BPS
from daokit.errors import UsageError
from daokit.hashing import ZERO_ADDRESS, checksum, keccak

NO_TEXT = "0x" + "0" * 64


@dataclass(frozen=True)
class Party:
    """One row: `payee` gets the money, `signer` signs. `cost` comes back in `tier` (0 to 7, earlier ones first) before
    there is profit, of which the row has `share` of the sum of all shares."""

    payee: str
    signer: str
    cost: int = 0
    tier: int = 0
    share: int = 0
    name: str = field(default="", compare=False)
    role: str = field(default="", compare=False)

    def encoded(self) -> tuple[Any, ...]:
        """`IProfitShare.Party`."""
        return self.payee, self.signer, self.cost, self.tier, self.share

    @classmethod
    def decoded(cls, record: Any) -> Party:
        """From the struct's fields in order."""
        payee, signer, cost, tier, share = record
        return cls(checksum(payee), checksum(signer), int(cost), int(tier), int(share))


@dataclass(frozen=True)
class Milestone:
    """`share` of the price in bps, to be delivered by `due`."""

    share: int
    due: int
    what: str = field(default="", compare=False)

    def encoded(self) -> tuple[int, int]:
        """`IProfitShare.Milestone`."""
        return self.share, self.due

    @classmethod
    def decoded(cls, record: Any) -> Milestone:
        """From the struct's fields in order."""
        share, due = record
        return cls(int(share), int(due))


@dataclass(frozen=True)
class Terms:
    """Everything that an agreement says. A `price` of 0 is an open-ended share of revenue: no deposit, milestones,
    customer or arbiter. `document` is the hash of the legal text (0x hex), `residual` a row's place from 0."""

    token: str
    refund_to: str
    open_by: int
    parties: tuple[Party, ...]
    residual: int = 0
    price: int = 0
    deposit_bps: int = 0
    review: int = 0
    grace: int = 0
    arbitration: int = 0
    fallback_bps: int = 0
    customer: str = ZERO_ADDRESS
    arbiter: str = ZERO_ADDRESS
    document: str = NO_TEXT
    milestones: tuple[Milestone, ...] = ()

    def encoded(self) -> tuple[Any, ...]:
        """`IProfitShare.Terms`."""
        return (
            *self._plain(),
            [one.encoded() for one in self.milestones],
            [one.encoded() for one in self.parties],
        )

    @classmethod
    def decoded(cls, record: Any) -> Terms:
        """From the struct's fields in order, as the ABI codec gives them."""
        *plain, milestones, parties = record
        token, price, deposit, open_by, review, grace, arbitration, fallback = plain[:8]
        customer, refund_to, arbiter, document, residual = plain[8:]
        return cls(
            token=checksum(token),
            refund_to=checksum(refund_to),
            open_by=int(open_by),
            parties=tuple(Party.decoded(one) for one in parties),
            residual=int(residual),
            price=int(price),
            deposit_bps=int(deposit),
            review=int(review),
            grace=int(grace),
            arbitration=int(arbitration),
            fallback_bps=int(fallback),
            customer=checksum(customer),
            arbiter=checksum(arbiter),
            document="0x" + bytes(document).hex(),
            milestones=tuple(Milestone.decoded(one) for one in milestones),
        )

    @property
    def hash(self) -> str:
        """`AgreementTerms.hashOf`, 0x hex: keccak256 of the 13 plain words and of both lists' keccak256."""
        milestones = _words(word for one in self.milestones for word in one.encoded())
        parties = _words(word for one in self.parties for word in one.encoded())
        return "0x" + keccak(_words(self._plain()) + keccak(milestones) + keccak(parties)).hex()

    @property
    def is_order(self) -> bool:
        """Whether there is a price; else it is an open-ended share of revenue."""
        return self.price != 0

    @property
    def deposit(self) -> int:
        """What must be there when the agreement opens."""
        return self.price * self.deposit_bps // BPS

    def value_of(self, index: int) -> int:
        """What milestone `index` (from 0) is worth; the last one has what rounding leaves of the price."""
        if index + 1 == len(self.milestones):
            return self.rest_of(index)
        return self.price * self.milestones[index].share // BPS

    def rest_of(self, index: int) -> int:
        """What milestone `index` (from 0) and all after it are worth together."""
        return self.price - sum(self.price * one.share // BPS for one in self.milestones[:index])

    def label(self, row: int) -> str:
        """How people call a row: its name, else its role, else its place from 1."""
        party = self.parties[row]
        return party.name or party.role or f"row {row + 1}"

    def named_like(self, other: Terms) -> Terms:
        """The same terms with the names, roles and words of `other` where rows and milestones are the same ones."""
        known = {party.payee: party for party in other.parties}
        return replace(
            self,
            parties=tuple(
                replace(one, name=known[one.payee].name, role=known[one.payee].role) if one.payee in known else one
                for one in self.parties
            ),
            milestones=tuple(
                replace(one, what=other.milestones[place].what) if place < len(other.milestones) else one
                for place, one in enumerate(self.milestones)
            ),
        )

    def check(self, agreement: str = "") -> None:
        """Raises `UsageError` with a sentence for each thing that `AgreementTerms.check` would refuse; whether the
        token is a contract only the chain knows. `agreement` is the address of its own, once that is known."""
        from daokit.terms_bounds import breaches

        if found := breaches(self, agreement):
            raise UsageError("; ".join(found))

    def _plain(self) -> tuple[Any, ...]:
        return (
            self.token,
            self.price,
            self.deposit_bps,
            self.open_by,
            self.review,
            self.grace,
            self.arbitration,
            self.fallback_bps,
            self.customer,
            self.refund_to,
            self.arbiter,
            self.document,
            self.residual,
        )


@dataclass(frozen=True)
class Frozen:
    """What an amendment found: of what was `released` by then, what each row was entitled to and how much of that
    repaid its cost. As it stands here: before the first amendment."""

    amendment: int = 0
    released: int = 0
    amounts: tuple[int, ...] = ()
    repaid: tuple[int, ...] = ()

    def encoded(self) -> tuple[Any, ...]:
        """`IProfitShare.Frozen`."""
        return self.amendment, self.released, list(self.amounts), list(self.repaid)

    @classmethod
    def decoded(cls, record: Any) -> Frozen:
        """From the struct's fields in order."""
        amendment, released, amounts, repaid = record
        return cls(int(amendment), int(released), tuple(map(int, amounts)), tuple(map(int, repaid)))


@dataclass(frozen=True)
class Change:
    """What comes with new terms: the hash of the amendment's own text (0x hex), the `capital` that whoever brings it
    pays to `capital_to`, and the time after which the signatures are worth nothing."""

    document: str
    deadline: int
    capital: int = 0
    capital_to: str = ZERO_ADDRESS

    def encoded(self) -> tuple[Any, ...]:
        """`IProfitShare.Change`."""
        return self.document, self.capital, self.capital_to, self.deadline

    @classmethod
    def decoded(cls, record: Any) -> Change:
        """From the struct's fields in order."""
        document, capital, capital_to, deadline = record
        return cls("0x" + bytes(document).hex(), int(deadline), int(capital), checksum(capital_to))


def hash_in_force(terms: Terms, frozen: Frozen | None = None) -> str:
    """`IProfitShare.hash`: what the agreement's word says while these are in force, 0x hex."""
    if frozen is None or frozen == Frozen():
        return terms.hash
    # abi.encode(bytes32, Frozen): the struct behind its offset, in it two lists behind theirs.
    lists = [len(frozen.amounts), *frozen.amounts, len(frozen.repaid), *frozen.repaid]
    second = 128 + 32 * (1 + len(frozen.amounts))
    return "0x" + keccak(_words([terms.hash, 64, frozen.amendment, frozen.released, 128, second, *lists])).hex()


def _words(values: Iterable[Any]) -> bytes:
    """Each value as its 32 bytes: numbers, addresses and 32-byte hashes in hex."""
    return b"".join(
        value.to_bytes(32, "big") if isinstance(value, int) else bytes.fromhex(value[2:]).rjust(32, b"\0")
        for value in values
    )
