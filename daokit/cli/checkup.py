"""What `daokit doctor` looks at in one place: a profile or a network, with its nodes, its chain and its account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daokit.errors import DaokitError, RuleBroken, ToolMissing, UnknownName

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.factory import Part
    from daokit.rpc import Rpc

_BEHIND = 10  # blocks that a node may be behind the others of its network
_ACT = 300_000  # gas of an act that is rather dear: a proposal


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `mend` is what to type or do when it is not well, `place` the profile or network."""

    what: str
    well: bool
    words: str
    mend: str = ""
    place: str = ""


def tried(what: str, look: Callable[[], str], mend: str) -> Finding:
    """What `look` says, or what it refuses with and how to mend that."""
    try:
        return Finding(what, True, look())
    except DaokitError as failure:
        return Finding(what, False, failure.message, mend)


def check(session: Session, place: str = "") -> Iterator[Finding]:
    """All of one place. `place` is what to type after `daokit` to mean it (`--profile town`), "" where one is now."""

    def command(words: str) -> str:
        return f"daokit {words} {place}".rstrip()

    try:
        reached = Finding("network", True, _network(session))
    except DaokitError as failure:
        reached = Finding("network", False, failure.message, _mend(session, failure))
    yield reached
    yield from _nodes(session)
    if not reached.well:
        return
    looks: dict[str, Callable[[], Finding]] = {
        "in sync": lambda: _sync(session),
        "shared contracts": lambda: _shared(session, command("network bootstrap")),
        "journal": lambda: _journal(session, command),
    }
    for what, look in looks.items():
        try:
            yield look()
        except DaokitError as failure:
            yield Finding(what, False, failure.message, _reach(session))
    try:
        yield _account(session, command)
    except DaokitError as failure:
        yield Finding("account", False, failure.message, command("use --account <name>"))
        return
    if session.settings.safe and session.has_account:
        yield tried("Safe", lambda: _safe(session), "correct `as` in daokit.toml, or say --as")
    if session.settings.collective:
        yield tried("collective", lambda: _collective(session), command("use <name or chain:address>"))


def _mend(session: Session, failure: DaokitError) -> str:
    """What helps when there is no way to the network at all."""
    if isinstance(failure, ToolMissing):
        return "pip install 'daokit[ape]'"
    if variable := failure.values.get("variable"):
        return f"export {variable}=https://…"
    if isinstance(failure, UnknownName) and session.settings.profile:
        return f"correct the network of [profile.{session.settings.profile}] in daokit.toml"
    return _reach(session)


def _reach(session: Session) -> str:
    try:
        network = session.network
    except DaokitError:
        return "correct daokit.toml"
    if network == "local":
        return "daokit node up"
    if network in session.settings.networks:
        return f"correct the url of [network.{network}] in daokit.toml, or add a second one"
    return "name another --network"


def _network(session: Session) -> str:
    chain = session.sight
    return f"{chain.name} ({chain.id}), block {chain.block().number:,}"


def _nodes(session: Session) -> Iterator[Finding]:
    """Each node of a network that has several; of one that has a single public one that its word is unchecked."""
    from daokit.nodes import Nodes

    chain = session.connected
    if chain is None:
        return
    if not isinstance(chain.rpc, Nodes):
        if not chain.local:
            words = "one, so that what it says is unchecked; a second in urls and quorum = 2 would check it"
            yield Finding("nodes", True, words)
        return
    heads = {one: _head(one, chain.id) for one in chain.rpc.members}
    highest = max((head for head in heads.values() if isinstance(head, int)), default=0)
    for one, head in heads.items():
        if isinstance(head, str):
            yield Finding(f"node {one.shown}", False, head, "correct or replace it in daokit.toml")
        elif highest - head > _BEHIND:
            words = f"is at block {head:,}, and another at {highest:,}"
            yield Finding(f"node {one.shown}", False, words, "wait until it is in sync, or replace it in daokit.toml")
        else:
            yield Finding(f"node {one.shown}", True, f"answers, block {head:,}")
    well = sum(isinstance(head, int) for head in heads.values())
    if well < chain.rpc.quorum:
        words = f"quorum = {chain.rpc.quorum}, and {well} can be used"
        yield Finding("quorum", False, words, "add another url to the network in daokit.toml")


def _head(rpc: Rpc, chain_id: int) -> int | str:
    """The newest block of a node, or what is wrong with it."""
    try:
        found = int(rpc.request("eth_chainId"), 16)
        if found != chain_id:
            return f"is on chain {found}, and {chain_id} was expected; it is not used"
        return int(rpc.request("eth_blockNumber"), 16)
    except DaokitError as failure:
        return failure.message
    except (TypeError, ValueError):
        return "does not answer as a node does"


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


def _journal(session: Session, command: Callable[[str], str]) -> Finding:
    journal = session.sight.journal
    waiting = len(journal.unsettled()) if journal else 0
    if not waiting:
        return Finding("journal", True, "all that was signed is settled")
    held = next((one for one in session.sight.standings() if one.state == "waiting" and one.mend), None)
    if held:
        words = f"{waiting} signed and not settled: transaction {held.entry.id} waits, since {held.words}"
        return Finding("journal", False, words, command(held.mend.removeprefix("daokit ")))
    return Finding("journal", False, f"{waiting} signed and not settled", command("tx resume"))


def _account(session: Session, command: Callable[[str], str]) -> Finding:
    from daokit.accounts import Watching, list_all
    from daokit.cli.confirm import rounded
    from daokit.hashing import ZERO_ADDRESS

    if not session.has_account:
        return Finding("account", False, "none is chosen", command("use --account <name>"))
    me = session.own.sender
    for keyfile in list_all():
        if keyfile.address == me and keyfile.warning:
            return Finding("account", False, keyfile.warning, f"chmod 600 {keyfile.path}")
    balance = session.sight.balance(me)
    words = f"{session.sight.book.show(me)} has {session.money(ZERO_ADDRESS, balance)}"
    if isinstance(session.own.signer, Watching):
        return Finding("account", True, f"{words}; it is only watched, its key is not here")
    try:
        act = _cost(session)
    except RuleBroken as failure:
        return Finding("account", False, failure.message, _reach(session))
    if balance < act:
        words += f"; a proposal costs up to {rounded(session, act)}"
        return Finding("account", False, words, f"send coin for fees to {me}")
    return Finding("account", True, words + _suffices(session, balance, act))


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
