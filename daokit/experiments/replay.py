"""Real ballots cast again on a chain: one seat a voter, one proposal a project, each paper signed by its voter.

What the chain then says of each tally, each voter's spending and the ranking is compared with the file's own sums.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daokit.amounts import MOST_VOTES
from daokit.chain import Chain
from daokit.charter import Charter
from daokit.documents import data_uri, text_hash
from daokit.errors import NoConnection, RuleBroken
from daokit.experiments.papers import Papers, read
from daokit.experiments.sandbox import sandbox
from daokit.experiments.voters import Each, Place, Voter, address_of, all_hands, sign_application, sign_paper
from daokit.factory import Factory, deploy
from daokit.governor import Governor
from daokit.membership import Membership
from daokit.options import Option

Say = Callable[[str], None]

_FOUNDERS = 3  # as few as a first meeting has; everybody else joins
_LIST = 100  # applications brought in one transaction
_DAY = 86_400


@dataclass(frozen=True)
class Cast:
    """What became of one voter's paper: the gas it used, and why the chain refused it, if it did."""

    gas: int
    refused: str = ""


def replay(ballots: Path, *, budget: int, projects: Path | None = None, say: Say = print) -> dict[str, Any]:
    """Cast every ballot of a file on a chain of its own, and compare. Returns the figures as plain values.

    A paper over the `budget` (voice credits of each voter) is refused whole by the chain, listed, and stops nothing.
    Raises `RuleBroken` when chain and file differ, `MalformedFile` for a file that cannot be read, `ToolMissing`
    without anvil.
    """
    began = time.monotonic()
    papers = read(ballots, projects)
    names = list(papers.votes)
    say(f"{papers.rows:,} rows: {len(names):,} voters, {len(papers.projects):,} projects")
    with all_hands(len(names)) as each:
        addresses = each(address_of, range(len(names)))
        voters = [Voter(number, _seat_name(name), addresses[number]) for number, name in enumerate(names)]
        with sandbox(addresses) as chain:
            chain = chain.as_(voters[0].signer())
            place = Place(chain.rpc.url, chain.id, found(chain, voters, budget))
            membership, governor = Membership(chain, place.collective), Governor(chain, place.collective)
            join(membership, voters, place, each, say)
            keys = put(governor, papers, say)
            casts = cast(chain, place, papers, dict(zip(names, voters, strict=True)), keys, each, say)
            say("comparing tallies, spending and ranking with the file")
            differences = compare(governor, papers, casts, dict(zip(names, addresses, strict=True)), keys, budget)
    if differences:
        shown = "; ".join(differences[:5])
        raise RuleBroken(f"chain and file differ in {len(differences)} places: {shown}", differences=differences)
    return _figures(papers, casts, time.monotonic() - began)


def found(chain: Chain, voters: Sequence[Voter], budget: int) -> str:
    """Found the collective of the replay with the first voters; its roll is open. Returns its address."""
    charter = Charter.model_validate(
        {
            "name": "Replay",
            "purpose": "Ballots that were cast elsewhere, cast again.",
            "founders": [{"name": one.name, "account": one.address} for one in voters[:_FOUNDERS]],
            "voting": {"deliberation": "0", "voting": "30 days", "options_per_season": 0, "one_open_proposal": False},
            "seasons": {"length": "90 days", "credits": budget},
            "admission": {"sponsors": 0, "window": "0", "daily_count": 65_535},
        }
    )
    charter.check(local=True)
    deploy(chain, Factory.artifact_name)
    address, _ = Factory(chain).found(charter.to_solidity(str), charter.number, words=("found the replay",))
    return address


def join(membership: Membership, voters: Sequence[Voter], place: Place, each: Each, say: Say) -> None:
    """The other voters sign applications; the first one brings them, in lists."""
    others = voters[_FOUNDERS:]
    deadline = membership.chain.now() + _DAY
    signed = each(sign_application, [(place, voter, deadline) for voter in others])
    for start in range(0, len(signed), _LIST):
        membership.bring(signed[start : start + _LIST])
    seats = membership.seats()
    say(f"{seats:,} seats: {len(voters) - len(others)} founders, {len(others):,} by signed application")
    if seats != len(voters):
        raise RuleBroken(f"{len(voters):,} voters hold {seats:,} seats", voters=len(voters), seats=seats)


def put(governor: Governor, papers: Papers, say: Say) -> dict[str, str]:
    """A proposal of one option for each project, without calls. Returns the proposals' keys by project."""
    keys = {}
    for project in papers.projects:
        text = f"# {papers.title(project)}\n"
        keys[project] = governor.key(governor.propose(Option(text_hash(text), data_uri(text))))
    say(f"{len(keys):,} proposals of one option")
    return keys


def cast(
    chain: Chain,
    place: Place,
    papers: Papers,
    voters: Mapping[str, Voter],
    keys: Mapping[str, str],
    each: Each,
    say: Say,
) -> dict[str, Cast]:
    """Every voter signs one paper and sends it; returns what became of it, by voter.

    A paper without a vote needs no transaction. Votes beyond what a ballot holds cannot even be written on one.
    """
    sheets = {
        name: {keys[project]: votes for project, votes in rows.items() if votes} for name, rows in papers.votes.items()
    }
    casts = {name: Cast(0, refusal) for name, rows in sheets.items() if (refusal := _unfit(rows)) or not rows}
    senders = [name for name in sheets if name not in casts]
    # The first voter has sent transactions before: the proposals.
    chain_nonce = int(chain.rpc.request("eth_getTransactionCount", [chain.sender, "latest"]), 16)
    work = [(place, voters[name], sheets[name], chain_nonce if voters[name].number == 0 else 0) for name in senders]
    say(f"{len(senders):,} papers are signed and sent")
    for name, receipt in zip(senders, _mined(chain, each(sign_paper, work)), strict=True):
        gas, done = int(receipt["gasUsed"], 16), receipt["status"] == "0x1"
        casts[name] = Cast(gas, "" if done else _reason(chain, place, voters[name], sheets[name]))
    return {name: casts[name] for name in papers.votes}


def compare(
    governor: Governor,
    papers: Papers,
    casts: Mapping[str, Cast],
    addresses: Mapping[str, str],
    keys: Mapping[str, str],
    budget: int,
) -> list[str]:
    """Where the chain says something else than the file: refusals, tallies, seats, spending, ranking; one line each."""
    accepted = papers.accepted(budget)
    fits = set(accepted)
    found = [f"the paper of {name}" for name, one in casts.items() if bool(one.refused) == (name in fits)]
    seen = governor.read_many([("tallyOf", (keys[project], 0)) for project in papers.projects])
    tallies = {project: int(tally.net) for project, tally in zip(papers.projects, seen, strict=True)}
    expected = papers.tallies(accepted)
    for project, tally in zip(papers.projects, seen, strict=True):
        votes = [papers.votes[name].get(project, 0) for name in accepted]
        sides = (sum(vote > 0 for vote in votes), sum(vote < 0 for vote in votes))
        if (tallies[project], int(tally.seatsFor), int(tally.seatsAgainst)) != (expected[project], *sides):
            found.append(f"project {project}: {tallies[project]:+} on chain, {expected[project]:+} in the file")
    credits = governor.read_many([("creditsOf", (addresses[name],)) for name in papers.votes])
    for name, left in zip(papers.votes, credits, strict=True):
        spent = papers.cost(name) if name in fits else 0
        if int(left) != budget - spent:
            found.append(f"voter {name}: spent {budget - int(left)} credits on chain, {spent} in the file")
    if ranking(tallies) != ranking(expected):
        found.append("the ranking")
    return found


def ranking(tallies: Mapping[str, int]) -> list[str]:
    """The projects, most net votes first; a tie stays in the order in which they were put."""
    return sorted(tallies, key=lambda project: -tallies[project])


def _figures(papers: Papers, casts: Mapping[str, Cast], seconds: float) -> dict[str, Any]:
    accepted = [name for name, one in casts.items() if not one.refused]
    tallies = papers.tallies(accepted)
    gas = [casts[name].gas for name in accepted if casts[name].gas]
    choices = sum(votes != 0 for name in accepted for votes in papers.votes[name].values())
    return {
        "voters": len(papers.votes),
        "projects": len(papers.projects),
        "rows": papers.rows,
        "net_votes": sum(tallies.values()),
        "credits": sum(papers.cost(name) for name in accepted),
        "tallies": {project: tallies[project] for project in ranking(tallies)},
        "refused": [{"voter": name, "reason": one.refused} for name, one in casts.items() if one.refused],
        "gas": {"per_paper": sum(gas) // max(len(gas), 1), "per_choice": sum(gas) // max(choices, 1)},
        "seconds": round(seconds, 1),
    }


def _unfit(rows: Mapping[str, int]) -> str:
    worst = max(rows.values(), key=abs, default=0)
    return f"{worst:+} votes on one option; a ballot holds at most {MOST_VOTES}" if abs(worst) > MOST_VOTES else ""


def _reason(chain: Chain, place: Place, voter: Voter, rows: Mapping[str, int]) -> str:
    """The sentence with which the chain refuses the paper."""
    refusal = Governor(chain.as_(voter.signer()), place.collective).try_many(
        [("votePaper", ([(key, 0, votes) for key, votes in rows.items()],))]
    )[0]
    return str(getattr(refusal, "message", "")) or "it failed without a reason"


def _mined(chain: Chain, raws: Sequence[bytes]) -> list[dict[str, Any]]:
    """Send signed transactions together and mine them; their receipts, in the same order."""
    # anvil's mining by itself stands still when more than a thousand transactions come at once.
    chain.rpc.request("evm_setAutomine", [False])
    sent = chain.rpc.batch([("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in raws])
    for answer in sent:
        if not isinstance(answer, str):
            raise NoConnection(f"the chain does not take a paper: {answer}")
    chain.rpc.request("evm_mine", [])
    chain.rpc.request("evm_setAutomine", [True])
    receipts = chain.rpc.batch([("eth_getTransactionReceipt", [one]) for one in sent])
    if None in receipts:
        raise NoConnection(f"the chain has left {receipts.count(None)} papers out of its block")
    return receipts


def _seat_name(voter: str) -> str:
    return f"voter {voter}".encode()[:64].decode(errors="ignore")
