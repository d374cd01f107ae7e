"""Motions in people's words: what each would do, and which proposal at home is the vote on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daokit.answers import raw_bytes
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.contract import decode_call
from daokit.errors import DaokitError
from daokit.federation import Federation, PutMotion
from daokit.federation_duties import taken_back
from daokit.federation_members import federation_of, home_of
from daokit.federation_reading import FederationView, read
from daokit.federation_rules import Rules
from daokit.motions import Asked, HomeVote
from daokit.quantities import format_time
from daokit.text import clean


@dataclass(frozen=True)
class AboutMotion:
    """What a vote at home is about: motion `number` of a federation, whose acts are `acts` in words (none when they
    stand on another chain). A vote that ends after `votes_end` (unix seconds, 0: not known here) is not counted, nor is
    one on a motion that was `taken_back` (as far as it is known here)."""

    federation: str
    number: int
    title: str
    acts: tuple[str, ...]
    votes_end: int
    chain: int
    purse: str
    motion: str
    taken_back: bool = False

    @property
    def head(self) -> str:
        """`motion 3 of Valley`"""
        which = f"motion {self.number}" if self.number else "a motion"
        return f"{which} of {self.federation or 'a federation that is not known here'}"


def view(chain: Chain, federation: Federation | None = None) -> FederationView:
    """For reading acts in the names that a chain knows; without a federation, as a branch's orders are read."""
    now = chain.now()

    def token_words(token: str) -> tuple[str, int]:
        found = chain.token(token)
        return found.symbol, found.decimals

    return FederationView(
        home=chain.id,
        name_of=chain.name_of,
        member_name=federation.name_of if federation else lambda who: chain.name_of(str(who.address)),
        token_words=token_words,
        federation_of=lambda purse: federation_of(chain, purse),
        moment=lambda when: format_time(when, now),
        rules=federation.rules() if federation else Rules(),
    )


def acts_in_words(federation: Federation, put: PutMotion) -> list[str]:
    """What a motion does, a line for each act."""
    if put.content is None:
        return _acts_above(federation, put)
    eyes = view(federation.chain, federation)
    return [str(read(one, eyes)) for one in put.content.acts] or ["it does nothing by itself: a statement"]


def title(put: PutMotion) -> str:
    """The first line of a motion's text, when it is the text that the motion commits to."""
    lines = (put.text or "").splitlines()
    return next((clean(line.lstrip("# "), 60) for line in lines if line.strip("# ")), "")


def about(collective: Collective, vote: HomeVote) -> AboutMotion:
    """What a proposal of a collective is the vote on."""
    chain, home = collective.chain, home_of(collective.chain, vote.purse)
    name = federation_of(chain, vote.purse)
    if home is not None and home.chain == chain.id and name:
        federation = Federation(chain, str(home.address))
        put = federation.put(vote.motion)
        acts = tuple(acts_in_words(federation, put))
        ends, gone = put.asked.votes_end, taken_back(federation, put)
        return AboutMotion(name, put.number, title(put), acts, ends, chain.id, vote.purse, vote.motion, gone)
    asked = _asked_of(collective, vote)
    number, ends = (asked.number, asked.votes_end) if asked else (0, 0)
    there = home.chain if home and home.chain else 0
    return AboutMotion(name, number, "", (), ends, there, vote.purse, vote.motion)


def abouts(collective: Collective, proposals: Sequence[str]) -> dict[str, AboutMotion]:
    """What those of these proposals (keys) that are votes on motions are about, by their keys."""
    votes = collective.governor.home_votes()
    return {key: about(collective, votes[key]) for key in proposals if key in votes}


def _acts_above(federation: Federation, put: PutMotion) -> list[str]:
    home = home_of(federation.chain, put.purse)
    if home is None or home.chain != federation.chain.id:
        return [f"decided by the federation above, on chain {home.chain if home else '?'}"]
    above = Federation(federation.chain, str(home.address))
    inner = above.put(put.above)
    head = f"counts in motion {inner.number} of {above.name}:"
    return [head, *acts_in_words(above, inner)]


def _asked_of(collective: Collective, vote: HomeVote) -> Asked | None:
    """What was asked, from the transaction that opened the vote; None when it came by another contract."""
    [event] = [one for one in collective.governor.past("MotionPut") if f"0x{one.proposal.hex()}" == vote.proposal]
    try:
        found = collective.chain.rpc.request("eth_getTransactionByHash", [event.transaction])
        call = decode_call(raw_bytes(found["input"]), "Collective")
        asked = Asked.of(call[1][1]) if call and call[0].name == "openMotion" else None
    except (DaokitError, KeyError, TypeError):
        return None
    # Only what the motion's own key commits to.
    return asked if asked and asked.key == vote.motion else None
