"""Where personal funds are opened, and how a person's own is found again without typing its address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from daokit.artifact import load_artifact
from daokit.chain import Chain
from daokit.contract import write
from daokit.errors import UsageError
from daokit.factory import address_of
from daokit.files import write_whole
from daokit.hashing import checksum, is_address
from daokit.recorded import Past, Recorded
from daokit.services import history


@dataclass(frozen=True)
class Opened:
    """A fund as it was opened: for whom, with what checking address, and who sent the transaction."""

    fund: str
    owner: str
    checking: str
    transaction: str


class Funds(Recorded):
    """The factory of personal funds."""

    artifact_name = "FundFactory"

    def __init__(self, chain: Chain, past: Past | None = None) -> None:
        super().__init__(chain, address_of(self.artifact_name), past)

    def is_there(self) -> bool:
        """Whether this chain has funds at all."""
        return bool(self.chain.code(self.address))

    @write
    def open(self, owner: str, checking: str, number: int = 0) -> str:
        """Open the fund of `owner`, whose draws go to `checking`; returns its address."""
        words = (f"open a fund for {self.chain.name_of(owner)}, whose draws go to {self.chain.name_of(checking)}",)
        return str(self.send("open", owner, checking, number, words=words).event("FundOpened").fund)

    def fund_address(self, owner: str, checking: str, number: int = 0) -> str:
        """Where that fund is, or will be: income can be sent there before it is opened."""
        return str(self.read("addressOf", owner, checking, number))

    def is_fund(self, account: str) -> bool:
        """Whether a fund opened here is at `account`."""
        return bool(self.read("isFund", account))

    def opened_for(self, owner: str) -> list[Opened]:
        """Funds that were opened for `owner`, oldest first."""
        told = (self if self.history else Funds(self.chain, history(self.chain))).past("FundOpened", owner=owner)
        return [Opened(one.fund, one.owner, one.checking, one.transaction) for one in told]

    def own(self, person: str) -> str | None:
        """The one fund of a person: the one they used last on this machine, else the only one that they opened or
        that pays out to themselves, if it is theirs still. None when there is none.

        Anybody can open a fund for somebody else whose draws go astray: such a fund is never found by itself.
        Raises `UsageError` when there are several.
        """
        if not self.is_there():
            return None
        if (known := _remembered(self.chain).get(person)) is not None and self._owner(known) == person:
            return known
        honest = [
            one.fund
            for one in self.opened_for(person)
            if (one.checking == person or self._sender(one.transaction) == person) and self._owner(one.fund) == person
        ]
        if len(honest) > 1:
            raise UsageError(f"you have {len(honest)} funds: {', '.join(honest)}; say which with --fund")
        return honest[0] if honest else None

    def usual(self, person: str) -> str | None:
        """As `own`, and None when there are several."""
        try:
            return self.own(person)
        except UsageError:
            return None

    def remember(self, person: str, fund: str) -> None:
        """Remember on this machine which fund a person uses."""
        if self.chain.rpc.url == "memory":
            return
        known = _remembered(self.chain)
        if known.get(person) == fund:
            return
        path = _file(self.chain)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, json.dumps({**known, person: fund}, indent=1) + "\n")

    def _owner(self, fund: str) -> str | None:
        if not self.is_fund(fund):
            return None
        asked = load_artifact("Fund").function("owner")
        return checksum(asked.result(self.chain.call(fund, asked.encode([]))))

    def _sender(self, transaction: str) -> str | None:
        found = self.chain.rpc.request("eth_getTransactionByHash", [transaction])
        return checksum(found["from"]) if isinstance(found, dict) and is_address(str(found.get("from"))) else None


def _file(chain: Chain) -> Path:
    from daokit.config import state_home

    folder = state_home() / "funds"
    named = folder / f"{chain.mark}.json"
    if chain.genesis or named.exists():
        return named
    # One with a first block in its name is as good.
    return next(iter(sorted(folder.glob(f"{chain.id}-*.json"))), named)


def _remembered(chain: Chain) -> dict[str, str]:
    try:
        found = json.loads(_file(chain).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    rows = found.items() if isinstance(found, dict) else ()
    return {one: fund for one, fund in rows if is_address(str(one)) and is_address(str(fund))}
