"""Orders to branches and notes from other chains: veto, confirm, pause by members; resume, invalidate by motions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from daokit.cli.federation_here import For, Of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daokit.branch import Branch, Order
    from daokit.cli.session import Session
    from daokit.federation import Federation, LinkedBranch
    from daokit.ties import Ties

OrderWord = Annotated[str, typer.Argument(help="An order: its number in `daokit federation orders`, or its id.")]
Which = Annotated[
    str | None,
    typer.Option("--of", help="At which federation's branch: its name or address (the only one when left out)."),
]
Chain = Annotated[int, typer.Argument(help="The chain's id.")]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("orders")(orders)
    app.command()(carry)
    app.command()(veto)
    app.command()(confirm)
    app.command()(pause)
    app.command()(resume)
    app.command()(invalidate)


def orders(ctx: typer.Context, of: Which = None) -> None:
    """Orders that wait at the branches of the collective's federations on this chain, and what each would do. Each
    keeps its number: the orders of a branch are counted as they came."""
    from daokit.branch import OrderState
    from daokit.cli.show import table
    from daokit.quantities import format_time

    session: Session = ctx.obj
    now = session.chain.now()
    branches = [_branch(session, of)] if of else _branches(session)
    several, found = len(branches) > 1, _orders(branches)
    rows, data = [], []
    for branch, place, one in found:
        words, where = _words(session, one), (_whose(session, branch),) if several else ()
        rows.append((*where, place, words, _state(one, now), format_time(one.due, now), one.id[:10] + "…"))
        data.append({**vars(one), "number": place, "words": words, "branch": branch.address, "act": words})
    columns = (*(("of",) if several else ()), "no", "order", "state", "due", "id")
    open_ones = any(one.state is OrderState.WAITING and not one.dropped and now < one.due for _, _, one in found)
    which = " --of <its federation>" if several else ""
    remedy = [f"who does not want one: daokit federation veto <its number>{which}"] if open_ones else []
    drawn = table(*columns, rows=rows, right=("no",)) if rows else "no order has come to a branch here"
    session.done(data, drawn, *remedy)


def carry(ctx: typer.Context, order: OrderWord, of: Which = None) -> None:
    """Do what an order says, once it is due. Anyone may."""
    session: Session = ctx.obj
    branch, one = _order(session, order, of)
    branch.carry_out(one)
    session.done({"order": one.id}, f"done: {_words(session, one)}")


def veto(ctx: typer.Context, order: OrderWord, of: Which = None) -> None:
    """Object to an order as a seat of the collective; with enough objections the collective vetoes it."""
    session: Session = ctx.obj
    branch, one = _order(session, order, of)
    words = (f"object to an order of {_whose(session, branch)}:", f"- {_words(session, one)}")
    enough = _object(session, branch, one.id, words)
    if enough:
        branch.veto(one.id, session.treasury.address)
    _answer(session, branch, one.id, done=enough, what="vetoed: it now needs two thirds of the other members here")


def confirm(ctx: typer.Context, order: OrderWord, of: Which = None, for_: For = None) -> None:
    """Propose that the collective confirms an order that another member vetoed."""
    from daokit.cli.federation_here import find
    from daokit.cli.federation_motion import put
    from daokit.cli.proposal import propose
    from daokit.federation_acts import Confirm

    session: Session = ctx.obj
    inner = find(session, for_) if for_ else None
    branch, one = _order(session, order, of, inner)
    title = f"# Confirm: {_words(session, one)}\n"
    _check_confirming(session, branch, one, f"order {order}", inner)
    if inner:
        put(session, inner, title, Confirm(session.chain.id, branch.address, one.id))
        return
    propose(session, title, branch.to_confirm(one.id))


def pause(
    ctx: typer.Context,
    chain: Annotated[
        int | None, typer.Argument(help="At the federation's home: from which chain no notes are taken.")
    ] = None,
    of: Of = None,
) -> None:
    """Object to notes from another chain; with enough objections they are not taken for 7 days, once in 30."""
    from daokit.cli.federation_here import find
    from daokit.quantities import format_time

    session: Session = ctx.obj
    collective, now = session.collective, session.chain.now()
    if chain is None:
        branch = _branch(session, of)
        words = (f"object to notes that come to the branch {branch.address} of {_whose(session, branch)}",)
        if _object(session, branch, branch.pause_subject(), words):
            until = branch.pause(session.treasury.address)
            session.done({"until": until}, f"the branch takes no notes until {format_time(until, now)}")
            return
        _answer(session, branch, branch.pause_subject(), done=False, what="")
        return
    federation = find(session, of)
    linked(federation, chain)
    subject, purse = federation.pause_subject(chain), federation.purse
    if not session.governor.objects_to(purse.address, subject):
        words = (f"object to notes that {federation.name} takes from chain {chain}",)
        session.governor.object_to(purse.address, subject, words=words)
    if not session.governor.objects_to(purse.address, subject):
        asked = session.governor.objection(purse.address, subject)
        session.done(
            {"objections": asked.objections, "needed": asked.needed},
            f"you object: {asked.objections} of {asked.needed} that it takes, until {format_time(asked.closes, now)}",
        )
        return
    until = federation.pause(chain, collective.address)
    session.done(
        {"until": until}, f"{federation.name} takes no notes from chain {chain} until {format_time(until, now)}"
    )


def resume(ctx: typer.Context, chain: Chain, of: Of = None) -> None:
    """Open a motion that takes notes from a chain again before its pause is over."""
    from daokit.cli.federation_here import find
    from daokit.cli.federation_motion import put
    from daokit.errors import RuleBroken
    from daokit.federation_acts import Resume
    from daokit.quantities import format_time

    session: Session = ctx.obj
    federation, now = find(session, of), session.chain.now()
    until = linked(federation, chain).paused_until
    if until <= now:
        raise RuleBroken(f"{federation.name} takes notes from chain {chain}; no pause stands that could end early")
    session.say(f"without any motion the pause ends {format_time(until, now)}")
    put(session, federation, f"# Take notes from chain {chain} again\n", Resume(chain))


def invalidate(
    ctx: typer.Context,
    chain: Chain,
    before: Annotated[
        str,
        typer.Option(
            "--before", help="Only what came before this moment: 2027-06-30 (all that waits there when this arrives)."
        ),
    ] = "",
    of: Of = None,
) -> None:
    """Open a motion that drops all orders that wait at a branch when it hears of it."""
    from daokit.cli.federation_here import find
    from daokit.cli.federation_motion import put
    from daokit.federation_acts import ON_ARRIVAL, Invalidate
    from daokit.quantities import parse_time

    session: Session = ctx.obj
    federation = find(session, of)
    linked(federation, chain)
    moment = parse_time(before) if before else ON_ARRIVAL
    put(session, federation, f"# Drop the orders to chain {chain}\n", Invalidate(chain, moment))


def linked(federation: Federation, chain: int) -> LinkedBranch:
    """The link of a federation with a chain. Raises `RuleBroken` without one."""
    from daokit.errors import RuleBroken

    if found := federation.link(chain):
        return found
    raise RuleBroken(f"{federation.name} has no link with chain {chain}: no notes come from there, and no orders go")


def _check_confirming(session: Session, branch: Branch, one: Order, name: str, inner: Federation | None) -> None:
    """Whether an order waits for the collective, or a federation, to confirm it. Raises `RuleBroken`: no vote is held
    for nothing."""
    from daokit.branch import OrderState
    from daokit.errors import RuleBroken

    own, whose, now = _member(session, inner)[0].address, _member(session, inner)[1], session.chain.now()
    if one.over(now) or one.state is not OrderState.VETOED:
        raise RuleBroken(f"{name} is not vetoed ({_state(one, now)}), so nobody has to confirm it")
    if branch.vetoed_by(one.id) == own:
        raise RuleBroken(f"{whose} vetoed {name}; it is for the other members here to confirm it")
    if own in branch.confirmed_by(one.id):
        raise RuleBroken(f"{whose} has confirmed {name} already")


def _object(session: Session, branch: Branch, subject: str, words: tuple[str, ...]) -> bool:
    """Object as a seat, unless enough do already; whether enough do now."""
    governor = session.governor
    if not governor.objects_to(branch.address, subject):
        governor.object_to(branch.address, subject, words=words)
    return governor.objects_to(branch.address, subject)


def _answer(session: Session, branch: Branch, subject: str, *, done: bool, what: str) -> None:
    from daokit.quantities import format_time

    asked = session.governor.objection(branch.address, subject)
    until = format_time(asked.closes, session.chain.now())
    said = what if done else f"you object: {asked.objections} of {asked.needed} that it takes, until {until}"
    session.done({"done": done, "objections": asked.objections, "needed": asked.needed}, said)


def _member(session: Session, inner: Federation | None) -> tuple[Ties, str]:
    """What sits at branches, a federation or the collective: what its ties hang on, and its name."""
    return (inner.purse, inner.name) if inner else (session.treasury, session.collective.name)


def _branches(session: Session, inner: Federation | None = None) -> list[Branch]:
    from daokit.branch import Branch
    from daokit.federation_members import federation_of, home_of

    chain = session.chain
    purses = [tie.purse for tie in _member(session, inner)[0].ties()]
    homes = {purse: home_of(chain, purse) for purse in purses}
    found = [Branch(chain, purse) for purse, home in homes.items() if home and home.chain != chain.id]
    names = [(federation_of(chain, one.address), one.address) for one in found]
    chain.book.add_seats([(f"branch of {name}", address) for name, address in names if name])
    return found


def _branch(session: Session, of: str | None, inner: Federation | None = None) -> Branch:
    """The branch that --of means; without it the only one at which the collective sits. Raises `UsageError`."""
    from daokit.cli.afar import find_branch
    from daokit.errors import UsageError

    branches, name = _branches(session, inner), _member(session, inner)[1]
    if not branches:
        raise UsageError(f"{name} sits at no branch here; at a federation's home name the chain")
    if of is None and len(branches) > 1:
        which = _all(session, branches)
        raise UsageError(f"{name} sits at {len(branches)} branches here; say which with --of: {which}")
    wanted = branches[0] if of is None else find_branch(session, of)
    found = next((one for one in branches if wanted and one.address == wanted.address), None)
    if found is None:
        raise UsageError(f"{name} sits at no branch of {of} here; it sits at: {_all(session, branches)}")
    return found


def _all(session: Session, branches: Sequence[Branch]) -> str:
    return ", ".join(f"{one.address} ({_whose(session, one)})" for one in branches)


def _whose(session: Session, branch: Branch) -> str:
    """The federation of a branch, in words."""
    from daokit.federation_members import federation_of

    return federation_of(session.chain, branch.address) or f"the federation of {branch.home().address}"


def _orders(branches: Sequence[Branch]) -> list[tuple[Branch, int, Order]]:
    """All that came to these, each with its number at its branch, from 1."""
    return [(branch, place, one) for branch in branches for place, one in enumerate(branch.orders(), 1)]


def _order(session: Session, word: str, of: str | None, inner: Federation | None = None) -> tuple[Branch, Order]:
    """The order that a number at its branch, or the beginning of an id, means. Raises `UsageError`."""
    from daokit.errors import UsageError

    branches = [_branch(session, of, inner)] if of else _branches(session, inner)
    by_id = word.lower().startswith("0x") and len(word) > 9
    found = [
        (branch, one)
        for branch, place, one in _orders(branches)
        if (one.id.startswith(word.lower()) if by_id else word == str(place))
    ]
    if len(found) > 1:
        where = _all(session, [branch for branch, _ in found])
        raise UsageError(f"{len(found)} orders go by {word} here; say with --of at which branch: {where}")
    if not found:
        raise UsageError(f"there is no order {word} here; `daokit federation orders` lists those that came")
    return found[0]


def _words(session: Session, one: Order) -> str:
    from daokit.federation_reading import read
    from daokit.federation_words import view

    # An order acts here, so this chain is its home.
    return str(read(one.act, view(session.chain)))


def _state(one: Order, now: int) -> str:
    if one.over(now) and one.state.name != "DONE":
        return "dropped" if one.dropped else "expired"
    words = {"VETOED": f"vetoed, {one.confirmations} confirm it", "DONE": "done"}
    waits = "can be carried out" if one.due <= now else "waits"
    return words.get(one.state.name, waits if one.state.name == "WAITING" else f"confirmed, {waits}")
