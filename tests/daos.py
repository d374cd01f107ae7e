"""A DAO of OpenZeppelin's own parts: its Governor, its timelock and a token that votes, and how it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from daokit.accounts import dev_signer
from daokit.adapters import AdapterFactory, GovernorAdapter, Step
from daokit.chain import Chain, Receipt, Transaction
from daokit.compiler import compile_file
from daokit.experiments.sandbox import advance
from daokit.hashing import keccak
from daokit.options import Call
from daokit.signatures import Signature
from tests.people import DAY, address

VOTING, WAIT = 5 * DAY, 1 * DAY
AGAINST, FOR, ABSTAIN = range(3)
_ACT = "address[],uint256[],bytes[],bytes32"


@cache
def _codes() -> dict[str, str]:
    return {name: one["bytecode"] for name, one in compile_file("test/neighbours/TokenGovernor.sol").items()}


def _make(chain: Chain, name: str, types: str, *arguments: Any) -> str:
    inputs = Signature.parse(f"constructor({types})").inputs
    made = chain.transact(Transaction(None, bytes.fromhex(_codes()[name][2:]) + inputs.encode(list(arguments))))
    assert made.contract_address is not None
    return made.contract_address


def call(chain: Chain, to: str, signature: str, *arguments: Any) -> Receipt:
    """Have the chain's account call a function of any contract."""
    function = Signature.parse(signature)
    # Checkpoints of a voting token cost more when a second has gone by since they were tried: enough for all, unasked.
    return chain.transact(Transaction(to, function.selector + function.inputs.encode(list(arguments))), gas=6_000_000)


@dataclass(frozen=True)
class TokenDao:
    """Bob has 60 votes in it and carol 40; a fifth is a quorum."""

    chain: Chain
    governor: str
    timelock: str
    by_seconds: bool

    @classmethod
    def found(cls, chain: Chain, *, by_seconds: bool = True) -> TokenDao:
        """One whose clock shows seconds, or counts blocks."""
        token = _make(chain, "VotesToken", "bool", by_seconds)
        for name, votes in (("bob", 60), ("carol", 40)):
            call(chain, token, "mint(address,uint256)", address(name), votes)
        timelock = _make(chain, "Timelock", "uint256,address", WAIT, chain.sender)
        period = VOTING if by_seconds else 20
        governor = _make(chain, "TokenGovernor", "address,address,uint256", token, timelock, period)
        for role in ("PROPOSER_ROLE", "CANCELLER_ROLE"):
            call(chain, timelock, "grantRole(bytes32,address)", keccak(role.encode()), governor)
        call(chain, timelock, "renounceRole(bytes32,address)", bytes(32), chain.sender)
        return cls(chain, governor, timelock, by_seconds)

    def adapted(self) -> GovernorAdapter:
        """Its adapter."""
        return AdapterFactory(self.chain).adapt_governor(self.governor)

    def vote(self, steps: Sequence[Step], description: str, votes: Mapping[str, int], *, propose: bool = True) -> None:
        """Bob proposes, these vote, and the votes end."""
        if propose:
            GovernorAdapter(self.chain.as_(dev_signer("bob")), self.adapted().address).propose(steps, description)
        self._pass(10, 2)
        for name, side in votes.items():
            number = self.number([one.call for one in steps], description)
            call(self.chain.as_(dev_signer(name)), self.governor, "castVote(uint256,uint8)", number, side)
        self._pass(VOTING, 25)

    def do(self, *steps: Step, votes: Mapping[str, int] | None = None) -> Receipt:
        """All of it, to the execution; the receipt of that."""
        description = "; ".join(one.words for one in steps)
        self.vote(steps, description, votes or {"bob": FOR, "carol": FOR})
        return self.execute(steps, description)

    def execute(self, steps: Sequence[Step], description: str) -> Receipt:
        """What was voted for is queued and executed."""
        arguments = [*_arrays([one.call for one in steps]), keccak(description.encode())]
        call(self.chain, self.governor, f"queue({_ACT})", *arguments)
        self._pass(WAIT, 1)
        return call(self.chain, self.governor, f"execute({_ACT})", *arguments)

    def number(self, calls: Sequence[Call], description: str) -> int:
        """As OpenZeppelin reckons it."""
        inputs = Signature.parse(f"hashed({_ACT})").inputs
        return int.from_bytes(keccak(inputs.encode([*_arrays(calls), keccak(description.encode())])), "big")

    def _pass(self, seconds: int, blocks: int) -> None:
        advance(self.chain, seconds)
        if blocks > 1:
            self.chain.rpc.request("anvil_mine", [hex(blocks - 1)])


def _arrays(calls: Sequence[Call]) -> list[Any]:
    return [[one.target for one in calls], [one.value for one in calls], [one.data for one in calls]]
