"""A Safe (a contract with several owners) as the sender: owners sign a transaction of it in a file, one brings it.

What owners sign is the Safe's own EIP-712 struct, as its contracts 1.3.0 to 1.5.0 hash it; the hash is reckoned here
and compared with what the Safe itself answers. An owner that is a contract, another Safe for example, cannot sign: it
approves the hash on the chain, which counts as a signature.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from daokit import repeating_safe
from daokit.abi import Tuple
from daokit.answers import CallReverted, Receipt
from daokit.chain import Chain, Transaction
from daokit.errors import ConfirmationNeeded, MalformedFile, RuleBroken, UsageError
from daokit.files import write_whole
from daokit.hashing import ZERO_ADDRESS, checksum, parse_address
from daokit.preview import Preview, balance_changes
from daokit.signatures import Signature
from daokit.typed_data import digest_of, signed_by_key

VERSIONS = ("1.3.0", "1.4.1", "1.5.0")
MOST_BYTES = 262_144
_TRANSACTION = "address,uint256,bytes,uint8,uint256,uint256,uint256,address,address"
_TYPES = {
    "SafeTx": [
        {"name": "to", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "data", "type": "bytes"},
        {"name": "operation", "type": "uint8"},
        {"name": "safeTxGas", "type": "uint256"},
        {"name": "baseGas", "type": "uint256"},
        {"name": "gasPrice", "type": "uint256"},
        {"name": "gasToken", "type": "address"},
        {"name": "refundReceiver", "type": "address"},
        {"name": "nonce", "type": "uint256"},
    ]
}


@dataclass(frozen=True)
class SafeTransaction:
    """One plain call by a Safe; `value` in wei. `signatures` are 65 bytes each, by owner."""

    chain_id: int
    safe: str
    to: str
    value: int
    data: bytes
    nonce: int
    signatures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def domain(self) -> dict[str, Any]:
        """The EIP-712 domain of the Safe."""
        return {"chainId": self.chain_id, "verifyingContract": self.safe}

    @property
    def types(self) -> dict[str, Any]:
        """The EIP-712 types of what is signed."""
        return _TYPES

    @property
    def message(self) -> dict[str, Any]:
        """What is signed. No gas is paid back to anybody, so that a failing call takes everything back with it."""
        none = {"safeTxGas": 0, "baseGas": 0, "gasPrice": 0, "gasToken": ZERO_ADDRESS, "refundReceiver": ZERO_ADDRESS}
        return {
            "to": self.to,
            "value": self.value,
            "data": self.data,
            "operation": 0,
            **none,
            "nonce": self.nonce,
        }

    @property
    def hash(self) -> str:
        """The 0x hex of what owners sign."""
        return digest_of(self.domain, self.types, self.message)

    def signed_by(self, owner: str, signature: bytes) -> SafeTransaction:
        """With one more signature. Raises `RuleBroken` when it is not that of `owner` under this."""
        if not signed_by_key(owner, (self.domain, self.types, self.message), signature):
            raise RuleBroken(f"the signature of {owner} is not under this transaction; ask for another one")
        return replace(self, signatures={**self.signatures, owner: signature})

    def joined(self, other: SafeTransaction) -> SafeTransaction:
        """With the signatures of another file for the same transaction, each checked."""
        if other.hash != self.hash:
            raise UsageError("this file is for another transaction of the Safe; its signatures do not count here")
        found = self
        for owner, signature in other.signatures.items():
            found = found.signed_by(owner, signature)
        return found

    def execution(self, counted: tuple[str, ...]) -> bytes:
        """The data of the Safe's `execTransaction` with these owners, in ascending order of their address: each has
        signed here or approved on the chain."""
        packed = b"".join(self.signatures.get(owner, _approval(owner)) for owner in sorted(counted, key=str.lower))
        return _encode(f"execTransaction({_TRANSACTION},bytes)", *_fields(self), packed)

    @property
    def path(self) -> Path:
        """Where signatures are collected, in the working folder."""
        return Path(f"safe-{self.safe[2:10].lower()}-{self.nonce}-{self.hash[2:10]}.json")

    def write(self, path: Path) -> None:
        """Keep it, replacing the file in one step."""
        content = {
            "chain": self.chain_id,
            "safe": self.safe,
            "to": self.to,
            "value": str(self.value),
            "data": "0x" + self.data.hex(),
            "nonce": self.nonce,
            "hash": self.hash,
            "signatures": {owner: "0x" + signature.hex() for owner, signature in sorted(self.signatures.items())},
        }
        write_whole(path, json.dumps(content, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> SafeTransaction:
        """From a file, every signature in it checked. Raises `UsageError` without one, `MalformedFile` for another."""
        try:
            if path.stat().st_size > MOST_BYTES:
                raise ValueError("too large")
            content = json.loads(path.read_text(encoding="utf-8"))
            made = cls(
                chain_id=_whole(content["chain"]),
                safe=parse_address(content["safe"]),
                to=parse_address(content["to"]),
                value=_whole(int(content["value"])),
                data=bytes.fromhex(content["data"].removeprefix("0x")),
                nonce=_whole(content["nonce"]),
            )
            signatures = {parse_address(owner): bytes.fromhex(one[2:]) for owner, one in content["signatures"].items()}
        except FileNotFoundError:
            raise UsageError(
                f"there is no file {path}; the owner who began it passes it on, or begins it with --as safe:0x…"
            ) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, UsageError):
            raise MalformedFile(f"{path} is no file with signatures for a Safe") from None
        if content.get("hash") != made.hash:
            raise MalformedFile(f"{path} was changed: what it says is not what its hash stands for; do not sign it")
        for owner, signature in signatures.items():
            made = made.signed_by(owner, signature)
        return made


@dataclass(frozen=True)
class Safe:
    """A Safe as the chain has it now. `chain` is that of the account here that signs for it."""

    chain: Chain
    address: str
    owners: tuple[str, ...]
    threshold: int
    nonce: int

    @classmethod
    def load(cls, chain: Chain, address: str) -> Safe:
        """Read it. `chain` is that of an owner. Raises `RuleBroken` when no Safe of a known version is there."""
        words = f"there is no Safe of version {', '.join(VERSIONS)} at {address} on {chain.name}"
        asked = [(address, _encode(f"{name}()")) for name in ("VERSION", "getOwners", "getThreshold", "nonce")]
        answers = [b"" if isinstance(one, CallReverted) else one for one in chain.call_many(asked)]
        try:
            version = _decode("string", answers[0])
            owners = tuple(checksum(one) for one in _decode("address[]", answers[1]))
            threshold, nonce = (int.from_bytes(one[:32], "big") for one in answers[2:])
        except Exception:  # whatever else answers there
            raise RuleBroken(words) from None
        if version not in VERSIONS or not 0 < threshold <= len(owners):
            raise RuleBroken(words)
        return cls(chain, address, owners, threshold, nonce)

    def transaction(self, to: str, value: int, data: bytes) -> SafeTransaction:
        """The Safe's next transaction. Raises `RuleBroken` when the node reckons another hash for it than we do."""
        made = SafeTransaction(self.chain.id, self.address, to, value, data, self.nonce)
        self.check(made)
        return made

    def check(self, transaction: SafeTransaction) -> None:
        """That it is of this Safe and chain, next in its order, and hashed as the Safe does."""
        if (transaction.chain_id, transaction.safe) != (self.chain.id, self.address):
            raise RuleBroken(
                f"this is for the Safe {transaction.safe} on chain {transaction.chain_id}; take its network"
            )
        if transaction.nonce != self.nonce:
            raise RuleBroken(
                f"the Safe is at its transaction {self.nonce} and this is number {transaction.nonce}; "
                + ("it was executed or replaced" if transaction.nonce < self.nonce else "those before it come first")
            )
        data = _encode(f"getTransactionHash({_TRANSACTION},uint256)", *_fields(transaction), transaction.nonce)
        if "0x" + self.chain.call(self.address, data).hex() != transaction.hash:
            raise RuleBroken("the Safe hashes this transaction otherwise than we do; do not trust this node")

    def sign(self, transaction: SafeTransaction) -> SafeTransaction:
        """Signed by the account here. Raises `RuleBroken` when it is no owner."""
        self.check_owner()
        signature = self.chain.sign_typed(transaction.domain, transaction.types, transaction.message)
        return transaction.signed_by(self.chain.sender, signature)

    def approve(self, transaction: SafeTransaction, words: tuple[str, ...]) -> Receipt:
        """Approve it on the chain, for an owner that is a contract and so cannot sign. Raises `RuleBroken` when the
        account here is no owner."""
        self.check(transaction)
        self.check_owner()
        said = tuple(f"approve for the Safe {self.address}: {line}" for line in words)
        return self.chain.transact(
            Transaction(self.address, _encode("approveHash(bytes32)", bytes.fromhex(transaction.hash[2:])), words=said)
        )

    def check_owner(self) -> None:
        """Raises `RuleBroken` when the account here is no owner."""
        me, name = self.chain.sender, self.chain.book.show
        if me not in self.owners:
            owners = ", ".join(name(owner) for owner in self.owners)
            raise RuleBroken(f"{name(me)} is no owner of the Safe {self.address}; its owners are {owners}")

    def counted(self, transaction: SafeTransaction) -> tuple[str, ...]:
        """The owners who have signed it or approved it on the chain."""
        calls = [
            (self.address, _encode("approvedHashes(address,bytes32)", owner, bytes.fromhex(transaction.hash[2:])))
            for owner in self.owners
        ]
        answers = self.chain.call_many(calls)
        approved = {owner for owner, said in zip(self.owners, answers, strict=True) if _is_yes(said)}
        return tuple(owner for owner in self.owners if owner in transaction.signatures or owner in approved)

    def lacking(self, transaction: SafeTransaction) -> int:
        """How many owners are still wanted."""
        return max(self.threshold - len(self.counted(transaction)), 0)

    def execute(self, transaction: SafeTransaction, words: tuple[str, ...]) -> Receipt:
        """Bring it, signed by enough; the account here pays the fee. Raises `ConfirmationNeeded` before."""
        if lacking := self.lacking(transaction):
            raise ConfirmationNeeded(f"{lacking} more of the Safe's owners must sign first", lacking=lacking)
        data = transaction.execution(self.counted(transaction)[: self.threshold])
        said = tuple(f"as the Safe {self.address}: {line}" for line in words)
        receipt = self.chain.transact(Transaction(self.address, data, words=said))
        repeating_safe.note_known(self.chain, transaction.hash)
        return receipt


@dataclass(frozen=True)
class SafeSender:
    """The Safe as the account of a chain. `chain` is that of the owner who signs here."""

    address: str
    name: str
    chain: Chain = field(repr=False)
    local_only: bool = False

    def transact(self, chain: Chain, wished: Transaction) -> Receipt:
        """Show it, sign it in its file, and execute it when enough have signed; else raise `ConfirmationNeeded` with
        the file to pass on. `chain` is that of the Safe. Raises `RuleBroken`, once, when it was begun here before and
        may have been done since."""
        if wished.to is None:
            raise RuleBroken("a Safe makes no contracts by itself; let one of its owners do it")
        safe = Safe.load(self.chain, self.address)
        transaction = safe.transaction(wished.to, wished.value, wished.data)
        chain.call(wished.to, wished.data, sender=self.address, value=wished.value)  # raises what it would refuse
        if chain.confirm is not None:
            chain.confirm(preview(chain, transaction, wished.words))
        repeating_safe.check(self.chain, transaction)
        path = transaction.path
        if path.is_file():
            transaction = transaction.joined(SafeTransaction.load(path))
        if self.chain.sender not in transaction.signatures:
            transaction = safe.sign(transaction)
            transaction.write(path)
        if lacking := safe.lacking(transaction):
            raise ConfirmationNeeded(
                f"signed in {path}; {lacking} more of the Safe's owners must sign: give them the file, "
                f"and they run `daokit safe sign {path}`",
                file=str(path),
                hash=transaction.hash,
                lacking=lacking,
            )
        return safe.execute(transaction, wished.words)

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        raise RuleBroken("a Safe has no key; its owners sign what it does")

    def sign_typed(self, domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> bytes:
        raise RuleBroken("a Safe signs no texts here; let one of its owners sign as themselves")


def preview(chain: Chain, transaction: SafeTransaction, words: tuple[str, ...]) -> Preview:
    """What a transaction of the Safe will do, for the owner who signs. Signing costs nothing; who brings it pays."""
    wish = {
        "from": transaction.safe,
        "to": transaction.to,
        "value": hex(transaction.value),
        "data": "0x" + transaction.data.hex(),
    }
    changes, simulated = balance_changes(chain.rpc, wish)
    return Preview(
        words=words,
        chain_id=chain.id,
        chain_name=chain.name,
        sender=transaction.safe,
        to=transaction.to,
        value=transaction.value,
        data=transaction.data,
        gas=0,
        fee_wei=0,
        changes=changes,
        simulated=simulated,
        checked_by=chain.rpc.checked_by,
    )


def approved_hash(data: bytes) -> str | None:
    """What a call approves for a Safe, 0x hex; None when it is another call."""
    approves = _encode("approveHash(bytes32)", bytes(32))[:4]
    return "0x" + data[4:].hex() if data[:4] == approves and len(data) == 36 else None


def executed(data: bytes) -> tuple[str, int, bytes] | None:
    """What a Safe does by the `execTransaction` that this is: to whom, wei, data; None when it is another call."""
    selector, inputs = _function(f"execTransaction({_TRANSACTION},bytes)")
    if data[:4] != selector:
        return None
    to, value, call, *_ = inputs.decode(data[4:], 0)
    return checksum(to), value, call


def _approval(owner: str) -> bytes:
    """What stands in the place of a signature for an owner who has approved on the chain."""
    return bytes(12) + bytes.fromhex(owner[2:]) + bytes(32) + b"\x01"


def _is_yes(answer: bytes | CallReverted) -> bool:
    return not isinstance(answer, CallReverted) and any(answer)


def _fields(transaction: SafeTransaction) -> tuple[Any, ...]:
    return tuple(transaction.message.values())[:-1]


@lru_cache(maxsize=16)
def _function(signature: str) -> tuple[bytes, Tuple]:
    parsed = Signature.parse(signature)
    return parsed.selector, parsed.inputs


def _encode(signature: str, *values: Any) -> bytes:
    selector, inputs = _function(signature)
    return selector + inputs.encode(list(values))


def _decode(kind: str, data: bytes) -> Any:
    _, inputs = _function(f"answer({kind})")
    (value,) = inputs.decode(data, 0)
    return value


def _whole(number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(number)
    return number
