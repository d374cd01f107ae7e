"""`daokit network bootstrap` and `daokit verify`: the shared contracts on a chain, and their sources for everybody."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.cli.session import Session
    from daokit.factory import Part

app = typer.Typer(help="What all collectives of a chain share.", no_args_is_help=True)


def register(top: typer.Typer) -> None:
    """Put `verify` at the top."""
    top.command()(verify)


@app.command()
def bootstrap(ctx: typer.Context) -> None:
    """Put up the shared contracts that the chain lacks, compare all with their sources' code, write them down. Stopped
    at any point, the same command goes on there."""
    from daokit.bootstrap import bootstrap as bring
    from daokit.bootstrap import cost, plan
    from daokit.cli.show import table
    from daokit.factory import MAKER, made

    session: Session = ctx.obj
    chain = session.chain
    found = plan(chain)
    if found.lacking:
        _ = session.me
        names = [part.name for part in found.lacking]
        session.plan(
            f"Put up {len(names)} contracts?",
            f"Shared contracts for {chain.name} ({chain.id}), signed by {chain.book.show(session.me)}",
            *([] if found.deployer else ["  first the deterministic deployer, which this chain lacks"]),
            *[f"  {part.name} goes to {part.address}" for part in found.lacking],
            *[f"  {name} is there, and its code is ours" for name in found.there],
            cost=cost(chain, found.lacking),
            missing=names,
            there=list(found.there),
        )
    else:
        session.say("all are there; comparing and writing down")
    if session.options.dry_run:
        session.done({"missing": [], "there": list(found.there)}, "all shared contracts are there")
        return
    shared = bring(chain, session.deployments, tell=session.say)
    put_up = [part.name for part in found.lacking]
    if MAKER in put_up:
        put_up += [part.name for part in made()]
    rows = [
        (name, one.address, "put up now" if name in put_up else "was there") for name, one in shared.contracts.items()
    ]
    session.done(
        {
            "chain": chain.id,
            "contracts": {name: vars(one) for name, one in shared.contracts.items()},
            "put_up": put_up,
            "record": str(session.deployments.shared_path),
        },
        table("contract", "address", "", rows=rows),
        f"written down in {session.deployments.shared_path}",
    )


def verify(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Which shared contracts (all when left out).")] = None,
    sourcify: Annotated[str | None, typer.Option(help="The address of a Sourcify server.")] = None,
    explorer: Annotated[
        str | None,
        typer.Option(help="The API of an explorer like Etherscan; its key comes from $DAOKIT_EXPLORER_KEY."),
    ] = None,
    write: Annotated[
        Path | None, typer.Option(help="Only write the standard JSON into this folder, for a form on a web page.")
    ] = None,
) -> None:
    """Publish the sources of the shared contracts, so that anybody can read what runs at their addresses."""
    from daokit.bootstrap import record
    from daokit.cli.show import table
    from daokit.factory import check_part
    from daokit.verification import Explorer, Sourcify

    session: Session = ctx.obj
    chosen = _chosen(names or [])
    if write is not None:
        _write(session, chosen, write)
        return
    chain = session.chain
    service = Explorer(explorer, os.environ.get("DAOKIT_EXPLORER_KEY", "")) if explorer else None
    place = service or (Sourcify(sourcify) if sourcify else Sourcify())
    for part in chosen:
        check_part(part, chain.code(part.address))  # nobody is asked about what is not there
    session.plan(
        "Publish them?",
        f"The sources of {', '.join(part.name for part in chosen)} as they run on {chain.name} ({chain.id})",
        f"  go to {place.url.partition('?')[0]}, which compiles them; nothing is signed",
        names=[part.name for part in chosen],
    )
    done = []
    for part in chosen:
        record(chain, session.deployments, part)  # what is published is compared first
        shared = session.deployments.shared()
        known = shared.contracts[part.name].transaction if shared else ""
        done.append(place.verify(chain.id, part, known))
        session.say(f"{part.name}: {done[-1].how}{' (it was before)' if done[-1].before else ''}")
    session.done(
        [vars(one) for one in done],
        table("contract", "address", "", rows=[(one.name, one.address, one.how) for one in done]),
    )


def _chosen(names: list[str]) -> list[Part]:
    from daokit.errors import UnknownName
    from daokit.factory import made, parts

    known = {part.name: part for part in (*parts(), *made())}
    for name in names:
        if name not in known:
            raise UnknownName("shared contract", name, known)
    return [known[name] for name in names] or list(known.values())


def _write(session: Session, chosen: list[Part], folder: Path) -> None:
    import json

    from daokit.errors import DryRun
    from daokit.files import write_whole
    from daokit.sources import standard_json

    texts: dict[str, Any] = {part.name: json.dumps(standard_json(part.name), indent=1) for part in chosen}
    if session.options.dry_run:
        raise DryRun(f"--dry-run: {len(texts)} files would be written into {folder}", names=list(texts))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_whole(folder / f"{name}.standard.json", text + "\n")
    session.done({"folder": str(folder), "names": list(texts)}, f"wrote {len(texts)} files into {folder}")
