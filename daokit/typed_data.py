"""Typed data (EIP-712): what is signed for it, and whether a signature under it is good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daokit.hashing import keccak

Typed = tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]
"""Domain, types and message."""

_HALF = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0  # half the order of secp256k1


def digest_of(domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    """What is signed for typed data, 0x hex."""
    data = signable(domain, types, message)
    return "0x" + keccak(b"\x19" + data.version + data.header + data.body).hex()


def signed_by_key(signer: str, typed: Typed, signature: bytes) -> bool:
    """Whether a key's signature is good, by the rules of the chain: 65 bytes, of the two forms that every signature has
    the one with the smaller half. That of a contract only the chain can judge."""
    from eth_account import Account
    from eth_keys.exceptions import BadSignature
    from eth_utils.exceptions import ValidationError

    if not has_the_one_form(signature):
        return False
    try:
        return bool(Account.recover_message(signable(*typed), signature=signature) == signer)
    except (BadSignature, ValidationError):
        return False


def has_the_one_form(signature: bytes) -> bool:
    """Whether these are 65 bytes in the form that contracts take: `v` is 27 or 28, and `s` in the smaller half."""
    return len(signature) == 65 and signature[64] in (27, 28) and int.from_bytes(signature[32:64], "big") <= _HALF


def signable(domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> Any:
    """Typed data as eth_account signs it."""
    from eth_account.messages import encode_typed_data

    return encode_typed_data(dict(domain), dict(types), dict(message))
