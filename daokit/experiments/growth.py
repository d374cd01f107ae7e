"""Whether a vote costs the same in a small young collective and in a large old one.

Counted without the gas of the calldata: a proposal's key is a hash, and each zero byte in it saves a vote 12 gas.
"""

from __future__ import annotations

from collections.abc import Iterable

from daokit.chain import Chain, Receipt
from daokit.experiments.replay import found, join
from daokit.experiments.sandbox import advance, sandbox
from daokit.experiments.scene import DAY, calldata_gas, statement
from daokit.experiments.voters import Place, Voter, address_of, all_hands
from daokit.governor import Governor
from daokit.membership import Membership

_BUDGET = 100


def with_seats(seats: int) -> int:
    """Gas of a steady vote where `seats` members hold a seat."""
    with all_hands(seats) as each:
        voters = _voters(each(address_of, range(seats)))
        with sandbox([one.address for one in voters]) as chain:
            chain = chain.as_(voters[0].signer())
            place = Place(chain.rpc.url, chain.id, found(chain, voters, _BUDGET))
            join(Membership(chain, place.collective), voters, place, each, lambda _: None)
            return _steady_vote(chain, place.collective, voters)


def after_proposals(count: int) -> int:
    """Gas of a steady vote among ten members, after `count` proposals in two past seasons."""
    voters = _voters(map(address_of, range(10)))
    with sandbox([one.address for one in voters]) as chain:
        chain = chain.as_(voters[0].signer())
        # The first three found it, and nobody else is needed to vote.
        address = found(chain, voters, _BUDGET)
        governor = Governor(chain, address)
        for season_end in (count // 2, count):
            while governor.count() < season_end:
                governor.propose(statement())
            advance(chain, 90 * DAY)
        return _steady_vote(chain, address, voters)


def _steady_vote(chain: Chain, address: str, voters: list[Voter]) -> int:
    first, second, third = (Governor(chain.as_(one.signer()), address) for one in voters[:3])
    key, other = (first.key(first.propose(statement())) for _ in range(2))
    second.send("vote", key, 0, 1)
    third.send("vote", other, 0, 1)
    receipt: Receipt = third.send("vote", key, 0, 3).receipt
    return receipt.gas_used - calldata_gas(chain, receipt)


def _voters(addresses: Iterable[str]) -> list[Voter]:
    return [Voter(number, f"voter {number}", address) for number, address in enumerate(addresses)]
