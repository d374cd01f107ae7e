"""What the commands of `daokit federation adapt` share: which adapter and federation are meant, and what the DAO itself
has to do, done as its Safe, proposed at its Governor or printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daokit.adapters import Adapter, GovernorAdapter, Step
    from daokit.cli.session import Session
    from daokit.federation import Federation

Which = Annotated[str, typer.Argument(help="The DAO's adapter.")]
Of = Annotated[str, typer.Argument(help="The federation, by name or address, or its purse on this chain.")]
Motion = Annotated[str, typer.Argument(help="The motion's number in the federation, or its key.")]
Order = Annotated[str, typer.Argument(help="The order's id, 0x and 64 digits.")]
Describe = Annotated[
    str | None, typer.Option("--description", help="What the DAO's own proposal says (a fixed sentence when left out).")
]
Propose = Annotated[bool, typer.Option("--propose", help="Propose it at the Governor, as your account.")]


def load(session: Session, word: str) -> Adapter:
    """The adapter that a word means."""
    from daokit.adapters import Adapter

    return Adapter.load(session.chain, session.chain.resolve(word))


def governor_of(found: Adapter) -> GovernorAdapter:
    """The same, which has to be a Governor's. Raises `UsageError`."""
    from daokit.adapters import GovernorAdapter
    from daokit.errors import UsageError

    if not isinstance(found, GovernorAdapter):
        raise UsageError(f"this is the adapter of a {found.kind}: what it executes is done, and needs no record")
    return found


def purse_at(session: Session, word: str) -> str:
    """The purse on this chain of the federation that a word means: a branch, of one at home elsewhere."""
    from daokit.adapters import purse_of
    from daokit.cli.afar import find_branch
    from daokit.cli.federation_here import find
    from daokit.hashing import is_address

    if is_address(word):
        return purse_of(session.chain, word)
    branch = find_branch(session, word)
    return branch.address if branch else find(session, word).purse.address


def federation_at(session: Session, purse: str) -> Federation:
    """The federation of a purse here, on its own chain. Raises `RuleBroken` when that chain cannot be read."""
    from daokit.cli.afar import reachable
    from daokit.errors import RuleBroken
    from daokit.federation import Federation
    from daokit.purse import HomePurse

    home = HomePurse(session.chain, purse).home()
    chain = reachable(session, home.chain or 0)
    if chain is None:
        raise RuleBroken(
            f"the federation is on chain {home.chain}, which no network of daokit.toml reaches; add it there, or name "
            "a motion by its key, as the federation shows it",
            chain=home.chain,
        )
    return Federation.load(chain, str(home.address))


def motion_key(session: Session, purse: str, word: str) -> str:
    """The key of a motion: a number is asked of the federation, on its own chain."""
    return federation_at(session, purse).key(int(word)) if word.isdecimal() else word


def put(session: Session, found: Adapter, steps: Sequence[Step], description: str | None, propose: bool) -> None:
    """Propose it, do it as the Safe, or print what the DAO's people have to put to themselves."""
    from daokit.adapters import GovernorAdapter
    from daokit.cli.refusals import sentence

    said = description or "; ".join(one.words for one in steps)
    words = [one.words for one in steps]
    acting = session.options.as_ and session.chain.sender == found.executor()
    # What comes after the first may need what it brings. What the DAO does at once is tried before its owners sign.
    if not acting and (why := found.refusal(steps[0])):
        session.say(f"look twice, as things stand this would be refused: {sentence(why, session)}")
    if propose:
        governor = governor_of(found)
        governor.propose(steps, said)
        session.done({"proposed": words, "description": said}, "proposed at the Governor:", *words)
        return
    if acting:
        for one in steps:
            found.act(one)
        session.done({"done": words}, *(f"done: {one}" for one in words))
        return
    data: dict[str, Any] = {"executor": found.executor(), "calls": [_call(one) for one in steps]}
    lines = [line for one in steps for line in (one.words, *_lines(one))]
    if isinstance(found, GovernorAdapter):
        proposing = found.proposing(steps, said)
        data |= {
            "description": said,
            "governor": proposing.target,
            "propose": "0x" + proposing.data.hex(),
        }
        lines += [
            f"as a proposal at the Governor {proposing.target}, described as:",
            f"  {said}",
            f"  data  0x{proposing.data.hex()}",
            "or propose it from here with --propose",
        ]
    else:
        lines.append(f"as a transaction of the Safe, or from here with --as safe:{found.dao()}")
    session.done(data, "only the DAO can do this; put it to its people:", *lines)


def _call(step: Step) -> dict[str, Any]:
    call = step.call
    return {"words": step.words, "target": call.target, "value": call.value, "data": "0x" + call.data.hex()}


def _lines(step: Step) -> list[str]:
    call = step.call
    return [f"  to    {call.target}", f"  value {call.value} wei", f"  data  0x{call.data.hex()}"]
