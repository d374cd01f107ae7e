"""Hyperlane's forms: a message and its id, the checkpoint that validators sign, and what the multisig module reads.

A validator signs, for each message, that it is the one at `index` in the tree of its chain, whose root is `root` then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daokit.errors import RuleBroken, UsageError
from daokit.hashing import checksum, keccak
from daokit.typed_data import has_the_one_form

VERSION = 3
_HEAD = 77  # bytes before the body


@dataclass(frozen=True)
class Message:
    """One message between chains. `sender` and `recipient` are 32 bytes, `origin` and `destination` domains."""

    nonce: int
    origin: int
    sender: bytes
    destination: int
    recipient: bytes
    body: bytes
    version: int = VERSION

    @classmethod
    def decode(cls, data: bytes) -> Message:
        """From its bytes. Raises `UsageError` when there are too few."""
        if len(data) < _HEAD:
            raise UsageError(f"a message of Hyperlane has at least {_HEAD} bytes, not {len(data)}")
        nonce, origin, destination = (int.from_bytes(data[at : at + 4], "big") for at in (1, 5, 41))
        return cls(nonce, origin, data[9:41], destination, data[45:77], data[77:], data[0])

    def encode(self) -> bytes:
        """Its bytes."""
        head = bytes([self.version]) + _word(self.nonce) + _word(self.origin)
        return head + self.sender + _word(self.destination) + self.recipient + self.body

    @property
    def id(self) -> bytes:
        """By what Hyperlane knows it: the hash of its bytes."""
        return keccak(self.encode())


@dataclass(frozen=True)
class Checkpoint:
    """What a validator says of one message: `message` (its id) is at `index` in the tree that the contract `hook` (32
    bytes) keeps on the chain `origin` (a domain), and `root` is that tree's root."""

    origin: int
    hook: bytes
    root: bytes
    index: int
    message: bytes

    @property
    def hash(self) -> bytes:
        """What is signed, as a text of 32 bytes (EIP-191)."""
        return keccak(domain_hash(self.origin, self.hook) + self.root + _word(self.index) + self.message)

    @property
    def digest(self) -> bytes:
        """The hash of that text with its prefix, which a signature is checked against."""
        return keccak(b"\x19Ethereum Signed Message:\n32" + self.hash)


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with one validator's signature, 65 bytes."""

    checkpoint: Checkpoint
    signature: bytes

    @property
    def signer(self) -> str | None:
        """Who signed; None when that cannot be told, or no contract would take it."""
        from eth_account import Account
        from eth_account.messages import encode_defunct
        from eth_keys.exceptions import BadSignature
        from eth_utils.exceptions import ValidationError

        if not has_the_one_form(self.signature):
            return None
        try:
            signable = encode_defunct(self.checkpoint.hash)
            return str(Account.recover_message(signable, signature=self.signature))
        except (BadSignature, ValidationError, ValueError):
            return None


def domain_hash(origin: int, hook: bytes) -> bytes:
    """What ties a checkpoint to one tree on one chain."""
    return keccak(_word(origin) + hook + b"HYPERLANE")


def encode_metadata(checkpoint: Checkpoint, signatures: Sequence[bytes]) -> bytes:
    """What the multisig module over message ids reads. The signatures stand in the order of its validators."""
    return checkpoint.hook + checkpoint.root + _word(checkpoint.index) + b"".join(signatures)


def metadata_of(
    signed: Iterable[SignedCheckpoint], message: Message, validators: Sequence[str], threshold: int
) -> bytes:
    """The metadata that proves `message` to a module in which `threshold` of `validators` must sign.

    Of what was handed in, what is about another message or by somebody else is left out. Raises `RuleBroken` when too
    few have signed the same checkpoint.
    """
    found: dict[Checkpoint, dict[str, bytes]] = {}
    for one in signed:
        signer = one.signer
        if one.checkpoint.message == message.id and one.checkpoint.origin == message.origin and signer in validators:
            found.setdefault(one.checkpoint, {})[str(signer)] = one.signature
    most = max(found.values(), key=len, default={})
    if len(most) < threshold:
        raise RuleBroken(
            f"{threshold} of {len(validators)} validators must sign message 0x{message.id.hex()}, and {len(most)} have "
            "as far as is known here; wait for them, or name with --from where the others keep their checkpoints",
            needed=threshold,
            signed=sorted(most),
            validators=list(validators),
        )
    checkpoint = next(one for one, by in found.items() if by is most)
    return encode_metadata(checkpoint, [most[one] for one in validators if one in most][:threshold])


def padded(address: str) -> bytes:
    """An address as Hyperlane writes it: 32 bytes."""
    return bytes(12) + bytes.fromhex(address[2:])


def unpadded(word: bytes) -> str:
    """The address in 32 bytes."""
    return checksum("0x" + word[-20:].hex())


def _word(number: int) -> bytes:
    return number.to_bytes(4, "big")
