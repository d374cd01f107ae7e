"""What `daokit doctor` looks at in one place: a profile or a network, with its nodes, its chain and its account."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from daokit.cli.mends import Mend, Mends
from daokit.errors import DaokitError, RuleBroken

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.factory import Part
    from daokit.nodes import Nodes
    from daokit.rpc import Rpc

_BEHIND = 10  # blocks that a node may be behind the others of its network
_ACT = 300_000  # gas of an act that is rather dear: a proposal
_SHOWN = 3  # transactions that wait


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `mend` is what to type or do when it is not well, `place` the profile or network."""

    what: str
    well: bool
    words: str
    mend: str = ""
    place: str = ""


def tried(what: str, look: Callable[[], str], mend: str | Mend) -> Finding:
    """What `look` says, or what it refuses with and how to mend that."""
    try:
        return Finding(what, True, look())
    except DaokitError as failure:
        return Finding(what, False, failure.message, mend if isinstance(mend, str) else mend(failure))


def check(session: Session, place: str = "") -> Iterator[Finding]:
    """All of one place. `place` is what to type after `daokit` to mean it (`--profile town`), "" where one is now."""
    mends = Mends(session, place)
    reached = tried("network", lambda: _network(session), mends.of)
    yield reached
    well = yield from _nodes(session, mends)
    if not reached.well:
        fewer = _through(session, well)
        if fewer is None:
            return
        session = fewer
        alone = tried("nodes", lambda: f"what follows is by the word of {session.sight.rpc.shown} alone", mends.of)
        yield alone
        if not alone.well:
            return
    yield from _chain_id(session)
    looks: dict[str, Callable[[], Finding]] = {
        "in sync": lambda: _sync(session),
        "shared contracts": lambda: _shared(session, mends.command("network bootstrap")),
        "journal": lambda: _journal(session, mends),
    }
    for what, look in looks.items():
        try:
            yield look()
        except DaokitError as failure:
            yield Finding(what, False, failure.message, mends.of(failure))
    usable = yield from _account(session, mends)
    if not usable:
        return
    if session.settings.safe and session.has_account:
        mend = mends.unless_reached("correct `as` in daokit.toml, or say --as")
        yield tried("Safe", lambda: _safe(session), mend)
    if session.settings.collective:
        mend = mends.unless_reached(mends.command("use <name or chain:address>"))
        yield tried("collective", lambda: _collective(session), mend)


def _network(session: Session) -> str:
    chain = session.sight
    return f"{chain.name} ({chain.id}), block {chain.block().number:,}"


def _nodes(session: Session, mends: Mends) -> Generator[Finding, None, list[int]]:
    """Each node of a network that has several, also when too few can be used; of one that has a single public one that
    its word is unchecked. Returns the places of those that can be used."""
    chain = session.connected
    if chain is not None and not chain.local and not hasattr(chain.rpc, "members"):
        words = "one, so that what it says is unchecked; a second in urls and quorum = 2 would check it"
        yield Finding("nodes", True, words)
    nodes, chain_id = _several(session)
    if nodes is None:
        return []
    heads: dict[Rpc, int | str] = {}
    for one in nodes.members:
        chain_id, heads[one] = _head(one, chain_id)
    highest = max((head for head in heads.values() if isinstance(head, int)), default=0)
    for one, head in heads.items():
        if isinstance(head, str):
            yield Finding(f"node {one.shown}", False, head, "correct or replace it in daokit.toml")
        elif highest - head > _BEHIND:
            words = f"is at block {head:,}, and another at {highest:,}"
            yield Finding(f"node {one.shown}", False, words, "wait until it is in sync, or replace it in daokit.toml")
        else:
            yield Finding(f"node {one.shown}", True, f"answers, block {head:,}")
    well = [place for place, one in enumerate(nodes.members) if isinstance(heads[one], int)]
    if len(well) < nodes.quorum:
        words = f"quorum = {nodes.quorum}, and {len(well)} of {len(heads)} nodes can be used"
        yield Finding("quorum", False, words, mends.reach())
    return well


def _several(session: Session) -> tuple[Nodes | None, int | None]:
    """The nodes of a network that has several, whether it could be connected or not, and the chain that must be
    there."""
    from daokit.networks import resolve
    from daokit.nodes import Nodes

    chain = session.connected
    if chain is not None:
        return (chain.rpc, chain.id) if isinstance(chain.rpc, Nodes) else (None, None)
    try:
        if session.network not in session.settings.networks:
            return None, None
        network = resolve(session.network, session.settings)
        rpc = network.rpc()
    except DaokitError:
        return None, None
    session.closing.callback(rpc.close)
    return (rpc, network.chain_id) if isinstance(rpc, Nodes) else (None, None)


def _through(session: Session, well: list[int]) -> Session | None:
    """The same place through those of its nodes that can be used, fewer than its quorum; None without one."""
    settings = session.settings
    entry = settings.networks.get(session.network) if well else None
    if entry is None or len(well) >= entry.quorum:
        return None
    fewer = replace(entry, urls=tuple(entry.urls[place] for place in well), quorum=len(well))
    other = session.elsewhere(replace(settings, networks={**settings.networks, session.network: fewer}))
    session.closing.callback(other.close)
    return other


def _head(rpc: Rpc, chain_id: int | None) -> tuple[int | None, int | str]:
    """The chain that the nodes are on, as far as that is known now, and the newest block of one or what is wrong with
    it."""
    try:
        found = int(rpc.request("eth_chainId"), 16)
        if chain_id not in (None, found):
            return chain_id, f"is on chain {found}, and {chain_id} was expected; it is not used"
        return found, int(rpc.request("eth_blockNumber"), 16)
    except DaokitError as failure:
        return chain_id, failure.message
    except (TypeError, ValueError):
        return chain_id, "does not answer as a node does"


def _chain_id(session: Session) -> Iterator[Finding]:
    """A network of daokit.toml that would take any chain."""
    from daokit.known_chains import chain_name
    from daokit.networks import resolve_id

    name = session.network
    entry = session.settings.networks.get(name)
    if entry is not None and resolve_id(name, entry.chain_id) is None:
        found = session.sight.id
        words = f"no chain_id says which chain must be there; the node says {found} ({chain_name(found)})"
        yield Finding("chain id", False, words, f"add chain_id = {found} to [network.{name}] in daokit.toml")


def _sync(session: Session) -> Finding:
    from daokit.quirks import drift

    chain = session.sight
    if chain.local:
        return Finding("in sync", True, "the last block is as new as it should be")
    syncing, block = chain.rpc.batch([("eth_syncing", [])])[0], chain.block()
    if isinstance(syncing, dict):
        goal = int(str(syncing.get("highestBlock") or "0x0"), 16)
        words = f"the node is still reading the chain: block {block.number:,} of {goal:,}"
        return Finding("in sync", False, words, "wait, or use another node")
    if words := drift(block):
        return Finding("in sync", False, words, "use another node, or set this machine's clock")
    return Finding("in sync", True, "the last block is as new as it should be")


def _shared(session: Session, bootstrap: str) -> Finding:
    from daokit.quirks import check_machine

    lacking = [part.name for part in _lacking(session)]
    if not lacking:
        return Finding("shared contracts", True, "all are here, with the code of their sources")
    check_machine(session.sight)
    # Nothing is wrong with a chain on which nobody has founded yet.
    words = f"{', '.join(lacking)}: not here yet; the first founding puts them up, or `{bootstrap}`"
    return Finding("shared contracts", True, words)


def _lacking(session: Session) -> list[Part]:
    """The shared contracts that the chain lacks; looked up once."""
    from daokit.factory import missing

    known: dict[str, list[Part]] = session.__dict__
    if "lacking" not in known:
        known["lacking"] = missing(session.sight)
    return known["lacking"]


def _journal(session: Session, mends: Mends) -> Finding:
    waiting = sorted((one for one in session.sight.standings() if one.entry.open), key=lambda one: one.entry.nonce)
    if not waiting:
        return Finding("journal", True, "all that was signed is settled")
    each = [f"{one.entry.id} is {one.state}{f' ({one.words})' if one.words else ''}" for one in waiting]
    more = f", and {len(each) - _SHOWN} more" if len(each) > _SHOWN else ""
    words = f"{len(waiting)} signed and not settled: {', '.join(each[:_SHOWN])}{more}"
    # What has the lowest nonce keeps the others waiting.
    return Finding("journal", False, words, mends.waiting(waiting[0]))


def _account(session: Session, mends: Mends) -> Generator[Finding, None, bool]:
    """The account and what it can pay. Returns whether a collective can be looked at."""
    from daokit.accounts import Watching, list_all
    from daokit.cli.confirm import rounded
    from daokit.hashing import ZERO_ADDRESS

    if not session.has_account:
        yield Finding("account", False, "none is chosen", mends.command("use --account <name>"))
        return True
    try:
        me = session.own.sender
    except DaokitError as failure:
        mend = mends.unless_reached(mends.command("use --account <name>"))
        yield Finding("account", False, failure.message, mend(failure))
        return False
    for keyfile in list_all():
        if keyfile.address == me and keyfile.warning:
            yield Finding("account", False, keyfile.warning, f"chmod 600 {keyfile.path}")
            return True
    try:
        balance = session.sight.balance(me)
    except DaokitError as failure:
        yield Finding("account", False, failure.message, mends.of(failure))
        return True
    words = f"{session.sight.book.show(me)} has {session.money(ZERO_ADDRESS, balance)}"
    if isinstance(session.own.signer, Watching):
        yield Finding("account", True, f"{words}; it is only watched, its key is not here")
        return True
    try:
        act = _cost(session)
    except DaokitError as failure:
        yield Finding("account", True, words)
        # Above the limit that people set, or more than blocks have paid lately: then it is the node that errs.
        ours = "limit" in failure.values or not isinstance(failure, RuleBroken)
        yield Finding("fees", False, failure.message, mends.of(failure) if ours else mends.reach())
        return True
    if balance < act:
        words += f"; a proposal costs up to {rounded(session, act)}"
        yield Finding("account", False, words, f"send coin for fees to {me}")
    else:
        yield Finding("account", True, words + _suffices(session, balance, act))
    return True


def _suffices(session: Session, balance: int, act: int) -> str:
    """What a balance is enough for and what not, in words."""
    from daokit.bootstrap import cost
    from daokit.cli.confirm import rounded

    if session.sight.local:
        return ""
    words = f": enough for a proposal (up to {rounded(session, act)})"
    if not (lacking := _lacking(session)):
        return words
    needed = cost(session.sight, lacking).needed
    also = "and for" if balance >= needed else "and not for"
    return f"{words}, {also} putting up the shared contracts (about {rounded(session, needed)})"


def _safe(session: Session) -> str:
    from daokit.safe import Safe

    chain = session.own
    safe = Safe.load(chain, chain.resolve(str(session.settings.safe)))
    safe.check_owner()
    return f"{chain.book.show(safe.address)}: {safe.threshold} of {len(safe.owners)} owners sign, you are one"


def _cost(session: Session) -> int:
    """Wei that an act may cost now."""
    from daokit import fees

    chain = session.sight
    if chain.local:
        return 1
    answers = chain.rpc.batch(fees.questions(chain.policy, False))
    return _ACT * fees.most_per_gas(fees.offer(chain.policy, chain.block(), answers))


def _collective(session: Session) -> str:
    from daokit.cli.confirm import check_code
    from daokit.cli.settle import check_charter

    collective = session.collective
    check_code(session)
    check_charter(collective)
    return f"{collective.name}, {collective.membership.seats():,} seats; its code is the recorded one"
