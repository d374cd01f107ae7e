"""What stands in a signed transaction, read back from its bytes."""

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


def _rest(nonce: bytes, gas: bytes, to: bytes, value: bytes, data: bytes) -> dict[str, Any]:
    where = {"to": checksum("0x" + to.hex())} if to else {}
    return {"nonce": _number(nonce), "gas": _number(gas), **where, "value": _number(value), "data": "0x" + data.hex()}


def _number(text: bytes) -> int:
    return int.from_bytes(text, "big")
