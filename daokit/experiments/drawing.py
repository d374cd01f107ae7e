"""What a personal fund costs, as whole transactions from receipts."""

from __future__ import annotations

from daokit.accounts import dev_address
from daokit.artifact import load_artifact
from daokit.chain import Chain
from daokit.contract import Contract, deploy
from daokit.errors import RuleBroken
from daokit.experiments.scene import DAY, found
from daokit.hashing import ZERO_ADDRESS
from daokit.testcoin import put_up
from daokit.token import Token

_ETHER = 10**18
_NO_CAP = (ZERO_ADDRESS, 0, 0, 0)
_SHARES = (1_250, 333, 41, 500)
_TERMS = (b"groceries".ljust(32, b"\0"), 1, 9_000, 90 * DAY, 12, 30 * DAY, *[ZERO_ADDRESS] * 3, bytes(32))


def drawing(chain: Chain) -> dict[str, int]:
    """`draw_4`: a part of what a fund holds of a token, four commitments to four treasuries without caps; these and the
    checking address have held the token before, and the fund has drawn before. `draw_4_coin`: the same in coin.
    `fund_open`, `fund_commit`: a new fund; a first commitment, to an offer with entitlements.
    """
    token = put_up(chain)
    # No draw asks it anything.
    factory = deploy(chain, "FundFactory", dev_address("heidi"))
    opened = factory.send("open", dev_address("alice"), dev_address("bob"), 0)
    fund = Contract(chain, opened.event("FundOpened").fund, "Fund")
    first = 0
    for number, bps in enumerate(_SHARES):
        offer = _offer(chain, found(chain, name=f"Mill {number}").treasury, factory.read("services"))
        committed = fund.send("commit", offer, bps, _NO_CAP).receipt.gas_used
        first = first or committed
    Token(chain, token).mint(fund.address, 100_000)
    chain.rpc.request("anvil_setBalance", [fund.address, hex(_ETHER)])
    rows = {"fund_open": opened.receipt.gas_used, "fund_commit": first}
    for name, which, amount in (("draw_4", token, 10_007), ("draw_4_coin", ZERO_ADDRESS, _ETHER // 100)):
        fund.send("draw", which, amount)
        rows[name] = fund.send("draw", which, amount).receipt.gas_used
    return rows


def _offer(chain: Chain, treasury: str, services: str) -> int:
    """Made by a treasury as its collective would have it do."""
    data = load_artifact("Services").function("offer", 2).encode((_TERMS, "ipfs://x"))
    chain.rpc.request("anvil_impersonateAccount", [treasury])
    chain.rpc.request("anvil_setBalance", [treasury, hex(_ETHER)])
    sent = chain.rpc.request("eth_sendTransaction", [{"from": treasury, "to": services, "data": "0x" + data.hex()}])
    while not (receipt := chain.rpc.request("eth_getTransactionReceipt", [sent])):
        pass
    chain.rpc.request("anvil_stopImpersonatingAccount", [treasury])
    if receipt["status"] != "0x1":
        raise RuleBroken("the treasury could not make its offer")
    return int(Contract(chain, services, "Services").read("offers"))
