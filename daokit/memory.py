"""`memory`: a chain inside this process, on py-evm, that answers JSON-RPC as a node does.

eth-tester makes the chain; the answers are given here from py-evm itself, because eth-tester reports custom errors as
text and looks transactions up by walking all blocks.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from daokit.accounts import MNEMONIC
from daokit.errors import ToolMissing
from daokit.hashing import checksum
from daokit.memory_answers import (
    block_answer,
    coin_moved,
    hex_of,
    logs_of,
    matches,
    raw_of,
    receipt_answer,
    transaction_answer,
)

CHAIN_ID = 131277322940537
_GAS_LIMIT = 60_000_000
_COIN = 10**18
_CALLER = b"\x00" * 20

# The deterministic deployer, which anvil has from its first block too.
_DEPLOYER = bytes.fromhex("4e59b44847b379578588920ca78fbf26c0b4956c")
_DEPLOYER_CODE = bytes.fromhex(
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b"
    "8082525050506014600cf3"
)


class MemoryNode:
    """One chain that lives as long as this object: a block a transaction, the machine's clock plus what was added."""

    def __init__(self) -> None:
        try:
            from eth_tester.backends.pyevm.main import PyEVMBackend
        except ImportError:
            raise ToolMissing(
                "the chain in memory needs py-evm; run `pip install 'daokit[memory]'`, "
                "or start one with `daokit node up`"
            ) from None
        path = "m/44'/60'/0'/0"
        accounts = PyEVMBackend.generate_genesis_state({"balance": 10_000 * _COIN}, 10, MNEMONIC, path)
        backend = PyEVMBackend(
            PyEVMBackend.generate_genesis_params({"gas_limit": _GAS_LIMIT}),
            {**accounts, _DEPLOYER: {"balance": 0, "nonce": 1, "code": _DEPLOYER_CODE, "storage": {}}},
            mnemonic=MNEMONIC,
            hd_path=path,
        )
        self._chain: Any = backend.chain
        self._ahead = 0
        self._next_time: int | None = None
        self._found: dict[str, tuple[int, Any]] = {}  # transaction hash -> block number, transaction
        self._snapshots: list[tuple[bytes, int]] = []
        self._methods: dict[str, Callable[..., Any]] = {
            "web3_clientVersion": lambda: "daokit/memory",
            "eth_chainId": lambda: hex(CHAIN_ID),
            "net_version": lambda: str(CHAIN_ID),
            "eth_blockNumber": lambda: hex(self._head().number),
            "eth_gasPrice": lambda: hex(self._head().header.base_fee_per_gas + 10**9),
            "eth_maxPriorityFeePerGas": lambda: hex(10**9),
            "eth_accounts": lambda: [checksum(hex_of(one)) for one in backend.get_accounts()],
            "eth_feeHistory": self._fee_history,
            "eth_getBalance": lambda who, at="latest": hex(self._state(at).get_balance(raw_of(who))),
            "eth_getTransactionCount": lambda who, at="latest": hex(self._state(at).get_nonce(raw_of(who))),
            "eth_getCode": lambda who, at="latest": hex_of(self._state(at).get_code(raw_of(who))),
            "eth_getStorageAt": self._storage_at,
            "eth_call": self._call,
            "eth_estimateGas": self._estimate_gas,
            "eth_simulateV1": self._simulate,
            "eth_sendRawTransaction": self._send,
            "eth_getTransactionReceipt": self._receipt,
            "eth_getTransactionByHash": self._transaction,
            "eth_getBlockByNumber": self._block_by_number,
            "eth_getBlockByHash": self._block_by_hash,
            "eth_getLogs": self._logs,
            "evm_snapshot": self._snapshot,
            "evm_revert": self._revert,
            "evm_increaseTime": self._increase_time,
            "evm_setNextBlockTimestamp": self._set_next_time,
            "evm_setTime": self._set_time,
            "evm_mine": self._mine,
        }

    def request(self, method: str, params: list[Any]) -> Any:
        """One call, answered as a node does. Raises `RpcError`."""
        from daokit.rpc import RpcError

        if method not in self._methods:
            raise RpcError(-32601, f"Method not found: {method}")
        return self._methods[method](*params)

    # The head is the last mined block; py-evm's own "block" is the one that comes next.

    def _head(self) -> Any:
        return self._chain.get_canonical_block_by_number(self._chain.get_block().number - 1)

    def _now(self) -> int:
        if self._next_time is not None:
            return self._next_time
        return max(int(self._head().header.timestamp) + 1, int(time.time()) + self._ahead)

    def _header(self, at: Any) -> Any:
        from daokit.rpc import RpcError

        if isinstance(at, dict):
            at = at.get("blockHash") or at.get("blockNumber")
        if at == "pending":
            return self._chain.header.copy(timestamp=self._now())
        if at in (None, "latest", "safe", "finalized"):
            return self._head().header
        if isinstance(at, str) and len(at) == 66:
            return self._chain.get_block_by_hash(raw_of(at)).header
        number = 0 if at == "earliest" else int(at, 16)
        if number > self._head().number:
            raise RpcError(-32000, f"no block {number}")
        return self._chain.get_canonical_block_header_by_number(number)

    def _state(self, at: Any) -> Any:
        return self._chain.get_vm(at_header=self._header(at)).state

    def _storage_at(self, who: str, slot: str, at: Any = "latest") -> str:
        return f"0x{self._state(at).get_storage(raw_of(who), int(slot, 16)):064x}"

    def _fee_history(self, count: Any, newest: Any, _percentiles: Any = ()) -> dict[str, Any]:
        last = self._header(newest)
        first = max(0, last.block_number - (int(count, 16) if isinstance(count, str) else count) + 1)
        headers = [self._chain.get_canonical_block_header_by_number(n) for n in range(first, last.block_number + 1)]
        return {
            "oldestBlock": hex(first),
            "baseFeePerGas": [hex(one.base_fee_per_gas) for one in [*headers, self._header("pending")]],
            "gasUsedRatio": [one.gas_used / one.gas_limit for one in headers],
        }

    # Calls

    def _run(self, wish: dict[str, Any], at: Any, gas: int, state: Any = None) -> tuple[Any, int]:
        """The computation without fees, and the gas that the transaction costs before it. What it does to `state`
        stays there."""
        from eth.vm.spoof import SpoofTransaction

        from daokit.rpc import RpcError

        state = state or self._state(at)
        sender = raw_of(wish["from"]) if wish.get("from") else _CALLER
        value = int(wish.get("value") or "0x0", 16)
        if value > state.get_balance(sender):
            raise RpcError(-32003, "Insufficient funds for gas * price + value")
        unsigned = self._chain.create_unsigned_transaction(
            nonce=state.get_nonce(sender),
            gas_price=0,
            gas=gas,
            to=raw_of(wish["to"]) if wish.get("to") else b"",
            value=value,
            data=raw_of(wish.get("data") or wish.get("input") or "0x"),
        )
        transaction = SpoofTransaction(unsigned, from_=sender)
        executor = state.get_transaction_executor()
        done = executor.build_computation(executor.build_evm_message(transaction), transaction)
        return done, transaction.intrinsic_gas

    def _call(self, wish: dict[str, Any], at: Any = "latest", _overrides: Any = None) -> str:
        done, _ = self._run(wish, at, int(wish["gas"], 16) if wish.get("gas") else _GAS_LIMIT)
        _check(done)
        return hex_of(done.output)

    def _estimate_gas(self, wish: dict[str, Any], at: Any = "pending") -> str:
        done, intrinsic = self._run(wish, at, _GAS_LIMIT)
        _check(done)
        used = intrinsic + done.get_gas_used()
        enough = int(used * 64 / 63) + 5_000
        # What a call passes on is at most 63/64 of what is left, so less gas than was used now can be too little.
        while enough < _GAS_LIMIT and self._run(wish, at, enough)[0].is_error:
            enough = min(enough * 5 // 4, _GAS_LIMIT)
        return hex(enough)

    def _simulate(self, wish: dict[str, Any], at: Any = "latest") -> list[dict[str, Any]]:
        """The calls of one block, with their transfers of coin as logs: what previews ask for."""
        [block], answers = wish["blockStateCalls"], []
        state = self._state("pending" if at == "latest" else at)
        for who, changed in block.get("stateOverrides", {}).items():
            state.set_code(raw_of(who), raw_of(changed["code"]))
        for call in block["calls"]:
            done, _ = self._run(call, at, _GAS_LIMIT, state)
            logs = [
                {"address": hex_of(log[1]), "topics": [f"0x{topic:064x}" for topic in log[2]], "data": hex_of(log[3])}
                for log in (() if done.is_error else sorted(done.get_raw_log_entries()))
            ]
            moved = [*coin_moved(done), *logs]
            answers.append({"status": hex(done.is_success), "returnData": hex_of(done.output), "logs": moved})
        return [{"calls": answers}]

    # Transactions: each mines a block

    def _send(self, raw: str) -> str:
        from eth_utils.exceptions import ValidationError

        from daokit.rpc import RpcError

        try:
            transaction = self._chain.get_transaction_builder().decode(raw_of(raw))
        except Exception:  # py-evm lets rlp's and its own errors through
            raise RpcError(-32602, "Failed to decode transaction") from None
        known = hex_of(transaction.hash)
        if known in self._found:
            raise RpcError(-32003, "transaction already imported")
        state = self._state("latest")
        expected = state.get_nonce(transaction.sender)
        if transaction.nonce != expected:
            words = "nonce too low" if transaction.nonce < expected else "nonce too high"
            raise RpcError(-32003, f"{words}: the account is at {expected}, the transaction has {transaction.nonce}")
        if state.get_balance(transaction.sender) < transaction.gas * transaction.max_fee_per_gas + transaction.value:
            raise RpcError(-32003, "Insufficient funds for gas * price + value")
        self._chain.header = self._chain.header.copy(timestamp=self._now())
        try:
            self._chain.apply_transaction(transaction)
        except ValidationError as refusal:
            raise RpcError(-32003, str(refusal)) from None
        self._seal()
        self._found[known] = (self._head().number, transaction)
        return known

    def _seal(self) -> None:
        self._chain.mine_block(coinbase=b"\x00" * 20, mix_hash=os.urandom(32))
        self._next_time = None

    def _mine(self, wish: Any = None) -> str:
        blocks = int(wish.get("blocks", 1)) if isinstance(wish, dict) else 1
        for _ in range(blocks):
            self._chain.header = self._chain.header.copy(timestamp=self._now())
            self._seal()
        return "0x0"

    def _increase_time(self, seconds: Any) -> str:
        # The clock goes on from the chain's time: the machine's may lie behind it.
        step = int(seconds, 16) if isinstance(seconds, str) else int(seconds)
        self._ahead = max(self._ahead, self._head().header.timestamp - int(time.time())) + step
        return hex(self._ahead)

    def _set_time(self, moment: Any) -> str:
        self._ahead = (int(moment, 16) if isinstance(moment, str) else int(moment)) - int(time.time())
        return hex(self._ahead)

    def _set_next_time(self, moment: Any) -> None:
        from daokit.rpc import RpcError

        wanted = int(moment, 16) if isinstance(moment, str) else int(moment)
        if wanted <= self._head().header.timestamp:
            raise RpcError(-32602, "the time of a block is later than that of the block before")
        self._next_time = wanted
        self._ahead = wanted - int(time.time())

    def _snapshot(self) -> str:
        self._snapshots.append((self._head().hash, self._ahead))
        return hex(len(self._snapshots))

    def _revert(self, number: str) -> bool:
        place = int(number, 16) - 1
        if not 0 <= place < len(self._snapshots):
            return False
        root, self._ahead = self._snapshots[place]
        del self._snapshots[place:]
        block = self._chain.get_block_by_hash(root)
        database = self._chain.chaindb
        database._set_as_canonical_chain_head(database.db, block.header, b"\x00" * 32)
        self._chain.header = self._chain.create_header_from_parent(block.header)
        self._found = {key: value for key, value in self._found.items() if value[0] <= block.number}
        self._next_time = None
        return True

    # What has happened

    def _block_by_number(self, at: Any, _full: bool = False) -> dict[str, Any] | None:
        if at not in ("latest", "pending", "earliest", "safe", "finalized") and int(at, 16) > self._head().number:
            return None
        header = self._header(at)
        return block_answer(header, () if at == "pending" else self._chain.get_block_by_header(header).transactions)

    def _block_by_hash(self, root: str, _full: bool = False) -> dict[str, Any] | None:
        from eth.exceptions import HeaderNotFound

        try:
            block = self._chain.get_block_by_hash(raw_of(root))
            return block_answer(block.header, block.transactions)
        except HeaderNotFound:
            return None

    def _receipt(self, known: str) -> dict[str, Any] | None:
        if known.lower() not in self._found:
            return None
        number, transaction = self._found[known.lower()]
        block = self._chain.get_canonical_block_by_number(number)
        (receipt,) = block.get_receipts(self._chain.chaindb)
        return receipt_answer(block, receipt, transaction)

    def _transaction(self, known: str) -> dict[str, Any] | None:
        if known.lower() not in self._found:
            return None
        return transaction_answer(*self._found[known.lower()])

    def _logs(self, wish: dict[str, Any]) -> list[dict[str, Any]]:
        if "blockHash" in wish:
            first = last = self._header(wish["blockHash"]).block_number
        else:
            first = self._header(wish.get("fromBlock", "latest")).block_number
            last = min(_number(wish.get("toBlock", "latest"), self._head().number), self._head().number)
        addresses = wish.get("address") or []
        wanted = {one.lower() for one in ([addresses] if isinstance(addresses, str) else addresses)}
        found: list[dict[str, Any]] = []
        for number in range(first, last + 1):
            block = self._chain.get_canonical_block_by_number(number)
            if not block.header.bloom:
                continue
            for transaction, receipt in zip(block.transactions, block.get_receipts(self._chain.chaindb), strict=True):
                found += [
                    log
                    for log in logs_of(block, receipt, transaction)
                    if (not wanted or log["address"].lower() in wanted) and matches(log["topics"], wish.get("topics"))
                ]
        return found


def _check(done: Any) -> None:
    from eth.exceptions import Revert

    from daokit.rpc import RpcError

    if not done.is_error:
        return
    error = done.error
    if isinstance(error, Revert):
        raise RpcError(3, "execution reverted", hex_of(done.output))
    raise RpcError(-32003, f"EVM error {type(error).__name__}")


def _number(at: Any, latest: int) -> int:
    return latest if at in ("latest", "pending", "safe", "finalized") else 0 if at == "earliest" else int(at, 16)
