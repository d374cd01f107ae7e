"""Puts the contracts that all collectives share on a chain, at addresses that are the same everywhere, and founds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from daokit.chain import Chain, Receipt, Transaction
from daokit.contract import Contract, load_artifact, write
from daokit.errors import NotConfirmed, RuleBroken
from daokit.hashing import checksum, create2_address, create_address, keccak
from daokit.quirks import check_machine

# The deterministic deployer: its calldata is a salt and creation code, which it puts where CREATE2 says.
DEPLOYER = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
# It went up by one transaction signed by nobody's key, the same on every chain: who pays its sender can put it up.
DEPLOYER_SENDER = "0x3fAB184622Dc19b6109349B94811493BF2a45362"
DEPLOYER_FEE = 10**16
DEPLOYER_TRANSACTION = (
    "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600c"
    "f31ba0" + "2" * 64 + "a0" + "2" * 64
)
# What that transaction leaves behind: its code after the 14 bytes that copy it.
DEPLOYER_CODE = bytes.fromhex(DEPLOYER_TRANSACTION.partition("50fe")[2][:138])
SALT = bytes(32)

# A minimal proxy is these bytes around the address of the code that it runs.
_CLONE_HEAD, _CLONE_TAIL = bytes.fromhex("363d3d373d3d3d363d73"), bytes.fromhex("5af43d82803e903d91602b57fd5bf3")
_CLONED = ("Collective", "Treasury", "ProfitShare", "Fund")

MAKER = "FundFactory"
"""Makes two further shared contracts in its constructor."""


@dataclass(frozen=True)
class Part:
    """One shared contract: its creation code with arguments, and the address that follows from it."""

    name: str
    code: bytes
    address: str


@lru_cache(maxsize=8)
def parts(*wanted: str) -> tuple[Part, ...]:
    """The shared contracts in the order in which they go up; with names, those factories and what they need."""
    membership = _part("Membership")
    collective = _part("Collective", membership.address)
    treasury = _part("Treasury")
    founding = _part("CollectiveFactory", collective.address, treasury.address)
    share = _part("ProfitShare")
    agreements = _part("ProfitShareFactory", share.address)
    house = _part("FederationHouse")
    federation = _part("Federation", house.address)
    purse, branch = _part("HomePurse", treasury.address), _part("Branch", treasury.address)
    gateway = _part("HyperlaneGateway")
    federating = _part("FederationFactory", federation.address, purse.address, branch.address, gateway.address)
    adapters = _part("GovernorMember"), _part("SafeMember")
    adapting = _part("AdapterFactory", *(one.address for one in adapters))
    sets = {
        "CollectiveFactory": (membership, collective, treasury, founding),
        "ProfitShareFactory": (share, agreements),
        "FederationFactory": (treasury, house, federation, purse, branch, gateway, federating),
        "AdapterFactory": (*adapters, adapting),
        # It makes what funds are clones of, and the contract of offers.
        "FundFactory": (share, agreements, _part("FundFactory", agreements.address)),
    }
    return tuple(dict.fromkeys(part for name in wanted or sets for part in sets[name]))


def address_of(name: str) -> str:
    """Where a shared contract is on every chain."""
    return next(part.address for part in parts() if part.name == name)


def made() -> tuple[Part, ...]:
    """What `MAKER` makes in its constructor: the contract of offers, and what funds are clones of."""
    factory, agreements = address_of(MAKER), address_of("ProfitShareFactory")
    services, fund = create_address(factory, 1), create_address(factory, 2)
    return (
        Part("Services", load_artifact("Services").creation_code(), services),
        Part("Fund", load_artifact("Fund").creation_code(services, agreements), fund),
    )


def check_part(part: Part, code: bytes) -> None:
    """Raises `RuleBroken` when the code at a part's address is not that of its artifact, or none is there. Values that
    its constructor sets are left out: the address itself follows from them."""
    if not code:
        words = f"{part.name} is not on this chain yet; run `daokit network bootstrap`"
        raise RuleBroken(words, name=part.name, address=part.address)
    if not load_artifact(part.name).is_code(code):
        raise RuleBroken(
            f"the code at {part.address} is not that of {part.name}, and nothing else can honestly be there; "
            "do not use this chain through this node",
            name=part.name,
            address=part.address,
        )


def check_runs(chain: Chain, address: str, name: str) -> None:
    """Raises `RuleBroken` unless the shared contract `name`, or a clone of one that has clones, runs at an address that
    is to be used as such; any other name passes. What was seen is remembered: nothing is signed once other code is
    shown there."""
    known = {part.name: part.address for part in (*parts(), *made())}
    if address in chain.codes or name not in known:
        return
    code = chain.code(address)
    is_it = clone_of(code) == known[name] if name in _CLONED else load_artifact(name).is_code(code)
    if not is_it:
        raise RuleBroken(
            f"what {chain.rpc.shown} shows at {address} is not the code of daokit's {name}; wrong address or network, "
            "or do not trust this node",
            name=name,
            address=address,
        )
    chain.codes[address] = "0x" + keccak(code).hex()


def clone_of(code: bytes) -> str | None:
    """The address whose code a minimal proxy (EIP-1167) runs; None for other code."""
    if not code.startswith(_CLONE_HEAD) or not code[len(_CLONE_HEAD) + 20 :].startswith(_CLONE_TAIL):
        return None
    return checksum("0x" + code[len(_CLONE_HEAD) : len(_CLONE_HEAD) + 20].hex())


def missing(chain: Chain, *wanted: str) -> list[Part]:
    """The shared contracts that `chain` does not have yet, of all or of those that the named factories need. The code
    of those that are there is compared; raises `RuleBroken` for foreign code."""
    lacking = []
    for part in parts(*wanted):
        code = chain.code(part.address)
        if code:
            check_part(part, code)
        else:
            lacking.append(part)
    return lacking


def deploy(chain: Chain, *wanted: str, then: Callable[[Part], None] | None = None) -> list[Receipt]:
    """Put up what is missing, one transaction each; nothing when all is there. Stopped halfway, it goes on there: what
    was signed before is brought to its end first. Raises `NotConfirmed` while it is not. `then` hears of each part."""
    return bring(chain, lambda: missing(chain, *wanted), check_part, then=then)


def bring(
    chain: Chain,
    missing: Callable[[], Sequence[Part]],
    check: Callable[[Part, bytes], None] = lambda *_: None,
    *,
    then: Callable[[Part], None] | None = None,
) -> list[Receipt]:
    """Put up what `missing` gives, as `deploy` does. It is asked again once what was signed before has come to its end;
    `check` sees the code of each part when it is there."""
    if not missing():
        return []
    check_machine(chain)
    settle(chain)
    receipts = [] if has_deployer(chain) else _put_up_deployer(chain)
    for part in missing():
        receipts.append(chain.transact(Transaction(DEPLOYER, SALT + part.code, words=(put_up_words(part),))))
        if not (code := chain.code(part.address)):
            raise RuleBroken(
                f"{part.name} did not arrive at {part.address}; this chain cannot run it (is it below Cancun?)"
            )
        check(part, code)
        if then:
            then(part)
    return receipts


def put_up_words(part: Part) -> str:
    """How the journal remembers that a part was put up."""
    return f"put up the shared contract {part.name} at {part.address}"


def has_deployer(chain: Chain) -> bool:
    """Whether the deterministic deployer is there. Raises `RuleBroken` for other code at its address."""
    code = chain.code(DEPLOYER)
    if code and code != DEPLOYER_CODE:
        raise RuleBroken(f"the code at {DEPLOYER} is not the deterministic deployer; do not use this chain", name="")
    return bool(code)


class Factory(Contract):
    """Founds collectives in one transaction each."""

    artifact_name = "CollectiveFactory"

    def __init__(self, chain: Chain) -> None:
        super().__init__(chain, address_of(self.artifact_name))

    @write
    def found(self, charter: tuple[object, ...], number: int, *, words: tuple[str, ...] = ()) -> tuple[str, str]:
        """Found a collective from an `ICollective.Charter`; returns its address and its treasury's."""
        founded = self.send("found", charter, number, words=words).event("CollectiveFounded")
        return founded.collective, founded.treasury

    def addresses(self, charter: tuple[object, ...], number: int) -> tuple[str, str]:
        """Where the same call of `found` puts collective and treasury."""
        collective, treasury = self.read("addressesOf", charter, number)
        return collective, treasury


def _part(name: str, *arguments: object) -> Part:
    code = load_artifact(name).creation_code(*arguments)
    return Part(name, code, create2_address(DEPLOYER, SALT, keccak(code)))


def settle(chain: Chain) -> None:
    """Bring to its end what the account signed before: nothing is signed anew while that may still arrive. Raises
    `NotConfirmed` while it may."""
    if chain.journal is None or not chain.journal.unsettled(chain.sender):
        return
    chain.resume()
    for entry in chain.journal.unsettled(chain.sender):
        raise NotConfirmed(
            f"transaction {entry.id} ({'; '.join(entry.words)}) is not confirmed yet; run the same again when it is",
            hash=entry.hash,
            id=entry.id,
        )


def _put_up_deployer(chain: Chain) -> list[Receipt]:
    lacking = DEPLOYER_FEE - chain.balance(DEPLOYER_SENDER)
    receipts = []
    if lacking > 0:
        words = ("pay for the deterministic deployer, which this chain lacks",)
        receipts.append(chain.transact(Transaction(DEPLOYER_SENDER, b"", lacking, words)))
    try:
        receipts.append(chain.send_raw(bytes.fromhex(DEPLOYER_TRANSACTION[2:])))
    except NotConfirmed as waits:
        # Nobody's key signed it, so no journal has it; the same bytes are the same transaction, however often sent.
        known = waits.values.get("hash", "")
        what = f"transaction {known} puts up the deterministic deployer and is not confirmed yet; run the same again"
        raise NotConfirmed(what, hash=known) from None
    return receipts
