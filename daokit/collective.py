"""The front door: found a collective, or load one by its address, and have its parts in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from daokit.chain import Chain
from daokit.contract import Event
from daokit.documents import text_hash, text_of
from daokit.errors import RuleBroken
from daokit.governor import Governor
from daokit.history import History
from daokit.membership import Membership
from daokit.treasury import Treasury

if TYPE_CHECKING:
    from daokit.charter import Charter


class Collective:
    """One collective on one chain: `.membership`, `.governor`, `.treasury`, and its whole history.

    Reading needs no key; writing uses the account that the chain is connected with.
    """

    def __init__(self, chain: Chain, address: str) -> None:
        self.chain = chain
        self.address = address
        self.membership = Membership(chain, address)
        self.governor = Governor(chain, address)
        self.treasury = Treasury(chain, str(self.governor.read("treasury")))
        _, block = self.membership.founded()
        self.history = History.open(chain, [address, self.treasury.address], block, founded=True)
        for part in (self.membership, self.governor, self.treasury):
            part.history = self.history

    @classmethod
    def load(cls, chain: Chain, address: str) -> Collective:
        """The collective at `address`; nothing but the address is needed. Raises `RuleBroken` when there is none."""
        if not chain.code(address):
            raise RuleBroken(f"there is no collective at {address} on {chain.name}; check the address and the chain")
        return cls(chain, address)

    @classmethod
    def found(
        cls,
        charter: Charter,
        chain: Chain,
        *,
        resolve: Callable[[str], str] | None = None,
        words: tuple[str, ...] = (),
    ) -> Collective:
        """Found the collective that `charter` describes, in one transaction once the shared contracts are there.

        `resolve` turns the names of founders and tokens into addresses (default: the chain's address book and the
        symbols of tokens that it knows). A charter
        that has been founded already is loaded, since its address follows from its content.
        """
        from daokit.factory import Factory, deploy
        from daokit.testcoin import resolver

        charter.check(local=chain.local)
        deploy(chain, Factory.artifact_name)
        factory = Factory(chain)
        described = charter.to_solidity(resolve or resolver(chain))
        address, _ = factory.addresses(described, charter.number)
        if not chain.code(address):
            factory.found(described, charter.number, words=words or (f"found {charter.name}",))
        return cls(chain, address)

    @property
    def name(self) -> str:
        """The name that it was founded with."""
        from daokit.text import clean

        return clean(str(self.membership.past("Founded")[0]["name"]), 80)

    def events(self, *names: str, since: int = 0) -> Iterator[Event]:
        """Everything that happened here from block `since` on, in order, only events called `names` when given."""
        return self.history.events(*names, since=since)

    def charter_text(self) -> str | None:
        """The charter's text, when its URI carries it and its hash is the one on chain; else None."""
        text = text_of(self.membership.charter_uri())
        return text if text is not None and text_hash(text) == self.membership.charter()[0] else None
