"""`daokit fund`, whose it is and what is owed: checking, owner, fetch, collect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session

Which = Annotated[str | None, typer.Option("--fund", help="Another fund than your own.")]
Token = Annotated[str | None, typer.Argument(help="A token by its symbol (all of them when left out).")]


def register(app: typer.Typer) -> None:
    """Put the commands into the group."""
    for command in (checking, owner, fetch, collect):
        app.command()(command)


def checking(
    ctx: typer.Context,
    to: Annotated[str, typer.Argument(help="Where draws go from now on: a name or an address.")],
    fund: Which = None,
) -> None:
    """Send what you draw to another address from now on."""
    session: Session = ctx.obj
    own, receiver = session.fund(fund), session.resolve(to)
    own.set_checking(receiver)
    session.done({"fund": own.address, "checking": receiver}, f"draws go to {session.chain.book.show(receiver)} now")


def owner(
    ctx: typer.Context,
    to: Annotated[str, typer.Argument(help="Your new key: a name or an address.")],
    fund: Which = None,
) -> None:
    """Give your fund to a new key of yours; the old one can do nothing with it then."""
    session: Session = ctx.obj
    own, receiver = session.fund(fund), session.resolve(to)
    own.set_owner(receiver)
    session.done(
        {"fund": own.address, "owner": receiver},
        f"the fund belongs to {session.chain.book.show(receiver)} now; name it there once with --fund {own.address}",
    )


def fetch(
    ctx: typer.Context,
    debtor: Annotated[str, typer.Argument(help="A treasury or an agreement, by name or address.")],
    token: Annotated[str, typer.Argument(help="A token by its symbol.")],
    fund: Which = None,
) -> None:
    """Fetch what a treasury or an agreement owes your fund because it could not be sent."""
    session: Session = ctx.obj
    own = session.fund(fund)
    found = session.token(token)
    paid = own.fetch(session.resolve(debtor), found)
    session.done(
        {"fund": own.address, "fetched": session.sum(found, paid)}, f"{session.money(found, paid)} came into your fund"
    )


def collect(
    ctx: typer.Context,
    token: Token = None,
    to: Annotated[str | None, typer.Option("--to", help="Another receiver than your account.")] = None,
) -> None:
    """As a provider, take what funds owe you because you did not take it when it was drawn."""
    from daokit.errors import UsageError
    from daokit.fund import Fund
    from daokit.services import Services

    session: Session = ctx.obj
    wanted = session.token(token) if token else None
    receiver = session.resolve(to) if to else None
    debts = [one for one in Services.load(session.chain).debts_to(session.me) if wanted in (None, one.token)]
    if not debts:
        raise UsageError("no fund owes you anything" + (f" in {token}" if token else ""))
    paid = [(one.fund, one.token, Fund(session.chain, one.fund).collect(one.token, receiver)) for one in debts]
    lines = [f"collected {session.money(token, sum_)} from the fund {session.name(one)}" for one, token, sum_ in paid]
    session.done([{"fund": one, "collected": session.sum(token, sum_)} for one, token, sum_ in paid], *lines)
