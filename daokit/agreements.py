"""Where profit-share agreements are made, each at an address that follows from its whole terms and a chosen number."""

from __future__ import annotations

from collections.abc import Mapping

from daokit.chain import Chain
from daokit.contract import Contract, write
from daokit.factory import address_of
from daokit.terms import Terms


class Agreements(Contract):
    """The factory of agreements."""

    artifact_name = "ProfitShareFactory"

    def __init__(self, chain: Chain) -> None:
        super().__init__(chain, address_of(self.artifact_name))

    def address_of(self, terms: Terms, number: int = 0) -> str:
        """Where these terms are, or will be. Money can be sent there before the agreement is made."""
        return str(self.read("addressOf", terms.encoded(), number))

    def is_agreement(self, account: str) -> bool:
        """Whether an agreement made here is at `account`."""
        return bool(self.read("isAgreement", account))

    @write
    def make(self, terms: Terms, number: int = 0, *, words: tuple[str, ...] = ()) -> str:
        """Put the agreement at its address as a draft, for signers that are contracts and for refunds."""
        address = self.address_of(terms, number)
        self.send("make", terms.encoded(), number, words=words or ("put the agreement on the chain as a draft",))
        return address

    @write
    def open(
        self, terms: Terms, signatures: Mapping[str, bytes], number: int = 0, *, words: tuple[str, ...] = ()
    ) -> str:
        """Make the agreement and open it; returns its address. `signatures` by signer; the deposit must be there."""
        words = words or ("open the agreement that all rows have signed",)
        given = [signatures.get(party.signer, b"") for party in terms.parties]
        sent = self.send("open", terms.encoded(), number, given, words=words)
        return next(event.address for event in sent.events("Opened"))
