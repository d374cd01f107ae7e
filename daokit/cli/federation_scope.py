"""What a motion as people type it means where it acts: names, tokens and mandates there, and what the purse has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.federation import Federation
    from daokit.federation_forms import Content
    from daokit.federation_typing import FederationScope
    from daokit.interop import Interoperable
    from daokit.treasury import Budget


def scope_of(session: Session, federation: Federation, chain: int | None = None) -> FederationScope:
    """For reading acts as people type them."""
    from daokit.cli.federation_here import member
    from daokit.federation_typing import FederationScope

    where = chain or federation.chain.id
    return FederationScope(
        chain=where,
        resolve=lambda word: _receiver(session, federation, where, word),
        token=lambda word: _token(session, federation, where, word),
        member=lambda word: member(session, federation, word),
        mandate=lambda who, number: _mandate(federation, where, who, number),
        rules=federation.rules(),
    )


def _there(session: Session, chain: int) -> Session:
    """The session on the chain that is meant. Raises `RuleBroken` when it cannot be read."""
    from daokit.cli.afar import on_chain, reachable
    from daokit.errors import RuleBroken

    if chain == session.chain.id:
        return session
    if reachable(session, chain) is None:
        raise RuleBroken(
            f"chain {chain} cannot be read from here, so what a name or a token is there is not known; name a network "
            "on it in daokit.toml",
            chain=chain,
        )
    return on_chain(session, chain)


def _token(session: Session, federation: Federation, chain: int, word: str) -> tuple[str, int]:
    from daokit.branch import Branch

    there = _there(session, chain)
    if link := federation.link(chain):
        # Its tokens' symbols are known from then on.
        for token in Branch(there.chain, link.branch).tokens():
            there.chain.token(token)
    address = there.token(word)
    return address, there.chain.token(address).decimals


def _receiver(session: Session, federation: Federation, chain: int, word: str) -> str:
    from daokit.errors import RuleBroken, UnknownName

    there = _there(session, chain)
    try:
        address = there.resolve(word)
    except UnknownName:
        address = session.resolve(word)
    if there is not session and session.chain.code(address) and not there.chain.code(address):
        raise RuleBroken(
            f"{word} is a contract on {session.chain.name}, and on chain {chain} nothing stands at its address; give "
            "the address that is to be paid there"
        )
    return address


def _mandate(federation: Federation, chain: int, who: Interoperable, number: int) -> tuple[str, Budget]:
    """The treasury and the terms of a mandate that motions can spend from. Raises `RuleBroken`."""
    from daokit.errors import RuleBroken
    from daokit.federation_members import treasury_of
    from daokit.quantities import format_time
    from daokit.treasury import Treasury

    home, name = federation.chain, federation.name_of(who)
    if chain != home.id or who.chain != home.id:
        raise RuleBroken(f"motions spend from mandates on the federation's own chain {home.id} only")
    treasury = treasury_of(home, str(who.address))
    if treasury is None:
        raise RuleBroken(f"{name} does not answer, so which mandates it gave is not known")
    found = Treasury(home, treasury).budget(number)
    if found.spender != federation.purse.address:
        raise RuleBroken(
            f"{name} has given {federation.name} no mandate {number}; its people do with `daokit federation mandate`, "
            "and `daokit treasury budget` there lists what they gave"
        )
    if found.end <= (now := home.now()):
        raise RuleBroken(f"mandate {number} of {name} ended {format_time(found.end, now)}; ask its people for another")
    return treasury, found


def beyond(session: Session, federation: Federation, content: Content) -> list[str]:
    """What a motion would pay that the purse cannot pay now, a sentence for each token."""
    from collections import Counter

    from daokit.branch import Branch
    from daokit.federation_acts import Pay

    sums: Counter[tuple[int, str]] = Counter()
    for act in content.acts:
        if isinstance(act, Pay):
            sums[act.chain, act.token] += act.amount
    lines = []
    for (on, token), wanted in sums.items():
        chain, link = _there(session, on).chain, federation.link(on)
        branch = Branch(chain, link.branch) if link else None
        free = (branch or federation.purse).book(token).free
        room, remedy = free, ""
        if branch:
            ceiling = branch.ceiling(token)
            room = max(0, ceiling.cap - ceiling.used)
        elif not content.large:
            room, remedy = free * federation.rules().bucket_bps // 10_000, "; declare it --large for more"
        asked, has, most = (chain.money(token, amount) for amount in (wanted, free, room))
        if wanted > free:
            lines.append(f"it would pay {asked}, and the purse has {has} now")
        elif wanted > room:
            lines.append(f"it would pay {asked}, and of {has} at most {most} can be paid in seven days{remedy}")
    return lines
