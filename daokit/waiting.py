"""Waits for what was sent until it lies as deep in the chain as the network wants."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from daokit.answers import Receipt, read_receipt
from daokit.errors import NoConnection, NotConfirmed, Refused
from daokit.journal import Entry, block_time
from daokit.settling import Settling, reaches

if TYPE_CHECKING:
    from daokit.chain import Chain

_LOCAL_PATIENCE, _PATIENCE = 30.0, 180.0  # seconds until a transaction counts as not mined
_EACH, _TOP = 15.0, 1_800.0  # seconds more for each confirmation, and for what is called safe or finalized
_BREAKS = 3  # connections that may break in a row
_LOOKS, _PAUSE = 6, 0.1  # at a head that lacks a block with a receipt, and the seconds between the first two
_QUIET = 4.0  # seconds until it is said what is waited for


class Waiting:
    """Waits for one transaction."""

    def __init__(self, chain: Chain, entry: Entry, parties: tuple[str, str] | None = None) -> None:
        """`parties` are sender and receiver that the receipt must name, in small letters; None looks at its hash."""
        self.chain = chain
        self.parties = parties
        self.rpc = chain.rpc
        self.entry = entry
        self._settling = Settling(chain, chain.journal) if chain.journal and entry.id else None
        self._said = ""
        self._told = False

    def receipt(self) -> Receipt:
        """The receipt, once it lies deep enough. Raises `NotConfirmed` when that takes too long, `Refused` when another
        transaction has the nonce."""
        begun = time.monotonic()
        end = begun + patience(self.chain)
        pause, longest, breaks = 0.001, 0.02 if self.chain.local else 1.0, 0
        while True:
            try:
                found = self._look()
                if found is not None:
                    self._until_read(int(found["blockNumber"], 16))
                    return read_receipt(found, block_time(self.rpc, found), self.rpc.checked_by)
                breaks = 0
            except NoConnection as failure:
                breaks += 1
                if breaks == _BREAKS:
                    raise self._not_confirmed(f"was sent, and the connection broke ({failure})") from None
            if time.monotonic() > begun + _QUIET:
                self._say_waits()
            if time.monotonic() > end:
                raise self._not_confirmed(f"was sent and is not confirmed yet{self._so_far()}")
            time.sleep(pause)
            pause = min(pause * 2, longest)

    def _look(self) -> dict[str, Any] | None:
        """The receipt when all is done, else None."""
        found = self.rpc.request("eth_getTransactionReceipt", [self.entry.hash])
        if found is not None:
            self._check(found)
        if self._settling is None:
            deep = 1 if self.chain.local else self.chain.policy.confirmations
            return found if found and reaches(self.rpc, int(found["blockNumber"], 16), deep) else None
        if found is None and self.chain.local:
            return None
        self.entry = self._settling.close(self.entry, found) if found else self._settling.settle(self.entry)
        if self.entry.open:
            self._progress()
            return None
        if self.entry.block is None:
            raise Refused(f"nothing came of it: {self.entry.why}", hash=self.entry.hash, id=self.entry.id)
        return found or self._look()

    def _until_read(self, block: int) -> None:
        """Behind one address there may be several nodes, and the next to be asked may not have the block yet."""
        looks = 0 if self.chain.local or self.rpc.checked_by > 1 else _LOOKS
        for look in range(looks):
            # What is done is done, also when the connection breaks now.
            with contextlib.suppress(NoConnection):
                if self.chain.block_number() >= block:
                    return
            time.sleep(_PAUSE * 2**look)

    def _progress(self) -> None:
        words = self._so_far()
        if words and words != self._said and self._settling:
            self.chain.tell(f"transaction {self.entry.id}{words}")
        self._said = words

    def _say_waits(self) -> None:
        if not self._told and self._settling and not self.chain.local:
            self._told = True
            self.chain.tell(
                f"transaction {self.entry.id} is sent and waits for a block; Ctrl-C leaves it to `daokit tx resume`"
            )

    def _so_far(self) -> str:
        if self.entry.status != "mined" or self.entry.block is None:
            split = getattr(self.rpc, "split", "")
            return f" ({split})" if split else ""
        verb = "is" if isinstance(self.chain.policy.confirmations, str) else "has"
        return f" {verb} {depth_words(self.chain, self.entry.block)}"

    def _check(self, found: Any) -> None:
        try:
            same = found["transactionHash"].lower() == self.entry.hash
            said = (found["from"].lower(), (found["to"] or "").lower())
            read_receipt(found, 0, 1)
            if self.parties not in (None, said) or not same:
                raise NoConnection(f"{self.rpc.shown} gives the receipt of another transaction; do not trust it")
        except (KeyError, TypeError, AttributeError):
            raise NoConnection(f"{self.rpc.shown} gives no proper receipt") from None

    def _not_confirmed(self, what: str) -> NotConfirmed:
        return not_confirmed(self.chain, self.entry, what)


def patience(chain: Chain) -> float:
    """Seconds to wait for a transaction of this chain."""
    if chain.local:
        return _LOCAL_PATIENCE
    wanted = chain.policy.confirmations
    return _PATIENCE + (_TOP if isinstance(wanted, str) else _EACH * (wanted - 1))


def depth_words(chain: Chain, block: int) -> str:
    """How deep in the chain a block lies, beside how deep it should."""
    wanted = chain.policy.confirmations
    if isinstance(wanted, str):
        return f"in block {block:,}, which is not {wanted} yet"
    return f"{max(chain.block_number() - block + 1, 1)} of {wanted} confirmations"


def not_confirmed(chain: Chain, entry: Entry, what: str) -> NotConfirmed:
    """It was signed and its end is not known."""
    remedy = "run `daokit tx resume`" if chain.journal and entry.id else "look it up before you try again"
    return NotConfirmed(f"transaction {entry.hash} {what}; {remedy}", hash=entry.hash, id=entry.id)
