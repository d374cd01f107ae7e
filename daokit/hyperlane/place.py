"""Hyperlane on one chain: the messages that left it, and one that arrives, carried by hand."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from daokit.answers import number
from daokit.chain import Chain
from daokit.contract import Contract
from daokit.deployments import Deployments
from daokit.errors import MalformedFile, NoConnection, RuleBroken, UsageError
from daokit.hyperlane.checkpoints import Checkpoints, open_at
from daokit.hyperlane.core import Core, HyperlaneContract, find
from daokit.hyperlane.messages import Checkpoint, Message, SignedCheckpoint, metadata_of, padded, unpadded
from daokit.text import clean

# Hyperlane's numbers for the kinds of modules.
_ROUTING, _MESSAGE_ID_MULTISIG = 1, 5
_DEPTH = 4  # modules that lead to modules


@dataclass(frozen=True)
class Dispatched:
    """A message that left: `index` is its place in the tree that `hook` (an address) keeps of its chain's messages."""

    message: Message
    hook: str
    index: int
    block: int
    transaction: str

    @property
    def id(self) -> str:
        """By what Hyperlane knows it, 0x hex."""
        return "0x" + self.message.id.hex()

    def checkpoint(self, root: bytes) -> Checkpoint:
        """What validators sign of it."""
        return Checkpoint(self.message.origin, padded(self.hook), root, self.index, self.message.id)


@dataclass(frozen=True)
class Delivered:
    """A message that arrived: in which transaction, and the gas that took (0: it had arrived before)."""

    id: str
    block: int
    transaction: str = ""
    gas: int = 0


class Hyperlane:
    """Hyperlane's contracts on one chain."""

    def __init__(self, chain: Chain, core: Core) -> None:
        self.chain = chain
        self.core = core
        self.mailbox = HyperlaneContract(chain, core.mailbox, "Mailbox")
        self.hook = HyperlaneContract(chain, core.merkle_tree_hook, "MerkleTreeHook")
        self.announce = HyperlaneContract(chain, core.validator_announce, "ValidatorAnnounce")

    @classmethod
    def on(cls, chain: Chain, shelf: Deployments | None = None) -> Hyperlane:
        """Hyperlane on a chain, checked; see `core.find`. The address book knows its mailbox from then on."""
        core = find(chain, shelf)
        chain.book.add_seats([("Hyperlane's mailbox", core.mailbox)])
        return cls(chain, core)

    def sent(self, since: int = 0, to_block: int | str = "latest") -> list[Dispatched]:
        """Messages that left from block `since` on, whoever sent them, oldest first."""
        places = {
            bytes(one.messageId): int(one["index"])
            for one in self.hook.events("InsertedIntoTree", since=since, to_block=to_block)
        }
        found = []
        for event in self.mailbox.events("Dispatch", since=since, to_block=to_block):
            message = Message.decode(event.message)
            # One that was sent with a hook of its own stands in no tree: nobody signs it.
            if message.id in places:
                place = (self.core.merkle_tree_hook, places[message.id], event.block, event.transaction)
                found.append(Dispatched(message, *place))
        return found

    def find(self, which: str, since: int = 0) -> list[Dispatched]:
        """The message with this id, or those of the transaction with this hash, that left from block `since` on. Raises
        `UsageError` when there are none."""
        block = self._block_of("0x" + _id(which).hex(), since)
        found = [] if block is None else self.sent(block, block)
        if chosen := [one for one in found if which.lower() in (one.id, one.transaction.lower())]:
            return chosen
        raise UsageError(f"no message {which} has left {self.chain.name} through the mailbox {self.core.mailbox}")

    def _block_of(self, which: str, since: int) -> int | None:
        mined = self.chain.rpc.request("eth_getTransactionReceipt", [which])
        if isinstance(mined, dict):
            return number(mined.get("blockNumber"))
        [topic] = [one for one, event in self.mailbox.artifact.events.items() if event.name == "DispatchId"]
        logs = self.chain.logs(self.core.mailbox, [topic, which], since)
        return logs[0].block if logs else None

    def root_at(self, block: int) -> bytes:
        """The root of the tree of messages after a block, 32 bytes."""
        return bytes(self.hook.read("root", block=block))

    def arrived(self, message_id: str) -> int | None:
        """The block in which a message arrived here; None when it has not."""
        return int(self.mailbox.read("processedAt", _id(message_id))) or None

    def module_of(self, message: Message) -> tuple[str, list[str], int]:
        """The multisig module that a message must satisfy here, its validators and how many must sign. Raises
        `RuleBroken` for another kind of module."""
        recipient = unpadded(message.recipient)
        module = str(self.mailbox.read("recipientIsm", recipient))
        for _ in range(_DEPTH):
            ism = HyperlaneContract(self.chain, module, "StaticMessageIdMultisigIsm")
            kind = int(ism.read("moduleType"))
            if kind == _MESSAGE_ID_MULTISIG:
                validators, threshold = ism.read("validatorsAndThreshold", message.encode())
                return module, list(validators), int(threshold)
            if kind != _ROUTING:
                break
            # A gateway of ours is such a module too, and refuses in words.
            module = str(Contract(self.chain, module, "HyperlaneGateway").read("route", message.encode()))
        raise RuleBroken(
            f"the module {module} asks for other proof than signatures; let Hyperlane's own relayer carry this"
        )

    def sources(self, validators: list[str]) -> list[Checkpoints]:
        """Where these validators of this chain's messages keep their checkpoints, as they announced last. A place that
        cannot be read from here, such as a folder of another machine, is left out."""
        found = []
        for places in self.announce.read("getAnnouncedStorageLocations", validators):
            with suppress(UsageError):
                found += [open_at(clean(place, 300)) for place in places[-1:]]
        return found

    def deliver(self, sent: Dispatched, sources: Iterable[Checkpoints]) -> Delivered:
        """Hand a message in here, with the checkpoints that are kept at `sources`. One that has arrived is left alone.
        Raises `RuleBroken` when too few validators have signed, `Reverted` when its recipient or its module refuses."""
        if block := self.arrived(sent.id):
            return Delivered(sent.id, block)
        if sent.message.destination != self.core.domain:
            raise RuleBroken(
                f"message {sent.id} goes to Hyperlane's domain {sent.message.destination}, and {self.chain.name} is "
                f"{self.core.domain}"
            )
        _, validators, threshold = self.module_of(sent.message)
        signed: list[SignedCheckpoint] = []
        troubles = []
        for source in sources:
            # One validator that is away, or writes nonsense, holds nobody up while enough others have signed.
            try:
                signed += source.at(sent.index)
            except (NoConnection, MalformedFile) as trouble:
                troubles.append(trouble.message)
        try:
            proof = metadata_of(signed, sent.message, validators, threshold)
        except RuleBroken as refusal:
            raise RuleBroken("; ".join([refusal.message, *troubles]), **refusal.values) from None
        return self.process(sent, proof)

    def process(self, sent: Dispatched, metadata: bytes) -> Delivered:
        """Hand a message in with this proof."""
        words = (
            f"bring message {sent.id[:10]}… from domain {sent.message.origin} to {self._named(sent.message.recipient)}"
        )
        done = self.mailbox.send("process", metadata, sent.message.encode(), words=words).receipt
        return Delivered(sent.id, done.block_number, done.hash, done.gas_used)

    def _named(self, recipient: bytes) -> str:
        return self.chain.name_of(unpadded(recipient))


def _id(text: str) -> bytes:
    try:
        data = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != 32:
        raise UsageError(f"{text} names no message: 0x and 64 hexadecimal digits")
    return data
