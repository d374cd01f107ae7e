"""What an option would do to balances, tried on the node's copy of the chain: nothing is sent and nothing changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from daokit.chain import CallReverted
from daokit.contract import decode_revert
from daokit.errors import Reverted
from daokit.governor import State
from daokit.hashing import ZERO_ADDRESS
from daokit.preview import balance_changes

if TYPE_CHECKING:
    from daokit.collective import Collective
    from daokit.governor import Proposal, Put
    from daokit.options import Option

_UNTRIED = (
    "calls to the collective itself (seats, rules) are tried only once the option can be executed; they move no money"
)
_BLIND = "this node cannot simulate (it lacks eth_simulateV1), so balances afterwards are not known"


@dataclass(frozen=True)
class Change:
    """What `holder` has of `token` (the zero address: coin) before and after, in the smallest unit."""

    holder: str
    token: str
    before: int
    after: int


@dataclass(frozen=True)
class Outcome:
    """`whole`: the very execution was tried. `blind`: the node cannot say what balances become. `failure` is why it
    would be refused now; `unseen` says what could not be tried."""

    whole: bool
    blind: bool
    changes: tuple[Change, ...]
    failure: Reverted | None
    unseen: tuple[str, ...]


def simulate(collective: Collective, put: Put) -> Outcome:
    """Do an option now, as far as that can be tried: a winner whose wait is over is executed; of any other the treasury
    performs the payments and calls, as the collective would ask it to."""
    chain, governor, treasury = collective.chain, collective.governor, collective.treasury
    proposal = governor.proposal(put.proposal)
    whole = _ready(proposal, put, chain.now())
    row = put.option.to_solidity()
    unseen = []
    if whole:
        # Anyone may execute; the treasury stands for anyone, so that no balance but those of the option changes.
        sender, to = treasury.address, governor.address
        data = governor.encode("execute", proposal.key, put.place, put.seat, row)
    else:
        sender, to = collective.address, treasury.address
        data, tried = _performed(collective, put.option, governor.rules(proposal.rules).large_bps)
        if tried < len(row[4]):
            unseen.append(_UNTRIED)
    try:
        chain.call(to, data, sender=sender)
    except CallReverted as refusal:
        return Outcome(whole, False, (), decode_revert(refusal.data), tuple(unseen))
    moved, simulated = balance_changes(chain.rpc, {"from": sender, "to": to, "data": "0x" + data.hex()})
    if not simulated:
        unseen.append(_BLIND)
    changes = tuple(Change(one.address, one.token or ZERO_ADDRESS, one.before, one.after) for one in moved)
    return Outcome(whole, not simulated, changes if simulated else (), None, tuple(unseen))


def refusal(collective: Collective, option: Option) -> Reverted | None:
    """Why the treasury would refuse the payments and calls of an option if it had to do them now."""
    data, _ = _performed(collective, option, collective.governor.rules().large_bps)
    try:
        collective.chain.call(collective.treasury.address, data, sender=collective.address)
    except CallReverted as refused:
        return decode_revert(refused.data)
    return None


def _performed(collective: Collective, option: Option, share: int) -> tuple[bytes, int]:
    """The call by which the collective has the treasury do an option, and how many of the option's calls are in it."""
    row = option.to_solidity()
    tried = [call for call, one in zip(row[4], option.calls, strict=True) if one.target != collective.address]
    return collective.treasury.encode("perform", row[3], tried, option.large, share), len(tried)


def _ready(proposal: Proposal, put: Put, now: int) -> bool:
    wins = bool(proposal.executable_at) and proposal.winner == put.place
    return wins and proposal.state is State.WAITING and proposal.executable_at <= now < proposal.expires
