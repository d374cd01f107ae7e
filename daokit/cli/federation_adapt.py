"""`daokit federation adapt`: DAOs that exist already in federations. What only the DAO can do is printed as the call
that goes into its own proposal; a Safe's owners do it with `--as safe:0x…`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from daokit.cli import federation_adapt_motion
from daokit.cli.federation_adapt_here import (
    Describe,
    Motion,
    Of,
    Order,
    Propose,
    Which,
    governor_of,
    load,
    motion_key,
    purse_at,
    put,
)

if TYPE_CHECKING:
    from daokit.adapters import Adapter
    from daokit.cli.session import Session

app = typer.Typer(
    help="Governors and Safes as members: make an adapter, decide, tell, pay, leave, by the DAO's own rules.",
    no_args_is_help=True,
)


@app.command()
def governor(ctx: typer.Context, address: Annotated[str, typer.Argument(help="The Governor.")]) -> None:
    """Make the adapter of an OpenZeppelin Governor, which its proposals alone command. Anyone may."""
    _made(ctx.obj, address, "governor")


@app.command()
def safe(ctx: typer.Context, address: Annotated[str, typer.Argument(help="The Safe.")]) -> None:
    """Make the adapter of a Safe, which its own transactions alone command. Anyone may."""
    _made(ctx.obj, address, "safe")


@app.command()
def status(
    ctx: typer.Context,
    adapter: Which,
    since: Annotated[int, typer.Option(help="The first block in which to look.")] = 0,
) -> None:
    """Show for whom an adapter stands, where the DAO sits, and what it decided."""
    from daokit.adapters import SIDES, GovernorAdapter
    from daokit.cli.show import facts, table
    from daokit.quantities import format_share, format_time

    session: Session = ctx.obj
    found = load(session, adapter)
    dao, executor = found.dao(), found.executor()
    ties, decisions, now = found.ties(since), found.decisions(since), session.chain.now()
    seconds = found.clock_shows_seconds() if isinstance(found, GovernorAdapter) else True
    data = {
        "adapter": found.address,
        "kind": found.kind.lower(),
        "dao": dao,
        "executor": executor,
        "clock_shows_seconds": seconds,
        "ties": ties,
        "decisions": [{"purse": purse, "motion": key, **vars(one)} for (purse, key), one in decisions.items()],
    }
    book = session.chain.book
    session.done(
        data,
        facts(
            ("adapter", found.address),
            (found.kind, book.show(dao)),
            ("acts by", book.show(executor)),
            None if seconds else ("clock", "counts blocks: a decision counts from when it is recorded"),
        ),
        table(
            "purse",
            "passes up",
            "since",
            rows=[(one.purse, format_share(one.bps), format_time(one.since, now)) for one in ties],
        ),
        table(
            "motion",
            "at",
            "decided",
            "ended",
            rows=[
                (key, session.name(purse), SIDES[one.side], format_time(one.ended, now))
                for (purse, key), one in decisions.items()
            ],
        ),
    )


@app.command()
def join(
    ctx: typer.Context,
    adapter: Which,
    federation: Of,
    levy: Annotated[str, typer.Option(help="The share of its revenue that the DAO says it passes up.")] = "0%",
    charter: Annotated[str, typer.Option(help="The hash of the charter that you read.")] = "",
    description: Describe = None,
    propose: Propose = False,
) -> None:
    """Join a federation that invited the adapter, under the charter that you read."""
    from daokit.adapters import charter_of
    from daokit.errors import RuleBroken
    from daokit.quantities import parse_share

    session: Session = ctx.obj
    found, purse = load(session, adapter), purse_at(session, federation)
    known = charter_of(session.chain, purse)
    if charter.lower() != known:
        raise RuleBroken(f"the charter of this federation has the hash {known}: read it, then name it with --charter")
    put(session, found, [found.to_join(purse, known, parse_share(levy))], description, propose)


@app.command()
def leave(
    ctx: typer.Context, adapter: Which, federation: Of, description: Describe = None, propose: Propose = False
) -> None:
    """Leave a federation. An exit share, if there is one, goes on to the DAO with `forward`."""
    session: Session = ctx.obj
    found = load(session, adapter)
    put(session, found, [found.to_quit(purse_at(session, federation))], description, propose)


@app.command()
def levy(
    ctx: typer.Context,
    adapter: Which,
    federation: Of,
    share: Annotated[str, typer.Argument(help="The share of revenue, such as 5%.")],
    description: Describe = None,
    propose: Propose = False,
) -> None:
    """Say another share of revenue. It is the DAO's own word: no contract sees its revenue."""
    from daokit.quantities import parse_share

    session: Session = ctx.obj
    found = load(session, adapter)
    step = found.to_set_levy(purse_at(session, federation), parse_share(share))
    put(session, found, [step], description, propose)


@app.command()
def pay(
    ctx: typer.Context,
    adapter: Which,
    federation: Of,
    amount: Annotated[str, typer.Argument(help='The levy, as "250.00 tUSD".')],
    description: Describe = None,
    propose: Propose = False,
) -> None:
    """Pass up a levy from the DAO's own money; a token is approved first."""
    session: Session = ctx.obj
    found, (token, units) = load(session, adapter), session.amount(amount)
    put(session, found, found.to_pay_levy(purse_at(session, federation), token, units), description, propose)


@app.command()
def delegate(
    ctx: typer.Context,
    adapter: Which,
    federation: Of,
    competence: Annotated[str, typer.Argument(help="The competence, in the charter's words.")],
    recall: Annotated[bool, typer.Option("--recall", help="Take it back.")] = False,
    description: Describe = None,
    propose: Propose = False,
) -> None:
    """Delegate a competence to a federation, or recall it."""
    session: Session = ctx.obj
    found = load(session, adapter)
    step = found.to_delegate(purse_at(session, federation), competence, given=not recall)
    put(session, found, [step], description, propose)


@app.command()
def decide(
    ctx: typer.Context,
    adapter: Which,
    federation: Of,
    motion: Motion,
    against: Annotated[bool, typer.Option("--against", help="A Safe's decision against.")] = False,
    description: Describe = None,
    propose: Propose = False,
) -> None:
    """Decide on a motion. A Governor's people vote on the proposal: for it is for the motion, against it against."""
    from daokit.adapters import AGAINST, FOR, GovernorAdapter
    from daokit.errors import UsageError

    session: Session = ctx.obj
    found, purse = load(session, adapter), purse_at(session, federation)
    motion = motion_key(session, purse, motion)
    if isinstance(found, GovernorAdapter):
        if against:
            raise UsageError("the Governor's people vote against by voting against the proposal; leave --against away")
        description = found.describe(purse, motion) if description is None else description
    put(session, found, [found.to_decide(purse, motion, AGAINST if against else FOR)], description, propose)


@app.command()
def record(ctx: typer.Context, adapter: Which, federation: Of, motion: Motion, description: Describe = None) -> None:
    """Bring to the adapter what the Governor's proposal on a motion came to. Anyone may, once its votes have ended."""
    from daokit.adapters import SIDES
    from daokit.quantities import format_time

    session: Session = ctx.obj
    found = governor_of(load(session, adapter))
    purse = purse_at(session, federation)
    made = found.record(purse, motion_key(session, purse, motion), description)
    said = f"decided {SIDES[made.side]}, {format_time(made.ended, session.chain.now())}"
    session.done(made, said, "next: have it told with `daokit federation tell`")


@app.command()
def veto(
    ctx: typer.Context, adapter: Which, branch: Of, order: Order, description: Describe = None, propose: Propose = False
) -> None:
    """Veto an order that waits at a branch."""
    session: Session = ctx.obj
    found = load(session, adapter)
    put(session, found, [found.to_veto(purse_at(session, branch), order)], description, propose)


@app.command()
def confirm(
    ctx: typer.Context, adapter: Which, branch: Of, order: Order, description: Describe = None, propose: Propose = False
) -> None:
    """Confirm an order that another member vetoed."""
    session: Session = ctx.obj
    found = load(session, adapter)
    put(session, found, [found.to_confirm(purse_at(session, branch), order)], description, propose)


@app.command()
def pause(
    ctx: typer.Context,
    adapter: Which,
    federation: Of,
    chain: Annotated[int | None, typer.Option(help="Notes from this chain, to a federation here.")] = None,
    description: Describe = None,
    propose: Propose = False,
) -> None:
    """Have a branch here, or with --chain a federation here, take no notes for a while."""
    session: Session = ctx.obj
    found = load(session, adapter)
    put(session, found, [found.to_pause(purse_at(session, federation), chain)], description, propose)


federation_adapt_motion.register(app)


@app.command()
def forward(
    ctx: typer.Context,
    adapter: Which,
    token: Annotated[str, typer.Argument(help="A token, or coin.")] = "coin",
) -> None:
    """Send on to the DAO what has arrived at its adapter. Anyone may."""
    session: Session = ctx.obj
    found, which = load(session, adapter), session.token(token)
    amount = found.forward(which)
    session.done(session.sum(which, amount), f"{session.money(which, amount)} went on to {session.name(found.dao())}")


@app.command()
def collect(
    ctx: typer.Context,
    adapter: Which,
    federation: Of,
    token: Annotated[str, typer.Argument(help="A token, or coin.")] = "coin",
) -> None:
    """Have a purse pay to the DAO what it owes. Anyone may."""
    session: Session = ctx.obj
    found, which = load(session, adapter), session.token(token)
    amount = found.collect(purse_at(session, federation), which)
    session.done(session.sum(which, amount), f"{session.money(which, amount)} was paid to {session.name(found.dao())}")


def _made(session: Session, word: str, kind: str) -> None:
    from daokit.adapters import AdapterFactory
    from daokit.cli.show import facts
    from daokit.errors import RuleBroken
    from daokit.factory import missing

    dao = session.chain.resolve(word)
    if lacking := missing(session.chain, "AdapterFactory"):
        raise RuleBroken(
            f"{session.chain.name} lacks {', '.join(one.name for one in lacking)}; "
            "put it up with `daokit network bootstrap`"
        )
    factory = AdapterFactory(session.chain)
    made: Adapter = factory.adapt_governor(dao) if kind == "governor" else factory.adapt_safe(dao)
    session.done(
        {"adapter": made.address, "kind": kind, "dao": dao, "executor": made.executor()},
        facts(("adapter", made.address), (made.kind, dao), ("acts by", made.executor())),
        "next: the federation invites the adapter with the number of persons that it counts as,",
        f"then: daokit federation adapt join {made.address} <federation> --charter <hash>",
    )
