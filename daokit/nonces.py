"""Which nonce the next transaction of an account takes. A wrong one is never signed on: too low it is worthless, too
high it waits, and happens when nobody wants it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daokit import repeating
from daokit.answers import number
from daokit.errors import RuleBroken
from daokit.gaps import gaps
from daokit.proof import proven_count
from daokit.settling import Settling

if TYPE_CHECKING:
    from daokit.chain import Chain
    from daokit.journal import Entry, Journal

_LOOKS = 3  # at a proof, since the chain goes on between the questions


def next_nonce(chain: Chain, sender: str, act: dict[str, Any]) -> int:
    """The nonce to sign `act` with. Call it within the journal's turn. Raises `RuleBroken` when something signed
    earlier must come to its end first, when it is this very act and was done meanwhile, or when the node's word is not
    to be relied on."""
    journal = chain.journal
    if journal:
        _settle(chain, journal, sender, act)
    open_ones = journal.unsettled(sender) if journal else ()
    # Before the node is asked: whoever waits for a transaction writes down meanwhile that it was mined.
    known = 1 + max((one.nonce for one in _mined(journal, sender)), default=-1)
    latest, pending = (
        number(one)
        for one in chain.rpc.batch([("eth_getTransactionCount", [sender, at]) for at in ("latest", "pending")])
    )
    ours = max([latest, *(one.nonce + 1 for one in open_ones)])
    if chain.local:
        return max(pending, ours)
    latest = _checked(chain, sender, latest, known)
    ours = max(ours, latest)
    for gap in gaps(latest, pending, open_ones):
        if not gap.elsewhere:
            raise gap.refusal()
    if pending > ours:
        raise RuleBroken(
            f"{pending - ours} transactions of {sender} that were not signed here wait to be mined, says "
            f"{chain.rpc.shown}; wait until they are, or cancel them where they were signed",
            pending=pending,
            next=ours,
        )
    return ours


def by_one_word(chain: Chain, sender: str) -> int | None:
    """The next nonce where a single node says it and the journal does not: people should see it before they sign. None
    where there is nothing to doubt: 0 cannot be too high."""
    if not _doubtful(chain):
        return None
    latest = number(chain.rpc.request("eth_getTransactionCount", [sender, "latest"]))
    return latest if latest > _next_by_journal(chain, sender) else None


def check_shown(chain: Chain, sender: str, nonce: int, shown: int | None) -> None:
    """Raises `RuleBroken` when a nonce that only one node says is not the one that was shown."""
    if _doubtful(chain) and nonce > _next_by_journal(chain, sender) and nonce != shown:
        said = "no nonce" if shown is None else f"nonce {shown}"
        raise RuleBroken(
            f"{chain.rpc.shown} says now that the next nonce of {sender} is {nonce}, and {said} was shown before; "
            "nothing was signed: look again",
            nonce=nonce,
            shown=shown,
        )


def _doubtful(chain: Chain) -> bool:
    return not chain.local and chain.rpc.checked_by < 2


def _next_by_journal(chain: Chain, sender: str) -> int:
    entries = chain.journal.list() if chain.journal else ()
    mine = [one.nonce for one in entries if one.sender == sender and (one.open or one.block is not None)]
    return 1 + max(mine, default=-1)


def _settle(chain: Chain, journal: Journal, sender: str, act: dict[str, Any]) -> None:
    settling = Settling(chain, journal)
    before = {one.id: one.status for one in journal.not_final(sender)}
    for entry in settling.recheck(sender):
        if entry.status == "confirmed" != before[entry.id]:
            raise RuleBroken(
                f"transaction {entry.id} ({'; '.join(entry.words) or entry.hash}), which counted as "
                f"{before[entry.id]}, was done after all; nothing new was signed: look at what it did, then repeat "
                "what you still want",
                id=entry.id,
                hash=entry.hash,
            )
    settled = repeating.settle_open(chain, journal, sender)
    if not chain.local:
        repeating.refuse_done_meanwhile(chain, journal, sender, act)
    for after in settled:
        if (
            not after.open
            or after.status == "mined"
            or any(one.open and one.id > after.id for one in journal.rivals(after))
        ):
            continue
        if chain.rpc.request("eth_getTransactionByHash", [after.hash]) is None:
            raise RuleBroken(
                f"transaction {after.id} ({'; '.join(after.words) or after.hash}) was signed and has not reached the "
                "chain; run `daokit tx resume` first",
                id=after.id,
                hash=after.hash,
            )


def _mined(journal: Journal | None, sender: str) -> list[Entry]:
    return [one for one in journal.list() if one.sender == sender and one.block is not None] if journal else []


def _checked(chain: Chain, sender: str, latest: int, known: int) -> int:
    """The node's count, compared with our journal and, where they differ, with a proof."""
    if latest < known:
        raise RuleBroken(
            f"{chain.rpc.shown} says that {sender} has sent {latest} transactions, and {known} are known here; the "
            "node is behind: wait, or use another",
            found=latest,
            known=known,
        )
    if chain.rpc.checked_by > 1 or latest == known > 0:
        return latest
    for _ in range(_LOOKS):
        proven = proven_count(chain.rpc, sender)
        if proven is None and latest == 0:
            return latest
        if proven is None:
            raise RuleBroken(
                f"{chain.rpc.shown} says that {sender} has sent {latest} transactions, which is not known here, and "
                "gives no proof; add a second url and quorum = 2 to the network",
                found=latest,
            )
        if proven == latest:
            return latest
        latest = number(chain.rpc.request("eth_getTransactionCount", [sender, "latest"]))
    raise RuleBroken(
        f"{chain.rpc.shown} says that {sender} has sent {latest} transactions, and its own proof says {proven}; do not "
        "trust this node",
        found=latest,
        proven=proven,
    )
