"""What py-evm holds, in the words in which a node answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from daokit.hashing import checksum, keccak
from daokit.preview import COIN_IN_TRACES, TRANSFER


def block_answer(header: Any, transactions: Sequence[Any]) -> dict[str, Any]:
    """A block."""
    return {
        "number": hex(header.block_number),
        "hash": hex_of(header.hash),
        "parentHash": hex_of(header.parent_hash),
        "timestamp": hex(header.timestamp),
        "gasLimit": hex(header.gas_limit),
        "gasUsed": hex(header.gas_used),
        "baseFeePerGas": hex(header.base_fee_per_gas),
        "transactions": [hex_of(one.hash) for one in transactions],
    }


def receipt_answer(block: Any, receipt: Any, transaction: Any) -> dict[str, Any]:
    """The receipt of a block's only transaction."""
    created = None if transaction.to else checksum(hex_of(created_address(transaction.sender, transaction.nonce)))
    return {
        "transactionHash": hex_of(transaction.hash),
        "transactionIndex": "0x0",
        "blockNumber": hex(block.number),
        "blockHash": hex_of(block.hash),
        "blockTimestamp": hex(block.header.timestamp),
        "from": checksum(hex_of(transaction.sender)),
        "to": checksum(hex_of(transaction.to)) if transaction.to else None,
        "contractAddress": created,
        "status": hex(int.from_bytes(receipt.state_root, "big")),
        "gasUsed": hex(receipt.gas_used),
        "cumulativeGasUsed": hex(receipt.gas_used),
        "effectiveGasPrice": hex(
            min(transaction.max_fee_per_gas, transaction.max_priority_fee_per_gas + block.header.base_fee_per_gas)
        ),
        "logs": logs_of(block, receipt, transaction),
    }


def transaction_answer(number: int, transaction: Any) -> dict[str, Any]:
    """A mined transaction."""
    return {
        "hash": hex_of(transaction.hash),
        "blockNumber": hex(number),
        "nonce": hex(transaction.nonce),
        "from": checksum(hex_of(transaction.sender)),
        "to": checksum(hex_of(transaction.to)) if transaction.to else None,
        "value": hex(transaction.value),
        "gas": hex(transaction.gas),
        "input": hex_of(transaction.data),
    }


def coin_moved(done: Any) -> list[dict[str, Any]]:
    """The transfers of coin in a call and in the calls that it made, in the form of a token's."""
    message = done.msg
    if done.is_error:
        return []
    moved = [one for child in done.children for one in coin_moved(child)]
    # A delegated call shows the value of its caller again and moves nothing.
    if not message.value or not message.should_transfer_value:
        return moved
    parties = [f"0x{one.hex().rjust(64, '0')}" for one in (message.sender, message.storage_address)]
    topics = [TRANSFER, *parties]
    return [{"address": COIN_IN_TRACES, "topics": topics, "data": f"0x{message.value:064x}"}, *moved]


def logs_of(block: Any, receipt: Any, transaction: Any) -> list[dict[str, Any]]:
    """The logs of a block's only transaction."""
    return [
        {
            "address": checksum(hex_of(log.address)),
            "topics": [f"0x{topic:064x}" for topic in log.topics],
            "data": hex_of(log.data),
            "blockNumber": hex(block.number),
            "blockHash": hex_of(block.hash),
            "blockTimestamp": hex(block.header.timestamp),
            "transactionHash": hex_of(transaction.hash),
            "transactionIndex": "0x0",
            "logIndex": hex(index),
            "removed": False,
        }
        for index, log in enumerate(receipt.logs)
    ]


def matches(topics: list[str], wanted: Any) -> bool:
    """Whether a log's topics are those asked for, each one, a choice of some, or any."""
    for place, wish in enumerate(wanted or []):
        if wish is None:
            continue
        choices = [wish] if isinstance(wish, str) else wish
        if place >= len(topics) or topics[place] not in {one.lower() for one in choices}:
            return False
    return True


def created_address(sender: bytes, nonce: int) -> bytes:
    """Where a transaction without receiver puts its contract."""
    import rlp

    return keccak(rlp.encode([sender, nonce]))[12:]


def raw_of(text: str) -> bytes:
    """The bytes of 0x hex."""
    return bytes.fromhex(text[2:])


def hex_of(data: bytes) -> str:
    """0x hex of bytes."""
    return "0x" + data.hex()
