"""When two nodes say the same: which parts of an answer must be equal, and which block they are asked about.

Two honest nodes differ in what they have heard last, so both are asked about one block that both have. What a node only
guesses is not compared: of fees the least is taken (`fees.py`), gas is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from daokit.hashing import keccak
from daokit.rpc import Call, RpcError

# Where the block stands among the parameters.
_BLOCK_AT = {
    "eth_call": 1,
    "eth_getBalance": 1,
    "eth_getCode": 1,
    "eth_getTransactionCount": 1,
    "eth_getStorageAt": 2,
    "eth_getProof": 2,
    "eth_getBlockByNumber": 0,
    "eth_simulateV1": 1,
    "eth_feeHistory": 1,
}

_BLOCK = ("number", "hash", "timestamp", "baseFeePerGas", "stateRoot", "transactions")
_RECEIPT = ("transactionHash", "blockHash", "blockNumber", "from", "to", "status", "gasUsed", "contractAddress")
_LOG = ("address", "topics", "data", "blockHash", "transactionHash", "logIndex")


def pinned(call: Call, block: int) -> Call:
    """The same call about this block where it asked about the latest."""
    method, params = call[0], list(call[1])
    place = _BLOCK_AT.get(method)
    if place is not None and (len(params) <= place or params[place] == "latest"):
        params[place:] = [hex(block), *params[place + 1 :]]
    if method == "eth_getLogs" and params and params[0].get("toBlock", "latest") == "latest":
        params = [{**params[0], "toBlock": hex(block)}]
    return method, params


def compared(method: str, params: Sequence[Any] = ()) -> bool:
    """Whether the answer is a fact of the chain, on which nodes must agree. What waits for a block is none."""
    place = _BLOCK_AT.get(method, 0)
    return method in _FACTS and not (len(params) > place and params[place] == "pending")


def essence(method: str, answer: Any) -> str:
    """What must be equal between two answers, as text. A refusal by the contract is an answer too."""
    if isinstance(answer, RpcError):
        return f"reverts {answer.data}" if reverts(answer) else "cannot say"
    if answer is None:
        return "nothing"
    try:
        return json.dumps(_FACTS[method](answer), sort_keys=True).lower()
    except (KeyError, TypeError, ValueError, AttributeError):
        return f"nonsense {str(answer)[:100]}"


def question(method: str, params: Sequence[Any]) -> str:
    """What a node was asked, in words: `the balance of 0x…`."""
    if method == "eth_getBlockByNumber":
        return f"block {_plain(params[0]):,}" if str(params[0]).startswith("0x") else f"the {params[0]} block"
    words = _WORDS.get(method, method.removeprefix("eth_"))
    about = params[0] if params and isinstance(params[0], str) else params[0].get("to") if _is_call(params) else ""
    return f"{words} {_short(about)}".rstrip()


def told(method: str, answer: Any) -> str:
    """What a node answered, in a few words."""
    said = essence(method, answer)
    if isinstance(answer, dict) and said.startswith("["):
        number, where = answer.get("number", answer.get("blockNumber")), answer.get("hash", answer.get("blockHash"))
        block = f"block {_plain(number)} ({_short(str(where))})"
        status = {"0x0": "failed in ", "0x1": "done in "}.get(str(answer.get("status")), "")
        events = f" with {len(answer['logs'])} events" if "logs" in answer else ""
        return f"{status}{block}{events}"
    if isinstance(answer, list):
        return f"{len(answer)} of them, {_short('0x' + keccak(said.encode()).hex())}"
    return "nothing" if answer == "0x" else _short(said.strip('"'))


def _short(text: str) -> str:
    """Both ends of what is long; addresses stay whole."""
    return text if len(text) <= 42 else f"{text[:12]}…{text[-4:]}"


def _is_call(params: Sequence[Any]) -> bool:
    return bool(params) and isinstance(params[0], dict) and isinstance(params[0].get("to"), str)


def reverts(answer: Any) -> bool:
    """Whether an answer is the refusal of a contract, and not of the node."""
    if not isinstance(answer, RpcError):
        return False
    return answer.data is not None or answer.code == 3 or "revert" in answer.reason.lower()


def _some(names: Sequence[str]) -> Callable[[Any], Any]:
    return lambda answer: [_plain(answer.get(name)) for name in names]


def _plain(value: Any) -> Any:
    """Numbers without leading zeros: nodes write 0x0 and 0x00, and hashes in small letters."""
    if isinstance(value, str) and value.startswith("0x") and len(value) <= 34:
        return int(value, 16) if len(value) > 2 else 0
    return value


def _logs(answer: Any) -> Any:
    return sorted(json.dumps(_some(_LOG)(one)) for one in answer if not one.get("removed"))


def _receipt(answer: Any) -> Any:
    return [*_some(_RECEIPT)(answer), _logs(answer["logs"])]


def _simulated(answer: Any) -> Any:
    calls = [call for block in answer for call in block["calls"]]
    return [
        [call["status"], call.get("returnData"), [[log["address"], log["topics"], log["data"]] for log in call["logs"]]]
        for call in calls
    ]


def _proof(answer: Any) -> Any:
    return [_plain(answer["nonce"]), _plain(answer["balance"]), answer["accountProof"]]


_WORDS = {
    "eth_chainId": "their chain",
    "eth_call": "what is answered by",
    "eth_getCode": "the code of",
    "eth_getStorageAt": "what is stored at",
    "eth_getBalance": "the balance of",
    "eth_getTransactionCount": "how many transactions were sent by",
    "eth_getBlockByHash": "the block",
    "eth_getTransactionReceipt": "transaction",
    "eth_getLogs": "events",
    "eth_simulateV1": "what a transaction would do",
    "eth_getProof": "the proof about",
}

_FACTS: dict[str, Callable[[Any], Any]] = {
    "eth_chainId": _plain,
    "eth_call": lambda answer: answer,
    "eth_getCode": lambda answer: answer,
    "eth_getStorageAt": lambda answer: int(answer, 16),
    "eth_getBalance": lambda answer: int(answer, 16),
    "eth_getTransactionCount": lambda answer: int(answer, 16),
    "eth_getBlockByNumber": _some(_BLOCK),
    "eth_getBlockByHash": _some(_BLOCK),
    "eth_getTransactionReceipt": _receipt,
    "eth_getLogs": _logs,
    "eth_simulateV1": _simulated,
    "eth_getProof": _proof,
}
