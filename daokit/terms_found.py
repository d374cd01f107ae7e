"""Terms that an amendment put in force, found again in the transaction that brought them and checked by their hash.

The event says only their hash. Whoever sent the transaction, and through whatever contracts, the terms stand somewhere
in its data; the time by which the agreement had to be opened, which never changes, shows where.
"""

from __future__ import annotations

from daokit.abi import AbiType
from daokit.artifact import load_artifact
from daokit.chain import Chain
from daokit.errors import DaokitError, NoConnection
from daokit.terms import Terms

_OPEN_BY = 3  # the word's place among the plain fields
_MOST_PLACES = 2_000


def terms_in(data: bytes, opened: Terms, wanted: str) -> Terms | None:
    """The terms with the hash `wanted` (0x hex) anywhere in a transaction's data; None when they are not there."""
    mark = opened.open_by.to_bytes(32, "big")
    place = data.find(mark)
    for _ in range(_MOST_PLACES):
        if place < 0:
            return None
        start = place - 32 * _OPEN_BY
        if start >= 0 and (terms := _decoded(data[start:])) is not None and terms.hash == wanted:
            return terms
        place = data.find(mark, place + 1)
    return None


def terms_of_transaction(chain: Chain, transaction: str, opened: Terms, wanted: str) -> Terms:
    """The terms with the hash `wanted` that a transaction brought.

    Raises `NoConnection` when the node does not have the transaction, or its data does not have them.
    """
    found = chain.rpc.request("eth_getTransactionByHash", [transaction])
    if not isinstance(found, dict):
        raise NoConnection(f"{chain.rpc.shown} no longer has the transaction {transaction}; ask a node that keeps all")
    terms = terms_in(bytes.fromhex(str(found["input"])[2:]), opened, wanted)
    if terms is None:
        raise NoConnection(f"the terms do not stand in the transaction {transaction} that put them in force")
    return terms


def _decoded(data: bytes) -> Terms | None:
    try:
        return Terms.decoded(_struct().decode(data, 0))
    except (DaokitError, ValueError, IndexError, OverflowError):
        return None


def _struct() -> AbiType:
    return load_artifact("ProfitShare").function("check").inputs.items[0]
