"""Before the same act is signed once more: the earlier one must have come to its end without being done, and one node's
bare word on that is not enough. Whoever types a command again because it took too long does not mean to do it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daokit.errors import RuleBroken
from daokit.receipt_proof import shown_status
from daokit.settling import Settling
from daokit.signed import decode

if TYPE_CHECKING:
    from daokit.chain import Chain
    from daokit.journal import Entry, Journal


def check(chain: Chain, journal: Journal, sender: str, unsigned: dict[str, Any]) -> None:
    """Raises `RuleBroken` when this very act, which is about to be signed, is signed already and may have been done or
    be done yet. What is final is not looked at again."""
    for entry in _same(journal.unsettled(sender), unsigned):
        raise signed_already(entry)
    if chain.rpc.checked_by > 1:
        return
    for entry in _same(journal.not_final(sender), unsigned):
        # With the same nonce only one of the two is ever mined.
        if entry.status == "confirmed" or entry.nonce >= unsigned["nonce"] or _shows_undone(chain, journal, entry):
            continue
        raise RuleBroken(
            f"this very act was signed as transaction {entry.id}; {chain.rpc.shown} says that it was not done and "
            "cannot show it by its blocks: look it up elsewhere, wait until it is final, or add a second url and "
            "quorum = 2 to the network",
            id=entry.id,
            hash=entry.hash,
        )


def settle_open(chain: Chain, journal: Journal, sender: str) -> tuple[Entry, ...]:
    """Bring what this account left open to what the chain says, and note which of it turns out done."""
    settled = Settling(chain, journal).settle_all(sender)
    chain.done_meanwhile |= {one.id for one in settled if journal.show(one.id).status == "confirmed"}
    return settled


def refuse_done_meanwhile(chain: Chain, journal: Journal, sender: str, act: dict[str, Any]) -> None:
    """Raises `RuleBroken`, once, when this very act was left open and turned out done since."""
    known = tuple(journal.show(one) for one in sorted(chain.done_meanwhile))
    same = _same(tuple(one for one in known if one.sender == sender and one.status == "confirmed"), act)
    if same:
        chain.done_meanwhile -= {one.id for one in same}
        raise done_meanwhile(same[0])


def signed_already(entry: Entry) -> RuleBroken:
    """The refusal of an act whose first signature has not ended."""
    return RuleBroken(
        f"this very act is signed already, as transaction {entry.id}, and has not ended; run `daokit tx resume`, "
        "and do it once more afterwards if you mean that",
        id=entry.id,
        hash=entry.hash,
    )


def done_meanwhile(entry: Entry) -> RuleBroken:
    """The refusal of an act that was left open and turned out done."""
    words = "; ".join(entry.words) or entry.hash
    return RuleBroken(
        f"transaction {entry.id}, this very act, was mined meanwhile ({words}); type it again if you mean it once more",
        id=entry.id,
        hash=entry.hash,
    )


def _same(entries: tuple[Entry, ...], unsigned: dict[str, Any]) -> list[Entry]:
    names = ("to", "value", "data")
    wanted = [unsigned.get(name) for name in names]
    return [one for one in entries if [decode(one.raw).get(name) for name in names] == wanted]


def _shows_undone(chain: Chain, journal: Journal, entry: Entry) -> bool:
    """Whether it is shown that an entry failed in its block, or that another transaction has its nonce."""
    if entry.block is not None:
        return shown_status(chain.rpc, entry.raw, entry.block_hash) == 0
    rivals = [one for one in journal.rivals(entry) if one.block is not None]
    if any(shown_status(chain.rpc, one.raw, one.block_hash) is not None for one in rivals):
        return True
    return Settling(chain, journal).taken_by_another(entry)
