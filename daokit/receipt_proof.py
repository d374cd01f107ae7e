"""What became of a transaction, by the roots of its block: one node's bare word on that is not enough to do the same
once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from daokit import header
from daokit.answers import number
from daokit.hashing import keccak
from daokit.rpc import Rpc, RpcError
from daokit.signed import encoded

_DEPOSIT = 0x7E  # of the OP stack, whose receipts hold two more fields


def shown_status(rpc: Rpc, raw: str, block: str) -> int | None:
    """0 or 1: the status of the signed transaction `raw` in a block (both 0x hex, the block by its hash), when the
    header has that hash, and all of the block's transactions and receipts the roots that stand in it. None when the
    node cannot show it."""
    import rlp

    try:
        head = rpc.request("eth_getBlockByHash", [block, True])
        if not header.fits(head, block):
            return None
        transactions = [encoded(one) for one in head["transactions"]]
        receipts = _receipts(rpc, block, [str(one["hash"]) for one in head["transactions"]])
        roots = trie_root(transactions), trie_root([_encoded(one) for one in receipts])
        if tuple("0x" + one.hex() for one in roots) != (head["transactionsRoot"], head["receiptsRoot"]):
            return None
        return number(receipts[transactions.index(_raw(raw))]["status"])
    except (RpcError, KeyError, TypeError, ValueError, AttributeError, rlp.exceptions.RLPException):
        return None


def trie_root(values: Sequence[bytes]) -> bytes:
    """The root of a list as blocks keep their transactions and receipts: a Merkle tree over the encoded places."""
    import rlp

    items = sorted((bytes(rlp.encode(place)).hex(), value) for place, value in enumerate(values))
    return keccak(rlp.encode(_node(items, 0)))


def _receipts(rpc: Rpc, block: str, hashes: Sequence[str]) -> list[Any]:
    try:
        found = rpc.request("eth_getBlockReceipts", [block])
    except RpcError:
        found = None
    if isinstance(found, list):
        return found
    return rpc.batch([("eth_getTransactionReceipt", [one]) for one in hashes])


def _encoded(receipt: Mapping[str, Any]) -> bytes:
    import rlp

    logs = [[_raw(log["address"]), [_raw(one) for one in log["topics"]], _raw(log["data"])] for log in receipt["logs"]]
    fields = [number(receipt["status"]), number(receipt["cumulativeGasUsed"]), _raw(receipt["logsBloom"]), logs]
    kind = number(receipt.get("type", "0x0"))
    if kind == _DEPOSIT and receipt.get("depositReceiptVersion") is not None:
        fields += [number(receipt["depositNonce"]), number(receipt["depositReceiptVersion"])]
    return (bytes([kind]) if kind else b"") + bytes(rlp.encode(fields))


def _raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _node(items: Sequence[tuple[str, bytes]], depth: int) -> Any:
    """The part of the tree below the first `depth` digits, which all of `items` share."""
    if not items:
        return b""
    first, last = items[0][0], items[-1][0]
    if len(items) == 1:
        return [_path(first[depth:], leaf=True), items[0][1]]
    shared = depth
    while first[shared] == last[shared]:
        shared += 1
    if shared > depth:
        return [_path(first[depth:shared], leaf=False), _reference(_node(items, shared))]
    below = [[one for one in items if int(one[0][depth], 16) == digit] for digit in range(16)]
    return [*(_reference(_node(some, depth + 1)) for some in below), b""]


def _reference(node: Any) -> Any:
    import rlp

    encoded = bytes(rlp.encode(node))
    return node if len(encoded) < 32 else keccak(encoded)


def _path(digits: str, *, leaf: bool) -> bytes:
    flag = 2 * leaf + len(digits) % 2
    return bytes.fromhex(f"{flag}{'' if len(digits) % 2 else '0'}{digits}")
