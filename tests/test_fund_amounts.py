"""A draw reckoned in plain integers is what the fund then quotes and does, to the unit."""

from __future__ import annotations

import random

from daokit.accounts import dev_address, dev_signer
from daokit.amounts import Given, cap_room, draw
from daokit.chain import Chain
from daokit.contract import Contract, deploy
from daokit.hashing import ZERO_ADDRESS
from daokit.token import Token

MONTH = 30 * 86_400


def test_the_fund_quotes_and_draws_the_same(chain: Chain, coin: str) -> None:
    """Four providers, one capped in the token and one in coin, twenty draws of any size."""
    factory = deploy(chain, "FundFactory", dev_address("heidi"))
    opened = factory.send("open", chain.sender, dev_address("frank"), 0).event("FundOpened")
    fund = Contract(chain, opened.fund, "Fund")
    caps = [(ZERO_ADDRESS, 0, 0, 0), (coin, MONTH, 5_000, 30_000), (ZERO_ADDRESS, 0, 0, 900), (ZERO_ADDRESS, 0, 0, 0)]
    shares = [1_250, 333, 41, 2_000]
    terms = (b"groceries".ljust(32, b"\0"), 1, 9_000, 0, 0, 0, *[ZERO_ADDRESS] * 3, bytes(32))
    for number, (cap, bps) in enumerate(zip(caps, shares, strict=True), 1):
        provider = chain.as_(dev_signer(("bob", "carol", "dave", "erin")[number - 1]))
        Contract(provider, factory.read("services"), "Services").send("offer", terms, "ipfs://x")
        fund.send("commit", number, bps, cap)
    Token(chain, coin).mint(fund.address, 10**9)
    dice = random.Random(1)
    for amount in (1, 9_999, 10_007, *(dice.randrange(1, 10**6) for _ in range(17))):
        cap, taken, in_all = fund.read("capOf", 1)
        room = cap_room(cap.perPeriod, taken, cap.inAll, in_all)
        parts, kept = draw(amount, [Given(1_250), Given(333, room), Given(41, 0), Given(2_000)])
        quoted, said = fund.read("quote", coin, amount)
        assert quoted == kept
        assert {part.slot: part.amount for part in said} == {slot: one for slot, one in enumerate(parts) if one}
        before = Token(chain, coin).balance(dev_address("frank"))
        fund.send("draw", coin, amount)
        assert Token(chain, coin).balance(dev_address("frank")) - before == kept
    assert fund.read("capOf", 1)[1] == 5_000
