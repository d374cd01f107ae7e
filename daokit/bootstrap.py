"""Brings the shared contracts to a chain and writes them down: plan, deploy, compare, record; whatever stops it, the
next run goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from daokit.artifact import load_artifact
from daokit.chain import Chain
from daokit.compiler import SOLC
from daokit.costs import Cost, estimate
from daokit.deployments import Deployments, Shared, SharedContract, code_hash
from daokit.errors import RuleBroken
from daokit.factory import (
    DEPLOYER_FEE,
    DEPLOYER_SENDER,
    SALT,
    Part,
    check_part,
    deploy,
    has_deployer,
    made,
    missing,
    parts,
    put_up_words,
    settle,
)

# Gas for each byte of creation code, measured and rounded up; and for the deterministic deployer.
_GAS_BYTE, _GAS_DEPLOYER = 225, 200_000


@dataclass(frozen=True)
class Plan:
    """What a chain has and lacks."""

    there: tuple[str, ...]
    lacking: tuple[Part, ...]
    deployer: bool


def creation_gas(parts: Iterable[Part]) -> int:
    """About what it takes to put these up."""
    return _GAS_BYTE * sum(len(part.code) for part in parts)


def cost(chain: Chain, lacking: Sequence[Part], gas: int = 0, calls: Sequence[bytes] = ()) -> Cost:
    """About what it takes to put these up, with the deterministic deployer where it is missing, and then to make
    `calls` that use so much gas."""
    coin = 0
    if lacking and not has_deployer(chain):
        gas += _GAS_DEPLOYER
        coin = max(DEPLOYER_FEE - chain.balance(DEPLOYER_SENDER), 0)
    codes = [SALT + part.code for part in lacking]
    return estimate(chain, gas + creation_gas(lacking), [*codes, *calls], coin)


def plan(chain: Chain) -> Plan:
    """Look at a chain. Raises `RuleBroken` for foreign code at one of our addresses."""
    lacking = missing(chain)
    names = {part.name for part in lacking}
    there = tuple(part.name for part in parts() if part.name not in names)
    return Plan(there, tuple(lacking), has_deployer(chain))


def bootstrap(chain: Chain, shelf: Deployments, *, tell: Callable[[str], None] | None = None) -> Shared:
    """Put up what is missing, compare all, and write each down as soon as it is there. `tell` hears each step."""

    def then(part: Part) -> None:
        record(chain, shelf, part)
        if tell:
            tell(f"{part.name} is at {part.address}")

    if chain.signer is not None:
        settle(chain)
    deploy(chain, then=then)
    for part in (*parts(), *made()):
        record(chain, shelf, part)
    found = shelf.shared()
    assert found is not None
    return found


def record(chain: Chain, shelf: Deployments, part: Part) -> None:
    """Compare the code of a part with its artifact and write it down. Raises `RuleBroken` when it is another, or was
    another when it was written down."""
    code = chain.code(part.address)
    check_part(part, code)
    shared = shelf.shared() or Shared(chain.id, SOLC, {})
    before = shared.contracts.get(part.name)
    found = SharedContract(part.address, code_hash(code), load_artifact(part.name).source_hash)
    if before and before.address == found.address:
        if before.code_hash != found.code_hash:
            raise RuleBroken(
                f"the code of {part.name} at {part.address} is not the code that was recorded; "
                "wrong network, or do not trust this node",
                name=part.name,
            )
        return
    transaction, block = _when(chain, part)
    found = replace(found, transaction=transaction, block=block)
    shelf.write_shared(replace(shared, solc=SOLC, contracts={**shared.contracts, part.name: found}))


def _when(chain: Chain, part: Part) -> tuple[str, int | None]:
    """The transaction by which this project put it up, as its journal remembers."""
    words = (put_up_words(part),)
    for entry in chain.journal.list() if chain.journal else ():
        if entry.words == words and entry.status == "confirmed":
            return entry.hash, entry.block
    return "", None
