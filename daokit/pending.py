"""What each transaction that has not ended waits for, and the command that helps it on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daokit.answers import number, read_block
from daokit.fees import most_per_gas
from daokit.gaps import Gap, gaps
from daokit.journal import Entry
from daokit.policy import write_price
from daokit.settling import Settling
from daokit.signed import decode
from daokit.waiting import depth_words

if TYPE_CHECKING:
    from daokit.chain import Chain

_LONG = 600  # seconds after which somebody may want to pay more


@dataclass(frozen=True)
class Standing:
    """One entry as it is now. `state` is one word (that of the journal, or pending, stuck, dropped, unsent, waiting),
    `words` say more, `mend` is the command that helps."""

    entry: Entry
    state: str
    words: str = ""
    mend: str = ""


def standings(chain: Chain) -> tuple[Standing, ...]:
    """All entries of a chain's journal, brought to what the chain says. Sends nothing."""
    journal = chain.journal
    if journal is None:
        return ()
    settling = Settling(chain, journal)
    settling.recheck()
    settling.settle_all()
    entries = journal.list()
    waiting = [one for one in entries if one.status in ("prepared", "sent")]
    known = chain.rpc.batch([("eth_getTransactionByHash", [one.hash]) for one in waiting])
    there = {one.id: isinstance(answer, dict) for one, answer in zip(waiting, known, strict=True)}
    block = read_block(chain.rpc.request("eth_getBlockByNumber", ["latest", False])) if waiting else None
    before = {sender: _gaps(chain, sender, waiting) for sender in {one.sender for one in waiting}}
    found = []
    for one in entries:
        if one.id in there and block is not None:
            gap = next((gap for gap in before[one.sender] if gap.nonce < one.nonce), None)
            rival = next((other for other in waiting if other.replaces == one.id), None)
            found.append(_waiting(one, there[one.id], block.base_fee or 0, gap, rival))
        elif one.status == "mined" and one.block is not None:
            found.append(Standing(one, "mined", depth_words(chain, one.block), "daokit tx resume"))
        else:
            found.append(Standing(one, one.status, one.why))
    return tuple(found)


def _gaps(chain: Chain, sender: str, waiting: list[Entry]) -> list[Gap]:
    counts = chain.rpc.batch([("eth_getTransactionCount", [sender, at]) for at in ("latest", "pending")])
    latest, pending = (number(one) for one in counts)
    return gaps(latest, pending, [one for one in waiting if one.sender == sender])


def _waiting(entry: Entry, there: bool, base: int, gap: Gap | None, rival: Entry | None) -> Standing:
    if rival is not None:
        verb = "cancels" if rival.cancels else "replaces"
        return Standing(entry, "pending", f"transaction {rival.id} {verb} it")
    if not there and entry.status == "prepared":
        return Standing(entry, "unsent", "it was signed and did not reach a node", "daokit tx resume")
    offered, replace = most_per_gas(decode(entry.raw)), f"daokit tx replace {entry.id}"
    if not there:
        mend = replace if offered < base else "daokit tx resume"  # the same bytes would be refused
        return Standing(entry, "dropped", "the node does not have it any more", mend)
    if gap is not None:
        return Standing(entry, "waiting", gap.words, gap.mend)
    if offered < base:
        words = f"it offers at most {write_price(offered)} for gas, and blocks take {write_price(base)}"
        return Standing(entry, "stuck", words, replace)
    age = int(time.time()) - entry.time
    since = f"for {age // 60} minutes" if age >= 120 else f"for {max(age, 0)} seconds"
    return Standing(entry, "pending", since, replace if age > _LONG else "")
