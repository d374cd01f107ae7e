"""How many transactions an account has sent, by a Merkle proof under the state root of a block (EIP-1186), and that by
the hash of the block.

One node's bare word on a nonce is not enough to sign on: too high a nonce leaves a signed transaction that waits for
years and then happens.
"""

from __future__ import annotations

from typing import Any

from daokit import header
from daokit.answers import number
from daokit.errors import NoConnection, RuleBroken
from daokit.hashing import keccak
from daokit.rpc import Rpc, RpcError


def proven_count(rpc: Rpc, account: str) -> int | None:
    """The transaction count of `account` in the latest block, as proven; None when the node gives no proofs, or shows a
    header that does not have the hash of its block. Raises `RuleBroken` for a proof that does not fit."""
    head = rpc.request("eth_getBlockByNumber", ["latest", False])
    if not header.fits(head):
        return None
    try:
        answer = rpc.request("eth_getProof", [account, [], head["number"]])
    except RpcError:
        return None
    try:
        root, nodes, said = head["stateRoot"], answer["accountProof"], number(answer["nonce"])
    except (KeyError, TypeError):
        raise NoConnection(f"{rpc.shown} gives no proper proof") from None
    found = _account(root, account, nodes)
    if found is None or found != said:
        raise RuleBroken(
            f"{rpc.shown} gives a false proof about {account}: do not trust this node, or, if the chain keeps its "
            "state in another kind of tree, add a second url and quorum = 2 to the network",
            account=account,
        )
    return found


def _account(root: str, account: str, nodes: Any) -> int | None:
    """The nonce in the leaf of an account, 0 where the proof shows that there is none, None when it proves nothing."""
    import rlp

    try:
        path = keccak(bytes.fromhex(account[2:])).hex()
        wanted = bytes.fromhex(root[2:])
        for place, text in enumerate(nodes):
            encoded = bytes.fromhex(text[2:])
            if keccak(encoded) != wanted:
                return None
            node = rlp.decode(encoded)
            if len(node) == 17:
                step, path = int(path[0], 16), path[1:]
                wanted = node[step]
            else:
                flag, key = _key(node[0])
                if not path.startswith(key):
                    return 0 if place == len(nodes) - 1 else None
                path, wanted = path[len(key) :], node[1]
                if flag >= 2:
                    return int.from_bytes(rlp.decode(wanted)[0], "big") if not path else None
            if not wanted:
                return 0 if place == len(nodes) - 1 else None
    except (ValueError, IndexError, TypeError, AttributeError, rlp.exceptions.RLPException):
        return None
    return None


def _key(encoded: bytes) -> tuple[int, str]:
    """The flag of a leaf or extension, and the digits of its key."""
    digits = encoded.hex()
    flag = int(digits[0], 16)
    return flag, digits[1:] if flag % 2 else digits[2:]
