"""Signatures under an agreement or a change of it, collected as files that say what they are for.

A file lies beside the text that people keep (`kitchen.md`, `kitchen.signatures.json`) and grows as people sign, or as
the files of others are taken in. Whether a signature is good is checked when it is taken in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from daokit.chain import CallReverted, Chain
from daokit.errors import MalformedFile, UsageError
from daokit.files import write_whole
from daokit.hashing import is_address, keccak, parse_address
from daokit.signatures import Signature

MOST_BYTES = 262_144
_ENDING = ".signatures.json"
_HALF = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0  # half the order of secp256k1

Typed = tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]  # domain, types, message (EIP-712)


@dataclass(frozen=True)
class Signatures:
    """Signatures by signer. `digest` is the 0x hex of what they sign, for the agreement at `agreement` on `chain`."""

    chain: int
    agreement: str
    digest: str
    by: Mapping[str, bytes] = field(default_factory=dict)

    def with_one(self, signer: str, signature: bytes) -> Signatures:
        """With one more."""
        return replace(self, by={**self.by, parse_address(signer): signature})

    def joined(self, other: Signatures) -> Signatures:
        """With those of another file. Raises `UsageError` when it is for something else."""
        for what in ("chain", "agreement", "digest"):
            if getattr(self, what) != getattr(other, what):
                raise UsageError(
                    f"these signatures are for another {'text or change' if what == 'digest' else what} "
                    f"({getattr(other, what)}, not {getattr(self, what)}); ask for a signature under this one"
                )
        return replace(self, by={**self.by, **other.by})

    def write(self, path: Path) -> None:
        """Keep it, replacing the file in one step."""
        content = {
            "chain": self.chain,
            "agreement": self.agreement,
            "digest": self.digest,
            "signatures": {signer: "0x" + signature.hex() for signer, signature in sorted(self.by.items())},
        }
        write_whole(path, json.dumps(content, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> Signatures:
        """From a file. Raises `MalformedFile`, which names it."""
        try:
            if path.stat().st_size > MOST_BYTES:
                raise ValueError(f"it is longer than {MOST_BYTES:,} bytes")
            return _read(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise UsageError(f"there is no file {path}; `daokit agreement sign` writes one") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise MalformedFile(f"{path} is no file of signatures: {error}") from None


def beside(text: Path) -> Path:
    """Where the signatures under a text are kept."""
    return text.with_name(text.stem + _ENDING)


def digest_of(domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    """What is signed for typed data (EIP-712), 0x hex."""
    data = _signable(domain, types, message)
    return "0x" + keccak(b"\x19" + data.version + data.header + data.body).hex()


def signed_by_key(signer: str, typed: Typed, signature: bytes) -> bool:
    """Whether a key's signature under typed data (EIP-712) is good, by the rules of the chain: 65 bytes, of the two
    forms that every signature has the one with the smaller half. That of a contract only the chain can judge."""
    from eth_account import Account
    from eth_keys.exceptions import BadSignature
    from eth_utils.exceptions import ValidationError

    if len(signature) != 65 or signature[64] not in (27, 28) or int.from_bytes(signature[32:64], "big") > _HALF:
        return False
    try:
        return bool(Account.recover_message(_signable(*typed), signature=signature) == signer)
    except (BadSignature, ValidationError):
        return False


def signed_by_contract(chain: Chain, signer: str, digest: str, signature: bytes = b"") -> bool:
    """Whether a contract says yes to a digest (ERC-1271), by these bytes or, as some do, whatever bytes come."""
    asked = Signature.parse("isValidSignature(bytes32,bytes)")
    try:
        answer = chain.call(signer, asked.encode([digest, "0x" + signature.hex()], str))
    except CallReverted:
        return False
    return answer[:32] == asked.selector.ljust(32, b"\0")


def _signable(domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> Any:
    from eth_account.messages import encode_typed_data

    return encode_typed_data(dict(domain), dict(types), dict(message))


def _read(content: Any) -> Signatures:
    agreement, digest, chain = content["agreement"], content["digest"], content["chain"]
    if not is_address(agreement) or type(chain) is not int or len(bytes.fromhex(digest[2:])) != 32:
        raise ValueError("it does not say what the signatures are for")
    by = {parse_address(signer): bytes.fromhex(one[2:]) for signer, one in content["signatures"].items()}
    return Signatures(chain, parse_address(agreement), "0x" + digest[2:].lower(), by)
