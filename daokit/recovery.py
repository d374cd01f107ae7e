"""A way back for whoever has lost a key: guardians, what they sign, the delay and the veto. For seats and for funds.

A subject is a seat's number, or 0 for a fund. Guardians sign one file in turn; anyone brings it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from daokit.abi import parse_all
from daokit.contract import write
from daokit.errors import MalformedFile, RuleBroken, UsageError
from daokit.files import write_whole
from daokit.hashing import keccak, parse_address
from daokit.quantities import DAY, format_duration
from daokit.recorded import Recorded

RECOVERY_TYPE = {
    "Recovery": [
        {"name": "subject", "type": "uint256"},
        {"name": "from", "type": "address"},
        {"name": "to", "type": "address"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ]
}
MOST_GUARDIANS = 16
SIGNING_TIME = 30 * DAY  # how long guardians' signatures are good when nobody says otherwise

_LIST = parse_all([{"type": "address[]"}, {"type": "uint256"}, {"type": "uint256"}])
_LARGEST = 200_000  # bytes of a file: sixteen guardians with the longest signatures


@dataclass(frozen=True)
class Guardians:
    """Who can recover together: `threshold` of `accounts` (ascending); the holder can veto for `delay` seconds."""

    accounts: tuple[str, ...] = ()
    threshold: int = 0
    delay: int = 0


@dataclass(frozen=True)
class Recovery:
    """The recovery of a subject that runs, to `to` ("": none runs). It can be finished from `due` until `lapses`, the
    next can start from `not_before` on (unix seconds); `nonce` is in what guardians sign for the next."""

    to: str
    due: int
    lapses: int
    not_before: int
    nonce: int

    @property
    def running(self) -> bool:
        """Whether one runs."""
        return self.to != ""


@dataclass(frozen=True)
class SignedRecovery:
    """What guardians have signed so far: that `subject` of `contract` moves from `holder` to `to`. `deadline` is unix
    seconds; `signatures` are by guardian."""

    chain_id: int
    contract: str
    subject: int
    holder: str
    to: str
    nonce: int
    deadline: int
    signatures: dict[str, bytes] = field(default_factory=dict)

    def signed_by(self, guardian: str, signature: bytes) -> SignedRecovery:
        """The same with one more signature. A contract that approved the digest signs with any bytes at all."""
        return replace(self, signatures={**self.signatures, guardian: signature})

    def write(self, path: Path) -> None:
        """Put it into a file, whole or not at all."""
        content = {**vars(self), "signatures": {who: "0x" + one.hex() for who, one in self.signatures.items()}}
        write_whole(path, json.dumps(content, indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> SignedRecovery:
        """What is in a file. Raises `MalformedFile` when it is no such file."""
        from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

        @with_config(ConfigDict(extra="forbid", strict=True))
        @dataclass(frozen=True)
        class Content:
            """A file, as strictly as strangers are read."""

            chain_id: int
            contract: str
            subject: int
            holder: str
            to: str
            nonce: int
            deadline: int
            signatures: dict[str, str]

        try:
            if path.stat().st_size > _LARGEST:
                raise MalformedFile(f"{path} is larger than {_LARGEST} bytes; is it what guardians sign?")
            found = TypeAdapter(Content).validate_json(path.read_bytes())
            signatures = {parse_address(who): _bytes(one) for who, one in found.signatures.items()}
            people = {key: parse_address(getattr(found, key)) for key in ("contract", "holder", "to")}
        except (ValidationError, UsageError, ValueError):
            raise MalformedFile(f"{path} is not a recovery that guardians sign; ask for the file again") from None
        except OSError as failure:
            raise MalformedFile(f"{path} cannot be read ({failure.strerror})") from None
        return cls(**{**vars(found), **people, "signatures": signatures})


class Recoverable(Recorded):
    """A contract that keeps guardians (IRecovery): a collective for its seats, a fund for itself."""

    def domain(self) -> dict[str, object]:
        """The EIP-712 domain of what is signed for this contract."""
        raise NotImplementedError

    def holder_of(self, subject: int) -> str:
        """Who holds `subject` now; "" for nobody."""
        raise NotImplementedError

    def subject_words(self, subject: int) -> str:
        """What is recovered, in words."""
        return f"seat {subject}" if subject else "the fund"

    @write
    def set_guardians(self, accounts: Sequence[str], threshold: int, delay: int, subject: int = 0) -> Guardians:
        """Choose who can move the connected account's `subject` together, and how long it can veto (seconds, 3 to 30
        days); no accounts take the guardians away. Refused while a recovery runs."""
        ascending = tuple(sorted(accounts, key=lambda one: int(one, 16)))
        if len(set(ascending)) != len(ascending):
            raise UsageError("each guardian counts once; name each once")
        if self.chain.sender in ascending:
            raise UsageError("you cannot guard yourself: with your key lost, your guardian's would be lost as well")
        what = self.subject_words(subject)
        if ascending:
            people = ", ".join(self.chain.name_of(one) for one in ascending)
            words = (
                f"let any {threshold} of {people} move {what} to a new address, "
                f"unless you veto within {format_duration(delay)}",
            )
        else:
            words = (f"take the guardians of {what} away: a lost key then stays lost",)
        self.send("setGuardians", subject, list(ascending), threshold, delay, words=words)
        return Guardians(ascending, threshold, delay)

    def guardians(self, subject: int = 0) -> Guardians:
        """The guardians of `subject` as its holder chose them; nobody: an empty list. Read from the history, and
        compared with the hash on chain."""
        kept = self.read("guardiansOf", subject)
        if not any(kept):
            return Guardians()
        told = self.past("GuardiansSet", subject=subject)
        found = (
            Guardians(tuple(told[-1].guardians), int(told[-1].threshold), int(told[-1].delay)) if told else Guardians()
        )
        if keccak(_LIST.encode([list(found.accounts), found.threshold, found.delay])) != kept:
            raise RuleBroken("the guardians in the history are not those on chain; wait a moment and ask again")
        return found

    def recovery(self, subject: int = 0) -> Recovery:
        """The recovery of `subject` that runs, if any."""
        to, due, lapses, not_before, nonce = self.read("recoveryOf", subject)
        return Recovery(to if due else "", int(due), int(lapses), int(not_before), int(nonce))

    def prepare_recovery(self, to: str, subject: int = 0, *, deadline: int | None = None) -> SignedRecovery:
        """What guardians of `subject` sign so that it moves to `to`, good until `deadline` (unix seconds; default: 30
        days from now). Nobody has signed it yet."""
        until = self.chain.now() + SIGNING_TIME if deadline is None else deadline
        nonce, holder = self.recovery(subject).nonce, self.holder_of(subject)
        return SignedRecovery(self.chain.id, self.address, subject, holder, to, nonce, until)

    def sign_recovery(self, recovery: SignedRecovery) -> SignedRecovery:
        """Sign as the connected account, one of the guardians: free, and anyone can bring it."""
        self._check(recovery)
        me = self.chain.sender
        if me not in self.guardians(recovery.subject).accounts:
            what = self.subject_words(recovery.subject)
            raise RuleBroken(
                f"{self.chain.name_of(me)} is not a guardian of {what}; only its guardians sign", account=me
            )
        message = {
            "subject": recovery.subject,
            "from": recovery.holder,
            "to": recovery.to,
            "nonce": recovery.nonce,
            "deadline": recovery.deadline,
        }
        return recovery.signed_by(me, self.chain.sign_typed(self.domain(), RECOVERY_TYPE, message))

    @write
    def start_recovery(self, recovery: SignedRecovery) -> Recovery:
        """Bring what guardians have signed; the delay starts. Anyone may, and a guardian who does need not sign."""
        self._check(recovery)
        subject, chosen = recovery.subject, self.guardians(recovery.subject)
        if not chosen.accounts:
            raise RuleBroken(f"{self.subject_words(subject)} has no guardians; only a proposal can move it")
        signatures = [recovery.signatures.get(one, b"") for one in chosen.accounts]
        words = (
            f"start the recovery of {self.subject_words(subject)}: it moves from {self.chain.name_of(recovery.holder)} "
            f"to {self.chain.name_of(recovery.to)} in {format_duration(chosen.delay)}, unless its holder vetoes",
        )
        terms = (list(chosen.accounts), chosen.threshold, chosen.delay)
        self.send("startRecovery", subject, recovery.to, *terms, recovery.deadline, signatures, words=words)
        return self.recovery(subject)

    @write
    def veto(self, subject: int = 0) -> None:
        """End the recovery of the connected account's `subject`: its key is not lost."""
        running = self.recovery(subject)
        to = f" to {self.chain.name_of(running.to)}" if running.running else ""
        words = (f"veto the recovery of {self.subject_words(subject)}{to}: it stays yours",)
        self.send("veto", subject, words=words)

    @write
    def finish_recovery(self, subject: int = 0) -> str:
        """Move `subject` to its new holder once the delay is over, and return that address. Anyone may."""
        to = self.recovery(subject).to
        where = f" to {self.chain.name_of(to)}" if to else ""
        words = (f"finish the recovery of {self.subject_words(subject)}: it moves{where} with all that goes with it",)
        return str(self.send("finishRecovery", subject, words=words).event("RecoveryFinished").to)

    def _check(self, recovery: SignedRecovery) -> None:
        """What was signed is for this very contract and not spent. Raises `RuleBroken`."""
        if (recovery.chain_id, recovery.contract) != (self.chain.id, self.address):
            raise RuleBroken(
                f"this recovery is for {recovery.contract} on chain {recovery.chain_id}, "
                f"not for {self.address} on chain {self.chain.id}"
            )
        if recovery.deadline < self.chain.now():
            raise RuleBroken("the time in which this recovery could be started is over; guardians sign a new one")
        spent = recovery.nonce != self.recovery(recovery.subject).nonce
        if spent or recovery.holder != self.holder_of(recovery.subject):
            raise RuleBroken("this recovery was started or overtaken by another; guardians sign a new one")


def _bytes(text: str) -> Any:
    if not text.startswith("0x"):
        raise ValueError(text)
    return bytes.fromhex(text[2:])
