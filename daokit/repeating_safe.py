"""Before a Safe does the same act once more: what was begun earlier may have been done since, by the owner here or by
another. It would count as a new transaction of the Safe, so that nothing else would stop it."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from daokit.config import state_home
from daokit.errors import DaokitError, RuleBroken
from daokit.repeating import done_meanwhile, settle_open, signed_already
from daokit.signed import decode

if TYPE_CHECKING:
    from daokit.chain import Chain
    from daokit.journal import Entry
    from daokit.safe import SafeTransaction


def check(chain: Chain, wished: SafeTransaction) -> None:
    """Raises `RuleBroken` when the account of `chain` has brought this very act and it has not ended; and once, when it
    has ended meanwhile, or a file in the working folder shows that it was begun as an earlier transaction."""
    journal = chain.journal
    if journal:
        settle_open(chain, journal, chain.sender)
        for entry in journal.unsettled(chain.sender):
            if _brings(entry, wished):
                raise signed_already(entry)
    earlier = [one for one in _begun(wished) if not _place(chain, one.hash).exists()]
    done = [journal.show(one) for one in sorted(chain.done_meanwhile)] if journal else []
    done = [one for one in done if one.sender == chain.sender and _brings(one, wished)]
    for one in earlier:
        note_known(chain, one.hash)
    chain.done_meanwhile -= {one.id for one in done}
    if done:
        raise done_meanwhile(done[0])
    if earlier:
        first = earlier[-1]
        raise RuleBroken(
            f"this very act was begun as transaction {first.nonce} of the Safe ({first.path}), and the Safe is at "
            f"{wished.nonce}: it was executed or replaced; look at what became of it, and type it again if you mean it "
            "once more",
            file=str(first.path),
            hash=first.hash,
        )


def note_known(chain: Chain, hash: str) -> None:
    """Remember that the account of `chain` knows how a transaction of a Safe (0x hex) ended."""
    place = _place(chain, hash)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.touch()


def _place(chain: Chain, hash: str) -> Path:
    folder = state_home() / "safes" / f"{chain.id}-{chain.genesis[2:18]}"
    return folder / f"{hash[2:].lower()}-{chain.sender[2:].lower()}"


def _begun(wished: SafeTransaction) -> list[SafeTransaction]:
    """The same act as earlier transactions of the Safe, by their files in the working folder, the latest last."""
    from daokit.safe import SafeTransaction

    found = []
    for path in wished.path.parent.glob(re.sub(r"-\d+-[0-9a-f]+\.json$", "-*.json", wished.path.name)):
        with suppress(DaokitError):  # what is no such file says nothing
            found.append(SafeTransaction.load(path))
    place = (wished.chain_id, wished.safe)
    same = [one for one in found if (one.chain_id, one.safe) == place and _act(one) == _act(wished)]
    return sorted((one for one in same if one.nonce < wished.nonce), key=lambda one: one.nonce)


def _act(one: SafeTransaction) -> tuple[str, int, bytes]:
    return one.to, one.value, one.data


def _brings(entry: Entry, wished: SafeTransaction) -> bool:
    """Whether an entry of the journal makes the Safe do this very act."""
    from daokit.safe import executed

    sent = decode(entry.raw)
    return sent.get("to") == wished.safe and executed(bytes.fromhex(sent["data"][2:])) == _act(wished)
