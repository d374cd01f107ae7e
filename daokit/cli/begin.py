"""`daokit init`, `found`, `compile`: from a charter to a collective."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.hashing import ZERO_ADDRESS

if TYPE_CHECKING:
    from daokit.charter import Charter
    from daokit.cli.session import Session
    from daokit.factory import Part


def register(app: typer.Typer) -> None:
    """Put the commands at the top."""
    app.command()(init)
    app.command()(found)
    app.command("compile")(compile_)


def init(
    ctx: typer.Context,
    like: Annotated[str, typer.Option(help="workshop, house, school, grocer or pool.")] = "workshop",
    name: Annotated[str | None, typer.Option(help="The collective's name (the folder's when left out).")] = None,
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("charter.toml"),
) -> None:
    """Write a commented charter with the defaults of such an institution, and their reasons."""
    from daokit.charter import template
    from daokit.errors import DryRun, RuleBroken

    session: Session = ctx.obj
    text = template(like, name or Path.cwd().name or "Collective")
    if path.exists():
        raise RuleBroken(f"{path} is there already; give another path: daokit init --like {like} other.toml")
    if session.options.dry_run:
        raise DryRun(f"--dry-run: {path} would be written", path=str(path))
    path.write_text(text, encoding="utf-8")
    session.done(
        {"path": str(path), "like": like},
        f"wrote {path}, a charter like that of a {like}: change its founders and what else you like",
        f"then: daokit found {path}",
    )


def found(
    ctx: typer.Context, charter: Annotated[Path, typer.Argument(help="The charter file.")] = Path("charter.toml")
) -> None:
    """Found the collective that a charter describes: shows plan and cost, asks once, deploys, writes it down."""
    from daokit.charter import Charter
    from daokit.cli.settle import choose, record_of, remember
    from daokit.cli.show import facts
    from daokit.collective import Collective
    from daokit.factory import Factory, missing
    from daokit.testcoin import resolver

    session: Session = ctx.obj
    _ = session.kept_network  # refused before anything is paid
    described = Charter.load(charter)
    chain = session.chain
    described.check(local=chain.local)
    resolve = resolver(chain)
    session.me  # noqa: B018  (refused here, before the plan, when nobody can sign)
    lacking = missing(chain, Factory.artifact_name)
    arguments = described.to_solidity(resolve)
    address = Factory(chain).addresses(arguments, described.number)[0] if not lacking else ""
    there = bool(address) and bool(chain.code(address))
    if there:
        session.say(f"this very charter has been founded already, at {address}; taking it up")
    else:
        lines, data = _plan(session, described, arguments, lacking, address)
        session.plan(f"Found {described.name}?", *lines, **data)
    before = chain.balance(session.me)
    collective = Collective.found(described, chain, resolve=resolve)
    record = record_of(collective)
    session.deployments.write(record)
    path = choose(session, record)
    remember(session, collective)
    spent = before - chain.balance(session.me)
    session.done(
        {
            "name": record.name,
            "collective": record.collective,
            "treasury": record.addresses["Treasury"],
            "chain": chain.id,
            "transaction": record.transaction,
            "profile": record.slug,
            "fee_wei": spent,
            "founded_before": there,
            "factory": Factory(chain).address,
        },
        facts(
            ("founded", f"{record.name} ({record.collective})"),
            ("treasury", record.addresses["Treasury"]),
            ("fees", session.money(ZERO_ADDRESS, spent)),
            ("profile", f"{record.slug}, in {path}"),
            ("next", "`daokit` shows where you stand"),
        ),
    )


def compile_(
    ctx: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Only prove that the artifacts match the sources.")] = False,
) -> None:
    """Compile the contracts into the artifacts of the package (from a source tree)."""
    from daokit.cli.show import table
    from daokit.compiler import build
    from daokit.errors import RuleBroken

    session: Session = ctx.obj
    built = build(check=check or session.options.dry_run)
    differ = [one.name for one in built if one.changed]
    if check and differ:
        raise RuleBroken(
            f"the artifacts of {', '.join(differ)} differ from the sources; run `daokit compile`", differ=differ
        )
    rows = [(one.name, f"{one.size:,}", "changed" if one.changed else "the same") for one in built]
    session.done(
        [{"name": one.name, "size": one.size, "changed": one.changed} for one in built],
        table("contract", "bytes", "", rows=rows, right=("bytes",)),
    )


def _plan(
    session: Session, described: Charter, arguments: tuple[Any, ...], lacking: list[Part], address: str
) -> tuple[list[str], dict[str, Any]]:
    from daokit.bootstrap import cost
    from daokit.factory import Factory

    chain = session.chain
    founders, tokens = arguments[-1], arguments[-2]
    people = [f"{name} ({chain.book.show(account)}, {units:,} units)" for account, units, name in founders]
    parts = [part.name for part in lacking]
    held = ", ".join(chain.symbol(token) for token in tokens)
    gas = _GAS_FOUND + _GAS_FOUNDER * len(founders) + _GAS_TOKEN * len(tokens)
    founding = Factory(chain).encode("found", arguments, described.number)
    lines = [
        f"Found {described.name} on {chain.name} ({chain.id}), signed by {chain.book.show(session.me)}",
        f"  founders: {'; '.join(people)}",
        *(f"  {section}: {words}" for section, words in _rules(described)),
        f"  tokens: {held or 'the coin only'}",
        *([f"  address: {address}"] if address else []),
        *([f"  goes up first, once for everybody on this chain: {', '.join(parts)}"] if lacking else []),
    ]
    known = {"name": described.name, "address": address, "missing": parts}
    return lines, {"cost": cost(chain, lacking, gas, [founding]), **known}


def _rules(described: Charter) -> list[tuple[str, str]]:
    from daokit import rules

    sections = dict.fromkeys(rule.section for rule in rules.RULES)
    return [
        (name, ", ".join(f"{one.name} {one.show(described.values[one.key])}" for one in rules.in_section(name)))
        for name in sections
    ]


# Gas, measured and rounded up: a founding, each founder and each token in it.
_GAS_FOUND, _GAS_FOUNDER, _GAS_TOKEN = 350_000, 90_000, 65_000
