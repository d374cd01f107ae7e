"""What a motion of a federation can do: each kind of act as plain values.

`federation_forms` turns them into the chain's form and back, `federation_reading` says them in words. Amounts are in a
token's smallest unit, times unix seconds, shares basis points; members are accounts on a chain (`interop`), since they
may be anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from daokit.federation_rules import Rules
from daokit.interop import Interoperable

MOST_ACTS = 8
ON_ARRIVAL = 2**256 - 1
"""A moment that no chain reaches: what is to be before it is reckoned from when the order arrives."""


class ActKind(Enum):
    """What an act does (IFederationWords.ActKind)."""

    NONE = 0
    PAY = 1
    SPEND = 2
    REQUEST = 3
    INVITE = 4
    EXPEL = 5
    CONFIRM_ROLL = 6
    COMPETENCE = 7
    RULES = 8
    CHARTER = 9
    LINK = 10
    LINK_BACK = 11
    CEILING = 12
    LIST = 13
    JOIN = 14
    QUIT = 15
    LEVY = 16
    DELEGATE = 17
    INVALIDATE = 18
    RESUME = 19
    CONFIRM = 20


@dataclass(frozen=True)
class Pay:
    """Pay from the purse on `chain`."""

    chain: int
    token: str
    to: str
    amount: int
    purpose: str = ""
    kind: ClassVar[ActKind] = ActKind.PAY
    large: ClassVar[bool] = False


@dataclass(frozen=True)
class Spend:
    """Pay from a member's treasury on `chain`, within the mandate (budget) that it gave."""

    chain: int
    treasury: str
    budget: int
    to: str
    amount: int
    purpose: str = ""
    kind: ClassVar[ActKind] = ActKind.SPEND
    large: ClassVar[bool] = False


@dataclass(frozen=True)
class Request:
    """Ask a member to decide on an affair of its own."""

    member: Interoperable
    what: str
    kind: ClassVar[ActKind] = ActKind.REQUEST
    large: ClassVar[bool] = False


@dataclass(frozen=True)
class Invite:
    """Invite a collective. `persons` 0: its roll is told; more for a member that has no persons of its own."""

    member: Interoperable
    persons: int = 0
    kind: ClassVar[ActKind] = ActKind.INVITE
    large: ClassVar[bool] = False


@dataclass(frozen=True)
class Expel:
    """Give a member notice of 14 days."""

    member: Interoperable
    kind: ClassVar[ActKind] = ActKind.EXPEL
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class ConfirmRoll:
    """Count a roll that has grown by more than a fifth, up to `people`."""

    member: Interoperable
    people: int
    kind: ClassVar[ActKind] = ActKind.CONFIRM_ROLL
    large: ClassVar[bool] = False


@dataclass(frozen=True)
class Competence:
    """List a competence, or strike it off."""

    name: str
    listed: bool = True
    kind: ClassVar[ActKind] = ActKind.COMPETENCE
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class SetRules:
    """Change the federation's rules, for motions opened from then on."""

    rules: Rules
    kind: ClassVar[ActKind] = ActKind.RULES
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class SetCharter:
    """Replace the charter's text by that with keccak256 `text` (0x hex), to be found at `uri`."""

    text: str
    uri: str
    kind: ClassVar[ActKind] = ActKind.CHARTER
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class Link:
    """Link `chain` by a gateway here with the branch there; `threshold` of `validators` must sign what comes."""

    chain: int
    gateway: str
    branch: str
    domain: int
    peer: str
    validators: tuple[str, ...]
    threshold: int
    kind: ClassVar[ActKind] = ActKind.LINK
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class LinkBack:
    """Change how the branch on `chain` is linked home."""

    chain: int
    domain: int
    peer: str
    validators: tuple[str, ...]
    threshold: int
    kind: ClassVar[ActKind] = ActKind.LINK_BACK
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class Ceiling:
    """The most of a token that leaves the purse on `chain` in seven days, in basis points of what is free."""

    chain: int
    token: str
    bps: int
    kind: ClassVar[ActKind] = ActKind.CEILING
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class ListToken:
    """Put a token on the list of the purse on `chain`, or take it off."""

    chain: int
    token: str
    listed: bool = True
    kind: ClassVar[ActKind] = ActKind.LIST
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class Join:
    """Sit in the federation whose purse is `purse`, under its charter `charter` (0x hex), passing up `bps`."""

    chain: int
    purse: str
    charter: str
    bps: int
    kind: ClassVar[ActKind] = ActKind.JOIN
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class Quit:
    """Leave the federation whose purse is `purse`."""

    chain: int
    purse: str
    kind: ClassVar[ActKind] = ActKind.QUIT
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class Levy:
    """Pass up `bps` of revenue to `purse` from now on."""

    chain: int
    purse: str
    bps: int
    kind: ClassVar[ActKind] = ActKind.LEVY
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class Delegate:
    """Delegate a competence to the federation of `purse`, or recall it."""

    chain: int
    purse: str
    competence: str
    given: bool = True
    kind: ClassVar[ActKind] = ActKind.DELEGATE
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class Invalidate:
    """Drop the orders that the branch on `chain` received before a moment, and before this arrives there."""

    chain: int
    before: int = ON_ARRIVAL
    kind: ClassVar[ActKind] = ActKind.INVALIDATE
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class Resume:
    """Take notes from `chain` again."""

    chain: int
    kind: ClassVar[ActKind] = ActKind.RESUME
    large: ClassVar[bool] = True


@dataclass(frozen=True)
class Confirm:
    """Confirm `order` (0x hex), which another member vetoed at a branch where this federation sits."""

    chain: int
    branch: str
    order: str
    kind: ClassVar[ActKind] = ActKind.CONFIRM
    large: ClassVar[bool] = False


@dataclass(frozen=True)
class Unreadable:
    """An act whose data does not fit its kind: it cannot be done."""

    number: int
    chain: int
    data: bytes
    kind: ClassVar[ActKind] = ActKind.NONE
    large: ClassVar[bool] = True


Act = (
    Pay
    | Spend
    | Request
    | Invite
    | Expel
    | ConfirmRoll
    | Competence
    | SetRules
    | SetCharter
    | Link
    | LinkBack
    | Ceiling
    | ListToken
    | Join
    | Quit
    | Levy
    | Delegate
    | Invalidate
    | Resume
    | Confirm
    | Unreadable
)
