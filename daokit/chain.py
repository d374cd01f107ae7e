"""One chain, as the layers above see it: calls, logs, people's words, and transactions.

Together with `sending.py`, `accounts.py` and `journal.py` the only place that meets a key or a node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daokit.accounts import LOCAL_CHAIN_IDS, Signer
from daokit.addresses import AddressBook, TokenWords
from daokit.answers import Block, CallReverted, Log, Receipt, number, raw_bytes, read_block, read_call, read_logs
from daokit.errors import NoConnection, RuleBroken, UsageError
from daokit.journal import Entry, Journal
from daokit.policy import Policy
from daokit.preview import BalanceChange, Preview
from daokit.quirks import all_logs
from daokit.rpc import Rpc
from daokit.sending import NO_ACCOUNT, Sending, Transaction
from daokit.settling import Settling

if TYPE_CHECKING:
    from daokit.pending import Standing
    from daokit.replacing import Replaced

__all__ = ["BalanceChange", "Block", "CallReverted", "Chain", "Log", "Preview", "Receipt", "Transaction"]

_SYMBOL, _DECIMALS = bytes.fromhex("95d89b41"), bytes.fromhex("313ce567")


class Chain:
    """One chain. Reading needs no signer; without a journal (`memory`) nothing outlives the process."""

    def __init__(
        self,
        rpc: Rpc,
        *,
        name: str = "",
        journal: Journal | Path | None = None,
        signer: Signer | None = None,
        confirm: Callable[[Preview], None] | None = None,
        expected_id: int | None = None,
        book: AddressBook | None = None,
        policy: Policy | None = None,
    ) -> None:
        """`journal` is a journal or the folder of journals; `confirm` sees each preview and raises to stop;
        `expected_id` is the chain that must be there; `policy` says what a transaction may cost and when it is done."""
        self.rpc = rpc
        self.signer = signer
        self.confirm = confirm
        self.expected_id = expected_id
        self.policy = policy or Policy()
        self.tell: Callable[[str], None] = lambda _: None
        # A way to another chain by its id, where names of what is there can be read.
        self.elsewhere: Callable[[int], Chain | None] = lambda _: None
        self.told: set[str] = set()
        # Entries of the journal that had not ended when this began, and turned out done before another signature.
        self.done_meanwhile: set[int] = set()
        self.codes: dict[str, str] = {}
        self._name = name
        self._journal = journal
        self._book = book
        self._id: int | None = None
        self._genesis: str | None = None
        self._times: dict[int, int] = {}

    def as_(self, signer: Signer | None) -> Chain:
        """The same chain for another account."""
        other = Chain(
            self.rpc,
            name=self._name,
            journal=self.journal if signer else self._journal,
            signer=signer,
            confirm=self.confirm,
            expected_id=self.expected_id,
            book=self.book,
            policy=self.policy,
        )
        other._id, other._genesis, other._times = self._id, self._genesis, self._times
        other.tell, other.told, other.codes = self.tell, self.told, self.codes
        other.done_meanwhile = self.done_meanwhile
        other.elsewhere = self.elsewhere
        return other

    def named(self, name: str, book: AddressBook, signer: Signer | None) -> Chain:
        """The same chain with a name and an address book, for an account."""
        self._name, self._book = name, book
        return self.as_(signer) if signer else self

    @property
    def id(self) -> int:
        """The chain id that the node answers with, compared with the expected one at the first use."""
        if self._id is None:
            found = number(self.rpc.request("eth_chainId"))
            self._compare(found, self.expected_id)
            self._id = found
        return self._id

    def expect(self, chain_id: int | None) -> None:
        """Raises `RuleBroken` when the node is on another chain than `chain_id`; None: any will do."""
        self._compare(self.id, chain_id)

    def _compare(self, found: int, expected: int | None) -> None:
        if expected not in (None, found):
            raise RuleBroken(
                f"wrong chain: {self.rpc.shown} is on chain {found}, and chain {expected} was expected; "
                "correct the network",
                found=found,
                expected=expected,
            )

    @property
    def name(self) -> str:
        return self._name or f"chain {self.id}"

    @property
    def local(self) -> bool:
        """Whether it is a chain for development, where keys are public and time is ours."""
        return self.id in LOCAL_CHAIN_IDS

    @property
    def journal(self) -> Journal | None:
        """The journal of this very chain; None when none is kept."""
        if isinstance(self._journal, Path):
            self._journal = Journal(self._journal, self.id, self.genesis)
        return self._journal

    @property
    def sender(self) -> str:
        """The address that signs. Raises `UsageError` when no account was chosen."""
        if self.signer is None:
            raise UsageError(NO_ACCOUNT)
        return self.signer.address

    @property
    def reader(self) -> str | None:
        """The address that reads are made for, or None."""
        return self.signer.address if self.signer else None

    @property
    def genesis(self) -> str:
        """The hash of a local chain's first block, which tells it from the one before it was reset; "" elsewhere."""
        if self._genesis is None:
            self._genesis = str(self.block(0).hash) if self.local else ""
        return self._genesis

    @property
    def mark(self) -> str:
        """What files about this chain are called: its id, and the beginning of `genesis` where there is one."""
        return f"{self.id}-{self.genesis[2:18]}" if self.genesis else str(self.id)

    # People's words

    @property
    def book(self) -> AddressBook:
        """Names for addresses and tokens; by default those of the accounts here."""
        if self._book is None:
            self._book = AddressBook.of_accounts(local=self.local)
        return self._book

    def resolve(self, text: str) -> str:
        """The address that a name or a hex means. Raises `UnknownName`, and `RuleBroken` for a look-alike."""
        return self.book.resolve(text)

    def name_of(self, address: str) -> str:
        """The name of an address, or both its ends."""
        return self.book.name_of(address)

    def token(self, address: str) -> TokenWords:
        """How to write amounts of a token (the zero address: of coin). Asked once, then remembered."""
        if (known := self.book.token_words(address)) is not None:
            return known
        symbol, decimals = self.call_many([(address, _SYMBOL), (address, _DECIMALS)])
        found = TokenWords.of_chain(
            address,
            b"" if isinstance(symbol, CallReverted) else symbol,
            b"" if isinstance(decimals, CallReverted) else decimals,
        )
        self.book.remember_token(found)
        return found

    def symbol(self, token: str) -> str:
        """The short name of a token."""
        return self.token(token).symbol

    def money(self, token: str, amount: int) -> str:
        """An amount as people write it: `12.50 tUSD`."""
        return self.token(token).write(amount)

    def amount(self, token: str, text: str) -> int:
        """What people wrote, in the token's smallest unit. Raises `UsageError`."""
        return self.token(token).read(text)

    # Reading

    def block(self, at: int | str = "latest") -> Block:
        """The head of a block: a number, `latest` or `pending`."""
        found = self.rpc.request("eth_getBlockByNumber", [hex(at) if isinstance(at, int) else at, False])
        if not isinstance(found, dict):
            raise NoConnection(f"{self.rpc.shown} does not have block {at}; is it in sync?")
        return read_block(found)

    def block_number(self) -> int:
        return number(self.rpc.request("eth_blockNumber"))

    def now(self) -> int:
        """The chain's time in unix seconds; on a local chain that of the next block, since it mines when spoken to."""
        return self.block(self.view).time

    def time_of(self, block: int) -> int:
        """The time of a mined block in unix seconds."""
        if block not in self._times:
            self._times[block] = self.block(block).time
        return self._times[block]

    def block_from(self, moment: int) -> int:
        """The first mined block at a moment (unix seconds) or later; the last one when there is none yet."""
        low, high = 0, self.block_number()
        while low < high:
            middle = (low + high) // 2
            if self.time_of(middle) < moment:
                low = middle + 1
            else:
                high = middle
        return low

    def balance(self, address: str) -> int:
        """Wei that an address has."""
        return number(self.rpc.request("eth_getBalance", [address, "latest"]))

    def code(self, address: str) -> bytes:
        return raw_bytes(self.rpc.request("eth_getCode", [address, "latest"]))

    def storage(self, address: str, slot: int) -> bytes:
        """One word of storage, 32 bytes."""
        return raw_bytes(self.rpc.request("eth_getStorageAt", [address, hex(slot), "latest"]))

    def call(
        self, to: str, data: bytes, *, sender: str | None = None, value: int = 0, block: int | str | None = None
    ) -> bytes:
        """Ask a contract. Raises `CallReverted` when it refuses."""
        answer = self._called([(to, data)], sender, value, block)[0]
        if isinstance(answer, CallReverted):
            raise answer
        return answer

    def call_many(
        self, calls: Sequence[tuple[str, bytes]], *, sender: str | None = None, block: int | str | None = None
    ) -> list[bytes | CallReverted]:
        """Ask many in one exchange. A refusal stands in its place as a value."""
        return self._called(calls, sender, 0, block) if calls else []

    def logs(
        self,
        address: str | Sequence[str] | None,
        topics: Sequence[Any] = (),
        from_block: int = 0,
        to_block: int | str = "latest",
    ) -> list[Log]:
        """Events of one or more addresses, oldest first, in as many requests as the node's limits take."""
        wish: dict[str, Any] = {"topics": list(topics)}
        if address is not None:
            wish["address"] = address if isinstance(address, str) else list(address)
        return read_logs(all_logs(self.rpc, wish, from_block, to_block))

    # Writing

    def transact(self, transaction: Transaction, *, gas: int | None = None) -> Receipt:
        """Simulate, show, sign, journal, send, wait. Raises `CallReverted` before anything is signed when it would
        fail, `NotConfirmed` when it was sent and is not mined in time."""
        # Where several have to sign, what they do together is theirs to know (`safe.py`).
        if together := getattr(self.signer, "transact", None):
            done: Receipt = together(self, transaction)
            return done
        return Sending(self).transact(transaction, gas)

    def sign_typed(self, domain: Mapping[str, Any], types: Mapping[str, Any], message: Mapping[str, Any]) -> bytes:
        """The account's EIP-712 signature, 65 bytes. Development accounts sign for local chains only."""
        return Sending(self).signer().sign_typed(domain, types, message)

    def send_raw(self, raw: bytes) -> Receipt:
        """Send a transaction that was signed elsewhere, and wait for it. Nothing is journalled: its signer keeps it."""
        return Sending(self).raw(raw)

    def prepare(self, transaction: Transaction, *, sender: str | None = None) -> dict[str, Any]:
        """The unsigned EIP-1559 transaction, simulated, for those who sign elsewhere. Numbers are integers."""
        return Sending(self).prepare(transaction, sender or self.sender)

    def resume(self, patience: float | None = None) -> tuple[Entry, ...]:
        """Bring what was signed and left open to its end; see `Settling.resume`. Without `patience` (seconds) it waits
        as long as for a new transaction."""
        from daokit.waiting import patience as usual

        return (
            Settling(self, self.journal).resume(usual(self) if patience is None else patience) if self.journal else ()
        )

    def standings(self) -> tuple[Standing, ...]:
        """Everything signed here, brought to what the chain says, with what each waits for. Sends nothing."""
        from daokit.pending import standings

        return standings(self)

    def replace(self, which: int | str) -> Replaced:
        """The same act as a transaction that waits, with higher fees; see `Replacing.replace`."""
        from daokit.replacing import Replacing

        return Replacing(self).replace(which)

    def cancel(self, which: int | str) -> Replaced:
        """Nothing in the place of a transaction that waits; see `Replacing.cancel`."""
        from daokit.replacing import Replacing

        return Replacing(self).cancel(which)

    def cancel_nonce(self, nonce: int) -> Replaced:
        """Nothing with a nonce that was skipped, so that what waits behind it goes on; see `Replacing.cancel_nonce`."""
        from daokit.replacing import Replacing

        return Replacing(self).cancel_nonce(nonce)

    @contextmanager
    def confirming(self, confirm: Callable[[Preview], None] | None) -> Iterator[None]:
        """Another `confirm` for a while."""
        before, self.confirm = self.confirm, confirm
        try:
            yield
        finally:
            self.confirm = before

    @property
    def view(self) -> str:
        """The block that reads look at."""
        # anvil answers "latest" with the time of the last block, however long ago that was mined: a deadline that has
        # passed would look open. Public chains do not all know "pending".
        return "pending" if self.local else "latest"

    def _called(
        self, calls: Sequence[tuple[str, bytes]], sender: str | None, value: int, block: int | str | None
    ) -> list[bytes | CallReverted]:
        at = self.view if block is None else hex(block) if isinstance(block, int) else block
        extra = {"from": sender} if sender else {}
        if value:
            extra["value"] = hex(value)
        requests = [("eth_call", [{"to": to, "data": "0x" + data.hex(), **extra}, at]) for to, data in calls]
        return [read_call(one) for one in self.rpc.batch(requests)]
