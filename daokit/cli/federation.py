"""`daokit federation`: collectives of collectives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli import (
    federation_adapt,
    federation_afar,
    federation_branch,
    federation_levy,
    federation_member,
    federation_motion,
    federation_show,
    federation_vote,
)
from daokit.hashing import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from daokit.cli.session import Session
    from daokit.federation_charter import FederationCharter

app = typer.Typer(
    help="Federations of collectives: found, invite, join, levies, motions, who decides how often.",
    no_args_is_help=True,
)


@app.command()
def init(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option(help="The federation's name.")] = None,
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("federation.toml"),
) -> None:
    """Write a commented federation.toml with the defaults and their reasons."""
    from daokit.errors import DryRun, RuleBroken
    from daokit.federation_charter import template

    session: Session = ctx.obj
    text = template(name or "Federation")
    if path.exists():
        raise RuleBroken(f"{path} is there already; give another path: daokit federation init other.toml")
    if session.options.dry_run:
        raise DryRun(f"--dry-run: {path} would be written", path=str(path))
    path.write_text(text, encoding="utf-8")
    session.done(
        {"path": str(path)},
        f"wrote {path}: say who is invited and what its members hand up",
        f"then: daokit federation found {path}",
    )


@app.command()
def found(
    ctx: typer.Context,
    charter: Annotated[Path, typer.Argument(help="The file of its charter.")] = Path("federation.toml"),
) -> None:
    """Found the federation that a file describes: shows plan and cost, asks once, and writes it down."""
    from daokit.cli.federation_here import typed
    from daokit.cli.show import facts
    from daokit.factory import missing
    from daokit.federation import Federation
    from daokit.federation_charter import FederationCharter
    from daokit.federation_factory import FederationFactory
    from daokit.federation_power import check_founding
    from daokit.federations import Federations

    session: Session = ctx.obj
    described = FederationCharter.load(charter)
    chain = session.chain
    described.check(local=chain.local)
    resolve = _resolver(session)
    session.me  # noqa: B018  (refused here, before the plan, when nobody can sign)
    lacking = missing(chain, FederationFactory.artifact_name)
    arguments = described.to_solidity(resolve, chain.id)
    check_founding(chain, described.rules, arguments)
    address = FederationFactory(chain).addresses(arguments, described.number)[0] if not lacking else ""
    there = bool(address) and bool(chain.code(address))
    if there:
        session.say(f"this very charter has been founded already, at {address}; taking it up")
    else:
        lines, data = _plan(session, described, arguments, [part.name for part in lacking])
        session.plan(f"Found the federation {described.name}?", *lines, **data)
    before = chain.balance(session.me)
    made = Federation.found(described, chain, resolve=resolve)
    record = Federations(session.deployments).write(made.name, made.address, made.purse.address, made.charter())
    spent = before - chain.balance(session.me)
    session.done(
        {
            "name": made.name,
            "federation": made.address,
            "purse": made.purse.address,
            "chain": chain.id,
            "interoperable": str(made.member),
            "charter": made.charter(),
            "fee_wei": spent,
            "founded_before": there,
        },
        facts(
            ("founded", f"{made.name} ({made.address})"),
            ("purse", made.purse.address),
            ("charter", made.charter()),
            ("fees", session.money(ZERO_ADDRESS, spent)),
            ("next", f"in each invited collective: daokit federation join {typed(record.slug)} --levy 5%"),
        ),
    )


for _module in (
    federation_member,
    federation_levy,
    federation_motion,
    federation_vote,
    federation_show,
    federation_branch,
    federation_afar,
):
    _module.register(app)
app.add_typer(federation_adapt.app, name="adapt")


def _resolver(session: Session) -> Callable[[str], str]:
    """Names of collectives and federations known here, of people, and symbols of tokens."""
    from daokit.errors import UnknownName
    from daokit.federations import Federations
    from daokit.testcoin import resolver

    collectives = {one.name.lower(): one.collective for one in session.deployments.list()}
    collectives |= {one.slug: one.collective for one in session.deployments.list()}
    federations = Federations(session.deployments).list()
    for one in federations:
        collectives |= {one.name.lower(): one.federation, one.slug: one.federation}
    people = resolver(session.chain)

    def resolve(word: str) -> str:
        try:
            return collectives.get(word.lower()) or people(word)
        except UnknownName:
            known = {one.slug for one in session.deployments.list()} | {one.slug for one in federations}
            raise UnknownName("name", word, known | set(session.chain.book.names()), "give an address") from None

    return resolve


def _plan(
    session: Session, described: FederationCharter, arguments: tuple[Any, ...], lacking: list[str]
) -> tuple[list[str], dict[str, Any]]:
    from daokit.federation_members import founded_name
    from daokit.federation_power import offer, people_of
    from daokit.interop import Interoperable

    chain = session.chain
    invited = []
    for (member, persons), named in zip(arguments[-1], described.invited, strict=True):
        where = Interoperable.decode(member)
        people = persons or (people_of(chain, str(where.address)) if where.chain == chain.id else 0)
        place = f"{where.address} on chain {where.chain}{f', {people:,} people' if people else ''}"
        # An address that was written has its name beside it, if it has one here.
        name = named.member
        if name.lower().endswith(str(where.address).lower()):
            name = founded_name(chain, str(where.address)) if where.chain == chain.id else ""
        invited.append(f"{name} ({place})" if name else place)
    offered = offer(described.rules, len(invited))
    rules = ", ".join(f"{name} {value}" for name, value in described.rules.show().items())
    tokens = ", ".join(chain.symbol(token) for token in arguments[-2]) or "the coin only"
    lines = [
        f"Found the federation {described.name} on {chain.name} ({chain.id}), signed by {chain.book.show(session.me)}",
        f"  may join: {'; '.join(invited)}",
        f"  competences: {', '.join(described.competences) or 'none: its own house only'}",
        f"  rules: {rules}",
        f"  tokens: {tokens}; exit share: {'yes' if described.exit_share else 'no'}",
        *([f"  goes up first, once for everybody on this chain: {', '.join(lacking)}"] if lacking else []),
        *([f"  {offered}"] if offered else []),
    ]
    return lines, {"name": described.name, "missing": lacking, "invited": invited, "offer": offered}
