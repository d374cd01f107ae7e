"""Founds federations, their branches and gateways, at addresses that follow from their whole content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daokit.chain import Chain, Log
from daokit.contract import Contract, write
from daokit.factory import address_of

if TYPE_CHECKING:
    from daokit.hyperlane.core import Core


class FederationFactory(Contract):
    """Founds federations with their purses at home, branches elsewhere, and gateways between, one transaction each."""

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

    @write
    def make_gateway(self, owner: str, core: Core, *, words: tuple[str, ...] = ()) -> str:
        """Make the gateway of an end over Hyperlane here. Anyone may: it obeys its owner alone."""
        words = words or (f"make the gateway of {self.chain.name_of(owner)}",)
        made = self.send("makeGateway", owner, core.mailbox, core.ism_factory, words=words)
        return str(made.event("GatewayMade").gateway)

    @write
    def found_branch(self, terms: tuple[Any, ...], number: int = 0, *, words: tuple[str, ...] = ()) -> tuple[str, str]:
        """Found a branch here of a federation on another chain, with its gateway, linked home, from
        `IFederationFactory.BranchTerms`; returns both addresses. Anyone may: a federation is linked with the one that
        its motion names."""
        made = self.send("foundBranch", terms, number, words=words).event("BranchMade")
        return made.branch, made.gateway

    def gateway(self, owner: str, core: Core) -> str:
        """Where `make_gateway` puts the gateway of an end."""
        return self.gateway_over(owner, core.mailbox, core.ism_factory)

    def gateway_over(self, owner: str, mailbox: str, ism_factory: str) -> str:
        """Where the gateway of an end over this mailbox and this factory of modules is."""
        return str(self.read("gatewayOf", owner, mailbox, ism_factory))

    def branch(self, terms: tuple[Any, ...], number: int = 0) -> tuple[str, str]:
        """Where `found_branch` puts a branch and its gateway."""
        branch, gateway = self.read("branchOf", terms, number)
        return branch, gateway

    def founding(self, federation: str) -> Log | None:
        """What the chain noted when a federation was founded by this factory; None for another."""
        topic = next(topic for topic, event in self.artifact.events.items() if event.name == "FederationMade")
        found = self.chain.logs(self.address, [[topic], ["0x" + "0" * 24 + federation[2:].lower()]])
        return found[0] if found else None
