"""`daokit bridge link`: a federation and its branch on another chain, paired by the federation's own motion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.chain import Chain
    from daokit.cli.session import Session
    from daokit.federation import Federation, PutMotion
    from daokit.federation_acts import Act
    from daokit.linking import Linking, Signers


def register(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command()(link)


def link(
    ctx: typer.Context,
    federation: Annotated[str, typer.Argument(help="The federation: its name, or its address on this chain.")],
    other: Annotated[str, typer.Option("--with", help="The network to link it with, or its chain id.")],
    validators: Annotated[
        str, typer.Option(help="Who signs what leaves a chain: 0xa…,0xb…,0xc…, or a file with one a line.")
    ],
    threshold: Annotated[int, typer.Option(help="How many of them must have signed.")] = 2,
    validators_home: Annotated[
        str | None,
        typer.Option(help="Who signs what leaves the federation's own chain, when others do (the same way)."),
    ] = None,
    threshold_home: Annotated[int | None, typer.Option(help="How many of those.")] = None,
    wait: Annotated[str, typer.Option(help="How long orders wait at the branch.")] = "72 hours",
    token: Annotated[
        list[str] | None,
        typer.Option(help="A token of the branch, as an address there (those of the purse that stand there too)."),
    ] = None,
    exit_share: Annotated[
        bool | None,
        typer.Option("--exit-share/--no-exit-share", help="Whether leavers get their share (as the charter says)."),
    ] = None,
    change: Annotated[bool, typer.Option("--change", help="Give a link that stands other validators.")] = False,
) -> None:
    """Link a federation with another chain: makes its gateway here, founds its branch there, and opens the motion that
    pairs them. Stopped at any point, the same command goes on there."""
    from daokit.cli.afar import elsewhere
    from daokit.cli.federation_here import find
    from daokit.hyperlane import core

    session: Session = ctx.obj
    above = find(session, federation)
    there_sign = signers(validators, threshold)
    home_signs = signers(validators_home or validators, threshold if threshold_home is None else threshold_home)
    with elsewhere(session, other) as away:
        cores = core.find(session.chain, session.deployments), core.find(away.chain, away.deployments)
        if change:
            from daokit.linking import change as changes

            acts = changes(above, away.chain, cores, (there_sign, home_signs))
            _open(session, above, f"Change who signs between here and {away.chain.name}", acts)
            return
        linking = _linking(session, above, away, cores, (there_sign, home_signs), wait, token, exit_share)
        _go_on(session, linking, away)


def signers(given: str, threshold: int) -> Signers:
    """Validators as typed, or as a file has them, one a line."""
    from pathlib import Path

    from daokit.errors import UsageError
    from daokit.linking import Signers

    text, path = given, Path(given)
    if "," not in given and not given.startswith("0x"):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise UsageError(
                f"{given} is neither a list of validators (0xa…,0xb…) nor a file that can be read with one a line"
            ) from None
    lines = (line.partition("#")[0] for line in text.replace(",", "\n").splitlines())
    return Signers.of([line.strip() for line in lines if line.strip()], threshold)


def _linking(
    session: Session,
    above: Federation,
    away: Session,
    cores: Any,
    signed: tuple[Signers, Signers],
    wait: str,
    tokens: list[str] | None,
    exit_share: bool | None,
) -> Linking:
    from daokit.errors import RuleBroken
    from daokit.hashing import parse_address
    from daokit.linking import Agreed, Linking, exit_share_of, same_tokens
    from daokit.quantities import parse_duration

    shares = exit_share if exit_share is not None else exit_share_of(above)
    if shares is None:
        raise RuleBroken(
            f"this node does not say whether {above.name} grants exit shares: say --exit-share or --no-exit-share, as "
            "its charter does"
        )
    listed = tuple(map(parse_address, tokens)) if tokens else same_tokens(above, away.chain)
    agreed = Agreed(*signed, parse_duration(wait), listed, shares)
    return Linking(above, cores[0], away.chain, cores[1], agreed)


def _go_on(session: Session, linking: Linking, away: Session) -> None:
    """From wherever it stands to the open motion, and what comes next."""
    from daokit.factory import missing
    from daokit.quantities import format_duration

    above, there = linking.federation, away.chain
    linked = above.link(there.id)
    if linked and not linking.done:
        _check_anew(session, above, there, linked.branch)
    elif not linked:
        _check_asked(session, linking)
    lacking = missing(there, "FederationFactory")
    steps = []
    if not linking.has_gateway:
        steps.append(f"make the gateway of {above.name} on {session.chain.name}, at {linking.gateway}")
    steps += [f"put up {part.name} on {there.name}, once for everybody there" for part in lacking]
    if not linking.has_branch:
        steps.append(f"found the branch of {above.name} on {there.name}: {_terms(linking, away)}")
    if steps:
        after = format_duration(above.rules().link_after)
        steps.append(
            f"open the motion of {above.name} that links them: two thirds of all seats must be for it, and it can be "
            f"enacted {after} after that"
        )
        session.plan(
            f"Link {above.name} with {there.name}?",
            f"Link {above.name} with {there.name} ({there.id}), signed by {session.chain.book.show(session.me)}",
            *(f"  {one}" for one in steps),
            steps=steps,
        )
        away.agreed = True
        linking.make_gateway()
        linking.found_branch()
    linking.check()
    put = linking.motion()
    if put is None:
        _open(session, above, f"Link {above.name} with {there.name}", [linking.act()], _facts(linking))
        return
    _stands(session, linking, put)


def _check_anew(session: Session, above: Federation, there: Chain, old: str) -> None:
    """Whether a linked branch can be left for a new one. Raises `RuleBroken` while members sit at it: nothing would
    reach them there any more."""
    from daokit.branch import Branch
    from daokit.cli.show import count
    from daokit.errors import RuleBroken

    branch = Branch(there, old)
    words = f"{above.name} is linked with {there.name} already, with the branch {old}"
    if sitting := len(branch.treasuries()):
        raise RuleBroken(
            f"{words}, where {count(sitting, 'member')} would be left behind; give the link other validators with "
            "--change, or link another branch once they have left"
        )
    session.say(
        f"look twice: {words}; this founds and links another. To see how the link stands, give the same words as then"
    )
    held = [there.money(token, free) for token in branch.tokens() if (free := branch.book(token).free)]
    if held:
        session.say(f"look twice: no order reaches {', '.join(held)} at {old} any more once the new branch is linked")


def _check_asked(session: Session, linking: Linking) -> None:
    """Say so when a motion that is under way links the same chain with another branch."""
    from daokit.federation import MotionState
    from daokit.federation_acts import Link

    above, there = linking.federation, linking.there
    own = linking.act() if linking.has_branch else None
    for put in above.puts():
        for act in put.content.acts if put.content else ():
            if not isinstance(act, Link) or act.chain != there.id or act == own:
                continue
            if above.motion(put.key).state in (MotionState.VOTING, MotionState.WAITING):
                session.say(
                    f"look twice: motion {put.number} of {above.name} links it with {there.name} by the branch "
                    f"{act.branch} already; this founds another. To go on with it, give the same words as then"
                )


def _open(session: Session, above: Federation, title: str, acts: list[Act], data: dict[str, Any] | None = None) -> None:
    from daokit.cli.federation_motion import put
    from daokit.linking import motion_with

    known = motion_with(above, *acts)
    if known is not None and above.motion(known.key).state.name != "ENACTED":
        session.done(
            {"number": known.number, "motion": known.key},
            f"motion {known.number} of {above.name} says just this already",
        )
        return
    for name, value in (data or {}).items():
        session.say(f"  {name}: {value}")
    put(session, above, f"# {title}\n", *acts)


def _stands(session: Session, linking: Linking, put: PutMotion) -> None:
    """Both ends are there and the motion too: how far it has come, and what to type."""
    from daokit.cli.federation_here import typed
    from daokit.cli.show import facts

    above, there = linking.federation, linking.there
    motion = above.motion(put.key)
    name = typed(above.name)
    if linking.done:
        words, commands = (
            f"{above.name} is linked with {there.name}",
            [f"a collective there joins with: daokit federation join {linking.act().branch} --levy 5%"],
        )
    elif motion.state.name == "VOTING":
        words = f"motion {put.number} of {above.name} asks its members to link it with {there.name}"
        commands = [
            f"in each member: daokit federation decide {put.number} --of {name}",
            f"then: daokit federation tell --of {name}",
        ]
    else:
        words = f"motion {put.number} of {above.name} has passed and waits"
        commands = [f"after that: daokit federation enact {put.number} --of {name}"]
    session.done(
        {**_facts(linking), "linked": linking.done, "number": put.number, "motion": put.key, "state": motion.state},
        words,
        facts(*_facts(linking).items()),
        *commands,
    )


def _facts(linking: Linking) -> dict[str, Any]:
    act = linking.act()
    return {
        "gateway": act.gateway,
        "branch": act.branch,
        "branch's gateway": act.peer,
        "from there": f"signed by {linking.agreed.from_there.words}",
        "from here": f"signed by {linking.agreed.from_home.words}",
    }


def _terms(linking: Linking, away: Session) -> str:
    from daokit.quantities import format_duration

    agreed = linking.agreed
    tokens = ", ".join(away.chain.symbol(one) for one in agreed.tokens) or "the coin only"
    return (
        f"orders wait {format_duration(agreed.wait)}, tokens: {tokens}, exit share: "
        f"{'yes' if agreed.exit_share else 'no'}, notes from here signed by {agreed.from_home.words}"
    )
