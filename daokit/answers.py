"""What a node answers, turned into plain values. An answer that does not have its form is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from daokit import plain_refusals
from daokit.errors import NoConnection, Refused
from daokit.hashing import checksum
from daokit.rpc import RpcError


class CallReverted(Refused):
    """A contract reverted. `data` is what it gave; `contract.py` puts it in words."""

    def __init__(self, data: bytes) -> None:
        plain = plain_refusals.read(data)
        words = plain.message if plain else f"the contract refused (0x{data.hex()[:200]})"
        super().__init__(words if data else "the contract refused without giving a reason")
        self.data = data


@dataclass(frozen=True)
class Log:
    """One event as the chain keeps it. `topics` are 0x hex; `time` is that of its block where the node says it."""

    address: str
    topics: tuple[str, ...]
    data: bytes
    block: int
    block_hash: str
    transaction: str
    index: int
    time: int | None = None


@dataclass(frozen=True)
class Receipt:
    """What has become of a transaction. `fee_wei` is what it cost, `time` that of its block in unix seconds;
    `checked_by` is how many nodes said so, and 1 is one node's word."""

    hash: str
    block_number: int
    status: int
    gas_used: int
    logs: tuple[Log, ...]
    contract_address: str | None
    fee_wei: int
    time: int
    checked_by: int = 1


@dataclass(frozen=True)
class Block:
    """The head of a block. `hash` is None for the one that comes next, `base_fee` (wei a gas) where there is none."""

    number: int
    hash: str | None
    time: int
    base_fee: int | None
    gas_limit: int


def read_logs(answer: Any) -> list[Log]:
    """Logs as a node gives them. Those taken back by a reorganisation are left out."""
    try:
        return [
            Log(
                checksum(one["address"]),
                tuple(one["topics"]),
                bytes.fromhex(one["data"][2:]),
                number(one["blockNumber"]),
                one["blockHash"],
                one["transactionHash"],
                number(one["logIndex"]),
                None if one.get("blockTimestamp") is None else number(one["blockTimestamp"]),
            )
            for one in answer
            if not one.get("removed")
        ]
    except (KeyError, TypeError, ValueError):
        raise NoConnection("the node gives logs that are none") from None


def read_call(answer: Any) -> bytes | CallReverted:
    if not isinstance(answer, RpcError):
        return raw_bytes(answer)
    if answer.data is not None:
        return CallReverted(bytes.fromhex(answer.data[2:]))
    if answer.code == 3 or "revert" in answer.reason.lower() or "evm error" in answer.reason.lower():
        return CallReverted(b"")
    raise answer


def read_block(found: Any) -> Block:
    try:
        return Block(
            number(found["number"]),
            found["hash"],
            number(found["timestamp"]),
            None if found.get("baseFeePerGas") is None else number(found["baseFeePerGas"]),
            number(found["gasLimit"]),
        )
    except (KeyError, TypeError):
        raise NoConnection("the node gives a block that is none") from None


def number(text: Any) -> int:
    try:
        return int(text, 16) if isinstance(text, str) else int(text)
    except (TypeError, ValueError):
        raise NoConnection(f"the node gives {str(text)[:40]!r} where a number belongs") from None


def raw_bytes(text: Any) -> bytes:
    try:
        return bytes.fromhex(text[2:])
    except (TypeError, ValueError):
        raise NoConnection(f"the node gives {str(text)[:40]!r} where bytes belong") from None


def read_receipt(found: Any, moment: int, checked_by: int) -> Receipt:
    """A receipt; `moment` is the time of its block. Raises `NoConnection` for what is none."""
    try:
        gas_used = number(found["gasUsed"])
        # Rollups that charge for their data elsewhere say how much.
        data_fee = number(found.get("l1Fee") or "0x0")
        return Receipt(
            hash=found["transactionHash"].lower(),
            block_number=number(found["blockNumber"]),
            status=number(found["status"]),
            gas_used=gas_used,
            logs=tuple(read_logs(found["logs"])),
            contract_address=checksum(found["contractAddress"]) if found.get("contractAddress") else None,
            fee_wei=gas_used * number(found.get("effectiveGasPrice") or "0x0") + data_fee,
            time=moment,
            checked_by=checked_by,
        )
    except (KeyError, TypeError, AttributeError):
        raise NoConnection("the node gives no proper receipt") from None
