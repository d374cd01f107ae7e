"""keccak-256 and the address forms built on it, without the half second that importing eth_utils takes."""

from __future__ import annotations

import re
from functools import lru_cache

from daokit.errors import UsageError

ZERO_ADDRESS = "0x" + "0" * 40

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


def keccak(data: bytes) -> bytes:
    """The 32 bytes of keccak-256."""
    from eth_hash.auto import keccak as hashed

    return hashed(data)


def selector(signature: str) -> bytes:
    """The 4 bytes that name a function or an error: `selector("transfer(address,uint256)")`."""
    return keccak(signature.encode())[:4]


def is_address(text: str) -> bool:
    """Whether this has the form of an address, whatever its capitals."""
    return _ADDRESS.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def checksum(address: str) -> str:
    """The address with the capitals of EIP-55."""
    digits = address[2:].lower()
    marks = keccak(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if int(mark, 16) > 7 else digit for digit, mark in zip(digits, marks, strict=False)
    )


def parse_address(text: str) -> str:
    """An address as typed, in its EIP-55 form. Refuses wrong capitals: they mean a mistyped address."""
    if not is_address(text):
        raise UsageError(f'"{text}" is not an address: 0x and 40 hexadecimal digits')
    proper = checksum(text)
    digits = text[2:]
    if digits not in (digits.lower(), digits.upper(), proper[2:]):
        raise UsageError(f"{text} is mistyped: its capitals do not match its digits (EIP-55); copy it again")
    return proper


def create2_address(deployer: str, salt: bytes, code_hash: bytes) -> str:
    """Where CREATE2 puts code: `deployer` an address, `salt` and `code_hash` (of the creation code) 32 bytes each."""
    packed = b"\xff" + bytes.fromhex(deployer[2:]) + salt + code_hash
    return checksum("0x" + keccak(packed)[12:].hex())


def create_address(maker: str, nonce: int) -> str:
    """Where a contract puts the one that it makes with `nonce`, from 1 to 127 (a new contract's first has 1)."""
    if not 0 < nonce < 128:
        raise ValueError("only nonces from 1 to 127 stand for themselves")
    # RLP of a list of 20 bytes and one small number.
    return checksum("0x" + keccak(b"\xd6\x94" + bytes.fromhex(maker[2:]) + bytes([nonce]))[12:].hex())
