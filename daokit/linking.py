"""Linking a federation with another chain: its gateway at home, its branch there, and the motion that pairs them.

Every address follows from what is agreed on, so whoever stops halfway goes on with the same words: what is there is
left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from daokit.answers import raw_bytes
from daokit.branch import Branch
from daokit.branches import is_clone
from daokit.bridge import Gateway
from daokit.chain import Chain
from daokit.contract import decode_call
from daokit.documents import data_uri, text_hash
from daokit.errors import RuleBroken, UsageError
from daokit.factory import address_of, deploy
from daokit.federation import Federation, MotionState, PutMotion
from daokit.federation_acts import Act, Link, LinkBack
from daokit.federation_factory import FederationFactory
from daokit.federation_forms import Content
from daokit.hashing import ZERO_ADDRESS, parse_address
from daokit.hyperlane.core import Core
from daokit.hyperlane.core import check as check_core
from daokit.quantities import DAY, HOUR, format_duration

WAIT = 72 * HOUR
"""How long an order waits at a branch when nobody chose otherwise, in seconds."""


@dataclass(frozen=True)
class Signers:
    """Who must have signed what comes from a chain: `threshold` of `validators`, which stand in ascending order."""

    validators: tuple[str, ...]
    threshold: int

    @classmethod
    def of(cls, validators: Sequence[str], threshold: int) -> Signers:
        """From addresses in any order. Raises `UsageError` for one that stands twice."""
        found = sorted((parse_address(one) for one in validators), key=str.lower)
        for one, next_ in pairwise(found):
            if one == next_:
                raise UsageError(f"the validator {one} is named twice")
        return cls(tuple(found), threshold)

    @property
    def words(self) -> str:
        """`2 of 3`"""
        return f"{self.threshold} of {len(self.validators)}"

    def check(self, *, local: bool) -> None:
        """Raises `UsageError` for fewer than 2 of 3; between chains on one's own machine 1 of 1 will do."""
        least = (1, 1) if local else (2, 3)
        if not (least[0] <= self.threshold <= len(self.validators) and len(self.validators) >= least[1]):
            raise UsageError(
                f"{self.words} validators would have to sign; a link needs at least {least[0]} of {least[1]}, and no "
                "more signatures than validators",
                threshold=self.threshold,
                validators=len(self.validators),
            )


@dataclass(frozen=True)
class Agreed:
    """What is agreed on for a link. `from_there` sign what comes from the other chain, `from_home` what leaves the
    federation's own; `wait` is how long orders wait there (seconds), `tokens` are the branch's, as addresses there."""

    from_there: Signers
    from_home: Signers
    wait: int = WAIT
    tokens: tuple[str, ...] = ()
    exit_share: bool = False
    number: int = 0

    def check(self, *, local: bool) -> None:
        """Raises `UsageError` for what both chains would refuse."""
        self.from_there.check(local=local)
        self.from_home.check(local=local)
        least = 0 if local else DAY
        if not least <= self.wait <= 30 * DAY:
            raise UsageError(
                f"orders would wait {format_duration(self.wait)}; it lies between {format_duration(least)} and 30 days"
            )


@dataclass(frozen=True)
class Linking:
    """A link of `federation` with the chain `there`, on the way. `home_core` and `core` are Hyperlane's on each."""

    federation: Federation
    home_core: Core
    there: Chain
    core: Core
    agreed: Agreed
    charter: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        home = self.federation.chain
        if home.id == self.there.id:
            raise RuleBroken(f"{self.federation.name} is at home on {home.name}; name another chain to link it with")
        self.agreed.check(local=home.local and self.there.local)
        check_core(home, self.home_core)
        check_core(self.there, self.core)
        if not self.charter:
            object.__setattr__(self, "charter", self.federation.charter())

    # Where everything is, made or not

    @property
    def gateway(self) -> str:
        """The federation's gateway at home."""
        return FederationFactory(self.federation.chain).gateway(self.federation.address, self.home_core)

    def places(self) -> tuple[str, str]:
        """The branch and its gateway on the other chain. The factory must be there."""
        return FederationFactory(self.there).branch(self.terms(), self.agreed.number)

    def terms(self) -> tuple[Any, ...]:
        """The branch's terms, as `IFederationFactory.BranchTerms`."""
        agreed, federation = self.agreed, self.federation
        whose = federation.chain.id, federation.address, agreed.wait, agreed.exit_share, bytes.fromhex(self.charter[2:])
        here = list(agreed.tokens), self.core.mailbox, self.core.ism_factory
        signers = list(agreed.from_home.validators), agreed.from_home.threshold
        return *whose, *here, self.home_core.domain, self.gateway, *signers

    def act(self) -> Link:
        """What the motion does."""
        branch, peer = self.places()
        signers = self.agreed.from_there
        where = self.there.id, self.gateway, branch, self.core.domain, peer
        return Link(*where, signers.validators, signers.threshold)

    # How far it has come

    @property
    def has_gateway(self) -> bool:
        """Whether the gateway at home is there."""
        return bool(self.federation.chain.code(self.gateway))

    @property
    def has_branch(self) -> bool:
        """Whether the branch is there."""
        return bool(self.there.code(address_of("FederationFactory"))) and bool(self.there.code(self.places()[0]))

    def motion(self) -> PutMotion | None:
        """The motion that makes this link, while it can still come to that or has."""
        return motion_with(self.federation, self.act())

    @property
    def done(self) -> bool:
        """Whether the federation is linked so."""
        linked = self.federation.link(self.there.id)
        return (
            linked is not None
            and self.has_branch
            and (linked.gateway, linked.branch)
            == (
                self.gateway,
                self.places()[0],
            )
        )

    # Going on

    def make_gateway(self) -> str:
        """Make the gateway at home, unless it is there."""
        if not self.has_gateway:
            FederationFactory(self.federation.chain).make_gateway(
                self.federation.address, self.home_core, words=(f"make the gateway of {self.federation.name}",)
            )
        return self.gateway

    def found_branch(self) -> Branch:
        """Found the branch on the other chain, linked home, unless it is there; the shared contracts first."""
        deploy(self.there, FederationFactory.artifact_name)
        branch, _ = self.places()
        if not self.there.code(branch):
            words = (f"found the branch of {self.federation.name} on {self.there.name}",)
            FederationFactory(self.there).found_branch(self.terms(), self.agreed.number, words=words)
        return Branch(self.there, branch)

    def check(self) -> None:
        """Compare both ends, once they are there, with what was agreed on. Raises `RuleBroken`."""
        check_ends(self.federation, self.there, self.act())
        branch, peer = self.places()
        back = Gateway(self.there, peer).link(self.federation.chain.id)
        wanted = self.home_core.domain, self.gateway, *_row(self.agreed.from_home)
        if back is None or (back.domain, back.peer, back.validators, back.threshold) != wanted:
            raise RuleBroken(f"the branch at {branch} on {self.there.name} is not linked home as was agreed on")


def check_ends(federation: Federation, there: Chain, link: Link) -> None:
    """Whether a link joins what it should: the federation's own gateway over this chain's mailbox, and a branch of this
    program there that knows the federation as its home. Raises `RuleBroken` with the first thing that is wrong."""
    home = federation.chain
    for chain, end, address in ((home, federation.address, link.gateway), (there, link.branch, link.peer)):
        gateway = Gateway(chain, address)
        where = f"{address} on {chain.name}"
        if not chain.code(address):
            raise RuleBroken(f"there is no gateway at {where}: it has not been made yet")
        if gateway.owner() != end:
            raise RuleBroken(f"the gateway {where} belongs to {gateway.owner()}, not to {end}")
        expected = FederationFactory(chain).gateway_over(end, gateway.mailbox(), gateway.ism_factory())
        if expected != address:
            raise RuleBroken(f"the gateway {where} was not made by the factory of this program")
    if not is_clone(there, link.branch, "Branch"):
        raise RuleBroken(f"what stands at {link.branch} on {there.name} is no branch of this program")
    branch = Branch(there, link.branch)
    if branch.home() != federation.member:
        raise RuleBroken(f"the branch at {link.branch} on {there.name} belongs to {branch.home()}, not here")
    if branch.gateway() != link.peer:
        raise RuleBroken(f"the branch at {link.branch} takes notes from {branch.gateway()}, not from {link.peer}")


def change(
    federation: Federation, there: Chain, cores: tuple[Core, Core], signers: tuple[Signers, Signers]
) -> list[Act]:
    """The acts that give a link other validators: first who must sign what comes from the other chain, then who must
    sign what leaves home. The same as now is left out. `cores` are Hyperlane's at home and there."""
    linked = federation.link(there.id)
    if linked is None:
        raise RuleBroken(f"{federation.name} has no link with {there.name} ({there.id}) that could be changed")
    local = federation.chain.local and there.local
    for one in signers:
        one.check(local=local)
    branch = Branch(there, linked.branch)
    peer = branch.gateway()
    for chain, core, gateway in ((federation.chain, cores[0], linked.gateway), (there, cores[1], peer)):
        check_core(chain, core)
        if (mailbox := Gateway(chain, gateway).mailbox()) != core.mailbox:
            raise RuleBroken(
                f"the gateway {gateway} on {chain.name} uses the mailbox {mailbox} for good, and Hyperlane is at "
                f"{core.mailbox} there: another mailbox takes another gateway, and that another branch. Once all "
                f"members have left the branch {linked.branch}, the same command without --change links a new one"
            )
    ends = (Gateway(federation.chain, linked.gateway), there.id), (Gateway(there, peer), federation.chain.id)
    now = [gateway.link(chain) for gateway, chain in ends]
    wanted = Link(there.id, linked.gateway, linked.branch, cores[1].domain, peer, *_row(signers[0]))
    back = LinkBack(there.id, cores[0].domain, linked.gateway, *_row(signers[1]))
    acts: list[Act] = []
    for act, is_ in ((back, now[1]), (wanted, now[0])):
        said = act.domain, act.peer, act.validators, act.threshold
        if is_ is None or (is_.domain, is_.peer, is_.validators, is_.threshold) != said:
            acts.append(act)
    if not acts:
        raise RuleBroken(f"{federation.name} is linked with {there.name} so already")
    return acts


def content_of(title: str, acts: Sequence[Act]) -> Content:
    """The content of a motion about links, with its title as its text."""
    text = f"# {title}\n"
    return Content(text_hash(text), data_uri(text), "", True, tuple(acts))


def motion_with(federation: Federation, *acts: Act) -> PutMotion | None:
    """The last motion that does just this, if it is open, waits, or was enacted."""
    over = (MotionState.DEFEATED, MotionState.CANCELLED, MotionState.EXPIRED)
    for put in reversed(federation.puts()):
        if put.content and put.content.acts == acts and federation.motion(put.key).state not in over:
            return put
    return None


def exit_share_of(federation: Federation) -> bool | None:
    """Whether the federation's charter grants exit shares; None when its founding cannot be read. Believed only when
    the federation's address follows from it."""
    chain, factory = federation.chain, FederationFactory(federation.chain)
    made = factory.founding(federation.address)
    if made is None:
        return None
    sent = chain.rpc.request("eth_getTransactionByHash", [made.transaction])
    call = decode_call(raw_bytes((sent or {}).get("input", "0x")), FederationFactory.artifact_name)
    if call is None or call[0].name != "found":
        return None
    charter, number = call[1]
    if factory.addresses(charter, int(number))[0] != federation.address:
        return None
    return bool(charter.exitShare)


def same_tokens(federation: Federation, there: Chain) -> tuple[str, ...]:
    """The tokens of the federation's purse that stand on the other chain too: at the same address, with the same
    code."""
    home = federation.chain
    listed = [one for one in federation.purse.tokens() if one != ZERO_ADDRESS]
    return tuple(one for one in listed if (code := there.code(one)) and code == home.code(one))


def _row(signers: Signers) -> tuple[tuple[str, ...], int]:
    return signers.validators, signers.threshold


__all__ = [
    "WAIT",
    "Agreed",
    "Linking",
    "Signers",
    "change",
    "check_ends",
    "content_of",
    "exit_share_of",
    "motion_with",
    "same_tokens",
]
