"""Seats: who is a member, who vouched for whom, and how one joins and leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from daokit.contract import Event, write
from daokit.recovery import Recoverable
from daokit.text import clean

APPLICATION_TYPE = {
    "Application": [
        {"name": "applicant", "type": "address"},
        {"name": "name", "type": "string"},
        {"name": "charter", "type": "bytes32"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ]
}


class Way(Enum):
    """How a seat was come by (IMembership.Way)."""

    NONE = 0
    FOUNDER = 1
    OPEN_ROLL = 2
    SPONSORED = 3
    OPTION = 4


class ApplicationState(Enum):
    """Where an application stands (IMembership.ApplicationState)."""

    NONE = 0
    SPONSORING = 1
    WINDOW = 2
    DUE = 3
    OBJECTED = 4
    VOID = 5


@dataclass(frozen=True)
class Seat:
    """One seat. `since` is unix seconds; `holder` is the address that holds it or, when `left`, held it last."""

    number: int
    holder: str
    name: str
    way: Way
    since: int
    left: bool


@dataclass(frozen=True)
class Application:
    """A wish for a seat. `sponsors` are seat numbers; `due` is when it can be seated (unix seconds, or 0)."""

    applicant: str
    state: ApplicationState
    sponsors: tuple[int, ...]
    due: int
    request: str


@dataclass(frozen=True)
class Request:
    """Something that seats may object to until `closes` (unix seconds); `needed` objections end it."""

    closes: int
    needed: int
    objections: int
    last_seat: int


@dataclass(frozen=True)
class Admission:
    """The rules for joining (IMembership.Admission): seconds, seats and basis points."""

    sponsors: int
    window: int
    objection_bps: int
    daily_count: int
    daily_bps: int


@dataclass(frozen=True)
class SignedApplication:
    """An application that anyone can bring. `deadline` is unix seconds."""

    applicant: str
    name: str
    deadline: int
    signature: bytes


class Membership(Recoverable):
    """The roll of a collective."""

    artifact_name = "Collective"

    @write
    def join(self, name: str, charter: str) -> Seat | Application:
        """Apply for a seat as `name`, having read the charter with this hash; on an open roll this takes the seat."""
        sent = self.send("applyForSeat", name, charter, words=(f'apply for a seat as "{clean(name, 64)}"',))
        if seated := sent.events("Seated"):
            return self._seat(seated[0], name)
        return self.application(self.chain.sender)

    def sign_application(self, name: str, deadline: int) -> SignedApplication:
        """Sign an application for the present charter as the connected account: free, and anyone can bring it."""
        applicant = self.chain.sender
        charter, _ = self.charter()
        message = {
            "applicant": applicant,
            "name": name,
            "charter": bytes.fromhex(charter[2:]),
            "nonce": self.read("nonceOf", applicant),
            "deadline": deadline,
        }
        signature = self.chain.sign_typed(self.domain(), APPLICATION_TYPE, message)
        return SignedApplication(applicant, name, deadline, signature)

    def domain(self) -> dict[str, object]:
        """The EIP-712 domain of what is signed for this collective."""
        return {
            "name": "daokit Collective",
            "version": "1",
            "chainId": self.chain.id,
            "verifyingContract": self.address,
        }

    @write
    def bring(self, applications: Iterable[SignedApplication]) -> list[str]:
        """Bring applications that others signed; returns who was passed over, because theirs is no longer good."""
        rows = [(one.applicant, one.name, one.deadline, one.signature) for one in applications]
        sent = self.send("bringApplications", rows, words=(f"bring {len(rows)} signed applications",))
        return [skipped.applicant for skipped in sent.events("ApplicationSkipped")]

    @write
    def withdraw_application(self) -> None:
        """Take the connected account's application back."""
        self.send("withdrawApplication", words=("take your application back",))

    @write
    def sponsor(self, applicant: str) -> Application:
        """Vouch for an applicant."""
        self.send("sponsor", applicant, words=(f"vouch for {self.chain.name_of(applicant)}",))
        return self.application(applicant)

    @write
    def seat_applicant(self, applicant: str) -> Seat:
        """Seat an applicant whose sponsors are complete and whose window has passed; anyone may."""
        sent = self.send("seatApplicant", applicant, words=(f"seat {self.chain.name_of(applicant)}",))
        return self._seat(sent.event("Seated"), self.name_of(applicant))

    @write
    def object(self, request: str, *, words: tuple[str, ...] = ()) -> Request:
        """Object to a request, once, while its window is open."""
        self.send("object", request, words=words or ("object to the request",))
        return self.request(request)

    @write
    def withdraw_objection(self, request: str, *, words: tuple[str, ...] = ()) -> Request:
        """Take an objection back."""
        self.send("withdrawObjection", request, words=words or ("take the objection back",))
        return self.request(request)

    @write
    def leave(self) -> int:
        """Give up the connected account's seat at once; returns its number. Units stay."""
        left = self.send("leave", words=("give up your seat, at once and for good; your units stay yours",)).event(
            "Left"
        )
        return int(left.seat)

    def holder_of(self, subject: int) -> str:
        """Who holds a seat now; "" for a seat given up or never taken."""
        holder, since = self.read("holderOf", subject)
        return str(holder) if since else ""

    def is_member(self, account: str) -> bool:
        """Whether `account` holds a seat."""
        return bool(self.read("isMember", account))

    def seat_of(self, account: str) -> int:
        """The seat that `account` holds, 0 for none."""
        return int(self.read("seatOf", account))

    def seats(self) -> int:
        """Seats held now."""
        return int(self.read("seats"))

    def charter(self) -> tuple[str, int]:
        """keccak256 of the charter's text, and how often it has been set."""
        text, version = self.read("charter")
        return "0x" + text.hex(), int(version)

    def charter_uri(self) -> str:
        """Where the text of the present charter is, as said when it was set."""
        changed = self.past("CharterChanged")
        return str(changed[-1].uri) if changed else str(self.past("Founded")[0].uri)

    def admission(self) -> Admission:
        """The rules for joining."""
        return Admission(*self.read("admission"))

    def founded(self) -> tuple[int, int]:
        """Unix time and block of the founding."""
        time, block = self.read("founded")
        return int(time), int(block)

    def application(self, applicant: str) -> Application:
        """Where an application stands."""
        return self.applications([applicant])[0]

    def applications(self, applicants: Sequence[str]) -> list[Application]:
        """Where many applications stand, in one round trip."""
        seen = self.read_many([("applicationOf", (applicant,)) for applicant in applicants])
        return [
            Application(applicant, ApplicationState(state), tuple(sponsors), int(due), "0x" + request.hex())
            for applicant, (state, sponsors, due, request) in zip(applicants, seen, strict=True)
        ]

    def request(self, request: str) -> Request:
        """A request that seats may object to."""
        return Request(*self.read("requestOf", request))

    def roll(self, *, former: bool = False) -> list[Seat]:
        """All seats by number; with `former`, those given up too. Read from the history."""
        names: dict[str, str] = {}
        seats: dict[int, Seat] = {}
        for event in self.past("Applied", "Seated", "SeatMoved", "Left", "Expelled"):
            if event.name == "Applied":
                names[event.applicant] = event["name"]
            elif event.name == "Seated":
                seats[event.seat] = self._seat(event, names.get(event.holder, ""))
            elif event.name == "SeatMoved":
                seats[event.seat] = replace(seats[event.seat], holder=event.to)
            else:
                seats[event.seat] = replace(seats[event.seat], left=True)
        return [seat for seat in seats.values() if former or not seat.left]

    def applicants(self) -> list[tuple[str, str]]:
        """Everybody who has applied and holds no seat: address and name, the latest last."""
        seated = {seat.holder for seat in self.roll()}
        found = {event.applicant: event["name"] for event in self.past("Applied")}
        return [(who, clean(name, 64)) for who, name in found.items() if who not in seated]

    def name_of(self, account: str) -> str:
        """The name under which `account` was last named or applied here, or its address."""
        for event in reversed(self.past("Applied", "Seated", "SeatMoved")):
            if event.name == "SeatMoved":
                if event.to == account:
                    return self.name_of(event.from_)
                continue
            who = event.applicant if event.name == "Applied" else event.holder
            if who == account and event["name"]:
                return clean(event["name"], 64)
        return account

    def sponsors_of(self, account: str) -> list[int]:
        """The seats that vouched for `account`, in order."""
        return [int(event.sponsor) for event in self.past("Sponsored") if event.applicant == account]

    def _seat(self, event: Event, name: str) -> Seat:
        since = self.when(event)
        return Seat(event.seat, event.holder, clean(event["name"] or name, 64), Way(event.way), since, left=False)
