"""Addresses that say their chain (ERC-7930, version 1): one form of bytes for an account on any chain."""

from __future__ import annotations

from dataclasses import dataclass

from daokit.errors import UsageError
from daokit.hashing import checksum, keccak, parse_address

EVM = 0
"""The type of chains with an EVM, `eip155` in words."""

_VERSION = b"\x00\x01"


@dataclass(frozen=True)
class Interoperable:
    """An account on a chain. `chain_type` is the family of chains (0: those with an EVM), `reference` the chain among
    them and `account` the address, both as bytes; one of them may be empty, which leaves the chain or the account
    open."""

    chain_type: int
    reference: bytes
    account: bytes

    @classmethod
    def evm(cls, chain: int, account: str | None = None) -> Interoperable:
        """An account on the chain with this id; without one, the chain itself."""
        if not 0 <= chain < 1 << 256:
            raise UsageError(f"{chain} is no chain id: it must be a number below 2 to the 256th")
        return cls(EVM, _shortest(chain), bytes.fromhex(parse_address(account)[2:]) if account else b"")

    @classmethod
    def decode(cls, data: bytes) -> Interoperable:
        """From its bytes. Raises `UsageError` for another version and for bytes too few or too many."""
        found, rest = cls.split(data)
        if rest:
            raise UsageError(f"0x{data.hex()[:80]} is no interoperable address: its lengths do not fit")
        return found

    @classmethod
    def split(cls, data: bytes) -> tuple[Interoperable, bytes]:
        """An address that says its own lengths, and what comes behind it. Raises `UsageError` as `decode`."""
        text = f"0x{data.hex()[:80]}"
        if len(data) < 6 or data[:2] != _VERSION:
            raise UsageError(f"{text} is no interoperable address of version 1 (ERC-7930)")
        place = 5 + data[4]
        if len(data) <= place or len(data) < (end := place + 1 + data[place]):
            raise UsageError(f"{text} is no interoperable address: its lengths do not fit")
        found = cls(int.from_bytes(data[2:4], "big"), data[5:place], data[place + 1 : end])
        if not found.reference and not found.account:
            raise UsageError(f"{text} names neither a chain nor an account")
        return found, data[end:]

    def encode(self) -> bytes:
        """Its bytes."""
        parts = (bytes([len(self.reference)]), self.reference, bytes([len(self.account)]), self.account)
        return _VERSION + self.chain_type.to_bytes(2, "big") + b"".join(parts)

    @property
    def chain(self) -> int | None:
        """The chain id; None when it is left open. Raises `UsageError` for a chain without an EVM."""
        self._check_evm()
        return int.from_bytes(self.reference, "big") if self.reference else None

    @property
    def address(self) -> str | None:
        """The address; None when it is left open. Raises `UsageError` for a chain without an EVM."""
        self._check_evm()
        return checksum("0x" + self.account.hex()) if self.account else None

    @property
    def id(self) -> str:
        """What federations know it by: keccak256 of its bytes, 0x hex."""
        return "0x" + keccak(self.encode()).hex()

    @property
    def check_digits(self) -> str:
        """The eight digits by which people tell it from another: the beginning of the hash of all but the version."""
        return keccak(self.encode()[2:])[:4].hex().upper()

    def __str__(self) -> str:
        if self.chain_type != EVM:
            return f"0x{self.encode().hex()}#{self.check_digits}"
        place = "eip155" if self.chain is None else f"eip155:{self.chain}"
        return f"{self.address or ''}@{place}#{self.check_digits}"

    def _check_evm(self) -> None:
        if self.chain_type != EVM or len(self.account) not in (0, 20) or len(self.reference) > 32:
            raise UsageError(f"0x{self.encode().hex()} is not on a chain with an EVM")


def _shortest(number: int) -> bytes:
    # OpenZeppelin writes zero as one byte too.
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")
