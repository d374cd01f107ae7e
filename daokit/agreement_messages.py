"""What is signed for agreements (EIP-712): an opening, a change, less than a whole delivery. No chain, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from daokit.terms import Change, Terms

OPENING_TYPE = {"Opening": [{"name": "terms", "type": "bytes32"}]}
AMENDMENT_TYPE = {
    "Amendment": [
        {"name": "current", "type": "bytes32"},
        {"name": "changed", "type": "bytes32"},
        {"name": "document", "type": "bytes32"},
        {"name": "capital", "type": "uint256"},
        {"name": "capitalTo", "type": "address"},
        {"name": "deadline", "type": "uint256"},
    ]
}
DELIVERY_TYPE = {
    "Delivery": [
        {"name": "terms", "type": "bytes32"},
        {"name": "milestone", "type": "uint256"},
        {"name": "part", "type": "uint256"},
        {"name": "report", "type": "bytes32"},
    ]
}


def opening_message(terms: Terms) -> dict[str, object]:
    """What rows sign to open (EIP-712 `Opening`)."""
    return {"terms": bytes.fromhex(terms.hash[2:])}


def amendment_message(current: str, changed: Terms, change: Change) -> dict[str, object]:
    """What is signed to amend (EIP-712 `Amendment`). `current` is the hash in force."""
    return {
        "current": bytes.fromhex(current[2:]),
        "changed": bytes.fromhex(changed.hash[2:]),
        "document": bytes.fromhex(change.document[2:]),
        "capital": change.capital,
        "capitalTo": change.capital_to,
        "deadline": change.deadline,
    }


def delivery_message(current: str, milestone: int, part: int, report: str) -> dict[str, object]:
    """What is signed for less than the whole milestone (EIP-712 `Delivery`). `current` is the hash in force,
    `milestone` counts from 0, `part` is bps, `report` the 0x hex hash of what describes the delivery."""
    return {
        "terms": bytes.fromhex(current[2:]),
        "milestone": milestone,
        "part": part,
        "report": bytes.fromhex(report[2:]),
    }


def missing_signers(signers: Sequence[str], signatures: Mapping[str, bytes]) -> list[str]:
    """Who of the signers has not signed, each once."""
    return [one for one in dict.fromkeys(signers) if not signatures.get(one)]
