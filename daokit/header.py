"""The hash of a block, from the fields of its header: what stands under it is said by the chain's link to that block,
and not only by the answer at hand."""

from __future__ import annotations

from typing import Any

from daokit.hashing import keccak

# In the order in which they are hashed. A width is that of bytes, 0 of any length; None is a number.
_FIELDS: dict[str, int | None] = {
    "parentHash": 32,
    "sha3Uncles": 32,
    "miner": 20,
    "stateRoot": 32,
    "transactionsRoot": 32,
    "receiptsRoot": 32,
    "logsBloom": 256,
    "difficulty": None,
    "number": None,
    "gasLimit": None,
    "gasUsed": None,
    "timestamp": None,
    "extraData": 0,
    "mixHash": 32,
    "nonce": 8,
}
# What each fork added at the end: London, Shanghai, Cancun, Prague.
_LATER: dict[str, int | None] = {
    "baseFeePerGas": None,
    "withdrawalsRoot": 32,
    "blobGasUsed": None,
    "excessBlobGas": None,
    "parentBeaconBlockRoot": 32,
    "requestsHash": 32,
}


def fits(head: Any, block: str | None = None) -> bool:
    """Whether the header that a node shows has the hash that it shows with it, and is that of `block` (a hash) when
    given. False where a chain hashes other fields."""
    import rlp

    try:
        wanted = bytes.fromhex(head["hash"][2:])
        if len(wanted) != 32 or (block is not None and bytes.fromhex(block[2:]) != wanted):
            return False
        fields = [_field(head[name], width) for name, width in _FIELDS.items()]
        if keccak(rlp.encode(fields)) == wanted:
            return True
        # Some chains show more fields than they hash.
        for name, width in _LATER.items():
            if head.get(name) is None:
                return False
            fields.append(_field(head[name], width))
            if keccak(rlp.encode(fields)) == wanted:
                return True
    except (KeyError, TypeError, ValueError, AttributeError, rlp.exceptions.RLPException):
        return False
    return False


def _field(text: str, width: int | None) -> int | bytes:
    if width is None:
        return int(text, 16)
    found = bytes.fromhex(text[2:])
    if width and len(found) != width:
        raise ValueError(f"{width} bytes are wanted")
    return found
