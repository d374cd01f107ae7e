"""`daokit proposal`: put questions and answers, look at them, carry them out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daokit.cli import proposal_show

if TYPE_CHECKING:
    from daokit.actions import Action
    from daokit.cli.session import Session
    from daokit.cli.words import Words
    from daokit.options import Call as CallPart
    from daokit.options import Option

app = typer.Typer(help="Proposals: new, rival, list, show, diff, simulate, execute, cancel.", no_args_is_help=True)

Text = Annotated[Path, typer.Argument(help="The text, a markdown file; its first line is the title.")]
Many = list[str] | None
Uri = Annotated[str, typer.Option("--uri", help="Where the text is, when it is too long to travel with the proposal.")]
Large = Annotated[bool, typer.Option("--large", help="Declare it large, also when no action needs it.")]
Pay = Annotated[Many, typer.Option("--pay", help='"2500 tUSD to builder for oak"')]
Admit = Annotated[Many, typer.Option("--admit", help="An applicant.")]
Expel = Annotated[Many, typer.Option("--expel", help="A member.")]
MoveSeat = Annotated[Many, typer.Option("--move-seat", help='"alice to 0x…", for a key that is lost or stolen')]
Grant = Annotated[Many, typer.Option("--grant", help='"100 units to bob"')]
Sell = Annotated[Many, typer.Option("--sell", help='"100 units at 5 tUSD until 2027-06-30, at most 20 each"')]
Budget = Annotated[Many, typer.Option("--budget", help='"300 tUSD every 30 days to dora until 2027-12-31"')]
List = Annotated[Many, typer.Option("--list-token", help="A token for ordinary payments.")]
Delist = Annotated[Many, typer.Option("--delist-token", help="Take a token off the list.")]
Set = Annotated[Many, typer.Option("--set", help="A rule of the charter: quorum=30%")]
Call = Annotated[Many, typer.Option("--call", help='Anything: "registry transfer(address,uint256) bob 100"')]


@app.command()
def new(
    ctx: typer.Context,
    text: Text,
    pay: Pay = None,
    admit: Admit = None,
    expel: Expel = None,
    move_seat: MoveSeat = None,
    grant: Grant = None,
    sell: Sell = None,
    budget: Budget = None,
    list_token: List = None,
    delist_token: Delist = None,
    set_: Set = None,
    call: Call = None,
    large: Large = False,
    uri: Uri = "",
) -> None:
    """Open a proposal with its original option: a text and what it does."""
    from daokit.quantities import format_time

    session: Session = ctx.obj
    actions = _actions(pay, admit, expel, move_seat, grant, sell, budget, list_token, delist_token, set_, call)
    option, words = _option(session, text, actions, large=large, uri=uri)
    number = session.governor.propose(option, words=("open a proposal", *words))
    now = session.governor.proposal(number)
    moment = session.chain.now()
    session.done(
        {"proposal": number, "key": now.key, "large": option.large, "voting_starts": now.voting_starts},
        f"proposal {number} is open; rivals until {format_time(now.voting_starts, moment)}, "
        f"then voting until {format_time(now.voting_ends, moment)}",
    )


@app.command()
def rival(
    ctx: typer.Context,
    proposal: Annotated[int, typer.Argument(help="The number of the proposal.")],
    text: Text,
    pay: Pay = None,
    admit: Admit = None,
    expel: Expel = None,
    move_seat: MoveSeat = None,
    grant: Grant = None,
    sell: Sell = None,
    budget: Budget = None,
    list_token: List = None,
    delist_token: Delist = None,
    set_: Set = None,
    call: Call = None,
    large: Large = False,
    uri: Uri = "",
) -> None:
    """Put a rival option to a proposal, while it deliberates."""
    session: Session = ctx.obj
    actions = _actions(pay, admit, expel, move_seat, grant, sell, budget, list_token, delist_token, set_, call)
    option, words = _option(session, text, actions, large=large, uri=uri)
    place = session.governor.add_rival(proposal, option, words=(f"put a rival to proposal {proposal}", *words))
    session.done({"proposal": proposal, "option": place, "large": option.large}, f"your rival is {proposal}.{place}")


@app.command()
def execute(ctx: typer.Context, proposal: Annotated[int, typer.Argument(help="Its number.")]) -> None:
    """Carry out the winning option of a proposal whose wait is over. Anyone may."""
    from daokit.ballots import place
    from daokit.cli.federation_watch import watched_by
    from daokit.cli.words import Words

    session: Session = ctx.obj
    winner = session.governor.proposal(proposal).winner
    lines = Words(session).of(session.governor.put(proposal, winner).option)
    name = place(proposal, winner)
    watched = watched_by(session, session.governor.put(proposal, winner).option)
    done = session.governor.execute(proposal, words=(f"execute option {name}", *(f"- {line}" for line in lines)))
    changes = [line for one in watched for line in one.lines()]
    session.done(
        {"proposal": proposal, "option": done, "power": changes},
        f"executed: option {name} of proposal {proposal}",
        *changes,
    )


@app.command()
def cancel(ctx: typer.Context, proposal: Annotated[int, typer.Argument(help="Its number.")]) -> None:
    """Take back your own proposal before its voting opens."""
    session: Session = ctx.obj
    session.governor.cancel(proposal)
    session.done({"proposal": proposal}, f"proposal {proposal} is cancelled")


proposal_show.register(app)


def propose(session: Session, text: str, *calls: CallPart) -> None:
    """Open a proposal that has the treasury make these calls, declared large, and say its number."""
    from daokit.cli.refusals import sentence
    from daokit.cli.words import Words
    from daokit.drafts import committed
    from daokit.options import Option
    from daokit.quantities import format_time
    from daokit.simulate import refusal

    option = Option(*committed(text), True, (), calls)
    if why := refusal(session.collective, option):
        session.say(f"look twice, as things stand this would be refused: {sentence(why, session)}")
    lines = [f"- {one}" for one in Words(session).of(option)]
    large = "declared large: it needs more seats for it than against it, and waits longer before it can be executed"
    number = session.governor.propose(option, words=("open a proposal", text.splitlines()[0][2:], *lines, large))
    now, moment = session.governor.proposal(number), session.chain.now()
    session.done(
        {"proposal": number, "key": now.key, "large": True, "voting_starts": now.voting_starts},
        f"proposal {number} is open; rivals until {format_time(now.voting_starts, moment)}, "
        f"then voting until {format_time(now.voting_ends, moment)}",
        f"once it has passed: daokit proposal execute {number}",
    )


def _actions(*given: Many) -> list[Action]:
    from daokit.actions import kinds, parse

    # In the order of the commands' parameters.
    return [parse(kind, text) for kind, texts in zip(kinds(), given, strict=True) for text in texts or ()]


def _option(
    session: Session, path: Path, actions: list[Action], *, large: bool, uri: str
) -> tuple[Option, tuple[str, ...]]:
    """The option, and the lines of its preview: the title, each action as a voter will read it, and why it is large."""
    from dataclasses import replace

    from daokit.actions import Call as CallAction
    from daokit.calls import encode
    from daokit.cli.words import Words
    from daokit.drafts import committed, keep, read_draft
    from daokit.inbox import title
    from daokit.options import Option

    text = read_draft(path)
    words: Words = Words(session, [one.signature for one in actions if isinstance(one, CallAction)])
    payments, calls = encode(actions, words.scope)
    option = Option(*committed(text, uri), large, payments, calls)
    reasons = words.reasons(actions, option)
    option = replace(option, large=large or bool(reasons))
    if uri and not session.options.dry_run:
        session.say(f"a copy of the text stays in {keep(text)}; put the very same bytes at {uri}")
    lines = [f"text: {title(option) or path.name}", *(f"- {one}" for one in words.of(option))]
    if not (payments or calls):
        lines.append("- it does nothing by itself: a statement or a law")
    lines += [f"declared large: {reason}" for reason in reasons]
    if option.large:
        lines.append("it needs more seats for it than against it, and waits longer before it can be executed")
    return option, tuple(lines)
