"""What contracts of any maker say when they refuse: Solidity's `Error(string)` and `Panic(uint256)`, in words."""

from __future__ import annotations

from daokit.abi import parse_all
from daokit.errors import DaokitError, Reverted
from daokit.text import clean

ERROR, PANIC = bytes.fromhex("08c379a0"), bytes.fromhex("4e487b71")

_PANICS = {
    0x01: "an assertion failed",
    0x11: "a number grew too large or went below zero",
    0x12: "something was divided by zero",
    0x21: "a number names no member of its list",
    0x32: "a place beyond the end of a list was asked for",
    0x41: "too much memory was asked for",
}

# docs/error_codes.md of the Safe's contracts.
_SAFE = {
    "GS013": "what the Safe was to do failed",
    "GS020": "a signature is missing",
    "GS024": "the signature of a contract is not valid",
    "GS025": "an owner has not approved it",
    "GS026": "a signature is not that of an owner under this very transaction",
    "GS030": "only owners approve",
}


def read(data: bytes) -> Reverted | None:
    """The refusal in what a contract gave; None when it is another kind of error."""
    try:
        if data[:4] == ERROR:
            (said,) = parse_all([{"name": "reason", "type": "string"}]).decode(data[4:], 0)
            reason = clean(said, 300)
            meaning = f" ({_SAFE[reason]})" if reason in _SAFE else ""
            return Reverted("Error", {"reason": reason}, f"The contract refused: `reason`{meaning}.", data=data)
        if data[:4] == PANIC:
            code = int.from_bytes(data[4:36], "big")
            meaning = _PANICS.get(code, "something went wrong that should never happen")
            return Reverted("Panic", {"code": code}, f"The contract stopped (panic {code:#04x}): {meaning}.", data=data)
    except DaokitError:
        pass
    return None
