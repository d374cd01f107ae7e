"""Takes the place of a transaction that waits: the same act with higher fees, or nothing at all. Whatever happens, at
most one transaction of a nonce is ever mined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from daokit import fees, quirks
from daokit.accounts import unlock
from daokit.answers import Receipt, number, read_block
from daokit.errors import Refused, RuleBroken, UsageError
from daokit.journal import Entry, Journal
from daokit.rpc import RpcError
from daokit.sending import Sending, Transaction, wish_of
from daokit.settling import Settling
from daokit.signed import decode

if TYPE_CHECKING:
    from daokit.chain import Chain


@dataclass(frozen=True)
class Replaced:
    """How it ended: the entry that was mined, and its receipt."""

    entry: Entry
    receipt: Receipt


class Replacing:
    """Replaces and cancels what waits in a chain's journal."""

    def __init__(self, chain: Chain) -> None:
        if chain.journal is None:
            raise UsageError("a chain in memory keeps no journal; choose another network")
        self.chain = chain
        self.journal: Journal = chain.journal
        self._sending = Sending(chain)
        self._settling = Settling(chain, self.journal)

    def replace(self, which: int | str) -> Replaced:
        """The same act with higher fees. Said again, it signs nothing more: it sends the replacement again and waits.
        Raises `RuleBroken` when there is nothing left to replace."""
        entry, newest = self._open(which)
        if newest.cancels and not entry.cancels:
            raise RuleBroken(
                f"transaction {entry.id} is being cancelled by transaction {newest.id}; "
                f"to hurry that, replace {newest.id}"
            )
        if newest.id != entry.id:
            return self._carry_on(newest)
        return self._take_place(entry, _act(entry), decode(entry.raw)["gas"], entry.words, cancels=entry.cancels)

    def cancel(self, which: int | str) -> Replaced:
        """Nothing, to oneself, in its place. Raises `RuleBroken` when it was mined first. Said again, it signs nothing
        more."""
        entry, newest = self._open(which)
        if newest.cancels:
            return self._carry_on(newest)
        words = (f"cancel transaction {entry.id}: {'; '.join(entry.words) or entry.hash}",)
        done = self._take_place(newest, Transaction(entry.sender, words=words), None, words, cancels=True)
        if not done.entry.cancels:
            raise RuleBroken(
                f"too late: transaction {done.entry.id} was mined in block {done.receipt.block_number:,} "
                "before it could be cancelled",
                id=done.entry.id,
            )
        return done

    def cancel_nonce(self, nonce: int) -> Replaced:
        """Nothing, to oneself, with a nonce that was not signed here and that something waits behind. Said again, it
        signs nothing more. Raises `RuleBroken` when the nonce is used, or nothing waits behind it."""
        signer = self._sending.signer()
        if again := self._filling(signer.address, nonce):
            return self._carry_on(again)
        words = (f"pass over nonce {nonce}, so that what was signed after it can be mined",)
        act = Transaction(signer.address, words=words)
        unsigned = {"from": signer.address, **self._sending.prepare(act, signer.address), "nonce": nonce}
        if self.chain.confirm is not None:
            self.chain.confirm(self._sending.preview(act, unsigned, wish_of(act, signer.address)))
        unlock(signer)
        with self.journal.turn():
            entry = self._filling(signer.address, nonce)
            entry = entry or self._sending.send(self._sending.sign(signer, unsigned, words, cancels=True))
        return self._carry_on(entry)

    def _filling(self, sender: str, nonce: int) -> Entry | None:
        """What fills this nonce already; None when it is to be filled."""
        self._settling.recheck(sender)
        self._settling.settle_all(sender)
        waiting = self.journal.unsettled(sender)
        if mine := [one for one in waiting if one.nonce == nonce]:
            if mine[-1].cancels:
                return mine[-1]
            raise RuleBroken(
                f"nonce {nonce} is that of transaction {mine[-1].id}; name that: `daokit tx cancel {mine[-1].id}`",
                id=mine[-1].id,
            )
        latest = number(self.chain.rpc.request("eth_getTransactionCount", [sender, "latest"]))
        if nonce < latest:
            raise RuleBroken(f"nonce {nonce} is used already; `daokit tx list` says what waits", latest=latest)
        if not any(one.nonce > nonce for one in waiting):
            raise RuleBroken(
                f"nothing that {sender} signed here waits behind nonce {nonce}; `daokit tx list` says what waits"
            )
        return None

    def _open(self, which: int | str) -> tuple[Entry, Entry]:
        """The entry, which waits to be mined, and the newest that waits with its nonce."""
        self._settling.recheck()
        entry = self._settling.settle(found) if (found := self.journal.show(which)).open else found
        if not entry.open or entry.status == "mined":
            why = f" ({entry.why})" if entry.why else ""
            raise RuleBroken(f"transaction {entry.id} is {entry.status}{why}; nothing of it waits", id=entry.id)
        return entry, max([entry, *(one for one in self.journal.rivals(entry) if one.open)], key=lambda one: one.id)

    def _take_place(
        self, newest: Entry, act: Transaction, gas: int | None, words: tuple[str, ...], *, cancels: bool
    ) -> Replaced:
        signer = self._sending.signer()
        if signer.address != newest.sender:
            raise RuleBroken(f"transaction {newest.id} was signed by {newest.sender}; choose that account")
        old = decode(newest.raw)
        wish = wish_of(act, signer.address)
        unsigned = {"from": signer.address, **self._priced(old, wish, gas)}
        if self.chain.confirm is not None:
            said = f"in place of transaction {newest.id}, with higher fees: "
            shown = Transaction(act.to, act.data, act.value, tuple(said + line for line in words))
            self.chain.confirm(self._sending.preview(shown, unsigned, wish))
        unlock(signer)
        with self.journal.turn():
            _, latest = self._open(newest.id)
            if latest.id == newest.id:
                more = {"replaces": newest.id, "cancels": cancels}
                signed = self._sending.sign(signer, unsigned, words, **more)
                try:
                    latest = self._sending.send(signed)
                except Refused:
                    # What it was to replace was mined meanwhile.
                    latest = self.journal.show(signed.id)
                    if latest.status != "replaced":
                        raise
        return self._carry_on(latest)

    def _priced(self, old: dict[str, Any], wish: dict[str, Any], gas: int | None) -> dict[str, Any]:
        chain = self.chain
        asked = fees.questions(chain.policy, False)
        dearer = [] if chain.local else quirks.data_fee_questions(wish, chain.id)
        chain_id, block, *answers = chain.rpc.batch(
            [("eth_chainId", []), ("eth_getBlockByNumber", ["latest", False]), *asked, *dearer]
        )
        self._sending.check_chain(chain_id)
        self._sending.data_fee = quirks.data_fee([answers.pop() for _ in dearer])
        if gas is None:
            gas = number(chain.rpc.request("eth_estimateGas", [wish]))
        act = {"chainId": chain.id, "nonce": old["nonce"], "gas": gas, "value": int(wish["value"], 16)}
        to = {"to": wish["to"]} if "to" in wish else {}
        return {**act, **to, "data": wish["data"], **fees.offer(chain.policy, read_block(block), answers, old)}

    def _carry_on(self, entry: Entry) -> Replaced:
        """Send again what is signed, and wait until it or what it replaces is confirmed."""
        with self.journal.turn():
            entry = self._settling.push(self.journal.show(entry.id))
        if entry.why and entry.open:
            raise Refused(f"the node does not take transaction {entry.id}: {entry.why}", id=entry.id)
        wish = wish_of(_act(entry), entry.sender)
        try:
            return Replaced(self.journal.show(entry.id), self._sending.awaited(entry, wish))
        except Refused:
            first = next((one for one in self.journal.rivals(entry) if one.block is not None), None)
            if first is None:
                raise
            receipt = self.chain.rpc.request("eth_getTransactionReceipt", [first.hash])
            if isinstance(receipt, RpcError) or receipt is None:
                raise
            return Replaced(first, self._sending.receipt_of(first))


def _act(entry: Entry) -> Transaction:
    """What was wished for when it was signed."""
    old = decode(entry.raw)
    return Transaction(old.get("to"), bytes.fromhex(old["data"][2:]), old["value"], entry.words)
