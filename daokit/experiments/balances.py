"""What everybody in a story holds at one moment, and proof that nothing came from nowhere or got lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from daokit.chain import Chain
from daokit.errors import RuleBroken
from daokit.token import Token


@dataclass(frozen=True)
class Balances:
    """One moment, by holder: tokens in the smallest unit; coin in wei, with what the holder has paid in fees so far put
    back. `supply` is all tokens that exist."""

    tokens: Mapping[str, int]
    coin: Mapping[str, int]
    supply: int


def read(chain: Chain, token: str, holders: Mapping[str, str]) -> Balances:
    """What everybody in the story holds now; `holders` are addresses by name."""
    asked = [("balanceOf", (who,)) for who in holders.values()]
    *tokens, supply = (int(one) for one in Token(chain, token).read_many([*asked, ("totalSupply", ())]))
    found = chain.rpc.batch([("eth_getBalance", [who, "latest"]) for who in holders.values()])
    fees = _fees(chain)
    coin = [int(one, 16) + fees[who.lower()] for one, who in zip(found, holders.values(), strict=True)]
    return Balances(dict(zip(holders, tokens, strict=True)), dict(zip(holders, coin, strict=True)), supply)


def check(before: Balances, after: Balances) -> None:
    """Raises `RuleBroken` unless these holders hold every token there is, and together as many tokens and as much coin
    after as before."""
    for when, one in (("before", before), ("after", after)):
        if sum(one.tokens.values()) != one.supply:
            held = sum(one.tokens.values())
            raise RuleBroken(f"{when}, {one.supply} units of the token exist and all together hold {held}")
    for what, old, new in (("token", before.tokens, after.tokens), ("coin", before.coin, after.coin)):
        if sum(old.values()) != sum(new.values()):
            raise RuleBroken(f"the {what} is not conserved: {sum(old.values())} before, {sum(new.values())} after")


def _fees(chain: Chain) -> Counter[str]:
    """What each address has paid for its transactions since the chain began, in wei."""
    blocks = chain.rpc.batch(
        [("eth_getBlockByNumber", [hex(one), False]) for one in range(1, chain.block_number() + 1)]
    )
    hashes = [known for block in blocks for known in block["transactions"]]
    fees: Counter[str] = Counter()
    for receipt in chain.rpc.batch([("eth_getTransactionReceipt", [known]) for known in hashes]):
        fees[receipt["from"].lower()] += int(receipt["gasUsed"], 16) * int(receipt["effectiveGasPrice"], 16)
    return fees
