"""What commands share that need another chain than their own: its network, and the federation at home there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daokit.branch import Branch
    from daokit.branches import Afar
    from daokit.chain import Chain
    from daokit.cli.session import Session
    from daokit.errors import DaokitError
    from daokit.inbox import Waiting
    from daokit.networks import Network


@contextmanager
def elsewhere(session: Session, network: str) -> Iterator[Session]:
    """The same command on another network: by its name, or a chain id."""
    from daokit.networks import of_chain

    if network.isdecimal():
        found = of_chain(int(network), session.settings)
        network = found.name or found.url
    other = session.elsewhere(replace(session.settings, network=network, collective=None, profile=None))
    other.agreed = session.agreed
    try:
        yield other
    finally:
        other.close()


def on_chain(session: Session, chain: int) -> Session:
    """The same command on the network of a chain, until it ends. Raises `UsageError` when daokit.toml has none."""
    known: dict[int, Session] = session.__dict__.setdefault("others", {})
    if chain not in known:
        known[chain] = session.closing.enter_context(elsewhere(session, str(chain)))
    known[chain].sight.expect(chain)
    return known[chain]


def reachable(session: Session, chain: int, patience: float | None = None) -> Chain | None:
    """A chain, if daokit.toml names a network on it that answers within `patience` seconds, for reading.
    One that does not is asked again only by who waits for longer."""
    from daokit.cli.elsewhere import PATIENCE
    from daokit.errors import NoConnection, UsageError
    from daokit.networks import of_chain

    if chain == session.chain.id:
        return session.chain
    known: dict[int, Session] = session.__dict__.setdefault("others", {})
    silent: dict[int, float] = session.__dict__.setdefault("silent", {})
    wait = PATIENCE if patience is None else patience
    try:
        if chain in known:
            return known[chain].sight
        if silent.get(chain, -1.0) < wait and _answers(of_chain(chain, session.settings), wait):
            return on_chain(session, chain).sight
    except (NoConnection, UsageError):
        pass
    silent[chain] = wait
    return None


def glance(session: Session, chain: int) -> Chain | None:
    """The same where the chain is only mentioned: it is not waited for, and nothing about it stops a command."""
    from daokit.cli.elsewhere import GLANCE
    from daokit.errors import DaokitError

    try:
        return reachable(session, chain, GLANCE)
    except DaokitError:
        return None


def others(session: Session) -> Callable[[int], Chain | None]:
    """For reading acts on other chains."""
    return lambda chain: reachable(session, chain)


def _answers(network: Network, patience: float) -> bool:
    """Whether a node answers in time. It is asked in a thread: one that never does must not hold the command up."""
    from threading import Thread

    from daokit.errors import DaokitError

    rpc, answers = network.rpc(), []

    def ask() -> None:
        with suppress(DaokitError, OSError):
            answers.append(rpc.request("eth_chainId"))
            rpc.close()

    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(patience)
    return bool(answers)


def afar(session: Session, branch: Branch) -> Afar:
    """The federation of a branch here, read on its own chain, once both are seen to name each other."""
    from daokit.branches import Afar

    home = branch.home()
    return _known(session, Afar.between(on_chain(session, home.chain or 0).chain, branch))


def _known(session: Session, found: Afar) -> Afar:
    """The same, once the address book knows both. No name here is the federation's alone: at its address on this chain
    there is nothing."""
    name = f"{found.name} on chain {found.federation.chain.id}"
    session.chain.book.add_seats([(name, found.federation.address), (f"branch of {name}", found.branch.address)])
    return found


def all_afar(session: Session) -> tuple[list[Afar], list[DaokitError]]:
    """The federations at home elsewhere in which the collective, or a federation above it, sits by a branch here; and
    why others could not be read."""
    from daokit.branches import branches_with
    from daokit.errors import DaokitError
    from daokit.federation_duties import all_above

    below = [session.treasury, *(one.purse for one in all_above(session.treasury))]
    found, missed = [], []
    for branch in (one for ties in below for one in branches_with(ties)):
        try:
            found.append(afar(session, branch))
        except DaokitError as failure:
            missed.append(failure)
    return found, missed


def waiting_afar(session: Session) -> list[Waiting]:
    """What waits for the collective in federations on other chains, and at home for their members there; what cannot
    be read there is said."""
    from daokit.branches import branches_with
    from daokit.errors import DaokitError
    from daokit.federation_duties import federations_of
    from daokit.federation_inbox import from_afar, unconfirmed
    from daokit.inbox import Waiting

    seat = session.membership.seat_of(session.me) if session.has_account else 0
    found = []
    for branch in branches_with(session.treasury):
        try:
            duties = from_afar(session.collective, seat, [afar(session, branch)])
            found += [Waiting(one.what, one.until, one.command) for one in duties]
        except DaokitError as failure:
            home = branch.home()
            words = f"what waits in the federation {home.address} on chain {home.chain} was not read: {failure.message}"
            found.append(Waiting(words, 0, ""))
    for federation in federations_of(session.treasury):
        # A chain that does not answer is no concern of the members at home.
        with suppress(DaokitError):
            duties = unconfirmed(federation, lambda chain: reachable(session, chain))
            found += [Waiting(one.what, one.until, one.command) for one in duties]
    return found


def find_afar(session: Session, word: str | None) -> Afar | None:
    """The federation at home on another chain that `word` means: see `find_branch`. Both ends are seen to name each
    other."""
    branch = find_branch(session, word)
    return afar(session, branch) if branch else None


def find_branch(session: Session, word: str | None) -> Branch | None:
    """The branch here of the federation at home elsewhere that `word` means: its name or address, the branch's own, or
    chain:address. Without a word that of the only one that the collective sits in. None when it means none of these.

    Other chains are asked only for a name by which nothing goes here, and for the branch at which nobody here sits.
    Raises `NoConnection` when the name is found nowhere and one of them could not be asked."""
    from daokit.branch import Branch
    from daokit.branches import Afar, branches_with
    from daokit.cli.federation_here import known_here
    from daokit.deployments import parse_reference
    from daokit.federation import Federation
    from daokit.federation_duties import federations_of
    from daokit.federation_members import home_of
    from daokit.hashing import is_address, parse_address
    from daokit.interop import Interoperable

    chain = session.chain
    branches = branches_with(session.treasury) if session.has_collective else []
    if word is None:
        alone = len(branches) == 1 and not federations_of(session.treasury)
        return branches[0] if alone else None
    if reference := _reference(word) or parse_reference(word):
        if reference[0] == chain.id:
            return None
        for branch in branches:
            if branch.home() == Interoperable.evm(*reference):
                return branch
        home = on_chain(session, reference[0]).chain
        return Afar.of(Federation.load(home, reference[1]), chain).branch
    if not is_address(word):
        return None if known_here(session, word) else _by_name(session, branches, word)
    there = home_of(chain, parse_address(word))
    if there is not None and there.chain != chain.id:
        return Branch(chain, parse_address(word))
    return next((one for one in branches if word.lower() == str(one.home().address).lower()), None)


def _by_name(session: Session, branches: Sequence[Branch], word: str) -> Branch | None:
    from daokit.errors import DaokitError, NoConnection

    missed = []
    for branch in branches:
        home = branch.home().chain or 0
        try:
            if reachable(session, home) is None:
                missed.append(f"chain {home} does not answer, where that of the branch {branch.address} is at home")
            elif word.lower() == afar(session, branch).name.lower():
                return branch
        except DaokitError as failure:
            missed.append(f"the name of that of the branch {branch.address} was not read: {failure.message}")
    if missed:
        raise NoConnection(
            f'no federation here is called "{word}", and {"; ".join(missed)}. Give the address of its branch: what is '
            "done here needs nothing else"
        )
    return None


def _reference(word: str) -> tuple[int, str] | None:
    """`0x…@eip155:10#1234ABCD` or the bytes of ERC-7930 as chain id and address."""
    from daokit.errors import UsageError
    from daokit.hashing import is_address, parse_address
    from daokit.interop import Interoperable

    account, at, rest = word.partition("@")
    if at and is_address(account) and rest.startswith("eip155:"):
        number, _, digits = rest.removeprefix("eip155:").partition("#")
        if number.isdecimal():
            found = Interoperable.evm(int(number), parse_address(account))
            if digits and digits.upper() != found.check_digits:
                raise UsageError(f"{word} was mistyped: its check digits would be {found.check_digits}")
            return int(number), parse_address(account)
    if word.startswith("0x0001") and not is_address(word):
        decoded = Interoperable.decode(bytes.fromhex(word[2:]))
        return (decoded.chain, decoded.address) if decoded.chain is not None and decoded.address else None
    return None
