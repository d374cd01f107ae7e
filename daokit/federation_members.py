"""Who is a member of whom on one chain, and under which names: what the contracts say without any history."""

from __future__ import annotations

from contextlib import nullcontext, suppress

from daokit.chain import Chain
from daokit.contract import Contract
from daokit.errors import NoConnection, Reverted
from daokit.factory import address_of, clone_of
from daokit.interop import Interoperable
from daokit.rpc import RpcError
from daokit.text import clean

MOST_LEVELS = 8


def runs_federation(chain: Chain, address: str) -> bool:
    """Whether the code at an address is that of a federation of this program, whoever put it there."""
    return clone_of(chain.code(address)) == address_of("Federation")


def is_federation(chain: Chain, address: str) -> bool:
    """Whether the factory of this program made a federation at an address. What others say of themselves counts for
    nothing: a member can be any contract."""
    return runs_federation(chain, address) and block_of_founding(chain, address) is not None


def answers(chain: Chain, member: str) -> bool:
    """Whether a member on this chain says where its treasury is and how many people it has."""
    return None not in Contract(chain, member, "Collective").ask([("treasury", ()), ("people", ())])


def path_down(chain: Chain, federation: str, account: str, levels: int = MOST_LEVELS) -> list[str]:
    contract = Contract(chain, federation, "Federation")
    seats = contract.read_many([("seat", (n,)) for n in range(1, int(contract.read("seatsGiven")) + 1)])
    members = [one.collective for one in seats if one.joined and one.chain == chain.id]
    for member in members:
        [answer] = Contract(chain, member, "Collective").ask([("isMember", (account,))])
        if answer is True:
            return [member]
    for member in members if levels > 1 else ():
        if is_federation(chain, member) and (path := path_down(chain, member, account, levels - 1)):
            return [*path, member]
    return []


def block_of_founding(chain: Chain, address: str) -> int | None:
    factory = Contract(chain, address_of("FederationFactory"), "FederationFactory")
    topic = next(topic for topic, event in factory.artifact.events.items() if event.name == "FederationMade")
    logs = chain.logs(factory.address, [[topic], ["0x" + "0" * 24 + address[2:].lower()]])
    return logs[0].block if logs else None


def name_of(chain: Chain, member: Interoperable) -> str:
    """What a member is called: as we call it, as it was founded, or by both ends of its address. On another chain it is
    asked there, where a way leads there."""
    address = str(member.address)
    there = chain if member.chain == chain.id else chain.elsewhere(member.chain or 0)
    name = ""
    if there is not None and not chain.book.knows(address):
        # What is far away is only mentioned: that it falls silent stops nothing.
        with suppress(NoConnection) if there is not chain else nullcontext():
            name = founded_name(there, address)
    suffix = "" if member.chain == chain.id else f" on chain {member.chain}"
    return f"{name or chain.name_of(address)}{suffix}"


def founded_name(chain: Chain, address: str) -> str:
    """The name that a collective or federation on this chain was founded with; "" for anything else."""
    collective = Contract(chain, address, "Collective")
    [founded] = collective.ask([("founded", ())])
    if founded is None:
        return federation_name(chain, address)
    block, event = int(founded[1]), None
    # A block that is none has no events.
    with suppress(RpcError):
        event = next(iter(collective.events("Founded", since=block, to_block=block)), None)
    return clean(str(event["name"]), 64) if event else ""


def federation_name(chain: Chain, address: str) -> str:
    """The name of a federation that the factory founded on this chain; "" for anything else."""
    made = block_of_founding(chain, address)
    if made is None:
        return ""
    events = Contract(chain, address, "Federation").events("FederationFounded", since=made, to_block=made)
    return clean(str(events[0]["name"]), 64) if events else ""


def federation_of(chain: Chain, purse: str) -> str:
    """The name of the federation whose purse an address is, at home or on this chain; "" for anything else. A purse is
    believed only when its federation names it as its own, or when it is a branch that the factory made; of a branch the
    federation's name is said only where its own chain confirms it."""
    home = home_of(chain, purse)
    if home is None:
        return ""
    if home.chain != chain.id:
        if not _is_branch(chain, purse):
            return ""
        return f"{_name_of_linked(chain, purse, home) or home.address} on chain {home.chain}"
    federation = Contract(chain, str(home.address), "Federation")
    [own] = federation.try_many([("treasury", ())])
    return federation_name(chain, str(home.address)) if own == purse else ""


def home_of(chain: Chain, purse: str) -> Interoperable | None:
    """The federation of a purse; None for what is no purse."""
    [found] = Contract(chain, purse, "HomePurse").ask([("home", ())])
    return Interoperable.evm(int(found[0]), found[1]) if found and int(found[0]) else None


def treasury_of(chain: Chain, member: str) -> str | None:
    """Where the ties and money of a member on this chain are; None for one that does not answer."""
    [found] = Contract(chain, member, "Collective").ask([("treasury", ())])
    return None if found is None else str(found)


def _name_of_linked(chain: Chain, branch: str, home: Interoperable) -> str:
    """The name of the federation of a branch, as its own chain has it; "" where that does not answer, or where the
    federation is linked with another branch or with none."""
    there = chain.elsewhere(home.chain or 0)
    if there is None:
        return ""
    with suppress(NoConnection):
        federation = Contract(there, str(home.address), "Federation")
        [linked] = federation.try_many([("linkOf", (chain.id,))])
        if not isinstance(linked, Reverted) and linked[1] == branch:
            return federation_name(there, federation.address)
    return ""


def _is_branch(chain: Chain, address: str) -> bool:
    factory = Contract(chain, address_of("FederationFactory"), "FederationFactory")
    topic = next(topic for topic, event in factory.artifact.events.items() if event.name == "BranchMade")
    return bool(chain.logs(factory.address, [[topic], ["0x" + "0" * 24 + address[2:].lower()]]))
