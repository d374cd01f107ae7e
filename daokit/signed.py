"""The bytes of transactions: what stands in a signed one, and how long one will be."""

from __future__ import annotations

from typing import Any

from daokit.errors import MalformedFile
from daokit.hashing import checksum


def decode(raw: str) -> dict[str, Any]:
    """The transaction as it was before it was signed: of type 2, or a legacy one with `gasPrice`. Raises
    `MalformedFile`."""
    import rlp

    try:
        data = bytes.fromhex(raw.removeprefix("0x"))
        if data[0] == 2:
            chain, nonce, tip, most, gas, to, value, call = rlp.decode(data[1:])[:8]
            fees = {"maxFeePerGas": _number(most), "maxPriorityFeePerGas": _number(tip)}
            return {"type": 2, "chainId": _number(chain), **_rest(nonce, gas, to, value, call), **fees}
        nonce, price, gas, to, value, call, v = rlp.decode(data)[:7]
        chain_id = (_number(v) - 35) // 2
        return {"chainId": chain_id, **_rest(nonce, gas, to, value, call), "gasPrice": _number(price)}
    except (ValueError, IndexError, TypeError, rlp.exceptions.RLPException):
        raise MalformedFile("these bytes are no signed transaction that daokit makes") from None


def serialised(wish: dict[str, Any], chain_id: int) -> bytes:
    """A call as the transaction that it becomes, before it is signed; nonce, gas and fees stand for any of their
    length."""
    import rlp

    to, data = bytes.fromhex(wish.get("to", "0x")[2:]), bytes.fromhex(wish["data"][2:])
    fees, gas, nonce = [0x3B9ACA01, 0x4A817C801], 0xF42401, 0x1001
    return b"\x02" + bytes(rlp.encode([chain_id, nonce, *fees, gas, to, int(wish["value"], 16), data, []]))


def _rest(nonce: bytes, gas: bytes, to: bytes, value: bytes, data: bytes) -> dict[str, Any]:
    where = {"to": checksum("0x" + to.hex())} if to else {}
    return {"nonce": _number(nonce), "gas": _number(gas), **where, "value": _number(value), "data": "0x" + data.hex()}


def _number(text: bytes) -> int:
    return int.from_bytes(text, "big")
