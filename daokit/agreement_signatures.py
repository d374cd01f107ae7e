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
from daokit.hashing import is_address, parse_address
from daokit.signatures import Signature

MOST_BYTES = 262_144
_ENDING = ".signatures.json"


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


def signed_by_contract(chain: Chain, signer: str, digest: str, signature: bytes = b"") -> bool:
    """Whether a contract says yes to a digest (ERC-1271), by these bytes or, as some do, whatever bytes come."""
    asked = Signature.parse("isValidSignature(bytes32,bytes)")
    try:
        answer = chain.call(signer, asked.encode([digest, "0x" + signature.hex()], str))
    except CallReverted:
        return False
    return answer[:32] == asked.selector.ljust(32, b"\0")


def _read(content: Any) -> Signatures:
    agreement, digest, chain = content["agreement"], content["digest"], content["chain"]
    if not is_address(agreement) or type(chain) is not int or len(bytes.fromhex(digest[2:])) != 32:
        raise ValueError("it does not say what the signatures are for")
    by = {parse_address(signer): bytes.fromhex(one[2:]) for signer, one in content["signatures"].items()}
    return Signatures(chain, parse_address(agreement), "0x" + digest[2:].lower(), by)
