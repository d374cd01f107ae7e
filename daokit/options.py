"""What a proposal puts to the vote: a text, payments and calls, as the chain commits to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from daokit.hashing import ZERO_ADDRESS


@dataclass(frozen=True)
class Payment:
    """`amount` of `token` (smallest unit; the zero address is coin) from the treasury to `to`, under a purpose."""

    token: str
    to: str
    amount: int
    purpose: str = ""


@dataclass(frozen=True)
class Call:
    """One call by the treasury. `value` is in wei."""

    target: str
    value: int
    data: bytes


@dataclass(frozen=True)
class Option:
    """One complete answer: `text` is keccak256 of its words (0x hex), `uri` says where they are."""

    text: str
    uri: str = ""
    large: bool = False
    payments: tuple[Payment, ...] = ()
    calls: tuple[Call, ...] = ()

    def to_solidity(self) -> tuple[Any, ...]:
        """The arguments of `IGovernor.Option`."""
        payments = [(one.token, one.to, one.amount, purpose_bytes(one.purpose)) for one in self.payments]
        calls = [(one.target, one.value, one.data) for one in self.calls]
        return bytes.fromhex(self.text[2:]), self.uri, self.large, payments, calls

    @classmethod
    def of(cls, put: Any) -> Option:
        """The option in an opening event."""
        return cls(
            text="0x" + put.text.hex(),
            uri=put.uri,
            large=put.large,
            payments=tuple(Payment(p.token, p.to, int(p.amount), purpose_text(p.purpose)) for p in put.payments),
            calls=tuple(Call(c.target, int(c.value), bytes(c.data)) for c in put.calls),
        )


def purpose_bytes(purpose: str) -> bytes:
    """A purpose as its 32 bytes. Raises `UsageError` when it is longer."""
    from daokit.errors import UsageError

    raw = purpose.encode()
    if len(raw) > 32:
        raise UsageError(f'the purpose "{purpose}" has {len(raw)} bytes; shorten it to 32')
    return raw.ljust(32, b"\0")


def purpose_text(purpose: bytes) -> str:
    """The words of a purpose, as far as they are words."""
    return purpose.rstrip(b"\0").decode(errors="replace")


COIN = ZERO_ADDRESS
