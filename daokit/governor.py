"""Where members decide together: proposals, rival options, quadratic ballots, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from daokit.amounts import cost_of
from daokit.ballots import Choice
from daokit.contract import Event, write
from daokit.errors import UsageError
from daokit.motions import Motions
from daokit.options import Option


class State(Enum):
    """Where a proposal stands (IGovernor.State)."""

    NONE = 0
    DELIBERATION = 1
    VOTING = 2
    WAITING = 3
    EXECUTED = 4
    DEFEATED = 5
    CANCELLED = 6
    EXPIRED = 7


@dataclass(frozen=True)
class Proposal:
    """A proposal now. Times are unix seconds; `winner` is a place among the options when `executable_at` is not 0."""

    key: str
    number: int
    state: State
    season: int
    voting_starts: int
    voting_ends: int
    last_seat: int
    quorum: int
    rules: int
    options: int
    winner: int
    executable_at: int
    expires: int


@dataclass(frozen=True)
class Tally:
    """What an option has gathered: net votes, seats for and against, and whether it stands now."""

    net: int
    seats_for: int
    seats_against: int
    lane: int
    large: bool
    stands: bool


@dataclass(frozen=True)
class Ballot:
    """What one seat has said on one option. `cost` is `votes` squared, in voice credits; a bare side costs none."""

    seat: int
    proposal: int
    option: int
    votes: int
    cost: int


@dataclass(frozen=True)
class Season:
    """The season now. Times are unix seconds, lengths days; the last two hold from the next season on."""

    number: int
    starts: int
    ends: int
    credits: int
    next_length: int
    next_credits: int


@dataclass(frozen=True)
class Rules:
    """A set of the rules of deciding (IGovernor.Voting): seconds, basis points, numbers (0: no limit)."""

    deliberation: int
    voting: int
    timelock: int
    large_delay: int
    grace: int
    quorum_bps: int
    large_bps: int
    options_per_season: int
    open_proposals: int


@dataclass(frozen=True)
class Put:
    """An option as it was put: by which seat, at which place, when (unix seconds)."""

    proposal: int
    place: int
    seat: int
    option: Option
    time: int


class Governor(Motions):
    """The decisions of a collective. A proposal has a number, an option its place in it (0 is the original)."""

    artifact_name = "Collective"

    @write
    def propose(self, option: Option, *, words: tuple[str, ...] = ()) -> int:
        """Open a proposal with its original option; returns its number."""
        words = words or (f"open a proposal: {option.uri or option.text}",)
        opened = self.send("propose", option.to_solidity(), words=words).event("ProposalOpened")
        self._keys[opened.number] = "0x" + opened.proposal.hex()
        return int(opened.number)

    @write
    def add_rival(self, proposal: int, option: Option, *, words: tuple[str, ...] = ()) -> int:
        """Put a rival option to a proposal; returns its place."""
        words = words or (f"put a rival to proposal {proposal}: {option.uri or option.text}",)
        return int(
            self.send("addRival", self.key(proposal), option.to_solidity(), words=words).event("RivalAdded").place
        )

    @write
    def vote(self, proposal: int, votes: int, *, option: int = 0, words: tuple[str, ...] = ()) -> Ballot:
        """Cast `votes` votes on an option; a bare side costs none, 0 takes the ballot back.

        Raises `Reverted("NotEnoughCredits")` when the season's credits do not cover it.
        """
        sent = self.send(
            "vote", self.key(proposal), option, votes, words=words or (f"{Choice(proposal, option, votes)}",)
        )
        return self._ballot(sent.event("VoteCast"), proposal)

    @write
    def vote_paper(self, paper: Sequence[Choice], *, words: tuple[str, ...] = ()) -> list[Ballot]:
        """Cast many ballots in one transaction, all or none."""
        rows = [(self.key(choice.proposal), choice.option, choice.votes) for choice in paper]
        sent = self.send("votePaper", rows, words=words or tuple(str(choice) for choice in paper))
        return [
            self._ballot(cast, choice.proposal) for cast, choice in zip(sent.events("VoteCast"), paper, strict=True)
        ]

    @write
    def cancel(self, proposal: int) -> None:
        """Cancel one's own proposal before its voting opens."""
        content = self.content(self.put(proposal, 0).option)
        self.send("cancel", self.key(proposal), content, words=(f"cancel proposal {proposal}",))

    @write
    def execute(self, proposal: int, *, words: tuple[str, ...] = ()) -> int:
        """Execute the winning option; anyone may. Returns its place."""
        winner = self.proposal(proposal).winner
        put = self.put(proposal, winner)
        words = words or (f"execute option {winner} of proposal {proposal}",)
        sent = self.send("execute", self.key(proposal), winner, put.seat, put.option.to_solidity(), words=words)
        return int(sent.event("ProposalExecuted").option)

    def key(self, proposal: int) -> str:
        """The key under which the chain knows a proposal. Raises `UsageError` for a number that was never given."""
        if proposal not in self._keys:
            found = self.past("ProposalOpened", number=proposal)
            if not found:
                raise UsageError(f"there is no proposal {proposal}; the last is {self.count()}")
            self._keys[proposal] = "0x" + found[0].proposal.hex()
        return self._keys[proposal]

    def number_of(self, key: str) -> int:
        """The number of a proposal by its key. Raises `UsageError` for one that was never opened."""
        found = self.past("ProposalOpened", proposal=key)
        if not found:
            raise UsageError(f"there is no proposal with the key {key}")
        return int(found[0].number)

    def count(self) -> int:
        """Proposals opened so far."""
        return int(self.read("proposals"))

    def proposal(self, proposal: int) -> Proposal:
        """A proposal as it stands now."""
        return self.proposals([proposal])[0]

    def proposals(self, numbers: Sequence[int]) -> list[Proposal]:
        """Many proposals as they stand now, in one round trip."""
        keys = [self.key(number) for number in numbers]
        seen = self.read_many([("proposalOf", (key,)) for key in keys])
        return [
            Proposal(
                key,
                int(now.number),
                State(now.state),
                int(now.season),
                int(now.votingStarts),
                int(now.votingEnds),
                int(now.lastSeat),
                int(now.quorum),
                int(now.parameters),
                int(now.options),
                int(now.winner),
                int(now.executableAt),
                int(now.expires),
            )
            for key, now in zip(keys, seen, strict=True)
        ]

    def tallies(self, proposal: int) -> list[Tally]:
        """What each option has gathered, by place."""
        key = self.key(proposal)
        count = self.proposal(proposal).options
        return [Tally(*seen) for seen in self.read_many([("tallyOf", (key, place)) for place in range(count)])]

    def ballot(self, account: str, proposal: int, option: int = 0) -> int:
        """The votes of `account`'s seat on an option: 0 for none, 127 and -128 for bare sides."""
        return int(self.read("ballotOf", account, self.key(proposal), option))

    def credits(self, account: str) -> int:
        """Voice credits that `account` has left this season; 0 without a seat."""
        return int(self.read("creditsOf", account))

    def opening(self, account: str) -> tuple[int, int]:
        """What the rules of opening hold against `account`: until when its proposal is open, options this season."""
        until, options = self.read("openingOf", account)
        return int(until), int(options)

    def season(self) -> Season:
        """The season now."""
        return Season(*self.read("season"))

    def rules(self, number: int | None = None) -> Rules:
        """A set of rules by its number; without one, those that a proposal opened now takes."""
        return Rules(*self.read("voting", self.read("votingSet") if number is None else number))

    def content(self, option: Option) -> str:
        """The hash that a proposal commits to for `option`, with the code now at its targets."""
        content: bytes = self.read("contentOf", option.to_solidity())
        return "0x" + content.hex()

    def put(self, proposal: int, place: int) -> Put:
        """An option as it was put. Raises `UsageError` for a place that does not exist."""
        options = self.options(proposal)
        if not 0 <= place < len(options):
            raise UsageError(f"proposal {proposal} has no option {place}; its options are 0 to {len(options) - 1}")
        return options[place]

    def options(self, proposal: int) -> list[Put]:
        """All options of a proposal, the original first, from the events that put them."""
        key = self.key(proposal)
        events = self.past("ProposalOpened", "RivalAdded", proposal=key)
        return [self._put(event, proposal) for event in events]

    def opened(self) -> list[Put]:
        """The originals of all proposals, the first first. Read from the history."""
        return [self._put(event, int(event.number)) for event in self.past("ProposalOpened")]

    def ballots(self, proposal: int) -> list[Ballot]:
        """Every ballot on a proposal as it stands: the last of each seat and option. Read from the history."""
        last = {(cast.seat, cast.option): cast for cast in self.past("VoteCast", proposal=self.key(proposal))}
        return [self._ballot(cast, proposal) for cast in last.values() if cast.votes != 0]

    def _put(self, event: Event, proposal: int) -> Put:
        place = int(event.place) if event.name == "RivalAdded" else 0
        self._keys[proposal] = "0x" + event.proposal.hex()
        return Put(proposal, place, int(event.seat), Option.of(event.option), self.when(event))

    @staticmethod
    def _ballot(cast: Event, proposal: int) -> Ballot:
        return Ballot(int(cast.seat), proposal, int(cast.option), int(cast.votes), cost_of(int(cast.votes)))

    @property
    def _keys(self) -> dict[int, str]:
        known: dict[int, str] = self.__dict__.setdefault("known_keys", {})
        return known
