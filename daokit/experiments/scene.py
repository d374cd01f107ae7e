"""A collective to measure: founded with the default charter, each founder at hand, gas read from receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from daokit.accounts import DEV_NAMES, dev_address, dev_signer
from daokit.chain import Chain, Receipt
from daokit.charter import Charter
from daokit.contract import Sent
from daokit.documents import text_hash
from daokit.experiments.sandbox import advance
from daokit.factory import Factory, deploy
from daokit.governor import Governor
from daokit.hashing import ZERO_ADDRESS
from daokit.membership import Membership
from daokit.options import Option, Payment
from daokit.treasury import Treasury

DAY = 86_400
URI = "ipfs://QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79o"  # 46 bytes


@dataclass(frozen=True)
class Scene:
    """One collective on one chain. Every person of it signs with a key of their own."""

    chain: Chain
    address: str
    treasury: str
    founding: Receipt

    def member(self, name: str) -> Membership:
        """The roll, for one person."""
        return Membership(self.chain.as_(dev_signer(name)), self.address)

    def governor(self, name: str) -> Governor:
        """The decisions, for one person."""
        return Governor(self.chain.as_(dev_signer(name)), self.address)

    def money(self, name: str) -> Treasury:
        """The treasury, for one person."""
        return Treasury(self.chain.as_(dev_signer(name)), self.treasury)

    def propose(self, name: str, option: Option | None = None) -> tuple[str, int]:
        """Open a proposal; its key, and the gas."""
        sent = self.governor(name).send("propose", (option or statement()).to_solidity())
        return "0x" + sent.event("ProposalOpened").proposal.hex(), sent.receipt.gas_used

    def vote(self, name: str, key: str, votes: int, place: int = 0) -> int:
        """Vote; the gas."""
        return self.governor(name).send("vote", key, place, votes).receipt.gas_used

    def warp(self, seconds: int) -> None:
        """Let time pass."""
        advance(self.chain, seconds)


def found(chain: Chain, founders: Sequence[str] = DEV_NAMES[:5], tokens: Sequence[str] = (), **sections: Any) -> Scene:
    """Found a collective with 100 units for each founder, by the default charter but for `sections`."""
    charter = Charter.model_validate(
        {
            "name": "Mill",
            "purpose": "We own the mill that we work in.",
            "founders": [{"name": name.title(), "account": dev_address(name), "units": 100} for name in founders],
            "treasury": {"tokens": list(tokens)},
            **sections,
        }
    )
    charter.check(local=True)
    deploy(chain, Factory.artifact_name)
    sent: Sent = Factory(chain).send("found", charter.to_solidity(str), charter.number)
    made = sent.event("CollectiveFounded")
    return Scene(chain, made.collective, made.treasury, sent.receipt)


def statement() -> Option:
    """An option that does nothing, as short texts elsewhere are."""
    return Option(text_hash("we open on Saturdays"), URI)


def payment(to: str, amount: int) -> Option:
    """An option that pays coin to one person."""
    return Option(text_hash("pay the miller"), URI, payments=(Payment(ZERO_ADDRESS, to, amount, "wages"),))


def calldata_gas(chain: Chain, sent: Receipt) -> int:
    """What the bytes of a transaction cost by themselves."""
    return data_gas(bytes.fromhex(chain.rpc.request("eth_getTransactionByHash", [sent.hash])["input"][2:]))


def data_gas(data: bytes) -> int:
    """What bytes of calldata cost: 4 gas for a zero byte, 16 for another."""
    return sum(4 if byte == 0 else 16 for byte in data)
