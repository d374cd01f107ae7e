"""What has become of what was signed: the journal is brought to what the chain says, and what is lost is sent again.

Nothing here signs. One receipt that is missing proves nothing, since a node may be behind, drop answers or lie: that an
entry failed because its nonce went to another transaction is believed only when that transaction is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from daokit.answers import number
from daokit.errors import NoConnection
from daokit.journal import Entry, Journal, block_time, known_already
from daokit.policy import Depth, Policy
from daokit.receipt_proof import shown_status
from daokit.rpc import Rpc, RpcError
from daokit.signed import encoded, truly_signed

_DEEP = 64  # blocks after which a chain without the word "finalized" counts as final


class OnChain(Protocol):
    """What this needs of a `Chain`."""

    @property
    def id(self) -> int: ...
    @property
    def rpc(self) -> Rpc: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def local(self) -> bool: ...
    @property
    def tell(self) -> Callable[[str], None]: ...


class Settling:
    """Brings the journal of a chain to what the chain says."""

    def __init__(self, chain: OnChain, journal: Journal) -> None:
        self.chain = chain
        self.rpc = chain.rpc
        self.journal = journal

    def settle(self, entry: Entry) -> Entry:
        """Write down what has become of one open entry; it stays open while nothing is certain (`why` may say what is
        awaited)."""
        receipt, count = self.rpc.batch(
            [("eth_getTransactionReceipt", [entry.hash]), ("eth_getTransactionCount", [entry.sender, "latest"])]
        )
        if isinstance(receipt, dict):
            return self.close(entry, receipt)
        if receipt is not None:
            raise NoConnection(f"{self.rpc.shown} does not say whether {entry.hash} is mined; try again later")
        if entry.status == "mined":
            self._say_lost(entry)
            entry = self.journal.mark(entry, "sent", block=None, block_hash="")
        if isinstance(count, str) and number(count) > entry.nonce:
            return self._overtaken(entry)
        return entry

    def settle_all(self, sender: str | None = None) -> tuple[Entry, ...]:
        """Settle every open entry, and say which turn out done: who left them may not know. Returns all, as they are
        now."""
        before = self.journal.unsettled(sender)
        settled: list[Entry] = []
        try:
            settled += [self.settle(entry) for entry in before]
        finally:
            for entry in (self.journal.show(one.id) for one in before):
                if entry.status == "confirmed":
                    words = "; ".join(entry.words) or entry.hash
                    self.chain.tell(f"transaction {entry.id} ({words}), which was left open, was mined meanwhile")
        return tuple(settled)

    def close(self, entry: Entry, receipt: dict[str, Any]) -> Entry:
        """Write down what a receipt says: confirmed or failed when it lies deep enough, else mined."""
        try:
            block, known, status = number(receipt["blockNumber"]), str(receipt["blockHash"]), number(receipt["status"])
            same = str(receipt["transactionHash"]).lower() == entry.hash
        except KeyError:
            raise NoConnection(f"{self.rpc.shown} gives no proper receipt") from None
        if not same:
            raise NoConnection(f"{self.rpc.shown} gives the receipt of another transaction; do not trust it")
        depth = 1 if self.chain.local else self.chain.policy.confirmations
        if not reaches(self.rpc, block, depth):
            if (entry.status, entry.block_hash) == ("mined", known):
                return entry
            return self.journal.mark(entry, "mined", block=block, block_hash=known)
        moment = block_time(self.rpc, receipt)
        why = "" if status == 1 else "it was mined and reverted"
        word = "confirmed" if status == 1 else "failed"
        return self.journal.mark(entry, word, block=block, block_hash=known, block_time=moment, why=why)

    def recheck(self, sender: str | None = None) -> tuple[Entry, ...]:
        """Look again at what counts as ended and is not final: a reorganisation may have taken it back, or brought what
        had lost. Returns the entries whose status changed. On local chains nothing is looked at again."""
        ended = [] if self.chain.local else self.journal.not_final(sender)
        if not ended:
            return ()
        deepest = solid(self.rpc, self.chain.policy.finality or "finalized")
        ended = sorted(ended, key=lambda one: one.status != "confirmed")
        at = hex(max(deepest, 0))
        receipts = self.rpc.batch([("eth_getTransactionReceipt", [one.hash]) for one in ended])
        counts = self.rpc.batch([("eth_getTransactionCount", [one.sender, at]) for one in ended])
        changed = []
        for entry, receipt, count in zip(ended, receipts, counts, strict=True):
            if isinstance(receipt, dict):
                done = entry.status == "confirmed"
                if receipt.get("blockHash") == entry.block_hash and (receipt.get("status") == "0x1") == done:
                    if (entry.block or 0) <= deepest:
                        self.journal.mark_final(entry)
                    continue
                changed.append(self.close(self.journal.reopen(entry), receipt))
            elif receipt is None and entry.block_hash:
                self._say_lost(entry)
                changed.append(self.journal.reopen(entry))
            elif receipt is None and isinstance(count, str) and deepest >= 0 and number(count) > entry.nonce:
                self.journal.mark_final(entry)
        return tuple(changed)

    def resume(self, patience: float) -> tuple[Entry, ...]:
        """Bring every open entry to its end: send again, as signed, what the node has not seen, and wait for what was
        sent, at most `patience` seconds. One that is still open says in `why` when the node does not take it."""
        with self.journal.turn():
            self.recheck()
            newest = {(one.sender, one.nonce): one.id for one in self.journal.unsettled()}
            in_turn = sorted(self.journal.unsettled(), key=lambda one: (one.nonce, one.id))
            waiting = [self.push(one) if newest[one.sender, one.nonce] == one.id else one for one in in_turn]
        end = time.monotonic() + patience
        settled = []
        for entry in sorted(waiting, key=lambda one: (one.nonce, -one.id)):
            pause = 0.05
            while True:
                fresh = self.journal.show(entry.id)
                entry = (
                    self.settle(fresh) if fresh.open and not entry.why else replace(fresh, why=fresh.why or entry.why)
                )
                if not entry.open or entry.why or time.monotonic() > end:
                    break
                time.sleep(pause)
                pause = min(pause * 2, 2.0)
            settled.append(entry)
        return tuple(sorted(settled, key=lambda one: one.id))

    def push(self, entry: Entry) -> Entry:
        """Send an open entry again, exactly as it was signed, unless it is mined."""
        entry = self.settle(entry)
        if not entry.open or entry.status == "mined":
            return entry
        try:
            self.rpc.request("eth_sendRawTransaction", [entry.raw])
        except RpcError as refusal:
            if not known_already(refusal):
                entry = self.settle(entry)
                return replace(entry, why=refusal.message) if entry.open and entry.status != "mined" else entry
        return self.journal.mark(entry, "sent")

    def _say_lost(self, entry: Entry) -> None:
        words = "is not in the chain any more: its block was taken back, or this node is behind"
        self.chain.tell(f"transaction {entry.id} {words}")

    # Who took the nonce

    def _overtaken(self, entry: Entry) -> Entry:
        """Another transaction has its nonce, it seems; find out which."""
        for rival in self.journal.rivals(entry):
            if isinstance(receipt := self.rpc.request("eth_getTransactionReceipt", [rival.hash]), dict):
                self.close(rival if rival.open else self.journal.reopen(rival), receipt)
                return self.journal.mark(entry, "replaced", why=f"transaction {rival.id} took its place")
        # Mined between the answers?
        if isinstance(receipt := self.rpc.request("eth_getTransactionReceipt", [entry.hash]), dict):
            return self.close(entry, receipt)
        taker = self._taker(entry.sender, entry.nonce)
        if taker is None or (found := str(taker["hash"]).lower()) == entry.hash:
            return entry
        return self.journal.mark(entry, "failed", why=f"another transaction took its nonce {entry.nonce}: {found}")

    def taken_by_another(self, entry: Entry) -> bool:
        """Whether another transaction with the nonce of an entry is shown, in a block that holds it."""
        taker = self._taker(entry.sender, entry.nonce)
        if taker is None or str(taker["hash"]).lower() == entry.hash:
            return False
        return shown_status(self.rpc, "0x" + encoded(taker).hex(), str(taker["blockHash"])) is not None

    def _taker(self, sender: str, nonce: int) -> dict[str, Any] | None:
        """The transaction of `sender` with this nonce, found in its block; None when the node cannot show it."""
        high = number(self.rpc.request("eth_blockNumber"))
        low, step = high, 1
        while (count := self._count(sender, low)) is None or count > nonce:
            if count is None or low == 0:
                return None
            high, low, step = low, max(low - step, 0), step * 2
        while high - low > 1:
            middle = (low + high) // 2
            if (count := self._count(sender, middle)) is None:
                return None
            low, high = (low, middle) if count > nonce else (middle, high)
        found = self.rpc.request("eth_getBlockByNumber", [hex(high), True])
        try:
            sent = [one for one in found["transactions"] if one["from"].lower() == sender.lower()]
            taker = next((one for one in sent if number(one["nonce"]) == nonce), None)
            # What only its sender can have made is believed, not what one node says.
            if taker is None or not (self.rpc.checked_by > 1 or truly_signed(taker, sender, self.chain.id)):
                return None
            return dict(taker)
        except (KeyError, TypeError, AttributeError):
            return None

    def _count(self, sender: str, block: int) -> int | None:
        answer = self.rpc.batch([("eth_getTransactionCount", [sender, hex(block)])])[0]
        return number(answer) if isinstance(answer, str) else None


def reaches(rpc: Rpc, block: int, depth: Depth) -> bool:
    """Whether a block lies so deep in the chain. Its own is the first of its confirmations."""
    return depth == 1 or block <= solid(rpc, depth)


def solid(rpc: Rpc, depth: Depth) -> int:
    """The newest block that lies so deep; less than 0 when there is none."""
    if isinstance(depth, int):
        return number(rpc.request("eth_blockNumber")) - depth + 1
    try:
        found = rpc.request("eth_getBlockByNumber", [depth, False])
    except RpcError:
        found = None
    return number(found["number"]) if isinstance(found, dict) else solid(rpc, _DEEP)
