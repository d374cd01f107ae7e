"""What several transactions cost together, before the first of them is signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daokit import fees, quirks
from daokit.answers import read_block
from daokit.chain import Chain

_RISE = 2  # times what is offered now, which the fees of all may come to until the last is signed
_FRAME = 110  # bytes of a signed transaction beside its data
_SOMEBODY = "0x" + "11" * 20


@dataclass(frozen=True)
class Cost:
    """`about` is what the fees come to now, `limit` what they may come to at most, and `coin` what goes along, in
    wei."""

    gas: int
    about: int
    limit: int
    coin: int = 0

    @property
    def needed(self) -> int:
        """What an account has to have, in wei."""
        return self.about + self.coin


def estimate(chain: Chain, gas: int, calls: Sequence[bytes] = (), coin: int = 0) -> Cost:
    """What transactions cost that use about so much gas and carry these data; `coin` (wei) goes along. Raises
    `RuleBroken` where the node's price is beyond what is allowed."""
    longest = max(calls, key=len, default=b"")
    wish = {"to": _SOMEBODY, "data": "0x" + longest.hex(), "value": "0x0"}
    asked = fees.questions(chain.policy, chain.local)
    dearer = quirks.data_fee_questions(wish, chain.id) if calls and not chain.local else []
    latest, *answers = chain.rpc.batch([("eth_getBlockByNumber", ["latest", False]), *asked, *dearer])
    block = read_block(latest)
    offered = fees.offer(chain.policy, block, answers[: len(asked)])
    # Asked about one and reckoned for the rest: all of them are too long for one request.
    length = sum(len(one) + _FRAME for one in calls)
    data = quirks.data_fee(answers[len(asked) :]) * length // (len(longest) + _FRAME)
    about = gas * fees.likely_per_gas(offered, block) + data
    return Cost(gas, about, _RISE * (gas * fees.most_per_gas(offered) + data), coin)


@dataclass
class Allowance:
    """What the fees of an agreed plan may come to: `limit` wei together; where the plan named no sum (None), at most so
    much for one gas as doubles the price of its first transaction."""

    limit: int | None = None
    spent: int = 0
    first: int = 0

    def take(self, gas: int, fee: int, data_fee: int) -> tuple[int, int] | None:
        """Count one more transaction that pays at most `fee` wei, `data_fee` of it beside its gas. When that is too
        much: what it comes to and what was allowed."""
        if not gas:
            return None
        if self.limit is not None:
            self.spent += fee
            return (self.spent, self.limit) if self.spent > self.limit else None
        price = (fee - data_fee) // gas
        self.first = self.first or price
        most = gas * self.first * _RISE + data_fee
        return (fee, most) if price > self.first * _RISE else None
