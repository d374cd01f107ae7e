"""`daokit bridge`: Hyperlane on this chain, notes carried by hand, and whether what was sent was received."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daokit.cli import bridge_link, bridge_sign
from daokit.cli.afar import elsewhere

if TYPE_CHECKING:
    from daokit.bridge import Gateway, Link, Passage
    from daokit.chain import Chain
    from daokit.cli.session import Session
    from daokit.hyperlane.core import Core
    from daokit.hyperlane.place import Delivered

app = typer.Typer(help="Between chains: deploy, link, status, sign, relay, audit, up.", no_args_is_help=True)

Ends = Annotated[
    list[str], typer.Argument(help="Gateways of the ends, each as network:address, such as sepolia:0x… or 10:0x….")
]

Since = Annotated[
    str | None, typer.Option("--since", help="From this moment on: 2027-06-30, or a block of the first chain named.")
]
Usual = Annotated[str, typer.Option("--usual", help="How long a message may take.")]


@app.command()
def deploy(
    ctx: typer.Context,
    domain: Annotated[int | None, typer.Option(help="Hyperlane's number for the chain (its id when left out).")] = None,
) -> None:
    """Put Hyperlane's core on a chain that has none. It belongs to nobody. Stopped at any point, the same command goes
    on there."""
    from daokit.bootstrap import cost
    from daokit.factory import has_deployer
    from daokit.hyperlane import core

    session: Session = ctx.obj
    chain = session.chain
    number = core.domain_of(chain, domain)
    known = core.public(chain.id)
    if known is not None:
        core.check(chain, known)
        session.done(known, f"Hyperlane is on {chain.name} already, as {known.name}", _facts(known))
        return
    lacking = core.missing(chain, number)
    if not core.is_set_up(chain, number):
        session.plan(
            f"Put up Hyperlane on {chain.name}?",
            f"Hyperlane's core for {chain.name} ({chain.id}), signed by {chain.book.show(session.me)}",
            *([] if has_deployer(chain) else ["  first the deterministic deployer, which this chain lacks"]),
            *[f"  {part.name} goes to {part.address}" for part in lacking],
            "  then the mailbox is set up, with nobody as its owner",
            cost=cost(chain, lacking, _SET_UP_GAS, [bytes(100), bytes(132)]),
            missing=[part.name for part in lacking],
        )
    if session.options.dry_run:
        session.done({"missing": []}, "Hyperlane is there")
        return
    made = core.deploy(chain, number, shelf=session.deployments, then=lambda part: session.say(f"{part.name} is there"))
    path = core.path_in(session.deployments)
    session.done({**vars(made), "record": str(path)}, _facts(made), f"written down in {path}")


@app.command()
def status(
    ctx: typer.Context,
    gateway: Annotated[str | None, typer.Argument(help="The gateway of an end, to see its links.")] = None,
    since: Since = None,
    usual: Usual = "1 hour",
) -> None:
    """Say where Hyperlane is on this chain, how a gateway is linked, and what became of what went over each link in the
    last 60 days or since a moment."""
    from daokit.bridge import Gateway
    from daokit.cli.show import facts, table
    from daokit.hyperlane.place import Hyperlane
    from daokit.quantities import DAY, parse_duration

    session: Session = ctx.obj
    place = Hyperlane.on(session.chain, session.deployments)
    dispatched = int(place.mailbox.read("nonce"))
    data: dict[str, Any] = {**vars(place.core), "dispatched": dispatched}
    drawn = [_facts(place.core, ("messages sent", f"{dispatched:,}"))]
    if gateway is not None:
        end = Gateway.load(session.chain, session.resolve(gateway))
        links = end.links()
        data["gateway"] = {"address": end.address, "owner": end.owner(), "links": links}
        drawn.append(facts(("gateway", end.address), ("belongs to", session.chain.book.show(data["gateway"]["owner"]))))
        seconds = parse_duration(usual)
        first = _moment(session.chain, since) if since else session.chain.now() - 60 * DAY
        went = {chain: _went(session, end, one, first, seconds) for chain, one in links.items()}
        data["gateway"]["notes"] = went
        rows = []
        for chain, one in links.items():
            notes = went[chain]
            words = [_counted(notes[way]) for way in ("sent", "received")] if notes else ["not known"] * 2
            rows.append((chain, one.domain, one.peer, f"{one.threshold} of {len(one.validators)}", one.ism, *words))
        drawn.append(table("chain", "domain", "peer", "must sign", "module", "sent", "received", rows=rows))
        if unread := [str(chain) for chain, notes in went.items() if notes is None]:
            drawn.append(
                f"what arrived on chain {', '.join(unread)} is not known: no network of daokit.toml answers there"
            )
    session.done(data, *drawn)


@app.command()
def relay(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(help="A message by Hyperlane's id, or the transaction that it left in.")],
    to: Annotated[str, typer.Option(help="The network that it goes to.")],
    places: Annotated[
        list[str] | None,
        typer.Option("--from", help="Where validators keep their checkpoints (as they announced when left out)."),
    ] = None,
    since: Annotated[int, typer.Option(help="The first block in which to look for it.")] = 0,
) -> None:
    """Carry a message by hand, from this chain to another, with what validators have signed. Where a note changes who
    decides how often in a federation, that is said."""
    from daokit.cli.federation_watch import watched_behind
    from daokit.errors import RuleBroken
    from daokit.hyperlane.checkpoints import open_at
    from daokit.hyperlane.messages import unpadded
    from daokit.hyperlane.place import Hyperlane

    session: Session = ctx.obj
    origin = Hyperlane.on(session.chain, session.deployments)
    sent = origin.find(which, since)
    done: list[Delivered] = []
    changed: list[list[str]] = []
    with elsewhere(session, to) as other:
        there = Hyperlane.on(other.chain, other.deployments)
        for one in sent:
            if one.message.destination != there.core.domain:
                continue
            _, validators, _ = there.module_of(one.message)
            sources = [open_at(place) for place in places] if places else origin.sources(validators)
            watched = watched_behind(other.chain, unpadded(one.message.recipient))
            done.append(there.deliver(one, sources))
            changed.append([line for seen in watched for line in seen.lines()])
        if not done:
            goes = ", ".join(sorted({str(one.message.destination) for one in sent}))
            raise RuleBroken(f"it goes to Hyperlane's domain {goes}, and {other.chain.name} is {there.core.domain}")
    drawn = []
    for arrived, lines in zip(done, changed, strict=True):
        when = f"arrived in block {arrived.block:,}" if arrived.gas else "had arrived before"
        drawn += [f"message {arrived.id} {when}", *lines]
    session.done([{**vars(one), "power": lines} for one, lines in zip(done, changed, strict=True)], *drawn)


@app.command()
def audit(
    ctx: typer.Context,
    ends: Ends,
    since: Since = None,
    usual: Usual = "1 hour",
    everything: Annotated[bool, typer.Option("--all", help="Also what arrived in time.")] = False,
) -> None:
    """Pair what each end sent with what the other took. Ends with exit code 2 when something was received that was
    never sent, or more often than it was."""
    from contextlib import ExitStack

    from daokit.bridge import audit as pair
    from daokit.bridge import check_paired
    from daokit.cli.show import count, table
    from daokit.errors import UsageError
    from daokit.quantities import parse_duration

    session: Session = ctx.obj
    if len(ends) < 2:
        raise UsageError("an audit needs the gateways of two ends at least, each as network:address")
    with ExitStack() as stack:
        gateways = [stack.enter_context(_gateway(session, end)) for end in ends]
        check_paired(gateways)
        first = _moment(gateways[0].chain, since) if since else 0
        found = pair(gateways, since=first, usual=parse_duration(usual))
        names = {one.chain.id: one.chain.name for one in gateways}
    shown = [one for one in found if everything or one.fate not in ("arrived",)]
    alarms = [one for one in found if one.fate.alarm]
    rows = [(one.fate.value, names[one.origin], names[one.destination], _moments(one), one.id) for one in shown]
    session.done(
        {"passages": found, "alarms": [one.id for one in alarms]},
        *([table("", "from", "to", "", "id", rows=rows)] if rows else []),
        f"{count(len(found), 'message')}, {count(len(alarms), 'alarm')}",
    )
    if alarms:
        raise typer.Exit(2)


@app.command()
def up(
    ctx: typer.Context,
    networks: Annotated[list[str], typer.Argument(help="The networks between which it carries, at least two.")],
) -> None:
    """Run Hyperlane's own relayer, from npm, until it is stopped. It carries what is sent while it runs; what left
    before, `daokit bridge relay` carries. It asks for a key that pays for what it delivers."""
    from daokit.errors import DaokitError, DryRun, UsageError
    from daokit.hyperlane import relayer

    session: Session = ctx.obj
    if len(networks) < 2:
        raise UsageError("a relayer carries between two networks at least; name them")
    served, local = [], True
    for network in networks:
        with elsewhere(session, network) as other:
            from daokit.hyperlane.place import Hyperlane

            place = Hyperlane.on(other.chain, other.deployments)
            served.append(relayer.Served(place.core, relayer.http_url(other.chain.rpc.url)))
            local = local and other.chain.local
    key = relayer.known_key(session.settings.account) if local else None
    folder = relayer.folder()
    if session.options.dry_run:
        names = relayer.write_registry(served, folder / "registry")
        raise DryRun(f"--dry-run: {relayer.PACKAGE} would carry between {' and '.join(names)}", chains=names)
    if key is None and not sys.stdin.isatty():
        raise UsageError("Hyperlane's relayer asks for its key at the terminal, and there is none; start it at one")
    session.say(f"fetching {relayer.PACKAGE} with npm" if not relayer.is_here() else f"starting {relayer.PACKAGE}")
    process = relayer.start(served, folder, key=key)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        code = 0
    if code:
        raise DaokitError(f"Hyperlane's relayer ended by itself, with exit code {code}; its last words stand above")
    session.done({"stopped": True}, "the relayer is stopped; nothing is lost, and the same command goes on")


bridge_link.register(app)
bridge_sign.register(app)

_SET_UP_GAS = 400_000


def _facts(core: Core, *more: tuple[str, object]) -> Any:
    from daokit.cli.show import facts

    return facts(
        ("domain", core.domain),
        ("mailbox", core.mailbox),
        ("modules are made by", core.ism_factory),
        ("tree of messages", core.merkle_tree_hook),
        ("validators announce at", core.validator_announce),
        *more,
    )


def _moment(chain: Chain, text: str) -> int:
    """A day, a moment or a block of a chain in unix seconds."""
    from daokit.errors import UsageError
    from daokit.quantities import parse_start

    if not text.isdecimal():
        found = parse_start(text)
        if found > chain.now():
            raise UsageError(f"--since {text} is still to come; name a moment that has been, or leave it out")
        return found
    last = chain.block_number()
    if int(text) > last:
        raise UsageError(
            f"{chain.name} has no block {text} yet, the last is {last:,}; or name a day, such as 2027-06-30"
        )
    return chain.time_of(int(text))


def _went(session: Session, end: Gateway, link: Link, since: int, usual: int) -> dict[str, dict[str, int]] | None:
    """How many notes went over a link each way, by what became of them; None when the other chain cannot be read."""
    from collections import Counter

    from daokit.bridge import Gateway, audit
    from daokit.cli.afar import reachable

    there = reachable(session, link.chain)
    if there is None:
        return None
    found = audit([end, Gateway(there, link.peer)], since=since, usual=usual)
    ways = {"sent": session.chain.id, "received": link.chain}
    return {way: dict(Counter(one.fate.value for one in found if one.origin == chain)) for way, chain in ways.items()}


def _counted(fates: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {fate}" for fate, number in fates.items()) or "nothing"


def _moments(passage: Passage) -> str:
    from daokit.quantities import format_duration

    if not passage.sent:
        return f"received in {passage.received[0].transaction}"
    if len(passage.received) < len(passage.sent):
        return f"sent in {passage.sent[-1].transaction}"
    return f"took {format_duration(max(0, passage.received[-1].time - passage.sent[-1].time))}"


@contextmanager
def _gateway(session: Session, end: str) -> Iterator[Gateway]:
    from daokit.bridge import Gateway
    from daokit.errors import UsageError
    from daokit.hashing import parse_address

    network, _, address = end.rpartition(":")
    if not network:
        raise UsageError(f"{end} is not an end: write the network and the address of its gateway, such as 10:0x…")
    with elsewhere(session, network) as other:
        yield Gateway.load(other.chain, parse_address(address))
