"""The form that a node's answers must have. What does not have it is refused where it arrives, so that those who read
it need not doubt its kind."""

from __future__ import annotations

import re
from typing import Any

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_BYTES = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


def is_formed(method: str, answer: Any) -> bool:
    """Whether an answer to `method` has its form. True for methods whose answers are looked at where they are used."""
    form = _FORMS.get(method)
    return form is None or form(answer)


def _quantity(answer: Any) -> bool:
    return isinstance(answer, str) and _QUANTITY.fullmatch(answer) is not None


def _bytes(answer: Any) -> bool:
    return isinstance(answer, str) and _BYTES.fullmatch(answer) is not None


def _block(answer: Any) -> bool:
    if answer is None:
        return True
    if not isinstance(answer, dict) or not all(_quantity(answer.get(name)) for name in ("timestamp", "gasLimit")):
        return False
    numbers = (answer.get(name) for name in ("number", "baseFeePerGas"))
    return all(one is None or _quantity(one) for one in numbers) and _text(answer.get("hash"))


def _receipt(answer: Any) -> bool:
    if answer is None:
        return True
    if not isinstance(answer, dict) or not isinstance(answer.get("logs"), list):
        return False
    names = ("blockNumber", "status", "gasUsed", "effectiveGasPrice", "l1Fee")
    texts = ("transactionHash", "blockHash", "from", "to", "contractAddress")
    numbers = all(answer.get(name) is None or _quantity(answer[name]) for name in names)
    return numbers and all(_text(answer.get(name)) for name in texts) and all(_log(one) for one in answer["logs"])


def _logs(answer: Any) -> bool:
    return isinstance(answer, list) and all(_log(one) for one in answer)


def _log(one: Any) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("topics"), list):
        return False
    if not isinstance(one.get("address"), str) or not _ADDRESS.fullmatch(one["address"]):
        return False
    names = ("blockNumber", "logIndex", "blockHash", "transactionHash")
    placed = all(one.get(name) is None or _quantity(one[name]) for name in names)
    return placed and _bytes(one.get("data")) and all(_bytes(topic) for topic in one["topics"])


def _transaction(answer: Any) -> bool:
    return answer is None or isinstance(answer, dict)


def _text(value: Any) -> bool:
    return value is None or _bytes(value)


_FORMS = {
    "eth_chainId": _quantity,
    "eth_blockNumber": _quantity,
    "eth_getBalance": _quantity,
    "eth_getTransactionCount": _quantity,
    "eth_estimateGas": _quantity,
    "eth_getCode": _bytes,
    "eth_getStorageAt": _quantity,
    "eth_call": _bytes,
    "eth_sendRawTransaction": _bytes,
    "eth_getBlockByNumber": _block,
    "eth_getBlockByHash": _block,
    "eth_getTransactionReceipt": _receipt,
    "eth_getTransactionByHash": _transaction,
    "eth_getLogs": _logs,
}
