"""What a DAO behind an adapter does with motions of its federations: open one, take it back, pass one down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from daokit.cli.federation_adapt_here import (
    Describe,
    Motion,
    Of,
    Propose,
    Which,
    federation_at,
    load,
    motion_key,
    purse_at,
    put,
)
from daokit.cli.federation_motion import (
    AddCompetence,
    Ceiling,
    Competence,
    ConfirmRoll,
    Delist,
    DropCompetence,
    Expel,
    Invite,
    Large,
    List,
    On,
    Pay,
    Request,
    Set,
    Spend,
    Text,
)

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.federation import Federation


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("open")(open_)
    app.command()(cancel)
    app.command("pass-down")(pass_down)


def open_(
    ctx: typer.Context,
    adapter: Which,
    federation: Of,
    text: Text,
    competence: Competence = "",
    pay: Pay = None,
    spend: Spend = None,
    request: Request = None,
    invite: Invite = None,
    expel: Expel = None,
    confirm_roll: ConfirmRoll = None,
    add_competence: AddCompetence = None,
    drop_competence: DropCompetence = None,
    list_token: List = None,
    delist_token: Delist = None,
    ceiling: Ceiling = None,
    set_: Set = None,
    on: On = None,
    large: Large = False,
    description: Describe = None,
    propose: Propose = False,
) -> None:
    """Open a motion of a federation on this chain as the DAO: a text, and what the federation would do."""
    from daokit.cli.federation_here import named
    from daokit.cli.federation_motion import acts_of, content_of
    from daokit.drafts import read_draft

    session: Session = ctx.obj
    found, purse = load(session, adapter), purse_at(session, federation)
    above = named(session, _here(session, purse))
    lists = add_competence, drop_competence, list_token, delist_token, ceiling
    acts = acts_of(session, above, on, set_, pay, spend, request, invite, expel, confirm_roll, *lists)
    content, lines = content_of(session, above, read_draft(text), acts, competence=competence, large=large)
    put(session, found, [found.to_open(purse, content, "; ".join(lines))], description, propose)


def cancel(
    ctx: typer.Context,
    adapter: Which,
    federation: Of,
    motion: Motion,
    description: Describe = None,
    propose: Propose = False,
) -> None:
    """Take back a motion that the DAO opened, while members vote."""
    session: Session = ctx.obj
    found, purse = load(session, adapter), purse_at(session, federation)
    put(session, found, [found.to_take_back(purse, motion_key(session, purse, motion))], description, propose)


def pass_down(
    ctx: typer.Context,
    adapter: Which,
    federation: Of,
    motion: Annotated[str, typer.Argument(help="The motion's number in the federation above, or its key.")],
    of: Annotated[
        str | None, typer.Option("--of", help="The federation above (the only one that it sits in when left out).")
    ] = None,
    description: Describe = None,
    propose: Propose = False,
) -> None:
    """Put a motion of the federation above to the members of the one in which the DAO sits."""
    from daokit.cli.federation_here import named
    from daokit.cli.federation_vote import check_passing
    from daokit.federation_words import acts_in_words, title

    session: Session = ctx.obj
    found, purse = load(session, adapter), purse_at(session, federation)
    below = _here(session, purse)
    parent = purse_at(session, of) if of else _parent(below)
    above = federation_at(session, parent)
    if above.chain.id == session.chain.id:
        named(session, above)
    one = above.put(int(motion) if motion.isdecimal() else motion)
    check_passing(session, below, parent, above, one)
    head = f"put motion {one.number} of {above.name} ({title(one)}) to the members of {below.name}"
    words = "; ".join([head, *acts_in_words(above, one)])
    put(session, found, [found.to_pass_down(purse, parent, one.asked, words)], description, propose)


def _here(session: Session, purse: str) -> Federation:
    """The federation of a purse, which has to be at home on this chain: a DAO's adapter acts in it there only."""
    from daokit.errors import RuleBroken
    from daokit.federation_members import home_of

    home = home_of(session.chain, purse)
    if home is not None and home.chain != session.chain.id:
        raise RuleBroken(
            f"the federation is at home on chain {home.chain}, and a DAO opens or passes down its motions on that "
            "chain only; a person who belongs to a member there can open it with `daokit federation open`",
            chain=home.chain,
        )
    return federation_at(session, purse)


def _parent(below: Federation) -> str:
    """The purse here of the only federation in which one sits. Raises `RuleBroken`, `UsageError`."""
    from daokit.errors import RuleBroken, UsageError

    purses = [tie.purse for tie in below.purse.ties()]
    if not purses:
        raise RuleBroken(f"{below.name} sits in no federation, so there is no motion to pass down")
    if len(purses) > 1:
        raise UsageError(f"{below.name} sits in {len(purses)} federations; say with --of which one's motion it is")
    return purses[0]
