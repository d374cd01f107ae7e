"""What an option would do to balances, tried on the node's copy of the chain: nothing is sent and nothing changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from daokit.chain import CallReverted
from daokit.contract import decode_revert
from daokit.hashing import ZERO_ADDRESS
from daokit.preview import balance_changes

if TYPE_CHECKING:
    from daokit.collective import Collective
    from daokit.options import Option


@dataclass(frozen=True)
class Change:
    """What `holder` has of `token` (the zero address: coin) before and after, in the smallest unit."""

    holder: str
    token: str
    before: int
    after: int


@dataclass(frozen=True)
class Outcome:
    """`failures` are sentences; `unseen` says what could not be tried."""

    changes: tuple[Change, ...]
    failures: tuple[str, ...]
    unseen: tuple[str, ...]


def simulate(collective: Collective, option: Option) -> Outcome:
    """Let the treasury perform the option's payments and calls now, as the collective would ask it to.

    Calls to the collective itself (seats, rules) move no money; they need the real execution and are left out.
    """
    chain, treasury = collective.chain, collective.treasury
    tried = [call for call in option.calls if call.target != collective.address]
    parts = option.to_solidity()
    calls = [(call.target, call.value, call.data) for call in tried]
    share = collective.governor.rules().large_bps
    data = treasury.encode("perform", parts[3], calls, option.large, share)
    unseen = (
        [] if len(tried) == len(option.calls) else ["calls to the collective itself are not tried; they move no money"]
    )
    try:
        chain.call(treasury.address, data, sender=collective.address)
    except CallReverted as refusal:
        return Outcome((), (decode_revert(refusal.data).message,), tuple(unseen))
    wish = {"from": collective.address, "to": treasury.address, "data": "0x" + data.hex()}
    changes, simulated = balance_changes(chain.rpc, wish)
    if not simulated:
        unseen.append("this node cannot simulate; balances are not known")
    found = tuple(Change(one.address, one.token or ZERO_ADDRESS, one.before, one.after) for one in changes)
    return Outcome(found, (), tuple(unseen))
