"""What a collective does in its federations by its own proposals: leaving, competences, mandates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from daokit.cli.federation_here import For, Of
from daokit.cli.federation_join import Which, join

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.federation import Federation
    from daokit.federation_acts import Act
    from daokit.interop import Interoperable
    from daokit.options import Call
    from daokit.purse import Purse
    from daokit.ties import Ties


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command()(join)
    app.command()(leave)
    app.command()(delegate)
    app.command()(recall)
    app.command()(mandate)


def leave(ctx: typer.Context, federation: Which, for_: For = None) -> None:
    """Propose that the collective leaves a federation, in the block in which the proposal is executed."""
    from daokit.cli.federation_here import find
    from daokit.federation_acts import Quit

    session: Session = ctx.obj
    inner = find(session, for_) if for_ else None
    purse, name = purse_above(session, federation, inner.purse if inner else session.treasury)
    if inner:
        tied(inner.purse.tie_of(purse.address), inner.name, name)
        by_motion(session, inner, f"Leave {name}", Quit(session.chain.id, purse.address))
        return
    tied(session.treasury.tie_of(purse.address), session.collective.name, name)
    session.say(f"leaving now would bring {_exit_share(session, purse)}")
    by_proposal(session, f"Leave {name}", session.treasury.to_quit(purse.address))


def _exit_share(session: Session, purse: Purse) -> str:
    """What a purse would pay to the collective that leaves now, in words. Leaving needs no answer of it."""
    from daokit.hashing import ZERO_ADDRESS

    [listed] = purse.ask([("tokens", ())])
    tokens = [ZERO_ADDRESS, *(listed or ())]
    shares = purse.ask([("exitShareOf", (session.treasury.address, token)) for token in tokens])
    if listed is None or None in shares:
        return "what is not known: the purse does not answer"
    owed = [session.money(token, share) for token, share in zip(tokens, shares, strict=True) if share]
    return ", ".join(owed) or "no exit share"


def delegate(
    ctx: typer.Context,
    competence: Annotated[str, typer.Argument(help="One of the federation's competences.")],
    of: Of = None,
    for_: For = None,
) -> None:
    """Propose that the collective delegates a competence to a federation."""
    _delegation(ctx.obj, competence, of, for_, given=True)


def recall(
    ctx: typer.Context,
    competence: Annotated[str | None, typer.Argument(help="A competence that was delegated.")] = None,
    mandate: Annotated[int | None, typer.Option("--mandate", help="Or the number of a mandate.")] = None,
    of: Of = None,
    for_: For = None,
) -> None:
    """Propose that the collective takes a competence back from a federation, or ends a mandate."""
    from daokit.errors import UsageError

    session: Session = ctx.obj
    if (competence is None) == (mandate is None):
        raise UsageError("say what to take back: a competence, or --mandate and its number")
    if competence is not None:
        _delegation(session, competence, of, for_, given=False)
        return
    if not 1 <= (mandate or 0) <= session.treasury.counts()[1]:
        raise UsageError(f"there is no mandate {mandate}; `daokit treasury budget` lists them")
    by_proposal(session, f"End mandate {mandate}", session.treasury.to_end_mandate(mandate or 0))


def mandate(
    ctx: typer.Context,
    budget: Annotated[str, typer.Argument(help='"300 tUSD every 30 days until 2027-12-31"')],
    of: Of = None,
) -> None:
    """Propose a mandate: what a federation's motions may spend from the collective's own treasury."""
    import re

    from daokit.branch import Branch
    from daokit.errors import RuleBroken, UsageError
    from daokit.quantities import format_time, parse_duration, parse_time

    session: Session = ctx.obj
    purse, name = purse_above(session, of, session.treasury)
    if isinstance(purse, Branch):
        raise RuleBroken(f"what {name} orders here moves money of its branch only, so a mandate would never be used")
    read = re.fullmatch(r"(\S+ \S+) (?:every|each) (.+?) until (.+)", " ".join(budget.split()))
    if not read:
        raise UsageError(f'"{budget}" cannot be read; write it like "300 tUSD every 30 days until 2027-12-31"')
    token, amount = session.amount(read[1])
    terms = token, amount, parse_duration(read[2]), parse_time(read[3])
    if token not in session.treasury.tokens():
        symbol = session.chain.symbol(token)
        raise RuleBroken(
            f"{symbol} is not on the treasury's list, and mandates are given in what is; propose it first: "
            f"daokit proposal new TEXT.md --list-token {symbol}"
        )
    rules, now = session.governor.rules(), session.chain.now()
    soonest = now + rules.deliberation + rules.voting + rules.large_delay
    if terms[-1] <= soonest:
        raise RuleBroken(
            f"it would be over before it begins: its proposal can be executed {format_time(soonest, now)} at the "
            "earliest; name a later end"
        )
    by_proposal(session, f"A mandate for {name}", session.treasury.to_mandate(purse.address, *terms))


def _delegation(session: Session, competence: str, of: str | None, for_: str | None, *, given: bool) -> None:
    from daokit.cli.federation_here import find
    from daokit.federation_acts import Delegate
    from daokit.interop import Interoperable

    inner = find(session, for_) if for_ else None
    own = session.treasury
    purse, name = purse_above(session, of, inner.purse if inner else own)
    whose = inner.name if inner else session.collective.name
    who = inner.member if inner else Interoperable.evm(session.chain.id, session.collective.address)
    above = _listing(session, purse, competence, given)
    tied((inner.purse if inner else own).tie_of(purse.address), whose, name)
    _check_delegated(above, who, whose, competence, given)
    words = f'Delegate "{competence}" to {name}' if given else f'Recall "{competence}" from {name}'
    if inner:
        by_motion(session, inner, words, Delegate(session.chain.id, purse.address, competence, given))
        return
    by_proposal(session, words, own.to_delegate(purse.address, competence, given))


def _listing(session: Session, purse: Purse, competence: str, given: bool) -> Federation | None:
    """The federation of a purse here. Raises `UnknownName` when it does not list the competence. One on another chain
    that does not answer keeps nobody from a recall: None."""
    from daokit.branch import Branch
    from daokit.errors import DaokitError, UnknownName

    try:
        above = _above_read(session, purse)
        known = [one.name for one in above.competences()]
    except DaokitError as failure:
        if given or not isinstance(purse, Branch):
            raise
        session.say(f'look twice: whether "{competence}" is one of its competences was not read: {failure.message}')
        return None
    if competence not in known:
        raise UnknownName("competence", competence, known)
    return above


def _check_delegated(above: Federation | None, who: Interoperable, whose: str, competence: str, given: bool) -> None:
    """Raises `RuleBroken` when it is so already. Of a member on another chain home may not have heard the latest."""
    from daokit.errors import RuleBroken

    seat = above.seat_of(who) if above and who.chain == above.chain.id else None
    if above and seat and above.delegates(competence, seat.number) == given:
        so = "delegates it already" if given else "does not delegate it"
        raise RuleBroken(f'there is nothing to change about "{competence}" in {above.name}: {whose} {so}')


def _above_read(session: Session, purse: Purse) -> Federation:
    """The federation of a purse here, on its own chain. Raises `NoConnection` when that does not answer in time."""
    from daokit.branch import Branch
    from daokit.cli.afar import afar, reachable
    from daokit.errors import NoConnection
    from daokit.federation import Federation

    home = purse.home()
    if not isinstance(purse, Branch):
        return Federation(session.chain, str(home.address))
    if reachable(session, home.chain or 0) is None:
        raise NoConnection(f"chain {home.chain}, where it is at home, does not answer; name a network on it that does")
    return afar(session, purse).federation


def purse_above(session: Session, word: str | None, ties: Ties) -> tuple[Purse, str]:
    """The purse on this chain of the federation that `word` means, and the federation's name; without a word of the
    only one in which `ties` sit. By an address nothing is asked but these ties: what a collective takes back needs
    nobody's answer."""
    from daokit.branch import Branch
    from daokit.cli.afar import find_branch
    from daokit.cli.federation_here import find
    from daokit.errors import UsageError
    from daokit.federation_members import federation_of, home_of
    from daokit.hashing import is_address
    from daokit.purse import HomePurse

    chain = session.chain

    def answer(purse: str) -> tuple[Purse, str]:
        home = home_of(chain, purse)
        here = home is None or home.chain == chain.id
        return (HomePurse if here else Branch)(chain, purse), federation_of(chain, purse) or session.name(purse)

    purses = [one.purse for one in ties.ties()] if word is None or is_address(word) else []
    if word is None and len(purses) == 1:
        return answer(purses[0])
    if word is None and purses:
        names = ", ".join(f"{one} ({answer(one)[1]})" for one in purses)
        raise UsageError(f"{session.name(ties.collective())} sits in several federations; say which with --of: {names}")
    for purse in purses:
        home = home_of(chain, purse)
        if str(word).lower() in (purse.lower(), str(home.address).lower() if home else ""):
            return answer(purse)
    if branch := find_branch(session, word):
        return answer(branch.address)
    if word is None:
        above = find(session, None)
        return above.purse, above.name
    return _up_here(session, word)[1:]


def find_above(session: Session, word: str) -> tuple[Federation, Purse, str]:
    """The federation that `word` means, its purse on this chain, and its name."""
    from daokit.cli.afar import find_afar

    if elsewhere := find_afar(session, word):
        return elsewhere.federation, elsewhere.branch, elsewhere.name
    return _up_here(session, word)


def _up_here(session: Session, word: str) -> tuple[Federation, Purse, str]:
    """The same of one at home on this chain."""
    from daokit.cli.federation_here import find, named
    from daokit.errors import RuleBroken
    from daokit.federation import Federation
    from daokit.federation_members import federation_of, home_of
    from daokit.hashing import is_address, parse_address

    chain = session.chain
    home = home_of(chain, parse_address(word)) if is_address(word) else None
    if home is None:
        above = find(session, word)
        return above, above.purse, above.name
    purse = parse_address(word)
    name = federation_of(chain, purse)
    if not name:
        raise RuleBroken(
            f"{word} says that it is the purse of a federation, and none that is known agrees; do not join"
        )
    above = named(session, Federation.load(chain, str(home.address)))
    return above, above.purse, above.name


def tied(tie: object, whose: str, name: str) -> None:
    """Raises `RuleBroken` without a tie."""
    from daokit.errors import RuleBroken

    if tie is None:
        raise RuleBroken(f"{whose} does not sit in {name}")


def by_proposal(session: Session, title: str, call: Call) -> None:
    """Open a large proposal in the collective that makes this call."""
    from daokit.cli.proposal import propose

    propose(session, f"# {title}\n", call)


def by_motion(session: Session, federation: Federation, title: str, act: Act) -> None:
    """Open a large motion in a federation that does this."""
    from daokit.cli.federation_motion import put

    put(session, federation, f"# {title}\n", act)
