"""Motions in people's words: what each would do, and which proposal at home is the vote on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daokit import known_chains
from daokit.addresses import COIN
from daokit.answers import raw_bytes
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.contract import decode_call
from daokit.errors import DaokitError, NoConnection, Reverted
from daokit.federation import Federation, PutMotion
from daokit.federation_duties import taken_back
from daokit.federation_members import federation_of, home_of, name_of, treasury_of
from daokit.federation_reading import FederationView, read
from daokit.federation_rules import Rules
from daokit.hashing import ZERO_ADDRESS
from daokit.interop import Interoperable
from daokit.motions import Asked, HomeVote
from daokit.quantities import format_time
from daokit.text import clean
from daokit.treasury import Treasury

Elsewhere = Callable[[int], Chain | None]
"""Gives another chain by its id, None when it cannot be read here."""


def _nowhere(_: int) -> None:
    return None


@dataclass(frozen=True)
class AboutMotion:
    """What a vote at home is about: motion `number` of a federation, whose acts are `acts` in words (none when they
    stand on another chain). A vote that ends after `votes_end` (unix seconds, 0: not known here) is not counted, nor is
    one on a motion that was `taken_back` (as far as is known here). `home` is the federation's address on `chain`."""

    federation: str
    number: int
    title: str
    acts: tuple[str, ...]
    votes_end: int
    chain: int
    home: str
    purse: str
    motion: str
    taken_back: bool = False

    @property
    def head(self) -> str:
        """`motion 3 of Valley`"""
        which = f"motion {self.number}" if self.number else "a motion"
        return f"{which} of {self.federation or 'a federation that is not known here'}"


def view(chain: Chain, federation: Federation | None = None, elsewhere: Elsewhere = _nowhere) -> FederationView:
    """For reading acts in the names that a chain knows; without a federation, as a branch's orders are read."""
    now = chain.now()

    def token_words(token: str, on: int) -> tuple[str, int] | None:
        if on != chain.id and token == ZERO_ADDRESS:
            coin = known_chains.find(on) or COIN
            return coin.symbol, coin.decimals
        there = chain if on == chain.id else elsewhere(on)
        if there is None:
            return None
        found = there.token(token)
        return found.symbol, found.decimals

    def member_name(who: Interoperable) -> str:
        return federation.name_of(who) if federation else chain.name_of(str(who.address))

    def mandate(treasury: str, budget: int) -> tuple[str, str] | None:
        try:
            given = Treasury(chain, treasury)
            collective, terms = given.collective(), given.budget(budget)
            if not terms.amount or treasury_of(chain, collective) != treasury:
                return None
        except (Reverted, NoConnection):
            return None
        return name_of(chain, Interoperable.evm(chain.id, collective)), terms.token

    return FederationView(
        home=chain.id,
        name_of=chain.name_of,
        member_name=member_name,
        token_words=token_words,
        mandate=mandate,
        federation_of=lambda purse: federation_of(chain, purse),
        moment=lambda when: format_time(when, now),
        rules=federation.rules() if federation else Rules(),
    )


def acts_in_words(federation: Federation, put: PutMotion, elsewhere: Elsewhere = _nowhere) -> list[str]:
    """What a motion does, a line for each act."""
    if put.content is None:
        return _acts_above(federation, put)
    eyes = view(federation.chain, federation, elsewhere)
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
        number, whose = put.number, federation.address
        return AboutMotion(name, number, title(put), acts, ends, chain.id, whose, vote.purse, vote.motion, gone)
    asked = _asked_of(collective, vote)
    number, ends = (asked.number, asked.votes_end) if asked else (0, 0)
    there, whose = (home.chain or 0, str(home.address)) if home else (0, "")
    return AboutMotion(name, number, "", (), ends, there, whose, vote.purse, vote.motion)


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
