"""The bytes of transactions: what stands in a signed one, and how long one will be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daokit.errors import MalformedFile
from daokit.hashing import checksum, keccak


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


def encoded(found: Mapping[str, Any]) -> bytes:
    """The bytes of a signed transaction, from the fields that a node shows. Raises `ValueError`, also for a kind that
    is not known here."""
    return _encoded(found)[0]


def truly_signed(found: Mapping[str, Any], sender: str, chain_id: int) -> bool:
    """Whether a transaction, as a node shows it, has the hash that it is shown with and the signature of `sender` for
    this chain. False for a kind that is not known here, and for one of the old kind that names no chain."""
    from eth_keys.datatypes import Signature
    from eth_keys.exceptions import BadSignature
    from eth_utils.exceptions import ValidationError

    try:
        raw, unsigned, parity = _encoded(found)
        if "0x" + keccak(raw).hex() != str(found["hash"]).lower() or _chain_id(found) != chain_id:
            return False
        signature = Signature(vrs=(parity, int(found["r"], 16), int(found["s"], 16)))
        who = signature.recover_public_key_from_msg_hash(keccak(unsigned))
        return bool(who.to_checksum_address() == sender)
    except (KeyError, ValueError, BadSignature, ValidationError):
        return False


def _chain_id(found: Mapping[str, Any]) -> int | None:
    """The chain that a signature is for: in a legacy transaction `v` says it (EIP-155), or nothing does."""
    if int(found.get("type", "0x0"), 16):
        return int(found["chainId"], 16)
    v = int(found["v"], 16)
    return (v - 35) // 2 if v >= 35 else None


def _encoded(found: Mapping[str, Any]) -> tuple[bytes, bytes, int]:
    """The signed bytes, what was signed, and which of two keys the signature means."""
    import rlp

    try:
        kind = int(found.get("type", "0x0"), 16)
        fields = [_field(found, name) for name in _FIELDS[kind]]
        if kind == _DEPOSIT:
            return bytes([kind]) + bytes(rlp.encode(fields)), b"", 0
        r, s, v = (int(found[name], 16) for name in "rsv")
        if kind:
            parity = int(found.get("yParity", found["v"]), 16)
            head = bytes([kind])
            return head + bytes(rlp.encode([*fields, parity, r, s])), head + bytes(rlp.encode(fields)), parity
        unsigned = fields if v < 35 else [*fields, (v - 35) // 2, b"", b""]
        return bytes(rlp.encode([*fields, v, r, s])), bytes(rlp.encode(unsigned)), (v - 35) % 2 if v >= 35 else v - 27
    except (KeyError, TypeError, AttributeError, rlp.exceptions.RLPException) as unfit:
        raise ValueError(f"no transaction of a known kind: {unfit}") from None


_DEPOSIT = 0x7E  # by which Ethereum speaks to a rollup of the OP stack: nobody signs it

_FEES = ("maxPriorityFeePerGas", "maxFeePerGas")
_ACT = ("gas", "to", "value", "input")
_FIELDS: dict[int, tuple[str, ...]] = {
    0: ("nonce", "gasPrice", *_ACT),
    1: ("chainId", "nonce", "gasPrice", *_ACT, "accessList"),
    2: ("chainId", "nonce", *_FEES, *_ACT, "accessList"),
    3: ("chainId", "nonce", *_FEES, *_ACT, "accessList", "maxFeePerBlobGas", "blobVersionedHashes"),
    4: ("chainId", "nonce", *_FEES, *_ACT, "accessList", "authorizationList"),
    _DEPOSIT: ("sourceHash", "from", "to", "mint", "value", "gas", "isSystemTx", "input"),
}


def _field(found: Mapping[str, Any], name: str) -> Any:
    """One field as it is encoded."""
    value = found.get(name)
    if name == "accessList":
        return [[_raw(one["address"]), [_raw(key) for key in one["storageKeys"]]] for one in value or []]
    if name == "blobVersionedHashes":
        return [_raw(one) for one in value or []]
    if name == "authorizationList":
        numbers = ("chainId", "nonce", "yParity", "r", "s")
        given = [{**one, **{number: int(one[number], 16) for number in numbers}} for one in value or []]
        return [[g["chainId"], _raw(g["address"]), *(g[number] for number in numbers[1:])] for g in given]
    if name in ("to", "input", "from", "sourceHash"):
        return _raw(value or "0x")
    if name in ("mint", "isSystemTx") and not isinstance(value, str):
        return int(value or 0)
    return int(value or "", 16)


def _raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _rest(nonce: bytes, gas: bytes, to: bytes, value: bytes, data: bytes) -> dict[str, Any]:
    where = {"to": checksum("0x" + to.hex())} if to else {}
    return {"nonce": _number(nonce), "gas": _number(gas), **where, "value": _number(value), "data": "0x" + data.hex()}


def _number(text: bytes) -> int:
    return int.from_bytes(text, "big")
