"""Founds federations, at addresses that follow from their whole content."""

from __future__ import annotations

from daokit.chain import Chain
from daokit.contract import Contract, write
from daokit.factory import address_of


class FederationFactory(Contract):
    """Founds federations with their purses at home, in one transaction each."""

    artifact_name = "FederationFactory"

    def __init__(self, chain: Chain) -> None:
        super().__init__(chain, address_of(self.artifact_name))

    @write
    def found(self, charter: tuple[object, ...], number: int, *, words: tuple[str, ...] = ()) -> tuple[str, str]:
        """Found a federation from an `IFederationWords.Charter`; returns its address and its purse's."""
        made = self.send("found", charter, number, words=words).event("FederationMade")
        return made.federation, made.purse

    def addresses(self, charter: tuple[object, ...], number: int) -> tuple[str, str]:
        """Where the same call of `found` puts federation and purse."""
        federation, purse = self.read("addressesOf", charter, number)
        return federation, purse
