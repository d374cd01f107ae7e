"""DAOs that exist already in federations: the adapter of an OpenZeppelin Governor or of a Safe, and what the DAO has it
do. The DAO's people put a `Step` into a proposal of their own, or sign it as a transaction of their Safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from daokit.chain import Chain, Transaction
from daokit.contract import Contract, reverting, transact, write
from daokit.errors import NoConnection, Reverted, RuleBroken, UsageError
from daokit.factory import address_of
from daokit.federation_forms import Content
from daokit.hashing import ZERO_ADDRESS, keccak, parse_address
from daokit.motions import Asked
from daokit.options import Call, purpose_bytes
from daokit.quantities import format_share
from daokit.rpc import RpcError
from daokit.signatures import Signature
from daokit.token import Token

FOR, AGAINST = 1, -1
SIDES = {FOR: "for", AGAINST: "against", 0: "not decided"}


@dataclass(frozen=True)
class Step:
    """One call that only the DAO can make, and what it does."""

    call: Call
    words: str


@dataclass(frozen=True)
class Decision:
    """What the DAO decided on a motion: `side` is 1 for and -1 against, `ended` unix seconds."""

    side: int
    ended: int


@dataclass(frozen=True)
class Tie:
    """A seat in the federation whose purse on this chain is `purse`: the DAO says that it passes up `bps` of revenue,
    since unix time."""

    purse: str
    bps: int
    since: int


class Adapter(Contract):
    """Stands in federations for a DAO. The `to_…` methods give what the DAO itself has to call."""

    artifact_name = "SafeMember"
    kind = "Safe"

    @classmethod
    def load(cls, chain: Chain, address: str) -> Adapter:
        """The adapter at an address, as its kind. Raises `RuleBroken` when the factory would not put one there."""
        found = parse_address(address)
        try:
            dao = str(Contract(chain, found, cls.artifact_name).read("dao")) if chain.code(found) else ""
            factory = AdapterFactory(chain)
            if dao and found == factory.of_governor(dao):
                return GovernorAdapter(chain, found)
            if dao and found == factory.of_safe(dao):
                return Adapter(chain, found)
        except (Reverted, NoConnection):
            pass  # whatever else is there
        raise RuleBroken(
            f"there is no adapter at {address} on {chain.name}; make one with `daokit federation adapt governor` or "
            "`daokit federation adapt safe`",
            address=address,
        )

    # To read

    def dao(self) -> str:
        """The DAO that it stands for."""
        return str(self.read("dao"))

    def executor(self) -> str:
        """The account that acts for the DAO and holds its money: the Safe, a Governor or its timelock."""
        return str(self.read("executor"))

    def tie(self, purse: str) -> Tie | None:
        """The seat at a purse, None without one."""
        bps, since = self.read("tieOf", purse)
        return Tie(purse, int(bps), int(since)) if since else None

    def ties(self, since: int = 0) -> list[Tie]:
        """All seats. Read from the events since block `since`."""
        purses = dict.fromkeys(str(event.purse) for event in self.events("TieMade", since=since))
        return [tie for purse in purses if (tie := self.tie(purse))]

    def decision(self, purse: str, motion: str) -> Decision | None:
        """What the DAO decided on a motion (its key, 0x hex), None while it has not."""
        side, ended = self.read("decisionOf", purse, _key(motion))
        return Decision(int(side), int(ended)) if ended else None

    def decisions(self, since: int = 0) -> dict[tuple[str, str], Decision]:
        """All decisions, by purse and motion, as they stand. Read from the events since block `since`."""
        return {
            (str(event.purse), f"0x{event.motion.hex()}"): Decision(int(event.side), int(event.ended))
            for event in self.events("Decided", since=since)
        }

    # What the DAO has to call

    def to_join(self, purse: str, charter: str, bps: int) -> Step:
        """Join the federation of a purse under the charter with this hash, passing up `bps` of revenue."""
        words = (
            f"join the federation of {self._name(purse)} under its charter {charter}, passing up {format_share(bps)}"
        )
        return self._step(words, "join", purse, _key(charter), bps)

    def to_quit(self, purse: str) -> Step:
        """Leave it."""
        return self._step(f"leave the federation of {self._name(purse)}", "quit", purse)

    def to_set_levy(self, purse: str, bps: int) -> Step:
        """Say another share of revenue."""
        return self._step(f"pass up {format_share(bps)} of revenue to {self._name(purse)}", "setLevy", purse, bps)

    def to_pay_levy(self, purse: str, token: str, amount: int) -> list[Step]:
        """Pass up `amount` of a token (smallest unit); the zero address is coin. A token is approved first."""
        words = f"pass up {self.chain.money(token, amount)} to {self._name(purse)}"
        if token == ZERO_ADDRESS:
            return [self._step(words, "payLevy", purse, token, amount, value=amount)]
        data = Token(self.chain, token).encode("approve", self.address, amount)
        allow = f"let the adapter take {self.chain.money(token, amount)}"
        return [Step(Call(token, 0, data), allow), self._step(words, "payLevy", purse, token, amount)]

    def to_delegate(self, purse: str, competence: str, *, given: bool = True) -> Step:
        """Delegate a competence to the federation of a purse, or recall it."""
        verb = "delegate" if given else "recall"
        words = f'{verb} "{competence}", at the federation of {self._name(purse)}'
        return self._step(words, "delegate", purse, purpose_bytes(competence), given)

    def to_decide(self, purse: str, motion: str, side: int) -> Step:
        """Decide on a motion (its key, 0x hex): 1 for, -1 against."""
        if side not in (FOR, AGAINST):
            raise UsageError(f"a decision is 1 (for) or -1 (against), not {side}")
        words = f"decide {SIDES[side]} motion {motion} of the federation of {self._name(purse)}"
        return self._step(words, "decide", purse, _key(motion), side)

    def to_veto(self, branch: str, order: str) -> Step:
        """Veto an order that waits at a branch."""
        return self._step(f"veto order {order} at {self._name(branch)}", "veto", branch, _key(order))

    def to_confirm(self, branch: str, order: str) -> Step:
        """Confirm an order that another member vetoed."""
        return self._step(f"confirm order {order} at {self._name(branch)}", "confirm", branch, _key(order))

    def to_pause(self, purse: str, chain: int | None = None) -> Step:
        """Have a branch take no notes from home for a while; with `chain`, a federation here none from that chain."""
        if chain is None:
            return self._step(f"pause the branch {self._name(purse)}", "pause", purse)
        words = f"have the federation of {self._name(purse)} take no notes from chain {chain} for a while"
        return self._step(words, "pausePeer", purse, chain)

    def to_open(self, purse: str, content: Content, words: str = "") -> Step:
        """Open a motion of the federation of a purse, which is at home on this chain; `words` say what it does."""
        words = words or f"open a motion of the federation of {self._name(purse)}: {content.uri or content.text}"
        return self._step(words, "open", purse, content.to_solidity(self.chain.id))

    def to_take_back(self, purse: str, motion: str) -> Step:
        """Take back a motion (its key, 0x hex) that the DAO opened."""
        return self._step(f"take back motion {motion}", "takeBack", purse, _key(motion))

    def to_pass_down(self, purse: str, parent: str, above: Asked, words: str = "") -> Step:
        """Put a motion of the federation above, whose purse here is `parent`, to the members of that of `purse`."""
        words = words or f"put motion {above.number} of {above.federation} to the members of {self._name(purse)}"
        return self._step(words, "passDown", purse, parent, above.to_solidity())

    def refusal(self, step: Step) -> Reverted | None:
        """Why the contracts would refuse a step if the DAO's account did it now; None when they would not."""
        call = step.call
        try:
            with reverting():
                self.chain.call(call.target, call.data, sender=self.executor(), value=call.value)
        except Reverted as refusal:
            return refusal
        except RpcError:
            pass  # the account has too little coin now: no contract was asked
        return None

    # What one account does

    @write
    def act(self, step: Step) -> None:
        """Do a step as the account of the chain, when that is the DAO's own: a Safe's owner with `SafeSender`. Raises
        `RuleBroken` for anybody else."""
        if self.chain.sender != (executor := self.executor()):
            raise RuleBroken(f"only the DAO's account {executor} can do this; put the call to its people")
        transact(self.chain, Transaction(step.call.target, step.call.data, step.call.value, (step.words,)))

    @write
    def forward(self, token: str = ZERO_ADDRESS) -> int:
        """Send on to the DAO what of a token is at the adapter; anyone may. Returns it (smallest unit)."""
        words = (f"send on to {self._name(self.executor())} what of {self.chain.symbol(token)} is at its adapter",)
        return int(self.send("forward", token, words=words).event("Forwarded").amount)

    @write
    def collect(self, purse: str, token: str = ZERO_ADDRESS) -> int:
        """Have a purse pay to the DAO what it owes the adapter; anyone may. Returns it (smallest unit)."""
        words = (f"have {self._name(purse)} pay what it owes to {self._name(self.executor())}",)
        return int(self.send("collect", purse, token, words=words).event("Collected").paid)

    def _step(self, words: str, function: str, *arguments: object, value: int = 0) -> Step:
        return Step(Call(self.address, value, self.encode(function, *arguments)), words)

    def _name(self, address: str) -> str:
        return self.chain.name_of(address)


class GovernorAdapter(Adapter):
    """Stands for an OpenZeppelin Governor."""

    artifact_name = "GovernorMember"
    kind = "Governor"

    def clock_shows_seconds(self) -> bool:
        """Whether the Governor's clock shows seconds. Where it counts blocks a decision counts from its recording."""
        return bool(self.read("clockShowsSeconds"))

    def proposal_of(self, purse: str, motion: str, description: str | None = None) -> int:
        """Under which number the Governor knows the proposal on a motion with this description (`describe`'s when left
        out)."""
        text = self.describe(purse, motion) if description is None else description
        return int(self.read("proposalOf", purse, _key(motion), keccak(text.encode())))

    def describe(self, purse: str, motion: str) -> str:
        """What the DAO's proposal on a motion says when nobody writes something else: the same for everybody, so that
        the outcome can be recorded without searching for it."""
        return f"Motion {motion} of the federation whose purse is {purse}: a vote for this is a vote for it."

    def proposing(self, steps: Sequence[Step], description: str) -> Call:
        """The call of the Governor's `propose` with these steps, for whoever may propose there."""
        calls = [one.call for one in steps]
        data = _propose().selector + _propose().inputs.encode(
            [[one.target for one in calls], [one.value for one in calls], [one.data for one in calls], description]
        )
        return Call(self.dao(), 0, data)

    @write
    def propose(self, steps: Sequence[Step], description: str) -> None:
        """Propose these steps at the Governor, as the account of the chain."""
        call = self.proposing(steps, description)
        words = ("propose at the Governor:", *(f"  {one.words}" for one in steps))
        transact(self.chain, Transaction(call.target, call.data, words=words))

    @write
    def record(self, purse: str, motion: str, description: str | None = None) -> Decision:
        """Bring to the adapter what the DAO's proposal on a motion came to; anyone may. Raises `Reverted` with
        `NotDecided`, `NoMajorityAgainst` or `GovernorNonexistentProposal` when it came to nothing."""
        text = self.describe(purse, motion) if description is None else description
        words = (f"record what the DAO's proposal on motion {motion} came to",)
        self.send("record", purse, _key(motion), keccak(text.encode()), words=words)
        found = self.decision(purse, motion)
        assert found is not None
        return found


class AdapterFactory(Contract):
    """Makes adapters, one for each DAO, at addresses that follow from the DAO's."""

    artifact_name = "AdapterFactory"

    def __init__(self, chain: Chain) -> None:
        super().__init__(chain, address_of(self.artifact_name))

    @write
    def adapt_governor(self, governor: str) -> GovernorAdapter:
        """Make the adapter of a Governor, or find it made; anyone may. Raises `Reverted("NotAGovernor")`."""
        found = GovernorAdapter(self.chain, self.of_governor(governor))
        if not self.chain.code(found.address):
            self.send("adaptGovernor", governor, words=(f"make the adapter of the Governor {governor}",))
        return found

    @write
    def adapt_safe(self, safe: str) -> Adapter:
        """Make the adapter of a Safe, or find it made; anyone may. Raises `Reverted("NotASafe")`."""
        found = Adapter(self.chain, self.of_safe(safe))
        if not self.chain.code(found.address):
            self.send("adaptSafe", safe, words=(f"make the adapter of the Safe {safe}",))
        return found

    def of_governor(self, governor: str) -> str:
        """Where the adapter of a Governor is, made or not."""
        return str(self.read("adapterOfGovernor", governor))

    def of_safe(self, safe: str) -> str:
        """Where the adapter of a Safe is, made or not."""
        return str(self.read("adapterOfSafe", safe))


def purse_of(chain: Chain, address: str) -> str:
    """The purse of a federation on this chain: `address` is the purse itself or the federation. Raises `RuleBroken` for
    anything else."""
    found = parse_address(address)
    above = _answer(chain, found, "Federation", "treasury")
    for purse in (found, above):
        if purse is not None and _answer(chain, str(purse), "HomePurse", "home") is not None:
            return str(purse)
    raise RuleBroken(f"there is no federation, and no purse of one, at {found} on {chain.name}", address=found)


def charter_of(chain: Chain, purse: str) -> str:
    """The hash of a federation's charter as its purse knows it (0x hex)."""
    return f"0x{Contract(chain, purse, 'HomePurse').read('charter').hex()}"


def _answer(chain: Chain, address: str, artifact: str, function: str) -> Any:
    """What a contract of that kind answers, None when something else is there."""
    try:
        return Contract(chain, address, artifact).read(function) if chain.code(address) else None
    except (Reverted, NoConnection):
        return None


@lru_cache(maxsize=1)
def _propose() -> Signature:
    return Signature.parse("propose(address[],uint256[],bytes[],string)")


def _key(text: str) -> bytes:
    """The 32 bytes of a motion's key, an order's id or a charter's hash."""
    digits = text.removeprefix("0x")
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        found = b""
    if not text.startswith("0x") or len(digits) != 64 or len(found) != 32:
        raise UsageError(f'"{text[:80]}" is no key; it is 0x and 64 hex digits, as the federation shows it')
    return found
