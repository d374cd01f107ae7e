"""Hyperlane's core on a chain: where it is, and putting it up where there is none.

The core that daokit puts up belongs to nobody: its owner is an address without a key, its fee is nothing for ever, and
its default module asks for a signature that nobody can give. So its addresses follow from the chain's number alone,
whoever puts it up, and nobody can change what it does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from daokit.artifact import Artifact
from daokit.chain import Chain
from daokit.contract import Contract, Event
from daokit.deployments import Deployments, parsed
from daokit.errors import RuleBroken, UsageError
from daokit.factory import DEPLOYER, SALT, Part, bring, settle
from daokit.files import write_whole
from daokit.hashing import ZERO_ADDRESS, create2_address, keccak, parse_address
from daokit.hyperlane import kept

NOBODY = "0x000000000000000000000000000000000000dEaD"
"""The owner of what daokit puts up: no key leads there."""


@dataclass(frozen=True)
class Core:
    """Where Hyperlane's contracts are on one chain, and `domain`, its number for the chain. `name` is what Hyperlane
    calls the chain, "" where it does not know it."""

    chain_id: int
    domain: int
    mailbox: str
    ism_factory: str
    merkle_tree_hook: str
    validator_announce: str
    name: str = ""


class HyperlaneContract(Contract):
    """A contract of Hyperlane's at an address."""

    @property
    def artifact(self) -> Artifact:
        return kept.artifact(self._artifact_name)

    def events(self, *names: str, since: int = 0, to_block: int | str = "latest") -> list[Event]:
        """What happened here from block `since` on, oldest first."""
        known = self.artifact.events
        wanted = [[topic for topic, event in known.items() if event.name in names]] if names else []
        found = []
        for log in self.chain.logs(self.address, wanted, since, to_block):
            if log.topics and (kind := known.get(log.topics[0])):
                args = dict(zip(kind.inputs.names, kind.decode(log.topics, log.data), strict=True))
                place = (log.address, log.block, log.index, log.transaction, log.block_hash, log.time)
                found.append(Event(kind.name, args, *place))
        return found


def core_of(domain: int) -> Core:
    """Where daokit puts the core of a chain; the chain's id is the domain unless somebody chose otherwise."""
    at = {part.name.removeprefix(_OURS): part.address for part in parts(domain)}
    factory = at["StaticMessageIdMultisigIsmFactory"]
    return Core(domain, domain, at["Mailbox"], factory, at["MerkleTreeHook"], at["ValidatorAnnounce"])


@lru_cache(maxsize=8)
def parts(domain: int) -> tuple[Part, ...]:
    """What goes up, in this order."""
    mailbox = _part("Mailbox", domain)
    return (
        mailbox,
        _part("MerkleTreeHook", mailbox.address),
        _part("ProtocolFee", 0, 0, NOBODY, NOBODY),
        _part("StaticMessageIdMultisigIsmFactory"),
        _part("ValidatorAnnounce", mailbox.address),
    )


def domain_of(chain: Chain, domain: int | None = None) -> int:
    """The number of a chain for Hyperlane: its id, unless another is chosen. Raises `UsageError` for one that is too
    large."""
    chosen = chain.id if domain is None else domain
    if not 0 < chosen < 1 << 32:
        raise UsageError(
            f"{chosen} cannot be Hyperlane's number for a chain, which has 32 bits; choose one with --domain"
        )
    return chosen


def missing(chain: Chain, domain: int) -> list[Part]:
    """What the chain lacks of the core. Nothing but the right code can stand at these addresses."""
    return [part for part in parts(domain) if not chain.code(part.address)]


def deploy(
    chain: Chain,
    domain: int | None = None,
    *,
    shelf: Deployments | None = None,
    then: Callable[[Part], None] | None = None,
) -> Core:
    """Put up what is lacking of the core and set it up; nothing when all is done. Stopped halfway, it goes on there.
    `shelf` gets a record, `then` hears of each contract. Raises `RuleBroken` where somebody has set the mailbox up
    otherwise."""
    number = domain_of(chain, domain)
    bring(chain, lambda: missing(chain, number), then=then)
    _set_up(chain, number)
    core = Core(**{**asdict(core_of(number)), "chain_id": chain.id})
    if shelf is not None:
        write(core, shelf)
    return core


def find(chain: Chain, shelf: Deployments | None = None) -> Core:
    """The core on a chain: the one written down in `shelf`, else Hyperlane's own, else one that daokit put up. Its
    code and its number are checked on the chain. Raises `UsageError` where there is none."""
    core = read(shelf) if shelf else None
    core = core or public(chain.id)
    if core is None and 0 < chain.id < 1 << 32 and is_set_up(chain, chain.id):
        core = core_of(chain.id)
    if core is None:
        raise UsageError(
            f"Hyperlane is not on {chain.name} as far as is known here; put it up with `daokit bridge deploy`"
        )
    check(chain, core)
    return core


def check(chain: Chain, core: Core) -> None:
    """Compare a core with the chain. Raises `RuleBroken`."""
    for what, address in (("mailbox", core.mailbox), ("factory of modules", core.ism_factory)):
        if not chain.code(address):
            raise RuleBroken(
                f"Hyperlane's {what} should be at {address} on {chain.name}, and there is no code; wrong network?"
            )
    found = HyperlaneContract(chain, core.mailbox, "Mailbox").read("localDomain")
    if found != core.domain:
        raise RuleBroken(
            f"the mailbox at {core.mailbox} says that its chain is {found} to Hyperlane, and {core.domain} was "
            "expected; wrong network, or do not trust this node",
            found=found,
            expected=core.domain,
        )


def public(chain_id: int) -> Core | None:
    """Hyperlane's own core on a public chain, as its registry has it; None where it has none."""
    facts = kept.kept("chains.json").get(str(chain_id))
    return Core(chain_id, **facts) if facts else None


def is_set_up(chain: Chain, domain: int) -> bool:
    """Whether the core that daokit puts up is there and as it should be."""
    mailbox = HyperlaneContract(chain, parts(domain)[0].address, "Mailbox")
    return not missing(chain, domain) and _state(mailbox) == _wanted(chain, domain)


def read(shelf: Deployments) -> Core | None:
    """What is written down about the core of a chain. Raises `MalformedFile`."""
    path = path_in(shelf)
    if not path.is_file():
        return None
    found = parsed(Core, path)
    addresses = {key: parse_address(one) for key, one in asdict(found).items() if str(one).startswith("0x")}
    if found.chain_id != shelf.chain_id:
        raise UsageError(f"{path} is about chain {found.chain_id}, not {shelf.chain_id}")
    return Core(**{**asdict(found), **addresses})


def write(core: Core, shelf: Deployments) -> Path:
    """Write down where the core of a chain is."""
    shelf.folder.mkdir(parents=True, exist_ok=True)
    path = path_in(shelf)
    write_whole(path, json.dumps(asdict(core), indent=2) + "\n")
    return path


def path_in(shelf: Deployments) -> Path:
    """Where the core of a chain is written down."""
    return shelf.folder / "_hyperlane.json"


_OURS = "Hyperlane's "


def _part(name: str, *arguments: object) -> Part:
    code = kept.artifact(name).creation_code(*arguments)
    return Part(_OURS + name, code, create2_address(DEPLOYER, SALT, keccak(code)))


def _set_up(chain: Chain, domain: int) -> None:
    core = core_of(domain)
    factory = HyperlaneContract(chain, core.ism_factory, "StaticMessageIdMultisigIsmFactory")
    mailbox = HyperlaneContract(chain, core.mailbox, "Mailbox")
    wanted = _wanted(chain, domain)
    if _state(mailbox)[0] == ZERO_ADDRESS:
        settle(chain)
        if not chain.code(wanted[1]):
            factory.send(
                "deploy", [NOBODY], 1, words="make the module that no message can satisfy, as the mailbox's default"
            )
        if _state(mailbox)[0] == ZERO_ADDRESS:
            mailbox.send("initialize", *wanted, words="set up Hyperlane's mailbox, with nobody as its owner")
    if _state(mailbox) != wanted:
        raise RuleBroken(
            f"somebody has set up the mailbox at {core.mailbox} otherwise; leave it, and choose another number "
            "with --domain",
            mailbox=core.mailbox,
        )


def _wanted(chain: Chain, domain: int) -> tuple[Any, ...]:
    """Owner, default module, default hook and required hook, as they should be."""
    at = {part.name.removeprefix(_OURS): part.address for part in parts(domain)}
    factory = HyperlaneContract(chain, at["StaticMessageIdMultisigIsmFactory"], "StaticMessageIdMultisigIsmFactory")
    return NOBODY, factory.read("getAddress", [NOBODY], 1), at["MerkleTreeHook"], at["ProtocolFee"]


def _state(mailbox: HyperlaneContract) -> tuple[Any, ...]:
    asked = ("owner", "defaultIsm", "defaultHook", "requiredHook")
    return tuple(mailbox.read_many([(name, ()) for name in asked]))
